use djauth::{AuthUser, PasswordHash};

#[derive(AuthUser, Clone)]
#[auth(app = "accounts")]
struct Member {
    username: String,
    password: PasswordHash,
}

fn main() {}
