use djauth::{
    AuthUser, PasswordHash, auth_backend,
    backend::AuthBackend,
    credentials::Credentials,
    receiver,
    signal::{RequestInfo, Signal, UserLoggedIn, UserLoginFailed, send},
};
use std::sync::atomic::{AtomicU32, Ordering};

#[derive(AuthUser, Clone)]
#[auth(app = "accounts")]
struct Member {
    id: i64,
    username: String,
    password: PasswordHash,
}

#[derive(Default)]
struct CardBackend {
    reader: u8,
}

#[auth_backend(alias = "accounts.backends.CardBackend", alias = "card")]
impl AuthBackend<Member> for CardBackend {
    async fn authenticate(
        &self,
        _: &djauth::Authenticator<Member>,
        _: &RequestInfo,
        _: &Credentials,
    ) -> djauth::Result<Option<Member>> {
        assert_eq!(self.reader, 0);
        Ok(None)
    }
}

#[derive(Default)]
struct TokenBackend;

#[auth_backend(name = "tokens")]
#[async_trait::async_trait]
impl AuthBackend<Member> for TokenBackend {
    async fn authenticate(
        &self,
        _: &djauth::Authenticator<Member>,
        _: &RequestInfo,
        _: &Credentials,
    ) -> djauth::Result<Option<Member>> {
        Ok(None)
    }
}

#[derive(Default)]
struct BadgeBackend;

#[async_trait::async_trait]
#[auth_backend]
impl AuthBackend<Member> for BadgeBackend {
    async fn authenticate(
        &self,
        _: &djauth::Authenticator<Member>,
        _: &RequestInfo,
        _: &Credentials,
    ) -> djauth::Result<Option<Member>> {
        Ok(None)
    }
}

struct Shipped(u32);

impl Signal for Shipped {}

static SHIPPED: AtomicU32 = AtomicU32::new(0);

#[receiver]
async fn count(shipped: &Shipped) -> djauth::Result<()> {
    SHIPPED.fetch_add(shipped.0, Ordering::SeqCst);
    Ok(())
}

#[receiver]
async fn r#move(_: &Shipped) -> djauth::Result<()> {
    Ok(())
}

#[receiver]
async fn greet(event: &UserLoggedIn<Member>) -> djauth::Result<()> {
    let _ = event.user.username();
    Ok(())
}

#[receiver]
async fn warn(failed: &UserLoginFailed) -> djauth::Result<()> {
    let _ = failed.credentials.len();
    Ok(())
}

#[tokio::main]
async fn main() {
    assert!(send(&Shipped(3)).await.is_ok());
    assert_eq!(SHIPPED.load(Ordering::SeqCst), 3);
    let backends = djauth::__private::inventory::iter::<djauth::__private::BackendPlugin>;
    let mut names: Vec<_> = backends.into_iter().map(|backend| (backend.name, backend.aliases)).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            ("BadgeBackend", &[] as &[&str]),
            ("CardBackend", &["accounts.backends.CardBackend", "card"]),
            ("tokens", &[]),
        ]
    );
}
