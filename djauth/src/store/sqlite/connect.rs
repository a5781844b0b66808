//! Opening an SQLite database, and saying why it cannot be opened.

use std::{
    path::Path,
    str::FromStr,
    time::{Duration, Instant},
};

use djauth_runtime::{Error, ImproperlyConfigured, Result, Unavailable};
use sqlx::{
    SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions},
};

/// How long a writer waits for another one, and a request for a connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// SQLite's result codes, without their extensions.
mod code {
    pub(super) const BUSY: i32 = 5;
    pub(super) const READONLY: i32 = 8;
    pub(super) const CANTOPEN: i32 = 14;
    pub(super) const NOTADB: i32 = 26;
}

/// Opens the database at a URL, and makes the file if it is missing.
pub(super) async fn open(url: &str) -> Result<SqlitePool> {
    // The URL is not shown: one for another database may hold a password.
    if !url.starts_with("sqlite:") {
        return Err(improper("the database URL must begin with `sqlite:`, such as `sqlite://app.db`"));
    }
    let options = SqliteConnectOptions::from_str(url)
        .map_err(|error| improper(&format!("the database URL is not understood; {error}")))?
        .create_if_missing(true)
        .foreign_keys(true)
        .busy_timeout(PATIENCE)
        .journal_mode(SqliteJournalMode::Wal);
    make_private(url, options.get_filename());
    let deadline = Instant::now() + PATIENCE;
    loop {
        match connect(url, &options).await {
            // Two processes that switch a new file to WAL at once do not wait for each other.
            Err(error) if code(&error) == Some(code::BUSY) && Instant::now() < deadline => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            outcome => return outcome.map_err(|error| explain(error, options.get_filename())),
        }
    }
}

/// Makes the file, if it is missing, for this user alone: it will hold password hashes and sessions. Left to SQLite, it
/// would be as open as the umask has it. The files beside it (`-wal`, `-shm`) get its mode from SQLite.
///
/// What keeps it from being made, keeps it from being opened too, which says why.
#[cfg(unix)]
fn make_private(url: &str, file: &Path) {
    use std::{fs::OpenOptions, os::unix::fs::OpenOptionsExt};

    if !is_in_memory(url) && !url.contains("mode=ro") {
        let _ = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    }
}

#[cfg(not(unix))]
fn make_private(_: &str, _: &Path) {}

fn is_in_memory(url: &str) -> bool {
    url.contains(":memory:") || url.contains("mode=memory")
}

async fn connect(url: &str, options: &SqliteConnectOptions) -> sqlx::Result<SqlitePool> {
    let pool = SqlitePoolOptions::new().test_before_acquire(false).acquire_timeout(PATIENCE);
    // Memory ends with its connection, so there is one, and it stays.
    let pool =
        if is_in_memory(url) { pool.max_connections(1).idle_timeout(None).max_lifetime(None) } else { pool };
    let pool = pool.connect_with(options.clone()).await?;
    check_writable(&pool).await?;
    Ok(pool)
}

/// Fails on a file that cannot be written or is no database, which opening alone does not show.
async fn check_writable(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::query("CREATE TABLE djauth_writable (id integer)").execute(&mut *transaction).await?;
    transaction.rollback().await
}

fn code(error: &sqlx::Error) -> Option<i32> {
    let code: i32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xff)
}

fn explain(error: sqlx::Error, file: &Path) -> Error {
    let shown = file.display();
    let directory = file.parent().filter(|directory| !directory.as_os_str().is_empty());
    match code(&error) {
        Some(code::CANTOPEN) if file.is_dir() => {
            improper(&format!("the database `{shown}` is a directory; name a file in it"))
        }
        Some(code::CANTOPEN) if directory.is_some_and(|directory| !directory.is_dir()) => {
            improper(&format!("the directory of the database `{shown}` does not exist; create it"))
        }
        Some(code::CANTOPEN) => {
            improper(&format!("the database `{shown}` cannot be opened; let this user read and write it"))
        }
        Some(code::READONLY) => improper(&format!(
            "the database `{shown}` is read-only; let this user write the file and its directory"
        )),
        Some(code::NOTADB) => {
            improper(&format!("the file `{shown}` is not an SQLite database; name another one"))
        }
        _ => Unavailable::new("the database", error).into(),
    }
}

fn improper(text: &str) -> Error {
    ImproperlyConfigured::new(text).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn refusal(url: &str) -> String {
        match open(url).await {
            Err(Error::ImproperlyConfigured(error)) => error.to_string(),
            other => panic!("{url} was not refused: {other:?}"),
        }
    }

    fn url(path: &Path) -> String {
        format!("sqlite://{}", path.display())
    }

    #[tokio::test]
    async fn a_database_that_cannot_be_opened_names_the_remedy() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path();
        std::fs::write(path.join("text.db"), "no database".repeat(100)).expect("a file");
        for (url, remedy) in [
            ("postgres://user:canary@host/db".to_owned(), "must begin with `sqlite:`"),
            ("sqlite://app.db?mode=wrong".to_owned(), "unknown value"),
            (url(&path.join("missing/app.db")), "does not exist; create it"),
            (url(path), "is a directory; name a file in it"),
            (url(&path.join("text.db")), "is not an SQLite database"),
        ] {
            let text = refusal(&url).await;
            assert!(text.contains(remedy) && !text.contains("canary"), "{text}");
        }
    }

    #[tokio::test]
    async fn a_database_that_cannot_be_written_is_refused() {
        let directory = tempfile::tempdir().expect("a directory");
        let url = url(&directory.path().join("app.db"));
        open(&url).await.expect("a new database").close().await;
        let text = refusal(&format!("{url}?mode=ro")).await;
        assert!(text.contains("is read-only"), "{text}");
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_new_database_and_the_files_beside_it_are_for_this_user_alone() {
        use std::{fs, os::unix::fs::PermissionsExt};

        let directory = tempfile::tempdir().expect("a directory");
        let modes = || {
            let mut modes = Vec::new();
            for entry in fs::read_dir(directory.path()).expect("the directory") {
                let entry = entry.expect("a file");
                let mode = entry.metadata().expect("its mode").permissions().mode() & 0o777;
                modes.push((entry.file_name().into_string().expect("a name"), mode));
            }
            modes.sort();
            modes
        };
        let names = ["app.db", "app.db-shm", "app.db-wal"];
        let file = directory.path().join("app.db");
        let open_and_write = async || {
            let pool = open(&url(&file)).await.expect("a database");
            sqlx::query("CREATE TABLE IF NOT EXISTS some (id integer)")
                .execute(&pool)
                .await
                .expect("a table");
            pool
        };
        let pool = open_and_write().await;
        assert_eq!(modes(), names.map(|name| (name.to_owned(), 0o600)));
        pool.close().await;
        // Who opened it to others meant it.
        fs::set_permissions(&file, fs::Permissions::from_mode(0o660)).expect("another mode");
        let pool = open_and_write().await;
        assert_eq!(modes(), names.map(|name| (name.to_owned(), 0o660)));
        pool.close().await;
    }

    #[tokio::test]
    async fn a_database_in_memory_is_one_for_all_that_use_the_pool() {
        let pool = open("sqlite::memory:").await.expect("a database");
        sqlx::query("CREATE TABLE once (id integer)").execute(&pool).await.expect("a table");
        for _ in 0..3 {
            sqlx::query("SELECT id FROM once").fetch_all(&pool).await.expect("the same database");
        }
    }
}
