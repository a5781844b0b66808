//! `NumericPasswordValidator`.

use std::borrow::Cow;

use serde::Deserialize;

use super::{PasswordValidator, UserAttributes, ValidationError};
use crate::{RawPassword, text};

/// Refuses passwords that are digits only, of any script (Django's class of this name): code
/// `password_entirely_numeric`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumericPasswordValidator {}

impl PasswordValidator for NumericPasswordValidator {
    fn validate(
        &self,
        password: &RawPassword,
        _user: Option<&dyn UserAttributes>,
    ) -> Result<(), ValidationError> {
        let password = password.expose();
        if password.is_empty() || !password.chars().all(text::is_digit) {
            return Ok(());
        }
        Err(ValidationError::new("password_entirely_numeric", "This password is entirely numeric."))
    }

    fn help_text(&self) -> Cow<'static, str> {
        "Your password can’t be entirely numeric.".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_python() {
        let is_refused =
            |password| NumericPasswordValidator {}.validate(&RawPassword::new(password), None).is_err();
        for password in ["0", "12345678", "٠١٢٣٤٥٦٧", "²①", "𝟘"] {
            assert!(is_refused(password), "{password}");
        }
        for password in ["", "1 2", "-1", "1.5", "½", "Ⅷ", "一", "1a"] {
            assert!(!is_refused(password), "{password}");
        }
    }
}
