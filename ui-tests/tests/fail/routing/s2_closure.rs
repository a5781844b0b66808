use axum::Router;
use djauth::axum::routing::any;

fn main() {
    let _: Router = Router::new().route("/", any(|| async { "home" }));
}
