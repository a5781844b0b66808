//! JSON as Python reads and writes it, for everything that Django signs.
//!
//! Django signs the *text* of `json.dumps(value, separators=(",", ":"))`, so a port has to spell it alike: ASCII only,
//! `1.0` and `1e+16`, integers of any size, keys in the order of insertion, `NaN` and `Infinity`. [`dumps`] and
//! [`loads`] do that. Where they differ from Python:
//!
//! - nesting deeper than [`MAX_DEPTH`] is refused, in reading and in writing (rule S59); Python ends near 1,000;
//! - an escaped lone surrogate (`"\ud800"`) is refused: a Rust string cannot hold it;
//! - integers may have more than 4,300 digits, but not in signed payloads, where CPython refuses them since 3.11.

mod bridge;
mod float;
mod number;
mod object;
mod read;
mod write;

pub use bridge::{from_value, to_value};
pub use float::float_repr;
pub use number::BigInt;
pub use object::Object;
pub use read::{loads, loads_latin1};
pub use write::{dumps, dumps_object};

use crate::error::Error;

/// How deep arrays and objects may nest.
pub const MAX_DEPTH: usize = 100;

/// A JSON value. `1` and `1.0` are different values, as in Python.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// `null`, Python's `None`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer of 64 bits.
    Int(i64),
    /// An integer that needs more than 64 bits.
    BigInt(BigInt),
    /// A number with a fraction or an exponent; also `NaN`, `Infinity` and `-Infinity`.
    Float(f64),
    /// Text.
    String(String),
    /// A list.
    Array(Vec<Value>),
    /// A dict with text keys, in the order of insertion.
    Object(Object),
}

impl Value {
    /// Returns the text, if this is text.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the integer, if this is one of 64 bits.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// Returns the truth value, if this is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    /// Returns the elements, if this is a list.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Value]> {
        match self {
            Self::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// Returns the object, if this is one.
    #[must_use]
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Float(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<Vec<Value>> for Value {
    fn from(elements: Vec<Value>) -> Self {
        Self::Array(elements)
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

/// A text that is no JSON, or a value that has no JSON text (Python's `JSONDecodeError`, `RecursionError` and
/// `TypeError`).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct JsonError(String);

impl JsonError {
    fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    fn too_deep() -> Self {
        Self::new(format!("arrays and objects nest deeper than {MAX_DEPTH} levels"))
    }
}

impl From<JsonError> for Error {
    fn from(error: JsonError) -> Self {
        Self::invalid(error.0)
    }
}
