//! Signed cookies.

use time::{Duration, OffsetDateTime};

use super::{Keys, SigningError, TimestampSigner};
use crate::error::{Error, Result};

/// The attributes of a cookie; Python's `http.cookies` lets none of them be a cookie's name.
const ATTRIBUTES: [&str; 9] =
    ["comment", "domain", "expires", "httponly", "max-age", "path", "samesite", "secure", "version"];

/// Whether cookies count that were signed by Django before 5.2.15 and 6.0.6 (`SIGNED_COOKIE_LEGACY_SALT_FALLBACK`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LegacySalt {
    /// They do not, as from Django 6.1 on.
    #[default]
    Refuse,
    /// They do, as in Django 5.2: the old salt cannot tell cookie `lan` with salt `gx` from cookie `lang` with salt `x`
    /// (CVE-2026-6873).
    DangerousAccept,
}

/// Returns the text that `response.set_signed_cookie(name, value, salt=salt)` stores since Django 5.2.15.
///
/// # Errors
/// [`Error::Invalid`] when the name is that of a cookie's attribute, such as `path` (Python's `CookieError`).
pub fn cookie_sign(keys: &Keys, name: &str, value: &str, salt: &str, now: OffsetDateTime) -> Result<String> {
    if ATTRIBUTES.iter().any(|attribute| attribute.eq_ignore_ascii_case(name)) {
        return Err(Error::invalid(format!(
            "`{name}` is an attribute of cookies; name the cookie otherwise"
        )));
    }
    Ok(signer(keys, &current_salt(name, salt)).sign(value, now))
}

/// Returns the value of a signed cookie (`request.get_signed_cookie`).
///
/// # Errors
/// As [`TimestampSigner::unsign`]. A cookie that is signed rightly and has expired is not tried again with the old salt.
pub fn cookie_unsign<'a>(
    keys: &Keys,
    name: &str,
    signed_value: &'a str,
    salt: &str,
    max_age: Option<Duration>,
    legacy: LegacySalt,
    now: OffsetDateTime,
) -> Result<&'a str, SigningError> {
    match signer(keys, &current_salt(name, salt)).unsign(signed_value, max_age, now) {
        Err(SigningError::BadSignature) if legacy == LegacySalt::DangerousAccept => {
            signer(keys, &[name, salt].concat()).unsign(signed_value, max_age, now)
        }
        answer => answer,
    }
}

fn signer(keys: &Keys, salt: &str) -> TimestampSigner {
    TimestampSigner::new(&keys.labelled("django.http.cookies")).with_salt(salt)
}

fn current_salt(name: &str, salt: &str) -> String {
    format!("django.http.cookies.v2:{}:{salt}{name}", salt.chars().count())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::signing::fixtures::{at, keys, rotated};

    const CURRENT: [(&str, &str, &str); 3] = [
        ("lang", "", "en:1tSm9Y:DDCIdZJIvFIySaBM-Z0axELZrd-nHNCsM4pHSURDgP8"),
        ("lang", "x", "en:1tSm9Y:3UIC4nau5y3t5j4H7zPQpEGlXgqjC2r3FCFe0ePOUNA"),
        ("lan", "gx", "en:1tSm9Y:DeJ_fBNITr9T_EerJLwajWJWws5Sj2HGXhGTZx5jK_I"),
    ];
    const LEGACY: &str = "en:1tSm9Y:FrHunLGNQDjb_tn1vw6zgUfCR1dcJDqQY-kD4bm1spg";

    #[test]
    fn cookies_are_signed_as_since_django_5_2_15() {
        let now = at(1_735_689_600.0);
        for (name, salt, signed) in CURRENT {
            assert_eq!(cookie_sign(&keys(), name, "en", salt, now).unwrap(), signed);
            assert_eq!(
                cookie_unsign(&rotated(), name, signed, salt, None, LegacySalt::Refuse, now),
                Ok("en")
            );
        }
        assert_eq!(
            cookie_sign(&keys(), "basket", "12;é", "shop", at(1_767_225_600.0)).unwrap(),
            "12;é:1vb66i:I41YA1CZCmPuh3TKFd3BtbRQ6_ljZDI2s-VrAKsOFF0"
        );
    }

    #[test]
    fn attributes_of_cookies_are_no_names() {
        for name in ["path", "Expires", "HTTPONLY", "max-age"] {
            assert!(cookie_sign(&keys(), name, "en", "", at(0.0)).is_err(), "{name}");
        }
        assert!(cookie_sign(&keys(), "partitioned", "en", "", at(0.0)).is_ok());
    }

    #[test]
    fn cve_2026_6873_a_cookie_does_not_pass_under_another_name() {
        let now = at(1_735_689_600.0);
        let (_, _, signed) = CURRENT[1];
        let read = |signed, name, salt, legacy| cookie_unsign(&keys(), name, signed, salt, None, legacy, now);
        assert_eq!(read(signed, "lan", "gx", LegacySalt::Refuse), Err(SigningError::BadSignature));
        assert_eq!(read(LEGACY, "lang", "x", LegacySalt::default()), Err(SigningError::BadSignature));
        assert_eq!(read(LEGACY, "lang", "x", LegacySalt::DangerousAccept), Ok("en"));
    }

    #[test]
    fn an_expired_cookie_is_expired_under_both_salts() {
        let late = at(1_735_689_700.0);
        let minute = Some(Duration::minutes(1));
        for (signed, name, salt) in [(CURRENT[0].2, "lang", ""), (LEGACY, "lang", "x")] {
            let read = cookie_unsign(&keys(), name, signed, salt, minute, LegacySalt::DangerousAccept, late);
            assert!(matches!(read, Err(SigningError::SignatureExpired { .. })), "{read:?}");
        }
    }
}
