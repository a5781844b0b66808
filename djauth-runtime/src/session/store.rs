//! What a session store must offer.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use time::OffsetDateTime;

use super::key::StoredKey;
use crate::{Result, permission::PermissionSet, user::AuthUser};

/// A session as a store keeps it.
pub struct SessionRecord<U: AuthUser> {
    /// The data as [`encode`](super::encoding::encode) wrote it.
    pub data: String,
    /// When the session ends; a record is not loaded at or after this instant.
    pub expire_date: OffsetDateTime,
    /// When the session began. Saving never moves it.
    pub created: OffsetDateTime,
    /// Who is logged in, for stores that join sessions with users and end a user's sessions.
    pub user_id: Option<U::Id>,
}

impl<U: AuthUser> Clone for SessionRecord<U> {
    fn clone(&self) -> Self {
        Self { data: self.data.clone(), user_id: self.user_id.clone(), ..*self }
    }
}

/// Shows how much there is, never what (rule S93).
impl<U: AuthUser> fmt::Debug for SessionRecord<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionRecord")
            .field("data", &format_args!("[{} bytes]", self.data.len()))
            .field("expire_date", &self.expire_date)
            .field("created", &self.created)
            .field("user_id", &self.user_id)
            .finish()
    }
}

/// What [`SessionStore::load`] found.
#[derive(Debug)]
pub struct LoadedSession<U: AuthUser> {
    /// The session.
    pub record: SessionRecord<U>,
    /// The user of [`SessionRecord::user_id`] with their permissions, if the store read them in the same statement.
    pub user: JoinedUser<U>,
}

/// A user with their permissions, if the store could read them along with something else.
#[derive(Debug)]
pub enum JoinedUser<U: AuthUser> {
    /// The store could not; whoever needs the user asks for them.
    NotJoined,
    /// There is no such user.
    Missing,
    /// The session is one of users of another model: its record is not for us, neither to read nor to change.
    OtherModel,
    /// The user and what they were given directly or through groups.
    Found(Arc<U>, Arc<PermissionSet>),
}

/// Where sessions are kept. Stores see digests of keys, never keys (rule S45).
///
/// A session belongs to the model of the users it was made for. Where users of several models share a place, each
/// model's store finds a session of the others as [`JoinedUser::OtherModel`], and otherwise does as if it were not
/// there: two users with the same primary key must not be taken for each other.
#[async_trait]
pub trait SessionStore<U: AuthUser>: Send + Sync + 'static {
    /// Returns the session under this key unless it ended before or at `now`.
    ///
    /// # Errors
    /// [`Error::Unavailable`](crate::Error::Unavailable) if the store cannot be asked; so in every method here.
    async fn load(&self, key: &StoredKey, now: OffsetDateTime) -> Result<Option<LoadedSession<U>>>;

    /// Adds a session; `false` if the key is taken, and nothing is written then (rule S49).
    async fn create(&self, key: &StoredKey, record: &SessionRecord<U>) -> Result<bool>;

    /// Overwrites a session; `false` if it is gone, and nothing is written then (rule S49).
    async fn save(&self, key: &StoredKey, record: &SessionRecord<U>) -> Result<bool>;

    /// Moves the end of a session that ends at `from`, and nothing else; `false` if it is gone or ends at another time by
    /// now, and nothing is written then. So a request that only read undoes nothing of one that wrote (rule S50).
    async fn renew(&self, key: &StoredKey, from: OffsetDateTime, to: OffsetDateTime) -> Result<bool>;

    /// Moves a session to a new key and overwrites it, in one transaction (rule S47); `false` if the old one is gone,
    /// and nothing is written then.
    async fn rotate(&self, old: &StoredKey, new: &StoredKey, record: &SessionRecord<U>) -> Result<bool>;

    /// Removes a session; one that is not there is fine.
    async fn delete(&self, key: &StoredKey) -> Result<()>;

    /// Ends every session of a user but `except`, and returns how many (rule S52).
    async fn delete_of_user(&self, user: &U::Id, except: Option<&StoredKey>) -> Result<u64>;

    /// Removes the sessions that ended before `now`, and returns how many.
    async fn clear_expired(&self, now: OffsetDateTime) -> Result<u64>;
}
