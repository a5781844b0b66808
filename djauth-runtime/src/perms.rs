//! What somebody may do, at one moment.

use std::{any::Any, fmt, sync::Arc};

use crate::{
    Result,
    guard::{self, Actor, Caller, Decision, Requirement, Rule},
    permission::{AsPermission, PermissionSet, unknown},
    user::AuthUser,
};

/// What somebody may do, read once (Django's `perms` in templates, `user.has_perm` in code).
///
/// An answer is a bit test. It holds for the request or the piece of work it was made for, and is never kept longer:
/// what is revoked now is refused next time (rule S90).
#[derive(Clone)]
pub struct Perms {
    user: Option<Arc<dyn Somebody>>,
    is_active: bool,
    is_superuser: bool,
    permissions: Arc<PermissionSet>,
}

/// A user of a type that only the program knows.
trait Somebody: Any + Send + Sync {
    fn id(&self) -> String;
}

impl<U: AuthUser> Somebody for U {
    fn id(&self) -> String {
        AuthUser::id(self).to_string()
    }
}

impl Perms {
    /// What a visitor may do who has not logged in: nothing.
    #[must_use]
    pub fn anonymous() -> Self {
        Self { user: None, is_active: false, is_superuser: false, permissions: Arc::default() }
    }

    pub(crate) fn of<U: AuthUser>(user: Arc<U>, permissions: Arc<PermissionSet>) -> Self {
        Self {
            is_active: user.is_active(),
            is_superuser: user.superuser().unwrap_or(false),
            user: Some(user),
            permissions,
        }
    }

    /// Returns whether somebody is logged in (Django's `is_authenticated`).
    #[must_use]
    pub fn is_authenticated(&self) -> bool {
        self.user.is_some()
    }

    /// Returns the user's primary key as text, for logs; `None` for a visitor.
    #[must_use]
    pub fn user_id(&self) -> Option<String> {
        self.user.as_ref().map(|user| user.id())
    }

    /// Returns whether this permission is held (Django's `has_perm`). An active superuser holds every one.
    ///
    /// Ask by constant, such as `Post::CAN_PUBLISH`, which the compiler checks. A text is not checked: one that no code
    /// declares is held by superusers and by those to whom the database gives it. Where it is given to nobody who asks,
    /// the log warns of it with the name that was probably meant, once for each name and of a hundred names at the most.
    /// For permissions that only the database knows there is [`PermissionName`](crate::permission::PermissionName).
    ///
    /// # Errors
    /// [`Error::ImproperlyConfigured`](crate::Error::ImproperlyConfigured) if the program's declarations contradict
    /// each other. An error is not a "no": pass it on (rule S9).
    #[inline]
    pub fn has_perm(&self, permission: impl AsPermission) -> Result<bool> {
        let held = match permission.index()? {
            Some(index) => self.permissions.contains_index(index),
            None => self.has_undeclared(&permission)?,
        };
        Ok(self.is_active && (self.is_superuser || held))
    }

    fn has_undeclared(&self, permission: &impl AsPermission) -> Result<bool> {
        let held = self.permissions.contains_undeclared(permission.label());
        if !held && permission.is_text() {
            unknown::warn(permission.label())?;
        }
        Ok(held)
    }

    /// Returns whether each of these permissions is held (Django's `has_perms`).
    ///
    /// # Errors
    /// As [`Perms::has_perm`].
    pub fn has_perms<P: AsPermission>(&self, permissions: impl IntoIterator<Item = P>) -> Result<bool> {
        for permission in permissions {
            if !self.has_perm(permission)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Returns whether any permission of this application is held (Django's `has_module_perms`).
    #[must_use]
    pub fn has_module_perms(&self, app_label: &str) -> bool {
        self.is_active && (self.is_superuser || self.permissions.contains_app(app_label))
    }

    /// Returns the permissions that were given, sorted; a superuser's need not be among them to be held.
    #[must_use]
    pub fn granted(&self) -> Vec<&str> {
        let mut labels: Vec<_> = self.permissions.iter().collect();
        labels.sort_unstable();
        labels
    }

    /// Holds a guard's rule against these permissions.
    ///
    /// # Errors
    /// As [`guard::decide`].
    pub fn decide(&self, rule: &Rule) -> Result<Decision> {
        guard::decide(rule, self.caller())
    }

    fn caller(&self) -> Caller<'_> {
        match &self.user {
            None => Caller::Anonymous,
            Some(user) => Caller::User {
                user: &**user,
                is_active: self.is_active,
                is_superuser: self.is_superuser,
                permissions: &self.permissions,
            },
        }
    }
}

impl Actor for Perms {
    fn fulfils(&self, requirement: &Requirement) -> Result<bool> {
        guard::fulfils(requirement, self.caller())
    }
}

impl fmt::Debug for Perms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Perms")
            .field("is_active", &self.is_active)
            .field("is_superuser", &self.is_superuser)
            .field("granted", &self.granted())
            .finish_non_exhaustive()
    }
}
