//! The URL that a request was sent to.

use std::fmt;

use super::{decode_path, escape_uri_path, iri_to_uri};

/// How a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// In the clear.
    Http,
    /// Over TLS (Django's `request.is_secure()`).
    Https,
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http => "http",
            Self::Https => "https",
        })
    }
}

/// The URL of a request. The host is taken as it is: whether it is allowed is asked before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestUrl<'a> {
    /// How the request came.
    pub scheme: Scheme,
    /// The Host header, port included.
    pub host: &'a str,
    /// The path as it was sent, percent-encoded.
    pub path: &'a str,
    /// What follows the first `?`; empty if nothing does.
    pub query: &'a str,
}

impl<'a> RequestUrl<'a> {
    /// Makes it from a request target such as `/orders/?tab=1`.
    #[must_use]
    pub fn new(scheme: Scheme, host: &'a str, target: &'a str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self { scheme, host, path, query }
    }

    /// Returns path and query, encoded afresh (Django's `request.get_full_path()`).
    #[must_use]
    pub fn full_path(&self) -> String {
        self.with_query(&escape_uri_path(&decode_path(self.path)))
    }

    /// Returns the whole URL (Django's `request.build_absolute_uri()`), with dot segments resolved.
    #[must_use]
    pub fn absolute_uri(&self) -> String {
        let decoded = decode_path(self.path);
        let path = escape_uri_path(&decoded);
        // Django leaves a dot segment at the end alone unless there is one before it.
        let path = if path.contains("/./") || path.contains("/../") {
            self.with_query(&resolve_dot_segments(&path))
        } else {
            self.with_query(&path)
        };
        iri_to_uri(&format!("{}://{}{path}", self.scheme, self.host)).into_owned()
    }

    fn with_query(&self, path: &str) -> String {
        if self.query.is_empty() { path.to_owned() } else { format!("{path}?{}", iri_to_uri(self.query)) }
    }
}

/// Resolves `.` and `..` as Python's `urljoin` does.
fn resolve_dot_segments(path: &str) -> String {
    let mut resolved: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "." => {}
            ".." => drop(resolved.pop()),
            _ => resolved.push(segment),
        }
    }
    if path.ends_with("/.") || path.ends_with("/..") {
        resolved.push("");
    }
    let resolved = resolved.join("/");
    if resolved.starts_with('/') { resolved } else { format!("/{resolved}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(target: &str) -> RequestUrl<'_> {
        RequestUrl::new(Scheme::Https, "shop.test:8443", target)
    }

    #[test]
    fn the_path_is_decoded_and_encoded_again() {
        assert_eq!(
            request("/7;v=2/%c3%a9%FF?tab=%C3%A9\"").full_path(),
            "/7%3Bv%3D2/%C3%A9%25FF?tab=%C3%A9%22"
        );
        assert_eq!(request("/a?").full_path(), "/a");
        assert_eq!(request("/a?b?c").full_path(), "/a?b?c");
    }

    #[test]
    fn the_absolute_uri_is_djangos() {
        for (target, uri) in [
            ("/a b", "/a%20b"),
            ("//evil.test/", "//evil.test/"),
            ("/a/../b?c", "/b?c"),
            ("/a/%2e%2E/b/..", "/"),
            ("/a/..", "/a/.."),
            ("/../x", "/x"),
            ("/./", "/"),
        ] {
            assert_eq!(request(target).absolute_uri(), format!("https://shop.test:8443{uri}"), "{target}");
        }
    }
}
