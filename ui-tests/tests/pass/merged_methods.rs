//! Several methods on one path, each guarded.

use axum::{Router, routing::MethodFilter};
use djauth::{axum::routing::{any, connect, delete, get, head, on, options, patch, post, put, trace}, login_required};

#[login_required]
async fn page() {}

fn main() {
    let _: Router = Router::new()
        .route("/", get(page).merge(post(page)).merge(put(page)).merge(patch(page)).merge(delete(page)))
        .route("/rare", head(page).merge(options(page)).merge(trace(page)).merge(connect(page)))
        .route("/any", any(page))
        .route("/on", on(MethodFilter::GET.or(MethodFilter::POST), page));
}
