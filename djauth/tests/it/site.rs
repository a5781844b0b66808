//! The program under test.

use axum::{Router, extract::Path};
use djauth::{
    Auth, RawPassword, Settings,
    axum::{
        CsrfToken, Form, Rejection, dangerous_csrf_exempt,
        routing::{any, get, post},
    },
    manager::NewUser,
    prelude::*,
    signing::SecretKey,
    store::{Holder, MemoryStore},
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
pub(crate) const ANN: &str = "ann@example.org";
pub(crate) const BEN: &str = "ben@example.org";

/// A site and what a test needs to reach behind it.
pub(crate) struct Site {
    pub(crate) auth: Auth<Member>,
    pub(crate) router: Router,
    host: &'static str,
}

impl Site {
    /// A site in memory, as on a developer's machine.
    pub(crate) async fn new() -> Self {
        Self::of(memory(Settings::development()).await)
    }

    /// A site in memory as it is deployed: over https, under the name `shop.example`.
    pub(crate) async fn deployed() -> Self {
        Self { host: "shop.example", ..Self::of(memory(deployed(Settings::default())).await) }
    }

    /// A site in memory with these settings, under the name `shop.example`.
    pub(crate) async fn with(settings: Settings) -> Self {
        Self { host: "shop.example", ..Self::of(memory(deployed(settings)).await) }
    }

    /// A site over SQLite, as on a developer's machine.
    pub(crate) async fn sqlite() -> Self {
        Self::database("sqlite::memory:", Settings::development()).await
    }

    /// A site with these settings over the database at this address, under the name `shop.example`.
    pub(crate) async fn shop(url: &str, settings: Settings) -> Self {
        Self { host: "shop.example", ..Self::database(url, deployed(settings)).await }
    }

    /// A site over the database at this address.
    pub(crate) async fn database(url: &str, settings: Settings) -> Self {
        let auth = Auth::builder().url(url).settings(settings).build().await.unwrap();
        auth.migrate().await.unwrap();
        Self::of(auth)
    }

    pub(crate) fn of(auth: Auth<Member>) -> Self {
        let router = routes(&auth).layer(auth.layer());
        Self { auth, router, host: "localhost" }
    }

    /// Serves other routes, with the layer around them.
    pub(crate) fn serve(&mut self, routes: Router) {
        self.router = routes.merge(helpers()).layer(self.auth.layer());
    }

    /// Makes a user who can log in with [`PASSWORD`].
    pub(crate) async fn user(&self, name: &str) -> Member {
        let new = NewUser::new(name).password(RawPassword::new(PASSWORD));
        self.auth.create_user(new).await.unwrap()
    }

    /// Makes a user without a password, which is quicker.
    pub(crate) async fn somebody(&self, name: &str) -> Member {
        self.auth.create_user(NewUser::new(name)).await.unwrap()
    }

    pub(crate) async fn grant(&self, user: &Member, permission: &str) {
        self.auth.users().grant(Holder::User(&user.id), &[permission.parse().unwrap()]).await.unwrap();
    }

    pub(crate) async fn revoke(&self, user: &Member, permission: &str) {
        self.auth.users().revoke(Holder::User(&user.id), &[permission.parse().unwrap()]).await.unwrap();
    }

    pub(crate) async fn deactivate(&self, user: &Member) {
        let user = Member { is_active: false, ..user.clone() };
        assert!(self.auth.update_user(&user, &["is_active"]).await.unwrap());
    }

    /// Opens a browser that has never been here.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.router.clone(), self.host)
    }

    /// Opens a browser in which somebody is logged in.
    pub(crate) async fn browser_of(&self, name: &str) -> Browser {
        let mut browser = self.browser();
        browser.vouch(name).await;
        browser
    }
}

pub(crate) async fn memory(settings: Settings) -> Auth<Member> {
    let store = MemoryStore::new();
    Auth::builder().stores(store.clone(), store).settings(settings).build().await.unwrap()
}

pub(crate) fn deployed(mut settings: Settings) -> Settings {
    settings.secret_key = Some(SecretKey::new("a key of these tests, 0123456789abcdef").unwrap());
    settings.allowed_hosts = vec!["shop.example".to_owned()];
    settings
}

fn routes(auth: &Auth<Member>) -> Router {
    Router::new()
        .route("/", get(home))
        .route("/about", get(about))
        .route("/static", get(asset))
        .route("/publish/{id}", any(publish))
        .route("/strict", any(strict))
        .route("/edit", get(edit_page).merge(post(edit)))
        .route("/comment", get(comment_page).merge(post(comment)))
        .route("/visit", get(visit))
        .merge(helpers())
        .nest("/nested", Router::new().nest("/deeply", Router::new().route("/home", get(home))))
        .nest("/accounts", auth.urls())
}

/// What tests need on every site.
fn helpers() -> Router {
    // Logging in is not what they prove.
    let vouch = post(vouch).layer(dangerous_csrf_exempt());
    Router::new().route("/vouch/{name}", vouch).route("/token", get(comment_page))
}

#[login_required]
pub(crate) async fn home(CurrentUser(member): CurrentUser<Member>) -> String {
    format!("Hello {}", member.email)
}

#[login_not_required]
async fn about(member: Option<CurrentUser<Member>>) -> String {
    format!("about, for {}", member.map_or("everybody".to_owned(), |member| member.email.clone()))
}

#[login_not_required]
pub(crate) async fn asset() -> &'static str {
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

#[login_required]
async fn edit_page(token: CsrfToken) -> String {
    token.input()
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

#[login_not_required]
async fn comment_page(token: CsrfToken) -> String {
    token.input()
}

#[login_not_required]
async fn comment(Form(edit): Form<Edit>) -> String {
    edit.title
}

/// Counts the visits of a browser in its session.
#[login_not_required]
pub(crate) async fn visit(session: Session) -> Result<String, Rejection> {
    let visits = session.get::<u32>("visits")?.unwrap_or(0) + 1;
    session.insert("visits", &visits)?;
    Ok(visits.to_string())
}

/// Logs somebody in without the work of hashing.
#[login_not_required]
pub(crate) async fn vouch(
    auth: AuthSession<Member>,
    Path(name): Path<String>,
) -> Result<StatusCode, Rejection> {
    let user = auth.auth().users().get_user_by_username(&name).await?.ok_or(PermissionDenied)?;
    auth.login(auth.auth().vouch(user, None)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
