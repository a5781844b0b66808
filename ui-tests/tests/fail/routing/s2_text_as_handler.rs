use axum::Router;
use djauth::axum::routing::get;

fn main() {
    let _: Router = Router::new().route("/", get("home"));
}
