//! What do the start-up checks say of a user's struct, and are they right?

use axum::Router;
use djauth::{
    RawPassword,
    axum::{Rejection, routing::get},
    check::{CheckMessage, Level, check},
    manager::NewUser,
    prelude::*,
};

use crate::{
    browser::Browser,
    log::Log,
    site::{ANN, PASSWORD},
};

/// A user whose name is the key.
#[derive(AuthUser, Debug, Clone)]
#[auth(app = "named")]
struct Named {
    #[auth(id, username, max_length = 80)]
    name: String,
    password: PasswordHash,
    is_active: bool,
    is_superuser: bool,
}

/// A user with a field that nobody is asked for.
#[derive(AuthUser, Debug, Clone)]
#[auth(app = "demanding")]
struct Demanding {
    id: i64,
    username: String,
    password: PasswordHash,
    must: String,
}

async fn auth<U: AuthUser>() -> Auth<U> {
    let auth = Auth::builder().url("sqlite::memory:").settings(djauth::Settings::development());
    let auth = auth.build().await.unwrap();
    auth.migrate().await.unwrap();
    auth
}

fn texts(found: &[CheckMessage]) -> Vec<String> {
    found.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_primary_key_is_a_username_that_nobody_shares() {
    let auth = auth::<Named>().await;
    assert_eq!(texts(&check::<Named>(auth.settings())), [""; 0]);
    assert_eq!(auth.sqlite().unwrap().check_schema().await.unwrap(), []);
    auth.create_superuser(NewUser::new(ANN).password(RawPassword::new(PASSWORD))).await.unwrap();
    let again = auth.create_user(NewUser::new(ANN)).await.unwrap_err();
    assert!(matches!(again, djauth::Error::AlreadyExists(_)), "{again}");
    assert_eq!(auth.users().get_user_by_username(ANN).await.unwrap().unwrap().id(), ANN);
}

const FORGED: &str = "ann\nERROR all is lost";

#[login_not_required]
async fn enter(auth: AuthSession<Named>) -> Result<(), Rejection> {
    let user = auth.auth().users().get_user_by_username(FORGED).await?.unwrap();
    Ok(auth.login(auth.auth().vouch(user, "ModelBackend")?).await?)
}

#[permission_required("blog.can_publish")]
async fn publish() {}

#[login_not_required]
async fn leave(auth: AuthSession<Named>) -> Result<(), Rejection> {
    Ok(auth.logout().await?)
}

#[tokio::test]
async fn s101_a_key_that_is_text_begins_no_line_of_the_log() {
    let auth = auth::<Named>().await;
    let (log, _guard) = Log::start();
    auth.create_user(NewUser::new(FORGED)).await.unwrap();
    let routes = Router::new().route("/enter", get(enter)).route("/publish", get(publish));
    let router = routes.route("/leave", get(leave)).layer(auth.layer());
    let mut browser = Browser::new(router, "localhost");
    for (path, status) in [("/enter", 200), ("/publish", 403), ("/leave", 200)] {
        assert_eq!(browser.get(path).await.status, status);
    }
    let text = log.text();
    assert_eq!(text.matches(r"user_id=ann\nERROR all is lost").count(), 4, "{text}");
    assert!(!text.contains(FORGED), "{text}");
}

#[tokio::test]
async fn a_field_that_nobody_fills_is_a_warning() {
    let auth = auth::<Demanding>().await;
    let found = check::<Demanding>(auth.settings());
    let warning = "djauth.W008: nothing fills the field `must` of a new `demanding`, so `createsuperuser` can make none; list \
                   it in `required_fields`, give it `#[auth(default)]`, or make it an `Option`";
    assert_eq!(texts(&found), [warning]);
    assert_eq!(found[0].level, Level::Warning);
    assert!(auth.create_user(NewUser::new(ANN)).await.is_err());
    assert!(auth.create_user(NewUser::new(ANN).set("must", "x")).await.is_ok());
}
