//! Where a request comes from: `Origin`, `Referer` and `Sec-Fetch-Site`.

use super::CsrfRejection;
use crate::url::{UrlError, is_allowed_host, is_same_domain, urlsplit};

/// What the check needs of a request. A header that was not sent is `None`; one that is sent empty is `Some("")`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CsrfRequest<'a> {
    /// The Host header, with its port.
    pub host: &'a str,
    /// Whether the request came over https.
    pub secure: bool,
    /// The port of the server, where it is not 443 or 80: it belongs to the host that the cookie's domain stands for.
    pub port: Option<u16>,
    /// The `Origin` header.
    pub origin: Option<&'a str>,
    /// The `Referer` header.
    pub referer: Option<&'a str>,
    /// The `Sec-Fetch-Site` header. One that came twice, or is no text, is `Some("")`: doubt denies.
    pub sec_fetch_site: Option<&'a str>,
}

/// Whose pages may send forms.
#[derive(Debug, Clone)]
pub struct OriginPolicy {
    /// Origins to be compared as text.
    exact: Vec<String>,
    /// Scheme and pattern of origins with a `*`.
    subdomains: Result<Vec<(String, String)>, UrlError>,
    /// The patterns of all trusted hosts, for the Referer, whose scheme is https anyway.
    hosts: Result<Vec<String>, UrlError>,
    cookie_domain: Option<String>,
    allowed_hosts: Vec<String>,
}

impl OriginPolicy {
    /// Makes the policy from the settings `CSRF_TRUSTED_ORIGINS`, `CSRF_COOKIE_DOMAIN` (or `SESSION_COOKIE_DOMAIN` with
    /// `CSRF_USE_SESSIONS`) and `ALLOWED_HOSTS`.
    ///
    /// A trusted origin that is no URL fails every check that comes as far as to it, as in Django.
    pub fn new<T: AsRef<str>, H: Into<String>>(
        trusted_origins: impl IntoIterator<Item = T>,
        cookie_domain: Option<&str>,
        allowed_hosts: impl IntoIterator<Item = H>,
    ) -> Self {
        let trusted: Vec<String> =
            trusted_origins.into_iter().map(|origin| origin.as_ref().to_owned()).collect();
        let pattern = |origin: &String| {
            let parts = urlsplit(origin)?;
            Ok((parts.scheme, parts.netloc.trim_start_matches('*').to_owned()))
        };
        let (patterns, exact) = trusted.iter().partition::<Vec<_>, _>(|origin| origin.contains('*'));
        Self {
            subdomains: patterns.into_iter().map(pattern).collect(),
            hosts: trusted.iter().map(|origin| Ok(pattern(origin)?.1)).collect(),
            exact: exact.into_iter().cloned().collect(),
            cookie_domain: cookie_domain.map(str::to_owned),
            allowed_hosts: allowed_hosts.into_iter().map(Into::into).collect(),
        }
    }

    /// Does what Django's middleware does before it looks at the token: the Origin header decides; where there is none,
    /// over https, the Referer.
    ///
    /// # Errors
    /// Django's reasons.
    pub fn check_origin(&self, request: &CsrfRequest<'_>) -> Result<(), CsrfRejection> {
        match request.origin {
            Some(origin) if self.is_own(request, origin) || self.is_trusted(origin)? => Ok(()),
            Some(origin) => Err(CsrfRejection::BadOrigin(origin.to_owned())),
            None if request.secure => self.check_referer(request),
            None => Ok(()),
        }
    }

    /// Decides for the default profile (rule S80): the browser's own word counts first, `same-origin` or `none`, and
    /// falls back on [`check_origin`](Self::check_origin) only for browsers that do not say.
    ///
    /// Another origin of the same site passes only as a trusted origin.
    ///
    /// # Errors
    /// [`CsrfRejection::CrossSite`], and Django's reasons.
    pub fn check_fetch_site(&self, request: &CsrfRequest<'_>) -> Result<(), CsrfRejection> {
        match request.sec_fetch_site {
            None => self.check_origin(request),
            Some("same-origin" | "none") => Ok(()),
            Some(_) => match request.origin {
                Some(origin) if self.is_trusted(origin)? => Ok(()),
                _ => Err(CsrfRejection::CrossSite),
            },
        }
    }

    fn is_own(&self, request: &CsrfRequest<'_>, origin: &str) -> bool {
        let scheme = if request.secure { "https://" } else { "http://" };
        self.allows(request.host) && origin.strip_prefix(scheme) == Some(request.host)
    }

    fn allows(&self, host: &str) -> bool {
        is_allowed_host(host, &self.allowed_hosts)
    }

    fn is_trusted(&self, origin: &str) -> Result<bool, CsrfRejection> {
        if self.exact.iter().any(|trusted| trusted == origin) {
            return Ok(true);
        }
        let Ok(parts) = urlsplit(origin) else { return Ok(false) };
        let mut subdomains = self.subdomains.as_ref().map_err(|error| *error)?.iter();
        Ok(subdomains
            .any(|(scheme, pattern)| *scheme == parts.scheme && is_same_domain(&parts.netloc, pattern)))
    }

    fn check_referer(&self, request: &CsrfRequest<'_>) -> Result<(), CsrfRejection> {
        let referer = request.referer.ok_or(CsrfRejection::NoReferer)?;
        let referer = urlsplit(referer).map_err(|_| CsrfRejection::MalformedReferer)?;
        if referer.scheme.is_empty() || referer.netloc.is_empty() {
            return Err(CsrfRejection::MalformedReferer);
        }
        if referer.scheme != "https" {
            return Err(CsrfRejection::InsecureReferer);
        }
        let mut hosts = self.hosts.as_ref().map_err(|error| *error)?.iter();
        let is_trusted = hosts.any(|pattern| is_same_domain(&referer.netloc, pattern));
        let is_own = || self.own_host(request).is_some_and(|own| is_same_domain(&referer.netloc, &own));
        if is_trusted || is_own() { Ok(()) } else { Err(CsrfRejection::BadReferer(referer.geturl())) }
    }

    /// Returns the cookie's domain, or without one the request's host, if it is allowed.
    fn own_host(&self, request: &CsrfRequest<'_>) -> Option<String> {
        match (&self.cookie_domain, request.port) {
            (None, _) => self.allows(request.host).then(|| request.host.to_owned()),
            (Some(domain), None | Some(443 | 80)) => Some(domain.clone()),
            (Some(domain), Some(port)) => Some(format!("{domain}:{port}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HTTPS: CsrfRequest<'static> = CsrfRequest {
        host: "app.example.net",
        secure: true,
        port: None,
        origin: None,
        referer: None,
        sec_fetch_site: None,
    };

    fn policy(trusted: &[&str], cookie_domain: Option<&str>, allowed: &[&str]) -> OriginPolicy {
        OriginPolicy::new(trusted, cookie_domain, allowed.iter().copied())
    }

    fn reason(answer: Result<(), CsrfRejection>) -> String {
        answer.map_or_else(|rejection| rejection.to_string(), |()| "ok".to_owned())
    }

    #[test]
    fn an_origin_must_be_our_own_or_trusted() {
        let policy = policy(&["https://*.example.org", "http://plain.test:81"], None, &[".example.net"]);
        for origin in [
            "https://app.example.net",
            "https://example.org",
            "https://a.b.example.org",
            "http://plain.test:81",
        ] {
            let request = CsrfRequest { origin: Some(origin), ..HTTPS };
            assert_eq!(policy.check_origin(&request), Ok(()), "{origin}");
        }
        for origin in [
            "",
            "null",
            "http://app.example.net",
            "https://app.example.net:443",
            "https://app.example.net/",
            "HTTPS://app.example.net",
            "http://a.example.org",
            "https://example.org:8000",
            "https://notexample.org",
            "https://plain.test:81",
            "https://[",
            "https://other.example.net",
        ] {
            let request =
                CsrfRequest { origin: Some(origin), referer: Some("https://app.example.net/"), ..HTTPS };
            let text = format!("Origin checking failed - {origin} does not match any trusted origins.");
            assert_eq!(reason(policy.check_origin(&request)), text);
        }
    }

    #[test]
    fn a_trusted_origin_that_is_no_url_fails_what_depends_on_it() {
        let policy = policy(&["https://[*", "https://partner.test"], None, &["*"]);
        let with = |origin| policy.check_origin(&CsrfRequest { origin: Some(origin), ..HTTPS });
        assert_eq!(with("https://app.example.net"), Ok(()));
        assert_eq!(with("https://partner.test"), Ok(()));
        let malformed = CsrfRejection::MalformedTrustedOrigin(UrlError::UnbalancedBrackets);
        assert_eq!(with("https://evil.test"), Err(malformed.clone()));
        let referer = CsrfRequest { referer: Some("https://app.example.net/"), ..HTTPS };
        assert_eq!(policy.check_origin(&referer), Err(malformed));
    }

    #[test]
    fn a_host_that_is_not_allowed_is_not_our_own() {
        let request = CsrfRequest { origin: Some("https://app.example.net"), ..HTTPS };
        assert!(policy(&[], None, &["other.test"]).check_origin(&request).is_err());
        let request = CsrfRequest { host: "app_1.test", origin: Some("https://app_1.test"), ..HTTPS };
        assert!(policy(&[], None, &["*"]).check_origin(&request).is_err());
    }

    #[test]
    fn over_https_a_missing_origin_needs_a_referer() {
        let policy = policy(&["http://*.partner.test"], None, &[".example.net"]);
        for (referer, text) in [
            (None, "Referer checking failed - no Referer."),
            (Some(""), "Referer checking failed - Referer is malformed."),
            (Some("https:///x"), "Referer checking failed - Referer is malformed."),
            (Some("https://[/"), "Referer checking failed - Referer is malformed."),
            (
                Some("http://app.example.net/"),
                "Referer checking failed - Referer is insecure while host is secure.",
            ),
            (
                Some("HTTPS://App.example.net/form?"),
                "Referer checking failed - https://App.example.net/form does not match any trusted origins.",
            ),
            (Some("https://app.example.net/form"), "ok"),
            (Some("https://www.partner.test"), "ok"),
        ] {
            assert_eq!(reason(policy.check_origin(&CsrfRequest { referer, ..HTTPS })), text);
        }
        assert_eq!(policy.check_origin(&CsrfRequest { secure: false, ..HTTPS }), Ok(()));
    }

    #[test]
    fn the_cookie_domain_stands_for_our_hosts_in_the_referer() {
        let policy = policy(&[], Some(".example.net"), &["*"]);
        let request = CsrfRequest { referer: Some("https://www.example.net/"), ..HTTPS };
        assert_eq!(policy.check_origin(&request), Ok(()));
        assert!(policy.check_origin(&CsrfRequest { port: Some(8443), ..request }).is_err());
        let referer = Some("https://www.example.net:8443/");
        assert_eq!(policy.check_origin(&CsrfRequest { port: Some(8443), referer, ..request }), Ok(()));
    }

    #[test]
    fn s80_the_browser_says_where_a_request_comes_from() {
        let policy = policy(&["https://partner.test"], None, &["*"]);
        let with = |sec_fetch_site, origin| {
            policy.check_fetch_site(&CsrfRequest { sec_fetch_site: Some(sec_fetch_site), origin, ..HTTPS })
        };
        assert_eq!(with("same-origin", None), Ok(()));
        assert_eq!(with("none", None), Ok(()));
        assert_eq!(with("cross-site", Some("https://partner.test")), Ok(()));
        for site in ["same-site", "cross-site", "", "Same-Origin", "same-origin, none"] {
            assert_eq!(with(site, None), Err(CsrfRejection::CrossSite), "{site}");
            assert_eq!(with(site, Some("https://app.example.net")), Err(CsrfRejection::CrossSite), "{site}");
        }
        assert_eq!(policy.check_fetch_site(&HTTPS), Err(CsrfRejection::NoReferer));
    }

    proptest! {
        #[test]
        fn s112_only_our_own_text_is_our_own_origin(origin in "(https?://)?[a-z.:/@\\[\\]*]{0,24}", any: String) {
            let policy = policy(&[], None, &["*"]);
            for origin in [origin.as_str(), &any] {
                let request = CsrfRequest { origin: Some(origin), ..HTTPS };
                prop_assert_eq!(policy.check_origin(&request).is_ok(), origin == "https://app.example.net");
                let request = CsrfRequest { host: origin, referer: Some(origin), ..HTTPS };
                let _ = policy.check_fetch_site(&request);
            }
        }
    }
}
