use djauth::{axum::routing::get, permission_required};

#[permission_required("blog.add_post", raise_exeption)]
async fn publish() {}

fn main() {
    let _: axum::Router = axum::Router::new().route("/publish", get(publish));
}
