//! SQLite: the database that needs nothing to be installed.

mod connect;
mod failure;
mod names;
mod reader;
mod row;
mod schema;
mod value;

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use djauth_runtime::{Result, model::Value, user::AuthUser};
use sea_query::{Expr, Func, SelectStatement, SqliteQueryBuilder};
use sqlx::SqlitePool;

use self::{
    reader::{Readers, SqliteReader},
    row::{SqliteRow, pool_arguments},
};
use super::sqlx::{Database, Failure, Sql, SqlxStore, Table, Transaction};

/// Users, groups, permissions and sessions in an SQLite database.
///
/// # Examples
/// ```no_run
/// # async fn example<Member: djauth::AuthUser>() -> djauth::Result<()> {
/// use djauth::store::SqliteStore;
///
/// let store = SqliteStore::<Member>::connect("sqlite://app.db").await?;
/// println!("{}", store.migrate().await?);
/// # Ok(())
/// # }
/// ```
pub type SqliteStore<U> = SqlxStore<U, Sqlite>;

impl<U: AuthUser> SqliteStore<U> {
    /// Opens a database such as `sqlite://app.db` or `sqlite::memory:`; a file that is missing is made, for this user of the
    /// system alone. If another one shares it, a Django beside this program say, let their group read and write it.
    ///
    /// Readers and writers do not wait for each other (`journal_mode` is WAL), references are checked, and a writer
    /// waits up to five seconds for another one. Stop the program before another file takes this one's place, as when a
    /// backup is restored: connections that are open go on with the file that was there.
    ///
    /// # Errors
    /// [`ImproperlyConfigured`](crate::ImproperlyConfigured) if the database cannot be opened, naming the remedy.
    pub async fn connect(url: &str) -> Result<Self> {
        Ok(Self::from_pool(connect::open(url).await?))
    }

    /// Uses a pool of the program's own, of sqlx 0.9. Nothing is asked of the database yet.
    ///
    /// Leave `foreign_keys` on, as sqlx does; `journal_mode` should be WAL, so that readers never wait.
    #[must_use]
    pub fn from_pool(pool: SqlitePool) -> Self {
        Self::over(Sqlite { pool, readers: Arc::default(), statements: Arc::default() })
    }

    /// Returns the pool, for tables of the program's own.
    #[must_use]
    pub fn pool(&self) -> &SqlitePool {
        &self.database.pool
    }

    /// Returns how many statements this store and its clones have sent, for tests and meters.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.database.statements.load(Ordering::Relaxed)
    }
}

/// A pool of connections to an SQLite database.
#[derive(Clone)]
pub struct Sqlite {
    pool: SqlitePool,
    readers: Arc<Readers>,
    statements: Arc<AtomicU64>,
}

impl Sqlite {
    fn count(&self) {
        self.statements.fetch_add(1, Ordering::Relaxed);
    }
}

impl fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sqlite")
    }
}

impl Database for Sqlite {
    type QueryBuilder = SqliteQueryBuilder;
    type Row = SqliteRow;
    type Transaction = SqliteTransaction;
    type Reader = SqliteReader;

    async fn reader(&self) -> Option<SqliteReader> {
        SqliteReader::take(self).await
    }

    async fn rows(&self, sql: &Sql, arguments: Vec<Value>) -> Result<Vec<SqliteRow>, Failure> {
        self.count();
        let query = sqlx::query_with(sql.to_sqlx(), pool_arguments(&arguments)?);
        copy(&query.fetch_all(&self.pool).await?)
    }

    async fn execute(&self, sql: &Sql, arguments: Vec<Value>) -> Result<u64, Failure> {
        self.count();
        let query = sqlx::query_with(sql.to_sqlx(), pool_arguments(&arguments)?);
        Ok(query.execute(&self.pool).await?.rows_affected())
    }

    async fn begin(&self) -> Result<SqliteTransaction, Failure> {
        self.count();
        // A transaction that begins by reading and goes on to write fails if another one wrote meanwhile.
        let transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        Ok(SqliteTransaction { transaction, database: self.clone() })
    }

    fn joined(column: Expr) -> Expr {
        Func::cust("group_concat").arg(column).into()
    }

    fn version(select: &mut SelectStatement) -> Expr {
        // SQLite prepares a statement each time that this is asked for, so once has to do.
        select.from("pragma_data_version");
        Expr::col(("pragma_data_version", "data_version"))
    }

    fn create(table: &Table) -> Vec<Sql> {
        schema::create(table)
    }

    fn columns() -> Sql {
        schema::columns()
    }
}

fn copy(rows: &[sqlx::sqlite::SqliteRow]) -> Result<Vec<SqliteRow>, Failure> {
    Ok(rows.iter().map(SqliteRow::from_pool).collect::<sqlx::Result<_>>()?)
}

/// A transaction that holds the database's one writing lock.
pub struct SqliteTransaction {
    transaction: sqlx::Transaction<'static, sqlx::Sqlite>,
    database: Sqlite,
}

impl Transaction for SqliteTransaction {
    type Row = SqliteRow;

    async fn rows(&mut self, sql: &Sql, arguments: Vec<Value>) -> Result<Vec<SqliteRow>, Failure> {
        self.database.count();
        let query = sqlx::query_with(sql.to_sqlx(), pool_arguments(&arguments)?);
        copy(&query.fetch_all(&mut *self.transaction).await?)
    }

    async fn execute(&mut self, sql: &Sql, arguments: Vec<Value>) -> Result<u64, Failure> {
        self.database.count();
        let query = sqlx::query_with(sql.to_sqlx(), pool_arguments(&arguments)?);
        Ok(query.execute(&mut *self.transaction).await?.rows_affected())
    }

    async fn commit(self) -> Result<(), Failure> {
        self.database.count();
        Ok(self.transaction.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use djauth_runtime::test_util::{self, Person};

    use super::*;

    async fn empty() -> SqliteStore<Person> {
        let store = SqliteStore::connect("sqlite::memory:").await.expect("a database");
        store.migrate().await.expect("a migration");
        store
    }

    #[tokio::test]
    async fn it_is_a_store() {
        test_util::store_contract(empty).await;
    }
}
