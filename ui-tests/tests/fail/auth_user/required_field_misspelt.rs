use djauth::{AuthUser, PasswordHash};

#[derive(AuthUser, Clone)]
#[auth(app = "accounts", required_fields(nikname))]
struct Member {
    id: i64,
    username: String,
    password: PasswordHash,
    nickname: String,
}

fn main() {}
