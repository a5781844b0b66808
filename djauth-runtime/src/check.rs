//! Is the program put together soundly? Start-up checks.
//!
//! Ids that Django has (`auth.E003`) mean what they mean there; ours begin with `djauth.`. Errors keep a program from
//! starting, warnings are logged. What the compiler sees already, it says earlier.

use std::fmt;

use crate::{
    ImproperlyConfigured,
    backend::ModelBackend,
    crypto::{self, ALPHANUMERIC},
    hasher::Hashers,
    registry::Registry,
    settings::{SameSite, Settings},
    signing::SecretKey,
    user::AuthUser,
};

/// The shortest secret key, in bytes (rule S68).
const MIN_SECRET_KEY: usize = 32;

/// What a check found (Django's `CheckMessage`).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckMessage {
    /// How bad it is.
    pub level: Level,
    /// The id, such as `auth.E003`.
    pub id: &'static str,
    /// What is wrong.
    pub text: String,
    /// The remedy.
    pub hint: String,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The program starts, and somebody should look.
    Warning,
    /// The program does not start.
    Error,
}

impl CheckMessage {
    /// Makes an error.
    pub fn error(id: &'static str, text: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { level: Level::Error, id, text: text.into(), hint: hint.into() }
    }

    /// Makes a warning.
    pub fn warning(id: &'static str, text: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { level: Level::Warning, id, text: text.into(), hint: hint.into() }
    }
}

impl fmt::Display for CheckMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.id, self.text, self.hint)
    }
}

/// Runs every check that needs no database.
#[must_use]
pub fn check<U: AuthUser>(settings: &Settings) -> Vec<CheckMessage> {
    let mut found = Vec::new();
    check_declarations(&mut found);
    check_user_model::<U>(settings, &mut found);
    check_secret_key(settings, &mut found);
    check_hosts(settings, &mut found);
    check_cookies(settings, &mut found);
    check_urls(settings, &mut found);
    // A name that no hasher has is told where the list is made.
    if let Ok(hashers) = settings.hashers() {
        check_hashers(&hashers, &mut found);
    }
    found
}

/// Fills in what a developer's own machine may leave out.
pub(crate) fn prepare(settings: &mut Settings) -> Result<(), ImproperlyConfigured> {
    if settings.development && settings.secret_key.is_none() {
        let random = crypto::random_string(50, ALPHANUMERIC)
            .map_err(|error| ImproperlyConfigured::new(format!("no secret key could be drawn: {error}")))?;
        settings.secret_key = Some(SecretKey::new(random)?);
        tracing::warn!(
            "no secret key is set; the one drawn now ends with the program, and every login with it"
        );
    }
    Ok(())
}

/// Logs the warnings and gathers the errors into one.
///
/// # Errors
/// [`ImproperlyConfigured`] with the text of every error.
pub fn fail_on_errors(found: &[CheckMessage]) -> Result<(), ImproperlyConfigured> {
    for warning in found.iter().filter(|message| message.level == Level::Warning) {
        tracing::warn!(id = warning.id, "{}; {}", warning.text, warning.hint);
    }
    let errors: Vec<_> =
        found.iter().filter(|message| message.level == Level::Error).map(ToString::to_string).collect();
    if errors.is_empty() { Ok(()) } else { Err(ImproperlyConfigured::new(errors.join("\n"))) }
}

fn check_declarations(found: &mut Vec<CheckMessage>) {
    match Registry::get() {
        Err(error) => {
            found.push(CheckMessage::error(
                "djauth.E001",
                error.to_string(),
                "names are unique in a program",
            ));
        }
        Ok(registry) => {
            for permission in registry.permissions() {
                let definition = permission.definition();
                if definition.name.chars().count() > 255 {
                    found.push(CheckMessage::error(
                        "auth.E008",
                        format!("the name of `{}` is longer than 255 characters", definition.label),
                        "shorten it",
                    ));
                }
                if definition.codename.chars().count() > 100 {
                    found.push(CheckMessage::error(
                        "auth.E012",
                        format!("the codename of `{}` is longer than 100 characters", definition.label),
                        "shorten it",
                    ));
                }
            }
        }
    }
}

fn check_user_model<U: AuthUser>(settings: &Settings, found: &mut Vec<CheckMessage>) {
    let model = U::MODEL;
    for name in model.required_fields {
        match model.field(name) {
            None => found.push(CheckMessage::error(
                "auth.E001",
                format!("`required_fields` names `{name}`, which `{}` does not have", model.model_name),
                "name fields of the struct",
            )),
            Some(field) if field.column == model.roles.username => found.push(CheckMessage::error(
                "auth.E002",
                format!("`required_fields` names `{name}`, which is the username"),
                "remove it; the username is always required",
            )),
            Some(_) => {}
        }
    }
    if model.column(model.roles.username).is_some_and(|field| field.unique) {
        return;
    }
    let (text, hint) = (
        format!("the username column `{}` of `{}` is not unique", model.roles.username, model.table),
        "mark the field `#[auth(unique)]`",
    );
    let names = &settings.authentication_backends;
    found.push(if names.iter().all(|name| ModelBackend::NAMES.contains(&name.as_str())) {
        CheckMessage::error("auth.E003", text, hint)
    } else {
        CheckMessage::warning("auth.W004", text, hint)
    });
}

fn check_secret_key(settings: &Settings, found: &mut Vec<CheckMessage>) {
    let Some(secret_key) = &settings.secret_key else {
        found.push(CheckMessage::error(
            "djauth.E002",
            "the secret key is not set",
            "set DJAUTH_SECRET_KEY to at least 32 random bytes, such as the output of `openssl rand -base64 48`; on \
             your own machine set DJAUTH_DEVELOPMENT=1 instead",
        ));
        return;
    };
    let text = secret_key.expose();
    let distinct = text.bytes().collect::<std::collections::BTreeSet<_>>().len();
    let weak = if text.len() < MIN_SECRET_KEY {
        Some(format!("the secret key has {} bytes, and {MIN_SECRET_KEY} are the least", text.len()))
    } else if distinct < 5 || text.starts_with("django-insecure-") {
        Some("the secret key is a sample or nearly constant".to_owned())
    } else {
        None
    };
    let Some(text) = weak else { return };
    let hint = "take the output of `openssl rand -base64 48`, and keep the old key in `secret_key_fallbacks`";
    // A Django project lives with the key that it has; S68 is the default profile's rule.
    let must = !settings.development && settings.profile == crate::settings::Profile::Default;
    found.push(if must {
        CheckMessage::error("djauth.E003", text, hint)
    } else {
        CheckMessage::warning("security.W009", text, hint)
    });
}

fn check_hosts(settings: &Settings, found: &mut Vec<CheckMessage>) {
    if settings.allowed_hosts.is_empty() && !settings.development {
        found.push(CheckMessage::error(
            "djauth.E004",
            "no allowed host is set, so every request would be refused",
            "set DJAUTH_ALLOWED_HOSTS to the names of the site, such as shop.example",
        ));
    }
    for origin in settings.csrf_trusted_origins.iter().filter(|origin| !origin.contains("://")) {
        found.push(CheckMessage::error(
            "4_0.E001",
            format!("`csrf_trusted_origins` names `{origin}`, which has no scheme"),
            format!("write `https://{origin}`"),
        ));
    }
}

fn check_cookies(settings: &Settings, found: &mut Vec<CheckMessage>) {
    let bound = settings.session_cookie_domain.is_none() && settings.session_cookie_path == "/";
    if settings.session_cookie_name().starts_with("__Host-") && !bound {
        found.push(CheckMessage::error(
            "djauth.E005",
            "a cookie named `__Host-...` takes no domain, and no path but `/`",
            "remove `session_cookie_domain` and `session_cookie_path`, or choose another `session_cookie_name`",
        ));
    }
    if settings.session_cookie_samesite == SameSite::None && settings.dangerous_insecure_cookies {
        found.push(CheckMessage::error(
            "djauth.E006",
            "browsers refuse a cookie with SameSite=None over plain HTTP",
            "choose `lax`, or serve HTTPS and remove `dangerous_insecure_cookies`",
        ));
    }
}

fn check_urls(settings: &Settings, found: &mut Vec<CheckMessage>) {
    for (name, url) in
        [("login_url", &settings.login_url), ("login_redirect_url", &settings.login_redirect_url)]
    {
        if !url.starts_with('/') && !url.starts_with("https://") && !url.starts_with("http://") {
            found.push(CheckMessage::error(
                "djauth.E007",
                format!("`{name}` is {url:?}, which is no address"),
                "write a path such as \"/accounts/login/\", or a whole https address",
            ));
        }
    }
}

/// Finds hashers that cannot hash. A preferred one would refuse every new password, and spend no work where nobody must
/// see whether a user exists (rule S19).
pub(crate) fn check_hashers(hashers: &Hashers, found: &mut Vec<CheckMessage>) {
    for hasher in hashers.iter() {
        if let Err(error) = hasher.check_costs() {
            found.push(CheckMessage::error(
                "djauth.E011",
                format!(
                    "the password hasher `{}` cannot hash with the costs it is made with",
                    hasher.algorithm()
                ),
                error.to_string(),
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        auth::Authenticator,
        hasher::{HasherPlugin, HasherProfile, Pbkdf2PasswordHasher},
        memory::MemoryStore,
        test_util::Person,
    };

    fn ids(settings: &Settings) -> Vec<&'static str> {
        let mut found = Vec::new();
        check_secret_key(settings, &mut found);
        check_hosts(settings, &mut found);
        check_cookies(settings, &mut found);
        check_urls(settings, &mut found);
        found.iter().map(|message| message.id).collect()
    }

    fn sound() -> Settings {
        let settings = Settings { allowed_hosts: vec!["shop.example".to_owned()], ..Settings::default() };
        settings.with_secret_key(SecretKey::new("a key of this test, 0123456789abcdef").expect("a key"))
    }

    #[test]
    fn sound_settings_have_nothing_to_report() {
        assert_eq!(ids(&sound()), Vec::<&str>::new());
    }

    #[test]
    fn s68_a_missing_short_or_sample_key_keeps_the_program_from_starting() {
        assert_eq!(ids(&Settings { secret_key: None, ..sound() }), ["djauth.E002"]);
        for key in ["short", &"a".repeat(64), "django-insecure-0123456789abcdefghijklmnopqrstuv"] {
            let settings = sound().with_secret_key(SecretKey::new(key).expect("a key"));
            assert_eq!(ids(&settings), ["djauth.E003"], "{key}");
        }
    }

    #[test]
    fn a_missing_key_is_drawn_on_a_developers_machine_only() {
        let mut settings = Settings::development();
        prepare(&mut settings).expect("a generator");
        assert_eq!(ids(&settings), Vec::<&str>::new());
        let mut settings = Settings::default();
        prepare(&mut settings).expect("nothing to draw");
        assert!(settings.secret_key.is_none());
    }

    #[test]
    fn s86_allowed_hosts_are_required() {
        assert_eq!(ids(&Settings { allowed_hosts: Vec::new(), ..sound() }), ["djauth.E004"]);
    }

    #[test]
    fn s55_cookies_that_browsers_would_refuse_are_errors() {
        assert_eq!(ids(&Settings { session_cookie_path: "/app".to_owned(), ..sound() }), ["djauth.E005"]);
        let settings =
            Settings { session_cookie_samesite: SameSite::None, dangerous_insecure_cookies: true, ..sound() };
        assert_eq!(ids(&settings), ["djauth.E006"]);
    }

    inventory::submit! {
        HasherPlugin::new("check.WithoutIterations", |_| Box::new(Pbkdf2PasswordHasher::sha256(0)))
    }

    #[test]
    fn s19_a_hasher_that_cannot_hash_keeps_the_program_from_starting() {
        const TEXT: &str = "djauth.E011: the password hasher `pbkdf2_sha256` cannot hash with the costs it is made with; \
             it takes 1 to 10000000 iterations";
        let named = Settings { password_hashers: vec!["check.WithoutIterations".to_owned()], ..sound() };
        let found: Vec<_> = check::<Person>(&named).iter().map(ToString::to_string).collect();
        assert_eq!(found, [TEXT]);

        let start = |hashers| {
            let store = Arc::new(MemoryStore::<Person>::new());
            let builder = Authenticator::builder(Arc::<MemoryStore<_>>::clone(&store), store);
            builder.settings(sound()).hashers(hashers).build()
        };
        let own = |iterations| {
            let list = vec![Box::new(Pbkdf2PasswordHasher::sha256(iterations)) as _];
            Hashers::new(HasherProfile::Recommended, list).expect("a list")
        };
        assert_eq!(start(own(0)).expect_err("no iterations").to_string(), TEXT);
        assert!(start(own(1)).is_ok());
    }

    #[test]
    fn all_errors_are_told_at_once_and_with_their_remedy() {
        let found = check_messages();
        let error = fail_on_errors(&found).expect_err("two errors").to_string();
        assert!(error.contains("DJAUTH_SECRET_KEY") && error.contains("DJAUTH_ALLOWED_HOSTS"), "{error}");
    }

    fn check_messages() -> Vec<CheckMessage> {
        let mut found = Vec::new();
        check_secret_key(&Settings::default(), &mut found);
        check_hosts(&Settings::default(), &mut found);
        found
    }
}
