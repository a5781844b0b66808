//! The key of a session: what the cookie holds, and what a store sees of it.

use std::{
    fmt,
    hash::{Hash, Hasher},
    str,
    sync::Arc,
};

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::{
    Result,
    crypto::{self, constant_time_eq},
};

const ALPHABET: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const LENGTH: usize = 32;

/// A session's key: 32 characters of `a-z0-9`, about 165 bits (rule S44). It is wiped when its last clone is dropped.
#[derive(Clone)]
pub struct SessionKey(Arc<Zeroizing<[u8; LENGTH]>>);

impl SessionKey {
    /// Draws a new key from the system's generator.
    ///
    /// # Errors
    /// [`Error::Unavailable`](crate::Error::Unavailable) if the generator fails.
    pub fn generate() -> Result<Self> {
        let key = Zeroizing::new(crypto::random_string(LENGTH, ALPHABET)?);
        Ok(Self::parse(&key).expect("a key is made of its alphabet"))
    }

    /// Reads a cookie's value; `None` if djauth or Django never made such a key.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let key: &[u8; LENGTH] = text.as_bytes().try_into().ok()?;
        let well_formed = key.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9'));
        well_formed.then(|| Self(Arc::new(Zeroizing::new(*key))))
    }

    /// Returns the key itself, for the cookie and for nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        str::from_utf8(self.0.as_slice()).expect("a key is made of its alphabet")
    }

    /// Returns what a store sees (rule S45): the SHA-256 digest, in hexadecimal.
    #[must_use]
    pub fn digest(&self) -> StoredKey {
        StoredKey(crypto::hex(&Sha256::digest(self.0.as_slice())))
    }

    /// Returns what Django's own stores see: the key in the clear. Whoever reads the table can take over sessions.
    #[must_use]
    pub fn in_the_clear(&self) -> StoredKey {
        StoredKey(self.expose().to_owned())
    }
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionKey([redacted])")
    }
}

impl PartialEq for SessionKey {
    fn eq(&self, other: &Self) -> bool {
        constant_time_eq(self.0.as_slice(), other.0.as_slice())
    }
}

impl Eq for SessionKey {}

/// A session's key as a store sees it. It compares in constant time (rule S29).
#[derive(Clone)]
pub struct StoredKey(String);

impl StoredKey {
    /// Returns the text under which the session is stored.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl PartialEq for StoredKey {
    fn eq(&self, other: &Self) -> bool {
        constant_time_eq(self.0.as_bytes(), other.0.as_bytes())
    }
}

impl Eq for StoredKey {}

impl Hash for StoredKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

/// In the django profile the stored key is the key itself, so it is not shown.
impl fmt::Debug for StoredKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoredKey([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s44_only_keys_that_we_could_have_made_are_read() {
        let key = SessionKey::generate().expect("a generator");
        assert_eq!(SessionKey::parse(key.expose()), Some(key));
        for text in
            ["", "abc", &"a".repeat(31), &"a".repeat(33), &"A".repeat(32), &"é".repeat(16), &" ".repeat(32)]
        {
            assert_eq!(SessionKey::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn s45_a_store_sees_a_digest() {
        let key = SessionKey::generate().expect("a generator");
        assert_eq!(key.digest().expose().len(), 64);
        assert!(!key.digest().expose().contains(key.expose()));
    }

    #[test]
    fn s44_every_character_of_a_key_is_drawn_evenly() {
        let mut counts = [0_u32; 256];
        for _ in 0..10_000 {
            for byte in SessionKey::generate().expect("a generator").expose().bytes() {
                counts[usize::from(byte)] += 1;
            }
        }
        let expected = 320_000.0 / 36.0;
        for byte in ALPHABET {
            let deviation = (f64::from(counts[usize::from(*byte)]) - expected).abs() / expected;
            assert!(deviation < 0.06, "{} is off by {deviation}", char::from(*byte));
        }
    }
}
