//! A hasher that tells how much it works.

use std::fmt;

use crate::{
    PasswordHash, RawPassword, Result,
    hasher::{PasswordHasher, Pbkdf2PasswordHasher, SummaryValue},
};

/// PBKDF2 that reports the rounds it computes, each time it does.
pub struct WatchedHasher<F> {
    hasher: Pbkdf2PasswordHasher,
    report: F,
}

impl<F: Fn(u64) + Send + Sync + 'static> WatchedHasher<F> {
    /// Makes a hasher that calls `report` with a number of rounds.
    pub fn new(hasher: Pbkdf2PasswordHasher, report: F) -> Self {
        Self { hasher, report }
    }
}

impl<F> fmt::Debug for WatchedHasher<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("WatchedHasher").field(&self.hasher).finish()
    }
}

impl<F: Fn(u64) + Send + Sync + 'static> PasswordHasher for WatchedHasher<F> {
    fn algorithm(&self) -> &'static str {
        self.hasher.algorithm()
    }

    fn encode(&self, password: &RawPassword, salt: &str) -> Result<PasswordHash> {
        (self.report)(self.work());
        self.hasher.encode(password, salt)
    }

    // What is refused for its form or costs is no work, so the report comes afterwards.
    fn verify(&self, password: &RawPassword, encoded: &str) -> Result<bool> {
        let verified = self.hasher.verify(password, encoded)?;
        (self.report)(self.work_of(encoded)?);
        Ok(verified)
    }

    fn must_update(&self, encoded: &str) -> Result<bool> {
        self.hasher.must_update(encoded)
    }

    fn harden_runtime(&self, password: &RawPassword, encoded: &str) -> Result<()> {
        (self.report)(self.work().saturating_sub(self.work_of(encoded)?));
        self.hasher.harden_runtime(password, encoded)
    }

    fn safe_summary(&self, encoded: &str) -> Result<Vec<(&'static str, SummaryValue)>> {
        self.hasher.safe_summary(encoded)
    }

    fn check_costs(&self) -> Result<()> {
        self.hasher.check_costs()
    }

    fn work(&self) -> u64 {
        self.hasher.work()
    }

    fn work_of(&self, encoded: &str) -> Result<u64> {
        self.hasher.work_of(encoded)
    }
}
