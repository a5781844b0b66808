//! Is the program put together soundly? Start-up checks.
//!
//! Ids that Django has (`auth.E003`) mean what they mean there; ours begin with `djauth.`. Errors keep a program from
//! starting, warnings are logged. What the compiler sees already, it says earlier.

mod cookies;
mod declarations;
mod deployment;
mod environment;
pub(crate) mod hashers;
mod hosts;
mod passwords;
mod secret_key;
mod sessions;
mod urls;
mod user_model;

use std::fmt;

pub use deployment::check_deployment;

use crate::{
    ImproperlyConfigured,
    crypto::{self, ALPHANUMERIC},
    settings::{Profile, Settings},
    signing::SecretKey,
    user::AuthUser,
};

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
    declarations::check(&mut found);
    user_model::check::<U>(settings, &mut found);
    check_settings(settings, &mut found);
    // A name that no hasher has is told where the list is made.
    if let Ok(hashers) = settings.hashers() {
        hashers::check(&hashers, &mut found);
    }
    found
}

fn check_settings(settings: &Settings, found: &mut Vec<CheckMessage>) {
    secret_key::check(settings, found);
    hosts::check(settings, found);
    cookies::check(settings, found);
    sessions::check(settings, found);
    passwords::check(settings, found);
    urls::check(settings, found);
    environment::check(settings, found);
}

/// Returns whether the default profile's stricter rules are not for this program: a Django project lives with what it has,
/// and a developer's own machine is nobody's target.
fn lax(settings: &Settings) -> bool {
    settings.development || settings.profile == Profile::Django
}

/// Tells of what the default profile does without: an error there, a warning where its rules are not the program's.
fn weakness(
    settings: &Settings,
    (error, warning): (&'static str, &'static str),
    text: impl Into<String>,
    hint: impl Into<String>,
) -> CheckMessage {
    if lax(settings) {
        CheckMessage::warning(warning, text, hint)
    } else {
        CheckMessage::error(error, text, hint)
    }
}

/// Fills in what a developer's own machine may leave out.
pub(crate) fn prepare(settings: &mut Settings) -> Result<(), ImproperlyConfigured> {
    if settings.development && settings.secret_key.is_none() {
        let random = crypto::random_string(50, ALPHANUMERIC)
            .map_err(|error| ImproperlyConfigured::new(format!("no secret key could be drawn: {error}")))?;
        settings.secret_key = Some(SecretKey::new(random)?);
        settings.secret_key_is_drawn = true;
    }
    Ok(())
}

/// Says in the log if the secret key is one that was drawn when the program started. `Auth` says so when it is made, and
/// `serve` once more where nobody could hear it then.
pub fn warn_of_drawn_key(settings: &Settings) {
    if settings.secret_key_is_drawn {
        tracing::warn!(
            "no secret key is set; the one drawn now ends with the program, and every login with it"
        );
    }
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

#[cfg(test)]
mod test {
    use super::check_settings;
    use crate::{settings::Settings, signing::SecretKey};

    /// Settings that no check objects to.
    pub(super) fn sound() -> Settings {
        let settings = Settings { allowed_hosts: vec!["shop.example".to_owned()], ..Settings::default() };
        settings.with_secret_key(SecretKey::new("a key of this test, 0123456789abcdef").expect("a key"))
    }

    /// The ids of what the checks find.
    pub(super) fn ids(settings: &Settings) -> Vec<&'static str> {
        let mut found = Vec::new();
        check_settings(settings, &mut found);
        found.iter().map(|message| message.id).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{
        test::{ids, sound},
        *,
    };

    #[test]
    fn sound_settings_have_nothing_to_report() {
        assert_eq!(ids(&sound()), Vec::<&str>::new());
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
    fn all_errors_are_told_at_once_and_with_their_remedy() {
        let mut found = Vec::new();
        check_settings(&Settings::default(), &mut found);
        let error = fail_on_errors(&found).expect_err("two errors").to_string();
        assert!(error.contains("DJAUTH_SECRET_KEY") && error.contains("DJAUTH_ALLOWED_HOSTS"), "{error}");
    }
}
