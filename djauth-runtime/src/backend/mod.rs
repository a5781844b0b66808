//! Who vouches for a user? Authentication backends and their chain.
//!
//! `Settings::authentication_backends` lists backends by name, in the order of asking. [`ModelBackend`] is always to
//! be had; a program adds its own with `#[auth_backend]` or through the builder.

mod model;

use std::{
    any::{Any, TypeId},
    fmt,
    sync::Arc,
};

use async_trait::async_trait;

pub use model::ModelBackend;

use crate::{
    ImproperlyConfigured, Result, auth::Authenticator, credentials::Credentials, permission::PermissionSet,
    registry::Registry, signal::RequestInfo, user::AuthUser,
};

/// Somebody who can vouch for users (Django's `BaseBackend`).
#[async_trait]
pub trait AuthBackend<U: AuthUser>: Send + Sync + 'static {
    /// Returns the user whom these credentials prove, or `None` to let the next backend answer.
    ///
    /// Verify passwords through [`Authenticator::verify_password`]: it costs the same for users who do not exist
    /// (rules S19 and S21).
    ///
    /// # Errors
    /// [`Error::PermissionDenied`](crate::Error::PermissionDenied) ends the chain at once; any other error means that
    /// nobody could decide.
    async fn authenticate(
        &self,
        auth: &Authenticator<U>,
        request: &RequestInfo,
        credentials: &Credentials,
    ) -> Result<Option<U>>;

    /// Returns a user whom this backend vouched for earlier, or `None` if it does so no longer.
    ///
    /// `row` is the user's row if the store read it along with the session; a backend that keeps users elsewhere
    /// leaves it alone.
    ///
    /// # Errors
    /// Whatever keeps the backend from answering.
    async fn get_user(&self, auth: &Authenticator<U>, id: &U::Id, row: Option<U>) -> Result<Option<U>> {
        let user = match row {
            Some(user) => Some(user),
            None => auth.users().get_user(id).await?,
        };
        Ok(user.filter(|user| self.user_can_authenticate(user)))
    }

    /// Returns whether this user may log in at all.
    fn user_can_authenticate(&self, user: &U) -> bool {
        user.is_active()
    }

    /// Returns whether, with this backend in the chain, what the tables give users and groups counts.
    fn table_permissions_count(&self) -> bool {
        false
    }

    /// Returns permissions that this backend gives an active user, besides those in the tables.
    ///
    /// # Errors
    /// Whatever keeps the backend from answering.
    async fn permissions(&self, _auth: &Authenticator<U>, _user: &U) -> Result<PermissionSet> {
        Ok(PermissionSet::new())
    }
}

/// A backend under the name by which sessions remember it.
pub struct NamedBackend<U: AuthUser> {
    /// The name as the settings spell it.
    pub name: Arc<str>,
    /// The backend.
    pub backend: Arc<dyn AuthBackend<U>>,
}

impl<U: AuthUser> Clone for NamedBackend<U> {
    fn clone(&self) -> Self {
        Self { name: Arc::clone(&self.name), backend: Arc::clone(&self.backend) }
    }
}

impl<U: AuthUser> fmt::Debug for NamedBackend<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("NamedBackend").field(&self.name).finish()
    }
}

/// A backend that a program registers, as `#[auth_backend]` submits it.
#[derive(Debug)]
pub struct BackendPlugin {
    /// The name for the settings.
    pub name: &'static str,
    /// Other names, such as the dotted path of a Django class that it stands in for.
    pub aliases: &'static [&'static str],
    /// The type of user that it vouches for.
    pub user: fn() -> TypeId,
    /// Makes an `Arc<dyn AuthBackend<U>>` for that type.
    pub build: fn() -> Box<dyn Any>,
}

inventory::collect!(BackendPlugin);

/// Finds the backends that the settings name, in their order.
pub(crate) fn chain<U: AuthUser>(
    names: &[String],
    own: &[NamedBackend<U>],
) -> Result<Vec<NamedBackend<U>>, ImproperlyConfigured> {
    if names.is_empty() {
        return Err(ImproperlyConfigured::new(
            "`authentication_backends` is empty, so nobody can log in; list \"ModelBackend\"",
        ));
    }
    names.iter().map(|name| find(name, own)).collect()
}

fn find<U: AuthUser>(name: &str, own: &[NamedBackend<U>]) -> Result<NamedBackend<U>, ImproperlyConfigured> {
    let named = |backend| NamedBackend { name: Arc::from(name), backend };
    if let Some(own) = own.iter().find(|own| &*own.name == name) {
        return Ok(own.clone());
    }
    if ModelBackend::NAMES.contains(&name) {
        return Ok(named(Arc::new(ModelBackend)));
    }
    for plugin in Registry::backends().filter(|plugin| plugin.name == name || plugin.aliases.contains(&name))
    {
        let backend = (plugin.user)() == TypeId::of::<U>();
        if let Some(backend) = backend.then(|| (plugin.build)().downcast().ok()).flatten() {
            return Ok(named(*backend));
        }
    }
    Err(unknown(name, own))
}

fn unknown<U: AuthUser>(name: &str, own: &[NamedBackend<U>]) -> ImproperlyConfigured {
    let of_this_user = Registry::backends().filter(|plugin| (plugin.user)() == TypeId::of::<U>());
    let known = of_this_user.map(|plugin| plugin.name).chain(own.iter().map(|own| &*own.name));
    let known: Vec<_> =
        known.chain(ModelBackend::NAMES.into_iter().take(1)).map(|name| format!("`{name}`")).collect();
    ImproperlyConfigured::new(format!(
        "`authentication_backends` names `{name}`, but no linked crate registers it for this user type; known are {}",
        known.join(", ")
    ))
}
