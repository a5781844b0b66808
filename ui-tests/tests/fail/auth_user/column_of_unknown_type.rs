use djauth::{AuthUser, PasswordHash};

#[derive(Clone)]
struct Colour;

#[derive(AuthUser, Clone)]
#[auth(app = "accounts")]
struct Member {
    id: i64,
    username: String,
    password: PasswordHash,
    colour: Option<Colour>,
}

fn main() {}
