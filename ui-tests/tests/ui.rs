//! Compiles every file of `fail` and `pass`, and compares what the compiler says with what was reviewed.
//!
//! After a change of a text, write it anew with `TRYBUILD=overwrite cargo test -p ui-tests` and read the difference
//! as prose.

use std::process::Command;

/// The texts are those of one compiler; another one words its own part differently.
#[test]
fn mistakes_are_explained() {
    let wanted = include_str!("../rust-toolchain.toml");
    let rustc = Command::new("rustc").arg("--version").output().expect("rustc runs");
    let version = String::from_utf8_lossy(&rustc.stdout);
    let version = version.split_whitespace().nth(1).expect("rustc tells its version");
    if !wanted.contains(&format!("\"{version}\"")) {
        eprintln!(
            "skipped: the texts are those of another compiler than rustc {version}; see rust-toolchain.toml"
        );
        return;
    }
    trybuild::TestCases::new().compile_fail("tests/fail/*/*.rs");
}

#[test]
fn what_is_right_compiles() {
    trybuild::TestCases::new().pass("tests/pass/*.rs");
}
