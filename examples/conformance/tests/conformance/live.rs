//! A live Django answers random requests, ordinary and hostile; `django/compare.py` draws them, asks both sides, and
//! shrinks what they disagree about.
//!
//! `CONFORMANCE_COMPARISONS` says how many, `CONFORMANCE_SEED` which.

use std::{
    env,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::program;

const COMPARISONS: &str = "20000";

#[test]
fn a_live_django_gives_the_same_answers() {
    let python = match python() {
        Ok(python) => python,
        Err(why) if env::var_os("CI").is_some_and(|ci| ci == "true") => {
            panic!("no Django to compare with: {why}")
        }
        Err(why) => return tell(&format!("skipped: no Django to compare with: {why}")),
    };
    let mut comparison = Command::new(python);
    comparison.arg(django().join("compare.py")).arg(program::PATH).arg("--comparisons");
    comparison.arg(env::var("CONFORMANCE_COMPARISONS").unwrap_or_else(|_| COMPARISONS.to_owned()));
    if let Ok(seed) = env::var("CONFORMANCE_SEED") {
        comparison.args(["--seed", &seed]);
    }
    let output = comparison.stderr(Stdio::inherit()).output().expect("the environment's Python starts");
    tell(&String::from_utf8_lossy(&output.stdout));
    assert!(output.status.success(), "Django and djauth disagree; the report above says where");
}

/// Prints past the harness, which keeps to itself what a test prints that passes.
fn tell(text: &str) {
    writeln!(io::stdout(), "{}", text.trim_end()).expect("standard output is open");
}

/// Makes the virtual environment, unless it is there, and returns its Python.
fn python() -> Result<PathBuf, String> {
    let venv = Path::new(env!("CARGO_TARGET_TMPDIR")).join("django");
    let output = Command::new("sh")
        .arg(django().join("venv.sh"))
        .arg(venv)
        .output()
        .map_err(|error| format!("no shell: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim().into())
    } else {
        let complaints = String::from_utf8_lossy(&output.stderr);
        Err(complaints.lines().last().unwrap_or("no reason given").to_owned())
    }
}

fn django() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("django")
}
