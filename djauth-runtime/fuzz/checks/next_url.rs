//! Where a visitor asks to be sent: a browser must never end up elsewhere.

use djauth_runtime::{
    redirect::{Origin, redirect_location, safe_next, url_has_allowed_host_and_scheme},
    url::Scheme,
};
use url::Url;

/// The data is the `next` of a page on safe.test.
pub(crate) fn check(data: &[u8]) {
    let next = String::from_utf8_lossy(data);
    let page = Url::parse("https://safe.test/login/").expect("it is a URL");

    // Django's rule holds for what `redirect_location` makes of the text.
    if url_has_allowed_host_and_scheme(&next, &["safe.test"], Scheme::Https)
        && let Ok(location) = redirect_location(&next)
        && let Ok(target) = page.join(&location)
    {
        assert_eq!(target.origin(), page.origin(), "Django's rule lets {next:?} lead to {target}");
    }

    // The strict one holds for the text as it is, and after dots and doubled slashes are gone.
    let partner = Origin::parse("https://partner.test").expect("it is an origin");
    if let Some(next) = safe_next(&next, &[partner]) {
        let target = page.join(next).expect("what is safe is a URL");
        let hosts = ["https://safe.test", "https://partner.test"];
        assert!(
            hosts.contains(&target.origin().ascii_serialization().as_str()),
            "{next:?} leads to {target}"
        );
        assert!(!next.starts_with('/') || target.origin() == page.origin(), "{next:?} leads to {target}");
    }
}
