//! Makes a user: one who may do everything (Django's `createsuperuser`, with its prompts, texts and exit statuses), or
//! one who may do what they are granted.
//!
//! Where Django reads `DJANGO_SUPERUSER_...`, the names `DJAUTH_SUPERUSER_...` work as well and win. For other users
//! the names are `DJAUTH_USER_...`: a deployment that has a superuser's password in its environment must not give it
//! to somebody else.

use std::{collections::HashMap, env};

use djauth_runtime::{
    Error, RawPassword, auth::Authenticator, model::Value, user::AuthUser, username::UsernameValidator,
};

use super::{
    Failure,
    console::Console,
    draft::{Draft, Question, is_taken},
};

/// What a new user may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rank {
    /// What they are granted.
    User,
    /// Everything.
    Superuser,
}

impl Rank {
    /// Returns the command that makes such a user.
    pub(super) fn command(self) -> &'static str {
        match self {
            Self::User => "createuser",
            Self::Superuser => "createsuperuser",
        }
    }

    /// Returns how the variables begin that are read; the first one there is wins.
    pub(super) fn prefixes(self) -> &'static [&'static str] {
        match self {
            Self::User => &["DJAUTH_USER"],
            Self::Superuser => &["DJAUTH_SUPERUSER", "DJANGO_SUPERUSER"],
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Superuser => "Superuser",
        }
    }
}

/// What was said on the command line and in the environment.
pub(super) struct Arguments<'a> {
    /// What the user may do.
    pub(super) rank: Rank,
    /// Whether nobody may be asked.
    pub(super) no_input: bool,
    /// The flags, by the field's name.
    pub(super) flags: HashMap<&'static str, String>,
    /// How a variable of the environment is read.
    pub(super) variable: &'a (dyn Fn(&str) -> Option<String> + Sync),
}

impl Arguments<'_> {
    fn flag(&self, question: Question) -> Option<&str> {
        self.flags.get(question.field.name).map(String::as_str)
    }

    fn variable_for(&self, name: &str) -> Option<String> {
        let name = name.to_uppercase();
        self.rank.prefixes().iter().find_map(|prefix| (self.variable)(&format!("{prefix}_{name}")))
    }

    /// Returns the password, if a variable holds one. A variable that is there and empty is a mistake, such as that of
    /// a file that fills it from one that nobody set; Django makes a superuser with an empty password of it.
    fn password(&self) -> Result<Option<RawPassword>, Failure> {
        match self.variable_for("password") {
            Some(password) if password.is_empty() => Err(Failure::Command(format!(
                "Blank passwords aren't allowed; give the variable `{}_PASSWORD` a value, or remove it.",
                self.rank.prefixes()[0]
            ))),
            password => Ok(password.map(RawPassword::new)),
        }
    }
}

/// Runs the command.
pub(super) async fn run<U: AuthUser>(
    auth: &Authenticator<U>,
    arguments: &Arguments<'_>,
    console: &mut dyn Console,
) -> Result<(), Failure> {
    let rank = arguments.rank;
    let (draft, password) = if arguments.no_input {
        without_asking(auth, arguments).await?
    } else if console.is_terminal() {
        by_asking(auth, arguments, console).await?
    } else {
        console.say(&format!(
            "{} creation skipped due to not running in a TTY. You can run `{} {}` in your project to create one \
             manually.",
            rank.noun(),
            super::program(),
            rank.command(),
        ));
        return Ok(());
    };
    let has_password = password.is_some();
    let new = draft.into_new_user(password);
    let user = match rank {
        Rank::User => auth.create_user(new).await?,
        Rank::Superuser => auth.create_superuser(new).await?,
    };
    console.say(&format!("{} created successfully.", rank.noun()));
    if !has_password {
        let (name, program) = (user.username(), super::program());
        console.complain(&format!(
            "warning: user '{name}' cannot log in by password until they are given one: \
             `{program} changepassword {name}`"
        ));
    }
    Ok(())
}

async fn by_asking<U: AuthUser>(
    auth: &Authenticator<U>,
    arguments: &Arguments<'_>,
    console: &mut dyn Console,
) -> Result<(Draft, Option<RawPassword>), Failure> {
    let mut draft = Draft::new(ask_username(auth, arguments, console).await?);
    for question in Question::required::<U>() {
        let value = match arguments.flag(question) {
            Some(typed) => question.clean(typed)?,
            None => ask_field(question, console)?,
        };
        draft.add(question, value);
    }
    let password = ask_password(auth, &draft, console)?;
    Ok((draft, Some(password)))
}

async fn ask_username<U: AuthUser>(
    auth: &Authenticator<U>,
    arguments: &Arguments<'_>,
    console: &mut dyn Console,
) -> Result<String, Failure> {
    let question = Question::username::<U>()?;
    if let Some(typed) = arguments.flag(question) {
        if typed.is_empty() {
            return Err(Failure::Command(format!("{} cannot be blank.", question.label())));
        }
        match clean_username(auth, question, typed).await {
            Ok(username) => return Ok(username),
            Err(error) => console.complain(&refusal(error)?),
        }
    }
    let default = default_username(auth).await?;
    let hint = default.as_ref().map(|name| format!(" (leave blank to use '{name}')")).unwrap_or_default();
    loop {
        let mut typed = console.ask(&format!("{}{hint}: ", question.label()))?;
        if let (true, Some(default)) = (typed.is_empty(), &default) {
            typed.clone_from(default);
        }
        match clean_username(auth, question, &typed).await {
            Ok(username) => return Ok(username),
            Err(error @ Error::AlreadyExists(_)) => console.complain(&refusal(error)?),
            Err(error) => console.complain(&format!("Error: {}", refusal(error)?)),
        }
    }
}

/// Cleans a username and looks whether it is free.
async fn clean_username<U: AuthUser>(
    auth: &Authenticator<U>,
    question: Question,
    typed: &str,
) -> Result<String, Error> {
    let Value::Text(username) = question.clean(typed)? else {
        return Err(Error::invalid("the username is no text; make the field a `String`"));
    };
    if question.field.unique && is_taken(auth, &username).await? {
        return Err(Error::AlreadyExists(format!(
            "Error: That {} is already taken.",
            question.verbose_name()
        )));
    }
    Ok(username)
}

/// Returns the text about a value that is not accepted; any other error ends the command.
fn refusal(error: Error) -> Result<String, Failure> {
    match error {
        Error::Invalid(text) | Error::AlreadyExists(text) => Ok(text),
        other => Err(other.into()),
    }
}

fn ask_field(question: Question, console: &mut dyn Console) -> Result<Value, Failure> {
    loop {
        let typed = console.ask(&format!("{}: ", question.label()))?;
        match question.clean(&typed) {
            Ok(value) => return Ok(value),
            Err(error) => console.complain(&format!("Error: {}", refusal(error)?)),
        }
    }
}

fn ask_password<U: AuthUser>(
    auth: &Authenticator<U>,
    draft: &Draft,
    console: &mut dyn Console,
) -> Result<RawPassword, Failure> {
    loop {
        let password = console.ask_secret("Password: ")?;
        if password.expose() != console.ask_secret("Password (again): ")?.expose() {
            console.complain("Error: Your passwords didn't match.");
            continue;
        }
        if password.expose().trim().is_empty() {
            console.complain("Error: Blank passwords aren't allowed.");
            continue;
        }
        let errors = draft.password_errors(auth, &password);
        errors.iter().for_each(|error| console.complain(error));
        let accepted = errors.is_empty()
            || console
                .ask("Bypass password validation and create user anyway? [y/N]: ")?
                .eq_ignore_ascii_case("y");
        if accepted {
            return Ok(password);
        }
    }
}

async fn without_asking<U: AuthUser>(
    auth: &Authenticator<U>,
    arguments: &Arguments<'_>,
) -> Result<(Draft, Option<RawPassword>), Failure> {
    let must_use = |question: Question| {
        Failure::Command(format!("You must use --{} with --noinput.", question.field.name))
    };
    let question = Question::username::<U>()?;
    let typed = arguments
        .flag(question)
        .map(str::to_owned)
        .or_else(|| arguments.variable_for(question.field.name))
        .or_else(|| arguments.variable_for("username"))
        .ok_or_else(|| must_use(question))?;
    if typed.is_empty() {
        return Err(Failure::Command(format!("{} cannot be blank.", question.label())));
    }
    let password = arguments.password()?;
    let mut draft = Draft::new(clean_username(auth, question, &typed).await?);
    for question in Question::required::<U>() {
        let flag = arguments.flag(question).map(str::to_owned);
        let variable = arguments.variable_for(question.field.name);
        let typed = flag.clone().filter(|typed| !typed.is_empty()).or_else(|| variable.clone());
        match typed.filter(|typed| !typed.is_empty()) {
            Some(typed) => draft.add(question, question.clean(&typed)?),
            // Leaving a field empty takes saying so.
            None if question.may_be_blank() && flag.or(variable).is_some() => {}
            None => return Err(must_use(question)),
        }
    }
    Ok((draft, password))
}

/// Returns the name of the operating system's user if Django's `auth.User` could have it and nobody has.
async fn default_username<U: AuthUser>(auth: &Authenticator<U>) -> Result<Option<String>, Failure> {
    // Of any other model nothing is known that would make the name a good guess.
    if (U::MODEL.app_label, U::MODEL.model_name) != ("auth", "user") {
        return Ok(None);
    }
    let name: String =
        system_user().unwrap_or_default().chars().filter(|c| c.is_ascii() && *c != ' ').collect();
    let name = name.to_lowercase();
    let is_good = UsernameValidator::Unicode.is_valid(&name) && !is_taken(auth, &name).await?;
    Ok(is_good.then_some(name))
}

/// Returns the name of the operating system's user (Python's `getpass.getuser`).
pub(super) fn system_user() -> Option<String> {
    ["LOGNAME", "USER", "LNAME", "USERNAME"]
        .iter()
        .find_map(|name| env::var(name).ok().filter(|name| !name.is_empty()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use djauth_runtime::{hasher::is_password_usable, test_util::Person};

    use super::{
        super::{console::test::Script, test::people},
        *,
    };

    const PASSWORD: &str = "correct horse battery";

    async fn create(
        auth: &Authenticator<Person>,
        no_input: bool,
        flags: &[(&'static str, &str)],
        variables: &[(&str, &str)],
        console: &mut Script,
    ) -> Result<(), Failure> {
        create_as(Rank::Superuser, auth, no_input, flags, variables, console).await
    }

    async fn create_as(
        rank: Rank,
        auth: &Authenticator<Person>,
        no_input: bool,
        flags: &[(&'static str, &str)],
        variables: &[(&str, &str)],
        console: &mut Script,
    ) -> Result<(), Failure> {
        let variables: HashMap<_, _> = variables.iter().copied().collect();
        let variable = |name: &str| variables.get(name).map(|value| (*value).to_owned());
        let flags = flags.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        run(auth, &Arguments { rank, no_input, flags, variable: &variable }, console).await
    }

    async fn find(auth: &Authenticator<Person>, username: &str) -> Option<Person> {
        auth.users().get_user_by_username(username).await.unwrap()
    }

    fn error(text: &str) -> Result<(), Failure> {
        Err(Failure::Command(text.to_owned()))
    }

    #[tokio::test]
    async fn mistakes_are_named_in_djangos_words_and_asked_for_again() {
        let auth = people();
        create(&auth, true, &[("username", "taken"), ("email", "t@example.org")], &[], &mut Script::of(&[]))
            .await
            .unwrap();
        let mut console = Script::of(&[
            "",
            "taken",
            "ann",
            "ann",
            "ann@EXAMPLE.org",
            PASSWORD,
            "other",
            " ",
            " ",
            "xK9#mQ2$vL",
            "xK9#mQ2$vL",
            "n",
            PASSWORD,
            PASSWORD,
        ]);
        create(&auth, false, &[], &[], &mut console).await.unwrap();
        assert_eq!(
            console.transcript,
            [
                "Username: ",
                "! Error: This field cannot be blank.",
                "Username: ",
                "! Error: That username is already taken.",
                "Username: ",
                "Email address: ",
                "! Error: Enter a valid email address.",
                "Email address: ",
                "Password: ",
                "Password (again): ",
                "! Error: Your passwords didn't match.",
                "Password: ",
                "Password (again): ",
                "! Error: Blank passwords aren't allowed.",
                "Password: ",
                "Password (again): ",
                "! This password is too short. It must contain at least 15 characters.",
                "Bypass password validation and create user anyway? [y/N]: ",
                "Password: ",
                "Password (again): ",
                "Superuser created successfully.",
            ]
        );
        let ann = find(&auth, "ann").await.unwrap();
        assert!(ann.is_superuser && ann.is_staff && ann.is_active);
        assert_eq!(ann.email, "ann@example.org");
        assert!(auth.verify_password(Some(ann), &RawPassword::new(PASSWORD)).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn a_weak_password_is_taken_when_somebody_insists() {
        let auth = people();
        let mut console = Script::of(&["ann", "ann@example.org", "1234", "1234", "Y"]);
        create(&auth, false, &[], &[], &mut console).await.unwrap();
        assert!(find(&auth, "ann").await.is_some());
    }

    #[tokio::test]
    async fn flags_are_not_asked_for_and_a_bad_one_is_asked_for_or_ends_the_command() {
        let auth = people();
        let flags = [("username", &*"x".repeat(151)), ("email", "ann@example.org")];
        let mut console = Script::of(&["ann", PASSWORD, PASSWORD]);
        create(&auth, false, &flags, &[], &mut console).await.unwrap();
        assert!(console.transcript[0].starts_with("! Ensure this value has at most 150"));
        assert_eq!(console.transcript[1], "Username: ");
        let bad = create(&auth, false, &[("email", "ann")], &[], &mut Script::of(&["bob"])).await;
        assert_eq!(bad, error("Enter a valid email address."));
        let empty = create(&auth, false, &[("username", "")], &[], &mut Script::of(&[])).await;
        assert_eq!(empty, error("Username cannot be blank."));
    }

    #[tokio::test]
    async fn without_a_terminal_nobody_is_asked_and_nothing_is_made() {
        let auth = people();
        let mut console = Script::without_terminal();
        create(&auth, false, &[("username", "ann")], &[], &mut console).await.unwrap();
        assert!(console.transcript[0].starts_with("Superuser creation skipped due to not running in a TTY."));
        assert!(find(&auth, "ann").await.is_none());
    }

    #[tokio::test]
    async fn the_end_of_the_input_cancels() {
        let auth = people();
        assert_eq!(create(&auth, false, &[], &[], &mut Script::of(&["ann"])).await, Err(Failure::Cancelled));
        assert!(find(&auth, "ann").await.is_none());
    }

    #[tokio::test]
    async fn variables_serve_where_nobody_is_asked_ours_before_djangos() {
        let auth = people();
        let variables = [
            ("DJANGO_SUPERUSER_USERNAME", "ann"),
            ("DJANGO_SUPERUSER_EMAIL", "old@example.org"),
            ("DJAUTH_SUPERUSER_EMAIL", "ann@example.org"),
            ("DJANGO_SUPERUSER_PASSWORD", "short"),
        ];
        create(&auth, true, &[], &variables, &mut Script::of(&[])).await.unwrap();
        let ann = find(&auth, "ann").await.unwrap();
        assert_eq!(ann.email, "ann@example.org");
        // Validators do not run here, as in Django: whoever writes the variable has decided.
        assert!(auth.verify_password(Some(ann), &RawPassword::new("short")).await.unwrap().is_some());
        let bob = [("username", "bob"), ("email", "b@example.org")];
        create(&auth, true, &bob, &[], &mut Script::of(&[])).await.unwrap();
        assert!(!is_password_usable(find(&auth, "bob").await.unwrap().password().expose()));
    }

    #[tokio::test]
    async fn s21_an_empty_variable_is_no_password() {
        let auth = people();
        let ann = [("username", "ann"), ("email", "a@example.org")];
        for name in ["DJAUTH_SUPERUSER_PASSWORD", "DJANGO_SUPERUSER_PASSWORD"] {
            let refused = create(&auth, true, &ann, &[(name, "")], &mut Script::of(&[])).await;
            let Err(Failure::Command(text)) = refused else { panic!("{name} was accepted") };
            assert!(text.starts_with("Blank passwords aren't allowed"), "{text}");
        }
        // One that hides Django's is as wrong.
        let both = [("DJAUTH_SUPERUSER_PASSWORD", ""), ("DJANGO_SUPERUSER_PASSWORD", PASSWORD)];
        assert!(create(&auth, true, &ann, &both, &mut Script::of(&[])).await.is_err());
        assert!(find(&auth, "ann").await.is_none());
    }

    #[tokio::test]
    async fn what_is_missing_without_asking_is_named() {
        let auth = people();
        let mut console = Script::of(&[]);
        let missing = create(&auth, true, &[], &[], &mut console).await;
        assert_eq!(missing, error("You must use --username with --noinput."));
        let ann = [("username", "ann")];
        let missing = create(&auth, true, &ann, &[], &mut console).await;
        assert_eq!(missing, error("You must use --email with --noinput."));
        let both = [("username", "ann"), ("email", "a@example.org")];
        create(&auth, true, &both, &[], &mut console).await.unwrap();
        let [created, warning] = &console.transcript[..] else { panic!("{:?}", console.transcript) };
        assert_eq!(created, "Superuser created successfully.");
        assert!(
            warning.starts_with("! warning: user 'ann' cannot log in")
                && warning.contains("changepassword ann`"),
            "{warning}"
        );
        let twice = create(&auth, true, &both, &[], &mut console).await;
        assert_eq!(twice, error("Error: That username is already taken."));
    }

    #[tokio::test]
    async fn another_user_is_made_by_the_same_questions_and_may_do_nothing_yet() {
        let auth = people();
        let mut console = Script::of(&["ann", "ann@example.org", PASSWORD, PASSWORD]);
        create_as(Rank::User, &auth, false, &[], &[], &mut console).await.unwrap();
        assert_eq!(
            console.transcript,
            [
                "Username: ",
                "Email address: ",
                "Password: ",
                "Password (again): ",
                "User created successfully."
            ]
        );
        let ann = find(&auth, "ann").await.unwrap();
        assert!(ann.is_active && !ann.is_staff && !ann.is_superuser);
        assert!(auth.verify_password(Some(ann), &RawPassword::new(PASSWORD)).await.unwrap().is_some());
        let mut console = Script::without_terminal();
        create_as(Rank::User, &auth, false, &[("username", "bob")], &[], &mut console).await.unwrap();
        let skipped = &console.transcript[0];
        assert!(
            skipped.starts_with("User creation skipped") && skipped.contains(" createuser`"),
            "{skipped}"
        );
    }

    #[tokio::test]
    async fn nobody_else_is_given_the_superusers_password_from_the_environment() {
        let auth = people();
        let superusers = ["DJAUTH_SUPERUSER", "DJANGO_SUPERUSER"]
            .map(|prefix| [format!("{prefix}_USERNAME"), format!("{prefix}_PASSWORD")]);
        let mut variables: Vec<_> =
            superusers.as_flattened().iter().map(|name| (name.as_str(), PASSWORD)).collect();
        let mut console = Script::of(&[]);
        let missing = create_as(Rank::User, &auth, true, &[], &variables, &mut console).await;
        assert_eq!(missing, error("You must use --username with --noinput."));
        variables.extend([("DJAUTH_USER_USERNAME", "ann"), ("DJAUTH_USER_EMAIL", "a@example.org")]);
        create_as(Rank::User, &auth, true, &[], &variables, &mut console).await.unwrap();
        assert!(!is_password_usable(find(&auth, "ann").await.unwrap().password().expose()));
        let bob = [("username", "bob"), ("email", "b@example.org")];
        variables.push(("DJAUTH_USER_PASSWORD", "bob's own"));
        create_as(Rank::User, &auth, true, &bob, &variables, &mut console).await.unwrap();
        let bob = find(&auth, "bob").await;
        assert!(auth.verify_password(bob, &RawPassword::new("bob's own")).await.unwrap().is_some());
    }
}
