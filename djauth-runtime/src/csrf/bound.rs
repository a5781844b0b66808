//! Tokens that are made for one session (rule S81).
//!
//! Django's token repeats a cookie, so whoever can set a cookie, from a subdomain say, can make tokens. Here the secret is
//! not stored at all: it is an authentication code over the session's key. It changes when the key does, at login and at
//! logout, and no cookie but the session's own takes part.

use super::{
    CsrfRejection, CsrfSecret,
    token::{compare, submitted},
};
use crate::{
    error::Result,
    session::SessionKey,
    signing::{Keys, Purpose, SecretKey, purpose_mac},
};

const CSRF: Purpose = Purpose::new("djauth.csrf");

/// What a token is made for.
#[derive(Debug, Clone, Copy)]
pub enum Binding<'a> {
    /// The session of a user who is logged in.
    Session(&'a SessionKey),
    /// A visitor who is not: the secret in their `__Host-` cookie, which no other host can set.
    Visitor(&'a CsrfSecret),
}

/// Returns a freshly masked token for a form.
///
/// # Errors
/// [`Error::Unavailable`](crate::Error::Unavailable) when the system's generator fails.
pub fn bound_token(keys: &Keys, binding: Binding<'_>) -> Result<String> {
    secret(keys.secret_key(), binding).mask()
}

/// Checks the token of a request against what it must be bound to. `form` and `header` are as in
/// [`check_token`](super::check_token).
///
/// # Errors
/// [`CsrfRejection::NoToken`] and [`CsrfRejection::BadToken`].
pub fn check_bound_token(
    keys: &Keys,
    binding: Binding<'_>,
    form: Option<&str>,
    header: Option<&str>,
) -> Result<(), CsrfRejection> {
    let (token, source) = submitted(form, header)?;
    compare(keys.iter().map(|key| secret(key, binding)), token, source)
}

fn secret(key: &SecretKey, binding: Binding<'_>) -> CsrfSecret {
    let (name, data) = match binding {
        Binding::Session(key) => ("session", key.expose()),
        Binding::Visitor(secret) => ("visitor", secret.expose()),
    };
    let mac = purpose_mac(key, CSRF, name, b"", data.as_bytes());
    CsrfSecret::from_indexes(mac.into_iter().map(usize::from))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::{
        csrf::{TokenFault, TokenSource},
        signing::fixtures::{keys, rotated},
    };

    const WRONG: Result<(), CsrfRejection> =
        Err(CsrfRejection::BadToken(TokenSource::Post, TokenFault::Incorrect));

    #[test]
    fn s81_a_token_counts_for_its_own_session_only() {
        let (one, other) = (SessionKey::generate().unwrap(), SessionKey::generate().unwrap());
        let token = bound_token(&keys(), Binding::Session(&one)).unwrap();
        assert_eq!(token.len(), 64);
        assert_eq!(check_bound_token(&keys(), Binding::Session(&one), Some(&token), None), Ok(()));
        assert_eq!(check_bound_token(&rotated(), Binding::Session(&one), None, Some(&token)), Ok(()));
        assert_eq!(check_bound_token(&keys(), Binding::Session(&other), Some(&token), None), WRONG);
    }

    #[test]
    fn s81_a_tossed_cookie_is_no_token() {
        let cookie = CsrfSecret::generate().unwrap();
        let visitor = Binding::Visitor(&cookie);
        let check = |token: &str| check_bound_token(&keys(), visitor, Some(token), None);
        assert_eq!(check(cookie.expose()), WRONG);
        assert_eq!(check(&cookie.mask().unwrap()), WRONG);
        assert_eq!(check(&bound_token(&keys(), visitor).unwrap()), Ok(()));
        assert_eq!(check_bound_token(&keys(), visitor, None, None), Err(CsrfRejection::NoToken));
    }

    #[test]
    fn s81_a_visitors_token_does_not_outlive_the_login() {
        let text = "abcdefghijklmnopqrstuvwxyz012345";
        let (cookie, key) = (CsrfSecret::parse(text).unwrap(), SessionKey::parse(text).unwrap());
        let token = bound_token(&keys(), Binding::Visitor(&cookie)).unwrap();
        assert_eq!(check_bound_token(&keys(), Binding::Session(&key), Some(&token), None), WRONG);
    }
}
