use axum::Router;
use djauth::axum::routing::get;

#[cfg_attr(any(), djauth::login_required)]
async fn home() -> &'static str {
    "home"
}

fn main() {
    let _: Router = Router::new().route("/", get(home));
}
