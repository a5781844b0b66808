//! How is a program run and looked after? By its own command line (Django's `manage.py`).
//!
//! [`manage`] is the last line of `main`. The program then understands:
//!
//! | command | what it does |
//! |---|---|
//! | `serve` | serves the program; what it does without a command |
//! | `migrate` | creates the tables and permission rows that are missing |
//! | `createsuperuser` | makes a user who may do everything, by asking or, with `--noinput`, from flags and variables |
//! | `createuser` | makes a user who may do what they are granted, in the same way |
//! | `changepassword` | replaces a user's password |
//! | `grant`, `revoke` | give permissions to a user, and take them away; a running program knows on the next request |
//! | `clearsessions` | removes the sessions that have ended; run it daily |
//! | `check` | looks for what is wrong with program, settings and database |
//! | `permissions` | lists every permission, who declares it and which handlers ask for it |
//!
//! Prompts, texts and exit statuses are Django's where Django has the command. It differs in this: `serve` serves
//! deployments too, behind a proxy that ends TLS; `DJAUTH_SUPERUSER_...` variables work beside `DJANGO_SUPERUSER_...`,
//! and `createuser` reads `DJAUTH_USER_...`; there is one database. What Django's admin does besides is the program's own
//! part: groups, say, with [`GroupStore`](crate::store::GroupStore).

mod changepassword;
mod check;
mod clearsessions;
mod cli;
mod console;
mod createuser;
mod database;
pub(crate) mod draft;
mod grants;
mod permissions;
mod serve;
mod terminal;

use std::{
    env,
    error::Error as StdError,
    fmt,
    io::{self, IsTerminal},
    path::Path,
    process,
};

use ::axum::Router;
use djauth_runtime::{
    Error, ImproperlyConfigured, Result,
    check::{fail_on_errors, warn_of_drawn_key},
    user::AuthUser,
};
use tokio::{runtime::Handle, signal, task};
use tracing_subscriber::EnvFilter;

use self::{
    cli::Command,
    console::{Console, is_end_of_input},
    terminal::Terminal,
};
use crate::Auth;

/// Does what the command line says: serves `app`, unless it names another command (Django's
/// `execute_from_command_line`).
///
/// `app` gets the layer of [`Auth::layer`] here. Without a `tracing` subscriber of the program's own, warnings go to
/// standard error; `RUST_LOG` says what else does. A command that fails prints one line that names the remedy and ends
/// the process with status 1, or 2 if the command line itself cannot be understood. The command line is read here, so even
/// `--help` wants the settings and the database that `auth` is made with.
///
/// # Errors
/// The start-up checks', which `auth` has passed already; every other failure ends the process as described.
///
/// # Examples
/// ```no_run
/// use axum::Router;
/// use djauth::{Auth, User};
///
/// #[tokio::main]
/// async fn main() -> djauth::Result<()> {
///     let auth = Auth::<User>::connect("sqlite://app.db").await?;
///     let app = Router::new().nest("/accounts", auth.urls());
///     djauth::manage(auth, app).await
/// }
/// ```
pub async fn manage<U: AuthUser>(auth: Auth<U>, app: Router) -> Result<()> {
    // A program that has its own subscriber keeps it.
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(io::stderr().is_terminal());
    let is_first_to_log = log.with_writer(io::stderr).try_init().is_ok();
    let command = cli::parse::<U>(env::args_os()).unwrap_or_else(|error| error.exit());
    if is_first_to_log && command != Command::Check {
        // What the start-up checks warned of when `Auth` was made, nobody could hear.
        fail_on_errors(&djauth_runtime::check::check::<U>(auth.settings()))?;
        // Other commands end before anybody could be logged in.
        if matches!(command, Command::Serve { .. }) {
            warn_of_drawn_key(auth.settings());
        }
    }
    match run(auth, app, command).await {
        Ok(()) => Ok(()),
        Err(failure) => {
            Terminal.complain(&failure.to_string());
            // Returning would wait for a prompt that nobody answers.
            process::exit(1)
        }
    }
}

async fn run<U: AuthUser>(auth: Auth<U>, app: Router, command: Command) -> Result<(), Failure> {
    if let Command::Serve { bind } = command {
        return serve::run(&auth, app, &bind, &mut Terminal).await;
    }
    // Prompts wait for people, so the commands have a thread of their own, and Ctrl-C is heard here meanwhile.
    let runtime = Handle::current();
    let mut running =
        task::spawn_blocking(move || runtime.block_on(dispatch(&auth, app, &command, &mut Terminal)));
    tokio::select! {
        ended = &mut running => ended.unwrap_or_else(|panic| Err(Failure::Command(panic.to_string()))),
        _ = signal::ctrl_c() => {
            terminal::show_typing();
            Err(Failure::Cancelled)
        }
    }
}

async fn dispatch<U: AuthUser>(
    auth: &Auth<U>,
    app: Router,
    command: &Command,
    console: &mut dyn Console,
) -> Result<(), Failure> {
    match command {
        Command::Serve { .. } => Ok(()),
        Command::Migrate => database::migrate(auth, console).await,
        Command::Check => check::run(auth, app, console).await,
        Command::Permissions(format) => permissions::run(*format, console),
        Command::CreateUser { rank, no_input, flags } => {
            database::prepare(auth).await?;
            let (rank, no_input, flags) = (*rank, *no_input, flags.clone());
            let variable = |name: &str| env::var(name).ok();
            let arguments = createuser::Arguments { rank, no_input, flags, variable: &variable };
            createuser::run(auth, &arguments, console).await
        }
        Command::ChangePassword { username } => {
            database::prepare(auth).await?;
            changepassword::run(auth, username.as_deref(), console).await
        }
        Command::ChangeGrants { action, username, permissions } => {
            database::prepare(auth).await?;
            grants::run(auth, *action, username, permissions, console).await
        }
        Command::ClearSessions => {
            database::prepare(auth).await?;
            clearsessions::run(auth, console).await
        }
    }
}

/// Returns the program's name as it was called, for messages.
fn program() -> String {
    let first = env::args_os().next().unwrap_or_default();
    Path::new(&first)
        .file_name()
        .map_or_else(|| "the program".into(), |name| name.to_string_lossy().into_owned())
}

/// How a command ends if not well.
#[derive(Debug, PartialEq)]
enum Failure {
    /// The reason and its remedy (Django's `CommandError`).
    Command(String),
    /// Somebody pressed Ctrl-C or ended the input.
    Cancelled,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(text) => write!(f, "CommandError: {text}"),
            Self::Cancelled => f.write_str("\nOperation cancelled."),
        }
    }
}

impl StdError for Failure {}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Command(error.to_string())
    }
}

impl From<ImproperlyConfigured> for Failure {
    fn from(error: ImproperlyConfigured) -> Self {
        Self::Command(error.to_string())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if is_end_of_input(&error) { Self::Cancelled } else { Self::Command(error.to_string()) }
    }
}

#[cfg(test)]
mod test {
    use std::sync::Arc;

    use djauth_runtime::{
        auth::Authenticator, memory::MemoryStore, settings::Settings, test_util::Person, user::AuthUser,
    };

    /// A program over an empty store in memory.
    pub(super) fn people() -> Authenticator<Person> {
        program_over(MemoryStore::new())
    }

    /// A program over a store in memory.
    pub(super) fn program_over<U: AuthUser>(store: MemoryStore<U>) -> Authenticator<U> {
        let builder = Authenticator::builder(Arc::new(store.clone()), Arc::new(store));
        builder.settings(Settings::development()).build().expect("sound settings")
    }
}
