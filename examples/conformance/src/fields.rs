//! Reading `in`: every key has a type, and another type is `bad_input`.

use djauth_runtime::json::{BigInt, Object, Value};

use crate::answer::{Answer, Kind};

/// An object of a request, read key by key.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a>(&'a Object);

impl<'a> Fields<'a> {
    pub(crate) fn new(object: &'a Object) -> Self {
        Self(object)
    }

    /// Reads a key that must be there.
    pub(crate) fn get<T: FromField<'a>>(&self, key: &str) -> Answer<T> {
        self.find(key)?.ok_or(Kind::BadInput)
    }

    /// Reads a key that may be left out.
    pub(crate) fn find<T: FromField<'a>>(&self, key: &str) -> Answer<Option<T>> {
        self.0.get(key).map(|value| T::from_field(value).ok_or(Kind::BadInput)).transpose()
    }

    /// Reads a key that may be left out and then means `default`.
    pub(crate) fn get_or<T: FromField<'a>>(&self, key: &str, default: T) -> Answer<T> {
        Ok(self.find(key)?.unwrap_or(default))
    }

    /// Iterates over all keys, whose values are of one type.
    pub(crate) fn iter<T: FromField<'a>>(&self) -> impl Iterator<Item = Answer<(&'a str, T)>> + use<'a, T> {
        self.0.iter().map(|(key, value)| Ok((key, T::from_field(value).ok_or(Kind::BadInput)?)))
    }
}

/// A type of the protocol's notation.
pub(crate) trait FromField<'a>: Sized {
    /// Returns the value, if it is of this type.
    fn from_field(value: &'a Value) -> Option<Self>;
}

/// `json`: anything.
impl<'a> FromField<'a> for &'a Value {
    fn from_field(value: &'a Value) -> Option<Self> {
        Some(value)
    }
}

/// `text`.
impl<'a> FromField<'a> for &'a str {
    fn from_field(value: &'a Value) -> Option<Self> {
        value.as_str()
    }
}

/// `bool`.
impl FromField<'_> for bool {
    fn from_field(value: &Value) -> Option<Self> {
        value.as_bool()
    }
}

/// `object`, to be read further.
impl<'a> FromField<'a> for Fields<'a> {
    fn from_field(value: &'a Value) -> Option<Self> {
        value.as_object().map(Self)
    }
}

/// `object`, as it is.
impl<'a> FromField<'a> for &'a Object {
    fn from_field(value: &'a Value) -> Option<Self> {
        value.as_object()
    }
}

/// `[x]`.
impl<'a, T: FromField<'a>> FromField<'a> for Vec<T> {
    fn from_field(value: &'a Value) -> Option<Self> {
        value.as_array()?.iter().map(T::from_field).collect()
    }
}

/// `x|null`.
impl<'a, T: FromField<'a>> FromField<'a> for Option<T> {
    fn from_field(value: &'a Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_field(value).map(Some),
        }
    }
}

/// `int`, of any size.
#[derive(Clone, Copy)]
pub(crate) enum Integer<'a> {
    Small(i64),
    Big(&'a BigInt),
}

impl Integer<'_> {
    /// Returns the integer, or the end of the 64-bit range that is nearest to it.
    pub(crate) fn clamped(self) -> i64 {
        match self {
            Self::Small(number) => number,
            Self::Big(number) if number.as_str().starts_with('-') => i64::MIN,
            Self::Big(_) => i64::MAX,
        }
    }
}

impl<'a> FromField<'a> for Integer<'a> {
    fn from_field(value: &'a Value) -> Option<Self> {
        match value {
            Value::Int(number) => Some(Self::Small(*number)),
            Value::BigInt(number) => Some(Self::Big(number)),
            _ => None,
        }
    }
}

/// `num`: an integer or a float, as the nearest double.
#[derive(Clone, Copy)]
pub(crate) struct Number(pub(crate) f64);

impl FromField<'_> for Number {
    fn from_field(value: &Value) -> Option<Self> {
        match value {
            Value::Int(number) => Some(Self(*number as f64)),
            Value::BigInt(number) => number.as_str().parse().ok().map(Self),
            Value::Float(number) => Some(Self(*number)),
            _ => None,
        }
    }
}
