//! Is the secret key one that nobody can guess? (rule S68)

use super::CheckMessage;
use crate::settings::{Profile, Settings};

/// The shortest secret key, in bytes (rule S68).
const MIN_SECRET_KEY: usize = 32;

pub(super) fn check(settings: &Settings, found: &mut Vec<CheckMessage>) {
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
    let must = !settings.development && settings.profile == Profile::Default;
    found.push(if must {
        CheckMessage::error("djauth.E003", text, hint)
    } else {
        CheckMessage::warning("security.W009", text, hint)
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        check::test::{ids, sound},
        signing::SecretKey,
    };

    #[test]
    fn s68_a_missing_short_or_sample_key_keeps_the_program_from_starting() {
        assert_eq!(ids(&Settings { secret_key: None, ..sound() }), ["djauth.E002"]);
        for key in ["short", &"a".repeat(64), "django-insecure-0123456789abcdefghijklmnopqrstuv"] {
            let settings = sound().with_secret_key(SecretKey::new(key).expect("a key"));
            assert_eq!(ids(&settings), ["djauth.E003"], "{key}");
        }
    }
}
