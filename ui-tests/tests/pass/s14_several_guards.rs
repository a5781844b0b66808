//! Guards are arguments, in the order in which they stand.

use axum::Router;
use djauth::{axum::routing::get, login_required, permission_required, user_passes_test};

fn is_editor(name: &String) -> djauth::Result<bool> {
    Ok(name == "editor")
}

#[login_required]
#[permission_required("auth.view_user")]
#[user_passes_test(is_editor)]
async fn page(method: axum::http::Method) -> String {
    method.to_string()
}

fn main() {
    let _: Router = Router::new().route("/", get(page));
    let guards = std::any::type_name_of_val(&page_type(page));
    assert!(guards.contains("login_required"), "{guards}");
}

fn page_type<A, B, C, D, F>(_: fn(A, B, C, D) -> F) -> std::marker::PhantomData<(A, B, C)> {
    std::marker::PhantomData
}
