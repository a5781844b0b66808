//! Logging in and out: who is this, and is it still the same?
//!
//! [`Authenticator`] binds settings, stores and plug-ins together. It answers without a request at hand; what one
//! request remembers lies in [`RequestAuth`](crate::request::RequestAuth).

mod builder;

use std::{fmt, sync::Arc};

use time::OffsetDateTime;

pub use builder::Builder;

use crate::{
    Error, ImproperlyConfigured, PasswordHash, RawPassword, Result,
    backend::{self, NamedBackend},
    clock::Clock,
    credentials::Credentials,
    hasher::PasswordService,
    permission::PermissionSet,
    perms::Perms,
    session::{SessionAuthHasher, SessionKey, SessionStore, StoredKey},
    settings::Settings,
    signal::{self, RequestInfo, UserLoggedIn, UserLoginFailed},
    signing::{Keys, TimestampSigner},
    store::Store,
    user::{AuthUser, logged},
    validator::Validators,
};

/// The settings, stores and plug-ins of a program. Clones share everything, as with an `Arc`.
pub struct Authenticator<U: AuthUser>(Arc<Parts<U>>);

struct Parts<U: AuthUser> {
    settings: Settings,
    keys: Keys,
    session_signer: TimestampSigner,
    session_auth_hasher: SessionAuthHasher,
    users: Arc<dyn Store<U>>,
    sessions: Arc<dyn SessionStore<U>>,
    backends: Vec<NamedBackend<U>>,
    passwords: PasswordService,
    validators: Validators,
    clock: Arc<dyn Clock>,
}

impl<U: AuthUser> Clone for Authenticator<U> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<U: AuthUser> fmt::Debug for Authenticator<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticator")
            .field("settings", &self.0.settings)
            .field("backends", &self.0.backends)
            .finish_non_exhaustive()
    }
}

/// A user whom a backend vouched for a moment ago: what `login` takes.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Authenticated<U: AuthUser> {
    /// The user.
    pub user: U,
    /// The backend's name, as the settings spell it (Django's `user.backend`).
    pub backend: Arc<str>,
}

impl<U: AuthUser> Authenticator<U> {
    /// Starts to put an authenticator together over these stores, with [`Settings::default`].
    pub fn builder(users: Arc<dyn Store<U>>, sessions: Arc<dyn SessionStore<U>>) -> Builder<U> {
        Builder::new(users, sessions)
    }

    /// Returns what the deployment chose.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Returns the store of users, groups and permissions.
    #[must_use]
    pub fn users(&self) -> &dyn Store<U> {
        &*self.0.users
    }

    /// Returns the store of sessions.
    #[must_use]
    pub fn sessions(&self) -> &dyn SessionStore<U> {
        &*self.0.sessions
    }

    /// Returns the backends, in the order of asking.
    #[must_use]
    pub fn backends(&self) -> &[NamedBackend<U>] {
        &self.0.backends
    }

    /// Returns the keys that everything is signed with.
    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.0.keys
    }

    /// Returns what signs the sessions' data.
    pub(crate) fn session_signer(&self) -> &TimestampSigner {
        &self.0.session_signer
    }

    /// Returns what ties sessions to their users' passwords.
    pub(crate) fn session_auth_hasher(&self) -> &SessionAuthHasher {
        &self.0.session_auth_hasher
    }

    /// Returns the hashers and their threads.
    #[must_use]
    pub fn passwords(&self) -> &PasswordService {
        &self.0.passwords
    }

    /// Returns the rules for new passwords.
    #[must_use]
    pub fn validators(&self) -> &Validators {
        &self.0.validators
    }

    /// Returns the time.
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        self.0.clock.now()
    }

    /// Returns the user whom these credentials prove, or `None` (Django's `authenticate`).
    ///
    /// The backends are asked in the settings' order. Nobody is logged in by it; that is
    /// [`RequestAuth::login`](crate::request::RequestAuth::login).
    ///
    /// # Errors
    /// A backend's failure, except its [`Error::PermissionDenied`]: that ends the chain, and the answer is `None`.
    pub async fn authenticate(
        &self,
        request: &RequestInfo,
        credentials: &Credentials,
    ) -> Result<Option<Authenticated<U>>> {
        for NamedBackend { name, backend } in self.backends() {
            match backend.authenticate(self, request, credentials).await {
                Ok(Some(user)) => return Ok(Some(Authenticated { user, backend: Arc::clone(name) })),
                Ok(None) => {}
                Err(Error::PermissionDenied(_)) => break,
                Err(error) => return Err(error),
            }
        }
        tracing::warn!(
            target: "djauth::security",
            client_address = request.client_address.map(tracing::field::display),
            "login failed"
        );
        let failed = UserLoginFailed::new(credentials.cleaned(), request.clone());
        signal::send(&failed).await?;
        Ok(None)
    }

    /// Returns the user if the password is theirs: the one function that verifies passwords (rule S21).
    ///
    /// Without a user the preferred hasher does the same work (rule S19), so that time does not tell who exists; for
    /// hashes of other kinds or higher costs [`crate::hasher`] says what it does tell.
    /// A right password whose hash has other costs than preferred is hashed anew and stored.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the hashing threads are overloaded or the store fails.
    pub async fn verify_password(&self, user: Option<U>, password: &RawPassword) -> Result<Option<U>> {
        let Some(mut user) = user else {
            self.passwords().equalize_work().await?;
            return Ok(None);
        };
        let checked = self.passwords().check_password(password, user.password()).await?;
        if !checked.is_correct {
            return Ok(None);
        }
        if let Some(upgraded) = checked.upgraded {
            self.upgrade(&mut user, upgraded).await?;
        }
        Ok(Some(user))
    }

    async fn upgrade(&self, user: &mut U, upgraded: PasswordHash) -> Result<()> {
        // Somebody who changes the password at this very moment wins.
        if self.users().replace_password(user.id(), user.password(), &upgraded).await? {
            user.set_password(upgraded);
        }
        Ok(())
    }

    /// Vouches for a user without credentials, for flows that prove identity in another way, such as a registration.
    ///
    /// The backend is the one that goes on to answer for the user in their session (Django's `login(..., backend=...)`):
    /// one of those in the settings, by any of its names, or `None` where the settings list only one.
    ///
    /// # Examples
    /// ```no_run
    /// # fn example<U: djauth_runtime::user::AuthUser>(auth: djauth_runtime::auth::Authenticator<U>, ann: U) -> djauth_runtime::Result<()> {
    /// let vouched = auth.vouch(ann.clone(), None)?;
    /// let vouched = auth.vouch(ann, "ModelBackend")?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`Error::ImproperlyConfigured`] if the settings list no such backend, or several and none is named.
    pub fn vouch<'a>(&self, user: U, backend: impl Into<Option<&'a str>>) -> Result<Authenticated<U>> {
        let backend = match (backend.into(), self.backends()) {
            (Some(name), _) => self.find_backend(name).ok_or_else(|| {
                ImproperlyConfigured::new(format!("`authentication_backends` does not list `{name}`; add it"))
            })?,
            (None, [only]) => only,
            (None, several) => {
                let names: Vec<_> = several.iter().map(|backend| format!("`{}`", backend.name)).collect();
                return Err(ImproperlyConfigured::new(format!(
                    "`authentication_backends` lists several backends; say which one vouches: {}",
                    names.join(", ")
                ))
                .into());
            }
        };
        Ok(Authenticated { user, backend: Arc::clone(&backend.name) })
    }

    /// Returns the backend of this name, under whichever of its names the settings list it.
    pub(crate) fn find_backend(&self, name: &str) -> Option<&NamedBackend<U>> {
        let spelled_so = self.backends().iter().find(|backend| &*backend.name == name);
        spelled_so
            .or_else(|| self.backends().iter().find(|backend| backend::are_one::<U>(&backend.name, name)))
    }

    /// Returns what a user may do now: what the tables say, if a backend lets them count, and what backends add.
    ///
    /// # Errors
    /// The failure of a store or a backend.
    pub async fn perms_of(&self, user: &U) -> Result<Perms> {
        let permissions = self.permissions_of(user, None).await?;
        Ok(Perms::of(Arc::new(user.clone()), permissions))
    }

    /// As [`Authenticator::perms_of`], given what the tables say if it is known already.
    pub(crate) async fn permissions_of(
        &self,
        user: &U,
        tables: Option<Arc<PermissionSet>>,
    ) -> Result<Arc<PermissionSet>> {
        // Neither needs the tables: inactive users hold nothing, and superusers everything.
        if !user.is_active() || user.superuser() != Some(false) {
            return Ok(Arc::default());
        }
        let tables_count = self.backends().iter().any(|backend| backend.backend.table_permissions_count());
        let mut permissions = match tables {
            _ if !tables_count => Arc::default(),
            Some(tables) => tables,
            None => Arc::new(self.users().all_permissions(user.id()).await?),
        };
        for NamedBackend { backend, .. } in self.backends() {
            let more = backend.permissions(self, user).await?;
            if !more.is_empty() {
                Arc::make_mut(&mut permissions).union_with(&more);
            }
        }
        Ok(permissions)
    }

    /// Returns what a store sees of a session's key.
    pub(crate) fn stored_key(&self, key: &SessionKey) -> StoredKey {
        if self.settings().dangerous_clear_session_keys { key.in_the_clear() } else { key.digest() }
    }

    /// Ends every session of a user and returns how many there were (rule S52). Disabling a user through
    /// [`update_user`](Self::update_user) does so; call it where somebody is disabled or deleted in another way.
    ///
    /// A user who is not active is nobody at once, without it; but whoever is enabled again would find the sessions of
    /// before, a thief's among them.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the store cannot be asked.
    pub async fn end_sessions(&self, user: &U) -> Result<u64> {
        self.sessions().delete_of_user(user.id(), None).await
    }

    pub(crate) async fn announce_login(&self, user: &mut U, request: &RequestInfo) -> Result<()> {
        self.update_last_login(user).await?;
        tracing::info!(
            target: "djauth::security",
            user_id = logged(user.id()),
            client_address = request.client_address.map(tracing::field::display),
            "logged in"
        );
        let signal = UserLoggedIn::new(user.clone(), request.clone(), self.clone());
        signal::send(&signal).await
    }

    /// The receiver that every program has: notes the time of the login (Django's `update_last_login`).
    async fn update_last_login(&self, user: &mut U) -> Result<()> {
        if let Some(column) = U::MODEL.roles.last_login {
            user.set_last_login(self.now());
            self.users().update_user(user, &[column]).await?;
        }
        Ok(())
    }
}
