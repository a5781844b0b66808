//! Hashers and their threads in one: what a web program calls.

use std::sync::Arc;

use super::{Checked, Hashers, HashingPool};
use crate::{
    error::Result,
    password::{PasswordHash, RawPassword},
};

/// [`Hashers`] on a [`HashingPool`]. Clones share both.
#[derive(Debug, Clone)]
pub struct PasswordService {
    hashers: Arc<Hashers>,
    pool: HashingPool,
}

impl PasswordService {
    /// Puts hashers on a pool.
    #[must_use]
    pub fn new(hashers: Hashers, pool: HashingPool) -> Self {
        Self { hashers: Arc::new(hashers), pool }
    }

    /// Returns the hashers, for what takes no time.
    #[must_use]
    pub fn hashers(&self) -> &Hashers {
        &self.hashers
    }

    /// Checks a password at a login (Django's `acheck_password`); see [`Hashers::check_password`].
    ///
    /// # Errors
    /// [`Error::Unavailable`](crate::Error::Unavailable) when too many passwords wait to be hashed.
    pub async fn check_password(&self, password: &RawPassword, encoded: &PasswordHash) -> Result<Checked> {
        let (password, encoded) = (RawPassword::new(password.expose()), encoded.clone());
        self.run(move |hashers| hashers.check_password(&password, &encoded)).await
    }

    /// Returns the value to store for a password; see [`Hashers::make_password`].
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) for a password that is too long,
    /// [`Error::Unavailable`](crate::Error::Unavailable) when too many passwords wait to be hashed.
    pub async fn make_password(&self, password: &RawPassword) -> Result<PasswordHash> {
        let password = RawPassword::new(password.expose());
        self.run(move |hashers| hashers.make_password(Some(&password))).await
    }

    /// Spends the work of a refusal where there is no user; see [`Hashers::equalize_work`].
    ///
    /// # Errors
    /// [`Error::Unavailable`](crate::Error::Unavailable) when too many passwords wait to be hashed.
    pub async fn equalize_work(&self) -> Result<()> {
        self.run(Hashers::equalize_work).await
    }

    async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Hashers) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let hashers = Arc::clone(&self.hashers);
        self.pool.run(move || job(&hashers)).await?
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::hasher::{HasherProfile, Pbkdf2PasswordHasher};

    #[tokio::test]
    async fn passwords_are_made_checked_and_upgraded_on_the_pool() {
        let list = |rounds| -> Hashers {
            Hashers::new(HasherProfile::Recommended, vec![Box::new(Pbkdf2PasswordHasher::sha256(rounds))])
                .unwrap()
        };
        let pool = HashingPool::start().unwrap();
        let old = PasswordService::new(list(10), pool.clone());
        let password = RawPassword::new("secret");
        let encoded = old.make_password(&password).await.unwrap();
        assert!(!old.check_password(&RawPassword::new("Secret"), &encoded).await.unwrap().is_correct);
        assert!(old.check_password(&password, &encoded).await.unwrap().upgraded.is_none());

        let new = PasswordService::new(list(20), pool);
        let checked = new.check_password(&password, &encoded).await.unwrap();
        let upgraded = checked.upgraded.unwrap();
        assert!(checked.is_correct && upgraded.expose().starts_with("pbkdf2_sha256$20$"));
        new.equalize_work().await.unwrap();
    }

    #[test]
    fn s93_nothing_prints_a_secret() {
        let hashers = Hashers::from_profile(HasherProfile::Recommended).unwrap();
        let service = PasswordService::new(hashers, HashingPool::start().unwrap());
        let checked = Checked { is_correct: true, upgraded: Some(PasswordHash::from_stored("canary")) };
        assert!(!format!("{service:?} {checked:?}").contains("canary"));
    }
}
