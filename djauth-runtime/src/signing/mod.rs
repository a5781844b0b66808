//! How is a value signed? With `Signer`, `TimestampSigner`, [`dumps`] and [`loads`], those of `django.core.signing`.
//!
//! A signed value is readable by everybody and can be made only by who knows the secret key. Values signed here are
//! those that Django 5.2 signs, to the byte; only compressed payloads may be spelt differently, because another deflate
//! than zlib's makes them (each side reads the other's). Differences:
//!
//! - the clock is an argument, and there is no global secret key: each signer is given [`Keys`];
//! - a compressed payload may hold at most [`MAX_INFLATED`] bytes; larger ones are written as they are (rule S59).
//!
//! New formats of djauth's own are authenticated with [`purpose_mac`], whose input cannot be ambiguous (rule S67).

mod cookie;
mod key;
mod object;
mod purpose;
mod signer;
mod timestamp;
mod zlib;

pub use cookie::{LegacySalt, cookie_sign, cookie_unsign};
pub(crate) use key::SaltedKeys;
pub use key::{Keys, SecretKey};
pub(crate) use object::peek;
pub use object::{Compress, dumps, loads};
pub use purpose::{Purpose, purpose_mac, verify_purpose_mac};
pub use signer::Signer;
pub use timestamp::TimestampSigner;
pub use zlib::MAX_INFLATED;

use crate::{error::Error, json::JsonError};

/// Why a signed value is not accepted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SigningError {
    /// There is no signature, or none of the keys made it (Django's `BadSignature`).
    #[error("signature does not match")]
    BadSignature,

    /// The signature is right but too old (Django's `SignatureExpired`, a kind of `BadSignature` there).
    #[error("signature age {age} > {max_age} seconds")]
    SignatureExpired {
        /// The age in seconds.
        age: f64,
        /// The age in seconds that was allowed.
        max_age: f64,
    },

    /// What was signed is not what was expected, or cannot be signed (Python's `ValueError` and its like).
    #[error("{0}")]
    Value(String),
}

impl SigningError {
    fn value(text: impl Into<String>) -> Self {
        Self::Value(text.into())
    }
}

impl From<JsonError> for SigningError {
    fn from(error: JsonError) -> Self {
        Self::value(error.to_string())
    }
}

impl From<SigningError> for Error {
    fn from(error: SigningError) -> Self {
        Self::invalid(error.to_string())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
pub(crate) mod fixtures {
    use time::OffsetDateTime;

    use super::{Keys, SecretKey};

    pub(crate) const SECRET: &str = "reference-secret-key-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEF";
    pub(crate) const OLD_SECRET: &str = "reference-old-secret-key-9876543210-zyxwvutsrqponmlkjihgfedcba";

    /// The reference's key, without fallbacks.
    pub(crate) fn keys() -> Keys {
        Keys::new(SecretKey::new(SECRET).unwrap(), [])
    }

    /// A new key, with the reference's key as fallback.
    pub(crate) fn rotated() -> Keys {
        Keys::new(SecretKey::new("a new key").unwrap(), [SecretKey::new(SECRET).unwrap()])
    }

    pub(crate) fn at(seconds: f64) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + time::Duration::seconds_f64(seconds)
    }
}
