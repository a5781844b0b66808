//! The text of `Set-Cookie`, with its attributes in Django's order.

use djauth_runtime::{
    ImproperlyConfigured, Result,
    settings::{Profile, SameSite, Settings},
};
use http::HeaderValue;
use time::{Duration, OffsetDateTime, format_description::BorrowedFormatItem, macros::format_description};

/// How long a browser keeps the CSRF cookie (Django's `CSRF_COOKIE_AGE`).
pub(super) const CSRF_COOKIE_AGE: Duration = Duration::weeks(52);

const HTTP_DATE: &[BorrowedFormatItem<'_>] =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");

/// A cookie of ours, but for its value.
#[derive(Debug, Clone, Copy)]
pub(super) struct CookieKind<'a> {
    name: &'a str,
    domain: Option<&'a str>,
    path: &'a str,
    same_site: SameSite,
    http_only: bool,
    secure: bool,
}

impl<'a> CookieKind<'a> {
    pub(super) fn session(settings: &'a Settings) -> Self {
        Self {
            name: settings.session_cookie_name(),
            domain: settings.session_cookie_domain.as_deref(),
            path: &settings.session_cookie_path,
            same_site: settings.session_cookie_samesite,
            http_only: true,
            secure: !settings.dangerous_insecure_cookies,
        }
    }

    pub(super) fn csrf(settings: &'a Settings) -> Self {
        Self {
            name: settings.csrf_cookie_name(),
            domain: None,
            path: "/",
            same_site: SameSite::Lax,
            // Scripts of a Django site may read it there.
            http_only: settings.profile != Profile::Django,
            secure: !settings.dangerous_insecure_cookies,
        }
    }

    /// Sets the cookie; without an age it ends with the browser.
    pub(super) fn set(
        &self,
        value: &str,
        max_age: Option<Duration>,
        now: OffsetDateTime,
    ) -> Result<HeaderValue> {
        let expires = max_age.map(|age| (age.whole_seconds(), now.saturating_add(age)));
        self.header(value, expires)
    }

    /// Removes the cookie, with the attributes it was set with: else some browsers keep it (rule S56).
    pub(super) fn remove(&self) -> Result<HeaderValue> {
        self.header("\"\"", Some((0, OffsetDateTime::UNIX_EPOCH)))
    }

    fn header(&self, value: &str, expires: Option<(i64, OffsetDateTime)>) -> Result<HeaderValue> {
        let mut text = format!("{}={value}", self.name);
        let mut attribute = |name: &str, value: &str| {
            text.push_str("; ");
            text.push_str(name);
            if !value.is_empty() {
                text.push('=');
                text.push_str(value);
            }
        };
        if let Some(domain) = self.domain {
            attribute("Domain", domain);
        }
        if let Some((_, at)) = expires {
            attribute("expires", &at.format(HTTP_DATE).unwrap_or_default());
        }
        if self.http_only {
            attribute("HttpOnly", "");
        }
        if let Some((age, _)) = expires {
            attribute("Max-Age", &age.to_string());
        }
        attribute("Path", self.path);
        attribute(
            "SameSite",
            match self.same_site {
                SameSite::Lax => "Lax",
                SameSite::Strict => "Strict",
                SameSite::None => "None",
            },
        );
        if self.secure {
            attribute("Secure", "");
        }
        HeaderValue::try_from(text).map_err(|_| {
            ImproperlyConfigured::new(format!(
                "the cookie `{}` has a name, domain or path that fits no header; mend the settings",
                self.name
            ))
            .into()
        })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-11-20 05:18:07 UTC);

    #[test]
    fn s55_the_session_cookie_has_every_attribute() {
        let settings = Settings::default();
        let cookie = CookieKind::session(&settings).set("key", Some(Duration::days(14)), NOW).unwrap();
        assert_eq!(
            cookie,
            "__Host-sessionid=key; expires=Fri, 04 Dec 2026 05:18:07 GMT; HttpOnly; Max-Age=1209600; Path=/; \
             SameSite=Lax; Secure"
        );
    }

    #[test]
    fn the_django_profiles_cookie_is_djangos() {
        let mut settings = Settings::django();
        let session = |settings: &Settings, age| CookieKind::session(settings).set("key", age, NOW).unwrap();
        assert_eq!(
            session(&settings, Some(Duration::days(14))),
            "sessionid=key; expires=Fri, 04 Dec 2026 05:18:07 GMT; HttpOnly; Max-Age=1209600; Path=/; SameSite=Lax"
        );
        assert_eq!(session(&settings, None), "sessionid=key; HttpOnly; Path=/; SameSite=Lax");
        settings.session_cookie_domain = Some(".x.test".to_owned());
        settings.session_cookie_path = "/app/".to_owned();
        settings.session_cookie_samesite = SameSite::Strict;
        settings.dangerous_insecure_cookies = false;
        assert_eq!(
            session(&settings, None),
            "sessionid=key; Domain=.x.test; HttpOnly; Path=/app/; SameSite=Strict; Secure"
        );
        let csrf = CookieKind::csrf(&Settings::django()).set("s", Some(CSRF_COOKIE_AGE), NOW).unwrap();
        assert_eq!(
            csrf,
            "csrftoken=s; expires=Fri, 19 Nov 2027 05:18:07 GMT; Max-Age=31449600; Path=/; SameSite=Lax"
        );
    }

    #[test]
    fn s56_the_removal_cookie_has_the_same_attributes() {
        for settings in [Settings::default(), Settings::development(), Settings::django()] {
            for kind in [CookieKind::session(&settings), CookieKind::csrf(&settings)] {
                let parts = |header: HeaderValue| -> Vec<String> {
                    let text = header.to_str().unwrap().to_owned();
                    let own = |part: &&str| !part.starts_with("expires=") && !part.starts_with("Max-Age=");
                    text.split("; ").skip(1).filter(own).map(str::to_owned).collect()
                };
                let set = kind.set("key", Some(Duration::days(1)), NOW).unwrap();
                let remove = kind.remove().unwrap();
                assert!(remove.to_str().unwrap().contains("expires=Thu, 01 Jan 1970 00:00:00 GMT"));
                assert_eq!(parts(set), parts(remove));
            }
        }
    }

    #[test]
    fn a_cookie_that_fits_no_header_is_an_error() {
        let mut settings = Settings::default();
        settings.session_cookie_path = "/\r\nX: y".to_owned();
        assert!(CookieKind::session(&settings).set("key", None, NOW).is_err());
    }
}
