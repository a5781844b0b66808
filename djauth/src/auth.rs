//! Where does everything come together? In one value, made when the program starts.
//!
//! [`Auth`] binds what the deployment chose (settings, a database, backends) to what the program text declares. It is
//! cloned like an `Arc` and dereferences to the runtime's [`Authenticator`], so that `auth.authenticate(...)` and
//! `auth.perms_of(...)` are at hand everywhere.

use std::{fmt, ops::Deref, sync::Arc};

use djauth_runtime::{
    ImproperlyConfigured, Result,
    auth::{Authenticator, Builder},
    backend::AuthBackend,
    clock::Clock,
    hasher::Hashers,
    session::SessionStore,
    settings::Settings,
    store::Store,
    user::AuthUser,
};

#[cfg(feature = "axum")]
use crate::axum::site::Site;
#[cfg(feature = "sqlite")]
use crate::{
    settings::Profile,
    store::{MigrationReport, SqliteStore},
};

/// The settings, stores and plug-ins of a program.
///
/// # Examples
/// ```no_run
/// use djauth::prelude::*;
///
/// # #[derive(AuthUser, Clone)]
/// # #[auth(app = "accounts")]
/// # struct Member { id: i64, #[auth(username)] name: String, password: PasswordHash }
/// # async fn start() -> djauth::Result<()> {
/// let auth = Auth::<Member>::connect("sqlite://app.db").await?;
/// auth.migrate().await?;
/// # Ok(())
/// # }
/// ```
pub struct Auth<U: AuthUser>(Arc<Parts<U>>);

struct Parts<U: AuthUser> {
    authenticator: Authenticator<U>,
    #[cfg(feature = "sqlite")]
    sqlite: Option<SqliteStore<U>>,
    #[cfg(feature = "axum")]
    site: Site,
}

impl<U: AuthUser> Auth<U> {
    /// Connects to a database, with the settings of the environment ([`Settings::from_env`]).
    ///
    /// # Errors
    /// [`ImproperlyConfigured`] for settings that cannot be used and for a database that cannot be opened, with the
    /// remedy.
    #[cfg(feature = "sqlite")]
    pub async fn connect(url: &str) -> Result<Self> {
        Self::builder().url(url).build().await
    }

    /// Starts to put an [`Auth`] together: over a pool of the program's own, other stores, other settings.
    #[must_use]
    pub fn builder() -> AuthBuilder<U> {
        AuthBuilder::new()
    }

    /// Creates the tables and permission rows that are missing, and says which. What is there stays as it is.
    ///
    /// # Errors
    /// [`ImproperlyConfigured`] if `Auth` was made over stores of the program's own, or if a table of that name is
    /// something else; the failure of the database.
    #[cfg(feature = "sqlite")]
    pub async fn migrate(&self) -> Result<MigrationReport> {
        match &self.0.sqlite {
            Some(store) => store.migrate().await,
            None => Err(ImproperlyConfigured::new(
                "there is no database to migrate; make `Auth` with a URL or a pool, or create the tables yourself",
            )
            .into()),
        }
    }

    /// Returns the SQLite store, if `Auth` was made with a URL or a pool.
    #[cfg(feature = "sqlite")]
    #[must_use]
    pub fn sqlite(&self) -> Option<&SqliteStore<U>> {
        self.0.sqlite.as_ref()
    }

    #[cfg(feature = "axum")]
    pub(crate) fn site(&self) -> &Site {
        &self.0.site
    }
}

impl<U: AuthUser> Deref for Auth<U> {
    type Target = Authenticator<U>;

    fn deref(&self) -> &Authenticator<U> {
        &self.0.authenticator
    }
}

impl<U: AuthUser> Clone for Auth<U> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<U: AuthUser> fmt::Debug for Auth<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Auth").field(&self.0.authenticator).finish()
    }
}

/// Puts an [`Auth`] together.
pub struct AuthBuilder<U: AuthUser> {
    stores: Stores<U>,
    settings: Option<Settings>,
    options: Vec<BuildOption<U>>,
    #[cfg(feature = "axum")]
    serves_unguarded_handlers: bool,
}

/// What the runtime's builder is told once there are stores to make it with.
type BuildOption<U> = Box<dyn FnOnce(Builder<U>) -> Builder<U> + Send>;

enum Stores<U: AuthUser> {
    Missing,
    #[cfg(feature = "sqlite")]
    Url(String),
    #[cfg(feature = "sqlite")]
    Pool(sqlx::SqlitePool),
    Own(Arc<dyn Store<U>>, Arc<dyn SessionStore<U>>),
}

impl<U: AuthUser> AuthBuilder<U> {
    fn new() -> Self {
        Self {
            stores: Stores::Missing,
            settings: None,
            options: Vec::new(),
            #[cfg(feature = "axum")]
            serves_unguarded_handlers: false,
        }
    }

    fn option(mut self, option: impl FnOnce(Builder<U>) -> Builder<U> + Send + 'static) -> Self {
        self.options.push(Box::new(option));
        self
    }

    /// Opens the database at this address, such as `sqlite://app.db`. A file that is missing is made.
    #[cfg(feature = "sqlite")]
    #[must_use]
    pub fn url(self, url: impl Into<String>) -> Self {
        Self { stores: Stores::Url(url.into()), ..self }
    }

    /// Takes a pool that the program has already, of sqlx 0.9: with the pool of another version this does not compile.
    ///
    /// Nothing is asked of the database here; a table that is missing shows at the first request, and in `check`.
    #[cfg(feature = "sqlite")]
    #[must_use]
    pub fn pool(self, pool: sqlx::SqlitePool) -> Self {
        Self { stores: Stores::Pool(pool), ..self }
    }

    /// Takes stores of the program's own, or [`MemoryStore`](crate::store::MemoryStore).
    ///
    /// Sessions lie where `sessions` keeps them, in the django profile too: to share them with Django through its own
    /// table takes `.url(...)` or `.pool(...)`.
    #[must_use]
    pub fn stores(self, users: impl Store<U>, sessions: impl SessionStore<U>) -> Self {
        Self { stores: Stores::Own(Arc::new(users), Arc::new(sessions)), ..self }
    }

    /// Takes these settings instead of those of the environment.
    #[must_use]
    pub fn settings(self, settings: Settings) -> Self {
        Self { settings: Some(settings), ..self }
    }

    /// Makes a backend known under a name, for `Settings::authentication_backends` to list.
    ///
    /// Use it for a backend that has state or serves several user types; `#[auth_backend]` registers the others, and sees
    /// to [`async_trait`](crate::async_trait) as well.
    ///
    /// # Examples
    /// ```
    /// use djauth::{
    ///     Authenticator, async_trait, backend::AuthBackend, prelude::*, signal::RequestInfo, store::MemoryStore,
    /// };
    ///
    /// # #[derive(AuthUser, Clone)]
    /// # #[auth(app = "accounts")]
    /// # struct Member { id: i64, #[auth(username)] name: String, password: PasswordHash }
    /// /// Lets in whom the company's directory knows.
    /// struct Directory {
    ///     address: String,
    /// }
    ///
    /// #[async_trait]
    /// impl AuthBackend<Member> for Directory {
    ///     async fn authenticate(
    ///         &self,
    ///         auth: &Authenticator<Member>,
    ///         _: &RequestInfo,
    ///         credentials: &Credentials,
    ///     ) -> djauth::Result<Option<Member>> {
    /// #       assert_eq!(self.address, "ldaps://directory.example");
    ///         // ... asks the directory at `self.address`.
    /// #       let _ = credentials;
    ///         auth.users().get_user_by_username("ann").await
    ///     }
    /// }
    ///
    /// # async fn start() -> djauth::Result<()> {
    /// # let store = MemoryStore::<Member>::new();
    /// let mut settings = Settings::development();
    /// settings.authentication_backends = vec!["Directory".into(), "ModelBackend".into()];
    /// let auth = Auth::<Member>::builder()
    ///     .backend("Directory", Directory { address: "ldaps://directory.example".into() })
    ///     .settings(settings)
    /// #   .stores(store.clone(), store)
    ///     // ... and `.url(...)` or `.pool(...)`.
    ///     .build()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(start()).unwrap();
    /// ```
    #[must_use]
    pub fn backend(self, name: impl Into<String>, backend: impl AuthBackend<U>) -> Self {
        let name = name.into();
        self.option(move |builder| builder.backend(&name, backend))
    }

    /// Takes these hashers, with costs of one's own, instead of those that `Settings::password_hashers` names.
    #[must_use]
    pub fn hashers(self, hashers: Hashers) -> Self {
        self.option(move |builder| builder.hashers(hashers))
    }

    /// Takes another clock than the system's, for tests.
    #[must_use]
    pub fn clock(self, clock: impl Clock) -> Self {
        self.option(move |builder| builder.clock(clock))
    }

    /// Serves what handlers answer that no guard stands before and that nobody marked as public.
    ///
    /// Without it such answers are withheld. With it a route that was added through axum's own `get` and forgotten is
    /// open to everybody.
    #[cfg(feature = "axum")]
    #[must_use]
    pub fn dangerous_serve_unguarded_handlers(self) -> Self {
        Self { serves_unguarded_handlers: true, ..self }
    }

    /// Checks the whole and puts it together. A database is opened, and nothing is read from it.
    ///
    /// # Errors
    /// [`ImproperlyConfigured`] with every error of the start-up checks, or for a database that cannot be opened.
    pub async fn build(self) -> Result<Auth<U>> {
        let settings = match self.settings {
            Some(settings) => settings,
            None => Settings::from_env()?,
        };
        #[cfg(feature = "sqlite")]
        let mut sqlite = None;
        #[cfg(feature = "sqlite")]
        let mut keep = |store: SqliteStore<U>| -> (Arc<dyn Store<U>>, Arc<dyn SessionStore<U>>) {
            let (store, sessions): (_, Arc<dyn SessionStore<U>>) = match settings.profile {
                Profile::Django => {
                    let (store, sessions) = store.with_django_sessions();
                    (store, Arc::new(sessions))
                }
                _ => (store.clone(), Arc::new(store)),
            };
            sqlite = Some(store.clone());
            (Arc::new(store), sessions)
        };
        let (users, sessions) = match self.stores {
            #[cfg(feature = "sqlite")]
            Stores::Url(url) => keep(SqliteStore::connect(&url).await?),
            #[cfg(feature = "sqlite")]
            Stores::Pool(pool) => keep(SqliteStore::from_pool(pool)),
            Stores::Own(users, sessions) => (users, sessions),
            Stores::Missing => {
                return Err(ImproperlyConfigured::new(
                    "`Auth` does not know where users are kept; name a database with `.url(...)`, `.pool(...)` or `.stores(...)`",
                )
                .into());
            }
        };
        let builder = Authenticator::builder(users, sessions).settings(settings);
        let authenticator =
            self.options.into_iter().fold(builder, |builder, option| option(builder)).build()?;
        Ok(Auth(Arc::new(Parts {
            #[cfg(feature = "axum")]
            site: Site::new(authenticator.settings(), self.serves_unguarded_handlers),
            authenticator,
            #[cfg(feature = "sqlite")]
            sqlite,
        })))
    }
}

impl<U: AuthUser> fmt::Debug for AuthBuilder<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthBuilder").field("settings", &self.settings).finish_non_exhaustive()
    }
}
