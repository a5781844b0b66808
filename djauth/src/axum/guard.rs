//! A guard as an extractor.

use axum::extract::FromRequestParts;
use djauth_runtime::guard::Policy;
use http::{StatusCode, request::Parts};

use crate::guard::{Guard, Public};

impl<P: Policy, S: Send + Sync> FromRequestParts<S> for Guard<P> {
    type Rejection = StatusCode;

    /// No layer, no answer: doubt denies (rule S7).
    async fn from_request_parts(_parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Err(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Public {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(_parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::new())
    }
}
