//! What the deployment chooses.
//!
//! Fields carry Django's names in lower case. [`Settings::default`] is today's best practice, [`Settings::django`]
//! exact coexistence with a live Django. What weakens security begins with `dangerous_`.

mod field;
mod read;
mod unknown;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    ImproperlyConfigured,
    hasher::{HasherProfile, Hashers},
    signing::{Keys, SecretKey},
    validator::ValidatorSettings,
};

/// What the deployment chooses, in one value.
///
/// # Examples
/// ```
/// # use djauth_runtime as djauth;
/// use djauth::settings::Settings;
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
/// # Ok::<(), djauth::ImproperlyConfigured>(())
/// ```
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Settings {
    /// Which defaults and which reading of the rules hold.
    pub profile: Profile,
    /// The key under which everything is signed (`SECRET_KEY`): at least 32 bytes from a random source (rule S68). A
    /// weaker one keeps the program from starting; the django profile warns of it, as Django does.
    #[serde(skip_serializing)]
    pub secret_key: Option<SecretKey>,
    /// Older keys that still verify and never sign (`SECRET_KEY_FALLBACKS`). What they sign is believed, so they are held
    /// to the same rule as the key.
    #[serde(skip_serializing)]
    pub secret_key_fallbacks: Vec<SecretKey>,
    /// Whether this is a developer's own machine: a missing secret key is replaced by one that lasts until the
    /// program ends, and the loopback names are allowed hosts.
    pub development: bool,
    /// The names under which the site is reached (`ALLOWED_HOSTS`); a leading dot includes subdomains. With
    /// [`development`](Self::development) they are names of this machine.
    pub allowed_hosts: Vec<String>,
    /// Whether `*`, for any name, may stand among the [`allowed_hosts`](Self::allowed_hosts) (rule S86). The django profile
    /// takes it without, and warns.
    pub dangerous_any_host: bool,
    /// Who vouches for users, in the order of asking (`AUTHENTICATION_BACKENDS`).
    pub authentication_backends: Vec<String>,
    /// The accepted kinds of stored passwords, the preferred one first (`PASSWORD_HASHERS`). Users with a stored password
    /// of another kind are refused more slowly than unknown ones: [`crate::hasher`] says what that tells.
    pub password_hashers: Vec<String>,
    /// How many passwords may wait to be hashed before logins are answered 503 (rule S28).
    pub password_queue: usize,
    /// The rules for new passwords (`AUTH_PASSWORD_VALIDATORS`; rules S31 to S33).
    pub auth_password_validators: Vec<ValidatorSettings>,
    /// Whether there may be no such rule. The django profile does without, and warns.
    pub dangerous_any_password: bool,
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
    /// Whether stores hold session keys in the clear, as Django's do (rule S45). The django profile needs it: Django
    /// would find no session otherwise.
    pub dangerous_clear_session_keys: bool,
    /// Whether cookies go over plain HTTP too (rule S55). The `__Host-` prefix is dropped then.
    pub dangerous_insecure_cookies: bool,
    /// The CSRF cookie's name before login (`CSRF_COOKIE_NAME`).
    pub csrf_cookie_name: String,
    /// Origins besides the own one that may send forms (`CSRF_TRUSTED_ORIGINS`), with their scheme.
    pub csrf_trusted_origins: Vec<String>,
    /// Whether the secret key ends with the program.
    #[serde(skip)]
    pub(crate) secret_key_is_drawn: bool,
    /// Variables that begin as ours do, and are nobody's that we know.
    #[serde(skip)]
    pub(crate) unknown_variables: Vec<String>,
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
            dangerous_any_host: false,
            authentication_backends: vec![MODEL_BACKEND.to_owned()],
            password_hashers: HasherProfile::Recommended.names().map(str::to_owned).collect(),
            password_queue: 64,
            auth_password_validators: ValidatorSettings::recommended(15, &[]),
            dangerous_any_password: false,
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
            secret_key_is_drawn: false,
            unknown_variables: Vec::new(),
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

    /// Returns Django 5.2's own defaults, for a service that shares database, secret key and cookies with Django: who is
    /// logged in at one is logged in at the other.
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

    /// Sets the secret key.
    ///
    /// # Examples
    /// ```
    /// # use djauth_runtime as djauth;
    /// use djauth::{settings::Settings, signing::SecretKey};
    ///
    /// # fn from_vault() -> Result<String, djauth::ImproperlyConfigured> {
    /// #     Ok("0123456789abcdef0123456789abcdef".to_owned())
    /// # }
    /// let mut settings = Settings::default().with_secret_key(SecretKey::try_from(from_vault()?)?);
    /// settings.allowed_hosts = vec!["shop.example".to_owned()];
    /// # Ok::<(), djauth::ImproperlyConfigured>(())
    /// ```
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

    /// Makes the hashers.
    ///
    /// # Errors
    /// [`ImproperlyConfigured`] for what [`Hashers::from_names`] refuses.
    pub(crate) fn hashers(&self) -> Result<Hashers, ImproperlyConfigured> {
        let profile = match self.profile {
            Profile::Default => HasherProfile::Recommended,
            Profile::Django => HasherProfile::Django,
        };
        Hashers::from_names(profile, self.password_hashers.iter().map(String::as_str))
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

    #[test]
    fn s55_insecure_cookies_cannot_carry_the_host_prefix() {
        assert_eq!(Settings::default().session_cookie_name(), "__Host-sessionid");
        assert_eq!(Settings::development().session_cookie_name(), "sessionid");
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
    fn s93_settings_do_not_show_the_key() {
        let settings = Settings::from_toml("secret_key = 'canary-canary-canary'").expect("settings");
        assert!(!format!("{settings:?}").contains("canary"));
        assert!(!toml::to_string(&settings).expect("settings").contains("canary"));
    }
}
