//! Does the database fit the program?

use std::fmt;

use djauth_runtime::{
    Result, model::ColumnType, permission::PermissionName, registry::Registry, store::PermissionStore,
    user::AuthUser,
};

use super::{
    Database, FoundColumn, Key, SqlxStore, Table,
    schema::{Column, tables},
};

/// What [`SqlxStore::check_schema`] found; its text names the remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SchemaProblem {
    /// A table is missing.
    MissingTable {
        /// The table.
        table: String,
    },
    /// A table was made for something else, or by an older version.
    MissingColumn {
        /// The table.
        table: String,
        /// The column it lacks.
        column: String,
    },
    /// A key is a number where text is needed, or the reverse.
    OtherKeyType {
        /// The table.
        table: String,
        /// The key's column.
        column: String,
        /// What the column should hold.
        expected: &'static str,
    },
    /// A column must be filled in every new row, and nobody knows with what.
    UnknownRequiredColumn {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// The program declares a permission that nobody can be given yet.
    MissingPermission {
        /// The permission.
        name: String,
    },
    /// The database holds a permission that no code declares.
    UndeclaredPermission {
        /// The permission.
        name: String,
        /// The declared name that may be meant.
        did_you_mean: Option<&'static str>,
    },
}

impl SchemaProblem {
    /// Returns whether the program cannot work so. Other problems are worth a warning.
    #[must_use]
    pub fn is_error(&self) -> bool {
        matches!(self, Self::MissingTable { .. } | Self::MissingColumn { .. } | Self::OtherKeyType { .. })
    }
}

impl fmt::Display for SchemaProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingTable { table } => write!(f, "there is no table `{table}`; run `migrate`"),
            Self::MissingColumn { table, column } => write!(
                f,
                "the table `{table}` has no column `{column}`; add the column, or use a database of this program's own"
            ),
            Self::OtherKeyType { table, column, expected } => write!(
                f,
                "the column `{column}` of the table `{table}` does not hold {expected}; give the struct's `id` the \
                 column's type, or use a database of this program's own"
            ),
            Self::UnknownRequiredColumn { table, column } => write!(
                f,
                "the table `{table}` has a column `{column}` that every new row must fill; add the field to the \
                 struct, or give the column a default"
            ),
            Self::MissingPermission { name } => {
                write!(f, "the permission `{name}` has no row in `auth_permission`; run `migrate`")
            }
            Self::UndeclaredPermission { name, did_you_mean: Some(near) } => {
                write!(f, "no code declares the permission `{name}` of the database; did you mean `{near}`?")
            }
            Self::UndeclaredPermission { name, did_you_mean: None } => write!(
                f,
                "no code declares the permission `{name}` of the database; declare it with `#[permissions]`, or \
                 name its crate: `use shop as _;`"
            ),
        }
    }
}

impl<U: AuthUser, D: Database> SqlxStore<U, D> {
    /// Holds the database against the program: tables, columns, keys, and the names of permissions on both sides.
    ///
    /// # Errors
    /// [`Error::Unavailable`](crate::Error::Unavailable) if the database cannot be asked.
    pub async fn check_schema(&self) -> Result<Vec<SchemaProblem>> {
        let mut problems = Vec::new();
        let mut transaction = self.database.begin().await?;
        for table in tables::<U>() {
            let found = D::columns(&mut transaction, &table.name).await?;
            if found.is_empty() {
                problems.push(SchemaProblem::MissingTable { table: table.name });
            } else {
                problems.extend(differences(&table, &found));
            }
        }
        drop(transaction);
        if !problems.iter().any(SchemaProblem::is_error) {
            problems.extend(names(Registry::get()?, &self.known_permissions().await?));
        }
        Ok(problems)
    }
}

/// Returns what a table that is there lacks or has too much.
pub(super) fn differences(table: &Table, found: &[FoundColumn]) -> Vec<SchemaProblem> {
    let needed = table.columns.iter().filter_map(|column| difference(table, column, found));
    let is_needed = |found: &FoundColumn| table.columns.iter().any(|column| is_same(column, found));
    let unknown = found.iter().filter(|found| found.required && !is_needed(found));
    let unknown = unknown.map(|found| SchemaProblem::UnknownRequiredColumn {
        table: table.name.clone(),
        column: found.name.clone(),
    });
    needed.chain(unknown).collect()
}

/// SQL does not look at the case of names.
fn is_same(column: &Column, found: &FoundColumn) -> bool {
    column.name.eq_ignore_ascii_case(&found.name)
}

fn difference(table: &Table, column: &Column, found: &[FoundColumn]) -> Option<SchemaProblem> {
    let (table, name) = (table.name.clone(), column.name.clone());
    let Some(found) = found.iter().find(|found| is_same(column, found)) else {
        return Some(SchemaProblem::MissingColumn { table, column: name });
    };
    let is_key = !matches!(column.key, Key::None | Key::Unique);
    let integer = matches!(column.column_type, ColumnType::Integer | ColumnType::BigInteger);
    let expected = if integer { "integers" } else { "text" };
    (is_key && integer != found.integer).then_some(SchemaProblem::OtherKeyType {
        table,
        column: name,
        expected,
    })
}

/// Returns the names that only the program or only the database knows.
fn names(registry: &'static Registry, known: &[PermissionName]) -> Vec<SchemaProblem> {
    let missing = registry.permissions().map(PermissionName::from).filter(|name| !known.contains(name));
    let missing = missing.map(|name| SchemaProblem::MissingPermission { name: name.to_string() });
    let undeclared = known.iter().filter(|name| registry.find(name.as_str()).is_none());
    let undeclared = undeclared.map(|name| SchemaProblem::UndeclaredPermission {
        name: name.to_string(),
        did_you_mean: registry.did_you_mean(name.as_str()),
    });
    missing.chain(undeclared).collect()
}
