use djauth::{AuthUser, PasswordHash};

#[derive(AuthUser, Clone)]
#[auth(app = "accounts")]
struct Member {
    id: i64,
    #[auth(username)]
    email: String,
    #[auth(username)]
    nickname: String,
    password: PasswordHash,
}

fn main() {}
