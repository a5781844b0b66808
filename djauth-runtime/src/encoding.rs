//! Numbers and bytes as short text: base 62, base 36 and URL-safe base64, as Django and Python write and read them.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::error::{Error, Result};

const BASE36: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const BASE62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Writes an integer in base 62, a negative one with a leading `-` (`django.core.signing.b62_encode`).
#[must_use]
pub fn b62_encode(number: i64) -> String {
    let digits = in_base(number.unsigned_abs().into(), BASE62);
    if number < 0 { format!("-{digits}") } else { digits }
}

/// Reads base 62 as a double, which is what Django compares ages in; a lone `-` is zero, as there.
///
/// Numbers beyond the largest double become infinite. Empty text and foreign characters give `None`.
pub(crate) fn b62_decode(text: &str) -> Option<f64> {
    if text.is_empty() {
        return None;
    }
    let (sign, digits) = text.strip_prefix('-').map_or((1.0, text), |digits| (-1.0, digits));
    let value = |digit| BASE62.iter().position(|&known| known == digit);
    let number = digits.bytes().try_fold(0.0, |number, digit| Some(number * 62.0 + value(digit)? as f64))?;
    Some(sign * number)
}

/// Writes an integer in base 36 (`django.utils.http.int_to_base36`).
///
/// # Errors
/// [`Error::Invalid`] when it is negative.
pub fn int_to_base36(number: i128) -> Result<String> {
    let number =
        u128::try_from(number).map_err(|_| Error::invalid("a negative number has no base 36 text"))?;
    Ok(in_base(number, BASE36))
}

fn in_base(mut number: u128, alphabet: &[u8]) -> String {
    let base = alphabet.len() as u128;
    let mut digits = Vec::new();
    loop {
        digits.push(char::from(alphabet[(number % base) as usize]));
        number /= base;
        if number == 0 {
            return digits.iter().rev().collect();
        }
    }
}

/// Writes bytes in URL-safe base64 without padding (`django.core.signing.b64_encode`, `urlsafe_base64_encode`).
#[must_use]
pub fn b64_encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads base64 as leniently as Python, after padding it to a multiple of four (`django.core.signing.b64_decode`).
pub(crate) fn b64_decode(text: &str) -> Result<Vec<u8>> {
    // What we or Django wrote is read at full speed; the rest decides like Python.
    URL_SAFE_NO_PAD.decode(text).or_else(|_| lenient_base64(text, text.len().wrapping_neg() % 4))
}

/// Reads what [`b64_encode`] wrote, as leniently as Python does (`django.utils.http.urlsafe_base64_decode`).
///
/// `=` is appended length mod 4 times; `+` and `/` count as `-` and `_`; other foreign characters are skipped.
///
/// # Errors
/// [`Error::Invalid`] when a group of four characters stays incomplete.
pub fn urlsafe_base64_decode(text: &str) -> Result<Vec<u8>> {
    lenient_base64(text, text.len() % 4)
}

/// Does as `binascii.a2b_base64` without strict mode, on the text and then `padding` times `=`. Either alphabet counts.
pub(crate) fn lenient_base64(text: &str, padding: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let (mut group, mut filled, mut pads) = (0_u32, 0, 0);
    for character in text.bytes().chain(std::iter::repeat_n(b'=', padding)) {
        if character == b'=' {
            if filled >= 2 {
                pads += 1;
                if filled + pads >= 4 {
                    return Ok(bytes);
                }
            }
            continue;
        }
        let Some(bits) = sextet(character) else { continue };
        pads = 0;
        group = group << 6 | u32::from(bits);
        filled = (filled + 1) % 4;
        match filled {
            2 => bytes.push((group >> 4) as u8),
            3 => bytes.push((group >> 2) as u8),
            0 => bytes.push(group as u8),
            _ => {}
        }
    }
    if filled == 0 { Ok(bytes) } else { Err(Error::invalid("incorrect base64 padding")) }
}

fn sextet(character: u8) -> Option<u8> {
    match character {
        b'A'..=b'Z' => Some(character - b'A'),
        b'a'..=b'z' => Some(character - b'a' + 26),
        b'0'..=b'9' => Some(character - b'0' + 52),
        b'-' | b'+' => Some(62),
        b'_' | b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn base_62_is_that_of_django() {
        for (number, text) in [
            (0, "0"),
            (61, "z"),
            (62, "10"),
            (1_767_225_600, "1vb66i"),
            (-3845, "-101"),
            (i64::MIN, "-AzL8n0Y58m8"),
        ] {
            assert_eq!(b62_encode(number), text);
        }
        assert_eq!(b62_decode("1vb66i"), Some(1_767_225_600.0));
        assert_eq!(b62_decode("-101"), Some(-3845.0));
        assert_eq!(b62_decode("-"), Some(0.0));
        assert_eq!(b62_decode(""), None);
        assert_eq!(b62_decode("1v:66i"), None);
        assert_eq!(b62_decode("--1"), None);
        assert_eq!(b62_decode(&"z".repeat(400)), Some(f64::INFINITY));
    }

    #[test]
    fn base_36_is_that_of_django() {
        for (number, text) in
            [(0, "0"), (35, "z"), (36, "10"), (1_767_225_600, "t85s00"), (i64::MAX.into(), "1y2p0ij32e8e7")]
        {
            assert_eq!(int_to_base36(number).unwrap(), text);
        }
        assert!(int_to_base36(-36).is_err());
    }

    #[test]
    fn base64_is_read_as_leniently_as_in_python() {
        for (text, bytes) in [
            ("", &b""[..]),
            ("MjAyNjAyMDQ", b"20260204"),
            ("MjAy~NjAy MDQ", b"20260204"),
            ("MQ", b"1"),
            ("_-8", b"\xff\xef"),
            ("/+8=", b"\xff\xef"),
            ("MQ==MjAy", b"1"),
            ("M=Q==", b"1"),
        ] {
            assert_eq!(urlsafe_base64_decode(text).unwrap(), bytes, "{text}");
        }
        for text in ["M", "MjAyN", "M====", "Mé"] {
            assert!(urlsafe_base64_decode(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn s113_bytes_come_back_from_base64(bytes: Vec<u8>) {
            let text = b64_encode(&bytes);
            prop_assert_eq!(&b64_decode(&text).unwrap(), &bytes);
            prop_assert_eq!(urlsafe_base64_decode(&text).unwrap(), bytes);
        }

        #[test]
        fn s112_no_text_makes_the_decoders_panic(text: String) {
            let _ = (b62_decode(&text), b64_decode(&text), urlsafe_base64_decode(&text));
        }
    }
}
