//! The program under trial: found, run to its end, or kept serving.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::http::{self, Answer, Body};

/// The password of everybody here.
pub const PASSWORD: &str = "correct horse battery";

/// Where the program is.
#[derive(Clone)]
pub struct Program(PathBuf);

/// What a command that ended left.
#[derive(Debug)]
pub struct Ended {
    pub status: ExitStatus,
    pub out: String,
    pub err: String,
    pub took: Duration,
}

impl Ended {
    /// The output of a command that must have succeeded.
    pub fn good(self) -> String {
        assert!(self.status.success(), "{} {}", self.out, self.err);
        self.out
    }

    /// Everything that a command said that must have failed.
    pub fn bad(self) -> String {
        assert!(!self.status.success(), "it succeeded: {}", self.out);
        format!("{}{}", self.out, self.err)
    }
}

impl Program {
    /// The program, or nothing after a line that says that `test` was skipped.
    pub fn found(test: &str) -> Option<Self> {
        let named = std::env::var_os("PREDICATE_BIN").map(PathBuf::from);
        let beside = std::env::current_exe().ok().and_then(|program| {
            let folder = program.parent()?.parent()?;
            Some(folder.join("predicate"))
        });
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/debug/predicate");
        let places = [named, beside, Some(workspace)];
        let found = places.into_iter().flatten().find(|path| path.is_file());
        if found.is_none() {
            println!("SKIPPED {test} the program `predicate` is not built");
        }
        found.map(Self)
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// A command with nothing of this environment that the program would heed.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.0);
        command
            .env_remove("PREDICATE_DATA_DIR")
            .env("PREDICATE_LOG", "warn")
            .env("PREDICATE_PASSWORD", PASSWORD)
            .env("PREDICATE_NEW_PASSWORD", PASSWORD)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, words: &[&str]) -> Ended {
        finish(self.command().args(words))
    }

    /// Serves a data directory and waits for its first answer.
    pub fn serve(&self, data: &Path) -> Serving {
        self.serve_with(data, &[], &[])
    }

    /// Serves with further words and variables.
    pub fn serve_with(&self, data: &Path, words: &[&str], variables: &[(&str, &Path)]) -> Serving {
        let began = Instant::now();
        let told = tempfile::NamedTempFile::new().unwrap();
        let mut command = self.command();
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .args(words)
            .envs(variables.iter().copied())
            .stderr(told.reopen().unwrap());
        let mut child = command.spawn().unwrap();
        let lines = lines_of(&mut child);
        let address = lines
            .recv_timeout(Duration::from_secs(60))
            .ok()
            .and_then(|line| line.strip_prefix("desk: http://")?.parse().ok());
        let mut serving = Serving {
            child,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            took: began.elapsed(),
            told,
        };
        let Some(address) = address else {
            panic!("the server did not start: {}", serving.said());
        };
        serving.address = address;
        serving
            .ask("GET", "/api/version", None, Body::Nothing)
            .expect(200);
        serving.took = began.elapsed();
        serving
    }
}

/// Runs a prepared command to its end.
pub fn finish(command: &mut Command) -> Ended {
    let began = Instant::now();
    let output = command.output().unwrap();
    Ended {
        status: output.status,
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
        took: began.elapsed(),
    }
}

/// The lines a child prints, as they come.
pub fn lines_of(child: &mut Child) -> Receiver<String> {
    let (sender, receiver) = channel();
    let lines = BufReader::new(child.stdout.take().unwrap());
    std::thread::spawn(move || {
        for line in lines.lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

/// Lets a child work for a while, then kills it with SIGKILL. Gives its status if it had ended by itself before.
pub fn kill_after(child: &mut Child, moment: Duration) -> Option<ExitStatus> {
    let due = Instant::now() + moment;
    while Instant::now() < due {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status);
        }
        let left = due.saturating_duration_since(Instant::now());
        rest(left.min(Duration::from_millis(5)));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    None
}

/// Lets others work for a moment.
pub fn rest(moment: Duration) {
    std::thread::park_timeout(moment);
}

/// Asks again and again until it holds; says whether it did within the limit.
pub fn within(limit: Duration, mut holds: impl FnMut() -> bool) -> bool {
    let began = Instant::now();
    loop {
        if holds() {
            return true;
        }
        if began.elapsed() > limit {
            return false;
        }
        rest(Duration::from_millis(20));
    }
}

/// A server that runs. It is killed when dropped.
pub struct Serving {
    child: Child,
    pub address: SocketAddr,
    /// From its start to its first answer.
    pub took: Duration,
    told: tempfile::NamedTempFile,
}

impl Serving {
    /// Asks, and gets an answer.
    pub fn ask(&self, method: &str, path: &str, token: Option<&str>, body: Body) -> Answer {
        http::ask(self.address, method, path, token, body)
            .unwrap_or_else(|error| panic!("{method} {path}: {error}; {}", self.said()))
    }

    pub fn get(&self, path: &str, token: &str) -> Answer {
        self.ask("GET", path, Some(token), Body::Nothing)
    }

    pub fn post(&self, path: &str, token: &str, body: Value) -> Answer {
        self.ask("POST", path, Some(token), Body::Json(body))
    }

    /// Signs somebody in; gives the token.
    pub fn sign_in(&self, name: &str) -> String {
        let credentials = serde_json::json!({ "name": name, "password": PASSWORD });
        let answer = self.ask("POST", "/api/session", None, Body::Json(credentials));
        let session = answer.expect(201);
        session["token"].as_str().unwrap().to_owned()
    }

    /// What it wrote to standard error.
    pub fn said(&self) -> String {
        let mut text = String::new();
        let read = File::open(self.told.path()).and_then(|mut file| file.read_to_string(&mut text));
        read.map_or_else(|error| error.to_string(), |_| text)
    }

    /// Its process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Kills it with SIGKILL.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("the server said: {}", self.said());
        }
        // A server that has ended already cannot be killed, and need not be.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
