//! `scrypt` (RFC 7914), within the limits of Python's `hashlib.scrypt`.

use std::hint::black_box;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use scrypt::{Params, scrypt};

use super::{PasswordHasher, SummaryValue, check_salt, cost, fields, malformed, too_costly};
use crate::{
    crypto::constant_time_eq,
    error::{Error, Result},
    password::{PasswordHash, RawPassword},
};

const ALGORITHM: &str = "scrypt";

/// The memory that OpenSSL grants when Django asks for no limit of its own. It is far below the cap of rule S26.
const MAX_MEMORY: u64 = 32 * 1024 * 1024;

/// The most work that a stored value may ask for, a hundred times that of the default costs: little memory may still
/// be walked through very often.
const MAX_WORK: u64 = 1 << 26;

/// scrypt (Django's `ScryptPasswordHasher`).
#[derive(Debug, Clone, Copy)]
pub struct ScryptPasswordHasher {
    costs: Costs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Costs {
    work_factor: u64,
    block_size: u64,
    parallelism: u64,
}

impl ScryptPasswordHasher {
    /// Makes the hasher with these costs: `work_factor` (N) is a power of two above 1.
    #[must_use]
    pub const fn new(work_factor: u64, block_size: u64, parallelism: u64) -> Self {
        Self { costs: Costs { work_factor, block_size, parallelism } }
    }

    /// As in Django, a stored cost of 0 stands for this hasher's own.
    fn effective(&self, stored: Costs) -> Costs {
        let or = |stored, own| if stored == 0 { own } else { stored };
        Costs {
            work_factor: or(stored.work_factor, self.costs.work_factor),
            block_size: or(stored.block_size, self.costs.block_size),
            parallelism: or(stored.parallelism, self.costs.parallelism),
        }
    }
}

impl Default for ScryptPasswordHasher {
    /// Makes the hasher with the costs of Django 5.2.
    fn default() -> Self {
        Self::new(1 << 14, 8, 5)
    }
}

impl Costs {
    /// The blocks that are mixed: the unit in which work is counted.
    fn work(self) -> u64 {
        self.work_factor.saturating_mul(self.block_size).saturating_mul(self.parallelism)
    }

    /// Checks the costs as OpenSSL does, without overflow.
    fn check(self) -> Result<Params> {
        let Self { work_factor: n, block_size: r, parallelism: p } = self;
        let within_limits = n.is_power_of_two()
            && n > 1
            && r > 0
            && p > 0
            && p.saturating_mul(r) < 1 << 30
            && (r >= 4 || n < 1 << (16 * r))
            && n.saturating_add(p).saturating_add(2).saturating_mul(r).saturating_mul(128) <= MAX_MEMORY;
        let params = (u8::try_from(n.trailing_zeros()), u32::try_from(r), u32::try_from(p));
        match params {
            (Ok(log_n), Ok(r), Ok(p)) if within_limits && self.work() <= MAX_WORK => {
                Params::new(log_n, r, p).map_err(|_| malformed(ALGORITHM))
            }
            _ => Err(too_costly(ALGORITHM)),
        }
    }

    fn encode(self, password: &RawPassword, salt: &str) -> Result<PasswordHash> {
        check_salt(salt)?;
        let mut hash = [0; 64];
        scrypt(password.expose().as_bytes(), salt.as_bytes(), &self.check()?, &mut hash)
            .map_err(|_| malformed(ALGORITHM))?;
        let Self { work_factor, block_size, parallelism } = self;
        let hash = STANDARD.encode(hash);
        Ok(PasswordHash::from_stored(format!(
            "{ALGORITHM}${work_factor}${salt}${block_size}${parallelism}${hash}"
        )))
    }
}

struct Decoded<'a> {
    /// Work factor, block size and parallelism, as they are written.
    digits: [&'a str; 3],
    costs: Costs,
    salt: &'a str,
    hash: &'a str,
}

fn decode(encoded: &str) -> Result<Decoded<'_>> {
    let [_, n, salt, r, p, hash] = fields(ALGORITHM, encoded.split('$'))?;
    let costs = Costs {
        work_factor: cost(ALGORITHM, n)?,
        block_size: cost(ALGORITHM, r)?,
        parallelism: cost(ALGORITHM, p)?,
    };
    Ok(Decoded { digits: [n, r, p], costs, salt, hash })
}

impl PasswordHasher for ScryptPasswordHasher {
    fn algorithm(&self) -> &'static str {
        ALGORITHM
    }

    fn encode(&self, password: &RawPassword, salt: &str) -> Result<PasswordHash> {
        self.costs.encode(password, salt)
    }

    fn verify(&self, password: &RawPassword, encoded: &str) -> Result<bool> {
        let Decoded { costs, salt, .. } = decode(encoded)?;
        let again = self.effective(costs).encode(password, salt)?;
        Ok(constant_time_eq(encoded.as_bytes(), again.expose().as_bytes()))
    }

    fn must_update(&self, encoded: &str) -> Result<bool> {
        Ok(decode(encoded)?.costs != self.costs)
    }

    /// Mixes the missing blocks in further lanes. (Django spends nothing here.)
    fn harden_runtime(&self, password: &RawPassword, encoded: &str) -> Result<()> {
        let Decoded { costs, salt, .. } = decode(encoded)?;
        if let missing @ 1.. = self.work().saturating_sub(self.effective(costs).work()) {
            let lane = Costs { parallelism: 1, ..self.costs };
            let further = Costs { parallelism: missing.div_ceil(lane.work().max(1)), ..self.costs };
            if further.check().is_ok() {
                black_box(further.encode(password, salt)?);
            }
        }
        Ok(())
    }

    fn safe_summary(&self, encoded: &str) -> Result<Vec<(&'static str, SummaryValue)>> {
        let Decoded { digits: [n, r, p], salt, hash, .. } = decode(encoded)?;
        Ok(vec![
            ("algorithm", SummaryValue::text(ALGORITHM)),
            ("work factor", SummaryValue::number(n)),
            ("block size", SummaryValue::number(r)),
            ("parallelism", SummaryValue::number(p)),
            ("salt", SummaryValue::masked(salt)),
            ("hash", SummaryValue::masked(hash)),
        ])
    }

    fn check_costs(&self) -> Result<()> {
        self.costs.check().map(drop).map_err(|_| {
            Error::invalid(format!(
                "it takes a power of two above 1 for its work factor, and costs that need at most {MAX_MEMORY} bytes \
                 of memory and {MAX_WORK} blocks"
            ))
        })
    }

    fn work(&self) -> u64 {
        self.costs.work()
    }

    fn work_of(&self, encoded: &str) -> Result<u64> {
        Ok(self.effective(decode(encoded)?.costs).work())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    const SALT: &str = "saltSALT0123456789abcd";

    #[test]
    fn s30_hashes_are_djangos() {
        for (password, encoded) in [
            (
                "password",
                "scrypt$16384$saltSALT0123456789abcd$8$5$0ebD+5N0LISOyHnTyhRFhHydbAXGbX6CBau73sew12RKV+3fc2+liqgUPWXh+tORtMoNesTwuMvul2Q0J0Yytw==",
            ),
            (
                "",
                "scrypt$1024$saltSALT0123456789abcd$8$5$Bx8owcuBuw0yttWnYk9T13TNIWISTyU2o4+dw0tHGwSR4ml69fAcgh0zLKmvclT75A0HIwN6RLkeb6zy9gihKg==",
            ),
            (
                "pässwörd-🔑",
                "scrypt$2$NaCl$1$1$MtIAQNA1I9XfwmbttVcb0VeOn1mnlqwMPAX7KfSxX4M0/s1rFqYhY/egTR9xiwx2af0uJOlaPgno/F6/4QTKjg==",
            ),
            (
                "correct horse battery staple",
                "scrypt$16384$saltSALT0123456789abcd$8$1$Cp7islUdfAof8sKGuXbuOcUCJ2D+RB1xZ5r7Fo9F1S+mD/6dGXArOMqYJREnZqXWATet/tbGmGGgP9/023fr0Q==",
            ),
            (
                "  two  spaces  ",
                "scrypt$256$another-salt-value-xyz$4$2$hURsw2pThLDWnliO3a/ceWvlho4s/IT+uRiq65fK9fddscNU8qGrR7rE0Aplu96ceWecyRj5Zfbjm5sDNbDncQ==",
            ),
        ] {
            let password = RawPassword::new(password);
            let Decoded { costs, salt, .. } = decode(encoded).unwrap();
            assert_eq!(ScryptPasswordHasher { costs }.encode(&password, salt).unwrap().expose(), encoded);
            assert!(ScryptPasswordHasher::default().verify(&password, encoded).unwrap());
            assert!(!ScryptPasswordHasher::default().verify(&RawPassword::new("x"), encoded).unwrap());
        }
    }

    #[test]
    fn malformed_values_are_errors() {
        let hasher = ScryptPasswordHasher::new(2, 1, 1);
        for encoded in [
            "scrypt",
            "scrypt$1$2$3",
            "scrypt$2$salt$x$1$hash",
            "scrypt$2$salt$1$1$hash$more",
            "scrypt$2$$1$1$hash",
            "scrypt$3$salt$1$1$hash",
            "scrypt$1$salt$1$1$hash",
        ] {
            let verified = hasher.verify(&RawPassword::new("x"), encoded);
            assert!(matches!(verified, Err(Error::Invalid(_))), "{encoded}");
        }
        assert!(!hasher.verify(&RawPassword::new("x"), "scrypt$0$salt$0$0$hash").unwrap());
    }

    #[test]
    fn s26_costs_read_from_storage_are_capped_as_openssl_caps_them() {
        let allowed = |n, r, p| Costs { work_factor: n, block_size: r, parallelism: p }.check().is_ok();
        assert!(allowed(1 << 14, 8, 5) && allowed(1 << 14, 15, 1) && allowed(1 << 15, 1, 1));
        assert!(!allowed(1 << 15, 8, 1), "one block over 32 MiB");
        assert!(!allowed(1 << 16, 1, 1), "not below 2 to the power of 16 r");
        assert!(!allowed(1 << 14, 1, 1 << 14), "an hour of work in little memory");
        for huge in [u64::MAX, 1 << 63, 1 << 30] {
            assert!(!allowed(huge, 1, 1) && !allowed(2, huge, 1) && !allowed(2, 1, huge));
        }
    }

    #[test]
    fn other_costs_are_replaced_and_short_salts_are_not() {
        let hasher = ScryptPasswordHasher::new(16, 2, 3);
        assert!(!hasher.must_update("scrypt$16$salt$2$3$x").unwrap());
        for other in ["scrypt$32$salt$2$3$x", "scrypt$16$salt$1$3$x", "scrypt$16$salt$2$4$x"] {
            assert!(hasher.must_update(other).unwrap());
        }
    }

    #[test]
    fn missing_work_is_counted_in_blocks() {
        let hasher = ScryptPasswordHasher::new(16, 2, 3);
        assert_eq!((hasher.work(), hasher.work_of("scrypt$16$salt$2$1$x").unwrap()), (96, 32));
        hasher.harden_runtime(&RawPassword::new("x"), "scrypt$16$salt$2$1$x").unwrap();
    }

    #[test]
    fn summaries_hide_salt_and_hash() {
        let summary = ScryptPasswordHasher::default().safe_summary(&format!("scrypt$16${SALT}$2$3$abcdefgh"));
        let shown: Vec<_> =
            summary.unwrap().iter().map(|(label, value)| format!("{label}={value}")).collect();
        let expected = [
            "algorithm=scrypt",
            "work factor=16",
            "block size=2",
            "parallelism=3",
            "salt=saltSA****************",
            "hash=abcdef**",
        ];
        assert_eq!(shown, expected);
    }
}
