//! The pages under Django's names and paths.

use axum::{
    Router,
    routing::{get, post},
};
use djauth_runtime::user::AuthUser;

use super::{login, logout};
use crate::Auth;

impl<U: AuthUser> Auth<U> {
    /// Returns the ready-made pages (Django's `django.contrib.auth.urls`), to be nested where `login_url` says:
    /// `.nest("/accounts", auth.urls())`.
    ///
    /// | path | name | what it is |
    /// |---|---|---|
    /// | `login/` | `login` | the login page, and where its form is sent |
    /// | `logout/` | `logout` | logs out; POST only (rule S88) |
    pub fn urls<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        Router::new()
            .route("/login/", get(login::show::<U>).post(login::submit::<U>))
            .route("/logout/", post(logout::submit::<U>))
    }
}
