//! What can be typed on the command line.

use std::{collections::HashMap, ffi::OsString};

use clap::{Arg, ArgAction, ArgMatches, Command as Clap};
use djauth_runtime::user::AuthUser;

use super::{draft::Question, permissions::Format};

/// Where `serve` listens if nobody says anything.
const BIND: &str = "127.0.0.1:8000";

/// What the program is to do.
#[derive(Debug, PartialEq)]
pub(super) enum Command {
    Serve { bind: String },
    Migrate,
    CreateSuperuser { no_input: bool, flags: HashMap<&'static str, String> },
    ChangePassword { username: Option<String> },
    ClearSessions,
    Check,
    Permissions(Format),
}

/// Reads the command line.
pub(super) fn parse<U: AuthUser>(
    arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>,
) -> Result<Command, clap::Error> {
    let fields: Vec<_> = Question::username::<U>().into_iter().chain(Question::required::<U>()).collect();
    let matches = program(&fields).try_get_matches_from(arguments)?;
    Ok(match matches.subcommand() {
        Some(("migrate", _)) => Command::Migrate,
        Some(("createsuperuser", matches)) => Command::CreateSuperuser {
            no_input: matches.get_flag("noinput"),
            flags: fields
                .iter()
                .filter_map(|question| Some((question.field.name, text(matches, question.field.name)?)))
                .collect(),
        },
        Some(("changepassword", matches)) => Command::ChangePassword { username: text(matches, "username") },
        Some(("clearsessions", _)) => Command::ClearSessions,
        Some(("check", _)) => Command::Check,
        Some(("permissions", matches)) => {
            Command::Permissions(if matches.get_flag("json") { Format::Json } else { Format::Table })
        }
        Some((_, matches)) => {
            Command::Serve { bind: text(matches, "bind").unwrap_or_else(|| BIND.to_owned()) }
        }
        None => Command::Serve { bind: text(&matches, "bind").unwrap_or_else(|| BIND.to_owned()) },
    })
}

fn text(matches: &ArgMatches, name: &str) -> Option<String> {
    matches.get_one::<String>(name).cloned()
}

fn program(fields: &[Question]) -> Clap {
    let bind = Arg::new("bind")
        .long("bind")
        .env("DJAUTH_BIND")
        .value_name("ADDRESS")
        .help(format!("Where to listen [default: {BIND}]"));
    Clap::new("manage")
        .about("Serves the program and looks after its users")
        .arg(bind.clone())
        .subcommand(Clap::new("serve").about("Serves the program; so it does without a command").arg(bind))
        .subcommand(Clap::new("migrate").about("Creates the tables and permission rows that are missing"))
        .subcommand(
            Clap::new("createsuperuser")
                .about("Makes a user who may do everything")
                .arg(Arg::new("noinput").long("noinput").alias("no-input").action(ArgAction::SetTrue).help(
                    "Asks nobody: flags and the variables DJAUTH_SUPERUSER_... say everything. Without \
                     DJAUTH_SUPERUSER_PASSWORD the user cannot log in until they are given a password",
                ))
                .args(fields.iter().map(|question| {
                    let name = question.field.name;
                    Arg::new(name).long(name).help(format!("The superuser's {}", question.verbose_name()))
                })),
        )
        .subcommand(
            Clap::new("changepassword")
                .about("Replaces a user's password")
                .arg(Arg::new("username").help("Whose password; by default that of the system's user")),
        )
        .subcommand(Clap::new("clearsessions").about("Removes the sessions that have ended; run it daily"))
        .subcommand(Clap::new("check").about("Looks for what is wrong with program, settings and database"))
        .subcommand(
            Clap::new("permissions")
                .about("Lists every permission, who declares it and which handlers ask for it")
                .arg(
                    Arg::new("json").long("json").action(ArgAction::SetTrue).help("Writes JSON for programs"),
                ),
        )
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use djauth_runtime::test_util::Person;

    use super::*;

    fn parsed(line: &str) -> Result<Command, clap::Error> {
        parse::<Person>(line.split(' '))
    }

    #[test]
    fn without_a_command_the_program_serves() {
        let serve = |bind: &str| Command::Serve { bind: bind.to_owned() };
        assert_eq!(parsed("app").unwrap(), serve("127.0.0.1:8000"));
        assert_eq!(parsed("app --bind 0.0.0.0:80").unwrap(), serve("0.0.0.0:80"));
        assert_eq!(parsed("app serve --bind [::1]:1").unwrap(), serve("[::1]:1"));
    }

    #[test]
    fn createsuperuser_has_a_flag_for_each_field_that_it_asks_for() {
        let command = parsed("app createsuperuser --noinput --username ann --email a@b.example").unwrap();
        let flags = HashMap::from([("username", "ann".to_owned()), ("email", "a@b.example".to_owned())]);
        assert_eq!(command, Command::CreateSuperuser { no_input: true, flags });
        assert!(parsed("app createsuperuser --nickname ann").is_err());
    }

    #[test]
    fn what_cannot_be_understood_ends_with_status_2() {
        for line in ["app srve", "app migrate now", "app serve --bnd 1"] {
            assert_eq!(parsed(line).unwrap_err().exit_code(), 2, "{line}");
        }
    }
}
