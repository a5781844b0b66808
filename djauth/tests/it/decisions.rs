//! Who gets which answer: the table of the design, for every method.

use axum::{Router, extract::Path};
use djauth::{
    Error, Settings, Unavailable,
    axum::{Rejection, routing::any},
    prelude::*,
};
use http::{Method, header};

use crate::{
    browser::{Browser, HTML},
    site::{ANN, Site},
};

const METHODS: [Method; 7] =
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];

/// Headers by which a program, not a browser that navigates, is known.
const PROGRAMS: [&[(&str, &str)]; 3] = [
    &[("accept", "application/json")],
    &[("accept", "*/*"), ("authorization", "Bearer x")],
    &[("accept", "*/*"), ("sec-fetch-mode", "cors")],
];

#[tokio::test]
async fn s11_s13_a_visitor_is_sent_to_log_in_whatever_the_method() {
    let site = Site::new().await;
    for method in METHODS {
        let mut browser = site.browser();
        let request = browser.request(method.clone(), "/publish/1?a=b").header(header::ACCEPT, HTML);
        let answer = browser.go(request, "").await;
        assert_eq!(answer.status, 303, "{method}");
        assert_eq!(answer.location(), "/accounts/login/?next=/publish/1%3Fa%3Db");
        assert!(answer.body.is_empty() && answer.set_cookies().is_empty());
    }
}

#[tokio::test]
async fn a_program_without_a_login_gets_401_and_problem_details() {
    let site = Site::new().await;
    for method in METHODS {
        for headers in PROGRAMS {
            let mut browser = site.browser();
            let mut request = browser.request(method.clone(), "/publish/1");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let answer = browser.go(request, "").await;
            assert_eq!(answer.status, 401, "{method} {headers:?}");
            assert_eq!(answer.header("content-type"), Some("application/problem+json"));
            assert!(answer.header("www-authenticate").is_some(), "RFC 9110, section 15.5.2");
            assert_eq!(answer.header("location"), None);
            if method != Method::HEAD {
                let problem: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
                assert_eq!((&problem["status"], &problem["title"]), (&401.into(), &"Unauthorized".into()));
            }
        }
    }
}

#[tokio::test]
async fn a_user_who_lacks_something_gets_403() {
    let site = Site::new().await;
    site.somebody(ANN).await;
    let mut browser = site.browser_of(ANN).await;
    for method in METHODS {
        let request = |browser: &Browser| {
            browser.request(method.clone(), "/publish/1").header("sec-fetch-site", "same-origin")
        };
        let page = browser.go(request(&browser).header(header::ACCEPT, HTML), "").await;
        assert_eq!((page.status, page.header("content-type")), (403, Some("text/html; charset=utf-8")));
        let problem = browser.go(request(&browser).header(header::ACCEPT, "application/json"), "").await;
        assert_eq!((problem.status, problem.header("content-type")), (403, Some("application/problem+json")));
    }
}

/// Gives up, as a handler does whose own functions refuse or fail.
#[login_not_required]
async fn gives_up(Path(why): Path<String>) -> Result<(), Rejection> {
    Err(match why.as_str() {
        "denied" => PermissionDenied.into(),
        "unavailable" => Error::from(Unavailable::overloaded("the till")).into(),
        _ => Error::invalid("no such reason").into(),
    })
}

#[tokio::test]
async fn a_handler_that_gives_up_answers_whoever_asked_as_a_guard_does() {
    const PAGE: &str = "text/html; charset=utf-8";
    const PROBLEM: &str = "application/problem+json";
    for (settings, to_programs) in [(Settings::default(), PROBLEM), (Settings::django(), PAGE)] {
        let mut site = Site::with(settings).await;
        site.serve(Router::new().route("/{why}", any(gives_up)));
        for (path, status) in [("/denied", 403), ("/unavailable", 503), ("/other", 400)] {
            for (accept, kind) in [(HTML, PAGE), ("application/json", to_programs)] {
                let ask = async |method| {
                    let mut browser = site.browser();
                    let request = browser.request(method, path).header(header::ACCEPT, accept);
                    browser.go(request, "").await
                };
                let (whole, head) = (ask(Method::GET).await, ask(Method::HEAD).await);
                for answer in [&whole, &head] {
                    assert_eq!(
                        (answer.status, answer.header("content-type")),
                        (status, Some(kind)),
                        "{path}"
                    );
                    assert_eq!(answer.header("retry-after").is_some(), status == 503);
                }
                assert_eq!(whole.body.starts_with('{'), kind == PROBLEM, "{}", whole.body);
                assert_eq!(head.header("content-length"), Some(&*whole.body.len().to_string()));
            }
        }
    }
}

#[tokio::test]
async fn what_a_layer_made_of_an_answer_stays() {
    let mut site = Site::deployed().await;
    for kind in ["text/plain", "text/html; charset=utf-8"] {
        let pretty = axum::middleware::map_response(async |mut answer: axum::response::Response| {
            answer.headers_mut().insert(header::CONTENT_TYPE, kind.parse().unwrap());
            answer.map(|_| axum::body::Body::from("No."))
        });
        site.serve(Router::new().route("/{why}", any(gives_up)).layer(pretty));
        let mut browser = site.browser();
        let request = browser.request(Method::GET, "/denied").header(header::ACCEPT, "application/json");
        let answer = browser.go(request, "").await;
        let (shown, body) = (answer.header("content-type"), &*answer.body);
        assert_eq!((answer.status, shown, body), (403, Some(kind), "No."));
    }
}

#[tokio::test]
async fn without_a_layer_a_handler_that_gives_up_answers_with_a_page() {
    let router = Router::new().route("/{why}", any(gives_up));
    let answer = Browser::new(router, "localhost").get("/denied").await;
    assert_eq!((answer.status, answer.header("content-type")), (403, Some("text/html; charset=utf-8")));
}

#[tokio::test]
async fn raise_exception_is_403_for_a_visitor_too() {
    let site = Site::new().await;
    assert_eq!(site.browser().get("/strict").await.status, 403);
}

#[tokio::test]
async fn s13_the_way_back_is_the_whole_path_also_in_nested_routers() {
    let site = Site::new().await;
    let sent = site.browser().get("/nested/deeply/home?x=%C3%A9").await;
    assert_eq!(sent.location(), "/accounts/login/?next=/nested/deeply/home%3Fx%3D%25C3%25A9");
}

#[tokio::test]
async fn s13_a_way_back_that_is_too_long_is_left_out() {
    let site = Site::new().await;
    let sent = site.browser().get(&format!("/publish/1?{}", "x".repeat(17_000))).await;
    assert_eq!((sent.status, sent.location()), (303, "/accounts/login/"));
}

#[tokio::test]
async fn s10_denied_requests_change_nothing() {
    let site = Site::sqlite().await;
    site.somebody(ANN).await;
    let logged_in = site.browser_of(ANN).await;
    let pool = site.auth.sqlite().unwrap().pool().clone();
    let rows = async || {
        let count = "SELECT (SELECT COUNT(*) FROM djauth_session) + (SELECT COUNT(*) FROM accounts_member)";
        sqlx::query_scalar::<_, i64>(count).fetch_one(&pool).await.unwrap()
    };
    let before = rows().await;
    for round in 0..500 {
        let answer = site.browser().get("/publish/1").await;
        assert!(answer.set_cookies().is_empty(), "round {round}");
        let answer = logged_in.clone().get("/publish/1").await;
        assert_eq!((answer.status, answer.set_cookies().len()), (403, 0), "round {round}");
        let mut forged = site.browser();
        forged.cookies.insert("sessionid".to_owned(), format!("{round:032}"));
        assert_eq!(forged.get("/").await.status, 303);
    }
    assert_eq!(rows().await, before);
}
