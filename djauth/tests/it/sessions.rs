//! The life of a session: new keys, other users, concurrent ends.

use std::{sync::Arc, time::Duration};

use axum::{Router, extract::State};
use djauth::{
    Auth, Settings,
    axum::{
        Rejection,
        routing::{get, post},
    },
    prelude::*,
    store::{Holder, MemoryStore},
};
use djauth_runtime::clock::SettableClock;
use http::StatusCode;
use tempfile::TempDir;
use time::macros::datetime;
use tokio::sync::Notify;

use crate::site::{ANN, BEN, Member, PASSWORD, Site};

#[tokio::test]
async fn s47_login_gives_a_new_key_and_the_old_one_is_dead() {
    let site = Site::new().await;
    site.user(ANN).await;
    let mut browser = site.browser();
    assert_eq!(browser.get("/visit").await.body, "1");
    let planted = browser.clone();
    let before = browser.session().unwrap().to_owned();
    browser.log_in("/accounts/login/", ANN, PASSWORD).await;
    assert_ne!(browser.session(), Some(before.as_str()));
    assert_eq!(browser.get("/visit").await.body, "2", "S48: a visitor's data survives the login");

    let mut attacker = planted;
    assert_eq!(attacker.get("/").await.status, 303);
    assert_eq!(attacker.get("/visit").await.body, "1", "the old key has no data");
    let again = browser.session().unwrap().to_owned();
    browser.vouch(ANN).await;
    assert_ne!(browser.session(), Some(again.as_str()), "also when the same user logs in again");
}

#[tokio::test]
async fn s48_another_user_starts_from_an_empty_session() {
    let site = Site::new().await;
    site.somebody(ANN).await;
    site.somebody(BEN).await;
    let mut browser = site.browser_of(ANN).await;
    assert_eq!(browser.get("/visit").await.body, "1");
    browser.vouch(BEN).await;
    assert_eq!(browser.get("/visit").await.body, "1");
    assert_eq!(browser.get("/").await.body, "Hello ben@example.org");
}

#[tokio::test]
async fn s46_an_unknown_key_is_never_adopted() {
    let site = Site::new().await;
    let mut browser = site.browser();
    let forged = "a".repeat(32);
    browser.cookies.insert("sessionid".to_owned(), forged.clone());
    assert_eq!(browser.get("/visit").await.body, "1");
    assert_ne!(browser.session(), Some(forged.as_str()));
}

#[tokio::test]
async fn s58_two_session_cookies_are_none() {
    let site = Site::new().await;
    site.somebody(ANN).await;
    let browser = site.browser_of(ANN).await;
    let key = browser.session().unwrap().to_owned();
    let cookie = format!("sessionid={key}");
    for (cookies, status) in [
        (cookie.clone(), 200),
        (format!("a=b; {cookie}; c"), 200),
        (format!("{cookie}; {cookie}"), 303),
        (format!("sessionid=; {cookie}"), 303),
        (format!("{cookie}x"), 303),
        ("sessionid=".to_owned(), 303),
        ("sessionid=\u{e9}".to_owned(), 303),
    ] {
        let mut other = site.browser();
        let request = other.request(http::Method::GET, "/").header("cookie", cookies.as_bytes());
        let answer = other.go(request, "").await;
        assert_eq!(answer.status, status, "{cookies:?}");
    }
}

#[derive(Clone)]
struct Program {
    auth: Auth<Member>,
}

/// Writes to the session, and loses it meanwhile to a logout elsewhere.
#[login_required]
async fn interrupted(
    State(program): State<Program>,
    CurrentUser(member): CurrentUser<Member>,
    session: Session,
) -> Result<&'static str, Rejection> {
    session.insert("draft", "text")?;
    program.auth.sessions().delete_of_user(&member.id, None).await?;
    Ok("saved")
}

#[login_required]
async fn fails(session: Session) -> Result<StatusCode, Rejection> {
    session.insert("half", "done")?;
    Ok(StatusCode::INTERNAL_SERVER_ERROR)
}

#[login_required]
async fn half(session: Session) -> Result<String, Rejection> {
    Ok(format!("{:?}", session.get::<String>("half")?))
}

#[login_required]
async fn change_password(
    State(program): State<Program>,
    CurrentUser(member): CurrentUser<Member>,
    auth: AuthSession<Member>,
) -> Result<&'static str, Rejection> {
    let mut member = (*member).clone();
    program.auth.set_password(&mut member, &djauth::RawPassword::new("another long passphrase")).await?;
    auth.update_session_auth_hash(&member).await?;
    Ok("changed")
}

async fn program() -> Site {
    let mut site = Site::new().await;
    let routes = Router::new()
        .route("/", get(crate::site::home))
        .route("/interrupted", post(interrupted))
        .route("/fails", get(fails))
        .route("/half", get(half))
        .route("/change", post(change_password))
        .with_state(Program { auth: site.auth.clone() });
    site.serve(routes);
    site
}

#[tokio::test]
async fn s49_a_session_that_is_gone_is_not_saved_again() {
    let site = program().await;
    site.somebody(ANN).await;
    let mut browser = site.browser_of(ANN).await;
    let token = browser.token("/token").await;
    let answer = browser.post("/interrupted", &[("csrfmiddlewaretoken", &token)]).await;
    assert_eq!(answer.status, 400, "{}", answer.body);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(browser.get("/").await.status, 303);
}

/// Looks up who is there, and takes its time.
#[login_required]
async fn slow(State(gates): State<[Arc<Notify>; 2]>, session: Session) -> String {
    gates[0].notify_one();
    gates[1].notified().await;
    format!("{} visits", session.get::<u32>("visits").unwrap().unwrap_or_default())
}

#[tokio::test]
async fn s50_a_slow_page_brings_back_nothing_that_another_request_changed() {
    let clock = SettableClock::new(datetime!(2026-01-01 00:00 UTC));
    let store = MemoryStore::new();
    let auth = Auth::builder().stores(store.clone(), store).settings(Settings::development());
    let mut site = Site::of(auth.clock(clock.clone()).build().await.unwrap());
    let gates = [Arc::new(Notify::new()), Arc::new(Notify::new())];
    let routes = Router::new().route("/slow", get(slow)).with_state(gates.clone());
    site.serve(routes.route("/visit", get(crate::site::visit)).route("/", get(crate::site::home)));
    site.somebody(ANN).await;
    let mut browser = site.browser_of(ANN).await;
    assert_eq!(browser.get("/visit").await.body, "1");
    clock.advance(time::Duration::days(2));
    let mut beside_a_visit = browser.clone();
    let beside_a_visit = tokio::spawn(async move { beside_a_visit.get("/slow").await });
    gates[0].notified().await;
    assert_eq!(browser.get("/visit").await.body, "2");
    gates[1].notify_one();
    assert_eq!(beside_a_visit.await.unwrap().body, "1 visits");
    assert_eq!(browser.get("/visit").await.body, "3");

    clock.advance(time::Duration::days(2));
    let mut beside_a_login = browser.clone();
    let beside_a_login = tokio::spawn(async move { beside_a_login.get("/slow").await });
    gates[0].notified().await;
    browser.vouch(ANN).await;
    gates[1].notify_one();
    let answer = beside_a_login.await.unwrap();
    assert_eq!((answer.status, answer.set_cookies().len()), (200, 0), "{}", answer.body);
    assert_eq!(browser.get("/").await.status, 200);
}

#[tokio::test]
async fn a_session_that_the_database_refuses_under_every_key_is_503() {
    let (_folder, site) = on_disk().await;
    site.somebody(ANN).await;
    // "One session for each user."
    let sql = "CREATE UNIQUE INDEX one_session ON djauth_session (user_id)";
    sqlx::query(sql).execute(site.auth.sqlite().unwrap().pool()).await.unwrap();
    let mut first = site.browser_of(ANN).await;
    let second = site.browser().post(&format!("/vouch/{ANN}"), &[]).await;
    assert_eq!((second.status, second.set_cookies().len()), (503, 0), "{}", second.body);
    assert_eq!(first.get("/").await.status, 200);
}

#[tokio::test]
async fn s62_a_server_error_saves_nothing() {
    let site = program().await;
    site.somebody(ANN).await;
    let mut browser = site.browser_of(ANN).await;
    let answer = browser.get("/fails").await;
    assert_eq!(answer.status, 500);
    assert!(answer.set_cookies().is_empty());
    assert_eq!(browser.get("/half").await.body, "None");
}

#[tokio::test]
async fn s52_the_session_that_changes_the_password_stays_under_a_new_key() {
    let site = program().await;
    site.somebody(ANN).await;
    let mut here = site.browser_of(ANN).await;
    let mut elsewhere = site.browser_of(ANN).await;
    let before = here.session().unwrap().to_owned();
    let token = here.token("/token").await;
    assert_eq!(here.post("/change", &[("csrfmiddlewaretoken", &token)]).await.body, "changed");
    assert_ne!(here.session(), Some(before.as_str()));
    assert_eq!(here.get("/").await.status, 200);
    assert_eq!(elsewhere.get("/").await.status, 303);
}

#[login_required]
async fn slow_home(CurrentUser(before): CurrentUser<Member>, perms: Perms) -> String {
    for _ in 0..3 {
        tokio::task::yield_now().await;
    }
    let may = perms.has_perm("blog.can_publish").is_ok_and(|may| may);
    format!("{} {may}", before.email)
}

/// Serves many users at once from a few browsers each, and demands that each answer is for who asked.
async fn interleave(site: &mut Site, tasks: usize, requests: usize) {
    site.serve(Router::new().route("/", get(slow_home)));
    let mut browsers = Vec::new();
    for number in 0..20 {
        let name = format!("user{number}@example.org");
        let user = site.somebody(&name).await;
        if number % 2 == 0 {
            site.grant(&user, "blog.can_publish").await;
        }
        browsers.push((format!("{name} {}", number % 2 == 0), site.browser_of(&name).await));
    }
    let tasks = browsers.into_iter().cycle().take(tasks).map(|(expected, mut browser)| {
        tokio::spawn(async move {
            for _ in 0..requests {
                assert_eq!(browser.get("/").await.body, expected);
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
}

#[tokio::test]
async fn s52_who_is_disabled_and_enabled_again_finds_no_session_of_before() {
    let settings = Settings::django();
    for site in [Site::new().await, Site::sqlite().await, Site::shop("sqlite::memory:", settings).await] {
        let mut ann = site.somebody(ANN).await;
        site.somebody(BEN).await;
        let (mut browser, mut other) = (site.browser_of(ANN).await, site.browser_of(BEN).await);
        assert_eq!(browser.get("/").await.status, 200);
        ann.nickname = Some("Ann".to_owned());
        assert!(site.auth.update_user(&ann, &["nickname", "is_active"]).await.unwrap());
        assert_eq!(browser.get("/").await.status, 200, "she is not disabled");
        site.deactivate(&ann).await;
        assert!(site.auth.update_user(&ann, &["is_active"]).await.unwrap());
        assert_ne!(browser.get("/").await.status, 200, "the session of before the disabling lives again");
        assert_eq!(site.browser_of(ANN).await.get("/").await.status, 200);
        assert_eq!(other.get("/").await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s63_ten_thousand_interleaved_requests_name_their_own_user() {
    interleave(&mut Site::new().await, 100, 100).await;
}

/// Over a file, connections remember permissions as long as nobody writes; here somebody does, again and again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s63_s90_what_connections_remember_goes_to_its_own_user_only() {
    let (_folder, mut site) = on_disk().await;
    let ben = site.somebody(BEN).await;
    let auth = site.auth.clone();
    let writer = tokio::spawn(async move {
        let publish = ["blog.can_publish".parse().unwrap()];
        loop {
            auth.users().grant(Holder::User(&ben.id), &publish).await.unwrap();
            tokio::time::sleep(Duration::from_millis(5)).await;
            auth.users().revoke(Holder::User(&ben.id), &publish).await.unwrap();
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    interleave(&mut site, 40, 50).await;
    assert!(!writer.is_finished(), "the writer failed");
    writer.abort();

    let user = site.auth.users().get_user_by_username("user0@example.org").await.unwrap().unwrap();
    let mut browser = site.browser_of("user0@example.org").await;
    for may in [true, false, true] {
        if may {
            site.grant(&user, "blog.can_publish").await;
        } else {
            site.revoke(&user, "blog.can_publish").await;
        }
        for _ in 0..3 {
            assert_eq!(browser.get("/").await.body, format!("user0@example.org {may}"));
        }
    }
}

async fn on_disk() -> (TempDir, Site) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("app.db").display());
    let site = Site::database(&url, Settings::development()).await;
    (folder, site)
}

#[tokio::test]
async fn s45_the_database_files_hold_no_key_that_a_browser_holds() {
    let (folder, site) = on_disk().await;
    site.somebody(ANN).await;
    let browser = site.browser_of(ANN).await;
    let key = browser.session().unwrap();
    let digests = sqlx::query_scalar("SELECT session_key FROM djauth_session");
    let digests: Vec<String> = digests.fetch_all(site.auth.sqlite().unwrap().pool()).await.unwrap();

    let mut names = Vec::new();
    let mut bytes = Vec::new();
    for file in std::fs::read_dir(folder.path()).unwrap().map(Result::unwrap) {
        names.push(file.file_name());
        bytes.extend(std::fs::read(file.path()).unwrap());
    }
    let holds = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(names.iter().any(|name| name == "app.db-wal"), "{names:?}");
    assert!(digests.len() == 1 && holds(&digests[0]), "what is looked for would be found");
    assert!(!holds(key) && digests[0] != key);
}
