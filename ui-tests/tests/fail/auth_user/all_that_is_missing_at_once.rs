use djauth::AuthUser;

#[derive(AuthUser, Clone)]
struct Member {
    nickname: String,
}

fn main() {}
