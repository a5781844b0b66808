use axum::Router;
use djauth::axum::routing::get;

#[tracing::instrument]
async fn home() -> &'static str {
    "home"
}

fn main() {
    let _: Router = Router::new().route("/", get(home));
}
