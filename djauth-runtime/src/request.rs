//! One request's session, user and permissions, loaded once and only when asked for.
//!
//! An adapter makes a [`RequestAuth`] for every request, hands it to extractors as `dyn` [`RequestGuard`], and calls
//! [`RequestAuth::finish`] when the answer is there.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use time::{Duration, OffsetDateTime};
use tokio::sync::OnceCell;

use crate::{
    Error, Result,
    auth::{Authenticated, Authenticator},
    permission::PermissionSet,
    perms::Perms,
    session::{
        Change, JoinedUser, LoadedSession, Session, SessionAuthHash, SessionKey, SessionRecord, encoding,
        expiry::{Expiry, ExpiryPolicy},
        session_auth_fallback_hashes, session_auth_hash,
    },
    signal::{self, RequestInfo, UserLoggedOut},
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
    session: OnceCell<(Session, Joined<U>)>,
    user: OnceCell<()>,
    current: Mutex<Option<CurrentUser<U>>>,
}

type Joined<U> = Mutex<JoinedUser<U>>;

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

/// What the answer must say about the session.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finish {
    /// What becomes of the cookie.
    pub cookie: CookieChange,
    /// Whether the answer depends on the cookie, so that caches must tell users apart (`Vary: Cookie`).
    pub vary: bool,
}

/// What becomes of the session cookie.
#[derive(Debug, PartialEq, Eq)]
pub enum CookieChange {
    /// It stays as it is.
    Keep,
    /// It is set to this key.
    Set {
        /// The session's key.
        key: SessionKey,
        /// When the session ends; `None` for a cookie that ends with the browser.
        max_age: Option<Duration>,
    },
    /// It is removed.
    Remove,
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
        Self { auth, cookie, session: OnceCell::new(), user: OnceCell::new(), current: Mutex::new(None) }
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

    async fn loaded(&self) -> Result<&(Session, Joined<U>)> {
        self.session.get_or_try_init(|| self.load_session()).await
    }

    async fn load_session(&self) -> Result<(Session, Joined<U>)> {
        let SessionCookie::Key(key) = &self.cookie else {
            return Ok((Session::default(), Mutex::new(JoinedUser::NotJoined)));
        };
        let stored = self.auth.sessions().load(&self.auth.stored_key(key), self.auth.now()).await?;
        // An unknown key is never adopted: a session that begins now gets a key of our own making (rule S46).
        let Some(LoadedSession { record, user }) = stored else {
            return Ok((Session::default(), Mutex::new(JoinedUser::NotJoined)));
        };
        let data = encoding::decode(&record.data, self.auth.keys(), encoding::SESSION_STORE);
        let session = Session::stored(key.clone(), data, record.created);
        self.renew_if_due(&session, &record);
        Ok((session, Mutex::new(user)))
    }

    /// Extends a session in use, at most once in a tenth of its life, so that few requests write.
    fn renew_if_due(&self, session: &Session, record: &SessionRecord<U>) {
        let settings = self.auth.settings();
        let idle = Duration::seconds(i64::from(settings.session_cookie_age));
        let due = settings.session_absolute_age > 0 && record.expire_date - self.auth.now() < idle * 9 / 10;
        if settings.session_save_every_request || due {
            session.touch();
        }
    }

    async fn load_user(&self) -> Result<Option<CurrentUser<U>>> {
        let (session, joined) = self.loaded().await?;
        let (Some(id), Some(name)) = (session.text(SESSION_KEY), session.text(BACKEND_SESSION_KEY)) else {
            return Ok(None);
        };
        let (Some(id), Some(backend)) = (U::Id::parse(&id), self.auth.find_backend(&name)) else {
            return Ok(None);
        };
        let joined = std::mem::replace(
            &mut *joined.lock().unwrap_or_else(PoisonError::into_inner),
            JoinedUser::NotJoined,
        );
        let (row, tables) = match joined {
            JoinedUser::Missing => return Ok(None),
            // The session's own items decide who it is; the column beside them only saves a statement.
            JoinedUser::Found(found) if *found.0.id() == id => (Some(found.0), Some(found.1)),
            JoinedUser::Found(_) | JoinedUser::NotJoined => (None, None),
        };
        let Some(user) = backend.backend.get_user(&self.auth, &id, row).await? else { return Ok(None) };
        if !self.verify_session(session, &user)? {
            session.flush();
            return Ok(None);
        }
        self.with_permissions(user, tables).await.map(Some)
    }

    async fn with_permissions(&self, user: U, tables: Option<PermissionSet>) -> Result<CurrentUser<U>> {
        let permissions = self.auth.permissions_of(&user, tables).await?;
        let user = Arc::new(user);
        Ok(CurrentUser { perms: Perms::of(Arc::clone(&user), permissions), user })
    }

    /// Returns whether the session was made with the password that the user has now.
    fn verify_session(&self, session: &Session, user: &U) -> Result<bool> {
        let Some(stored) = session.text(HASH_SESSION_KEY).map(SessionAuthHash::from_stored) else {
            return Ok(false);
        };
        let current = session_auth_hash(user.password(), self.auth.keys());
        if stored == current {
            return Ok(true);
        }
        if !session_auth_fallback_hashes(user.password(), self.auth.keys()).any(|hash| hash == stored) {
            return Ok(false);
        }
        // Made under an older secret key: good, and to be carried over to the current one.
        session.cycle_key()?;
        session.insert(HASH_SESSION_KEY, current.expose())?;
        Ok(true)
    }

    /// Logs a user in (Django's `login`).
    ///
    /// The session gets a new key in any case (rule S47). What an anonymous visitor put into it stays; what another
    /// user left does not (rule S48).
    ///
    /// # Errors
    /// The failure of a store or a receiver; nobody is logged in then.
    pub async fn login(&self, authenticated: Authenticated<U>, info: &RequestInfo) -> Result<()> {
        let Authenticated { mut user, backend } = authenticated;
        let (session, _) = self.loaded().await?;
        let hash = session_auth_hash(user.password(), self.auth.keys());
        let id = user.id().to_string();
        if let Some(before) = session.text(SESSION_KEY) {
            let stored = session.text(HASH_SESSION_KEY).map(SessionAuthHash::from_stored);
            if before != id || stored.as_ref() != Some(&hash) {
                session.flush();
            }
        }
        self.auth.announce_login(&mut user, info).await?;
        session.cycle_key()?;
        session.insert(SESSION_KEY, &id)?;
        session.insert(BACKEND_SESSION_KEY, &*backend)?;
        session.insert(HASH_SESSION_KEY, hash.expose())?;
        let current = self.with_permissions(user, None).await?;
        self.replace_user(Some(current));
        Ok(())
    }

    /// Logs the user out (Django's `logout`): every item goes, and the record with it, at once.
    ///
    /// # Errors
    /// The failure of the store or of a receiver. If the record could not be removed the session still exists, and
    /// the answer must not say otherwise.
    pub async fn logout(&self, info: &RequestInfo) -> Result<()> {
        let user = self.user().await?.map(|current| (*current.user).clone());
        signal::send(&UserLoggedOut::new(user, info.clone())).await?;
        let (session, _) = self.loaded().await?;
        session.flush();
        if let Some(key) = session.stored_key() {
            self.auth.sessions().delete(&self.auth.stored_key(&key)).await?;
            session.settle(None);
        }
        self.replace_user(None);
        Ok(())
    }

    /// Keeps this session through a change of the user's password (Django's `update_session_auth_hash`).
    ///
    /// # Errors
    /// The failure of the session store.
    pub async fn update_session_auth_hash(&self, user: &U) -> Result<()> {
        let is_current = self.user().await?.is_some_and(|current| current.user.id() == user.id());
        let (session, _) = self.loaded().await?;
        session.cycle_key()?;
        if is_current {
            let hash = session_auth_hash(user.password(), self.auth.keys());
            session.insert(HASH_SESSION_KEY, hash.expose())?;
            let current = self.with_permissions(user.clone(), None).await?;
            self.replace_user(Some(current));
        }
        Ok(())
    }

    fn replace_user(&self, user: Option<CurrentUser<U>>) {
        *self.current() = user;
        // Whoever asks later in this request gets the new user, whether or not somebody asked before.
        let _ = self.user.set(());
    }

    /// Saves the session if it changed and says what the answer must carry. To be called once, with the answer's
    /// status at hand.
    ///
    /// # Errors
    /// [`Error::SessionInterrupted`] if another request removed the session meanwhile; the failure of the store.
    pub async fn finish(&self, is_server_error: bool) -> Result<Finish> {
        if let Some(finish) = self.finish_unsaved(is_server_error) {
            return Ok(finish);
        }
        let (session, _) = self.loaded().await?;
        Ok(Finish { cookie: self.commit(session).await?, vary: true })
    }

    /// Does as [`finish`](Self::finish), at once, if nothing has to be saved; otherwise returns `None`.
    pub fn finish_unsaved(&self, is_server_error: bool) -> Option<Finish> {
        let Some((session, _)) = self.session.get() else {
            let unusable = self.cookie == SessionCookie::Unusable;
            let cookie = if unusable { CookieChange::Remove } else { CookieChange::Keep };
            return Some(Finish { cookie, vary: unusable });
        };
        let cookie = match session.change() {
            _ if is_server_error => CookieChange::Keep,
            Change::None if self.cookie != SessionCookie::Missing && session.is_empty() => {
                CookieChange::Remove
            }
            Change::None => CookieChange::Keep,
            _ => return None,
        };
        Some(Finish { cookie, vary: true })
    }

    async fn commit(&self, session: &Session) -> Result<CookieChange> {
        let sessions = self.auth.sessions();
        let change = session.change();
        match change {
            Change::None => Ok(CookieChange::Keep),
            Change::Delete(key) => {
                sessions.delete(&self.auth.stored_key(&key)).await?;
                session.settle(None);
                Ok(CookieChange::Remove)
            }
            Change::Create => {
                let (record, max_age) = self.record(session)?;
                loop {
                    let key = SessionKey::generate()?;
                    if sessions.create(&self.auth.stored_key(&key), &record).await? {
                        session.settle(Some(key.clone()));
                        return Ok(CookieChange::Set { key, max_age });
                    }
                }
            }
            Change::Save(key) => {
                let (record, max_age) = self.record(session)?;
                let saved = sessions.save(&self.auth.stored_key(&key), &record).await?;
                Self::saved(saved, session, key, max_age)
            }
            Change::Rotate { old, new } => {
                let (record, max_age) = self.record(session)?;
                let key = new.map_or_else(SessionKey::generate, Ok)?;
                let (old, new) = (self.auth.stored_key(&old), self.auth.stored_key(&key));
                let saved = sessions.rotate(&old, &new, &record).await?;
                Self::saved(saved, session, key, max_age)
            }
        }
    }

    fn saved(
        saved: bool,
        session: &Session,
        key: SessionKey,
        max_age: Option<Duration>,
    ) -> Result<CookieChange> {
        if !saved {
            return Err(Error::SessionInterrupted);
        }
        session.settle(Some(key.clone()));
        Ok(CookieChange::Set { key, max_age })
    }

    /// Makes the record of the session, and the life of its cookie.
    fn record(&self, session: &Session) -> Result<(SessionRecord<U>, Option<Duration>)> {
        let (now, data) = (self.auth.now(), session.data());
        let created = session.created(now);
        let (policy, expiry) = (self.expiry_policy(), Expiry::load(&data).unwrap_or_default());
        let expire_date = self.expire_date(policy.date(expiry, now)?, created);
        let record = SessionRecord {
            user_id: data.get(SESSION_KEY).and_then(|id| id.as_str()).and_then(U::Id::parse),
            data: encoding::encode(&data, self.auth.keys(), encoding::SESSION_STORE, now)?,
            expire_date,
            created,
        };
        Ok((record, (!policy.is_browser_close(expiry)).then(|| expire_date - now)))
    }

    /// The idle end or the absolute one, whichever comes first (rule S53).
    fn expire_date(&self, idle: OffsetDateTime, created: OffsetDateTime) -> OffsetDateTime {
        match self.auth.settings().session_absolute_age {
            0 => idle,
            age => idle.min(created.saturating_add(Duration::seconds(i64::from(age)))),
        }
    }

    fn expiry_policy(&self) -> ExpiryPolicy {
        let settings = self.auth.settings();
        ExpiryPolicy {
            cookie_age: i64::from(settings.session_cookie_age),
            expire_at_browser_close: settings.session_expire_at_browser_close,
        }
    }
}

#[async_trait]
impl<U: AuthUser> RequestGuard for RequestAuth<U> {
    async fn perms(&self) -> Result<Perms> {
        Ok(self.user().await?.map_or_else(Perms::anonymous, |current| current.perms))
    }

    async fn session(&self) -> Result<Session> {
        Ok(self.loaded().await?.0.clone())
    }
}

#[cfg(all(test, feature = "test-util"))]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::{
        RawPassword,
        clock::SettableClock,
        credentials::Credentials,
        hasher::{HasherProfile, Hashers, Pbkdf2PasswordHasher},
        manager::NewUser,
        memory::MemoryStore,
        permission::PermissionName,
        settings::Settings,
        signing::SecretKey,
        store::{Holder, PermissionStore, UserStore},
        test_util::Person,
    };

    const PASSWORD: &str = "correct horse battery staple";

    struct Site {
        auth: Authenticator<Person>,
        store: MemoryStore<Person>,
        clock: SettableClock,
    }

    impl Site {
        fn new() -> Self {
            Self::with(Settings::development())
        }

        fn with(settings: Settings) -> Self {
            let name: PermissionName = "shop.refund".parse().expect("a name");
            let store = MemoryStore::new().with_permissions([name]);
            Self::over(store, settings)
        }

        fn over(store: MemoryStore<Person>, settings: Settings) -> Self {
            let clock = SettableClock::new(datetime!(2026-02-04 12:00 UTC));
            let quick = Box::new(Pbkdf2PasswordHasher::sha256(10));
            let quick = Hashers::new(HasherProfile::Recommended, vec![quick]).expect("one hasher");
            let builder = Authenticator::builder(Arc::new(store.clone()), Arc::new(store.clone()));
            let builder = builder.settings(settings).hashers(quick).clock(clock.clone());
            let auth = builder.build().expect("a sound program");
            Self { auth, store, clock }
        }

        async fn user(&self, username: &str) -> Person {
            let new = NewUser::new(username).password(RawPassword::new(PASSWORD));
            self.auth.create_user(new.set("email", format!("{username}@example.org"))).await.expect("a user")
        }

        /// A request with this cookie.
        fn request(&self, key: Option<&SessionKey>) -> RequestAuth<Person> {
            let cookie = key.cloned().map_or(SessionCookie::Missing, SessionCookie::Key);
            RequestAuth::new(self.auth.clone(), cookie)
        }

        async fn log_in(&self, key: Option<&SessionKey>, user: &Person) -> SessionKey {
            let request = self.request(key);
            let vouched = self.auth.vouch(user.clone(), "ModelBackend").expect("a backend");
            request.login(vouched, &RequestInfo::default()).await.expect("a login");
            set_cookie(&request.finish(false).await.expect("a saved session"))
        }

        async fn who(&self, key: &SessionKey) -> Option<String> {
            let user = self.request(Some(key)).user().await.expect("an answer");
            user.map(|current| current.user.username.clone())
        }
    }

    fn set_cookie(finish: &Finish) -> SessionKey {
        match &finish.cookie {
            CookieChange::Set { key, .. } => key.clone(),
            other => panic!("a cookie was expected, not {other:?}"),
        }
    }

    #[tokio::test]
    async fn a_request_that_asks_for_nothing_changes_nothing() {
        let site = Site::new();
        let finish = site.request(None).finish(false).await.expect("nothing to do");
        assert_eq!(finish, Finish { cookie: CookieChange::Keep, vary: false });
    }

    #[tokio::test]
    async fn s46_an_unknown_key_is_never_adopted() {
        let site = Site::new();
        let forged = SessionKey::generate().expect("a generator");
        let request = site.request(Some(&forged));
        assert!(request.user().await.expect("an answer").is_none());
        assert_eq!(request.finish(false).await.expect("finished").cookie, CookieChange::Remove);
        let request = site.request(Some(&forged));
        request.session().await.expect("a session").insert("cart", &[1]).expect("json");
        assert_ne!(set_cookie(&request.finish(false).await.expect("finished")), forged);
    }

    #[tokio::test]
    async fn s47_s48_login_keeps_a_visitors_cart_under_a_new_key() {
        let site = Site::new();
        let lin = site.user("lin").await;
        let request = site.request(None);
        request.session().await.expect("a session").insert("cart", &[7]).expect("json");
        let before = set_cookie(&request.finish(false).await.expect("finished"));

        let after = site.log_in(Some(&before), &lin).await;
        assert_ne!(before, after);
        assert_eq!(site.who(&before).await, None);
        assert_eq!(site.who(&after).await.as_deref(), Some("lin"));
        let session = site.request(Some(&after)).session().await.expect("a session");
        assert_eq!(session.get::<Vec<i32>>("cart").expect("a list"), Some(vec![7]));
    }

    #[tokio::test]
    async fn s47_logging_in_again_changes_the_key_and_keeps_the_items() {
        let site = Site::new();
        let lin = site.user("lin").await;
        let first = site.log_in(None, &lin).await;
        let request = site.request(Some(&first));
        request.session().await.expect("a session").insert("cart", &[7]).expect("json");
        request.finish(false).await.expect("saved");
        let second = site.log_in(Some(&first), &lin).await;
        assert_ne!(first, second);
        assert_eq!(site.who(&first).await, None);
        assert!(site.request(Some(&second)).session().await.expect("a session").contains_key("cart"));
    }

    #[tokio::test]
    async fn s48_another_user_starts_from_an_empty_session() {
        let site = Site::new();
        let (lin, ada) = (site.user("lin").await, site.user("ada").await);
        let key = site.log_in(None, &lin).await;
        let request = site.request(Some(&key));
        request.session().await.expect("a session").insert("diary", "private").expect("json");
        request.finish(false).await.expect("saved");

        let key = site.log_in(Some(&key), &ada).await;
        assert_eq!(site.who(&key).await.as_deref(), Some("ada"));
        assert!(!site.request(Some(&key)).session().await.expect("a session").contains_key("diary"));
    }

    #[tokio::test]
    async fn s51_logout_removes_the_session_on_the_server() {
        let site = Site::new();
        let lin = site.user("lin").await;
        let key = site.log_in(None, &lin).await;
        let request = site.request(Some(&key));
        request.logout(&RequestInfo::default()).await.expect("logged out");
        assert!(request.user().await.expect("an answer").is_none());
        assert_eq!(request.finish(false).await.expect("finished").cookie, CookieChange::Remove);
        assert_eq!(site.who(&key).await, None);
    }

    #[tokio::test]
    async fn s49_a_session_that_another_request_ended_is_not_resurrected() {
        let site = Site::new();
        let lin = site.user("lin").await;
        let key = site.log_in(None, &lin).await;
        let slow = site.request(Some(&key));
        slow.session().await.expect("a session").insert("cart", &[1]).expect("json");
        site.request(Some(&key)).logout(&RequestInfo::default()).await.expect("logged out");
        assert!(matches!(slow.finish(false).await, Err(Error::SessionInterrupted)));
        assert_eq!(site.who(&key).await, None);
    }

    #[tokio::test]
    async fn s52_a_changed_password_ends_other_sessions_and_keeps_this_one() {
        let site = Site::new();
        let mut lin = site.user("lin").await;
        let (here, there) = (site.log_in(None, &lin).await, site.log_in(None, &lin).await);
        let request = site.request(Some(&here));
        assert!(request.user().await.expect("an answer").is_some());
        site.auth.set_password(&mut lin, &RawPassword::new("another long password")).await.expect("set");
        request.update_session_auth_hash(&lin).await.expect("kept");
        let here = set_cookie(&request.finish(false).await.expect("saved"));
        assert_eq!(site.who(&here).await.as_deref(), Some("lin"));
        assert_eq!(site.who(&there).await, None);
    }

    #[tokio::test]
    async fn s14_an_inactive_or_deleted_user_is_nobody_at_once() {
        let site = Site::new();
        let mut lin = site.user("lin").await;
        let key = site.log_in(None, &lin).await;
        lin.is_active = false;
        site.store.update_user(&lin, &["is_active"]).await.expect("stored");
        assert_eq!(site.who(&key).await, None);
        lin.is_active = true;
        site.store.update_user(&lin, &["is_active"]).await.expect("stored");
        assert_eq!(site.who(&key).await.as_deref(), Some("lin"));
        site.store.delete_user(&lin.id).await.expect("deleted");
        assert_eq!(site.who(&key).await, None);
    }

    #[tokio::test]
    async fn s90_what_is_revoked_now_is_refused_next() {
        let site = Site::new();
        let lin = site.user("lin").await;
        let key = site.log_in(None, &lin).await;
        let refund: PermissionName = "shop.refund".parse().expect("a name");
        for granted in [true, false] {
            let holder = Holder::User(&lin.id);
            let refunds = std::slice::from_ref(&refund);
            match granted {
                true => site.store.grant(holder, refunds).await.expect("granted"),
                false => site.store.revoke(holder, refunds).await.expect("revoked"),
            }
            let perms = site.request(Some(&key)).perms().await.expect("an answer");
            assert_eq!(perms.has_perm("shop.refund").expect("an answer"), granted);
        }
    }

    #[tokio::test]
    async fn s62_a_server_error_saves_nothing() {
        let site = Site::new();
        let lin = site.user("lin").await;
        let request = site.request(None);
        request
            .login(site.auth.vouch(lin, "ModelBackend").expect("a backend"), &RequestInfo::default())
            .await
            .expect("a login");
        assert_eq!(request.finish(true).await.expect("finished").cookie, CookieChange::Keep);
    }

    #[tokio::test]
    async fn s53_a_session_ends_when_idle_and_at_its_absolute_end() {
        let site = Site::new();
        let lin = site.user("lin").await;
        let key = site.log_in(None, &lin).await;
        site.clock.advance(Duration::days(14) - Duration::SECOND);
        assert_eq!(site.who(&key).await.as_deref(), Some("lin"));
        site.clock.advance(Duration::SECOND);
        assert_eq!(site.who(&key).await, None);

        let key = site.log_in(None, &lin).await;
        for _ in 0..3 {
            site.clock.advance(Duration::days(9));
            let request = site.request(Some(&key));
            assert!(request.user().await.expect("an answer").is_some(), "activity extends the idle end");
            request.finish(false).await.expect("renewed");
        }
        site.clock.advance(Duration::days(3) - Duration::SECOND);
        assert!(site.who(&key).await.is_some());
        site.clock.advance(Duration::SECOND);
        assert_eq!(site.who(&key).await, None, "nothing extends the absolute end");
    }

    #[tokio::test]
    async fn a_session_made_under_an_older_secret_key_goes_on_under_a_new_key() {
        let [old, new] = ["old", "new"]
            .map(|name| SecretKey::new(format!("{name} key of this test, 0123456789")).expect("a key"));
        let before = Site::with(Settings::development().with_secret_key(old.clone()));
        let lin = before.user("lin").await;
        let key = before.log_in(None, &lin).await;

        let mut settings = Settings::development().with_secret_key(new);
        settings.secret_key_fallbacks = vec![old];
        let after = Site::over(before.store.clone(), settings);
        let request = after.request(Some(&key));
        assert!(request.user().await.expect("an answer").is_some());
        let moved = set_cookie(&request.finish(false).await.expect("saved"));
        assert_ne!(moved, key);
        assert_eq!(after.who(&moved).await.as_deref(), Some("lin"));

        let forgotten = Settings::development()
            .with_secret_key(SecretKey::new("a third key of this test, 0123456789").expect("a key"));
        let without = Site::over(before.store.clone(), forgotten);
        assert_eq!(without.who(&moved).await, None);
    }

    #[tokio::test]
    async fn a_backend_that_is_no_longer_listed_vouches_for_nobody() {
        let site = Site::new();
        let lin = site.user("lin").await;
        let key = site.log_in(None, &lin).await;
        let mut settings = Settings::development().with_secret_key(site.auth.keys().secret_key().clone());
        settings.authentication_backends = vec!["django.contrib.auth.backends.ModelBackend".to_owned()];
        assert_eq!(Site::over(site.store.clone(), settings).who(&key).await, None);
    }

    #[tokio::test]
    async fn s20_wrong_unknown_and_inactive_get_the_same_answer() {
        let site = Site::new();
        let mut lin = site.user("lin").await;
        let answer = async |username: &str, password: &str| {
            let credentials = Credentials::password(username, RawPassword::new(password));
            let user =
                site.auth.authenticate(&RequestInfo::default(), &credentials).await.expect("an answer");
            user.map(|found| found.user.username)
        };
        assert_eq!(answer("lin", PASSWORD).await.as_deref(), Some("lin"));
        assert_eq!(answer("lin", "wrong").await, None);
        assert_eq!(answer("nobody", PASSWORD).await, None);
        lin.is_active = false;
        site.store.update_user(&lin, &["is_active"]).await.expect("stored");
        assert_eq!(answer("lin", PASSWORD).await, None);
    }

    #[tokio::test]
    async fn last_login_is_the_time_of_the_login() {
        let site = Site::new();
        let lin = site.user("lin").await;
        site.log_in(None, &lin).await;
        let lin = site.store.get_user(&lin.id).await.expect("an answer").expect("lin");
        assert_eq!(lin.last_login, Some(datetime!(2026-02-04 12:00 UTC)));
    }
}
