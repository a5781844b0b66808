//! The program of the guide, as far as it needs no server.

use axum::{Router, extract::Path};
use djauth::{AuthUser, PasswordHash, axum::routing::{get, post}, login_required, permission_required, permissions};
use time::OffsetDateTime;

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

#[permissions(app = "blog", can_publish = "Can publish posts")]
pub struct Post;

#[login_required]
async fn home() -> &'static str {
    "home"
}

#[permission_required("blog.can_publish")]
async fn publish(Path(id): Path<i64>) -> String {
    format!("published {id}")
}

fn main() {
    let _: Router = Router::new().route("/", get(home)).route("/publish/{id}", post(publish));
    assert_eq!(Member::MODEL.table, "accounts_member");
    assert_eq!(Post::CAN_PUBLISH.as_str(), "blog.can_publish");
}
