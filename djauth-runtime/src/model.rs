//! The table behind a user's struct: columns, roles and values.
//!
//! `#[derive(AuthUser)]` describes the struct once as a [`UserModel`]; a store turns the description into SQL for
//! its dialect and moves rows in and out as [`Value`]s. So the runtime knows no database, and generated code names
//! no database crate.

use std::fmt;

use time::OffsetDateTime;

use crate::{Error, PasswordHash, Result};

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
    /// Fields that `createsuperuser` asks for besides username and password (Django's `REQUIRED_FIELDS`).
    pub required_fields: &'static [&'static str],
}

impl UserModel {
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

    /// Checks what is about to be written: nulls and lengths, which not every database looks at.
    ///
    /// # Errors
    /// [`Error::Invalid`], naming the field and never the value.
    pub fn accept(&self, value: &Value) -> Result<()> {
        match (value, self.max_length) {
            (Value::Null, _) if !self.nullable => {
                Err(Error::Invalid(format!("the field `{}` needs a value", self.name)))
            }
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

/// A value on its way between a struct and a row.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// SQL's null.
    Null,
    /// A truth value.
    Boolean(bool),
    /// An integer of either width.
    Integer(i64),
    /// A floating point number.
    Float(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Binary(Vec<u8>),
    /// An instant.
    DateTime(OffsetDateTime),
    /// A UUID, as its sixteen bytes.
    Uuid([u8; 16]),
}

impl Value {
    fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "a truth value",
            Self::Integer(_) => "an integer",
            Self::Float(_) => "a float",
            Self::Text(_) => "text",
            Self::Binary(_) => "bytes",
            Self::DateTime(_) => "an instant",
            Self::Uuid(_) => "a UUID",
        }
    }
}

/// Shows the kind only: a value may be a password hash.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Value({})", self.kind())
    }
}

/// A Rust type that can be a field of a user's struct.
///
/// Implement it for a type of your own to keep that type in a column.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a column of a user's table",
    label = "this field's type must implement `djauth::ColumnValue`",
    note = "`ColumnValue` is implemented for `bool`, `i32`, `i64`, `f64`, `String`, `Vec<u8>`, `PasswordHash`, `OffsetDateTime`, with the `uuid` feature `uuid::Uuid`, and `Option` of each",
    note = "implement `djauth::ColumnValue` for a type of your own by way of one of these"
)]
pub trait ColumnValue: Sized {
    /// The type of the column.
    const TYPE: ColumnType;
    /// Whether the column may be null.
    const NULLABLE: bool = false;
    /// The longest text, in characters, that the column takes.
    const MAX_LENGTH: Option<u16> = None;

    /// Returns what is written into the column.
    fn to_value(&self) -> Value;

    /// Makes the Rust value out of what the column holds.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the column holds something else; the text names the kind, never the value.
    fn from_value(value: Value) -> Result<Self>;

    /// Returns what a new row gets where nobody says anything; `None` if somebody must.
    #[must_use]
    fn default_value() -> Option<Value> {
        None
    }
}

fn mismatch<T>(expected: &str, found: &Value) -> Result<T> {
    Err(Error::Invalid(format!("the column holds {} where {expected} was expected", found.kind())))
}

impl ColumnValue for bool {
    const TYPE: ColumnType = ColumnType::Boolean;

    fn to_value(&self) -> Value {
        Value::Boolean(*self)
    }

    fn from_value(value: Value) -> Result<Self> {
        match value {
            Value::Boolean(value) => Ok(value),
            // SQLite has no truth values of its own.
            Value::Integer(value) => Ok(value != 0),
            other => mismatch("a truth value", &other),
        }
    }

    fn default_value() -> Option<Value> {
        Some(Value::Boolean(false))
    }
}

impl ColumnValue for i64 {
    const TYPE: ColumnType = ColumnType::BigInteger;

    fn to_value(&self) -> Value {
        Value::Integer(*self)
    }

    fn from_value(value: Value) -> Result<Self> {
        match value {
            Value::Integer(value) => Ok(value),
            other => mismatch("an integer", &other),
        }
    }
}

impl ColumnValue for i32 {
    const TYPE: ColumnType = ColumnType::Integer;

    fn to_value(&self) -> Value {
        Value::Integer(i64::from(*self))
    }

    fn from_value(value: Value) -> Result<Self> {
        let value = i64::from_value(value)?;
        Self::try_from(value)
            .map_err(|_| Error::invalid("the column holds an integer that does not fit 32 bits"))
    }
}

impl ColumnValue for f64 {
    const TYPE: ColumnType = ColumnType::Float;

    fn to_value(&self) -> Value {
        Value::Float(*self)
    }

    fn from_value(value: Value) -> Result<Self> {
        match value {
            Value::Float(value) => Ok(value),
            other => mismatch("a float", &other),
        }
    }
}

impl ColumnValue for String {
    const TYPE: ColumnType = ColumnType::Text;

    fn to_value(&self) -> Value {
        Value::Text(self.clone())
    }

    fn from_value(value: Value) -> Result<Self> {
        match value {
            Value::Text(value) => Ok(value),
            other => mismatch("text", &other),
        }
    }
}

impl ColumnValue for PasswordHash {
    const TYPE: ColumnType = ColumnType::Text;
    const MAX_LENGTH: Option<u16> = Some(128);

    fn to_value(&self) -> Value {
        Value::Text(self.expose().to_owned())
    }

    fn from_value(value: Value) -> Result<Self> {
        String::from_value(value).map(Self::from_stored)
    }
}

impl ColumnValue for Vec<u8> {
    const TYPE: ColumnType = ColumnType::Binary;

    fn to_value(&self) -> Value {
        Value::Binary(self.clone())
    }

    fn from_value(value: Value) -> Result<Self> {
        match value {
            Value::Binary(value) => Ok(value),
            other => mismatch("bytes", &other),
        }
    }
}

impl ColumnValue for OffsetDateTime {
    const TYPE: ColumnType = ColumnType::DateTime;

    fn to_value(&self) -> Value {
        Value::DateTime(*self)
    }

    fn from_value(value: Value) -> Result<Self> {
        match value {
            Value::DateTime(value) => Ok(value),
            other => mismatch("an instant", &other),
        }
    }
}

#[cfg(feature = "uuid")]
impl ColumnValue for uuid::Uuid {
    const TYPE: ColumnType = ColumnType::Uuid;

    fn to_value(&self) -> Value {
        Value::Uuid(self.into_bytes())
    }

    fn from_value(value: Value) -> Result<Self> {
        match value {
            Value::Uuid(bytes) => Ok(Self::from_bytes(bytes)),
            other => mismatch("a UUID", &other),
        }
    }
}

impl<T: ColumnValue> ColumnValue for Option<T> {
    const TYPE: ColumnType = T::TYPE;
    const NULLABLE: bool = true;
    const MAX_LENGTH: Option<u16> = T::MAX_LENGTH;

    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::to_value)
    }

    fn from_value(value: Value) -> Result<Self> {
        match value {
            Value::Null => Ok(None),
            value => T::from_value(value).map(Some),
        }
    }

    fn default_value() -> Option<Value> {
        Some(Value::Null)
    }
}

macro_rules! into_value {
    ($($type:ty),*) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                value.to_value()
            }
        }

        impl From<Option<$type>> for Value {
            fn from(value: Option<$type>) -> Self {
                value.to_value()
            }
        }
    )*};
}

into_value!(bool, i32, i64, f64, String, Vec<u8>, OffsetDateTime);

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

#[cfg(feature = "uuid")]
into_value!(uuid::Uuid);

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
/// As [`Row::take`] and [`ColumnValue::from_value`]; the text names the column.
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
    from_value(row.take(index, field)?).map_err(|error| match error {
        Error::Invalid(text) => {
            Error::Invalid(format!("column `{}` of table `{}`: {text}", field.column, model.table))
        }
        other => other,
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
    fn an_integer_that_does_not_fit_is_an_error() {
        assert!(i32::from_value(Value::Integer(i64::MAX)).is_err());
    }
}
