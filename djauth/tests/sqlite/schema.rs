//! What does `migrate` create, and what does it leave alone?

use djauth::{AuthUser, Error, store::SqliteStore};

use crate::{
    files::{Place, in_memory, run, texts},
    users::{Guest, Member, User},
};

const SCHEMA: &str =
    "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY name";

/// What Django 5.2 writes for `contenttypes` and `auth`, and djauth's own table behind it, by name.
const DJANGO: &str = include_str!("django_auth.sql");

fn lines(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.starts_with("--")).collect()
}

#[tokio::test]
async fn the_tables_of_djangos_user_are_djangos_to_the_byte() {
    assert_eq!(texts(&in_memory::<User>().await, SCHEMA).await, lines(DJANGO));
}

#[tokio::test]
async fn tables_of_other_users_follow_the_same_rules() {
    let store = in_memory::<Member>().await;
    let created = texts(&store, SCHEMA).await;
    for expected in [
        r#"CREATE TABLE "people" ("handle" varchar(40) NOT NULL PRIMARY KEY, "mail" varchar(254) NOT NULL UNIQUE, "secret" varchar(128) NOT NULL, "seen" datetime NULL, "order" bool NOT NULL, "score" real NOT NULL, "visits" bigint NOT NULL, "age" integer NULL, "picture" BLOB NOT NULL, "note" text NULL, "nickname" varchar(20) NULL UNIQUE)"#,
        r#"CREATE TABLE "people_groups" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "member_id" varchar(40) NOT NULL REFERENCES "people" ("handle") DEFERRABLE INITIALLY DEFERRED, "group_id" integer NOT NULL REFERENCES "auth_group" ("id") DEFERRABLE INITIALLY DEFERRED)"#,
        r#"CREATE INDEX "djauth_session_user_id_ede0b938" ON "djauth_session" ("user_id")"#,
    ] {
        assert!(created.iter().any(|sql| sql == expected), "{expected}\n{created:#?}");
    }
}

#[tokio::test]
async fn users_without_permissions_have_no_links() {
    let store = in_memory::<Guest>().await;
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'guests%'";
    assert_eq!(texts(&store, tables).await, ["guests_guest"]);
}

#[tokio::test]
async fn a_second_migration_has_nothing_to_do() {
    let store = SqliteStore::<User>::connect("sqlite::memory:").await.expect("a database");
    let report = store.migrate().await.expect("a migration");
    assert_eq!(report.tables.len(), 8);
    assert!(report.permissions.contains(&"auth.add_user".to_owned()));
    assert!(report.to_string().starts_with("Created django_content_type, auth_permission, "), "{report}");
    let report = store.migrate().await.expect("a migration");
    assert!(report.is_empty(), "{report}");
    assert_eq!(report.to_string(), "Nothing to migrate.");
}

#[tokio::test]
async fn permissions_are_matched_by_codename_and_never_changed_or_removed() {
    let store = in_memory::<User>().await;
    run(
        &store,
        "UPDATE auth_permission SET name = 'Kann hinzufügen' WHERE codename = 'add_user';
         DELETE FROM auth_permission WHERE codename = 'view_user';
         INSERT INTO auth_permission (content_type_id, codename, name) VALUES (1, 'old', 'Can be old')",
    )
    .await;
    let report = store.migrate().await.expect("a migration");
    assert_eq!(report.to_string(), "Added 1 permission.");
    assert_eq!(report.permissions, ["auth.view_user"]);
    let names =
        "SELECT name FROM auth_permission WHERE codename IN ('add_user', 'view_user', 'old') ORDER BY name";
    assert_eq!(texts(&store, names).await, ["Can be old", "Can view user", "Kann hinzufügen"]);
}

async fn refusal<U: AuthUser>(schema: &'static str) -> String {
    let place = Place::new();
    let store = place.open::<U>().await;
    run(&store, schema).await;
    let before = texts(&store, SCHEMA).await;
    let text = match store.migrate().await {
        Err(Error::ImproperlyConfigured(error)) => error.to_string(),
        other => panic!("the schema was not refused: {other:?}"),
    };
    assert_eq!(texts(&store, SCHEMA).await, before, "nothing is changed");
    text
}

#[tokio::test]
async fn a_schema_that_is_older_or_foreign_is_refused_and_left_alone() {
    let text = refusal::<User>("CREATE TABLE auth_group (id integer PRIMARY KEY, title text)").await;
    assert!(text.contains("the table `auth_group` has no column `name`; add the column"), "{text}");

    // As Django 1.7 left it.
    let text = refusal::<User>(
        "CREATE TABLE django_content_type (id integer NOT NULL PRIMARY KEY, name varchar(100) NOT NULL,
            app_label varchar(100) NOT NULL, model varchar(100) NOT NULL)",
    )
    .await;
    assert!(
        text.contains("`django_content_type` has a column `name` that every new row must fill"),
        "{text}"
    );

    let text =
        refusal::<Guest>("CREATE TABLE guests_guest (id char(32) PRIMARY KEY, username, password)").await;
    assert!(text.contains("the column `id` of the table `guests_guest` does not hold integers"), "{text}");

    let text = refusal::<Member>(
        "CREATE TABLE djauth_session (session_key varchar(64) PRIMARY KEY, session_data text, expire_date datetime,
            created datetime, user_id bigint)",
    )
    .await;
    assert!(text.contains("use a database of this program's own"), "{text}");
}

#[tokio::test]
async fn sessions_of_an_earlier_version_are_to_be_dropped() {
    let store = in_memory::<User>().await;
    run(&store, "ALTER TABLE djauth_session DROP COLUMN user_model").await;
    let expected = "the table `djauth_session` has no column `user_model`; `DROP TABLE djauth_session`, which logs \
                    everybody out, then run `migrate`";
    let problems = store.check_schema().await.expect("a check");
    assert_eq!(
        problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [format!("djauth.E021: {expected}")]
    );
    let refused = store.migrate().await.expect_err("such a table is refused");
    assert_eq!(refused.to_string(), expected);
    run(&store, "DROP TABLE djauth_session").await;
    assert_eq!(store.migrate().await.expect("a migration").tables, ["djauth_session"]);
}
