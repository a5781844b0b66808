//! What does a request's `Cookie` header say of one cookie?
//!
//! Django keeps the last of several. Here two cookies of one name are none at all (rule S58): somebody who can set cookies
//! for the site, from a subdomain say, would choose which one counts.

use super::SessionKey;
use crate::request::SessionCookie;

/// One cookie, as a request carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cookie<'a> {
    /// It is not there.
    Missing,
    /// It is there once, with this value.
    Once(&'a str),
    /// It is there more than once, or is no text.
    Unusable,
}

/// Finds a cookie in the values of the request's `Cookie` headers. Quotes around the value do not belong to it.
pub fn find_cookie<'a>(headers: impl IntoIterator<Item = &'a [u8]>, name: &str) -> Cookie<'a> {
    let mut found = Cookie::Missing;
    for header in headers {
        for pair in header.split(|byte| *byte == b';') {
            let Some(value) = value_of(pair.trim_ascii(), name.as_bytes()) else { continue };
            found = match (found, std::str::from_utf8(value)) {
                (Cookie::Missing, Ok(value)) => Cookie::Once(value),
                _ => return Cookie::Unusable,
            };
        }
    }
    found
}

fn value_of<'a>(pair: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let equals = pair.iter().position(|byte| *byte == b'=')?;
    let (found, value) = (pair[..equals].trim_ascii(), pair[equals + 1..].trim_ascii());
    let unquoted = value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\""));
    (found == name).then(|| unquoted.unwrap_or(value))
}

impl SessionCookie {
    /// Reads the session cookie of this name from the values of the request's `Cookie` headers.
    pub fn read<'a>(headers: impl IntoIterator<Item = &'a [u8]>, name: &str) -> Self {
        match find_cookie(headers, name) {
            Cookie::Missing => Self::Missing,
            Cookie::Once(value) => SessionKey::parse(value).map_or(Self::Unusable, Self::Key),
            Cookie::Unusable => Self::Unusable,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn find<'a>(headers: &[&'a [u8]]) -> Cookie<'a> {
        find_cookie(headers.iter().copied(), "sid")
    }

    #[test]
    fn one_cookie_is_found_among_others() {
        for header in [
            &b"sid=k"[..],
            b"a=b; sid=k; c",
            b"a=b;sid=k",
            b" sid = k ",
            b"sid=\"k\"",
            b"SID=x; sid=k",
            b"xsid=x; sid=k; sidx=y",
            b"a=\xff; sid=k",
        ] {
            assert_eq!(find(&[header]), Cookie::Once("k"), "{}", header.escape_ascii());
        }
        assert_eq!(find(&[b"a=b", b"sid=k=l"]), Cookie::Once("k=l"));
        assert_eq!(find(&[b"sid"]), Cookie::Missing);
        assert_eq!(find(&[]), Cookie::Missing);
    }

    #[test]
    fn s58_two_cookies_of_one_name_are_none() {
        for headers in [
            &[&b"sid=k; sid=k"[..]][..],
            &[b"sid=k", b"sid=l"],
            &[b"sid=; sid=k"],
            &[b"sid=\xff"],
            &[b"sid=k;sid"],
        ] {
            let expected = if headers == [b"sid=k;sid"] { Cookie::Once("k") } else { Cookie::Unusable };
            assert_eq!(find(headers), expected, "{headers:?}");
        }
    }

    #[test]
    fn s58_a_cookie_that_does_not_parse_is_no_session() {
        let key = "a".repeat(32);
        for (header, expected) in [
            (format!("sid={key}"), SessionCookie::Key(SessionKey::parse(&key).expect("a key"))),
            (format!("sid={key}; sid={key}"), SessionCookie::Unusable),
            (format!("sid={key}x"), SessionCookie::Unusable),
            (format!("sid={}", key.to_uppercase()), SessionCookie::Unusable),
            ("sid=".to_owned(), SessionCookie::Unusable),
            ("other=1".to_owned(), SessionCookie::Missing),
        ] {
            assert_eq!(SessionCookie::read([header.as_bytes()], "sid"), expected, "{header}");
        }
    }

    proptest! {
        #[test]
        fn no_header_panics(header in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = find(&[&header]);
        }
    }
}
