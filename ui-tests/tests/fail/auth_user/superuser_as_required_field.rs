use djauth::{AuthUser, PasswordHash};

#[derive(AuthUser, Clone)]
#[auth(app = "accounts", required_fields(is_superuser))]
struct Member {
    id: i64,
    username: String,
    password: PasswordHash,
    is_superuser: bool,
}

fn main() {}
