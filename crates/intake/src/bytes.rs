//! Opening delivered files: compression, counting, hashing, lines with a limit.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::rc::Rc;

use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};

use crate::{Input, IntakeError};

/// Longest line that is read, in bytes; the rest of a longer one is skipped.
pub(crate) const LONGEST_LINE: usize = 64 << 20;
const BUFFER: usize = 256 << 10;

/// Counts the bytes that pass, and shares the count.
struct Counting<R> {
    inner: R,
    count: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.count.set(self.count.get() + read as u64);
        Ok(read)
    }
}

/// An opened file: its bytes without compression, its size, and how much of it has been read.
pub(crate) struct Opened {
    pub(crate) reader: Box<dyn BufRead>,
    pub(crate) size: u64,
    pub(crate) gzip: bool,
    count: Rc<Cell<u64>>,
}

impl Opened {
    /// Bytes of the file as delivered that have been read.
    pub(crate) fn read(&self) -> u64 {
        self.count.get()
    }
}

/// Opens a file and takes gzip off.
pub(crate) fn open(input: &Input) -> Result<Opened, IntakeError> {
    let unreadable = |source| IntakeError::Unreadable {
        file: input.name.clone(),
        source,
    };
    let file = File::open(&input.path).map_err(unreadable)?;
    let size = file.metadata().map_err(unreadable)?.len();
    let count = Rc::new(Cell::new(0));
    let mut raw = BufReader::with_capacity(
        BUFFER,
        Counting {
            inner: file,
            count: Rc::clone(&count),
        },
    );
    let gzip = raw
        .fill_buf()
        .map_err(unreadable)?
        .starts_with(&[0x1f, 0x8b]);
    let reader: Box<dyn BufRead> = if gzip {
        Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(raw)))
    } else {
        Box::new(raw)
    };
    Ok(Opened {
        reader,
        size,
        gzip,
        count,
    })
}

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
