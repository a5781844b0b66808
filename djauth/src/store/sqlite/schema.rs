//! Tables as Django's SQLite backend writes them, and what is wrong with those that are there.

use djauth_runtime::model::ColumnType;

use super::names::index_name;
use crate::store::sqlx::{Column, Key, Sql, Table};

/// Writes the statements that create a table with its indexes.
pub(super) fn create(table: &Table) -> Vec<Sql> {
    let name = &table.name;
    let columns: Vec<_> = table.columns.iter().map(definition).collect();
    let mut statements = vec![format!("CREATE TABLE {} ({})", quote(name), columns.join(", "))];
    if let Some([first, second]) = &table.unique_together {
        let index = quote(&index_name(name, &[first, second], "_uniq"));
        let (table, first, second) = (quote(name), quote(first), quote(second));
        statements.push(format!("CREATE UNIQUE INDEX {index} ON {table} ({first}, {second})"));
    }
    for column in table.columns.iter().filter(|column| column.indexed) {
        let index = quote(&index_name(name, &[&column.name], ""));
        statements.push(format!("CREATE INDEX {index} ON {} ({})", quote(name), quote(&column.name)));
    }
    statements.into_iter().map(Sql::new).collect()
}

fn definition(column: &Column) -> String {
    let null = if column.nullable { "NULL" } else { "NOT NULL" };
    let key = match &column.key {
        Key::None | Key::Loose => String::new(),
        Key::Unique => " UNIQUE".to_owned(),
        Key::Primary => " PRIMARY KEY".to_owned(),
        Key::Counted => " PRIMARY KEY AUTOINCREMENT".to_owned(),
        Key::Foreign { table, column } => {
            format!(" REFERENCES {} ({}) DEFERRABLE INITIALLY DEFERRED", quote(table), quote(column))
        }
    };
    format!("{} {} {null}{key}", quote(&column.name), type_name(column))
}

fn type_name(column: &Column) -> String {
    match (column.column_type, column.max_length) {
        // SQLite counts in this type only.
        _ if matches!(column.key, Key::Counted) => "integer".to_owned(),
        (ColumnType::Boolean, _) => "bool".to_owned(),
        (ColumnType::Integer, _) => "integer".to_owned(),
        (ColumnType::BigInteger, _) => "bigint".to_owned(),
        (ColumnType::Float, _) => "real".to_owned(),
        (ColumnType::Binary, _) => "BLOB".to_owned(),
        (ColumnType::DateTime, _) => "datetime".to_owned(),
        (ColumnType::Uuid, _) => "char(32)".to_owned(),
        (_, Some(longest)) => format!("varchar({longest})"),
        (_, None) => "text".to_owned(),
    }
}

fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Writes the query for the columns of a table. SQLite itself tells by `INT` which column prefers integers. An index
/// over some of the rows, several columns or an expression makes no column unique.
pub(super) fn columns() -> Sql {
    Sql::new(
        "SELECT name, upper(type) LIKE '%INT%', \"notnull\" AND dflt_value IS NULL AND NOT pk, name IN (\
            SELECT max(part.name) FROM pragma_index_list(?1) AS list, pragma_index_info(list.name) AS part \
            WHERE list.\"unique\" AND NOT list.partial GROUP BY list.name \
            HAVING count(*) = 1 AND count(part.name) = 1) \
         FROM pragma_table_info(?1)",
    )
}
