use axum::Router;
use djauth::{axum::routing::get, guard::Public};

async fn home(_: Option<Public>) {}

fn main() {
    let _: Router = Router::new().route("/", get(home));
}
