//! How much is asked of the database?

use djauth::store::{
    GroupStore, Holder, PermissionStore, SessionRecord, SessionStore, SqliteStore, UserStore,
};
use djauth_runtime::{session::SessionKey, test_util::sample_row};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use time::{Duration, OffsetDateTime};

use crate::{files::in_memory, users::User};

#[tokio::test]
async fn a_store_over_the_programs_own_pool_asks_nothing_at_first() {
    let pool = SqlitePoolOptions::new().connect_lazy_with(SqliteConnectOptions::new().in_memory(true));
    let store = SqliteStore::<User>::from_pool(pool);
    assert_eq!((store.statements(), store.pool().size()), (0, 0));
}

#[tokio::test]
async fn session_user_and_permissions_are_one_statement() {
    let store = in_memory::<User>().await;
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

    let before = store.statements();
    store.load(&key, now).await.expect("a load").expect("is live");
    assert_eq!(store.statements() - before, 1);

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
        let djauth::store::JoinedUser::Found(found) = loaded.user else { panic!("the user is there") };
        assert_eq!(found.1.len(), permissions.len() + 1);
    }
}
