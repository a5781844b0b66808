//! Declarative authentication and authorization for Rust web programs, with Django's concepts, formats and schema.
//!
//! A struct of yours becomes the user, an attribute on a handler says who may call it, and permissions are names that
//! the compiler checks. Tables, hashes and sessions are Django's, so that the two can share one database.
//!
//! # Quick start
//!
//! ```no_run
//! use axum::{Router, extract::Path};
//! use djauth::{axum::routing::{get, post}, prelude::*};
//!
//! #[derive(AuthUser, Debug, Clone)]
//! #[auth(app = "accounts")]
//! pub struct Member {
//!     pub id: i64,
//!     #[auth(username, email)]
//!     pub email: String,
//!     pub password: PasswordHash,
//!     pub last_login: Option<OffsetDateTime>,
//!     pub is_active: bool,
//!     pub is_staff: bool,
//!     pub is_superuser: bool,
//!     pub nickname: Option<String>,              // any column of your own
//! }
//!
//! #[permissions(app = "blog", can_publish = "Can publish posts")]
//! pub struct Post;                               // blog.add_post, change_, delete_, view_post, blog.can_publish
//!
//! #[login_required]
//! async fn home(CurrentUser(member): CurrentUser<Member>) -> String {
//!     format!("Hello {}", member.email)
//! }
//!
//! #[permission_required("blog.can_publish")]
//! async fn publish(Path(id): Path<i64>) -> String {
//!     format!("published {id}")
//! }
//!
//! #[tokio::main]
//! async fn main() -> djauth::Result<()> {
//!     let auth = Auth::<Member>::connect("sqlite://app.db").await?;
//!     let app = Router::new()
//!         .route("/", get(home))
//!         .route("/publish/{id}", post(publish))
//!         .nest("/accounts", auth.urls());       // login/ and logout/: Django's names
//!     djauth::manage(auth, app).await            // serve, migrate, createsuperuser, ...
//! }
//! ```
//!
//! Write `"blog.can_publsh"`, or leave the attribute away, and the program does not compile.
//!
//! On your own machine start it with `DJAUTH_DEVELOPMENT=1`. A deployment sets `DJAUTH_SECRET_KEY` and
//! `DJAUTH_ALLOWED_HOSTS`; every other name is in [`Settings`].
//!
//! # Where to go next
//!
//! - [`derive@AuthUser`], [`macro@permissions`], [`macro@login_required`], [`macro@permission_required`]: the attributes.
//! - [`Auth`]: settings, database and backends, put together. [`settings`]: every one of them, from a file, the
//!   environment or the program.
//! - [`mod@axum`]: the layer, extractors, forms, and who gets which answer. [`CsrfToken`](axum::CsrfToken): what your
//!   forms and scripts send, for otherwise their POST is refused.
//! - [`management`]: the program's own command line.
//! - [`store`]: SQLite, memory, and what a store of your own must offer.
//! - [`manager`]: how users are made, given new passwords, groups and permissions, with handlers to take over.
//! - [`session`]: what is kept of a visitor between requests.
//! - [`backend`]: who vouches for users. [`signal`]: what happened. [`validator`]: which passwords are good enough.
//! - [`hasher`], [`signing`], [`token`], [`csrf`]: Django's formats, for programs that make or read them by themselves.
//!
//! # Features
//!
//! | feature | what it adds | default |
//! |---|---|---|
//! | `argon2` | argon2id, the preferred hasher | yes |
//! | `axum` | the layer, extractors, guards and pages for axum 0.8 | yes |
//! | `sqlite` | users, permissions and sessions in SQLite through sqlx | yes |
//! | `bcrypt`, `scrypt` | hashers, to verify what Django stored | no |
//! | `uuid` | UUID primary keys | no |
//! | `test-util` | `djauth::test_util`: the tests that every store must pass, and a clock that tests can set | no |

mod auth;
#[cfg(feature = "axum")]
pub mod axum;
pub mod contrib;
pub mod forms;
pub mod guard;
#[cfg(feature = "axum")]
pub mod management;
pub mod manager;
pub mod store;
#[cfg(feature = "axum")]
mod templates;
#[cfg(feature = "axum")]
mod views;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

/// Makes the `async fn` of a block those of [`AuthBackend`](backend::AuthBackend) or of a store: the crate of this name.
pub use async_trait::async_trait;
pub use auth::{Auth, AuthBuilder};
pub use contrib::User;
pub use djauth_macros::*;
#[cfg(feature = "test-util")]
pub use djauth_runtime::test_util;
pub use djauth_runtime::{
    Error, ImproperlyConfigured, PasswordHash, PermissionDenied, RawPassword, Result, Unavailable,
    auth::{Authenticated, Authenticator},
    backend, check, clock, credentials, csrf, email, group,
    guard::Actor,
    hasher, inventory, model,
    model::ColumnValue,
    permission::{AsPermission, Permission, PermissionName, PermissionSet},
    perms::Perms,
    session, settings,
    settings::Settings,
    signal, signing, token,
    user::{AbstractUser, AnonymousUser, AuthUser, PermissionsMixin, UserId},
    validator,
};
#[cfg(feature = "axum")]
pub use management::manage;

/// What nearly every program names: `use djauth::prelude::*`.
///
/// With axum, `Perms` and `Session` are its extractors; [`djauth::Perms`](crate::Perms) is what they hold. `Form` is the
/// one that verifies where a form comes from: a program that has `use axum::Form` as well takes axum's, and one that has
/// all of `axum::extract::*` is asked by the compiler which of the two it means.
pub mod prelude {
    #[cfg(feature = "axum")]
    pub use crate::axum::{AuthSession, CsrfToken, CurrentUser, Form, Perms, Rejection, Session};
    pub use crate::{
        Auth, AuthUser, PasswordHash, PermissionDenied, RawPassword, Settings, auth_backend,
        credentials::Credentials, login_not_required, login_required, permission_required, permissions,
        receiver, user_passes_test,
    };
    pub use time::OffsetDateTime;
}
