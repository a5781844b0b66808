//! A live Django on the same database: the independent judge of tables and rows.
//!
//! `DJAUTH_DJANGO_PYTHON` may name a Python that has Django; else a virtual environment is made. Without either the
//! tests are skipped, and say so; under `CI=true` they fail.

use std::{
    env,
    io::{self, Write},
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use djauth::{
    AuthUser, PasswordHash,
    store::{GroupStore, Holder, PermissionStore, SqliteStore, UserStore},
};
use djauth_runtime::model::Value;
use time::macros::datetime;

use crate::{
    files::Place,
    users::{Member, User},
};

/// Returns a Python that has Django, or `None` after saying why there is none.
pub(crate) fn python() -> Option<&'static Path> {
    static PYTHON: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let python = PYTHON.get_or_init(|| match env::var_os("DJAUTH_DJANGO_PYTHON") {
        Some(python) => Ok(python.into()),
        None => make_environment(),
    });
    match python {
        Ok(python) => Some(python),
        Err(why) if env::var_os("CI").is_some_and(|ci| ci == "true") => panic!("no Django to ask: {why}"),
        Err(why) => {
            // Past the harness, which keeps to itself what a test prints that passes.
            let _ = writeln!(io::stdout(), "skipped: no Django to ask: {}", why.trim_end());
            None
        }
    }
}

fn make_environment() -> Result<PathBuf, String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/conformance/django/venv.sh");
    let environment = Path::new(env!("CARGO_TARGET_TMPDIR")).join("django");
    let output =
        Command::new("sh").arg(script).arg(environment).output().map_err(|error| error.to_string())?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim().into())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

/// A Django site.
pub(crate) struct Site<'a> {
    pub(crate) python: &'static Path,
    pub(crate) database: &'a Place,
    pub(crate) user_model: &'static str,
}

impl Site<'_> {
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let script =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sqlite/django_site/site_under_test.py");
        let mut command = Command::new(self.python);
        command.arg("-B").arg(script).arg(self.database.file()).arg(self.user_model).args(arguments);
        let output = command.output().expect("Python starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }
}

/// Asserts that Django sees no difference between the tables that djauth made and its own.
async fn compare_tables<U: AuthUser>(user_model: &'static str) {
    let Some(python) = python() else { return };
    let (ours, djangos) = (Place::new(), Place::new());
    ours.open::<U>().await.migrate().await.expect("a migration");
    Site { python, database: &djangos, user_model }.run(&["migrate"]);
    let described = |database| Site { python, database, user_model }.run(&["describe"]);
    assert_eq!(described(&ours), described(&djangos));
}

#[tokio::test]
async fn django_sees_its_own_tables() {
    compare_tables::<User>("auth.User").await;
}

#[tokio::test]
async fn django_sees_its_own_tables_for_a_custom_user() {
    compare_tables::<Member>("accounts.Member").await;
}

fn row(username: &str) -> Vec<Option<Value>> {
    let text = |text: &str| Some(Value::Text(text.to_owned()));
    vec![
        None,
        text("!unusable"),
        Some(Value::DateTime(datetime!(2025-03-01 13:00 +01))),
        Some(Value::Boolean(false)),
        text(username),
        text("Lovelace"),
        text("ada@example.com"),
        Some(Value::Boolean(true)),
        Some(Value::Boolean(true)),
        Some(Value::DateTime(datetime!(2025-03-01 12:00:00.25 UTC))),
        text("Ada"),
    ]
}

async fn add_ada(store: &SqliteStore<User>) {
    let ada = store.insert_user(row("ada")).await.expect("a user");
    let editors = store.create_group("Editors").await.expect("a group");
    let name = |name: &str| name.parse().expect("a name");
    store.add_to_group(&ada.id, &editors).await.expect("a membership");
    store.grant(Holder::Group(&editors), &[name("auth.add_group")]).await.expect("a grant");
    store.grant(Holder::User(&ada.id), &[name("auth.view_user")]).await.expect("a grant");
}

/// What Django must say of the user that djauth added.
const ADA: &str = r#"{"columns": {"date_joined": "2025-03-01 12:00:00.250000+00:00", "email": "ada@example.com", "first_name": "Ada", "id": 1, "is_active": true, "is_staff": true, "is_superuser": false, "last_login": "2025-03-01 12:00:00+00:00", "last_name": "Lovelace", "password": "!unusable", "username": "ada"}, "groups": ["Editors"], "permissions": ["auth.add_group", "auth.view_user"], "recent": 1}"#;

/// Asserts that djauth reads the user that Django added.
async fn check_grace(store: &SqliteStore<User>) {
    let grace = store.get_user_by_username("grace").await.expect("a look-up").expect("is there");
    assert_eq!(grace.email, "Grace@example.com");
    assert!(grace.is_active && !grace.is_superuser && grace.password.expose().starts_with('!'));
    assert_eq!(grace.date_joined, datetime!(2025-03-01 12:00:00.25 UTC));
    assert_eq!(grace.last_login, Some(datetime!(2025-03-01 12:00 UTC)));
    let groups = store.groups_of(&grace.id).await.expect("groups");
    assert_eq!(groups.into_iter().map(|group| group.name).collect::<Vec<_>>(), ["Authors"]);
    let permissions = store.all_permissions(&grace.id).await.expect("permissions");
    let mut names: Vec<_> = permissions.iter().collect();
    names.sort_unstable();
    assert_eq!(names, ["auth.add_group", "auth.view_user", "sessions.view_session"]);

    let (old, new) = (grace.password.clone(), PasswordHash::from_stored("!other"));
    assert!(store.replace_password(&grace.id, &old, &new).await.expect("a replacement"));
    assert!(store.delete_user(&grace.id).await.expect("a deletion"), "Django's links go with her");
}

#[tokio::test]
async fn django_works_on_a_database_that_djauth_made() {
    let Some(python) = python() else { return };
    let place = Place::new();
    let store = place.open::<User>().await;
    store.migrate().await.expect("a migration");
    let django = Site { python, database: &place, user_model: "auth.User" };
    django.run(&["adopt"]);
    add_ada(&store).await;
    assert_eq!(django.run(&["show", "ada"]), ADA);
    django.run(&["create"]);
    check_grace(&store).await;
}

#[tokio::test]
async fn djauth_works_on_a_database_that_django_made() {
    let Some(python) = python() else { return };
    let place = Place::new();
    let django = Site { python, database: &place, user_model: "auth.User" };
    django.run(&["migrate"]);
    let store = place.open::<User>().await;
    let report = store.migrate().await.expect("a migration");
    assert_eq!(report.tables, ["djauth_session"]);
    assert!(report.permissions.is_empty(), "Django's own permissions have Django's names: {report:?}");
    assert_eq!(store.check_schema().await.expect("a check"), []);
    add_ada(&store).await;
    assert_eq!(django.run(&["show", "ada"]), ADA);
    django.run(&["create"]);
    check_grace(&store).await;
}
