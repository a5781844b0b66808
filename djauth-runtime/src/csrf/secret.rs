//! Secrets and their masks.

use std::fmt;

use zeroize::Zeroizing;

use super::TokenFault;
use crate::{
    crypto::{ALPHANUMERIC, constant_time_eq, random_string},
    error::Result,
};

/// `CSRF_SECRET_LENGTH`.
const LENGTH: usize = 32;

/// The secret that a browser's cookie or session holds and its forms repeat: 32 ASCII letters and digits, compared in
/// constant time, never printed.
#[derive(Clone)]
pub struct CsrfSecret(Zeroizing<String>);

impl CsrfSecret {
    /// Draws a new secret (`_get_new_csrf_string`).
    ///
    /// # Errors
    /// [`Error::Unavailable`](crate::Error::Unavailable) when the system's generator fails.
    pub fn generate() -> Result<Self> {
        random_string(LENGTH, ALPHANUMERIC).map(|text| Self(Zeroizing::new(text)))
    }

    /// Reads a cookie or a token: 32 characters are the secret itself, 64 a masked one (`_check_token_format` and
    /// `_unmask_cipher_token`).
    ///
    /// # Errors
    /// [`TokenFault::IncorrectLength`], counted in code points, before [`TokenFault::InvalidCharacters`].
    pub fn parse(text: &str) -> Result<Self, TokenFault> {
        let length = text.chars().take(2 * LENGTH + 1).count();
        if length != LENGTH && length != 2 * LENGTH {
            return Err(TokenFault::IncorrectLength);
        }
        let indexes: Option<Vec<usize>> = text.bytes().map(index).collect();
        let indexes = Zeroizing::new(indexes.ok_or(TokenFault::InvalidCharacters)?);
        let (mask, secret) = indexes.split_at(indexes.len() - LENGTH);
        let mask = mask.iter().chain(std::iter::repeat(&0));
        let size = ALPHANUMERIC.len();
        Ok(Self::from_indexes(secret.iter().zip(mask).map(|(character, mask)| character + size - mask)))
    }

    /// Makes a secret from 32 numbers, each counted round the alphabet.
    pub(super) fn from_indexes(indexes: impl IntoIterator<Item = usize>) -> Self {
        let characters =
            indexes.into_iter().map(|index| char::from(ALPHANUMERIC[index % ALPHANUMERIC.len()]));
        Self(Zeroizing::new(characters.collect()))
    }

    /// Returns the secret, for the cookie or the session.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Returns the secret under a fresh mask, for a form (`_mask_cipher_secret`). No two are alike, so that compressed
    /// pages do not betray the secret (BREACH).
    ///
    /// # Errors
    /// [`Error::Unavailable`](crate::Error::Unavailable) when the system's generator fails.
    pub fn mask(&self) -> Result<String> {
        Ok(self.masked_with(&Self::generate()?))
    }

    /// Returns the secret under this mask, 64 characters: the mask, then the sums of mask and secret.
    #[must_use]
    pub fn masked_with(&self, mask: &Self) -> String {
        let indexes = |secret: &Self| secret.0.bytes().filter_map(index).collect::<Vec<_>>();
        let sums = indexes(self).into_iter().zip(indexes(mask)).map(|(secret, mask)| secret + mask);
        [mask.expose(), Self::from_indexes(sums).expose()].concat()
    }
}

fn index(character: u8) -> Option<usize> {
    let index = match character {
        b'a'..=b'z' => character - b'a',
        b'A'..=b'Z' => character - b'A' + 26,
        b'0'..=b'9' => character - b'0' + 52,
        _ => return None,
    };
    Some(index.into())
}

impl fmt::Debug for CsrfSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CsrfSecret([redacted])")
    }
}

impl PartialEq for CsrfSecret {
    fn eq(&self, other: &Self) -> bool {
        constant_time_eq(self.0.as_bytes(), other.0.as_bytes())
    }
}

impl Eq for CsrfSecret {}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn secret(text: &str) -> CsrfSecret {
        CsrfSecret::parse(text).unwrap()
    }

    #[test]
    fn masks_are_those_of_django() {
        for (plain, mask, masked) in [
            (
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
            ),
            (
                "abcdefghijklmnopqrstuvwxyzABCDEF",
                "0123456789abcdefghijklmnopqrstuv",
                "0123456789abcdefghijklmnopqrstuv02468acegikmoqsuwyACEGIKMOQSUWY0",
            ),
            (
                "99999999999999999999999999999999",
                "99999999999999999999999999999999",
                "9999999999999999999999999999999988888888888888888888888888888888",
            ),
            (
                "ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ",
            ),
            (
                "ReferenceSecretOf32Characters012",
                "zyxwvutsrqponmlkjihgfedcba987654",
                "zyxwvutsrqponmlkjihgfedcba987654gCCAMyGuv8tqEqEYob9ImeucdtdppWWW",
            ),
        ] {
            assert_eq!(secret(plain).masked_with(&secret(mask)), masked);
            assert_eq!(secret(masked).expose(), plain);
        }
    }

    #[test]
    fn the_length_is_checked_before_the_characters() {
        for (text, fault) in [
            (String::new(), TokenFault::IncorrectLength),
            ("_".repeat(31), TokenFault::IncorrectLength),
            ("a".repeat(33), TokenFault::IncorrectLength),
            ("a".repeat(1 << 20), TokenFault::IncorrectLength),
            ("é".repeat(16), TokenFault::IncorrectLength),
            ("é".repeat(32), TokenFault::InvalidCharacters),
            ("é".repeat(64), TokenFault::InvalidCharacters),
            (format!("{} ", "a".repeat(31)), TokenFault::InvalidCharacters),
        ] {
            assert_eq!(CsrfSecret::parse(&text), Err(fault), "{text:.40}");
        }
    }

    #[test]
    fn s93_a_secret_does_not_print_itself() {
        let secret = CsrfSecret::generate().unwrap();
        assert!(!format!("{secret:?}").contains(secret.expose()));
    }

    proptest! {
        #[test]
        fn s113_masks_differ_and_come_off(text in "[a-zA-Z0-9]{32}") {
            let secret = secret(&text);
            let (one, other) = (secret.mask().unwrap(), secret.mask().unwrap());
            prop_assert_ne!(&one, &other);
            prop_assert_eq!(&CsrfSecret::parse(&one).unwrap(), &secret);
            prop_assert_eq!(CsrfSecret::parse(&other).unwrap(), secret);
        }

        #[test]
        fn s112_no_text_makes_parse_panic(text: String, close in "[a-zA-Z0-9é]{30,66}") {
            let _ = (CsrfSecret::parse(&text), CsrfSecret::parse(&close));
        }
    }
}
