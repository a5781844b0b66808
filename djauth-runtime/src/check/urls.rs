//! Do redirects lead anywhere?

use super::CheckMessage;
use crate::settings::Settings;

pub(super) fn check(settings: &Settings, found: &mut Vec<CheckMessage>) {
    for (name, url) in
        [("login_url", &settings.login_url), ("login_redirect_url", &settings.login_redirect_url)]
    {
        if !url.starts_with('/') && !url.starts_with("https://") && !url.starts_with("http://") {
            found.push(CheckMessage::error(
                "djauth.E007",
                format!("`{name}` is {url:?}, which is no address"),
                "write a path such as \"/accounts/login/\", or a whole https address",
            ));
        }
    }
}
