//! What somebody logs in with, and how it is kept out of logs.

use std::fmt;

use crate::RawPassword;

/// What stands in place of a secret.
const CLEANSED: &str = "********************";

/// Names of credentials are searched for these.
const SENSITIVE: [&str; 6] = ["api", "token", "key", "secret", "password", "signature"];

/// What is handed to the backends: values by name, in order (the `**credentials` of Django's `authenticate`).
///
/// Every value is treated as a secret, because a custom backend may take anything: it is wiped when dropped and never
/// printed.
///
/// ```
/// # use djauth_runtime as djauth;
/// use djauth::{RawPassword, credentials::Credentials};
///
/// let credentials = Credentials::password("lin", RawPassword::new("correct horse"));
/// assert_eq!(credentials.username(), Some("lin"));
/// let with_code = credentials.with("code", RawPassword::new("123456"));
/// assert_eq!(format!("{with_code:?}"), r#"Credentials(["username", "password", "code"])"#);
/// ```
#[derive(Default)]
pub struct Credentials(Vec<(String, RawPassword)>);

impl Credentials {
    /// Makes credentials without any value.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes the usual ones: `username` and `password`.
    #[must_use]
    pub fn password(username: &str, password: RawPassword) -> Self {
        Self::new().with("username", RawPassword::new(username)).with("password", password)
    }

    /// Adds a value, or replaces the one of this name.
    #[must_use]
    pub fn with(mut self, name: &str, value: RawPassword) -> Self {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some(pair) => pair.1 = value,
            None => self.0.push((name.to_owned(), value)),
        }
        self
    }

    /// Returns the value of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&RawPassword> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// Returns the value named `username`, which is no secret.
    #[must_use]
    pub fn username(&self) -> Option<&str> {
        self.get("username").map(RawPassword::expose)
    }

    /// Returns the names in order. A backend that wants others does not take part (Django binds its signature).
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// Returns the names and values that a signal or a log may show (Django's `_clean_credentials`).
    #[must_use]
    pub fn cleaned(&self) -> Vec<(String, String)> {
        clean_credentials(self.0.iter().map(|(name, value)| (name.as_str(), value.expose())))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Credentials").field(&self.names().collect::<Vec<_>>()).finish()
    }
}

/// Replaces the values whose *names* sound secret with twenty asterisks (Django's `_clean_credentials`).
///
/// It is a search for `api`, `token`, `key`, `secret`, `password` and `signature`, in any case: `monkey` is hidden,
/// `passcode` is not.
pub fn clean_credentials<'a>(
    credentials: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Vec<(String, String)> {
    let clean = |(name, value): (&str, &str)| {
        let value = if is_sensitive(name) { CLEANSED } else { value };
        (name.to_owned(), value.to_owned())
    };
    credentials.into_iter().map(clean).collect()
}

fn is_sensitive(name: &str) -> bool {
    let name: String = name.chars().map(ignore_case).collect();
    SENSITIVE.iter().any(|word| name.contains(word))
}

/// Maps the letters that Python's `re.IGNORECASE` takes for an ASCII letter to its small form.
fn ignore_case(c: char) -> char {
    match c {
        'İ' | 'ı' => 'i',
        'ſ' => 's',
        '\u{212a}' => 'k',
        _ => c.to_ascii_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_their_names() {
        for name in [
            "password",
            "Password2",
            "hotkeys",
            "monkey",
            "apiary",
            "to\u{212a}en",
            "ſecret",
            "SİGNATURE",
            "APı",
        ] {
            assert_eq!(clean_credentials([(name, "hidden")]), [(name.to_owned(), CLEANSED.to_owned())]);
        }
        for name in ["username", "PassPhrase", "passcode", "", "k\u{65}", "ａpi", "pass word"] {
            assert_eq!(clean_credentials([(name, "shown")]), [(name.to_owned(), "shown".to_owned())]);
        }
        assert!(clean_credentials([]).is_empty());
    }

    #[test]
    fn order_is_kept_and_a_name_counts_once() {
        let credentials = Credentials::password("lin", RawPassword::new("a"))
            .with("code", RawPassword::new("1"))
            .with("password", RawPassword::new("b"));
        assert_eq!(credentials.names().collect::<Vec<_>>(), ["username", "password", "code"]);
        assert_eq!(credentials.get("password").map(RawPassword::expose), Some("b"));
        assert_eq!(credentials.get("token").map(RawPassword::expose), None);
        assert_eq!(
            credentials.cleaned(),
            [("username", "lin"), ("password", CLEANSED), ("code", "1")]
                .map(|(a, b)| (a.to_owned(), b.to_owned()))
        );
    }

    #[test]
    fn s117_debug_shows_no_value() {
        let credentials = Credentials::password("canary", RawPassword::new("canary"));
        assert!(!format!("{credentials:?}").contains("canary"));
    }
}
