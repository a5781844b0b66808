//! The CPU time of djauth's hashers over that of Django's own, for the same parameters in the same run.
//!
//! `DJAUTH_DJANGO_PYTHON` names a Python that has Django and argon2-cffi; without it, `python3` is tried. Both sides
//! count the time of all their threads, in the user's code and in the kernel. They take turns, and the median counts,
//! so that a busy machine disturbs both alike.

use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use djauth_runtime::{
    RawPassword,
    hasher::{Argon2PasswordHasher, PasswordHasher, Pbkdf2PasswordHasher},
};

const PASSWORD: &str = "correct horse battery staple";
const SALT: &str = "saltSALT0123456789abcd";
const ROUNDS: usize = 7;

/// The length of a tick in `/proc/self/stat`: Linux shows hundredths of a second, whatever the kernel counts in.
const SECONDS_PER_TICK: f64 = 0.01;

/// Answers each line of a hasher's class, its costs and a number of hashes with the seconds that one hash took.
const DJANGO: &str = r#"
import json, sys, time
from django.conf import settings
settings.configure()
from django.contrib.auth import hashers
for line in sys.stdin:
    name, costs, count, password, salt = json.loads(line)
    hasher = getattr(hashers, name)()
    vars(hasher).update(costs)
    start = time.process_time()
    for _ in range(count):
        encoded = hasher.encode(password, salt)
    print(json.dumps([(time.process_time() - start) / count, encoded]), flush=True)
"#;

struct Case {
    label: &'static str,
    target: f64,
    hashes: usize,
    ours: Box<dyn PasswordHasher>,
    class: &'static str,
    costs: &'static str,
}

fn cases() -> [Case; 3] {
    [
        Case {
            label: "argon2, m=102400, t=2, p=8 (Django's costs)",
            target: 0.6,
            hashes: 10,
            ours: Box::new(Argon2PasswordHasher::django()),
            class: "Argon2PasswordHasher",
            costs: r#"{"memory_cost": 102400, "time_cost": 2, "parallelism": 8}"#,
        },
        Case {
            label: "argon2, m=19456, t=2, p=1 (djauth's costs)",
            target: 0.6,
            hashes: 50,
            ours: Box::new(Argon2PasswordHasher::recommended()),
            class: "Argon2PasswordHasher",
            costs: r#"{"memory_cost": 19456, "time_cost": 2, "parallelism": 1}"#,
        },
        Case {
            label: "pbkdf2_sha256, 1,000,000 iterations",
            target: 0.5,
            hashes: 5,
            ours: Box::new(Pbkdf2PasswordHasher::sha256(1_000_000)),
            class: "PBKDF2PasswordHasher",
            costs: r#"{"iterations": 1000000}"#,
        },
    ]
}

fn main() {
    let mut django = match Django::start() {
        Ok(django) => django,
        Err(reason) => return println!("skipped: {reason}"),
    };
    println!(
        "{:45} {:>10} {:>10} {:>7} {:>7}",
        "CPU time of one hash", "djauth", "Django", "ratio", "target"
    );
    for case in cases() {
        match compare(&case, &mut django) {
            Ok((ours, theirs)) => println!(
                "{:45} {:>7.1} ms {:>7.1} ms {:>7.2} {:>7.2}",
                case.label,
                ours * 1e3,
                theirs * 1e3,
                ours / theirs,
                case.target
            ),
            Err(reason) => println!("{:45} skipped: {reason}", case.label),
        }
    }
}

/// Returns the seconds of one hash, ours and Django's, of the round whose ratio is the median.
fn compare(case: &Case, django: &mut Django) -> Result<(f64, f64), String> {
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let (ours, our_hash) = measure(case)?;
        let (theirs, their_hash) = django.measure(case)?;
        if our_hash != their_hash {
            return Err(format!("the hashes differ: {our_hash} and {their_hash}"));
        }
        rounds.push((ours, theirs));
    }
    rounds.sort_by(|(a, b), (c, d)| (a / b).total_cmp(&(c / d)));
    Ok(rounds[ROUNDS / 2])
}

fn measure(case: &Case) -> Result<(f64, String), String> {
    let password = RawPassword::new(PASSWORD);
    let start = cpu_seconds()?;
    let mut encoded = String::new();
    for _ in 0..case.hashes {
        let hash = case.ours.encode(&password, SALT).map_err(|error| error.to_string())?;
        hash.expose().clone_into(&mut encoded);
    }
    Ok(((cpu_seconds()? - start) / case.hashes as f64, encoded))
}

/// Returns the seconds that all threads of this process have spent so far.
fn cpu_seconds() -> Result<f64, String> {
    let stat =
        fs::read_to_string("/proc/self/stat").map_err(|error| format!("no /proc/self/stat: {error}"))?;
    // After the name, which may hold anything, utime and stime are the twelfth and thirteenth field.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: Vec<f64> = fields.skip(11).take(2).filter_map(|field| field.parse().ok()).collect();
    Ok(ticks.iter().sum::<f64>() * SECONDS_PER_TICK)
}

struct Django {
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Django {
    fn start() -> Result<Self, String> {
        let python = env::var("DJAUTH_DJANGO_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let imports = Command::new(&python).args(["-c", "import django, argon2"]).output();
        if !imports.is_ok_and(|output| output.status.success()) {
            return Err(format!(
                "`{python}` cannot import django and argon2; name one that can in DJAUTH_DJANGO_PYTHON"
            ));
        }
        let mut process = Command::new(&python)
            .args(["-c", DJANGO])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())?;
        let requests = process.stdin.take().ok_or("no way to ask Django")?;
        let answers = BufReader::new(process.stdout.take().ok_or("no way to hear Django")?);
        Ok(Self { process, requests, answers })
    }

    fn measure(&mut self, case: &Case) -> Result<(f64, String), String> {
        let Case { class, costs, hashes, .. } = case;
        writeln!(self.requests, r#"["{class}", {costs}, {hashes}, "{PASSWORD}", "{SALT}"]"#)
            .map_err(|error| error.to_string())?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer).map_err(|error| error.to_string())?;
        serde_json::from_str(&answer).map_err(|error| format!("Django answered {answer:?}: {error}"))
    }
}

impl Drop for Django {
    fn drop(&mut self) {
        // At the end of its input the loop ends by itself; this is for one that hangs.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
