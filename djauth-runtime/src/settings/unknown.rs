//! What was meant by a setting that there is none of?

use super::field::Kind;
use crate::spelling::nearest;

/// Variables of djauth's that are no settings.
const OTHER_VARIABLES: [&str; 2] = ["settings", "bind"];
/// What such variables begin with.
const OTHER_PREFIXES: [&str; 2] = ["superuser_", "user_"];
/// What the variables of djauth's own tests begin with. Nobody else means them.
const OF_TESTS: [&str; 2] = ["test_", "django_python"];

/// Where a setting stands, and so how it is written.
#[derive(Clone, Copy)]
enum Place {
    File,
    Environment,
}

impl Place {
    fn name(self, setting: &str) -> String {
        match self {
            Self::File => format!("`{setting}`"),
            Self::Environment => format!("DJAUTH_{}", setting.to_uppercase()),
        }
    }

    fn set(self, setting: &str, flag: bool) -> String {
        match self {
            Self::File => format!("write `{setting} = {flag}`"),
            Self::Environment => format!("set {}={}", self.name(setting), u8::from(flag)),
        }
    }
}

/// Says what one of Django's settings is here, if it has another name or none.
fn of_django(name: &str, place: Place) -> Option<String> {
    Some(match name {
        "debug" => format!("on a developer's own machine, {}", place.set("development", true)),
        "session_cookie_secure" | "csrf_cookie_secure" => {
            format!(
                "{}, which the default profile has anyway",
                place.set("dangerous_insecure_cookies", false)
            )
        }
        "session_cookie_httponly" => "the session cookie always is; remove it".to_owned(),
        "csrf_cookie_httponly" => format!("{} decides it; remove it", place.name("profile")),
        "csrf_cookie_domain" => "the cookie goes to the host alone; remove it".to_owned(),
        "csrf_cookie_samesite" => "it is `Lax`; remove it".to_owned(),
        "session_engine" => "sessions are kept where `Auth` is told; remove it".to_owned(),
        "session_serializer" => "sessions are JSON; remove it".to_owned(),
        "databases" => "give the database's address to `Auth::connect`".to_owned(),
        "auth_user_model" => "`Auth` is told for which struct it is; remove it".to_owned(),
        "secure_proxy_ssl_header" => format!(
            "the site has HTTPS unless {} is set; remove it",
            place.name("dangerous_insecure_cookies")
        ),
        _ => return None,
    })
}

/// Says what to do about a setting that there is none of.
pub(super) fn setting(name: &str) -> String {
    let remedy = remedy(name, &[], Place::File)
        .unwrap_or_else(|| "remove it, or see `Settings` for the names".to_owned());
    format!("there is no setting `{name}`; {remedy}")
}

/// A variable that begins as ours do, and is no setting's.
pub(super) enum Variable {
    /// Another part of djauth reads it.
    OfAnotherPart,
    /// It is meant for us and misspelt, or Django's: an error text.
    Mistaken(String),
    /// Nobody can tell whose it is: an orchestrator makes such variables for a service that is named `djauth`, say.
    Unknown,
}

impl Variable {
    /// Judges a variable by what follows `DJAUTH_`, in lower case.
    pub(super) fn of(variable: &str, name: &str) -> Self {
        let mut prefixes = OTHER_PREFIXES.iter().chain(&OF_TESTS);
        if OTHER_VARIABLES.contains(&name) || prefixes.any(|prefix| name.starts_with(prefix)) {
            return Self::OfAnotherPart;
        }
        match remedy(name, &OTHER_VARIABLES, Place::Environment) {
            Some(remedy) => Self::Mistaken(format!("there is no variable {variable}; {remedy}")),
            None => Self::Unknown,
        }
    }
}

fn remedy(name: &str, others: &[&str], place: Place) -> Option<String> {
    let name = name.to_lowercase();
    of_django(&name, place).or_else(|| {
        let settings = Kind::names();
        // The nearest to a name in capitals, as Django has them, is the name itself.
        let known = nearest(&name, settings.iter().map(String::as_str).chain(others.iter().copied()))?;
        Some(format!("did you mean {}?", place.name(known)))
    })
}
