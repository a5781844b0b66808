//! People by username and address, a robot by token: who is let in where, and who no longer.

use browser::Program;
use custom_backend::{Account, digest};
use djauth::{Auth, RawPassword, Settings, manager::NewUser, store::Holder};

const PASSWORD: &str = "correct horse battery staple";
const TOKEN: &str = "bMkz7sFq1xT0vNcRj5yWd9uHa3eLg6pQ";

#[tokio::test]
async fn each_backend_vouches_for_its_own() {
    let program = Program::start(env!("CARGO_BIN_EXE_custom-backend"));
    let url = format!("sqlite://{}", program.folder().join("custom-backend.db").display());
    let auth = Auth::<Account>::builder().url(url).settings(Settings::development()).build().await;
    let auth = auth.expect("the program's database");
    let person =
        |name: &str, email: &str| NewUser::new(name).password(RawPassword::new(PASSWORD)).set("email", email);
    let ann = auth.create_user(person("ann", "ann@example.org")).await.expect("an account");
    auth.create_user(person("bob", "shared@example.org")).await.expect("an account");
    auth.create_user(person("cat", "shared@example.org")).await.expect("an account");
    let robot = NewUser::new("robot").set("email", "robot@example.org").set("token_digest", digest(TOKEN));
    let robot = auth.create_user(robot).await.expect("an account");

    let browser = program.browser();
    assert!(browser.get("/reports/").asks_to_log_in());
    for (name, password) in [
        ("ann@example.org", "wrong"),
        ("nobody@example.org", PASSWORD),
        ("shared@example.org", PASSWORD),
        ("robot@example.org", TOKEN),
        ("robot", ""),
    ] {
        let page = browser.log_in("/reports/", name, password);
        assert!(page.location().is_none() && page.status < 500, "{name}: {page:?}");
    }
    for name in ["ann", "ann@EXAMPLE.org"] {
        assert_eq!(browser.log_in("/reports/", name, PASSWORD).location(), Some("/reports/"), "{name}");
        assert_eq!(browser.get("/").body, "Hello ann");
    }

    assert_eq!(browser.get("/reports/").status, 403);
    let readers = auth.users().create_group("readers").await.expect("a group");
    auth.users().add_to_group(&ann.id, &readers).await.expect("a membership");
    let permissions = ["reports.view_report".parse().expect("a name")];
    auth.users().grant(Holder::Group(&readers), &permissions).await.expect("a permission");
    assert_eq!(browser.get("/reports/").status, 200);
    auth.users().revoke(Holder::Group(&readers), &permissions).await.expect("no permission");
    assert_eq!(browser.get("/reports/").status, 403);
    let token = browser.get("/accounts/login/").form().fields;
    assert_eq!(browser.post("/accounts/logout/", &token).status, 200);
    assert!(browser.get("/").asks_to_log_in());

    // A robot holds by its backend what no table gives it.
    let machine = program.browser();
    for header in ["Bearer wrong", "Bearer ", "Basic cm9ib3Q6"] {
        assert_eq!(machine.post_with("/session/", ("Authorization", header)).status, 401, "{header:?}");
    }
    assert_eq!(machine.post_with("/session/", ("Authorization", &format!("Bearer {TOKEN}"))).status, 204);
    assert_eq!(machine.get("/").body, "Hello robot");
    assert_eq!(machine.get("/reports/").body, "All is well.");
    assert!(auth.users().delete_user(&robot.id).await.expect("an account less"));
    assert!(machine.get("/reports/").asks_to_log_in());
}
