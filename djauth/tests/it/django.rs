//! The django profile answers as Django does.

use djauth::Settings;
use http::Method;

use crate::{
    browser::HTML,
    site::{ANN, Site},
};

async fn site() -> Site {
    Site::with(Settings::django()).await
}

#[tokio::test]
async fn redirects_are_302_and_programs_are_redirected_too() {
    let site = site().await;
    for accept in [HTML, "application/json"] {
        let mut browser = site.browser();
        let request = browser.request(Method::GET, "/publish/1?a=b").header("accept", accept);
        let answer = browser.go(request, "").await;
        assert_eq!((answer.status, answer.location()), (302, "/accounts/login/?next=/publish/1%3Fa%3Db"));
    }
}

#[tokio::test]
async fn a_user_who_lacks_something_is_sent_to_the_login_page_unless_the_guard_raises() {
    let site = site().await;
    site.somebody(ANN).await;
    let mut browser = site.browser_of(ANN).await;
    let answer = browser.get("/publish/1").await;
    assert_eq!((answer.status, answer.location()), (302, "/accounts/login/?next=/publish/1"));
    assert_eq!(browser.get("/strict").await.status, 403);
    assert_eq!(site.browser().get("/strict").await.status, 403);
}

#[tokio::test]
async fn the_csrf_cookie_holds_the_secret_and_is_shared_with_django() {
    let site = site().await;
    let mut browser = site.browser();
    let page = browser.get("/accounts/login/").await;
    let cookie = page.set_cookies().into_iter().find(|cookie| cookie.starts_with("csrftoken=")).unwrap();
    assert!(cookie.contains("Max-Age=31449600; Path=/; SameSite=Lax") && !cookie.contains("HttpOnly"));
    let secret = browser.cookies["csrftoken"].clone();
    assert_eq!((secret.len(), page.field("csrfmiddlewaretoken").len()), (32, 64));
    for (token, status) in [(secret.as_str(), 200), (&page.field("csrfmiddlewaretoken"), 200), ("x", 403)] {
        let fields = [("csrfmiddlewaretoken", token), ("username", "a"), ("password", "b")];
        assert_eq!(browser.post("/accounts/login/", &fields).await.status, status);
    }
}

#[tokio::test]
async fn the_secret_rotates_at_login_and_stays_at_logout() {
    let site = site().await;
    site.somebody(ANN).await;
    let mut browser = site.browser();
    let before = {
        browser.get("/comment").await;
        browser.cookies["csrftoken"].clone()
    };
    browser.vouch(ANN).await;
    let after = browser.cookies["csrftoken"].clone();
    assert_ne!(before, after);
    let token = browser.token("/edit").await;
    let out = browser.post("/accounts/logout/", &[("csrfmiddlewaretoken", &token)]).await;
    assert_eq!((out.status, out.header("clear-site-data")), (200, None));
    assert_eq!(browser.cookies["csrftoken"], after);
}

#[tokio::test]
async fn the_session_key_is_djangos_and_lies_in_the_clear() {
    let site = Site::shop("sqlite::memory:", Settings::django()).await;
    site.somebody(ANN).await;
    let browser = site.browser_of(ANN).await;
    let key = &browser.cookies["sessionid"];
    assert_eq!(key.len(), 32);
    let stored = sqlx::query_scalar("SELECT session_key FROM django_session");
    let stored: Vec<String> = stored.fetch_all(site.auth.sqlite().unwrap().pool()).await.unwrap();
    assert_eq!(stored, [key.as_str()]);
}

#[tokio::test]
async fn a_malformed_form_is_shown_again_with_200() {
    let site = site().await;
    let mut browser = site.browser();
    let token = browser.token("/accounts/login/").await;
    let answer = browser.post("/accounts/login/", &[("csrfmiddlewaretoken", &token)]).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body.matches("This field is required.").count(), 2);
}

#[tokio::test]
async fn s80_origins_are_checked_as_in_django() {
    let site = site().await;
    site.somebody(ANN).await;
    let mut browser = site.browser_of(ANN).await;
    let token = browser.token("/edit").await;
    for (origin, status) in [
        (None, 200),
        (Some("http://shop.example"), 200),
        (Some("http://evil.example"), 403),
        (Some("null"), 403),
        (Some(""), 403),
    ] {
        let request = browser.request(Method::POST, "/edit").header("content-type", crate::browser::FORM);
        let request = match origin {
            Some(origin) => request.header("origin", origin),
            None => request,
        };
        let answer = browser.go(request, format!("csrfmiddlewaretoken={token}&title=x")).await;
        assert_eq!(answer.status, status, "{origin:?}");
    }
}
