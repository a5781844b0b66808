//! What the web side works out of the settings, once.

use djauth_runtime::{
    csrf::OriginPolicy,
    redirect::{AuthUrls, NextRule},
    settings::{Profile, Settings},
    url::Scheme,
};

use http::StatusCode;

use super::host::AllowedHosts;
use crate::templates::Templates;

/// What the web side works out of the settings, once.
pub(crate) struct Site {
    pub(crate) profile: Profile,
    pub(crate) hosts: AllowedHosts,
    pub(crate) origins: OriginPolicy,
    pub(crate) names: AuthUrls,
    pub(crate) templates: Templates,
    pub(crate) scheme: Scheme,
    /// The status of a redirect that asks for another page with GET; Django's is 302.
    pub(crate) redirect_status: StatusCode,
    /// The status of a page that shows a malformed form again; Django's is 200.
    pub(crate) status_of_bad_form: StatusCode,
    pub(crate) next_rule: NextRule,
    pub(crate) serves_unguarded_handlers: bool,
}

impl Site {
    pub(crate) fn new(settings: &Settings, serves_unguarded_handlers: bool) -> Self {
        let hosts = AllowedHosts::new(settings);
        // Proxies end TLS, so a request does not show how the browser sent it. The site is one that is reached over
        // HTTPS exactly if its cookies are.
        let scheme = if settings.dangerous_insecure_cookies { Scheme::Http } else { Scheme::Https };
        let login_page = settings.login_url.split(['?', '#']).next().unwrap_or_default();
        let is_django = settings.profile == Profile::Django;
        Self {
            profile: settings.profile,
            origins: OriginPolicy::new(
                &settings.csrf_trusted_origins,
                settings.session_cookie_domain.as_deref(),
                hosts.patterns().iter().cloned(),
            ),
            hosts,
            names: AuthUrls::mounted_at(login_page.strip_suffix("login/").unwrap_or("/accounts/")),
            templates: Templates::new(),
            scheme,
            redirect_status: if is_django { StatusCode::FOUND } else { StatusCode::SEE_OTHER },
            status_of_bad_form: if is_django { StatusCode::OK } else { StatusCode::BAD_REQUEST },
            next_rule: if is_django { NextRule::Django } else { NextRule::Strict },
            serves_unguarded_handlers,
        }
    }
}
