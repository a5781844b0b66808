use axum::{Router, extract::Path};
use djauth::{axum::routing::get, guard::Public};

async fn home(Path(_): Path<i64>, _: Public) {}

fn main() {
    let _: Router = Router::new().route("/{id}", get(home));
}
