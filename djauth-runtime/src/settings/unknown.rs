//! What was meant by a setting that there is none of?

use super::field::Kind;
use crate::spelling::nearest;

/// Variables of djauth's that are no settings: the command line's and the tests'.
const OTHER_VARIABLES: [&str; 3] = ["settings", "bind", "django_python"];
/// What such variables begin with.
const OTHER_PREFIXES: [&str; 3] = ["superuser_", "user_", "test_"];

/// What Django's settings are here if they have another name, or none.
const DJANGO: [(&str, &str); 12] = [
    ("debug", "on a developer's own machine, set `development`"),
    (
        "session_cookie_secure",
        "write `dangerous_insecure_cookies = false`, which the default profile has anyway",
    ),
    (
        "csrf_cookie_secure",
        "write `dangerous_insecure_cookies = false`, which the default profile has anyway",
    ),
    ("session_cookie_httponly", "the session cookie always is; remove it"),
    ("csrf_cookie_httponly", "`profile` decides it; remove it"),
    ("csrf_cookie_domain", "the cookie goes to the host alone; remove it"),
    ("csrf_cookie_samesite", "it is `Lax`; remove it"),
    ("session_engine", "sessions are kept where `Auth` is told; remove it"),
    ("session_serializer", "sessions are JSON; remove it"),
    ("databases", "give the database's address to `Auth::connect`"),
    ("auth_user_model", "`Auth` is told for which struct it is; remove it"),
    ("secure_proxy_ssl_header", "the site has HTTPS unless `dangerous_insecure_cookies` is set; remove it"),
];

/// Says what to do about a setting that there is none of.
pub(super) fn setting(name: &str) -> String {
    let remedy = remedy(name, &[], |known| format!("did you mean `{known}`?"))
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
        if OTHER_VARIABLES.contains(&name) || OTHER_PREFIXES.iter().any(|prefix| name.starts_with(prefix)) {
            return Self::OfAnotherPart;
        }
        let meant = |known: &str| format!("did you mean DJAUTH_{}?", known.to_uppercase());
        match remedy(name, &OTHER_VARIABLES, meant) {
            Some(remedy) => Self::Mistaken(format!("there is no variable {variable}; {remedy}")),
            None => Self::Unknown,
        }
    }
}

fn remedy(name: &str, others: &[&str], did_you_mean: impl Fn(&str) -> String) -> Option<String> {
    let name = name.to_lowercase();
    if let Some((_, remedy)) = DJANGO.iter().find(|(django, _)| *django == name) {
        return Some((*remedy).to_owned());
    }
    let settings = Kind::names();
    // The nearest to a name in capitals, as Django has them, is the name itself.
    nearest(&name, settings.iter().map(String::as_str).chain(others.iter().copied())).map(did_you_mean)
}
