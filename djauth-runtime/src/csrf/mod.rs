//! Does this form come from our own page? Django's CSRF secrets, masks, and Origin and Referer checks
//! (`django.middleware.csrf`), and the stricter rules of the default profile.
//!
//! A request with an unsafe method passes two checks, both pure functions over plain values:
//!
//! | | django profile | default profile |
//! |---|---|---|
//! | where it comes from | [`OriginPolicy::check_origin`] | [`OriginPolicy::check_fetch_site`]: browsers say it themselves (rule S80) |
//! | that its page was ours | [`check_token`]: the form repeats the cookie's secret | [`check_bound_token`]: the token is made for one session (rule S81) |
//!
//! Reasons are spelt as in Django; they belong into the log and the 403 page.

mod bound;
mod cookie;
mod origin;
mod secret;
mod token;

use std::fmt;

use crate::url::UrlError;

pub use bound::{Binding, bound_token, check_bound_token};
pub use cookie::CsrfCookie;
pub use origin::{CsrfRequest, OriginPolicy};
pub use secret::CsrfSecret;
pub use token::{check_submitted, check_token};

/// The field of a form that holds the token.
pub const FORM_FIELD: &str = "csrfmiddlewaretoken";

/// The header that holds the token where there is no form (Django's default `CSRF_HEADER_NAME`).
pub const HEADER: &str = "X-CSRFToken";

/// The item of a session that holds the secret with `CSRF_USE_SESSIONS` (`CSRF_SESSION_KEY`).
pub const SESSION_ITEM: &str = "_csrftoken";

/// The methods that change nothing and need no check. A handler does not run for others that Django leaves out of the
/// check (rule S11).
pub const SAFE_METHODS: [&str; 2] = ["GET", "HEAD"];

/// The methods that Django's middleware does not check.
pub const DJANGO_SAFE_METHODS: [&str; 4] = ["GET", "HEAD", "OPTIONS", "TRACE"];

/// Why a request is refused. The text is Django's `reason`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CsrfRejection {
    /// The Origin header names somebody else.
    #[error("Origin checking failed - {0} does not match any trusted origins.")]
    BadOrigin(String),
    /// Neither Origin nor Referer came over https.
    #[error("Referer checking failed - no Referer.")]
    NoReferer,
    /// The Referer is no absolute URL.
    #[error("Referer checking failed - Referer is malformed.")]
    MalformedReferer,
    /// The Referer is not https.
    #[error("Referer checking failed - Referer is insecure while host is secure.")]
    InsecureReferer,
    /// The Referer names somebody else.
    #[error("Referer checking failed - {0} does not match any trusted origins.")]
    BadReferer(String),
    /// A trusted origin of the settings is no URL (Django raises `ValueError`).
    #[error("a trusted origin is malformed: {0}")]
    MalformedTrustedOrigin(#[from] UrlError),
    /// The browser says that another site asked (djauth's own reason).
    #[error("Fetch metadata checking failed - the request comes from another site.")]
    CrossSite,
    /// The browser has no secret yet.
    #[error("CSRF cookie not set.")]
    NoCookie,
    /// The cookie is none of ours.
    #[error("CSRF cookie {0}.")]
    BadCookie(TokenFault),
    /// Neither the form nor the header has a token.
    #[error("CSRF token missing.")]
    NoToken,
    /// The token is wrong.
    #[error("CSRF token from {0} {1}.")]
    BadToken(TokenSource, TokenFault),
}

/// What is wrong with a cookie or a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    /// It has neither 32 nor 64 characters.
    #[error("has incorrect length")]
    IncorrectLength,
    /// It has other characters than ASCII letters and digits.
    #[error("has invalid characters")]
    InvalidCharacters,
    /// It belongs to another secret.
    #[error("incorrect")]
    Incorrect,
}

/// Where a token was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenSource {
    /// In the form.
    Post,
    /// In the header [`HEADER`].
    Header,
}

impl fmt::Display for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Post => "POST",
            // The case is that of Django's message.
            Self::Header => "the 'X-Csrftoken' HTTP header",
        })
    }
}
