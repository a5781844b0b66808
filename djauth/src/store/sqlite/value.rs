//! Values as Django writes them into SQLite: instants as text with a space and no offset, truth as 0 and 1, UUIDs as
//! 32 hexadecimal digits.

use std::fmt::Write as _;

use djauth_runtime::{
    Error, Result, Unavailable,
    model::{ColumnType, Field, Row, Value},
};
use sqlx::{Row as _, TypeInfo, ValueRef, sqlite::SqliteArguments};
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

use crate::store::sqlx::Failure;

/// Makes the arguments of a statement.
pub(super) fn bind(values: Vec<Value>) -> Result<SqliteArguments, Failure> {
    let mut arguments = SqliteArguments::default();
    for value in values {
        add(&mut arguments, value).map_err(|error| Failure::Unavailable(unreadable(error)))?;
    }
    Ok(arguments)
}

fn add(arguments: &mut SqliteArguments, value: Value) -> Result<(), sqlx::error::BoxDynError> {
    use sqlx::Arguments;
    match value {
        Value::Boolean(truth) => arguments.add(i64::from(truth)),
        Value::Integer(integer) => arguments.add(integer),
        Value::Float(float) => arguments.add(float),
        Value::Text(text) => arguments.add(text),
        Value::Binary(bytes) => arguments.add(bytes),
        Value::DateTime(instant) => arguments.add(datetime_text(instant)),
        Value::Uuid(bytes) => arguments.add(hex(bytes)),
        _ => arguments.add(None::<i64>),
    }
}

/// A row of a result.
pub struct SqliteRow(sqlx::sqlite::SqliteRow);

impl From<sqlx::sqlite::SqliteRow> for SqliteRow {
    fn from(row: sqlx::sqlite::SqliteRow) -> Self {
        Self(row)
    }
}

impl Row for SqliteRow {
    fn take(&mut self, index: usize, field: &Field) -> Result<Value> {
        let raw = self.0.try_get_raw(index).map_err(unreadable)?;
        if raw.is_null() {
            return Ok(Value::Null);
        }
        // SQLite keeps a type with each value; the column's is only a wish.
        match raw.type_info().name() {
            "INTEGER" => self.0.try_get_unchecked(index).map(|integer| from_integer(integer, field)),
            "REAL" => self.0.try_get_unchecked(index).map(Value::Float),
            "TEXT" => return from_text(self.0.try_get_unchecked(index).map_err(unreadable)?, field),
            _ => self.0.try_get_unchecked(index).map(Value::Binary),
        }
        .map_err(unreadable)
    }
}

fn unreadable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Unavailable::new("the database", error).into()
}

fn from_integer(integer: i64, field: &Field) -> Value {
    match field.column_type {
        ColumnType::Boolean => Value::Boolean(integer != 0),
        ColumnType::Float => Value::Float(integer as f64),
        _ => Value::Integer(integer),
    }
}

fn from_text(text: String, field: &Field) -> Result<Value> {
    match field.column_type {
        ColumnType::DateTime => {
            parse_datetime(&text).map(Value::DateTime).ok_or_else(|| wrong(field, "an instant"))
        }
        ColumnType::Uuid => parse_uuid(&text).map(Value::Uuid).ok_or_else(|| wrong(field, "a UUID")),
        _ => Ok(Value::Text(text)),
    }
}

fn wrong(field: &Field, expected: &str) -> Error {
    Error::Invalid(format!("the column `{}` holds text that is not {expected}", field.column))
}

/// Writes an instant as Django does: in UTC, to the microsecond, without a fraction where it is zero.
///
/// SQLite compares instants as text, so any other shape would sort wrongly among Django's.
fn datetime_text(instant: OffsetDateTime) -> String {
    let utc = instant.to_offset(UtcOffset::UTC);
    let (date, time) = (utc.date(), utc.time());
    let mut text = format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
        date.year(),
        u8::from(date.month()),
        date.day(),
        time.hour(),
        time.minute(),
        time.second(),
    );
    if time.microsecond() != 0 {
        // Writing to a string cannot fail.
        let _ = write!(text, ".{:06}", time.microsecond());
    }
    text
}

/// Reads what Django wrote; `T` for the space and an offset of zero are accepted from others.
fn parse_datetime(text: &str) -> Option<OffsetDateTime> {
    let text = text.strip_suffix("+00:00").or_else(|| text.strip_suffix('Z')).unwrap_or(text);
    let (date, time) = text.split_once([' ', 'T'])?;
    let (clock, fraction) = time.split_once('.').unwrap_or((time, ""));
    let [year, month, day] = numbers(date, '-')?;
    let [hour, minute, second] = numbers(clock, ':')?;
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    let date = Date::from_calendar_date(i32::try_from(year).ok()?, month, u8::try_from(day).ok()?).ok()?;
    let small = |number: u32| u8::try_from(number).ok();
    let time = Time::from_hms_micro(small(hour)?, small(minute)?, small(second)?, micros(fraction)?).ok()?;
    Some(PrimitiveDateTime::new(date, time).assume_utc())
}

/// Reads three numbers of digits only.
fn numbers(text: &str, separator: char) -> Option<[u32; 3]> {
    let mut parts = text.split(separator).map(|part| {
        part.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
        part.parse().ok()
    });
    let numbers = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(numbers)
}

/// Reads a fraction of a second; digits beyond the sixth are dropped.
fn micros(fraction: &str) -> Option<u32> {
    fraction.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
    let six: String = fraction.chars().chain("000000".chars()).take(6).collect();
    six.parse().ok()
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
        ] {
            assert_eq!(parse_datetime(text), None, "{text:?}");
        }
        assert!(parse_datetime("2025-03-01T00:00:00.1234567Z").is_some());
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
