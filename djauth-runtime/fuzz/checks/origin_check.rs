//! Where a form comes from: only what a browser sends from our own pages, or a trusted one, passes.

use djauth_runtime::csrf::{CsrfRequest, OriginPolicy};
use url::Url;

/// The data is a Host header, an Origin and a Referer, one on each line; a line that is missing or a dash is no header.
pub(crate) fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut lines = text.split('\n');
    let host = lines.next().unwrap_or_default();
    let mut header = || lines.next().filter(|line| *line != "-");
    let (origin, referer) = (header(), header());
    let policy = OriginPolicy::new(["https://*.partner.test"], None, ["app.test", ".example.net"]);

    let request = CsrfRequest { host, secure: true, origin, referer, ..CsrfRequest::default() };
    if policy.check_origin(&request).is_ok() {
        let source = origin.or(referer).expect("over https there is an Origin or a Referer");
        assert!(
            !is_sent(source) || is_ours(source, host) || is_partner(source),
            "{source:?} passes for {host:?}"
        );
    }
    let Some(origin) = origin else { return };
    for (secure, scheme) in [(true, "https"), (false, "http")] {
        let passes = policy.check_origin(&CsrfRequest { secure, referer: None, ..request }).is_ok();
        let is_own = origin == format!("{scheme}://{host}");
        assert!(!passes || is_own || !is_sent(origin) || is_partner(origin), "another origin passes");
    }
    let cross = policy.check_fetch_site(&CsrfRequest { sec_fetch_site: Some("cross-site"), ..request });
    assert!(cross.is_err() || !is_sent(origin) || is_partner(origin), "another site passes");
}

/// Whether a browser sends such a header: it spells out what it has parsed, so nothing in it is left to be read in two
/// ways.
fn is_sent(source: &str) -> bool {
    Url::parse(source).is_ok_and(|url| url.as_str() == source || url.origin().ascii_serialization() == source)
}

/// Whether a browser would take both for the same host, and the host for one of those that are allowed.
fn is_ours(source: &str, host: &str) -> bool {
    let origin = |text: &str| Url::parse(text).ok().map(|url| url.origin());
    let Some(ours) = origin(&format!("https://{host}")) else { return false };
    let name = host.split(':').next().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
    let is_allowed = name == "app.test" || name == "example.net" || name.ends_with(".example.net");
    origin(source) == Some(ours) && is_allowed
}

fn is_partner(source: &str) -> bool {
    let host = Url::parse(source).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    host == "partner.test" || host.ends_with(".partner.test")
}
