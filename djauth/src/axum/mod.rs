//! How does djauth meet axum? One layer, routers that want guards, and extractors.
//!
//! | who asks | a browser gets | a program gets |
//! |---|---|---|
//! | a visitor | 303 to the login page, with the way back | 401, problem details |
//! | a user who lacks something | 403, a page | 403, problem details |
//! | anybody, while a store is down | 503 with `Retry-After` | 503 |
//! | anybody, without the layer | 500, and a log line that names the fix | 500 |
//!
//! A program is whoever sends `Authorization`, fetches from a script, or accepts no HTML. In the django profile
//! everybody is a browser, redirects have status 302, and a user who lacks something is sent to the login page unless
//! the guard says `raise_exception`.
//!
//! # Forms, scripts and web hooks
//!
//! A page of another site can send requests to yours, and the browser adds the cookies. So whatever comes with the session
//! cookie, and any other method than GET and HEAD, must come from a page of yours and carry its [`CsrfToken`], in a form
//! or in a header; otherwise every guarded or public handler answers 403, whatever it does with the body. A visitor's
//! form needs the token where [`Form`] takes it. A web hook has no session cookie and needs nothing; in the django
//! profile, where everybody is asked as by Django's middleware, it is [`dangerous_csrf_exempt`]. Nor does
//! [`AuthSession::login`] log anybody in for what another site's page posts; a link may do it, such as one in a mail.
//!
//! # Fallbacks and static files
//!
//! The layer withholds what nobody spoke for, with 500, also where the router takes anything: in `.fallback(...)`, say.
//! A handler there has its attribute as everywhere, and a service gets [`public`] or [`guarded_by`] around it.
//!
//! ```
//! use axum::{Router, http::StatusCode, routing::get_service};
//! use djauth::{axum::public, prelude::*};
//!
//! #[login_not_required]
//! async fn not_found() -> (StatusCode, &'static str) {
//!     (StatusCode::NOT_FOUND, "There is nothing here.")
//! }
//!
//! # struct ServeDir;
//! # impl ServeDir { fn new(_: &str) -> Router { Router::new() } }
//! let app: Router = Router::new()
//!     .nest_service("/static", get_service(ServeDir::new("static")).layer(public())) // tower-http's `ServeDir`
//!     .fallback(not_found);
//! ```
//!
//! # What handlers return
//!
//! What axum can make a response of. [`djauth::Error`](crate::Error) is none, since it knows no framework; a handler that
//! asks djauth for something returns [`Rejection`], which `?` makes of it:
//!
//! ```
//! use djauth::{axum::{Rejection, Session, routing::get}, login_required};
//!
//! #[login_required]
//! async fn theme(session: Session) -> Result<String, Rejection> {
//!     Ok(session.get::<String>("theme")?.unwrap_or_else(|| "light".to_owned()))
//! }
//!
//! let app: axum::Router = axum::Router::new().route("/theme", get(theme));
//! ```
//!
//! With `djauth::Result<String>` the route would not compile: "axum cannot call this handler". What a handler's signature
//! lacks, axum's `#[debug_handler]` says, below the guard.

mod audience;
mod auth_session;
mod check;
pub(crate) mod context;
mod csrf;
mod extract;
mod finish;
mod form;
mod guard;
mod host;
mod layer;
mod mark;
mod rejection;
pub mod routing;
mod set_cookie;
pub(crate) mod site;

pub use self::{
    auth_session::AuthSession,
    csrf::CsrfToken,
    extract::{CurrentUser, Perms, Session},
    form::{Form, MAX_FORM_SIZE},
    layer::{AuthLayer, AuthService, ResponseFuture},
    mark::{Mark, Marked, dangerous_csrf_exempt, guarded_by, public},
    rejection::Rejection,
};
pub(crate) use self::{csrf::token as csrf_token, form::Fields, guard::request_url};
