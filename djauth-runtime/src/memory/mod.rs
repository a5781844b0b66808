//! Where do users live when there is no database? In memory: for tests, and for programs that keep nothing.
//!
//! Django has no counterpart for users; for sessions it is the cache backend over `LocMemCache`.

mod group;
mod permission;
mod session;
mod user;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use crate::{
    Result,
    group::Group,
    model::{Field, Row, Value},
    permission::{PermissionName, PermissionSet},
    session::{SessionRecord, StoredKey},
    user::AuthUser,
};

/// Users, groups, permissions and sessions in memory. Clones share them; they end with the process.
///
/// The permissions that can be given are those that the program declares, and those of
/// [`with_permissions`](Self::with_permissions).
pub struct MemoryStore<U: AuthUser>(Arc<RwLock<Tables<U>>>);

struct Tables<U: AuthUser> {
    users: HashMap<U::Id, Arc<U>>,
    last_user_id: i64,
    groups: BTreeMap<i64, Group>,
    last_group_id: i64,
    memberships: HashMap<U::Id, BTreeSet<i64>>,
    undeclared: BTreeSet<PermissionName>,
    given_to_users: HashMap<U::Id, Arc<PermissionSet>>,
    given_to_groups: HashMap<i64, PermissionSet>,
    sessions: HashMap<StoredKey, SessionRecord<U>>,
}

impl<U: AuthUser> MemoryStore<U> {
    /// Makes an empty store.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(RwLock::new(Tables {
            users: HashMap::new(),
            last_user_id: 0,
            groups: BTreeMap::new(),
            last_group_id: 0,
            memberships: HashMap::new(),
            undeclared: BTreeSet::new(),
            given_to_users: HashMap::new(),
            given_to_groups: HashMap::new(),
            sessions: HashMap::new(),
        })))
    }

    /// Adds permissions that no code declares, as a database may hold them.
    #[must_use]
    pub fn with_permissions(self, names: impl IntoIterator<Item = PermissionName>) -> Self {
        self.write().undeclared.extend(names);
        self
    }

    // Nothing here panics half-way through a change, so what a poisoned lock guards is whole.
    fn read(&self) -> RwLockReadGuard<'_, Tables<U>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Tables<U>> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<U: AuthUser> Clone for MemoryStore<U> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<U: AuthUser> Default for MemoryStore<U> {
    fn default() -> Self {
        Self::new()
    }
}

impl<U: AuthUser> fmt::Debug for MemoryStore<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryStore")
    }
}

/// A row on its way into a struct.
pub(crate) struct ValueRow(Vec<Value>);

impl ValueRow {
    /// Makes a row of values in the order of the model's fields.
    pub(crate) fn new(values: impl IntoIterator<Item = Value>) -> Self {
        Self(values.into_iter().collect())
    }
}

impl Row for ValueRow {
    fn take(&mut self, index: usize, _field: &Field) -> Result<Value> {
        Ok(self.0.get_mut(index).map_or(Value::Null, |value| std::mem::replace(value, Value::Null)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_util::{self, Person};

    #[tokio::test]
    async fn it_is_a_store() {
        let names = ["blog.add_post", "blog.change_post", "shop.refund"];
        let names = names.map(|name| name.parse().expect("a permission's name"));
        test_util::store_contract(async || MemoryStore::<Person>::new().with_permissions(names.clone()))
            .await;
    }
}
