//! djauth as a program meets it: over HTTP, with everything put together.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod browser;
mod login;
mod site;
mod statements;
