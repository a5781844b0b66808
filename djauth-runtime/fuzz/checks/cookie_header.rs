//! What a Cookie header may hold: one key that we could have made is a session, anything else is none.

use djauth_runtime::{
    request::SessionCookie,
    session::cookie::{Cookie, find_cookie},
};

const NAME: &str = "__Host-sessionid";

/// The data is the values of Cookie headers, one on each line.
pub(crate) fn check(data: &[u8]) {
    let headers = || data.split(|byte| *byte == b'\n');
    let named = headers().flat_map(|header| header.split(|byte| *byte == b';')).filter(|pair| {
        let name = pair.split(|byte| *byte == b'=').next().unwrap_or_default();
        pair.contains(&b'=') && name.trim_ascii() == NAME.as_bytes()
    });
    match (named.count(), find_cookie(headers(), NAME)) {
        (0, Cookie::Missing) | (1, Cookie::Once(_)) | (1.., Cookie::Unusable) => {}
        (count, found) => panic!("{count} session cookies are {found:?}"),
    }
    if let SessionCookie::Key(key) = SessionCookie::read(headers(), NAME) {
        let key = key.expose();
        assert!(
            key.len() == 32 && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()),
            "{key:?}"
        );
        assert!(data.windows(32).any(|window| window == key.as_bytes()), "{key:?} was not sent");
    }
}
