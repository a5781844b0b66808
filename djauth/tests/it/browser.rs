//! A browser, as far as these tests need one: it keeps cookies and says where its forms come from.

use std::collections::BTreeMap;

use axum::{Router, body::Body};
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use tower::ServiceExt;

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
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Browser {
    pub(crate) fn new(router: Router, host: &'static str) -> Self {
        Self { router, host, cookies: BTreeMap::new() }
    }

    /// Sends a request as it is, and keeps no cookie of the answer.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    /// Begins a request with host and cookies.
    pub(crate) fn request(&self, method: Method, path: &str) -> http::request::Builder {
        let request = Request::builder().method(method).uri(path).header(header::HOST, self.host);
        if self.cookies.is_empty() {
            return request;
        }
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request.header(header::COOKIE, cookies.join("; "))
    }

    /// Sends a request and keeps the cookies of the answer.
    pub(crate) async fn go(&mut self, request: http::request::Builder, body: impl Into<Body>) -> Answer {
        let answer = self.send(request.body(body.into()).unwrap()).await;
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
        let request = self.request(Method::GET, path).header(header::ACCEPT, "text/html,*/*;q=0.8");
        self.go(request, Body::empty()).await
    }

    /// Sends a form of the site itself.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self
            .request(Method::POST, path)
            .header(header::ACCEPT, "text/html,*/*;q=0.8")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .header("sec-fetch-mode", "navigate");
        self.go(request, body).await
    }

    /// Opens the login page, and sends its form with what the page had in it.
    pub(crate) async fn log_in(&mut self, path: &str, username: &str, password: &str) -> Answer {
        let page = self.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
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
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.body);
    }
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
        rest.split_once("value=\"")
            .unwrap()
            .1
            .split('"')
            .next()
            .unwrap()
            .replace("&#x2f;", "/")
            .replace("&amp;", "&")
    }
}
