//! Reading.

use super::{JsonError, MAX_DEPTH, Object, Value, number::integer};

/// CPython refuses to read longer integers since 3.11, because that takes it quadratic time.
const PYTHON_MAX_DIGITS: usize = 4300;

/// Reads what Python's `json.loads` reads: of a repeated key the last value stays, at the first one's place; `NaN`,
/// `Infinity` and `-Infinity` are numbers.
///
/// # Errors
/// When the text is no JSON, nests deeper than [`MAX_DEPTH`], or holds a lone surrogate.
pub fn loads(text: &str) -> Result<Value, JsonError> {
    read(text, usize::MAX)
}

/// Reads bytes that are Latin-1 text, as Django's `JSONSerializer` takes signed payloads.
///
/// # Errors
/// As [`loads`], and when an integer has more than 4,300 digits.
pub fn loads_latin1(bytes: &[u8]) -> Result<Value, JsonError> {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.is_ascii() => read(text, PYTHON_MAX_DIGITS),
        _ => read(&bytes.iter().copied().map(char::from).collect::<String>(), PYTHON_MAX_DIGITS),
    }
}

fn read(text: &str, max_digits: usize) -> Result<Value, JsonError> {
    let mut reader = Reader { text, at: 0, max_digits };
    reader.skip_space();
    let value = reader.value(MAX_DEPTH)?;
    reader.skip_space();
    if reader.at < text.len() { reader.fail("extra data") } else { Ok(value) }
}

/// A place in a text. `at` is always at the start of a character.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    max_digits: usize,
}

impl<'a> Reader<'a> {
    fn fail<T>(&self, what: &str) -> Result<T, JsonError> {
        Err(JsonError::new(format!("{what} at byte {}", self.at)))
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn take(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Result<Value, JsonError> {
        match self.peek() {
            Some(b'"') => self.string().map(Value::String),
            Some(b'{') => self.object(depth.checked_sub(1).ok_or_else(JsonError::too_deep)?),
            Some(b'[') => self.array(depth.checked_sub(1).ok_or_else(JsonError::too_deep)?),
            _ => self.scalar(),
        }
    }

    fn scalar(&mut self) -> Result<Value, JsonError> {
        for (token, value) in [
            ("null", Value::Null),
            ("true", Value::Bool(true)),
            ("false", Value::Bool(false)),
            ("NaN", Value::Float(f64::NAN)),
            ("Infinity", Value::Float(f64::INFINITY)),
            ("-Infinity", Value::Float(f64::NEG_INFINITY)),
        ] {
            if self.take(token) {
                return Ok(value);
            }
        }
        self.number()
    }

    /// Takes the longest text that is a number: of `1.x` only the `1`, so that what follows is refused as extra data.
    fn number(&mut self) -> Result<Value, JsonError> {
        let bytes = self.rest().as_bytes();
        let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let first = usize::from(bytes.first() == Some(&b'-'));
        let whole = match bytes.get(first) {
            Some(b'0') => 1,
            Some(b'1'..=b'9') => digits(first),
            _ => return self.fail("a value is missing"),
        };
        let mut end = first + whole;
        let is_integer_until = end;
        if bytes.get(end) == Some(&b'.') && digits(end + 1) > 0 {
            end += 1 + digits(end + 1);
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let signed = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            let exponent = end + 1 + signed;
            if digits(exponent) > 0 {
                end = exponent + digits(exponent);
            }
        }
        let text = &self.rest()[..end];
        let number = if end == is_integer_until {
            integer(text, self.max_digits)?
        } else {
            Value::Float(text.parse().expect("JSON's floats are a part of Rust's"))
        };
        self.at += end;
        Ok(number)
    }

    fn array(&mut self, depth: usize) -> Result<Value, JsonError> {
        let mut elements = Vec::new();
        self.at += 1;
        self.skip_space();
        if self.take("]") {
            return Ok(Value::Array(elements));
        }
        loop {
            elements.push(self.value(depth)?);
            self.skip_space();
            if self.take("]") {
                return Ok(Value::Array(elements));
            }
            if !self.take(",") {
                return self.fail("a `,` is missing");
            }
            self.skip_space();
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, JsonError> {
        let mut object = Object::new();
        self.at += 1;
        self.skip_space();
        if self.take("}") {
            return Ok(Value::Object(object));
        }
        loop {
            if self.peek() != Some(b'"') {
                return self.fail("a key in double quotes is missing");
            }
            let key = self.string()?;
            self.skip_space();
            if !self.take(":") {
                return self.fail("a `:` is missing");
            }
            self.skip_space();
            object.insert(key, self.value(depth)?);
            self.skip_space();
            if self.take("}") {
                return Ok(Value::Object(object));
            }
            if !self.take(",") {
                return self.fail("a `,` is missing");
            }
            self.skip_space();
        }
    }

    fn string(&mut self) -> Result<String, JsonError> {
        let mut content = String::new();
        self.at += 1;
        loop {
            let special = |&byte: &u8| byte == b'"' || byte == b'\\' || byte < b' ';
            let Some(plain) = self.rest().as_bytes().iter().position(special) else {
                return self.fail("a string does not end");
            };
            content.push_str(&self.rest()[..plain]);
            self.at += plain;
            if self.take("\"") {
                return Ok(content);
            }
            if !self.take("\\") {
                return self.fail("a control character in a string");
            }
            content.push(self.escape()?);
        }
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        let character = match self.peek() {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ => return self.fail("an unknown escape"),
        };
        self.at += 1;
        Ok(character)
    }

    fn unicode_escape(&mut self) -> Result<char, JsonError> {
        let first = self.code_unit()?;
        let units = match first {
            0xd800..=0xdbff if self.rest().starts_with("\\u") => {
                self.at += 1;
                [first, self.code_unit()?]
            }
            _ => return char::from_u32(first.into()).map_or_else(|| self.fail("a lone surrogate"), Ok),
        };
        match char::decode_utf16(units).next() {
            Some(Ok(character)) => Ok(character),
            _ => self.fail("a lone surrogate"),
        }
    }

    /// Reads `u` and four hexadecimal digits.
    fn code_unit(&mut self) -> Result<u16, JsonError> {
        let hex = self.rest().get(1..5).filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let Some(unit) = hex.and_then(|hex| u16::from_str_radix(hex, 16).ok()) else {
            return self.fail("`\\u` without four hexadecimal digits");
        };
        self.at += 5;
        Ok(unit)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::json::dumps;

    #[test]
    fn numbers_keep_their_kind_and_size() {
        for (text, value) in [
            ("1", Value::Int(1)),
            ("-0", Value::Int(0)),
            ("1.0", Value::Float(1.0)),
            ("1e5", Value::Float(1e5)),
            ("1E-2", Value::Float(0.01)),
            ("1e999", Value::Float(f64::INFINITY)),
            ("-Infinity", Value::Float(f64::NEG_INFINITY)),
            ("9223372036854775807", Value::Int(i64::MAX)),
        ] {
            assert_eq!(loads(text).unwrap(), value, "{text}");
        }
        assert!(matches!(loads("9223372036854775808").unwrap(), Value::BigInt(_)));
        assert!(matches!(loads("NaN").unwrap(), Value::Float(number) if number.is_nan()));
        assert_eq!(dumps(&loads(&"9".repeat(9999)).unwrap()).unwrap(), "9".repeat(9999));
        assert!(loads_latin1("9".repeat(4300).as_bytes()).is_ok());
        assert!(loads_latin1(format!("-{}", "9".repeat(4301)).as_bytes()).is_err());
    }

    #[test]
    fn the_last_of_repeated_keys_stays_at_the_place_of_the_first() {
        let value = loads(r#"{"a":1,"b":2,"a":3}"#).unwrap();
        assert_eq!(dumps(&value).unwrap(), r#"{"a":3,"b":2}"#);
    }

    #[test]
    fn payload_bytes_are_latin_1() {
        assert_eq!(loads_latin1(b"\"\xc3\xa9\xff\"").unwrap(), Value::from("Ã©ÿ"));
    }

    #[test]
    fn surrogate_pairs_are_one_character_and_lone_surrogates_are_refused() {
        assert_eq!(loads(r#""\ud83e\uDD80""#).unwrap(), Value::from("🦀"));
        for text in [r#""\ud83e""#, r#""\udd80""#, r#""\ud83e\u0041""#, r#""\ud83ex""#, r#""\ud83e\n""#] {
            assert!(loads(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_python_refuses_is_refused() {
        for text in [
            "",
            " ",
            "01",
            "1.",
            ".5",
            "+1",
            "-",
            "1e",
            "1e+",
            "nul",
            "[1,]",
            "[1 2]",
            "[",
            "{\"a\":1,}",
            "{a:1}",
            "{\"a\" 1}",
            "{1:2}",
            "'a'",
            "\"a",
            "\"\t\"",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\u+123\"",
            "\"\\u12é\"",
            "[] []",
            "\u{feff}1",
            "\u{a0}1",
            "-NaN",
            "True",
        ] {
            assert!(loads(text).is_err(), "{text}");
        }
    }

    #[test]
    fn s59_the_depth_is_capped_before_the_stack_ends() {
        let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        assert!(loads(&nested(MAX_DEPTH)).is_ok());
        assert!(loads(&nested(MAX_DEPTH + 1)).is_err());
        assert!(loads(&"{\"a\":[".repeat(1_000_000)).is_err());
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::Int),
            "-?[1-9][0-9]{19,40}".prop_map(|digits| loads(&digits).unwrap()),
            any::<f64>().prop_map(Value::Float),
            any::<String>().prop_map(Value::String),
        ];
        leaf.prop_recursive(6, 64, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..8).prop_map(Value::Array),
                prop::collection::vec((any::<String>(), inner), 0..8)
                    .prop_map(|items| Value::Object(items.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn s113_what_is_written_reads_back(value in values()) {
            let text = dumps(&value).unwrap();
            prop_assert!(text.is_ascii());
            let read = loads(&text).unwrap();
            prop_assert_eq!(dumps(&read).unwrap(), text);
            prop_assert_eq!(read, value);
        }

        #[test]
        fn s112_no_bytes_make_the_reader_panic(bytes: Vec<u8>, text in "[\\[\\]{}\",:\\\\ud0-9eE+.a-fNIn-]{0,40}") {
            let _ = loads_latin1(&bytes);
            let _ = loads(&text);
        }
    }
}
