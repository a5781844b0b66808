//! The Rust types that can be columns.

use time::OffsetDateTime;

use super::{ColumnType, Value};
use crate::{Error, PasswordHash, Result};

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

    /// Returns what is written into the column: a value of the kind that [`TYPE`](Self::TYPE) says, or null. Stores take
    /// no other.
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

#[diagnostic::do_not_recommend]
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

#[diagnostic::do_not_recommend]
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

#[diagnostic::do_not_recommend]
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

#[diagnostic::do_not_recommend]
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

#[diagnostic::do_not_recommend]
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

#[diagnostic::do_not_recommend]
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

#[diagnostic::do_not_recommend]
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

#[diagnostic::do_not_recommend]
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

#[diagnostic::do_not_recommend]
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
