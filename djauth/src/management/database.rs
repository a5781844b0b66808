//! What commands ask of the database behind an [`Auth`]. Stores of the program's own look after themselves.

use djauth_runtime::{
    Result,
    check::{CheckMessage, Level},
    user::AuthUser,
};

use super::{Failure, console::Console};
use crate::Auth;

/// Returns what is wrong with the tables.
pub(super) async fn problems<U: AuthUser>(auth: &Auth<U>) -> Result<Vec<CheckMessage>> {
    #[cfg(feature = "sqlite")]
    if let Some(store) = auth.sqlite() {
        return store.check_schema().await;
    }
    let _ = auth;
    Ok(Vec::new())
}

/// Creates what is missing, and says what that was (Django's `migrate`).
pub(super) async fn migrate<U: AuthUser>(auth: &Auth<U>, console: &mut dyn Console) -> Result<(), Failure> {
    #[cfg(feature = "sqlite")]
    if let Some(store) = auth.sqlite() {
        console.say(&store.migrate().await?.to_string());
        return Ok(());
    }
    let _ = (auth, console);
    Err(Failure::Command(
        "there is no database to migrate; make `Auth` with a URL or a pool, or create the tables yourself"
            .to_owned(),
    ))
}

/// Makes sure that the tables are there. On a developer's own machine they are created without ceremony; elsewhere the
/// database changes when somebody says so.
pub(super) async fn prepare<U: AuthUser>(auth: &Auth<U>) -> Result<(), Failure> {
    #[cfg(feature = "sqlite")]
    if let (true, Some(store)) = (auth.settings().development, auth.sqlite()) {
        store.migrate().await?;
        return Ok(());
    }
    match problems(auth).await?.into_iter().find(|found| found.level == Level::Error) {
        None => Ok(()),
        Some(problem) => Err(Failure::Command(format!("the database is not ready: {problem}"))),
    }
}
