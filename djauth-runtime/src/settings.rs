//! What the deployment chooses.
//!
//! Fields carry Django's names in lower case. [`Settings::default`] is today's best practice, [`Settings::django`]
//! exact coexistence with a live Django. What weakens security begins with `dangerous_`.

use std::{env, fmt, fs, path::Path};

use serde::{Deserialize, Serialize};

use crate::{
    ImproperlyConfigured,
    hasher::HasherProfile,
    signing::{Keys, SecretKey},
    validator::ValidatorSettings,
};

/// What the deployment chooses, in one value.
///
/// # Examples
/// ```
/// use djauth_runtime::settings::Settings;
///
/// let settings = Settings::from_toml(r#"
///     secret_key = "0123456789abcdef0123456789abcdef-from-your-vault"
///     allowed_hosts = ["shop.example"]
///     login_url = "/enter/"
/// "#)?;
/// assert_eq!(settings.login_url, "/enter/");
///
/// let error = Settings::from_toml("login_ulr = '/enter/'").unwrap_err();
/// assert!(error.to_string().contains("did you mean `login_url`?"));
/// # Ok::<(), djauth_runtime::ImproperlyConfigured>(())
/// ```
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Settings {
    /// Which defaults and which reading of the rules hold.
    pub profile: Profile,
    /// The key under which everything is signed (`SECRET_KEY`): at least 32 bytes from a random source (rule S68).
    #[serde(skip_serializing)]
    pub secret_key: Option<SecretKey>,
    /// Older keys that still verify and never sign (`SECRET_KEY_FALLBACKS`).
    #[serde(skip_serializing)]
    pub secret_key_fallbacks: Vec<SecretKey>,
    /// Whether this is a developer's own machine: a missing secret key is replaced by one that lasts until the
    /// program ends, and the loopback names are allowed hosts.
    pub development: bool,
    /// The names under which the site is reached (`ALLOWED_HOSTS`); a leading dot includes subdomains.
    pub allowed_hosts: Vec<String>,
    /// Who vouches for users, in the order of asking (`AUTHENTICATION_BACKENDS`).
    pub authentication_backends: Vec<String>,
    /// The accepted kinds of stored passwords, the preferred one first (`PASSWORD_HASHERS`).
    pub password_hashers: Vec<String>,
    /// How many passwords may wait to be hashed before logins are answered 503 (rule S28).
    pub password_queue: usize,
    /// The rules for new passwords (`AUTH_PASSWORD_VALIDATORS`; rules S31 to S33).
    pub auth_password_validators: Vec<ValidatorSettings>,
    /// Where to log in (`LOGIN_URL`): a path, or a whole address elsewhere.
    pub login_url: String,
    /// Where to go after logging in (`LOGIN_REDIRECT_URL`).
    pub login_redirect_url: String,
    /// Where to go after logging out (`LOGOUT_REDIRECT_URL`); without it a page says so.
    pub logout_redirect_url: Option<String>,
    /// The query field that holds the way back (`REDIRECT_FIELD_NAME`).
    pub redirect_field_name: String,
    /// The session cookie's name (`SESSION_COOKIE_NAME`).
    pub session_cookie_name: String,
    /// How long a session lasts that is not used, in seconds (`SESSION_COOKIE_AGE`).
    pub session_cookie_age: u32,
    /// How long a session lasts at the most, in seconds, used or not (rule S53); 0 for no such end.
    pub session_absolute_age: u32,
    /// The domain that the cookie is sent to (`SESSION_COOKIE_DOMAIN`); without it the host alone.
    pub session_cookie_domain: Option<String>,
    /// The path that the cookie is sent to (`SESSION_COOKIE_PATH`).
    pub session_cookie_path: String,
    /// The cookie's SameSite attribute (`SESSION_COOKIE_SAMESITE`).
    pub session_cookie_samesite: SameSite,
    /// Whether every request renews the session (`SESSION_SAVE_EVERY_REQUEST`).
    pub session_save_every_request: bool,
    /// Whether sessions end with the browser (`SESSION_EXPIRE_AT_BROWSER_CLOSE`).
    pub session_expire_at_browser_close: bool,
    /// Whether stores hold session keys in the clear, as Django's do (rule S45).
    pub dangerous_clear_session_keys: bool,
    /// Whether cookies go over plain HTTP too (rule S55). The `__Host-` prefix is dropped then.
    pub dangerous_insecure_cookies: bool,
    /// The CSRF cookie's name before login (`CSRF_COOKIE_NAME`).
    pub csrf_cookie_name: String,
    /// Origins besides the own one that may send forms (`CSRF_TRUSTED_ORIGINS`), with their scheme.
    pub csrf_trusted_origins: Vec<String>,
}

/// Which defaults and which reading of the rules hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Profile {
    /// Today's best practice.
    Default,
    /// As a live Django beside it.
    Django,
}

/// The SameSite attribute of a cookie (RFC 6265bis).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SameSite {
    /// Sent with top-level navigation from elsewhere.
    Lax,
    /// Sent from the own site only.
    Strict,
    /// Always sent; needs a secure cookie.
    None,
}

const MODEL_BACKEND: &str = "ModelBackend";

impl Default for Settings {
    fn default() -> Self {
        Self {
            profile: Profile::Default,
            secret_key: None,
            secret_key_fallbacks: Vec::new(),
            development: false,
            allowed_hosts: Vec::new(),
            authentication_backends: vec![MODEL_BACKEND.to_owned()],
            password_hashers: HasherProfile::Recommended.names().map(str::to_owned).collect(),
            password_queue: 64,
            auth_password_validators: ValidatorSettings::recommended(15, &[]),
            login_url: "/accounts/login/".to_owned(),
            login_redirect_url: "/".to_owned(),
            logout_redirect_url: None,
            redirect_field_name: "next".to_owned(),
            session_cookie_name: "__Host-sessionid".to_owned(),
            session_cookie_age: 14 * 24 * 60 * 60,
            session_absolute_age: 30 * 24 * 60 * 60,
            session_cookie_domain: None,
            session_cookie_path: "/".to_owned(),
            session_cookie_samesite: SameSite::Lax,
            session_save_every_request: false,
            session_expire_at_browser_close: false,
            dangerous_clear_session_keys: false,
            dangerous_insecure_cookies: false,
            csrf_cookie_name: "__Host-csrftoken".to_owned(),
            csrf_trusted_origins: Vec::new(),
        }
    }
}

impl Settings {
    /// Returns the settings of a developer's own machine: plain HTTP on loopback, and a secret key that lasts until
    /// the program ends unless one is set.
    #[must_use]
    pub fn development() -> Self {
        Self { development: true, dangerous_insecure_cookies: true, ..Self::default() }
    }

    /// Returns Django 5.2's own defaults, for a service that shares database, secret key and cookies with Django.
    #[must_use]
    pub fn django() -> Self {
        Self {
            profile: Profile::Django,
            authentication_backends: vec!["django.contrib.auth.backends.ModelBackend".to_owned()],
            password_hashers: HasherProfile::Django.names().map(str::to_owned).collect(),
            auth_password_validators: ValidatorSettings::django(),
            login_redirect_url: "/accounts/profile/".to_owned(),
            session_cookie_name: "sessionid".to_owned(),
            session_absolute_age: 0,
            dangerous_clear_session_keys: true,
            dangerous_insecure_cookies: true,
            csrf_cookie_name: "csrftoken".to_owned(),
            ..Self::default()
        }
    }

    /// Reads settings from TOML; what is not named keeps its default, and `profile = "django"` changes the defaults.
    ///
    /// # Errors
    /// [`ImproperlyConfigured`] for an unknown key, with a suggestion, and for a value of the wrong type.
    pub fn from_toml(text: &str) -> Result<Self, ImproperlyConfigured> {
        let table = text.parse::<toml::Table>().map_err(|error| explain(&error))?;
        Self::from_table(table)
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
        Self::from_variables(env::vars())
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
                    table = text.parse().map_err(|error| explain(&error))?;
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
        if table.get("profile").and_then(toml::Value::as_str) == Some("django") {
            for (name, value) in Self::django().to_table() {
                table.entry(name).or_insert(value);
            }
        }
        toml::Value::Table(table).try_into().map_err(|error| explain(&error))
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

    /// Sets the secret key.
    #[must_use]
    pub fn with_secret_key(self, secret_key: SecretKey) -> Self {
        Self { secret_key: Some(secret_key), ..self }
    }

    /// Returns the signing keys.
    ///
    /// # Errors
    /// [`ImproperlyConfigured`] if there is no secret key; the start-up checks say so first.
    pub fn keys(&self) -> Result<Keys, ImproperlyConfigured> {
        let secret_key = self.secret_key.clone().ok_or_else(|| {
            ImproperlyConfigured::new(
                "`secret_key` is not set; set it in the settings or as DJAUTH_SECRET_KEY",
            )
        })?;
        Ok(Keys::new(secret_key, self.secret_key_fallbacks.clone()))
    }

    /// Returns the session cookie's name as it is sent: without `__Host-` where cookies may be insecure.
    #[must_use]
    pub fn session_cookie_name(&self) -> &str {
        self.cookie_name(&self.session_cookie_name)
    }

    /// Returns the CSRF cookie's name as it is sent: without `__Host-` where cookies may be insecure.
    #[must_use]
    pub fn csrf_cookie_name(&self) -> &str {
        self.cookie_name(&self.csrf_cookie_name)
    }

    fn cookie_name<'a>(&self, name: &'a str) -> &'a str {
        if self.dangerous_insecure_cookies { name.strip_prefix("__Host-").unwrap_or(name) } else { name }
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

/// Turns serde's error about an unknown key into one with a suggestion.
fn explain(error: &toml::de::Error) -> ImproperlyConfigured {
    let message = error.message();
    let unknown = message.strip_prefix("unknown field `").and_then(|rest| rest.split_once('`'));
    let Some((name, rest)) = unknown else {
        return ImproperlyConfigured::new(format!(
            "the settings cannot be read: {}",
            error.to_string().trim_end()
        ));
    };
    let known = rest.split('`').skip(1).step_by(2);
    let nearest = known.map(|known| (strsim::damerau_levenshtein(name, known), known)).min();
    let hint = match nearest {
        Some((distance, known)) if distance <= 3.max(name.len() / 3) => format!("; did you mean `{known}`?"),
        _ => "; remove it, or see `Settings` for the names".to_owned(),
    };
    ImproperlyConfigured::new(format!("there is no setting `{name}`{hint}"))
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Default => "default",
            Self::Django => "django",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn the_django_profile_has_djangos_names() {
        let settings = Settings::from_toml("profile = 'django'\nlogin_url = '/in/'").expect("settings");
        assert_eq!(settings.session_cookie_name(), "sessionid");
        assert_eq!(settings.csrf_cookie_name(), "csrftoken");
        assert_eq!(settings.login_url, "/in/");
        assert_eq!(settings.password_hashers[0], "pbkdf2_sha256");
    }

    #[test]
    fn s55_insecure_cookies_cannot_carry_the_host_prefix() {
        assert_eq!(Settings::default().session_cookie_name(), "__Host-sessionid");
        assert_eq!(Settings::development().session_cookie_name(), "sessionid");
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
    fn a_malformed_variable_is_named() {
        let error = variables(&[("DJAUTH_SESSION_COOKIE_AGE", "soon")]).expect_err("no number").to_string();
        assert_eq!(error, "DJAUTH_SESSION_COOKIE_AGE is \"soon\"; write a whole number");
    }

    #[test]
    fn s93_settings_do_not_show_the_key() {
        let settings = Settings::from_toml("secret_key = 'canary-canary-canary'").expect("settings");
        assert!(!format!("{settings:?}").contains("canary"));
        assert!(!toml::to_string(&settings).expect("settings").contains("canary"));
    }
}
