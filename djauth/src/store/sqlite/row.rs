//! A row of a result, from the pool or from a connection of the calling thread.

use djauth_runtime::{
    Result,
    model::{Field, Row, Value},
};
use rusqlite::types::Value as Cell;
use sqlx::{
    Arguments, Row as _, TypeInfo, ValueRef,
    error::BoxDynError,
    sqlite::{SqliteArguments, SqliteRow as PoolRow},
};

use super::value::{from_cell, to_cell};

/// A row of a result. Each value can be taken once.
pub struct SqliteRow(Vec<Cell>);

impl SqliteRow {
    /// Copies a row of the pool.
    pub(super) fn from_pool(row: &PoolRow) -> sqlx::Result<Self> {
        (0..row.len()).map(|index| pool_cell(row, index)).collect::<sqlx::Result<_>>().map(Self)
    }

    /// Copies a row of a connection of the calling thread.
    pub(super) fn from_reader(row: &rusqlite::Row<'_>, columns: usize) -> rusqlite::Result<Self> {
        (0..columns).map(|index| row.get(index)).collect::<rusqlite::Result<_>>().map(Self)
    }
}

impl Row for SqliteRow {
    fn take(&mut self, index: usize, field: &Field) -> Result<Value> {
        let cell = self.0.get_mut(index).map_or(Cell::Null, |cell| std::mem::replace(cell, Cell::Null));
        from_cell(cell, field)
    }
}

fn pool_cell(row: &PoolRow, index: usize) -> sqlx::Result<Cell> {
    let raw = row.try_get_raw(index)?;
    if raw.is_null() {
        return Ok(Cell::Null);
    }
    match raw.type_info().name() {
        "INTEGER" => row.try_get_unchecked(index).map(Cell::Integer),
        "REAL" => row.try_get_unchecked(index).map(Cell::Real),
        "TEXT" => row.try_get_unchecked(index).map(Cell::Text),
        _ => row.try_get_unchecked(index).map(Cell::Blob),
    }
}

/// Makes the arguments of a statement for the pool.
pub(super) fn pool_arguments(values: &[Value]) -> sqlx::Result<SqliteArguments> {
    let mut arguments = SqliteArguments::default();
    for value in values {
        add(&mut arguments, to_cell(value)).map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

fn add(arguments: &mut SqliteArguments, cell: Cell) -> Result<(), BoxDynError> {
    match cell {
        Cell::Null => arguments.add(None::<i64>),
        Cell::Integer(integer) => arguments.add(integer),
        Cell::Real(float) => arguments.add(float),
        Cell::Text(text) => arguments.add(text),
        Cell::Blob(bytes) => arguments.add(bytes),
    }
}
