//! Values as Django writes them into SQLite: instants as text with a space and no offset, truth as 0 and 1, UUIDs as
//! 32 hexadecimal digits.

use djauth_runtime::{
    Error, Result,
    model::{ColumnType, Field, Value},
};
use rusqlite::types::Value as Cell;
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

/// Turns a value into what SQLite keeps.
pub(super) fn to_cell(value: &Value) -> Cell {
    match value {
        Value::Boolean(truth) => Cell::Integer(i64::from(*truth)),
        Value::Integer(integer) => Cell::Integer(*integer),
        Value::Float(float) => Cell::Real(*float),
        Value::Text(text) => Cell::Text(text.clone()),
        Value::Binary(bytes) => Cell::Blob(bytes.clone()),
        Value::DateTime(instant) => Cell::Text(datetime_text(*instant)),
        Value::Uuid(bytes) => Cell::Text(hex(*bytes)),
        _ => Cell::Null,
    }
}

/// Turns what SQLite keeps into a value of a field. The type of a column is only a wish there: each value has its own.
pub(super) fn from_cell(cell: Cell, field: &Field) -> Result<Value> {
    Ok(match (cell, field.column_type) {
        (Cell::Null, _) => Value::Null,
        (Cell::Integer(integer), ColumnType::Boolean) => Value::Boolean(integer != 0),
        (Cell::Integer(integer), ColumnType::Float) => Value::Float(integer as f64),
        (Cell::Integer(integer), _) => Value::Integer(integer),
        (Cell::Real(float), _) => Value::Float(float),
        (Cell::Blob(bytes), _) => Value::Binary(bytes),
        (Cell::Text(text), ColumnType::DateTime) => {
            Value::DateTime(parse_datetime(&text).ok_or_else(|| wrong(field, "an instant"))?)
        }
        (Cell::Text(text), ColumnType::Uuid) => {
            Value::Uuid(parse_uuid(&text).ok_or_else(|| wrong(field, "a UUID"))?)
        }
        (Cell::Text(text), _) => Value::Text(text),
    })
}

fn wrong(field: &Field, expected: &str) -> Error {
    Error::Invalid(format!("the column `{}` holds text that is not {expected}", field.column))
}

/// Writes an instant as Django does: in UTC, to the microsecond, without a fraction where it is zero.
///
/// SQLite compares instants as text, so any other shape would sort wrongly among Django's.
fn datetime_text(instant: OffsetDateTime) -> String {
    let utc = instant.to_offset(UtcOffset::UTC);
    let (hour, minute, second, microsecond) = utc.to_hms_micro();
    let mut text = String::with_capacity("2025-03-01 12:00:00.000000".len());
    if utc.year() < 0 {
        text.push('-');
    }
    push_digits(&mut text, utc.year().unsigned_abs(), 4);
    for (separator, number) in
        [('-', u8::from(utc.month())), ('-', utc.day()), (' ', hour), (':', minute), (':', second)]
    {
        text.push(separator);
        push_digits(&mut text, number.into(), 2);
    }
    if microsecond != 0 {
        text.push('.');
        push_digits(&mut text, microsecond, 6);
    }
    text
}

/// Appends the last digits of a number; formatting would take five times as long.
fn push_digits(text: &mut String, number: u32, count: u32) {
    for place in (0..count).rev() {
        text.push(char::from(b'0' + (number / 10_u32.pow(place) % 10) as u8));
    }
}

/// Reads what Django wrote; `T` for the space and an offset of zero are accepted from others.
fn parse_datetime(text: &str) -> Option<OffsetDateTime> {
    let text = text.strip_suffix("+00:00").or_else(|| text.strip_suffix('Z')).unwrap_or(text);
    let mut rest = text.as_bytes();
    let [year, month] = [number(&mut rest, b"-")?, number(&mut rest, b"-")?];
    let [day, hour, minute] = [number(&mut rest, b" T")?, number(&mut rest, b":")?, number(&mut rest, b":")?];
    let second = number(&mut rest, b".")?;
    let small = |number: u32| u8::try_from(number).ok();
    let month = Month::try_from(small(month)?).ok()?;
    let date = Date::from_calendar_date(i32::try_from(year).ok()?, month, small(day)?).ok()?;
    let time = Time::from_hms_micro(small(hour)?, small(minute)?, small(second)?, micros(rest)?).ok()?;
    Some(PrimitiveDateTime::new(date, time).assume_utc())
}

/// Takes digits off the front, and with them one of the separators or the end of the text.
fn number(rest: &mut &[u8], separators: &[u8]) -> Option<u32> {
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = decimal(&rest[..digits]).filter(|_| digits > 0)?;
    *rest = match rest.get(digits) {
        None => &[],
        Some(separator) if separators.contains(separator) => &rest[digits + 1..],
        Some(_) => return None,
    };
    Some(number)
}

/// Reads a fraction of a second; digits beyond the sixth are dropped.
fn micros(fraction: &[u8]) -> Option<u32> {
    fraction.iter().all(u8::is_ascii_digit).then_some(())?;
    let mut six = *b"000000";
    six.iter_mut().zip(fraction).for_each(|(place, digit)| *place = *digit);
    decimal(&six)
}

fn decimal(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0_u32, |value, digit| value.checked_mul(10)?.checked_add(u32::from(digit - b'0')))
}

fn hex(bytes: [u8; 16]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads 32 hexadecimal digits, with or without hyphens.
fn parse_uuid(text: &str) -> Option<[u8; 16]> {
    let digits: String = text.chars().filter(|character| *character != '-').collect();
    let well_formed = digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    well_formed.then(|| u128::from_str_radix(&digits, 16).ok().map(u128::to_be_bytes))?
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn instants_are_written_as_django_writes_them() {
        for (instant, text) in [
            (datetime!(2025-03-01 12:00 UTC), "2025-03-01 12:00:00"),
            (datetime!(2025-03-01 12:00:00.000_001 UTC), "2025-03-01 12:00:00.000001"),
            (datetime!(2025-03-01 12:00:00.5 +05:30), "2025-03-01 06:30:00.500000"),
            (datetime!(0999-12-31 23:59:59 UTC), "0999-12-31 23:59:59"),
        ] {
            assert_eq!(datetime_text(instant), text);
            assert_eq!(parse_datetime(text), Some(instant));
        }
    }

    #[test]
    fn text_order_is_the_order_of_instants() {
        let instants = [
            datetime!(2025-01-01 0:00 UTC),
            datetime!(2025-01-01 0:00:00.000_001 UTC),
            datetime!(2025-01-01 0:00:01 UTC),
        ];
        assert!(instants.map(datetime_text).is_sorted());
    }

    #[test]
    fn what_is_no_instant_is_refused() {
        for text in [
            "",
            "2025-03-01",
            "2025-13-01 00:00:00",
            "2025-03-01 24:00:00",
            "2025-03-01 00:00",
            "now",
            "2025-03-01 00:00:00+02:00",
            "+025-03-01 00:00:00",
            "2025-03-01 00:00:00.x",
            "2025-03-01-01 00:00:00",
            "2025-03-01 00:00:00 ",
            "2025--03-01 00:00:00",
            "2025-03-01 00:00:4294967296",
            "-2025-03-01 00:00:00",
        ] {
            assert_eq!(parse_datetime(text), None, "{text:?}");
        }
        let cut = datetime!(2025-03-01 0:00:00.123_456 UTC);
        assert_eq!(parse_datetime("2025-03-01T00:00:00.1234567Z"), Some(cut));
        assert_eq!(parse_datetime("2025-03-01 00:00:00.123456+00:00"), Some(cut));
    }

    #[test]
    fn uuids_are_read_with_and_without_hyphens() {
        let bytes = [0xab; 16];
        assert_eq!(parse_uuid(&hex(bytes)), Some(bytes));
        assert_eq!(parse_uuid("abababab-abab-abab-abab-abababababab"), Some(bytes));
        assert_eq!(parse_uuid("abab"), None);
        assert_eq!(parse_uuid(&"+".repeat(32)), None);
    }
}
