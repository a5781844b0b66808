//! A store that cannot be asked is neither "nobody" nor "no" (rule S8).

use axum::{Router, extract::State};
use djauth::{
    axum::{Rejection, routing::get},
    prelude::*,
};

use crate::{
    log::Log,
    site::{ANN, PASSWORD, Site},
};

#[tokio::test]
async fn s8_a_guarded_page_is_503_and_the_cookie_stays() {
    let site = Site::sqlite().await;
    let ann = site.user(ANN).await;
    site.grant(&ann, "blog.can_publish").await;
    let mut browser = site.browser_of(ANN).await;
    let mut visitor = site.browser();
    let token = visitor.token("/accounts/login/").await;
    site.auth.sqlite().unwrap().pool().close().await;

    for path in ["/", "/publish/1", "/strict", "/about", "/visit", "/edit", "/accounts/login/"] {
        let answer = browser.get(path).await;
        assert_eq!((answer.status, answer.header("retry-after")), (503, Some("5")), "{path}");
        assert_eq!(answer.header("location"), None);
        assert!(answer.set_cookies().is_empty(), "{path}");
    }
    let request = browser.request(http::Method::GET, "/").header("accept", "application/json");
    let problem = browser.go(request, "").await;
    assert_eq!((problem.status, problem.header("content-type")), (503, Some("application/problem+json")));
    assert_eq!(browser.get("/static").await.status, 200, "what asks for nobody is served");

    let fields = [("csrfmiddlewaretoken", token.as_str()), ("username", ANN), ("password", PASSWORD)];
    let login = visitor.post("/accounts/login/", &fields).await;
    assert_eq!(login.status, 503, "no wrong password either");
    assert!(!login.body.contains("correct"));
    assert_eq!(visitor.get("/").await.status, 303, "a visitor without a cookie needs no store");
}

#[tokio::test]
async fn s8_a_row_that_cannot_be_read_is_500_and_in_the_log() {
    let site = Site::sqlite().await;
    site.somebody(ANN).await;
    let mut browser = site.browser_of(ANN).await;
    let pool = site.auth.sqlite().unwrap().pool();
    for (sql, place) in [
        ("UPDATE accounts_member SET is_active = 'canary'", "column `is_active` of table `accounts_member`"),
        ("UPDATE djauth_session SET created = 'canary'", "djauth_session"),
    ] {
        sqlx::query(sql).execute(pool).await.unwrap();
        let (log, _guard) = Log::start();
        let answer = browser.get("/").await;
        assert_eq!(answer.status, 500, "the visitor did nothing wrong: {}", answer.body);
        assert!(answer.set_cookies().is_empty());
        let text = log.text();
        let error = text.lines().find(|line| line.contains("ERROR")).unwrap();
        assert!(error.contains(place) && !error.contains("canary"), "{error}");
    }
}

/// Writes to the session and loses the database before it is saved.
#[login_required]
async fn loses(
    State(auth): State<Auth<crate::site::Member>>,
    session: Session,
) -> Result<&'static str, Rejection> {
    session.insert("draft", "text")?;
    auth.sqlite().expect("a database").pool().close().await;
    Ok("saved")
}

#[tokio::test]
async fn s8_an_answer_whose_session_cannot_be_saved_is_503() {
    let mut site = Site::sqlite().await;
    site.somebody(ANN).await;
    site.serve(Router::new().route("/", get(loses)).with_state(site.auth.clone()));
    let mut browser = site.browser_of(ANN).await;
    let answer = browser.get("/").await;
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert!(answer.set_cookies().is_empty());
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}
