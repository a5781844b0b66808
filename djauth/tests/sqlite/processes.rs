//! Several processes on one new database.

use std::{
    env,
    process::{Command, Stdio},
};

use djauth::store::PermissionStore;

use crate::{
    files::{Place, texts},
    users::User,
};

const URL: &str = "DJAUTH_TEST_DATABASE";

/// Runs in the processes that the next test starts; by itself it has no database and nothing to do.
#[tokio::test]
async fn one_of_several_processes() {
    let Ok(url) = env::var(URL) else { return };
    let store = djauth::store::SqliteStore::<User>::connect(&url).await.expect("a database");
    let report = store.migrate().await.expect("a migration");
    println!("\nCREATED {}", report.tables.len());
}

#[tokio::test]
async fn processes_that_migrate_at_once_create_everything_once() {
    let place = Place::new();
    let program = env::current_exe().expect("the test's own program");
    let processes: Vec<_> = (0..6)
        .map(|_| {
            let mut process = Command::new(&program);
            process.args(["--exact", "processes::one_of_several_processes", "--nocapture"]);
            process.env(URL, place.url()).stdout(Stdio::piped()).spawn().expect("a process")
        })
        .collect();
    let mut created: Vec<String> = Vec::new();
    for process in processes {
        let output = process.wait_with_output().expect("an end");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{text}");
        created.extend(text.lines().filter_map(|line| line.strip_prefix("CREATED ")).map(str::to_owned));
    }
    created.sort();
    assert_eq!(created, ["0", "0", "0", "0", "0", "8"]);

    let store = place.open::<User>().await;
    let doubled =
        "SELECT codename FROM auth_permission GROUP BY content_type_id, codename HAVING count(*) > 1";
    assert!(texts(&store, doubled).await.is_empty());
    assert!(!store.known_permissions().await.expect("permissions").is_empty());
}
