//! What a database must offer.
//!
//! Every method is one statement or one transaction. A look-up that finds nothing is `Ok(None)`; a store that cannot
//! be asked is [`Error::Unavailable`], never "no" (rule S9).
//! `test_util` holds the tests that every implementation must pass.

use async_trait::async_trait;

use crate::{
    Error, ImproperlyConfigured, PasswordHash, Result,
    group::Group,
    model::{ColumnValue, Row, UserModel, Value},
    permission::{PermissionName, PermissionSet},
    session::JoinedUser,
    user::{AuthUser, IdSource, UserId, logged},
};

/// Users, groups and permissions together: what a database that holds all three implements.
pub trait Store<U: AuthUser>: UserStore<U> + GroupStore<U> + PermissionStore<U> {}

impl<U: AuthUser, S: UserStore<U> + GroupStore<U> + PermissionStore<U>> Store<U> for S {}

/// Where users are kept.
#[async_trait]
pub trait UserStore<U: AuthUser>: Send + Sync + 'static {
    /// Returns the user with this primary key.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the store cannot be asked; so in every method here.
    async fn get_user(&self, id: &U::Id) -> Result<Option<U>>;

    /// Returns the user with this primary key and what they were given directly or through groups, if one statement
    /// reads both: for sessions that are kept without their user beside them.
    async fn get_user_with_permissions(&self, id: &U::Id) -> Result<JoinedUser<U>> {
        let _ = id;
        Ok(JoinedUser::NotJoined)
    }

    /// Returns the user who logs in with exactly this name (Django's `get_by_natural_key`).
    async fn get_user_by_username(&self, username: &str) -> Result<Option<U>>;

    /// Returns the users with exactly this value in a column, at most `limit`.
    async fn find_users(&self, column: &str, value: &Value, limit: u32) -> Result<Vec<U>>;

    /// Adds a row and returns it with its key.
    ///
    /// `values` are in the order of [`UserModel::fields`](crate::model::UserModel::fields); `None` for the key leaves
    /// it to the database.
    ///
    /// A row that cannot be read again is not kept ([`read_new`]): nobody could log in by it, nor list the users.
    ///
    /// # Errors
    /// [`Error::AlreadyExists`] if a unique value is taken, naming the field;
    /// [`Error::Invalid`] if a value does not fit.
    async fn insert_user(&self, values: Vec<Option<Value>>) -> Result<U>;

    /// Writes the named columns of this user and no others; `false` if there is no such row. Sessions stay; to disable a
    /// user, call [`Authenticator::update_user`](crate::auth::Authenticator::update_user).
    ///
    /// # Errors
    /// [`Error::AlreadyExists`] if a unique value is taken, naming the field.
    async fn update_user(&self, user: &U, columns: &[&str]) -> Result<bool>;

    /// Replaces the password column if it still holds `old`; `false` if it does not.
    ///
    /// So a hash that is upgraded at login never overwrites a password that was changed meanwhile.
    async fn replace_password(&self, id: &U::Id, old: &PasswordHash, new: &PasswordHash) -> Result<bool>;

    /// Removes a user with their memberships and permissions; `false` if there is no such row.
    async fn delete_user(&self, id: &U::Id) -> Result<bool>;

    /// Returns whether an active superuser exists.
    async fn has_superuser(&self) -> Result<bool>;
}

/// Where groups and memberships are kept.
#[async_trait]
pub trait GroupStore<U: AuthUser>: Send + Sync + 'static {
    /// Adds a group.
    ///
    /// # Errors
    /// [`Error::AlreadyExists`] if the name is taken;
    /// [`Error::Invalid`] if it is empty or too long.
    async fn create_group(&self, name: &str) -> Result<Group>;

    /// Returns the group of this name.
    async fn get_group(&self, name: &str) -> Result<Option<Group>>;

    /// Returns every group, by name.
    async fn groups(&self) -> Result<Vec<Group>>;

    /// Removes a group with its memberships and permissions; `false` if there is no such group.
    async fn delete_group(&self, group: &Group) -> Result<bool>;

    /// Returns the groups of a user, by name.
    async fn groups_of(&self, user: &U::Id) -> Result<Vec<Group>>;

    /// Makes a user a member; being one already is fine. What that changes is logged
    /// ([`log_membership`]), and so is its end.
    async fn add_to_group(&self, user: &U::Id, group: &Group) -> Result<()>;

    /// Ends a membership; not being a member is fine.
    async fn remove_from_group(&self, user: &U::Id, group: &Group) -> Result<()>;
}

/// Who holds a permission.
#[derive(Debug)]
pub enum Holder<'a, U: AuthUser> {
    /// A user, directly.
    User(&'a U::Id),
    /// A group, for each of its members.
    Group(&'a Group),
}

impl<U: AuthUser> Clone for Holder<'_, U> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<U: AuthUser> Copy for Holder<'_, U> {}

/// Where permissions are kept.
#[async_trait]
pub trait PermissionStore<U: AuthUser>: Send + Sync + 'static {
    /// Returns what a user was given directly, by table alone: whether they are active is not looked at.
    async fn user_permissions(&self, user: &U::Id) -> Result<PermissionSet>;

    /// Returns what a user was given through groups, by table alone.
    async fn group_permissions(&self, user: &U::Id) -> Result<PermissionSet>;

    /// Returns what a user was given directly or through groups, in one statement.
    async fn all_permissions(&self, user: &U::Id) -> Result<PermissionSet>;

    /// Returns what the members of a group are given.
    async fn permissions_of_group(&self, group: &Group) -> Result<PermissionSet>;

    /// Gives permissions; those already given are left alone. What that changes is logged ([`log_permissions`]),
    /// and so is its end.
    ///
    /// # Errors
    /// [`Error::Invalid`] if a permission has no row, naming it and the remedy (`migrate`).
    /// Nothing is given then.
    async fn grant(&self, holder: Holder<'_, U>, permissions: &[PermissionName]) -> Result<()>;

    /// Takes permissions away; those not held are left alone.
    async fn revoke(&self, holder: Holder<'_, U>, permissions: &[PermissionName]) -> Result<()>;

    /// Returns the name of every permission that has a row, sorted.
    async fn known_permissions(&self) -> Result<Vec<PermissionName>>;
}

/// Checks a new user's row before a store writes it, and draws the key where djauth makes it.
///
/// What remains `None` is the key, and the database counts it.
///
/// # Errors
/// [`Error::Invalid`] if a value is missing or does not fit its column; the text names the field.
pub fn complete_row<U: AuthUser>(mut values: Vec<Option<Value>>) -> Result<Vec<Option<Value>>> {
    let model = U::MODEL;
    if values.len() != model.fields.len() {
        return Err(Error::Invalid(format!("table `{}` has {} columns", model.table, model.fields.len())));
    }
    for (value, field) in values.iter_mut().zip(model.fields) {
        if value.is_none() && field.column == model.roles.id {
            *value = U::Id::generate().map(|id| id.to_value());
        }
        let counted = field.column == model.roles.id && U::Id::SOURCE == IdSource::Database;
        match value {
            Some(value) => field.accept(value)?,
            None if counted => {}
            None => return Err(Error::Invalid(format!("the field `{}` needs a value", field.name))),
        }
    }
    Ok(values)
}

/// Reads a new user's row before a store makes it last. What fails is not in the store yet, so it is whoever makes the
/// user who is told, and the store takes the row back.
///
/// # Errors
/// [`Error::Invalid`] if a field's type refuses its value; the text names the column.
pub fn read_new<U: AuthUser>(row: &mut dyn Row) -> Result<U> {
    U::from_row(row).map_err(|error| match error {
        Error::Corrupt(text) => Error::Invalid(text),
        other => other,
    })
}

/// What was changed of somebody's rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Something was given.
    Granted,
    /// Something was taken away.
    Revoked,
}

/// Logs that permissions were given or taken away (rule S101); a store calls it when the change lasts, with those that it
/// changed. Where there are none, nothing is logged.
pub fn log_permissions<U: AuthUser>(change: Change, holder: Holder<'_, U>, permissions: &[&PermissionName]) {
    if permissions.is_empty() {
        return;
    }
    let (user_id, group_id) = match holder {
        Holder::User(user) => (Some(logged(user)), None),
        Holder::Group(group) => (None, Some(group.id)),
    };
    let permissions: Vec<_> = permissions.iter().map(|permission| permission.as_str()).collect();
    match change {
        Change::Granted => {
            tracing::info!(target: "djauth::security", user_id, group_id, ?permissions, "permissions granted");
        }
        Change::Revoked => {
            tracing::info!(target: "djauth::security", user_id, group_id, ?permissions, "permissions revoked");
        }
    }
}

/// Logs that a membership was made or ended (rule S101); a store calls it when the change lasts, not where there was none.
pub fn log_membership<U: AuthUser>(change: Change, user: &U::Id, group: &Group) {
    let group_id = group.id;
    match change {
        Change::Granted => {
            tracing::info!(target: "djauth::security", user_id = logged(user), group_id, "added to group");
        }
        Change::Revoked => {
            tracing::info!(target: "djauth::security", user_id = logged(user), group_id, "removed from group");
        }
    }
}

/// Returns the error for users who can have neither permissions nor groups.
#[must_use]
pub fn no_permissions(model: &UserModel) -> Error {
    ImproperlyConfigured::new(format!(
        "the model `{}` has no permissions; add a field `is_superuser: bool` to its struct",
        model.model_name
    ))
    .into()
}

/// Returns the error for a permission that cannot be given.
#[must_use]
pub fn no_such_permission(name: &str) -> Error {
    Error::Invalid(format!(
        "the permission `{name}` has no row in `auth_permission`; declare it with `#[permissions]` and run `migrate`"
    ))
}
