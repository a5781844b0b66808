//! `UserAttributeSimilarityValidator`, and the measure of similarity behind it.

use std::{borrow::Cow, collections::HashMap};

use serde::Deserialize;
use zeroize::Zeroizing;

use super::{PasswordValidator, UserAttributes, ValidationError};
use crate::{RawPassword, text};

/// The attributes that are looked at unless others are named.
pub(super) const DEFAULT_USER_ATTRIBUTES: [&str; 4] = ["username", "first_name", "last_name", "email"];

/// Refuses passwords that resemble what is known of the user (Django's class of this name): code
/// `password_too_similar`, param `verbose_name`.
///
/// It compares with each attribute and with each of its words. The cost grows with the lengths only (rule S35).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "Options")]
pub struct UserAttributeSimilarityValidator {
    user_attributes: Vec<String>,
    max_similarity: f64,
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Options {
    user_attributes: Vec<String>,
    max_similarity: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self { user_attributes: DEFAULT_USER_ATTRIBUTES.map(str::to_owned).to_vec(), max_similarity: 0.7 }
    }
}

impl TryFrom<Options> for UserAttributeSimilarityValidator {
    type Error = crate::Error;

    fn try_from(options: Options) -> crate::Result<Self> {
        Self::new(options.user_attributes, options.max_similarity)
    }
}

impl Default for UserAttributeSimilarityValidator {
    fn default() -> Self {
        let Options { user_attributes, max_similarity } = Options::default();
        Self { user_attributes, max_similarity }
    }
}

impl UserAttributeSimilarityValidator {
    /// Makes a validator that refuses a [`similarity`] of `max_similarity` and more to one of the attributes.
    ///
    /// # Errors
    /// `max_similarity` is below 0.1.
    pub fn new(user_attributes: Vec<String>, max_similarity: f64) -> crate::Result<Self> {
        if max_similarity >= 0.1 {
            Ok(Self { user_attributes, max_similarity })
        } else {
            Err(crate::Error::invalid("max_similarity must be at least 0.1"))
        }
    }

    fn resembles(&self, password: &Characters, value: &str) -> bool {
        let value = text::lower(value);
        let is_gap = |c| !text::is_word(c);
        let words = value.split(is_gap).filter(|word| !word.is_empty());
        // Python's `re.split` finds an empty word before or after a gap at the end, and nowhere else.
        let edge = (value.starts_with(is_gap) || value.ends_with(is_gap)).then_some("");
        words.chain(edge).chain([value.as_str()]).any(|part| {
            !is_much_longer(password.length, self.max_similarity, text::len(part))
                && password.similarity(&Characters::of(part)) >= self.max_similarity
        })
    }
}

impl PasswordValidator for UserAttributeSimilarityValidator {
    fn validate(
        &self,
        password: &RawPassword,
        user: Option<&dyn UserAttributes>,
    ) -> Result<(), ValidationError> {
        let Some(user) = user else { return Ok(()) };
        let password = Characters::of(&Zeroizing::new(text::lower(password.expose())));
        for name in &self.user_attributes {
            let value = user.attribute(name).filter(|value| !value.is_empty());
            if value.is_some_and(|value| self.resembles(&password, &value)) {
                let verbose_name = user.verbose_name(name);
                let message = format!("The password is too similar to the {verbose_name}.");
                return Err(
                    ValidationError::new("password_too_similar", message).with("verbose_name", &verbose_name)
                );
            }
        }
        Ok(())
    }

    fn help_text(&self) -> Cow<'static, str> {
        "Your password can’t be too similar to your other personal information.".into()
    }
}

/// Returns how many characters two texts share, as a part of all their characters: 1.0 for anagrams and for two empty
/// texts (the `quick_ratio()` of Python's `difflib.SequenceMatcher`).
#[must_use]
pub fn similarity(a: &str, b: &str) -> f64 {
    Characters::of(a).similarity(&Characters::of(b))
}

/// Returns whether a value is so much shorter than the password that the two cannot be similar (Django's function of
/// this name), which spares the comparison (CVE-2021-45115).
#[must_use]
pub fn exceeds_maximum_length_ratio(password: &str, max_similarity: f64, value: &str) -> bool {
    is_much_longer(text::len(password), max_similarity, text::len(value))
}

fn is_much_longer(password: usize, max_similarity: f64, value: usize) -> bool {
    password >= 10 * value && (value as f64) < max_similarity / 2.0 * password as f64
}

/// How often each character is in a text. Counted once, a password is compared at the cost of the other text.
struct Characters {
    counts: HashMap<char, usize>,
    length: usize,
}

impl Characters {
    fn of(text: &str) -> Self {
        let mut counts = HashMap::new();
        let mut length = 0;
        for c in text.chars() {
            *counts.entry(c).or_default() += 1;
            length += 1;
        }
        Self { counts, length }
    }

    fn similarity(&self, other: &Self) -> f64 {
        let length = self.length + other.length;
        let in_both = |(c, count): (&char, &usize)| self.counts.get(c).map_or(0, |own| *own.min(count));
        let shared: usize = other.counts.iter().map(in_both).sum();
        if length == 0 { 1.0 } else { 2.0 * shared as f64 / length as f64 }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::validator::Attributes;

    fn refusal(
        validator: &UserAttributeSimilarityValidator,
        password: &str,
        user: &Attributes,
    ) -> Option<String> {
        validator
            .validate(&RawPassword::new(password), Some(user))
            .err()
            .map(|error| error.message.into_owned())
    }

    fn smith() -> Attributes {
        Attributes::new()
            .with("username", "jsmith")
            .with("first_name", "John")
            .with("last_name", "Smith")
            .with("email", "john.smith@corp.example")
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "the doubles are to be the same")]
    fn similarity_is_pythons() {
        for (a, b, ratio) in [
            ("lovelace", "alcove", 0.857_142_857_142_857_1),
            ("ñandú", "n\u{303}andu\u{301}", 0.5),
            ("", "", 1.0),
            ("a", "", 0.0),
            ("abc", "cab", 1.0),
            ("aab", "abb", 2.0 / 3.0),
        ] {
            assert_eq!(similarity(a, b), ratio, "{a} {b}");
        }
    }

    #[test]
    fn the_refusal_names_the_first_attribute() {
        let validator = UserAttributeSimilarityValidator::default();
        for (password, name) in [
            ("jsmith12345", "username"),
            ("johnsmith", "username"),
            ("JOHN.SMITH", "username"),
            ("htims", "username"),
            ("corp.example.com", "email address"),
        ] {
            assert_eq!(
                refusal(&validator, password, &smith()),
                Some(format!("The password is too similar to the {name}.")),
                "{password}"
            );
        }
        for password in ["12345678", "xK9#mQ2$vL", "", "87654321x"] {
            assert_eq!(refusal(&validator, password, &smith()), None, "{password}");
        }
        assert!(validator.validate(&RawPassword::new("jsmith"), None).is_ok());
    }

    #[test]
    fn attributes_and_threshold_are_options() {
        let validator = UserAttributeSimilarityValidator::new(vec!["last_name".to_owned()], 0.6).unwrap();
        let ada = Attributes::new().with("username", "ada").with("last_name", "lovelace");
        assert_eq!(
            refusal(&validator, "Lovelace1815", &ada).as_deref(),
            Some("The password is too similar to the last name.")
        );
        assert_eq!(refusal(&validator, "ada", &ada), None);
        assert!(UserAttributeSimilarityValidator::new(Vec::new(), 0.1).is_ok());
        for max_similarity in [0.099, -1.0, f64::NAN] {
            assert!(UserAttributeSimilarityValidator::new(Vec::new(), max_similarity).is_err());
        }
    }

    #[test]
    fn words_end_where_pythons_do() {
        let validator = UserAttributeSimilarityValidator::default();
        let user = |name: &str| Attributes::new().with("username", name);
        assert!(refusal(&validator, "walrus", &user("zzzzzzzzz·walrus")).is_some());
        assert!(refusal(&validator, "walrus", &user("zzzzzzzzz_walrus")).is_none());
        assert!(
            refusal(&validator, "", &user("-walrus")).is_some(),
            "an empty word is like an empty password"
        );
    }

    #[test]
    fn much_shorter_values_are_not_compared() {
        assert!(exceeds_maximum_length_ratio("aaaaaaaaaa", 0.7, "a"));
        assert!(!exceeds_maximum_length_ratio("aaaaaaaaa", 0.7, "a"));
        assert!(!exceeds_maximum_length_ratio("aaaaaaaaaa", 0.1, "a"));
        assert!(!exceeds_maximum_length_ratio("", 0.7, ""));
    }

    #[test]
    fn s35_cve_2021_45115_long_attributes_against_long_passwords_come_to_an_end() {
        // Comparing each word with the whole password anew would keep this test busy for minutes.
        let password = RawPassword::new("ab".repeat(2048));
        let words = format!("{} ", "y".repeat(410)).repeat(120);
        for value in ["x".repeat(50_000), "x ".repeat(25_000), words] {
            let user =
                DEFAULT_USER_ATTRIBUTES.iter().fold(Attributes::new(), |user, name| user.with(*name, &value));
            assert!(UserAttributeSimilarityValidator::default().validate(&password, Some(&user)).is_ok());
        }
    }

    proptest! {
        #[test]
        fn similarity_is_symmetric_and_bounded(a in ".{0,20}", b in ".{0,20}") {
            prop_assert!((similarity(&a, &b) - similarity(&b, &a)).abs() < f64::EPSILON);
            prop_assert!((0.0..=1.0).contains(&similarity(&a, &b)));
        }
    }
}
