//! What happened? Signals and their receivers.
//!
//! A signal is a value that is sent to every function marked `#[receiver]` for its type. As with Django's `send`, a
//! receiver that fails makes the action fail that sent the signal.
//!
//! The same events are in the log as well (rule S101), under the target `djauth::security`, with the user's id and the
//! client's address and nothing that anybody typed; so are denials, new users, new passwords, and permissions and
//! memberships that are given or taken away.

use std::{
    any::{Any, TypeId},
    future::Future,
    net::IpAddr,
    pin::Pin,
};

use crate::{Result, auth::Authenticator, registry::Registry, user::AuthUser};

/// What receivers and backends may know of the request; empty outside one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct RequestInfo {
    /// The request's path.
    pub path: String,
    /// The address of the other end, as the server saw it.
    pub client_address: Option<IpAddr>,
    /// The request's `User-Agent`.
    pub user_agent: Option<String>,
}

/// Something that happened, as a value.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a signal",
    label = "nobody ever sends this to a receiver",
    note = "receive `UserLoggedIn<...>`, `UserLoggedOut<...>` or `UserLoginFailed` of `djauth::signal`",
    note = "implement `djauth::signal::Signal` for a type of your own and send it"
)]
pub trait Signal: Any + Send + Sync {}

/// A user logged in (Django's `user_logged_in`).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct UserLoggedIn<U: AuthUser> {
    /// The user.
    pub user: U,
    /// The request in which it happened.
    pub request: RequestInfo,
    /// The settings and stores of the program.
    pub auth: Authenticator<U>,
}

/// A user logged out (Django's `user_logged_out`).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct UserLoggedOut<U: AuthUser> {
    /// The user; `None` if nobody was logged in.
    pub user: Option<U>,
    /// The request in which it happened.
    pub request: RequestInfo,
}

/// Nobody was found for these credentials (Django's `user_login_failed`).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UserLoginFailed {
    /// The credentials by name, every secret replaced by asterisks.
    pub credentials: Vec<(String, String)>,
    /// The request in which it happened.
    pub request: RequestInfo,
}

impl<U: AuthUser> UserLoggedIn<U> {
    pub(crate) fn new(user: U, request: RequestInfo, auth: Authenticator<U>) -> Self {
        Self { user, request, auth }
    }
}

impl<U: AuthUser> UserLoggedOut<U> {
    pub(crate) fn new(user: Option<U>, request: RequestInfo) -> Self {
        Self { user, request }
    }
}

impl UserLoginFailed {
    pub(crate) fn new(credentials: Vec<(String, String)>, request: RequestInfo) -> Self {
        Self { credentials, request }
    }
}

impl<U: AuthUser> Signal for UserLoggedIn<U> {}
impl<U: AuthUser> Signal for UserLoggedOut<U> {}
impl Signal for UserLoginFailed {}

/// What a receiver returns, boxed.
pub type Received<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// A receiver, as `#[receiver]` submits it.
#[derive(Debug)]
pub struct ReceiverPlugin {
    /// The function's path, for messages.
    pub name: &'static str,
    /// The type of signal it wants.
    pub signal: fn() -> TypeId,
    /// Calls the function; the value is of that type.
    pub receive: for<'a> fn(&'a (dyn Any + Send + Sync)) -> Received<'a>,
}

inventory::collect!(ReceiverPlugin);

/// Sends a signal to every receiver of its type, one after the other.
///
/// # Errors
/// The error of the first receiver that fails; later ones are not called then.
pub async fn send<S: Signal>(signal: &S) -> Result<()> {
    for receiver in Registry::receivers().filter(|receiver| (receiver.signal)() == TypeId::of::<S>()) {
        (receiver.receive)(signal).await?;
    }
    Ok(())
}
