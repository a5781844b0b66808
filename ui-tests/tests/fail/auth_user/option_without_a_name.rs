use djauth::{AuthUser, PasswordHash};

#[derive(AuthUser, Clone)]
#[auth("accounts")]
struct Member {
    id: i64,
    username: String,
    password: PasswordHash,
}

fn main() {}
