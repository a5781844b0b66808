use djauth::{AuthUser, PasswordHash};

#[derive(AuthUser, Clone)]
struct Member {
    id: i64,
    username: String,
    password: PasswordHash,
}

fn main() {}
