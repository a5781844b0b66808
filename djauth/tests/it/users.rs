//! What do the start-up checks say of a user's struct, and are they right?

use djauth::{
    RawPassword,
    check::{CheckMessage, Level, check},
    manager::NewUser,
    prelude::*,
};

use crate::{
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
