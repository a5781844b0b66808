//! The token in a form, and how it is renewed.

use std::fmt;

use axum::extract::FromRequestParts;
use djauth_runtime::{
    Result,
    csrf::{self, Binding, CsrfCookie},
    settings::Profile,
};
use http::{HeaderMap, request::Parts};

use super::{cookie::cookie, session_key};
use crate::axum::{
    context::{Context, Handle},
    rejection::Rejection,
};

/// The token for the forms and scripts of the program's own pages, freshly masked.
///
/// Whatever changes something needs it: every guarded or public handler refuses a request with another method than GET
/// and HEAD that carries the session cookie and no right token, and [`Form`](crate::axum::Form) refuses a visitor's form
/// without it. It holds until the user logs in or out.
///
/// # Examples
/// A form has it in a hidden field. In one with files (`multipart/form-data`) let the field come first: a guard looks
/// for it in the first [`MAX_FORM_SIZE`](crate::axum::MAX_FORM_SIZE) bytes only.
/// ```
/// use axum::response::Html;
/// use djauth::{axum::CsrfToken, login_required};
///
/// #[login_required]
/// async fn new_post(token: CsrfToken) -> Html<String> {
///     Html(format!(r#"<form method="post">{}<button>Publish</button></form>"#, token.input()))
/// }
/// ```
///
/// A script sends it in the header `X-CSRFToken`, with whatever body. Here its page carries it:
/// ```
/// use axum::response::Html;
/// use djauth::{axum::CsrfToken, login_required};
///
/// #[login_required]
/// async fn editor(token: CsrfToken) -> Html<String> {
///     Html(format!(
///         r#"<meta name="csrf-token" content="{token}">
///         <button>Publish</button>
///         <script type="module">
///             const token = document.querySelector("meta[name=csrf-token]").content;
///             document.querySelector("button").onclick = () =>
///                 fetch("/publish/1", {{ method: "POST", headers: {{ "X-CSRFToken": token }} }});
///         </script>"#
///     ))
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
        token.map(Self).map_err(|error| Rejection::of_error(&error, context.audience()))
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
