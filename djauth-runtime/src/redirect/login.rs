//! The way to the login page.

use super::{NextRule, RedirectError, UrlNames, one_leading_slash, redirect_location, resolve_url};
use crate::url::{QueryDict, RequestUrl, urlsplit};

/// How visitors are sent to the login page.
#[derive(Clone, Copy)]
pub struct LoginRedirect<'a> {
    /// URL of the login page or its name (Django's `login_url`, else `LOGIN_URL`).
    pub login_url: &'a str,
    /// The query field for the way back (Django's `redirect_field_name`); empty for none.
    pub redirect_field_name: &'a str,
    /// What knows the names of URLs.
    pub names: &'a dyn UrlNames,
    /// With [`NextRule::Strict`] the way back keeps one leading slash (rule S84).
    pub rule: NextRule,
}

impl LoginRedirect<'_> {
    /// Returns the `Location` of the login page with `next` as the way back (Django's `redirect_to_login`).
    ///
    /// A field of that name in the login URL is replaced, others keep their order.
    ///
    /// # Errors
    /// Those of [`resolve_url`] and [`redirect_location`].
    pub fn to(&self, next: &str) -> Result<String, RedirectError> {
        self.location(&resolve_url(self.login_url, self.names)?, next)
    }

    /// Returns the `Location` for a request that needs a login first (Django's `@login_required` and its kin).
    ///
    /// The way back is the path of the request, or the whole URL if the login page is on another site.
    ///
    /// # Errors
    /// Those of [`resolve_url`] and [`redirect_location`].
    pub fn from_request(&self, request: &RequestUrl<'_>) -> Result<String, RedirectError> {
        let login_url = resolve_url(self.login_url, self.names)?;
        let login = urlsplit(&login_url)?;
        let scheme_is_ours = login.scheme.is_empty() || login.scheme == request.scheme.to_string();
        let host_is_ours = login.netloc.is_empty() || login.netloc == request.host;
        if !(scheme_is_ours && host_is_ours) {
            return self.location(&login_url, &request.absolute_uri());
        }
        let path = request.full_path();
        match self.rule {
            NextRule::Strict => self.location(&login_url, &one_leading_slash(&path)),
            NextRule::Django => self.location(&login_url, &path),
        }
    }

    fn location(&self, login_url: &str, next: &str) -> Result<String, RedirectError> {
        let mut login = urlsplit(login_url)?;
        if !self.redirect_field_name.is_empty() {
            let mut query = QueryDict::parse(&login.query)?;
            query.set(self.redirect_field_name, next);
            login.query = query.urlencode();
        }
        redirect_location(&login.geturl())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{redirect::AuthUrls, url::Scheme};

    fn to(login_url: &str, field: &str, next: &str) -> Result<String, RedirectError> {
        let names = AuthUrls::mounted_at("/");
        LoginRedirect { login_url, redirect_field_name: field, names: &names, rule: NextRule::Django }
            .to(next)
    }

    fn from_request(scheme: Scheme, host: &str, path: &str, login_url: &str, rule: NextRule) -> String {
        let names = AuthUrls::mounted_at("/");
        let redirect = LoginRedirect { login_url, redirect_field_name: "next", names: &names, rule };
        redirect.from_request(&RequestUrl::new(scheme, host, path)).unwrap_or_else(|error| error.to_string())
    }

    #[test]
    fn the_way_back_is_added_as_in_django() {
        for (next, login_url, location) in [
            ("/a/", "/accounts/login/", "/accounts/login/?next=/a/"),
            ("/a/?b=1&c=2", "/accounts/login/", "/accounts/login/?next=/a/%3Fb%3D1%26c%3D2"),
            ("http://h/x", "/in?x=1#top", "/in?x=1&next=http%3A//h/x#top"),
            ("/é", "/accounts/login/", "/accounts/login/?next=/%C3%A9"),
            (
                "/basket/?n=2&é",
                "/enter/?b=1&a=2&b=3&next=/gone/#top",
                "/enter/?b=1&b=3&a=2&next=/basket/%3Fn%3D2%26%C3%A9#top",
            ),
            ("/x", "login", "/login/?next=/x"),
            ("", "HTTPS://Sso.test?", "https://Sso.test?next="),
        ] {
            assert_eq!(to(login_url, "next", next), Ok(location.to_owned()));
        }
        assert_eq!(to("/in?a=b+c&", "", "/x"), Ok("/in?a=b+c&".to_owned()));
    }

    #[test]
    fn bad_login_urls_are_errors() {
        assert!(matches!(to("tel:+1/2", "next", "/x"), Err(RedirectError::DisallowedRedirect(_))));
        assert!(matches!(to("/in", "next", &"x".repeat(16376)), Err(RedirectError::DisallowedRedirect(_))));
        assert!(to("/in", "next", &"x".repeat(16375)).is_ok());
        assert!(matches!(to("nowhere", "next", "/x"), Err(RedirectError::NoReverseMatch(_))));
        assert!(matches!(to("//[x/", "next", "/x"), Err(RedirectError::Malformed(_))));
        assert!(matches!(
            to(&format!("/?{}", "&".repeat(1000)), "next", ""),
            Err(RedirectError::Malformed(_))
        ));
    }

    #[test]
    fn the_way_back_is_a_path_on_the_same_site_and_a_url_from_another() {
        for (scheme, host, path, login_url, location) in [
            (
                Scheme::Http,
                "shop.test:8000",
                "/orders/7;v=2/?tab=%C3%A9",
                "http://shop.test:8000/enter/",
                "http://shop.test:8000/enter/?next=/orders/7%253Bv%253D2/%3Ftab%3D%25C3%25A9",
            ),
            (
                Scheme::Https,
                "shop.test",
                "/orders/",
                "http://shop.test/enter/",
                "http://shop.test/enter/?next=https%3A//shop.test/orders/",
            ),
            (Scheme::Https, "shop.test", "/a", "//shop.test/in", "//shop.test/in?next=/a"),
            (Scheme::Http, "shop.test", "/a", "//Shop.test/in", "//Shop.test/in?next=http%3A//shop.test/a"),
        ] {
            assert_eq!(from_request(scheme, host, path, login_url, NextRule::Django), location);
        }
    }

    #[test]
    fn s84_the_way_back_keeps_one_leading_slash() {
        let location = |rule| from_request(Scheme::Http, "shop.test", "//evil.test/?a", "/in", rule);
        assert_eq!(location(NextRule::Strict), "/in?next=/evil.test/%3Fa");
        assert_eq!(location(NextRule::Django), "/in?next=//evil.test/%3Fa");
    }
}
