//! The cookie that tokens of visitors are bound to.

use std::sync::{Mutex, MutexGuard, PoisonError};

use djauth_runtime::{
    Result,
    csrf::{CsrfCookie, CsrfSecret},
    session::cookie::{Cookie, find_cookie},
};
use http::{HeaderMap, HeaderValue, header::COOKIE};

use crate::axum::context::Context;

/// What a request does to the CSRF cookie, and whether its token is known to be right.
#[derive(Default)]
pub(crate) struct CsrfState(Mutex<State>);

#[derive(Default)]
pub(super) struct State {
    pub(super) cookie: Option<CsrfCookie>,
    pub(super) remove: bool,
    pub(super) is_verified: bool,
}

/// What becomes of the CSRF cookie.
pub(in crate::axum) enum Change {
    Keep,
    Set(CsrfSecret),
    Remove,
}

impl CsrfState {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn with_cookie<T>(
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

    pub(in crate::axum) fn change(&self) -> Change {
        let state = self.state();
        match state.cookie.as_ref().and_then(CsrfCookie::to_send) {
            _ if state.remove => Change::Remove,
            Some(secret) => Change::Set(secret.clone()),
            None => Change::Keep,
        }
    }
}

/// Returns the cookie of the request; one that came twice is empty, which is nobody's.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, context: &dyn Context) -> Option<&'a str> {
    let headers = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes);
    match find_cookie(headers, context.settings().csrf_cookie_name()) {
        Cookie::Missing => None,
        Cookie::Once(value) => Some(value),
        Cookie::Unusable => Some(""),
    }
}
