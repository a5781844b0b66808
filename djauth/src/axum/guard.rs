//! A guard as an extractor: it decides before anything of the request is read (rule S6).

use axum::extract::{FromRequestParts, OriginalUri};
use djauth_runtime::{
    guard::{Decision, Policy, Rule},
    redirect::LoginRedirect,
    settings::Profile,
    url::RequestUrl,
};
use http::{HeaderValue, Uri, request::Parts};

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
        admit_everybody(parts).await?;
        Ok(Self::new())
    }
}

/// Lets a request pass that fulfils the rule. What it says of itself is held against it before the user is loaded, what
/// its form says only after the decision (rule S6); of several guards, after that of the first.
pub(super) async fn admit(rule: &Rule, parts: &Parts) -> Result<(), Rejection> {
    let handle = Handle::of(&parts.extensions)?;
    let context = handle.context();
    context.gate().is_guarded();
    csrf::check_source(parts, context)?;
    match handle.decide(rule).await {
        Ok(Decision::Allow) => csrf::check_token(parts, context).await,
        Ok(decision) => Err(refuse(decision, rule, parts, context)),
        Err(error) => Err(Rejection::of_error(&error, context.audience())),
    }
}

/// Lets everybody pass, but for what another site's page sends in somebody's name.
pub(super) async fn admit_everybody(parts: &Parts) -> Result<(), Rejection> {
    // A program that has public pages only needs no layer, and has no session that could be abused.
    let Some(handle) = Handle::find(&parts.extensions) else { return Ok(()) };
    let context = handle.context();
    context.gate().is_public();
    csrf::check_source(parts, context)?;
    csrf::check_token(parts, context).await
}

/// Turns a decision against a request into the answer, by the module's table.
pub(super) fn refuse(decision: Decision, rule: &Rule, parts: &Parts, context: &dyn Context) -> Rejection {
    let audience = context.audience();
    let reason = match (decision, context.site().profile) {
        (Decision::RedirectToLogin, _) if audience == Audience::Api => Reason::Unauthorized,
        (Decision::RedirectToLogin, _) => to_login(rule, &request_url(parts, context), context),
        // Django sends a user who lacks something to the login page as well, to log in as somebody else.
        (Decision::Deny, Profile::Django) if !rule.raise_exception => {
            to_login(rule, &request_url(parts, context), context)
        }
        _ => Reason::Forbidden,
    };
    Rejection::new(reason, audience)
}

fn to_login(rule: &Rule, url: &RequestUrl<'_>, context: &dyn Context) -> Reason {
    let (settings, site) = (context.settings(), context.site());
    let redirect = LoginRedirect {
        login_url: rule.login_url.unwrap_or(&settings.login_url),
        redirect_field_name: rule.redirect_field_name.unwrap_or(&settings.redirect_field_name),
        names: &site.names,
        rule: site.next_rule,
    };
    // A way back that is too long for a redirect is left out.
    let without = LoginRedirect { redirect_field_name: "", ..redirect };
    let location = redirect.from_request(url).or_else(|_| without.from_request(url));
    match location.map(HeaderValue::try_from) {
        Ok(Ok(location)) => Reason::Login(site.redirect_status, location),
        _ => {
            tracing::error!(
                login_url = redirect.login_url,
                "nobody can be sent to the login page; mend `login_url`"
            );
            Reason::Misconfigured
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
