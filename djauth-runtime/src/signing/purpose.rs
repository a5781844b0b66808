//! Authentication codes whose input cannot be ambiguous, for formats of djauth's own.

use super::{Keys, SecretKey};
use crate::crypto::{Algorithm, constant_time_eq, salted_hmac};

/// What a code is for. Each use declares its own: `const CSRF: Purpose = Purpose::new("djauth.csrf");`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purpose(&'static str);

impl Purpose {
    /// Names a purpose. The name is part of every code.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }
}

/// Returns the HMAC-SHA-256, 32 bytes, of purpose, name, salt and data, each with its length (rule S67).
///
/// Django concatenates names and salts instead, and had to tell two cookies apart afterwards (CVE-2026-6873).
#[must_use]
pub fn purpose_mac(key: &SecretKey, purpose: Purpose, name: &str, salt: &[u8], data: &[u8]) -> Vec<u8> {
    let input = framed([purpose.0.as_bytes(), name.as_bytes(), salt, data]);
    salted_hmac(b"djauth.signing.purpose_mac", &input, key.expose().as_bytes(), Algorithm::Sha256)
}

/// Tells in constant time whether one of the keys made this code with [`purpose_mac`].
#[must_use]
pub fn verify_purpose_mac(
    keys: &Keys,
    purpose: Purpose,
    name: &str,
    salt: &[u8],
    data: &[u8],
    mac: &[u8],
) -> bool {
    keys.iter().any(|key| constant_time_eq(&purpose_mac(key, purpose, name, salt, data), mac))
}

fn framed(parts: [&[u8]; 4]) -> Vec<u8> {
    let mut input = Vec::new();
    for part in parts {
        input.extend_from_slice(&(part.len() as u64).to_be_bytes());
        input.extend_from_slice(part);
    }
    input
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::signing::fixtures::{keys, rotated};

    const ONE: Purpose = Purpose::new("one");

    #[test]
    fn s67_a_code_of_one_purpose_fails_in_another() {
        let mac = purpose_mac(keys().secret_key(), ONE, "name", b"salt", b"data");
        assert_eq!(mac.len(), 32);
        let verify = |purpose, name, salt: &str, data: &str| {
            verify_purpose_mac(&rotated(), purpose, name, salt.as_bytes(), data.as_bytes(), &mac)
        };
        assert!(verify(ONE, "name", "salt", "data"));
        assert!(!verify(Purpose::new("onen"), "ame", "salt", "data"));
        assert!(!verify(ONE, "names", "alt", "data"));
        assert!(!verify(ONE, "name", "sal", "tdata"));
        assert!(!verify(ONE, "name", "salt", "data "));
    }

    fn parts() -> impl Strategy<Value = [Vec<u8>; 4]> {
        // Few and short bytes, zeros among them, so that ambiguity would be met.
        prop::array::uniform4(prop::collection::vec(prop_oneof![Just(0), Just(1), Just(8)], 0..10))
    }

    proptest! {
        #[test]
        fn s67_no_two_tuples_share_an_input(one in parts(), other in parts()) {
            let framed_parts = |parts: &[Vec<u8>; 4]| framed(parts.each_ref().map(Vec::as_slice));
            prop_assert_eq!(one == other, framed_parts(&one) == framed_parts(&other));
            let shifted = [one[0].clone(), [one[1].as_slice(), &one[2]].concat(), Vec::new(), one[3].clone()];
            prop_assert_eq!(one == shifted, framed_parts(&one) == framed_parts(&shifted));
        }
    }
}
