//! A browser, as far as these tests need one: it keeps cookies and says where its forms come from.

use std::collections::BTreeMap;

use axum::{Router, body::Body};
use http::{HeaderMap, Method, Request, header, request::Builder};
use http_body_util::BodyExt;
use tower::ServiceExt;

/// What browsers accept when they navigate.
pub(crate) const HTML: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// A browser on one site.
#[derive(Clone)]
pub(crate) struct Browser {
    router: Router,
    host: &'static str,
    pub(crate) cookies: BTreeMap<String, String>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Browser {
    pub(crate) fn new(router: Router, host: &'static str) -> Self {
        Self { router, host, cookies: BTreeMap::new() }
    }

    /// Begins a request with host and cookies.
    pub(crate) fn request(&self, method: Method, path: &str) -> Builder {
        let request = Request::builder().method(method).uri(path).header(header::HOST, self.host);
        if self.cookies.is_empty() {
            return request;
        }
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request.header(header::COOKIE, cookies.join("; "))
    }

    /// Sends a request and keeps the cookies of the answer.
    pub(crate) async fn go(&mut self, request: Builder, body: impl Into<Body>) -> Answer {
        let answer = send(&self.router, request.body(body.into()).unwrap()).await;
        for cookie in answer.set_cookies() {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        let request = self.request(Method::GET, path).header(header::ACCEPT, HTML);
        self.go(request, Body::empty()).await
    }

    /// Begins the request that sends a form of the site itself.
    pub(crate) fn form(&self, path: &str) -> Builder {
        self.request(Method::POST, path)
            .header(header::ACCEPT, HTML)
            .header(header::CONTENT_TYPE, FORM)
            .header("sec-fetch-site", "same-origin")
            .header("sec-fetch-mode", "navigate")
    }

    /// Begins a request of a script of the site itself.
    pub(crate) fn fetch(&self, method: Method, path: &str) -> Builder {
        self.request(method, path).header("sec-fetch-site", "same-origin").header("sec-fetch-mode", "cors")
    }

    /// Sends a form of the site itself.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self.form(path);
        self.go(request, encode(fields)).await
    }

    /// Opens a page with a form and returns the token in it.
    pub(crate) async fn token(&mut self, path: &str) -> String {
        self.get(path).await.field("csrfmiddlewaretoken")
    }

    /// Opens the login page, and sends its form with what the page had in it.
    pub(crate) async fn log_in(&mut self, path: &str, username: &str, password: &str) -> Answer {
        let page = self.get(path).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let (token, next) = (page.field("csrfmiddlewaretoken"), page.field("next"));
        let fields = [
            ("csrfmiddlewaretoken", token.as_str()),
            ("next", &next),
            ("username", username),
            ("password", password),
        ];
        self.post(path, &fields).await
    }

    /// Logs in without the work of hashing.
    pub(crate) async fn vouch(&mut self, username: &str) {
        let answer = self.post(&format!("/vouch/{username}"), &[]).await;
        assert_eq!(answer.status, 204, "{}", answer.body);
    }

    /// Returns the session cookie, under whichever name it has.
    pub(crate) fn session(&self) -> Option<&str> {
        let found = self.cookies.iter().find(|(name, _)| name.ends_with("sessionid"));
        found.map(|(_, value)| value.as_str())
    }
}

pub(crate) async fn send(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    }
}

pub(crate) fn encode(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

impl Answer {
    pub(crate) fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn location(&self) -> &str {
        self.header(header::LOCATION).unwrap_or_default()
    }

    pub(crate) fn set_cookies(&self) -> Vec<&str> {
        self.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap()).collect()
    }

    /// Returns the value of an `<input>`.
    pub(crate) fn field(&self, name: &str) -> String {
        let start = format!("name=\"{name}\"");
        let rest =
            self.body.split_once(&start).unwrap_or_else(|| panic!("no field {name} in {}", self.body)).1;
        let value = rest.split_once("value=\"").unwrap().1.split('"').next().unwrap();
        value.replace("&#x2f;", "/").replace("&amp;", "&")
    }
}
