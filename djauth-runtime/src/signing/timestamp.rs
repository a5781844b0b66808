//! Signatures that know when they were made.

use time::{Duration, OffsetDateTime};

use super::{Keys, Signer, SigningError};
use crate::{
    crypto::Algorithm,
    encoding::{b62_decode, b62_encode},
    error::Result,
};

/// Signs texts together with the time (`django.core.signing.TimestampSigner`).
#[derive(Debug, Clone)]
pub struct TimestampSigner(Signer);

impl TimestampSigner {
    /// Makes a signer with Django's defaults: its class path as salt, `:` as separator, SHA-256.
    #[must_use]
    pub fn new(keys: &Keys) -> Self {
        Self(Signer::named(keys, "django.core.signing.TimestampSigner"))
    }

    /// Sets the salt, as [`Signer::with_salt`].
    #[must_use]
    pub fn with_salt(self, salt: &str) -> Self {
        Self(self.0.with_salt(salt))
    }

    /// Sets the separator, as [`Signer::with_separator`].
    ///
    /// # Errors
    /// When it is unsafe.
    pub fn with_separator(self, separator: &str) -> Result<Self> {
        self.0.with_separator(separator).map(Self)
    }

    /// Sets the digest.
    #[must_use]
    pub fn with_algorithm(self, algorithm: Algorithm) -> Self {
        Self(self.0.with_algorithm(algorithm))
    }

    /// Returns the value with the whole seconds of the time and the signature (`TimestampSigner.sign`).
    #[must_use]
    pub fn sign(&self, value: &str, now: OffsetDateTime) -> String {
        // Python truncates towards zero, `unix_timestamp` downwards; they differ before 1970 only.
        let seconds = (now - OffsetDateTime::UNIX_EPOCH).whole_seconds();
        self.0.sign(&[value, &self.0.separator, &b62_encode(seconds)].concat())
    }

    /// Returns the value, if one of the keys signed it, and not more than `max_age` before `now`
    /// (`TimestampSigner.unsign`).
    ///
    /// The age has a fraction, as in Django, and a signature from the future is as good as new.
    ///
    /// # Errors
    /// [`SigningError::BadSignature`]; [`SigningError::SignatureExpired`]; [`SigningError::Value`] when what was signed
    /// has no timestamp.
    pub fn unsign<'a>(
        &self,
        signed_value: &'a str,
        max_age: Option<Duration>,
        now: OffsetDateTime,
    ) -> Result<&'a str, SigningError> {
        let stamped = self.0.unsign(signed_value)?;
        let no_timestamp = || SigningError::value("the signed value has no timestamp");
        let (value, timestamp) = self.0.split(stamped).ok_or_else(no_timestamp)?;
        let signed_at = b62_decode(timestamp).ok_or_else(no_timestamp)?;
        if let Some(max_age) = max_age {
            check_age(signed_at, max_age, now)?;
        }
        Ok(value)
    }
}

/// Compares in whole nanoseconds: as doubles, the age would be rounded where the limit is not.
fn check_age(signed_at: f64, max_age: Duration, now: OffsetDateTime) -> Result<(), SigningError> {
    if signed_at.is_infinite() {
        return Err(SigningError::value("the timestamp is too large"));
    }
    let signed_at = (signed_at as i128).saturating_mul(1_000_000_000);
    let age = (now - OffsetDateTime::UNIX_EPOCH).whole_nanoseconds().saturating_sub(signed_at);
    if age <= max_age.whole_nanoseconds() {
        return Ok(());
    }
    Err(SigningError::SignatureExpired { age: age as f64 / 1e9, max_age: max_age.as_seconds_f64() })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::signing::{
        SecretKey,
        fixtures::{at, keys, rotated},
    };

    #[test]
    fn timestamped_signatures_are_those_of_django() {
        for (value, signed) in [
            ("hello", "hello:1tSm9Y:sA3BavKXOEbNY0NgJzh8A2bUPoTPOTOhLyyMvSSebzQ"),
            ("a:b", "a:b:1tSm9Y:-fM2B8rqol07PC7-0upY50FYMCTVvH0f4ceHO8zotfo"),
            ("", ":1tSm9Y:WwJwIDe83RnvQrJFWe8hcjkYQzVdjAgRGndC5nu8ovI"),
            ("naïve", "naïve:1tSm9Y:Pzz4n1UI-OQyQQQ41_rj2Z2y5pJ5QXFAPViKqBcMr4U"),
        ] {
            assert_eq!(TimestampSigner::new(&keys()).sign(value, at(1_735_689_600.9)), signed);
            assert_eq!(TimestampSigner::new(&rotated()).unsign(signed, None, at(0.0)).unwrap(), value);
        }
        let explicit = keys().with_key(SecretKey::new("another key").unwrap());
        let signer = TimestampSigner::new(&explicit).with_algorithm(Algorithm::Sha1);
        assert_eq!(signer.sign("", at(0.0)), ":0:zM9DfDivc1vi7xS3fonxxZz6swI");
    }

    #[test]
    fn the_age_counts_fractions_and_the_future_is_young() {
        let signer = TimestampSigner::new(&keys());
        let signed = signer.sign("v", at(1_767_225_600.5));
        let minute = Some(Duration::seconds(60));
        assert_eq!(signer.unsign(&signed, minute, at(1_767_225_660.0)), Ok("v"));
        assert_eq!(signer.unsign(&signed, minute, at(1_000_000_000.0)), Ok("v"));
        assert_eq!(
            signer.unsign(&signed, minute, at(1_767_225_660.25)),
            Err(SigningError::SignatureExpired { age: 60.25, max_age: 60.0 })
        );
    }

    #[test]
    fn an_age_that_equals_the_limit_to_the_last_digit_is_not_over_it() {
        let signer = TimestampSigner::new(&keys());
        for now in [3_403_775_226.427_435, 1_632_736_068.976_09] {
            let signed = signer.sign("v", at(now - 15.0));
            let age = Duration::seconds_f64(now - (now - 15.0).floor());
            assert_eq!(signer.unsign(&signed, Some(age), at(now)), Ok("v"));
            let less = age - Duration::nanoseconds(1);
            assert!(matches!(
                signer.unsign(&signed, Some(less), at(now)),
                Err(SigningError::SignatureExpired { .. })
            ));
        }
    }

    #[test]
    fn a_signed_value_without_a_timestamp_is_no_value() {
        let plain = Signer::new(&keys()).with_salt("django.core.signing.TimestampSigner");
        let unsign = |value: &str, max_age| {
            TimestampSigner::new(&keys()).unsign(&plain.sign(value), max_age, at(1.0)).map(str::to_owned)
        };
        for value in ["", "v", "v:", "v:1_2", "v:é"] {
            assert!(matches!(unsign(value, None), Err(SigningError::Value(_))), "{value}");
        }
        let endless = format!("v:{}", "z".repeat(200));
        assert_eq!(unsign(&endless, None), Ok("v".to_owned()));
        assert!(matches!(unsign(&endless, Some(Duration::ZERO)), Err(SigningError::Value(_))));
    }
}
