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
        // Without a terminal the process reads its input, as Python's `getpass` does.
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
        io::{self, BufRead, BufReader, IsTerminal, Write},
        os::fd::AsFd,
    };

    use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

    /// Asks on the process's terminal or, where it has none, on its input if that is one; `None` if neither is.
    pub(super) fn ask(prompt: &str) -> Option<io::Result<String>> {
        if let Ok(terminal) = open() {
            return Some(hidden(&terminal, || read(BufReader::new(&terminal), &terminal, prompt)));
        }
        let input = io::stdin();
        input.is_terminal().then(|| hidden(&input, || read(input.lock(), io::stderr(), prompt)))
    }

    pub(super) fn show_typing() {
        // Where there is no terminal nothing was hidden.
        let _ = match open() {
            Ok(terminal) => set_echo(terminal, Echo::On),
            Err(_) => set_echo(io::stdin(), Echo::On),
        };
    }

    fn open() -> io::Result<File> {
        OpenOptions::new().read(true).write(true).open("/dev/tty")
    }

    /// Asks while a terminal does not show what is typed; one that cannot hide it is not asked on.
    fn hidden(terminal: impl AsFd, ask: impl FnOnce() -> io::Result<String>) -> io::Result<String> {
        // What is typed must not be shown from the first letter on, so the prompt comes second.
        set_echo(&terminal, Echo::Off).map_err(|error| {
            io::Error::other(format!("the terminal would show the password ({error}); use another one"))
        })?;
        let answer = ask();
        set_echo(&terminal, Echo::On)?;
        answer
    }

    #[derive(Clone, Copy, PartialEq)]
    enum Echo {
        On,
        Off,
    }

    fn set_echo(terminal: impl AsFd, echo: Echo) -> io::Result<()> {
        let mut modes = tcgetattr(&terminal)?;
        modes.local_modes.set(LocalModes::ECHO, echo == Echo::On);
        Ok(tcsetattr(terminal, OptionalActions::Drain, &modes)?)
    }

    fn read(mut input: impl BufRead, mut output: impl Write, prompt: &str) -> io::Result<String> {
        output.write_all(prompt.as_bytes())?;
        output.flush()?;
        let mut line = String::new();
        let length = input.read_line(&mut line)?;
        // The end of the line was not shown either.
        output.write_all(b"\n")?;
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
