//! What a connection read, and what proves that it is still true.

use std::collections::HashMap;

use djauth_runtime::{permission::PermissionSet, session::StoredKey};

/// So many sessions are remembered for each connection.
const CAPACITY: usize = 1000;

/// The permissions of sessions' users, each with the version of the database at which they were read.
///
/// Nothing of a user outlives a request (rule S90) unless it is proved that nothing changed: a set is used only if
/// the database says in the same statement that its version is still the same.
#[derive(Debug, Default)]
pub struct Remembered(HashMap<StoredKey, (i64, PermissionSet)>);

impl Remembered {
    /// Returns the version at which the permissions of this session's user were read.
    pub(super) fn version(&self, key: &StoredKey) -> Option<i64> {
        self.0.get(key).map(|(version, _)| *version)
    }

    /// Returns the permissions of this session's user, if they were read at this version.
    pub(super) fn permissions(&self, key: &StoredKey, version: i64) -> Option<PermissionSet> {
        let (read_at, permissions) = self.0.get(key)?;
        (*read_at == version).then(|| permissions.clone())
    }

    pub(super) fn insert(&mut self, key: StoredKey, version: i64, permissions: PermissionSet) {
        if self.0.len() >= CAPACITY {
            self.0.clear();
        }
        self.0.insert(key, (version, permissions));
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
        assert_eq!(remembered.version(&key), None);
        remembered.insert(key.clone(), 7, PermissionSet::new());
        assert_eq!(remembered.version(&key), Some(7));
        assert!(remembered.permissions(&key, 7).is_some());
        assert!(remembered.permissions(&key, 8).is_none());
    }
}
