use djauth::{axum::routing::get, login_required};

#[login_required]
fn home() {}

fn main() {
    let _: axum::Router = axum::Router::new().route("/", get(home));
}
