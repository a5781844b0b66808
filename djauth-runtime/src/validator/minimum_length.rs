//! `MinimumLengthValidator`.

use std::borrow::Cow;

use serde::Deserialize;

use super::{PasswordValidator, UserAttributes, ValidationError};
use crate::{RawPassword, text};

/// Refuses passwords of fewer characters (Django's class of this name): code `password_too_short`, param `min_length`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MinimumLengthValidator {
    /// How many characters a password must have; 8 is Django's default, 15 that of the default profile (rule S31).
    pub min_length: usize,
}

impl Default for MinimumLengthValidator {
    fn default() -> Self {
        Self { min_length: 8 }
    }
}

impl MinimumLengthValidator {
    fn characters(self) -> String {
        let noun = if self.min_length == 1 { "character" } else { "characters" };
        format!("{} {noun}", self.min_length)
    }
}

impl PasswordValidator for MinimumLengthValidator {
    fn validate(
        &self,
        password: &RawPassword,
        _user: Option<&dyn UserAttributes>,
    ) -> Result<(), ValidationError> {
        if text::len(password.expose()) >= self.min_length {
            return Ok(());
        }
        let message = format!("This password is too short. It must contain at least {}.", self.characters());
        Err(ValidationError::new("password_too_short", message).with("min_length", &self.min_length))
    }

    fn help_text(&self) -> Cow<'static, str> {
        format!("Your password must contain at least {}.", self.characters()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(min_length: usize, password: &str) -> Option<String> {
        let validator = MinimumLengthValidator { min_length };
        validator.validate(&RawPassword::new(password), None).err().map(|error| error.message.into_owned())
    }

    #[test]
    fn s31_length_counts_in_characters() {
        assert_eq!(
            refusal(8, "1234567").as_deref(),
            Some("This password is too short. It must contain at least 8 characters.")
        );
        assert_eq!(refusal(8, "12345678"), None);
        assert_eq!(refusal(15, &"🦀".repeat(15)), None);
        assert!(refusal(15, &"🦀".repeat(14)).is_some());
        assert_eq!(refusal(0, ""), None);
    }

    #[test]
    fn one_character_is_singular() {
        assert_eq!(
            refusal(1, "").as_deref(),
            Some("This password is too short. It must contain at least 1 character.")
        );
        let help = MinimumLengthValidator { min_length: 1 }.help_text();
        assert_eq!(help, "Your password must contain at least 1 character.");
    }
}
