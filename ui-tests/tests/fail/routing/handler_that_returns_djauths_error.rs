use axum::Router;
use djauth::{axum::routing::get, login_required};

#[login_required]
async fn home() -> djauth::Result<String> {
    Ok("home".to_owned())
}

fn main() {
    let _: Router = Router::new().route("/", get(home));
}
