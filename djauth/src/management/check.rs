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

#[cfg(test)]
mod tests {
    use djauth_runtime::{memory::MemoryStore, settings::Settings, test_util::Person};

    use super::*;
    use crate::management::console::test::Script;

    #[tokio::test]
    async fn a_deployment_that_serves_unguarded_handlers_is_told_so() {
        let own = "secret_key = 'a key of this test, 0123456789abcdef'\nallowed_hosts = ['shop.example']";
        for (settings, warnings) in
            [(Settings::from_toml(own).expect("settings"), 1), (Settings::development(), 0)]
        {
            let store = MemoryStore::<Person>::new();
            let builder = Auth::builder().stores(store.clone(), store).settings(settings);
            let auth = builder.dangerous_serve_unguarded_handlers().build().await.expect("sound settings");
            let app = Router::new().nest("/accounts", auth.urls());
            let mut script = Script::without_terminal();
            run(&auth, app, &mut script).await.expect("no errors");
            let told = script
                .transcript
                .iter()
                .filter(|line| line.contains("`dangerous_serve_unguarded_handlers` is set"));
            assert_eq!(told.count(), warnings, "{:?}", script.transcript);
        }
    }
}
