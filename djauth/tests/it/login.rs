//! The way of a user from the login page and back.

use std::{net::SocketAddr, sync::Mutex};

use axum::extract::ConnectInfo;
use djauth::{
    RawPassword, Settings,
    prelude::*,
    signal::{RequestInfo, UserLoggedIn, UserLoggedOut},
};

use crate::{
    browser::{Answer, Browser, encode},
    site::{ANN, BEN, Member, PASSWORD, Site},
};

#[tokio::test]
async fn a_visitor_logs_in_is_refused_granted_and_revoked_and_logs_out() {
    for site in [Site::new().await, Site::sqlite().await, Site::deployed().await] {
        let ann = site.user(ANN).await;
        let mut browser = site.browser();

        let sent = browser.get("/publish/7?draft=1").await;
        assert_eq!(sent.status, 303);
        assert_eq!(sent.location(), "/accounts/login/?next=/publish/7%3Fdraft%3D1");
        assert!(sent.body.is_empty(), "a redirect has no body");

        let wrong = browser.log_in(sent.location(), ANN, "wrong").await;
        assert_eq!(wrong.status, 200);
        assert!(wrong.body.contains("Please enter a correct email and password."), "{}", wrong.body);
        assert_eq!(wrong.field("next"), "/publish/7?draft=1");
        assert_eq!(browser.session(), None, "S46: a failed login makes no session");

        let logged_in = browser.log_in(sent.location(), ANN, PASSWORD).await;
        assert_eq!((logged_in.status, logged_in.location()), (303, "/publish/7?draft=1"));
        assert_eq!(browser.get("/").await.body, "Hello ann@example.org");

        assert_eq!(browser.get(logged_in.location()).await.status, 403);
        site.grant(&ann, "blog.can_publish").await;
        assert_eq!(browser.get(logged_in.location()).await.body, "published 7");
        site.revoke(&ann, "blog.can_publish").await;
        assert_eq!(browser.get(logged_in.location()).await.status, 403, "S90: revoked now, denied next");

        let token = browser.token("/edit").await;
        let out = browser.post("/accounts/logout/", &[("csrfmiddlewaretoken", &token)]).await;
        assert_eq!(out.status, 200, "{}", out.body);
        assert!(out.body.contains("Logged out"));
        assert_eq!(browser.session(), None);
        assert_eq!(browser.get("/").await.status, 303);
    }
}

#[tokio::test]
async fn s88_logout_is_post_and_clears_site_data() {
    let site = Site::new().await;
    site.somebody(ANN).await;
    let mut browser = site.browser_of(ANN).await;
    let get = browser.get("/accounts/logout/").await;
    assert_eq!((get.status, get.header("allow")), (405, Some("POST")));
    assert_eq!(browser.get("/").await.status, 200, "nobody was logged out");
    let token = browser.token("/edit").await;
    let out = browser.post("/accounts/logout/?next=/about", &[("csrfmiddlewaretoken", &token)]).await;
    assert_eq!((out.status, out.location()), (303, "/about"));
    assert_eq!(out.header("clear-site-data"), Some("\"cache\", \"storage\""));
}

#[tokio::test]
async fn s51_logout_ends_the_session_on_the_server() {
    let site = Site::new().await;
    site.somebody(ANN).await;
    let mut browser = site.browser_of(ANN).await;
    let mut thief = browser.clone();
    assert_eq!(thief.get("/").await.status, 200);
    let token = browser.token("/edit").await;
    browser.post("/accounts/logout/", &[("csrfmiddlewaretoken", &token)]).await;
    assert_eq!(browser.session(), None, "the browser is told to forget the key");
    assert_eq!(thief.get("/").await.status, 303);
}

/// What the answer says, but for the token, whose mask is random, and the username, which is shown again.
fn said(answer: &Answer, username: &str) -> (u16, Vec<(String, String)>, String) {
    assert_eq!(answer.header("content-length"), Some(answer.body.len().to_string().as_str()));
    let headers = answer.headers.iter();
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    let mut headers: Vec<_> =
        headers.filter(|(name, _)| name != "set-cookie" && name != "content-length").collect();
    headers.sort();
    let body = answer.body.replace(&answer.field("csrfmiddlewaretoken"), "token");
    (answer.status, headers, body.replace(&format!("value=\"{username}\""), "value=\"username\""))
}

#[tokio::test]
async fn s20_unknown_inactive_and_wrong_get_the_same_answer() {
    let site = Site::new().await;
    site.user(ANN).await;
    site.somebody("none@example.org").await;
    site.deactivate(&site.user(BEN).await).await;
    let mut expected = None;
    for (username, password) in [
        (ANN, "wrong"),
        (BEN, PASSWORD),
        (BEN, "wrong"),
        ("nobody@example.org", PASSWORD),
        ("none@example.org", PASSWORD),
        (&"x".repeat(300), PASSWORD),
        (ANN, &"x".repeat(5000)),
        (ANN, "wrong\0"),
    ] {
        let mut browser = site.browser();
        let answer = browser.log_in("/accounts/login/", username, password).await;
        let seen = said(&answer, username);
        assert_eq!(*expected.get_or_insert_with(|| seen.clone()), seen, "{username:.20}");
        assert_eq!(browser.session(), None);
    }
}

#[tokio::test]
async fn a_user_who_is_logged_in_sees_the_login_page_too() {
    let site = Site::new().await;
    site.user(ANN).await;
    let mut browser = site.browser_of(ANN).await;
    let page = browser.get("/accounts/login/?next=/edit").await;
    assert_eq!((page.status, page.field("next").as_str()), (200, "/edit"));
    let again = browser.log_in("/accounts/login/?next=/edit", ANN, PASSWORD).await;
    assert_eq!((again.status, again.location()), (303, "/edit"));
}

#[tokio::test]
async fn s83_only_a_safe_way_back_is_followed() {
    let site = Site::new().await;
    site.user(ANN).await;
    for (next, location) in [
        ("/about?x=1", "/about?x=1"),
        ("", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/..//evil.example", "/"),
        ("/a\r\nSet-Cookie: x=y", "/"),
    ] {
        let query = encode(&[("next", next)]);
        let answer = site.browser().log_in(&format!("/accounts/login/?{query}"), ANN, PASSWORD).await;
        assert_eq!((answer.status, answer.location()), (303, location), "{next:?}");
    }
}

#[tokio::test]
async fn s84_the_way_back_from_a_page_keeps_one_leading_slash() {
    let mut site = Site::new().await;
    let fallback = axum::Router::new()
        .fallback(axum::routing::get(crate::site::asset))
        .layer(djauth::axum::guarded_by(djauth::guard::Requirement::Login));
    site.serve(fallback);
    let sent = site.browser().get("//evil.example/").await;
    assert_eq!((sent.status, sent.location()), (303, "/accounts/login/?next=/evil.example/"));
}

#[tokio::test]
async fn s87_our_pages_escape_what_they_print_and_run_no_script() {
    let site = Site::new().await;
    let hostile = "\"><script>alert(1)</script>";
    let mut browser = site.browser();
    let page = browser.log_in("/accounts/login/?next=/%22%3E%3Cscript%3E", hostile, "wrong").await;
    assert_eq!(page.status, 200);
    assert!(!page.body.contains("<script"), "{}", page.body);
    assert_eq!(
        page.header("content-security-policy"),
        Some("default-src 'self'; base-uri 'none'; frame-ancestors 'none'")
    );
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    assert!(
        !page.body.contains("<style") && !page.body.contains("style=") && !page.body.contains("onsubmit")
    );
}

#[tokio::test]
async fn s37_the_login_page_is_kind_to_password_managers_and_screen_readers() {
    let site = Site::new().await;
    let mut browser = site.browser();
    let page = browser.get("/accounts/login/").await.body;
    for part in [
        "<html lang=\"en\">",
        "<title>Log in</title>",
        "<label for=\"id_username\">Email</label>",
        "<label for=\"id_password\">Password</label>",
        "type=\"password\"",
        "autocomplete=\"current-password\"",
        "autocomplete=\"username\"",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    assert!(!page.contains("role=\"alert\""));
    let wrong = browser.log_in("/accounts/login/", "x", "y").await.body;
    assert!(wrong.contains("role=\"alert\"") && wrong.contains("aria-invalid=\"true\""), "{wrong}");
    assert!(!wrong.contains("value=\"y\""), "a password is never shown again");
}

#[tokio::test]
async fn logging_in_and_out_goes_where_the_settings_say() {
    let mut settings = Settings::default();
    settings.login_redirect_url = "/edit".to_owned();
    settings.logout_redirect_url = Some("/about".to_owned());
    let site = Site::with(settings).await;
    site.user(ANN).await;
    let mut browser = site.browser();
    assert_eq!(browser.log_in("/accounts/login/", ANN, PASSWORD).await.location(), "/edit");
    let token = browser.token("/edit").await;
    let out = browser.post("/accounts/logout/", &[("csrfmiddlewaretoken", &token)]).await;
    assert_eq!((out.status, out.location()), (303, "/about"));
}

#[tokio::test]
async fn an_inactive_or_deleted_user_is_out_at_once() {
    for delete in [false, true] {
        let site = Site::new().await;
        let ann = site.somebody(ANN).await;
        let mut browser = site.browser_of(ANN).await;
        assert_eq!(browser.get("/").await.status, 200);
        if delete {
            site.auth.users().delete_user(&ann.id).await.unwrap();
        } else {
            site.deactivate(&ann).await;
        }
        assert_eq!(browser.get("/").await.status, 303);
        assert_eq!(browser.get("/about").await.body, "about, for everybody");
    }
}

#[tokio::test]
async fn s52_a_password_change_ends_the_users_sessions() {
    let site = Site::new().await;
    let mut ann = site.somebody(ANN).await;
    let mut browsers: Vec<Browser> = Vec::new();
    for _ in 0..3 {
        browsers.push(site.browser_of(ANN).await);
    }
    site.auth.set_password(&mut ann, &RawPassword::new("another long passphrase")).await.unwrap();
    for browser in &mut browsers {
        assert_eq!(browser.get("/").await.status, 303);
    }
}

/// What receivers were told of requests that logged `told@example.org` in and out.
static TOLD: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn tell(event: &str, request: &RequestInfo) {
    let from = request.client_address.map_or("nowhere".to_owned(), |address| address.to_string());
    TOLD.lock().unwrap().push(format!("{event} at {} from {from}", request.path));
}

#[receiver]
async fn logged_in(signal: &UserLoggedIn<Member>) -> djauth::Result<()> {
    if signal.user.email == "told@example.org" {
        tell("in", &signal.request);
    }
    Ok(())
}

#[receiver]
async fn logged_out(signal: &UserLoggedOut<Member>) -> djauth::Result<()> {
    if signal.user.as_ref().is_some_and(|user| user.email == "told@example.org") {
        tell("out", &signal.request);
    }
    Ok(())
}

#[tokio::test]
async fn receivers_are_told_where_a_request_came_from() {
    let site = Site::new().await;
    site.somebody("told@example.org").await;
    let mut browser = site.browser();
    let address: SocketAddr = "192.0.2.7:1234".parse().unwrap();
    let request = browser.form("/vouch/told@example.org?x").extension(ConnectInfo(address));
    assert_eq!(browser.go(request, "").await.status, 204);
    let token = browser.token("/edit").await;
    browser.post("/accounts/logout/", &[("csrfmiddlewaretoken", &token)]).await;
    let told = TOLD.lock().unwrap().clone();
    assert_eq!(
        told,
        ["in at /vouch/told@example.org from 192.0.2.7", "out at /accounts/logout/ from nowhere"]
    );
}
