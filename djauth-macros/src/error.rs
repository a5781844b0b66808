//! Compile errors at the user's own tokens.

/// Makes a [`darling::Error`] that underlines `$at`; the text follows as for `format!`.
///
/// A text says what is wrong and, after a semicolon, how to put it right: lower case, no full stop.
macro_rules! err {
    ($at:expr, $($text:tt)+) => {
        darling::Error::custom(format!($($text)+)).with_span(&$at)
    };
}

pub(crate) use err;

/// Waits for both, so that a mistake in one does not hide a mistake in the other.
pub(crate) fn both<A, B>(first: darling::Result<A>, second: darling::Result<B>) -> darling::Result<(A, B)> {
    match (first, second) {
        (Ok(first), Ok(second)) => Ok((first, second)),
        (Err(first), Err(second)) => Err(darling::Error::multiple(vec![first, second])),
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}
