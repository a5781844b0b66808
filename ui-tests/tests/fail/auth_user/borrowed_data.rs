use djauth::{AuthUser, PasswordHash};

#[derive(AuthUser, Clone)]
#[auth(app = "accounts")]
struct Member<'a> {
    id: i64,
    username: &'a str,
    password: PasswordHash,
}

fn main() {}
