//! Putting an authenticator together.

use std::{fmt, num::NonZero, sync::Arc, thread};

use super::{Authenticator, Parts};
use crate::{
    ImproperlyConfigured,
    backend::{self, AuthBackend, NamedBackend},
    check,
    clock::{Clock, SystemClock},
    hasher::{Hashers, HashingPool, PasswordService},
    session::{SessionAuthHasher, SessionStore, encoding},
    settings::Settings,
    store::Store,
    user::AuthUser,
    validator::Validators,
};

/// Puts an [`Authenticator`] together.
pub struct Builder<U: AuthUser> {
    settings: Settings,
    users: Arc<dyn Store<U>>,
    sessions: Arc<dyn SessionStore<U>>,
    own_backends: Vec<NamedBackend<U>>,
    own_hashers: Option<Hashers>,
    clock: Arc<dyn Clock>,
}

impl<U: AuthUser> fmt::Debug for Builder<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl<U: AuthUser> Builder<U> {
    pub(super) fn new(users: Arc<dyn Store<U>>, sessions: Arc<dyn SessionStore<U>>) -> Self {
        Self {
            settings: Settings::default(),
            users,
            sessions,
            own_backends: Vec::new(),
            own_hashers: None,
            clock: Arc::new(SystemClock),
        }
    }

    /// Takes other settings than [`Settings::default`].
    #[must_use]
    pub fn settings(self, settings: Settings) -> Self {
        Self { settings, ..self }
    }

    /// Makes a backend known under a name, for `Settings::authentication_backends` to list.
    ///
    /// Use it for a backend that has state or serves several user types; `#[auth_backend]` registers the others.
    #[must_use]
    pub fn backend(mut self, name: &str, backend: impl AuthBackend<U>) -> Self {
        self.own_backends.push(NamedBackend { name: Arc::from(name), backend: Arc::new(backend) });
        self
    }

    /// Takes these hashers, with costs of one's own, instead of those that `Settings::password_hashers` names.
    #[must_use]
    pub fn hashers(self, hashers: Hashers) -> Self {
        Self { own_hashers: Some(hashers), ..self }
    }

    /// Takes another clock than the system's, for tests.
    #[must_use]
    pub fn clock(self, clock: impl Clock) -> Self {
        Self { clock: Arc::new(clock), ..self }
    }

    /// Checks the whole and puts it together. Nothing is read from a store.
    ///
    /// # Errors
    /// [`ImproperlyConfigured`] with every error of the start-up checks.
    pub fn build(mut self) -> Result<Authenticator<U>, ImproperlyConfigured> {
        check::prepare(&mut self.settings)?;
        let mut found = check::check::<U>(&self.settings);
        if let Some(hashers) = &self.own_hashers {
            check::hashers::check(hashers, &mut found);
        }
        check::fail_on_errors(&found)?;
        check::warn_of_drawn_key(&self.settings);
        let hashers = self.own_hashers.map_or_else(|| self.settings.hashers(), Ok)?;
        let keys = self.settings.keys()?;
        Ok(Authenticator(Arc::new(Parts {
            session_signer: encoding::store_signer(&keys, encoding::SESSION_STORE),
            session_auth_hasher: SessionAuthHasher::new(&keys),
            keys,
            backends: backend::chain(&self.settings.authentication_backends, &self.own_backends)?,
            passwords: PasswordService::new(hashers, hashing_pool(&self.settings)?),
            validators: Validators::from_settings(&self.settings.auth_password_validators)?,
            settings: self.settings,
            users: self.users,
            sessions: self.sessions,
            clock: self.clock,
        })))
    }
}

fn hashing_pool(settings: &Settings) -> Result<HashingPool, ImproperlyConfigured> {
    let threads = thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
    HashingPool::with(threads, settings.password_queue)
        .map_err(|error| ImproperlyConfigured::new(error.to_string()))
}
