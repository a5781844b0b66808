//! Does a request need its token whatever it sends, and does the handler still get all of it? (Rules S6, S80, S81.)

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{Path, Request},
    middleware::{self, Next},
    response::Response,
    routing,
};
use djauth::{
    Settings,
    axum::{
        Form, MAX_FORM_SIZE, dangerous_csrf_exempt, guarded_by, public,
        routing::{any, post},
    },
    guard::Requirement,
    prelude::*,
};
use http::{Method, StatusCode};
use http_body::Frame;
use http_body_util::BodyExt;
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::timeout,
};
use tower::ServiceExt;

use crate::{
    browser::{Browser, FORM, encode},
    log::Log,
    site::{ANN, Site},
};

const BOUNDARY: &str = "----WebKitFormBoundary7MA4YWxkTrZu0gW";
const MULTIPART: &str = "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW";

#[login_required]
async fn publish(Path(id): Path<i64>) -> String {
    format!("published {id}")
}

#[login_required]
async fn rename(Json(value): Json<serde_json::Value>) -> String {
    value["title"].to_string()
}

#[login_required]
async fn fields(axum::Form(fields): axum::Form<Vec<(String, String)>>) -> String {
    format!("{fields:?}")
}

#[login_required]
async fn own_form(Form(fields): Form<Vec<(String, String)>>) -> String {
    format!("{fields:?}")
}

#[login_required]
async fn echo(body: Body) -> Body {
    body
}

#[login_not_required]
async fn hook(body: Body) -> Body {
    body
}

async fn unmarked(body: Body) -> Body {
    body
}

fn routes() -> Router {
    let service = || Router::new().route("/x", routing::any(unmarked));
    Router::new()
        .route("/publish/{id}", any(publish))
        .route("/rename", any(rename))
        .route("/fields", post(fields))
        .route("/own", any(own_form))
        .route("/echo", any(echo))
        .route("/hook", any(hook))
        .route("/exempt", any(echo).layer(dangerous_csrf_exempt()))
        .nest("/members", service().layer(guarded_by(Requirement::Login)))
        .nest("/public", service().layer(public()))
        .route("/rewritten", any(echo).layer(middleware::from_fn(rewrite)))
}

/// A layer of the program's own that reads a body and puts it back.
async fn rewrite(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    next.run(Request::from_parts(parts, Body::from(body))).await
}

async fn site(settings: Settings) -> Site {
    let mut site = Site::with(settings).await;
    site.serve(routes());
    site.somebody(ANN).await;
    site
}

/// Opens a browser in which somebody is logged in, and a token for its pages.
async fn logged_in(site: &Site) -> (Browser, String) {
    let mut browser = site.browser_of(ANN).await;
    let token = browser.token("/token").await;
    (browser, token)
}

/// Sends a body, from a page of the site itself.
async fn send(browser: &Browser, path: &str, content_type: &str, body: impl Into<Body>) -> (u16, String) {
    let request = browser.fetch(Method::POST, path).header("content-type", content_type);
    let answer = browser.clone().go(request, body).await;
    (answer.status, answer.body)
}

/// Writes a form with files as browsers do: name, file name if it is a file, content.
fn multipart(parts: &[(&str, Option<&str>, &[u8])]) -> Vec<u8> {
    let mut form = Vec::new();
    for (name, file, content) in parts {
        let file =
            file.map_or(String::new(), |file| format!("; filename=\"{file}\"\r\nContent-Type: text/plain"));
        form.extend(
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").bytes(),
        );
        form.extend_from_slice(content);
        form.extend(b"\r\n");
    }
    form.extend(format!("--{BOUNDARY}--\r\n").bytes());
    form
}

/// A body that comes in the pieces that a test sends, and not at once, as from a slow network.
struct Slow {
    pieces: UnboundedReceiver<Bytes>,
    has_waited: bool,
}

impl Slow {
    fn open() -> (UnboundedSender<Bytes>, Body) {
        let (sender, pieces) = unbounded_channel();
        (sender, Body::new(Self { pieces, has_waited: false }))
    }

    fn of(body: &[u8], size: usize) -> Body {
        let (sender, slow) = Self::open();
        body.chunks(size).for_each(|piece| sender.send(Bytes::copy_from_slice(piece)).unwrap());
        slow
    }
}

impl http_body::Body for Slow {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.has_waited = !self.has_waited;
        if self.has_waited {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.pieces.poll_recv(cx).map(|piece| piece.map(|piece| Ok(Frame::data(piece))))
    }
}

#[tokio::test]
async fn s80_every_unsafe_request_in_somebodys_name_needs_its_token_in_the_header() {
    let site = site(Settings::default()).await;
    let (browser, token) = logged_in(&site).await;
    let (_, of_another_session) = logged_in(&site).await;
    for path in ["/publish/1", "/rename", "/echo", "/hook", "/members/x", "/public/x"] {
        for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            for (sent, status) in [
                (None, 403),
                (Some(""), 403),
                (Some("x"), 403),
                (Some(of_another_session.as_str()), 403),
                (Some(token.as_str()), 200),
            ] {
                let request = browser.fetch(method.clone(), path).header("content-type", "application/json");
                let request = match sent {
                    Some(token) => request.header("x-csrftoken", token),
                    None => request,
                };
                let answer = browser.clone().go(request, r#"{"title":"x"}"#).await;
                assert_eq!(answer.status, status, "{method} {path} {sent:?}: {}", answer.body);
            }
        }
        let doubled = browser.fetch(Method::POST, path).header("x-csrftoken", &token);
        let doubled = doubled.header("x-csrftoken", &token).header("content-type", "application/json");
        assert_eq!(browser.clone().go(doubled, r#"{"title":"x"}"#).await.status, 403, "{path}");
    }
    let bare = browser.fetch(Method::POST, "/publish/1");
    assert_eq!(browser.clone().go(bare, "").await.status, 403);
    let bare = browser.fetch(Method::POST, "/publish/1").header("x-csrftoken", &token);
    assert_eq!(browser.clone().go(bare, "").await.body, "published 1");
}

#[tokio::test]
async fn s80_a_token_in_a_body_that_is_no_form_does_not_count() {
    let site = site(Settings::default()).await;
    let (browser, token) = logged_in(&site).await;
    let form = encode(&[("csrfmiddlewaretoken", &token)]);
    let json = format!(r#"{{"csrfmiddlewaretoken":"{token}"}}"#);
    for (content_type, body) in [
        ("application/json", json.clone()),
        ("application/json", form.clone()),
        ("text/plain", form.clone()),
        ("", form.clone()),
        ("application/x-www-form-urlencoded2", form.clone()),
        ("multipart/mixed; boundary=x", form.clone()),
        (FORM, json),
        (MULTIPART, form.clone()),
    ] {
        assert_eq!(send(&browser, "/publish/1", content_type, body).await.0, 403, "{content_type}");
    }
    let upper = "Application/X-WWW-Form-URLEncoded ; charset=utf-8";
    assert_eq!(send(&browser, "/publish/1", upper, form).await.0, 200);
}

#[tokio::test]
async fn s80_a_form_carries_its_token_to_a_handler_that_reads_none() {
    let site = site(Settings::default()).await;
    let (browser, token) = logged_in(&site).await;
    for path in ["/publish/1", "/hook", "/members/x", "/public/x"] {
        for (sent, status) in [(token.as_str(), 200), ("", 403), ("x", 403), (&token.to_uppercase(), 403)] {
            let fields = [("title", "x"), ("csrfmiddlewaretoken", sent), ("text", "y")];
            assert_eq!(send(&browser, path, FORM, encode(&fields)).await.0, status, "{path} {sent}");
            let parts = fields.map(|(name, value)| (name, None, value.as_bytes()));
            assert_eq!(send(&browser, path, MULTIPART, multipart(&parts)).await.0, status, "{path} {sent}");
        }
        assert_eq!(send(&browser, path, FORM, encode(&[("title", "x")])).await.0, 403, "{path}");
        assert_eq!(
            send(&browser, path, MULTIPART, multipart(&[("title", None, b"x")])).await.0,
            403,
            "{path}"
        );
        let file = [("csrfmiddlewaretoken", Some("token.txt"), token.as_bytes())];
        assert_eq!(
            send(&browser, path, MULTIPART, multipart(&file)).await.0,
            403,
            "a file is no field: {path}"
        );
    }
}

#[tokio::test]
async fn s80_the_handler_reads_the_whole_form_with_the_token_in_it() {
    let site = site(Settings::default()).await;
    let (browser, token) = logged_in(&site).await;
    let sent = encode(&[("title", "a b&c"), ("csrfmiddlewaretoken", &token), ("text", "ü")]);
    let read = format!(r#"[("title", "a b&c"), ("csrfmiddlewaretoken", "{token}"), ("text", "ü")]"#);
    assert_eq!(send(&browser, "/fields", FORM, sent.clone()).await, (200, read));
    let read = r#"[("title", "a b&c"), ("text", "ü")]"#.to_owned();
    assert_eq!(send(&browser, "/own", FORM, sent).await, (200, read));
}

#[tokio::test]
async fn s80_a_form_may_come_byte_by_byte() {
    let site = site(Settings::default()).await;
    let (browser, token) = logged_in(&site).await;
    let fields = [("title", "a b"), ("csrfmiddlewaretoken", &*token), ("text", "a\r\n--b")];
    let encoded = encode(&fields);
    let parts = fields.map(|(name, value)| (name, None, value.as_bytes()));
    for (content_type, form) in [(FORM, encoded.into_bytes()), (MULTIPART, multipart(&parts))] {
        for size in [1, 2, 7, 100] {
            let (status, read) = send(&browser, "/echo", content_type, Slow::of(&form, size)).await;
            assert_eq!((status, read.as_bytes()), (200, &form[..]), "{content_type} by {size}");
            let cut = &form[..form.len() * 2 / 3 - token.len() / 2];
            assert_eq!(send(&browser, "/echo", content_type, Slow::of(cut, size)).await.0, 403);
        }
    }
}

/// Sends a body and returns all that a handler got of it.
async fn upload(
    site: &Site,
    browser: &Browser,
    token: Option<&str>,
    content_type: &str,
    body: Body,
) -> (u16, Bytes) {
    let request = browser.fetch(Method::POST, "/echo").header("content-type", content_type);
    let request = match token {
        Some(token) => request.header("x-csrftoken", token),
        None => request,
    };
    let answer = site.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
    (answer.status().as_u16(), answer.into_body().collect().await.unwrap().to_bytes())
}

fn noise(size: usize) -> Vec<u8> {
    let numbers =
        std::iter::successors(Some(1_u32), |number| Some(number.wrapping_mul(1_664_525).wrapping_add(1_013)));
    numbers.map(|number| number.to_be_bytes()[0]).take(size).collect()
}

#[tokio::test]
async fn s80_an_upload_of_5_mib_behind_its_token_arrives_to_the_byte() {
    let site = site(Settings::default()).await;
    let (browser, token) = logged_in(&site).await;
    let file = ("file", Some("noise.bin"), &*noise(5 << 20));
    let field = ("csrfmiddlewaretoken", None, token.as_bytes());
    let (first, last) = (multipart(&[field, file]), multipart(&[file, field]));
    for pieces in [1 << 10, 100_000, 8 << 20] {
        let (status, read) = upload(&site, &browser, None, MULTIPART, Slow::of(&first, pieces)).await;
        assert!(
            status == 200 && read == first,
            "{pieces}: {status}, {} bytes of {}",
            read.len(),
            first.len()
        );
        let (status, _) = upload(&site, &browser, None, MULTIPART, Slow::of(&last, pieces)).await;
        assert_eq!(status, 403, "nobody reads 5 MiB to find a token");
        let (status, read) = upload(&site, &browser, Some(&token), MULTIPART, Slow::of(&first, pieces)).await;
        assert!(status == 200 && read == first, "{status}, {} bytes of {}", read.len(), first.len());
        let without = multipart(&[file]);
        let (status, read) =
            upload(&site, &browser, Some(&token), MULTIPART, Slow::of(&without, pieces)).await;
        assert!(status == 200 && read == without, "{status}, {} bytes of {}", read.len(), without.len());
    }
}

#[tokio::test]
async fn s80_the_token_stands_within_the_first_16_kib() {
    let site = site(Settings::default()).await;
    let (browser, token) = logged_in(&site).await;
    let field = format!("&csrfmiddlewaretoken={token}");
    for (padding, rest, status) in [
        (MAX_FORM_SIZE - field.len(), "", 200),
        (MAX_FORM_SIZE - field.len(), "&a=b", 403),
        (MAX_FORM_SIZE - field.len() - 1, "&a=b", 200),
        (MAX_FORM_SIZE - field.len() + 1, "", 403),
    ] {
        let form = format!("{}{field}{rest}", "a".repeat(padding));
        for pieces in [1, 1000, MAX_FORM_SIZE, 1 << 20] {
            let body = Slow::of(form.as_bytes(), pieces);
            let (seen, read) = upload(&site, &browser, None, FORM, body).await;
            assert_eq!(seen, status, "{padding} {rest} by {pieces}");
            assert!(seen == 403 || read == form.as_bytes(), "{padding} {rest} by {pieces}");
        }
    }
}

#[tokio::test]
async fn s80_a_handler_runs_as_soon_as_the_token_has_come() {
    let site = site(Settings::default()).await;
    let (browser, token) = logged_in(&site).await;
    let form = encode(&[("csrfmiddlewaretoken", &token), ("title", "x")]).into_bytes();
    let parts = [("csrfmiddlewaretoken", None, token.as_bytes()), ("title", None, b"x")];
    for (content_type, form) in [(FORM, form), (MULTIPART, multipart(&parts))] {
        let (sender, body) = Slow::open();
        let request = browser.fetch(Method::POST, "/echo").header("content-type", content_type);
        let (come, to_come) = form.split_at(form.len() - 5);
        sender.send(Bytes::copy_from_slice(come)).unwrap();
        let answer = site.router.clone().oneshot(request.body(body).unwrap());
        let answer =
            timeout(Duration::from_secs(30), answer).await.expect("the guard waits for more").unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        sender.send(Bytes::copy_from_slice(to_come)).unwrap();
        drop(sender);
        assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), form);
    }
}

#[tokio::test]
async fn s80_of_two_tokens_the_first_counts_and_our_own_form_takes_one_only() {
    let site = site(Settings::default()).await;
    let (browser, token) = logged_in(&site).await;
    for (first, second, status) in [(&*token, "x", 200), ("x", &token, 403), (&token, &token, 200)] {
        let fields = [("csrfmiddlewaretoken", first), ("csrfmiddlewaretoken", second)];
        assert_eq!(send(&browser, "/publish/1", FORM, encode(&fields)).await.0, status);
        let parts = fields.map(|(name, value)| (name, None, value.as_bytes()));
        assert_eq!(send(&browser, "/publish/1", MULTIPART, multipart(&parts)).await.0, status);
        let refused = if status == 200 { 400 } else { 403 };
        assert_eq!(send(&browser, "/own", FORM, encode(&fields)).await.0, refused);
    }
    for (field, header, status) in [("", &*token, 200), ("x", &token, 403), (&token, "x", 200)] {
        let request = browser.form("/publish/1").header("x-csrftoken", header);
        let answer = browser.clone().go(request, encode(&[("csrfmiddlewaretoken", field)])).await;
        assert_eq!(answer.status, status, "as in Django, the field counts before the header");
    }
}

#[tokio::test]
async fn s80_a_public_handler_asks_those_only_who_come_with_a_session_cookie() {
    let site = site(Settings::default()).await;
    let mut visitor = site.browser();
    for (content_type, body) in [("application/json", "{}"), (FORM, "a=b"), (MULTIPART, "x"), ("", "")] {
        let (status, read) = send(&visitor, "/hook", content_type, body).await;
        assert_eq!((status, read.as_str()), (200, body), "{content_type}");
        assert_eq!(send(&visitor, "/public/x", content_type, body).await.0, 200, "{content_type}");
    }
    let token = visitor.token("/token").await;
    assert_eq!(send(&visitor, "/hook", "application/json", "{}").await.0, 200, "its cookie is no session's");
    // Whoever the session was of, the browser cannot tell.
    visitor.cookies.insert("__Host-sessionid".to_owned(), "a".repeat(32));
    assert_eq!(send(&visitor, "/hook", "application/json", "{}").await.0, 403);
    let request = visitor.fetch(Method::POST, "/hook").header("x-csrftoken", &token);
    assert_eq!(visitor.clone().go(request, "").await.status, 200);
    let bearer = visitor.fetch(Method::POST, "/hook").header("authorization", "Bearer x");
    assert_eq!(visitor.clone().go(bearer, "").await.status, 403, "a cookie goes with it all the same");
}

#[tokio::test]
async fn s82_an_exempt_handler_asks_for_no_token() {
    let site = site(Settings::default()).await;
    let (browser, _) = logged_in(&site).await;
    for (content_type, body) in [("application/json", "{}"), (FORM, "a=b"), (MULTIPART, "x")] {
        assert_eq!(send(&browser, "/exempt", content_type, body).await, (200, body.to_owned()));
    }
    assert_eq!(send(&site.browser(), "/exempt", FORM, "a=b").await.0, 401, "the guard decides all the same");
}

#[tokio::test]
async fn s80_a_body_that_another_layer_has_read_has_its_token_in_the_header() {
    let site = site(Settings::default()).await;
    let (browser, token) = logged_in(&site).await;
    let form = encode(&[("csrfmiddlewaretoken", &token)]);
    assert_eq!(send(&browser, "/rewritten", FORM, form.clone()).await.0, 403);
    let request = browser.form("/rewritten").header("x-csrftoken", &token);
    let answer = browser.clone().go(request, form.clone()).await;
    assert_eq!((answer.status, answer.body), (200, form));
}

#[tokio::test]
async fn s112_a_hostile_form_is_refused_and_read_no_further() {
    let site = site(Settings::default()).await;
    let (browser, token) = logged_in(&site).await;
    let good = multipart(&[("csrfmiddlewaretoken", None, token.as_bytes())]);
    let text = String::from_utf8(good.clone()).unwrap();
    let with = |boundary: &str| {
        (format!("multipart/form-data; boundary={boundary}"), text.replace(BOUNDARY, boundary))
    };
    for (boundary, status) in
        [("x", 200), (&*"x".repeat(70), 200), (&*"x".repeat(71), 403), (&*"x".repeat(9000), 403)]
    {
        let (content_type, form) = with(boundary);
        assert_eq!(send(&browser, "/publish/1", &content_type, form).await.0, status, "{boundary:.80}");
    }
    let headers = "X-Filler: y\r\n".repeat(1000);
    let name = "Content-Disposition: form-data; name=\"csrfmiddlewaretoken\"";
    for (content_type, form) in [
        (MULTIPART, String::new()),
        (MULTIPART, "\r\n".repeat(5000)),
        (MULTIPART, format!("--{BOUNDARY}\r\n").repeat(300)),
        (MULTIPART, format!("--{BOUNDARY}--\r\n{text}")),
        (MULTIPART, text.replace(name, &format!("{headers}{name}"))),
        (MULTIPART, text.replace("name=\"", &format!("name=\"{}", "\\\"".repeat(7000)))),
        (MULTIPART, text.replace("name=", "nom=")),
        (MULTIPART, text.replace("\r\n", "\n")),
        (MULTIPART, text[..text.len() / 2].to_owned()),
        (MULTIPART, "-".repeat(1 << 20)),
        ("multipart/form-data", text.clone()),
        ("multipart/form-data; boundary=", text.clone()),
        ("multipart/form-data; boundary", text.clone()),
        (FORM, "&".repeat(1 << 20)),
        (FORM, "=".repeat(1 << 20)),
        (FORM, format!("csrfmiddlewaretoken{}={token}", "%".repeat(100))),
        (FORM, format!("csrfmiddlewaretoken={}{token}", "%ff".repeat(100))),
    ] {
        let seen = send(&browser, "/publish/1", content_type, form.clone()).await.0;
        assert_eq!(seen, 403, "{content_type} {form:.200}");
    }
}

#[tokio::test]
async fn s80_a_refusal_tells_the_log_why_and_the_browser_what_to_do() {
    let site = site(Settings::default()).await;
    let (browser, _) = logged_in(&site).await;
    let (log, _guard) = Log::start();
    let (status, problem) = send(&browser, "/rename", "application/json", "{}").await;
    assert!(status == 403 && problem.contains("Go back, reload the page and send it again."), "{problem}");
    let text = log.text();
    assert!(text.contains("djauth::csrf") && text.contains("CSRF token missing."), "{text}");
}

#[tokio::test]
async fn the_django_profile_asks_everybody_and_gives_djangos_reasons() {
    let site = site(Settings::django()).await;
    let (browser, token) = logged_in(&site).await;
    let field = encode(&[("csrfmiddlewaretoken", &token)]);
    let wrong = encode(&[("csrfmiddlewaretoken", &"a".repeat(64))]);
    let visitor = site.browser();
    for (browser, method, path, header, body, reason) in [
        (&browser, "POST", "/publish/1", None, field.as_str(), None),
        (&browser, "POST", "/publish/1", Some(token.as_str()), "", None),
        (&browser, "PUT", "/publish/1", Some(&token), "", None),
        (&browser, "PUT", "/own", Some(&token), &wrong, None),
        (&browser, "OPTIONS", "/publish/1", None, "", None),
        (&browser, "TRACE", "/hook", None, "", None),
        (&browser, "POST", "/publish/1", None, "", Some("CSRF token missing.")),
        (&browser, "PUT", "/publish/1", None, &field, Some("CSRF token missing.")),
        (&browser, "POST", "/publish/1", Some(&token), &wrong, Some("CSRF token from POST incorrect.")),
        (
            &browser,
            "POST",
            "/hook",
            Some("x"),
            "",
            Some("CSRF token from the 'X-Csrftoken' HTTP header has incorrect length."),
        ),
        (&visitor, "POST", "/hook", None, "", Some("CSRF cookie not set.")),
        (&visitor, "POST", "/public/x", Some(&token), &field, Some("CSRF cookie not set.")),
    ] {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let request = browser.request(method.clone(), path).header("content-type", FORM);
        let request = match header {
            Some(token) => request.header("x-csrftoken", token),
            None => request,
        };
        let (log, _guard) = Log::start();
        let status = browser.clone().go(request, body.to_owned()).await.status;
        let seen = format!("{method} {path} {header:?} {body}: {}", log.text());
        assert_eq!(status, if reason.is_some() { 403 } else { 200 }, "{seen}");
        assert!(reason.is_none_or(|reason| seen.contains(reason)), "{seen}");
    }
    let bearer = visitor.request(Method::POST, "/hook").header("authorization", "Bearer x");
    assert_eq!(visitor.clone().go(bearer, "").await.status, 403, "Django makes no difference");
    let foreign = visitor.request(Method::POST, "/publish/1").header("origin", "https://evil.example");
    assert_eq!(visitor.clone().go(foreign, "").await.status, 403);
    let sent = visitor.clone().go(visitor.request(Method::POST, "/publish/1"), "").await;
    assert_eq!(sent.status, 302, "S6: the login comes before the token");
    assert_eq!(visitor.clone().go(visitor.request(Method::POST, "/exempt"), "").await.status, 302);
}
