//! Integers that need more than 64 bits.

use std::fmt;

use super::{JsonError, Value};

/// CPython refuses to convert longer integers from and to text, because that takes quadratic time.
const MAX_DIGITS: usize = 4300;

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

/// Reads an integer in JSON's grammar: `-`, then digits without a leading zero.
pub(super) fn integer(text: &str) -> Result<Value, JsonError> {
    if let Ok(number) = text.parse() {
        return Ok(Value::Int(number));
    }
    let digits = text.strip_prefix('-').unwrap_or(text).len();
    if digits > MAX_DIGITS {
        return Err(JsonError::new(format!("an integer of {digits} digits; at most {MAX_DIGITS} are read")));
    }
    Ok(Value::BigInt(BigInt(text.to_owned())))
}
