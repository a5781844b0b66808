use djauth::auth_backend;

struct CardBackend;

#[auth_backend]
impl AuthBackend for CardBackend {
}

fn main() {}
