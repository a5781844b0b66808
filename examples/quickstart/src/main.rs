//! Members who log in by e-mail address, and a page for those who may publish. It is the program of the README.

use axum::Router;
use djauth::{axum::routing::get, prelude::*};

#[derive(AuthUser, Debug, Clone)]
#[auth(app = "accounts")]
pub struct Member {
    pub id: i64,
    #[auth(username, email)]
    pub email: String,
    pub password: PasswordHash,
    pub last_login: Option<OffsetDateTime>,
    pub is_active: bool,
    pub is_superuser: bool,
    pub nickname: Option<String>, // any column of your own
}

// Declares blog.add_post, blog.change_post, blog.delete_post, blog.view_post, and:
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

#[tokio::main]
async fn main() -> djauth::Result<()> {
    let auth = Auth::<Member>::connect("sqlite://quickstart.db").await?;
    let app = Router::new()
        .route("/", get(home))
        .route("/drafts/", get(drafts))
        // The pages to log in and out.
        .nest("/accounts", auth.urls());
    djauth::manage(auth, app).await // serve, migrate, createsuperuser, ...
}
