//! What does the server remember of a browser? Sessions, as Django keeps them.

pub mod encoding;
pub mod expiry;
mod key;
mod store;

pub use key::{SessionKey, StoredKey};
pub use store::{JoinedUser, LoadedSession, SessionRecord, SessionStore};
