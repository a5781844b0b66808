use axum::Router;
use djauth::{axum::routing::get, permission_required, permissions};

fn main() {
    #[permissions(app = "local", can_stay = "Can stay")]
    struct Place;

    #[permission_required("local.can_stay", Place::VIEW)]
    async fn stay() {}

    let _: Router = Router::new().route("/", get(stay));
}
