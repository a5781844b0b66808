//! What can go wrong, sorted by what the caller can do about it.

use std::{error::Error as StdError, fmt};

/// The result of everything in djauth that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure of djauth.
///
/// No variant holds a secret, and no variant means "no": a permission that a user lacks is `Ok(false)`, and a
/// store that cannot answer is [`Error::Unavailable`]. Whoever turns an error into `false` or into an anonymous
/// visitor opens a hole (rule S9).
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A store or a service that is needed for the answer could not be asked. Guards answer 503; try again later.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),

    /// The program or its deployment is put together wrongly. Nobody but its developer can mend it.
    #[error(transparent)]
    ImproperlyConfigured(#[from] ImproperlyConfigured),

    /// The caller may not do this, and no other backend is to be asked (Django's `PermissionDenied`).
    #[error(transparent)]
    PermissionDenied(#[from] PermissionDenied),

    /// A value that somebody typed is not acceptable; the text says why (Python's `ValueError`).
    #[error("{0}")]
    Invalid(String),

    /// A store answered, and what it holds cannot be read: whoever asks is not to blame, so guards answer 500. The
    /// text says where it lies and never shows it.
    #[error("{0}")]
    Corrupt(String),

    /// What was to be created is there already; the text names it.
    #[error("{0}")]
    AlreadyExists(String),

    /// The session was deleted by another request before this one could save it (Django's `SessionInterrupted`,
    /// HTTP 400; rule S49).
    #[error(
        "the request's session was deleted before the request completed; the user may have logged out in a concurrent request"
    )]
    SessionInterrupted,
}

/// Shows the text that [`Display`](fmt::Display) shows: a `main` that returns `djauth::Result` prints it as its last word.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error {
    /// Returns an [`Error::Invalid`] with this text.
    pub fn invalid(text: impl Into<String>) -> Self {
        Self::Invalid(text.into())
    }

    /// Says of a value that it came out of a store, and where it lies: [`Error::Invalid`] becomes [`Error::Corrupt`].
    #[must_use]
    pub fn stored_in(self, place: impl fmt::Display) -> Self {
        match self {
            Self::Invalid(text) => Self::Corrupt(format!("{place}: {text}")),
            other => other,
        }
    }
}

/// A store or a service that could not be asked.
#[derive(Debug)]
pub struct Unavailable {
    what: &'static str,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Unavailable {
    /// Makes the error for a part that failed with `source`; `what` is a noun such as `"the user store"`.
    pub fn new(what: &'static str, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { what, source: Some(source.into()) }
    }

    /// Makes the error for a part that has no room for one more caller.
    #[must_use]
    pub fn overloaded(what: &'static str) -> Self {
        Self { what, source: None }
    }
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Some(source) => write!(f, "{} cannot be reached: {source}", self.what),
            None => write!(f, "{} is overloaded; try again in a moment", self.what),
        }
    }
}

impl StdError for Unavailable {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// The refusal of one action (Django's `PermissionDenied`).
///
/// Guards on plain functions return it: `#[permission_required("blog.add_post", user = actor)]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, thiserror::Error)]
#[error("permission denied")]
pub struct PermissionDenied;

/// What is wrong with the program or its deployment, and the remedy (Django's `ImproperlyConfigured`).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ImproperlyConfigured(String);

impl ImproperlyConfigured {
    /// Makes the error from a text that says what is wrong and, after a semicolon, how to put it right.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}
