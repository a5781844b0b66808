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
    async fn get_user(
        &self,
        auth: &Authenticator<U>,
        id: &U::Id,
        row: Option<Arc<U>>,
    ) -> Result<Option<Arc<U>>> {
        let user = match row {
            Some(user) => Some(user),
            None => auth.users().get_user(id).await?.map(Arc::new),
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

impl BackendPlugin {
    fn is_called(&self, name: &str) -> bool {
        self.name == name || self.aliases.contains(&name)
    }

    fn is_for<U: AuthUser>(&self) -> bool {
        (self.user)() == TypeId::of::<U>()
    }
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
    let ours = own.iter().filter(|own| &*own.name == name).map(|own| Arc::clone(&own.backend));
    let built_in =
        ModelBackend::NAMES.contains(&name).then(|| Arc::new(ModelBackend) as Arc<dyn AuthBackend<U>>);
    let mut found: Vec<_> = ours.chain(built_in).chain(plugins(name)).collect();
    match (found.pop(), found.len()) {
        (Some(backend), 0) => Ok(NamedBackend { name: Arc::from(name), backend }),
        (None, _) => Err(unknown(name, own)),
        // Which one answers must not depend on the order of linking.
        (Some(_), others) => Err(ImproperlyConfigured::new(format!(
            "`{name}` names {} backends; give each a name of its own",
            others + 1
        ))),
    }
}

fn plugins<U: AuthUser>(name: &str) -> impl Iterator<Item = Arc<dyn AuthBackend<U>>> {
    Registry::backends()
        .filter(move |plugin| plugin.is_called(name) && plugin.is_for::<U>())
        .filter_map(|plugin| (plugin.build)().downcast().ok().map(|backend| *backend))
}

/// Returns whether two names are one backend's: its own and an alias, such as the dotted path of Django's class.
pub(crate) fn are_one<U: AuthUser>(name: &str, other: &str) -> bool {
    let built_in = [name, other].iter().all(|name| ModelBackend::NAMES.contains(name));
    let mut plugins = Registry::backends().filter(|plugin| plugin.is_for::<U>());
    built_in || plugins.any(|plugin| plugin.is_called(name) && plugin.is_called(other))
}

fn unknown<U: AuthUser>(name: &str, own: &[NamedBackend<U>]) -> ImproperlyConfigured {
    let of_this_user = Registry::backends().filter(|plugin| plugin.is_for::<U>());
    let known = of_this_user.map(|plugin| plugin.name).chain(own.iter().map(|own| &*own.name));
    let known: Vec<_> =
        known.chain(ModelBackend::NAMES.into_iter().take(1)).map(|name| format!("`{name}`")).collect();
    ImproperlyConfigured::new(format!(
        "`authentication_backends` names `{name}`, but no linked crate registers it for this user type; known are {}",
        known.join(", ")
    ))
}

#[cfg(all(test, feature = "test-util"))]
mod tests {
    use super::*;
    use crate::test_util::Person;

    fn named(name: &str) -> NamedBackend<Person> {
        NamedBackend { name: Arc::from(name), backend: Arc::new(ModelBackend) }
    }

    fn names(list: &[&str], own: &[NamedBackend<Person>]) -> Result<Vec<String>, String> {
        let list: Vec<_> = list.iter().map(|name| (*name).to_owned()).collect();
        let found = chain(&list, own).map_err(|error| error.to_string())?;
        Ok(found.iter().map(|found| found.name.to_string()).collect())
    }

    #[test]
    fn backends_come_in_the_settings_order_under_the_name_written_there() {
        let path = ModelBackend::NAMES[1];
        assert_eq!(
            names(&["tokens", path], &[named("tokens")]),
            Ok(vec!["tokens".to_owned(), path.to_owned()])
        );
    }

    inventory::submit! {
        BackendPlugin {
            name: "Badges",
            aliases: &["people.backends.Badges"],
            user: TypeId::of::<Person>,
            build: || Box::new(Arc::new(ModelBackend) as Arc<dyn AuthBackend<Person>>),
        }
    }

    #[test]
    fn a_backend_is_one_under_all_its_names() {
        let [short, dotted] = ModelBackend::NAMES;
        assert!(are_one::<Person>("people.backends.Badges", "Badges") && are_one::<Person>(short, dotted));
        for (name, other) in [("Badges", short), (dotted, "people.backends.Badges"), ("a", "b")] {
            assert!(!are_one::<Person>(name, other), "{name} is not {other}");
        }
    }

    #[test]
    fn an_unknown_name_is_an_error_that_lists_the_known_ones() {
        let error = names(&["tokes"], &[named("tokens")]).expect_err("misspelt");
        assert!(
            error.contains("`tokes`") && error.contains("`tokens`") && error.contains("`ModelBackend`"),
            "{error}"
        );
        assert!(names(&[], &[]).is_err());
    }

    #[test]
    fn two_backends_of_one_name_are_an_error() {
        for (list, own) in [("tokens", "tokens"), ("ModelBackend", "ModelBackend")] {
            let own = [named(own), named("tokens")];
            let error = names(&[list], &own).expect_err("two of one name");
            assert!(error.contains("names 2 backends"), "{error}");
        }
    }
}
