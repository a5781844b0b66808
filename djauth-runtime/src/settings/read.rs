//! Settings from a file and from the environment.

use std::{env, fs, path::Path};

use super::Settings;
use crate::{ImproperlyConfigured, signing::SecretKey, spelling::unknown_field};

impl Settings {
    /// Reads settings from TOML; what is not named keeps its default, and `profile = "django"` changes the defaults.
    ///
    /// # Errors
    /// [`ImproperlyConfigured`] for an unknown key, with a suggestion, and for a value of the wrong type.
    pub fn from_toml(text: &str) -> Result<Self, ImproperlyConfigured> {
        Self::from_table(parse(text)?)
    }

    /// Reads a TOML file.
    ///
    /// # Errors
    /// As [`Settings::from_toml`], and if the file cannot be read.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, ImproperlyConfigured> {
        let path = path.as_ref();
        let text = fs::read_to_string(path).map_err(|error| {
            ImproperlyConfigured::new(format!("the settings file {} cannot be read: {error}", path.display()))
        })?;
        Self::from_toml(&text)
    }

    /// Reads settings from the environment: the file that `DJAUTH_SETTINGS` names, and over it `DJAUTH_SECRET_KEY`,
    /// `DJAUTH_LOGIN_URL` and so on, one variable for each field. Lists are separated by commas, truth values are `1`
    /// and `0`; `DJAUTH_DEVELOPMENT=1` starts from [`Settings::development`].
    ///
    /// # Errors
    /// As [`Settings::from_file`]; the text names the variable.
    pub fn from_env() -> Result<Self, ImproperlyConfigured> {
        let ours = env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("DJAUTH_"));
        let ours = ours.map(|(name, value)| match (name.into_string(), value.into_string()) {
            (Ok(name), Ok(value)) => Ok((name, value)),
            (Ok(name), Err(_)) => {
                Err(ImproperlyConfigured::new(format!("{name} is no UTF-8 text; set it anew")))
            }
            (Err(name), _) => Err(ImproperlyConfigured::new(format!("{name:?} is no UTF-8 text; remove it"))),
        });
        Self::from_variables(ours.collect::<Result<Vec<_>, _>>()?.into_iter())
    }

    fn from_variables(
        variables: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ImproperlyConfigured> {
        let mut table = toml::Table::new();
        let known = Self::known();
        let mut overrides = toml::Table::new();
        for (variable, value) in variables {
            let Some(name) = variable.strip_prefix("DJAUTH_").map(str::to_lowercase) else { continue };
            match name.as_str() {
                "settings" => {
                    let text = fs::read_to_string(&value).map_err(|error| {
                        ImproperlyConfigured::new(format!(
                            "DJAUTH_SETTINGS names {value}, which cannot be read: {error}"
                        ))
                    })?;
                    table = parse(&text)?;
                }
                // Other programs of a project may share the prefix, so an unknown variable is not ours to refuse.
                _ if !known.contains_key(&name) => {}
                _ => {
                    let value = from_text(&known[&name], &value).ok_or_else(|| {
                        ImproperlyConfigured::new(format!(
                            "{variable} is {value:?}; {}",
                            expected(&known[&name])
                        ))
                    })?;
                    overrides.insert(name, value);
                }
            }
        }
        table.extend(overrides);
        if table.get("development").and_then(toml::Value::as_bool) == Some(true) {
            table.entry("dangerous_insecure_cookies").or_insert(toml::Value::Boolean(true));
        }
        Self::from_table(table)
    }

    fn from_table(mut table: toml::Table) -> Result<Self, ImproperlyConfigured> {
        // Errors quote what they are about, so the keys are read apart from everything that may fail (rule S93).
        let secret_key = table.remove("secret_key").map(|value| secret("secret_key", value)).transpose()?;
        let fallbacks = match table.remove("secret_key_fallbacks") {
            None => Vec::new(),
            Some(toml::Value::Array(list)) => list
                .into_iter()
                .map(|value| secret("secret_key_fallbacks", value))
                .collect::<Result<_, _>>()?,
            Some(_) => {
                return Err(ImproperlyConfigured::new(
                    "`secret_key_fallbacks` is no list; write `[\"...\"]`",
                ));
            }
        };
        if table.get("profile").and_then(toml::Value::as_str) == Some("django") {
            for (name, value) in Self::django().to_table() {
                table.entry(name).or_insert(value);
            }
        }
        let settings: Self = toml::Value::Table(table).try_into().map_err(|error| explain(&error))?;
        Ok(Self { secret_key, secret_key_fallbacks: fallbacks, ..settings })
    }

    /// Lists every field that has a value.
    fn to_table(&self) -> toml::Table {
        toml::Table::try_from(self).expect("settings are plain values")
    }

    /// Lists every field with some value of its type.
    fn known() -> toml::Table {
        let mut table = Self::default().to_table();
        for name in ["secret_key", "session_cookie_domain", "logout_redirect_url"] {
            table.insert(name.to_owned(), toml::Value::String(String::new()));
        }
        table.insert("secret_key_fallbacks".to_owned(), toml::Value::Array(Vec::new()));
        table
    }
}

/// Reads the text of a variable as a value of the same type as `like`.
fn from_text(like: &toml::Value, text: &str) -> Option<toml::Value> {
    match like {
        toml::Value::Boolean(_) => match text {
            "1" | "true" => Some(toml::Value::Boolean(true)),
            "0" | "false" | "" => Some(toml::Value::Boolean(false)),
            _ => None,
        },
        toml::Value::Integer(_) => text.parse().ok().map(toml::Value::Integer),
        toml::Value::Array(_) => {
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            Some(toml::Value::Array(parts.map(|part| toml::Value::String(part.to_owned())).collect()))
        }
        _ => Some(toml::Value::String(text.to_owned())),
    }
}

fn expected(like: &toml::Value) -> &'static str {
    match like {
        toml::Value::Boolean(_) => "write 1 or 0",
        _ => "write a whole number",
    }
}

/// Reads a file's text. The error says where, and never quotes the line: it may hold a key (rule S93).
fn parse(text: &str) -> Result<toml::Table, ImproperlyConfigured> {
    text.parse().map_err(|error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        ImproperlyConfigured::new(format!(
            "the settings are no TOML, from line {line} on; mend it, or its quotes"
        ))
    })
}

fn secret(name: &str, value: toml::Value) -> Result<SecretKey, ImproperlyConfigured> {
    match value {
        toml::Value::String(text) => SecretKey::new(text),
        _ => Err(ImproperlyConfigured::new(format!("`{name}` is no text; write it in quotes"))),
    }
}

/// Turns serde's error about an unknown key into one with a suggestion.
fn explain(error: &toml::de::Error) -> ImproperlyConfigured {
    let Some((name, nearest)) = unknown_field(error.message()) else {
        return ImproperlyConfigured::new(format!(
            "the settings cannot be read: {}",
            error.to_string().trim_end()
        ));
    };
    let remedy = match nearest {
        Some(known) => format!("did you mean `{known}`?"),
        None => "remove it, or see `Settings` for the names".to_owned(),
    };
    ImproperlyConfigured::new(format!("there is no setting `{name}`; {remedy}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validator::ValidatorSettings;

    fn variables(list: &[(&str, &str)]) -> Result<Settings, ImproperlyConfigured> {
        Settings::from_variables(list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn an_unknown_key_is_an_error_with_a_suggestion() {
        let error = Settings::from_toml("session_cookie_nmae = 'x'").expect_err("misspelt").to_string();
        assert_eq!(error, "there is no setting `session_cookie_nmae`; did you mean `session_cookie_name`?");
    }

    #[test]
    fn a_value_of_the_wrong_type_is_an_error_that_names_the_key() {
        let error = Settings::from_toml("session_cookie_age = 'soon'").expect_err("not a number").to_string();
        assert!(error.contains("session_cookie_age"), "{error}");
    }

    #[test]
    fn the_rules_for_new_passwords_are_read_in_djangos_form() {
        let text =
            "[[auth_password_validators]]\nname = 'MinimumLengthValidator'\noptions = { min_length = 20 }";
        let validators = Settings::from_toml(text).expect("settings").auth_password_validators;
        assert_eq!(validators, [ValidatorSettings::new("MinimumLengthValidator").with("min_length", 20)]);
    }

    #[test]
    fn variables_set_fields_of_every_type() {
        let settings = variables(&[
            ("DJAUTH_SECRET_KEY", "0123456789abcdef0123456789abcdef"),
            ("DJAUTH_DEVELOPMENT", "1"),
            ("DJAUTH_ALLOWED_HOSTS", "a.example, .b.example"),
            ("DJAUTH_SESSION_COOKIE_AGE", "60"),
            ("DJAUTH_UNRELATED", "x"),
        ])
        .expect("settings");
        assert!(settings.development && settings.dangerous_insecure_cookies);
        assert_eq!(settings.allowed_hosts, ["a.example", ".b.example"]);
        assert_eq!(settings.session_cookie_age, 60);
        assert!(settings.keys().is_ok());
    }

    #[test]
    fn s93_s117_no_mistake_shows_a_key() {
        for text in [
            "login_url = '/'\nsecret_key = \"canary",
            "secret_key_fallbacks = \"canary\"",
            "secret_key_fallbacks = [1234567, \"canary\"]",
            "secret_key = 1234567",
            "secret_key = [\"canary\"]",
        ] {
            let error = Settings::from_toml(text).expect_err(text).to_string();
            assert!(!error.contains("canary") && !error.contains("1234567"), "{error}");
        }
        let error =
            Settings::from_toml("login_url = '/'\nsecret_key = \"canary").expect_err("no TOML").to_string();
        assert!(error.contains("line 2"), "{error}");
    }

    #[test]
    fn a_malformed_variable_is_named() {
        let error = variables(&[("DJAUTH_SESSION_COOKIE_AGE", "soon")]).expect_err("no number").to_string();
        assert_eq!(error, "DJAUTH_SESSION_COOKIE_AGE is \"soon\"; write a whole number");
    }
}
