//! `cargo tests`: runs every test of the workspace and closes with one line, `N passed, N failed, N skipped`.
//!
//! A test that needs more than the Rust toolchain, such as Python for a live Django, prints `skipped: ` and the reason
//! on standard output where it cannot have it. With `CI` set in the environment such a skip fails the run.

use std::{
    env, fmt,
    io::{self, BufRead, BufReader, Write},
    process::{Command, ExitCode, Stdio},
};

fn main() -> ExitCode {
    match run(env::args().skip(1)) {
        Ok((summary, cargo_succeeded)) => {
            println!("{summary}");
            let in_ci = env::var_os("CI").is_some_and(|ci| !ci.is_empty());
            if cargo_succeeded && summary.failed == 0 && !(in_ci && summary.skipped() > 0) {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }
        Err(error) => {
            eprintln!("cargo could not be run: {error}; install the Rust toolchain");
            ExitCode::FAILURE
        }
    }
}

/// Runs the tests and passes on what they print.
fn run(arguments: impl Iterator<Item = String>) -> io::Result<(Summary, bool)> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["test", "--workspace", "--all-features", "--no-fail-fast"])
        .args(arguments)
        .stdout(Stdio::piped())
        .spawn()?;
    let mut summary = Summary::default();
    if let Some(output) = cargo.stdout.take() {
        for line in BufReader::new(output).split(b'\n') {
            let line = line?;
            io::stdout().write_all(&[line.as_slice(), b"\n"].concat())?;
            summary.read(&String::from_utf8_lossy(&line));
        }
    }
    let succeeded = cargo.wait()?.success();
    if !succeeded && summary.failed == 0 {
        // Something did not compile, or ended without saying how its tests went.
        summary.failed = 1;
    }
    Ok((summary, succeeded))
}

/// What all test programs said together.
#[derive(Debug, Default, PartialEq)]
struct Summary {
    passed: usize,
    failed: usize,
    ignored: usize,
    reasons: Vec<String>,
}

impl Summary {
    fn read(&mut self, line: &str) {
        if let Some(counts) = line.strip_prefix("test result: ") {
            self.passed += count(counts, "passed");
            self.failed += count(counts, "failed");
            self.ignored += count(counts, "ignored");
        } else if let Some((_, reason)) = line.split_once("skipped: ") {
            self.reasons.push(reason.trim_end().to_owned());
        }
    }

    fn skipped(&self) -> usize {
        self.ignored + self.reasons.len()
    }
}

/// Reads the number before a word in `ok. 3 passed; 0 failed; ...`.
fn count(counts: &str, word: &str) -> usize {
    let mut words = counts.split([' ', ';', '.']).filter(|word| !word.is_empty());
    let mut before = None;
    words
        .find_map(|this| {
            if this == word {
                before
            } else {
                before = this.parse().ok();
                None
            }
        })
        .unwrap_or(0)
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for reason in &self.reasons {
            writeln!(f, "skipped: {reason}")?;
        }
        // The harness counts a test that skipped itself as passed.
        let passed = self.passed.saturating_sub(self.reasons.len());
        write!(f, "{passed} passed, {} failed, {} skipped", self.failed, self.skipped())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_of_all_programs_are_summed_and_skips_are_not_passes() {
        let mut summary = Summary::default();
        for line in [
            "running 3 tests",
            "test a ... ok",
            "test live_django ... skipped: live_django: python3 is not installed",
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.05s",
            "test result: FAILED. 10 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.05s",
        ] {
            summary.read(line);
        }
        assert_eq!(
            summary.to_string(),
            "skipped: live_django: python3 is not installed\n12 passed, 2 failed, 2 skipped"
        );
    }
}
