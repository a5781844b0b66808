//! Replaces a user's password and ends their sessions (Django's `changepassword`, which leaves them to end by themselves).

use djauth_runtime::{RawPassword, auth::Authenticator, user::AuthUser};

use super::{Failure, console::Console, createuser::system_user};

/// How many mistakes end the command.
const MAX_TRIES: u32 = 3;

/// Runs the command for a user, by default the one of the operating system.
pub(super) async fn run<U: AuthUser>(
    auth: &Authenticator<U>,
    username: Option<&str>,
    console: &mut dyn Console,
) -> Result<(), Failure> {
    let Some(username) = username.map(str::to_owned).or_else(system_user) else {
        return Err(Failure::Command(format!(
            "the system does not say who you are; say whose password it is: `{} changepassword NAME`",
            super::program()
        )));
    };
    let Some(mut user) = auth.users().get_user_by_username(&username).await? else {
        return Err(Failure::Command(format!("user '{username}' does not exist")));
    };
    console.say(&format!("Changing password for user '{username}'"));
    let password = ask(auth, &user, console)?;
    auth.set_password(&mut user, &password).await?;
    auth.end_sessions(&user).await?;
    auth.validators().password_changed(&password, Some(&user));
    console.say(&format!("Password changed successfully for user '{username}'"));
    Ok(())
}

fn ask<U: AuthUser>(
    auth: &Authenticator<U>,
    user: &U,
    console: &mut dyn Console,
) -> Result<RawPassword, Failure> {
    for _ in 0..MAX_TRIES {
        let password = ask_once("Password: ", console)?;
        if password.expose() != ask_once("Password (again): ", console)?.expose() {
            console.say("Passwords do not match. Please try again.");
            continue;
        }
        match auth.validators().validate(&password, Some(user)) {
            Ok(()) => return Ok(password),
            Err(errors) => errors.iter().for_each(|error| console.complain(&error.to_string())),
        }
    }
    Err(Failure::Command(format!(
        "Aborting password change for user '{}' after {MAX_TRIES} attempts",
        user.username()
    )))
}

fn ask_once(prompt: &str, console: &mut dyn Console) -> Result<RawPassword, Failure> {
    let password = console.ask_secret(prompt)?;
    if password.expose().is_empty() { Err(Failure::Command("aborted".to_owned())) } else { Ok(password) }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use djauth_runtime::{
        manager::NewUser,
        session::{SessionKey, SessionRecord},
        test_util::Person,
    };
    use time::Duration;

    use super::{
        super::{console::test::Script, test::people},
        *,
    };

    const PASSWORD: &str = "correct horse battery";

    async fn with_ann() -> Authenticator<Person> {
        let auth = people();
        auth.create_user(NewUser::new("ann").set("email", "a@example.org")).await.unwrap();
        auth
    }

    fn error(text: &str) -> Result<(), Failure> {
        Err(Failure::Command(text.to_owned()))
    }

    #[tokio::test]
    async fn two_mistakes_are_forgiven() {
        let auth = with_ann().await;
        let mut console = Script::of(&[PASSWORD, "other", "short", "short", PASSWORD, PASSWORD]);
        run(&auth, Some("ann"), &mut console).await.unwrap();
        assert_eq!(
            console.transcript,
            [
                "Changing password for user 'ann'",
                "Password: ",
                "Password (again): ",
                "Passwords do not match. Please try again.",
                "Password: ",
                "Password (again): ",
                "! This password is too short. It must contain at least 15 characters.",
                "Password: ",
                "Password (again): ",
                "Password changed successfully for user 'ann'",
            ]
        );
        let ann = auth.users().get_user_by_username("ann").await.unwrap();
        assert!(auth.verify_password(ann, &RawPassword::new(PASSWORD)).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn the_third_mistake_ends_the_command_and_nothing_changes() {
        let auth = with_ann().await;
        let before = auth.users().get_user_by_username("ann").await.unwrap();
        let mut console = Script::of(&["a", "b", "a", "b", "a", "b"]);
        let ended = run(&auth, Some("ann"), &mut console).await;
        assert_eq!(ended, error("Aborting password change for user 'ann' after 3 attempts"));
        assert_eq!(run(&auth, Some("ann"), &mut Script::of(&[""])).await, error("aborted"));
        assert_eq!(auth.users().get_user_by_username("ann").await.unwrap(), before);
    }

    #[tokio::test]
    async fn s52_a_changed_password_ends_the_users_sessions_and_nobody_elses() {
        let auth = with_ann().await;
        let bob = auth.create_user(NewUser::new("bob").set("email", "b@example.org")).await.unwrap();
        let ann = auth.users().get_user_by_username("ann").await.unwrap().unwrap();
        let mut keys = Vec::new();
        for user in [ann.id, bob.id] {
            let (now, key) = (auth.now(), SessionKey::generate().unwrap().digest());
            let (data, expire_date) = (String::new(), now + Duration::DAY);
            let record = SessionRecord { data, expire_date, created: now, user_id: Some(user) };
            assert!(auth.sessions().create(&key, &record).await.unwrap());
            keys.push(key);
        }
        run(&auth, Some("ann"), &mut Script::of(&[PASSWORD, PASSWORD])).await.unwrap();
        assert!(auth.sessions().load(&keys[0], auth.now()).await.unwrap().is_none());
        assert!(auth.sessions().load(&keys[1], auth.now()).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn an_unknown_user_is_named() {
        let unknown = run(&people(), Some("nobody"), &mut Script::of(&[])).await;
        assert_eq!(unknown, error("user 'nobody' does not exist"));
    }
}
