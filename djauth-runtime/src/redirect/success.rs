//! The way on after login or logout.

use super::{
    NextRule, Origin, RedirectError, UrlNames, resolve_url, safe_next, url_has_allowed_host_and_scheme,
};
use crate::url::{QueryDict, RequestUrl};

/// Where a visitor goes after login or logout (Django's `RedirectURLMixin`).
#[derive(Clone, Copy)]
pub struct SuccessUrl<'a> {
    /// The field that names the way back, in the form or in the query.
    pub redirect_field_name: &'a str,
    /// Other sites that may be named: hosts, or with [`NextRule::Strict`] also [origins](Origin::parse).
    pub allowed_hosts: &'a [String],
    /// The view's own target, a URL or a name (Django's `next_page`); empty for none.
    pub next_page: &'a str,
    /// The target otherwise (Django's `LOGIN_REDIRECT_URL`; for logout `LOGOUT_REDIRECT_URL`, else the request's path).
    pub default: &'a str,
    /// What knows the names of URLs.
    pub names: &'a dyn UrlNames,
    /// Which ways back are followed.
    pub rule: NextRule,
}

impl SuccessUrl<'_> {
    /// Returns the target (Django's `get_success_url()`): the way back if it is safe, else the view's own, else the
    /// default. It still has to go through [`redirect_location`](super::redirect_location).
    ///
    /// `posted` is the redirect field of the form, if the form has it.
    ///
    /// # Errors
    /// [`RedirectError::NoReverseMatch`] if the target is no URL and no known name; [`RedirectError::Malformed`] if the
    /// query has too many fields.
    pub fn get(&self, request: &RequestUrl<'_>, posted: Option<&str>) -> Result<String, RedirectError> {
        match self.way_back(request, posted)? {
            Some(url) => Ok(url),
            None if self.next_page.is_empty() => resolve_url(self.default, self.names),
            None => resolve_url(self.next_page, self.names),
        }
    }

    /// Returns the way back that the visitor named, if it is safe (Django's `get_redirect_url()`).
    ///
    /// An empty field in the form hides the one in the query; of several in the query the last counts.
    ///
    /// # Errors
    /// [`RedirectError::Malformed`] if the query has too many fields.
    pub fn way_back(
        &self,
        request: &RequestUrl<'_>,
        posted: Option<&str>,
    ) -> Result<Option<String>, RedirectError> {
        let query = QueryDict::parse(request.query)?;
        let named = posted.or_else(|| query.get(self.redirect_field_name));
        Ok(named.filter(|next| self.is_safe(next, request)).map(str::to_owned))
    }

    fn is_safe(&self, next: &str, request: &RequestUrl<'_>) -> bool {
        match self.rule {
            NextRule::Strict => {
                let allowed: Vec<Origin> =
                    self.allowed_hosts.iter().filter_map(|host| Origin::parse(host)).collect();
                safe_next(next, &allowed).is_some()
            }
            NextRule::Django => {
                let mut hosts = vec![request.host];
                hosts.extend(self.allowed_hosts.iter().map(String::as_str));
                url_has_allowed_host_and_scheme(next, &hosts, request.scheme)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{redirect::AuthUrls, url::Scheme};

    fn success_url(rule: NextRule, target: &str, posted: Option<&str>) -> Result<String, RedirectError> {
        let names = AuthUrls::mounted_at("/");
        let success = SuccessUrl {
            redirect_field_name: "next",
            allowed_hosts: &["partner.test".to_owned()],
            next_page: "",
            default: "password_change",
            names: &names,
            rule,
        };
        success.get(&RequestUrl::new(Scheme::Http, "testserver", target), posted)
    }

    #[test]
    fn the_way_back_is_followed_if_it_is_safe() {
        for (target, posted, url) in [
            ("/login/?next=/a/&next=https%3A//partner.test/%C3%BC", None, "https://partner.test/ü"),
            ("/login/?next=/a/", Some("/b/"), "/b/"),
            ("/login/?next=http://testserver/a", None, "http://testserver/a"),
            ("/login/?next=%20/a", None, " /a"),
            ("/login/?next=/a/", Some(""), "/password_change/"),
            ("/login/", Some("//evil.test"), "/password_change/"),
            ("/login/", None, "/password_change/"),
        ] {
            assert_eq!(success_url(NextRule::Django, target, posted), Ok(url.to_owned()), "{target}");
        }
    }

    #[test]
    fn s83_the_strict_rule_follows_paths_and_listed_origins() {
        for (next, url) in [
            ("/a/", "/a/"),
            ("https://partner.test/", "https://partner.test/"),
            ("http://partner.test/", "/password_change/"),
            ("http://testserver/a", "/password_change/"),
            (" /a", "/password_change/"),
            ("relative", "/password_change/"),
        ] {
            assert_eq!(success_url(NextRule::Strict, "/login/", Some(next)), Ok(url.to_owned()), "{next}");
        }
    }

    #[test]
    fn the_views_own_target_comes_before_the_default() {
        let names = AuthUrls::mounted_at("/");
        let success = SuccessUrl {
            redirect_field_name: "next",
            allowed_hosts: &[],
            next_page: "logout",
            default: "nowhere",
            names: &names,
            rule: NextRule::Django,
        };
        let request = RequestUrl::new(Scheme::Http, "testserver", "/login/");
        assert_eq!(success.get(&request, None), Ok("/logout/".to_owned()));
        let without = SuccessUrl { next_page: "", ..success };
        assert_eq!(without.get(&request, None), Err(RedirectError::NoReverseMatch("nowhere".to_owned())));
    }

    #[test]
    fn a_query_of_too_many_fields_is_an_error() {
        let target = format!("/login/?{}", "a&".repeat(1001));
        assert!(matches!(success_url(NextRule::Django, &target, None), Err(RedirectError::Malformed(_))));
    }
}
