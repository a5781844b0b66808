//! What does the server remember of a browser? Sessions, as Django keeps them.

mod auth_hash;
pub mod cookie;
pub mod encoding;
pub mod expiry;
mod handle;
mod key;
mod store;

pub use auth_hash::{SessionAuthHash, SessionAuthHasher};
pub(crate) use handle::RecordChange;
pub use handle::Session;
pub use key::{SessionKey, StoredKey};
pub use store::{JoinedUser, LoadedSession, SessionRecord, SessionStore};
