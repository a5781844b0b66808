//! Looks for what is wrong with the program, its settings and its database (Django's `check --database`).

use djauth_runtime::{
    check::{self, Level},
    user::AuthUser,
};

use super::{Failure, console::Console, database};
use crate::Auth;

/// Runs the command.
pub(super) async fn run<U: AuthUser>(auth: &Auth<U>, console: &mut dyn Console) -> Result<(), Failure> {
    let mut found = check::check::<U>(auth.settings());
    found.extend(database::problems(auth).await?);
    for message in &found {
        let level = if message.level == Level::Error { "error" } else { "warning" };
        console.complain(&format!("{level}: {message}"));
    }
    let errors = found.iter().filter(|message| message.level == Level::Error).count();
    let warnings = found.len() - errors;
    match (errors, warnings) {
        (0, 0) => console.say("System check identified no issues."),
        (0, _) => console.say(&format!("System check identified no errors, and {warnings} warnings.")),
        _ => {
            return Err(Failure::Command(format!(
                "System check identified {errors} errors; mend them as they say"
            )));
        }
    }
    Ok(())
}
