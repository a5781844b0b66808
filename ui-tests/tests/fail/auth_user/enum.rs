use djauth::AuthUser;

#[derive(AuthUser, Clone)]
#[auth(app = "accounts")]
enum Member {
    Guest,
}

fn main() {}
