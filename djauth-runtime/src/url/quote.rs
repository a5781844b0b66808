//! Percent-encoding, with the sets of characters that Python and Django leave bare.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What `urllib.parse.quote(text, safe="/")` encodes.
const QUOTED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'_').remove(b'.').remove(b'-').remove(b'~').remove(b'/');

/// What `iri_to_uri` encodes.
const NOT_IN_URI: &AsciiSet = &QUOTED
    .remove(b'#')
    .remove(b'%')
    .remove(b'[')
    .remove(b']')
    .remove(b'=')
    .remove(b':')
    .remove(b';')
    .remove(b'$')
    .remove(b'&')
    .remove(b'(')
    .remove(b')')
    .remove(b'+')
    .remove(b',')
    .remove(b'!')
    .remove(b'?')
    .remove(b'*')
    .remove(b'@')
    .remove(b'\'');

/// What `escape_uri_path` encodes.
const NOT_IN_PATH: &AsciiSet =
    &NOT_IN_URI.add(b'#').add(b'%').add(b'[').add(b']').add(b'=').add(b';').add(b'?');

/// Percent-encodes all but ASCII letters, digits and `_.-~/`, Python's `quote(text)`.
#[must_use]
pub fn quote(text: &str) -> Cow<'_, str> {
    utf8_percent_encode(text, QUOTED).into()
}

/// Makes a URI of a URL that may have any characters, Django's `iri_to_uri`.
///
/// Bytes other than ASCII letters, digits and ``/#%[]=:;$&()+,!?*@'~-._`` are percent-encoded, so the result is fit
/// for a header.
#[must_use]
pub fn iri_to_uri(iri: &str) -> Cow<'_, str> {
    utf8_percent_encode(iri, NOT_IN_URI).into()
}

/// Percent-encodes a decoded path, Django's `escape_uri_path`: ``A-Za-z0-9/:@&+$,-_.!~*'()`` stay bare.
#[must_use]
pub fn escape_uri_path(path: &str) -> Cow<'_, str> {
    utf8_percent_encode(path, NOT_IN_PATH).into()
}

/// Resolves percent-escapes, Python's `unquote(text)`: bad UTF-8 becomes U+FFFD, a `%` that starts no escape stays.
#[must_use]
pub fn unquote(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

/// Resolves the percent-escapes of a request's path, as Django does for `request.path`: a byte that is not part of
/// UTF-8 becomes the text of its escape again (`repercent_broken_unicode`).
#[must_use]
pub fn decode_path(raw: &str) -> Cow<'_, str> {
    let bytes: Cow<'_, [u8]> = percent_decode_str(raw).into();
    if let Cow::Borrowed(_) = bytes {
        return Cow::Borrowed(raw);
    }
    let mut path = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        path.push_str(chunk.valid());
        path.extend(chunk.invalid().iter().map(|&byte| percent_encoding::percent_encode_byte(byte)));
    }
    Cow::Owned(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iri_to_uri_leaves_what_django_leaves() {
        let bare = "AZaz09/#%[]=:;$&()+,!?*@'~-._";
        assert_eq!(iri_to_uri(bare), bare);
        assert_eq!(iri_to_uri("/über uns/?q=\"50%\"#ß"), "/%C3%BCber%20uns/?q=%2250%%22#%C3%9F");
        assert_eq!(iri_to_uri("/€`|\\^{x}\0"), "/%E2%82%AC%60%7C%5C%5E%7Bx%7D%00");
        assert_eq!(iri_to_uri("a\r\nSet-Cookie: x<>\u{7f}"), "a%0D%0ASet-Cookie:%20x%3C%3E%7F");
    }

    #[test]
    fn paths_are_decoded_and_encoded_as_in_django() {
        let bare = "AZaz09/:@&+$,-_.!~*'()";
        assert_eq!(escape_uri_path(bare), bare);
        assert_eq!(escape_uri_path("/a;b=c?d#e%f[g]"), "/a%3Bb%3Dc%3Fd%23e%25f%5Bg%5D");
        assert_eq!(decode_path("/%C3%A9%ff%e2%82/%zz%2"), "/é%FF%E2%82/%zz%2");
        assert_eq!(decode_path("/plain"), "/plain");
    }

    #[test]
    fn escapes_are_resolved_as_in_python() {
        assert_eq!(unquote("%C3%BC+%41%zz%"), "ü+A%zz%");
        assert_eq!(unquote("%F0%9F%98x%ED%A0%80é"), "\u{fffd}x\u{fffd}\u{fffd}\u{fffd}é");
        assert_eq!(quote("/a b~_.-é"), "/a%20b~_.-%C3%A9");
    }
}
