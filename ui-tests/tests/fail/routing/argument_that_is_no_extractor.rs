use axum::Router;
use djauth::{axum::routing::get, login_required};

#[login_required]
async fn home(id: i64) -> String {
    format!("home of {id}")
}

fn main() {
    let _: Router = Router::new().route("/", get(home));
}
