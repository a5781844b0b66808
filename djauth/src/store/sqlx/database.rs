//! What differs between databases.

use std::{fmt, future::Future};

use djauth_runtime::{
    Error,
    model::{Row, Value},
};
use sea_query::{Expr, QueryBuilder, SelectStatement};

use super::{Remembered, Sql, Table};

/// A kind of database, and a pool of connections to one.
pub trait Database: Clone + fmt::Debug + Send + Sync + 'static {
    /// Writes SQL in this database's dialect.
    type QueryBuilder: QueryBuilder + Default;
    /// A row of a result.
    type Row: Row + Send;
    /// A transaction that writes.
    type Transaction: Transaction<Row = Self::Row>;
    /// A connection that the calling thread reads from.
    type Reader: Reader<Row = Self::Row>;

    /// Returns a connection for a look-up, if there can be one.
    fn reader(&self) -> impl Future<Output = Option<Self::Reader>> + Send;

    /// Returns the rows that a statement of its own yields.
    fn rows(&self, sql: &Sql, arguments: Vec<Value>) -> impl Answer<Vec<Self::Row>>;

    /// Runs a statement of its own and returns how many rows it changed.
    fn execute(&self, sql: &Sql, arguments: Vec<Value>) -> impl Answer<u64>;

    /// Begins a transaction that will write; it waits here, not half-way, for other writers.
    fn begin(&self) -> impl Answer<Self::Transaction>;

    /// Returns the expression that joins the integers of a column with commas, in one value.
    fn joined(column: Expr) -> Expr;

    /// Joins to a query, and returns, what changes for one reader whenever anything in the database does.
    fn version(select: &mut SelectStatement) -> Expr;

    /// Returns the statements that create a table with its indexes.
    fn create(table: &Table) -> Vec<Sql>;

    /// Returns the query for the columns of a table: name, whether it holds integers, whether every new row must fill
    /// it, whether an index keeps its values apart. The argument is the table's name; one that is not there has no
    /// columns.
    fn columns() -> Sql;
}

/// A transaction. Dropped without [`commit`](Self::commit), it changes nothing.
pub trait Transaction: Send {
    /// A row of a result.
    type Row: Row + Send;

    /// Returns the rows that a statement yields.
    fn rows(&mut self, sql: &Sql, arguments: Vec<Value>) -> impl Answer<Vec<Self::Row>>;

    /// Runs a statement and returns how many rows it changed.
    fn execute(&mut self, sql: &Sql, arguments: Vec<Value>) -> impl Answer<u64>;

    /// Makes the changes last.
    fn commit(self) -> impl Answer<()>;
}

/// A connection that answers at once, on the calling thread.
///
/// Sending a look-up to another thread and waiting for the answer costs ten times the look-up.
pub trait Reader: Send {
    /// A row of a result.
    type Row: Row + Send;

    /// Returns the rows that a look-up yields, or `None` if the pool must be asked, which can wait and explain.
    fn rows(&mut self, sql: &Sql, arguments: &[Value]) -> Option<Vec<Self::Row>>;

    /// Returns what was read over this connection before.
    fn remembered(&mut self) -> Option<&mut Remembered>;
}

/// A database's answer, on its way.
pub trait Answer<T>: Future<Output = Result<T, Failure>> + Send {}

impl<T, F: Future<Output = Result<T, Failure>> + Send> Answer<T> for F {}

/// Why a statement failed, as far as a caller can do something about it.
#[derive(Debug)]
pub enum Failure {
    /// Another row has the value of a unique column, of this one if the database says.
    Taken(Option<String>),
    /// The row refers to one that is not there, or is referred to.
    Referenced,
    /// The database could not be asked.
    Unavailable(Error),
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Taken(_) => Self::AlreadyExists("a row with this value already exists".to_owned()),
            Failure::Referenced => Self::invalid("a row of another table is missing, or refers to this one"),
            Failure::Unavailable(error) => error,
        }
    }
}
