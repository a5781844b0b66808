//! What handlers can ask for: the user, their permissions, the session.

use std::{ops::Deref, sync::Arc};

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use djauth_runtime::{
    Result,
    guard::{Actor, Decision, Requirement, Rule},
    user::AuthUser,
};
use http::request::Parts;

use super::{
    context::{Context, Handle},
    guard::refuse,
    rejection::Rejection,
};

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
            Err(error) => Err(Rejection::of_error(&error, context.audience())),
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
/// use djauth::prelude::*;
///
/// #[permissions(app = "blog", can_publish = "Can publish posts")]
/// struct Post;
///
/// #[login_required]
/// async fn toolbar(perms: Perms) -> Result<&'static str, Rejection> {
///     Ok(if perms.has_perm(Post::CAN_PUBLISH)? { "Publish" } else { "" })
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
        perms.map(Self).map_err(|error| Rejection::of_error(&error, context.audience()))
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
        session.map(Self).map_err(|error| Rejection::of_error(&error, context.audience()))
    }
}
