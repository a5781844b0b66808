use djauth::auth_backend;

struct CardBackend;

#[auth_backend(name = card)]
impl AuthBackend<Member> for CardBackend {
}

fn main() {}
