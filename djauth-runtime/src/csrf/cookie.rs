//! What one request does to the secret: reads it, shows it in forms, replaces it.

use super::CsrfSecret;
use crate::error::Result;

/// A request's secret, and whether the response has to send it (`CSRF_COOKIE` and `CSRF_COOKIE_NEEDS_UPDATE` of Django's
/// `request.META`).
#[derive(Debug, Clone, Default)]
pub struct CsrfCookie {
    secret: Option<CsrfSecret>,
    needs_update: bool,
}

impl CsrfCookie {
    /// Reads the cookie. A malformed one is replaced by a new secret (`process_request`).
    ///
    /// # Errors
    /// [`Error::Unavailable`](crate::Error::Unavailable) when the system's generator fails, here and below.
    pub fn read(cookie: Option<&str>) -> Result<Self> {
        let mut state = Self::default();
        match cookie.map(CsrfSecret::parse) {
            None => {}
            Some(Ok(secret)) => state.secret = Some(secret),
            Some(Err(_)) => state.rotate()?,
        }
        Ok(state)
    }

    /// Returns a freshly masked token for a form (`get_token`). The cookie is sent again, so that it lives as long as the
    /// page may need it.
    ///
    /// # Errors
    /// As [`CsrfCookie::read`].
    pub fn token(&mut self) -> Result<String> {
        self.needs_update = true;
        match &self.secret {
            Some(secret) => secret.mask(),
            None => self.secret.insert(CsrfSecret::generate()?).mask(),
        }
    }

    /// Draws a new secret (`rotate_token`). Login and logout do, so that a secret planted before is worthless.
    ///
    /// # Errors
    /// As [`CsrfCookie::read`].
    pub fn rotate(&mut self) -> Result<()> {
        self.secret = Some(CsrfSecret::generate()?);
        self.needs_update = true;
        Ok(())
    }

    /// Returns the request's secret, if it has one.
    #[must_use]
    pub fn secret(&self) -> Option<&CsrfSecret> {
        self.secret.as_ref()
    }

    /// Returns the secret that the response sets as cookie, if it has to. The response then varies on `Cookie`.
    #[must_use]
    pub fn to_send(&self) -> Option<&CsrfSecret> {
        self.secret().filter(|_| self.needs_update)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    const SECRET: &str = "ReferenceSecretOf32Characters012";

    #[test]
    fn the_cookie_is_sent_only_when_a_page_used_it_or_it_changed() {
        assert!(CsrfCookie::read(None).unwrap().to_send().is_none());
        let mut state = CsrfCookie::read(Some(SECRET)).unwrap();
        assert!(state.to_send().is_none());
        let token = state.token().unwrap();
        assert_eq!(state.to_send().unwrap().expose(), SECRET);
        assert_eq!(CsrfSecret::parse(&token).unwrap().expose(), SECRET);
    }

    #[test]
    fn a_first_page_and_a_malformed_cookie_get_a_new_secret() {
        let mut first = CsrfCookie::default();
        let token = first.token().unwrap();
        assert_eq!(first.to_send(), Some(&CsrfSecret::parse(&token).unwrap()));
        assert!(CsrfCookie::read(Some("x")).unwrap().to_send().is_some());
    }

    #[test]
    fn s81_rotation_replaces_the_secret() {
        let mut state = CsrfCookie::read(Some(SECRET)).unwrap();
        state.rotate().unwrap();
        assert_ne!(state.to_send().unwrap().expose(), SECRET);
    }
}
