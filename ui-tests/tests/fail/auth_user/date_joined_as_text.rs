use djauth::{AuthUser, PasswordHash};
use time::OffsetDateTime;

#[derive(AuthUser, Clone)]
#[auth(app = "accounts")]
struct Member {
    id: i64,
    username: String,
    password: PasswordHash,
    last_login: Option<OffsetDateTime>,
    email: String,
    is_active: bool,
    is_staff: bool,
    is_superuser: bool,
    first_name: String,
    last_name: String,
    date_joined: String,
}

fn main() {}
