//! Rule S17: what the macros generate compiles in the edition before as well.

use axum::Router;
use djauth::{
    axum::routing::get, login_not_required, login_required, permission_required, permissions,
    user_passes_test, AuthUser, PasswordHash, PermissionDenied,
};
use time::OffsetDateTime;

/// Somebody.
#[derive(AuthUser, Debug, Clone)]
#[auth(app = "accounts")]
pub struct Member {
    /// The primary key.
    pub id: i64,
    /// What they log in with.
    pub username: String,
    /// The hash.
    pub password: PasswordHash,
    /// The last time.
    pub last_login: Option<OffsetDateTime>,
    /// Whether they have every permission.
    pub is_superuser: bool,
}

/// Something that is written.
#[permissions(app = "blog", can_publish = "Can publish posts")]
#[derive(Debug)]
pub struct Post;

/// For anybody.
#[login_not_required]
pub async fn about() -> &'static str {
    "about"
}

/// For users.
#[login_required]
pub async fn home() -> &'static str {
    "home"
}

/// For editors.
#[permission_required("blog.can_publish", not(Post::DELETE))]
pub async fn publish() -> &'static str {
    "published"
}

/// For the first user.
#[user_passes_test(|member: &Member| member.id == 1)]
pub async fn first() -> &'static str {
    "first"
}

/// For whoever asks in the name of an editor.
///
/// # Errors
/// [`PermissionDenied`] if the actor may not publish.
#[permission_required(Post::CAN_PUBLISH, user = actor)]
pub fn publish_now(actor: &dyn djauth::Actor) -> Result<(), PermissionDenied> {
    Ok(())
}

/// All of them.
pub fn app() -> Router {
    Router::new()
        .route("/about", get(about))
        .route("/", get(home))
        .route("/publish", get(publish))
        .route("/first", get(first))
}
