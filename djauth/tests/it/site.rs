//! The program under test.

use axum::{Router, extract::Path};
use djauth::{
    Auth, RawPassword, Settings,
    axum::{
        CsrfToken, Form, Rejection,
        routing::{any, get, post},
    },
    manager::NewUser,
    prelude::*,
    store::{Holder, MemoryStore, SqliteStore},
};
use http::StatusCode;

use crate::browser::Browser;

#[derive(AuthUser, Debug, Clone)]
#[auth(app = "accounts")]
pub(crate) struct Member {
    pub(crate) id: i64,
    #[auth(username, email)]
    pub(crate) email: String,
    pub(crate) password: PasswordHash,
    pub(crate) last_login: Option<OffsetDateTime>,
    pub(crate) is_active: bool,
    pub(crate) is_staff: bool,
    pub(crate) is_superuser: bool,
    pub(crate) nickname: Option<String>,
}

#[permissions(app = "blog", can_publish = "Can publish posts")]
pub(crate) struct Post;

pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// A site and what the test needs to reach behind it.
pub(crate) struct Site {
    pub(crate) auth: Auth<Member>,
    pub(crate) router: Router,
}

impl Site {
    /// A site in memory, as on a developer's machine.
    pub(crate) async fn new() -> Self {
        Self::with(Settings::development()).await
    }

    /// A site in memory with these settings.
    pub(crate) async fn with(settings: Settings) -> Self {
        let store = MemoryStore::new();
        Self::of(Auth::builder().stores(store.clone(), store).settings(settings).build().await.unwrap()).await
    }

    /// A site over SQLite, as on a developer's machine.
    pub(crate) async fn sqlite() -> Self {
        let store = SqliteStore::<Member>::connect("sqlite::memory:").await.unwrap();
        let pool = store.pool().clone();
        let auth = Auth::builder().pool(pool).settings(Settings::development()).build().await.unwrap();
        auth.migrate().await.unwrap();
        Self::of(auth).await
    }

    async fn of(auth: Auth<Member>) -> Self {
        let router = routes(&auth).layer(auth.layer());
        Self { auth, router }
    }

    /// Makes a user who can log in with [`PASSWORD`].
    pub(crate) async fn user(&self, name: &str) -> Member {
        let new = NewUser::new(name).password(RawPassword::new(PASSWORD));
        self.auth.create_user(new).await.unwrap()
    }

    pub(crate) async fn grant(&self, user: &Member, permission: &str) {
        let names = [permission.parse().unwrap()];
        self.auth.users().grant(Holder::User(&user.id), &names).await.unwrap();
    }

    pub(crate) async fn revoke(&self, user: &Member, permission: &str) {
        let names = [permission.parse().unwrap()];
        self.auth.users().revoke(Holder::User(&user.id), &names).await.unwrap();
    }

    /// Opens a browser that has never been here.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.router.clone(), "localhost")
    }
}

fn routes(auth: &Auth<Member>) -> Router {
    let inner = Router::new().route("/deep", get(home));
    Router::new()
        .route("/", get(home))
        .route("/about", get(about))
        .route("/static", get(asset))
        .route("/publish/{id}", any(publish))
        .route("/edit", get(edit_page).merge(post(edit)))
        .route("/strict", get(strict))
        .route("/forgotten", axum::routing::get(forgotten))
        .route("/vouch/{name}", post(vouch))
        .nest("/nested", inner)
        .nest("/accounts", auth.urls())
}

#[login_required]
async fn home(CurrentUser(member): CurrentUser<Member>) -> String {
    format!("Hello {}", member.email)
}

#[login_not_required]
async fn about(member: Option<CurrentUser<Member>>) -> String {
    format!("about, for {}", member.map_or("everybody".to_owned(), |member| member.email.clone()))
}

#[login_not_required]
async fn asset() -> &'static str {
    "asset"
}

#[permission_required("blog.can_publish")]
async fn publish(Path(id): Path<i64>, perms: Perms) -> Result<String, Rejection> {
    assert!(perms.has_perm(Post::CAN_PUBLISH)?);
    Ok(format!("published {id}"))
}

#[permission_required("blog.change_post", raise_exception)]
async fn strict() -> &'static str {
    "strict"
}

async fn forgotten() -> &'static str {
    "secret"
}

#[login_required]
async fn edit_page(token: CsrfToken) -> String {
    token.to_string()
}

#[derive(serde::Deserialize)]
struct Edit {
    title: String,
}

#[login_required]
async fn edit(session: Session, Form(edit): Form<Edit>) -> Result<String, Rejection> {
    session.insert("title", &edit.title)?;
    Ok(edit.title)
}

/// Logs somebody in without the work of hashing.
#[login_not_required]
async fn vouch(auth: AuthSession<Member>, Path(name): Path<String>) -> Result<StatusCode, Rejection> {
    let user = auth.auth().users().get_user_by_username(&name).await?.ok_or(PermissionDenied)?;
    auth.login(auth.auth().vouch(user, "ModelBackend")?).await?;
    Ok(StatusCode::NO_CONTENT)
}
