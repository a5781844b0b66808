//! Whole JSON values, signed.

use time::{Duration, OffsetDateTime};

use super::{Keys, Signer, SigningError, TimestampSigner, zlib};
use crate::{
    encoding::{b64_decode, b64_encode},
    json::{self, Value},
};

/// Whether a payload is compressed where that makes it shorter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compress {
    /// Never.
    No,
    /// With zlib, when the payload becomes shorter by two bytes at least. Payloads over
    /// [`MAX_INFLATED`](super::MAX_INFLATED), which nobody would inflate again, stay as they are.
    IfShorter,
}

/// Signs a JSON value with the time (`django.core.signing.dumps`). An empty salt is the signer's class path.
///
/// # Errors
/// [`SigningError::Value`] when the value nests too deep to be read back.
pub fn dumps(
    value: &Value,
    keys: &Keys,
    salt: &str,
    compress: Compress,
    now: OffsetDateTime,
) -> Result<String, SigningError> {
    TimestampSigner::new(keys).with_salt(salt).sign_object(value, compress, now)
}

/// Returns the value that [`dumps`] signed (`django.core.signing.loads`).
///
/// # Errors
/// As [`TimestampSigner::unsign`]; and [`SigningError::Value`] when the payload is no base64, no deflate, too large or no
/// JSON.
pub fn loads(
    signed: &str,
    keys: &Keys,
    salt: &str,
    max_age: Option<Duration>,
    now: OffsetDateTime,
) -> Result<Value, SigningError> {
    TimestampSigner::new(keys).with_salt(salt).unsign_object(signed, max_age, now)
}

impl Signer {
    /// Signs a JSON value (`Signer.sign_object`).
    ///
    /// # Errors
    /// As [`dumps`].
    pub fn sign_object(&self, value: &Value, compress: Compress) -> Result<String, SigningError> {
        Ok(self.sign(&payload(&json::dumps(value)?, compress)))
    }

    /// Returns the value that [`Signer::sign_object`] signed (`Signer.unsign_object`).
    ///
    /// # Errors
    /// As [`Signer::unsign`] and [`loads`].
    pub fn unsign_object(&self, signed: &str) -> Result<Value, SigningError> {
        read_payload(self.unsign(signed)?)
    }
}

impl TimestampSigner {
    /// Signs a JSON value with the time (`TimestampSigner.sign_object`).
    ///
    /// # Errors
    /// As [`dumps`].
    pub fn sign_object(
        &self,
        value: &Value,
        compress: Compress,
        now: OffsetDateTime,
    ) -> Result<String, SigningError> {
        Ok(self.sign_json(&json::dumps(value)?, compress, now))
    }

    /// Signs a value that is JSON already.
    pub(crate) fn sign_json(&self, text: &str, compress: Compress, now: OffsetDateTime) -> String {
        self.sign(&payload(text, compress), now)
    }

    /// Returns the value that [`TimestampSigner::sign_object`] signed (`TimestampSigner.unsign_object`).
    ///
    /// # Errors
    /// As [`loads`].
    pub fn unsign_object(
        &self,
        signed: &str,
        max_age: Option<Duration>,
        now: OffsetDateTime,
    ) -> Result<Value, SigningError> {
        read_payload(self.unsign(signed, max_age, now)?)
    }
}

fn payload(text: &str, compress: Compress) -> String {
    if compress == Compress::IfShorter && text.len() <= zlib::MAX_INFLATED {
        let compressed = zlib::deflate(text.as_bytes());
        if compressed.len() + 1 < text.len() {
            return format!(".{}", b64_encode(&compressed));
        }
    }
    b64_encode(text.as_bytes())
}

/// Returns the value that [`TimestampSigner::sign_object`] signed, whoever signed it. Good for finding things, never for
/// letting anybody in.
pub(crate) fn peek(signed: &str) -> Result<Value, SigningError> {
    read_payload(signed.split(':').next().unwrap_or_default())
}

/// Reads a payload whose signature was verified, or that comes from a table of ours: nothing is inflated for strangers.
fn read_payload(payload: &str) -> Result<Value, SigningError> {
    let bytes = match payload.strip_prefix('.') {
        Some(compressed) => zlib::inflate(&base64(compressed)?)?,
        None => base64(payload)?,
    };
    Ok(json::loads_latin1(&bytes)?)
}

fn base64(text: &str) -> Result<Vec<u8>, SigningError> {
    b64_decode(text).map_err(|error| SigningError::value(error.to_string()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::signing::{
        MAX_INFLATED,
        fixtures::{at, keys, rotated},
    };

    const NOW: f64 = 1_735_689_600.0;

    #[test]
    fn plain_payloads_are_those_of_django() {
        for (text, salt, signed) in [
            (
                r#""hello""#,
                "django.core.signing",
                "ImhlbGxvIg:1tSm9Y:w7Nu_wyria8LkXHOL6SPFz1Bb3VDRy4fk0VGQwHvEkA",
            ),
            (
                r#"{"a": 1, "b": [true, null, 1.5]}"#,
                "django.core.signing",
                "eyJhIjoxLCJiIjpbdHJ1ZSxudWxsLDEuNV19:1tSm9Y:ghfZfJ9raGh2f6sFeC364KEflpFXcFPOte7QMQzX0Zs",
            ),
            (
                r#"{"k": "é🦀"}"#,
                "my-salt",
                "eyJrIjoiXHUwMGU5XHVkODNlXHVkZDgwIn0:1tSm9Y:mer8BDXy_nrf19_Jk4yCUC8iAfab5dofg4zVT527Qyg",
            ),
            ("1e+16", "my-salt", "MWUrMTY:1tSm9Y:OaiuVIeBwjadTyCBwTXXSw7PUDN28EWqArb2URvAFf8"),
            ("{}", "my-salt", "e30:1tSm9Y:8wQLKwm9OK7Fu7YfsJowfL09FhAeAKu4uFM-bP062vE"),
        ] {
            let value = json::loads(text).unwrap();
            // All of them are too short for compression to gain anything.
            for compress in [Compress::No, Compress::IfShorter] {
                assert_eq!(dumps(&value, &keys(), salt, compress, at(NOW)).unwrap(), signed);
            }
            assert_eq!(loads(signed, &rotated(), salt, None, at(NOW)).unwrap(), value);
        }
    }

    #[test]
    fn what_zlib_compressed_is_read() {
        let numbers: Vec<_> = (1..20_i64).map(Value::from).collect();
        for (value, salt, signed) in [
            (
                Value::from("a".repeat(60)),
                "my-salt",
                ".eJxTSqQAKAEA1NwXAQ:1tSm9Y:QMJCGmrRIsI8TMjKzm2q5UVLK5KxLJAlIS-swkZ5gWI",
            ),
            (
                Value::from(numbers),
                "django.core.signing",
                ".eJwFwcERACAIwLCF-rCiILN47r-GyZVJsNgkxaFxoDgxcOHGxMKD_T7vhAml:1tSm9Y:lKEV8yk81x4Y-wXY4uCMohYY_275J2b558z672N2n_4",
            ),
        ] {
            assert_eq!(loads(signed, &keys(), salt, None, at(NOW)).unwrap(), value);
            let ours = dumps(&value, &keys(), salt, Compress::IfShorter, at(NOW)).unwrap();
            assert!(ours.starts_with('.'), "{ours}");
            assert_eq!(loads(&ours, &keys(), salt, None, at(NOW)).unwrap(), value);
        }
    }

    #[test]
    fn a_payload_that_is_no_json_is_no_value() {
        let signer = Signer::new(&keys());
        for payload in ["", "e30e", "!", "e3", ".e30", ".", "bm8", "W10gW10"] {
            let read = signer.unsign_object(&signer.sign(payload));
            assert!(matches!(read, Err(SigningError::Value(_))), "{payload}: {read:?}");
        }
        assert_eq!(
            signer.unsign_object(&signer.sign("e~3\u{e9}0=")).unwrap(),
            Value::Object(json::Object::new())
        );
    }

    #[test]
    fn s59_payloads_beyond_the_cap_are_not_inflated_and_so_not_compressed() {
        let bomb = Value::from("a".repeat(MAX_INFLATED));
        let signer = Signer::new(&keys());
        let plain = signer.sign_object(&bomb, Compress::IfShorter).unwrap();
        assert_eq!(signer.unsign_object(&plain).unwrap(), bomb);
        let compressed = zlib::deflate(json::dumps(&bomb).unwrap().as_bytes());
        let signed = signer.sign(&format!(".{}", b64_encode(&compressed)));
        assert!(matches!(signer.unsign_object(&signed), Err(SigningError::Value(_))));
    }

    #[test]
    fn s59_the_signature_is_verified_before_anything_is_inflated() {
        let signed = Signer::new(&keys()).sign(".garbage");
        assert_eq!(
            Signer::new(&keys()).with_salt("other").unsign_object(&signed),
            Err(SigningError::BadSignature)
        );
    }
}
