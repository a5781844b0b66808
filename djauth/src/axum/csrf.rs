//! Does this request come from a page of ours? (Rules S80–S82.)
//!
//! Three things look after it, so that nobody has to think of it:
//! - every guard and every public handler refuses an unsafe request that carries the session cookie and comes from
//!   another site, by its headers alone;
//! - [`Form`](super::Form) verifies the token that the form carries;
//! - [`CsrfToken`] makes that token, for the program's own templates.

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use axum::extract::FromRequestParts;
use djauth_runtime::{
    Result,
    csrf::{self, Binding, CsrfCookie, CsrfRejection, CsrfRequest, CsrfSecret},
    session::cookie::{Cookie, find_cookie},
    settings::Profile,
};
use http::{
    HeaderMap, HeaderValue, Method,
    header::{AUTHORIZATION, COOKIE, ORIGIN, REFERER, UPGRADE},
    request::Parts,
};

use super::{
    audience::Audience,
    context::{Context, Handle},
    guard::{audience, request_url},
    rejection::{Reason, Rejection},
};

/// The token for a form of the program's own, freshly masked.
///
/// # Examples
/// ```
/// use axum::response::Html;
/// use djauth::{axum::CsrfToken, login_required};
///
/// #[login_required]
/// async fn new_post(token: CsrfToken) -> Html<String> {
///     Html(format!(r#"<form method="post">{}<button>Publish</button></form>"#, token.input()))
/// }
/// ```
#[derive(Clone)]
pub struct CsrfToken(String);

impl CsrfToken {
    /// Returns the token, for a template's hidden field `csrfmiddlewaretoken` or the header `X-CSRFToken`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the hidden field (Django's template tag `csrf_token`).
    #[must_use]
    pub fn input(&self) -> String {
        format!(r#"<input type="hidden" name="{}" value="{}">"#, csrf::FORM_FIELD, self.0)
    }
}

impl fmt::Display for CsrfToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for CsrfToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CsrfToken([redacted])")
    }
}

impl<S: Send + Sync> FromRequestParts<S> for CsrfToken {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        let context = Handle::of(&parts.extensions)?.context();
        let token = token(&parts.headers, context).await;
        token.map(Self).map_err(|error| Rejection::of_error(&error, audience(parts, context)))
    }
}

/// Marks a request as exempt; only `dangerous_csrf_exempt` makes it.
#[derive(Clone, Copy)]
pub(super) struct Exempt;

/// What a request does to the CSRF cookie.
#[derive(Default)]
pub(crate) struct CsrfState(Mutex<State>);

#[derive(Default)]
struct State {
    cookie: Option<CsrfCookie>,
    remove: bool,
}

/// What becomes of the CSRF cookie.
pub(super) enum Change {
    Keep,
    Set(CsrfSecret),
    Remove,
}

impl CsrfState {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with_cookie<T>(
        &self,
        value: Option<&str>,
        then: impl FnOnce(&mut CsrfCookie) -> Result<T>,
    ) -> Result<T> {
        let mut state = self.state();
        let mut cookie = match state.cookie.take() {
            Some(cookie) => cookie,
            None => CsrfCookie::read(value)?,
        };
        let result = then(&mut cookie);
        state.cookie = Some(cookie);
        result
    }

    pub(super) fn change(&self) -> Change {
        let state = self.state();
        match state.cookie.as_ref().and_then(CsrfCookie::to_send) {
            _ if state.remove => Change::Remove,
            Some(secret) => Change::Set(secret.clone()),
            None => Change::Keep,
        }
    }
}

/// Makes a token for the page that answers this request.
///
/// # Errors
/// The failure of the session store or of the system's generator.
pub(crate) async fn token(headers: &HeaderMap, context: &dyn Context) -> Result<String> {
    if let Some(key) = session_key(context).await? {
        return csrf::bound_token(context.keys(), Binding::Session(&key));
    }
    context.csrf().with_cookie(cookie(headers, context), |cookie| match context.site().profile {
        Profile::Django => cookie.token(),
        _ => {
            // Asked for its token the secret is drawn if there is none, and sent.
            cookie.token()?;
            let secret = cookie.secret().expect("a cookie that made a token has a secret");
            csrf::bound_token(context.keys(), Binding::Visitor(secret))
        }
    })
}

/// Returns the key that tokens are bound to: that of the session, once somebody is logged in.
async fn session_key(context: &dyn Context) -> Result<Option<djauth_runtime::session::SessionKey>> {
    if context.site().profile == Profile::Django || !context.guard().perms().await?.is_authenticated() {
        return Ok(None);
    }
    Ok(context.guard().session().await?.key())
}

/// Forgets the secret of before a login or a logout, so that one which somebody planted is worth nothing (rule S81).
pub(crate) fn rotate(headers: &HeaderMap, context: &dyn Context) -> Result<()> {
    let value = cookie(headers, context);
    match context.site().profile {
        Profile::Django => context.csrf().with_cookie(value, CsrfCookie::rotate),
        // The token of a user is bound to the session, whose key is new; a visitor's secret is drawn when needed.
        _ => {
            let mut state = context.csrf().state();
            state.remove = value.is_some();
            state.cookie = None;
            Ok(())
        }
    }
}

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
        secure: url.scheme == djauth_runtime::url::Scheme::Https,
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

fn cookie<'a>(headers: &'a HeaderMap, context: &dyn Context) -> Option<&'a str> {
    let headers = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes);
    match find_cookie(headers, context.settings().csrf_cookie_name()) {
        Cookie::Missing => None,
        Cookie::Once(value) => Some(value),
        Cookie::Unusable => Some(""),
    }
}
