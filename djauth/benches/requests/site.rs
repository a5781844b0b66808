//! The sites that are measured: the same pages over different stores.

use std::path::Path;

use axum::{
    Router,
    body::Body,
    extract::Path as PathParameter,
    http::{Request, StatusCode, header},
};
use djauth::{
    Auth, Settings,
    axum::{
        Rejection,
        routing::{get, post},
    },
    manager::NewUser,
    prelude::*,
    store::{Holder, MemoryStore, SqliteStore},
};
use rusqlite::Connection;
use tower::{ServiceExt, layer::util::Identity};

use crate::{
    Result,
    declared::{self, Page},
};

/// How many permissions the users have.
pub(crate) const COUNTS: [usize; 4] = [10, 100, 1_000, 10_000];
/// How many permissions the user has whose permissions no code declares.
pub(crate) const UNDECLARED: usize = 1_000;

#[derive(AuthUser, Debug, Clone)]
#[auth(app = "bench")]
pub(crate) struct Member {
    id: i64,
    #[auth(username, email)]
    email: String,
    password: PasswordHash,
    last_login: Option<OffsetDateTime>,
    is_active: bool,
    is_staff: bool,
    is_superuser: bool,
}

/// A site, and the cookies of users who are logged in.
pub(crate) struct Site {
    pub(crate) auth: Auth<Member>,
    pub(crate) router: Router,
    /// One for each of [`COUNTS`].
    pub(crate) users: Vec<LoggedIn>,
    /// Somebody else who writes to the database, if there is one.
    pub(crate) writer: Option<Connection>,
}

/// A user who is logged in.
pub(crate) struct LoggedIn {
    pub(crate) member: Member,
    cookie: String,
}

impl LoggedIn {
    pub(crate) fn request(&self, path: &str) -> Request<Body> {
        let request =
            Request::get(path).header(header::HOST, "localhost").header(header::ACCEPT, "text/html");
        request.header(header::COOKIE, &self.cookie).body(Body::empty()).expect("a sound request")
    }
}

async fn page() -> &'static str {
    "page"
}

/// The page that everything is compared with.
pub(crate) fn bare() -> Router {
    Router::new().route("/bare", axum::routing::get(page))
}

/// The same behind a layer that does nothing: what axum asks for any layer.
pub(crate) fn layered() -> Router {
    bare().layer(Identity::new())
}

fn settings() -> Settings {
    let mut settings = Settings::development();
    settings.allowed_hosts = vec!["localhost".to_owned()];
    settings
}

pub(crate) async fn in_memory() -> Result<Site> {
    let store = MemoryStore::new();
    let auth = Auth::builder().stores(store.clone(), store).settings(settings()).build().await?;
    populated(auth).await
}

pub(crate) async fn sqlite(file: &Path) -> Result<Site> {
    let url = format!("sqlite://{}", file.display());
    let auth = Auth::builder().url(&url).settings(settings()).build().await?;
    auth.migrate().await?;
    let mut site = populated(auth).await?;
    let store = site.auth.sqlite().ok_or("a site over SQLite has its store")?;
    let names = undeclared(store).await?;
    site.users.push(user(&site.auth, &site.router, &names).await?);
    let writer = Connection::open(file)?;
    writer.pragma_update(None, "synchronous", "off")?;
    site.writer = Some(writer);
    Ok(site)
}

async fn populated(auth: Auth<Member>) -> Result<Site> {
    let router = routes().layer(auth.layer());
    let mut users = Vec::new();
    for count in COUNTS {
        users.push(user(&auth, &router, &declared::names(count)).await?);
    }
    Ok(Site { auth, router, users, writer: None })
}

/// Adds rows to `auth_permission` that no code declares, and returns their names with the guard's.
async fn undeclared(store: &SqliteStore<Member>) -> Result<Vec<String>> {
    sqlx::query(
        "WITH RECURSIVE number(n) AS (VALUES(1) UNION ALL SELECT n + 1 FROM number WHERE n < ?) \
         INSERT INTO auth_permission (content_type_id, codename, name) \
         SELECT (SELECT id FROM django_content_type WHERE app_label = 'bench' AND model = 'page'), 'old_' || n, 'Old' \
         FROM number",
    )
    .bind(i64::try_from(UNDECLARED - 1)?)
    .execute(store.pool())
    .await?;
    let names = (1..UNDECLARED).map(|number| format!("bench.old_{number}"));
    Ok(names.chain([Page::CAN_READ.to_string()]).collect())
}

async fn user(auth: &Auth<Member>, router: &Router, permissions: &[String]) -> Result<LoggedIn> {
    let name = format!("{}-{}@example.org", permissions.len(), permissions[0]);
    let member = auth.create_user(NewUser::new(&name)).await?;
    let permissions: Vec<_> = permissions.iter().map(|name| name.parse()).collect::<djauth::Result<_>>()?;
    auth.users().grant(Holder::User(&member.id), &permissions).await?;
    let login = Request::post(format!("/vouch/{name}")).header(header::HOST, "localhost");
    let response = router.clone().oneshot(login.body(Body::empty())?).await?;
    let cookie = response.headers().get(header::SET_COOKIE).ok_or("logging in sets a cookie")?.to_str()?;
    let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
    Ok(LoggedIn { member, cookie })
}

fn routes() -> Router {
    Router::new()
        .route("/public", get(public))
        .route("/login", get(login))
        .route("/permission", get(permission))
        .route("/twice", get(twice))
        .route("/vouch/{name}", post(vouch))
}

#[login_not_required]
async fn public() -> &'static str {
    "page"
}

#[login_required]
async fn login() -> &'static str {
    "page"
}

#[permission_required("bench.can_read")]
async fn permission() -> &'static str {
    "page"
}

#[permission_required("bench.can_read")]
async fn twice(perms: Perms) -> std::result::Result<&'static str, Rejection> {
    Ok(if perms.has_perm(Page::CAN_READ)? { "page" } else { "nothing" })
}

/// Logs somebody in without the work of hashing.
#[login_not_required]
async fn vouch(
    auth: AuthSession<Member>,
    PathParameter(name): PathParameter<String>,
) -> std::result::Result<StatusCode, Rejection> {
    let user = auth.auth().users().get_user_by_username(&name).await?.ok_or(PermissionDenied)?;
    auth.login(auth.auth().vouch(user, "ModelBackend")?).await?;
    Ok(StatusCode::NO_CONTENT)
}
