//! Where may a browser be sent? Safe redirect targets and login redirects, by Django's rules.
//!
//! | Django | here |
//! |---|---|
//! | `url_has_allowed_host_and_scheme` | [`url_has_allowed_host_and_scheme`] |
//! | `resolve_url`, `reverse` | [`resolve_url`], [`UrlNames`] |
//! | `redirect_to_login`, `@login_required` | [`LoginRedirect`] |
//! | `RedirectURLMixin.get_success_url` | [`SuccessUrl`] |
//! | `HttpResponseRedirect` | [`redirect_location`] |
//!
//! The default profile follows a narrower rule for the way back, [`NextRule::Strict`]; the django profile follows
//! Django's.

mod allowed;
mod login;
mod next;
mod resolve;
mod success;

pub use allowed::url_has_allowed_host_and_scheme;
pub use login::LoginRedirect;
pub use next::{MAX_NEXT_LENGTH, NextRule, Origin, one_leading_slash, safe_next};
pub use resolve::{AUTH_URLS, AuthUrls, UrlNames, resolve_url};
pub use success::SuccessUrl;

use crate::{
    Error, ImproperlyConfigured, text,
    url::{UrlError, iri_to_uri, urlsplit},
};

/// How many characters a redirect target may have (Django's `MAX_URL_REDIRECT_LENGTH`).
pub const MAX_REDIRECT_LENGTH: usize = 16384;

/// Why nobody is sent there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RedirectError {
    /// The text is neither the name of a URL nor a URL (Django's `NoReverseMatch`).
    #[error("`{0}` is not the name of a URL; write a URL, such as `/{0}/`, or a name that is mounted")]
    NoReverseMatch(String),
    /// The target is too long, or of a scheme such as `javascript` (Django's `DisallowedRedirect`).
    #[error("unsafe redirect: {0}")]
    DisallowedRedirect(&'static str),
    /// The target cannot be read.
    #[error(transparent)]
    Malformed(#[from] UrlError),
}

impl From<RedirectError> for Error {
    fn from(error: RedirectError) -> Self {
        match error {
            RedirectError::NoReverseMatch(_) => ImproperlyConfigured::new(error.to_string()).into(),
            _ => Self::invalid(error.to_string()),
        }
    }
}

/// Makes the value of a `Location` header (Django's `HttpResponseRedirect`): ASCII only, without line breaks.
///
/// It looks at form and scheme only. Where a *visitor* may say the target, [`safe_next`] or
/// [`url_has_allowed_host_and_scheme`] comes first.
///
/// # Errors
/// [`RedirectError::DisallowedRedirect`] if the target has more than [`MAX_REDIRECT_LENGTH`] characters or a scheme
/// other than http, https and ftp; [`RedirectError::Malformed`] if it cannot be read.
pub fn redirect_location(url: &str) -> Result<String, RedirectError> {
    if text::len(url) > MAX_REDIRECT_LENGTH {
        return Err(RedirectError::DisallowedRedirect("the target has more than 16384 characters"));
    }
    match urlsplit(url)?.scheme.as_str() {
        "" | "http" | "https" | "ftp" => Ok(iri_to_uri(url).into_owned()),
        _ => Err(RedirectError::DisallowedRedirect("the scheme of the target is not http, https or ftp")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_are_fit_for_a_header() {
        assert_eq!(
            redirect_location("/ü\r\nSet-Cookie: a=b"),
            Ok("/%C3%BC%0D%0ASet-Cookie:%20a=b".to_owned())
        );
        assert_eq!(redirect_location("FTP://h/x"), Ok("FTP://h/x".to_owned()));
        assert_eq!(redirect_location(""), Ok(String::new()));
    }

    #[test]
    fn unsafe_locations_are_refused() {
        for url in ["javascript:alert(1)", " java\nscript:alert(1)", "data:text/html,x", "mailto:a@b"] {
            assert!(matches!(redirect_location(url), Err(RedirectError::DisallowedRedirect(_))), "{url}");
        }
        assert_eq!(redirect_location("//[x/"), Err(RedirectError::Malformed(UrlError::UnbalancedBrackets)));
    }

    #[test]
    fn cve_2025_64458_long_locations_are_refused_by_characters() {
        let just = "é".repeat(MAX_REDIRECT_LENGTH);
        assert!(redirect_location(&just).is_ok());
        assert!(redirect_location(&format!("{just}e")).is_err());
    }
}
