//! The list of hashers that a program accepts, and the two questions it answers: how is this password stored, and is
//! this the stored one?

use super::{
    HasherProfile, MAX_PASSWORD_BYTES, PasswordHasher, is_password_usable, make_unusable_password, malformed,
    plugin,
};
use crate::{
    error::{Error, ImproperlyConfigured, Result},
    password::{PasswordHash, RawPassword},
};

/// What is hashed when there is nothing to compare with, for the time it takes.
const NOBODYS_PASSWORD: &str = "correct horse battery staple, but nobody's";

/// The hashers that a program accepts, in order; the first is preferred (Django's `PASSWORD_HASHERS`).
#[derive(Debug)]
pub struct Hashers {
    profile: HasherProfile,
    list: Vec<Box<dyn PasswordHasher>>,
}

/// The answer of [`Hashers::verify_password`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verification {
    /// Whether the password is the stored one.
    pub is_correct: bool,
    /// Whether Django would store it anew.
    pub must_update: bool,
}

/// The answer of [`Hashers::check_password`].
#[derive(Debug, Default)]
pub struct Checked {
    /// Whether the password is the stored one.
    pub is_correct: bool,
    /// The value to store instead of the old one. There is one only for a correct password.
    pub upgraded: Option<PasswordHash>,
}

impl Hashers {
    /// Makes a list of these hashers.
    ///
    /// # Errors
    /// [`ImproperlyConfigured`] if the list is empty, names an algorithm twice, or begins with a weak hasher.
    pub fn new(
        profile: HasherProfile,
        list: Vec<Box<dyn PasswordHasher>>,
    ) -> Result<Self, ImproperlyConfigured> {
        if let Some(weak) = list.first().filter(|preferred| preferred.is_weak()) {
            let algorithm = weak.algorithm();
            return Err(ImproperlyConfigured::new(format!(
                "the hasher `{algorithm}` is too weak for new passwords; list it after another one, or call it \
                 `dangerous_{algorithm}`"
            )));
        }
        Self::dangerous_with_any_preferred(profile, list)
    }

    /// Makes a list whose first hasher may be weak: new passwords are then stored badly.
    ///
    /// # Errors
    /// [`ImproperlyConfigured`] if the list is empty or names an algorithm twice.
    pub fn dangerous_with_any_preferred(
        profile: HasherProfile,
        list: Vec<Box<dyn PasswordHasher>>,
    ) -> Result<Self, ImproperlyConfigured> {
        if list.is_empty() {
            return Err(ImproperlyConfigured::new("there is no password hasher; name at least one"));
        }
        for (index, hasher) in list.iter().enumerate() {
            let algorithm = hasher.algorithm();
            if list[..index].iter().any(|earlier| earlier.algorithm() == algorithm) {
                return Err(ImproperlyConfigured::new(format!(
                    "the hasher `{algorithm}` is listed twice; remove one of them"
                )));
            }
        }
        Ok(Self { profile, list })
    }

    /// Makes the list of a profile.
    ///
    /// # Errors
    /// [`ImproperlyConfigured`] if the program registers a hasher under a name of the list again.
    pub fn from_profile(profile: HasherProfile) -> Result<Self, ImproperlyConfigured> {
        Self::from_names(profile, profile.names())
    }

    /// Makes a list of hashers by name, as settings name them: algorithms, or Django's dotted paths. A weak hasher may
    /// come first only as `dangerous_md5` or `dangerous_bcrypt`.
    ///
    /// # Errors
    /// [`ImproperlyConfigured`] for a name that no plug-in has, with the nearest one that there is, and for what
    /// [`new`](Self::new) refuses.
    pub fn from_names<'a>(
        profile: HasherProfile,
        names: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, ImproperlyConfigured> {
        let mut names = names.into_iter().peekable();
        let dangerous = names.peek().is_some_and(|name| name.starts_with(plugin::DANGEROUS));
        let list = names.map(|name| plugin::build(name, profile)).collect::<Result<_, _>>()?;
        if dangerous { Self::dangerous_with_any_preferred(profile, list) } else { Self::new(profile, list) }
    }

    /// Returns the preferred hasher.
    #[must_use]
    pub fn preferred(&self) -> &dyn PasswordHasher {
        &*self.list[0]
    }

    /// Returns every hasher, the preferred one first.
    pub fn iter(&self) -> impl Iterator<Item = &dyn PasswordHasher> {
        self.list.iter().map(|hasher| &**hasher)
    }

    /// Returns the hasher for an algorithm.
    ///
    /// # Errors
    /// [`Error::Invalid`] if it is not in the list (Django's `ValueError`).
    pub fn get_hasher(&self, algorithm: &str) -> Result<&dyn PasswordHasher> {
        let hasher = self.list.iter().find(|hasher| hasher.algorithm() == algorithm);
        hasher
            .map(|hasher| &**hasher)
            .ok_or_else(|| Error::invalid("no hasher is configured for this password's algorithm"))
    }

    /// Returns the hasher that a stored value is for, by the text before its first `$`.
    ///
    /// # Errors
    /// [`Error::Invalid`] if that names no hasher of the list, or the value has a form of the first years of Django,
    /// which no hasher reads.
    pub fn identify_hasher(&self, encoded: &str) -> Result<&dyn PasswordHasher> {
        let length = encoded.chars().count();
        let unsalted_md5 =
            length == 32 && !encoded.contains('$') || length == 37 && encoded.starts_with("md5$$");
        let algorithm =
            if unsalted_md5 { "unsalted_md5" } else { encoded.split('$').next().unwrap_or_default() };
        self.get_hasher(algorithm)
    }

    /// Returns the value to store for a password; for none, a value that nobody can log in with.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a password over [`MAX_PASSWORD_BYTES`] (rule S23), and what the preferred hasher refuses.
    pub fn make_password(&self, password: Option<&RawPassword>) -> Result<PasswordHash> {
        let Some(password) = password else { return make_unusable_password() };
        if is_too_long(password) {
            return Err(Error::invalid(format!("a password has at most {MAX_PASSWORD_BYTES} bytes")));
        }
        self.preferred().encode(password, &self.preferred().salt()?)
    }

    /// Verifies a password exactly as Django does, except that a wrong password for a hasher that is not preferred
    /// costs the preferred one's work as well (rule S22).
    ///
    /// For logins, call [`check_password`](Self::check_password).
    ///
    /// # Errors
    /// [`Error::Invalid`] for a malformed value of a known algorithm (Django's `ValueError`).
    pub fn verify_password(&self, password: Option<&RawPassword>, encoded: &str) -> Result<Verification> {
        // Django takes this word for its first hasher, which then cannot read the value.
        if password.is_some() && encoded.split('$').next() == Some("default") {
            return Err(malformed("default"));
        }
        let hasher = self.identify_hasher(encoded).ok().filter(|_| is_password_usable(encoded));
        let (Some(password), Some(hasher)) = (password, hasher) else {
            self.equalize_work()?;
            return Ok(Verification { is_correct: false, must_update: false });
        };
        let hasher_changed = hasher.algorithm() != self.preferred().algorithm();
        let must_update = hasher_changed || hasher.must_update(encoded)?;
        let is_correct = hasher.verify(password, encoded)?;
        if !is_correct && hasher_changed {
            self.equalize_work()?;
        } else if !is_correct && must_update {
            hasher.harden_runtime(password, encoded)?;
        }
        Ok(Verification { is_correct, must_update })
    }

    /// Checks a password at a login. Whatever is wrong with the password or the stored value, the answer is "wrong", and
    /// takes the preferred hasher's work (rules S19, S22, S23, S27).
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the system gives neither memory nor random numbers.
    pub fn check_password(&self, password: &RawPassword, encoded: &PasswordHash) -> Result<Checked> {
        if is_too_long(password) {
            return self.equalize_work().map(|()| Checked::default());
        }
        let encoded = encoded.expose();
        match self.verify_password(Some(password), encoded) {
            Ok(Verification { is_correct: false, .. }) => Ok(Checked::default()),
            Ok(Verification { must_update, .. }) => {
                let upgraded =
                    (must_update && self.gains_by_an_upgrade(encoded)).then(|| self.upgrade(password));
                Ok(Checked { is_correct: true, upgraded: upgraded.flatten() })
            }
            Err(Error::Invalid(reason)) => {
                tracing::warn!(reason, "a stored password cannot be read and counts as a wrong password");
                self.equalize_work().map(|()| Checked::default())
            }
            Err(error) => Err(error),
        }
    }

    /// Spends the preferred hasher's work, where there is no stored value to verify: for an unknown user above all
    /// (rule S19).
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the system gives neither memory nor random numbers.
    pub fn equalize_work(&self) -> Result<()> {
        let preferred = self.preferred();
        match preferred.encode(&RawPassword::new(NOBODYS_PASSWORD), &preferred.salt()?) {
            // A refusal stands, however the hasher is configured.
            Err(Error::Invalid(reason)) => {
                tracing::error!(
                    algorithm = preferred.algorithm(),
                    reason,
                    "the preferred hasher cannot hash"
                );
                Ok(())
            }
            result => result.map(drop),
        }
    }

    /// Tells whether a hash that Django would replace is replaced. The recommended profile does not trade a costlier hash
    /// for a cheaper one of the same kind (rule S25).
    fn gains_by_an_upgrade(&self, encoded: &str) -> bool {
        let preferred = self.preferred();
        let same_kind =
            self.identify_hasher(encoded).is_ok_and(|hasher| hasher.algorithm() == preferred.algorithm());
        self.profile == HasherProfile::Django
            || !same_kind
            || preferred.work_of(encoded).is_ok_and(|stored| stored <= preferred.work())
    }

    /// A login does not fail because the new value could not be made.
    fn upgrade(&self, password: &RawPassword) -> Option<PasswordHash> {
        let upgraded = self.make_password(Some(password));
        upgraded.inspect_err(|error| tracing::warn!(%error, "a password could not be stored anew")).ok()
    }
}

fn is_too_long(password: &RawPassword) -> bool {
    password.expose().len() > MAX_PASSWORD_BYTES
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    };

    use super::*;
    use crate::{
        hasher::{Md5PasswordHasher, Pbkdf2PasswordHasher},
        test_util::WatchedHasher,
    };

    const SALT: &str = "saltSALT0123456789abcd";

    /// The rounds that a hasher has computed.
    #[derive(Clone, Default)]
    struct Rounds(Arc<AtomicU64>);

    impl Rounds {
        fn counted_of(&self, hasher: Pbkdf2PasswordHasher) -> Box<dyn PasswordHasher> {
            let rounds = Arc::clone(&self.0);
            Box::new(WatchedHasher::new(hasher, move |work| {
                rounds.fetch_add(work, Ordering::Relaxed);
            }))
        }

        /// Returns the rounds since the last call.
        fn spent(&self) -> u64 {
            self.0.swap(0, Ordering::Relaxed)
        }
    }

    fn hashers(profile: HasherProfile) -> (Hashers, Rounds, Rounds) {
        let (preferred, other) = (Rounds::default(), Rounds::default());
        let list = vec![
            preferred.counted_of(Pbkdf2PasswordHasher::sha256(1000)),
            other.counted_of(Pbkdf2PasswordHasher::sha1(10)),
            Box::new(Md5PasswordHasher),
        ];
        (Hashers::new(profile, list).unwrap(), preferred, other)
    }

    fn stored(hasher: &dyn PasswordHasher, password: &str) -> PasswordHash {
        hasher.encode(&RawPassword::new(password), SALT).unwrap()
    }

    #[test]
    fn s19_every_refusal_costs_the_preferred_hashers_work() {
        let (hashers, preferred, _) = hashers(HasherProfile::Recommended);
        let sha256 = Pbkdf2PasswordHasher::sha256;
        let over_long = "x".repeat(MAX_PASSWORD_BYTES + 1);
        for (path, password, encoded) in [
            ("wrong password", "wrong", stored(&sha256(1000), "right")),
            ("right password", "right", stored(&sha256(1000), "right")),
            ("fewer rounds", "wrong", stored(&sha256(300), "right")),
            ("unusable", "wrong", make_unusable_password().unwrap()),
            ("empty", "wrong", PasswordHash::default()),
            ("garbage", "wrong", PasswordHash::from_stored("garbage")),
            ("malformed", "wrong", PasswordHash::from_stored("pbkdf2_sha256$abc$salt$x")),
            ("too costly", "wrong", PasswordHash::from_stored("pbkdf2_sha256$999999999$salt$x")),
            ("foreign", "wrong", PasswordHash::from_stored("crypt$$x")),
            ("over-long password", &over_long, stored(&sha256(1000), "right")),
        ] {
            let checked = hashers.check_password(&RawPassword::new(password), &encoded).unwrap();
            assert_eq!(checked.is_correct, path == "right password", "{path}");
            assert_eq!(preferred.spent(), 1000, "{path}");
        }
        hashers.equalize_work().unwrap();
        assert_eq!(preferred.spent(), 1000, "unknown user");
    }

    #[test]
    fn s22_a_hash_of_another_kind_costs_the_preferred_kinds_work_as_well() {
        let (hashers, preferred, other) = hashers(HasherProfile::Recommended);
        let encoded = stored(&Pbkdf2PasswordHasher::sha1(10), "right");
        for (password, is_correct) in [("wrong", false), ("right", true)] {
            let checked = hashers.check_password(&RawPassword::new(password), &encoded).unwrap();
            assert_eq!((checked.is_correct, checked.upgraded.is_some()), (is_correct, is_correct));
            assert_eq!((preferred.spent(), other.spent()), (1000, 10), "{password}");
        }
        let md5 = stored(&Md5PasswordHasher, "right");
        assert!(!hashers.check_password(&RawPassword::new("wrong"), &md5).unwrap().is_correct);
        assert_eq!(preferred.spent(), 1000);
    }

    #[test]
    fn s23_passwords_over_4096_bytes_are_refused() {
        let (hashers, preferred, _) = hashers(HasherProfile::Recommended);
        let longest = "ü".repeat(MAX_PASSWORD_BYTES / 2);
        let encoded = stored(&Pbkdf2PasswordHasher::sha256(1000), &longest);
        assert!(hashers.check_password(&RawPassword::new(longest.as_str()), &encoded).unwrap().is_correct);
        let longer = format!("{longest}x");
        let encoded = stored(&Pbkdf2PasswordHasher::sha256(1000), &longer);
        preferred.spent();
        for length in [0, 1024 * 1024] {
            let password = RawPassword::new(format!("{longer}{}", "x".repeat(length)));
            assert!(!hashers.check_password(&password, &encoded).unwrap().is_correct);
            assert_eq!(preferred.spent(), 1000);
            assert!(matches!(hashers.make_password(Some(&password)), Err(Error::Invalid(_))));
        }
    }

    #[test]
    fn s24_the_whole_password_counts_unchanged() {
        let (hashers, ..) = hashers(HasherProfile::Recommended);
        let longest = "a".repeat(MAX_PASSWORD_BYTES);
        let mut last_differs = longest.clone();
        last_differs.replace_range(MAX_PASSWORD_BYTES - 1.., "b");
        for (password, other) in
            [("a\0b", "a\0c"), (" a ", "a"), ("é", "e\u{301}"), (longest.as_str(), last_differs.as_str())]
        {
            let encoded = hashers.make_password(Some(&RawPassword::new(password))).unwrap();
            assert!(hashers.check_password(&RawPassword::new(password), &encoded).unwrap().is_correct);
            assert!(!hashers.check_password(&RawPassword::new(other), &encoded).unwrap().is_correct);
        }
    }

    #[test]
    fn s25_a_hash_is_replaced_only_after_a_right_password() {
        let (hashers, ..) = hashers(HasherProfile::Recommended);
        let weaker = stored(&Pbkdf2PasswordHasher::sha256(999), "right");
        assert!(hashers.check_password(&RawPassword::new("wrong"), &weaker).unwrap().upgraded.is_none());
        let upgraded = hashers.check_password(&RawPassword::new("right"), &weaker).unwrap().upgraded.unwrap();
        assert!(upgraded.expose().starts_with("pbkdf2_sha256$1000$"));
        let again = hashers.check_password(&RawPassword::new("right"), &upgraded).unwrap();
        assert!(again.is_correct && again.upgraded.is_none());
    }

    #[test]
    fn s25_only_django_trades_a_costlier_hash_for_a_cheaper_one() {
        for (profile, replaces) in [(HasherProfile::Recommended, false), (HasherProfile::Django, true)] {
            let (hashers, ..) = hashers(profile);
            let costlier = stored(&Pbkdf2PasswordHasher::sha256(1001), "right");
            let checked = hashers.check_password(&RawPassword::new("right"), &costlier).unwrap();
            assert_eq!((checked.is_correct, checked.upgraded.is_some()), (true, replaces));
            let verified = hashers.verify_password(Some(&RawPassword::new("right")), costlier.expose());
            assert!(verified.unwrap().must_update);
        }
    }

    #[test]
    fn s27_malformed_values_are_wrong_passwords_at_a_login_and_errors_to_django() {
        let (hashers, ..) = hashers(HasherProfile::Recommended);
        let password = RawPassword::new("x");
        for encoded in
            ["pbkdf2_sha256", "pbkdf2_sha256$1$salt", "pbkdf2_sha1$abc$salt$x", "md5$onlysalt", "default$x"]
        {
            let checked = hashers.check_password(&password, &PasswordHash::from_stored(encoded)).unwrap();
            assert!(!checked.is_correct && checked.upgraded.is_none(), "{encoded}");
            assert!(matches!(hashers.verify_password(Some(&password), encoded), Err(Error::Invalid(_))));
        }
        assert!(!hashers.verify_password(None, "default").unwrap().is_correct);
    }

    #[test]
    fn what_no_hasher_reads_is_a_wrong_password_to_django_too() {
        let (hashers, preferred, _) = hashers(HasherProfile::Django);
        let password = RawPassword::new("x");
        let unsalted_md5 = "9dd4e461268c8034f5c8564e155c67a6";
        for encoded in [
            "",
            "!",
            "$",
            "unknown$x",
            "MD5$a$b",
            unsalted_md5,
            &format!("md5$${unsalted_md5}"),
            &"ü".repeat(32),
        ] {
            let verified = hashers.verify_password(Some(&password), encoded).unwrap();
            assert_eq!(verified, Verification { is_correct: false, must_update: false }, "{encoded}");
            assert_eq!(preferred.spent(), 1000, "{encoded}");
        }
        let verified = hashers.verify_password(None, stored(&Md5PasswordHasher, "x").expose()).unwrap();
        assert!(!verified.is_correct && !verified.must_update);
    }

    #[test]
    fn a_preferred_hasher_that_cannot_hash_refuses_all_the_same() {
        let list: Vec<Box<dyn PasswordHasher>> =
            vec![Box::new(Pbkdf2PasswordHasher::sha256(0)), Box::new(Md5PasswordHasher)];
        let hashers = Hashers::new(HasherProfile::Recommended, list).unwrap();
        let md5 = stored(&Md5PasswordHasher, "right");
        assert!(!hashers.check_password(&RawPassword::new("wrong"), &md5).unwrap().is_correct);
        let checked = hashers.check_password(&RawPassword::new("right"), &md5).unwrap();
        assert!(checked.is_correct && checked.upgraded.is_none());
    }

    #[test]
    fn no_password_makes_a_value_that_none_verifies() {
        let (hashers, ..) = hashers(HasherProfile::Recommended);
        let encoded = hashers.make_password(None).unwrap();
        assert!(!is_password_usable(encoded.expose()));
        assert!(!hashers.check_password(&RawPassword::new(encoded.expose()), &encoded).unwrap().is_correct);
    }

    #[test]
    fn a_weak_hasher_is_preferred_only_by_a_dangerous_name() {
        let from_names = |names: &[&str]| Hashers::from_names(HasherProfile::Django, names.iter().copied());
        assert!(from_names(&["pbkdf2_sha256", "md5"]).is_ok());
        let refused = from_names(&["md5", "pbkdf2_sha256"]).unwrap_err().to_string();
        assert!(refused.contains("`dangerous_md5`"), "{refused}");
        assert_eq!(from_names(&["dangerous_md5"]).unwrap().preferred().algorithm(), "md5");
        assert!(from_names(&["dangerous_pbkdf2_sha256"]).is_err());
        assert!(from_names(&["pbkdf2_sha256", "pbkdf2_sha256"]).is_err());
        assert!(from_names(&[]).is_err());
    }

    #[test]
    fn names_are_algorithms_or_djangos_paths_and_a_misspelt_one_is_corrected() {
        let from_name = |name: &str| Hashers::from_names(HasherProfile::Django, [name]);
        let by_path = from_name("django.contrib.auth.hashers.PBKDF2PasswordHasher").unwrap();
        assert_eq!(by_path.preferred().algorithm(), "pbkdf2_sha256");
        let refused = from_name("pbkdf2_sha265").unwrap_err().to_string();
        assert!(refused.contains("did you mean `pbkdf2_sha256`?"), "{refused}");
        let refused = from_name("whirlpool").unwrap_err().to_string();
        assert!(!refused.contains("did you mean"), "{refused}");
    }

    #[test]
    fn profiles_prefer_todays_hasher_and_djangos() {
        let preferred = |profile| Hashers::from_profile(profile).unwrap().preferred().algorithm();
        assert_eq!(preferred(HasherProfile::Django), "pbkdf2_sha256");
        let todays = if cfg!(feature = "argon2") { "argon2" } else { "pbkdf2_sha256" };
        assert_eq!(preferred(HasherProfile::Recommended), todays);
    }
}
