use djauth::AuthUser;

#[derive(AuthUser, Clone)]
#[auth(app = "accounts")]
struct Member {
    id: i64,
    username: String,
    password: String,
}

fn main() {}
