//! Answers, with djauth's own code, questions that Django can answer too: encode this password, sign that value, is
//! this redirect safe.
//!
//! One request per line comes in, `{"id": 1, "op": "uid_encode", "in": {"pk": "7"}}`, and one answer per line goes out,
//! `{"id": 1, "out": "Nw"}` or `{"id": 1, "error": "ValueError"}`. Every operation is a few lines that translate between
//! JSON and `djauth-runtime`; nothing is decided here. `django/oracle.py` answers the same requests with Django, and the
//! tests compare the two.

mod answer;
mod fields;
mod operations;
mod request;

use std::io::{self, BufRead, Write};

fn main() -> io::Result<()> {
    let mut requests = io::stdin().lock();
    let mut answers = io::stdout().lock();
    let mut line = Vec::new();
    while requests.read_until(b'\n', &mut line)? > 0 {
        let answer = request::answer(line.strip_suffix(b"\n").unwrap_or(&line));
        answers.write_all(answer.as_bytes())?;
        answers.write_all(b"\n")?;
        answers.flush()?;
        line.clear();
    }
    Ok(())
}
