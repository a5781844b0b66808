//! Does the router fit the layer? What the compiler cannot see is tried out when the program starts (rules S7, S18).

use axum::{Router, body::Body};
use djauth_runtime::{check::CheckMessage, user::AuthUser};
use http::{Request, StatusCode, header::HOST};
use tower_service::Service;

use crate::Auth;

impl<U: AuthUser> Auth<U> {
    /// Opens the login page as a visitor would, and says what keeps it from being seen. `app` has the layer already.
    pub async fn check_routes(&self, app: Router) -> Vec<CheckMessage> {
        let login_url = &self.settings().login_url;
        // A page on another site is that site's to check.
        if !login_url.starts_with('/') || login_url.starts_with("//") {
            return Vec::new();
        }
        let request = Request::get(login_url).header(HOST, self.site().hosts.example());
        let Ok(request) = request.body(Body::empty()) else {
            let hint = "write a path such as \"/accounts/login/\"";
            return vec![CheckMessage::error("djauth.E007", format!("`login_url` is {login_url:?}"), hint)];
        };
        let mut app = app;
        let Ok(answer) = app.call(request).await;
        judge(answer.status(), login_url).into_iter().collect()
    }
}

fn judge(status: StatusCode, login_url: &str) -> Option<CheckMessage> {
    match status {
        StatusCode::NOT_FOUND => Some(CheckMessage::error(
            "djauth.E008",
            format!("there is no login page at `{login_url}`"),
            "add `.nest(\"/accounts\", auth.urls())` to the router, or set `login_url` to a page of your own",
        )),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Some(guarded(login_url)),
        status if status.is_redirection() => Some(guarded(login_url)),
        status if status.is_client_error() => Some(CheckMessage::error(
            "djauth.E019",
            format!("the login page at `{login_url}` answers a visitor's GET with {}", status.as_u16()),
            "let it answer GET with its form, and see in the log what it objects to",
        )),
        StatusCode::INTERNAL_SERVER_ERROR => Some(CheckMessage::error(
            "djauth.E010",
            format!("the login page at `{login_url}` fails; the log says why"),
            "have one layer, `.layer(auth.layer())`, on the outermost router; `djauth::manage` adds it by itself",
        )),
        _ => None,
    }
}

fn guarded(login_url: &str) -> CheckMessage {
    CheckMessage::error(
        "djauth.E009",
        format!("the login page at `{login_url}` is guarded, so nobody could log in"),
        "put `#[login_not_required]` on it",
    )
}
