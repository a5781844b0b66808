//! Whose requests are answered? (rule S86)

use super::CheckMessage;
use crate::settings::Settings;

pub(super) fn check(settings: &Settings, found: &mut Vec<CheckMessage>) {
    if settings.allowed_hosts.is_empty() && !settings.development {
        found.push(CheckMessage::error(
            "djauth.E004",
            "no allowed host is set, so every request would be refused",
            "set DJAUTH_ALLOWED_HOSTS to the names of the site, such as shop.example",
        ));
    }
    for origin in settings.csrf_trusted_origins.iter().filter(|origin| !origin.contains("://")) {
        found.push(CheckMessage::error(
            "4_0.E001",
            format!("`csrf_trusted_origins` names `{origin}`, which has no scheme"),
            format!("write `https://{origin}`"),
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::test::{ids, sound};

    #[test]
    fn s86_allowed_hosts_are_required() {
        assert_eq!(ids(&Settings { allowed_hosts: Vec::new(), ..sound() }), ["djauth.E004"]);
    }
}
