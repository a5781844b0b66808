//! What do guards cost the compiler? `cargo bench --profile dev -p djauth --bench cargo_check`.
//!
//! Checks 500 handlers without guards, with `#[login_required]`, and with `#[permission_required]` over 2,000
//! permissions of another crate, and prints the times with their ratio: of the whole crate, and after an edit.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

const HANDLERS: usize = 500;
const MODELS: usize = 500;
const RUNS: usize = 5;

fn main() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cargo-check");
    let program = Program { root: target.join("program"), target: target.join("target") };
    program.write("Cargo.toml", &workspace(here));
    program.write("declares/Cargo.toml", &manifest("declares", ""));
    program.write("declares/src/lib.rs", &models());
    fs::copy(here.join("../Cargo.lock"), program.root.join("Cargo.lock")).expect("the lock file is copied");

    println!("{HANDLERS} handlers, {} permissions, median of {RUNS} runs of `cargo check`\n", MODELS * 4);
    println!("| handlers | whole crate | ratio | after an edit | ratio | per guard |");
    println!("|---|---|---|---|---|---|");
    let plain = program.measure("plain", "axum", |_| String::new());
    let row = |name: &str, (whole, edited): (Duration, Duration)| {
        let ratio = |time: Duration, base: Duration| time.as_secs_f64() / base.as_secs_f64();
        let guard = edited.saturating_sub(plain.1) / HANDLERS as u32;
        println!(
            "| {name} | {whole:.2?} | {:.2} | {edited:.2?} | {:.2} | {guard:.2?} |",
            ratio(whole, plain.0),
            ratio(edited, plain.1),
        );
    };
    row("no guard, axum's own routes", plain);
    row(
        "`login_required`",
        program.measure("login", "djauth::axum", |_| "#[djauth::login_required]".to_owned()),
    );
    let name = |handler| format!("#[djauth::permission_required(\"shop.change_model{}\")]", handler % MODELS);
    row("`permission_required`", program.measure("permission", "djauth::axum", name));
}

struct Program {
    root: PathBuf,
    target: PathBuf,
}

impl Program {
    /// Returns the times of checking the crate from nothing, and again after one handler was edited.
    fn measure(
        &self,
        name: &str,
        routing: &str,
        attribute: impl Fn(usize) -> String,
    ) -> (Duration, Duration) {
        self.write(&format!("{name}/Cargo.toml"), &manifest(name, "declares = { path = \"../declares\" }\n"));
        let source = |edit: usize| handlers(routing, edit, &attribute);
        let file = format!("{name}/src/lib.rs");
        let mut whole = Vec::new();
        let mut edited = Vec::new();
        self.write(&file, &source(0));
        self.check(name);
        for run in 1..=RUNS {
            self.cargo(&["clean", "--quiet", "-p", name]);
            whole.push(self.check(name));
            self.write(&file, &source(run));
            edited.push(self.check(name));
        }
        (median(whole), median(edited))
    }

    fn check(&self, name: &str) -> Duration {
        let begun = Instant::now();
        self.cargo(&["check", "--quiet", "-p", name]);
        begun.elapsed()
    }

    fn cargo(&self, args: &[&str]) {
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .args(args)
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_INCREMENTAL", "1");
        assert!(cargo.status().expect("cargo runs").success(), "cargo {args:?} failed");
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.root.join(file);
        fs::create_dir_all(path.parent().expect("the file is in a folder")).expect("the folder is made");
        fs::write(path, text).expect("the file is written");
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn workspace(here: &Path) -> String {
    format!(
        "[workspace]\nresolver = \"3\"\nmembers = [\"*\"]\nexclude = [\"target\"]\n\n[workspace.dependencies]\n\
         axum = {{ version = \"0.8\", default-features = false }}\n\
         djauth = {{ path = {here:?}, default-features = false, features = [\"axum\"] }}\n"
    )
}

fn manifest(name: &str, dependencies: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         axum.workspace = true\ndjauth.workspace = true\n{dependencies}"
    )
}

fn models() -> String {
    (0..MODELS).fold(String::new(), |mut text, model| {
        let _ = writeln!(text, "#[djauth::permissions(app = \"shop\")]\npub struct Model{model};");
        text
    })
}

fn handlers(routing: &str, edit: usize, attribute: &impl Fn(usize) -> String) -> String {
    let mut text = format!("use declares as _;\nuse {routing}::routing::get;\n\n");
    for handler in 0..HANDLERS {
        let value = if handler == 0 { edit } else { handler };
        let _ = writeln!(
            text,
            "{}\npub async fn handler{handler}(_: axum::http::Method) -> String {{\n    \"{value}\".to_owned()\n}}\n",
            attribute(handler),
        );
    }
    for (part, handlers) in (0..HANDLERS).collect::<Vec<_>>().chunks(50).enumerate() {
        let _ = writeln!(text, "pub fn routes{part}() -> axum::Router {{\n    axum::Router::new()");
        for handler in handlers {
            let _ = writeln!(text, "        .route(\"/{handler}\", get(handler{handler}))");
        }
        text.push_str("}\n");
    }
    text
}
