//! Documented, and without a warning.

#![deny(warnings, missing_docs, unused, missing_debug_implementations, unreachable_pub, unused_qualifications)]
#![deny(rust_2018_idioms, missing_copy_implementations, unsafe_code, elided_lifetimes_in_paths, private_interfaces)]

use axum::Router;
use djauth::{
    Actor, AuthUser, PasswordHash, PermissionDenied, axum::routing::get, login_not_required, login_required,
    permission_required, permissions, user_passes_test,
};

#[derive(AuthUser, Debug, Clone)]
#[auth(app = "accounts")]
struct Member {
    id: i64,
    username: String,
    password: PasswordHash,
    is_superuser: bool,
}

#[permissions(app = "blog", can_publish = "Can publish posts")]
#[derive(Debug, Clone, Copy)]
struct Post;

#[login_required]
async fn home() {}

#[login_required(login_url = "/in", redirect_field_name = "to")]
#[permission_required("blog.can_publish", any(Post::ADD, not("blog.add_post")), raise_exception)]
#[user_passes_test(|member: &Member| member.is_superuser)]
async fn publish() {}

#[login_not_required]
async fn about() {}

#[permission_required("blog.can_publish", user = actor)]
fn publish_now(actor: &dyn Actor) -> Result<(), PermissionDenied> {
    Ok(())
}

fn main() {
    let _: Router =
        Router::new().route("/", get(home)).route("/publish", get(publish)).route("/about", get(about));
    let _ = (Post, Post::VIEW, publish_now, Member::username);
}
