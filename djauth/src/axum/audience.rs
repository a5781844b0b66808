//! Who reads the answer, a person or a program?

use djauth_runtime::settings::Profile;
use http::{
    HeaderMap, HeaderValue,
    header::{ACCEPT, AUTHORIZATION},
};

/// Who reads the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// A person, in a browser: pages and redirects.
    Browser,
    /// A program: statuses, and problem details (RFC 9457).
    Api,
}

impl Audience {
    /// Reads it from the request: whoever sends `Authorization`, fetches from a script, or does not accept HTML is a
    /// program. Django redirects programs, too.
    pub(crate) fn of(headers: &HeaderMap, profile: Profile) -> Self {
        if profile == Profile::Django {
            return Self::Browser;
        }
        // This runs for every request, and one pass costs a third of three look-ups.
        let mut takes_html = None;
        for (name, value) in headers {
            if *name == ACCEPT {
                takes_html = Some(takes_html == Some(true) || accepts_html(value));
            } else if *name == AUTHORIZATION || (name.as_str() == "sec-fetch-mode" && value != "navigate") {
                return Self::Api;
            }
        }
        if takes_html == Some(false) { Self::Api } else { Self::Browser }
    }
}

/// What includes HTML.
const HTML: [&str; 4] = ["text/html", "*/*", "application/xhtml+xml", "text/*"];

fn accepts_html(accept: &HeaderValue) -> bool {
    // So browsers begin.
    if accept.as_bytes().split(|byte| *byte == b',').next() == Some(b"text/html") {
        return true;
    }
    let accept = String::from_utf8_lossy(accept.as_bytes());
    accept.split(',').any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default();
        HTML.iter().any(|html| kind.eq_ignore_ascii_case(html))
            && !parts.any(|part| part.strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0_f32)))
    })
}

#[cfg(test)]
mod tests {
    use http::HeaderName;

    use super::*;

    fn audience(headers: &[(&'static str, &'static str)]) -> Audience {
        let pairs = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        Audience::of(&pairs.collect(), Profile::Default)
    }

    #[test]
    fn a_browser_that_navigates_gets_pages() {
        let chrome = ("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
        for headers in [
            &[][..],
            &[("accept", "*/*")],
            &[("accept", "TEXT/HTML ;q=0.1")],
            &[("accept", "application/json, text/*")],
            &[chrome, ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")],
        ] {
            assert_eq!(audience(headers), Audience::Browser, "{headers:?}");
        }
    }

    #[test]
    fn a_program_gets_problem_details() {
        for headers in [
            &[("accept", "application/json")][..],
            &[("accept", "")],
            &[("accept", "text/html;q=0")],
            &[("accept", "application/json, text/html;q=0")],
            &[("accept", "*/*"), ("sec-fetch-mode", "cors")],
            &[("accept", "text/html"), ("sec-fetch-mode", "same-origin")],
            &[("accept", "text/html"), ("authorization", "Bearer x")],
        ] {
            assert_eq!(audience(headers), Audience::Api, "{headers:?}");
        }
    }
}
