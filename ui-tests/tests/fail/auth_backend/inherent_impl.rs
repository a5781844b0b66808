use djauth::auth_backend;

struct CardBackend;

#[auth_backend]
impl CardBackend {
}

fn main() {}
