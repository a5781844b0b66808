//! Values of the program's own types.

use serde::{Serialize, de::DeserializeOwned};

use super::{JsonError, Value, dumps, loads};

/// Turns anything that serde can serialize into a [`Value`]; fields keep their order.
///
/// Floats that are not finite become `null`, as in `serde_json`.
///
/// # Errors
/// When the type refuses, a map's keys are no text, or the value nests too deep.
pub fn to_value<T: Serialize + ?Sized>(value: &T) -> Result<Value, JsonError> {
    // Through the text, because `serde_json::Value` would sort the fields and round large integers.
    let text = serde_json::to_string(value).map_err(|error| JsonError::new(error.to_string()))?;
    loads(&text)
}

/// Turns a [`Value`] into anything that serde can deserialize.
///
/// # Errors
/// When the value is not of that shape, or holds `NaN` or an infinity.
pub fn from_value<T: DeserializeOwned>(value: &Value) -> Result<T, JsonError> {
    serde_json::from_str(&dumps(value)?).map_err(|error| JsonError::new(error.to_string()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::json::MAX_DEPTH;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Basket {
        items: Vec<String>,
        total: f64,
        id: u64,
    }

    #[test]
    fn structs_keep_the_order_of_their_fields_and_the_kind_of_their_numbers() {
        let basket = Basket { items: vec!["pear".to_owned()], total: 9.0, id: u64::MAX };
        let value = to_value(&basket).unwrap();
        assert_eq!(dumps(&value).unwrap(), r#"{"items":["pear"],"total":9.0,"id":18446744073709551615}"#);
        assert_eq!(from_value::<Basket>(&value).unwrap(), basket);
    }

    #[test]
    fn the_deepest_value_goes_both_ways() {
        let nested = (0..MAX_DEPTH).fold(Value::Null, |inner, _| Value::Array(vec![inner]));
        let passed: serde_json::Value = from_value(&nested).unwrap();
        assert_eq!(to_value(&passed).unwrap(), nested);
        assert!(from_value::<Basket>(&nested).is_err());
    }
}
