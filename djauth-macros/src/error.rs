//! `err!`: a compile error at the user's own tokens.

/// Makes a [`darling::Error`] that underlines `$at`; the text follows as for `format!`.
///
/// A text says what is wrong and, after a semicolon, how to put it right: lower case, no full stop.
macro_rules! err {
    ($at:expr, $($text:tt)+) => {
        darling::Error::custom(format!($($text)+)).with_span(&$at)
    };
}

pub(crate) use err;
