use djauth::{AuthUser, Authenticator, PasswordHash, auth_backend, backend::AuthBackend};
use djauth::{credentials::Credentials, signal::RequestInfo};

#[derive(AuthUser, Clone)]
#[auth(app = "accounts")]
struct Member {
    id: i64,
    username: String,
    password: PasswordHash,
}

struct CardBackend;

#[auth_backend]
impl AuthBackend<Member> for CardBackend {
    async fn authenticate(
        &self,
        _: &Authenticator<Member>,
        _: &RequestInfo,
        _: &Credentials,
    ) -> djauth::Result<Option<Member>> {
        Ok(None)
    }
}

fn main() {}
