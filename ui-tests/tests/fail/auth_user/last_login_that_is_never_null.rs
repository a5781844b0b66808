use djauth::{AuthUser, PasswordHash};
use time::OffsetDateTime;

#[derive(AuthUser, Clone)]
#[auth(app = "accounts")]
struct Member {
    id: i64,
    username: String,
    password: PasswordHash,
    last_login: OffsetDateTime,
}

fn main() {}
