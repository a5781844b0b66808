use djauth::AuthUser;

#[derive(AuthUser, Clone, Copy)]
#[auth(app = "accounts")]
union Member {
    id: i64,
}

fn main() {}
