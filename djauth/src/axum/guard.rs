//! A guard as an extractor: it decides before anything of the request is read (rule S6).

use axum::extract::{FromRequestParts, OriginalUri};
use djauth_runtime::{
    guard::{Decision, Policy, Rule},
    redirect::{LoginRedirect, RedirectError},
    settings::{Profile, Settings},
    url::RequestUrl,
};
use http::{HeaderValue, StatusCode, Uri, request::Parts};

use super::{
    audience::Audience,
    context::{Context, Handle},
    csrf,
    host::host,
    rejection::{Reason, Rejection},
};
use crate::guard::{Guard, Public};

impl<P: Policy, S: Send + Sync> FromRequestParts<S> for Guard<P> {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        admit(P::RULE, parts).await?;
        Ok(Self::new())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Public {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        admit_everybody(parts)?;
        Ok(Self::new())
    }
}

/// Lets a request pass that fulfils the rule.
pub(super) async fn admit(rule: &Rule, parts: &Parts) -> Result<(), Rejection> {
    let handle = Handle::of(&parts.extensions)?;
    handle.context().gate().is_guarded();
    let asker = Asker::of(parts, handle.context());
    csrf::check_source(parts, handle.context(), asker.audience)?;
    match handle.decide(rule).await {
        Ok(decision) => asker.answer(decision, rule),
        Err(error) => Err(Rejection::of_error(&error, asker.audience)),
    }
}

/// Lets everybody pass, but for what another site's page sends in somebody's name.
pub(super) fn admit_everybody(parts: &Parts) -> Result<(), Rejection> {
    // A program that has public pages only needs no layer, and has no session that could be abused.
    let Some(handle) = Handle::find(&parts.extensions) else { return Ok(()) };
    handle.context().gate().is_public();
    csrf::check_source(parts, handle.context(), audience(parts, handle.context()))
}

/// Returns who reads the answer. Django redirects programs, too.
pub(super) fn audience(parts: &Parts, context: &dyn Context) -> Audience {
    match context.site().profile {
        Profile::Django => Audience::Browser,
        _ => Audience::of(&parts.headers),
    }
}

/// Who asks, and for what.
pub(super) struct Asker<'a> {
    pub(super) audience: Audience,
    pub(super) url: RequestUrl<'a>,
    context: &'a dyn Context,
}

impl<'a> Asker<'a> {
    pub(super) fn of(parts: &'a Parts, context: &'a dyn Context) -> Self {
        Self { audience: audience(parts, context), url: request_url(parts, context), context }
    }

    /// Turns a decision into the answer (the table of the crate's guide).
    pub(super) fn answer(&self, decision: Decision, rule: &Rule) -> Result<(), Rejection> {
        let (settings, profile) = (self.context.settings(), self.context.site().profile);
        let reason = match (decision, profile) {
            (Decision::Allow, _) => return Ok(()),
            (Decision::RedirectToLogin, _) if self.audience == Audience::Api => Reason::Unauthorized,
            (Decision::RedirectToLogin, _) => self.login(rule, settings),
            // Django sends a user who lacks something to the login page as well, to log in as somebody else.
            (Decision::Deny, Profile::Django) if !rule.raise_exception => self.login(rule, settings),
            (Decision::Deny, _) => Reason::Forbidden,
        };
        Err(Rejection::new(reason, self.audience))
    }

    fn login(&self, rule: &Rule, settings: &Settings) -> Reason {
        let site = self.context.site();
        let status = match site.profile {
            Profile::Django => StatusCode::FOUND,
            _ => StatusCode::SEE_OTHER,
        };
        let redirect = LoginRedirect {
            login_url: rule.login_url.unwrap_or(&settings.login_url),
            redirect_field_name: rule.redirect_field_name.unwrap_or(&settings.redirect_field_name),
            names: &site.names,
            rule: site.next_rule,
        };
        // A way back that is too long for a redirect is left out.
        let without = LoginRedirect { redirect_field_name: "", ..redirect };
        let location: Result<String, RedirectError> =
            redirect.from_request(&self.url).or_else(|_| without.from_request(&self.url));
        match location.map(HeaderValue::try_from) {
            Ok(Ok(location)) => Reason::Login(status, location),
            _ => {
                tracing::error!(
                    login_url = redirect.login_url,
                    "nobody can be sent to the login page; mend `login_url`"
                );
                Reason::Misconfigured
            }
        }
    }
}

/// Returns the URL that the browser asked for, also in nested routers (rule S13).
pub(crate) fn request_url<'a>(parts: &'a Parts, context: &dyn Context) -> RequestUrl<'a> {
    let uri: &Uri = match parts.extensions.get::<OriginalUri>() {
        Some(OriginalUri(uri)) => uri,
        None => &parts.uri,
    };
    RequestUrl {
        scheme: context.site().scheme,
        host: host(uri, &parts.headers).unwrap_or_default(),
        path: uri.path(),
        query: uri.query().unwrap_or_default(),
    }
}
