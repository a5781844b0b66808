//! Logging in and out, for handlers of the program's own.

use std::{fmt, net::SocketAddr, sync::Arc};

use axum::extract::{ConnectInfo, FromRequestParts};
use djauth_runtime::{
    PermissionDenied, Result, auth::Authenticated, credentials::Credentials, settings::Profile,
    signal::RequestInfo, user::AuthUser,
};
use http::{HeaderMap, header::USER_AGENT, request::Parts};

use super::{
    context::{Context, Handle, RequestContext},
    csrf,
    guard::request_url,
    rejection::Rejection,
};
use crate::Auth;

/// Logging in and out, for handlers of the program's own.
///
/// # Examples
/// ```
/// use axum::response::Redirect;
/// use djauth::prelude::*;
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
    /// What speaks against logging somebody in.
    source: Result<(), csrf::Refusal>,
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
    /// [`PermissionDenied`] if the page of another site sent the request, with another method than GET or HEAD: it would
    /// log its visitors in as somebody else (rule S81). The failure of a store or a receiver. Nobody is logged in then.
    pub async fn login(&self, authenticated: Authenticated<U>) -> Result<()> {
        if let Err(refusal) = &self.source {
            refusal.log();
            return Err(PermissionDenied.into());
        }
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
            Profile::Django => Ok(()),
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
        let source = csrf::check_login(parts, &*context);
        Ok(Self { info, headers: parts.headers.clone(), source, context })
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
