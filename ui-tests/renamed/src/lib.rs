//! A program that calls djauth by another name says so with `crate = ...`.

use axum::Router;
use guards::{
    AuthUser, PasswordHash, PermissionDenied, axum::routing::get, login_not_required, login_required,
    permission_required, permissions, user_passes_test,
};

/// Somebody.
#[derive(AuthUser, Debug, Clone)]
#[auth(app = "accounts", crate = ::guards)]
pub struct Member {
    /// The primary key.
    pub id: i64,
    /// What they log in with.
    pub username: String,
    /// The hash.
    pub password: PasswordHash,
    /// Whether they have every permission.
    pub is_superuser: bool,
}

/// Something that is written.
#[permissions(app = "blog", can_publish = "Can publish posts", crate = ::guards)]
#[derive(Debug)]
pub struct Post;

/// For anybody.
#[login_not_required(crate = ::guards)]
pub async fn about() -> &'static str {
    "about"
}

/// For users.
#[login_required(crate = ::guards)]
pub async fn home() -> &'static str {
    "home"
}

/// For editors.
#[permission_required("blog.can_publish", not(Post::DELETE), crate = ::guards)]
pub async fn publish() -> &'static str {
    "published"
}

/// For the first user.
#[user_passes_test(|member: &Member| member.id == 1, crate = ::guards)]
pub async fn first() -> &'static str {
    "first"
}

/// For whoever asks in the name of an editor.
///
/// # Errors
/// [`PermissionDenied`] if the actor may not publish.
#[permission_required(Post::CAN_PUBLISH, user = actor, crate = ::guards)]
pub fn publish_now(actor: &dyn guards::Actor) -> Result<(), PermissionDenied> {
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

pub use guards;

/// Makes a page for whoever has a permission, in a crate that need not know djauth.
#[macro_export]
macro_rules! page {
    ($name:ident, $permission:path) => {
        #[$crate::guards::permission_required($permission, crate = $crate::guards)]
        async fn $name() -> &'static str {
            "a page"
        }
    };
}
