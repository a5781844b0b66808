use djauth::{axum::routing::get, permission_required, permissions};

#[permissions(app = "blog", can_publish = "Can publish posts", add_post = "Can write posts")]
struct Post;

#[permission_required("blog.can_publish", Post::CHANGE)]
async fn publish() {}

fn main() {
    let _: axum::Router = axum::Router::new().route("/publish", get(publish));
}
