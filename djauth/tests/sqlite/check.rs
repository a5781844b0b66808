//! What is wrong with the database, and what to do about it?

use djauth::{
    Error,
    store::{SessionStore, SqliteStore, UserStore},
};
use djauth_runtime::{
    check::{CheckMessage, Level},
    session::SessionKey,
    test_util::sample_row,
};
use time::OffsetDateTime;

use crate::{
    files::{Place, in_memory, run},
    users::{Guest, Member, User},
};

fn texts(problems: &[CheckMessage]) -> Vec<String> {
    problems.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn an_empty_database_needs_migrate() {
    let place = Place::new();
    let store = place.open::<User>().await;
    let problems = store.check_schema().await.expect("a check");
    assert_eq!(texts(&problems), ["djauth.E020: the database has no tables yet; run `migrate`"]);

    run(&store, "CREATE TABLE auth_group (id integer PRIMARY KEY, name varchar(150) NOT NULL UNIQUE)").await;
    let problems = store.check_schema().await.expect("a check");
    assert_eq!(problems.len(), 7, "each that is missing is named where some are there");
    for problem in problems {
        assert_eq!(problem.level, Level::Error);
        assert!(problem.to_string().ends_with("; run `migrate`"), "{problem}");
    }
}

#[tokio::test]
async fn a_pool_whose_database_lacks_something_names_the_remedy() {
    let place = Place::new();
    let store = place.open::<User>().await;
    let missing = store.get_user_by_username("ann").await.expect_err("no table").to_string();
    assert!(missing.contains("no such table") && missing.contains("; run `migrate`"), "{missing}");
    run(&store, "CREATE TABLE auth_user (id integer PRIMARY KEY)").await;
    let narrow = store.insert_user(sample_row::<User>(1)).await.expect_err("no column").to_string();
    assert!(narrow.contains("has no column named") && narrow.contains("; run `check`"), "{narrow}");

    let store = in_memory::<User>().await;
    run(&store, "ALTER TABLE djauth_session DROP COLUMN user_model").await;
    let key = SessionKey::generate().expect("a key").digest();
    let narrow = store.load(&key, OffsetDateTime::now_utc()).await.expect_err("no column").to_string();
    assert!(narrow.contains("no such column") && narrow.contains("; run `check`"), "{narrow}");
}

#[tokio::test]
async fn a_migrated_database_is_sound() {
    assert_eq!(in_memory::<User>().await.check_schema().await.expect("a check"), []);
    assert_eq!(in_memory::<Member>().await.check_schema().await.expect("a check"), []);
}

#[tokio::test]
async fn names_that_only_one_side_knows_are_warnings() {
    let store = in_memory::<User>().await;
    run(
        &store,
        "UPDATE auth_permission SET codename = 'chnage_user' WHERE codename = 'change_user';
         INSERT INTO auth_permission (content_type_id, codename, name) VALUES (1, 'refund_all', 'Can refund')",
    )
    .await;
    let problems = store.check_schema().await.expect("a check");
    assert!(problems.iter().all(|problem| problem.level == Level::Warning));
    assert_eq!(
        texts(&problems),
        [
            "djauth.W021: the permission `auth.change_user` has no row in `auth_permission`; run `migrate`",
            "djauth.W022: no code declares the permission `auth.chnage_user` of the database; did you mean `auth.change_user`?",
            "djauth.W022: no code declares the permission `auth.refund_all` of the database; declare it with `#[permissions]`, or \
             name its crate: `use shop as _;`",
        ]
    );
}

#[tokio::test]
async fn a_column_that_the_struct_does_not_fill_is_a_warning() {
    let store = in_memory::<User>().await;
    run(
        &store,
        "DROP TABLE auth_user;
         CREATE TABLE auth_user (id integer PRIMARY KEY, password varchar(128) NOT NULL, last_login datetime,
            is_superuser bool, username varchar(150) UNIQUE, last_name, email, is_staff, is_active, date_joined, first_name,
            phone varchar(20) NOT NULL)",
    )
    .await;
    let problems = store.check_schema().await.expect("a check");
    assert_eq!(
        texts(&problems),
        [
            "djauth.W020: the table `auth_user` has a column `phone` that every new row must fill; add the field to the struct, or \
          give the column a default"
        ]
    );
    assert_eq!(problems[0].level, Level::Warning);
}

#[tokio::test]
async fn users_whose_keys_are_of_another_kind_share_no_table_of_sessions() {
    let users = in_memory::<User>().await;
    let members = SqliteStore::<Member>::from_pool(users.pool().clone());
    let refused = members.migrate().await.expect_err("a table for other keys").to_string();
    let told = "the column `user_id` of the table `djauth_session` does not hold text; the table was made for users whose \
                keys are of another kind";
    assert!(refused.contains(told), "{refused}");
}

#[tokio::test]
async fn s14_a_table_that_lets_two_users_have_one_name_is_an_error() {
    let store = in_memory::<Guest>().await;
    for index in [
        "",
        "CREATE UNIQUE INDEX some ON guests_guest (username) WHERE password <> ''",
        "CREATE UNIQUE INDEX both ON guests_guest (username, password)",
        "CREATE UNIQUE INDEX lowered ON guests_guest (lower(username))",
        "CREATE INDEX plain ON guests_guest (username)",
    ] {
        run(
            &store,
            "DROP TABLE guests_guest;
             CREATE TABLE guests_guest (id integer PRIMARY KEY, username varchar(30), password varchar(128))",
        )
        .await;
        run(&store, index).await;
        let expected = "the table `guests_guest` lets two rows have the same `username`; remove what is there twice, \
                        then `CREATE UNIQUE INDEX ... ON guests_guest (username)`";
        let problems = store.check_schema().await.expect("a check");
        assert_eq!(texts(&problems), [format!("djauth.E023: {expected}")], "{index}");
        assert_eq!(problems[0].level, Level::Error);
        let refused = store.migrate().await.expect_err("such a table is refused");
        assert!(refused.to_string().ends_with(expected), "{refused}");
    }
    run(&store, "CREATE UNIQUE INDEX apart ON guests_guest (username)").await;
    assert_eq!(store.check_schema().await.expect("a check"), []);
}

#[tokio::test]
async fn s14_a_column_that_says_who_may_log_in_is_not_left_unasked() {
    let store = in_memory::<Guest>().await;
    run(&store, "ALTER TABLE guests_guest ADD COLUMN is_active bool NOT NULL DEFAULT 1").await;
    for rename in ["", "ALTER TABLE guests_guest RENAME COLUMN is_active TO IS_ACTIVE"] {
        run(&store, rename).await;
        let problems = store.check_schema().await.expect("a check");
        let [problem] = problems.try_into().expect("one problem");
        assert_eq!((problem.level, problem.id), (Level::Error, "djauth.E024"), "{rename}");
        assert!(
            store.migrate().await.expect_err("such a table is refused").to_string().contains(&problem.hint)
        );
    }
}

#[tokio::test]
async fn s14_of_two_users_of_one_name_none_is_chosen() {
    let place = Place::new();
    for store in [in_memory::<Guest>().await, place.open::<Guest>().await] {
        run(
            &store,
            "DROP TABLE IF EXISTS guests_guest;
             CREATE TABLE guests_guest (id integer PRIMARY KEY, username varchar(30), password varchar(128));
             INSERT INTO guests_guest (username, password) VALUES ('ann', '1'), ('ann', '2'), ('bob', '3')",
        )
        .await;
        let ann = store.get_user_by_username("ann").await;
        assert!(matches!(ann, Err(Error::ImproperlyConfigured(_))), "{ann:?}");
        let bob = store.get_user_by_username("bob").await.expect("a look-up").expect("a user");
        assert_eq!(bob.id, 3);
    }
}
