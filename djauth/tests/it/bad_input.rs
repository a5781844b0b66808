//! Forms that no browser sends: a clear refusal, never a 500 (rule S89).

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use axum::body::{Body, Bytes};
use djauth::{Error, manager::NewUser};
use http_body::Frame;

use crate::{
    browser::{Answer, Browser, FORM, encode},
    site::{ANN, BEN, PASSWORD, Site},
};

/// Sends a login form as it is, with the token in the header.
async fn send(site: &Site, content_type: Option<&str>, body: impl Into<Body>) -> (Answer, Browser) {
    let mut browser = site.browser();
    let token = browser.token("/accounts/login/").await;
    let request = browser.request(http::Method::POST, "/accounts/login/").header("x-csrftoken", token);
    let request = request.header("sec-fetch-site", "same-origin").header("accept", "text/html");
    let request = match content_type {
        Some(content_type) => request.header("content-type", content_type),
        None => request,
    };
    let answer = browser.go(request, body).await;
    (answer, browser)
}

#[tokio::test]
async fn a_form_that_is_no_form_is_refused() {
    let site = Site::new().await;
    site.user(ANN).await;
    let good = encode(&[("username", ANN), ("password", PASSWORD)]);
    for (content_type, body, status) in [
        (Some(FORM), good.clone().into_bytes(), 303),
        (Some("Application/X-WWW-Form-Urlencoded; charset=utf-8"), good.clone().into_bytes(), 303),
        (Some("application/json"), br#"{"username":"a"}"#.to_vec(), 415),
        (Some("multipart/form-data; boundary=x"), b"--x--".to_vec(), 415),
        (Some("text/plain"), good.clone().into_bytes(), 415),
        (None, good.clone().into_bytes(), 415),
        (None, Vec::new(), 400),
        (Some(FORM), Vec::new(), 400),
        (Some(FORM), b"username=a".to_vec(), 400),
        (Some(FORM), b"password=a".to_vec(), 400),
        (Some(FORM), b"username=&password=".to_vec(), 400),
        (Some(FORM), b"username=a%00b&password=x".to_vec(), 400),
        (Some(FORM), format!("{good}&username={ANN}").into_bytes(), 400),
        (Some(FORM), format!("{good}&password=x").into_bytes(), 400),
        (Some(FORM), format!("{good}&next=/a&next=/b").into_bytes(), 400),
        (Some(FORM), b"username=%FF&password=x".to_vec(), 400),
        (Some(FORM), b"username=\xff&password=x".to_vec(), 400),
        (Some(FORM), b"&&&=&%&%2".to_vec(), 400),
        (Some(FORM), b"username=a&password=x%00".to_vec(), 200),
        (Some(FORM), format!("{good}&is_superuser=on&x=y").into_bytes(), 303),
    ] {
        let shown = String::from_utf8_lossy(&body).into_owned();
        let (answer, browser) = send(&site, content_type, body).await;
        assert_eq!(answer.status, status, "{content_type:?} {shown}: {}", answer.body);
        assert_eq!(browser.session().is_some(), status == 303);
    }
}

#[tokio::test]
async fn s91_only_create_superuser_makes_a_superuser() {
    let auth = Site::new().await.auth;
    assert!(!auth.create_user(NewUser::new(ANN)).await.unwrap().is_superuser);
    assert!(auth.create_superuser(NewUser::new(BEN)).await.unwrap().is_superuser);
}

#[tokio::test]
async fn what_a_new_user_is_not_given_by_name_is_refused_and_nobody_is_made() {
    let auth = Site::sqlite().await.auth;
    for (new, expected) in [
        (
            NewUser::new(ANN).set("email", BEN),
            "the field `email` is not for `set`; the username is given to `NewUser::new`",
        ),
        (
            NewUser::new(ANN).set("password", PASSWORD),
            "the field `password` is not for `set`; the password is given by `.password(...)`",
        ),
        (
            NewUser::new(ANN).set("is_superuser", true),
            "the field `is_superuser` is not for `set`; superusers are made by `create_superuser`",
        ),
        (NewUser::new(ANN).set("nick", "Ann"), "`member` has no field `nick`"),
        (NewUser::new(ANN).set("is_active", "yes"), "the field `is_active` takes a truth value, not text"),
        (NewUser::new(ANN).set("id", "x"), "the field `id` takes an integer, not text"),
    ] {
        match auth.create_user(new).await {
            Err(Error::Invalid(text)) => assert_eq!(text, expected),
            other => panic!("{expected}: {other:?}"),
        }
        assert!(auth.users().find_users("is_superuser", &false.into(), 9).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn missing_fields_are_told_on_the_page() {
    let site = Site::new().await;
    let (answer, _) = send(&site, Some(FORM), "username=").await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.body.matches("This field is required.").count(), 2, "{}", answer.body);
    assert!(answer.body.contains("<a href=\"#id_username\">Email</a>"), "{}", answer.body);
}

/// So many bytes, of which nobody knows the number before.
struct Chunked(usize);

impl http_body::Body for Chunked {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let chunk = self.0.min(1000);
        self.0 -= chunk;
        Poll::Ready((chunk > 0).then(|| Ok(Frame::data(Bytes::from(vec![b'a'; chunk])))))
    }
}

#[tokio::test]
async fn s89_a_form_of_more_than_16_kib_is_refused_however_it_comes() {
    let site = Site::new().await;
    for (body, status) in [
        (Body::from("a".repeat(16 * 1024)), 400),
        (Body::from("a".repeat(16 * 1024 + 1)), 413),
        (Body::from("a".repeat(1024 * 1024)), 413),
        (Body::new(Chunked(16 * 1024)), 400),
        (Body::new(Chunked(16 * 1024 + 1)), 413),
        (Body::new(Chunked(1024 * 1024)), 413),
    ] {
        let (answer, _) = send(&site, Some(FORM), body).await;
        assert_eq!(answer.status, status);
    }
}

#[tokio::test]
async fn s102_malformed_headers_are_a_visitors_and_never_a_500() {
    let site = Site::new().await;
    for (name, value) in [
        ("authorization", &b"Basic \xff"[..]),
        ("authorization", b""),
        ("cookie", b"\xff\xfe"),
        ("cookie", b"sessionid=\xff; csrftoken=\xff"),
        ("cookie", b";;;===;"),
        ("accept", b"\xff"),
        ("accept", b"text/html;q=x,,;"),
        ("referer", b"http://["),
        ("origin", b"\xff"),
        ("sec-fetch-mode", b"\xff"),
        ("user-agent", b"\xff"),
    ] {
        for path in
            ["/", "/about", "/accounts/login/", "/publish/1?next=%FF", "/accounts/login/?next=%FF&next=%00"]
        {
            let mut browser = site.browser();
            let request = browser.request(http::Method::GET, path).header(name, value);
            let answer = browser.go(request, "").await;
            assert!(answer.status < 500, "{name}: {} on {path}: {}", value.escape_ascii(), answer.status);
        }
    }
}

#[tokio::test]
async fn s89_a_query_of_too_many_fields_is_refused() {
    let site = Site::new().await;
    let answer = site.browser().get(&format!("/accounts/login/?{}", "a&".repeat(1001))).await;
    assert_eq!(answer.status, 400);
}
