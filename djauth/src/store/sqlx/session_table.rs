//! What every table of sessions is asked: djauth's own, and Django's, which has fewer columns.

use djauth_runtime::{
    Error, Result,
    model::{ColumnValue, Value},
    session::StoredKey,
};
use sea_query::{DeleteStatement, Expr, ExprTrait, InsertStatement, OnConflict, Query, UpdateStatement};
use time::OffsetDateTime;

use super::{Database, Failure, Sql, sql::argument};

/// How many sessions are cleared at a time, so that no writer waits long (rule S111), or read, so that they take little
/// memory.
pub(super) const BATCH: u64 = 1000;

/// Writes the statement that adds a session with these columns, unless its key is taken.
pub(super) fn create(
    table: &'static str,
    columns: impl IntoIterator<Item = (&'static str, Expr)>,
) -> InsertStatement {
    let (columns, values): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
    let mut create = Query::insert();
    create
        .into_table(table)
        .columns(columns)
        .values_panic(values)
        .on_conflict(OnConflict::new().do_nothing().to_owned());
    create
}

/// Writes the statement that overwrites these columns of a session.
pub(super) fn update(table: &'static str, columns: &[&'static str]) -> UpdateStatement {
    let mut update = Query::update();
    update
        .table(table)
        .values(columns.iter().map(|column| (*column, argument())))
        .and_where(Expr::col("session_key").eq(argument()));
    update
}

/// Writes the statement that moves the end of a session which still ends when it did.
pub(super) fn renew(table: &'static str) -> UpdateStatement {
    let mut renew = update(table, &["expire_date"]);
    renew.and_where(Expr::col("expire_date").eq(argument()));
    renew
}

/// Writes the statement that removes a session.
pub(super) fn delete(table: &'static str) -> DeleteStatement {
    let mut delete = Query::delete();
    delete.from_table(table).and_where(Expr::col("session_key").eq(argument()));
    delete
}

/// Writes the statement that removes so many of the sessions that ended.
pub(super) fn clear_expired(table: &'static str) -> DeleteStatement {
    let mut ended = Query::select();
    ended.column("session_key").from(table).and_where(Expr::col("expire_date").lt(argument())).limit(0);
    let mut clear = Query::delete();
    clear.from_table(table).and_where(Expr::col("session_key").in_subquery(ended));
    clear
}

/// Runs [`clear_expired`] until nothing is left to clear, and returns how many sessions were.
pub(super) async fn clear<D: Database>(
    database: &D,
    clear_expired: &Sql,
    now: OffsetDateTime,
) -> Result<u64> {
    let mut cleared = 0;
    loop {
        let arguments = vec![now.to_value(), Value::Integer(BATCH as i64)];
        let deleted = database.execute(clear_expired, arguments).await?;
        cleared += deleted;
        if deleted < BATCH {
            return Ok(cleared);
        }
    }
}

/// Returns whether the update of a session's own key found it.
pub(super) fn is_rotated(rotated: Result<u64, Failure>) -> Result<bool> {
    rotated.map(|rows| rows == 1).map_err(|failure| match failure {
        Failure::Taken(_) => Error::AlreadyExists("a session with the new key already exists".to_owned()),
        other => other.into(),
    })
}

pub(super) fn key(key: &StoredKey) -> Value {
    Value::Text(key.expose().to_owned())
}
