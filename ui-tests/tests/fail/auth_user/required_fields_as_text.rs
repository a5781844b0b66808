use djauth::{AuthUser, PasswordHash};

#[derive(AuthUser, Clone)]
#[auth(app = "accounts", required_fields = "email")]
struct Member {
    id: i64,
    username: String,
    password: PasswordHash,
    email: String,
}

fn main() {}
