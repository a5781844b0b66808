//! The quickstart as its first user meets it: from the set-up link to a page that a group opens and closes.

use browser::{Browser, Page, Program};
use djauth::{Auth, RawPassword, Settings, manager::NewUser, store::Holder};

#[path = "../src/main.rs"]
#[expect(dead_code, reason = "the test takes the struct and starts the program itself")]
mod quickstart;

use quickstart::Member;

const PASSWORD: &str = "correct horse battery staple";

#[tokio::test]
async fn from_the_first_superuser_to_a_member_who_may_publish() {
    let program = Program::start(env!("CARGO_BIN_EXE_quickstart"));

    make_the_first_superuser(&program);
    let superuser = program.browser();
    assert!(superuser.get("/drafts/").asks_to_log_in());
    let page = superuser.log_in("/drafts/", "root@example.org", "wrong");
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Please enter a correct email and password."), "{page:?}");
    let page = superuser.log_in("/drafts/", "root@example.org", PASSWORD);
    assert_eq!(page.location(), Some("/drafts/"));
    assert!(superuser.follow(&page).body.contains("Three drafts"));

    let auth = database(&program).await;
    let ann = NewUser::new("ann@example.org").password(RawPassword::new(PASSWORD)).set("nickname", "Ann");
    let ann = auth.create_user(ann).await.expect("a member");
    let publishers = auth.users().create_group("publishers").await.expect("a group");
    auth.users().add_to_group(&ann.id, &publishers).await.expect("a membership");
    let permissions = ["blog.can_publish".parse().expect("a name")];
    let group = Holder::Group(&publishers);

    let browser = program.browser();
    assert_eq!(browser.log_in("/", "ann@example.org", PASSWORD).location(), Some("/"));
    assert_eq!(browser.get("/").body, "Hello Ann");
    assert_eq!(browser.get("/drafts/").status, 403);
    auth.users().grant(group, &permissions).await.expect("a permission");
    assert_eq!(browser.get("/drafts/").status, 200);
    auth.users().revoke(group, &permissions).await.expect("no permission");
    assert_eq!(browser.get("/drafts/").status, 403, "what was revoked counts no longer on the next request");

    // The way out is a form; the login page has the token for it.
    let token = browser.get("/accounts/login/").form().fields;
    assert!(browser.post("/accounts/logout/", &token).body.contains("Your session on this site has ended."));
    assert!(browser.get("/").asks_to_log_in());

    assert_eq!(browser.log_in("/", "ann@example.org", PASSWORD).status, 303);
    assert!(auth.users().delete_user(&ann.id).await.expect("a user less"));
    assert!(browser.get("/").asks_to_log_in(), "who is deleted is out on the next request");

    send_nonsense(&program);
    assert_eq!(superuser.get("/").body, "Hello root@example.org", "the program still stands");
}

/// Opens the program's database as another process would.
async fn database(program: &Program) -> Auth<Member> {
    let url = format!("sqlite://{}", program.folder().join("quickstart.db").display());
    let auth = Auth::builder().url(url).settings(Settings::development()).build().await;
    auth.expect("the program's database")
}

fn make_the_first_superuser(program: &Program) {
    let path = program.setup_path().expect("there is no superuser yet").to_owned();
    let browser = program.browser();
    let mut wrong = path.clone();
    wrong.replace_range(path.len() - 2.., "--");
    assert_eq!(browser.get(&wrong).status, 404);

    let page = browser.get(&path);
    let send = |password, again| {
        let fields = [("email", "root@example.org"), ("password1", password), ("password2", again)];
        browser.submit(&page, &fields)
    };
    assert!(send(PASSWORD, "something else").body.contains("The two password fields didn’t match."));
    assert!(send("password", "password").body.contains("This password is too common."));
    let bad_name =
        browser.submit(&page, &[("email", "root"), ("password1", PASSWORD), ("password2", PASSWORD)]);
    assert!(bad_name.body.contains("Enter a valid email address."), "{bad_name:?}");
    let forged: Vec<_> = page.form().fields.into_iter().filter(|(name, _)| name == "email").collect();
    assert_eq!(browser.post(&path, &forged).status, 403, "the form's token counts here as well");

    let at_once = [(); 4].map(|()| program.browser());
    let mut statuses = std::thread::scope(|threads| {
        let page = |browser: &Browser| browser.get(&path);
        let tries = at_once.each_ref().map(|browser| (browser, page(browser)));
        let fields = [("email", "root@example.org"), ("password1", PASSWORD), ("password2", PASSWORD)];
        let threads =
            tries.map(|(browser, page)| threads.spawn(move || browser.submit(&page, &fields).status));
        threads.map(|thread| thread.join().expect("an answer"))
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 404, 404, 404], "the link works once, however many use it at once");
    assert_eq!(browser.get(&path).status, 404);
}

/// What no browser sends by itself: each gets the refusal that it deserves, and none a 5xx.
fn send_nonsense(program: &Program) {
    let browser = program.browser();
    let login = browser.get("/accounts/login/");
    let token =
        login.form().fields.into_iter().find(|(name, _)| name == "csrfmiddlewaretoken").expect("a token");
    let send = |fields: &[(&str, &str)]| -> Page {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        browser.post("/accounts/login/", &std::iter::once(token.clone()).chain(fields).collect::<Vec<_>>())
    };
    let missing = send(&[]);
    assert_eq!(missing.status, 400);
    assert!(missing.body.contains("This field is required."), "{missing:?}");
    assert_eq!(send(&[("username", "a"), ("username", "b"), ("password", "c")]).status, 400);
    assert_eq!(send(&[("username", "a\0b"), ("password", "\0")]).status, 400);
    assert_eq!(browser.post("/accounts/login/", &[]).status, 403);
    assert_eq!(browser.get("/accounts/logout/").status, 405);
    assert_eq!(browser.get_with("/", ("Host", "evil.example")).status, 400);

    assert!(program.send_form("/accounts/login/", &[b'x'; 1 << 20]).starts_with("HTTP/1.1 413"));
    assert!(program.send_form("/accounts/login/", b"\xff=%zz&=&&").starts_with("HTTP/1.1 400"));

    for cookie in ["sessionid=", "sessionid=\u{e9}", "sessionid=a; sessionid=b", "=;;=", "sessionid=ABCDEF"] {
        let page = Browser::get_with(&program.browser(), "/", ("Cookie", cookie));
        assert!(page.asks_to_log_in(), "{cookie:?}: {page:?}");
    }
}
