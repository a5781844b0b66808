//! ISO 8601 as Python's `datetime` reads and writes it.

use std::fmt::Write as _;

use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset, Weekday};

use crate::error::{Error, Result};

/// Returns `datetime.isoformat()`: `2025-03-01T12:00:00+00:00`, with microseconds where there are any.
#[must_use]
pub fn isoformat(instant: OffsetDateTime) -> String {
    let (hour, minute, second, microsecond) = instant.to_hms_micro();
    let mut text = format!(
        "{:04}-{:02}-{:02}T{hour:02}:{minute:02}:{second:02}",
        instant.year(),
        u8::from(instant.month()),
        instant.day()
    );
    if microsecond > 0 {
        append(&mut text, format_args!(".{microsecond:06}"));
    }
    let (hours, minutes, seconds) = instant.offset().as_hms();
    let sign = if instant.offset().is_negative() { '-' } else { '+' };
    append(&mut text, format_args!("{sign}{:02}:{:02}", hours.unsigned_abs(), minutes.unsigned_abs()));
    if seconds != 0 {
        append(&mut text, format_args!(":{:02}", seconds.unsigned_abs()));
    }
    text
}

fn append(text: &mut String, part: std::fmt::Arguments<'_>) {
    text.write_fmt(part).expect("writing to a string cannot fail");
}

/// Reads what `datetime.fromisoformat` of Python 3.11 reads, if it has an offset.
///
/// That is most of ISO 8601: basic and extended form, calendar and week dates, any one character between date and time,
/// a fraction after `.` or `,` (cut after six digits), `Z`, offsets with seconds. A fraction in the offset is refused
/// unless the offset is zero.
///
/// # Errors
/// [`Error::Invalid`] for any other text, and for text without an offset.
pub fn from_isoformat(text: &str) -> Result<OffsetDateTime> {
    read(text).ok_or_else(|| Error::invalid(format!("{text:?} is no ISO 8601 date and time with an offset")))
}

fn read(text: &str) -> Option<OffsetDateTime> {
    let separator = date_length(text.as_bytes())?;
    let date = date(text.get(..separator)?)?;
    let mut rest = text.get(separator..)?.chars();
    rest.next();
    let (time, offset) = time(rest.as_str())?;
    Some(PrimitiveDateTime::new(date, time).assume_offset(offset))
}

/// Returns where the date ends. With week dates a digit may be the day or the separator: the parity decides, as in
/// CPython.
fn date_length(text: &[u8]) -> Option<usize> {
    let at = |index| text.get(index).copied().unwrap_or_default();
    if text.len() <= 7 {
        return None;
    }
    Some(match (at(4), at(5)) {
        (b'-', b'W') if at(8) != b'-' => 8,
        (b'-', b'W') if text.len() == 9 => return None,
        (b'-', b'W') if at(10).is_ascii_digit() => 8,
        (b'-', _) => 10,
        (b'W', _) => {
            let end = 7 + text[7..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            match end {
                ..9 => end,
                _ if end % 2 == 0 => 7,
                _ => 8,
            }
        }
        _ => 8,
    })
}

fn date(text: &str) -> Option<Date> {
    let (year, rest) = digits(text, 4)?;
    let year = i32::try_from(year).ok().filter(|&year| year >= 1)?;
    let (dash, rest) = rest.strip_prefix('-').map_or(("", rest), |rest| ("-", rest));
    if let Some(rest) = rest.strip_prefix('W') {
        let (week, rest) = digits(rest, 2)?;
        let day = if rest.is_empty() { 1 } else { digits(rest.strip_prefix(dash)?, 1)?.0 };
        let monday_based = u8::try_from(day).ok()?.checked_sub(1).filter(|day| *day < 7)?;
        let date =
            Date::from_iso_week_date(year, u8::try_from(week).ok()?, Weekday::Monday.nth_next(monday_based));
        return date.ok().filter(|date| date.year() <= 9999);
    }
    let (month, rest) = digits(rest, 2)?;
    let (day, _) = digits(rest.strip_prefix(dash)?, 2)?;
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    Date::from_calendar_date(year, month, u8::try_from(day).ok()?).ok()
}

fn time(text: &str) -> Option<(Time, UtcOffset)> {
    let (clock_text, offset_text) = text.split_at(text.find(['+', '-', 'Z'])?);
    // CPython forgives one character of any kind before the offset, such as a space.
    let Clock { hour, minute, second, microsecond, .. } = clock(clock_text)?;
    let time = Time::from_hms_micro(hour, minute, second, microsecond).ok()?;
    Some((time, offset(offset_text)?))
}

fn offset(text: &str) -> Option<UtcOffset> {
    if let Some(rest) = text.strip_prefix('Z') {
        return is_end(rest).then_some(UtcOffset::UTC);
    }
    let Clock { hour, minute, second, microsecond, is_all } = clock(&text[1..])?;
    let total = i32::from(hour) * 3600 + i32::from(minute) * 60 + i32::from(second);
    if !is_all || total >= 86_400 || (total > 0 && microsecond > 0) {
        return None;
    }
    UtcOffset::from_whole_seconds(if text.starts_with('-') { -total } else { total }).ok()
}

/// A time of day or an offset, its numbers not yet checked.
struct Clock {
    hour: u8,
    minute: u8,
    second: u8,
    microsecond: u32,
    /// Whether nothing follows.
    is_all: bool,
}

/// Reads `HH[:MM[:SS]]` or `HH[MM[SS]]`, perhaps with a fraction, wherever it ends.
fn clock(text: &str) -> Option<Clock> {
    let (mut values, mut rest, mut colons) = ([0_u8; 3], text, true);
    for index in 0..3 {
        let value;
        (value, rest) = digits(rest, 2)?;
        values[index] = u8::try_from(value).ok()?;
        if index == 0 {
            colons = rest.starts_with(':');
        }
        if rest.len() <= 1 {
            return Some(at_clock(values, 0, is_end(rest)));
        }
        if let Some(fraction) = rest.strip_prefix(['.', ',']) {
            rest = fraction;
            break;
        }
        if colons {
            rest = rest.strip_prefix(':')?;
        }
    }
    let (fraction, rest) = rest.split_at_checked(rest.len().min(6))?;
    let (number, _) = digits(fraction, fraction.len())?;
    let microsecond = number * 10_u32.pow(6 - u32::try_from(fraction.len()).ok()?);
    Some(at_clock(values, microsecond, is_end(rest.trim_start_matches(|digit: char| digit.is_ascii_digit()))))
}

fn at_clock([hour, minute, second]: [u8; 3], microsecond: u32, is_all: bool) -> Clock {
    Clock { hour, minute, second, microsecond, is_all }
}

/// Tells whether C sees the end of the text here.
fn is_end(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with('\0')
}

fn digits(text: &str, count: usize) -> Option<(u32, &str)> {
    let (digits, rest) = text.split_at_checked(count)?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some((digits.parse().ok()?, rest))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_python_reads_is_read() {
        for (text, read) in [
            ("2026-02-04T12:34:56.123456+05:30", "2026-02-04T12:34:56.123456+05:30"),
            ("2026-02-04T12Z", "2026-02-04T12:00:00+00:00"),
            ("20260204 123456,5-0330", "2026-02-04T12:34:56.500000-03:30"),
            ("2026-02-04\u{1f980}12:34:00+00:00:01", "2026-02-04T12:34:00+00:00:01"),
            ("2026-02-04T12:34:56.1234567899Z", "2026-02-04T12:34:56.123456+00:00"),
            ("2026-02-04T12:34:56-00:00:00.5", "2026-02-04T12:34:56+00:00"),
            ("2026-02-04T12:34:56 Z", "2026-02-04T12:34:56+00:00"),
            ("2026-02-04T12:34:56:123Z", "2026-02-04T12:34:56.123000+00:00"),
            ("2026-02-04T12.5+23:59:59", "2026-02-04T12:00:00.500000+23:59:59"),
            ("2026-W05T12Z", "2026-01-26T12:00:00+00:00"),
            ("2026-W05-1T12Z", "2026-01-26T12:00:00+00:00"),
            ("2026W051T12Z", "2026-01-26T12:00:00+00:00"),
            ("2026W05112Z", "2026-01-26T12:00:00+00:00"),
            ("2026-W05-1200Z", "2026-01-26T12:00:00+00:00"),
            ("2020-W53-7T00Z", "2021-01-03T00:00:00+00:00"),
            ("9999-W52-5T00Z", "9999-12-31T00:00:00+00:00"),
            ("0001-01-01T00+23:59", "0001-01-01T00:00:00+23:59"),
        ] {
            assert_eq!(isoformat(from_isoformat(text).unwrap()), read, "{text}");
        }
    }

    #[test]
    fn what_python_refuses_or_reads_without_an_offset_is_refused() {
        for text in [
            "",
            "2026",
            "2026-02-04",
            "2026-02-04T12:00:00",
            "2026-02-30T00Z",
            "2026-13-01T00Z",
            "0000-01-01T00Z",
            "2026-02-04T24:00Z",
            "2026-02-04T12:34:60Z",
            "2026-02-04T12:3456Z",
            "2026-02-04T1234:56Z",
            "2026-02-04TZ",
            "2026-02-04T12:34:56ZZ",
            "2026-02-04T12+24:00",
            "2026-02-04T12+05:",
            "2026-02-04T12+5",
            "2026-0204T00Z",
            "2021-W53-1T00Z",
            "2026-W05-8T00Z",
            "2026-W05-0T00Z",
            "2026-W00-1T00Z",
            "9999-W52-6T00Z",
            "2026W05-1T12Z",
            "２０２６-02-04T12:00Z",
            "+026-02-04T12:00Z",
            "2026-02-04T12:34:56.12 3Z",
            "2026-02-04T12+01:00:00.5",
        ] {
            assert!(from_isoformat(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn s113_what_is_written_reads_back(
            seconds in -62_000_000_000..253_000_000_000_i64,
            micros in 0..1_000_000_u32,
            offset in -86_399..86_400,
        ) {
            let utc = OffsetDateTime::from_unix_timestamp(seconds).unwrap().replace_microsecond(micros).unwrap();
            let instant = utc.to_offset(UtcOffset::from_whole_seconds(offset).unwrap());
            prop_assert_eq!(from_isoformat(&isoformat(instant)).unwrap(), instant);
            prop_assert_eq!(from_isoformat(&isoformat(instant)).unwrap().offset(), instant.offset());
        }

        #[test]
        fn s112_no_text_makes_the_reader_panic(
            text: String,
            close in "[0-9]{2,8}[-W]{0,2}[0-9]{0,4}[-WTé]?[0-9:.,+Z-]{0,20}",
        ) {
            let _ = (from_isoformat(&text), from_isoformat(&close));
        }
    }
}
