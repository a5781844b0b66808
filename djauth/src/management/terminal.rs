//! The process's own terminal.

use std::io::{self, IsTerminal, Write};

use djauth_runtime::RawPassword;

use super::console::Console;

/// The process's own terminal.
#[derive(Debug)]
pub(super) struct Terminal;

impl Console for Terminal {
    fn is_terminal(&self) -> bool {
        io::stdin().is_terminal()
    }

    fn ask(&mut self, prompt: &str) -> io::Result<String> {
        let mut stdout = io::stdout();
        stdout.write_all(prompt.as_bytes())?;
        stdout.flush()?;
        let mut line = String::new();
        if io::stdin().read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        line.truncate(line.trim_end_matches(['\r', '\n']).len());
        Ok(line)
    }

    fn ask_secret(&mut self, prompt: &str) -> io::Result<RawPassword> {
        // Without a terminal of its own the process reads its input, as Python's `getpass` does.
        match secret::ask(prompt) {
            Some(answer) => answer.map(RawPassword::new),
            None => self.ask(prompt).map(RawPassword::new),
        }
    }

    // Whoever reads the output may have gone; that is no reason to stop half-way.
    fn say(&mut self, text: &str) {
        let _ = writeln!(io::stdout(), "{text}");
    }

    fn complain(&mut self, text: &str) {
        let _ = writeln!(io::stderr(), "{text}");
    }
}

/// Shows again what is typed, in case a prompt was interrupted that did not.
pub(super) fn show_typing() {
    secret::show_typing();
}

#[cfg(unix)]
mod secret {
    use std::{
        fs::{File, OpenOptions},
        io::{self, BufRead, BufReader, Write},
    };

    use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

    /// Asks on the process's terminal; `None` if it has none.
    pub(super) fn ask(prompt: &str) -> Option<io::Result<String>> {
        let terminal = open().ok()?;
        // What is typed must not be shown from the first letter on, so the prompt comes second.
        set_echo(&terminal, Echo::Off).ok()?;
        let answer = read(&terminal, prompt);
        show_typing();
        Some(answer)
    }

    pub(super) fn show_typing() {
        // Where there is no terminal nothing was hidden.
        let _ = open().and_then(|terminal| set_echo(&terminal, Echo::On));
    }

    fn open() -> io::Result<File> {
        OpenOptions::new().read(true).write(true).open("/dev/tty")
    }

    #[derive(Clone, Copy, PartialEq)]
    enum Echo {
        On,
        Off,
    }

    fn set_echo(terminal: &File, echo: Echo) -> io::Result<()> {
        let mut modes = tcgetattr(terminal)?;
        modes.local_modes.set(LocalModes::ECHO, echo == Echo::On);
        Ok(tcsetattr(terminal, OptionalActions::Drain, &modes)?)
    }

    fn read(mut terminal: &File, prompt: &str) -> io::Result<String> {
        terminal.write_all(prompt.as_bytes())?;
        let mut line = String::new();
        let length = BufReader::new(terminal).read_line(&mut line)?;
        // The end of the line was not shown either.
        terminal.write_all(b"\n")?;
        if length == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        line.truncate(line.trim_end_matches(['\r', '\n']).len());
        Ok(line)
    }
}

#[cfg(not(unix))]
mod secret {
    use std::io;

    /// Asks on the process's terminal.
    pub(super) fn ask(prompt: &str) -> Option<io::Result<String>> {
        Some(rpassword::prompt_password(prompt))
    }

    pub(super) fn show_typing() {}
}
