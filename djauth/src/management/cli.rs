//! What can be typed on the command line.

use std::{collections::HashMap, ffi::OsString};

use clap::{Arg, ArgAction, ArgMatches, Command as Clap};
use djauth_runtime::user::AuthUser;

use super::{createuser::Rank, draft::Question, grants::Action, permissions::Format};

/// Where `serve` listens if nobody says anything.
const BIND: &str = "127.0.0.1:8000";

/// What the program is to do.
#[derive(Debug, PartialEq)]
pub(super) enum Command {
    Serve { bind: String },
    Migrate,
    CreateUser { rank: Rank, no_input: bool, flags: HashMap<&'static str, String> },
    ChangePassword { username: Option<String> },
    ChangeGrants { action: Action, username: String, permissions: Vec<String> },
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
        Some(("createuser", matches)) => create_user(Rank::User, &fields, matches),
        Some(("createsuperuser", matches)) => create_user(Rank::Superuser, &fields, matches),
        Some(("changepassword", matches)) => Command::ChangePassword { username: text(matches, "username") },
        Some(("grant", matches)) => change_grants(Action::Grant, matches),
        Some(("revoke", matches)) => change_grants(Action::Revoke, matches),
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

fn create_user(rank: Rank, fields: &[Question], matches: &ArgMatches) -> Command {
    let flags =
        fields.iter().filter_map(|Question { field, .. }| Some((field.name, text(matches, field.name)?)));
    Command::CreateUser { rank, no_input: matches.get_flag("noinput"), flags: flags.collect() }
}

fn change_grants(action: Action, matches: &ArgMatches) -> Command {
    Command::ChangeGrants {
        action,
        username: text(matches, "username").unwrap_or_default(),
        permissions: matches.get_many("permissions").into_iter().flatten().cloned().collect(),
    }
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
        .subcommand(creation(Rank::Superuser, fields).about("Makes a user who may do everything"))
        .subcommand(creation(Rank::User, fields).about("Makes a user who may do what they are granted"))
        .subcommand(
            Clap::new("changepassword")
                .about("Replaces a user's password")
                .arg(Arg::new("username").help("Whose password; by default that of the system's user")),
        )
        .subcommand(grants("grant", "given").about("Gives permissions to a user"))
        .subcommand(grants("revoke", "taken away").about("Takes permissions away that a user was granted"))
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

fn creation(rank: Rank, fields: &[Question]) -> Clap {
    let prefix = rank.prefixes()[0];
    Clap::new(rank.command())
        .arg(Arg::new("noinput").long("noinput").alias("no-input").action(ArgAction::SetTrue).help(format!(
            "Asks nobody: flags and the variables {prefix}_... say everything. Without {prefix}_PASSWORD the user \
             cannot log in until they are given a password",
        )))
        .args(fields.iter().map(|question| {
            let name = question.field.name;
            Arg::new(name).long(name).help(format!("The user's {}", question.verbose_name()))
        }))
}

fn grants(name: &'static str, done: &str) -> Clap {
    let permissions = Arg::new("permissions").value_name("PERMISSION").required(true).num_args(1..);
    Clap::new(name)
        .arg(
            Arg::new("username")
                .value_name("USER")
                .required(true)
                .help("Whose permissions, by their username"),
        )
        .arg(permissions.help(format!("What is {done}, such as blog.can_publish")))
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
        assert_eq!(command, Command::CreateUser { rank: Rank::Superuser, no_input: true, flags });
        assert!(parsed("app createsuperuser --nickname ann").is_err());
    }

    #[test]
    fn createuser_understands_what_createsuperuser_does() {
        let command = parsed("app createuser --no-input --email a@b.example").unwrap();
        let flags = HashMap::from([("email", "a@b.example".to_owned())]);
        assert_eq!(command, Command::CreateUser { rank: Rank::User, no_input: true, flags });
        let help = parsed("app createuser --help").unwrap_err().to_string();
        assert!(help.contains("DJAUTH_USER_PASSWORD") && !help.contains("SUPERUSER"), "{help}");
    }

    #[test]
    fn grant_and_revoke_take_a_user_and_some_permissions() {
        let command = parsed("app revoke ann blog.can_publish blog.add_post").unwrap();
        let permissions = vec!["blog.can_publish".to_owned(), "blog.add_post".to_owned()];
        let username = "ann".to_owned();
        assert_eq!(command, Command::ChangeGrants { action: Action::Revoke, username, permissions });
        assert!(matches!(
            parsed("app grant -- -ann a.b"),
            Ok(Command::ChangeGrants { action: Action::Grant, .. })
        ));
        for line in ["app grant", "app grant ann"] {
            assert_eq!(parsed(line).unwrap_err().exit_code(), 2, "{line}");
        }
    }

    #[test]
    fn what_cannot_be_understood_ends_with_status_2() {
        for line in ["app srve", "app migrate now", "app serve --bnd 1"] {
            assert_eq!(parsed(line).unwrap_err().exit_code(), 2, "{line}");
        }
    }
}
