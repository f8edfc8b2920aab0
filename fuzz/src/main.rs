//! The fuzzer: libFuzzer around one reader, whose name is in the variable `READER`; without one of that name
//! it prints all names.
//!
//! What breaks our own code ends the process, so that libFuzzer keeps the input; what breaks a library and is caught by its
//! caller is printed, and the fuzzer goes on.

#![no_main]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use foreign::{Outcome, Reader};
use libfuzzer_sys::fuzz_target;

struct Bench {
    reader: Reader,
    folder: PathBuf,
}

static BENCH: OnceLock<Bench> = OnceLock::new();

fn bench() -> &'static Bench {
    BENCH.get_or_init(|| {
        let name = std::env::var("READER").unwrap_or_default();
        let Some(reader) = foreign::named(&name) else {
            foreign::ALL.iter().for_each(|reader| println!("{}", reader.name));
            std::process::exit(0);
        };
        let folder = tempfile::tempdir().expect("a temporary folder").keep();
        foreign::listen();
        Bench { reader, folder }
    })
}

/// Takes away what a reading left, and keeps the folder.
fn clear(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let _gone = match path.is_dir() {
            true => fs::remove_dir_all(path),
            false => fs::remove_file(path),
        };
    }
}

fuzz_target!(init: { bench(); }, |data: &[u8]| {
    let bench = bench();
    let outcome = foreign::tried(bench.reader, data, &bench.folder);
    clear(&bench.folder);
    match outcome {
        Outcome::Fine => {}
        Outcome::Theirs(words) => println!("theirs: {words}"),
        Outcome::Ours(words) => {
            println!("ours: {words}");
            std::process::abort();
        }
    }
});
