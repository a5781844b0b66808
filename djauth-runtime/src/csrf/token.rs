//! The comparison of a submitted token with a cookie.

use super::{CsrfRejection, CsrfSecret, TokenFault, TokenSource};

/// Checks the token of a request against its cookie (`CsrfViewMiddleware._check_token`).
///
/// `cookie` is the cookie, or the session's item with `CSRF_USE_SESSIONS`; `form` the field
/// [`FORM_FIELD`](super::FORM_FIELD) of a POST; `header` the header [`HEADER`](super::HEADER), which counts when the form
/// has no token or an empty one.
///
/// # Errors
/// Django's reasons.
pub fn check_token(
    cookie: Option<&str>,
    form: Option<&str>,
    header: Option<&str>,
) -> Result<(), CsrfRejection> {
    let cookie = cookie.ok_or(CsrfRejection::NoCookie)?;
    // The cookie's faults are told before those of the token.
    let secret = CsrfSecret::parse(cookie).map_err(CsrfRejection::BadCookie)?;
    let (token, source) = submitted(form, header)?;
    compare([secret], token, source)
}

/// Checks one token, from wherever it came, against a cookie.
///
/// # Errors
/// Django's reasons.
pub fn check_submitted(cookie: &str, token: &str, source: TokenSource) -> Result<(), CsrfRejection> {
    let secret = CsrfSecret::parse(cookie).map_err(CsrfRejection::BadCookie)?;
    compare([secret], token, source)
}

/// Chooses between the form and the header.
pub(super) fn submitted<'a>(
    form: Option<&'a str>,
    header: Option<&'a str>,
) -> Result<(&'a str, TokenSource), CsrfRejection> {
    let form = form.filter(|token| !token.is_empty()).map(|token| (token, TokenSource::Post));
    form.or(header.map(|token| (token, TokenSource::Header))).ok_or(CsrfRejection::NoToken)
}

/// Accepts a token that belongs to one of the secrets.
pub(super) fn compare(
    secrets: impl IntoIterator<Item = CsrfSecret>,
    token: &str,
    source: TokenSource,
) -> Result<(), CsrfRejection> {
    let token = CsrfSecret::parse(token).map_err(|fault| CsrfRejection::BadToken(source, fault))?;
    if secrets.into_iter().any(|secret| secret == token) {
        Ok(())
    } else {
        Err(CsrfRejection::BadToken(source, TokenFault::Incorrect))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "ReferenceSecretOf32Characters012";
    const MASKED: &str = "zyxwvutsrqponmlkjihgfedcba987654gCCAMyGuv8tqEqEYob9ImeucdtdppWWW";

    fn reason(cookie: Option<&str>, form: Option<&str>, header: Option<&str>) -> String {
        check_token(cookie, form, header).map_or_else(|rejection| rejection.to_string(), |()| "ok".to_owned())
    }

    #[test]
    fn masked_or_not_the_secrets_must_be_equal() {
        for cookie in [SECRET, MASKED] {
            for token in [SECRET, MASKED] {
                assert_eq!(reason(Some(cookie), Some(token), None), "ok");
                assert_eq!(reason(Some(cookie), Some(""), Some(token)), "ok");
            }
        }
    }

    #[test]
    fn reasons_are_those_of_django_in_its_order() {
        let other = "a".repeat(32);
        let foreign = "ReferenceSecretOf32Characters01_";
        for (cookie, form, header, text) in [
            (None, None, None, "CSRF cookie not set."),
            (Some("x"), Some("y"), None, "CSRF cookie has incorrect length."),
            (Some(foreign), Some("y"), None, "CSRF cookie has invalid characters."),
            (Some(SECRET), None, None, "CSRF token missing."),
            (Some(SECRET), Some(""), None, "CSRF token missing."),
            (Some(SECRET), Some("y"), Some(SECRET), "CSRF token from POST has incorrect length."),
            (Some(MASKED), Some(foreign), None, "CSRF token from POST has invalid characters."),
            (Some(SECRET), Some(&other), None, "CSRF token from POST incorrect."),
            (
                Some(SECRET),
                None,
                Some(""),
                "CSRF token from the 'X-Csrftoken' HTTP header has incorrect length.",
            ),
            (Some(SECRET), None, Some(&other), "CSRF token from the 'X-Csrftoken' HTTP header incorrect."),
        ] {
            assert_eq!(reason(cookie, form, header), text);
        }
    }
}
