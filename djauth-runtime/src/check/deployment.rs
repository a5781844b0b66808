//! What weakens a deployment, by its name?

use super::CheckMessage;
use crate::settings::{Profile, Settings};

/// Lists the settings that weaken security, for whoever looks after a deployment (Django's `check --deploy`). On a
/// developer's own machine there is nothing to list.
#[must_use]
pub fn check_deployment(settings: &Settings) -> Vec<CheckMessage> {
    if settings.development {
        return Vec::new();
    }
    let is_set =
        |(name, value): &(String, toml::Value)| name.starts_with("dangerous_") && *value == true.into();
    // Where Django keeps sessions, its keys are in the clear.
    let is_shared =
        |name: &str| settings.profile == Profile::Django && name == "dangerous_clear_session_keys";
    let names = settings.to_table().into_iter().filter(is_set).map(|(name, _)| name);
    names.filter(|name| !is_shared(name)).map(|name| CheckMessage::dangerous(&name)).collect()
}

impl CheckMessage {
    /// Makes the warning of something that weakens security, under the name that says so.
    #[must_use]
    pub fn dangerous(name: &str) -> Self {
        Self::warning(
            "djauth.W001",
            format!("`{name}` is set"),
            "see what it gives up, and remove it if the site can do without",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::test::sound;

    fn texts(settings: &Settings) -> Vec<String> {
        check_deployment(settings).into_iter().map(|message| message.text).collect()
    }

    #[test]
    fn what_weakens_security_is_listed() {
        assert_eq!(texts(&sound()), [""; 0]);
        assert_eq!(texts(&Settings::development()), [""; 0]);
        assert_eq!(texts(&Settings::django()), ["`dangerous_insecure_cookies` is set"]);
        let settings = Settings { dangerous_any_host: true, dangerous_clear_session_keys: true, ..sound() };
        assert_eq!(
            texts(&settings),
            ["`dangerous_any_host` is set", "`dangerous_clear_session_keys` is set"]
        );
    }
}
