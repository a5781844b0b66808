//! The session of one request, as handlers see it.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde::{Serialize, de::DeserializeOwned};
use time::OffsetDateTime;

use super::{SessionKey, expiry::Expiry};
use crate::{
    Result,
    json::{self, Object, Value},
};

/// The session of one request (Django's `request.session`). Clones are the same session.
///
/// It is loaded when it is first asked for and saved after the handler, if something changed and the answer is no
/// server error (rule S62). Nothing depends on dropping it.
///
/// # Examples
/// ```
/// # use djauth_runtime as djauth;
/// use djauth::session::Session;
///
/// fn visit(session: &Session) -> djauth::Result<u32> {
///     let visits = session.get::<u32>("visits")?.unwrap_or(0) + 1;
///     session.insert("visits", &visits)?;
///     Ok(visits)
/// }
/// # assert_eq!(visit(&Session::default()).unwrap(), 1);
/// ```
#[derive(Clone, Default)]
pub struct Session(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// The key under which a record lies in the store.
    stored: Option<SessionKey>,
    /// The key under which the session is to lie.
    key: Option<SessionKey>,
    data: Object,
    created: Option<OffsetDateTime>,
    accessed: bool,
    modified: bool,
    /// Whether the record is to move to another key though nobody changed anything.
    carried_over: bool,
    flushed: bool,
}

/// What has to happen to the record of a session.
#[derive(Debug)]
pub(crate) enum RecordChange {
    /// Nothing.
    None,
    /// A new record, because there was none, under a fresh key where none was chosen yet.
    Create(Option<SessionKey>),
    /// The record is overwritten.
    Save(SessionKey),
    /// The record moves to another key, or to a fresh one where none was chosen yet.
    Rotate { old: SessionKey, new: Option<SessionKey> },
    /// The record goes.
    Delete(SessionKey),
}

impl Session {
    /// Makes the session that a store holds under `key`.
    pub(crate) fn stored(key: SessionKey, data: Object, created: OffsetDateTime) -> Self {
        let state = State {
            stored: Some(key.clone()),
            key: Some(key),
            data,
            created: Some(created),
            ..State::default()
        };
        Self(Arc::new(Mutex::new(state)))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic while the lock is held leaves plain data behind, never half a change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self) -> MutexGuard<'_, State> {
        let mut state = self.state();
        state.accessed = true;
        state
    }

    fn write(&self) -> MutexGuard<'_, State> {
        let mut state = self.read();
        state.modified = true;
        state
    }

    /// Returns the item of this name, if there is one.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) if the item is of another type.
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        let value = self.read().data.get(name).cloned();
        value.map(|value| json::from_value(&value)).transpose().map_err(Into::into)
    }

    /// Sets an item.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) if the value has no JSON form; nothing changes then.
    pub fn insert<T: Serialize + ?Sized>(&self, name: &str, value: &T) -> Result<()> {
        // The value is made first: what cannot be stored must not mark the session as changed (rule S50).
        let value = json::to_value(value)?;
        self.write().data.insert(name, value);
        Ok(())
    }

    /// Takes an item out and returns whether there was one.
    pub fn remove(&self, name: &str) -> bool {
        let mut state = self.read();
        let removed = state.data.remove(name).is_some();
        state.modified |= removed;
        removed
    }

    /// Returns whether there is an item of this name.
    #[must_use]
    pub fn contains_key(&self, name: &str) -> bool {
        self.read().data.contains_key(name)
    }

    /// Returns the names of all items, in the order of their setting.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        self.read().data.iter().map(|(name, _)| name.to_owned()).collect()
    }

    /// Removes every item and keeps the key.
    pub fn clear(&self) {
        self.write().data.clear();
    }

    /// Returns whether there is neither a key nor an item.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let state = self.state();
        state.key.is_none() && state.data.is_empty()
    }

    /// Returns the key under which the session is to lie after the request (Django's `session_key`).
    #[must_use]
    pub fn key(&self) -> Option<SessionKey> {
        self.state().key.clone()
    }

    /// Returns whether anybody looked at the session in this request.
    #[must_use]
    pub fn is_accessed(&self) -> bool {
        self.state().accessed
    }

    /// Returns whether anybody changed the session in this request.
    #[must_use]
    pub fn is_modified(&self) -> bool {
        self.state().modified
    }

    /// Gives the session a new key; the old one is dead as soon as the session is saved (rule S47).
    ///
    /// # Errors
    /// [`Error::Unavailable`](crate::Error::Unavailable) if the system's generator fails; nothing changes then.
    pub fn cycle_key(&self) -> Result<()> {
        let key = SessionKey::generate()?;
        self.write().key = Some(key);
        Ok(())
    }

    /// Removes every item and the key; the record goes when the session is saved.
    pub fn flush(&self) {
        let mut state = self.write();
        state.data.clear();
        state.key = None;
        state.created = None;
        state.flushed = true;
    }

    /// Sets when the session ends (Django's `set_expiry`).
    pub fn set_expiry(&self, expiry: Expiry) {
        expiry.store(&mut self.write().data);
    }

    /// Reads an item that is text, if there is one and it reads.
    pub(crate) fn read_text<T>(&self, name: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        self.read().data.get(name).and_then(Value::as_str).and_then(read)
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.read_text(name, |text| Some(text.to_owned()))
    }

    pub(crate) fn data(&self) -> Object {
        self.state().data.clone()
    }

    /// Returns the session's beginning; a session that has none yet begins `now`.
    pub(crate) fn created(&self, now: OffsetDateTime) -> OffsetDateTime {
        *self.state().created.get_or_insert(now)
    }

    /// Returns whether the session was flushed in this request.
    pub(crate) fn is_flushed(&self) -> bool {
        self.state().flushed
    }

    /// Sets an item of djauth's own and gives the session a new key. It is no change: nobody asked for it, and a request
    /// that finds the old key gone leaves it at that. If the record is still there, it is overwritten as it was loaded.
    pub(crate) fn carry_over(&self, name: &str, value: &str) -> Result<()> {
        let key = SessionKey::generate()?;
        let mut state = self.state();
        state.key = Some(key);
        state.data.insert(name, value);
        state.carried_over = true;
        Ok(())
    }

    /// Returns what has to happen to the record.
    pub(crate) fn change(&self) -> RecordChange {
        let state = self.state();
        if !state.modified && !state.carried_over {
            return RecordChange::None;
        }
        match (&state.stored, &state.key) {
            (None, None) if state.data.is_empty() => RecordChange::None,
            (None, key) => RecordChange::Create(key.clone()),
            (Some(old), None) if state.data.is_empty() => RecordChange::Delete(old.clone()),
            (Some(old), Some(key)) if old == key => RecordChange::Save(key.clone()),
            (Some(old), new) => RecordChange::Rotate { old: old.clone(), new: new.clone() },
        }
    }

    /// Notes under which key the record now lies, and forgets what changed.
    pub(crate) fn settle(&self, key: Option<SessionKey>) {
        let mut state = self.state();
        state.stored.clone_from(&key);
        state.key = key;
        state.modified = false;
        state.carried_over = false;
    }

    /// Returns the key under which a record lies in the store.
    pub(crate) fn stored_key(&self) -> Option<SessionKey> {
        self.state().stored.clone()
    }
}

/// Shows the state, never an item.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("Session")
            .field("items", &state.data.len())
            .field("accessed", &state.accessed)
            .field("modified", &state.modified)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored() -> (Session, SessionKey) {
        let key = SessionKey::generate().expect("a generator");
        let data = [("seen", 1_i64)].into_iter().collect();
        (Session::stored(key.clone(), data, OffsetDateTime::UNIX_EPOCH), key)
    }

    #[test]
    fn s46_looking_leaves_the_record_alone() {
        let (session, _) = stored();
        assert_eq!(session.get::<i64>("seen").expect("a number"), Some(1));
        assert!(!session.remove("absent"));
        assert!(session.is_accessed() && !session.is_modified());
        assert!(matches!(session.change(), RecordChange::None));
        let nobody = Session::default();
        nobody.clear();
        nobody.flush();
        assert!(matches!(nobody.change(), RecordChange::None));
    }

    #[test]
    fn s50_what_cannot_be_stored_changes_nothing() {
        let (session, _) = stored();
        let no_json = std::collections::BTreeMap::from([((1, 2), 3)]);
        assert!(session.insert("seen", &no_json).is_err());
        assert!(!session.is_modified());
    }

    #[test]
    fn s47_a_cycled_key_moves_the_record() {
        let (session, key) = stored();
        session.cycle_key().expect("a generator");
        match session.change() {
            RecordChange::Rotate { old, new: Some(new) } => assert!(old == key && new != key),
            other => panic!("{other:?}"),
        }
        session.settle(session.stored_key());
        assert!(matches!(session.change(), RecordChange::None));
    }

    #[test]
    fn a_new_session_gets_the_key_that_was_told() {
        let session = Session::default();
        session.insert("seen", &1).expect("a number");
        assert!(matches!(session.change(), RecordChange::Create(None)));
        session.cycle_key().expect("a generator");
        let told = session.key().expect("a key");
        assert!(matches!(session.change(), RecordChange::Create(Some(key)) if key == told));
    }

    #[test]
    fn a_flushed_session_goes_and_a_refilled_one_begins_anew() {
        let (session, key) = stored();
        session.flush();
        assert!(matches!(session.change(), RecordChange::Delete(old) if old == key));
        session.insert("fresh", &true).expect("a truth value");
        assert!(matches!(session.change(), RecordChange::Rotate { old, new: None } if old == key));
        let now = OffsetDateTime::UNIX_EPOCH + time::Duration::DAY;
        assert_eq!(session.created(now), now);
    }

    #[test]
    fn s93_debug_shows_no_item() {
        let session = Session::default();
        session.insert("card", "canary").expect("text");
        assert!(!format!("{session:?}").contains("canary"));
    }
}
