//! What is wrong with a value.

use std::borrow::Cow;

/// Why a value is not accepted (Django's `ValidationError`): a code for programs and a text for people.
///
/// It never holds the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
#[non_exhaustive]
pub struct ValidationError {
    /// Which rule was broken, such as `password_too_short`.
    pub code: Cow<'static, str>,
    /// The text for the user, with everything filled in.
    pub message: Cow<'static, str>,
    /// What was filled in, by Django's names.
    pub params: Vec<(&'static str, String)>,
}

impl ValidationError {
    /// Makes an error with a finished text.
    pub fn new(code: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code: code.into(), message: message.into(), params: Vec::new() }
    }

    /// Adds what was filled into the text.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &impl ToString) -> Self {
        self.params.push((name, value.to_string()));
        self
    }

    /// Makes the error for a field that was left empty.
    #[must_use]
    pub fn required() -> Self {
        Self::new("required", "This field is required.")
    }

    /// Makes the error for a text of `length` characters where `limit` are allowed.
    #[must_use]
    pub fn max_length(limit: usize, length: usize) -> Self {
        let characters = if limit == 1 { "character" } else { "characters" };
        let message = format!("Ensure this value has at most {limit} {characters} (it has {length}).");
        Self::new("max_length", message).with("limit_value", &limit).with("show_value", &length)
    }

    /// Makes the error for a text with a NUL.
    #[must_use]
    pub fn null_characters_not_allowed() -> Self {
        Self::new("null_characters_not_allowed", "Null characters are not allowed.")
    }
}
