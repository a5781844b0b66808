//! Where commands ask and answer: a terminal, or a script of lines in tests.

use std::io;

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
