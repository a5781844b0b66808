use djauth::{AuthUser, PasswordHash};

#[derive(AuthUser, Clone)]
#[auth[app = "accounts"]]
struct Member {
    id: i64,
    username: String,
    password: PasswordHash,
}

fn main() {}
