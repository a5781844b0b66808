//! Looks for what is wrong with the program, its settings and its database (Django's `check --database`).

use ::axum::Router;
use djauth_runtime::{
    check::{self, CheckMessage, Level},
    user::AuthUser,
};

use super::{Failure, console::Console, database};
use crate::Auth;

/// Runs the command.
pub(super) async fn run<U: AuthUser>(
    auth: &Auth<U>,
    app: Router,
    console: &mut dyn Console,
) -> Result<(), Failure> {
    let mut found = check::check::<U>(auth.settings());
    found.extend(check::check_deployment(auth.settings()));
    if auth.site().serves_unguarded_handlers && !auth.settings().development {
        found.push(CheckMessage::dangerous("dangerous_serve_unguarded_handlers"));
    }
    found.extend(auth.check_routes(app.layer(auth.layer())).await);
    found.extend(database::problems(auth).await?);
    for message in &found {
        let level = if message.level == Level::Error { "error" } else { "warning" };
        console.complain(&format!("{level}: {message}"));
    }
    let errors = found.iter().filter(|message| message.level == Level::Error).count();
    if errors > 0 {
        return Err(Failure::Command(format!(
            "System check identified {}; see above",
            count(errors, "error")
        )));
    }
    console.say(&match found.len() {
        0 => "System check identified no issues.".to_owned(),
        warnings => format!("System check identified no errors, and {}.", count(warnings, "warning")),
    });
    Ok(())
}

fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
