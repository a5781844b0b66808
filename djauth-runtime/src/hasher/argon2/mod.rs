//! `argon2`: Argon2id (RFC 9106), the preferred hasher; types and versions of old are verified as argon2-cffi does.

use std::hint::black_box;

use argon2::{Algorithm, Argon2, Params, Version};
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};

use self::{
    encoding::{Parameters, Stored},
    memory::Memory,
};
use super::{PasswordHasher, SummaryValue, malformed, must_update_salt, too_costly};
use crate::{
    crypto::constant_time_eq,
    error::{Error, Result},
    password::{PasswordHash, RawPassword},
};

mod encoding;
mod memory;

const ALGORITHM: &str = "argon2";

/// The most memory in KiB, and the most passes over it, that a stored value may ask for (rule S26).
const MAX_MEMORY_COST: u32 = 1024 * 1024;
const MAX_TIME_COST: u32 = 64;

/// The length of a hash in bytes.
const HASH_LENGTH: usize = 32;

/// The shortest salt that argon2-cffi takes, in bytes.
const MIN_SALT_LENGTH: usize = 8;

/// Argon2 (Django's `Argon2PasswordHasher`).
///
/// It keeps the memory of its last hashes, wiped, because asking the system for fresh pages costs a tenth of a hash.
/// The lanes of one hash are filled in parallel.
#[derive(Debug)]
pub struct Argon2PasswordHasher {
    costs: Costs,
    memory: Memory,
}

#[derive(Debug, Clone, Copy)]
struct Costs {
    time: u32,
    memory: u32,
    parallelism: u32,
}

/// What decides a hash besides password and salt.
#[derive(Debug, Clone, Copy)]
struct Kind {
    variety: Algorithm,
    version: Version,
    costs: Costs,
}

impl Kind {
    /// Returns the library's parameters, unless they are refused: impossible ones, and those over the cap (rule S26).
    fn params(&self, length: usize) -> Result<Params> {
        let Costs { time, memory, parallelism } = self.costs;
        if memory > MAX_MEMORY_COST || time > MAX_TIME_COST {
            return Err(too_costly(ALGORITHM));
        }
        Params::new(memory, time, parallelism, Some(length)).map_err(refused)
    }
}

fn refused(error: argon2::Error) -> Error {
    Error::invalid(format!("argon2: {error}"))
}

impl Argon2PasswordHasher {
    /// Makes the hasher with these costs: passes over the memory, memory in KiB (at least 8 for each lane), lanes.
    #[must_use]
    pub fn new(time_cost: u32, memory_cost: u32, parallelism: u32) -> Self {
        let costs = Costs { time: time_cost, memory: memory_cost, parallelism };
        Self { costs, memory: Memory::keeping(memory_cost.min(MAX_MEMORY_COST)) }
    }

    /// Makes the hasher with today's recommended costs: 19 MiB, two passes, one lane (rule S25).
    #[must_use]
    pub fn recommended() -> Self {
        Self::new(2, 19456, 1)
    }

    /// Makes the hasher with the costs of Django: 100 MiB, two passes, eight lanes.
    #[must_use]
    pub fn django() -> Self {
        Self::new(2, 102_400, 8)
    }

    /// What decides a new hash besides password and salt.
    fn kind(&self) -> Kind {
        Kind { variety: Algorithm::Argon2id, version: Version::V0x13, costs: self.costs }
    }

    fn hash(&self, kind: Kind, password: &RawPassword, salt: &[u8], length: usize) -> Result<Vec<u8>> {
        let params = kind.params(length)?;
        let mut memory = self.memory.take(params.block_count())?;
        let mut hash = vec![0; length];
        Argon2::new(kind.variety, kind.version, params)
            .hash_password_into_with_memory(password.expose().as_bytes(), salt, &mut hash, memory.blocks())
            .map_err(refused)?;
        Ok(hash)
    }

    /// Returns the work that verifying a stored value took: none if it is refused before any (rule S19).
    fn work_spent_on(encoded: &str) -> u64 {
        let text = encoded.strip_prefix(ALGORITHM).unwrap_or_default();
        let stored = encoding::variety(text).and_then(|variety| Stored::decode(variety, text));
        match stored {
            Some(Stored { kind, salt, hash })
                if kind.params(hash.len()).is_ok() && salt.len() >= MIN_SALT_LENGTH =>
            {
                u64::from(kind.costs.memory) * u64::from(kind.costs.time)
            }
            _ => 0,
        }
    }

    /// Returns what a stored value was made with, as argon2-cffi reads it, and the salt.
    fn decode(encoded: &str) -> Result<(Parameters<'_>, String)> {
        let parameters = encoded.split_once('$').and_then(|(_, text)| Parameters::extract(text));
        let parameters = parameters.ok_or_else(|| malformed(ALGORITHM))?;
        let salt = parameters.salt_text().ok_or_else(|| malformed(ALGORITHM))?;
        Ok((parameters, salt))
    }
}

impl PasswordHasher for Argon2PasswordHasher {
    fn algorithm(&self) -> &'static str {
        ALGORITHM
    }

    fn encode(&self, password: &RawPassword, salt: &str) -> Result<PasswordHash> {
        let hash = self.hash(self.kind(), password, salt.as_bytes(), HASH_LENGTH)?;
        let Costs { time, memory, parallelism } = self.costs;
        let (salt, hash) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(hash));
        Ok(PasswordHash::from_stored(format!(
            "{ALGORITHM}$argon2id$v=19$m={memory},t={time},p={parallelism}${salt}${hash}"
        )))
    }

    /// A value of a known type that cannot be decoded is a mismatch, as in argon2-cffi; so are costs over the cap, which
    /// the C library would fail on for lack of memory.
    fn verify(&self, password: &RawPassword, encoded: &str) -> Result<bool> {
        let text = encoded.strip_prefix(ALGORITHM).ok_or_else(|| malformed(ALGORITHM))?;
        let variety = encoding::variety(text).ok_or_else(|| malformed(ALGORITHM))?;
        let Some(Stored { kind, salt, hash }) = Stored::decode(variety, text) else { return Ok(false) };
        match self.hash(kind, password, &salt, hash.len()) {
            Ok(again) => Ok(constant_time_eq(&hash, &again)),
            Err(Error::Invalid(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn must_update(&self, encoded: &str) -> Result<bool> {
        let (parameters, salt) = Self::decode(encoded)?;
        Ok(!parameters.are_of_new_hashes(self.costs) || must_update_salt(&salt))
    }

    /// Fills the missing blocks, which are what Argon2 spends its time on. (Django spends nothing here.)
    fn harden_runtime(&self, password: &RawPassword, encoded: &str) -> Result<()> {
        let missing = self.work().saturating_sub(Self::work_spent_on(encoded));
        let memory = missing / u64::from(self.costs.time.max(1));
        let memory = u32::try_from(memory).unwrap_or(self.costs.memory);
        let kind = Kind { costs: Costs { memory, ..self.costs }, ..self.kind() };
        match self.hash(kind, password, &[0; MIN_SALT_LENGTH], HASH_LENGTH) {
            // Less is missing than the least that Argon2 can do.
            Err(Error::Invalid(_)) => Ok(()),
            result => result.map(|hash| drop(black_box(hash))),
        }
    }

    fn safe_summary(&self, encoded: &str) -> Result<Vec<(&'static str, SummaryValue)>> {
        let (parameters, salt) = Self::decode(encoded)?;
        Ok(vec![
            ("algorithm", SummaryValue::text(ALGORITHM)),
            ("variety", SummaryValue::text(parameters.variety)),
            ("version", SummaryValue::number(parameters.version)),
            ("memory cost", SummaryValue::number(parameters.memory)),
            ("time cost", SummaryValue::number(parameters.time)),
            ("parallelism", SummaryValue::number(parameters.parallelism)),
            ("salt", SummaryValue::masked(&salt)),
            ("hash", SummaryValue::masked(parameters.hash)),
        ])
    }

    fn check_costs(&self) -> Result<()> {
        self.kind().params(HASH_LENGTH).map(drop).map_err(|_| {
            Error::invalid(format!(
                "it takes 1 to {MAX_TIME_COST} passes, 1 lane or more, 8 KiB of memory or more for each lane, and at \
                 most {MAX_MEMORY_COST} KiB"
            ))
        })
    }

    fn work(&self) -> u64 {
        u64::from(self.costs.memory) * u64::from(self.costs.time)
    }

    fn work_of(&self, encoded: &str) -> Result<u64> {
        Self::decode(encoded)?.0.work()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    const SALT: &str = "saltSALT0123456789abcd";
    const SALT_TEXT: &str = "c2FsdFNBTFQwMTIzNDU2Nzg5YWJjZA";

    fn cheap() -> Argon2PasswordHasher {
        Argon2PasswordHasher::new(1, 64, 2)
    }

    #[test]
    fn s30_hashes_are_djangos() {
        for (password, salt, (m, t, p), hash) in [
            ("password", SALT, (102_400, 2, 8), "AqhdmfChHWmEfzqqN+ROJEGT0SbCzZkV/7GdeuhBpPQ"),
            ("", SALT, (102_400, 2, 8), "3CaiT0QUamcxTFBSZpS60xf07FypFMe30WmxAPc+m7A"),
            ("pässwörd-🔑", "8bytes!!", (64, 1, 2), "op3EYwxUPSG7nkLcuhvx4iV2r4XKngpAfUvugmoeBVE"),
            (
                "correct horse battery staple",
                SALT,
                (4096, 3, 1),
                "K9IwjEQyqpOiaGf1RO9N6XJc8UZJO4d8YUFbITqrJRA",
            ),
            (
                "  two  spaces  ",
                "another-salt-value-xyz",
                (512, 2, 2),
                "XOBMP+Wv5qhdPTTgAVMfS7HwfAz4ndmcq9H2oqtngE0",
            ),
        ] {
            let password = RawPassword::new(password);
            let hasher = Argon2PasswordHasher::new(t, m, p);
            let encoded =
                format!("argon2$argon2id$v=19$m={m},t={t},p={p}${}${hash}", STANDARD_NO_PAD.encode(salt));
            assert_eq!(hasher.encode(&password, salt).unwrap().expose(), encoded);
        }
    }

    #[test]
    fn s30_hashes_of_other_costs_verify() {
        let hasher = Argon2PasswordHasher::new(2, 512, 3);
        let encoded = hasher.encode(&RawPassword::new("password"), SALT).unwrap();
        for (password, is_correct) in [("password", true), ("Password", false), ("", false)] {
            let verified = cheap().verify(&RawPassword::new(password), encoded.expose());
            assert_eq!(verified.unwrap(), is_correct, "{password}");
        }
    }

    #[test]
    fn s30_old_varieties_and_versions_verify() {
        for encoded in [
            "argon2$argon2i$v=19$m=64,t=2,p=2$c2FsdFNBTFQwMTIzNDU2Nzg5YWJjZA$304XExxwKklg4m1e3J7osJ2KnORT/3M97NLzngXjbLU",
            "argon2$argon2d$v=19$m=64,t=2,p=2$c2FsdFNBTFQwMTIzNDU2Nzg5YWJjZA$L9v9KSNYto+lh5/KDbdTCTsgiu+pGZvq7FEqABNoz3o",
            "argon2$argon2id$v=16$m=64,t=2,p=2$c2FsdFNBTFQwMTIzNDU2Nzg5YWJjZA$F/dA2ny/htE0HBHoS6iI5sqBBiURZXl9neCJhzrl9Mg",
        ] {
            assert!(cheap().verify(&RawPassword::new("password"), encoded).unwrap(), "{encoded}");
            assert!(!cheap().verify(&RawPassword::new("Password"), encoded).unwrap(), "{encoded}");
            assert!(cheap().must_update(encoded).unwrap(), "{encoded}");
        }
    }

    #[test]
    fn s24_zeros_and_every_byte_count() {
        let longest = "a".repeat(4096);
        for (password, other) in [("a\0", "a"), ("a\0b", "a\0c"), (longest.as_str(), &longest[1..])] {
            let encoded = cheap().encode(&RawPassword::new(password), SALT).unwrap();
            assert!(!cheap().verify(&RawPassword::new(other), encoded.expose()).unwrap());
        }
    }

    #[test]
    fn salts_and_costs_that_argon2_cannot_take_are_refused() {
        let password = RawPassword::new("x");
        assert!(cheap().encode(&password, "7bytes!").is_err());
        for (t, m, p) in [(0, 64, 1), (1, 63, 8), (1, 64, 0), (65, 64, 1), (1, 1024 * 1024 + 1, 1)] {
            let encoded = Argon2PasswordHasher::new(t, m, p).encode(&password, SALT);
            assert!(matches!(encoded, Err(Error::Invalid(_))), "{t} {m} {p}");
        }
    }

    #[test]
    fn a_value_of_no_known_type_is_an_error_and_any_other_a_mismatch() {
        let password = RawPassword::new("x");
        for encoded in ["argon2", "argon2$junk", "argon2$argon2x$v=19$m=64,t=1,p=1$a$b", "argon2$argon2id$é"]
        {
            assert!(matches!(cheap().verify(&password, encoded), Err(Error::Invalid(_))), "{encoded}");
        }
        for encoded in [
            "argon2$argon2id$v=19",
            "argon2$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$",
            "argon2$argon2id$v=19$m=64,t=0,p=1$c2FsdHNhbHQ$aGFzaA",
            "argon2$argon2id$v=19$m=8,t=1,p=2$c2FsdHNhbHQ$aGFzaA",
            "argon2$argon2id$v=19$m=64,t=1,p=1$c2FsdA$aGFzaA",
            "argon2$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaA==",
        ] {
            assert!(!cheap().verify(&password, encoded).unwrap(), "{encoded}");
        }
        assert!(cheap().must_update("argon2$argon2id$v=19").is_err());
    }

    #[test]
    fn s26_costs_read_from_storage_are_capped_before_memory_is_taken() {
        for costs in
            ["m=4294967295,t=1,p=1", "m=1048577,t=1,p=1", "m=64,t=65,p=1", "m=99999999999999,t=1,p=1"]
        {
            let encoded = format!("argon2$argon2id$v=19${costs}$c2FsdHNhbHQ$aGFzaA");
            assert!(!cheap().verify(&RawPassword::new("x"), &encoded).unwrap(), "{costs}");
            assert!(cheap().must_update(&encoded).unwrap(), "{costs}");
        }
    }

    #[test]
    fn whatever_differs_from_a_new_hash_is_replaced() {
        let current = cheap().encode(&RawPassword::new("x"), SALT).unwrap();
        let current = current.expose();
        assert!(!cheap().must_update(current).unwrap());
        for (field, other) in [
            ("argon2id", "argon2i"),
            ("v=19", "v=16"),
            ("m=64", "m=65"),
            ("t=1", "t=2"),
            ("p=2", "p=1"),
            (SALT_TEXT, "c2FsdHNhbHQ"),
        ] {
            assert!(cheap().must_update(&current.replace(field, other)).unwrap(), "{other}");
        }
        assert!(cheap().must_update(&format!("{current}AAAA")).unwrap());
    }

    #[test]
    fn missing_blocks_are_made_up_for() {
        let hasher = Argon2PasswordHasher::new(2, 128, 2);
        let weaker = cheap().encode(&RawPassword::new("x"), SALT).unwrap();
        assert_eq!((hasher.work(), hasher.work_of(weaker.expose()).unwrap()), (256, 64));
        hasher.harden_runtime(&RawPassword::new("x"), weaker.expose()).unwrap();
    }

    #[test]
    fn s25_the_recommended_costs_are_todays() {
        let encoded = Argon2PasswordHasher::recommended().encode(&RawPassword::new("x"), SALT).unwrap();
        assert!(encoded.expose().starts_with("argon2$argon2id$v=19$m=19456,t=2,p=1$"));
    }

    #[test]
    fn summaries_hide_salt_and_hash() {
        let summary = cheap().safe_summary(&format!("argon2$argon2i$v=19$m=64,t=1,p=2${SALT_TEXT}$abcdefgh"));
        let shown: Vec<_> =
            summary.unwrap().iter().map(|(label, value)| format!("{label}={value}")).collect();
        let expected = [
            "algorithm=argon2",
            "variety=argon2i",
            "version=19",
            "memory cost=64",
            "time cost=1",
            "parallelism=2",
            "salt=saltSA****************",
            "hash=abcdef**",
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn s19_a_value_that_is_refused_at_once_counts_as_no_work() {
        let good = format!(
            "argon2$argon2id$v=19$m=64,t=1,p=2${SALT_TEXT}$op3EYwxUPSG7nkLcuhvx4iV2r4XKngpAfUvugmoeBVE"
        );
        assert_eq!(Argon2PasswordHasher::work_spent_on(&good), 64);
        for refused in [
            good.replace("m=64", "m=2097152"),
            good.replace("t=1", "t=65"),
            good.replace(SALT_TEXT, "c2FsdA"),
            good.replace("m=64", "m=8"),
            format!("{good}=="),
            "argon2$argon2id$v=19".to_owned(),
            String::new(),
        ] {
            assert_eq!(Argon2PasswordHasher::work_spent_on(&refused), 0, "{refused}");
            assert!(cheap().harden_runtime(&RawPassword::new("x"), &refused).is_ok());
        }
    }
}
