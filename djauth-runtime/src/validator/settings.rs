//! Validators by name: the ones of this crate and the program's own.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{
    CommonPasswordValidator, ContextWordsValidator, MinimumLengthValidator, NumericPasswordValidator,
    PasswordValidator, UserAttributeSimilarityValidator,
};
use crate::{
    ImproperlyConfigured,
    spelling::{nearest, unknown_field},
};

/// One validator as the settings name it (an entry of Django's `AUTH_PASSWORD_VALIDATORS`).
///
/// In TOML it is `{ name = "MinimumLengthValidator", options = { min_length = 12 } }`. Django's dotted paths are names
/// as well.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValidatorSettings {
    /// The validator's name.
    #[serde(alias = "NAME")]
    pub name: String,
    /// Its options.
    #[serde(alias = "OPTIONS", default, skip_serializing_if = "Map::is_empty")]
    pub options: Map<String, Value>,
}

impl ValidatorSettings {
    /// Names a validator, with its defaults.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), options: Map::new() }
    }

    /// Sets an option.
    #[must_use]
    pub fn with(mut self, option: &str, value: impl Into<Value>) -> Self {
        self.options.insert(option.to_owned(), value.into());
        self
    }

    /// Returns the validators of a new Django project, in its order.
    #[must_use]
    pub fn django() -> Vec<Self> {
        [
            "UserAttributeSimilarityValidator",
            "MinimumLengthValidator",
            "CommonPasswordValidator",
            "NumericPasswordValidator",
        ]
        .map(Self::new)
        .into()
    }

    /// Returns the validators of the default profile (rules S31 to S33): the same parts with a length of `min_length`,
    /// and the site's own words refused.
    ///
    /// 15 is the length where a password is the only factor, 8 beside a second one.
    #[must_use]
    pub fn recommended(min_length: usize, site_words: &[String]) -> Vec<Self> {
        vec![
            Self::new("MinimumLengthValidator").with("min_length", min_length),
            Self::new("UserAttributeSimilarityValidator"),
            Self::new("ContextWordsValidator").with("words", site_words),
            Self::new("CommonPasswordValidator"),
            Self::new("NumericPasswordValidator"),
        ]
    }

    /// Makes the validator.
    ///
    /// # Errors
    /// There is no such validator, or no such option, or an option has a value that cannot be; the text names the
    /// nearest that there is.
    pub fn build(&self) -> Result<Box<dyn PasswordValidator>, ImproperlyConfigured> {
        let plugin = inventory::iter::<ValidatorPlugin>()
            .find(|plugin| plugin.name == self.name || plugin.django_path == Some(&self.name));
        let Some(plugin) = plugin else { return Err(self.unknown()) };
        (plugin.build)(Value::Object(self.options.clone()))
            .map_err(|error| self.bad_option(&error.to_string()))
    }

    fn unknown(&self) -> ImproperlyConfigured {
        let plugins = inventory::iter::<ValidatorPlugin>();
        let known = plugins.flat_map(|plugin| [Some(plugin.name), plugin.django_path]).flatten();
        let remedy = match nearest(&self.name, known) {
            Some(known) => format!("did you mean `{known}`?"),
            None => "register it with `inventory::submit!`".to_owned(),
        };
        ImproperlyConfigured::new(format!("there is no password validator `{}`; {remedy}", self.name))
    }

    /// Turns serde's text about an unknown key into one with a suggestion.
    fn bad_option(&self, error: &str) -> ImproperlyConfigured {
        let name = &self.name;
        let Some((option, nearest)) = unknown_field(error) else {
            return ImproperlyConfigured::new(format!(
                "the password validator `{name}` cannot be made: {error}"
            ));
        };
        let remedy = match nearest {
            Some(known) => format!("did you mean `{known}`?"),
            None => "remove it".to_owned(),
        };
        ImproperlyConfigured::new(format!(
            "the password validator `{name}` has no option `{option}`; {remedy}"
        ))
    }
}

/// A validator that settings can name. Register one with `inventory::submit!`.
///
/// ```
/// # use djauth_runtime as djauth;
/// use std::borrow::Cow;
///
/// use djauth::{
///     RawPassword,
///     validator::{PasswordValidator, UserAttributes, ValidationError, ValidatorPlugin, ValidatorSettings},
/// };
///
/// #[derive(Debug, serde::Deserialize)]
/// struct NoSpaceValidator {}
///
/// impl PasswordValidator for NoSpaceValidator {
///     fn validate(&self, password: &RawPassword, _: Option<&dyn UserAttributes>) -> Result<(), ValidationError> {
///         match password.expose().contains(' ') {
///             true => Err(ValidationError::new("password_with_space", "This password has a space.")),
///             false => Ok(()),
///         }
///     }
///
///     fn help_text(&self) -> Cow<'static, str> {
///         "Your password can’t have a space.".into()
///     }
/// }
///
/// djauth::inventory::submit! { ValidatorPlugin::of::<NoSpaceValidator>("NoSpaceValidator") }
///
/// assert!(ValidatorSettings::new("NoSpaceValidator").build().is_ok());
/// ```
#[derive(Debug)]
pub struct ValidatorPlugin {
    name: &'static str,
    django_path: Option<&'static str>,
    build: fn(Value) -> Result<Box<dyn PasswordValidator>, serde_json::Error>,
}

inventory::collect!(ValidatorPlugin);

impl ValidatorPlugin {
    /// Makes a plug-in of a type whose fields are its options.
    #[must_use]
    pub const fn of<V: PasswordValidator + DeserializeOwned + 'static>(name: &'static str) -> Self {
        Self { name, django_path: None, build: build::<V> }
    }

    /// Adds the dotted path of the class by which Django's settings name the same validator.
    #[must_use]
    pub const fn known_to_django_as(self, path: &'static str) -> Self {
        Self { django_path: Some(path), ..self }
    }
}

fn build<V: PasswordValidator + DeserializeOwned + 'static>(
    options: Value,
) -> Result<Box<dyn PasswordValidator>, serde_json::Error> {
    Ok(Box::new(serde_json::from_value::<V>(options)?))
}

inventory::submit! {
    ValidatorPlugin::of::<MinimumLengthValidator>("MinimumLengthValidator")
        .known_to_django_as("django.contrib.auth.password_validation.MinimumLengthValidator")
}

inventory::submit! {
    ValidatorPlugin::of::<UserAttributeSimilarityValidator>("UserAttributeSimilarityValidator")
        .known_to_django_as("django.contrib.auth.password_validation.UserAttributeSimilarityValidator")
}

inventory::submit! {
    ValidatorPlugin::of::<CommonPasswordValidator>("CommonPasswordValidator")
        .known_to_django_as("django.contrib.auth.password_validation.CommonPasswordValidator")
}

inventory::submit! {
    ValidatorPlugin::of::<NumericPasswordValidator>("NumericPasswordValidator")
        .known_to_django_as("django.contrib.auth.password_validation.NumericPasswordValidator")
}

inventory::submit! { ValidatorPlugin::of::<ContextWordsValidator>("ContextWordsValidator") }

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::{RawPassword, validator::Validators};

    #[derive(Deserialize)]
    struct File {
        validators: Vec<ValidatorSettings>,
    }

    fn error(settings: &ValidatorSettings) -> String {
        settings.build().map_or_else(|error| error.to_string(), |_| String::new())
    }

    #[test]
    fn settings_are_read_in_djauths_and_in_djangos_words() {
        let file: File = toml::from_str(
            r#"
            validators = [
                { name = "MinimumLengthValidator", options = { min_length = 12 } },
                { NAME = "django.contrib.auth.password_validation.UserAttributeSimilarityValidator", OPTIONS = { max_similarity = 1 } },
                { name = "NumericPasswordValidator" },
            ]
            "#,
        )
        .unwrap();
        let validators = Validators::from_settings(&file.validators).unwrap();
        assert_eq!(validators.help_texts().len(), 3);
        assert_eq!(validators.validate(&RawPassword::new("12345678901"), None).unwrap_err().len(), 2);
    }

    #[test]
    fn misspelt_names_and_options_are_errors_with_a_suggestion() {
        assert_eq!(
            error(&ValidatorSettings::new("MinimumLenghtValidator")),
            "there is no password validator `MinimumLenghtValidator`; did you mean `MinimumLengthValidator`?"
        );
        assert_eq!(
            error(&ValidatorSettings::new("Haystack")),
            "there is no password validator `Haystack`; register it with `inventory::submit!`"
        );
        assert_eq!(
            error(&ValidatorSettings::new("MinimumLengthValidator").with("min_lenght", 3)),
            "the password validator `MinimumLengthValidator` has no option `min_lenght`; did you mean `min_length`?"
        );
        assert_eq!(
            error(&ValidatorSettings::new("NumericPasswordValidator").with("x", 3)),
            "the password validator `NumericPasswordValidator` has no option `x`; remove it"
        );
        let similarity = ValidatorSettings::new("UserAttributeSimilarityValidator");
        assert!(error(&similarity.with("max_similarity", 0.05)).contains("at least 0.1"));
        let length = ValidatorSettings::new("MinimumLengthValidator");
        assert!(error(&length.with("min_length", "x")).contains("cannot be made"));
        let common = ValidatorSettings::new("CommonPasswordValidator");
        assert!(error(&common.with("password_list_path", "/nowhere")).contains("/nowhere"));
    }

    #[test]
    fn s31_s33_the_default_profile_refuses_short_common_and_obvious_passwords() {
        let settings = ValidatorSettings::recommended(15, &["djauth".to_owned()]);
        let validators = Validators::from_settings(&settings).unwrap();
        let codes = |password: &str| {
            let errors = validators.validate(&RawPassword::new(password), None).err().unwrap_or_default();
            errors.into_iter().map(|error| error.code).collect::<Vec<_>>()
        };
        assert_eq!(codes("fourteen chars"), ["password_too_short"]);
        assert_eq!(codes("djauthdjauth-26"), ["password_context_words"]);
        assert_eq!(codes("123456789123456789"), ["password_too_common", "password_entirely_numeric"]);
        for password in ["fifteen letters", "               ", &"🦀".repeat(64)] {
            assert!(codes(password).is_empty(), "{password:?}");
        }
    }
}
