//! Starts an example on a port and in a folder of its own, and drives it over HTTP as a browser would.
//!
//! It is for tests: whatever does not go as a browser would have it is a panic that says what came instead.

mod page;

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use tempfile::TempDir;
use ureq::{Agent, http::Response};

pub use page::{Form, Page};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running program; it ends with the value.
#[derive(Debug)]
pub struct Program {
    process: Child,
    folder: TempDir,
    origin: String,
    setup_path: Option<String>,
}

impl Program {
    /// Starts a program, as on a developer's own machine, and waits until it serves.
    ///
    /// # Panics
    /// If it does not serve.
    #[must_use]
    pub fn start(executable: &str) -> Self {
        let folder = TempDir::new().expect("a folder");
        let mut process = command(executable, folder.path())
            .args(["serve", "--bind", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let output = process.stdout.take().expect("its output is piped");
        let mut setup_path = None;
        for line in BufReader::new(output).lines() {
            let line = line.expect("its output can be read");
            let Some((_, url)) = line.split_once("http://") else { continue };
            let url = url.split(' ').next().unwrap_or_default();
            let (host, path) = url.split_once('/').expect("an address with a path");
            if line.starts_with("Serving") {
                return Self { process, folder, origin: format!("http://{host}"), setup_path };
            }
            setup_path = Some(format!("/{path}"));
        }
        panic!("the program ended before it served: {:?}", process.wait());
    }

    /// Returns the folder that the program runs in.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Returns the path of the page that makes the first superuser, as the program printed it.
    #[must_use]
    pub fn setup_path(&self) -> Option<&str> {
        self.setup_path.as_deref()
    }

    /// Returns scheme and host of the program.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Opens a browser that knows no cookies yet.
    #[must_use]
    pub fn browser(&self) -> Browser {
        Browser::new(&self.origin)
    }

    /// Sends bytes as a form, which no browser need be able to, and returns the answer as it came.
    ///
    /// # Panics
    /// If there is no answer.
    #[must_use]
    pub fn send_form(&self, path: &str, body: &[u8]) -> String {
        let host = self.origin.trim_start_matches("http://");
        let mut stream = TcpStream::connect(host).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).expect("the head can be sent");
        // Who finds the body too large answers before its end, and closes.
        let _ = stream.write_all(body);
        let mut answer = [0; 256];
        let length = stream.read(&mut answer).expect("an answer");
        String::from_utf8_lossy(&answer[..length]).into_owned()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Returns a command of a program that runs in a folder, with nothing of djauth's in its environment but development.
#[must_use]
pub fn command(executable: &str, folder: &Path) -> Command {
    let mut command = Command::new(executable);
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("DJAUTH_") || name.starts_with("DJANGO_") || name == "RUST_LOG" {
            command.env_remove(&*name);
        }
    }
    command.current_dir(folder).env("DJAUTH_DEVELOPMENT", "1").stdin(Stdio::null());
    command
}

/// A browser with its cookies. It follows no redirect by itself, so that a test sees each.
#[derive(Debug)]
pub struct Browser {
    agent: Agent,
    origin: String,
}

impl Browser {
    fn new(origin: &str) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .timeout_global(Some(PATIENCE))
            .accept("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8")
            .build();
        Self { agent: agent.into(), origin: origin.to_owned() }
    }

    /// Opens a page.
    ///
    /// # Panics
    /// If there is no answer.
    #[must_use]
    pub fn get(&self, path: &str) -> Page {
        let answer = self.agent.get(self.url(path)).call().expect("an answer");
        Page::read(path, answer)
    }

    /// Opens a page with a header that this browser would not send by itself.
    ///
    /// # Panics
    /// If there is no answer.
    #[must_use]
    pub fn get_with(&self, path: &str, header: (&str, &str)) -> Page {
        let answer = self.agent.get(self.url(path)).header(header.0, header.1).call().expect("an answer");
        Page::read(path, answer)
    }

    /// Sends the form of a page with these fields filled in, and its hidden ones as they are.
    ///
    /// # Panics
    /// If the page has no such form or field, or there is no answer.
    #[must_use]
    pub fn submit(&self, page: &Page, fields: &[(&str, &str)]) -> Page {
        let form = page.form().filled(fields);
        self.post(&form.action, &form.fields)
    }

    /// Sends fields as a form of this site would.
    ///
    /// # Panics
    /// If there is no answer.
    #[must_use]
    pub fn post(&self, path: &str, fields: &[(String, String)]) -> Page {
        let fields = fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let request = self.agent.post(self.url(path)).header("Origin", &self.origin);
        Page::read(path, request.send_form(fields).expect("an answer"))
    }

    /// Sends nothing but a header, as a program would.
    ///
    /// # Panics
    /// If there is no answer.
    #[must_use]
    pub fn post_with(&self, path: &str, header: (&str, &str)) -> Page {
        let request = self.agent.post(self.url(path)).header(header.0, header.1);
        Page::read(path, request.send_empty().expect("an answer"))
    }

    /// Goes where a page sends the browser.
    ///
    /// # Panics
    /// If it sends it nowhere.
    #[must_use]
    pub fn follow(&self, page: &Page) -> Page {
        self.get(page.location().unwrap_or_else(|| panic!("no redirect, but {page:?}")))
    }

    /// Logs in by the page at `/accounts/login/`, with the way back that it is given.
    #[must_use]
    pub fn log_in(&self, next: &str, username: &str, password: &str) -> Page {
        let page = self.get(&format!("/accounts/login/?next={next}"));
        self.submit(&page, &[("username", username), ("password", password)])
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

type Answer = Response<ureq::Body>;
