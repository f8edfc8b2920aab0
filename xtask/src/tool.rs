//! Running other programs.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::say;

/// Finds a program on the search path.
pub fn found(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|candidate| candidate.is_file())
}

/// Tells whether a command can be started and ends well. Its output is dropped.
pub fn answers(program: &str, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Runs a command in the open, after naming it, and gives back its exit code.
/// Ended by a signal counts as 1.
pub fn run(command: &mut Command) -> Result<u8> {
    say::note(format!("$ {}", shown(command)));
    let status = command
        .status()
        .with_context(|| format!("cannot start `{}`", command.get_program().display()))?;
    Ok(match status.code() {
        Some(code) => u8::try_from(code).unwrap_or(1),
        None => 1,
    })
}

/// The cargo that runs us, so that one toolchain does everything.
pub fn cargo() -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    // Set by `cargo run` for us, and no business of the cargo below us.
    for name in [
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_PATH",
        "CARGO_PKG_NAME",
    ] {
        command.env_remove(name);
    }
    command
}

/// Runs a command as [`run`] does, with its standard output beside ours: it is progress, not our answer.
pub fn run_aside(command: &mut Command) -> Result<u8> {
    run(command.stdout(Stdio::from(std::io::stderr())))
}

fn shown(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    let mut words = vec![name.display().to_string()];
    words.extend(command.get_args().map(|word| word.display().to_string()));
    words.join(" ")
}
