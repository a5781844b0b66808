//! How does djauth hold a password? In two types, and never in a `String`.

use std::fmt;

use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

use crate::crypto::constant_time_eq;

/// A password as the user typed it: wiped when dropped, never printed, neither cloned nor serialized.
///
/// The text counts unchanged, with its white space and without normalisation (rule S24). Two passwords compare in constant
/// time (rule S29).
pub struct RawPassword(Zeroizing<String>);

impl RawPassword {
    /// Takes over the text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// Returns the text. Every use of a password in the clear goes through here and can be searched for.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RawPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RawPassword([redacted])")
    }
}

impl PartialEq for RawPassword {
    fn eq(&self, other: &Self) -> bool {
        constant_time_eq(self.0.as_bytes(), other.0.as_bytes())
    }
}

impl Eq for RawPassword {}

impl<'de> Deserialize<'de> for RawPassword {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

/// A stored password, Django's `password` column: `<algorithm>$...`, or `!...` for one that cannot be used.
///
/// It compares in constant time and does not print itself (rules S29 and S93).
#[derive(Clone, Default)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Takes a value as it is stored. Nothing is checked: a malformed value is a wrong password when it is verified.
    pub fn from_stored(encoded: impl Into<String>) -> Self {
        Self(encoded.into())
    }

    /// Returns the stored text.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash([redacted])")
    }
}

impl PartialEq for PasswordHash {
    fn eq(&self, other: &Self) -> bool {
        constant_time_eq(self.0.as_bytes(), other.0.as_bytes())
    }
}

impl Eq for PasswordHash {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_neither_password_nor_hash() {
        let shown =
            format!("{:?} {:?}", RawPassword::new("canary"), PasswordHash::from_stored("md5$canary$x"));
        assert!(!shown.contains("canary"), "{shown}");
    }

    #[test]
    fn passwords_are_equal_only_as_a_whole() {
        assert_eq!(RawPassword::new("secret"), RawPassword::new("secret"));
        assert_ne!(RawPassword::new("secret"), RawPassword::new("secret "));
    }

    #[test]
    fn hashes_are_equal_only_as_a_whole() {
        assert_eq!(PasswordHash::from_stored("md5$a$b"), PasswordHash::from_stored("md5$a$b"));
        assert_ne!(PasswordHash::from_stored("md5$a$b"), PasswordHash::from_stored("md5$a$b "));
    }
}
