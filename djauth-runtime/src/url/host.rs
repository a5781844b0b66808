//! Hosts of requests (`django.http.request`).

/// Splits a Host header into domain, in lower case and without a final dot, and port, which may be empty; `None` if it
/// is malformed (Django's `split_domain_port`).
///
/// A domain has only ASCII letters, digits, `.` and `-`, or is an IPv6 address in brackets. Unlike Django's, this function
/// does not take a Kelvin sign for a `k`.
#[must_use]
pub fn split_domain_port(host: &str) -> Option<(String, String)> {
    let host = host.to_ascii_lowercase();
    let (domain, port) = match host.find(']') {
        Some(end) => host.split_at(end + 1),
        None => host.split_at(host.find(':').unwrap_or(host.len())),
    };
    let is_name = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
    };
    let is_port = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());

    let port = match port.strip_prefix(':') {
        Some(digits) if is_port(digits) => digits,
        None if port.is_empty() => "",
        _ => return None,
    };
    if !is_name(domain) && !is_bracketed(domain) {
        return None;
    }
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    (!domain.is_empty()).then(|| (domain.to_owned(), port.to_owned()))
}

/// Tests for `[`, hexadecimal digits, a colon, then such digits, dots and colons, and `]`: Django looks no closer.
fn is_bracketed(domain: &str) -> bool {
    let inner = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inner.and_then(|inner| inner.split_once(':')).is_some_and(|(first, rest)| {
        first.bytes().all(|b| b.is_ascii_hexdigit())
            && !rest.is_empty()
            && rest.bytes().all(|b| b.is_ascii_hexdigit() || b == b'.' || b == b':')
    })
}

/// Returns whether a domain fits a pattern (Django's `is_same_domain`): `.example.com` stands for the domain and all
/// below it, anything else for itself. The pattern may be in any case, the domain must be in lower case.
#[must_use]
pub fn is_same_domain(domain: &str, pattern: &str) -> bool {
    let pattern = pattern.to_lowercase();
    match pattern.strip_prefix('.') {
        Some(bare) => domain == bare || domain.ends_with(&pattern),
        None => !pattern.is_empty() && domain == pattern,
    }
}

/// Returns whether a Host header is well formed and fits one of the patterns, of which `*` stands for every host
/// (Django's `ALLOWED_HOSTS` and `get_host()`).
#[must_use]
pub fn is_allowed_host(host: &str, allowed_hosts: &[impl AsRef<str>]) -> bool {
    split_domain_port(host).is_some_and(|(domain, _)| {
        allowed_hosts
            .iter()
            .map(AsRef::as_ref)
            .any(|pattern| pattern == "*" || is_same_domain(&domain, pattern))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_split_as_in_django() {
        for (host, domain, port) in [
            ("Example.COM:8000", "example.com", "8000"),
            ("example.com.", "example.com", ""),
            ("[::1]:80", "[::1]", "80"),
            ("[a:.:]", "[a:.:]", ""),
        ] {
            assert_eq!(split_domain_port(host), Some((domain.to_owned(), port.to_owned())), "{host}");
        }
    }

    #[test]
    fn malformed_hosts_are_refused() {
        for host in [
            "", ".", ":80", "a:", "a:b", "a_b", "a b", "a/b", "a@b", "a:1:2", "[]", "[:]", "[::1", "::1]",
            "[::1]x", "[g:1]", "[a]", "a[::1]", "é", "a\n", "[::1]:",
        ] {
            assert_eq!(split_domain_port(host), None, "{host}");
        }
    }

    #[test]
    fn s86_only_allowed_hosts_pass() {
        let allowed = [".Example.com", "[::1]"];
        for host in ["example.com", "www.example.com:1", "example.com.", "[::1]:8000"] {
            assert!(is_allowed_host(host, &allowed), "{host}");
        }
        for host in ["notexample.com", "example.com.evil.test", "[::2]", "example.com@evil.test", ""] {
            assert!(!is_allowed_host(host, &allowed), "{host}");
        }
        assert!(is_allowed_host("anything.test", &["*"]));
        assert!(!is_allowed_host("any_thing.test", &["*"]));
        assert!(!is_allowed_host("example.com", &[""]));
    }
}
