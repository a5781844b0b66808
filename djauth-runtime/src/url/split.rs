//! `urlsplit` and `urlunsplit`.

use super::{UrlError, is_ipv6};
use crate::text;

/// The five parts of a URL, Python's `SplitResult`. A part that is missing is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SplitUrl {
    /// What stands before the first `:`, in lower case.
    pub scheme: String,
    /// Host with user information and port, as written.
    pub netloc: String,
    /// The path, percent-escapes and all.
    pub path: String,
    /// What follows the first `?`.
    pub query: String,
    /// What follows the first `#`.
    pub fragment: String,
}

/// Takes a URL apart, Python's `urlsplit(url)`.
///
/// Control characters and spaces in front are skipped, and every tab, carriage return and line feed is deleted.
///
/// # Errors
/// A host with unbalanced brackets, with something else than an IPv6 address between them, or with characters that
/// become separators under NFKC.
pub fn urlsplit(url: &str) -> Result<SplitUrl, UrlError> {
    let url = url.trim_start_matches(|c: char| c <= ' ');
    let cleaned: String;
    let url = if url.contains(['\t', '\r', '\n']) {
        cleaned = url.replace(['\t', '\r', '\n'], "");
        &cleaned
    } else {
        url
    };

    let (scheme, rest) = split_scheme(url);
    let (netloc, rest) = split_netloc(rest);
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    check_brackets(netloc)?;
    check_disguise(netloc)?;

    Ok(SplitUrl {
        scheme: scheme.to_ascii_lowercase(),
        netloc: netloc.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        fragment: fragment.to_owned(),
    })
}

impl SplitUrl {
    /// Puts the parts together again, Python's `urlunsplit` and `SplitResult.geturl()`: an empty `?` or `#` is gone.
    #[must_use]
    pub fn geturl(&self) -> String {
        let mut url = String::new();
        if !self.scheme.is_empty() {
            url.push_str(&self.scheme);
            url.push(':');
        }
        let host_is_expected = USES_NETLOC.contains(&self.scheme.as_str()) && !self.path.starts_with("//");
        if !self.netloc.is_empty() || host_is_expected {
            url.push_str("//");
            url.push_str(&self.netloc);
            if !self.path.is_empty() && !self.path.starts_with('/') {
                url.push('/');
            }
        }
        url.push_str(&self.path);
        for (mark, part) in [('?', &self.query), ('#', &self.fragment)] {
            if !part.is_empty() {
                url.push(mark);
                url.push_str(part);
            }
        }
        url
    }
}

/// Schemes before whose path `urlunsplit` writes `//` even without a host.
const USES_NETLOC: [&str; 25] = [
    "ftp", "http", "gopher", "nntp", "telnet", "imap", "wais", "file", "mms", "https", "shttp", "snews",
    "prospero", "rtsp", "rtsps", "rtspu", "rsync", "svn", "svn+ssh", "sftp", "nfs", "git", "git+ssh", "ws",
    "wss",
];

fn split_scheme(url: &str) -> (&str, &str) {
    let is_scheme = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    };
    url.split_once(':').filter(|(scheme, _)| is_scheme(scheme)).unwrap_or(("", url))
}

fn split_netloc(url: &str) -> (&str, &str) {
    let Some(rest) = url.strip_prefix("//") else { return ("", url) };
    rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()))
}

fn check_brackets(netloc: &str) -> Result<(), UrlError> {
    let opened = netloc.split_once('[');
    if opened.is_some() != netloc.contains(']') {
        return Err(UrlError::UnbalancedBrackets);
    }
    let Some((_, host)) = opened else { return Ok(()) };
    let host = host.split_once(']').map_or(host, |(host, _)| host);
    let is_good = match host.strip_prefix('v') {
        Some(future) => is_future_address(future),
        None => is_ipv6(host),
    };
    if is_good { Ok(()) } else { Err(UrlError::BadBracketedHost) }
}

/// Tests for `1f.anything`, what follows the `v` of an address of a future version.
fn is_future_address(text: &str) -> bool {
    text.split_once('.').is_some_and(|(version, address)| {
        !version.is_empty() && version.bytes().all(|b| b.is_ascii_hexdigit()) && !address.is_empty()
    })
}

/// Refuses a host such as `example.com℀.evil.test`, whose one character is a path to those who normalise.
fn check_disguise(netloc: &str) -> Result<(), UrlError> {
    if netloc.is_ascii() {
        return Ok(());
    }
    let host = netloc.replace(['@', ':', '#', '?'], "");
    let normalised = text::nfkc(&host);
    if normalised != host && normalised.contains(['/', '?', '#', '@', ':']) {
        return Err(UrlError::DisguisedSeparator);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parts(url: &str) -> [String; 5] {
        let SplitUrl { scheme, netloc, path, query, fragment } = urlsplit(url).unwrap_or_default();
        [scheme, netloc, path, query, fragment]
    }

    #[test]
    fn urls_are_split_as_in_python() {
        assert_eq!(parts("HTTPS://U@Host:1/p;x?q?#f#g"), ["https", "U@Host:1", "/p;x", "q?", "f#g"]);
        assert_eq!(parts("\u{1} \t//ho\nst/a\tb"), ["", "host", "/ab", "", ""]);
        assert_eq!(parts("java\nscript:alert(1)"), ["javascript", "", "alert(1)", "", ""]);
        assert_eq!(parts("1http://h/"), ["", "", "1http://h/", "", ""]);
        assert_eq!(parts(":x"), ["", "", ":x", "", ""]);
        assert_eq!(parts("ħttp://h/"), ["", "", "ħttp://h/", "", ""]);
        assert_eq!(parts("//h?x/y"), ["", "h", "", "x/y", ""]);
        assert_eq!(parts("///x"), ["", "", "/x", "", ""]);
        assert_eq!(parts("http:///x"), ["http", "", "/x", "", ""]);
    }

    #[test]
    fn hosts_that_deceive_are_refused() {
        for (url, error) in [
            ("http://[::1/", UrlError::UnbalancedBrackets),
            ("//::1]/", UrlError::UnbalancedBrackets),
            ("//[127.0.0.1]/", UrlError::BadBracketedHost),
            ("//[v1]/", UrlError::BadBracketedHost),
            ("//[V1.x]/", UrlError::BadBracketedHost),
            ("//]a[/", UrlError::BadBracketedHost),
            ("http://example.com\u{2100}.evil.test/", UrlError::DisguisedSeparator),
            ("http://example.com\u{ff0f}evil.test", UrlError::DisguisedSeparator),
            ("//a\u{ff03}b", UrlError::DisguisedSeparator),
        ] {
            assert_eq!(urlsplit(url), Err(error), "{url}");
        }
        for url in
            ["//[::1]:80/", "//[v1F.a:b]", "//[fe80::1%25en0]", "//x[::1]y", "//пример.test", "//ａ.test"]
        {
            assert!(urlsplit(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn urls_are_joined_as_in_python() {
        for (url, joined) in [
            ("HTTP://h/p?#", "http://h/p"),
            ("http:x", "http:///x"),
            ("http://h?q", "http://h?q"),
            ("mailto:a@b", "mailto:a@b"),
            ("//h", "//h"),
            ("////h", "//h"),
            ("http:////h", "http://h"),
            ("?a#b", "?a#b"),
            ("file:/x", "file:///x"),
        ] {
            assert_eq!(urlsplit(url).map(|parts| parts.geturl()), Ok(joined.to_owned()), "{url}");
        }
    }

    proptest! {
        #[test]
        fn no_part_has_what_browsers_delete(url in r"[a-z:/?#\[\]@.\\\t\u{2100}%v0-9é ]{0,24}") {
            if let Ok(parts) = urlsplit(&url) {
                prop_assert!(!parts.geturl().contains(['\t', '\r', '\n']));
            }
        }
    }
}
