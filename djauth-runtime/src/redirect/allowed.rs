//! Django's rule for targets that a visitor names.

use crate::{
    text,
    url::{Scheme, urlsplit},
};

/// How many characters such a target may have (Django's `MAX_URL_LENGTH`).
const MAX_URL_LENGTH: usize = 2048;

/// Returns whether a redirect to `url` stays here or goes to one of `allowed_hosts` (Django's function of this name).
///
/// Hosts are compared as text: case, port, user information and a final dot all count. `seen_over` is how the request
/// came: [`Scheme::Https`] is Django's `require_https=True`. White space around the URL is not looked at, although the
/// text that is sent later has it.
///
/// The answer is meant for a `Location` header, where [`redirect_location`](super::redirect_location) encodes tabs and
/// line breaks. In a link a browser would delete them, and `//` tab `/evil.test`, which Django allows, would lead away;
/// [`safe_next`](super::safe_next) refuses it.
#[must_use]
pub fn url_has_allowed_host_and_scheme(
    url: &str,
    allowed_hosts: &[impl AsRef<str>],
    seen_over: Scheme,
) -> bool {
    let url = text::strip(url);
    // Browsers take `\` for `/`, except where it is part of user information: both readings must be safe.
    is_allowed(url, allowed_hosts, seen_over) && is_allowed(&url.replace('\\', "/"), allowed_hosts, seen_over)
}

fn is_allowed(url: &str, allowed_hosts: &[impl AsRef<str>], seen_over: Scheme) -> bool {
    // Browsers skip any number of slashes before the host, and `urlsplit` does not. Some also skip control characters
    // in front.
    if url.starts_with("///")
        || url.chars().next().is_none_or(text::is_other)
        || text::len(url) > MAX_URL_LENGTH
    {
        return false;
    }
    let Ok(parts) = urlsplit(url) else { return false };
    let host_is_allowed = if parts.netloc.is_empty() {
        // `http:///host` has a host for browsers.
        parts.scheme.is_empty()
    } else {
        allowed_hosts.iter().any(|host| host.as_ref() == parts.netloc)
    };
    let scheme_is_allowed = match (parts.scheme.as_str(), seen_over) {
        ("" | "http", Scheme::Https) => parts.scheme.is_empty() && parts.netloc.is_empty(),
        ("" | "http", Scheme::Http) | ("https", _) => true,
        _ => false,
    };
    host_is_allowed && scheme_is_allowed
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::redirect::redirect_location;

    /// The hostile beginnings, hosts and ends that tests put together.
    pub(in crate::redirect) fn hostile_urls() -> impl Iterator<Item = String> {
        #[rustfmt::skip]
        let leads = [
            "", " ", "\t", "\n", "\0", "\u{8}", "\u{1c}", "\u{85}", "\u{a0}", "\u{200b}", "\u{2003}",
            ".",
        ];
        #[rustfmt::skip]
        let starts = [
            "//", "/\\", "\\/", "\\\\", "///", "/\\/", "/\t/", "/\n\\", "/%09/", "/.//", "/..//",
            "/%2f/", ";//", "http:", "http:/", "http:\\", "http://", "https:///", "hTTps:\\\\",
            "h\nttp://", "ftp://", "javascript:", "java\tscript://", "data:", "///\\", "//\u{200d}",
            "？//", "/／", "", "/", "?", "#", "@", ":",
        ];
        #[rustfmt::skip]
        let hosts = [
            "evil.test", "example.com.evil.test", "example.com@evil.test", "evil.test\\@example.com",
            "example.com\\@evil.test", "example.com:80@evil.test", "evil.test%2f@example.com",
            "example.com\u{2100}.evil.test", "evil.test／example.com", "evil\u{3002}test", "[::1]",
            "[evil.test", "example.com", "EXAMPLE.com", "example.com.", "example.com:443", "ｅxample.com",
            "example.com\t", "example.com#@evil.test", "example.com?@evil.test",
        ];
        let every = move |lead: &'static str| {
            starts.into_iter().flat_map(move |start| hosts.map(|host| format!("{lead}{start}{host}/x")))
        };
        leads.into_iter().flat_map(every)
    }

    /// Asserts that a browser at `https://example.com/a/b` stays there when it gets `url` in a `Location` header.
    fn assert_location_stays(url: &str) {
        if let Ok(location) = redirect_location(url) {
            assert_stays(&location);
        }
    }

    /// Asserts that a browser at `https://example.com/a/b` stays there when it follows `url`.
    pub(in crate::redirect) fn assert_stays(url: &str) {
        let base = ::url::Url::parse("https://example.com/a/b").expect("a constant URL");
        let Ok(target) = base.join(url) else { return };
        assert_eq!(target.host_str(), Some("example.com"), "{url:?} leads to {target}");
        assert!(matches!(target.scheme(), "http" | "https"), "{url:?} leads to {target}");
    }

    fn is_safe(url: &str) -> bool {
        url_has_allowed_host_and_scheme(url, &["testserver", "testserver2"], Scheme::Http)
    }

    fn assert_refused(urls: &[&str]) {
        for url in urls {
            assert!(!is_safe(url), "{url:?}");
        }
    }

    #[test]
    fn s83_other_hosts_and_schemes_are_refused() {
        assert_refused(&[
            "",
            "\n",
            "http://example.com",
            "https://example.com",
            "ftp://example.com",
            r#"javascript:alert("XSS")"#,
            "http:999999999",
            "ftp:9999999999",
            "http://[2001:cdba:0000:0000:0000:0000:3257:9652/",
            "http://2001:cdba:0000:0000:0000:0000:3257:9652]/",
        ]);
    }

    #[test]
    fn s83_cve_2014_3730_malformed_hosts_are_refused() {
        assert_refused(&[
            "///x",
            "http:///example.com",
            r"\\example.com",
            r"\\\example.com",
            r"/\\/example.com",
            r"\\//example.com",
            r"/\/example.com",
            r"\/example.com",
            r"/\example.com",
            r"http:/\//example.com",
            r"http:\/example.com",
            r"http:/\example.com",
        ]);
    }

    #[test]
    fn s83_cve_2015_2317_control_characters_are_no_disguise() {
        assert_refused(&["\u{8}//example.com", "\njavascript:alert(x)", "java\nscript:alert(x)"]);
    }

    #[test]
    fn s83_cve_2016_2512_user_information_is_no_disguise() {
        assert_refused(&[
            r"http://otherserver\@example.com",
            r"http:\\testserver\@example.com",
            r"http://testserver\me:pass@example.com",
            r"http://testserver\@example.com",
            r"http:\\testserver\confirm\me@example.com",
        ]);
    }

    #[test]
    fn s83_urls_of_this_site_are_allowed() {
        for url in [
            "/view/?param=http://example.com",
            "/view/?param=https://example.com",
            "/view?param=ftp://example.com",
            "view/?param=//example.com",
            "https://testserver/",
            "HTTPS://testserver/",
            "//testserver/",
            "http://testserver2/confirm?email=me@example.com",
            "/url%20with%20spaces/",
            "path/http:2222222222",
        ] {
            assert!(is_safe(url), "{url:?}");
        }
    }

    #[test]
    fn a_secure_request_is_sent_to_secure_pages_only() {
        for (url, over_http, over_https) in [
            ("/next/", true, true),
            ("//example.com", true, false),
            ("http://example.com/", true, false),
            ("https://example.com/x", true, true),
            ("relative", true, true),
            ("http://example.com:8000/", false, false),
            ("http://user@example.com/", false, false),
            ("https://Example.com/", false, false),
            ("\t/x", true, true),
        ] {
            let is_safe = |scheme| url_has_allowed_host_and_scheme(url, &["example.com"], scheme);
            assert_eq!([is_safe(Scheme::Http), is_safe(Scheme::Https)], [over_http, over_https], "{url:?}");
        }
        let bare: [&str; 0] = [];
        assert!(!url_has_allowed_host_and_scheme("//example.com", &bare, Scheme::Http));
        assert!(url_has_allowed_host_and_scheme(
            "\u{2003}https://safe.test:444/a",
            &["safe.test:444"],
            Scheme::Https
        ));
        assert!(!url_has_allowed_host_and_scheme("/\t/other.test", &["safe.test"], Scheme::Http));
    }

    #[test]
    fn s83_cve_2025_27556_length_is_bounded_in_characters() {
        let just = format!("/{}", "é".repeat(MAX_URL_LENGTH - 1));
        assert!(is_safe(&just));
        assert!(!is_safe(&format!("{just}e")));
    }

    #[test]
    fn s83_hostile_urls_that_pass_stay_on_the_site() {
        let urls: Vec<String> = hostile_urls().collect();
        let passed: Vec<&String> = urls
            .iter()
            .filter(|url| url_has_allowed_host_and_scheme(url, &["example.com"], Scheme::Http))
            .collect();
        assert!(urls.len() > 8000 && passed.len() > 400, "{} of {}", passed.len(), urls.len());
        passed.into_iter().for_each(|url| assert_location_stays(url));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn s83_what_passes_stays_on_the_site(
            url in r"[ \t\n\x00\u{a0}]{0,2}(https?|java|)[:/\\\t]{0,4}(example\.com|evil\.test|[@:\[\]/\\#?\u{2100}.%x\n]){0,5}"
        ) {
            if url_has_allowed_host_and_scheme(&url, &["example.com"], Scheme::Http) {
                assert_location_stays(&url);
            }
        }

        #[test]
        fn s83_no_text_panics(url in any::<String>()) {
            if url_has_allowed_host_and_scheme(&url, &["example.com"], Scheme::Http) {
                assert_location_stays(&url);
            }
        }
    }
}
