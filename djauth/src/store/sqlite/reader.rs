//! Connections of the calling thread.
//!
//! sqlx sends every statement to a thread of its own and waits, which takes ten times as long as a look-up by key.
//! In SQLite's WAL mode a reader waits for nobody, so such look-ups are made where they are needed. Whatever a
//! connection here cannot do the pool does: it can wait, and its errors are told.

use std::{
    num::NonZero,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    thread::available_parallelism,
    time::Duration,
};

use djauth_runtime::model::Value;
use rusqlite::{
    Connection, OpenFlags, ToSql, params_from_iter,
    types::{ToSqlOutput, ValueRef},
};
use sqlx::SqlitePool;
use tokio::sync::OnceCell;

use super::{Sqlite, row::SqliteRow, value::to_cell};
use crate::store::sqlx::{Reader, Remembered, Sql};

/// The connections to a database that are not in use, no more than threads can run at once.
pub(super) struct Readers {
    file: OnceCell<Option<PathBuf>>,
    idle: Mutex<Vec<Idle>>,
    capacity: usize,
}

impl Default for Readers {
    fn default() -> Self {
        let capacity = available_parallelism().map_or(1, NonZero::get);
        Self { file: OnceCell::new(), idle: Mutex::default(), capacity }
    }
}

struct Idle {
    connection: Connection,
    remembered: Remembered,
}

/// A connection of the calling thread; it goes back to the others when it is dropped.
pub struct SqliteReader {
    // Empty only while it is dropped.
    reader: Option<Idle>,
    database: Sqlite,
}

impl Drop for SqliteReader {
    fn drop(&mut self) {
        let readers = &self.database.readers;
        let mut idle = readers.idle();
        if idle.len() < readers.capacity {
            idle.extend(self.reader.take());
        }
    }
}

impl SqliteReader {
    /// Returns a connection to the database of the pool, or `None` if it is in memory or out of reach.
    pub(super) async fn take(database: &Sqlite) -> Option<Self> {
        if database.pool.is_closed() {
            return None;
        }
        let readers = &database.readers;
        let file = readers.file.get_or_try_init(|| main_file(&database.pool)).await.ok()?.as_ref()?;
        let idle = readers.idle().pop();
        let reader = idle.or_else(|| open(file).ok())?;
        Some(Self { reader: Some(reader), database: database.clone() })
    }
}

impl Readers {
    fn idle(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Asks which file the pool's connections use; a database in memory has none.
async fn main_file(pool: &SqlitePool) -> sqlx::Result<Option<PathBuf>> {
    let sql = "SELECT file FROM pragma_database_list WHERE name = 'main'";
    let file: Option<String> = sqlx::query_scalar(sql).fetch_one(pool).await?;
    Ok(file.filter(|file| !file.is_empty()).map(PathBuf::from))
}

fn open(file: &Path) -> rusqlite::Result<Idle> {
    // A reader of a WAL database has to write into its shared memory.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.pragma_update(None, "query_only", true)?;
    // Waiting is for the pool, off the calling thread.
    connection.busy_timeout(Duration::ZERO)?;
    Ok(Idle { connection, remembered: Remembered::default() })
}

/// An argument of a statement; text is lent to SQLite.
struct Argument<'a>(&'a Value);

impl ToSql for Argument<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Value::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            value => ToSqlOutput::Owned(to_cell(value)),
        })
    }
}

impl Reader for SqliteReader {
    type Row = SqliteRow;

    fn rows(&mut self, sql: &Sql, arguments: &[Value]) -> Option<Vec<SqliteRow>> {
        let connection = &self.reader.as_ref()?.connection;
        let mut statement = connection.prepare_cached(sql.text()).ok()?;
        let columns = statement.column_count();
        let arguments = params_from_iter(arguments.iter().map(Argument));
        let rows = statement.query_map(arguments, |row| SqliteRow::from_reader(row, columns)).ok()?;
        let rows = rows.collect::<Result<_, _>>().ok()?;
        self.database.count();
        Some(rows)
    }

    fn remembered(&mut self) -> Option<&mut Remembered> {
        Some(&mut self.reader.as_mut()?.remembered)
    }
}

#[cfg(test)]
mod tests {
    use djauth_runtime::test_util::Person;
    use tempfile::tempdir;

    use crate::store::{SqliteStore, sqlx::Database};

    #[tokio::test]
    async fn s28_a_crowd_of_readers_leaves_no_more_connections_than_threads_can_use() {
        let folder = tempdir().expect("a directory");
        let url = format!("sqlite://{}", folder.path().join("app.db").display());
        let database = SqliteStore::<Person>::connect(&url).await.expect("a database").database;
        let capacity = database.readers.capacity;
        let mut crowd = Vec::new();
        for _ in 0..capacity + 5 {
            crowd.push(database.reader().await.expect("a connection"));
        }
        drop(crowd);
        assert_eq!(database.readers.idle().len(), capacity);
    }
}
