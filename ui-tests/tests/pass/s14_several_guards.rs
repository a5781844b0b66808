//! Several guards on one handler are several arguments, in the order in which they stand: each must be passed.

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

fn names<A, B, C, D, F>(_: fn(A, B, C, D) -> F) -> [&'static str; 3] {
    [std::any::type_name::<A>(), std::any::type_name::<B>(), std::any::type_name::<C>()]
}

fn main() {
    let _: Router = Router::new().route("/", get(page));
    for (name, attribute) in names(page).iter().zip(["login_required", "permission_required", "user_passes_test"]) {
        assert!(name.contains(attribute), "{name}");
    }
}
