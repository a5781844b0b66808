//! A value on its way between a struct and a row.

use std::fmt;

use time::OffsetDateTime;

use super::ColumnValue;

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
    pub(super) fn kind(&self) -> &'static str {
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
