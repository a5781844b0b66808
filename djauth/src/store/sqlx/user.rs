//! Users in a database.

use std::sync::Arc;

use async_trait::async_trait;
use djauth_runtime::{
    Error, ImproperlyConfigured, PasswordHash, Result,
    model::{ColumnValue, Field, UserModel, Value},
    permission::PermissionSet,
    session::JoinedUser,
    store::{UserStore, complete_row, read_new},
    user::AuthUser,
};
use sea_query::{CaseStatement, Expr, ExprTrait, Query, SelectStatement};

use super::{
    Database, Failure, Sql, SqlxStore, Transaction,
    permission::{given_directly, given_through_groups},
    schema::{Links, SessionTable},
    session::delete_of_user,
    sql::{argument, column},
};

/// The statements over a user's table that are always the same.
pub(super) struct Statements {
    by_id: Sql,
    with_permissions: Sql,
    by_username: Sql,
    replace_password: Sql,
    delete: Vec<Sql>,
}

impl Statements {
    fn new<D: Database>(model: &'static UserModel, sessions: SessionTable) -> Self {
        let roles = &model.roles;
        let mut replace_password = Query::update();
        replace_password
            .table(model.table)
            .value(roles.password, argument())
            .and_where(Expr::col(roles.id).eq(argument()))
            .and_where(Expr::col(roles.password).eq(argument()));
        Self {
            by_id: Sql::of::<D>(select(model).and_where(Expr::col(roles.id).eq(argument()))),
            with_permissions: Sql::of::<D>(&with_permissions::<D>(model)),
            by_username: Sql::of::<D>(select(model).and_where(Expr::col(roles.username).eq(argument()))),
            replace_password: Sql::of::<D>(&replace_password),
            delete: delete::<D>(model, sessions),
        }
    }
}

fn select(model: &UserModel) -> SelectStatement {
    Query::select().columns(model.fields.iter().map(|field| field.column)).from(model.table).take()
}

/// Writes the query for a user by key with, behind the columns, the keys of their own permissions and of their groups'.
fn with_permissions<D: Database>(model: &'static UserModel) -> SelectStatement {
    let id = || Expr::col((model.table, model.roles.id));
    let mut select = select(model);
    if let (Some(links), Some(is_superuser)) = (Links::of(model), model.roles.is_superuser) {
        for keys in [given_directly::<D>(&links, id()), given_through_groups::<D>(&links, id())] {
            // A superuser needs no list.
            let ordinary = Expr::col((model.table, is_superuser)).not();
            select.expr(CaseStatement::new().case(ordinary, Expr::from(keys)));
        }
    }
    select.and_where(id().eq(argument())).take()
}

/// Writes the statements that remove a user: what links to the row first, as Django does, and the sessions (rule S52).
/// Django's sessions do not name their user; they end because nobody is found for them.
fn delete<D: Database>(model: &'static UserModel, sessions: SessionTable) -> Vec<Sql> {
    let links = Links::of(model).into_iter();
    let links = links.flat_map(|links| [(links.groups, links.user.clone()), (links.permissions, links.user)]);
    let row = (model.table.to_owned(), model.roles.id.to_owned());
    let delete = |(table, column): (String, String)| {
        Query::delete().from_table(table).and_where(Expr::col(column).eq(argument())).take()
    };
    let sessions = match sessions {
        SessionTable::Djauth => Some(delete_of_user(model)),
        SessionTable::Django => None,
    };
    let statements = links.map(delete).chain(sessions).chain([delete(row)]);
    statements.map(|statement| Sql::of::<D>(&statement)).collect()
}

fn find<D: Database>(
    model: &'static UserModel,
    column: &str,
    value: &Value,
    limit: u32,
) -> Result<(Sql, Vec<Value>)> {
    let column = Expr::col(model.index_of(column)?.1.column);
    let limit = Value::Integer(limit.into());
    let (condition, arguments) = match value {
        Value::Null => (column.is_null(), vec![limit]),
        value => (column.eq(argument()), vec![value.clone(), limit]),
    };
    Ok((Sql::of::<D>(select(model).and_where(condition).limit(0)), arguments))
}

fn insert<D: Database>(model: &'static UserModel, values: Vec<Option<Value>>) -> (Sql, Vec<Value>) {
    let given = model.fields.iter().zip(values).filter_map(|(field, value)| Some((field.column, value?)));
    let (columns, arguments): (Vec<_>, Vec<_>) = given.unzip();
    let all = model.fields.iter().map(|field| field.column);
    let mut insert = Query::insert();
    insert
        .into_table(model.table)
        .columns(columns.iter().copied())
        .values_panic(columns.iter().map(|_| argument()))
        .returning(Query::returning().columns(all));
    (Sql::of::<D>(&insert), arguments)
}

fn update<U: AuthUser, D: Database>(user: &U, columns: &[&str]) -> Result<(Sql, Vec<Value>)> {
    let values = user.to_values();
    let mut arguments = Vec::with_capacity(columns.len() + 1);
    let mut update = Query::update();
    update.table(U::MODEL.table).and_where(Expr::col(U::MODEL.roles.id).eq(argument()));
    for column in columns {
        let (index, field) = U::MODEL.index_of(column)?;
        field.accept(&values[index])?;
        update.value(field.column, argument());
        arguments.push(values[index].clone());
    }
    arguments.push(user.id().to_value());
    Ok((Sql::of::<D>(&update), arguments))
}

/// Writes the search for an active superuser, or `None` for users who cannot be one.
fn superuser<D: Database>(model: &'static UserModel) -> Option<(Sql, Vec<Value>)> {
    let flags = [Some(model.roles.is_superuser?), model.roles.is_active];
    let mut select = Query::select();
    select.column(model.roles.id).from(model.table).limit(0);
    let mut arguments = Vec::new();
    for flag in flags.into_iter().flatten() {
        select.and_where(Expr::col(flag).eq(argument()));
        arguments.push(Value::Boolean(true));
    }
    arguments.push(Value::Integer(1));
    Some((Sql::of::<D>(&select), arguments))
}

impl<U: AuthUser, D: Database> SqlxStore<U, D> {
    fn users(&self) -> &Statements {
        self.cache.users.get_or_init(|| Statements::new::<D>(U::MODEL, self.session_table))
    }

    async fn user(&self, sql: &Sql, arguments: Vec<Value>) -> Result<Option<U>> {
        let mut rows = self.look_up(sql, arguments).await?.into_iter();
        let row = rows.next();
        if rows.next().is_some() {
            return Err(several_users::<U>().into());
        }
        row.map(|mut row| U::from_row(&mut row)).transpose()
    }
}

#[async_trait]
impl<U: AuthUser, D: Database> UserStore<U> for SqlxStore<U, D> {
    async fn get_user(&self, id: &U::Id) -> Result<Option<U>> {
        self.user(&self.users().by_id, vec![id.to_value()]).await
    }

    async fn get_user_with_permissions(&self, id: &U::Id) -> Result<JoinedUser<U>> {
        let rows = self.look_up(&self.users().with_permissions, vec![id.to_value()]).await?;
        let Some(mut row) = rows.into_iter().next() else { return Ok(JoinedUser::Missing) };
        let user = U::from_row(&mut row)?;
        let permissions = match user.superuser() {
            Some(false) => {
                let behind = U::MODEL.fields.len();
                let mut keys = |index| column(&mut row, behind + index, "permission_id");
                self.permissions([keys(0)?, keys(1)?]).await?
            }
            Some(true) | None => PermissionSet::new(),
        };
        Ok(JoinedUser::Found(Arc::new(user), Arc::new(permissions)))
    }

    async fn get_user_by_username(&self, username: &str) -> Result<Option<U>> {
        self.user(&self.users().by_username, vec![Value::Text(username.to_owned())]).await
    }

    async fn find_users(&self, column: &str, value: &Value, limit: u32) -> Result<Vec<U>> {
        let (sql, arguments) = find::<D>(U::MODEL, column, value, limit)?;
        let rows = self.database.rows(&sql, arguments).await?;
        rows.into_iter().map(|mut row| U::from_row(&mut row)).collect()
    }

    async fn insert_user(&self, values: Vec<Option<Value>>) -> Result<U> {
        let (sql, arguments) = insert::<D>(U::MODEL, complete_row::<U>(values)?);
        let mut transaction = self.database.begin().await?;
        let row = transaction.rows(&sql, arguments).await.map_err(taken::<U>)?.pop();
        let mut row = row.ok_or_else(|| Error::invalid("the database did not return the new user"))?;
        let user = read_new(&mut row)?;
        transaction.commit().await?;
        Ok(user)
    }

    async fn update_user(&self, user: &U, columns: &[&str]) -> Result<bool> {
        if columns.is_empty() {
            return Ok(self.get_user(user.id()).await?.is_some());
        }
        let (sql, arguments) = update::<U, D>(user, columns)?;
        Ok(self.database.execute(&sql, arguments).await.map_err(taken::<U>)? == 1)
    }

    async fn replace_password(&self, id: &U::Id, old: &PasswordHash, new: &PasswordHash) -> Result<bool> {
        let arguments = vec![new.to_value(), id.to_value(), old.to_value()];
        Ok(self.database.execute(&self.users().replace_password, arguments).await? == 1)
    }

    async fn delete_user(&self, id: &U::Id) -> Result<bool> {
        let mut transaction = self.database.begin().await?;
        let mut deleted = 0;
        for statement in &self.users().delete {
            deleted = transaction.execute(statement, vec![id.to_value()]).await?;
        }
        transaction.commit().await.map_err(referenced)?;
        Ok(deleted == 1)
    }

    async fn has_superuser(&self) -> Result<bool> {
        let Some((sql, arguments)) = superuser::<D>(U::MODEL) else { return Ok(false) };
        Ok(!self.database.rows(&sql, arguments).await?.is_empty())
    }
}

/// The refusal to choose between users (Django's `MultipleObjectsReturned`).
fn several_users<U: AuthUser>() -> ImproperlyConfigured {
    ImproperlyConfigured::new(format!(
        "the table `{}` has several users of one name; `check` says which index keeps names apart",
        U::MODEL.table
    ))
}

/// Names the field whose value another row has.
fn taken<U: AuthUser>(failure: Failure) -> Error {
    let column = match &failure {
        Failure::Taken(Some(column)) => U::MODEL.column(column),
        _ => None,
    };
    column.map_or_else(|| failure.into(), Field::already_exists)
}

fn referenced(failure: Failure) -> Error {
    match failure {
        Failure::Referenced => Error::invalid(
            "rows of other tables still refer to this user; remove them first, or disable the user instead",
        ),
        other => other.into(),
    }
}
