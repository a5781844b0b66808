//! One request's session, user and permissions, loaded once and only when asked for.
//!
//! An adapter makes a [`RequestAuth`] for every request, hands it to extractors as `dyn` [`RequestGuard`], and calls
//! [`RequestAuth::finish`] when the answer is there.

mod finish;
mod login;

use std::{
    fmt, mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use tokio::sync::OnceCell;

use self::finish::Renewal;
pub use self::finish::{CookieChange, Finish};

use crate::{
    Error, Result,
    auth::Authenticator,
    permission::PermissionSet,
    perms::Perms,
    session::{JoinedUser, LoadedSession, Session, SessionAuthHash, SessionKey, encoding, expiry::Expiry},
    user::{AuthUser, UserId},
};

/// The session item that holds the user's primary key as text (Django's `SESSION_KEY`).
pub const SESSION_KEY: &str = "_auth_user_id";
/// The session item that holds the name of the backend that vouched (Django's `BACKEND_SESSION_KEY`).
pub const BACKEND_SESSION_KEY: &str = "_auth_user_backend";
/// The session item that holds the session auth hash (Django's `HASH_SESSION_KEY`).
pub const HASH_SESSION_KEY: &str = "_auth_user_hash";

/// The user of a request, with what they may do.
#[derive(Debug)]
pub struct CurrentUser<U: AuthUser> {
    /// The user.
    pub user: Arc<U>,
    /// What they may do.
    pub perms: Perms,
}

impl<U: AuthUser> Clone for CurrentUser<U> {
    fn clone(&self) -> Self {
        Self { user: Arc::clone(&self.user), perms: self.perms.clone() }
    }
}

/// What a guard needs of a request; it knows no user type. [`Perms::decide`] holds a rule against the answer.
#[async_trait]
pub trait RequestGuard: Send + Sync + 'static {
    /// Returns what the request's user may do.
    ///
    /// # Errors
    /// Whatever kept the user from being loaded.
    async fn perms(&self) -> Result<Perms>;

    /// Returns the request's session.
    ///
    /// # Errors
    /// Whatever kept the session from being loaded.
    async fn session(&self) -> Result<Session>;
}

/// One request's session, user and permissions.
pub struct RequestAuth<U: AuthUser> {
    auth: Authenticator<U>,
    cookie: SessionCookie,
    loaded: OnceCell<Loaded<U>>,
    user: OnceCell<()>,
    current: Mutex<Option<CurrentUser<U>>>,
}

/// What lies under the request's cookie.
struct Loaded<U: AuthUser> {
    session: Session,
    user: Mutex<JoinedUser<U>>,
    renewal: Option<Renewal>,
    /// Whether users of another model keep their session under the same cookie.
    is_of_other_model: bool,
}

impl<U: AuthUser> Loaded<U> {
    fn nothing() -> Self {
        Self::of(Session::default(), JoinedUser::NotJoined)
    }

    fn of(session: Session, user: JoinedUser<U>) -> Self {
        let is_of_other_model = matches!(user, JoinedUser::OtherModel);
        Self { session, user: Mutex::new(user), renewal: None, is_of_other_model }
    }

    fn take_user(&self) -> JoinedUser<U> {
        mem::replace(&mut *self.user.lock().unwrap_or_else(PoisonError::into_inner), JoinedUser::NotJoined)
    }
}

/// What the request's cookie header says of the session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionCookie {
    /// There is no session cookie.
    Missing,
    /// There is one that we never made, or more than one: no session (rule S58), and the cookie is to go.
    Unusable,
    /// There is one that may name a session.
    Key(SessionKey),
}

impl<U: AuthUser> fmt::Debug for RequestAuth<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestAuth").field("cookie", &self.cookie).finish_non_exhaustive()
    }
}

impl<U: AuthUser> RequestAuth<U> {
    /// Makes the value for one request. Nothing is loaded.
    #[must_use]
    pub fn new(auth: Authenticator<U>, cookie: SessionCookie) -> Self {
        Self { auth, cookie, loaded: OnceCell::new(), user: OnceCell::new(), current: Mutex::new(None) }
    }

    /// Returns the program's settings, stores and plug-ins.
    #[must_use]
    pub fn auth(&self) -> &Authenticator<U> {
        &self.auth
    }

    /// Returns what the request's cookie header says of the session.
    #[must_use]
    pub fn cookie(&self) -> &SessionCookie {
        &self.cookie
    }

    /// Returns the user of the request, or `None` for an anonymous visitor (Django's `get_user`).
    ///
    /// # Errors
    /// The failure of a store or a backend; it is neither "nobody" nor anybody.
    pub async fn user(&self) -> Result<Option<CurrentUser<U>>> {
        self.user
            .get_or_try_init(|| async {
                let user = self.load_user().await?;
                *self.current() = user;
                Ok::<(), Error>(())
            })
            .await?;
        Ok(self.current().clone())
    }

    fn current(&self) -> MutexGuard<'_, Option<CurrentUser<U>>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn loaded(&self) -> Result<&Loaded<U>> {
        self.loaded.get_or_try_init(|| self.load()).await
    }

    async fn load(&self) -> Result<Loaded<U>> {
        let SessionCookie::Key(key) = &self.cookie else { return Ok(Loaded::nothing()) };
        let now = self.auth.now();
        let stored = self.auth.sessions().load(&self.auth.stored_key(key), now).await?;
        // An unknown key is never adopted: a session that begins now gets a key of our own making (rule S46).
        let Some(LoadedSession { record, user }) = stored else { return Ok(Loaded::nothing()) };
        if matches!(user, JoinedUser::OtherModel) {
            return Ok(Loaded::of(Session::default(), user));
        }
        // The record tells its end by the settings of when it was written; those of today may be stricter (rule S53).
        if self.expire_date(record.expire_date, record.created) <= now {
            return Ok(Loaded::nothing());
        }
        let data = encoding::decode(&record.data, self.auth.session_signer());
        // Whoever cannot tell when a session ends treats it as over.
        let Ok(expiry) = Expiry::load(&data) else { return Ok(Loaded::nothing()) };
        let renewal = self.renewal(&record, expiry)?;
        let session = Session::stored(key.clone(), data, record.created);
        Ok(Loaded { renewal, ..Loaded::of(session, user) })
    }

    async fn load_user(&self) -> Result<Option<CurrentUser<U>>> {
        let loaded = self.loaded().await?;
        let session = &loaded.session;
        let id = session.read_text(SESSION_KEY, U::Id::parse);
        let backend = session.read_text(BACKEND_SESSION_KEY, |name| self.auth.find_backend(name));
        let (Some(id), Some(backend)) = (id, backend) else { return Ok(None) };
        let joined = match loaded.take_user() {
            JoinedUser::NotJoined => self.auth.users().get_user_with_permissions(&id).await?,
            joined => joined,
        };
        let (row, tables) = match joined {
            // The session's own items decide who it is; the column beside them only saves a statement.
            JoinedUser::Found(user, permissions) if *user.id() == id => (Some(user), Some(permissions)),
            // No row of ours: the backend may keep its users elsewhere.
            JoinedUser::Found(..) | JoinedUser::Missing | JoinedUser::NotJoined | JoinedUser::OtherModel => {
                (None, None)
            }
        };

        let Some(user) = backend.backend.get_user(&self.auth, &id, row).await? else { return Ok(None) };
        if !self.verify_session(session, &user)? {
            session.flush();
            return Ok(None);
        }
        self.with_permissions(user, tables).await.map(Some)
    }

    async fn with_permissions(
        &self,
        user: Arc<U>,
        tables: Option<Arc<PermissionSet>>,
    ) -> Result<CurrentUser<U>> {
        let permissions = self.auth.permissions_of(&user, tables).await?;
        Ok(CurrentUser { perms: Perms::of(Arc::clone(&user), permissions), user })
    }

    /// Returns whether the session was made with the password that the user has now.
    fn verify_session(&self, session: &Session, user: &U) -> Result<bool> {
        let hasher = self.auth.session_auth_hasher();
        let current = hasher.hash(user.password());
        let is_stored = |hash: &SessionAuthHash| {
            session.read_text(HASH_SESSION_KEY, |stored| (*hash == *stored).then_some(())).is_some()
        };
        if is_stored(&current) {
            return Ok(true);
        }
        if !hasher.fallback_hashes(user.password()).any(|hash| is_stored(&hash)) {
            return Ok(false);
        }
        // Made under an older secret key: good, and to be carried over to the current one.
        session.carry_over(HASH_SESSION_KEY, current.expose())?;
        Ok(true)
    }

    fn replace_user(&self, user: Option<CurrentUser<U>>) {
        *self.current() = user;
        // Whoever asks later in this request gets the new user, whether or not somebody asked before.
        let _ = self.user.set(());
    }
}

#[async_trait]
impl<U: AuthUser> RequestGuard for RequestAuth<U> {
    async fn perms(&self) -> Result<Perms> {
        Ok(self.user().await?.map_or_else(Perms::anonymous, |current| current.perms))
    }

    async fn session(&self) -> Result<Session> {
        Ok(self.loaded().await?.session.clone())
    }
}

#[cfg(all(test, feature = "test-util"))]
mod tests;
