//! What an operation answers.

use djauth_runtime::{
    Error, ImproperlyConfigured, json::Value, redirect::RedirectError, signing::SigningError,
};

/// The value of `out`, or the kind of the error.
pub(crate) type Answer<T = Value> = Result<T, Kind>;

/// The protocol's names of what can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    UnknownOp,
    BadInput,
    ValueError,
    UnicodeDecodeError,
    BadSignature,
    SignatureExpired,
    NoReverseMatch,
    DisallowedRedirect,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::UnknownOp => "unknown_op",
            Self::BadInput => "bad_input",
            Self::ValueError => "ValueError",
            Self::UnicodeDecodeError => "UnicodeDecodeError",
            Self::BadSignature => "BadSignature",
            Self::SignatureExpired => "SignatureExpired",
            Self::NoReverseMatch => "NoReverseMatch",
            Self::DisallowedRedirect => "DisallowedRedirect",
        }
    }
}

impl From<Error> for Kind {
    fn from(_: Error) -> Self {
        Self::ValueError
    }
}

impl From<ImproperlyConfigured> for Kind {
    fn from(_: ImproperlyConfigured) -> Self {
        Self::ValueError
    }
}

impl From<SigningError> for Kind {
    fn from(error: SigningError) -> Self {
        match error {
            SigningError::BadSignature => Self::BadSignature,
            SigningError::SignatureExpired { .. } => Self::SignatureExpired,
            _ => Self::ValueError,
        }
    }
}

impl From<RedirectError> for Kind {
    fn from(error: RedirectError) -> Self {
        match error {
            RedirectError::NoReverseMatch(_) => Self::NoReverseMatch,
            RedirectError::DisallowedRedirect(_) => Self::DisallowedRedirect,
            _ => Self::ValueError,
        }
    }
}
