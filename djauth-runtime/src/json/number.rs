//! Integers that need more than 64 bits.

use std::fmt;

use super::{JsonError, Value};

/// An integer that does not fit into 64 bits, kept as its decimal text: it is carried along, not calculated with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BigInt(String);

impl BigInt {
    /// Returns the integer in decimal.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BigInt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Reads an integer in JSON's grammar: `-`, then digits without a leading zero, `max_digits` at most.
pub(super) fn integer(text: &str, max_digits: usize) -> Result<Value, JsonError> {
    if let Ok(number) = text.parse() {
        return Ok(Value::Int(number));
    }
    let digits = text.strip_prefix('-').unwrap_or(text).len();
    if digits > max_digits {
        return Err(JsonError::new(format!("an integer of {digits} digits; at most {max_digits} are read")));
    }
    Ok(Value::BigInt(BigInt(text.to_owned())))
}
