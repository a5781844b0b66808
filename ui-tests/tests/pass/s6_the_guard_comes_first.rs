//! An extractor that stands before another runs before it, so the guard is the first argument of all.

use axum::{extract::Path, http::HeaderMap};
use djauth::{login_required, permission_required};

#[login_required]
async fn one(_: Path<i64>, _: HeaderMap, _: String) {}

#[permission_required("auth.view_user")]
#[tracing::instrument(skip_all)]
async fn two(headers: HeaderMap, body: String) -> usize {
    headers.len() + body.len()
}

fn first_of_four<A, B, C, D, F>(_: fn(A, B, C, D) -> F) -> &'static str {
    std::any::type_name::<A>()
}

fn first_of_three<A, B, C, F>(_: fn(A, B, C) -> F) -> &'static str {
    std::any::type_name::<A>()
}

fn main() {
    assert!(first_of_four(one).starts_with("djauth::guard::Guard<"));
    assert!(first_of_three(two).starts_with("djauth::guard::Guard<"));
}
