//! Would browsers keep the cookies, and send them to nobody else? (rule S55)

use super::{CheckMessage, hosts::is_domain, lax};
use crate::settings::{SameSite, Settings};

pub(super) fn check(settings: &Settings, found: &mut Vec<CheckMessage>) {
    check_names(settings, found);
    check_reach(settings, found);
    check_ages(settings, found);
    if settings.session_cookie_samesite != SameSite::None {
        return;
    }
    if settings.dangerous_insecure_cookies {
        found.push(CheckMessage::error(
            "djauth.E006",
            "browsers refuse a cookie with SameSite=None over plain HTTP",
            "choose `lax`, or serve HTTPS and remove `dangerous_insecure_cookies`",
        ));
    } else if !lax(settings) {
        found.push(CheckMessage::warning(
            "djauth.W007",
            "with SameSite=None the session cookie comes along with other sites' requests",
            "set `session_cookie_samesite` to `lax`, unless the site is shown in frames of another",
        ));
    }
}

fn check_names(settings: &Settings, found: &mut Vec<CheckMessage>) {
    for (field, name) in [
        ("session_cookie_name", &settings.session_cookie_name),
        ("csrf_cookie_name", &settings.csrf_cookie_name),
    ] {
        if !is_token(name) {
            found.push(CheckMessage::error(
                "djauth.E015",
                format!("`{field}` is {name:?}, which no cookie can be named"),
                "write letters, digits, `-` and `_`, such as \"__Host-sessionid\"",
            ));
        } else if settings.dangerous_insecure_cookies && has_prefix(name, "__Secure-") {
            found.push(CheckMessage::error(
                "djauth.E030",
                format!("browsers refuse a cookie named `{name}` over plain HTTP"),
                format!("choose another `{field}`, or serve HTTPS and remove `dangerous_insecure_cookies`"),
            ));
        } else if !settings.dangerous_insecure_cookies && !lax(settings) && !has_prefix(name, "__Host-") {
            found.push(CheckMessage::warning(
                "djauth.W005",
                format!(
                    "without the prefix `__Host-`, other hosts of the domain can set the cookie `{name}`"
                ),
                format!("set `{field}` to \"__Host-{name}\""),
            ));
        }
    }
    if settings.session_cookie_name() == settings.csrf_cookie_name() {
        found.push(CheckMessage::error(
            "djauth.E031",
            "`session_cookie_name` and `csrf_cookie_name` are the same, so each cookie would replace the other",
            "give one of them another name",
        ));
    }
}

/// Domain and path stand in `Set-Cookie` as they are, so they are nothing but a domain and a path.
fn check_reach(settings: &Settings, found: &mut Vec<CheckMessage>) {
    let (domain, path) = (&settings.session_cookie_domain, &settings.session_cookie_path);
    if let Some(domain) = domain
        && !is_domain(domain)
    {
        found.push(CheckMessage::error(
            "djauth.E016",
            format!("`session_cookie_domain` is {domain:?}, which is no domain"),
            "write one such as \"shop.example\", or remove it",
        ));
    }
    if !is_path(path) {
        found.push(CheckMessage::error(
            "djauth.E016",
            format!("`session_cookie_path` is {path:?}, which is no path"),
            "write one such as \"/\"",
        ));
    }
    let bound = domain.is_none() && path == "/";
    if has_prefix(settings.session_cookie_name(), "__Host-") && !bound {
        found.push(CheckMessage::error(
            "djauth.E005",
            "a cookie named `__Host-...` takes no domain, and no path but `/`",
            "remove `session_cookie_domain` and `session_cookie_path`, or choose another `session_cookie_name`",
        ));
    }
}

fn check_ages(settings: &Settings, found: &mut Vec<CheckMessage>) {
    if settings.session_cookie_age == 0 {
        found.push(CheckMessage::error(
            "djauth.E017",
            "`session_cookie_age` is 0, so every session would end as it begins",
            "write seconds, such as 1209600 for two weeks; `session_expire_at_browser_close` ends them with the browser",
        ));
    }
    if settings.session_absolute_age == 0 && !lax(settings) {
        found.push(CheckMessage::warning(
            "djauth.W006",
            "`session_absolute_age` is 0, so a session that is used never ends, a stolen one neither",
            "write seconds, such as 2592000 for thirty days",
        ));
    }
}

/// Browsers know the prefixes in any case.
fn has_prefix(name: &str, prefix: &str) -> bool {
    name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// Tests for a token of RFC 9110, as RFC 6265 wants names.
fn is_token(name: &str) -> bool {
    let is_of_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(is_of_token)
}

fn is_path(path: &str) -> bool {
    path.starts_with('/') && path.bytes().all(|byte| (b' '..=b'~').contains(&byte) && byte != b';')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::test::{ids, sound};

    #[test]
    fn s55_cookies_that_browsers_would_refuse_are_errors() {
        assert_eq!(ids(&Settings { session_cookie_path: "/app".to_owned(), ..sound() }), ["djauth.E005"]);
        let domain = Some("shop.example".to_owned());
        let name = "__HOST-sessionid".to_owned();
        let settings = Settings { session_cookie_domain: domain, session_cookie_name: name, ..sound() };
        assert_eq!(ids(&settings), ["djauth.E005"]);
        let insecure = || Settings { dangerous_insecure_cookies: true, ..sound() };
        assert_eq!(ids(&Settings { session_cookie_samesite: SameSite::None, ..insecure() }), ["djauth.E006"]);
        let name = "__Secure-csrf".to_owned();
        assert_eq!(ids(&Settings { csrf_cookie_name: name, ..insecure() }), ["djauth.E030"]);
    }

    #[test]
    fn names_that_no_cookie_can_have_are_errors() {
        for name in ["", "a b", "a;b", "a=b", "a,b", "\"a\"", "ä", "a\r\nb"] {
            let name = || name.to_owned();
            assert_eq!(
                ids(&Settings { session_cookie_name: name(), ..sound() }),
                ["djauth.E015"],
                "{}",
                name()
            );
            assert_eq!(ids(&Settings { csrf_cookie_name: name(), ..sound() }), ["djauth.E015"], "{}", name());
        }
        let same = sound().csrf_cookie_name;
        assert_eq!(ids(&Settings { session_cookie_name: same, ..sound() }), ["djauth.E031"]);
    }

    #[test]
    fn no_domain_or_path_adds_to_the_header() {
        let sound = || Settings { session_cookie_name: "sid".to_owned(), ..sound() };
        for domain in ["", ".", "a; Path=/", "a\r\nb", "a.example:80", "https://a.example"] {
            let settings = Settings { session_cookie_domain: Some(domain.to_owned()), ..sound() };
            assert!(ids(&settings).contains(&"djauth.E016"), "{domain:?}");
        }
        for path in ["", "app", "/; Domain=evil.example", "/\r\n", "/ä"] {
            let settings = Settings { session_cookie_path: path.to_owned(), ..sound() };
            assert!(ids(&settings).contains(&"djauth.E016"), "{path:?}");
        }
        for domain in ["a.example", ".a.example"] {
            let (domain, path) = (Some(domain.to_owned()), "/app/".to_owned());
            let settings = Settings { session_cookie_domain: domain, session_cookie_path: path, ..sound() };
            assert_eq!(ids(&settings), ["djauth.W005"]);
        }
    }

    #[test]
    fn s53_sessions_begin_with_time_and_end_in_time() {
        assert_eq!(ids(&Settings { session_cookie_age: 0, ..sound() }), ["djauth.E017"]);
        assert_eq!(ids(&Settings { session_absolute_age: 0, ..sound() }), ["djauth.W006"]);
    }

    #[test]
    fn s55_what_the_default_profile_guards_against_is_a_warning_there() {
        let weaker = |base: Settings| Settings {
            session_cookie_name: "sid".to_owned(),
            csrf_cookie_name: "csrf".to_owned(),
            session_cookie_samesite: SameSite::None,
            session_absolute_age: 0,
            ..base
        };
        assert_eq!(ids(&weaker(sound())), ["djauth.W005", "djauth.W005", "djauth.W006", "djauth.W007"]);
        let django = Settings { secret_key: sound().secret_key, ..weaker(Settings::django()) };
        let django =
            Settings { allowed_hosts: sound().allowed_hosts, dangerous_insecure_cookies: false, ..django };
        assert_eq!(ids(&django), [""; 0]);
    }
}
