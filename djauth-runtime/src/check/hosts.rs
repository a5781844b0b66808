//! Whose requests are answered, and whose forms taken? (rule S86)

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{CheckMessage, weakness};
use crate::{settings::Settings, url::split_domain_port};

/// What to do about a name that is not ASCII.
const AS_SENT: &str = "write it as browsers send it, with `xn--...`";

pub(super) fn check(settings: &Settings, found: &mut Vec<CheckMessage>) {
    if settings.allowed_hosts.is_empty() && !settings.development {
        found.push(CheckMessage::error(
            "djauth.E004",
            "no allowed host is set, so every request would be refused",
            "set DJAUTH_ALLOWED_HOSTS to the names of the site, such as shop.example",
        ));
    }
    found.extend(settings.allowed_hosts.iter().filter_map(|host| check_host(settings, host)));
    found.extend(settings.csrf_trusted_origins.iter().filter_map(|origin| check_origin(origin)));
}

fn check_origin(origin: &str) -> Option<CheckMessage> {
    let hint = match origin_meant(origin) {
        Some(meant) if meant == origin => return None,
        Some(meant) => format!("write it as `{meant}`"),
        None if !origin.is_ascii() => AS_SENT.to_owned(),
        None => "write one such as `https://shop.example`".to_owned(),
    };
    let (id, lack) = if origin.contains("://") {
        ("djauth.E029", "is no origin as browsers send it")
    } else {
        ("4_0.E001", "has no scheme")
    };
    Some(CheckMessage::error(id, format!("`csrf_trusted_origins` names {origin:?}, which {lack}"), hint))
}

/// Returns the origin as browsers send it: with a scheme, in lower case, without a path or the scheme's own port.
fn origin_meant(origin: &str) -> Option<String> {
    let origin = origin.trim().to_ascii_lowercase();
    let (scheme, rest) = origin.split_once("://").unwrap_or(("https", &origin));
    let own_port = if scheme == "https" { ":443" } else { ":80" };
    let host = rest.split(['/', '?', '#']).next()?;
    let host = host.strip_suffix(own_port).unwrap_or(host);
    // Browsers take `_` in a name, and origins are compared as texts.
    let name = host.strip_prefix("*.").unwrap_or(host).replace('_', "-");
    split_domain_port(&name).map(|_| format!("{scheme}://{host}"))
}

fn check_host(settings: &Settings, host: &str) -> Option<CheckMessage> {
    if host != "*" && !is_domain(host) {
        let hint = match (meant(host), meant(&host.replace('_', "-"))) {
            (Some(meant), _) => format!("write `{meant}`"),
            (None, Some(meant)) => {
                format!("no name with `_` is taken, as in Django; call it `{meant}`")
            }
            _ if !host.is_ascii() => AS_SENT.to_owned(),
            _ => "write names without scheme, port and path, such as shop.example".to_owned(),
        };
        let text = format!("`allowed_hosts` names {host:?}, which is no host");
        return Some(CheckMessage::error("djauth.E013", text, hint));
    }
    if settings.development {
        return (!is_local(host)).then(|| {
            CheckMessage::error(
                "djauth.E014",
                format!("`development` is for your own machine, and `allowed_hosts` names `{host}`"),
                "remove `development` where others reach the site, and set `secret_key`; without HTTPS, set \
                 `dangerous_insecure_cookies` as well; on your own machine, set DJAUTH_ALLOWED_HOSTS= (empty) over the \
                 site's settings",
            )
        });
    }
    (host == "*" && !settings.dangerous_any_host).then(|| {
        weakness(
            settings,
            ("djauth.E032", "djauth.W004"),
            "`allowed_hosts` names `*`, so the site takes whatever name a request gives it",
            "list the site's names; if something in front of the program looks at them, set `dangerous_any_host`",
        )
    })
}

/// Returns whether this is a domain as requests name it, after a leading dot that stands for subdomains.
pub(super) fn is_domain(host: &str) -> bool {
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
    is_domain(&meant).then_some(meant)
}

/// Returns whether such names lead nowhere but to this machine (RFC 6761).
fn is_local(host: &str) -> bool {
    let domain = host.strip_prefix('.').unwrap_or(host).to_ascii_lowercase();
    domain.rsplit('.').next() == Some("localhost")
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
            ("bücher.example", "write it as browsers send it, with `xn--...`"),
            ("my_app", "no name with `_` is taken, as in Django; call it `my-app`"),
            ("http://my_app:3000", "no name with `_` is taken, as in Django; call it `my-app`"),
        ] {
            let error = format!("djauth.E013: `allowed_hosts` names {written:?}, which is no host; {meant}");
            assert_eq!(found(sound(), &[written]), [error]);
        }
        assert_eq!(found(sound(), &["a.example", ".B.example", "10.0.0.1", "[::1]"]), [""; 0]);
    }

    #[test]
    fn s86_any_host_has_a_dangerous_name() {
        let any = |base| ids(&Settings { allowed_hosts: vec!["*".to_owned()], ..base });
        assert_eq!(any(sound()), ["djauth.E032"]);
        assert_eq!(any(Settings { dangerous_any_host: true, ..sound() }), [""; 0]);
        let django = Settings { secret_key: sound().secret_key, ..Settings::django() };
        assert_eq!(any(django), ["djauth.W004"]);
    }

    #[test]
    fn s68_s86_development_is_for_the_names_of_ones_own_machine() {
        let local = ["localhost", ".localhost", "app.localhost", "127.0.0.1", "127.1.2.3", "[::1]"];
        assert_eq!(found(Settings::development(), &local), [""; 0]);
        for public in
            ["shop.example", ".example", "shop.test", "*", "10.0.0.5", "[2001:db8::1]", "localhost.example"]
        {
            let found = found(Settings::development(), &[public]);
            assert!(found.len() == 1 && found[0].starts_with("djauth.E014: "), "{found:?}");
        }
    }

    #[test]
    fn a_trusted_origin_that_no_browser_sends_is_an_error_with_the_right_spelling() {
        let found = |origin: &str| {
            let mut found = Vec::new();
            check(&Settings { csrf_trusted_origins: vec![origin.to_owned()], ..sound() }, &mut found);
            found.into_iter().map(|message| (message.level, message.id, message.hint)).collect::<Vec<_>>()
        };
        for right in [
            "https://a.example",
            "http://a.example:8000",
            "https://*.a.example",
            "https://[::1]:1",
            "http://my_app:3000",
        ] {
            assert_eq!(found(right), [], "{right}");
        }
        for (wrong, id, hint) in [
            ("a.example", "4_0.E001", "write it as `https://a.example`"),
            ("*.a.example", "4_0.E001", "write it as `https://*.a.example`"),
            ("", "4_0.E001", "write one such as `https://shop.example`"),
            ("https://a.example/", "djauth.E029", "write it as `https://a.example`"),
            ("HTTPS://A.example:443/path", "djauth.E029", "write it as `https://a.example`"),
            ("http://a.example:80", "djauth.E029", "write it as `http://a.example`"),
            ("https://", "djauth.E029", "write one such as `https://shop.example`"),
            ("https://a b", "djauth.E029", "write one such as `https://shop.example`"),
            ("https://bücher.example", "djauth.E029", "write it as browsers send it, with `xn--...`"),
        ] {
            assert_eq!(found(wrong), [(Level::Error, id, hint.to_owned())], "{wrong}");
        }
    }
}
