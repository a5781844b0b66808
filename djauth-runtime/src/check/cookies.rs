//! Would browsers keep the cookies? (rule S55)

use super::CheckMessage;
use crate::settings::{SameSite, Settings};

pub(super) fn check(settings: &Settings, found: &mut Vec<CheckMessage>) {
    let bound = settings.session_cookie_domain.is_none() && settings.session_cookie_path == "/";
    if settings.session_cookie_name().starts_with("__Host-") && !bound {
        found.push(CheckMessage::error(
            "djauth.E005",
            "a cookie named `__Host-...` takes no domain, and no path but `/`",
            "remove `session_cookie_domain` and `session_cookie_path`, or choose another `session_cookie_name`",
        ));
    }
    if settings.session_cookie_samesite == SameSite::None && settings.dangerous_insecure_cookies {
        found.push(CheckMessage::error(
            "djauth.E006",
            "browsers refuse a cookie with SameSite=None over plain HTTP",
            "choose `lax`, or serve HTTPS and remove `dangerous_insecure_cookies`",
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::test::{ids, sound};

    #[test]
    fn s55_cookies_that_browsers_would_refuse_are_errors() {
        assert_eq!(ids(&Settings { session_cookie_path: "/app".to_owned(), ..sound() }), ["djauth.E005"]);
        let settings =
            Settings { session_cookie_samesite: SameSite::None, dangerous_insecure_cookies: true, ..sound() };
        assert_eq!(ids(&settings), ["djauth.E006"]);
    }
}
