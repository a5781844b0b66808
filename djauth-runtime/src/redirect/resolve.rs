//! URLs by name.

use super::RedirectError;

/// Finds the URL that a name stands for (Django's `reverse`, without arguments).
pub trait UrlNames {
    /// Returns the URL, or `None` if nothing of this name is mounted or it needs arguments.
    fn reverse(&self, name: &str) -> Option<String>;
}

impl<F: Fn(&str) -> Option<String>> UrlNames for F {
    fn reverse(&self, name: &str) -> Option<String> {
        self(name)
    }
}

/// The names and paths of `django.contrib.auth.urls`, in its order.
pub const AUTH_URLS: [(&str, &str); 8] = [
    ("login", "login/"),
    ("logout", "logout/"),
    ("password_change", "password_change/"),
    ("password_change_done", "password_change/done/"),
    ("password_reset", "password_reset/"),
    ("password_reset_done", "password_reset/done/"),
    ("password_reset_confirm", "reset/<uidb64>/<token>/"),
    ("password_reset_complete", "reset/done/"),
];

/// [`AUTH_URLS`], mounted under a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthUrls {
    prefix: String,
}

impl AuthUrls {
    /// Mounts the URLs under a path such as `/accounts/`.
    #[must_use]
    pub fn mounted_at(prefix: &str) -> Self {
        Self { prefix: format!("{}/", prefix.trim_end_matches('/')) }
    }

    /// Returns the path of a reset link; the parts are those that the token generator makes, fit for a URL as they are.
    #[must_use]
    pub fn password_reset_confirm(&self, uidb64: &str, token: &str) -> String {
        format!("{}reset/{uidb64}/{token}/", self.prefix)
    }
}

impl UrlNames for AuthUrls {
    fn reverse(&self, name: &str) -> Option<String> {
        let (_, path) = AUTH_URLS.iter().find(|(known, path)| *known == name && !path.contains('<'))?;
        Some(format!("{}{path}", self.prefix))
    }
}

/// Returns the URL for a name or a URL (Django's `resolve_url`).
///
/// What begins with `./` or `../` is a URL; then a name that `names` knows; then what has a `/` or a `.` is a URL.
///
/// # Errors
/// [`RedirectError::NoReverseMatch`] for anything else.
pub fn resolve_url(to: &str, names: &dyn UrlNames) -> Result<String, RedirectError> {
    if to.starts_with("./") || to.starts_with("../") {
        return Ok(to.to_owned());
    }
    match names.reverse(to) {
        Some(url) => Ok(url),
        None if to.contains(['/', '.']) => Ok(to.to_owned()),
        None => Err(RedirectError::NoReverseMatch(to.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_urls_are_resolved_as_in_django() {
        let names = AuthUrls::mounted_at("/");
        for (to, url) in [
            ("login", "/login/"),
            ("password_reset_complete", "/reset/done/"),
            ("./login", "./login"),
            ("../x", "../x"),
            ("index.html", "index.html"),
            ("http://h/", "http://h/"),
        ] {
            assert_eq!(resolve_url(to, &names), Ok(url.to_owned()));
        }
        for to in ["", "nothing", "password_reset_confirm", "Login", "login?x", "tel:1"] {
            assert_eq!(resolve_url(to, &names), Err(RedirectError::NoReverseMatch(to.to_owned())));
        }
    }

    #[test]
    fn urls_are_mounted_anywhere() {
        let names = AuthUrls::mounted_at("/accounts");
        assert_eq!(names.reverse("logout").as_deref(), Some("/accounts/logout/"));
        assert_eq!(names.password_reset_confirm("MQ", "a-b"), "/accounts/reset/MQ/a-b/");
        let own = |name: &str| (name == "home").then(|| "/".to_owned());
        assert_eq!(resolve_url("home", &own), Ok("/".to_owned()));
    }
}
