use axum::Router;
use djauth::axum::routing::get;

#[cfg_attr(all(), djauth::login_required)]
async fn home() {}

#[djauth::login_required]
#[cfg(all())]
#[cfg_attr(all(), allow(unused))]
async fn page(#[cfg(any())] missing: Missing, #[cfg(all())] method: axum::http::Method) {}

#[cfg_attr(all(), derive(djauth::AuthUser), auth(app = "accounts"))]
#[derive(Clone)]
struct Member {
    #[cfg_attr(all(), auth(id))]
    key: i64,
    username: String,
    password: djauth::PasswordHash,
    #[cfg(any())]
    missing: Missing,
}

#[cfg_attr(all(), djauth::permissions(app = "blog"))]
struct Post {
    #[cfg(any())]
    missing: Missing,
}

fn main() {
    let _: Router = Router::new().route("/", get(home)).route("/page", get(page));
    let _ = (Post::ADD, <Member as djauth::AuthUser>::MODEL);
}
