//! What a connection read, and what proves that it is still true.

use std::{collections::HashMap, sync::Arc};

use djauth_runtime::{permission::PermissionSet, session::StoredKey};

/// So many sessions are remembered for each connection.
const CAPACITY: usize = 1000;

/// The permissions of sessions' users, each with the version of the database at which they were read.
///
/// Nothing of a user outlives a request (rule S90) unless it is proved that nothing changed: a set is used only if
/// the database says in the same statement that its version is still the same.
#[derive(Debug, Default)]
pub struct Remembered(HashMap<StoredKey, Versioned>);

/// The permissions of a session's user as they were at one version of the database.
#[derive(Debug, Clone)]
pub(super) struct Versioned {
    pub(super) version: i64,
    permissions: Arc<PermissionSet>,
}

impl Versioned {
    pub(super) fn new(version: i64, permissions: Arc<PermissionSet>) -> Self {
        Self { version, permissions }
    }

    /// Returns the permissions, if the database is at this version still.
    pub(super) fn at(self, version: i64) -> Option<Arc<PermissionSet>> {
        (self.version == version).then_some(self.permissions)
    }
}

impl Remembered {
    pub(super) fn get(&self, key: &StoredKey) -> Option<Versioned> {
        self.0.get(key).cloned()
    }

    pub(super) fn insert(&mut self, key: StoredKey, permissions: Versioned) {
        if self.0.len() >= CAPACITY {
            self.0.clear();
        }
        self.0.insert(key, permissions);
    }
}

#[cfg(test)]
mod tests {
    use djauth_runtime::session::SessionKey;

    use super::*;

    #[test]
    fn s90_nothing_is_remembered_of_another_version() {
        let key = SessionKey::generate().expect("a key").digest();
        let mut remembered = Remembered::default();
        assert!(remembered.get(&key).is_none());
        remembered.insert(key.clone(), Versioned::new(7, Arc::default()));
        let found = remembered.get(&key).expect("it was inserted");
        assert!(found.clone().at(7).is_some());
        assert!(found.at(8).is_none());
    }
}
