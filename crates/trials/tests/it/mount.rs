//! Small file systems in memory, in a mount namespace of their own so that nothing is left behind.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const WITHIN: &str = "TRIALS_OWN_MOUNTS";

/// Runs the test `path` (as the test program names it) once more where it may mount. True in that second run; in the
/// first the verdict has been passed on, and the caller returns.
pub fn in_own_mounts(path: &str) -> bool {
    if std::env::var_os(WITHIN).is_some() {
        return true;
    }
    let possible = Command::new("unshare")
        .args(["--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !possible.is_ok_and(|status| status.success()) {
        println!("SKIPPED {path} mounting is refused here");
        return false;
    }
    let status = Command::new("unshare")
        .arg("--mount")
        .arg(std::env::current_exe().unwrap())
        .args([path, "--exact", "--nocapture", "--test-threads=1"])
        .env(WITHIN, "1")
        .status()
        .unwrap();
    assert!(status.success(), "see above");
    false
}

/// A small file system in memory.
pub struct Small {
    place: PathBuf,
}

impl Small {
    /// Mounts one of so many KiB over a folder, which must be there.
    pub fn over(place: &Path, kib: u64) -> Self {
        mount(
            &["-t", "tmpfs", "-o", &format!("size={kib}k"), "tmpfs"],
            place,
        );
        Self {
            place: place.to_owned(),
        }
    }

    /// Fills it to the last byte.
    pub fn fill(&self) {
        let path = self.place.join("filler");
        let mut file = std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(path)
            .unwrap();
        for size in [65_536, 4_096, 512, 1] {
            while std::io::Write::write_all(&mut file, &vec![b'x'; size]).is_ok() {}
        }
    }

    /// Frees what filled it.
    pub fn free(&self) {
        std::fs::remove_file(self.place.join("filler")).unwrap();
    }
}

fn mount(words: &[&str], place: &Path) {
    let status = Command::new("mount")
        .args(words)
        .arg(place)
        .status()
        .unwrap();
    assert!(status.success(), "mount {words:?} {}", place.display());
}
