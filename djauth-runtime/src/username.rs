//! Which usernames are there? Django's validators and normalisation, and the stricter rule for names that come from
//! outside.

use std::borrow::Cow;

use crate::{text, validator::ValidationError};

/// Which characters a username may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UsernameValidator {
    /// Letters and numbers of any script, and `_.@+-` (Django's `UnicodeUsernameValidator`). Combining marks are not
    /// among them: a decomposed `é` is valid only after [`normalize_username`].
    #[default]
    Unicode,
    /// ASCII letters and digits, and `_.@+-` (Django's `ASCIIUsernameValidator`).
    Ascii,
}

impl UsernameValidator {
    /// Returns whether the name has such characters only, and at least one.
    #[must_use]
    pub fn is_valid(self, username: &str) -> bool {
        let is_allowed = |c: char| {
            matches!(c, '.' | '@' | '+' | '-')
                || match self {
                    Self::Unicode => text::is_word(c),
                    Self::Ascii => c.is_ascii_alphanumeric() || c == '_',
                }
        };
        !username.is_empty() && username.chars().all(is_allowed)
    }

    /// Tests a username.
    ///
    /// # Errors
    /// Code `invalid`, with Django's text.
    pub fn validate(self, username: &str) -> Result<(), ValidationError> {
        if self.is_valid(username) { Ok(()) } else { Err(ValidationError::new("invalid", self.message())) }
    }

    fn message(self) -> &'static str {
        match self {
            Self::Unicode => {
                "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters."
            }
            Self::Ascii => {
                "Enter a valid username. This value may contain only unaccented lowercase a-z and uppercase A-Z letters, \
                 numbers, and @/./+/-/_ characters."
            }
        }
    }
}

/// Normalises a username to NFKC (Django's `normalize_username`): `ﬁsh` and `fish` are one name.
#[must_use]
pub fn normalize_username(username: &str) -> Cow<'_, str> {
    text::nfkc(username)
}

/// Makes the username of what somebody typed: without white space at the ends, normalised, and of bounded length
/// (Django's `UsernameField`; rule S38).
///
/// The length is tested before the normalisation, which takes its time, and after it, since it can lengthen the name.
/// Unlike Django, it refuses control and format characters itself, whichever validator the program uses besides.
///
/// # Errors
/// Codes `required`, `max_length` and `invalid`.
pub fn clean_username(typed: &str, max_length: usize) -> Result<String, ValidationError> {
    let typed = text::strip(typed);
    check_length(typed, max_length)?;
    let normalized = normalize_username(typed);
    // Free-standing accents become a space with an accent on it. Left there, it would go when the name is cleaned again.
    let username = text::strip(&normalized);
    check_length(username, max_length)?;
    if username.is_empty() {
        return Err(ValidationError::required());
    }
    if username.chars().any(text::is_other) {
        return Err(ValidationError::new("invalid", "Enter a username without control characters."));
    }
    Ok(username.to_owned())
}

/// Tests the length in characters, as Django's `MaxLengthValidator` does.
pub(crate) fn check_length(text: &str, max_length: usize) -> Result<(), ValidationError> {
    let length = text::len(text);
    if length <= max_length { Ok(()) } else { Err(ValidationError::max_length(max_length, length)) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn error(typed: &str) -> Option<String> {
        clean_username(typed, 150).err().map(|error| error.code.into_owned())
    }

    #[test]
    fn characters_are_those_of_django() {
        for name in ["lin_७+½", "a.b@c-d", "Amélie", "²Ⅷ", "名前", "_"] {
            assert!(UsernameValidator::Unicode.is_valid(name), "{name}");
        }
        for name in ["lin·x", "", "a b", "a\n", "e\u{301}", "क\u{93f}", "ⓐ", "a\u{200d}b", "🦀", "a‿b"]
        {
            assert!(!UsernameValidator::Unicode.is_valid(name), "{name}");
        }
        assert!(UsernameValidator::Ascii.is_valid("Az09_.@+-"));
        for name in ["é", "", "a\n", "a/b", "१"] {
            assert!(!UsernameValidator::Ascii.is_valid(name), "{name}");
        }
    }

    #[test]
    fn the_refusal_says_what_is_allowed() {
        let error = UsernameValidator::Ascii.validate("é");
        assert_eq!(
            error.map_err(|error| (error.code.into_owned(), error.message.into_owned())),
            Err((
                "invalid".to_owned(),
                "Enter a valid username. This value may contain only unaccented lowercase a-z and uppercase A-Z letters, \
                 numbers, and @/./+/-/_ characters."
                    .to_owned()
            ))
        );
    }

    #[test]
    fn usernames_are_normalised_as_in_django() {
        for (typed, stored) in [
            ("Ame\u{301}lie", "Amélie"),
            ("ﬁsh", "fish"),
            ("①", "1"),
            ("Ⅳ", "IV"),
            ("\u{212b}", "Å"),
            ("ᵃ", "a"),
            ("ＧｒａｃｅⅣ", "GraceIV"),
            ("o\u{308}\u{323}", "ọ\u{308}"),
        ] {
            assert_eq!(normalize_username(typed), stored);
        }
    }

    #[test]
    fn s38_cve_2023_46695_length_is_tested_before_and_after_normalisation() {
        assert_eq!(error(&"a".repeat(150)), None);
        assert_eq!(error(&"a".repeat(151)).as_deref(), Some("max_length"));
        assert_eq!(error(&"a".repeat(1 << 20)).as_deref(), Some("max_length"));
        assert_eq!(error(&"\u{fdfa}".repeat(10)).as_deref(), Some("max_length"));
        assert_eq!(
            clean_username(&"a".repeat(151), 150).map_err(|error| error.message.into_owned()),
            Err("Ensure this value has at most 150 characters (it has 151).".to_owned())
        );
    }

    #[test]
    fn s38_cve_2026_53878_control_characters_are_refused() {
        for typed in ["a\nb", "a\0b", "a\u{202e}b", "a\u{200b}", "a\u{ad}b", "a\u{e000}"] {
            assert_eq!(error(typed).as_deref(), Some("invalid"), "{typed:?}");
        }
        assert_eq!(error(" \u{3000}").as_deref(), Some("required"));
        assert_eq!(clean_username(" ｌｉｎ\u{a0}", 150), Ok("lin".to_owned()));
    }

    proptest! {
        #[test]
        fn s113_normalisation_is_idempotent(name in any::<String>()) {
            let once = normalize_username(&name);
            prop_assert_eq!(normalize_username(&once), once.as_ref());
            if let Ok(clean) = clean_username(&name, 150) {
                prop_assert_eq!(clean_username(&clean, 150), Ok(clean));
            }
        }
    }
}
