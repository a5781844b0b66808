//! Does the environment say what somebody meant?

use super::CheckMessage;
use crate::settings::Settings;

/// Tells of variables that set nothing. Somebody else may own them, so they keep nobody from starting.
pub(super) fn check(settings: &Settings, found: &mut Vec<CheckMessage>) {
    found.extend(settings.unknown_variables.iter().map(|variable| {
        CheckMessage::warning(
            "djauth.W002",
            format!("the variable {variable} sets nothing"),
            "see `Settings` for the names, or begin the names of what is not djauth's otherwise",
        )
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::test::{ids, sound};

    #[test]
    fn a_variable_that_sets_nothing_is_told() {
        let settings = Settings { unknown_variables: vec!["DJAUTH_PORT".to_owned()], ..sound() };
        assert_eq!(ids(&settings), ["djauth.W002"]);
    }
}
