//! A PostgreSQL server of its own for a test.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::program::{rest, within};

/// The password of the role `reader`.
pub const WORD: &str = "a reader's word";

/// A server that is stopped when dropped. Its role `reader` may read and replicate, its database is `register`.
pub struct Postgres {
    programs: PathBuf,
    folder: tempfile::TempDir,
    child: Child,
    pub port: u16,
}

impl Postgres {
    /// Makes a server with empty data and starts it; nothing when there is none on this machine.
    pub fn start(test: &str) -> Option<Self> {
        let Some(programs) = programs() else {
            println!("SKIPPED {test} there is no PostgreSQL server");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        if is_root() {
            // The server refuses to run as root.
            let told = Command::new("chown")
                .arg("postgres")
                .arg(folder.path())
                .status()
                .unwrap();
            assert!(told.success());
        }
        let data = folder.path().join("data");
        let made = Self::as_owner(&programs.join("initdb"))
            .args([
                "--auth-local=trust",
                "--auth-host=scram-sha-256",
                "--no-sync",
                "-U",
                "postgres",
                "-D",
            ])
            .arg(&data)
            .output()
            .unwrap();
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let child = Self::begin(&programs, folder.path(), port);
        let server = Self {
            programs,
            folder,
            child,
            port,
        };
        server.wait();
        server.sql("postgres", "CREATE DATABASE register");
        server.sql(
            "register",
            &format!(
                "CREATE ROLE reader LOGIN REPLICATION PASSWORD '{}'",
                WORD.replace('\'', "''")
            ),
        );
        Some(server)
    }

    fn as_owner(program: &Path) -> Command {
        if !is_root() {
            return Command::new(program);
        }
        let mut command = Command::new("runuser");
        command
            .args(["-u", "postgres", "--"])
            .arg(program)
            .current_dir("/");
        command
    }

    fn begin(programs: &Path, folder: &Path, port: u16) -> Child {
        Self::as_owner(&programs.join("postgres"))
            .arg("-D")
            .arg(folder.join("data"))
            .args([
                "-p",
                &port.to_string(),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "wal_level=logical",
            ])
            .args([
                "-c",
                "fsync=off",
                "-c",
                "max_replication_slots=4",
                "-c",
                "max_wal_senders=4",
                "-k",
            ])
            .arg(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    fn wait(&self) {
        assert!(within(Duration::from_secs(30), || self
            .try_sql("postgres", "SELECT 1")
            .is_ok()));
    }

    /// Stops the server and starts it again.
    pub fn restart(&mut self) {
        self.stop();
        self.child = Self::begin(&self.programs, self.folder.path(), self.port);
        self.wait();
    }

    fn stop(&mut self) {
        let control = self.programs.join("pg_ctl");
        let _ = Self::as_owner(&control)
            .args(["stop", "-m", "immediate", "-D"])
            .arg(self.folder.path().join("data"))
            .output();
        let _ = self.child.wait();
    }

    fn try_sql(&self, database: &str, sql: &str) -> Result<String, String> {
        let told = Command::new(self.programs.join("psql"))
            .args([
                "-U",
                "postgres",
                "-d",
                database,
                "-p",
                &self.port.to_string(),
                "-v",
                "ON_ERROR_STOP=1",
                "-qAt",
                "-h",
            ])
            .arg(self.folder.path())
            .args(["-c", sql])
            .output()
            .unwrap();
        match told.status.success() {
            true => Ok(String::from_utf8_lossy(&told.stdout).trim().to_owned()),
            false => Err(String::from_utf8_lossy(&told.stderr).into_owned()),
        }
    }

    /// Runs SQL as the owner; gives what it answers.
    pub fn sql(&self, database: &str, sql: &str) -> String {
        self.try_sql(database, sql)
            .unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// Runs SQL in the database `register`.
    pub fn run(&self, sql: &str) -> String {
        self.sql("register", sql)
    }

    /// A program that takes SQL on its standard input, for many small transactions.
    pub fn session(&self) -> Child {
        Command::new(self.programs.join("psql"))
            .args([
                "-U",
                "postgres",
                "-d",
                "register",
                "-p",
                &self.port.to_string(),
                "-qAt",
                "-h",
            ])
            .arg(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// The address of what is wanted of the database `register`, as the role `reader`.
    pub fn address(&self, wants: &str) -> String {
        format!(
            "postgres://reader@127.0.0.1:{}/register?sslmode=disable&{wants}",
            self.port
        )
    }

    /// Waits until nobody reads a slot.
    pub fn slot_rests(&self) {
        let active = "SELECT count(*) FROM pg_replication_slots WHERE active";
        assert!(within(Duration::from_secs(20), || self.run(active) == "0"));
        rest(Duration::from_millis(20));
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop();
    }
}

fn is_root() -> bool {
    let told = Command::new("id").arg("-u").output().unwrap();
    String::from_utf8_lossy(&told.stdout).trim() == "0"
}

fn programs() -> Option<PathBuf> {
    let beside = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut found: Vec<PathBuf> = beside.map(|version| version.path().join("bin")).collect();
    found.sort();
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let folders = found
        .into_iter()
        .rev()
        .chain(std::env::split_paths(&on_path));
    let whole = |folder: &PathBuf| {
        ["initdb", "postgres", "pg_ctl", "psql"]
            .iter()
            .all(|name| folder.join(name).is_file())
    };
    folders.into_iter().find(whole)
}
