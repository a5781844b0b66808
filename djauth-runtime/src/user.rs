//! Who is a user? The traits that `#[derive(AuthUser)]` implements.
//!
//! The struct stays the program's own. [`AuthUser`] is Django's `AbstractBaseUser`, [`PermissionsMixin`] its mixin
//! of the same name; a struct without `is_superuser` has no permissions, and every permission guard refuses it.

use std::{fmt, hash::Hash};

use time::OffsetDateTime;

use crate::{
    PasswordHash, Result,
    model::{ColumnValue, Field, Row, UserModel, Value, read, read_with},
};

/// A user of the program (Django's `AbstractBaseUser`).
///
/// Derive it: `#[derive(AuthUser)]` finds the fields by Django's names or by `#[auth(...)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a user",
    label = "this type must implement `djauth::AuthUser`",
    note = "put `#[derive(AuthUser, Clone)]` on the struct, or use `djauth::User`"
)]
pub trait AuthUser: Clone + Send + Sync + 'static {
    /// The type of the primary key.
    type Id: UserId;

    /// The table behind the struct.
    const MODEL: &'static UserModel;

    /// Returns the primary key.
    fn id(&self) -> &Self::Id;

    /// Returns what the user logs in with (Django's `get_username()`).
    fn username(&self) -> &str;

    /// Returns the stored password.
    fn password(&self) -> &PasswordHash;

    /// Replaces the stored password in memory; a store writes it.
    fn set_password(&mut self, password: PasswordHash);

    /// Returns the address, if the model has one.
    fn email(&self) -> Option<&str> {
        None
    }

    /// Returns when the user logged in last, if the model remembers it.
    fn last_login(&self) -> Option<OffsetDateTime> {
        None
    }

    /// Replaces the time of the last login in memory; a store writes it.
    fn set_last_login(&mut self, _last_login: OffsetDateTime) {}

    /// Returns whether the user may log in. Guards ask on every request (rule S14).
    fn is_active(&self) -> bool {
        true
    }

    /// Returns whether the user may enter the admin.
    fn is_staff(&self) -> bool {
        false
    }

    /// Returns whether the user has every permission, or `None` for a model without permissions.
    ///
    /// [`PermissionsMixin::is_superuser`] is the form for models that are known to have them.
    fn superuser(&self) -> Option<bool> {
        None
    }

    /// Makes the struct out of a row.
    ///
    /// # Errors
    /// [`Error::Corrupt`](crate::Error::Corrupt) if a column holds a value of another kind, naming the column.
    fn from_row(row: &mut dyn Row) -> Result<Self>;

    /// Returns every field's value, in the order of [`UserModel::fields`].
    fn to_values(&self) -> Vec<Value>;
}

/// A user who can have permissions (Django's `PermissionsMixin`).
pub trait PermissionsMixin: AuthUser {
    /// Returns whether the user has every permission.
    fn is_superuser(&self) -> bool;
}

/// A user with a name, an address and a date of joining (Django's `AbstractUser`).
pub trait AbstractUser: PermissionsMixin {
    /// Returns the first name, which may be empty.
    fn first_name(&self) -> &str;

    /// Returns the last name, which may be empty.
    fn last_name(&self) -> &str;

    /// Returns when the account was made.
    fn date_joined(&self) -> OffsetDateTime;

    /// Returns first and last name with a space between (Django's `get_full_name()`).
    fn full_name(&self) -> String {
        format!("{} {}", self.first_name(), self.last_name()).trim().to_owned()
    }

    /// Returns the first name (Django's `get_short_name()`).
    fn short_name(&self) -> &str {
        self.first_name()
    }
}

/// A type that can be the primary key of a user.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as a primary key",
    label = "the field marked `#[auth(id)]` must implement `djauth::UserId`",
    note = "`UserId` is implemented for `i32`, `i64`, `String` and, with the `uuid` feature, `uuid::Uuid`"
)]
pub trait UserId:
    ColumnValue + Clone + Eq + Hash + fmt::Debug + fmt::Display + Send + Sync + 'static
{
    /// Where the key of a new user comes from.
    const SOURCE: IdSource;

    /// Reads the text that sessions and reset links hold; `None` if it is no such key.
    ///
    /// Only the canonical text is a key, so that two texts never name one user.
    fn parse(text: &str) -> Option<Self>;

    /// Makes a key for a new user where [`UserId::SOURCE`] says that djauth makes it.
    #[must_use]
    fn generate() -> Option<Self> {
        None
    }
}

/// Returns a primary key as the log shows it: escaped, so that no key begins a line of its own (rule S101).
#[doc(hidden)]
pub fn logged(id: &impl fmt::Display) -> impl tracing::Value {
    tracing::field::display(id.to_string().escape_debug().to_string())
}

/// Describes the column of the primary key; generated code calls it.
#[doc(hidden)]
#[must_use]
pub const fn id_field<U: AuthUser>(name: &'static str, column: &'static str) -> Field {
    Field::of::<U::Id>(name, column).unique()
}

/// Reads the primary key from a row; generated code calls it.
///
/// # Errors
/// As [`read`].
#[doc(hidden)]
pub fn read_id<U: AuthUser>(row: &mut dyn Row, index: usize) -> Result<U::Id> {
    read(row, U::MODEL, index)
}

/// Reads a field from a row with its type's [`ColumnValue::from_value`]; generated code calls it.
///
/// # Errors
/// As [`read`].
#[doc(hidden)]
pub fn read_field<U: AuthUser, T>(
    row: &mut dyn Row,
    index: usize,
    from_value: fn(Value) -> Result<T>,
) -> Result<T> {
    read_with(row, U::MODEL, index, from_value)
}

/// Returns what is written into the column of the primary key; generated code calls it.
#[doc(hidden)]
pub fn id_value<U: AuthUser>(user: &U) -> Value {
    user.id().to_value()
}

/// Where the key of a new user comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdSource {
    /// The database counts.
    Database,
    /// djauth draws a random one.
    Random,
    /// Whoever makes the user says it.
    Caller,
}

macro_rules! integer_id {
    ($($integer:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl UserId for $integer {
            const SOURCE: IdSource = IdSource::Database;

            fn parse(text: &str) -> Option<Self> {
                text.parse().ok().filter(|id: &Self| id.to_string() == text)
            }
        }
    )*};
}

integer_id!(i32, i64);

#[diagnostic::do_not_recommend]
impl UserId for String {
    const SOURCE: IdSource = IdSource::Caller;

    fn parse(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| text.to_owned())
    }
}

#[diagnostic::do_not_recommend]
#[cfg(feature = "uuid")]
impl UserId for uuid::Uuid {
    const SOURCE: IdSource = IdSource::Random;

    fn parse(text: &str) -> Option<Self> {
        Self::parse_str(text).ok().filter(|id| id.to_string() == text)
    }

    fn generate() -> Option<Self> {
        Some(Self::new_v4())
    }
}

/// Nobody in particular: the visitor who has not logged in (Django's `AnonymousUser`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct AnonymousUser;

impl fmt::Display for AnonymousUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AnonymousUser")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_canonical_text_is_an_integer_key() {
        assert_eq!(<i64 as UserId>::parse("42"), Some(42));
        for text in ["", "042", "+42", "42 ", "4_2", "9223372036854775808", "٤٢"] {
            assert_eq!(<i64 as UserId>::parse(text), None, "{text:?}");
        }
    }

    #[cfg(feature = "uuid")]
    #[test]
    fn only_the_hyphenated_lower_case_text_is_a_uuid_key() {
        let text = "0b4c5e9e-2f0e-4f9c-9a52-3a8f5a3f7a11";
        assert!(<uuid::Uuid as UserId>::parse(text).is_some());
        assert!(<uuid::Uuid as UserId>::parse(&text.to_uppercase()).is_none());
        assert!(<uuid::Uuid as UserId>::parse(&text.replace('-', "")).is_none());
    }
}
