//! Secret keys.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Deserializer, de};
use zeroize::Zeroizing;

use crate::{
    crypto::{Algorithm, SaltedKey, constant_time_eq},
    error::ImproperlyConfigured,
};

/// A secret key (Django's `SECRET_KEY`): wiped when its last clone is dropped, never printed, compared in constant time
/// (rules S29, S69 and S93).
#[derive(Clone)]
pub struct SecretKey(Arc<Zeroizing<String>>);

impl SecretKey {
    /// Takes over the text. That it is long and random enough is for the start-up checks to see (rule S68).
    ///
    /// # Errors
    /// When the text is empty: a signature under it could be made by anybody.
    pub fn new(text: impl Into<String>) -> Result<Self, ImproperlyConfigured> {
        let text = Zeroizing::new(text.into());
        if text.is_empty() {
            return Err(ImproperlyConfigured::new("the secret key is empty; set it to 50 random characters"));
        }
        Ok(Self(Arc::new(text)))
    }

    /// Returns the text. Every use of a key goes through here and can be searched for.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Returns the key that this one is with a label in front, as Django sets cookies' keys apart.
    pub(super) fn labelled(&self, label: &str) -> Self {
        Self(Arc::new(Zeroizing::new([label, self.expose()].concat())))
    }
}

/// For a key that came from outside, such as a vault: a constant is a `&str`, and no secret (rule S69).
impl TryFrom<String> for SecretKey {
    type Error = ImproperlyConfigured;

    fn try_from(text: String) -> Result<Self, ImproperlyConfigured> {
        Self::new(text)
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey([redacted])")
    }
}

impl PartialEq for SecretKey {
    fn eq(&self, other: &Self) -> bool {
        constant_time_eq(self.expose().as_bytes(), other.expose().as_bytes())
    }
}

impl Eq for SecretKey {}

impl<'de> Deserialize<'de> for SecretKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// The key that signs, and older keys whose signatures still count (`SECRET_KEY` and `SECRET_KEY_FALLBACKS`).
///
/// Fallbacks verify and never sign (rule S68). Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Keys {
    secret_key: SecretKey,
    fallbacks: Arc<[SecretKey]>,
}

impl Keys {
    /// Makes the set from the key that signs and those that also verify, in the order in which they are tried.
    pub fn new(secret_key: SecretKey, fallbacks: impl IntoIterator<Item = SecretKey>) -> Self {
        Self { secret_key, fallbacks: fallbacks.into_iter().collect() }
    }

    /// Returns these keys with another one to sign. The fallbacks stay, as with the `key` argument of Django's signers.
    #[must_use]
    pub fn with_key(&self, secret_key: SecretKey) -> Self {
        Self { secret_key, fallbacks: Arc::clone(&self.fallbacks) }
    }

    /// Returns the key that signs.
    #[must_use]
    pub fn secret_key(&self) -> &SecretKey {
        &self.secret_key
    }

    /// Returns the keys that verify only.
    #[must_use]
    pub fn fallbacks(&self) -> &[SecretKey] {
        &self.fallbacks
    }

    /// Iterates over all keys that verify, the one that signs first.
    pub fn iter(&self) -> impl Iterator<Item = &SecretKey> {
        std::iter::once(&self.secret_key).chain(self.fallbacks.iter())
    }

    /// Derives the keys for one purpose.
    pub(crate) fn salted(&self, key_salt: &str, algorithm: Algorithm) -> SaltedKeys {
        let derive =
            |key: &SecretKey| SaltedKey::derive(key_salt.as_bytes(), key.expose().as_bytes(), algorithm);
        SaltedKeys {
            current: derive(&self.secret_key),
            fallbacks: self.fallbacks.iter().map(derive).collect(),
        }
    }

    pub(super) fn labelled(&self, label: &str) -> Self {
        Self::new(self.secret_key.labelled(label), self.fallbacks.iter().map(|key| key.labelled(label)))
    }
}

/// [`Keys`] with a salt: derived once, for as many values as there are.
#[derive(Debug, Clone)]
pub(crate) struct SaltedKeys {
    pub(crate) current: SaltedKey,
    pub(crate) fallbacks: Vec<SaltedKey>,
}

impl SaltedKeys {
    /// Iterates over all keys that verify, the one that signs first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &SaltedKey> {
        std::iter::once(&self.current).chain(&self.fallbacks)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn s93_keys_do_not_print_themselves() {
        let keys = Keys::new(SecretKey::new("canary-1").unwrap(), [SecretKey::new("canary-2").unwrap()]);
        assert!(!format!("{keys:?}").contains("canary"));
    }

    #[test]
    fn s68_an_empty_key_is_refused() {
        assert!(SecretKey::new("").is_err());
        assert!(SecretKey::try_from(String::new()).is_err());
        assert!(serde_json::from_str::<SecretKey>("\"\"").is_err());
    }

    #[test]
    fn keys_are_equal_only_as_a_whole() {
        assert_eq!(SecretKey::new("one").unwrap(), SecretKey::new("one").unwrap());
        assert_ne!(SecretKey::new("one").unwrap(), SecretKey::new("one ").unwrap());
    }
}
