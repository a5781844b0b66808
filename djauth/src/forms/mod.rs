//! What did somebody type, and is it acceptable? Data and validation; no HTML.
//!
//! Texts and codes of errors are Django's.

mod authentication;
mod errors;

#[cfg(feature = "axum")]
pub(crate) use self::authentication::max_length;
pub use self::{authentication::AuthenticationForm, errors::FormErrors};
