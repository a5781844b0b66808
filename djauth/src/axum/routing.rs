//! Which handlers may a route have? Those that say who may call them.
//!
//! These functions are axum's own with one demand more: the handler's first argument is a guard or the mark of a
//! public handler. **Without one these functions do not compile** (rule S2): Django's
//! `LoginRequiredMiddleware`, moved to compile time.
//!
//! ```
//! use axum::Router;
//! use djauth::{axum::routing::{get, post}, login_not_required, login_required};
//!
//! #[login_not_required]
//! async fn about() -> &'static str { "about" }
//!
//! #[login_required]
//! async fn account() -> &'static str { "account" }
//!
//! #[login_required]
//! async fn change() -> &'static str { "changed" }
//!
//! let app: Router = Router::new()
//!     .route("/about", get(about))
//!     .route("/account", get(account).merge(post(change)));
//! ```
//!
//! The result is axum's [`MethodRouter`], which has methods of its own: `get(account).post(change)` compiles whether
//! `change` is guarded or not, and so does a handler in axum's own `get`. **Such a handler runs, and neither the
//! source nor the token of the request is checked; the layer only withholds its answer**, with 500 and a line in the log. Write
//! `get(account).merge(post(change))`; clippy finds the rest with this `clippy.toml`:
//!
//! ```toml
//! disallowed-methods = [
//!     "axum::routing::MethodRouter::connect", "axum::routing::MethodRouter::connect_service",
//!     "axum::routing::MethodRouter::delete", "axum::routing::MethodRouter::delete_service",
//!     "axum::routing::MethodRouter::fallback", "axum::routing::MethodRouter::fallback_service",
//!     "axum::routing::MethodRouter::get", "axum::routing::MethodRouter::get_service",
//!     "axum::routing::MethodRouter::head", "axum::routing::MethodRouter::head_service",
//!     "axum::routing::MethodRouter::on", "axum::routing::MethodRouter::on_service",
//!     "axum::routing::MethodRouter::options", "axum::routing::MethodRouter::options_service",
//!     "axum::routing::MethodRouter::patch", "axum::routing::MethodRouter::patch_service",
//!     "axum::routing::MethodRouter::post", "axum::routing::MethodRouter::post_service",
//!     "axum::routing::MethodRouter::put", "axum::routing::MethodRouter::put_service",
//!     "axum::routing::MethodRouter::trace", "axum::routing::MethodRouter::trace_service",
//! ]
//! ```

pub use axum::routing::{MethodFilter, MethodRouter};
use axum::{handler::Handler, routing};
use djauth_runtime::guard::Policy;

use crate::guard::{Guard, Public};

/// What a route can call: axum's [`Handler`], with more to say of what is none.
#[diagnostic::on_unimplemented(
    message = "axum cannot call this handler",
    label = "not a handler",
    note = "its arguments must be extractors, the one that reads the body last, and its answer a response; `#[axum::debug_handler]`, below the guard, says which is not",
    note = "`djauth::Error` is no response; return `Result<_, djauth::axum::Rejection>`, which `?` makes of it"
)]
pub trait Routable<T, S>: Handler<T, S> {}

#[diagnostic::do_not_recommend]
impl<H: Handler<T, S>, T, S> Routable<T, S> for H {}

/// The arguments of a handler whose first one says who may call it.
#[diagnostic::on_unimplemented(
    message = "nobody says who may call this handler",
    label = "a handler without a guard",
    note = "put `#[login_required]` or `#[permission_required(\"app_label.codename\")]` on the function, above every other attribute",
    note = "put `#[login_not_required]` on it if everybody may call it"
)]
pub trait Guarded: sealed::Sealed {}

#[diagnostic::do_not_recommend]
impl<T: sealed::Sealed> Guarded for T {}

mod sealed {
    /// Keeps [`Guarded`](super::Guarded) to the arguments that djauth's own attributes prepend (rule S2).
    #[diagnostic::on_unimplemented(
        message = "`{Self}` cannot be made `Guarded` by hand",
        label = "only an attribute says who may call a handler",
        note = "put `#[login_required]`, `#[permission_required(\"app_label.codename\")]` or `#[login_not_required]` on the handler"
    )]
    pub trait Sealed {}
}

macro_rules! guarded {
    ($($argument:ident),*) => {
        #[diagnostic::do_not_recommend]
        impl<M, P: Policy, $($argument),*> sealed::Sealed for (M, Guard<P>, $($argument),*) {}
        #[diagnostic::do_not_recommend]
        impl<M, $($argument),*> sealed::Sealed for (M, Public, $($argument),*) {}
    };
}

guarded!();
guarded!(T2);
guarded!(T2, T3);
guarded!(T2, T3, T4);
guarded!(T2, T3, T4, T5);
guarded!(T2, T3, T4, T5, T6);
guarded!(T2, T3, T4, T5, T6, T7);
guarded!(T2, T3, T4, T5, T6, T7, T8);
guarded!(T2, T3, T4, T5, T6, T7, T8, T9);
guarded!(T2, T3, T4, T5, T6, T7, T8, T9, T10);
guarded!(T2, T3, T4, T5, T6, T7, T8, T9, T10, T11);
guarded!(T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12);
guarded!(T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13);
guarded!(T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14);
guarded!(T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15);
guarded!(T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16);

/// Routes every request to a guarded or public handler; axum's [`any`](routing::any) otherwise.
pub fn any<H, T, S>(handler: H) -> MethodRouter<S>
where
    H: Routable<T, S>,
    T: Guarded + 'static,
    S: Clone + Send + Sync + 'static,
{
    routing::any(handler)
}

/// Routes `CONNECT` requests to a guarded or public handler; axum's [`connect`](routing::connect) otherwise.
pub fn connect<H, T, S>(handler: H) -> MethodRouter<S>
where
    H: Routable<T, S>,
    T: Guarded + 'static,
    S: Clone + Send + Sync + 'static,
{
    routing::connect(handler)
}

/// Routes `DELETE` requests to a guarded or public handler; axum's [`delete`](routing::delete) otherwise.
pub fn delete<H, T, S>(handler: H) -> MethodRouter<S>
where
    H: Routable<T, S>,
    T: Guarded + 'static,
    S: Clone + Send + Sync + 'static,
{
    routing::delete(handler)
}

/// Routes `GET` and `HEAD` requests to a guarded or public handler; axum's [`get`](routing::get) otherwise.
pub fn get<H, T, S>(handler: H) -> MethodRouter<S>
where
    H: Routable<T, S>,
    T: Guarded + 'static,
    S: Clone + Send + Sync + 'static,
{
    routing::get(handler)
}

/// Routes `HEAD` requests to a guarded or public handler; axum's [`head`](routing::head) otherwise.
pub fn head<H, T, S>(handler: H) -> MethodRouter<S>
where
    H: Routable<T, S>,
    T: Guarded + 'static,
    S: Clone + Send + Sync + 'static,
{
    routing::head(handler)
}

/// Routes `OPTIONS` requests to a guarded or public handler; axum's [`options`](routing::options) otherwise.
pub fn options<H, T, S>(handler: H) -> MethodRouter<S>
where
    H: Routable<T, S>,
    T: Guarded + 'static,
    S: Clone + Send + Sync + 'static,
{
    routing::options(handler)
}

/// Routes `PATCH` requests to a guarded or public handler; axum's [`patch`](routing::patch) otherwise.
pub fn patch<H, T, S>(handler: H) -> MethodRouter<S>
where
    H: Routable<T, S>,
    T: Guarded + 'static,
    S: Clone + Send + Sync + 'static,
{
    routing::patch(handler)
}

/// Routes `POST` requests to a guarded or public handler; axum's [`post`](routing::post) otherwise.
pub fn post<H, T, S>(handler: H) -> MethodRouter<S>
where
    H: Routable<T, S>,
    T: Guarded + 'static,
    S: Clone + Send + Sync + 'static,
{
    routing::post(handler)
}

/// Routes `PUT` requests to a guarded or public handler; axum's [`put`](routing::put) otherwise.
pub fn put<H, T, S>(handler: H) -> MethodRouter<S>
where
    H: Routable<T, S>,
    T: Guarded + 'static,
    S: Clone + Send + Sync + 'static,
{
    routing::put(handler)
}

/// Routes `TRACE` requests to a guarded or public handler; axum's [`trace`](routing::trace) otherwise.
pub fn trace<H, T, S>(handler: H) -> MethodRouter<S>
where
    H: Routable<T, S>,
    T: Guarded + 'static,
    S: Clone + Send + Sync + 'static,
{
    routing::trace(handler)
}

/// Routes requests of these methods to a guarded or public handler; axum's [`on`](routing::on) otherwise.
pub fn on<H, T, S>(filter: MethodFilter, handler: H) -> MethodRouter<S>
where
    H: Routable<T, S>,
    T: Guarded + 'static,
    S: Clone + Send + Sync + 'static,
{
    routing::on(filter, handler)
}
