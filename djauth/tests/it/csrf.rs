//! Does a request come from a page of ours? (Rules S80–S82.)

use axum::{
    Router,
    extract::{FromRequestParts, Request},
};
use djauth::{
    axum::{
        CsrfToken, Rejection, dangerous_csrf_exempt,
        routing::{any, get, post},
    },
    prelude::*,
};
use http::{Method, request::Builder};

use crate::{
    browser::{Browser, FORM, HTML, encode},
    site::{ANN, BEN, Member, PASSWORD, Site, vouch},
};

const OWN: &str = "https://shop.example";
const FOREIGN: &str = "https://evil.example";

type Headers = &'static [(&'static str, &'static str)];

/// Where a request says it comes from, and whether that is a page of `https://shop.example`.
const SOURCES: [(Headers, bool); 18] = [
    (&[("sec-fetch-site", "same-origin")], true),
    (&[("sec-fetch-site", "none")], true),
    (&[("sec-fetch-site", "same-origin"), ("origin", OWN)], true),
    (&[("sec-fetch-site", "same-site")], false),
    (&[("sec-fetch-site", "cross-site")], false),
    (&[("sec-fetch-site", "cross-site"), ("origin", OWN)], false),
    (&[("sec-fetch-site", "")], false),
    (&[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")], false),
    (&[("origin", OWN)], true),
    (&[("origin", FOREIGN)], false),
    (&[("origin", "http://shop.example")], false),
    (&[("origin", "https://shop.example:8443")], false),
    (&[("origin", "null")], false),
    (&[("origin", OWN), ("origin", FOREIGN)], false),
    (&[("referer", "https://shop.example/edit?x")], true),
    (&[("referer", "https://evil.example/https://shop.example/")], false),
    (&[("referer", "http://shop.example/")], false),
    (&[], false),
];

fn with(request: Builder, headers: Headers) -> Builder {
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
}

#[tokio::test]
async fn s80_a_guard_refuses_unsafe_requests_of_other_sites_by_their_headers() {
    let site = Site::deployed().await;
    let ann = site.somebody(ANN).await;
    site.grant(&ann, "blog.can_publish").await;
    let mut browser = site.browser_of(ANN).await;
    let token = browser.token("/token").await;
    for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE"] {
        for (headers, is_own) in SOURCES {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let is_safe = method == Method::GET || method == Method::HEAD;
            let request = browser.request(method.clone(), "/publish/1").header("accept", HTML);
            let request = with(request.header("x-csrftoken", &token), headers);
            let answer = browser.clone().go(request, "").await;
            // axum routes only methods that it knows.
            let expected = match method.as_str() {
                "PURGE" if is_own => 200,
                _ if is_safe || is_own => 200,
                _ => 403,
            };
            assert_eq!(answer.status, expected, "{method} {headers:?}");
        }
    }
}

#[tokio::test]
async fn s80_a_public_handler_refuses_them_too_if_they_act_in_somebodys_name() {
    let mut site = Site::deployed().await;
    site.somebody(ANN).await;
    site.serve(Router::new().route("/hook", any(hook)));
    let mut browser = site.browser_of(ANN).await;
    let token = browser.token("/token").await;
    for (headers, is_own) in SOURCES {
        let in_name = with(browser.request(Method::POST, "/hook").header("x-csrftoken", &token), headers);
        let answer = browser.clone().go(in_name, "").await;
        assert_eq!(answer.status, if is_own { 200 } else { 403 }, "{headers:?}");
        let mut visitor = site.browser();
        let request = with(visitor.request(Method::POST, "/hook"), headers);
        let by_nobody = visitor.go(request, "").await;
        assert_eq!(by_nobody.status, 200, "a web hook has no cookie: {headers:?}");
    }
}

#[login_not_required]
async fn hook() -> &'static str {
    "heard"
}

/// Logs Ann in, and shows her a form at once.
#[login_not_required]
async fn enter(auth: AuthSession<Member>, request: Request) -> Result<String, Rejection> {
    let ann = auth.auth().users().get_user_by_username(ANN).await?.ok_or(PermissionDenied)?;
    auth.login(auth.auth().vouch(ann, "ModelBackend")?).await?;
    let token = CsrfToken::from_request_parts(&mut request.into_parts().0, &()).await?;
    Ok(token.input())
}

#[tokio::test]
async fn s81_a_form_in_the_answer_to_a_login_can_be_sent() {
    let mut site = Site::deployed().await;
    site.somebody(ANN).await;
    site.serve(Router::new().route("/enter", get(enter)).route("/hook", any(hook)));
    let mut browser = site.browser();
    let token = browser.token("/enter").await;
    assert_eq!(browser.post("/hook", &[("csrfmiddlewaretoken", &token)]).await.body, "heard");
}

/// Sends a form with this token, in the field or the header.
async fn submit(browser: &Browser, path: &str, headers: Headers, fields: &[(&str, &str)]) -> u16 {
    let request = browser.request(Method::POST, path).header("accept", HTML).header("content-type", FORM);
    browser.clone().go(with(request, headers), encode(fields)).await.status
}

const SAME: Headers = &[("sec-fetch-site", "same-origin")];

#[tokio::test]
async fn s80_a_form_needs_both_its_token_and_its_source() {
    let site = Site::deployed().await;
    site.user(ANN).await;
    let mut ann = site.browser_of(ANN).await;
    let mut visitor = site.browser();
    for (browser, path) in [(&mut ann, "/edit"), (&mut visitor, "/comment")] {
        let token = browser.token(path).await;
        for (headers, is_own) in SOURCES {
            let good = [("csrfmiddlewaretoken", token.as_str()), ("title", "x")];
            let expected = if is_own { 200 } else { 403 };
            assert_eq!(submit(browser, path, headers, &good).await, expected, "{path} {headers:?}");
            for bad in ["", "x", &"a".repeat(64), &"a".repeat(32), &token[1..], &token.to_uppercase()] {
                let fields = [("csrfmiddlewaretoken", bad), ("title", "x")];
                assert_eq!(submit(browser, path, headers, &fields).await, 403, "{path} {bad}");
            }
            assert_eq!(submit(browser, path, headers, &[("title", "x")]).await, 403, "{path} without");
        }
    }
}

#[tokio::test]
async fn the_token_may_come_in_the_header() {
    let site = Site::deployed().await;
    site.somebody(ANN).await;
    let mut browser = site.browser_of(ANN).await;
    let token = browser.token("/edit").await;
    for (sent, status) in [(token.as_str(), 200), ("x", 403)] {
        let request = browser.form("/edit").header("x-csrftoken", sent);
        assert_eq!(browser.go(request, "title=x").await.status, status);
    }
}

#[tokio::test]
async fn s81_a_token_is_good_for_one_session_only() {
    let site = Site::deployed().await;
    site.user(ANN).await;
    site.user(BEN).await;
    let mut visitor = site.browser();
    let before_login = visitor.token("/comment").await;
    let planted = visitor.cookies.clone();
    assert_eq!(submit(&visitor, "/comment", SAME, &form(&before_login)).await, 200);

    let mut ann = visitor.clone();
    ann.log_in("/accounts/login/", ANN, PASSWORD).await;
    assert_eq!(submit(&ann, "/edit", SAME, &form(&before_login)).await, 403, "it rotates at login");
    assert!(!ann.cookies.keys().any(|name| name.contains("csrf")), "the visitor's cookie is gone");
    let of_ann = ann.token("/edit").await;
    assert_eq!(submit(&ann, "/edit", SAME, &form(&of_ann)).await, 200);

    let mut ben = site.browser_of(BEN).await;
    assert_eq!(submit(&ben, "/edit", SAME, &form(&of_ann)).await, 403, "another session's token");
    // Somebody who can set cookies gives the browser one of their own.
    ben.cookies.extend(planted.into_iter().filter(|(name, _)| name.contains("csrf")));
    assert_eq!(submit(&ben, "/edit", SAME, &form(&before_login)).await, 403, "a tossed cookie");

    let same_session = ann.clone();
    ann.post("/accounts/logout/", &form(&of_ann)).await;
    assert_eq!(submit(&ann, "/comment", SAME, &form(&of_ann)).await, 403, "it rotates at logout");
    assert_eq!(submit(&same_session, "/comment", SAME, &form(&of_ann)).await, 403);
}

fn form(token: &str) -> [(&str, &str); 2] {
    [("csrfmiddlewaretoken", token), ("title", "x")]
}

#[tokio::test]
async fn s81_tokens_are_masked_anew_on_every_page() {
    let site = Site::deployed().await;
    site.somebody(ANN).await;
    let mut browser = site.browser_of(ANN).await;
    let (one, two) = (browser.token("/edit").await, browser.token("/edit").await);
    assert_ne!(one, two);
    for token in [one, two] {
        assert_eq!(submit(&browser, "/edit", SAME, &form(&token)).await, 200);
    }
}

#[tokio::test]
async fn s81_login_and_logout_need_a_token() {
    let site = Site::deployed().await;
    site.user(ANN).await;
    let credentials = [("username", ANN), ("password", PASSWORD)];
    let mut visitor = site.browser();
    assert_eq!(visitor.post("/accounts/login/", &credentials).await.status, 403, "without a cookie");
    visitor.get("/accounts/login/").await;
    assert_eq!(visitor.post("/accounts/login/", &credentials).await.status, 403, "without a token");
    assert_eq!(visitor.session(), None);
    let mut ann = site.browser_of(ANN).await;
    assert_eq!(ann.post("/accounts/logout/", &[]).await.status, 403);
    assert_eq!(ann.get("/").await.status, 200, "still logged in");
}

#[tokio::test]
async fn s81_no_other_sites_page_logs_a_visitor_in_whatever_reads_its_form() {
    let mut site = Site::deployed().await;
    site.serve(
        Router::new()
            .route("/in/{name}", any(vouch))
            .nest("/exempt", Router::new().route("/{name}", any(vouch)).layer(dangerous_csrf_exempt())),
    );
    site.somebody(ANN).await;
    let enter = async |method, path, headers| {
        let mut visitor = site.browser();
        let request = with(visitor.request(method, path), headers);
        let status = visitor.go(request, "").await.status;
        (status, visitor.session().is_some())
    };
    let (inside, outside) = ((204, true), (403, false));
    let path = format!("/in/{ANN}");
    for (headers, is_own) in SOURCES {
        for method in [Method::POST, Method::PUT, Method::DELETE] {
            let expected = if is_own { inside } else { outside };
            assert_eq!(enter(method, &path, headers).await, expected, "{headers:?}");
        }
        assert_eq!(enter(Method::GET, &path, headers).await, inside, "a link in a mail: {headers:?}");
    }
    let robot = &[("authorization", "Bearer x")];
    assert_eq!(enter(Method::POST, &path, robot).await, inside, "no browser adds it by itself");
    let foreign = &[("sec-fetch-site", "cross-site")];
    assert_eq!(enter(Method::POST, &format!("/exempt/{ANN}"), foreign).await, inside);
}

#[tokio::test]
async fn s82_no_other_header_has_effect() {
    let site = Site::deployed().await;
    site.somebody(ANN).await;
    let browser = site.browser_of(ANN).await;
    for headers in [
        &[("sec-fetch-site", "same-origin"), ("x-requested-with", "XMLHttpRequest")][..],
        &[("sec-fetch-site", "same-origin"), ("authorization", "Bearer x")],
        &[("sec-fetch-site", "same-origin"), ("x-csrf-token", "x"), ("x-http-method-override", "GET")],
    ] {
        assert_eq!(submit(&browser, "/edit", headers, &[("title", "x")]).await, 403, "{headers:?}");
    }
}

#[tokio::test]
async fn a_program_with_a_token_of_its_own_needs_no_form_token() {
    let site = Site::deployed().await;
    let visitor = site.browser();
    assert_eq!(submit(&visitor, "/comment", &[("authorization", "bearer x")], &[("title", "x")]).await, 200);
    let basic = &[("authorization", "Basic eDp5")];
    assert_eq!(
        submit(&visitor, "/comment", basic, &[("title", "x")]).await,
        403,
        "browsers add it by themselves"
    );
}

#[tokio::test]
async fn trusted_origins_may_send_forms() {
    let mut settings = djauth::Settings::default();
    settings.csrf_trusted_origins = vec!["https://partner.example".into(), "https://*.own.example".into()];
    let site = Site::with(settings).await;
    site.somebody(ANN).await;
    let mut browser = site.browser_of(ANN).await;
    let token = browser.token("/edit").await;
    for (origin, status) in [
        ("https://partner.example", 200),
        ("https://a.own.example", 200),
        ("http://partner.example", 403),
        ("https://partner.example.evil.example", 403),
        ("https://evil.example", 403),
    ] {
        let request = browser.request(Method::POST, "/edit").header("content-type", FORM);
        let request = request.header("sec-fetch-site", "cross-site").header("origin", origin);
        assert_eq!(browser.go(request, encode(&form(&token))).await.status, status, "{origin}");
    }
}

#[tokio::test]
async fn s82_exemption_has_a_name() {
    let mut site = Site::deployed().await;
    site.somebody(ANN).await;
    site.serve(Router::new().route("/hook", post(hook)).layer(dangerous_csrf_exempt()));
    let browser = site.browser_of(ANN).await;
    assert_eq!(submit(&browser, "/hook", &[("sec-fetch-site", "cross-site")], &[]).await, 200);
}

#[login_required]
async fn socket() -> &'static str {
    "upgraded"
}

#[tokio::test]
async fn s12_a_web_socket_is_opened_by_our_own_pages_only() {
    let mut site = Site::deployed().await;
    site.somebody(ANN).await;
    site.serve(Router::new().route("/socket", any(socket)).route("/public", any(hook)));
    let browser = site.browser_of(ANN).await;
    // Over HTTP/1.1 and over HTTP/2 (RFC 8441).
    let opening: [fn(&Browser, &str) -> Builder; 2] = [
        |browser, path| browser.request(Method::GET, path).header("upgrade", "WebSocket"),
        |browser, path| browser.request(Method::CONNECT, path),
    ];
    for ((headers, is_own), open) in SOURCES.into_iter().flat_map(|source| opening.map(|open| (source, open)))
    {
        for path in ["/socket", "/public"] {
            let answer = browser.clone().go(with(open(&browser, path), headers), "").await;
            assert_eq!(answer.status, if is_own { 200 } else { 403 }, "{path} {headers:?}");
        }
        let mut visitor = site.browser();
        let answer = visitor.go(with(open(&visitor, "/public"), headers), "").await;
        assert_eq!(answer.status, 200, "a visitor has nothing to lose: {headers:?}");
    }
}
