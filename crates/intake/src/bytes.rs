//! Delivered files as bytes: opened without their compression, hashed, cut into lines with a limit.

use std::fs::File;
use std::io::{self, BufRead, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

pub(crate) use unpack::{Broken, Opened, Packing, bare_name, open, overfull, seekable};

mod unpack;

/// Longest line that is read, in bytes; the rest of a longer one is skipped.
pub(crate) const LONGEST_LINE: usize = 64 << 20;
const BUFFER: usize = 256 << 10;

/// The SHA-256 of a file's bytes as they lie, hexadecimal, and their number.
pub(crate) fn sha256(path: &Path) -> io::Result<(String, u64)> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; BUFFER];
    let mut size = 0;
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok((hexadecimal(&hash.finalize()), size));
        }
        hash.update(buffer.get(..read).unwrap_or_default());
        size += read as u64;
    }
}

/// Writes bytes as lower-case hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| {
        DIGITS
            .get(usize::from(value & 15))
            .map_or('0', |digit| char::from(*digit))
    };
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(*byte)])
        .collect()
}

/// How a line ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineEnd {
    /// With a line feed.
    Whole,
    /// With the end of the file.
    AtEnd,
    /// It was longer than [`LONGEST_LINE`], and its rest was skipped.
    TooLong,
}

/// Reads one line without its line feed into `line`; `None` at the end.
pub(crate) fn line(reader: &mut dyn BufRead, line: &mut Vec<u8>) -> io::Result<Option<LineEnd>> {
    line.clear();
    let mut too_long = false;
    let mut any = false;
    loop {
        let available = match reader.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        if available.is_empty() {
            let end = if too_long {
                LineEnd::TooLong
            } else {
                LineEnd::AtEnd
            };
            return Ok(any.then_some(end));
        }
        any = true;
        let found = memchr::memchr(b'\n', available);
        let part = available
            .get(..found.unwrap_or(available.len()))
            .unwrap_or_default();
        if line.len() + part.len() > LONGEST_LINE {
            too_long = true;
        } else {
            line.extend_from_slice(part);
        }
        let used = found.map_or(available.len(), |at| at + 1);
        reader.consume(used);
        if found.is_some() {
            return Ok(Some(if too_long {
                LineEnd::TooLong
            } else {
                LineEnd::Whole
            }));
        }
    }
}
