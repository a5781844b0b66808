//! The time, replaceable in tests.

use std::fmt;

use time::OffsetDateTime;

/// Tells the time to everything in djauth that asks for it.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// Returns the current time, in UTC.
    fn now(&self) -> OffsetDateTime;
}

/// The clock of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc()
    }
}

#[cfg(any(test, feature = "test-util"))]
pub use settable::SettableClock;

#[cfg(any(test, feature = "test-util"))]
mod settable {
    use std::sync::{Arc, Mutex, PoisonError};

    use time::{Duration, OffsetDateTime};

    use super::Clock;

    /// A clock that stands still until a test moves it. Clones show the same time.
    #[derive(Debug, Clone)]
    pub struct SettableClock(Arc<Mutex<OffsetDateTime>>);

    impl SettableClock {
        /// Makes a clock that shows `now`.
        #[must_use]
        pub fn new(now: OffsetDateTime) -> Self {
            Self(Arc::new(Mutex::new(now)))
        }

        /// Sets the time.
        pub fn set(&self, now: OffsetDateTime) {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = now;
        }

        /// Moves the time, forwards or backwards.
        pub fn advance(&self, by: Duration) {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) += by;
        }
    }

    impl Clock for SettableClock {
        fn now(&self) -> OffsetDateTime {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner)
        }
    }
}
