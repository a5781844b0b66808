//! Databases for tests.

use djauth::{AuthUser, store::SqliteStore};
use tempfile::TempDir;

/// Returns a store in memory with all tables.
pub(crate) async fn in_memory<U: AuthUser>() -> SqliteStore<U> {
    let store = SqliteStore::connect("sqlite::memory:").await.expect("a database");
    store.migrate().await.expect("a migration");
    store
}

/// A directory with a database, removed at the end.
pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory"))
    }

    pub(crate) fn file(&self) -> String {
        self.0.path().join("app.db").to_str().expect("a UTF-8 path").to_owned()
    }

    pub(crate) fn url(&self) -> String {
        format!("sqlite://{}", self.file())
    }

    pub(crate) async fn open<U: AuthUser>(&self) -> SqliteStore<U> {
        SqliteStore::connect(&self.url()).await.expect("a database")
    }
}

/// Runs SQL of the test's own.
pub(crate) async fn run<U: AuthUser>(store: &SqliteStore<U>, sql: &'static str) {
    sqlx::raw_sql(sql).execute(store.pool()).await.expect("the test's SQL is sound");
}

/// Returns the first column of a query of the test's own, as text.
pub(crate) async fn texts<U: AuthUser>(store: &SqliteStore<U>, sql: &'static str) -> Vec<String> {
    sqlx::query_scalar(sql).fetch_all(store.pool()).await.expect("the test's SQL is sound")
}
