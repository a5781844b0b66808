//! Does a store keep its promises? The tests that every implementation must pass, over any user's struct.
//!
//! ```no_run
//! # mod djauth { pub use djauth_runtime::{memory as store, test_util}; }
//! use djauth::{store::MemoryStore, test_util::{Person, store_contract}};
//!
//! # #[tokio::main]
//! # async fn main() {
//! store_contract(async || MemoryStore::<Person>::new()).await;
//! # }
//! ```
//!
//! Each rule gets a store of its own, made by the closure: empty, but for the rows of the declared permissions.

mod group;
mod hasher;
mod permission;
mod person;
mod session;
mod session_model;
mod shared_session;
mod user;

use time::{OffsetDateTime, macros::datetime};

pub use self::{
    group::group_store_contract,
    hasher::WatchedHasher,
    permission::permission_store_contract,
    person::Person,
    session::{joined_session_contract, session_store_contract},
    session_model::session_store_behaves_like_a_map,
    shared_session::shared_session_contract,
    user::user_store_contract,
};
use crate::{
    memory::ValueRow,
    model::{ColumnType, ColumnValue, Field, Value},
    session::SessionStore,
    store::{Store, UserStore},
    user::{AuthUser, IdSource, UserId},
};

/// When the tests of sessions take place.
pub(crate) const NOW: OffsetDateTime = datetime!(2025-01-01 00:00 UTC);

/// Runs every test over a store that keeps users, groups, permissions and sessions.
///
/// # Panics
/// If the store breaks a promise; so in every function here.
pub async fn store_contract<U, S>(make: impl AsyncFn() -> S)
where
    U: AuthUser,
    S: Store<U> + SessionStore<U>,
{
    user_store_contract(&make).await;
    group_store_contract(&make).await;
    permission_store_contract(&make).await;
    session_store_contract(&make).await;
    joined_session_contract(&make).await;
    session_store_behaves_like_a_map(&make, 20).await;
}

/// Returns the row of a sample user: active, no superuser, no usable password, and distinct from every
/// other `n`.
#[must_use]
pub fn sample_row<U: AuthUser>(n: u32) -> Vec<Option<Value>> {
    U::MODEL.fields.iter().map(|field| sample_value::<U>(field, n)).collect()
}

fn sample_value<U: AuthUser>(field: &Field, n: u32) -> Option<Value> {
    let roles = &U::MODEL.roles;
    let is = |role: Option<&str>| role == Some(field.column);
    if field.column == roles.id {
        return (U::Id::SOURCE == IdSource::Caller).then(|| sample_id::<U>(n).to_value());
    }
    if is(roles.email) {
        return Some(Value::Text(format!("user{n}@example.com")));
    }
    if is(Some(roles.password)) {
        return Some(Value::Text("!unusable".to_owned()));
    }
    if is(Some(roles.username)) || field.unique {
        return Some(Value::Text(format!("user{n}")));
    }
    if is(roles.is_active) {
        return Some(Value::Boolean(true));
    }
    (field.default)().or(Some(match field.column_type {
        ColumnType::Boolean => Value::Boolean(false),
        ColumnType::Integer | ColumnType::BigInteger => Value::Integer(i64::from(n)),
        ColumnType::Float => Value::Float(f64::from(n)),
        ColumnType::Text => Value::Text(format!("text {n}")),
        ColumnType::Binary => Value::Binary(n.to_le_bytes().to_vec()),
        ColumnType::DateTime => Value::DateTime(NOW),
        ColumnType::Uuid => Value::Uuid([n.to_le_bytes()[0]; 16]),
    }))
}

/// Returns a key that no sample user has unless it was given to them.
pub(crate) fn sample_id<U: AuthUser>(n: u32) -> U::Id {
    let value = match U::Id::SOURCE {
        IdSource::Database => Value::Integer(i64::from(n)),
        IdSource::Caller => Value::Text(format!("id-{n}")),
        IdSource::Random => return U::Id::generate().expect("a key that djauth draws"),
    };
    U::Id::from_value(value).expect("a key of its source's kind")
}

/// Adds the `n`th sample user.
pub(crate) async fn add_user<U: AuthUser>(store: &impl UserStore<U>, n: u32) -> U {
    store.insert_user(sample_row::<U>(n)).await.expect("a sample user fits")
}

/// Returns the user with another value in one column.
pub(crate) fn altered<U: AuthUser>(user: &U, column: &str, value: Value) -> U {
    let values = with::<U>(user.to_values().into_iter().map(Some).collect(), column, value);
    U::from_row(&mut ValueRow::new(values.into_iter().flatten())).expect("a row of the model")
}

/// Returns the row with another value in one column.
pub(crate) fn with<U: AuthUser>(
    mut row: Vec<Option<Value>>,
    column: &str,
    value: Value,
) -> Vec<Option<Value>> {
    let (index, _) = U::MODEL.index_of(column).expect("a column of the model");
    row[index] = Some(value);
    row
}
