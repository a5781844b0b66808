//! The tests that every store must pass, over users of every shape.

use djauth::store::{JoinedUser, MemoryStore, SessionRecord, SessionStore, SqliteStore, UserStore};
use djauth_runtime::{
    session::SessionKey,
    test_util::{self, sample_row},
};
use time::{Duration, OffsetDateTime};

use crate::{
    files::{Place, in_memory},
    users::{Guest, Member, Sailor, User},
};

#[tokio::test]
async fn over_djangos_own_user() {
    test_util::store_contract(in_memory::<User>).await;
}

/// In a file, look-ups go over connections of the calling thread.
#[tokio::test]
async fn over_a_file() {
    let place = Place::new();
    let store = place.open::<User>().await;
    let tables = [
        "djauth_session",
        "auth_user_groups",
        "auth_user_user_permissions",
        "auth_group_permissions",
        "auth_group",
        "auth_user",
    ];
    store.migrate().await.expect("a migration");
    let make = async || {
        for table in tables {
            let sql = sqlx::AssertSqlSafe(format!("DELETE FROM {table}"));
            sqlx::query(sql).execute(store.pool()).await.expect("an empty table");
        }
        store.clone()
    };
    test_util::store_contract(make).await;
}

#[tokio::test]
async fn over_text_keys_and_renamed_columns() {
    test_util::store_contract(in_memory::<Member>).await;
}

#[tokio::test]
async fn over_users_without_permissions() {
    test_util::user_store_contract(&in_memory::<Guest>).await;
    test_util::session_store_contract(&in_memory::<Guest>).await;
}

#[tokio::test]
async fn over_columns_of_the_programs_own_types() {
    test_util::user_store_contract(&in_memory::<Sailor>).await;
    test_util::user_store_contract(&async || MemoryStore::<Sailor>::new()).await;
}

#[cfg(feature = "uuid")]
#[tokio::test]
async fn over_drawn_keys() {
    test_util::store_contract(in_memory::<crate::users::Device>).await;
}

#[tokio::test]
async fn s113_sessions_behave_like_a_map() {
    let store = in_memory::<User>().await;
    let make = async || {
        sqlx::query("DELETE FROM djauth_session").execute(store.pool()).await.expect("an empty table");
        store.clone()
    };
    test_util::session_store_behaves_like_a_map(&make, 200).await;
}

/// In memory both stores ask over one pool, in a file each over connections of its own.
#[tokio::test]
async fn over_users_of_two_models_in_one_database() {
    let in_memory = async || {
        let users = in_memory::<User>().await;
        let guests = SqliteStore::<Guest>::from_pool(users.pool().clone());
        guests.migrate().await.expect("a migration");
        (users, guests)
    };
    test_util::shared_session_contract(&in_memory).await;

    let place = Place::new();
    let (users, guests) = (place.open::<User>().await, place.open::<Guest>().await);
    users.migrate().await.expect("a migration");
    guests.migrate().await.expect("a migration");
    let in_a_file = async || {
        sqlx::query("DELETE FROM djauth_session").execute(users.pool()).await.expect("an empty table");
        (users.clone(), guests.clone())
    };
    test_util::shared_session_contract(&in_a_file).await;
}

/// The contract allows a store to leave this to two look-ups, which the pages of the django profile would pay for.
#[tokio::test]
async fn a_user_comes_with_what_they_hold_in_one_statement() {
    let store = in_memory::<User>().await;
    let user = store.insert_user(sample_row::<User>(1)).await.expect("a user");
    let asked = store.statements();
    let found = store.get_user_with_permissions(&user.id).await.expect("a look-up");
    assert!(matches!(found, JoinedUser::Found(found, _) if found.id == user.id));
    assert_eq!(store.statements() - asked, 1);
}

#[tokio::test]
async fn s52_who_is_deleted_leaves_no_session_behind() {
    let store = in_memory::<User>().await;
    let user = store.insert_user(sample_row::<User>(1)).await.expect("a user");
    let (key, now) = (SessionKey::generate().expect("a key").digest(), OffsetDateTime::now_utc());
    let (data, expire_date) = ("what they said".to_owned(), now + Duration::HOUR);
    let record = SessionRecord { data, expire_date, created: now, user_id: Some(user.id) };
    assert!(store.create(&key, &record).await.expect("a session"));
    assert!(store.delete_user(&user.id).await.expect("a deletion"));
    assert!(store.load(&key, now).await.expect("a load").is_none());

    let guests = SqliteStore::<Guest>::from_pool(store.pool().clone());
    guests.migrate().await.expect("a migration");
    let guest = guests.insert_user(sample_row::<Guest>(1)).await.expect("a guest");
    assert_eq!(i64::from(user.id), guest.id);
    assert!(store.create(&key, &record).await.expect("a session"));
    assert!(guests.delete_user(&guest.id).await.expect("a deletion"));
    assert!(store.load(&key, now).await.expect("a load").is_some(), "the session of another model's user");
}
