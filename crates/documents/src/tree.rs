//! Reading a file with all that lies in it, one process for each.

use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf};

use crate::account::{Account, Reason, Unread};
use crate::read::{ReadError, read};
use crate::settings::{Limits, Settings};

/// Reads a file, then its parts, then theirs, each once by its hash.
///
/// The limits on number and size of parts hold for all of them together, so that an archive of archives cannot grow
/// at each level. What is left out is told in the account of the file it lies in.
///
/// # Errors
/// As [`read`].
pub fn read_with_parts(
    reader: &Path,
    file: &Path,
    name: &str,
    settings: &Settings,
    limits: &Limits,
    scratch: &Path,
) -> Result<Vec<Account>, ReadError> {
    let mut waiting: VecDeque<(PathBuf, String, Settings)> = VecDeque::new();
    waiting.push_back((file.to_owned(), name.to_owned(), settings.clone()));
    let mut seen = BTreeSet::new();
    let mut accounts: Vec<Account> = Vec::new();
    let (mut parts_left, mut bytes_left) = (limits.parts, limits.output_bytes);
    let mut text_left = limits.text_bytes;
    while let Some((file, name, settings)) = waiting.pop_front() {
        let limits = Limits {
            parts: parts_left,
            output_bytes: bytes_left,
            text_bytes: text_left,
            ..limits.clone()
        };
        if text_left == 0 {
            if let Some(first) = accounts.first_mut() {
                let words = "it was not looked into: all files together have too much text";
                first.unread.push(Unread::at(name, Reason::TooMuch, words));
            }
            continue;
        }
        let account = read(reader, &file, &name, &settings, &limits, scratch)?;
        for part in &account.parts {
            parts_left = parts_left.saturating_sub(1);
            bytes_left = bytes_left.saturating_sub(part.bytes);
            if seen.insert(part.sha256.clone()) {
                waiting.push_back((
                    scratch.join(&part.sha256),
                    part.name.clone(),
                    settings.at_depth(part.depth),
                ));
            }
        }
        let text: u64 = account
            .pages
            .iter()
            .map(|page| u64::try_from(page.text.len()).unwrap_or(u64::MAX))
            .fold(0, u64::saturating_add);
        text_left = text_left.saturating_sub(text);
        accounts.push(account);
    }
    Ok(accounts)
}
