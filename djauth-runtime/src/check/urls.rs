//! Do redirects lead anywhere, and back again?

use super::CheckMessage;
use crate::settings::Settings;

pub(super) fn check(settings: &Settings, found: &mut Vec<CheckMessage>) {
    let urls = [
        ("login_url", Some(&settings.login_url)),
        ("login_redirect_url", Some(&settings.login_redirect_url)),
        ("logout_redirect_url", settings.logout_redirect_url.as_ref()),
    ];
    for (name, url) in urls.into_iter().filter_map(|(name, url)| Some((name, url?))) {
        if !url.starts_with('/') && !url.starts_with("https://") && !url.starts_with("http://") {
            found.push(CheckMessage::error(
                "djauth.E007",
                format!("`{name}` is {url:?}, which is no address"),
                "write a path such as \"/accounts/login/\", or a whole https address",
            ));
        }
    }
    let field = settings.redirect_field_name.as_str();
    if ["", "username", "password", "csrfmiddlewaretoken"].contains(&field) {
        found.push(CheckMessage::error(
            "djauth.E025",
            format!("`redirect_field_name` is {field:?}, so the way back after a login would be lost"),
            "write a name of its own, such as \"next\"",
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::test::{ids, sound};

    #[test]
    fn addresses_that_are_none_are_errors() {
        for url in ["", "accounts/login/", "javascript:alert(1)"] {
            let url = || url.to_owned();
            assert_eq!(ids(&Settings { login_url: url(), ..sound() }), ["djauth.E007"]);
            assert_eq!(ids(&Settings { login_redirect_url: url(), ..sound() }), ["djauth.E007"]);
            assert_eq!(ids(&Settings { logout_redirect_url: Some(url()), ..sound() }), ["djauth.E007"]);
        }
        let elsewhere = Some("https://sso.example/".to_owned());
        assert_eq!(ids(&Settings { logout_redirect_url: elsewhere, ..sound() }), [""; 0]);
    }

    #[test]
    fn the_way_back_has_a_field_of_its_own() {
        for field in ["", "password"] {
            assert_eq!(ids(&Settings { redirect_field_name: field.to_owned(), ..sound() }), ["djauth.E025"]);
        }
    }
}
