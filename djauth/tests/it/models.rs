//! Two kinds of users over one database, whose primary keys are the same.

use axum::Router;
use djauth::{
    Auth, Settings,
    axum::{Rejection, routing::get},
    manager::NewUser,
    prelude::*,
};
use http::StatusCode;
use tempfile::TempDir;

use crate::{
    browser::Browser,
    site::{ANN, Member, Site, deployed},
};

#[derive(AuthUser, Debug, Clone)]
#[auth(app = "office")]
struct Officer {
    id: i64,
    username: String,
    password: PasswordHash,
    is_superuser: bool,
}

#[login_required]
async fn office(CurrentUser(officer): CurrentUser<Officer>) -> String {
    format!("office of {}", officer.username)
}

#[login_not_required]
async fn enter(auth: AuthSession<Officer>) -> Result<StatusCode, Rejection> {
    let officer = auth.auth().users().get_user_by_username("boss").await?.ok_or(PermissionDenied)?;
    auth.login(auth.auth().vouch(officer, None)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A shop and its office behind one name, so that browsers send both the same cookie.
struct Shop {
    _folder: TempDir,
    site: Site,
    ann: Member,
    officers: Auth<Officer>,
    boss: Officer,
}

impl Shop {
    /// Opens a shop whose first member and first officer have the same key and, as both log in elsewhere, the same
    /// unusable password.
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("app.db").display());
        let site = Site::shop(&url, Settings::default()).await;
        let officers = Auth::<Officer>::builder().pool(site.auth.sqlite().unwrap().pool().clone());
        let officers = officers.settings(deployed(Settings::default())).build().await.unwrap();
        officers.migrate().await.unwrap();
        let mut ann = site.somebody(ANN).await;
        let mut boss = officers.create_superuser(NewUser::new("boss")).await.unwrap();
        ann.password = PasswordHash::from_stored("!");
        boss.password = PasswordHash::from_stored("!");
        site.auth.users().update_user(&ann, &["password"]).await.unwrap();
        officers.users().update_user(&boss, &["password"]).await.unwrap();
        assert_eq!(ann.id, boss.id);
        Self { _folder: folder, site, ann, officers, boss }
    }

    /// Goes to the office with another browser's cookies.
    fn office(&self, browser: &Browser) -> Browser {
        let routes = Router::new().route("/", get(office)).route("/enter", get(enter));
        let mut office = Browser::new(routes.layer(self.officers.layer()), "shop.example");
        office.cookies.clone_from(&browser.cookies);
        office
    }
}

#[tokio::test]
async fn users_of_two_models_are_not_mistaken_for_each_other() {
    let shop = Shop::open().await;
    let mut member = shop.site.browser_of(ANN).await;
    let mut office = shop.office(&member);
    let answer = office.get("/").await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert!(answer.set_cookies().is_empty(), "the member's cookie is left alone: {answer:?}");
    assert_eq!(member.get("/").await.status, 200, "the member is still logged in");

    assert_eq!(office.get("/enter").await.status, 204);
    assert_eq!(office.get("/").await.body, "office of boss");
    assert_eq!(member.get("/").await.status, 200, "the officer's session is one of their own");
    member.cookies.clone_from(&office.cookies);
    assert_eq!(member.get("/").await.status, 303);
}

#[tokio::test]
async fn s52_what_ends_one_users_sessions_ends_none_of_another_model() {
    let shop = Shop::open().await;
    let mut member = shop.site.browser_of(ANN).await;
    let mut officer = shop.office(&shop.site.browser());
    officer.get("/enter").await;
    assert_eq!(shop.officers.end_sessions(&shop.boss).await.unwrap(), 1);
    assert_eq!((officer.get("/").await.status, member.get("/").await.status), (303, 200));

    officer.get("/enter").await;
    assert!(shop.site.auth.users().delete_user(&shop.ann.id).await.unwrap());
    assert_eq!((officer.get("/").await.status, member.get("/").await.status), (200, 303));
}
