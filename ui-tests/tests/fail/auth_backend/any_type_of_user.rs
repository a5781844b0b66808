use djauth::auth_backend;

struct CardBackend;

#[auth_backend]
impl<U: AuthUser> AuthBackend<U> for CardBackend {
}

fn main() {}
