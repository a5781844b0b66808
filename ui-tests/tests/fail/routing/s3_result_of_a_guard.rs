use axum::{Router, extract::FromRequestParts};
use djauth::{axum::routing::get, guard::Public};

async fn home(_: Result<Public, <Public as FromRequestParts<()>>::Rejection>) {}

fn main() {
    let _: Router = Router::new().route("/", get(home));
}
