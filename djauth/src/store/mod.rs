//! Where are users, groups, permissions and sessions kept? In tables named and typed as Django names and types them,
//! so that either side can create them.
//!
//! [`SqliteStore`] needs nothing to be installed. [`MemoryStore`] is for tests.

#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(feature = "sqlite")]
mod sqlx;

pub use djauth_runtime::{
    memory::MemoryStore,
    session::{JoinedUser, LoadedSession, SessionRecord, SessionStore, StoredKey},
    store::{GroupStore, Holder, PermissionStore, Store, UserStore},
};

#[cfg(feature = "sqlite")]
pub use self::{
    sqlite::{Sqlite, SqliteStore},
    sqlx::{MigrationReport, SqlxStore},
};
