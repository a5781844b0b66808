//! What commands ask of the database behind an [`Auth`]. Stores of the program's own look after themselves.

#[cfg(feature = "sqlite")]
use djauth_runtime::check::{CheckMessage, Level};
use djauth_runtime::{Result, user::AuthUser};

use super::{Failure, console::Console};
use crate::Auth;

/// Returns what is wrong with the tables, each with whether the program cannot run so.
pub(super) async fn problems<U: AuthUser>(auth: &Auth<U>) -> Result<Vec<(bool, String)>> {
    #[cfg(feature = "sqlite")]
    if let Some(store) = auth.sqlite() {
        let found = store.check_schema().await?;
        let is_error = |message: &CheckMessage| message.level == Level::Error;
        return Ok(found.iter().map(|message| (is_error(message), message.to_string())).collect());
    }
    #[cfg(not(feature = "sqlite"))]
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
    match problems(auth).await?.into_iter().find(|(is_error, _)| *is_error) {
        None => Ok(()),
        Some((_, problem)) => Err(Failure::Command(format!("the database is not ready: {problem}"))),
    }
}
