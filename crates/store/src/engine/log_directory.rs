//! The one place where the store meets the log's folder.

use std::path::Path;

use logbook::{Reader, Writer};

use crate::engine::keys::Keys;

/// The log's folder, open for appending.
pub(crate) struct LogDirectory(Writer);

impl LogDirectory {
    pub(crate) fn open(folder: &Path, keys: &Keys) -> Result<Self, String> {
        std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        let keys = keys.log_keys().map_err(|error| error.to_string())?;
        Writer::open_with_keys(folder, keys)
            .map(Self)
            .map_err(|error| error.to_string())
    }

    /// Number of entries under the signed head.
    pub(crate) fn size(&self) -> u64 {
        self.0.size()
    }

    /// Appends entries and signs the head that covers them; gives the new size.
    pub(crate) fn append(&mut self, entries: &[Vec<u8>]) -> Result<u64, String> {
        self.0
            .append_batch(entries)
            .map(|range| range.end)
            .map_err(|error| error.to_string())
    }

    /// Proves the folder right against its own signed head; due after any failed append.
    pub(crate) fn reload(&mut self) -> Result<u64, String> {
        self.0.reload().map_err(|error| error.to_string())?;
        Ok(self.0.size())
    }
}

/// Calls `each` with the number and the bytes of the entries after `after`; `Ok(true)` goes on.
pub(crate) fn scan(
    folder: &Path,
    after: u64,
    mut each: impl FnMut(u64, &[u8]) -> Result<bool, String>,
) -> Result<(), String> {
    let reader = Reader::open(folder).map_err(|error| error.to_string())?;
    let size = reader.size();
    for entry in reader.into_entries(after..size) {
        let (index, entry) = entry.map_err(|error| error.to_string())?;
        let number = index + 1;
        if !each(number, &entry)? {
            break;
        }
    }
    Ok(())
}
