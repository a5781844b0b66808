//! The way of a user from the login page and back.

use crate::site::{PASSWORD, Site};

#[tokio::test]
async fn a_visitor_logs_in_is_refused_granted_and_revoked_and_logs_out() {
    for site in [Site::new().await, Site::sqlite().await] {
        let ann = site.user("ann@example.org").await;
        let mut browser = site.browser();

        let sent = browser.get("/publish/7?draft=1").await;
        assert_eq!(sent.status, 303);
        assert_eq!(sent.location(), "/accounts/login/?next=/publish/7%3Fdraft%3D1");
        assert!(sent.body.is_empty(), "a redirect has no body");

        let wrong = browser.log_in(sent.location(), "ann@example.org", "wrong").await;
        assert_eq!(wrong.status, 200);
        assert!(wrong.body.contains("Please enter a correct email and password."), "{}", wrong.body);
        assert!(!browser.cookies.contains_key("sessionid"), "S46: a failed login makes no session");

        let logged_in = browser.log_in(sent.location(), "ann@example.org", PASSWORD).await;
        assert_eq!((logged_in.status.as_u16(), logged_in.location()), (303, "/publish/7?draft=1"));
        assert_eq!(browser.get("/").await.body, "Hello ann@example.org");

        assert_eq!(browser.get(logged_in.location()).await.status, 403);
        site.grant(&ann, "blog.can_publish").await;
        assert_eq!(browser.get(logged_in.location()).await.body, "published 7");
        site.revoke(&ann, "blog.can_publish").await;
        assert_eq!(browser.get(logged_in.location()).await.status, 403, "S90: revoked now, denied next");

        let token = browser.get("/edit").await.body;
        let out = browser.post("/accounts/logout/", &[("csrfmiddlewaretoken", &token)]).await;
        assert_eq!(out.status, 200, "{}", out.body);
        assert!(out.body.contains("Logged out"));
        assert_eq!(out.header("clear-site-data"), Some("\"cache\", \"storage\""));
        assert_eq!(browser.get("/").await.status, 303);
    }
}
