//! How are users made? Django's `UserManager`.

use std::collections::BTreeMap;

use crate::{
    Error, PasswordHash, RawPassword, Result,
    auth::Authenticator,
    email::normalize_email,
    hasher::make_unusable_password,
    model::{ColumnType, ColumnValue, Field, UserModel, Value},
    user::{AuthUser, IdSource, UserId, logged},
    username::normalize_username,
};

/// A user about to be made.
///
/// # Examples
/// ```no_run
/// # use djauth_runtime as djauth;
/// # async fn example<U: djauth::user::AuthUser>(auth: djauth::auth::Authenticator<U>) -> djauth::Result<()> {
/// use djauth::{RawPassword, manager::NewUser};
///
/// let ann = NewUser::new("ann@example.org").password(RawPassword::new("correct horse battery"));
/// let ann = auth.create_user(ann.set("nickname", "Ann")).await?;
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct NewUser {
    username: String,
    password: Option<RawPassword>,
    values: BTreeMap<String, Value>,
}

impl NewUser {
    /// Starts with what the user will log in with.
    pub fn new(username: impl Into<String>) -> Self {
        Self { username: username.into(), password: None, values: BTreeMap::new() }
    }

    /// Sets the password; without one the user cannot log in by password.
    #[must_use]
    pub fn password(self, password: RawPassword) -> Self {
        Self { password: Some(password), ..self }
    }

    /// Sets a field of the struct, by its name in Rust. What has a way of its own is refused when the user is made: the
    /// username, the password, and whether the user is a superuser.
    #[must_use]
    pub fn set(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.values.insert(field.to_owned(), value.into());
        self
    }
}

impl<U: AuthUser> Authenticator<U> {
    /// Makes a user (Django's `create_user`). The username is normalised to NFKC, the address's domain to lower case.
    /// As in Django, the password is not validated: let [`validators`](Authenticator::validators) look at what a visitor
    /// chose before it comes here.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an empty username, an unknown or missing field or a value that does not fit, naming the
    /// field; [`Error::AlreadyExists`] if a unique value is taken. Nobody is made then.
    pub async fn create_user(&self, new: NewUser) -> Result<U> {
        self.create(new, Rights::None).await
    }

    /// Makes a user who may do everything (Django's `create_superuser`).
    ///
    /// # Errors
    /// As [`Authenticator::create_user`], and if the model has no superusers.
    pub async fn create_superuser(&self, new: NewUser) -> Result<U> {
        if U::MODEL.roles.is_superuser.is_none() {
            return Err(Error::Invalid(format!(
                "`{}` has no superusers; add the field `is_superuser: bool`",
                U::MODEL.model_name
            )));
        }
        self.create(new, Rights::All).await
    }

    async fn create(&self, new: NewUser, rights: Rights) -> Result<U> {
        let NewUser { username, password, values } = new;
        if username.is_empty() {
            return Err(Error::invalid("the given username must be set"));
        }
        for name in values.keys() {
            check_settable(U::MODEL, name)?;
        }
        let hash = match password {
            Some(password) => self.passwords().make_password(&password).await?,
            None => make_unusable_password()?,
        };
        let mut row = Row { username: normalize_username(&username).into_owned(), hash, rights, values };
        let values =
            U::MODEL.fields.iter().map(|field| self.value(field, &mut row)).collect::<Result<_>>()?;
        let user = self.users().insert_user(values).await?;
        let is_superuser = rights == Rights::All;
        tracing::info!(target: "djauth::security", user_id = logged(user.id()), is_superuser, "user created");
        Ok(user)
    }

    /// Returns what the new row holds in one column; `None` for a key that the database makes.
    fn value(&self, field: &'static Field, row: &mut Row) -> Result<Option<Value>> {
        let (column, roles) = (Some(field.column), &U::MODEL.roles);
        let given = row.values.remove(field.name);
        let all = row.rights == Rights::All;
        let value = if field.column == roles.username {
            let username = std::mem::take(&mut row.username);
            let is_address = roles.email == column;
            Some(Value::Text(if is_address { normalize_email(&username) } else { username }))
        } else if field.column == roles.password {
            Some(std::mem::take(&mut row.hash).to_value())
        } else if field.column == roles.id && given.is_none() {
            match U::Id::SOURCE {
                IdSource::Database => return Ok(None),
                IdSource::Random => U::Id::generate().map(|id| id.to_value()),
                IdSource::Caller => None,
            }
        } else if roles.is_superuser == column {
            Some(Value::Boolean(all))
        } else if roles.is_staff == column {
            Some(given.unwrap_or(Value::Boolean(all)))
        } else if roles.is_active == column {
            Some(given.unwrap_or(Value::Boolean(true)))
        } else if roles.email == column {
            given.map(|value| match value {
                Value::Text(address) => Value::Text(normalize_email(&address)),
                other => other,
            })
        } else if field.name == "date_joined" && field.column_type == ColumnType::DateTime {
            Some(given.unwrap_or(Value::DateTime(self.now())))
        } else {
            given
        };
        let value = value.or_else(field.default).ok_or_else(|| {
            Error::Invalid(format!(
                "`{}` needs a value; set it, list it in `required_fields`, or make the field an `Option`",
                field.name
            ))
        })?;
        field.accept(&value)?;
        Ok(Some(value))
    }

    /// Replaces a user's password and stores it (Django's `set_password` and `save`). Every other session of the user
    /// ends with their next request; [`end_sessions`](Authenticator::end_sessions) ends all of them now. The password is
    /// not validated.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the hashing threads are overloaded or the store fails; [`Error::Invalid`] if the user
    /// was deleted meanwhile. `user` is left as it was then.
    pub async fn set_password(&self, user: &mut U, password: &RawPassword) -> Result<()> {
        let mut changed = user.clone();
        changed.set_password(self.passwords().make_password(password).await?);
        if !self.users().update_user(&changed, &[U::MODEL.roles.password]).await? {
            return Err(Error::invalid("the user is no longer there, so no password was set"));
        }
        tracing::info!(target: "djauth::security", user_id = logged(user.id()), "password changed");
        *user = changed;
        Ok(())
    }

    /// Writes the named columns of a user (Django's `save(update_fields=...)`); `false` if there is no such user. If
    /// that disables the user, every session of theirs ends, so that none lives again when they are enabled (rule S52).
    ///
    /// [`UserStore::update_user`](crate::store::UserStore::update_user) writes the row and does nothing besides.
    ///
    /// # Errors
    /// [`Error::AlreadyExists`] if a unique value is taken, naming the field; [`Error::Unavailable`] if a store cannot
    /// be asked. If it is the store of sessions, the user is disabled already: try again.
    pub async fn update_user(&self, user: &U, columns: &[&str]) -> Result<bool> {
        let is_updated = self.users().update_user(user, columns).await?;
        let writes_active = U::MODEL.roles.is_active.is_some_and(|column| columns.contains(&column));
        if is_updated && writes_active && !user.is_active() {
            tracing::info!(target: "djauth::security", user_id = logged(user.id()), "user disabled");
            self.end_sessions(user).await?;
        }
        Ok(is_updated)
    }
}

/// Refuses a name that [`NewUser::set`] cannot set (rule S91): to leave its value out would make another user than was
/// meant.
fn check_settable(model: &UserModel, name: &str) -> Result<()> {
    let Some(field) = model.field(name) else {
        return Err(Error::Invalid(format!("`{}` has no field `{name}`", model.model_name)));
    };
    let remedy = if field.column == model.roles.username {
        "the username is given to `NewUser::new`"
    } else if field.column == model.roles.password {
        "the password is given by `.password(...)`"
    } else if model.roles.is_superuser == Some(field.column) {
        "superusers are made by `create_superuser`"
    } else {
        return Ok(());
    };
    Err(Error::Invalid(format!("the field `{name}` is not for `set`; {remedy}")))
}

struct Row {
    username: String,
    hash: PasswordHash,
    rights: Rights,
    values: BTreeMap<String, Value>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Rights {
    None,
    All,
}
