//! Does the database fit the program?

use djauth_runtime::{
    Result,
    check::{CheckMessage, Level},
    model::{ColumnType, Row, Value},
    permission::PermissionName,
    registry::Registry,
    store::PermissionStore,
    user::AuthUser,
};

use super::{
    Column, Database, Key, SqlxStore, Table,
    schema::{SESSION, tables},
    sql::column,
};

impl<U: AuthUser, D: Database> SqlxStore<U, D> {
    /// Holds the database against the program: tables, columns, keys, and the names of permissions on both sides.
    ///
    /// What is missing is an error, and so is a column `is_active` that nobody asks; a column that nobody fills (`djauth.W020`) and a name that only one side knows
    /// (`djauth.W021`, `djauth.W022`) are warnings.
    ///
    /// # Errors
    /// [`Error::Unavailable`](crate::Error::Unavailable) if the database cannot be asked.
    pub async fn check_schema(&self) -> Result<Vec<CheckMessage>> {
        let mut found = Vec::new();
        let tables = tables::<U>(self.session_table);
        let mut missing = 0;
        for table in &tables {
            let name = vec![Value::Text(table.name.clone())];
            let columns = read_columns(self.database.rows(&D::columns(), name).await?)?;
            if columns.is_empty() {
                missing += 1;
                found.push(missing_table(table));
            } else {
                found.extend(differences(table, &columns));
            }
        }
        if missing == tables.len() {
            return Ok(vec![CheckMessage::error(
                "djauth.E020",
                "the database has no tables yet",
                "run `migrate`",
            )]);
        }
        if found.iter().all(|message| message.level < Level::Error) {
            found.extend(names(Registry::get()?, &self.known_permissions().await?));
        }
        Ok(found)
    }
}

/// A column of a table that is there.
pub(super) struct FoundColumn {
    name: String,
    integer: bool,
    required: bool,
    unique: bool,
}

/// Reads what [`Database::columns`] asks for.
pub(super) fn read_columns(rows: Vec<impl Row>) -> Result<Vec<FoundColumn>> {
    let columns = rows.into_iter().map(|mut row| {
        Ok(FoundColumn {
            name: column(&mut row, 0, "name")?,
            integer: column(&mut row, 1, "integer")?,
            required: column(&mut row, 2, "required")?,
            unique: column(&mut row, 3, "unique")?,
        })
    });
    columns.collect()
}

fn missing_table(table: &Table) -> CheckMessage {
    CheckMessage::error("djauth.E020", format!("there is no table `{}`", table.name), "run `migrate`")
}

/// Returns what a table that is there lacks or has too much.
pub(super) fn differences(table: &Table, found: &[FoundColumn]) -> Vec<CheckMessage> {
    let needed = table.columns.iter().filter_map(|column| difference(&table.name, column, found));
    let is_needed = |found: &FoundColumn| table.columns.iter().any(|column| is_same(column, found));
    let is_unasked =
        |found: &FoundColumn| table.unasked.is_some_and(|name| found.name.eq_ignore_ascii_case(name));
    let unknown = found.iter().filter(|found| found.required && !is_needed(found) && !is_unasked(found));
    let unknown = unknown.map(|found| unknown_column(&table.name, found));
    let unasked = found.iter().filter(|found| is_unasked(found));
    needed.chain(unknown).chain(unasked.map(|found| unasked_column(&table.name, found))).collect()
}

/// SQL does not look at the case of names.
fn is_same(column: &Column, found: &FoundColumn) -> bool {
    column.name.eq_ignore_ascii_case(&found.name)
}

fn difference(table: &str, column: &Column, found: &[FoundColumn]) -> Option<CheckMessage> {
    let name = &column.name;
    let Some(found) = found.iter().find(|found| is_same(column, found)) else {
        let remedy = match table {
            // What an earlier state of djauth left is no loss: sessions last for days.
            SESSION => "`DROP TABLE djauth_session`, which logs everybody out, then run `migrate`",
            _ => "add the column, or use a database of this program's own",
        };
        return Some(CheckMessage::error(
            "djauth.E021",
            format!("the table `{table}` has no column `{name}`"),
            remedy,
        ));
    };
    if matches!(column.key, Key::Unique) && !found.unique {
        // Of two users with one name, whom does a login mean? (rule S14)
        return Some(CheckMessage::error(
            "djauth.E023",
            format!("the table `{table}` lets two rows have the same `{name}`"),
            format!("remove what is there twice, then `CREATE UNIQUE INDEX ... ON {table} ({name})`"),
        ));
    }
    let is_key = !matches!(column.key, Key::None | Key::Unique);
    let integer = matches!(column.column_type, ColumnType::Integer | ColumnType::BigInteger);
    let expected = if integer { "integers" } else { "text" };
    (is_key && integer != found.integer).then(|| {
        let remedy = match table {
            SESSION => {
                "the table was made for users whose keys are of another kind, and one database holds sessions of one kind: give \
                 the struct's primary key that kind, or use a database of this program's own"
            }
            _ => "give the struct's primary key the column's type, or use a database of this program's own",
        };
        CheckMessage::error(
            "djauth.E022",
            format!("the column `{name}` of the table `{table}` does not hold {expected}"),
            remedy,
        )
    })
}

fn unknown_column(table: &str, found: &FoundColumn) -> CheckMessage {
    CheckMessage::warning(
        "djauth.W020",
        format!("the table `{table}` has a column `{}` that every new row must fill", found.name),
        "add the field to the struct, or give the column a default",
    )
}

/// Users whom somebody disabled in that column would log in (rule S14).
fn unasked_column(table: &str, found: &FoundColumn) -> CheckMessage {
    let name = &found.name;
    CheckMessage::error(
        "djauth.E024",
        format!(
            "the column `{name}` of the table `{table}` says who may log in, and the struct does not ask it"
        ),
        format!(
            "add the field `{name}: bool` to the struct, or mark the one that it has for it `#[auth(active)]`"
        ),
    )
}

/// Returns the names that only the program or only the database knows.
fn names(registry: &'static Registry, known: &[PermissionName]) -> Vec<CheckMessage> {
    let missing = registry.permissions().map(PermissionName::from).filter(|name| !known.contains(name));
    let missing = missing.map(|name| {
        let text = format!("the permission `{name}` has no row in `auth_permission`");
        CheckMessage::warning("djauth.W021", text, "run `migrate`")
    });
    let undeclared = known.iter().filter(|name| registry.find(name.as_str()).is_none());
    let undeclared = undeclared.map(|name| {
        let hint = registry.did_you_mean(name.as_str()).map_or_else(
            || "declare it with `#[permissions]`, or name its crate: `use shop as _;`".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        let text = format!("no code declares the permission `{name}` of the database");
        CheckMessage::warning("djauth.W022", text, hint)
    });
    missing.chain(undeclared).collect()
}
