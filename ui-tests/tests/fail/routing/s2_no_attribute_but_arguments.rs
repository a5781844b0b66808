use axum::{Router, extract::Path};
use djauth::axum::routing::post;

async fn publish(Path(id): Path<i64>) -> String {
    format!("published {id}")
}

fn main() {
    let _: Router = Router::new().route("/publish/{id}", post(publish));
}
