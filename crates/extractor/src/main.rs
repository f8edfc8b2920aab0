//! The program `predicate-extract`: reads one order on its standard input, reads one file, leaves one account.
//!
//! It is started by the crate `documents`, one process a file, in a folder of its own that is its working folder. It
//! first takes its own rights away (`confine`), finds the type by content (`detect`), lets one of the readers collect
//! what it finds (`findings`) and writes the account down. Whatever breaks in here ends this process and no other.
//!
//! Not here: any decision about the original, any state between two files, any network.

mod archive;
mod confine;
mod detect;
mod findings;
mod libraries;
mod mail;
mod markup;
mod media;
mod msg;
mod ocr;
mod office;
mod pdf;
mod reading;
mod text;
mod tool;

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::process::ExitCode;

use documents::{ACCOUNT_FILE, Order};

/// Readers descend into what they read; their stack is as deep as that may be.
const STACK: usize = 128 << 20;
/// An order is a page of text.
const LONGEST_ORDER: u64 = 1 << 20;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn run() -> io::Result<()> {
    let mut bytes = Vec::new();
    io::stdin().take(LONGEST_ORDER).read_to_end(&mut bytes)?;
    let order: Order = serde_json::from_slice(&bytes)?;
    // Opened before rights go: the account of the one who started us may be all that can open it.
    let file = File::open(&order.file)?;
    let confined = confine::confine(&order.limits, &order.file)?;
    let reading = std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || reading::read(&order, file, confined))?;
    let account = reading
        .join()
        .map_err(|_| io::Error::other("the reader broke down"))?;
    fs::write(ACCOUNT_FILE, serde_json::to_vec(&account)?)
}
