//! A store over an sqlx pool: what all databases have in common. What differs is behind [`Database`].

mod check;
mod database;
mod django_session;
mod group;
mod migrate;
mod permission;
mod permission_ids;
mod remembered;
mod schema;
mod session;
mod session_table;
mod sql;
mod user;

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use djauth_runtime::{Result, model::Value, user::AuthUser};

pub use self::migrate::MigrationReport;
pub(super) use self::{
    database::{Database, Failure, Reader, Transaction},
    remembered::Remembered,
    schema::{Column, Key, Table},
    sql::Sql,
};
use self::{django_session::DjangoSessionStore, schema::SessionTable};

/// Users, groups, permissions and sessions in a database of kind `D`. Clones share the pool and what is cached.
///
/// Stores over users of several models may share a database if all those have keys of one kind, integers or text: their
/// sessions lie in one table.
///
/// The SQL is written once for the struct `U` and kept.
pub struct SqlxStore<U: AuthUser, D: Database> {
    pub(super) database: D,
    session_table: SessionTable,
    cache: Arc<Cache<U>>,
}

struct Cache<U> {
    users: OnceLock<user::Statements>,
    groups: OnceLock<group::Statements>,
    permissions: OnceLock<permission::Statements>,
    sessions: OnceLock<session::Statements>,
    django_sessions: OnceLock<django_session::Statements>,
    permission_ids: permission_ids::PermissionIds,
    user: std::marker::PhantomData<fn() -> U>,
}

impl<U: AuthUser, D: Database> SqlxStore<U, D> {
    pub(super) fn over(database: D) -> Self {
        let cache = Cache {
            users: OnceLock::new(),
            groups: OnceLock::new(),
            permissions: OnceLock::new(),
            sessions: OnceLock::new(),
            django_sessions: OnceLock::new(),
            permission_ids: permission_ids::PermissionIds::default(),
            user: std::marker::PhantomData,
        };
        Self { database, session_table: SessionTable::Djauth, cache: Arc::new(cache) }
    }

    /// Returns this store with Django's table of sessions in place of djauth's, and the sessions in it. They are sound in
    /// the django profile alone, so only [`Auth`](crate::Auth) asks for them.
    pub(crate) fn with_django_sessions(self) -> (Self, DjangoSessionStore<U, D>) {
        let store = Self { session_table: SessionTable::Django, ..Self::over(self.database) };
        (store.clone(), DjangoSessionStore::over(store))
    }

    /// Returns the rows of a look-up by a key, by the shortest way there is.
    async fn look_up(&self, sql: &Sql, arguments: Vec<Value>) -> Result<Vec<D::Row>> {
        let reader = self.database.reader().await;
        if let Some(rows) = reader.and_then(|mut reader| reader.rows(sql, &arguments)) {
            return Ok(rows);
        }
        Ok(self.database.rows(sql, arguments).await?)
    }
}

impl<U: AuthUser, D: Database> Clone for SqlxStore<U, D> {
    fn clone(&self) -> Self {
        Self {
            database: self.database.clone(),
            session_table: self.session_table,
            cache: Arc::clone(&self.cache),
        }
    }
}

impl<U: AuthUser, D: Database> fmt::Debug for SqlxStore<U, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SqlxStore").field(&self.database).finish()
    }
}
