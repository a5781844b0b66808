use axum::{Router, routing::MethodFilter};
use djauth::axum::routing::on;

async fn home() {}

fn main() {
    let _: Router = Router::new().route("/", on(MethodFilter::GET, home));
}
