//! The site of three crates: what a group opens, what it leaves closed, and how soon a change counts.

use browser::{Browser, Program};
use djauth::{Auth, RawPassword, Settings, User, group::Group, manager::NewUser, store::Holder};

const PASSWORD: &str = "correct horse battery staple";

#[tokio::test]
async fn groups_open_and_close_pages_of_every_crate() {
    let program = Program::start(env!("CARGO_BIN_EXE_permissions"));
    let url = format!("sqlite://{}", program.folder().join("permissions.db").display());
    let auth = Auth::<User>::builder().url(url).settings(Settings::development()).build().await;
    let auth = auth.expect("the program's database");
    let ann = NewUser::new("ann").password(RawPassword::new(PASSWORD));
    let ann = auth.create_user(ann).await.expect("a user");
    let (editors, clerks) = (group(&auth, "editors").await, group(&auth, "clerks").await);

    let browser = program.browser();
    assert!(browser.get("/blog/publish/").asks_to_log_in());
    let page = browser.log_in("/blog/publish/", "ann", "wrong");
    assert!(page.status == 200 && page.body.contains("Please enter a correct username and password."));
    let page = browser.log_in("/blog/publish/", "ann", PASSWORD);
    assert_eq!(page.location(), Some("/blog/publish/"));
    assert_eq!(browser.follow(&page).status, 403);
    assert_eq!(statuses(&browser), [200, 403, 403, 403, 403]);

    auth.users().add_to_group(&ann.id, &editors).await.expect("a membership");
    assert_eq!(statuses(&browser), [200, 200, 200, 403, 200]);
    assert_eq!(browser.get("/").body, "/blog/posts/");

    // A clerk sees orders, but the business itself refuses the refund until that is given too.
    auth.users().add_to_group(&ann.id, &clerks).await.expect("a membership");
    assert_eq!(statuses(&browser), [200, 200, 200, 403, 200]);
    let refund = ["shop.refund".parse().expect("a name")];
    auth.users().grant(Holder::User(&ann.id), &refund).await.expect("a permission");
    assert_eq!(browser.get("/refund/7/").body, "Order 7 is paid back.");
    auth.users().remove_from_group(&ann.id, &clerks).await.expect("no membership");
    assert_eq!(statuses(&browser), [200, 200, 200, 403, 403], "an editor with a till sees no figures");

    auth.users().remove_from_group(&ann.id, &editors).await.expect("no membership");
    assert_eq!(statuses(&browser), [200, 403, 403, 403, 403]);

    // The way out is a form; the login page has the token for it.
    let token = browser.get("/accounts/login/").form().fields;
    assert_eq!(browser.post("/accounts/logout/", &token).status, 200);
    assert!(browser.get("/").asks_to_log_in());
    assert_eq!(browser.get("/refund/no-number/").status, 303, "the guard comes before the path is read");
}

/// What a browser gets at each guarded page: the front page, the two of the blog, the two of the shop.
fn statuses(browser: &Browser) -> [u16; 5] {
    ["/", "/blog/posts/", "/blog/publish/", "/refund/7/", "/figures/"].map(|path| browser.get(path).status)
}

async fn group(auth: &Auth<User>, name: &str) -> Group {
    auth.users().get_group(name).await.expect("an answer").expect("the program made it")
}
