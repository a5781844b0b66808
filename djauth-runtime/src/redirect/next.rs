//! The default profile's rule for targets that a visitor names.

use std::{borrow::Cow, net::Ipv6Addr};

use crate::url::{Scheme, split_domain_port};

/// How many bytes a way back may have (rule S83).
pub const MAX_NEXT_LENGTH: usize = 2048;

/// Which ways back are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NextRule {
    /// Only paths of this site, and listed origins; see [`safe_next`].
    #[default]
    Strict,
    /// What Django follows; see [`url_has_allowed_host_and_scheme`](super::url_has_allowed_host_and_scheme).
    Django,
}

/// Scheme, host and port of a site.
///
/// Hosts are ASCII: an international name is written in its `xn--` form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    scheme: Scheme,
    host: String,
    port: u16,
}

impl Origin {
    /// Reads an origin such as `https://partner.example`, or a host such as `partner.example:8443`, which stands for
    /// https; `None` if it is neither or has more than that.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (origin, rest) = match Self::split(text) {
            None if !text.contains("://") => (Self::new(Scheme::Https, text)?, ""),
            split => split?,
        };
        rest.is_empty().then_some(origin)
    }

    /// Splits an absolute URL into its origin and the rest, which is empty or begins with `/`, `?` or `#`.
    fn split(url: &str) -> Option<(Self, &str)> {
        let (scheme, rest) = url.split_once("://")?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            _ => return None,
        };
        let (authority, rest) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        Some((Self::new(scheme, authority)?, rest))
    }

    fn new(scheme: Scheme, authority: &str) -> Option<Self> {
        let (host, port) = split_domain_port(authority)?;
        // A name with a final dot is another origin to a browser, and no site needs it.
        if authority.strip_suffix('.').is_some() || authority.contains(".:") {
            return None;
        }
        let host = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
            Some(address) => address.parse::<Ipv6Addr>().ok()?.to_string(),
            None => host,
        };
        let port = match (port.as_str(), scheme) {
            ("", Scheme::Http) => 80,
            ("", Scheme::Https) => 443,
            (port, _) => port.parse().ok()?,
        };
        Some(Self { scheme, host, port })
    }
}

/// Returns the way back that a visitor named, unchanged, if it is safe (rules S83 and S85).
///
/// It must be a path of this site, or an absolute URL of one of `allowed`. A path begins with one `/` that neither
/// `/` nor `\` follows. Neither has a backslash, a control character or a `..` segment, nor more than
/// [`MAX_NEXT_LENGTH`] bytes.
#[must_use]
pub fn safe_next<'a>(next: &'a str, allowed: &[Origin]) -> Option<&'a str> {
    let has_bad_character = || next.chars().any(|c| c == '\\' || c.is_control());
    if next.len() > MAX_NEXT_LENGTH || has_bad_character() {
        return None;
    }
    let path = if next.starts_with('/') {
        next
    } else {
        let (origin, path) = Origin::split(next)?;
        if !allowed.contains(&origin) {
            return None;
        }
        path
    };
    let is_local = !path.starts_with("//") || path.len() != next.len();
    (is_local && !has_parent_segment(path)).then_some(next)
}

/// Tests for `..`, written plainly or with escapes, between the slashes of the path.
///
/// `/..//evil.test` becomes `//evil.test` where somebody resolves the dots first.
fn has_parent_segment(path: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    path.split('/').any(|segment| segment.to_ascii_lowercase().replace("%2e", ".") == "..")
}

/// Leaves one slash in front of a path that a redirect is built from (rule S84): browsers take `//evil.test/` and
/// `/\evil.test/` for another site.
#[must_use]
pub fn one_leading_slash(path: &str) -> Cow<'_, str> {
    let rest = path.trim_start_matches(['/', '\\']);
    if path.starts_with('/') && path.len() - rest.len() == 1 {
        Cow::Borrowed(path)
    } else {
        Cow::Owned(format!("/{rest}"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::redirect::allowed::tests::{assert_stays, hostile_urls};

    fn origins(list: &[&str]) -> Vec<Origin> {
        list.iter().filter_map(|text| Origin::parse(text)).collect()
    }

    #[test]
    fn s83_paths_of_this_site_are_followed_unchanged() {
        for path in
            ["/", "/a/?b=1&c=//x", "/a//b", "/ü ü", "/%2F/x", "/a#b", "/.well-known", "/a/...", "/x?q=a/../b"]
        {
            assert_eq!(safe_next(path, &[]), Some(path));
        }
    }

    #[test]
    fn s83_nothing_else_is_followed() {
        for next in [
            "",
            "a",
            "?a",
            "#a",
            "//evil.test",
            "/\\evil.test",
            "\\/evil.test",
            "/a\\b",
            "/a\nb",
            "/\t/evil.test",
            "/a\u{7f}",
            "/a\u{85}",
            " /a",
            "https://evil.test/",
            "javascript:alert(1)",
            "/..//evil.test",
            "/a/%2E./b",
            "/x/..",
            "https:///evil.test",
        ] {
            assert_eq!(safe_next(next, &[]), None, "{next:?}");
        }
        assert!(safe_next(&format!("/{}", "a".repeat(MAX_NEXT_LENGTH - 1)), &[]).is_some());
        assert!(safe_next(&format!("/{}", "a".repeat(MAX_NEXT_LENGTH)), &[]).is_none());
    }

    #[test]
    fn s85_listed_origins_are_followed() {
        let allowed = origins(&["partner.test", "https://xn--9ca.test:8443", "http://[::1]:80"]);
        assert_eq!(allowed.len(), 3);
        for next in [
            "https://partner.test",
            "HTTPS://Partner.Test:443/a?b",
            "https://partner.test//x",
            "https://xn--9ca.test:08443/",
            "http://[0:0::1]/",
            "https://partner.test?//a@b",
        ] {
            assert_eq!(safe_next(next, &allowed), Some(next));
        }
    }

    #[test]
    fn s85_rs_2024_0421_no_other_origin_is_followed() {
        let allowed = origins(&["partner.test", "https://xn--9ca.test:8443"]);
        for next in [
            "http://partner.test/",
            "https://partner.test:8443/",
            "https://partner.test./",
            "https://partner.test.:443/",
            "https://user@partner.test/",
            "https://partner.test:443@evil.test/",
            "https://partner.test\\@evil.test/",
            "https://sub.partner.test/",
            "https://é.test:8443/",
            "https://xn--9ca.test/",
            "https://xn--partner-.test/",
            "https://partner.test%2eevil.test/",
            "https://partner.test:99999/",
            "https://partner.test:/",
            "https:/partner.test/",
            "//partner.test/",
            "ftp://partner.test/",
        ] {
            assert_eq!(safe_next(next, &allowed), None, "{next:?}");
        }
    }

    #[test]
    fn what_is_no_origin_is_not_listed() {
        for text in [
            "",
            "https://",
            "https://partner.test/",
            "a b",
            "partner.test/x",
            "ftp://a",
            "[::g]",
            "*",
            "x://a",
        ] {
            assert_eq!(Origin::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn s83_hostile_urls_that_pass_stay_on_the_site() {
        let allowed = origins(&["example.com"]);
        let passed =
            hostile_urls().filter(|url| safe_next(url, &allowed).is_some()).inspect(|url| assert_stays(url));
        assert!(passed.count() > 10);
    }

    #[test]
    fn s84_cve_2018_14574_rs_2022_0072_one_leading_slash_is_kept() {
        for (path, kept) in [("//evil.test/", "/evil.test/"), ("/\\/x", "/x"), ("", "/"), ("///", "/")] {
            assert_eq!(one_leading_slash(path), kept);
        }
        assert!(matches!(one_leading_slash("/a//b"), Cow::Borrowed("/a//b")));
    }

    proptest! {
        #[test]
        fn s83_what_passes_stays_on_the_site(
            next in r"(/|https?:)[:/\\.]{0,4}(example\.com|evil\.test|@|:|[/\\#?.%x\n]){0,5}"
        ) {
            if safe_next(&next, &origins(&["example.com"])).is_some() {
                assert_stays(&next);
            }
        }
    }
}
