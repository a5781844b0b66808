//! Why SQLite refused a statement.

use djauth_runtime::Unavailable;

use crate::store::sqlx::Failure;

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        if let Some(error) = error.as_database_error() {
            if error.is_unique_violation() {
                return Self::Taken(column(error.message()));
            }
            if error.is_foreign_key_violation() {
                return Self::Referenced;
            }
        }
        let error = match remedy(&error) {
            Some(remedy) => Unavailable::new("the database", format!("{error}; {remedy}")),
            None => Unavailable::new("the database", error),
        };
        Self::Unavailable(error.into())
    }
}

/// What to do where a table is there and lacks a column. SQLite says so in other words to who reads and who writes.
const LACKING_COLUMN: &str = "run `check`, which says what the tables lack";

/// Returns what to do about a failure that trying again does not mend, of a pool that we did not open ourselves above all.
fn remedy(error: &sqlx::Error) -> Option<&'static str> {
    if matches!(error, sqlx::Error::PoolTimedOut) {
        return Some("all connections are in use; give `Auth` a pool with more of them by `.pool(...)`");
    }
    let message = error.as_database_error()?.message();
    [
        ("no such table", "run `migrate`, or let the program begin with `auth.migrate().await?`"),
        ("has no column named", LACKING_COLUMN),
        ("no such column", LACKING_COLUMN),
        ("readonly database", "let this user write the file and its directory"),
    ]
    .into_iter()
    .find_map(|(sign, remedy)| message.contains(sign).then_some(remedy))
}

/// Reads the column's name in `UNIQUE constraint failed: auth_user.username`.
fn column(message: &str) -> Option<String> {
    let (_, columns) = message.split_once("failed: ")?;
    let first = columns.split(", ").next()?;
    Some(first.rsplit_once('.')?.1.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_column_is_read_from_the_message() {
        assert_eq!(column("UNIQUE constraint failed: auth_user.username").as_deref(), Some("username"));
        assert_eq!(column("UNIQUE constraint failed: a.x, a.y").as_deref(), Some("x"));
        assert_eq!(column("something else"), None);
    }
}
