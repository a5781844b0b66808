//! Which passwords may be chosen? Django's password validators.
//!
//! | Django | here |
//! |---|---|
//! | `AUTH_PASSWORD_VALIDATORS`, `get_password_validators` | [`ValidatorSettings`], [`Validators::from_settings`] |
//! | `validate_password`, `password_changed` | [`Validators::validate`], [`Validators::password_changed`] |
//! | `password_validators_help_texts`, `..._help_text_html` | [`Validators::help_texts`], [`Validators::help_text_html`] |
//! | the four classes | [`MinimumLengthValidator`], [`UserAttributeSimilarityValidator`], [`CommonPasswordValidator`], [`NumericPasswordValidator`] |
//!
//! The django profile takes [`ValidatorSettings::django`], the default profile [`ValidatorSettings::recommended`],
//! which asks for more length and refuses the site's own words.

mod common_password;
mod context_words;
mod error;
mod minimum_length;
mod numeric;
mod settings;
mod similarity;
mod user;

use std::{borrow::Cow, fmt};

pub use common_password::CommonPasswordValidator;
pub use context_words::ContextWordsValidator;
pub use error::ValidationError;
pub use minimum_length::MinimumLengthValidator;
pub use numeric::NumericPasswordValidator;
pub use settings::{ValidatorPlugin, ValidatorSettings};
pub use similarity::{UserAttributeSimilarityValidator, exceeds_maximum_length_ratio, similarity};
pub use user::{Attributes, UserAttributes};

use crate::{ImproperlyConfigured, RawPassword};

/// A rule for new passwords.
pub trait PasswordValidator: fmt::Debug + Send + Sync {
    /// Tests a password that somebody wants to have; `user` is who, as far as is known.
    ///
    /// # Errors
    /// The password breaks the rule.
    fn validate(
        &self,
        password: &RawPassword,
        user: Option<&dyn UserAttributes>,
    ) -> Result<(), ValidationError>;

    /// Returns the rule in words (Django's `get_help_text()`).
    fn help_text(&self) -> Cow<'static, str>;

    /// Hears that a password was changed, for validators that remember.
    fn password_changed(&self, _password: &RawPassword, _user: Option<&dyn UserAttributes>) {}
}

/// The validators of a site, in order.
#[derive(Debug, Default)]
pub struct Validators(Vec<Box<dyn PasswordValidator>>);

impl Validators {
    /// Takes validators as they are.
    #[must_use]
    pub fn new(validators: Vec<Box<dyn PasswordValidator>>) -> Self {
        Self(validators)
    }

    /// Makes the validators that the settings name.
    ///
    /// # Errors
    /// One of them is unknown or has a wrong option.
    pub fn from_settings(settings: &[ValidatorSettings]) -> Result<Self, ImproperlyConfigured> {
        settings.iter().map(ValidatorSettings::build).collect::<Result<_, _>>().map(Self)
    }

    /// Tests a password with all of them (Django's `validate_password`).
    ///
    /// # Errors
    /// Every rule that it breaks, in the validators' order.
    pub fn validate(
        &self,
        password: &RawPassword,
        user: Option<&dyn UserAttributes>,
    ) -> Result<(), Vec<ValidationError>> {
        let errors: Vec<_> =
            self.0.iter().filter_map(|validator| validator.validate(password, user).err()).collect();
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// Tells all of them that a password was changed.
    pub fn password_changed(&self, password: &RawPassword, user: Option<&dyn UserAttributes>) {
        for validator in &self.0 {
            validator.password_changed(password, user);
        }
    }

    /// Returns all rules in words.
    #[must_use]
    pub fn help_texts(&self) -> Vec<Cow<'static, str>> {
        self.0.iter().map(|validator| validator.help_text()).collect()
    }

    /// Returns all rules as an HTML list, or an empty text if there are none.
    #[must_use]
    pub fn help_text_html(&self) -> String {
        if self.0.is_empty() {
            return String::new();
        }
        let items: String =
            self.help_texts().iter().map(|text| format!("<li>{}</li>", escape(text))).collect();
        format!("<ul>{items}</ul>")
    }
}

/// Escapes text for HTML, as Django's `escape` does.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#x27;"),
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    fn codes(password: &str) -> Vec<Cow<'static, str>> {
        let validators = Validators::from_settings(&ValidatorSettings::django()).unwrap();
        let user = Attributes::new()
            .with("username", "jsmith")
            .with("first_name", "John")
            .with("last_name", "Smith")
            .with("email", "john.smith@corp.example");
        let errors = validators.validate(&RawPassword::new(password), Some(&user)).err().unwrap_or_default();
        errors.into_iter().map(|error| error.code).collect()
    }

    #[test]
    fn errors_come_in_the_validators_order() {
        for (password, expected) in [
            ("jsmith", &["password_too_similar", "password_too_short"][..]),
            ("jsmith12345", &["password_too_similar"]),
            ("johnsmith", &["password_too_similar"]),
            ("12345678", &["password_too_common", "password_entirely_numeric"]),
            ("87654321x", &[]),
            ("passw0rd", &["password_too_common"]),
            ("dragon", &["password_too_short", "password_too_common"]),
            ("JOHN.SMITH", &["password_too_similar"]),
            ("corp.example.com", &["password_too_similar"]),
            ("xK9#mQ2$vL", &[]),
            ("٠١٢٣٤٥٦٧", &["password_entirely_numeric"]),
            ("a b c d e f", &[]),
            ("12 34 56 78", &[]),
        ] {
            assert_eq!(codes(password), expected, "{password}");
        }
    }

    #[test]
    fn validators_can_be_chosen() {
        let refusals =
            |validators: &[ValidatorSettings], password: &str, user: Option<&dyn UserAttributes>| {
                let validators = Validators::from_settings(validators).unwrap();
                let errors = validators.validate(&RawPassword::new(password), user).unwrap_err();
                errors.into_iter().map(|error| error.message.into_owned()).collect::<Vec<_>>()
            };
        let [similarity, length, common, numeric] = ValidatorSettings::django().try_into().unwrap();
        let ada = Attributes::new().with("username", "ada").with("last_name", "lovelace");
        let validators =
            [numeric.clone(), similarity.with("max_similarity", 0.6), length.clone().with("min_length", 13)];
        assert_eq!(
            refusals(&validators, "Lovelace1815", Some(&ada)),
            [
                "The password is too similar to the last name.",
                "This password is too short. It must contain at least 13 characters."
            ]
        );
        let validators = [length.with("min_length", 1), common, numeric];
        assert_eq!(refusals(&validators, "١٢٣٤", None), ["This password is entirely numeric."]);
    }

    /// Accepts every password, and remembers how long those were that it heard of.
    #[derive(Debug, Default, Clone)]
    struct Lenient(Arc<Mutex<Vec<usize>>>);

    impl PasswordValidator for Lenient {
        fn validate(&self, _: &RawPassword, _: Option<&dyn UserAttributes>) -> Result<(), ValidationError> {
            Ok(())
        }

        fn help_text(&self) -> Cow<'static, str> {
            "<b> & \"'".into()
        }

        fn password_changed(&self, password: &RawPassword, _: Option<&dyn UserAttributes>) {
            self.0.lock().unwrap().push(password.expose().len());
        }
    }

    #[test]
    fn help_texts_are_escaped_in_html() {
        let validators = Validators::new(vec![
            Box::new(NumericPasswordValidator::default()),
            Box::new(Lenient::default()),
        ]);
        assert_eq!(
            validators.help_text_html(),
            "<ul><li>Your password can’t be entirely numeric.</li><li>&lt;b&gt; &amp; &quot;&#x27;</li></ul>"
        );
        assert_eq!(Validators::default().help_text_html(), "");
    }

    #[test]
    fn validators_hear_of_changes() {
        let lenient = Lenient::default();
        let validators =
            Validators::new(vec![Box::new(lenient.clone()), Box::new(MinimumLengthValidator::default())]);
        validators.password_changed(&RawPassword::new("four"), None);
        assert_eq!(*lenient.0.lock().unwrap(), [4]);
    }
}
