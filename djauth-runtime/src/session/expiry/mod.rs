//! When does a session end? Every form of `_session_expiry`, the item with which Django keeps it in the session's data.

mod iso;

use time::{Duration, OffsetDateTime};

pub use iso::{from_isoformat, isoformat};

use crate::{
    error::{Error, Result},
    json::{Object, Value},
};

/// The item of the session's data that holds the [`Expiry`].
pub const SESSION_EXPIRY: &str = "_session_expiry";

/// When one session ends, as [`set_expiry`](Expiry::store) left it in the session's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Expiry {
    /// As the settings say (`set_expiry(None)`, or never called).
    #[default]
    Settings,
    /// When the browser is closed (`set_expiry(0)`). On the server it ends after the age of the settings.
    BrowserClose,
    /// So many seconds after it was last saved: each save restarts the period (`set_expiry(90)`). Negative ones are over.
    Seconds(i64),
    /// At a fixed instant (`set_expiry(datetime)`).
    At(OffsetDateTime),
}

impl Expiry {
    /// Returns the expiry at the fixed instant `delta` after now (`set_expiry(timedelta)`). It does not slide.
    ///
    /// # Errors
    /// [`Error::Invalid`] beyond the years 1 to 9999.
    pub fn after(delta: Duration, now: OffsetDateTime) -> Result<Self> {
        add(now, delta).map(Self::At)
    }

    /// Reads the expiry from a session's data.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the item is something else than null, an integer of 64 bits or ISO 8601 text with an
    /// offset. Text without one, which Django writes with `USE_TZ = False`, could be any of 26 hours.
    pub fn load(data: &Object) -> Result<Self> {
        match data.get(SESSION_EXPIRY) {
            None | Some(Value::Null) => Ok(Self::Settings),
            Some(Value::Int(0)) => Ok(Self::BrowserClose),
            Some(Value::Int(seconds)) => Ok(Self::Seconds(*seconds)),
            Some(Value::String(text)) => from_isoformat(text).map(Self::At),
            Some(_) => Err(Error::invalid("`_session_expiry` is neither null, an integer nor a date")),
        }
    }

    /// Writes the expiry into a session's data (`SessionBase.set_expiry`).
    pub fn store(self, data: &mut Object) {
        match self {
            Self::Settings => data.remove(SESSION_EXPIRY),
            Self::BrowserClose => data.insert(SESSION_EXPIRY, 0),
            Self::Seconds(seconds) => data.insert(SESSION_EXPIRY, seconds),
            Self::At(instant) => data.insert(SESSION_EXPIRY, isoformat(instant)),
        };
    }
}

/// What the settings say about the end of sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExpiryPolicy {
    /// How many seconds after its last save a session ends (`SESSION_COOKIE_AGE`).
    pub cookie_age: i64,
    /// Whether cookies are forgotten when the browser is closed (`SESSION_EXPIRE_AT_BROWSER_CLOSE`).
    pub expire_at_browser_close: bool,
}

impl ExpiryPolicy {
    /// Returns the whole seconds from `modified` to the end of the session, rounded down (`get_expiry_age`).
    #[must_use]
    pub fn age(&self, expiry: Expiry, modified: OffsetDateTime) -> i64 {
        match expiry {
            Expiry::Settings | Expiry::BrowserClose => self.cookie_age,
            Expiry::Seconds(seconds) => seconds,
            Expiry::At(instant) => floor_seconds(instant - modified),
        }
    }

    /// Returns the instant at which the session ends (`get_expiry_date`), with the offset of `modified`, or of the date
    /// that was set.
    ///
    /// # Errors
    /// [`Error::Invalid`] beyond the years 1 to 9999 (Python's `OverflowError`).
    pub fn date(&self, expiry: Expiry, modified: OffsetDateTime) -> Result<OffsetDateTime> {
        match expiry {
            Expiry::Settings | Expiry::BrowserClose => add(modified, Duration::seconds(self.cookie_age)),
            Expiry::Seconds(seconds) => add(modified, Duration::seconds(seconds)),
            Expiry::At(instant) => Ok(instant),
        }
    }

    /// Tells whether the cookie is forgotten when the browser is closed (`get_expire_at_browser_close`).
    #[must_use]
    pub fn is_browser_close(&self, expiry: Expiry) -> bool {
        match expiry {
            Expiry::Settings => self.expire_at_browser_close,
            Expiry::BrowserClose => true,
            Expiry::Seconds(_) | Expiry::At(_) => false,
        }
    }
}

fn add(instant: OffsetDateTime, delta: Duration) -> Result<OffsetDateTime> {
    instant
        .checked_add(delta)
        .filter(|sum| sum.year() >= 1)
        .ok_or_else(|| Error::invalid("the session would end beyond the years 1 to 9999"))
}

fn floor_seconds(duration: Duration) -> i64 {
    let before = i64::from(duration.subsec_nanoseconds() < 0);
    duration.whole_seconds() - before
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use time::macros::datetime;

    use super::*;

    const POLICY: ExpiryPolicy = ExpiryPolicy { cookie_age: 3600, expire_at_browser_close: true };
    const NOW: OffsetDateTime = datetime!(2026-02-04 23:59 -3);

    fn answers(item: impl Into<Value>) -> (i64, String, bool) {
        let data = [(SESSION_EXPIRY, item)].into_iter().collect();
        let expiry = Expiry::load(&data).unwrap();
        let date = POLICY.date(expiry, NOW).unwrap();
        (POLICY.age(expiry, NOW), isoformat(date), POLICY.is_browser_close(expiry))
    }

    #[test]
    fn every_form_has_its_age_date_and_browser_close() {
        let by_settings = (3600, "2026-02-05T00:59:00-03:00".to_owned(), true);
        assert_eq!(answers(Value::Null), by_settings);
        assert_eq!(answers(0), by_settings);
        assert_eq!(answers(90), (90, "2026-02-05T00:00:30-03:00".to_owned(), false));
        assert_eq!(answers(-60), (-60, "2026-02-04T23:58:00-03:00".to_owned(), false));
        let text = "2026-02-04T00:00:00.250000+05:30";
        // 32 hours and 29 minutes ago, but for a quarter of a second: rounded down.
        assert_eq!(answers(text), (-116_940, text.to_owned(), false));
    }

    #[test]
    fn browser_close_alone_is_settled_by_zero() {
        let policy = ExpiryPolicy { expire_at_browser_close: false, ..POLICY };
        assert!(!policy.is_browser_close(Expiry::Settings));
        assert!(policy.is_browser_close(Expiry::BrowserClose));
    }

    #[test]
    fn what_is_stored_is_loaded() {
        let mut data = Object::new();
        for expiry in [
            Expiry::Seconds(-5),
            Expiry::BrowserClose,
            Expiry::At(datetime!(2025-03-01 12:00:00.000_001 UTC)),
            Expiry::after(Duration::hours(2), NOW).unwrap(),
            Expiry::Settings,
        ] {
            expiry.store(&mut data);
            assert_eq!(Expiry::load(&data).unwrap(), expiry);
        }
        assert!(data.is_empty());
    }

    #[test]
    fn s107_no_expiry_overflows() {
        for seconds in [i64::MIN, i64::MAX, -64_000_000_000, 252_000_000_000] {
            assert!(POLICY.date(Expiry::Seconds(seconds), NOW).is_err(), "{seconds}");
        }
        for item in [Value::Float(1.5), Value::Bool(true), Value::from(""), Value::from("tomorrow")] {
            assert!(Expiry::load(&[(SESSION_EXPIRY, item)].into_iter().collect()).is_err());
        }
        let ends = [datetime!(0001-01-01 0:00 +23:59), datetime!(9999-12-31 23:59:59.999_999_999 -23:59)];
        assert!(POLICY.age(Expiry::At(ends[0]), ends[1]) < -315_000_000_000);
        assert!(POLICY.date(Expiry::Seconds(1), ends[1]).is_err());
        assert!(POLICY.date(Expiry::Seconds(-1), ends[0]).is_err());
    }
}
