//! What does a setting take? Kinds of values, in TOML and as the text of a variable.

use serde::Deserialize;
use toml::Value;

use super::Settings;
use crate::{spelling::unknown_field, validator::ValidatorSettings};

/// The texts that have no value unless somebody gives them one.
const OPTIONAL_TEXTS: [&str; 2] = ["session_cookie_domain", "logout_redirect_url"];

/// What a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Flag,
    Number,
    Text,
    /// A text that need not be there: an empty variable leaves it out.
    OptionalText,
    Texts,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A key, which no error shows (rule S93).
    Key,
    Keys,
    /// Password validators with their options.
    Rules,
}

impl Kind {
    /// Returns what the setting of this name takes; `None` if there is none.
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "profile" => Self::Choice(&["default", "django"]),
            "session_cookie_samesite" => Self::Choice(&["lax", "strict", "none"]),
            "secret_key" => Self::Key,
            "secret_key_fallbacks" => Self::Keys,
            "auth_password_validators" => Self::Rules,
            name if OPTIONAL_TEXTS.contains(&name) => Self::OptionalText,
            name => match Settings::default().to_table().get(name)? {
                Value::Boolean(_) => Self::Flag,
                Value::Integer(_) => Self::Number,
                Value::Array(_) => Self::Texts,
                _ => Self::Text,
            },
        })
    }

    /// Lists the settings' names.
    pub(super) fn names() -> Vec<String> {
        let unset = ["secret_key", "secret_key_fallbacks"].into_iter().chain(OPTIONAL_TEXTS);
        let set = Settings::default().to_table().into_iter().map(|(name, _)| name);
        set.chain(unset.map(str::to_owned)).collect()
    }

    /// Reads the text of a variable; `None` says that the setting has no value.
    ///
    /// # Errors
    /// What is wrong with it, and the remedy.
    pub(super) fn read(self, variable: &str, text: &str) -> Result<Option<Value>, String> {
        if self == Self::OptionalText && text.is_empty() {
            return Ok(None);
        }
        let own = |text: &str| Value::String(text.to_owned());
        let value = match self {
            Self::Flag => match text {
                "1" | "true" => Some(Value::Boolean(true)),
                "0" | "false" | "" => Some(Value::Boolean(false)),
                _ => None,
            },
            Self::Number => text.parse().ok().map(Value::Integer),
            Self::Text | Self::OptionalText | Self::Key => Some(own(text)),
            Self::Choice(_) => Some(own(&text.to_lowercase())),
            Self::Texts | Self::Keys => {
                let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
                Some(Value::Array(parts.map(own).collect()))
            }
            Self::Rules => {
                return Err(format!(
                    "{variable} is not read, since rules have options; write `[[auth_password_validators]]` in the file \
                     that DJAUTH_SETTINGS names"
                ));
            }
        };
        match value {
            Some(value) if self.accepts(&value) => Ok(Some(value)),
            _ if self == Self::Key => Err(format!("{variable} is empty; {}", self.remedy())),
            _ if self == Self::Flag => Err(format!("{variable} is {text:?}; write 1 or 0")),
            _ => Err(format!("{variable} is {text:?}; {}", self.remedy())),
        }
    }

    /// Takes a value of a TOML text.
    ///
    /// # Errors
    /// What is wrong with it, and the remedy.
    pub(super) fn take(self, name: &str, value: Value) -> Result<Value, String> {
        let remedy = self.remedy();
        let value = match (self, value) {
            // Django's spelling of `SameSite` has a capital.
            (Self::Choice(_), Value::String(word)) => Value::String(word.to_lowercase()),
            (_, value) => value,
        };
        match (self, &value) {
            _ if self.accepts(&value) => Ok(value),
            (Self::Texts, Value::String(text)) => Err(format!("`{name}` is a list; write [{text:?}]")),
            (Self::Texts, _) => Err(format!("`{name}` is a list of texts; {remedy}")),
            (Self::Key, Value::String(_)) => Err(format!("`{name}` is empty; {remedy}")),
            (Self::Key, _) => Err(format!("`{name}` is no text; write it in quotes")),
            (Self::Keys, _) => Err(format!("`{name}` is a list of texts, none of them empty; {remedy}")),
            (Self::Rules, _) => Err(rules(name, &value)),
            _ => Err(format!("`{name}` is {value}; {remedy}")),
        }
    }

    fn accepts(self, value: &Value) -> bool {
        match (self, value) {
            (Self::Flag, Value::Boolean(_)) | (Self::Text | Self::OptionalText, Value::String(_)) => true,
            (Self::Number, Value::Integer(number)) => u32::try_from(*number).is_ok(),
            (Self::Choice(words), Value::String(word)) => words.contains(&word.as_str()),
            (Self::Key, Value::String(key)) => !key.is_empty(),
            (Self::Texts, Value::Array(list)) => list.iter().all(Value::is_str),
            (Self::Keys, Value::Array(list)) => list.iter().all(|key| Self::Key.accepts(key)),
            (Self::Rules, value) => Vec::<ValidatorSettings>::deserialize(value.clone()).is_ok(),
            _ => false,
        }
    }

    fn remedy(self) -> String {
        match self {
            Self::Flag => "write true or false".to_owned(),
            Self::Number => format!("write a whole number from 0 to {}", u32::MAX),
            Self::Text | Self::OptionalText => "write it in quotes".to_owned(),
            Self::Choice([words @ .., last]) => format!("write \"{}\" or \"{last}\"", words.join("\", \"")),
            Self::Key => "set it to the output of `openssl rand -base64 48`, or remove it".to_owned(),
            _ => "write [\"...\"]".to_owned(),
        }
    }
}

/// Says what is wrong with a list of password validators.
fn rules(name: &str, value: &Value) -> String {
    let error = Vec::<ValidatorSettings>::deserialize(value.clone()).err();
    let error = error.as_ref().map(toml::de::Error::message).unwrap_or_default();
    match unknown_field(error) {
        Some((field, Some(known))) => {
            format!("an entry of `{name}` has no field `{field}`; did you mean `{known}`?")
        }
        _ => format!(
            "`{name}` is no list of rules ({error}); write entries such as {{ name = \"MinimumLengthValidator\" }}"
        ),
    }
}
