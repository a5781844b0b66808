//! `md5`: one MD5 over salt and password, only to verify what very old sites stored.

use md5::{Digest, Md5};

use super::{PasswordHasher, SummaryValue, check_salt, fields, mask_hash, must_update_salt};
use crate::{
    crypto::{constant_time_eq, hex},
    error::Result,
    password::{PasswordHash, RawPassword},
};

const ALGORITHM: &str = "md5";

/// Salted MD5 (Django's `MD5PasswordHasher`). It is weak: anybody with the hash tries billions of passwords a second.
#[derive(Debug, Clone, Copy, Default)]
pub struct Md5PasswordHasher;

fn decode(encoded: &str) -> Result<[&str; 3]> {
    fields(ALGORITHM, encoded.splitn(3, '$'))
}

impl PasswordHasher for Md5PasswordHasher {
    fn algorithm(&self) -> &'static str {
        ALGORITHM
    }

    fn encode(&self, password: &RawPassword, salt: &str) -> Result<PasswordHash> {
        check_salt(salt)?;
        let digest = Md5::new().chain_update(salt).chain_update(password.expose()).finalize();
        Ok(PasswordHash::from_stored(format!("{ALGORITHM}${salt}${}", hex(&digest))))
    }

    fn verify(&self, password: &RawPassword, encoded: &str) -> Result<bool> {
        let [_, salt, _] = decode(encoded)?;
        let again = self.encode(password, salt)?;
        Ok(constant_time_eq(encoded.as_bytes(), again.expose().as_bytes()))
    }

    fn must_update(&self, encoded: &str) -> Result<bool> {
        let [_, salt, _] = decode(encoded)?;
        Ok(must_update_salt(salt))
    }

    fn harden_runtime(&self, _: &RawPassword, _: &str) -> Result<()> {
        Ok(())
    }

    fn safe_summary(&self, encoded: &str) -> Result<Vec<(&'static str, SummaryValue)>> {
        let [algorithm, salt, hash] = decode(encoded)?;
        Ok(vec![
            ("algorithm", SummaryValue::text(algorithm)),
            ("salt", SummaryValue::Text(mask_hash(salt, 2))),
            ("hash", SummaryValue::masked(hash)),
        ])
    }

    fn work(&self) -> u64 {
        1
    }

    fn work_of(&self, encoded: &str) -> Result<u64> {
        decode(encoded).map(|_| 1)
    }

    fn is_weak(&self) -> bool {
        true
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn s30_hashes_are_djangos() {
        for (password, salt, encoded) in [
            (
                "password",
                "saltSALT0123456789abcd",
                "md5$saltSALT0123456789abcd$fe8e8494fdb8bee3742679c5ff68c33d",
            ),
            ("", "saltSALT0123456789abcd", "md5$saltSALT0123456789abcd$e7df97ff11dd7803e6e748884d31be33"),
            ("pässwörd-🔑", "NaCl", "md5$NaCl$c2b8ef90d29310bacd4cf9a64b46edef"),
            (
                "correct horse battery staple",
                "saltSALT0123456789abcd",
                "md5$saltSALT0123456789abcd$d4a22e88fcf22c68a4ecfbe5124e1398",
            ),
            ("  two  spaces  ", "ünïcode salt", "md5$ünïcode salt$a91480e0c8b78fdfabd2a4fc24a01316"),
        ] {
            let password = RawPassword::new(password);
            assert_eq!(Md5PasswordHasher.encode(&password, salt).unwrap().expose(), encoded);
            assert!(Md5PasswordHasher.verify(&password, encoded).unwrap());
            assert!(!Md5PasswordHasher.verify(&RawPassword::new("other"), encoded).unwrap());
        }
    }

    #[test]
    fn malformed_values_are_errors() {
        for encoded in ["md5", "md5$onlysalt", "md5$$d41d8cd98f00b204e9800998ecf8427e0"] {
            assert!(Md5PasswordHasher.verify(&RawPassword::new("x"), encoded).is_err(), "{encoded}");
        }
    }

    #[test]
    fn short_salts_are_replaced_and_hidden() {
        assert!(Md5PasswordHasher.must_update("md5$NaCl$x").unwrap());
        assert!(!Md5PasswordHasher.must_update("md5$saltSALT0123456789abcd$x").unwrap());
        let summary = Md5PasswordHasher.safe_summary("md5$NaCl$c2b8ef90d2").unwrap();
        assert_eq!(summary[1], ("salt", SummaryValue::text("Na**")));
        assert_eq!(summary[2], ("hash", SummaryValue::text("c2b8ef****")));
    }
}
