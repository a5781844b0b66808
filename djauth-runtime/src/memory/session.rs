//! Sessions in memory.

use std::{collections::hash_map::Entry, sync::Arc};

use async_trait::async_trait;
use time::OffsetDateTime;

use super::{MemoryStore, Tables};
use crate::{
    Error, Result,
    session::{JoinedUser, LoadedSession, SessionRecord, SessionStore, StoredKey},
    user::AuthUser,
};

#[async_trait]
impl<U: AuthUser> SessionStore<U> for MemoryStore<U> {
    async fn load(&self, key: &StoredKey, now: OffsetDateTime) -> Result<Option<LoadedSession<U>>> {
        let tables = self.read();
        let record = tables.sessions.get(key).filter(|record| record.expire_date > now);
        Ok(record.map(|record| LoadedSession { record: record.clone(), user: tables.join(record) }))
    }

    async fn create(&self, key: &StoredKey, record: &SessionRecord<U>) -> Result<bool> {
        match self.write().sessions.entry(key.clone()) {
            Entry::Occupied(_) => Ok(false),
            Entry::Vacant(place) => {
                place.insert(record.clone());
                Ok(true)
            }
        }
    }

    async fn save(&self, key: &StoredKey, record: &SessionRecord<U>) -> Result<bool> {
        let mut tables = self.write();
        let saved = tables.sessions.get_mut(key);
        Ok(saved.map(|saved| *saved = SessionRecord { created: saved.created, ..record.clone() }).is_some())
    }

    async fn renew(&self, key: &StoredKey, from: OffsetDateTime, to: OffsetDateTime) -> Result<bool> {
        let mut tables = self.write();
        let renewed = tables.sessions.get_mut(key).filter(|record| record.expire_date == from);
        Ok(renewed.map(|record| record.expire_date = to).is_some())
    }

    async fn rotate(&self, old: &StoredKey, new: &StoredKey, record: &SessionRecord<U>) -> Result<bool> {
        let mut tables = self.write();
        if tables.sessions.contains_key(new) {
            return Err(Error::AlreadyExists("a session with the new key already exists".to_owned()));
        }
        if tables.sessions.remove(old).is_none() {
            return Ok(false);
        }
        tables.sessions.insert(new.clone(), record.clone());
        Ok(true)
    }

    async fn delete(&self, key: &StoredKey) -> Result<()> {
        self.write().sessions.remove(key);
        Ok(())
    }

    async fn delete_of_user(&self, user: &U::Id, except: Option<&StoredKey>) -> Result<u64> {
        Ok(self.write().retain(|key, record| record.user_id.as_ref() != Some(user) || Some(key) == except))
    }

    async fn clear_expired(&self, now: OffsetDateTime) -> Result<u64> {
        Ok(self.write().retain(|_, record| record.expire_date >= now))
    }
}

impl<U: AuthUser> Tables<U> {
    fn join(&self, record: &SessionRecord<U>) -> JoinedUser<U> {
        let Some(user) = record.user_id.as_ref().and_then(|id| self.users.get(id)) else {
            return JoinedUser::Missing;
        };
        // A superuser needs no list.
        let permissions = match user.superuser() {
            Some(false) => self.all_permissions(user.id()),
            Some(true) | None => Arc::default(),
        };
        JoinedUser::Found(Arc::clone(user), permissions)
    }

    /// Keeps the sessions that `keep` says, and returns how many were removed.
    fn retain(&mut self, keep: impl Fn(&StoredKey, &SessionRecord<U>) -> bool) -> u64 {
        let before = self.sessions.len();
        self.sessions.retain(|key, record| keep(key, record));
        (before - self.sessions.len()) as u64
    }
}
