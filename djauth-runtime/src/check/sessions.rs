//! Can sessions end when the settings say, and be found by who shares them?

use super::CheckMessage;
use crate::settings::{Profile, Settings};

pub(super) fn check(settings: &Settings, found: &mut Vec<CheckMessage>) {
    if settings.profile == Profile::Django && settings.session_absolute_age != 0 {
        found.push(CheckMessage::error(
            "djauth.E018",
            "`session_absolute_age` cannot be kept in the django profile: Django's sessions do not say when they began",
            "set it to 0, or choose the default profile",
        ));
    }
    if settings.profile == Profile::Django && !settings.dangerous_clear_session_keys {
        found.push(CheckMessage::error(
            "djauth.E027",
            "without `dangerous_clear_session_keys` Django would find no session of ours, nor we one of Django's",
            "set it to true, as the django profile does, or choose the default profile",
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::test::{ids, sound};

    fn shared() -> Settings {
        Settings {
            profile: Profile::Django,
            session_absolute_age: 0,
            dangerous_clear_session_keys: true,
            ..sound()
        }
    }

    #[test]
    fn s53_an_absolute_end_that_nobody_would_see_to_is_an_error() {
        assert_eq!(ids(&shared()), [""; 0]);
        assert_eq!(ids(&Settings { session_absolute_age: 3600, ..shared() }), ["djauth.E018"]);
    }

    #[test]
    fn s45_sessions_that_django_could_not_find_are_an_error() {
        let digested = Settings { dangerous_clear_session_keys: false, ..shared() };
        assert_eq!(ids(&digested), ["djauth.E027"]);
        assert_eq!(ids(&Settings { profile: Profile::Default, ..digested }), ["djauth.W006"]);
    }
}
