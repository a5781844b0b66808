use djauth::{AuthUser, PasswordHash};

#[derive(AuthUser, Clone)]
#[auth(app = "accounts")]
struct Member {
    id: f32,
    username: String,
    password: PasswordHash,
}

fn main() {}
