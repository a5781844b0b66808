use djauth::axum::routing::get;

async fn home() -> &'static str {
    "home"
}

fn main() {
    let _: axum::Router = axum::Router::new().route("/", get(home));
}
