//! Signatures without a time.

use std::{borrow::Cow, sync::OnceLock};

use super::{Keys, SaltedKeys, SigningError};
use crate::{
    crypto::{Algorithm, SaltedKey, constant_time_eq},
    encoding::b64_encode,
    error::{Error, Result},
};

/// Signs texts (`django.core.signing.Signer`).
///
/// It derives its keys at the first use and keeps them: one that is made once costs less than one for each value.
///
/// ```
/// # use djauth_runtime as djauth;
/// use djauth::signing::Signer;
/// # use djauth::signing::{Keys, SecretKey};
///
/// # let keys = Keys::new(SecretKey::new("a secret key of some fifty random characters")?, []);
/// let signer = Signer::new(&keys).with_salt("shop.voucher");
/// let signed = signer.sign("10 %");
/// assert_eq!(signer.unsign(&signed)?, "10 %");
/// assert!(Signer::new(&keys).with_salt("shop.other").unsign(&signed).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Signer {
    keys: Keys,
    salt: Cow<'static, str>,
    pub(super) separator: Cow<'static, str>,
    algorithm: Algorithm,
    salted: OnceLock<SaltedKeys>,
}

impl Signer {
    /// Makes a signer with Django's defaults: its class path as salt, `:` as separator, SHA-256.
    #[must_use]
    pub fn new(keys: &Keys) -> Self {
        Self::named(keys, "django.core.signing.Signer")
    }

    pub(super) fn named(keys: &Keys, class_path: &'static str) -> Self {
        Self {
            keys: keys.clone(),
            salt: Cow::Borrowed(class_path),
            separator: Cow::Borrowed(":"),
            algorithm: Algorithm::Sha256,
            salted: OnceLock::new(),
        }
    }

    /// Sets the salt, which keeps the signatures of one purpose from counting for another. An empty one changes nothing,
    /// as in Django.
    #[must_use]
    pub fn with_salt(mut self, salt: &str) -> Self {
        if !salt.is_empty() {
            self.salt = Cow::Owned(salt.to_owned());
            self.salted.take();
        }
        self
    }

    /// Sets what stands between the value and its signature.
    ///
    /// # Errors
    /// [`Error::Invalid`] when a signature could contain it: when it is empty or made of `A`–`z`, digits, `-`, `_` and
    /// `=` only, a line feed at its end aside.
    pub fn with_separator(mut self, separator: &str) -> Result<Self> {
        let told_apart = separator.strip_suffix('\n').unwrap_or(separator);
        if told_apart.bytes().all(|byte| matches!(byte, b'A'..=b'z' | b'0'..=b'9' | b'-' | b'=')) {
            return Err(Error::invalid(format!(
                "unsafe separator {separator:?}; it needs a character other than A-z, 0-9, `-`, `_` and `=`"
            )));
        }
        self.separator = Cow::Owned(separator.to_owned());
        Ok(self)
    }

    /// Sets the digest.
    #[must_use]
    pub fn with_algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = algorithm;
        self.salted.take();
        self
    }

    /// Returns the value with its signature (`Signer.sign`).
    #[must_use]
    pub fn sign(&self, value: &str) -> String {
        let signature = signature(value, &self.salted().current);
        [value, &self.separator, &signature].concat()
    }

    /// Returns the value, if one of the keys signed it (`Signer.unsign`).
    ///
    /// # Errors
    /// [`SigningError::BadSignature`].
    pub fn unsign<'a>(&self, signed_value: &'a str) -> Result<&'a str, SigningError> {
        let (value, given) = self.split(signed_value).ok_or(SigningError::BadSignature)?;
        let made_by = |key| constant_time_eq(given.as_bytes(), signature(value, key).as_bytes());
        if self.salted().iter().any(made_by) { Ok(value) } else { Err(SigningError::BadSignature) }
    }

    /// Splits a text at the last separator. That is one character nearly always, which is found in a tenth of the time.
    pub(super) fn split<'a>(&self, text: &'a str) -> Option<(&'a str, &'a str)> {
        let mut characters = self.separator.chars();
        match (characters.next(), characters.next()) {
            (Some(character), None) => text.rsplit_once(character),
            _ => text.rsplit_once(&*self.separator),
        }
    }

    fn salted(&self) -> &SaltedKeys {
        self.salted.get_or_init(|| self.keys.salted(&[&self.salt, "signer"].concat(), self.algorithm))
    }
}

fn signature(value: &str, key: &SaltedKey) -> String {
    b64_encode(&key.hmac(value.as_bytes()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::signing::fixtures::{keys, rotated};

    #[test]
    fn signatures_are_those_of_django() {
        for (value, signed) in [
            ("hello", "hello:QvB8qvr4pNOmLuJoETWABRtWGytl0Bq7oIbOTKscz1s"),
            ("a:b", "a:b:eI9ibEgX6VPiItVDRtaufyH0Meehs3Kj7qG2R0x_6kk"),
            ("", ":Sms2_cjahlPWdiA13R3U0_5BJyTZxJVDhx8AF6uUyv8"),
            ("naïve", "naïve:lI7FTh-i2Qryq4p6njdoAzS-GbZqIShJED5mdh4Gjb0"),
        ] {
            assert_eq!(Signer::new(&keys()).sign(value), signed);
            assert_eq!(Signer::new(&keys()).unsign(signed).unwrap(), value);
        }
        let signer = Signer::new(&keys()).with_salt("shop").with_separator("|").unwrap();
        assert_eq!(signer.sign("naïve|value"), "naïve|value|hle6jrfeXy7-8nwgw220Wox-23GSVNggzlsARg6lc-s");
    }

    #[test]
    fn separators_that_a_signature_could_contain_are_refused() {
        let accepts = |separator| Signer::new(&keys()).with_separator(separator).is_ok();
        for separator in ["", "\n", "b-\n", "A", "z[\\]^_`", "=", "0-9"] {
            assert!(!accepts(separator), "{separator:?}");
        }
        for separator in [":", "::", "a:", "\n\n", "a\n\n", "é", "{", "@"] {
            assert!(accepts(separator), "{separator:?}");
        }
    }

    #[test]
    fn s68_fallback_keys_verify_and_do_not_sign() {
        let signed = Signer::new(&keys()).sign("v");
        assert_eq!(Signer::new(&rotated()).unsign(&signed), Ok("v"));
        assert_eq!(
            Signer::new(&keys()).unsign(&Signer::new(&rotated()).sign("v")),
            Err(SigningError::BadSignature)
        );
    }

    #[test]
    fn an_equivalent_spelling_of_the_signature_is_refused() {
        // The last character of an unpadded digest carries two bits that base64 ignores.
        assert!(Signer::new(&keys()).unsign("hello:QvB8qvr4pNOmLuJoETWABRtWGytl0Bq7oIbOTKscz1t").is_err());
        assert!(Signer::new(&keys()).unsign("hello").is_err());
    }

    proptest! {
        #[test]
        fn s113_what_is_signed_comes_back_and_nothing_else(value: String, salt: String, at: prop::sample::Index) {
            let signer = Signer::new(&keys()).with_salt(&salt);
            let signed = signer.sign(&value);
            prop_assert_eq!(signer.unsign(&signed), Ok(value.as_str()));
            let mut changed: Vec<char> = signed.chars().collect();
            let at = at.index(changed.len());
            changed[at] = if changed[at] == 'x' { 'y' } else { 'x' };
            prop_assert!(signer.unsign(&changed.into_iter().collect::<String>()).is_err());
        }

        #[test]
        fn s112_no_text_makes_unsign_panic(text: String) {
            prop_assert!(Signer::new(&rotated()).unsign(&text).is_err());
        }
    }
}
