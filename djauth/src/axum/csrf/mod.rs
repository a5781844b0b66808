//! Does this request come from a page of ours? (Rules S80–S82.)
//!
//! Four things look after it, so that nobody has to think of it:
//! - every guard and every public handler refuses an unsafe request that carries the session cookie if it comes from
//!   another site, by its headers, or if it has no right token, once the guard has let it pass;
//! - [`Form`](super::Form) verifies the token of everybody else's forms, such as that of a login;
//! - [`AuthSession::login`](super::AuthSession::login) logs nobody in for another site, whatever read the form;
//! - [`CsrfToken`] makes that token, for the program's own templates and scripts.
//!
//! The token stands in the field `csrfmiddlewaretoken` of a form, of either encoding, or in the header `X-CSRFToken`. Of
//! a form the guard reads no more than it must, and at most [`MAX_FORM_SIZE`](super::MAX_FORM_SIZE) bytes; the handler
//! gets all of it. A layer that reads the body before the guard leaves it the header only.
//!
//! In the django profile a guard asks every unsafe request for its token, with or without a session cookie, as Django's
//! middleware does; so a web hook needs [`dangerous_csrf_exempt`](super::dangerous_csrf_exempt) there.

mod cookie;
mod field;
mod form_body;
mod token;

use axum::body::{Body, HttpBody};
use djauth_runtime::{
    Result,
    csrf::{self, Binding, CsrfRejection, CsrfRequest, CsrfSecret},
    session::SessionKey,
    settings::Profile,
    url::Scheme,
};
use http::{
    HeaderMap, Method, Request,
    header::{AUTHORIZATION, ORIGIN, REFERER, UPGRADE},
    request::Parts,
};

pub(super) use self::cookie::Change;
pub(crate) use self::cookie::CsrfState;
pub use self::token::CsrfToken;
pub(crate) use self::token::{rotate, token};
use self::{
    cookie::cookie,
    field::{field, share_form},
    form_body::FormBody,
};
use super::{
    context::Context,
    guard::request_url,
    rejection::{Reason, Rejection},
};

/// Marks a request as exempt; only `dangerous_csrf_exempt` makes it.
#[derive(Clone, Copy)]
pub(super) struct Exempt;

/// Lets a guard read the beginning of a form, if it will ask for the token in it.
pub(super) fn prepare(request: Request<Body>, context: &dyn Context) -> Request<Body> {
    // Django looks for a field in what is posted only.
    let may_be_field = context.site().profile != Profile::Django || request.method() == Method::POST;
    let is_asked = may_be_field && needs_token(request.method(), context);
    if is_asked && !request.body().is_end_stream() { share_form(request) } else { request }
}

/// Refuses an unsafe request that comes from another site and could act in somebody's name. It looks at headers only.
pub(super) fn check_source(parts: &Parts, context: &dyn Context) -> Result<(), Rejection> {
    let opens_web_socket = opens_web_socket(parts) && context.cookie_key().is_some();
    if is_exempt(parts) || !(opens_web_socket || needs_token(&parts.method, context)) {
        return Ok(());
    }
    check_origin(parts, context).map_err(|reason| refuse(reason, parts, context))
}

/// Refuses an unsafe request that could act in somebody's name and has no right token. It may read the beginning of a
/// form, so it is for requests that the guard that asks has let pass (rule S6).
pub(super) async fn check_token(parts: &Parts, context: &dyn Context) -> Result<(), Rejection> {
    // With CONNECT a browser opens a web socket over HTTP/2, and no page can make it send a token then, or send CONNECT
    // for anything else. That it comes from a page of ours is checked as for every socket.
    let is_socket = parts.method == Method::CONNECT;
    if is_socket || !needs_token(&parts.method, context) || is_settled(parts, context) {
        return Ok(());
    }
    // Only here is a guard worth a box: it stays small for pages.
    Box::pin(async {
        let field = match parts.extensions.get::<FormBody>() {
            Some(body) => field(&parts.headers, body).await,
            None => None,
        };
        check(parts, context, field.as_deref()).await
    })
    .await
}

/// Says whether somebody may be logged in by this request. Another site's page that could do it would have its visitors
/// act in a name that is not theirs (rule S81). A link may do it: one in a mail, or the way back from another site's login.
pub(super) fn check_login(parts: &Parts, context: &dyn Context) -> Result<(), Refusal> {
    if is_safe(&parts.method, context) || is_exempt(parts) || is_by_bearer(parts, context) {
        return Ok(());
    }
    check_origin(parts, context).map_err(|reason| Refusal::new(reason, parts, context))
}

/// Does the whole check: where the request comes from, and the token that its form or header carries.
pub(crate) async fn check(parts: &Parts, context: &dyn Context, form: Option<&str>) -> Result<(), Rejection> {
    if is_safe(&parts.method, context) || is_settled(parts, context) || is_by_bearer(parts, context) {
        return Ok(());
    }
    check_origin(parts, context).map_err(|reason| refuse(reason, parts, context))?;
    let logged_in =
        session_key(context).await.map_err(|error| Rejection::of_error(&error, context.audience()))?;
    let header = text(&parts.headers, csrf::HEADER);
    let cookie = cookie(&parts.headers, context);
    let checked = match (context.site().profile, logged_in.and(context.cookie_key())) {
        (Profile::Django, _) => csrf::check_token(cookie, form, header),
        (_, Some(key)) => csrf::check_bound_token(context.keys(), Binding::Session(key), form, header),
        (_, None) => check_visitor(context, cookie, form, header),
    };
    checked.map_err(|reason| refuse(reason, parts, context))?;
    context.csrf().state().is_verified = true;
    Ok(())
}

/// Returns whether a guard asks a request for its token: one that could act in somebody's name. Django asks all.
fn needs_token(method: &Method, context: &dyn Context) -> bool {
    let is_in_name = context.cookie_key().is_some() || context.site().profile == Profile::Django;
    is_in_name && !is_safe(method, context)
}

/// Returns whether nobody needs to ask, or somebody has asked already.
fn is_settled(parts: &Parts, context: &dyn Context) -> bool {
    is_exempt(parts) || context.csrf().state().is_verified
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

fn refuse(reason: CsrfRejection, parts: &Parts, context: &dyn Context) -> Rejection {
    Refusal::new(reason, parts, context).log();
    Rejection::new(Reason::Csrf, context.audience())
}

/// Why a request for this path is refused.
pub(super) struct Refusal {
    reason: CsrfRejection,
    path: String,
    /// Whether the request is the site's own, but for the scheme.
    is_over_http: bool,
}

impl Refusal {
    fn new(reason: CsrfRejection, parts: &Parts, context: &dyn Context) -> Self {
        let url = request_url(parts, context);
        let is_over_http = match &reason {
            CsrfRejection::BadOrigin(origin) => origin.strip_prefix("http://") == Some(url.host),
            _ => false,
        };
        Self { path: url.path.to_owned(), reason, is_over_http }
    }

    pub(super) fn log(&self) {
        let hint = self.is_over_http.then_some(
            "the site is expected over https; put what ends TLS in front, or set DJAUTH_DEVELOPMENT=1 on your own machine",
        );
        // Path and reason may quote the request, so they are written with escapes (rule S101).
        tracing::warn!(target: "djauth::csrf", path = ?self.path, reason = ?self.reason.to_string(), hint, "forbidden");
    }
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
