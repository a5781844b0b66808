use djauth::AuthUser;

#[derive(AuthUser, Clone)]
#[auth(app = "accounts")]
struct Member;

fn main() {}
