//! How much is asked of the database?

use djauth::{
    Error, PermissionName,
    store::{
        GroupStore, Holder, JoinedUser, PermissionStore, SessionRecord, SessionStore, SqliteStore, StoredKey,
        UserStore,
    },
};
use djauth_runtime::{session::SessionKey, test_util::sample_row};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use time::{Duration, OffsetDateTime};

use crate::{
    files::{Place, in_memory},
    users::User,
};

#[tokio::test]
async fn a_store_over_the_programs_own_pool_asks_nothing_at_first() {
    let pool = SqlitePoolOptions::new().connect_lazy_with(SqliteConnectOptions::new().in_memory(true));
    let store = SqliteStore::<User>::from_pool(pool);
    assert_eq!((store.statements(), store.pool().size()), (0, 0));
}

#[tokio::test]
async fn session_user_and_permissions_are_one_statement_in_memory() {
    session_user_and_permissions_are_one_statement(in_memory().await).await;
}

#[tokio::test]
async fn session_user_and_permissions_are_one_statement_in_a_file() {
    let place = Place::new();
    let store = place.open().await;
    store.migrate().await.expect("a migration");
    session_user_and_permissions_are_one_statement(store).await;
}

async fn session_user_and_permissions_are_one_statement(store: SqliteStore<User>) {
    let user = store.insert_user(sample_row::<User>(1)).await.expect("a user");
    let permissions = store.known_permissions().await.expect("permissions");
    let group = store.create_group("Editors").await.expect("a group");
    store.add_to_group(&user.id, &group).await.expect("a membership");
    store.grant(Holder::User(&user.id), &permissions[..5]).await.expect("a grant");
    store.grant(Holder::Group(&group), &permissions[3..]).await.expect("a grant");
    let (key, now) = (SessionKey::generate().expect("a key").digest(), OffsetDateTime::now_utc());
    let record = SessionRecord {
        data: "data".to_owned(),
        expire_date: now + Duration::HOUR,
        created: now,
        user_id: Some(user.id),
    };
    store.create(&key, &record).await.expect("a session");

    for _ in 0..2 {
        let before = store.statements();
        store.load(&key, now).await.expect("a load").expect("is live");
        assert_eq!(store.statements() - before, 1);
    }

    // A permission that appears while the program runs costs one statement, once.
    let sql =
        "INSERT INTO auth_permission (content_type_id, codename, name) VALUES (1, 'late', 'Can be late')";
    sqlx::query(sql).execute(store.pool()).await.expect("a permission");
    let sql = "INSERT INTO auth_user_user_permissions (user_id, permission_id) SELECT 1, max(id) FROM auth_permission";
    sqlx::query(sql).execute(store.pool()).await.expect("a grant");
    for expected in [2, 1] {
        let before = store.statements();
        let loaded = store.load(&key, now).await.expect("a load").expect("is live");
        assert_eq!(store.statements() - before, expected);
        let JoinedUser::Found(_, found) = loaded.user else { panic!("the user is there") };
        assert_eq!(found.len(), permissions.len() + 1);
    }
}

#[tokio::test]
async fn s8_a_store_whose_pool_is_closed_is_unavailable() {
    let place = Place::new();
    let store = place.open::<User>().await;
    store.migrate().await.expect("a migration");
    assert!(store.get_user(&1).await.expect("a look-up").is_none());
    store.pool().close().await;
    assert!(matches!(store.get_user(&1).await, Err(Error::Unavailable(_))));
}

#[tokio::test]
async fn s90_what_another_process_revokes_is_gone_on_the_next_load() {
    let place = Place::new();
    let (ours, others) = (place.open::<User>().await, place.open::<User>().await);
    ours.migrate().await.expect("a migration");
    let user = ours.insert_user(sample_row::<User>(1)).await.expect("a user");
    let name = "auth.view_user".parse().expect("a name");
    let permissions = std::slice::from_ref(&name);
    let (key, now) = (SessionKey::generate().expect("a key").digest(), OffsetDateTime::now_utc());
    let record = SessionRecord {
        data: "data".to_owned(),
        expire_date: now + Duration::HOUR,
        created: now,
        user_id: Some(user.id),
    };
    ours.create(&key, &record).await.expect("a session");
    for _ in 0..3 {
        others.grant(Holder::User(&user.id), permissions).await.expect("a grant");
        for _ in 0..3 {
            assert!(holds(&ours, &key, now, &name).await);
        }
        others.revoke(Holder::User(&user.id), permissions).await.expect("an end");
        for _ in 0..3 {
            assert!(!holds(&ours, &key, now, &name).await);
        }
    }
}

#[tokio::test]
async fn s90_what_is_given_by_name_is_the_row_of_that_name_now() {
    let store = in_memory::<User>().await;
    let user = store.insert_user(sample_row::<User>(1)).await.expect("a user");
    store.known_permissions().await.expect("the names as they were");
    // What a migration of a Django beside it does to a model's rows.
    for (old, new) in [("view_user", "kept"), ("add_user", "view_user"), ("kept", "add_user")] {
        let sql = "UPDATE auth_permission SET codename = ? WHERE codename = ?";
        sqlx::query(sql).bind(new).bind(old).execute(store.pool()).await.expect("a renamed row");
    }
    let name = "auth.view_user".parse().expect("a name");
    store.grant(Holder::User(&user.id), &[name]).await.expect("a grant");
    let sql = "SELECT codename FROM auth_user_user_permissions JOIN auth_permission ON permission_id = auth_permission.id";
    let given: Vec<String> = sqlx::query_scalar(sql).fetch_all(store.pool()).await.expect("the rows");
    assert_eq!(given, ["view_user"]);
}

async fn holds(
    store: &SqliteStore<User>,
    key: &StoredKey,
    now: OffsetDateTime,
    name: &PermissionName,
) -> bool {
    let loaded = store.load(key, now).await.expect("a load").expect("is live");
    let JoinedUser::Found(_, found) = loaded.user else { panic!("the user is there") };
    found.contains(name).expect("sound declarations")
}
