//! Is this request meant for this site? (Django's `get_host`, rule S86.)

use std::sync::atomic::{AtomicI64, Ordering};

use djauth_runtime::{settings::Settings, url::is_allowed_host};
use http::{HeaderMap, Uri, header::HOST};
use time::OffsetDateTime;

/// The names that a developer's own machine has (Django's, while `DEBUG` is set).
const LOCAL: [&str; 3] = [".localhost", "127.0.0.1", "[::1]"];

/// How many seconds after a warning of a foreign host the next is due: scanners send thousands.
const WARN_EVERY: u64 = 60;

/// The hosts that requests may name.
pub(crate) struct AllowedHosts {
    patterns: Vec<String>,
    /// When somebody was warned of a foreign one, in seconds since 1970.
    warned_at: AtomicI64,
}

impl AllowedHosts {
    pub(super) fn new(settings: &Settings) -> Self {
        let local = LOCAL.iter().filter(|_| settings.development).map(|host| (*host).to_owned());
        let patterns = settings.allowed_hosts.iter().cloned().chain(local).collect();
        Self { patterns, warned_at: AtomicI64::new(i64::MIN) }
    }

    pub(super) fn patterns(&self) -> &[String] {
        &self.patterns
    }

    /// Logs that a request named a host that is none of these.
    pub(super) fn log_foreign(&self, host: Option<&str>, now: OffsetDateTime) {
        const TEXT: &str = "the request is for a host that is not ours; `allowed_hosts` lists those that are";
        let (now, last) = (now.unix_timestamp(), self.warned_at.load(Ordering::Relaxed));
        if now.abs_diff(last) < WARN_EVERY {
            tracing::debug!(?host, "{TEXT}");
        } else {
            self.warned_at.store(now, Ordering::Relaxed);
            tracing::warn!(?host, "{TEXT} (others of this minute are logged as debug)");
        }
    }

    /// Returns a host that is allowed.
    pub(super) fn example(&self) -> &str {
        match self.patterns.first().map(String::as_str) {
            None | Some("*") => "localhost",
            Some(pattern) => pattern.strip_prefix('.').unwrap_or(pattern),
        }
    }

    pub(super) fn allows(&self, host: &str) -> bool {
        // Nearly every request names a listed host as it is listed, and that is seen without a copy of it.
        let domain = match host.rsplit_once(':') {
            Some((domain, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => {
                domain
            }
            _ => host,
        };
        let is_listed = self.patterns.iter().any(|pattern| pattern == domain && pattern != "*");
        is_listed || is_allowed_host(host, &self.patterns)
    }
}

/// Returns the host that a request names: in the target if it stands there, else in the Host header.
///
/// A request with two hosts that differ names none.
pub(crate) fn host<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> Option<&'a str> {
    let mut named = headers.get_all(HOST).iter();
    let header = named.next();
    if named.next().is_some() {
        return None;
    }
    let header = match header {
        Some(header) => Some(header.to_str().ok()?),
        None => None,
    };
    match (uri.authority(), header) {
        (Some(authority), Some(header)) => (authority.as_str() == header).then_some(header),
        (Some(authority), None) => Some(authority.as_str()),
        (None, header) => header,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn hosts(development: bool, allowed: &[&str]) -> AllowedHosts {
        let base = if development { Settings::development() } else { Settings::default() };
        let mut settings = base;
        settings.allowed_hosts = allowed.iter().map(|host| (*host).to_owned()).collect();
        AllowedHosts::new(&settings)
    }

    #[test]
    fn s86_only_allowed_hosts_pass_and_development_adds_only_local_ones() {
        let site = hosts(false, &["shop.example", ".wild.example"]);
        let machine = hosts(true, &["shop.example"]);
        for (host, on_site, on_machine) in [
            ("shop.example", true, true),
            ("shop.example:8000", true, true),
            ("SHOP.example", true, true),
            ("a.wild.example", true, false),
            ("localhost:3000", false, true),
            ("app.localhost", false, true),
            ("127.0.0.1:1", false, true),
            ("[::1]:1", false, true),
            ("[::1]", false, true),
            ("evil.example", false, false),
            ("shop.example.evil.example", false, false),
            ("shop.example@evil.example", false, false),
            ("shop.example:80:80", false, false),
            ("shop.example:x", false, false),
            (".wild.example", true, false),
            ("", false, false),
            ("*", false, false),
        ] {
            assert_eq!((site.allows(host), machine.allows(host)), (on_site, on_machine), "{host:?}");
        }
    }

    #[test]
    fn s86_a_request_names_one_host() {
        let mut headers = HeaderMap::new();
        let path = Uri::from_static("/a");
        let whole = Uri::from_static("http://shop.example/a");
        assert_eq!(host(&path, &headers), None);
        assert_eq!(host(&whole, &headers), Some("shop.example"));
        headers.append(HOST, HeaderValue::from_static("shop.example"));
        assert_eq!(host(&path, &headers), Some("shop.example"));
        assert_eq!(host(&whole, &headers), Some("shop.example"));
        assert_eq!(host(&Uri::from_static("http://evil.example/"), &headers), None);
        headers.append(HOST, HeaderValue::from_static("shop.example"));
        assert_eq!(host(&path, &headers), None);
        headers.clear();
        headers.append(HOST, HeaderValue::from_bytes(b"sh\xffop").expect("an opaque value"));
        assert_eq!(host(&path, &headers), None);
    }
}
