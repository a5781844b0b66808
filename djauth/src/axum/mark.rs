//! Who may call a service, a fallback or a nested router? Layers that say so (rule S2).
//!
//! Handlers have attributes; what is no handler of the program's own gets a layer.
//!
//! ```
//! use axum::{Router, routing::get_service};
//! use djauth::{axum::{guarded_by, public}, guard::Requirement};
//! # async fn file() {}
//! # let files = axum::routing::get(file);
//! # let reports = axum::routing::get(file);
//! let app: Router = Router::new()
//!     .nest_service("/static", Router::new().route("/{*path}", files).layer(public()))
//!     .nest_service("/reports", Router::new().route("/{*path}", reports).layer(guarded_by(Requirement::Login)));
//! ```

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::response::{IntoResponse, Response};
use djauth_runtime::guard::{Requirement, Rule};
use http::Request;
use tower_layer::Layer;
use tower_service::Service;

use super::{
    csrf::Exempt,
    guard::{admit, admit_everybody},
};

/// Says that everybody may call what is inside: `#[login_not_required]` for services, fallbacks and nested routers.
#[must_use]
pub fn public() -> Mark {
    Mark(Kind::Public)
}

/// Lets only those through who fulfil the requirement, such as [`Requirement::Login`] or a permission:
/// `guarded_by(Post::CAN_PUBLISH)`.
#[must_use]
pub fn guarded_by(requirement: impl Into<Requirement>) -> Mark {
    Mark(Kind::Guarded(Arc::new(Rule::new(requirement.into()))))
}

/// Switches off every CSRF check for what is inside (Django's `csrf_exempt`): other sites' pages may then act in the
/// name of whoever is logged in.
#[must_use]
pub fn dangerous_csrf_exempt() -> Mark {
    Mark(Kind::CsrfExempt)
}

/// A layer that says who may call what is inside.
#[derive(Debug, Clone)]
pub struct Mark(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Public,
    Guarded(Arc<Rule>),
    CsrfExempt,
}

impl<S> Layer<S> for Mark {
    type Service = Marked<S>;

    fn layer(&self, inner: S) -> Marked<S> {
        Marked { kind: self.0.clone(), inner }
    }
}

/// The service of [`Mark`].
#[derive(Debug, Clone)]
pub struct Marked<S> {
    kind: Kind,
    inner: S,
}

type Answer<E> = Pin<Box<dyn Future<Output = Result<Response, E>> + Send>>;

impl<S, B> Service<Request<B>> for Marked<S>
where
    S: Service<Request<B>, Response = Response> + Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Answer<S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // The clone has not been polled for readiness; the original has.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        let kind = self.kind.clone();
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            let admitted = match kind {
                Kind::Public => admit_everybody(&parts).await,
                Kind::Guarded(rule) => admit(&rule, &parts).await,
                Kind::CsrfExempt => {
                    parts.extensions.insert(Exempt);
                    Ok(())
                }
            };
            match admitted {
                Ok(()) => inner.call(Request::from_parts(parts, body)).await,
                Err(rejection) => Ok(rejection.into_response()),
            }
        })
    }
}
