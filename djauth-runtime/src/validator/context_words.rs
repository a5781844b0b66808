//! `ContextWordsValidator`.

use std::borrow::Cow;

use serde::Deserialize;
use zeroize::Zeroizing;

use super::{PasswordValidator, UserAttributes, ValidationError, similarity::DEFAULT_USER_ATTRIBUTES};
use crate::{RawPassword, text};

/// How many words of one attribute are looked for, which bounds the cost (rule S35).
const MAX_WORDS: usize = 16;

/// How long a word must be to count.
const MIN_WORD_LENGTH: usize = 3;

/// Refuses passwords that consist for the greater part of words an attacker tries first: the site's name and the
/// user's own (rule S33): code `password_context_words`.
///
/// Django has no such validator. Similarity does not see that `djauth-djauth-2026!` is `djauth` three times over.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ContextWordsValidator {
    /// The site's words: its name, its host, the company.
    pub words: Vec<String>,
    /// The attributes of the user whose words count as well.
    pub user_attributes: Vec<String>,
}

impl Default for ContextWordsValidator {
    fn default() -> Self {
        Self { words: Vec::new(), user_attributes: DEFAULT_USER_ATTRIBUTES.map(str::to_owned).to_vec() }
    }
}

impl ContextWordsValidator {
    /// Returns the words to look for, in lower case, the longest first.
    fn words_about(&self, user: Option<&dyn UserAttributes>) -> Vec<String> {
        let attributes = self.user_attributes.iter().filter_map(|name| user?.attribute(name));
        let attributes: Vec<String> = attributes.map(|value| text::lower(&value)).collect();
        let own = attributes.iter().flat_map(|value| value.split(|c| !text::is_word(c)).take(MAX_WORDS));
        let mut words: Vec<String> = self.words.iter().map(|word| text::lower(word)).collect();
        words.extend(own.map(str::to_owned));
        words.retain(|word| text::len(word) >= MIN_WORD_LENGTH);
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        words
    }
}

impl PasswordValidator for ContextWordsValidator {
    fn validate(
        &self,
        password: &RawPassword,
        user: Option<&dyn UserAttributes>,
    ) -> Result<(), ValidationError> {
        let password = Zeroizing::new(text::lower(password.expose()));
        let mut rest = password.clone();
        for word in self.words_about(user) {
            rest = Zeroizing::new(rest.replace(&word, ""));
        }
        if text::len(&rest) * 2 >= text::len(&password) {
            return Ok(());
        }
        Err(ValidationError::new(
            "password_context_words",
            "This password consists mostly of the name of this site or of your personal information.",
        ))
    }

    fn help_text(&self) -> Cow<'static, str> {
        "Your password can’t consist mostly of the name of this site or of your personal information.".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validator::Attributes;

    #[test]
    fn s33_words_of_site_and_user_do_not_make_a_password() {
        let validator = ContextWordsValidator { words: vec!["DjAuth".to_owned()], ..Default::default() };
        let user = Attributes::new().with("username", "jo").with("email", "ada.lovelace@example.org");
        let is_refused = |password| validator.validate(&RawPassword::new(password), Some(&user)).is_err();
        for password in ["djauth-DJAUTH-2026!", "Lovelace1815djauth", "ada@example.org!"] {
            assert!(is_refused(password), "{password}");
        }
        for password in ["", "jo-jo-jo-jo-jo", "djauth keeps the door", "correct horse battery"] {
            assert!(!is_refused(password), "{password}");
        }
        assert!(validator.validate(&RawPassword::new("lovelace"), None).is_ok());
    }
}
