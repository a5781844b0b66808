//! How does a reset link prove itself? Django's `PasswordResetTokenGenerator` and `uidb64`.
//!
//! A token is a signature over the time and over everything that its use changes: the stored password, the last login,
//! the e-mail address. Nothing is stored; a token is dead as soon as one of them differs (rule S74). Tokens are Django's
//! to the byte, in both directions.

use std::{fmt, sync::Arc};

use time::{Duration, OffsetDateTime, UtcOffset, macros::datetime};

use crate::{
    crypto::{Algorithm, constant_time_eq, hex, salted_hmac},
    encoding::{b64_encode, int_to_base36, urlsafe_base64_decode},
    error::{Error, Result},
    password::PasswordHash,
    signing::{Keys, SecretKey},
};

const KEY_SALT: &str = "django.contrib.auth.tokens.PasswordResetTokenGenerator";

/// Tokens count the seconds since then, on the wall clock.
const EPOCH: OffsetDateTime = datetime!(2001-01-01 0:00 UTC);

/// A time of 13 digits, a dash, and half of the hexadecimal digits of the longest digest.
const MAX_LENGTH: usize = 13 + 1 + 64;

/// Tells which offset from UTC the wall clock has at an instant (Django's `TIME_ZONE`).
///
/// Django counts a token's time on the wall clock, with the jumps of daylight saving. A site that shares tokens with a
/// Django must use the same zone; implement this for a time zone database. Fixed offsets are built in.
pub trait TimeZone: fmt::Debug + Send + Sync {
    /// Returns the offset at this instant.
    fn offset_at(&self, instant: OffsetDateTime) -> UtcOffset;
}

impl TimeZone for UtcOffset {
    fn offset_at(&self, _: OffsetDateTime) -> UtcOffset {
        *self
    }
}

/// What a token depends on.
#[derive(Debug, Clone, Copy)]
pub struct TokenUser<'a> {
    /// The text of the primary key: an integer in decimal, a UUID in lower case with hyphens.
    pub pk: &'a str,
    /// The stored password.
    pub password: &'a PasswordHash,
    /// The last login. Its date and time count as they are written, whatever the offset: Django drops it unconverted, so
    /// give the value in UTC, as Django's database does with `USE_TZ`.
    pub last_login: Option<OffsetDateTime>,
    /// The e-mail address exactly as stored, where the user has one.
    pub email: Option<&'a str>,
}

/// Makes and checks the tokens in password reset links (Django's class of the same name).
#[derive(Debug, Clone)]
pub struct PasswordResetTokenGenerator {
    keys: Keys,
    key_salt: String,
    algorithm: Algorithm,
    timeout: Duration,
    time_zone: Arc<dyn TimeZone>,
}

impl PasswordResetTokenGenerator {
    /// Makes a generator whose tokens live for `timeout` (`PASSWORD_RESET_TIMEOUT`; Django's default is three days, rule
    /// S74 asks for an hour), with Django's salt, SHA-256, and UTC as time zone.
    #[must_use]
    pub fn new(keys: &Keys, timeout: Duration) -> Self {
        Self {
            keys: keys.clone(),
            key_salt: KEY_SALT.to_owned(),
            algorithm: Algorithm::Sha256,
            timeout,
            time_zone: Arc::new(UtcOffset::UTC),
        }
    }

    /// Sets the attribute `key_salt`: tokens for another purpose need another.
    #[must_use]
    pub fn with_key_salt(self, key_salt: &str) -> Self {
        Self { key_salt: key_salt.to_owned(), ..self }
    }

    /// Sets the attribute `algorithm`.
    #[must_use]
    pub fn with_algorithm(self, algorithm: Algorithm) -> Self {
        Self { algorithm, ..self }
    }

    /// Sets the time zone.
    #[must_use]
    pub fn with_time_zone(self, time_zone: impl TimeZone + 'static) -> Self {
        Self { time_zone: Arc::new(time_zone), ..self }
    }

    /// Returns a token for this user (`make_token`).
    ///
    /// # Errors
    /// [`Error::Invalid`] when the wall clock shows a year before 2001.
    pub fn make_token(&self, user: TokenUser<'_>, now: OffsetDateTime) -> Result<String> {
        self.token_at(user, self.wall_seconds(now), self.keys.secret_key())
    }

    /// Tells whether this token was made for this user as they are now, and at most the timeout ago (`check_token`).
    ///
    /// Any text may be asked about; a token from the future counts, as in Django.
    #[must_use]
    pub fn check_token(&self, user: TokenUser<'_>, token: &str, now: OffsetDateTime) -> bool {
        if token.len() > MAX_LENGTH {
            return false;
        }
        let Some((timestamp, _)) = token.split_once('-').filter(|(digits, _)| digits.len() <= 13) else {
            return false;
        };
        let Ok(timestamp) = i128::from_str_radix(timestamp, 36) else { return false };
        // Another spelling of the time, or a second dash, cannot be equal to the token that is made anew.
        let made_by = |key| {
            self.token_at(user, timestamp, key)
                .is_ok_and(|made| constant_time_eq(made.as_bytes(), token.as_bytes()))
        };
        let age = self.wall_seconds(now) - timestamp;
        self.keys.iter().any(made_by) && age <= i128::from(self.timeout.whole_seconds())
    }

    fn token_at(&self, user: TokenUser<'_>, timestamp: i128, key: &SecretKey) -> Result<String> {
        let value = hash_value(user, timestamp);
        let key = key.expose().as_bytes();
        let mac = hex(&salted_hmac(self.key_salt.as_bytes(), value.as_bytes(), key, self.algorithm));
        let every_other: String = mac.chars().step_by(2).collect();
        Ok(format!("{}-{every_other}", int_to_base36(timestamp)?))
    }

    fn wall_seconds(&self, now: OffsetDateTime) -> i128 {
        let offset = self.time_zone.offset_at(now).whole_seconds();
        let elapsed = (now - EPOCH) + Duration::seconds(offset.into());
        // As a double, like Python's `total_seconds()`: centuries from now it rounds the last microsecond up.
        elapsed.as_seconds_f64() as i128
    }
}

/// `_make_hash_value`: plain concatenation, as Django has it.
fn hash_value(user: TokenUser<'_>, timestamp: i128) -> String {
    let TokenUser { pk, password, last_login, email } = user;
    let login = last_login.map(|login| {
        let (hour, minute, second) = login.to_hms();
        let (year, month, day) = login.to_calendar_date();
        format!("{year:04}-{:02}-{day:02} {hour:02}:{minute:02}:{second:02}", u8::from(month))
    });
    [pk, password.expose(), &login.unwrap_or_default(), &timestamp.to_string(), email.unwrap_or_default()]
        .concat()
}

/// Returns the text of a primary key as it stands in a reset link (`urlsafe_base64_encode(force_bytes(pk))`).
#[must_use]
pub fn uid_encode(pk: &str) -> String {
    b64_encode(pk.as_bytes())
}

/// Reads the primary key in a reset link, as leniently as Django's `urlsafe_base64_decode`.
///
/// # Errors
/// [`UidError`]; the view answers as it does for a user who does not exist.
pub fn uid_decode(uidb64: &str) -> Result<String, UidError> {
    let bytes = urlsafe_base64_decode(uidb64).map_err(|_| UidError::Base64)?;
    String::from_utf8(bytes).map_err(|_| UidError::Utf8)
}

/// Why a `uidb64` is no primary key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UidError {
    /// It is no base64 (Python's `ValueError`).
    #[error("the user id in the link is no base64")]
    Base64,
    /// It does not hold UTF-8 (Python's `UnicodeDecodeError`).
    #[error("the user id in the link is no text")]
    Utf8,
}

impl From<UidError> for Error {
    fn from(error: UidError) -> Self {
        Self::invalid(error.to_string())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::signing::fixtures::{keys, rotated};

    const MD5: &str = "md5$saltSALT0123456789abcd$fe8e8494fdb8bee3742679c5ff68c33d";
    const THREE_DAYS: Duration = Duration::days(3);

    fn tokens() -> PasswordResetTokenGenerator {
        PasswordResetTokenGenerator::new(&keys(), THREE_DAYS)
    }

    #[test]
    fn the_time_is_rounded_as_a_double() {
        let time = |now| {
            let user =
                TokenUser { pk: "1", password: &PasswordHash::default(), last_login: None, email: None };
            let token = tokens().make_token(user, now).unwrap();
            token.split('-').next().unwrap().to_owned()
        };
        assert_eq!(time(datetime!(9999-12-31 23:59:59.999_999 UTC)), "37ymq800");
        assert_eq!(time(datetime!(9999-12-31 23:59:59.9999 UTC)), "37ymq7zz");
        assert_eq!(
            time(datetime!(2200-12-31 23:59:59.999_999 UTC)),
            time(datetime!(2200-12-31 23:59:59 UTC))
        );
        assert_eq!(time(datetime!(2000-12-31 23:59:59.5 UTC)), "0");
    }

    #[test]
    fn tokens_are_those_of_django() {
        for (pk, password, last_login, email, now, token) in [
            (
                "1",
                MD5,
                None,
                "user@example.com",
                datetime!(2025-01-01 0:00 UTC),
                "cixc00-aec7004198c055ba70a8a0e3be3a7c98",
            ),
            (
                "42",
                MD5,
                Some(datetime!(2025-01-02 3:04:05.678901 UTC)),
                "user@example.com",
                datetime!(2025-01-03 12:00 UTC),
                "cj1yo0-00454471e2563a96e2e7e5453e9b41f5",
            ),
            (
                "7",
                "!xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
                Some(datetime!(2025-01-02 3:04:05 +5)),
                "",
                datetime!(2030-06-30 23:59:59.9 UTC),
                "fe5zzz-225e847a423162217b33322c0ed54fea",
            ),
            (
                "1",
                MD5,
                None,
                "user@example.com",
                datetime!(2001-01-01 0:00 UTC),
                "0-6ff052a876d65766e2bb3c32a4593cc0",
            ),
            (
                "1",
                MD5,
                None,
                "Пользователь@пример.рф",
                datetime!(2025-01-01 0:00 UTC),
                "cixc00-437c3d056244eae285b4acd4570b4703",
            ),
        ] {
            let password = PasswordHash::from_stored(password);
            let user = TokenUser { pk, password: &password, last_login, email: Some(email) };
            assert_eq!(tokens().make_token(user, now).unwrap(), token);
            assert!(PasswordResetTokenGenerator::new(&rotated(), THREE_DAYS).check_token(user, token, now));
        }
    }

    #[test]
    fn the_digest_and_the_salt_can_be_chosen() {
        let password = PasswordHash::from_stored("!");
        let pk = "5f0c7b2e-6a14-4d0e-8f55-3b9f1f0d9c21";
        let user = TokenUser { pk, password: &password, last_login: None, email: None };
        let now = datetime!(2040-12-31 23:59:59.75 UTC);
        let sha512 = tokens().with_algorithm(Algorithm::Sha512);
        let token = sha512.make_token(user, now).unwrap();
        assert_eq!(token, "kvjjzz-aa340d7c7fefdfa9fb12d81f3294bf0df134b17d93b039fede7ac9880c544a1b");
        assert!(sha512.check_token(user, &token, now));
        assert!(!sha512.with_key_salt("other").check_token(user, &token, now));
    }

    #[test]
    fn s74_a_token_ends_after_the_timeout_and_not_before() {
        let password = PasswordHash::from_stored(MD5);
        let user = TokenUser { pk: "1", password: &password, last_login: None, email: None };
        let made = datetime!(2026-02-04 0:00 UTC);
        let token = tokens().make_token(user, made).unwrap();
        assert!(tokens().check_token(user, &token, made + THREE_DAYS + Duration::milliseconds(999)));
        assert!(!tokens().check_token(user, &token, made + THREE_DAYS + Duration::seconds(1)));
        assert!(tokens().check_token(user, &token, made - Duration::days(400)));
    }

    #[test]
    fn the_time_is_that_of_the_wall_clock() {
        #[derive(Debug)]
        struct Summer;
        impl TimeZone for Summer {
            fn offset_at(&self, instant: OffsetDateTime) -> UtcOffset {
                let hours = if instant < datetime!(2026-03-29 1:00 UTC) { 1 } else { 2 };
                UtcOffset::from_hms(hours, 0, 0).unwrap()
            }
        }
        let password = PasswordHash::from_stored(MD5);
        let user = TokenUser { pk: "1", password: &password, last_login: None, email: None };
        let instant = datetime!(2026-03-29 1:00 UTC);
        let summer = tokens().with_time_zone(Summer);
        assert_eq!(
            summer.make_token(user, instant).unwrap(),
            tokens().make_token(user, instant + Duration::hours(2)).unwrap()
        );
        assert_eq!(
            summer.make_token(user, instant - Duration::SECOND).unwrap(),
            tokens().make_token(user, instant + Duration::seconds(3599)).unwrap()
        );
    }

    #[test]
    fn s107_no_time_is_too_early_or_too_late() {
        let password = PasswordHash::from_stored(MD5);
        let user = TokenUser { pk: "1", password: &password, last_login: None, email: None };
        let west = tokens().with_time_zone(UtcOffset::from_hms(-23, 0, 0).unwrap());
        assert!(west.make_token(user, datetime!(2001-01-01 22:59:59 UTC)).is_err());
        let east = tokens().with_time_zone(UtcOffset::from_hms(23, 0, 0).unwrap());
        assert!(east.make_token(user, datetime!(9999-12-31 23:59:59 UTC)).is_ok());
        for latest in ["zzzzzzzzzzzzz-0", "7ksyyizzkutudzbv8aqztecjk-0"] {
            assert!(!east.check_token(user, latest, datetime!(0001-01-01 0:00 UTC)), "{latest}");
        }
    }

    #[test]
    fn s74_the_length_is_checked_before_anything_else() {
        let password = PasswordHash::from_stored(MD5);
        let user = TokenUser { pk: "1", password: &password, last_login: None, email: None };
        for token in
            ["", "-", "1-", "-1", "1-2-3", "é-é", &"z".repeat(1 << 20), &format!("1-{}", "0".repeat(1 << 20))]
        {
            assert!(!tokens().check_token(user, token, EPOCH));
        }
    }

    #[test]
    fn user_ids_are_encoded_as_in_django() {
        for (pk, uidb64) in [
            ("1", "MQ"),
            ("255", "MjU1"),
            ("0b4c5e9e-2f0e-4f9c-9a52-3a8f5a3f7a11", "MGI0YzVlOWUtMmYwZS00ZjljLTlhNTItM2E4ZjVhM2Y3YTEx"),
            ("ключ", "0LrQu9GO0Yc"),
        ] {
            assert_eq!(uid_encode(pk), uidb64);
            assert_eq!(uid_decode(uidb64).unwrap(), pk);
        }
        assert_eq!(uid_decode("_-8"), Err(UidError::Utf8));
        assert_eq!(uid_decode("M"), Err(UidError::Base64));
    }

    proptest! {
        #[test]
        fn s74_a_token_dies_when_any_field_changes(
            pk in "[0-9]{1,5}", password in "[a-z$]{0,8}", email in "[a-z@.]{0,8}", seconds in 1..2_000_000_000_i64,
        ) {
            let now = EPOCH + Duration::seconds(seconds);
            let stored = PasswordHash::from_stored(&password);
            let user = TokenUser { pk: &pk, password: &stored, last_login: None, email: Some(&email) };
            let token = tokens().make_token(user, now).unwrap();
            prop_assert!(tokens().check_token(user, &token, now));

            let changed = PasswordHash::from_stored(password + "x");
            let (other_pk, other_email) = (format!("1{pk}"), format!("x{email}"));
            for other in [
                TokenUser { pk: &other_pk, ..user },
                TokenUser { password: &changed, ..user },
                TokenUser { last_login: Some(now), ..user },
                TokenUser { email: Some(&other_email), ..user },
            ] {
                prop_assert!(!tokens().check_token(other, &token, now));
            }
        }

        #[test]
        fn s112_no_text_is_a_token_and_none_panics(token in "[0-9a-zA-Z+_-]{0,20}-[0-9a-f]{0,40}", any: String) {
            let password = PasswordHash::from_stored(MD5);
            let user = TokenUser { pk: "1", password: &password, last_login: None, email: None };
            prop_assert!(!tokens().check_token(user, &token, EPOCH));
            prop_assert!(!tokens().check_token(user, &any, EPOCH));
            let _ = uid_decode(&any);
        }
    }
}
