//! How many statements does a request cost? (design: 0 for a page that asks for nobody, 1 with a permission guard.)

use http::Method;

use crate::site::Site;

async fn cost(site: &Site, path: &str, logged_in: bool) -> (u16, u64) {
    let mut browser = site.browser();
    if logged_in {
        browser.vouch("ann@example.org").await;
    }
    let store = site.auth.sqlite().unwrap();
    let before = store.statements();
    let status = browser.get(path).await.status;
    (status, store.statements() - before)
}

#[tokio::test]
async fn a_request_costs_as_few_statements_as_the_design_promises() {
    let site = Site::sqlite().await;
    let ann = site.user("ann@example.org").await;
    site.grant(&ann, "blog.can_publish").await;
    for (path, logged_in, expected) in [
        ("/static", false, (200, 0)),
        ("/static", true, (200, 0)),
        ("/about", false, (200, 0)),
        ("/", false, (303, 0)),
        ("/publish/1", false, (303, 0)),
        ("/accounts/login/", false, (200, 0)),
        ("/nowhere", true, (404, 0)),
        ("/about", true, (200, 1)),
        ("/", true, (200, 1)),
        ("/publish/1", true, (200, 1)),
        ("/strict", true, (403, 1)),
        ("/edit", true, (200, 1)),
        ("/accounts/login/", true, (200, 1)),
    ] {
        assert_eq!(cost(&site, path, logged_in).await, expected, "{path}, logged in: {logged_in}");
    }
}

#[tokio::test]
async fn s80_a_token_costs_no_statement() {
    let site = Site::sqlite().await;
    let ann = site.user("ann@example.org").await;
    site.grant(&ann, "blog.can_publish").await;
    let mut browser = site.browser_of("ann@example.org").await;
    let token = browser.token("/token").await;
    let request = browser.request(Method::POST, "/publish/1").header("sec-fetch-site", "same-origin");
    let store = site.auth.sqlite().unwrap();
    let before = store.statements();
    let answer = browser.go(request.header("x-csrftoken", token), "").await;
    assert_eq!((answer.status, store.statements() - before), (200, 1));
}
