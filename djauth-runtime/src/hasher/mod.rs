//! How is a password stored? As text that names its algorithm, its costs and its salt, byte for byte as Django stores
//! it (`django.contrib.auth.hashers`).
//!
//! A [`PasswordHasher`] knows one algorithm. [`Hashers`] is the list that a program accepts, Django's
//! `PASSWORD_HASHERS`: the first is *preferred* and makes new hashes, the others verify old ones, which are replaced at
//! the next login. [`PasswordService`] is what a web program calls: it hashes on threads of its own, so that no request
//! waits for another one's password.
//!
//! Where Django's hashers leave something open, these are stricter:
//! - Costs that are read from storage are capped before any work or memory is spent on them (rule S26).
//! - Passwords over [`MAX_PASSWORD_BYTES`] are refused, with the work of an ordinary refusal (rule S23).
//! - A refused password costs the preferred hasher's work at least, whatever was stored (rules S19 and S22).
//! - [`Hashers::check_password`] takes a malformed stored value for a wrong password (rule S27), where Django raises.
//! - A weak hasher may be listed, but not first, unless it is called by a `dangerous_` name.
//!
//! # What time tells
//!
//! Where there is no such user, the refusal costs exactly the preferred hasher's work. It does so where the stored value
//! is of the preferred kind, with its costs or less, and where it is unusable. **Others take longer, which tells whoever
//! measures it that these users exist**: a value of another kind costs its own work besides the preferred one's, a
//! costlier one of the preferred kind costs what it costs. The alternative would be to refuse everybody with the work of
//! the costliest value in the table, which lets a few visitors keep all threads busy.
//!
//! It ends as users log in, for their values are replaced then. What is left can be made short:
//! - Prefer costs that are not below those in the table. A value of the preferred kind that is costlier is replaced only
//!   in the django profile, as Django does; the default profile never makes a hash cheaper (rule S25), so such a value
//!   stays, and is refused more slowly, until its user gets a new password.
//! - Take the password of accounts that nobody uses any more: an unusable one is refused in the usual time.
//! - Limit how many logins a network may try, in front of the login page: telling times apart takes many.

use std::fmt;

use crate::{
    crypto::{ALPHANUMERIC, random_string},
    error::{Error, Result},
    password::{PasswordHash, RawPassword},
};

#[cfg(feature = "argon2")]
mod argon2;
#[cfg(feature = "bcrypt")]
mod bcrypt;
mod hashers;
mod md5;
mod pbkdf2;
mod plugin;
mod pool;
#[cfg(feature = "scrypt")]
mod scrypt;
mod service;

#[cfg(feature = "argon2")]
pub use argon2::Argon2PasswordHasher;
#[cfg(feature = "bcrypt")]
pub use bcrypt::BcryptPasswordHasher;
pub use hashers::{Checked, Hashers, Verification};
pub use md5::Md5PasswordHasher;
pub use pbkdf2::Pbkdf2PasswordHasher;
pub use plugin::{HasherPlugin, HasherProfile};
pub use pool::HashingPool;
#[cfg(feature = "scrypt")]
pub use scrypt::ScryptPasswordHasher;
pub use service::PasswordService;

/// The first character of a stored password that nobody can log in with (Django's `UNUSABLE_PASSWORD_PREFIX`).
pub const UNUSABLE_PASSWORD_PREFIX: char = '!';

/// How many random characters follow the prefix (Django's `UNUSABLE_PASSWORD_SUFFIX_LENGTH`).
pub const UNUSABLE_PASSWORD_SUFFIX_LENGTH: usize = 40;

/// The longest password that is accepted, in bytes of UTF-8 (rule S23; Django has no limit).
pub const MAX_PASSWORD_BYTES: usize = 4096;

/// The length of a generated salt: 22 of 62 characters hold the 128 bits of Django's `salt_entropy`.
const SALT_LENGTH: usize = 22;

/// Python refuses to read longer numbers, and Django raises `ValueError` with it.
const MAX_DIGITS: usize = 4300;

/// One algorithm for storing passwords (Django's `BasePasswordHasher`).
///
/// Its costs are its own; those of a stored value are read from the value. Write your own for an algorithm that is not
/// here, and register it with a [`HasherPlugin`].
pub trait PasswordHasher: fmt::Debug + Send + Sync + 'static {
    /// Returns the name that stored values begin with, such as `"argon2"`.
    fn algorithm(&self) -> &'static str;

    /// Returns the value to store for a password, with this hasher's own costs.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a salt, a password or costs that the algorithm cannot take.
    fn encode(&self, password: &RawPassword, salt: &str) -> Result<PasswordHash>;

    /// Tells whether the password is the stored one. The whole text is compared, in constant time.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a malformed value, or one whose costs are over the cap (rule S26).
    fn verify(&self, password: &RawPassword, encoded: &str) -> Result<bool>;

    /// Tells whether a value of this algorithm is to be replaced at the next login: its costs are not this hasher's, or
    /// its salt is too short.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a malformed value.
    fn must_update(&self, encoded: &str) -> Result<bool>;

    /// Spends the work that verifying `encoded` fell short of this hasher's own costs.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a malformed value.
    fn harden_runtime(&self, password: &RawPassword, encoded: &str) -> Result<()>;

    /// Returns what may be shown of a stored value, label by label, with salt and digest masked.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a malformed value.
    fn safe_summary(&self, encoded: &str) -> Result<Vec<(&'static str, SummaryValue)>>;

    /// Refuses costs of its own with which it could hash no password. The start-up checks ask, so that nobody has to log in
    /// first; by default every cost is fine.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the costs that it takes, such as "it takes 4 to 16 rounds".
    fn check_costs(&self) -> Result<()> {
        Ok(())
    }

    /// Returns the work of one [`encode`](Self::encode), in a unit of the algorithm's own.
    fn work(&self) -> u64;

    /// Returns the work of verifying a stored value, in the same unit.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a malformed value.
    fn work_of(&self, encoded: &str) -> Result<u64>;

    /// Returns a new salt of at least 128 bits from the system's generator.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the generator fails.
    fn salt(&self) -> Result<String> {
        random_string(SALT_LENGTH, ALPHANUMERIC)
    }

    /// Tells whether the algorithm is too weak for new passwords. Such a hasher verifies old values only, unless it is
    /// preferred under a `dangerous_` name.
    fn is_weak(&self) -> bool {
        false
    }
}

/// One value of [`PasswordHasher::safe_summary`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SummaryValue {
    /// The decimal digits of a number: what is stored may exceed every machine integer.
    Number(String),
    /// Any other text.
    Text(String),
}

impl SummaryValue {
    fn number(digits: &str) -> Self {
        let significant = digits.trim_start_matches('0');
        Self::Number(if significant.is_empty() { "0" } else { significant }.to_owned())
    }

    fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    fn masked(hash: &str) -> Self {
        Self::Text(mask_hash(hash, 6))
    }
}

impl fmt::Display for SummaryValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Number(text) | Self::Text(text)) = self;
        f.write_str(text)
    }
}

/// Tells whether somebody may be able to log in with a stored password: it does not begin with `!`. As in Django, an
/// empty or unreadable value counts as usable, and verifies nothing.
#[must_use]
pub fn is_password_usable(encoded: &str) -> bool {
    !encoded.starts_with(UNUSABLE_PASSWORD_PREFIX)
}

/// Returns a value that no password verifies (Django's `make_password(None)`). It is random, so that nothing derived
/// from it, such as a reset token, can be guessed.
///
/// # Errors
/// [`Error::Unavailable`] when the system's generator fails.
pub fn make_unusable_password() -> Result<PasswordHash> {
    let suffix = random_string(UNUSABLE_PASSWORD_SUFFIX_LENGTH, ALPHANUMERIC)?;
    Ok(PasswordHash::from_stored(format!("{UNUSABLE_PASSWORD_PREFIX}{suffix}")))
}

/// Returns the first `show` characters of a text, and a `*` for each further one (Django's `mask_hash`).
#[must_use]
pub fn mask_hash(hash: &str, show: usize) -> String {
    hash.chars().enumerate().map(|(index, char)| if index < show { char } else { '*' }).collect()
}

/// Tells whether a salt holds less than 128 bits (Django's `must_update_salt`).
#[must_use]
pub fn must_update_salt(salt: &str) -> bool {
    salt.chars().count() < SALT_LENGTH
}

/// Takes the text between `$` signs as exactly `N` fields.
fn fields<'a, const N: usize>(
    algorithm: &'static str,
    parts: impl Iterator<Item = &'a str>,
) -> Result<[&'a str; N]> {
    let parts: Vec<_> = parts.collect();
    parts.try_into().map_err(|_| malformed(algorithm))
}

/// Reads a stored cost. One that is too large for a machine integer is read as `u64::MAX`, which every cap refuses.
fn cost(algorithm: &'static str, digits: &str) -> Result<u64> {
    let plain = (1..=MAX_DIGITS).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain { Ok(digits.parse().unwrap_or(u64::MAX)) } else { Err(malformed(algorithm)) }
}

/// Refuses the salts that would make a stored value ambiguous (Django's `_check_encode_args`).
fn check_salt(salt: &str) -> Result<()> {
    if salt.is_empty() || salt.contains('$') {
        return Err(Error::invalid("a salt must be given and cannot contain `$`"));
    }
    Ok(())
}

fn malformed(algorithm: &'static str) -> Error {
    Error::invalid(format!("malformed {algorithm} hash"))
}

fn too_costly(algorithm: &'static str) -> Error {
    Error::invalid(format!("the costs of this {algorithm} hash are higher than can be accepted"))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn unusable_passwords_are_random_and_have_djangos_form() {
        let (one, two) = (make_unusable_password().unwrap(), make_unusable_password().unwrap());
        assert_eq!(one.expose().len(), 41);
        assert!(!is_password_usable(one.expose()));
        assert_ne!(one, two);
    }

    #[test]
    fn usable_means_only_that_there_is_no_exclamation_mark_in_front() {
        assert!(is_password_usable("") && is_password_usable("md5$!x$y") && is_password_usable("gibberish"));
        assert!(!is_password_usable("!") && !is_password_usable("!md5$x$y"));
    }

    #[test]
    fn masks_count_characters() {
        assert_eq!(mask_hash("ünïcode", 2), "ün*****");
        assert_eq!(mask_hash("abc", 6), "abc");
    }

    #[test]
    fn salts_below_128_bits_are_replaced() {
        assert!(must_update_salt(&"a".repeat(21)));
        assert!(!must_update_salt(&"ü".repeat(22)));
    }

    #[test]
    fn costs_that_no_password_can_be_hashed_with_are_told_beforehand() {
        let assert_takes = |hasher: &dyn PasswordHasher, takes: bool| {
            let encoded = hasher.encode(&RawPassword::new("x"), &hasher.salt().unwrap());
            assert_eq!((hasher.check_costs().is_ok(), encoded.is_ok()), (takes, takes), "{hasher:?}");
        };
        for (iterations, takes) in [(1, true), (0, false), (10_000_001, false)] {
            assert_takes(&Pbkdf2PasswordHasher::sha1(iterations), takes);
            assert_takes(&Pbkdf2PasswordHasher::sha256(iterations), takes);
        }
        #[cfg(feature = "argon2")]
        for ((time, memory, lanes), takes) in [
            ((1, 16, 2), true),
            ((1, 15, 2), false),
            ((0, 16, 2), false),
            ((1, 16, 0), false),
            ((65, 16, 1), false),
            ((1, 1024 * 1024 + 1, 1), false),
        ] {
            assert_takes(&Argon2PasswordHasher::new(time, memory, lanes), takes);
        }
        #[cfg(feature = "scrypt")]
        for ((n, r, p), takes) in [
            ((2, 1, 1), true),
            ((0, 1, 1), false),
            ((3, 1, 1), false),
            ((2, 0, 1), false),
            ((2, 1, 0), false),
            ((1 << 15, 16, 1), false),
        ] {
            assert_takes(&ScryptPasswordHasher::new(n, r, p), takes);
        }
        #[cfg(feature = "bcrypt")]
        for (rounds, takes) in [(4, true), (3, false), (17, false), (32, false)] {
            assert_takes(&BcryptPasswordHasher::sha256(rounds), takes);
            assert_takes(&BcryptPasswordHasher::plain(rounds), takes);
        }
    }

    #[test]
    fn stored_numbers_are_plain_decimals_of_any_size() {
        assert_eq!(cost("x", "0600").unwrap(), 600);
        assert_eq!(cost("x", &"9".repeat(4300)).unwrap(), u64::MAX);
        for refused in ["", "many", "-1", "1 ", "1_0", "٣", &"0".repeat(4301)] {
            assert!(matches!(cost("x", refused), Err(Error::Invalid(_))), "{refused}");
        }
        assert_eq!(SummaryValue::number("000").to_string(), "0");
        assert_eq!(SummaryValue::number(&format!("0{}", u128::MAX)).to_string(), u128::MAX.to_string());
    }
}
