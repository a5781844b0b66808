//! Are the secret keys ones that nobody can guess? (rule S68)

use super::{CheckMessage, weakness};
use crate::{settings::Settings, signing::SecretKey};

/// The shortest secret key, in bytes (rule S68).
const MIN_SECRET_KEY: usize = 32;

pub(super) fn check(settings: &Settings, found: &mut Vec<CheckMessage>) {
    match &settings.secret_key {
        None => found.push(CheckMessage::error(
            "djauth.E002",
            "the secret key is not set",
            "set DJAUTH_SECRET_KEY to at least 32 random bytes, such as the output of `openssl rand -base64 48`; on \
             your own machine set DJAUTH_DEVELOPMENT=1 instead",
        )),
        Some(key) => found.extend(flaw(key).map(|flaw| {
            let text = format!("the secret key {flaw}");
            let hint = "take the output of `openssl rand -base64 48`; everybody logs in anew then";
            weakness(settings, ("djauth.E003", "security.W009"), text, hint)
        })),
    }
    // What an older key signed is believed, so whoever guesses it is believed as well.
    for (place, key) in settings.secret_key_fallbacks.iter().enumerate() {
        found.extend(flaw(key).map(|flaw| {
            let text = format!("`secret_key_fallbacks[{place}]` {flaw}");
            let hint = "remove it; who logged in under it logs in anew then";
            weakness(settings, ("djauth.E003", "security.W025"), text, hint)
        }));
    }
}

/// Says what makes a key easy to guess, and nothing of the key itself (rule S93).
fn flaw(key: &SecretKey) -> Option<String> {
    let text = key.expose();
    let distinct = text.bytes().collect::<std::collections::BTreeSet<_>>().len();
    if text.len() < MIN_SECRET_KEY {
        Some(format!("has {} bytes, and {MIN_SECRET_KEY} are the least", text.len()))
    } else if distinct < 5 || text.starts_with("django-insecure-") {
        Some("is a sample or nearly constant".to_owned())
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{
        Level,
        test::{ids, sound},
    };

    const WEAK: [&str; 3] =
        ["short", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "django-insecure-0123456789abcdefghijklmnopqrstuv"];

    fn key(text: &str) -> SecretKey {
        SecretKey::new(text).expect("a key")
    }

    #[test]
    fn s68_a_missing_short_or_sample_key_keeps_the_program_from_starting() {
        assert_eq!(ids(&Settings { secret_key: None, ..sound() }), ["djauth.E002"]);
        for weak in WEAK {
            assert_eq!(ids(&sound().with_secret_key(key(weak))), ["djauth.E003"], "{weak}");
        }
    }

    #[test]
    fn s68_a_fallback_key_is_as_strong_as_the_key() {
        for weak in WEAK {
            let fallbacks = vec![key("an older key of this test, 0123456789"), key(weak)];
            let settings = Settings { secret_key_fallbacks: fallbacks, ..sound() };
            let mut found = Vec::new();
            check(&settings, &mut found);
            let [error] = found.try_into().expect("one error");
            assert_eq!(error.id, "djauth.E003");
            assert!(
                error.text.starts_with("`secret_key_fallbacks[1]` ") && !error.text.contains(weak),
                "{error}"
            );
        }
    }

    #[test]
    fn s68_a_django_project_is_warned_of_its_keys_under_djangos_ids() {
        let settings = Settings { secret_key_fallbacks: vec![key(WEAK[2])], ..Settings::django() };
        let mut found = Vec::new();
        check(&settings.with_secret_key(key(WEAK[2])), &mut found);
        let found: Vec<_> = found.iter().map(|message| (message.level, message.id)).collect();
        assert_eq!(found, [(Level::Warning, "security.W009"), (Level::Warning, "security.W025")]);
    }
}
