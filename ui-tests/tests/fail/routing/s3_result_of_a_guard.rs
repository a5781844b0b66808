use axum::Router;
use djauth::{axum::routing::get, guard::Public};

async fn home(_: Result<Public, std::convert::Infallible>) {}

fn main() {
    let _: Router = Router::new().route("/", get(home));
}
