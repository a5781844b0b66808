//! Where commands ask and answer: a terminal, or a script of lines in tests.

use std::io::{self, IsTerminal, Write};

use djauth_runtime::RawPassword;

/// Where commands ask and answer.
pub(super) trait Console: Send {
    /// Returns whether somebody is there to be asked.
    fn is_terminal(&self) -> bool;

    /// Asks for a line and returns it without its end.
    fn ask(&mut self, prompt: &str) -> io::Result<String>;

    /// Asks for a line that is not shown while it is typed.
    fn ask_secret(&mut self, prompt: &str) -> io::Result<RawPassword>;

    /// Writes a line for people or programs to read.
    fn say(&mut self, text: &str);

    /// Writes a line about what is wrong.
    fn complain(&mut self, text: &str);
}

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
        match rpassword::prompt_password(prompt) {
            Ok(password) => Ok(RawPassword::new(password)),
            Err(error) if is_end_of_input(&error) => Err(error),
            // Without a terminal of its own the process reads its input, as Python's `getpass` does.
            Err(_) => self.ask(prompt).map(RawPassword::new),
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

/// Returns whether somebody ended the dialogue (Ctrl-C, Ctrl-D) rather than something failed.
pub(super) fn is_end_of_input(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Interrupted | io::ErrorKind::UnexpectedEof)
}

#[cfg(test)]
pub(super) mod test {
    use std::collections::VecDeque;

    use super::*;

    /// A dialogue written down beforehand.
    #[derive(Debug, Default)]
    pub(in super::super) struct Script {
        answers: VecDeque<String>,
        /// Everything that was written, prompts included, a line each; what is wrong begins with `! `.
        pub(in super::super) transcript: Vec<String>,
        is_terminal: bool,
    }

    impl Script {
        pub(in super::super) fn of(answers: &[&str]) -> Self {
            let answers = answers.iter().map(|answer| (*answer).to_owned()).collect();
            Self { answers, is_terminal: true, ..Self::default() }
        }

        pub(in super::super) fn without_terminal() -> Self {
            Self::default()
        }
    }

    impl Console for Script {
        fn is_terminal(&self) -> bool {
            self.is_terminal
        }

        fn ask(&mut self, prompt: &str) -> io::Result<String> {
            self.transcript.push(prompt.to_owned());
            self.answers.pop_front().ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
        }

        fn ask_secret(&mut self, prompt: &str) -> io::Result<RawPassword> {
            self.ask(prompt).map(RawPassword::new)
        }

        fn say(&mut self, text: &str) {
            self.transcript.push(text.to_owned());
        }

        fn complain(&mut self, text: &str) {
            self.transcript.push(format!("! {text}"));
        }
    }
}
