//! The layer: in its place, missing, doubled; and what nobody guarded.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use axum::{
    Router,
    body::{Body, Bytes},
    routing,
};
use djauth::{
    Settings,
    axum::{
        Form,
        routing::{get, post},
    },
    guard::Requirement,
    prelude::*,
};
use http::{Method, StatusCode};

use crate::{
    browser::{FORM, HTML, send},
    site::{ANN, Member, Post, Site, asset, home, memory},
};

async fn forgotten() -> &'static str {
    "secret"
}

#[tokio::test]
async fn s2_what_nobody_guarded_is_withheld() {
    let mut site = Site::new().await;
    site.somebody(ANN).await;
    let routes = Router::new()
        .route("/forgotten", routing::any(forgotten))
        .route("/empty", routing::get(async || StatusCode::NO_CONTENT))
        .route("/error", routing::get(async || (StatusCode::NOT_FOUND, "secret")))
        .route("/moved", routing::get(async || axum::response::Redirect::to("/secret")));
    site.serve(routes);
    for mut browser in [site.browser(), site.browser_of(ANN).await] {
        for path in ["/forgotten", "/empty", "/error", "/moved"] {
            let answer = browser.get(path).await;
            assert_eq!(answer.status, 500, "{path}");
            assert!(!answer.body.contains("secret") && answer.header("location").is_none(), "{path}");
        }
        let request = browser.request(Method::POST, "/forgotten");
        assert_eq!(browser.go(request, "").await.status, 500);
    }
}

/// axum's own methods take any handler: the net catches what it says, not what it does.
#[tokio::test]
async fn s2_an_unguarded_handler_that_is_chained_runs_and_its_answer_is_withheld() {
    let runs = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&runs);
    let change = move || async move {
        counter.fetch_add(1, Ordering::Relaxed);
        "secret"
    };
    let mut site = Site::new().await;
    site.serve(Router::new().route("/", get(home).post(change)));
    let mut browser = site.browser();
    let answer = browser.go(browser.request(Method::POST, "/"), "").await;
    assert_eq!((answer.status, runs.load(Ordering::Relaxed)), (500, 1));
    assert!(!answer.body.contains("secret"));
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let site = Site::new().await;
    let mut browser = site.browser();
    assert_eq!(browser.get("/nowhere").await.status, 404);
    let request = browser.request(Method::DELETE, "/edit");
    let answer = browser.go(request, "").await;
    assert_eq!((answer.status, answer.header("allow")), (405, Some("GET,HEAD,POST")));
    let request = browser.request(Method::OPTIONS, "/edit");
    assert_eq!(browser.go(request, "").await.status, 405);
}

#[login_not_required]
async fn nothing_here() -> (StatusCode, &'static str) {
    (StatusCode::NOT_FOUND, "nothing here")
}

#[tokio::test]
async fn s2_a_fallback_is_a_handler_like_any_other() {
    let mut site = Site::new().await;
    site.serve(Router::new().fallback(nothing_here));
    let answer = site.browser().get("/nowhere").await;
    assert_eq!((answer.status, answer.body.as_str()), (404, "nothing here"));
    site.serve(Router::new().fallback(forgotten));
    assert_eq!(site.browser().get("/nowhere").await.status, 500);
}

#[tokio::test]
async fn s2_an_unguarded_answer_that_looks_like_none_has_no_headers_either() {
    let nothing = async |status| {
        let headers = [
            ("x-balance", "secret"),
            ("set-cookie", "told=secret"),
            ("access-control-max-age", "60"),
            ("x-request-id", "7"),
        ];
        (status, axum::response::AppendHeaders(headers))
    };
    let mut site = Site::new().await;
    let routes = Router::new()
        .route("/absent", routing::get(move || nothing(StatusCode::NOT_FOUND)))
        .route("/options", routing::options(move || nothing(StatusCode::NO_CONTENT)));
    site.serve(routes);
    let mut browser = site.browser();
    for (method, path, status) in [(Method::GET, "/absent", 404), (Method::OPTIONS, "/options", 204)] {
        let answer = browser.go(browser.request(method, path), "").await;
        assert_eq!((answer.status, answer.body.as_str()), (status, ""), "{path}");
        assert!(
            answer.header("x-balance").is_none() && answer.set_cookies().is_empty(),
            "{path}: {answer:?}"
        );
        assert_eq!(answer.header("access-control-max-age"), Some("60"), "a layer for CORS answers like this");
        assert_eq!(answer.header("x-request-id"), Some("7"), "a layer gives it to every answer");
    }
}

#[tokio::test]
async fn s2_services_and_nested_routers_say_who_may_call_them() {
    let mut site = Site::new().await;
    let ann = site.somebody(ANN).await;
    let service = || Router::new().route("/x", routing::get(forgotten));
    let routes = Router::new()
        .nest("/public", service().layer(djauth::axum::public()))
        .nest("/members", service().layer(djauth::axum::guarded_by(Requirement::Login)))
        .nest_service("/press", service().layer(djauth::axum::guarded_by(Post::CAN_PUBLISH)))
        .fallback_service(service().layer(djauth::axum::public()));
    site.serve(routes);
    let mut visitor = site.browser();
    assert_eq!(visitor.get("/public/x").await.body, "secret");
    assert_eq!(visitor.get("/x").await.body, "secret");
    assert_eq!(visitor.get("/members/x").await.location(), "/accounts/login/?next=/members/x");
    assert_eq!(visitor.get("/press/x").await.location(), "/accounts/login/?next=/press/x");
    let mut browser = site.browser_of(ANN).await;
    assert_eq!(browser.get("/members/x").await.body, "secret");
    assert_eq!(browser.get("/press/x").await.status, 403);
    site.grant(&ann, "blog.can_publish").await;
    assert_eq!(browser.get("/press/x").await.body, "secret");
}

#[tokio::test]
async fn serving_unguarded_handlers_has_a_dangerous_name() {
    let store = djauth::store::MemoryStore::<Member>::new();
    let builder = Auth::builder().stores(store.clone(), store).settings(Settings::development());
    let auth = builder.dangerous_serve_unguarded_handlers().build().await.unwrap();
    let router = Router::new().route("/", routing::get(forgotten)).layer(auth.layer());
    assert_eq!(crate::browser::Browser::new(router, "localhost").get("/").await.body, "secret");
}

#[tokio::test]
async fn s7_a_guard_without_the_layer_refuses() {
    let auth = memory(Settings::development()).await;
    let after = Router::new().layer(auth.layer()).route("/", get(home));
    for router in [Router::new().route("/", get(home)), after] {
        let answer = crate::browser::Browser::new(router, "localhost").get("/").await;
        assert_eq!(answer.status, 500);
        assert!(!answer.body.contains("Hello"));
    }
}

#[tokio::test]
async fn s18_two_layers_in_one_stack_refuse_everything() {
    let auth = memory(Settings::development()).await;
    let router = Router::new().route("/", get(asset)).layer(auth.layer()).layer(auth.layer());
    assert_eq!(crate::browser::Browser::new(router, "localhost").get("/").await.status, 500);
}

#[login_required]
async fn guarded_login_page() {}

#[tokio::test]
async fn s18_a_login_page_that_nobody_can_see_is_a_startup_error() {
    let auth = memory(Settings::development()).await;
    let with_pages = || Router::new().nest("/accounts", auth.urls());
    let guarded = Router::new().route("/accounts/login/", get(guarded_login_page));
    let taking_posts_only = Router::new().route("/accounts/login/", post(asset));
    for (app, id) in [
        (with_pages().layer(auth.layer()), None),
        (Router::new().layer(auth.layer()), Some("djauth.E008")),
        (guarded.layer(auth.layer()), Some("djauth.E009")),
        (with_pages().layer(auth.layer()).layer(auth.layer()), Some("djauth.E010")),
        (with_pages(), Some("djauth.E010")),
        (taking_posts_only.layer(auth.layer()), Some("djauth.E019")),
    ] {
        let found = auth.check_routes(app).await;
        assert_eq!(found.first().map(|message| message.id), id, "{found:?}");
    }
}

#[derive(AuthUser, Debug, Clone)]
#[auth(app = "other")]
struct Stranger {
    id: i64,
    username: String,
    password: PasswordHash,
}

#[login_required]
async fn of_another_type(stranger: Option<CurrentUser<Stranger>>) -> String {
    format!(
        "{:?}",
        stranger.map(|stranger| (stranger.id, stranger.username.clone(), stranger.password.clone()))
    )
}

#[tokio::test]
async fn a_user_of_another_type_is_an_error_and_not_nobody() {
    let mut site = Site::new().await;
    site.somebody(ANN).await;
    site.serve(Router::new().route("/", get(of_another_type)));
    assert_eq!(site.browser_of(ANN).await.get("/").await.status, 500);
}

#[tokio::test]
async fn s86_a_request_for_another_host_is_refused() {
    let site = Site::deployed().await;
    for (host, status) in [
        ("shop.example", 200),
        ("SHOP.EXAMPLE:443", 200),
        ("evil.example", 400),
        ("localhost", 400),
        ("", 400),
    ] {
        let request = http::Request::get("/static").header("host", host).body(Body::empty()).unwrap();
        assert_eq!(send(&site.router, request).await.status, status, "{host}");
    }
    let none = http::Request::get("/static").body(Body::empty()).unwrap();
    assert_eq!(send(&site.router, none).await.status, 400);
    let two = http::Request::get("/static").header("host", "shop.example").header("host", "evil.example");
    assert_eq!(send(&site.router, two.body(Body::empty()).unwrap()).await.status, 400);
    let forwarded = http::Request::get("/static").header("host", "evil.example");
    let forwarded = forwarded.header("x-forwarded-host", "shop.example").body(Body::empty()).unwrap();
    assert_eq!(send(&site.router, forwarded).await.status, 400);
}

/// A body that counts how often somebody asks for a part of it.
struct Counted(Arc<AtomicUsize>);

impl http_body::Body for Counted {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Poll::Ready(None)
    }
}

#[login_required]
async fn reads(_body: String) {}

#[login_not_required]
async fn hears(_body: String) {}

#[permission_required("blog.can_publish")]
async fn reads_form(_form: Form<Vec<(String, String)>>) {}

#[tokio::test]
async fn s6_nothing_of_the_request_is_read_before_the_guard_decides() {
    let mut site = Site::new().await;
    site.somebody(ANN).await;
    let marked = post(reads).layer(djauth::axum::guarded_by(Post::CAN_PUBLISH));
    let routes = Router::new().route("/text", post(reads)).route("/form", post(reads_form));
    site.serve(routes.route("/marked", marked).route("/hook", post(hears)));
    let polls = Arc::new(AtomicUsize::new(0));
    let lacking = site.browser_of(ANN).await;
    for content_type in [FORM, "multipart/form-data; boundary=x", "text/plain"] {
        for (mut browser, path, source, status) in [
            (site.browser(), "/text", "same-origin", 303),
            (site.browser(), "/form", "same-origin", 303),
            (site.browser(), "/marked", "same-origin", 303),
            (lacking.clone(), "/form", "same-origin", 403),
            (lacking.clone(), "/marked", "same-origin", 403),
            (lacking.clone(), "/text", "cross-site", 403),
            (lacking.clone(), "/hook", "cross-site", 403),
            (site.browser(), "/nowhere", "same-origin", 404),
        ] {
            let request = browser.request(Method::POST, path).header("accept", HTML);
            let request = request.header("content-type", content_type).header("sec-fetch-site", source);
            let answer = browser.go(request, Body::new(Counted(Arc::clone(&polls)))).await;
            let seen = (answer.status, polls.load(Ordering::SeqCst));
            assert_eq!(seen, (status, 0), "{path} {content_type} {source}");
        }
    }
    let mut browser = lacking;
    let request = browser.request(Method::POST, "/text").header("sec-fetch-site", "same-origin");
    assert_eq!(browser.go(request, Body::new(Counted(Arc::clone(&polls)))).await.status, 403);
    assert_eq!(polls.load(Ordering::SeqCst), 0, "no form, so no token in it");
    let token = browser.token("/token").await;
    let request = browser.request(Method::POST, "/text").header("sec-fetch-site", "same-origin");
    let request = request.header("x-csrftoken", token);
    assert_eq!(browser.go(request, Body::new(Counted(Arc::clone(&polls)))).await.status, 200);
    assert!(polls.load(Ordering::SeqCst) > 0, "the count counts");
}
