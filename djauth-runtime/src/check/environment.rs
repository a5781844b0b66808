//! Does the environment say what somebody meant?

use super::CheckMessage;
use crate::settings::Settings;

/// Tells of variables that set nothing. Somebody else may own them, so they keep nobody from starting.
pub(super) fn check(settings: &Settings, found: &mut Vec<CheckMessage>) {
    if settings.unknown_variables.is_empty() {
        return;
    }
    found.push(CheckMessage::warning(
        "djauth.W002",
        format!("nothing is set by {}", settings.unknown_variables.join(", ")),
        "see `Settings` for the names, or begin the names of what is not djauth's otherwise; Kubernetes makes such variables \
         for a service that is named djauth, unless the pod has `enableServiceLinks: false`",
    ));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::test::{ids, sound};

    #[test]
    fn variables_that_set_nothing_are_told_in_one_warning() {
        let unknown_variables = vec!["DJAUTH_PORT".to_owned(), "DJAUTH_SERVICE_HOST".to_owned()];
        let settings = Settings { unknown_variables, ..sound() };
        assert_eq!(ids(&settings), ["djauth.W002"]);
        let mut found = Vec::new();
        check(&settings, &mut found);
        assert_eq!(found[0].text, "nothing is set by DJAUTH_PORT, DJAUTH_SERVICE_HOST");
    }
}
