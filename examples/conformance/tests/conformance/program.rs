//! The program under test, as a process.

use std::{
    io::{Read, Write},
    process::{Child, Command, Stdio},
    thread,
};

/// The path of the program.
pub(crate) const PATH: &str = env!("CARGO_BIN_EXE_conformance");

/// Sends the lines, ends the input and returns the lines that come back.
pub(crate) fn answers(lines: &str) -> Vec<String> {
    let mut program = start();
    let mut requests = program.stdin.take().expect("standard input is piped");
    let lines = lines.to_owned();
    let writer = thread::spawn(move || requests.write_all(lines.as_bytes()));
    let mut answers = String::new();
    let mut output = program.stdout.take().expect("standard output is piped");
    output.read_to_string(&mut answers).expect("answers are UTF-8");
    writer.join().expect("writing does not panic").expect("the program reads to the end");
    let status = program.wait().expect("the program ends");
    assert!(status.success(), "{status}");
    answers.lines().map(str::to_owned).collect()
}

fn start() -> Child {
    Command::new(PATH).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the program starts")
}
