//! Many at once over one file: nobody is turned away, and nothing comes back.

use std::future::Future;

use djauth::{
    PasswordHash,
    store::{SessionRecord, SessionStore, SqliteStore, StoredKey, UserStore},
};
use djauth_runtime::{session::SessionKey, test_util::sample_row};
use time::{Duration, OffsetDateTime};
use tokio::task::JoinSet;

use crate::{files::Place, users::User};

const AT_ONCE: usize = 8;
const ROUNDS: usize = 25;

async fn place() -> (Place, SqliteStore<User>) {
    let place = Place::new();
    let store = place.open().await;
    store.migrate().await.expect("a migration");
    (place, store)
}

fn key() -> StoredKey {
    SessionKey::generate().expect("a key").digest()
}

fn record(now: OffsetDateTime) -> SessionRecord<User> {
    SessionRecord { data: "data".to_owned(), expire_date: now + Duration::HOUR, created: now, user_id: None }
}

/// Runs something many times at once, each over a store of its own task, and returns how often it said yes.
async fn at_once<F: Future<Output = bool> + Send + 'static>(make: impl Fn() -> F) -> usize {
    let mut tasks = JoinSet::new();
    for _ in 0..AT_ONCE {
        tasks.spawn(make());
    }
    tasks.join_all().await.into_iter().filter(|yes| *yes).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn s105_writers_wait_for_each_other() {
    let (_place, store) = place().await;
    let now = OffsetDateTime::now_utc();
    for _ in 0..ROUNDS {
        let created = at_once(|| {
            let store = store.clone();
            async move { store.create(&key(), &record(now)).await.expect("a session") }
        });
        assert_eq!(created.await, AT_ONCE);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s105_one_key_is_created_once_and_rotated_once() {
    let (_place, store) = place().await;
    let now = OffsetDateTime::now_utc();
    for _ in 0..ROUNDS {
        let shared = key();
        let created = at_once(|| {
            let (store, shared) = (store.clone(), shared.clone());
            async move { store.create(&shared, &record(now)).await.expect("an answer") }
        });
        assert_eq!(created.await, 1);
        let rotated = at_once(|| {
            let (store, shared) = (store.clone(), shared.clone());
            async move { store.rotate(&shared, &key(), &record(now)).await.expect("an answer") }
        });
        assert_eq!(rotated.await, 1);
        assert!(store.load(&shared, now).await.expect("a load").is_none());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s105_a_save_beside_a_logout_brings_nothing_back() {
    let (_place, store) = place().await;
    let now = OffsetDateTime::now_utc();
    for _ in 0..ROUNDS {
        let shared = key();
        assert!(store.create(&shared, &record(now)).await.expect("a session"));
        let saves = at_once(|| {
            let (store, shared) = (store.clone(), shared.clone());
            async move { store.save(&shared, &record(now)).await.expect("an answer") }
        });
        let (_, deleted) = tokio::join!(saves, store.delete(&shared));
        deleted.expect("a deletion");
        assert!(store.load(&shared, now).await.expect("a load").is_none());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s105_a_password_is_replaced_once() {
    let (_place, store) = place().await;
    let user = store.insert_user(sample_row::<User>(1)).await.expect("a user");
    let mut old = user.password.clone();
    for round in 0..ROUNDS {
        let new = PasswordHash::from_stored(format!("round {round}"));
        let replaced = at_once(|| {
            let (store, old, new) = (store.clone(), old.clone(), new.clone());
            async move { store.replace_password(&user.id, &old, &new).await.expect("an answer") }
        });
        assert_eq!(replaced.await, 1);
        old = new;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s111_many_sessions_are_cleared_beside_writers() {
    let (_place, store) = place().await;
    let now = OffsetDateTime::now_utc();
    let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3500) \
               INSERT INTO djauth_session (session_key, session_data, expire_date, created, user_model) \
               SELECT i, 'data', '2000-01-01 00:00:00', '2000-01-01 00:00:00', 'auth.user' FROM n";
    sqlx::query(sql).execute(store.pool()).await.expect("sessions");
    let live = key();
    assert!(store.create(&live, &record(now)).await.expect("a session"));
    let writers = at_once(|| {
        let store = store.clone();
        async move { store.create(&key(), &record(now)).await.expect("a session") }
    });
    let (cleared, created) = tokio::join!(store.clear_expired(now), writers);
    assert_eq!((cleared.expect("a clearing"), created), (3500, AT_ONCE));
    assert!(store.load(&live, now).await.expect("a load").is_some());
}
