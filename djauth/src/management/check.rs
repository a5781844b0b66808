//! Looks for what is wrong with the program, its settings and its database (Django's `check --database`).

use djauth_runtime::{
    check::{self, Level},
    user::AuthUser,
};

use super::{Failure, console::Console, database};
use crate::Auth;

/// Runs the command.
pub(super) async fn run<U: AuthUser>(auth: &Auth<U>, console: &mut dyn Console) -> Result<(), Failure> {
    let mut errors = 0;
    let mut warnings = 0;
    let messages = check::check::<U>(auth.settings());
    let of_the_program = messages.iter().map(|message| (message.level == Level::Error, message.to_string()));
    let of_the_database = database::problems(auth).await?;
    for (is_error, text) in of_the_program.chain(of_the_database) {
        if is_error {
            errors += 1;
            console.complain(&format!("error: {text}"));
        } else {
            warnings += 1;
            console.complain(&format!("warning: {text}"));
        }
    }
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
