//! The two readings of an encoded Argon2 hash. That of argon2-cffi is lenient and serves `must_update` and summaries;
//! that of the C library is strict and serves verification.

use std::{collections::BTreeMap, iter};

use argon2::{Algorithm, Version};
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};

use super::{ALGORITHM, Costs, HASH_LENGTH, Kind, MIN_SALT_LENGTH};
use crate::{encoding::lenient_base64, error::Result, hasher::cost};

/// The fields that argon2-cffi finds in a hash. Its numbers are decimal text of any size.
pub(super) struct Parameters<'a> {
    pub(super) variety: &'a str,
    pub(super) version: &'a str,
    pub(super) memory: &'a str,
    pub(super) time: &'a str,
    pub(super) parallelism: &'a str,
    pub(super) hash: &'a str,
    salt: &'a str,
}

impl<'a> Parameters<'a> {
    /// Reads what follows `argon2$`. The numbers may come in any order, and the last of a name counts.
    pub(super) fn extract(text: &'a str) -> Option<Self> {
        let parts: Vec<_> = text.split('$').collect();
        let (variety, version, costs, salt, hash) = match parts[..] {
            [variety, version, costs, salt, hash] => (variety, version, costs, salt, hash),
            // The library takes a hash without a version for one of release 1.2.
            [variety, costs, salt, hash] => (variety, "v=18", costs, salt, hash),
            _ => return None,
        };
        if !matches!(variety, "argon2d" | "argon2i" | "argon2id") {
            return None;
        }
        let mut numbers = BTreeMap::new();
        for pair in iter::once(version).chain(costs.split(',')) {
            let (name, digits) = pair.split_once('=')?;
            cost(ALGORITHM, digits).ok()?;
            numbers.insert(name, digits);
        }
        let numbers: Vec<_> = numbers.into_iter().collect();
        let [("m", memory), ("p", parallelism), ("t", time), ("v", version)] = numbers[..] else {
            return None;
        };
        Some(Self { variety, version, memory, time, parallelism, hash, salt })
    }

    /// Tells whether a new hash with these costs would have the same fields. The salt does not count.
    pub(super) fn are_of_new_hashes(&self, costs: Costs) -> bool {
        let is = |digits, number: u32| matches!(cost(ALGORITHM, digits), Ok(stored) if stored == u64::from(number));
        self.variety == "argon2id"
            && is(self.version, Version::V0x13.into())
            && is(self.memory, costs.memory)
            && is(self.time, costs.time)
            && is(self.parallelism, costs.parallelism)
            && decoded_length(self.hash) == HASH_LENGTH
    }

    /// Returns the blocks that are filled, the unit in which work is counted.
    pub(super) fn work(&self) -> Result<u64> {
        Ok(cost(ALGORITHM, self.memory)?.saturating_mul(cost(ALGORITHM, self.time)?))
    }

    /// Returns the salt as Django shows it: a character for each byte.
    pub(super) fn salt_text(&self) -> Option<String> {
        // Python skips what is not of the standard alphabet, but counts it for the padding.
        let standard = self.salt.replace(['-', '_'], "");
        let bytes = lenient_base64(&standard, self.salt.len().wrapping_neg() % 4).ok()?;
        self.salt.is_ascii().then(|| bytes.into_iter().map(char::from).collect())
    }
}

/// Returns how many bytes a text of base64 holds, from its length alone.
fn decoded_length(text: &str) -> usize {
    let length = text.chars().count();
    length / 4 * 3 + (length % 4).saturating_sub(1)
}

/// Returns the variety that argon2-cffi takes from the first nine characters after Django's prefix. Everything it is
/// given must be ASCII.
pub(super) fn variety(text: &str) -> Option<Algorithm> {
    match text.get(..9).filter(|_| text.is_ascii())? {
        "$argon2i$" => Some(Algorithm::Argon2i),
        "$argon2d$" => Some(Algorithm::Argon2d),
        "$argon2id" => Some(Algorithm::Argon2id),
        _ => None,
    }
}

/// What the C library takes from a hash.
pub(super) struct Stored {
    pub(super) kind: Kind,
    pub(super) salt: Vec<u8>,
    pub(super) hash: Vec<u8>,
}

impl Stored {
    /// Reads what follows `argon2`, in the one spelling that the C library accepts. As C text, it ends at a zero.
    pub(super) fn decode(variety: Algorithm, text: &str) -> Option<Self> {
        let text = text.split('\0').next()?;
        let text = text.strip_prefix('$')?.strip_prefix(variety.as_str())?;
        let (version, text) = match text.strip_prefix("$v=") {
            Some(text) => decimal(text)?,
            None => (Version::V0x10.into(), text),
        };
        let (memory, text) = decimal(text.strip_prefix("$m=")?)?;
        let (time, text) = decimal(text.strip_prefix(",t=")?)?;
        let (parallelism, text) = decimal(text.strip_prefix(",p=")?)?;
        let (salt, hash) = text.strip_prefix('$')?.split_once('$')?;
        let salt = STANDARD_NO_PAD.decode(salt).ok().filter(|salt| salt.len() >= MIN_SALT_LENGTH)?;
        let hash = STANDARD_NO_PAD.decode(hash).ok()?;
        let version = Version::try_from(version).ok()?;
        let costs = Costs { time, memory, parallelism };
        Some(Self { kind: Kind { variety, version, costs }, salt, hash })
    }
}

/// Reads a number without superfluous zeros from the beginning of a text, and returns the rest as well.
fn decimal(text: &str) -> Option<(u32, &str)> {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let plain = digits.len() == 1 || !digits.starts_with('0');
    digits.parse().ok().filter(|_| plain).map(|number| (number, rest))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn salts_are_read_as_leniently_as_python_does() {
        let salt_text =
            |salt| Parameters::extract(&format!("argon2i$m=1,t=1,p=1${salt}$aGFzaA"))?.salt_text();
        for (salt, expected) in [
            ("", Some("")),
            ("c2FsdA", Some("salt")),
            ("c2Fs!!!dA", Some("salt")),
            ("-c_2FsdA==", Some("salt")),
            ("w7zm", Some("\u{c3}\u{bc}\u{e6}")),
            ("c2FsA-_A", None),
            ("c2Fsd", None),
            ("c2FsdAé", None),
        ] {
            assert_eq!(salt_text(salt).as_deref(), expected, "{salt}");
        }
    }

    #[test]
    fn numbers_have_one_spelling_only_in_c() {
        assert_eq!(decimal("0,"), Some((0, ",")));
        assert_eq!(decimal("4294967295"), Some((u32::MAX, "")));
        for refused in ["", ",", "00", "01", "+1", "4294967296"] {
            assert_eq!(decimal(refused), None, "{refused}");
        }
    }

    #[test]
    fn numbers_come_in_any_order_for_argon2_cffi() {
        let parameters = Parameters::extract("argon2i$t=9$p=1,m=64,t=2,v=19$c2FsdA$aGFzaA").unwrap();
        assert_eq!((parameters.version, parameters.memory, parameters.time), ("19", "64", "2"));
        assert_eq!(Parameters::extract("argon2i$m=1,t=1,p=1$c2FsdA$aGFzaA").unwrap().version, "18");
        for refused in [
            "argon2",
            "argon2x$v=19$m=1,t=1,p=1$c2FsdA$aGFzaA",
            "argon2i$v=19$m=1,t=1$c2FsdA$aGFzaA",
            "argon2i$v=19$m=1,t=1,p=1,x=1$c2FsdA$aGFzaA",
            "argon2i$v=19$m=1,t=1,p=one$c2FsdA$aGFzaA",
            "argon2i$v=19$m=1,t=1,p=1=1$c2FsdA$aGFzaA",
        ] {
            assert!(Parameters::extract(refused).is_none(), "{refused}");
        }
    }
}
