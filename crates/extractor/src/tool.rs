//! Programs beside us that read what no library of ours does.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// We are started with no search path, so programs are looked for where systems keep them.
const FOLDERS: [&str; 3] = ["/usr/bin", "/usr/local/bin", "/bin"];

/// Finds a program.
pub fn found(name: &str) -> Option<PathBuf> {
    FOLDERS
        .iter()
        .map(|folder| Path::new(folder).join(name))
        .find(|path| path.is_file())
}

/// Prepares a program that hears nothing and speaks to nobody.
pub fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("LC_ALL", "C.UTF-8")
        // One thread: processor time is limited by process, and two cores are everybody's.
        .env("OMP_THREAD_LIMIT", "1")
        .stdin(Stdio::null());
    if let Ok(folder) = std::env::current_dir() {
        command.env("TMPDIR", folder);
    }
    command
}

/// Runs a prepared program and gives what it said, if it ended well.
pub fn said(command: &mut Command) -> Option<Output> {
    let output = command.output().ok()?;
    output.status.success().then_some(output)
}

/// The first line that a program says when it is asked for its version.
pub fn version(program: &Path, argument: &str) -> String {
    let output = command(program).arg(argument).output();
    let said = output
        .map(|output| [output.stdout, output.stderr].concat())
        .unwrap_or_default();
    String::from_utf8_lossy(&said)
        .lines()
        .next()
        .and_then(|line| line.split_whitespace().last())
        .unwrap_or("unknown")
        .to_owned()
}
