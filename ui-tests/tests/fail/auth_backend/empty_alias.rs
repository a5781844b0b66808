use djauth::auth_backend;

struct CardBackend;

#[auth_backend(alias = "")]
impl AuthBackend<Member> for CardBackend {
}

fn main() {}
