//! The table behind a user's struct: columns, roles and values.
//!
//! `#[derive(AuthUser)]` describes the struct once as a [`UserModel`]; a store turns the description into SQL for
//! its dialect and moves rows in and out as [`Value`]s. So the runtime knows no database, and generated code names
//! no database crate.

mod column;
mod value;

pub use column::ColumnValue;
pub use value::Value;

use crate::{Error, Result};

/// What a store needs to know of a user's struct (Django's `Model._meta`).
#[derive(Debug)]
pub struct UserModel {
    /// The application the model belongs to, such as `accounts`.
    pub app_label: &'static str,
    /// The struct's name in lower case, such as `member`.
    pub model_name: &'static str,
    /// The table, by default `<app_label>_<model_name>`.
    pub table: &'static str,
    /// Every column, in the order of the struct's fields.
    pub fields: &'static [Field],
    /// Which columns djauth itself reads and writes.
    pub roles: Roles,
    /// Fields that `createuser` and `createsuperuser` ask for besides username and password (Django's
    /// `REQUIRED_FIELDS`).
    pub required_fields: &'static [&'static str],
}

impl UserModel {
    /// Returns `<app_label>.<model_name>`, such as `accounts.member` (Django's `label_lower`).
    #[must_use]
    pub fn label(&self) -> String {
        format!("{}.{}", self.app_label, self.model_name)
    }

    /// Returns the field with this Rust name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Returns the field that is stored in this column, with its place among [`fields`](Self::fields).
    ///
    /// # Errors
    /// [`Error::Invalid`] if the table has no such column.
    pub fn index_of(&self, column: &str) -> Result<(usize, &'static Field)> {
        let mut fields = self.fields.iter().enumerate();
        fields
            .find(|(_, field)| field.column == column)
            .ok_or_else(|| Error::Invalid(format!("table `{}` has no column `{column}`", self.table)))
    }

    /// Returns the field that is stored in this column.
    #[must_use]
    pub fn column(&self, column: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.column == column)
    }
}

/// The columns that djauth itself reads and writes.
#[derive(Debug)]
pub struct Roles {
    /// The primary key.
    pub id: &'static str,
    /// What a user logs in with (Django's `USERNAME_FIELD`).
    pub username: &'static str,
    /// The password hash.
    pub password: &'static str,
    /// The address (Django's `EMAIL_FIELD`); may be the username's column.
    pub email: Option<&'static str>,
    /// When the user logged in last.
    pub last_login: Option<&'static str>,
    /// Whether the user may log in; without the column everybody may.
    pub is_active: Option<&'static str>,
    /// Whether the user may enter the admin.
    pub is_staff: Option<&'static str>,
    /// Whether the user has every permission; without the column the model has no permissions at all.
    pub is_superuser: Option<&'static str>,
}

/// One column of a user's table.
#[derive(Debug)]
pub struct Field {
    /// The field's name in Rust, without `r#`.
    pub name: &'static str,
    /// The column's name in the table.
    pub column: &'static str,
    /// The column's type.
    pub column_type: ColumnType,
    /// Whether the column may be null.
    pub nullable: bool,
    /// The longest text allowed, in characters.
    pub max_length: Option<u16>,
    /// Whether no two rows may share a value.
    pub unique: bool,
    /// What a new row gets where nobody says anything; `None` if somebody must.
    pub default: fn() -> Option<Value>,
}

impl Field {
    /// Describes a column that holds a `T`.
    #[must_use]
    pub const fn of<T: ColumnValue>(name: &'static str, column: &'static str) -> Self {
        Self {
            name,
            column,
            column_type: T::TYPE,
            nullable: T::NULLABLE,
            max_length: T::MAX_LENGTH,
            unique: false,
            default: T::default_value,
        }
    }

    /// Limits the text to `max_length` characters.
    #[must_use]
    pub const fn max_length(self, max_length: u16) -> Self {
        Self { max_length: Some(max_length), ..self }
    }

    /// Demands that no two rows share a value.
    #[must_use]
    pub const fn unique(self) -> Self {
        Self { unique: true, ..self }
    }

    /// Gives new rows this value where nobody says anything.
    #[must_use]
    pub const fn default(self, default: fn() -> Option<Value>) -> Self {
        Self { default, ..self }
    }

    /// Checks what is about to be written: nulls, types and lengths, which not every database looks at.
    ///
    /// # Errors
    /// [`Error::Invalid`], naming the field and never the value.
    pub fn accept(&self, value: &Value) -> Result<()> {
        match (value, self.max_length) {
            (Value::Null, _) if self.nullable => Ok(()),
            (Value::Null, _) => Err(Error::Invalid(format!("the field `{}` needs a value", self.name))),
            (value, _) if !self.column_type.holds(value) => Err(Error::Invalid(format!(
                "the field `{}` takes {}, not {}",
                self.name,
                self.column_type.kind(),
                value.kind()
            ))),
            (Value::Text(text), Some(longest)) if text.chars().count() > usize::from(longest) => {
                Err(Error::Invalid(format!("the field `{}` takes at most {longest} characters", self.name)))
            }
            _ => Ok(()),
        }
    }

    /// Returns the error for a value that another row has, in Django's words.
    #[must_use]
    pub fn already_exists(&self) -> Error {
        Error::AlreadyExists(format!("A user with that {} already exists.", self.name.replace('_', " ")))
    }
}

/// The type of a column, as Django names its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ColumnType {
    /// `BooleanField`.
    Boolean,
    /// `IntegerField`, 32 bits.
    Integer,
    /// `BigIntegerField`, 64 bits.
    BigInteger,
    /// `FloatField`.
    Float,
    /// `CharField` where there is a longest length, else `TextField`.
    Text,
    /// `BinaryField`.
    Binary,
    /// `DateTimeField`, in UTC.
    DateTime,
    /// `UUIDField`.
    Uuid,
}

impl ColumnType {
    fn holds(self, value: &Value) -> bool {
        match value {
            Value::Null => true,
            Value::Boolean(_) => self == Self::Boolean,
            Value::Integer(value) => match self {
                Self::Integer => i32::try_from(*value).is_ok(),
                other => other == Self::BigInteger,
            },
            Value::Float(_) => self == Self::Float,
            Value::Text(_) => self == Self::Text,
            Value::Binary(_) => self == Self::Binary,
            Value::DateTime(_) => self == Self::DateTime,
            Value::Uuid(_) => self == Self::Uuid,
        }
    }

    fn kind(self) -> &'static str {
        match self {
            Self::Boolean => "a truth value",
            Self::Integer => "an integer of 32 bits",
            Self::BigInteger => "an integer",
            Self::Float => "a float",
            Self::Text => "text",
            Self::Binary => "bytes",
            Self::DateTime => "an instant",
            Self::Uuid => "a UUID",
        }
    }
}

/// A row as a store read it, its values in the order of [`UserModel::fields`].
pub trait Row {
    /// Takes the value of the column with this index.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the column cannot be read.
    fn take(&mut self, index: usize, field: &Field) -> Result<Value>;
}

/// Reads one field of a row.
///
/// # Errors
/// As [`Row::take`] and [`ColumnValue::from_value`], as [`Error::Corrupt`] with the name of the column.
pub fn read<T: ColumnValue>(row: &mut dyn Row, model: &UserModel, index: usize) -> Result<T> {
    read_with(row, model, index, T::from_value)
}

/// Reads one field of a row with its type's [`ColumnValue::from_value`]; generated code calls it.
///
/// # Errors
/// As [`read`].
#[doc(hidden)]
pub fn read_with<T>(
    row: &mut dyn Row,
    model: &UserModel,
    index: usize,
    from_value: fn(Value) -> Result<T>,
) -> Result<T> {
    let field = &model.fields[index];
    let value = row.take(index, field).and_then(from_value);
    value.map_err(|error| {
        error.stored_in(format_args!("column `{}` of table `{}`", field.column, model.table))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_is_a_nullable_column_of_the_same_type() {
        let field = Field::of::<Option<i32>>("age", "age");
        assert!(field.nullable);
        assert_eq!(field.column_type, ColumnType::Integer);
        assert_eq!((field.default)(), Some(Value::Null));
    }

    #[test]
    fn a_value_of_another_kind_is_an_error_that_does_not_show_it() {
        let error = bool::from_value(Value::Text("canary".into())).expect_err("text is no truth value");
        assert_eq!(error.to_string(), "the column holds text where a truth value was expected");
    }

    #[test]
    fn a_field_refuses_nulls_and_texts_that_are_too_long() {
        let field = Field::of::<String>("name", "name").max_length(3);
        assert!(field.accept(&Value::Text("äöü".into())).is_ok());
        assert!(field.accept(&Value::Text("four".into())).is_err());
        assert!(field.accept(&Value::Null).is_err());
    }

    #[test]
    fn a_field_refuses_values_of_other_types_than_its_columns() {
        for (field, value, expected) in [
            (
                Field::of::<bool>("is_active", "is_active"),
                Value::from("canary"),
                "the field `is_active` takes a truth value, not text",
            ),
            (
                Field::of::<Option<i64>>("id", "id"),
                Value::from("canary"),
                "the field `id` takes an integer, not text",
            ),
            (
                Field::of::<String>("name", "name").max_length(3),
                Value::from(vec![0_u8; 4]),
                "the field `name` takes text, not bytes",
            ),
        ] {
            assert_eq!(field.accept(&value).expect_err("another type").to_string(), expected);
        }
    }

    #[test]
    fn an_integer_that_does_not_fit_is_an_error() {
        let field = Field::of::<i32>("age", "age");
        assert!(field.accept(&Value::Integer(i32::MAX.into())).is_ok());
        assert!(field.accept(&Value::Integer(i64::MAX)).is_err());
        assert!(i32::from_value(Value::Integer(i64::MAX)).is_err());
    }
}
