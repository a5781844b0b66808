//! djauth as a program meets it: over HTTP, with everything put together.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod backends;
mod bad_input;
mod browser;
mod cookies;
mod csrf;
mod decisions;
mod django;
mod doors;
mod layer;
mod log;
mod login;
mod models;
mod outage;
mod server;
mod sessions;
mod site;
mod statements;
mod token;
mod truth_table;
mod users;
