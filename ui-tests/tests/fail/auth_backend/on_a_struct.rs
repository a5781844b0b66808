use djauth::auth_backend;


#[auth_backend]
struct CardBackend {
}

fn main() {}
