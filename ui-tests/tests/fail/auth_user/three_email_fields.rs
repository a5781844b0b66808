use djauth::{AuthUser, PasswordHash};

#[derive(AuthUser, Clone)]
#[auth(app = "accounts")]
struct Member {
    id: i64,
    username: String,
    password: PasswordHash,
    #[auth(email)]
    private: String,
    #[auth(email)]
    office: String,
    #[auth(email)]
    school: String,
}

fn main() {}
