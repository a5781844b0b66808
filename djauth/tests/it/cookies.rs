//! What cookies and caches are told.

use djauth::{axum::routing::get, prelude::*};

use crate::{
    browser::Answer,
    site::{ANN, PASSWORD, Site},
};

fn session_cookie(answer: &Answer) -> &str {
    let cookies = answer.set_cookies();
    cookies.into_iter().find(|cookie| cookie.contains("sessionid=")).expect("a session cookie")
}

/// The attributes that must agree between setting and removing.
fn attributes(cookie: &str) -> Vec<&str> {
    let parts = cookie.split("; ").skip(1);
    parts.filter(|part| !part.starts_with("expires=") && !part.starts_with("Max-Age=")).collect()
}

#[tokio::test]
async fn s55_s56_the_session_cookie_is_set_and_removed_with_the_same_attributes() {
    let site = Site::deployed().await;
    site.user(ANN).await;
    let mut browser = site.browser();
    let set = browser.log_in("/accounts/login/", ANN, PASSWORD).await;
    let cookie = session_cookie(&set);
    assert!(cookie.starts_with("__Host-sessionid="), "{cookie}");
    assert_eq!(attributes(cookie), ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]);
    assert!(cookie.contains("Max-Age=1209600"), "{cookie}");
    assert!(cookie.len() <= 4096);

    let token = browser.token("/edit").await;
    let removed = browser.post("/accounts/logout/", &[("csrfmiddlewaretoken", &token)]).await;
    assert!(session_cookie(&removed).contains("Max-Age=0"));
    assert_eq!(attributes(session_cookie(&removed)), attributes(cookie));
}

#[login_not_required]
async fn cached() -> ([(&'static str, &'static str); 2], &'static str) {
    ([("cache-control", "public, max-age=60"), ("vary", "Accept-Language")], "cached")
}

#[login_not_required]
async fn greeting(_member: Option<CurrentUser<crate::site::Member>>) -> impl axum::response::IntoResponse {
    cached_answer()
}

#[login_required]
async fn guarded() -> impl axum::response::IntoResponse {
    cached_answer()
}

#[login_not_required]
async fn sets(session: Session) -> impl axum::response::IntoResponse {
    session.insert("a", &1).unwrap();
    cached_answer()
}

#[login_not_required]
async fn varies(_member: Option<CurrentUser<crate::site::Member>>) -> [(&'static str, &'static str); 1] {
    [("vary", "accept, COOKIE")]
}

fn cached_answer() -> [(&'static str, &'static str); 2] {
    [("cache-control", "public, max-age=60"), ("vary", "Accept-Language")]
}

#[tokio::test]
async fn s57_caches_are_told_what_is_meant_for_one_user() {
    let mut site = Site::new().await;
    site.somebody(ANN).await;
    let routes = axum::Router::new()
        .route("/cached", get(cached))
        .route("/greeting", get(greeting))
        .route("/guarded", get(guarded))
        .route("/sets", get(sets))
        .route("/varies", get(varies));
    site.serve(routes);
    let public = Some("public, max-age=60");
    for (path, logged_in, cache_control, varies_on_cookie) in [
        ("/cached", false, public, false),
        ("/cached", true, public, false),
        ("/greeting", false, public, true),
        ("/greeting", true, public, true),
        ("/guarded", true, Some("no-store"), true),
        ("/guarded", false, Some("no-store"), true),
        ("/sets", false, Some("no-store"), true),
        ("/sets", true, Some("no-store"), true),
        ("/varies", true, None, true),
    ] {
        let mut browser = if logged_in { site.browser_of(ANN).await } else { site.browser() };
        let answer = browser.get(path).await;
        assert_eq!(answer.header("cache-control"), cache_control, "{path}, {logged_in}");
        let vary: Vec<_> = answer.headers.get_all("vary").iter().map(|v| v.to_str().unwrap()).collect();
        let cookies = vary.join(",").to_ascii_lowercase().matches("cookie").count();
        assert_eq!(cookies, usize::from(varies_on_cookie), "{path}, {logged_in}: {vary:?}");
    }
}

#[tokio::test]
async fn s57_removing_a_cookie_and_refusing_a_user_are_not_cached_either() {
    let site = Site::new().await;
    site.somebody(ANN).await;
    let mut browser = site.browser_of(ANN).await;
    let denied = browser.get("/strict").await;
    assert_eq!((denied.status, denied.header("cache-control")), (403, Some("no-store")));
    assert_eq!(denied.header("vary"), Some("Cookie"));
    browser.cookies.insert("sessionid".to_owned(), "no key of ours".to_owned());
    let removed = browser.get("/static").await;
    assert!(session_cookie(&removed).contains("Max-Age=0"));
    assert_eq!((removed.header("cache-control"), removed.header("vary")), (Some("no-store"), Some("Cookie")));
}

#[tokio::test]
async fn a_page_that_asks_for_no_user_is_left_alone() {
    let site = Site::new().await;
    site.somebody(ANN).await;
    let mut browser = site.browser_of(ANN).await;
    let answer = browser.get("/static").await;
    assert_eq!((answer.header("cache-control"), answer.header("vary")), (None, None));
    assert!(answer.set_cookies().is_empty());
}
