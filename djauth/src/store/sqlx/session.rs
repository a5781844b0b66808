//! Sessions in a database.

use std::{iter::repeat_n, sync::Arc};

use async_trait::async_trait;
use djauth_runtime::{
    Result,
    model::{ColumnValue, Row, UserModel, Value},
    session::{JoinedUser, LoadedSession, SessionRecord, SessionStore, StoredKey},
    user::AuthUser,
};
use sea_query::{CaseStatement, DeleteStatement, Expr, ExprTrait, Query, SelectStatement};
use time::OffsetDateTime;

use super::{
    Database, Reader, Sql, SqlxStore,
    permission::{given_directly, given_through_groups},
    remembered::Versioned,
    schema::{Links, SESSION, USER_MODEL},
    session_table::{self, is_rotated, key},
    sql::{argument, column},
};

/// The statements over sessions.
pub(super) struct Statements {
    load: Sql,
    create: Sql,
    save: Sql,
    renew: Sql,
    rotate: Sql,
    delete: Sql,
    delete_of_user: Sql,
    delete_of_user_except: Sql,
    clear_expired: Sql,
}

impl Statements {
    fn new<D: Database>(model: &'static UserModel) -> Self {
        let columns = ["session_key", "session_data", "expire_date", "created", "user_id"];
        let values =
            columns.map(|column| (column, argument())).into_iter().chain([(USER_MODEL, label(model))]);
        let update = |columns: &[&'static str]| {
            Sql::of::<D>(session_table::update(SESSION, columns).and_where(is_of(model)))
        };
        let mut delete_of_user = delete_of_user(model);
        Self {
            load: Sql::of::<D>(&load::<D>(model)),
            create: Sql::of::<D>(&session_table::create(SESSION, values)),
            save: update(&["session_data", "expire_date", "user_id"]),
            renew: Sql::of::<D>(session_table::renew(SESSION).and_where(is_of(model))),
            rotate: update(&columns),
            delete: Sql::of::<D>(session_table::delete(SESSION).and_where(is_of(model))),
            delete_of_user: Sql::of::<D>(&delete_of_user),
            delete_of_user_except: Sql::of::<D>(
                delete_of_user.and_where(Expr::col("session_key").ne(argument())),
            ),
            clear_expired: Sql::of::<D>(&session_table::clear_expired(SESSION)),
        }
    }
}

/// Writes the statement that ends every session of a user.
pub(super) fn delete_of_user(model: &'static UserModel) -> DeleteStatement {
    let mut delete = Query::delete();
    delete.from_table(SESSION).and_where(Expr::col("user_id").eq(argument())).and_where(is_of(model));
    delete
}

/// Returns whether a session is one of this model's users: those of another may have the same keys.
fn is_of(model: &'static UserModel) -> Expr {
    Expr::col((SESSION, USER_MODEL)).eq(label(model))
}

fn label(model: &'static UserModel) -> Expr {
    Expr::Constant(model.label().into())
}

/// Writes the one statement of a guarded page: the user's columns in the order of the model and, behind them, those
/// of [`Place`], all in one row.
fn load<D: Database>(model: &'static UserModel) -> SelectStatement {
    let user = || Expr::col((model.table, model.roles.id));
    let mut select = Query::select();
    select.from(SESSION);
    let version = D::version(&mut select);
    select
        .columns(model.fields.iter().map(|field| (model.table, field.column)))
        .columns(["session_data", "expire_date", "created", "user_id"].map(|column| (SESSION, column)))
        .expr(is_of(model))
        .expr(user())
        .expr(version.clone())
        .left_join(model.table, user().equals((SESSION, "user_id")).and(is_of(model)))
        .and_where(Expr::col((SESSION, "session_key")).eq(argument()))
        .and_where(Expr::col((SESSION, "expire_date")).gt(argument()));
    if let (Some(links), Some(is_superuser)) = (Links::of(model), model.roles.is_superuser) {
        for keys in [given_directly::<D>(&links, user()), given_through_groups::<D>(&links, user())] {
            // A superuser needs no list, and one that was read at this very version is remembered.
            let ordinary = Expr::col((model.table, is_superuser)).not();
            let needed = ordinary.and(version.clone().is_not(argument()));
            select.expr(CaseStatement::new().case(needed, Expr::from(keys)));
        }
    }
    select
}

/// Where the columns of a loaded session are, counted from the user's last one.
#[derive(Clone, Copy)]
enum Place {
    Data,
    ExpireDate,
    Created,
    UserId,
    IsOfModel,
    JoinedId,
    Version,
    Direct,
    ThroughGroups,
}

impl Place {
    fn read<U: AuthUser, T: ColumnValue>(self, row: &mut dyn Row) -> Result<T> {
        column(row, U::MODEL.fields.len() + self as usize, "djauth_session")
    }
}

/// A session's row, with the connection of the calling thread that read it and what that remembers of the session.
struct LoadedRow<D: Database> {
    row: D::Row,
    reader: Option<D::Reader>,
    remembered: Option<Versioned>,
}

impl<U: AuthUser, D: Database> SqlxStore<U, D> {
    fn session_statements(&self) -> &Statements {
        self.cache.sessions.get_or_init(|| Statements::new::<D>(U::MODEL))
    }

    async fn load_row(&self, stored: &StoredKey, now: OffsetDateTime) -> Result<Option<LoadedRow<D>>> {
        let sql = &self.session_statements().load;
        let arguments = |remembered: Option<&Versioned>| {
            // The version stands once before each list of permissions, and there are none without superusers.
            let version = remembered.map(|remembered| remembered.version).to_value();
            let versions = repeat_n(version, U::MODEL.roles.is_superuser.map_or(0, |_| 2));
            versions.chain([key(stored), now.to_value()]).collect::<Vec<_>>()
        };
        if let Some(mut reader) = self.database.reader().await {
            let remembered = reader.remembered().and_then(|remembered| remembered.get(stored));
            if let Some(rows) = reader.rows(sql, &arguments(remembered.as_ref())) {
                let row = rows.into_iter().next();
                return Ok(row.map(|row| LoadedRow { row, reader: Some(reader), remembered }));
            }
        }
        let rows = self.database.rows(sql, arguments(None)).await?;
        Ok(rows.into_iter().next().map(|row| LoadedRow { row, reader: None, remembered: None }))
    }

    async fn joined_user(&self, stored: &StoredKey, loaded: LoadedRow<D>) -> Result<JoinedUser<U>> {
        let LoadedRow { mut row, mut reader, remembered } = loaded;
        if Place::JoinedId.read::<U, Option<U::Id>>(&mut row)?.is_none() {
            return Ok(JoinedUser::Missing);
        }
        let user = Arc::new(U::from_row(&mut row)?);
        if user.superuser() != Some(false) {
            return Ok(JoinedUser::Found(user, Arc::default()));
        }
        let version = Place::Version.read::<U, Option<i64>>(&mut row)?;
        if let Some(permissions) =
            remembered.zip(version).and_then(|(remembered, version)| remembered.at(version))
        {
            return Ok(JoinedUser::Found(user, permissions));
        }
        let joined = [Place::Direct.read::<U, _>(&mut row)?, Place::ThroughGroups.read::<U, _>(&mut row)?];
        if let Some(permissions) = self.known(&joined)?.map(Arc::new) {
            if let Some((remembered, version)) = reader.as_mut().and_then(Reader::remembered).zip(version) {
                remembered.insert(stored.clone(), Versioned::new(version, Arc::clone(&permissions)));
            }
            return Ok(JoinedUser::Found(user, permissions));
        }
        // Whoever waits with a connection in hand makes others open more.
        drop(reader);
        let permissions = Arc::new(self.permissions(joined).await?);
        Ok(JoinedUser::Found(user, permissions))
    }
}

fn record<U: AuthUser>(row: &mut dyn Row, is_of_model: bool) -> Result<SessionRecord<U>> {
    Ok(SessionRecord {
        data: Place::Data.read::<U, _>(row)?,
        expire_date: Place::ExpireDate.read::<U, _>(row)?,
        created: Place::Created.read::<U, _>(row)?,
        // Another model's keys may be of another kind.
        user_id: if is_of_model { Place::UserId.read::<U, _>(row)? } else { None },
    })
}

#[async_trait]
impl<U: AuthUser, D: Database> SessionStore<U> for SqlxStore<U, D> {
    async fn load(&self, stored: &StoredKey, now: OffsetDateTime) -> Result<Option<LoadedSession<U>>> {
        let Some(mut loaded) = self.load_row(stored, now).await? else { return Ok(None) };
        let is_of_model = Place::IsOfModel.read::<U, Option<bool>>(&mut loaded.row)? == Some(true);
        let record = record::<U>(&mut loaded.row, is_of_model)?;
        let user = if is_of_model { self.joined_user(stored, loaded).await? } else { JoinedUser::OtherModel };
        Ok(Some(LoadedSession { record, user }))
    }

    async fn create(&self, stored: &StoredKey, record: &SessionRecord<U>) -> Result<bool> {
        let arguments = vec![
            key(stored),
            Value::Text(record.data.clone()),
            record.expire_date.to_value(),
            record.created.to_value(),
            record.user_id.to_value(),
        ];
        Ok(self.database.execute(&self.session_statements().create, arguments).await? == 1)
    }

    async fn save(&self, stored: &StoredKey, record: &SessionRecord<U>) -> Result<bool> {
        let arguments = vec![
            Value::Text(record.data.clone()),
            record.expire_date.to_value(),
            record.user_id.to_value(),
            key(stored),
        ];
        Ok(self.database.execute(&self.session_statements().save, arguments).await? == 1)
    }

    async fn renew(&self, stored: &StoredKey, from: OffsetDateTime, to: OffsetDateTime) -> Result<bool> {
        let arguments = vec![to.to_value(), key(stored), from.to_value()];
        Ok(self.database.execute(&self.session_statements().renew, arguments).await? == 1)
    }

    async fn rotate(&self, old: &StoredKey, new: &StoredKey, record: &SessionRecord<U>) -> Result<bool> {
        // One UPDATE of the key itself: there is no moment with two live keys or none.
        let arguments = vec![
            key(new),
            Value::Text(record.data.clone()),
            record.expire_date.to_value(),
            record.created.to_value(),
            record.user_id.to_value(),
            key(old),
        ];
        is_rotated(self.database.execute(&self.session_statements().rotate, arguments).await)
    }

    async fn delete(&self, stored: &StoredKey) -> Result<()> {
        self.database.execute(&self.session_statements().delete, vec![key(stored)]).await?;
        Ok(())
    }

    async fn delete_of_user(&self, user: &U::Id, except: Option<&StoredKey>) -> Result<u64> {
        let statements = self.session_statements();
        let deleted = match except {
            Some(except) => {
                let arguments = vec![user.to_value(), key(except)];
                self.database.execute(&statements.delete_of_user_except, arguments).await
            }
            None => self.database.execute(&statements.delete_of_user, vec![user.to_value()]).await,
        };
        Ok(deleted?)
    }

    async fn clear_expired(&self, now: OffsetDateTime) -> Result<u64> {
        session_table::clear(&self.database, &self.session_statements().clear_expired, now).await
    }
}
