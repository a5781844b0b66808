//! Writing.

use std::fmt::Write as _;

use super::{JsonError, MAX_DEPTH, Object, Value, float_repr};

/// Returns the text that Python's `json.dumps(value, separators=(",", ":"))` returns. It is ASCII.
///
/// # Errors
/// When arrays and objects nest deeper than [`MAX_DEPTH`]: such a text could not be read back.
pub fn dumps(value: &Value) -> Result<String, JsonError> {
    let mut text = String::new();
    write_value(value, MAX_DEPTH, &mut text)?;
    Ok(text)
}

/// Does as [`dumps`] with an object that is not wrapped into a value.
///
/// # Errors
/// As [`dumps`].
pub fn dumps_object(object: &Object) -> Result<String, JsonError> {
    let mut text = String::new();
    write_object(object, MAX_DEPTH - 1, &mut text)?;
    Ok(text)
}

fn write_value(value: &Value, depth: usize, text: &mut String) -> Result<(), JsonError> {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(truth) => text.push_str(if *truth { "true" } else { "false" }),
        Value::Int(number) => write_escape(text, format_args!("{number}")),
        Value::BigInt(number) => text.push_str(number.as_str()),
        Value::Float(number) => text.push_str(&float_repr(*number)),
        Value::String(content) => write_string(content, text),
        Value::Array(elements) => write_array(elements, deeper(depth)?, text)?,
        Value::Object(object) => write_object(object, deeper(depth)?, text)?,
    }
    Ok(())
}

fn deeper(depth: usize) -> Result<usize, JsonError> {
    depth.checked_sub(1).ok_or_else(JsonError::too_deep)
}

fn write_array(elements: &[Value], depth: usize, text: &mut String) -> Result<(), JsonError> {
    text.push('[');
    for (index, element) in elements.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        write_value(element, depth, text)?;
    }
    text.push(']');
    Ok(())
}

fn write_object(object: &Object, depth: usize, text: &mut String) -> Result<(), JsonError> {
    text.push('{');
    for (index, (key, value)) in object.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        write_string(key, text);
        text.push(':');
        write_value(value, depth, text)?;
    }
    text.push('}');
    Ok(())
}

fn write_string(content: &str, text: &mut String) {
    text.push('"');
    for character in content.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            ' '..='~' => text.push(character),
            // DEL and everything beyond ASCII, in UTF-16.
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write_escape(text, format_args!("\\u{unit:04x}"));
                }
            }
        }
    }
    text.push('"');
}

fn write_escape(text: &mut String, escape: std::fmt::Arguments<'_>) {
    text.write_fmt(escape).expect("writing to a string cannot fail");
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::json::loads;

    #[test]
    fn text_is_escaped_as_in_python() {
        let value = Value::from("é🦀\u{7f}\u{0}\u{1f}\u{8}\u{c}\n\r\t\"\\/~ ");
        assert_eq!(dumps(&value).unwrap(), r#""\u00e9\ud83e\udd80\u007f\u0000\u001f\b\f\n\r\t\"\\/~ ""#);
    }

    #[test]
    fn containers_and_numbers_are_spelt_as_in_python() {
        let text = r#"{"z":1e+21,"a":[null,true,false,-3,1.5],"":{},"n":-0.0,"big":123456789012345678901234567890,"l":[]}"#;
        assert_eq!(dumps(&loads(text).unwrap()).unwrap(), text);
    }

    #[test]
    fn s59_what_could_not_be_read_back_is_not_written() {
        let nested = |levels| (0..levels).fold(Value::Null, |inner, _| Value::Array(vec![inner]));
        let text = dumps(&nested(MAX_DEPTH)).unwrap();
        assert_eq!(loads(&text).unwrap(), nested(MAX_DEPTH));
        assert!(dumps(&nested(MAX_DEPTH + 1)).is_err());
    }
}
