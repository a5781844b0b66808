//! Sessions in Django's own table.

use async_trait::async_trait;
use djauth_runtime::{
    Result,
    model::{ColumnValue, Value},
    request::SESSION_KEY,
    session::{JoinedUser, LoadedSession, SessionRecord, SessionStore, StoredKey, encoding},
    user::{AuthUser, UserId},
};
use sea_query::{Expr, ExprTrait, Order, Query};
use time::OffsetDateTime;

use super::{
    Database, Failure, Sql, SqlxStore, Transaction,
    schema::DJANGO_SESSION,
    session_table::{self, BATCH, is_rotated, key},
    sql::{argument, column},
};

/// Sessions in `django_session` (`django.contrib.sessions.backends.db`), so that whoever is logged in here is logged in
/// at Django. [`Auth`](crate::Auth) uses it in the django profile.
///
/// Such a row does not name its user and does not say when it began. So a guarded page costs two statements instead of
/// one, ending a user's sessions reads all that there are, and there is no absolute end. Nor does it name the model of its
/// user: Django knows one, and a program must not keep sessions of two models' users in this table.
///
/// It needs keys in the clear and settings without an absolute end, as [`Auth`](crate::Auth) sees to in that profile.
#[derive(Debug, Clone)]
pub(crate) struct DjangoSessionStore<U: AuthUser, D: Database>(SqlxStore<U, D>);

/// The statements over Django's sessions.
pub(super) struct Statements {
    load: Sql,
    page: Sql,
    create: Sql,
    save: Sql,
    renew: Sql,
    rotate: Sql,
    delete: Sql,
    clear_expired: Sql,
}

impl Statements {
    fn new<D: Database>() -> Self {
        let mut load = Query::select();
        load.columns(["session_data", "expire_date"])
            .from(DJANGO_SESSION)
            .and_where(Expr::col("session_key").eq(argument()))
            .and_where(Expr::col("expire_date").gt(argument()));
        let mut page = Query::select();
        page.columns(["session_key", "session_data"])
            .from(DJANGO_SESSION)
            .and_where(Expr::col("session_key").gt(argument()))
            .order_by("session_key", Order::Asc)
            .limit(0);
        let columns = ["session_key", "session_data", "expire_date"];
        let create = session_table::create(DJANGO_SESSION, columns.map(|column| (column, argument())));
        let update = |columns: &[&'static str]| Sql::of::<D>(&session_table::update(DJANGO_SESSION, columns));
        Self {
            load: Sql::of::<D>(&load),
            page: Sql::of::<D>(&page),
            create: Sql::of::<D>(&create),
            save: update(&["session_data", "expire_date"]),
            renew: Sql::of::<D>(&session_table::renew(DJANGO_SESSION)),
            rotate: update(&columns),
            delete: Sql::of::<D>(&session_table::delete(DJANGO_SESSION)),
            clear_expired: Sql::of::<D>(&session_table::clear_expired(DJANGO_SESSION)),
        }
    }
}

impl<U: AuthUser, D: Database> DjangoSessionStore<U, D> {
    pub(super) fn over(store: SqlxStore<U, D>) -> Self {
        Self(store)
    }

    fn statements(&self) -> &Statements {
        self.0.cache.django_sessions.get_or_init(Statements::new::<D>)
    }

    async fn execute(&self, sql: &Sql, arguments: Vec<Value>) -> Result<u64, Failure> {
        self.0.database.execute(sql, arguments).await
    }
}

fn data<U: AuthUser>(record: &SessionRecord<U>) -> [Value; 2] {
    [Value::Text(record.data.clone()), record.expire_date.to_value()]
}

/// Returns whose session this is, if it is anybody's. Nobody is let in on that: the request verifies the signature.
fn user_of<U: AuthUser>(data: &str) -> Option<U::Id> {
    U::Id::parse(&encoding::peek(data, SESSION_KEY)?)
}

#[async_trait]
impl<U: AuthUser, D: Database> SessionStore<U> for DjangoSessionStore<U, D> {
    async fn load(&self, stored: &StoredKey, now: OffsetDateTime) -> Result<Option<LoadedSession<U>>> {
        let rows = self.0.look_up(&self.statements().load, vec![key(stored), now.to_value()]).await?;
        let Some(mut row) = rows.into_iter().next() else { return Ok(None) };
        let record = SessionRecord {
            data: column(&mut row, 0, DJANGO_SESSION)?,
            expire_date: column(&mut row, 1, DJANGO_SESSION)?,
            // Django does not keep it, and the django profile has no end that is counted from it.
            created: now,
            // The request learns it from the data, whose signature it verifies.
            user_id: None,
        };
        Ok(Some(LoadedSession { record, user: JoinedUser::NotJoined }))
    }

    async fn create(&self, stored: &StoredKey, record: &SessionRecord<U>) -> Result<bool> {
        let [data, expire_date] = data(record);
        Ok(self.execute(&self.statements().create, vec![key(stored), data, expire_date]).await? == 1)
    }

    async fn save(&self, stored: &StoredKey, record: &SessionRecord<U>) -> Result<bool> {
        let [data, expire_date] = data(record);
        Ok(self.execute(&self.statements().save, vec![data, expire_date, key(stored)]).await? == 1)
    }

    async fn renew(&self, stored: &StoredKey, from: OffsetDateTime, to: OffsetDateTime) -> Result<bool> {
        let arguments = vec![to.to_value(), key(stored), from.to_value()];
        Ok(self.execute(&self.statements().renew, arguments).await? == 1)
    }

    async fn rotate(&self, old: &StoredKey, new: &StoredKey, record: &SessionRecord<U>) -> Result<bool> {
        let [data, expire_date] = data(record);
        let arguments = vec![key(new), data, expire_date, key(old)];
        is_rotated(self.execute(&self.statements().rotate, arguments).await)
    }

    async fn delete(&self, stored: &StoredKey) -> Result<()> {
        self.execute(&self.statements().delete, vec![key(stored)]).await?;
        Ok(())
    }

    async fn delete_of_user(&self, user: &U::Id, except: Option<&StoredKey>) -> Result<u64> {
        // Sessions that get another key while the pages are read must not escape to one behind them, so no other writer
        // comes in between.
        let mut transaction = self.0.database.begin().await?;
        let (mut last, mut deleted) = (String::new(), 0);
        loop {
            let arguments = vec![Value::Text(last.clone()), Value::Integer(BATCH as i64)];
            let rows = transaction.rows(&self.statements().page, arguments).await?;
            let is_last_page = rows.len() < BATCH as usize;
            for mut row in rows {
                last = column(&mut row, 0, DJANGO_SESSION)?;
                let data: String = column(&mut row, 1, DJANGO_SESSION)?;
                if except.is_none_or(|except| except.expose() != last)
                    && user_of::<U>(&data).as_ref() == Some(user)
                {
                    let arguments = vec![Value::Text(last.clone())];
                    deleted += transaction.execute(&self.statements().delete, arguments).await?;
                }
            }
            if is_last_page {
                transaction.commit().await?;
                return Ok(deleted);
            }
        }
    }

    async fn clear_expired(&self, now: OffsetDateTime) -> Result<u64> {
        session_table::clear(&self.0.database, &self.statements().clear_expired, now).await
    }
}
