//! What does the log say? The remedy, and no secret.

use std::{
    io,
    sync::{Arc, Mutex},
};

use axum::{Router, routing};
use djauth::{
    Auth, Error, PermissionName, RawPassword, Settings,
    axum::routing::get,
    manager::NewUser,
    store::{Holder, MemoryStore},
};
use djauth_runtime::clock::SettableClock;
use time::{Duration, macros::datetime};
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;

use crate::{
    browser::{Browser, FORM},
    site::{ANN, BEN, PASSWORD, Post, Site, asset, home, memory},
};

/// Everything that is logged on this thread.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub(crate) fn start() -> (Self, DefaultGuard) {
        let log = Self::default();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(log.clone())
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .finish();
        (log, tracing::subscriber::set_default(subscriber))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Returns the security events of a log, and what stands before them in their lines.
fn events(text: &str) -> (Vec<&str>, Vec<&str>) {
    text.lines().filter_map(|line| line.split_once(" djauth::security: ")).unzip()
}

async fn forgotten() -> &'static str {
    "secret"
}

#[tokio::test]
async fn s7_every_500_names_its_remedy_in_one_line() {
    let auth = memory(Settings::development()).await;
    let unguarded = Router::new().route("/", routing::get(forgotten)).layer(auth.layer());
    let twice = Router::new().route("/", get(asset)).layer(auth.layer()).layer(auth.layer());
    for (router, remedy) in [
        (
            Router::new().route("/", get(home)),
            "add `.layer(auth.layer())` to the router, after its last route",
        ),
        (unguarded, "put `#[login_required]` or `#[permission_required(...)]` on it"),
        (twice, "keep `.layer(auth.layer())` on the outermost router only"),
    ] {
        let (log, _guard) = Log::start();
        assert_eq!(Browser::new(router, "localhost").get("/").await.status, 500);
        let text = log.text();
        let errors: Vec<_> = text.lines().filter(|line| line.contains("ERROR")).collect();
        assert!(errors.len() == 1 && errors[0].contains(remedy), "{text}");
    }
}

#[tokio::test]
async fn s101_what_a_request_says_is_logged_with_escapes() {
    let site = Site::deployed().await;
    let mut browser = site.browser();
    let (log, _guard) = Log::start();
    let request = browser.request(http::Method::POST, "/comment").header("content-type", FORM);
    let request = request.header("origin", "https://evil.example\tERROR all is lost");
    assert_eq!(browser.go(request, "").await.status, 403);
    let text = log.text();
    assert!(text.contains("djauth::csrf") && text.contains("evil.example\\tERROR"), "{text}");
}

#[tokio::test]
async fn s86_a_scanner_does_not_flood_the_log_with_hosts() {
    let clock = SettableClock::new(datetime!(2026-01-01 00:00 UTC));
    let store = MemoryStore::new();
    let auth = Auth::builder().stores(store.clone(), store).settings(Settings::development());
    let site = Site::of(auth.clock(clock.clone()).build().await.unwrap());
    let (log, _guard) = Log::start();
    let mut scanner = Browser::new(site.router.clone(), "evil.example");
    for _ in 0..3 {
        assert_eq!(scanner.get("/").await.status, 400);
    }
    clock.advance(Duration::minutes(1));
    scanner.get("/").await;
    let text = log.text();
    let lines: Vec<_> = text.lines().filter(|line| line.contains("evil.example")).collect();
    let warnings = lines.iter().filter(|line| line.contains("WARN")).count();
    assert_eq!((lines.len(), warnings), (4, 2), "{text}");
}

#[tokio::test]
async fn s80_a_site_that_is_reached_over_plain_http_is_told_what_it_lacks() {
    let site = Site::deployed().await;
    for (origin, is_told) in [("http://shop.example", true), ("http://evil.example", false)] {
        let mut browser = site.browser();
        let (log, _guard) = Log::start();
        let request = browser.request(http::Method::POST, "/accounts/login/").header("content-type", FORM);
        assert_eq!(browser.go(request.header("origin", origin), "").await.status, 403);
        let text = log.text();
        assert!(text.contains(r#"path="/accounts/login/""#), "the whole path: {text}");
        assert_eq!(text.contains("the site is expected over https"), is_told, "{text}");
    }
}

#[tokio::test]
async fn s101_logins_failures_logouts_and_denials_are_logged_by_id() {
    let site = Site::new().await;
    let ann = site.user(ANN).await;
    let (log, _guard) = Log::start();
    let mut browser = site.browser();
    browser.get("/").await;
    browser.log_in("/accounts/login/", ANN, "wrong").await;
    browser.log_in("/accounts/login/", ANN, PASSWORD).await;
    let key = browser.session().unwrap().to_owned();
    browser.get("/publish/1").await;
    let token = browser.token("/edit").await;
    browser.post("/accounts/logout/", &[("csrfmiddlewaretoken", &token)]).await;

    let text = log.text();
    let (before, events) = events(&text);
    let id = ann.id;
    assert_eq!(
        events,
        [
            "access denied rule=Login".to_owned(),
            "login failed".to_owned(),
            format!("logged in user_id={id}"),
            format!("access denied user_id={id} rule=Permission(Permission(blog.can_publish))"),
            format!("logged out user_id={id}"),
        ]
    );
    assert!(before[1].ends_with("WARN"), "{text}");
    for secret in [ANN, PASSWORD, "wrong", &key, &token] {
        assert!(!events.iter().any(|event| event.contains(secret)), "{secret}: {text}");
    }
}

#[tokio::test]
async fn s101_changes_of_users_and_their_rights_are_logged_by_id() {
    for site in [Site::new().await, Site::sqlite().await] {
        let (log, _guard) = Log::start();
        let (users, password) = (site.auth.users(), RawPassword::new(PASSWORD));
        let mut ann = site.user(ANN).await;
        let boss = site.auth.create_superuser(NewUser::new(BEN)).await.unwrap();
        site.auth.set_password(&mut ann, &password).await.unwrap();
        let editors = users.create_group("Editors").await.unwrap();
        let name = "blog.can_publish";
        // What is given already or was never given is no event.
        site.revoke(&ann, name).await;
        users.remove_from_group(&ann.id, &editors).await.unwrap();
        users.add_to_group(&ann.id, &editors).await.unwrap();
        users.add_to_group(&ann.id, &editors).await.unwrap();
        users.grant(Holder::Group(&editors), &[Post::CAN_PUBLISH.into()]).await.unwrap();
        site.grant(&ann, name).await;
        site.grant(&ann, name).await;
        site.revoke(&ann, name).await;
        users.remove_from_group(&ann.id, &editors).await.unwrap();
        // What fails changes nothing, and is no event.
        let unknown = "blog.no_such_thing".parse().unwrap();
        users.grant(Holder::User(&ann.id), &[unknown]).await.unwrap_err();
        site.auth.create_user(NewUser::new(ANN)).await.unwrap_err();

        let text = log.text();
        let (ann, boss, group) = (ann.id, boss.id, editors.id);
        assert_eq!(
            events(&text).1,
            [
                format!("user created user_id={ann} is_superuser=false"),
                format!("user created user_id={boss} is_superuser=true"),
                format!("password changed user_id={ann}"),
                format!("added to group user_id={ann} group_id={group}"),
                format!("permissions granted group_id={group} permissions=[\"{name}\"]"),
                format!("permissions granted user_id={ann} permissions=[\"{name}\"]"),
                format!("permissions revoked user_id={ann} permissions=[\"{name}\"]"),
                format!("removed from group user_id={ann} group_id={group}"),
            ]
        );
    }
}

#[tokio::test]
async fn a_permission_that_nobody_declares_is_warned_of_once() {
    let site = Site::new().await;
    let ann = site.somebody(ANN).await;
    let perms = site.auth.perms_of(&ann).await.unwrap();
    let (log, _guard) = Log::start();
    for _ in 0..3 {
        assert!(!perms.has_perm("blog.can_publsh").unwrap());
        assert!(!perms.has_perm("legacy.undo\nthings").unwrap());
        // Declared, and known to be the database's.
        assert!(!perms.has_perm("blog.can_publish").unwrap());
        assert!(!perms.has_perm(Post::CAN_PUBLISH).unwrap());
        assert!(!perms.has_perm("legacy.redo_things".parse::<PermissionName>().unwrap()).unwrap());
    }
    let text = log.text();
    let warnings: Vec<_> = text.lines().filter_map(|line| line.split_once("no code declares ")).collect();
    let [(before, misspelt), (_, unknown)] = warnings[..] else { panic!("two warnings: {text}") };
    assert!(before.contains(" WARN djauth"), "{text}");
    assert_eq!(misspelt, "the permission \"blog.can_publsh\"; did you mean \"blog.can_publish\"?");
    assert!(unknown.contains("\"legacy.undo\\nthings\"; declare it with `#[permissions]`"), "{text}");
}

#[tokio::test]
async fn a_new_password_for_a_user_who_is_gone_is_an_error() {
    let site = Site::new().await;
    let mut ann = site.somebody(ANN).await;
    assert!(site.auth.users().delete_user(&ann.id).await.unwrap());
    let (log, _guard) = Log::start();
    let (before, password) = (ann.clone(), RawPassword::new(PASSWORD));
    match site.auth.set_password(&mut ann, &password).await {
        Err(Error::Invalid(text)) => assert!(text.contains("no longer there"), "{text}"),
        other => panic!("a password was set for nobody: {other:?}"),
    }
    assert_eq!(ann.password, before.password);
    assert!(!log.text().contains("password changed"), "{}", log.text());
}

#[tokio::test]
async fn s117_no_password_key_or_token_is_logged() {
    let site = Site::sqlite().await;
    site.user(ANN).await;
    let (log, _guard) = Log::start();
    let mut browser = site.browser();
    browser.log_in("/accounts/login/", ANN, "canary-of-a-password").await;
    browser.log_in("/accounts/login/", ANN, PASSWORD).await;
    let token = browser.token("/edit").await;
    browser.post("/edit", &[("csrfmiddlewaretoken", &token), ("title", "x")]).await;
    let text = log.text();
    let key = browser.session().unwrap();
    for secret in ["canary", PASSWORD, key, &token, "argon2id"] {
        assert!(!text.contains(secret), "{secret} is in the log: {text}");
    }
}
