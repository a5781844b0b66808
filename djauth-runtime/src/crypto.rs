//! Keyed hashes, random strings and comparison in constant time (Django's `django.utils.crypto`).
//!
//! Unlike Django, nothing here falls back to a default secret or a default digest: both are named at each use.

use std::{fmt, str::FromStr};

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::error::{Error, Result, Unavailable};

/// The characters of salts, tokens and unusable passwords (Django's `RANDOM_STRING_CHARS`).
pub const ALPHANUMERIC: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

const HEX: &[u8; 16] = b"0123456789abcdef";

/// A digest that signatures and tokens may be made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// SHA-1, only to read what old releases of Django signed.
    Sha1,
    /// SHA-256, which Django names wherever it signs.
    Sha256,
    /// SHA-512.
    Sha512,
}

impl FromStr for Algorithm {
    type Err = Error;

    /// Reads the name that Python's `hashlib` gives the digest.
    ///
    /// # Errors
    /// [`Error::Invalid`] for any other name (Django's `InvalidAlgorithm`).
    fn from_str(name: &str) -> Result<Self> {
        match name {
            "sha1" => Ok(Self::Sha1),
            "sha256" => Ok(Self::Sha256),
            "sha512" => Ok(Self::Sha512),
            _ => Err(Error::invalid(format!("{name:?} is no digest; use sha1, sha256 or sha512"))),
        }
    }
}

/// Returns the HMAC of `value` under a key that is derived from `key_salt` and `secret` (Django's `salted_hmac`).
///
/// A salt of its own for each purpose keeps a signature for one from counting as a signature for another.
#[must_use]
pub fn salted_hmac(key_salt: &[u8], value: &[u8], secret: &[u8], algorithm: Algorithm) -> Vec<u8> {
    SaltedKey::derive(key_salt, secret, algorithm).hmac(value)
}

/// The key of [`salted_hmac`], derived once for many values: wiped when dropped, never printed (rule S93).
#[derive(Clone)]
pub struct SaltedKey {
    key: Zeroizing<Vec<u8>>,
    algorithm: Algorithm,
}

impl SaltedKey {
    /// Derives the key from its salt and a secret.
    #[must_use]
    pub fn derive(key_salt: &[u8], secret: &[u8], algorithm: Algorithm) -> Self {
        let digest = match algorithm {
            Algorithm::Sha1 => digest::<Sha1>,
            Algorithm::Sha256 => digest::<Sha256>,
            Algorithm::Sha512 => digest::<Sha512>,
        };
        Self { key: Zeroizing::new(digest(key_salt, secret)), algorithm }
    }

    /// Returns the HMAC of a value.
    #[must_use]
    pub fn hmac(&self, value: &[u8]) -> Vec<u8> {
        let hmac = match self.algorithm {
            Algorithm::Sha1 => hmac::<Hmac<Sha1>>,
            Algorithm::Sha256 => hmac::<Hmac<Sha256>>,
            Algorithm::Sha512 => hmac::<Hmac<Sha512>>,
        };
        hmac(&self.key, value)
    }
}

impl fmt::Debug for SaltedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SaltedKey([redacted])")
    }
}

fn digest<D: Digest>(key_salt: &[u8], secret: &[u8]) -> Vec<u8> {
    D::new().chain_update(key_salt).chain_update(secret).finalize().to_vec()
}

fn hmac<M: Mac + KeyInit>(key: &[u8], value: &[u8]) -> Vec<u8> {
    let mut mac = <M as KeyInit>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(value);
    mac.finalize().into_bytes().to_vec()
}

/// Tells whether two byte strings are equal, in a time that depends on their lengths only (rule S29).
#[must_use]
pub fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

/// Returns `len` characters drawn evenly from `alphabet` with the generator of the operating system (Django's
/// `get_random_string`).
///
/// # Errors
/// [`Error::Unavailable`] when the system's generator fails: a guessable string is never returned instead.
/// [`Error::Invalid`] when the alphabet is not made of 1 to 128 ASCII characters.
pub fn random_string(len: usize, alphabet: &[u8]) -> Result<String> {
    if alphabet.is_empty() || alphabet.len() > 128 || !alphabet.is_ascii() {
        return Err(Error::invalid("an alphabet has 1 to 128 ASCII characters"));
    }
    // Bytes from the last, incomplete round of the alphabet are thrown away: kept, they would favour its beginning.
    let even = 256 - 256 % alphabet.len();
    let mut drawn = String::with_capacity(len);
    let mut bytes = [0; 64];
    while drawn.len() < len {
        getrandom::fill(&mut bytes)
            .map_err(|error| Unavailable::new("the system's random generator", error))?;
        let fair = bytes.iter().map(|&byte| usize::from(byte)).filter(|&byte| byte < even);
        drawn.extend(fair.take(len - drawn.len()).map(|byte| char::from(alphabet[byte % alphabet.len()])));
    }
    Ok(drawn)
}

/// Returns bytes from the generator of the operating system.
///
/// # Errors
/// [`Error::Unavailable`] when the system's generator fails.
pub fn random_bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Unavailable::new("the system's random generator", error))?;
    Ok(bytes)
}

/// Returns bytes as lower-case hexadecimal text (Python's `bytes.hex`).
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let mut digits = vec![0; 2 * bytes.len()];
    for (pair, byte) in digits.chunks_exact_mut(2).zip(bytes) {
        pair.copy_from_slice(&[HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
    }
    String::from_utf8(digits).expect("hexadecimal digits are ASCII")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn salted_hmac_gives_the_bytes_that_django_gives() {
        for (name, digest) in [
            ("sha1", "e56c6bb296a2676d156593a5790e800482f90f0b"),
            ("sha256", "7cfd7560fd9730ec1414f1d368386666d2af90f0254bba1757c6a246a84b7e68"),
            (
                "sha512",
                "1bc34aa91f3ac2dc7a259ee5f3f9c78326caf30cbe6ba58bd9029b6e823169be0a2885b3f45276675f3d9812f9b0d0c3d4d7ed46b38a808a44b7bf209320785d",
            ),
        ] {
            let mac = salted_hmac("sält".as_bytes(), b"value", b"secret", name.parse().unwrap());
            assert_eq!(hex(&mac), digest);
        }
    }

    #[test]
    fn the_salt_is_part_of_the_key() {
        let with = |salt: &[u8]| salted_hmac(salt, b"value", b"secret", Algorithm::Sha256);
        assert_ne!(with(b"one"), with(b"two"));
    }

    #[test]
    fn an_unknown_digest_is_refused() {
        assert!(matches!("md5".parse::<Algorithm>(), Err(Error::Invalid(_))));
        assert!(matches!("SHA256".parse::<Algorithm>(), Err(Error::Invalid(_))));
    }

    #[test]
    fn random_strings_have_the_length_and_use_the_whole_alphabet_evenly() {
        for len in [0, 1, 22, 40, 64, 65, 1000] {
            assert_eq!(random_string(len, ALPHANUMERIC).unwrap().len(), len);
        }
        let drawn = random_string(62_000, ALPHANUMERIC).unwrap();
        for &wanted in ALPHANUMERIC {
            let count = drawn.bytes().filter(|&byte| byte == wanted).count();
            // Eight standard deviations: a fair draw fails this less than once in 10^12 runs.
            assert!((750..=1250).contains(&count), "{} came {count} times", char::from(wanted));
        }
    }

    #[test]
    fn an_alphabet_that_cannot_be_drawn_from_is_refused() {
        for alphabet in [&b""[..], &[b'a'; 129], "ä".as_bytes()] {
            assert!(matches!(random_string(1, alphabet), Err(Error::Invalid(_))));
        }
    }

    #[test]
    fn comparison_takes_the_whole_value() {
        let value: Vec<u8> = (0..20).collect();
        for len in 0..=value.len() {
            let value = &value[..len];
            assert!(constant_time_eq(value, value));
            assert!(!constant_time_eq(value, &[value, b" "].concat()));
            assert!(!constant_time_eq(&[value, &[0; 8]].concat(), value));
            for at in 0..len {
                let mut other = value.to_vec();
                other[at] ^= 1 << (at % 8);
                assert!(!constant_time_eq(value, &other), "{at} of {len}");
            }
        }
    }
}
