use djauth::auth_backend;

struct CardBackend;

#[auth_backend(name = "ModelBackend")]
impl AuthBackend<Member> for CardBackend {
}

fn main() {}
