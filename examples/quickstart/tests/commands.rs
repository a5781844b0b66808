//! The command line of a real program: what each command prints, and how it ends.

use std::{
    io::{Read, Write},
    path::Path,
    process::{Command, Output, Stdio},
};

use browser::{Program, command};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_quickstart");
const PASSWORD: &str = "correct horse battery staple";

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().expect("a folder"))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command(PROGRAM, self.0.path());
        command.args(arguments);
        command
    }

    /// Runs a command on a developer's own machine.
    fn run(&self, arguments: &[&str]) -> Ended {
        Ended::of(self.command(arguments).output().expect("the program starts"))
    }
}

/// How a command ended.
#[derive(Debug)]
struct Ended {
    status: Option<i32>,
    output: String,
    errors: String,
}

impl Ended {
    fn of(output: Output) -> Self {
        Self {
            status: output.status.code(),
            output: String::from_utf8(output.stdout).expect("text"),
            errors: String::from_utf8(output.stderr).expect("text"),
        }
    }

    /// Tests for an end with one line that says why.
    fn failed_with(&self, status: i32, text: &str) {
        assert_eq!(self.status, Some(status), "{self:?}");
        assert!(self.errors.contains(text), "{self:?}");
        assert!(!self.errors.contains("panicked"), "{self:?}");
    }
}

#[test]
fn the_database_is_made_checked_and_left_alone_the_second_time() {
    let folder = Folder::new();
    folder.run(&["check"]).failed_with(1, "the database has no tables yet; run `migrate`");
    assert!(folder.run(&["migrate"]).output.starts_with("Created "));
    assert_eq!(folder.run(&["migrate"]).output, "Nothing to migrate.\n");
    let checked = folder.run(&["check"]);
    assert_eq!((checked.status, checked.output.as_str()), (Some(0), "System check identified no issues.\n"));
}

#[test]
fn permissions_are_listed_with_who_declares_and_who_asks_for_them() {
    let folder = Folder::new();
    let table = folder.run(&["permissions"]).output;
    let line = table.lines().find(|line| line.starts_with("blog.can_publish ")).expect("its line");
    assert!(line.contains("Can publish posts") && line.contains("quickstart::drafts"), "{line}");
    assert!(line.contains("main.rs:"), "{line}");
    assert!(folder.run(&["permissions", "--json"]).output.contains(r#""permission":"blog.can_publish""#));
}

#[test]
fn a_superuser_is_made_from_the_environment_and_their_password_changed() {
    let folder = Folder::new();
    let create = |email: &str| {
        let mut command = folder.command(&["createsuperuser", "--noinput", "--email", email]);
        Ended::of(command.env("DJANGO_SUPERUSER_PASSWORD", PASSWORD).output().expect("the program starts"))
    };
    assert_eq!(create("root@example.org").output, "Superuser created successfully.\n");
    create("root@example.org").failed_with(1, "CommandError: Error: That email address is already taken.");
    create("root").failed_with(1, "CommandError: Enter a valid email address.");
    folder.run(&["createsuperuser", "--noinput"]).failed_with(1, "You must use --email with --noinput.");
    folder.run(&["createsuperuser", "--nonsense"]).failed_with(2, "unexpected argument '--nonsense'");
    let skipped = folder.run(&["createsuperuser"]);
    assert!(
        skipped.status == Some(0) && skipped.output.starts_with("Superuser creation skipped"),
        "{skipped:?}"
    );
    folder
        .run(&["changepassword", "ann@example.org"])
        .failed_with(1, "user 'ann@example.org' does not exist");
    let mut nobody = folder.command(&["changepassword"]);
    ["LOGNAME", "USER", "LNAME", "USERNAME"].iter().for_each(|name| {
        nobody.env_remove(name);
    });
    Ended::of(nobody.output().expect("the program starts"))
        .failed_with(1, "CommandError: the system does not say who you are; say whose password it is: `");
}

#[test]
fn what_is_granted_and_revoked_counts_on_the_running_programs_next_request() {
    let program = Program::start(PROGRAM);
    let run = |arguments: &[&str]| {
        let mut command = command(PROGRAM, program.folder());
        command.args(arguments).env("DJAUTH_USER_PASSWORD", PASSWORD);
        Ended::of(command.output().expect("the program starts"))
    };
    let create = ["createuser", "--noinput", "--email", "ann@example.org"];
    assert_eq!(run(&create).output, "User created successfully.\n");
    run(&create).failed_with(1, "CommandError: Error: That email address is already taken.");
    let browser = program.browser();
    assert_eq!(browser.log_in("/drafts/", "ann@example.org", PASSWORD).location(), Some("/drafts/"));
    assert_eq!(browser.get("/drafts/").status, 403);

    let granted = run(&["grant", "ann@example.org", "blog.can_publish"]);
    assert_eq!(granted.output, "Granted 'blog.can_publish' to user 'ann@example.org'.\n", "{granted:?}");
    assert_eq!(browser.get("/drafts/").status, 200);
    let again = run(&["grant", "ann@example.org", "blog.can_publish"]);
    assert_eq!(again.output, "User 'ann@example.org' was granted 'blog.can_publish' before.\n");
    assert_eq!((granted.status, again.status), (Some(0), Some(0)));

    let revoked = run(&["revoke", "ann@example.org", "blog.can_publish"]);
    assert_eq!(revoked.output, "Revoked 'blog.can_publish' from user 'ann@example.org'.\n", "{revoked:?}");
    assert_eq!(browser.get("/drafts/").status, 403);
}

#[test]
fn who_or_what_does_not_exist_is_granted_nothing() {
    let folder = Folder::new();
    let created = folder.run(&["createuser", "--noinput", "--email", "ann@example.org"]);
    assert_eq!(created.output, "User created successfully.\n");
    for command in ["grant", "revoke"] {
        let run = |user: &str, permission: &str| folder.run(&[command, user, permission]);
        run("bob@example.org", "blog.can_publish")
            .failed_with(1, "CommandError: user 'bob@example.org' does not exist");
        run("ann@example.org", "blog.can_publsh").failed_with(
            1,
            "CommandError: permission 'blog.can_publsh' does not exist; did you mean 'blog.can_publish'?",
        );
        run("ann@example.org", "can_publish").failed_with(1, "write it as `app_label.codename`");
        folder.run(&[command, "ann@example.org"]).failed_with(2, "<PERMISSION>...");
    }
}

#[test]
fn a_deployment_that_lacks_something_says_what() {
    let folder = Folder::new();
    let deployed = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = folder.command(arguments);
        command.env_remove("DJAUTH_DEVELOPMENT").envs(variables.iter().copied());
        Ended::of(command.output().expect("the program starts"))
    };
    let key = ("DJAUTH_SECRET_KEY", "kU7vQe2mZr9xT4bN8sYw1pLh6cGd3fJa");
    let hosts = ("DJAUTH_ALLOWED_HOSTS", "shop.example");
    deployed(&[], &[hosts]).failed_with(1, "set DJAUTH_SECRET_KEY to at least 32 random bytes");
    deployed(&[], &[hosts, ("DJAUTH_SECRET_KEY", "short")]).failed_with(1, "the secret key has 5 bytes");
    deployed(&[], &[key]).failed_with(1, "set DJAUTH_ALLOWED_HOSTS to the names of the site");
    let unknown = ("DJAUTH_AUTHENTICATION_BACKENDS", "ModelBackned");
    deployed(&[], &[key, hosts, unknown]).failed_with(1, "ModelBackned");
    deployed(&[], &[key, hosts]).failed_with(
        1,
        "CommandError: the database is not ready: djauth.E020: the database has no tables yet; run `migrate`",
    );
    assert_eq!(deployed(&["migrate"], &[key, hosts]).status, Some(0));
    let dangerous = ("DJAUTH_DANGEROUS_INSECURE_COOKIES", "1");
    let checked = deployed(&["check"], &[key, hosts, dangerous]);
    assert_eq!(checked.output, "System check identified no errors, and 1 warning.\n", "{checked:?}");
    assert!(checked.errors.contains("`dangerous_insecure_cookies` is set"), "{checked:?}");
    let weak = ("DJAUTH_SECRET_KEY_FALLBACKS", "x,django-insecure-abc");
    deployed(&[], &[key, hosts, weak]).failed_with(1, "djauth.E003: `secret_key_fallbacks[1]` has 19 bytes");
    let misspelt = ("DJAUTH_SECERT_KEY", key.1);
    deployed(&[], &[hosts, misspelt]).failed_with(1, "did you mean DJAUTH_SECRET_KEY?");
    let development = ("DJAUTH_DEVELOPMENT", "1");
    deployed(&[], &[key, hosts, development]).failed_with(1, "djauth.E014");
    let elsewhere = ("DJAUTH_BIND", "256.0.0.1:1");
    deployed(&[], &[key, hosts, elsewhere]).failed_with(1, "name another, such as --bind 127.0.0.1:8001");
}

#[test]
fn a_key_that_ends_with_the_program_is_told_to_who_serves_it() {
    let folder = Folder::new();
    let text = "no secret key is set; the one drawn now ends with the program";
    folder.run(&["serve", "--bind", "256.0.0.1:1"]).failed_with(1, text);
    assert!(!folder.run(&["migrate"]).errors.contains(text));
}

#[test]
fn a_database_that_is_none_or_foreign_is_named_and_left_as_it_is() {
    let folder = Folder::new();
    let file = folder.0.path().join("quickstart.db");
    std::fs::write(&file, "this is no database, and nothing may happen to it").expect("a file");
    let ended = folder.run(&["migrate"]);
    assert_eq!(ended.status, Some(1), "{ended:?}");
    assert!(ended.errors.contains("quickstart.db") || ended.errors.contains("database"), "{ended:?}");
    assert_eq!(
        std::fs::read_to_string(&file).expect("the file"),
        "this is no database, and nothing may happen to it"
    );
    std::fs::remove_file(&file).expect("the file goes");
    std::fs::create_dir(&file).expect("a folder in its place");
    let ended = folder.run(&["serve", "--bind", "127.0.0.1:0"]);
    assert_eq!(ended.status, Some(1), "{ended:?}");
}

/// A dialogue on a terminal, which `script` (util-linux) provides.
#[cfg(target_os = "linux")]
#[test]
fn a_superuser_is_made_on_a_terminal_that_does_not_show_the_password() {
    let folder = Folder::new();
    if !Path::new("/usr/bin/script").exists() {
        assert!(std::env::var_os("CI").is_none(), "`script` is needed; install util-linux");
        let _ = writeln!(
            std::io::stdout(),
            "skipped: the dialogue on a terminal: `script` (util-linux) is not installed"
        );
        return;
    }
    let mut terminal = Terminal::start(&folder, "createsuperuser");
    terminal.answer("Email address: ", "root@example.org");
    terminal.answer("Password: ", PASSWORD);
    terminal.answer("Password (again): ", PASSWORD);
    let (status, shown) = terminal.end();
    assert!(shown.contains("Superuser created successfully."), "{shown}");
    assert!(status == Some(0) && !shown.contains(PASSWORD), "{shown}");

    let mut terminal = Terminal::start(&folder, "changepassword root@example.org");
    terminal.answer("Password: ", "short");
    terminal.answer("Password (again): ", "short");
    terminal.expect("This password is too short.");
    terminal.answer("Password: ", "\u{3}");
    let (status, shown) = terminal.end();
    assert!(shown.contains("Operation cancelled."), "{shown}");
    assert_eq!(status, Some(1), "{shown}");

    // A program in a session of its own has a terminal for input and output, and none that is its own.
    let mut terminal = Terminal::start_by(&folder, "setsid --wait", "changepassword root@example.org");
    terminal.answer("Password: ", "another correct horse");
    terminal.answer("Password (again): ", "another correct horse");
    let (status, shown) = terminal.end();
    assert!(shown.contains("Password changed successfully"), "{shown}");
    assert!(status == Some(0) && !shown.contains("another correct horse"), "{shown}");

    let mut terminal = Terminal::start(&folder, "createsuperuser");
    terminal.answer("Email address: ", "\u{3}");
    let (status, shown) = terminal.end();
    assert!(status == Some(1) && shown.contains("Operation cancelled."), "{status:?} {shown}");
}

/// A program on a terminal of its own.
#[cfg(target_os = "linux")]
struct Terminal {
    process: std::process::Child,
    shown: String,
}

#[cfg(target_os = "linux")]
impl Terminal {
    fn start(folder: &Folder, arguments: &str) -> Self {
        Self::start_by(folder, "", arguments)
    }

    /// Starts the program by way of another one.
    fn start_by(folder: &Folder, starter: &str, arguments: &str) -> Self {
        let mut script = Command::new("/usr/bin/script");
        script.args(["--quiet", "--return", "--flush", "--command"]);
        // The shell that `script` starts must give way: one that waits hears Ctrl-C too and ends with a status of its own.
        script.arg(format!("exec {starter} {PROGRAM} {arguments}")).arg("/dev/null");
        script.current_dir(folder.0.path()).env("SHELL", "/bin/sh").env("DJAUTH_DEVELOPMENT", "1");
        let process = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("`script` starts");
        Self { process, shown: String::new() }
    }

    /// Reads until a text is shown, and goes on behind it.
    fn expect(&mut self, text: &str) {
        let output = self.process.stdout.as_mut().expect("its output is piped");
        let mut byte = [0];
        while !self.shown.ends_with(text) {
            assert_eq!(
                output.read(&mut byte).expect("output"),
                1,
                "{text:?} was not shown, but {:?}",
                self.shown
            );
            self.shown.push(char::from(byte[0]));
        }
    }

    fn answer(&mut self, prompt: &str, answer: &str) {
        self.expect(prompt);
        let input = self.process.stdin.as_mut().expect("its input is piped");
        let end = if answer == "\u{3}" { "" } else { "\r" };
        write!(input, "{answer}{end}").and_then(|()| input.flush()).expect("the terminal takes input");
    }

    fn end(mut self) -> (Option<i32>, String) {
        let output = self.process.stdout.as_mut().expect("its output is piped");
        let mut rest = Vec::new();
        output.read_to_end(&mut rest).expect("output");
        self.shown.push_str(&String::from_utf8_lossy(&rest));
        (self.process.wait().expect("it ends").code(), self.shown)
    }
}
