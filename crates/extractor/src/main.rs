//! The program `predicate-extract`: started by the crate `documents`, one process a file, in a folder of its own that is its
//! working folder.

use std::process::ExitCode;

fn main() -> ExitCode {
    match extractor::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
