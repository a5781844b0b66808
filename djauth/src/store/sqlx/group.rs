//! Groups and memberships in a database.

use async_trait::async_trait;
use djauth_runtime::{
    Error, Result,
    group::Group,
    model::{ColumnValue, Row, UserModel, Value},
    store::{Change, GroupStore, log_membership, no_permissions},
    user::AuthUser,
};
use sea_query::{Expr, ExprTrait, OnConflict, Order, Query, SelectStatement};

use super::{
    Database, Failure, Sql, SqlxStore, Transaction,
    schema::{GROUP, GROUP_PERMISSIONS, Links},
    sql::{argument, column},
};

/// The statements over groups.
pub(super) struct Statements {
    create: Sql,
    by_name: Sql,
    all: Sql,
    delete: Vec<Sql>,
    memberships: Option<Memberships>,
}

/// The statements over the members of groups, for users who can have permissions.
struct Memberships {
    of_user: Sql,
    add: Sql,
    remove: Sql,
}

impl Statements {
    fn new<D: Database>(model: &'static UserModel) -> Self {
        let links = Links::of(model);
        let mut create = Query::insert();
        create
            .into_table(GROUP)
            .columns(["name"])
            .values_panic([argument()])
            .returning(Query::returning().columns(["id", "name"]));
        let delete = |table: String, column: &'static str| {
            Sql::of::<D>(Query::delete().from_table(table).and_where(Expr::col(column).eq(argument())))
        };
        let linked = links.as_ref().map(|links| delete(links.groups.clone(), "group_id"));
        let own = [delete(GROUP_PERMISSIONS.to_owned(), "group_id"), delete(GROUP.to_owned(), "id")];
        Self {
            create: Sql::of::<D>(&create),
            by_name: Sql::of::<D>(select().and_where(Expr::col((GROUP, "name")).eq(argument()))),
            all: Sql::of::<D>(&select()),
            delete: linked.into_iter().chain(own).collect(),
            memberships: links.map(|links| Memberships::new::<D>(&links)),
        }
    }
}

impl Memberships {
    fn new<D: Database>(links: &Links) -> Self {
        let user = || Expr::col((links.groups.clone(), links.user.clone()));
        let group = || Expr::col((links.groups.clone(), "group_id"));
        let mut of_user = select();
        of_user
            .inner_join(links.groups.clone(), group().equals((GROUP, "id")))
            .and_where(user().eq(argument()));
        let mut add = Query::insert();
        add.into_table(links.groups.clone())
            .columns([links.user.clone(), "group_id".to_owned()])
            .values_panic([argument(), argument()])
            .on_conflict(OnConflict::new().do_nothing().to_owned());
        let mut remove = Query::delete();
        remove
            .from_table(links.groups.clone())
            .and_where(user().eq(argument()))
            .and_where(group().eq(argument()));
        Self { of_user: Sql::of::<D>(&of_user), add: Sql::of::<D>(&add), remove: Sql::of::<D>(&remove) }
    }
}

fn select() -> SelectStatement {
    let mut select = Query::select();
    select.columns([(GROUP, "id"), (GROUP, "name")]).from(GROUP).order_by((GROUP, "name"), Order::Asc);
    select
}

fn group(row: &mut dyn Row) -> Result<Group> {
    Ok(Group::new(column(row, 0, "id")?, column(row, 1, "name")?))
}

impl<U: AuthUser, D: Database> SqlxStore<U, D> {
    fn group_statements(&self) -> &Statements {
        self.cache.groups.get_or_init(|| Statements::new::<D>(U::MODEL))
    }

    async fn read_groups(&self, sql: &Sql, arguments: Vec<Value>) -> Result<Vec<Group>> {
        let rows = self.database.rows(sql, arguments).await?;
        rows.into_iter().map(|mut row| group(&mut row)).collect()
    }
}

#[async_trait]
impl<U: AuthUser, D: Database> GroupStore<U> for SqlxStore<U, D> {
    async fn create_group(&self, name: &str) -> Result<Group> {
        Group::check_name(name)?;
        let create = &self.group_statements().create;
        let rows = self.database.rows(create, vec![Value::Text(name.to_owned())]).await;
        let row = rows.map_err(|failure| match failure {
            Failure::Taken(_) => Group::already_exists(),
            other => other.into(),
        })?;
        let mut row = row.into_iter().next();
        let row = row.as_mut().ok_or_else(|| Error::invalid("the database did not return the new group"))?;
        group(row)
    }

    async fn get_group(&self, name: &str) -> Result<Option<Group>> {
        let by_name = &self.group_statements().by_name;
        Ok(self.read_groups(by_name, vec![Value::Text(name.to_owned())]).await?.pop())
    }

    async fn groups(&self) -> Result<Vec<Group>> {
        self.read_groups(&self.group_statements().all, Vec::new()).await
    }

    async fn delete_group(&self, group: &Group) -> Result<bool> {
        let mut transaction = self.database.begin().await?;
        let mut deleted = 0;
        for statement in &self.group_statements().delete {
            deleted = transaction.execute(statement, vec![Value::Integer(group.id)]).await?;
        }
        transaction.commit().await?;
        Ok(deleted == 1)
    }

    async fn groups_of(&self, user: &U::Id) -> Result<Vec<Group>> {
        let Some(memberships) = &self.group_statements().memberships else { return Ok(Vec::new()) };
        self.read_groups(&memberships.of_user, vec![user.to_value()]).await
    }

    async fn add_to_group(&self, user: &U::Id, group: &Group) -> Result<()> {
        let Some(memberships) = &self.group_statements().memberships else {
            return Err(no_permissions(U::MODEL));
        };
        let arguments = vec![user.to_value(), Value::Integer(group.id)];
        let added = self.database.execute(&memberships.add, arguments).await;
        let added = added.map_err(|failure| match failure {
            Failure::Referenced => Error::invalid("there is no such user or no such group"),
            other => other.into(),
        })?;
        if added > 0 {
            log_membership::<U>(Change::Granted, user, group);
        }
        Ok(())
    }

    async fn remove_from_group(&self, user: &U::Id, group: &Group) -> Result<()> {
        let Some(memberships) = &self.group_statements().memberships else { return Ok(()) };
        let arguments = vec![user.to_value(), Value::Integer(group.id)];
        if self.database.execute(&memberships.remove, arguments).await? > 0 {
            log_membership::<U>(Change::Revoked, user, group);
        }
        Ok(())
    }
}
