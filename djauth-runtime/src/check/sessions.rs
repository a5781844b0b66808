//! Can sessions end when the settings say?

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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::test::{ids, sound};

    #[test]
    fn s53_an_absolute_end_that_nobody_would_see_to_is_an_error() {
        let settings = Settings { profile: Profile::Django, session_absolute_age: 0, ..sound() };
        assert_eq!(ids(&settings), [""; 0]);
        assert_eq!(ids(&Settings { session_absolute_age: 3600, ..settings }), ["djauth.E018"]);
    }
}
