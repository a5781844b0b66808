use djauth::{AuthUser, PasswordHash};

#[derive(AuthUser, Clone)]
#[auth(app = "accounts")]
struct Member {
    id: i64,
    username: String,
    password: PasswordHash,
    #[auth(default = "none")]
    age: i32,
}

fn main() {}
