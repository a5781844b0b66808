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
        Self::Unavailable(Unavailable::new("the database", error).into())
    }
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
