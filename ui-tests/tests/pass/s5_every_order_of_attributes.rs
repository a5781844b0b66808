//! `debug_handler` stands below the guards, `instrument` anywhere.

use axum::{Router, debug_handler, extract::Path};
use djauth::{axum::routing::get, login_required, permission_required};
use tracing::instrument;

#[login_required]
#[instrument]
#[debug_handler]
async fn guard_first(Path(id): Path<i64>) -> String {
    id.to_string()
}

#[instrument]
#[login_required]
#[debug_handler]
async fn instrument_first(Path(id): Path<i64>) -> String {
    id.to_string()
}

#[login_required]
#[debug_handler]
#[instrument(skip_all)]
async fn instrument_last(Path(id): Path<i64>) -> String {
    id.to_string()
}

#[instrument]
#[permission_required("auth.view_user")]
#[instrument]
#[login_required]
#[instrument]
async fn between(Path(id): Path<i64>) -> String {
    id.to_string()
}

#[allow(clippy::unused_async)]
#[permission_required("auth.view_user")]
#[allow(unused)]
async fn lints(Path(id): Path<i64>) {}

fn main() {
    let _: Router = Router::new()
        .route("/1/{id}", get(guard_first))
        .route("/2/{id}", get(instrument_first))
        .route("/3/{id}", get(instrument_last))
        .route("/4/{id}", get(between))
        .route("/5/{id}", get(lints));
}
