use axum::Router;
use djauth::{AuthUser, PasswordHash, axum::routing::get, login_required, permission_required, permissions};

mod r#match {
    use djauth::permissions;

    #[permissions(app = "match", r#type = "Can type", r#move = "Can move")]
    #[allow(non_camel_case_types)]
    pub struct r#struct;
}

#[derive(AuthUser, Clone)]
#[auth(app = "accounts", required_fields(r#type))]
pub struct r#Member {
    id: i64,
    #[auth(username)]
    r#fn: String,
    password: PasswordHash,
    r#type: Option<String>,
}

#[permissions(app = "blog")]
pub struct Post;

#[login_required]
async fn r#loop(r#in: axum::http::Method) -> String {
    r#in.to_string()
}

#[permission_required("match.type", r#match::r#struct::MOVE)]
async fn r#move() {}

fn main() {
    let _: Router = Router::new().route("/", get(r#loop)).route("/move", get(r#move));
    assert_eq!(Member::MODEL.roles.username, "fn");
    assert_eq!(Member::MODEL.required_fields, ["type"]);
    assert_eq!(r#match::r#struct::TYPE.as_str(), "match.type");
    assert_eq!(r#match::r#struct::ADD.as_str(), "match.add_struct");
}
