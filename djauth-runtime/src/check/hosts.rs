//! Whose requests are answered, and whose forms taken? (rule S86)

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{CheckMessage, weakness};
use crate::{settings::Settings, url::split_domain_port};

pub(super) fn check(settings: &Settings, found: &mut Vec<CheckMessage>) {
    if settings.allowed_hosts.is_empty() && !settings.development {
        found.push(CheckMessage::error(
            "djauth.E004",
            "no allowed host is set, so every request would be refused",
            "set DJAUTH_ALLOWED_HOSTS to the names of the site, such as shop.example",
        ));
    }
    found.extend(settings.allowed_hosts.iter().filter_map(|host| check_host(settings, host)));
    for origin in settings.csrf_trusted_origins.iter().filter(|origin| !origin.contains("://")) {
        found.push(CheckMessage::error(
            "4_0.E001",
            format!("`csrf_trusted_origins` names `{origin}`, which has no scheme"),
            format!("write `https://{origin}`"),
        ));
    }
}

fn check_host(settings: &Settings, host: &str) -> Option<CheckMessage> {
    if host != "*" && !is_pattern(host) {
        let hint = match meant(host) {
            Some(meant) => format!("write `{meant}`"),
            None => "write names without scheme, port and path, such as shop.example".to_owned(),
        };
        let text = format!("`allowed_hosts` names {host:?}, which no request can name");
        return Some(CheckMessage::error("djauth.E013", text, hint));
    }
    if settings.development {
        return (!is_local(host)).then(|| {
            CheckMessage::error(
                "djauth.E014",
                format!("`development` is for your own machine, and `allowed_hosts` names `{host}`"),
                "remove `development` where others reach the site, and set `secret_key`; without HTTPS, set \
                 `dangerous_insecure_cookies` as well",
            )
        });
    }
    (host == "*" && !settings.dangerous_any_host).then(|| {
        weakness(
            settings,
            ("djauth.E013", "djauth.W004"),
            "`allowed_hosts` names `*`, so the site takes whatever name a request gives it",
            "list the site's names; if something in front of the program looks at them, set `dangerous_any_host`",
        )
    })
}

/// Returns whether this is a domain as requests name it, after a leading dot that stands for subdomains.
fn is_pattern(host: &str) -> bool {
    let domain = host.strip_prefix('.').unwrap_or(host).to_ascii_lowercase();
    split_domain_port(&domain).is_some_and(|parts| parts == (domain, String::new()))
}

/// Returns the pattern that was meant: the host of an address, or the text inside the brackets of a list.
fn meant(host: &str) -> Option<String> {
    let text = host.trim_matches(|c: char| "\"', ".contains(c) || c.is_whitespace());
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let text = text.split(['/', '?', '#']).next()?.trim_start_matches('*');
    let bare = text.trim_matches(['[', ']', '"', '\'']);
    let meant = match split_domain_port(text) {
        Some((domain, _)) => domain,
        None if bare.parse::<Ipv6Addr>().is_ok() => format!("[{bare}]"),
        None => split_domain_port(bare)?.0,
    };
    is_pattern(&meant).then_some(meant)
}

/// Returns whether only this machine has such names (RFC 6761).
fn is_local(host: &str) -> bool {
    let domain = host.strip_prefix('.').unwrap_or(host).to_ascii_lowercase();
    let has_local_end = ["localhost", "test"].contains(&domain.rsplit('.').next().unwrap_or_default());
    has_local_end
        || domain == "[::1]"
        || domain.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{
        Level,
        test::{ids, sound},
    };

    fn found(base: Settings, hosts: &[&str]) -> Vec<String> {
        let hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
        let mut found = Vec::new();
        check(&Settings { allowed_hosts: hosts, ..base }, &mut found);
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn s86_allowed_hosts_are_required() {
        assert_eq!(ids(&Settings { allowed_hosts: Vec::new(), ..sound() }), ["djauth.E004"]);
    }

    #[test]
    fn s86_hosts_that_no_request_can_name_are_errors_with_the_right_spelling() {
        for (written, meant) in [
            ("http://a.example/", "write `a.example`"),
            ("https://A.example:8000/path?x", "write `a.example`"),
            ("a.example:8000", "write `a.example`"),
            ("a.example.", "write `a.example`"),
            ("[\"a.example\"]", "write `a.example`"),
            ("['a.example'", "write `a.example`"),
            ("*.a.example", "write `.a.example`"),
            ("::1", "write `[::1]`"),
            ("[::1]:8000", "write `[::1]`"),
            ("", "write names without scheme, port and path, such as shop.example"),
            ("a.example b.example", "write names without scheme, port and path, such as shop.example"),
            ("bücher.example", "write names without scheme, port and path, such as shop.example"),
        ] {
            let error =
                format!("djauth.E013: `allowed_hosts` names {written:?}, which no request can name; {meant}");
            assert_eq!(found(sound(), &[written]), [error]);
        }
        assert_eq!(found(sound(), &["a.example", ".B.example", "10.0.0.1", "[::1]"]), [""; 0]);
    }

    #[test]
    fn s86_any_host_has_a_dangerous_name() {
        let any = |base| ids(&Settings { allowed_hosts: vec!["*".to_owned()], ..base });
        assert_eq!(any(sound()), ["djauth.E013"]);
        assert_eq!(any(Settings { dangerous_any_host: true, ..sound() }), [""; 0]);
        let django = Settings { secret_key: sound().secret_key, ..Settings::django() };
        assert_eq!(any(django), ["djauth.W004"]);
    }

    #[test]
    fn s68_s86_development_is_for_the_names_of_ones_own_machine() {
        let local =
            ["localhost", ".localhost", "app.localhost", "shop.test", "127.0.0.1", "127.1.2.3", "[::1]"];
        assert_eq!(found(Settings::development(), &local), [""; 0]);
        for public in ["shop.example", ".example", "*", "10.0.0.5", "[2001:db8::1]", "localhost.example"] {
            let found = found(Settings::development(), &[public]);
            assert!(found.len() == 1 && found[0].starts_with("djauth.E014: "), "{found:?}");
        }
    }

    #[test]
    fn a_trusted_origin_without_a_scheme_is_an_error() {
        let origins = vec!["a.example".to_owned(), "https://b.example".to_owned()];
        let mut found = Vec::new();
        check(&Settings { csrf_trusted_origins: origins, ..sound() }, &mut found);
        let [error] = found.try_into().expect("one error");
        assert_eq!((error.level, error.hint.as_str()), (Level::Error, "write `https://a.example`"));
    }
}
