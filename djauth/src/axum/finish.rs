//! What becomes of an answer on its way out: cookies, caching, and whether it may go at all.

use std::sync::Arc;

use axum::{
    body::{Body, HttpBody},
    response::{IntoResponse, Response},
};
use djauth_runtime::{
    Error, Result,
    request::{CookieChange, Finish},
    user::AuthUser,
};
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{
        ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, SET_COOKIE,
        STRICT_TRANSPORT_SECURITY, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
    },
};

use super::{
    audience::Audience,
    context::{Context, RequestContext},
    csrf::Change,
    rejection::Rejection,
    set_cookie::{CSRF_COOKIE_AGE, CookieKind},
};

/// Withholds what a handler answered that nobody said anything about: the last net below the router (rule S2).
pub(super) fn withhold_unguarded<U: AuthUser>(
    context: &RequestContext<U>,
    is_options: bool,
    response: Response,
) -> Response {
    let is_open = context.gate().was_asked() || context.site().serves_unguarded_handlers;
    if is_open {
        return response;
    }
    if came_from_no_handler(is_options, &response) {
        return bare(&response);
    }
    Rejection::misconfigured(
        "a handler answered that has no guard, and the answer is withheld; put `#[login_required]` or \
         `#[permission_required(...)]` on it, or `#[login_not_required]` if everybody may call it; put \
         `djauth::axum::public()` or `guarded_by(...)` on a service",
    )
    .into_response()
}

/// Whether axum itself answered: nothing is there, or not for this method. Such an answer is empty.
fn came_from_no_handler(is_options: bool, response: &Response) -> bool {
    let status = response.status();
    let is_fallback = status == StatusCode::NOT_FOUND || status == StatusCode::METHOD_NOT_ALLOWED;
    (is_fallback || is_options) && response.body().size_hint().exact() == Some(0)
}

/// The headers that axum and the program's own layers give to every answer, whoever it is for.
const OF_EVERY_ANSWER: [HeaderName; 9] = [
    ALLOW,
    VARY,
    STRICT_TRANSPORT_SECURITY,
    CONTENT_SECURITY_POLICY,
    REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
    HeaderName::from_static("permissions-policy"),
    HeaderName::from_static("x-request-id"),
];

/// The beginnings of further ones: those of CORS, and of the policies between sites.
const OF_EVERY_ANSWER_TOO: [&str; 2] = ["access-control-", "cross-origin-"];

/// Returns an answer with no more to it than if no handler had made it: one that only looks so betrays nothing.
fn bare(response: &Response) -> Response {
    let mut bare = Response::new(Body::empty());
    *bare.status_mut() = response.status();
    let is_kept = |name: &HeaderName| {
        let begins = |with: &&str| name.as_str().starts_with(with);
        OF_EVERY_ANSWER.contains(name) || OF_EVERY_ANSWER_TOO.iter().any(begins)
    };
    let kept = response.headers().iter().filter(|(name, _)| is_kept(name));
    bare.headers_mut().extend(kept.map(|(name, value)| (name.clone(), value.clone())));
    bare
}

/// Saves the session and completes the answer.
pub(super) async fn save<U: AuthUser>(context: Arc<RequestContext<U>>, response: Response) -> Response {
    match context.auth.finish(response.status().as_u16()).await {
        Ok(finish) => answer(&context, &finish, response),
        // What the session holds was not in this request.
        Err(error) => failure(&error.stored_in("the session"), context.audience()),
    }
}

/// Completes the answer.
pub(super) fn answer<U: AuthUser>(
    context: &RequestContext<U>,
    finish: &Finish,
    mut response: Response,
) -> Response {
    match set_headers(context, finish, response.headers_mut()) {
        Ok(()) => response,
        Err(error) => failure(&error, context.audience()),
    }
}

/// Answers instead of the handler. The browser keeps its cookie (rule S8).
fn failure(error: &Error, audience: Audience) -> Response {
    let mut response = Rejection::of_error(error, audience).into_response();
    no_store(response.headers_mut());
    vary_on_cookie(response.headers_mut());
    response
}

fn set_headers<U: AuthUser>(
    context: &RequestContext<U>,
    finish: &Finish,
    headers: &mut HeaderMap,
) -> Result<()> {
    let mut cookies =
        session_cookie(context, &finish.cookie)?.into_iter().chain(csrf_cookie(context)?).peekable();
    let changes_cookies = cookies.peek().is_some();
    for cookie in cookies {
        headers.append(SET_COOKIE, cookie);
    }
    if changes_cookies || finish.vary {
        vary_on_cookie(headers);
    }
    // A shared cache must neither hand out a cookie nor a page that was meant for one user (rule S57).
    if changes_cookies || context.gate().was_guarded() {
        no_store(headers);
    }
    Ok(())
}

fn session_cookie<U: AuthUser>(
    context: &RequestContext<U>,
    change: &CookieChange,
) -> Result<Option<HeaderValue>> {
    let kind = CookieKind::session(context.settings());
    match change {
        CookieChange::Keep => Ok(None),
        CookieChange::Set { key, max_age } => kind.set(key.expose(), *max_age, context.app.now()).map(Some),
        CookieChange::Remove => kind.remove().map(Some),
    }
}

fn csrf_cookie<U: AuthUser>(context: &RequestContext<U>) -> Result<Option<HeaderValue>> {
    let kind = CookieKind::csrf(context.settings());
    match context.csrf().change() {
        Change::Keep => Ok(None),
        Change::Set(secret) => kind.set(secret.expose(), Some(CSRF_COOKIE_AGE), context.app.now()).map(Some),
        Change::Remove => kind.remove().map(Some),
    }
}

fn no_store(headers: &mut HeaderMap) {
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

/// Adds `Cookie` to what the answer varies on (Django's `patch_vary_headers`).
fn vary_on_cookie(headers: &mut HeaderMap) {
    let varies = |value: &HeaderValue| {
        let names = value.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
        names.into_iter().any(|name| name == b"*" || name.eq_ignore_ascii_case(b"cookie"))
    };
    if !headers.get_all(VARY).iter().any(varies) {
        headers.append(VARY, HeaderValue::from_static("Cookie"));
    }
}
