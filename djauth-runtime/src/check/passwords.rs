//! Are there rules for new passwords? (rules S31 to S33)

use super::{CheckMessage, weakness};
use crate::settings::Settings;

pub(super) fn check(settings: &Settings, found: &mut Vec<CheckMessage>) {
    if settings.auth_password_validators.is_empty() && !settings.dangerous_any_password {
        found.push(weakness(
            settings,
            ("djauth.E012", "djauth.W003"),
            "`auth_password_validators` is empty, so any password may be chosen, `1` too",
            "remove it, or name rules; if no users choose passwords here, set `dangerous_any_password`",
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::test::{ids, sound};

    #[test]
    fn s31_s33_to_take_any_password_has_a_dangerous_name() {
        let none = |base| ids(&Settings { auth_password_validators: Vec::new(), ..base });
        assert_eq!(none(sound()), ["djauth.E012"]);
        assert_eq!(none(Settings { dangerous_any_password: true, ..sound() }), [""; 0]);
        let django = Settings { secret_key: sound().secret_key, ..Settings::django() };
        let django = Settings { allowed_hosts: sound().allowed_hosts, ..django };
        assert_eq!(none(django), ["djauth.W003"]);
    }
}
