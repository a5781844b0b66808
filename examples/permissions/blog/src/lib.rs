//! A blog that can be part of any site: its models, what one may do with them, and its pages.

use axum::Router;
use djauth::{axum::routing::get, permission_required, permissions};

/// A post. It declares `blog.add_post`, `blog.change_post`, `blog.delete_post`, `blog.view_post` and one of its own.
#[permissions(app = "blog", can_publish = "Can publish posts")]
#[derive(Debug)]
pub struct Post;

/// A comment, which can be looked at and deleted, and no more.
#[permissions(app = "blog", default_permissions("view", "delete"))]
#[derive(Debug)]
pub struct Comment;

#[permission_required("blog.view_post", "blog.view_comment")]
async fn posts() -> &'static str {
    "A post, and what people say of it."
}

// A constant is the same permission: the editor completes it, and renaming follows it.
#[permission_required(Post::CAN_PUBLISH)]
async fn publish() -> &'static str {
    "Ready to be published."
}

/// Returns the pages of the blog.
pub fn urls<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/posts/", get(posts)).route("/publish/", get(publish))
}
