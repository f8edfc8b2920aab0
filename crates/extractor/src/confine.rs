//! Takes rights away from this process before it looks at a byte.

use std::io;
use std::path::Path;

use documents::{LONGEST_ACCOUNT, Limits, PARTS_FOLDER};
use landlock::{
    ABI, Access as _, AccessFs, AccessNet, Ruleset, RulesetAttr as _, RulesetCreatedAttr as _,
    RulesetError, RulesetStatus, Scope, path_beneath_rules,
};
use nix::sched::{CloneFlags, unshare};
use nix::sys::prctl;
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::Signal;

/// Files that a reader and its tools hold open at once.
const OPEN_FILES: u64 = 128;
/// What tools of recognition read: programs, libraries, fonts.
const SYSTEM: [&str; 9] = [
    "/usr",
    "/lib",
    "/lib64",
    "/bin",
    "/etc/ld.so.cache",
    "/etc/fonts",
    "/var/cache/fontconfig",
    "/dev/urandom",
    "/proc/meminfo",
];

/// What became of the rights, in words for the recipe.
#[derive(Debug)]
pub struct Confined {
    pub network: String,
    pub files: String,
}

/// Sets the limits of this process and of those it starts, and takes network and files away.
pub fn confine(limits: &Limits, file: &Path) -> io::Result<Confined> {
    // Ends with the thread that started us, so that no reader outlives its reading.
    prctl::set_pdeathsig(Signal::SIGKILL)?;
    prctl::set_no_new_privs()?;
    let network = without_network();
    let files = only_its_files(file);
    let largest_file = limits.output_bytes.max(LONGEST_ACCOUNT);
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
    Ok(Confined { network, files })
}

/// Moves this process into a network of its own in which there is nothing.
fn without_network() -> String {
    let alone = CloneFlags::CLONE_NEWUSER | CloneFlags::CLONE_NEWNET;
    match unshare(alone).or_else(|_| unshare(CloneFlags::CLONE_NEWNET)) {
        Ok(()) => "none: the reader has a network of its own with nothing in it".to_owned(),
        Err(error) => format!("as the host's: the system refused to take it away ({error})"),
    }
}

/// Lets this process and those it starts read the system and the one file, and write in the working folder only.
fn only_its_files(file: &Path) -> String {
    match ruled(file) {
        Ok(RulesetStatus::FullyEnforced) => "the file, the system's programs and its own folder",
        Ok(RulesetStatus::PartiallyEnforced) => {
            "the file, the system's programs and its own folder, as far as this system can enforce it"
        }
        Ok(RulesetStatus::NotEnforced) | Err(_) => {
            "as the host's: the system cannot take them away"
        }
    }
    .to_owned()
}

fn ruled(file: &Path) -> Result<RulesetStatus, RulesetError> {
    let abi = ABI::V6;
    let read = AccessFs::from_read(abi);
    let write = AccessFs::from_all(abi) & !AccessFs::Execute;
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(abi))?
        // None is allowed: a second wall where the system keeps its network.
        .handle_access(AccessNet::from_all(abi))?
        .scope(Scope::from_all(abi))?
        .create()?
        .add_rules(path_beneath_rules(SYSTEM, read))?
        .add_rules(path_beneath_rules([file], AccessFs::ReadFile))?
        .add_rules(path_beneath_rules(
            ["/dev/null"],
            AccessFs::ReadFile | AccessFs::WriteFile,
        ))?
        .add_rules(path_beneath_rules(
            [Path::new("."), Path::new(PARTS_FOLDER)],
            write,
        ))?
        .restrict_self()?;
    Ok(status.ruleset)
}
