//! The text of a statement, written once and kept.

use std::sync::Arc;

use djauth_runtime::{
    Result,
    model::{ColumnValue, Field, Row},
};
use sea_query::{Expr, QueryStatementWriter};
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use super::Database;

/// The text of a statement. It holds names from the program's source and placeholders, never a value.
#[derive(Debug, Clone)]
pub struct Sql(Arc<str>);

impl Sql {
    pub(crate) fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// Writes a statement in a database's dialect.
    pub(super) fn of<D: Database>(statement: &impl QueryStatementWriter) -> Self {
        Self::new(statement.build(D::QueryBuilder::default()).0)
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    pub(crate) fn to_sqlx(&self) -> SqlStr {
        AssertSqlSafe(Arc::clone(&self.0)).into_sql_str()
    }
}

/// Returns a placeholder. The value comes with each run, in the order of the placeholders.
pub(super) fn argument() -> Expr {
    Expr::val(0)
}

/// Reads a column of a result that is no field of a user.
pub(super) fn column<T: ColumnValue>(row: &mut dyn Row, index: usize, name: &'static str) -> Result<T> {
    let value = row.take(index, &Field::of::<T>(name, name)).and_then(T::from_value);
    value.map_err(|error| error.stored_in(format_args!("a row of `{name}`")))
}
