//! Does this request come from a page of ours? (Rules S80–S82.)
//!
//! Three things look after it, so that nobody has to think of it:
//! - every guard and every public handler refuses an unsafe request that carries the session cookie and comes from
//!   another site, by its headers alone;
//! - [`Form`](super::Form) verifies the token that the form carries;
//! - [`CsrfToken`] makes that token, for the program's own templates.

mod cookie;
mod token;

use djauth_runtime::{
    Result,
    csrf::{self, Binding, CsrfRejection, CsrfRequest, CsrfSecret},
    session::SessionKey,
    settings::Profile,
    url::Scheme,
};
use http::{
    HeaderMap, Method,
    header::{AUTHORIZATION, ORIGIN, REFERER, UPGRADE},
    request::Parts,
};

pub(super) use self::cookie::Change;
pub(crate) use self::cookie::CsrfState;
use self::cookie::cookie;
pub use self::token::CsrfToken;
pub(crate) use self::token::{rotate, token};
use super::{
    audience::Audience,
    context::Context,
    guard::{audience, request_url},
    rejection::{Reason, Rejection},
};

/// Marks a request as exempt; only `dangerous_csrf_exempt` makes it.
#[derive(Clone, Copy)]
pub(super) struct Exempt;

/// Refuses an unsafe request that carries the session cookie and comes from another site. It looks at headers only.
pub(super) fn check_source(parts: &Parts, context: &dyn Context) -> Result<(), Rejection> {
    let is_safe = is_safe(&parts.method, context) && !opens_web_socket(parts);
    if is_safe || is_exempt(parts) || context.cookie_key().is_none() {
        return Ok(());
    }
    check_origin(parts, context).map_err(|reason| refuse(&reason, parts, audience(parts, context)))
}

/// Does the whole check: where the request comes from, and the token that its form or header carries.
pub(crate) async fn check(parts: &Parts, context: &dyn Context, form: Option<&str>) -> Result<(), Rejection> {
    if is_safe(&parts.method, context) || is_exempt(parts) || is_by_bearer(parts, context) {
        return Ok(());
    }
    let audience = audience(parts, context);
    check_origin(parts, context).map_err(|reason| refuse(&reason, parts, audience))?;
    let logged_in = session_key(context).await.map_err(|error| Rejection::of_error(&error, audience))?;
    let header = text(&parts.headers, csrf::HEADER);
    let cookie = cookie(&parts.headers, context);
    let checked = match (context.site().profile, logged_in.and(context.cookie_key())) {
        (Profile::Django, _) => csrf::check_token(cookie, form, header),
        (_, Some(key)) => csrf::check_bound_token(context.keys(), Binding::Session(key), form, header),
        (_, None) => check_visitor(context, cookie, form, header),
    };
    checked.map_err(|reason| refuse(&reason, parts, audience))
}

/// Returns the key that tokens are bound to: that of the session, once somebody is logged in.
async fn session_key(context: &dyn Context) -> Result<Option<SessionKey>> {
    if context.site().profile == Profile::Django || !context.guard().perms().await?.is_authenticated() {
        return Ok(None);
    }
    Ok(context.guard().session().await?.key())
}

fn check_visitor(
    context: &dyn Context,
    cookie: Option<&str>,
    form: Option<&str>,
    header: Option<&str>,
) -> Result<(), CsrfRejection> {
    let secret =
        CsrfSecret::parse(cookie.ok_or(CsrfRejection::NoCookie)?).map_err(CsrfRejection::BadCookie)?;
    csrf::check_bound_token(context.keys(), Binding::Visitor(&secret), form, header)
}

fn refuse(reason: &CsrfRejection, parts: &Parts, audience: Audience) -> Rejection {
    // The reason may quote a header, so it is written with escapes (rule S101).
    tracing::warn!(target: "djauth::csrf", path = ?parts.uri.path(), reason = ?reason.to_string(), "forbidden");
    Rejection::new(Reason::Csrf, audience)
}

fn is_safe(method: &Method, context: &dyn Context) -> bool {
    match context.site().profile {
        Profile::Django => csrf::DJANGO_SAFE_METHODS.contains(&method.as_str()),
        _ => csrf::SAFE_METHODS.contains(&method.as_str()),
    }
}

/// Returns whether a GET opens a web socket: pages of every site may, and the browser adds its cookies (rule S12).
fn opens_web_socket(parts: &Parts) -> bool {
    parts.headers.get(UPGRADE).is_some_and(|protocol| protocol.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

fn is_exempt(parts: &Parts) -> bool {
    parts.extensions.get::<Exempt>().is_some()
}

/// Returns whether a program authenticates itself by a token of its own, which no browser adds by itself. Django makes
/// no difference.
fn is_by_bearer(parts: &Parts, context: &dyn Context) -> bool {
    let scheme = parts.headers.get(AUTHORIZATION).and_then(|value| value.as_bytes().get(..7));
    context.site().profile != Profile::Django
        && context.cookie_key().is_none()
        && scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"bearer "))
}

fn check_origin(parts: &Parts, context: &dyn Context) -> Result<(), CsrfRejection> {
    let url = request_url(parts, context);
    let request = CsrfRequest {
        host: url.host,
        secure: url.scheme == Scheme::Https,
        port: None,
        origin: text(&parts.headers, ORIGIN.as_str()),
        referer: text(&parts.headers, REFERER.as_str()),
        sec_fetch_site: text(&parts.headers, "sec-fetch-site"),
    };
    match context.site().profile {
        Profile::Django => context.site().origins.check_origin(&request),
        _ => context.site().origins.check_fetch_site(&request),
    }
}

/// Returns a header's text; one that came twice or is no text is empty, which nothing accepts.
fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    Some(if values.next().is_some() { "" } else { value.to_str().unwrap_or_default() })
}
