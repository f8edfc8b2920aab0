//! The readers of `predicate-extract`: one file in, an account of it out.
//!
//! [`run`] is the whole life of the process: it takes its own rights away (`confine`), finds the type by content
//! (`detect`), lets one of the readers collect what it finds (`findings`) and writes the account down. Whatever breaks in
//! here ends that process and no other.
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
mod pdf_parts;
mod pdf_words;
mod reading;
mod text;
mod tool;

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use documents::{ACCOUNT_FILE, Account, LONGEST_ACCOUNT, Order, Reason, Unread};

/// Readers descend into what they read; their stack is as deep as that may be.
const STACK: usize = 128 << 20;
/// An order is a page of text.
const LONGEST_ORDER: u64 = 1 << 20;

/// Reads one order on standard input, reads its file, leaves one account in the working folder.
///
/// # Errors
/// When the order cannot be read, rights cannot be taken away, a reader broke down or the account cannot be written.
pub fn run() -> io::Result<()> {
    let mut bytes = Vec::new();
    io::stdin().take(LONGEST_ORDER).read_to_end(&mut bytes)?;
    let order: Order = serde_json::from_slice(&bytes)?;
    // Opened before rights go: the account of the one who started us may be all that can open it.
    let file = File::open(&order.file)?;
    let confined = confine::confine(&order.limits, &order.file)?;
    let mut account = on_a_deep_stack(&order, file, confined)?;
    let mut bytes = serde_json::to_vec(&account)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > LONGEST_ACCOUNT {
        without_places(&mut account);
        bytes = serde_json::to_vec(&account)?;
    }
    fs::write(ACCOUNT_FILE, bytes)
}

/// Reads in this process, with all its rights and with this folder as working folder: for those who look for what breaks a
/// reader. Nothing where it broke down.
#[must_use]
pub fn read_in(folder: &Path, order: &Order, file: File) -> Option<Account> {
    std::env::set_current_dir(folder).ok()?;
    let confined = confine::Confined {
        network: String::new(),
        files: String::new(),
    };
    on_a_deep_stack(order, file, confined).ok()
}

fn on_a_deep_stack(order: &Order, file: File, confined: confine::Confined) -> io::Result<Account> {
    std::thread::scope(|scope| {
        std::thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, || reading::read(order, file, confined))?
            .join()
            .map_err(|_| io::Error::other("the reader broke down"))
    })
}

/// Leaves out what takes most room and can be done without.
fn without_places(account: &mut Account) {
    for page in &mut account.pages {
        page.words = None;
    }
    let words = "the places of its words were left out: there are too many";
    account.unread.push(Unread::whole(Reason::TooMuch, words));
}
