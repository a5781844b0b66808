use djauth::auth_backend;

struct CardBackend;

#[auth_backend(nmae = "card")]
impl AuthBackend<Member> for CardBackend {
}

fn main() {}
