//! Takes rights away from this process before it looks at a byte.

use std::io;

use documents::Limits;
use nix::sched::{CloneFlags, unshare};
use nix::sys::prctl;
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::Signal;

/// Files that a reader and its tools hold open at once.
const OPEN_FILES: u64 = 128;
/// The account may be longer than the text in it.
const ACCOUNT_OVERHEAD: u64 = 64 << 20;

/// Sets the limits of this process and of those it starts; tells what became of the network.
pub fn confine(limits: &Limits) -> io::Result<String> {
    // Ends with the thread that started us, so that no reader outlives its reading.
    prctl::set_pdeathsig(Signal::SIGKILL)?;
    prctl::set_no_new_privs()?;
    let network = without_network();
    let largest_file = limits.output_bytes.saturating_add(ACCOUNT_OVERHEAD);
    // The first limit can be told from other ends, the second cannot be argued with.
    setrlimit(
        Resource::RLIMIT_CPU,
        limits.cpu_seconds,
        limits.cpu_seconds.saturating_add(2),
    )?;
    for (resource, most) in [
        (Resource::RLIMIT_AS, limits.memory_bytes),
        (Resource::RLIMIT_FSIZE, largest_file),
        (Resource::RLIMIT_NOFILE, OPEN_FILES),
        (Resource::RLIMIT_CORE, 0),
    ] {
        setrlimit(resource, most, most)?;
    }
    Ok(network)
}

/// Moves this process into a network of its own in which there is nothing.
fn without_network() -> String {
    let alone = CloneFlags::CLONE_NEWUSER | CloneFlags::CLONE_NEWNET;
    match unshare(alone).or_else(|_| unshare(CloneFlags::CLONE_NEWNET)) {
        Ok(()) => "none: the reader has a network of its own with nothing in it".to_owned(),
        Err(error) => format!("as the host's: the system refused to take it away ({error})"),
    }
}
