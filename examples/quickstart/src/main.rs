//! Members who log in by e-mail address, and a page for those who may publish.

use axum::{Router, response::Html};
use djauth::{
    axum::{CsrfToken, routing::get},
    prelude::*,
};

/// Somebody who can log in.
#[derive(AuthUser, Debug, Clone)]
#[auth(app = "accounts")]
pub struct Member {
    pub id: i64,
    #[auth(username, email)]
    pub email: String,
    pub password: PasswordHash,
    pub last_login: Option<OffsetDateTime>,
    pub is_active: bool,
    pub is_staff: bool,
    pub is_superuser: bool,
    pub nickname: Option<String>,
}

/// Declares `blog.add_post`, `change_`, `delete_` and `view_post`, and one of its own.
#[permissions(app = "blog", can_publish = "Can publish posts")]
pub struct Post;

#[login_required]
async fn home(CurrentUser(member): CurrentUser<Member>) -> String {
    format!("Hello {}", member.nickname.as_ref().unwrap_or(&member.email))
}

#[permission_required("blog.can_publish")]
async fn drafts() -> &'static str {
    "Three drafts wait to be published."
}

#[login_required]
async fn goodbye(token: CsrfToken) -> Html<String> {
    let token = token.input();
    Html(format!(r#"<form method="post" action="/accounts/logout/">{token}<button>Log out</button></form>"#))
}

#[tokio::main]
async fn main() -> djauth::Result<()> {
    let auth = Auth::<Member>::connect("sqlite://quickstart.db").await?;
    let app = Router::new()
        .route("/", get(home))
        .route("/drafts/", get(drafts))
        .route("/goodbye/", get(goodbye))
        .nest("/accounts", auth.urls());
    djauth::manage(auth, app).await
}
