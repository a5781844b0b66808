//! What handlers can ask for: the user, their permissions, the session.

use std::{fmt, net::SocketAddr, ops::Deref, sync::Arc};

use axum::extract::{ConnectInfo, FromRequestParts, OptionalFromRequestParts};
use djauth_runtime::{
    Result,
    auth::Authenticated,
    credentials::Credentials,
    guard::{Actor, Decision, Requirement, Rule},
    signal::RequestInfo,
    user::AuthUser,
};
use http::{HeaderMap, header::USER_AGENT, request::Parts};

use super::{
    context::{Context, Handle, RequestContext},
    csrf,
    guard::{audience, refuse, request_url},
    rejection::Rejection,
};
use crate::Auth;

/// The user who is logged in.
///
/// In a handler for anonymous visitors too, take `Option<CurrentUser<U>>`; otherwise a visitor is sent to log in. It is
/// no guard: whether the handler may be called at all says its attribute.
///
/// # Examples
/// ```
/// use djauth::prelude::*;
///
/// # #[derive(AuthUser, Clone)]
/// # #[auth(app = "accounts")]
/// # struct Member { id: i64, #[auth(username)] name: String, password: PasswordHash }
/// #[login_required]
/// async fn home(CurrentUser(member): CurrentUser<Member>) -> String {
///     format!("Hello {}", member.name)
/// }
///
/// #[login_not_required]
/// async fn about(member: Option<CurrentUser<Member>>) -> String {
///     format!("Hello {}", member.as_ref().map_or("stranger", |member| member.name.as_str()))
/// }
/// ```
#[derive(Debug)]
pub struct CurrentUser<U>(pub Arc<U>);

impl<U> Clone for CurrentUser<U> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<U> Deref for CurrentUser<U> {
    type Target = U;

    fn deref(&self) -> &U {
        &self.0
    }
}

impl<U: AuthUser, S: Send + Sync> FromRequestParts<S> for CurrentUser<U> {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        match <Self as OptionalFromRequestParts<S>>::from_request_parts(parts, state).await? {
            Some(user) => Ok(user),
            None => Err(log_in_first(parts)),
        }
    }
}

impl<U: AuthUser, S: Send + Sync> OptionalFromRequestParts<S> for CurrentUser<U> {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Rejection> {
        let context = Handle::of(&parts.extensions)?.typed::<U>()?;
        match context.auth.user().await {
            Ok(current) => Ok(current.map(|current| Self(current.user))),
            Err(error) => Err(Rejection::of_error(&error, audience(parts, &*context))),
        }
    }
}

fn log_in_first(parts: &Parts) -> Rejection {
    match Handle::of(&parts.extensions) {
        Ok(handle) => {
            refuse(Decision::RedirectToLogin, &Rule::new(Requirement::Login), parts, handle.context())
        }
        Err(rejection) => rejection,
    }
}

/// What the request's user may do; nothing, for a visitor.
///
/// It dereferences to [`djauth_runtime::perms::Perms`], which functions outside the web take.
///
/// # Examples
/// ```
/// use djauth::{axum::Rejection, prelude::*};
///
/// #[login_required]
/// async fn toolbar(perms: Perms) -> Result<&'static str, Rejection> {
///     Ok(if perms.has_perm("auth.add_user")? { "Add user" } else { "" })
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Perms(pub djauth_runtime::perms::Perms);

impl Deref for Perms {
    type Target = djauth_runtime::perms::Perms;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Actor for Perms {
    fn fulfils(&self, requirement: &Requirement) -> Result<bool> {
        self.0.fulfils(requirement)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Perms {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        let context = Handle::of(&parts.extensions)?.context();
        let perms = context.guard().perms().await;
        perms.map(Self).map_err(|error| Rejection::of_error(&error, audience(parts, context)))
    }
}

/// The request's session (Django's `request.session`).
///
/// It dereferences to [`djauth_runtime::session::Session`]. It is saved after the handler if something changed.
#[derive(Debug, Clone)]
pub struct Session(pub djauth_runtime::session::Session);

impl Deref for Session {
    type Target = djauth_runtime::session::Session;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Session {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        let context = Handle::of(&parts.extensions)?.context();
        let session = context.guard().session().await;
        session.map(Self).map_err(|error| Rejection::of_error(&error, audience(parts, context)))
    }
}

/// Logging in and out, for handlers of the program's own.
///
/// # Examples
/// ```
/// use axum::response::Redirect;
/// use djauth::{
///     RawPassword,
///     axum::{Form, Rejection},
///     credentials::Credentials,
///     prelude::*,
/// };
///
/// # #[derive(AuthUser, Clone)]
/// # #[auth(app = "accounts")]
/// # struct Member { id: i64, #[auth(username)] name: String, password: PasswordHash }
/// #[derive(serde::Deserialize)]
/// struct LoginForm {
///     username: String,
///     password: RawPassword,
/// }
///
/// #[login_not_required]
/// async fn log_in(auth: AuthSession<Member>, Form(form): Form<LoginForm>) -> Result<Redirect, Rejection> {
///     let credentials = Credentials::password(&form.username, form.password);
///     match auth.authenticate(&credentials).await? {
///         Some(user) => auth.login(user).await?,
///         None => return Ok(Redirect::to("/enter/?wrong")),
///     }
///     Ok(Redirect::to("/"))
/// }
/// ```
pub struct AuthSession<U: AuthUser> {
    context: Arc<RequestContext<U>>,
    info: RequestInfo,
    headers: HeaderMap,
}

impl<U: AuthUser> AuthSession<U> {
    pub(crate) fn context(&self) -> &dyn Context {
        &*self.context
    }

    /// Returns the settings, stores and plug-ins of the program.
    #[must_use]
    pub fn auth(&self) -> &Auth<U> {
        &self.context.app
    }

    /// Returns the user who is logged in.
    ///
    /// # Errors
    /// The failure of a store or a backend; it is neither "nobody" nor anybody.
    pub async fn user(&self) -> Result<Option<Arc<U>>> {
        Ok(self.context.auth.user().await?.map(|current| current.user))
    }

    /// Returns the user whom these credentials prove, or `None` (Django's `authenticate`). Nobody is logged in by it.
    ///
    /// # Errors
    /// The failure of a store or a backend, and of the password hashers under too much load.
    pub async fn authenticate(&self, credentials: &Credentials) -> Result<Option<Authenticated<U>>> {
        self.context.app.authenticate(&self.info, credentials).await
    }

    /// Logs a user in (Django's `login`): the session gets a new key, and CSRF tokens of before are worth nothing.
    ///
    /// # Errors
    /// The failure of a store or a receiver; nobody is logged in then.
    pub async fn login(&self, authenticated: Authenticated<U>) -> Result<()> {
        self.context.auth.login(authenticated, &self.info).await?;
        csrf::rotate(&self.headers, &*self.context)
    }

    /// Logs the user out (Django's `logout`): the session ends on the server, at once.
    ///
    /// # Errors
    /// The failure of the store or of a receiver; the session may still exist then.
    pub async fn logout(&self) -> Result<()> {
        self.context.auth.logout(&self.info).await?;
        match self.context.site().profile {
            djauth_runtime::settings::Profile::Django => Ok(()),
            _ => csrf::rotate(&self.headers, &*self.context),
        }
    }

    /// Keeps this session through a change of the user's password (Django's `update_session_auth_hash`).
    ///
    /// # Errors
    /// The failure of the session store.
    pub async fn update_session_auth_hash(&self, user: &U) -> Result<()> {
        self.context.auth.update_session_auth_hash(user).await
    }
}

impl<U: AuthUser> fmt::Debug for AuthSession<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthSession").field("info", &self.info).finish_non_exhaustive()
    }
}

impl<U: AuthUser, S: Send + Sync> FromRequestParts<S> for AuthSession<U> {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        let context = Handle::of(&parts.extensions)?.typed::<U>()?;
        let info = request_info(parts, &*context);
        Ok(Self { info, headers: parts.headers.clone(), context })
    }
}

fn request_info(parts: &Parts, context: &dyn Context) -> RequestInfo {
    let address = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let user_agent = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
    let mut info = RequestInfo::default();
    info.path = request_url(parts, context).path.to_owned();
    info.client_address = address.map(|ConnectInfo(address)| address.ip());
    info.user_agent = user_agent.map(str::to_owned);
    info
}
