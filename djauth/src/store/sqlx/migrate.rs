//! Creating what is missing, and the rows of the declared permissions.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    fmt,
};

use djauth_runtime::{
    Error, ImproperlyConfigured, Result,
    check::{CheckMessage, Level},
    model::Value,
    permission::{Permission, PermissionDefinition},
    registry::Registry,
    user::AuthUser,
};
use sea_query::Query;

use super::{
    Database, Sql, SqlxStore, Table, Transaction,
    check::{differences, read_columns},
    permission_ids::Known,
    schema::{CONTENT_TYPE, PERMISSION, SessionTable, tables},
    sql::{argument, column},
};

/// What [`SqlxStore::migrate`] changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MigrationReport {
    /// The tables that were created.
    pub tables: Vec<String>,
    /// The permissions that were added, as `app_label.codename`.
    pub permissions: Vec<String>,
}

impl MigrationReport {
    /// Returns whether nothing was to be done.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty() && self.permissions.is_empty()
    }
}

impl fmt::Display for MigrationReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tables = (!self.tables.is_empty()).then(|| format!("Created {}.", self.tables.join(", ")));
        let permissions = match self.permissions.len() {
            0 => None,
            1 => Some("Added 1 permission.".to_owned()),
            count => Some(format!("Added {count} permissions.")),
        };
        let lines: Vec<_> = tables.into_iter().chain(permissions).collect();
        if lines.is_empty() {
            return f.write_str("Nothing to migrate.");
        }
        f.write_str(&lines.join(" "))
    }
}

impl<U: AuthUser, D: Database> SqlxStore<U, D> {
    /// Creates the tables that are missing and adds rows for the permissions that the program declares.
    ///
    /// A table that is there is never altered, a row that is there neither changed nor removed, as in Django's
    /// `create_permissions`. All of it happens in one transaction: it may be run at any time, by several processes
    /// at once.
    ///
    /// # Errors
    /// [`ImproperlyConfigured`](Error::ImproperlyConfigured) if a table that is there does not fit, naming the
    /// column and the remedy; nothing is changed then.
    pub async fn migrate(&self) -> Result<MigrationReport> {
        let mut transaction = self.database.begin().await?;
        let mut report = MigrationReport::default();
        for table in missing_tables::<U, D>(&mut transaction, self.session_table).await? {
            for statement in D::create(&table) {
                transaction.execute(&statement, Vec::new()).await?;
            }
            report.tables.push(table.name);
        }
        report.permissions = sync_permissions::<U, D>(&mut transaction).await?;
        transaction.commit().await?;
        self.cache.permission_ids.set(Known::default());
        Ok(report)
    }
}

/// Returns the tables that are missing, or the error that says what does not fit.
async fn missing_tables<U: AuthUser, D: Database>(
    transaction: &mut D::Transaction,
    sessions: SessionTable,
) -> Result<Vec<Table>> {
    let (mut missing, mut problems) = (Vec::new(), Vec::new());
    for table in tables::<U>(sessions) {
        let name = vec![Value::Text(table.name.clone())];
        let found = read_columns(transaction.rows(&D::columns(), name).await?)?;
        if found.is_empty() {
            missing.push(table);
            continue;
        }
        // A column of the users' table that the struct does not know hinders nobody here.
        let hinders = |message: &CheckMessage| message.level == Level::Error || table.name != U::MODEL.table;
        problems.extend(differences(&table, &found).into_iter().filter(hinders));
    }
    if problems.is_empty() {
        return Ok(missing);
    }
    let problems: Vec<_> = problems.iter().map(|found| format!("{}; {}", found.text, found.hint)).collect();
    Err(ImproperlyConfigured::new(problems.join("\n")).into())
}

/// Adds the content types and permissions that have no row, and returns the permissions' names.
async fn sync_permissions<U: AuthUser, D: Database>(transaction: &mut D::Transaction) -> Result<Vec<String>> {
    let mut declared: Vec<_> = Registry::get()?.permissions().map(Permission::definition).collect();
    declared.sort_by_key(|definition| (definition.app_label, definition.model, definition.codename));
    let models = declared.iter().map(|definition| (definition.app_label, definition.model));
    let models = models.chain([(U::MODEL.app_label, U::MODEL.model_name)]).collect();
    let content_types = sync_content_types::<D>(transaction, models).await?;
    add_permissions::<D>(transaction, &declared, &content_types).await
}

type ContentTypes = HashMap<(String, String), i64>;

async fn sync_content_types<D: Database>(
    transaction: &mut D::Transaction,
    models: BTreeSet<(&'static str, &'static str)>,
) -> Result<ContentTypes> {
    let insert = insert::<D>(CONTENT_TYPE, &["app_label", "model"]);
    let known = content_types::<D>(transaction).await?;
    for (app_label, model) in models {
        let (app_label, model) = (app_label.to_owned(), model.to_owned());
        if !known.contains_key(&(app_label.clone(), model.clone())) {
            transaction.execute(&insert, vec![Value::Text(app_label), Value::Text(model)]).await?;
        }
    }
    content_types::<D>(transaction).await
}

async fn content_types<D: Database>(transaction: &mut D::Transaction) -> Result<ContentTypes> {
    let select = Query::select().columns(["app_label", "model", "id"]).from(CONTENT_TYPE).take();
    let rows = transaction.rows(&Sql::of::<D>(&select), Vec::new()).await?;
    let entry = |mut row: D::Row| {
        let model = (column(&mut row, 0, "app_label")?, column(&mut row, 1, "model")?);
        Ok((model, column(&mut row, 2, "id")?))
    };
    rows.into_iter().map(entry).collect()
}

async fn add_permissions<D: Database>(
    transaction: &mut D::Transaction,
    declared: &[&'static PermissionDefinition],
    content_types: &ContentTypes,
) -> Result<Vec<String>> {
    let select = Query::select().columns(["content_type_id", "codename"]).from(PERMISSION).take();
    let rows = transaction.rows(&Sql::of::<D>(&select), Vec::new()).await?;
    let row =
        |mut row: D::Row| Ok((column(&mut row, 0, "content_type_id")?, column(&mut row, 1, "codename")?));
    let known: HashSet<(i64, String)> = rows.into_iter().map(row).collect::<Result<_>>()?;
    let insert = insert::<D>(PERMISSION, &["name", "content_type_id", "codename"]);
    let mut added = Vec::new();
    for definition in declared {
        let model = (definition.app_label.to_owned(), definition.model.to_owned());
        let content_type =
            *content_types.get(&model).ok_or_else(|| Error::invalid("a content type vanished"))?;
        let codename = definition.codename.to_owned();
        if !known.contains(&(content_type, codename.clone())) {
            let name = Value::Text(definition.name.to_owned());
            let row = vec![name, Value::Integer(content_type), Value::Text(codename)];
            transaction.execute(&insert, row).await?;
            added.push(definition.label.to_owned());
        }
    }
    Ok(added)
}

fn insert<D: Database>(table: &'static str, columns: &[&'static str]) -> Sql {
    let mut insert = Query::insert();
    let arguments = columns.iter().map(|_| argument());
    insert.into_table(table).columns(columns.iter().copied()).values_panic(arguments);
    Sql::of::<D>(&insert)
}
