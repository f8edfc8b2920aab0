//! One process group: started with nothing, watched, and ended as a whole.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};
use nix::unistd::Pid;

use crate::account::{Reason, Unread};

/// How much of what a broken reader says is looked at.
const LAST_WORDS: u64 = 64 << 10;

/// How a reader ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// By itself, as it should.
    Well,
    /// In any other way.
    Badly(Unread),
}

/// Starts the reader in `folder` with `order` on its standard input and waits for its end, for `wall_seconds` at most.
///
/// When this returns, no process of the group runs.
pub(crate) fn run(
    reader: &Path,
    folder: &Path,
    order: &[u8],
    wall_seconds: u64,
) -> io::Result<Ended> {
    let words = folder.join("words");
    let mut child = Command::new(reader)
        .env_clear()
        // Libraries that make temporary files would otherwise make them outside.
        .env("TMPDIR", folder)
        .current_dir(folder)
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(File::create(&words)?)
        .spawn()?;
    let group = Pid::from_raw(i32::try_from(child.id()).map_err(io::Error::other)?);
    if let Some(mut input) = child.stdin.take() {
        // A reader that ends before it has heard its order is judged by how it ended.
        let _ended_early = input.write_all(order);
    }
    let in_time = wait(group, Duration::from_secs(wall_seconds));
    // Invariant: the leader is not yet reaped, so its number still names this group and no other.
    let _none_left = killpg(group, Signal::SIGKILL);
    let status = reaped(&mut child)?;
    let _gone = gone(group);
    if !in_time? {
        let said = format!("its reader was stopped after {wall_seconds} seconds");
        return Ok(Ended::Badly(Unread::whole(Reason::Time, said)));
    }
    if status.success() {
        return Ok(Ended::Well);
    }
    Ok(Ended::Badly(judged(status, &last_words(&words))))
}

/// Waits for the leader's end without reaping it; answers whether it came in time.
fn wait(leader: Pid, at_most: Duration) -> io::Result<bool> {
    let began = Instant::now();
    let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT | WaitPidFlag::WNOHANG;
    let mut pause = Duration::from_millis(1);
    loop {
        match waitid(Id::Pid(leader), flags) {
            Ok(WaitStatus::StillAlive) | Err(nix::errno::Errno::EINTR) => {}
            Ok(_) => return Ok(true),
            Err(error) => return Err(error.into()),
        }
        let left = at_most.saturating_sub(began.elapsed());
        if left.is_zero() {
            return Ok(false);
        }
        std::thread::sleep(pause.min(left));
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

/// Waits until the killed are dead; answers whether they are. Where nobody reaps orphans they stay as names, so this
/// does not wait for long.
fn gone(group: Pid) -> bool {
    for _ in 0..200 {
        if killpg(group, None) == Err(nix::errno::Errno::ESRCH) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    false
}

fn reaped(child: &mut Child) -> io::Result<ExitStatus> {
    loop {
        match child.wait() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

fn last_words(path: &Path) -> String {
    let mut bytes = Vec::new();
    if let Ok(file) = File::open(path) {
        let _as_much_as_there_is = file.take(LAST_WORDS).read_to_end(&mut bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Finds the reason in how the reader ended and in what its runtime said.
fn judged(status: ExitStatus, words: &str) -> Unread {
    let signal = status
        .signal()
        .and_then(|number| Signal::try_from(number).ok());
    if words.contains("memory allocation of") || words.contains("capacity overflow") {
        return Unread::whole(Reason::Memory, "its reader took more memory than it may");
    }
    match signal {
        Some(Signal::SIGXCPU) => Unread::whole(
            Reason::Time,
            "its reader took more processor time than it may",
        ),
        Some(Signal::SIGXFSZ) => Unread::whole(
            Reason::TooMuch,
            "its reader wrote a larger file than it may",
        ),
        // Only the hard limit on processor time and the machine short of memory send this, besides us.
        Some(Signal::SIGKILL) => {
            Unread::whole(Reason::Memory, "its reader was stopped by the system")
        }
        Some(signal) if words.contains("overflowed its stack") => Unread::whole(
            Reason::Crash,
            format!("its reader ran out of stack ({signal})"),
        ),
        Some(signal) => Unread::whole(
            Reason::Crash,
            format!("its reader broke down with {signal}"),
        ),
        None => {
            let code = status
                .code()
                .map_or_else(|| "no code".to_owned(), |code| format!("code {code}"));
            Unread::whole(Reason::Crash, format!("its reader ended with {code}"))
        }
    }
}
