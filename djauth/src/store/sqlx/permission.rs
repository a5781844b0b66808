//! Who was given what, in a database.

use std::sync::Arc;

use async_trait::async_trait;
use djauth_runtime::{
    Error, Result,
    group::Group,
    model::{ColumnValue, UserModel, Value},
    permission::{PermissionName, PermissionSet},
    store::{Change, Holder, PermissionStore, log_permissions, no_permissions, no_such_permission},
    user::AuthUser,
};
use sea_query::{Expr, ExprTrait, OnConflict, Query, SelectStatement};

use super::{
    Database, Failure, Sql, SqlxStore, Transaction,
    permission_ids::Known,
    schema::{CONTENT_TYPE, GROUP_PERMISSIONS, Links, PERMISSION},
    sql::{argument, column},
};

/// The statements over permissions.
pub(super) struct Statements {
    rows: Sql,
    of_group: Sql,
    group: Grants,
    users: Option<UserStatements>,
}

/// The statements over what users were given.
struct UserStatements {
    direct: Sql,
    through_groups: Sql,
    all: Sql,
    grants: Grants,
}

/// The statements that give and take away.
struct Grants {
    grant: Sql,
    revoke: Sql,
}

impl Statements {
    fn new<D: Database>(model: &'static UserModel) -> Self {
        let mut rows = Query::select();
        rows.columns([(PERMISSION, "id"), (PERMISSION, "codename")])
            .column((CONTENT_TYPE, "app_label"))
            .from(PERMISSION)
            .inner_join(
                CONTENT_TYPE,
                Expr::col((CONTENT_TYPE, "id")).equals((PERMISSION, "content_type_id")),
            );
        let mut of_group = Query::select();
        of_group
            .expr(D::joined(Expr::col("permission_id")))
            .from(GROUP_PERMISSIONS)
            .and_where(Expr::col("group_id").eq(argument()));
        Self {
            rows: Sql::of::<D>(&rows),
            of_group: Sql::of::<D>(&of_group),
            group: Grants::new::<D>(GROUP_PERMISSIONS.to_owned(), "group_id".to_owned()),
            users: Links::of(model).map(UserStatements::new::<D>),
        }
    }
}

impl UserStatements {
    fn new<D: Database>(links: Links) -> Self {
        let direct = given_directly::<D>(&links, argument());
        let through_groups = given_through_groups::<D>(&links, argument());
        let all =
            Query::select().expr(Expr::from(direct.clone())).expr(Expr::from(through_groups.clone())).take();
        Self {
            direct: Sql::of::<D>(&direct),
            through_groups: Sql::of::<D>(&through_groups),
            all: Sql::of::<D>(&all),
            grants: Grants::new::<D>(links.permissions, links.user),
        }
    }
}

impl Grants {
    fn new<D: Database>(table: String, holder: String) -> Self {
        let mut grant = Query::insert();
        grant
            .into_table(table.clone())
            .columns([holder.clone(), "permission_id".to_owned()])
            .values_panic([argument(), argument()])
            .on_conflict(OnConflict::new().do_nothing().to_owned());
        let mut revoke = Query::delete();
        revoke
            .from_table(table)
            .and_where(Expr::col(holder).eq(argument()))
            .and_where(Expr::col("permission_id").eq(argument()));
        Self { grant: Sql::of::<D>(&grant), revoke: Sql::of::<D>(&revoke) }
    }
}

/// Writes the query for the keys of a user's own permissions, in one value.
pub(super) fn given_directly<D: Database>(links: &Links, user: Expr) -> SelectStatement {
    let table = &links.permissions;
    let mut select = Query::select();
    select
        .expr(D::joined(Expr::col((table.clone(), "permission_id"))))
        .from(table.clone())
        .and_where(Expr::col((table.clone(), links.user.clone())).eq(user));
    select
}

/// Writes the query for the keys of the permissions of a user's groups, in one value. A key may be there twice.
pub(super) fn given_through_groups<D: Database>(links: &Links, user: Expr) -> SelectStatement {
    let table = &links.groups;
    let mut select = Query::select();
    select
        .expr(D::joined(Expr::col((GROUP_PERMISSIONS, "permission_id"))))
        .from(table.clone())
        .inner_join(
            GROUP_PERMISSIONS,
            Expr::col((GROUP_PERMISSIONS, "group_id")).equals((table.clone(), "group_id")),
        )
        .and_where(Expr::col((table.clone(), links.user.clone())).eq(user));
    select
}

impl<U: AuthUser, D: Database> SqlxStore<U, D> {
    fn permission_statements(&self) -> &Statements {
        self.cache.permissions.get_or_init(|| Statements::new::<D>(U::MODEL))
    }

    /// Reads `auth_permission` again.
    pub(super) async fn read_permission_ids(&self) -> Result<Arc<Known>> {
        let rows = self.database.rows(&self.permission_statements().rows, Vec::new()).await?;
        let rows = rows.into_iter().map(|mut row| {
            let id: i64 = column(&mut row, 0, "id")?;
            let codename: String = column(&mut row, 1, "codename")?;
            let app_label: String = column(&mut row, 2, "app_label")?;
            Ok((id, format!("{app_label}.{codename}")))
        });
        let rows = rows.collect::<Result<Vec<_>>>()?;
        Ok(self.cache.permission_ids.set(Known::new(rows)?))
    }

    /// Turns joined keys into permissions without asking anybody, or returns `None` if one of them is new.
    pub(super) fn known(&self, joined: &[Option<String>; 2]) -> Result<Option<PermissionSet>> {
        let known = self.cache.permission_ids.get();
        let mut permissions = PermissionSet::new();
        for joined in joined.iter().flatten() {
            if !known.add_joined(joined, &mut permissions)? {
                return Ok(None);
            }
        }
        Ok(Some(permissions))
    }

    /// Turns joined keys into permissions; reads `auth_permission` if one of them is new.
    pub(super) async fn permissions(&self, joined: [Option<String>; 2]) -> Result<PermissionSet> {
        let mut known = self.cache.permission_ids.get();
        let mut permissions = PermissionSet::new();
        for joined in joined.into_iter().flatten() {
            if !known.add_joined(&joined, &mut permissions)? {
                known = self.read_permission_ids().await?;
                // A key that is still unknown belongs to a row that was deleted since.
                for id in joined.split(',') {
                    known.add_joined(id, &mut permissions)?;
                }
            }
        }
        Ok(permissions)
    }

    async fn read_permissions(&self, sql: &Sql, holder: Value) -> Result<PermissionSet> {
        let Some(mut row) = self.look_up(sql, vec![holder]).await?.pop() else {
            return Ok(PermissionSet::new());
        };
        self.permissions([column(&mut row, 0, "permission_id")?, None]).await
    }

    fn grants<'a>(&'a self, holder: Holder<'_, U>) -> Result<(&'a Grants, Value)> {
        let statements = self.permission_statements();
        match holder {
            Holder::Group(group) => Ok((&statements.group, Value::Integer(group.id))),
            Holder::User(user) => {
                let users = statements.users.as_ref().ok_or_else(|| no_permissions(U::MODEL))?;
                Ok((&users.grants, user.to_value()))
            }
        }
    }
}

/// Runs a statement for the holder and each of these permissions, and returns those for which it changed something.
async fn for_each<'a>(
    transaction: &mut impl Transaction,
    statement: &Sql,
    holder: &Value,
    permissions: &'a [PermissionName],
    known: &Known,
) -> Result<Vec<&'a PermissionName>> {
    let mut changed = Vec::new();
    for permission in permissions {
        let mut rows = 0;
        for id in known.ids(permission.as_str()) {
            rows += transaction.execute(statement, vec![holder.clone(), Value::Integer(*id)]).await?;
        }
        if rows > 0 {
            changed.push(permission);
        }
    }
    Ok(changed)
}

#[async_trait]
impl<U: AuthUser, D: Database> PermissionStore<U> for SqlxStore<U, D> {
    async fn user_permissions(&self, user: &U::Id) -> Result<PermissionSet> {
        let Some(users) = &self.permission_statements().users else { return Ok(PermissionSet::new()) };
        self.read_permissions(&users.direct, user.to_value()).await
    }

    async fn group_permissions(&self, user: &U::Id) -> Result<PermissionSet> {
        let Some(users) = &self.permission_statements().users else { return Ok(PermissionSet::new()) };
        self.read_permissions(&users.through_groups, user.to_value()).await
    }

    async fn all_permissions(&self, user: &U::Id) -> Result<PermissionSet> {
        let Some(users) = &self.permission_statements().users else { return Ok(PermissionSet::new()) };
        let rows = self.look_up(&users.all, vec![user.to_value(), user.to_value()]).await?;
        let Some(mut row) = rows.into_iter().next() else { return Ok(PermissionSet::new()) };
        self.permissions([column(&mut row, 0, "permission_id")?, column(&mut row, 1, "permission_id")?]).await
    }

    async fn permissions_of_group(&self, group: &Group) -> Result<PermissionSet> {
        self.read_permissions(&self.permission_statements().of_group, Value::Integer(group.id)).await
    }

    async fn grant(&self, holder: Holder<'_, U>, permissions: &[PermissionName]) -> Result<()> {
        let (statements, key) = self.grants(holder)?;
        // Read anew: a row that was renamed since would give what its old name stood for (rule S90).
        let known = self.read_permission_ids().await?;
        if let Some(missing) = permissions.iter().find(|name| known.ids(name.as_str()).is_empty()) {
            return Err(no_such_permission(missing.as_str()));
        }
        let mut transaction = self.database.begin().await?;
        let granted = for_each(&mut transaction, &statements.grant, &key, permissions, &known).await?;
        transaction.commit().await.map_err(|failure| match failure {
            Failure::Referenced => Error::invalid("there is no such user, group or permission"),
            other => other.into(),
        })?;
        log_permissions(Change::Granted, holder, &granted);
        Ok(())
    }

    async fn revoke(&self, holder: Holder<'_, U>, permissions: &[PermissionName]) -> Result<()> {
        let (statements, key) = self.grants(holder)?;
        let known = self.read_permission_ids().await?;
        let mut transaction = self.database.begin().await?;
        let revoked = for_each(&mut transaction, &statements.revoke, &key, permissions, &known).await?;
        transaction.commit().await?;
        log_permissions(Change::Revoked, holder, &revoked);
        Ok(())
    }

    async fn known_permissions(&self) -> Result<Vec<PermissionName>> {
        // A row without a name that `has_perm` could ask for, such as one with an empty codename, is no permission.
        Ok(self.read_permission_ids().await?.labels().filter_map(|label| label.parse().ok()).collect())
    }
}
