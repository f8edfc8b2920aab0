//! Opening delivered files without their compression: gzip, zstd, xz, or a zip archive of one file.
//!
//! What is inside decides, not the name. Whatever is unpacked is counted against limits, so that a small file that
//! unpacks to everything there is stops early: [`FREE`], [`RATIO`] and [`MOST`].

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use flate2::Crc;
use flate2::bufread::{DeflateDecoder, MultiGzDecoder};
use tempfile::TempPath;
use zip::CompressionMethod;

use super::BUFFER;
use crate::{Input, IntakeError};

/// So much may be unpacked whatever the ratio.
pub(crate) const FREE: u64 = 64 << 20;
/// Beyond [`FREE`], so many times its size a file may unpack to.
pub(crate) const RATIO: u64 = 250;
/// Most that any file may unpack to.
pub(crate) const MOST: u64 = 256 << 30;
/// Most that a file is unpacked to on disk, where its format must be read from more than one end.
const MOST_ON_DISK: u64 = 16 << 30;
/// Most memory that the dictionary of an xz file may ask for, in units of 1024 bytes.
const DICTIONARY: u32 = 256 << 10;

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

/// Stops what unpacks to too much.
struct Bounded<R> {
    inner: R,
    out: u64,
    taken_in: Rc<Cell<u64>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.out += read as u64;
        if self.out > FREE && self.out > self.taken_in.get().saturating_mul(RATIO) {
            let reason = format!("stopped: it unpacks to more than {RATIO} times its size");
            return Err(io::Error::other(reason));
        }
        if self.out > MOST {
            let reason = format!("stopped: it unpacks to more than {MOST} bytes");
            return Err(io::Error::other(reason));
        }
        Ok(read)
    }
}

/// Compares what passed with a checksum, once all has passed.
struct Checked<R> {
    inner: R,
    crc: Crc,
    expected: u32,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.crc.update(into.get(..read).unwrap_or_default());
        if read == 0 && !into.is_empty() && self.crc.sum() != self.expected {
            return Err(io::Error::other("its checksum does not match"));
        }
        Ok(read)
    }
}

/// An opened file: its bytes without compression, its size, and how much of it has been read.
pub(crate) struct Opened {
    pub(crate) reader: Box<dyn BufRead>,
    pub(crate) size: u64,
    /// What the file is packed with, if it is packed.
    pub(crate) packed: Option<Packing>,
    count: Rc<Cell<u64>>,
}

impl Opened {
    /// Bytes of the file as delivered that have been read.
    pub(crate) fn read(&self) -> u64 {
        self.count.get().min(self.size)
    }
}

/// What a file is packed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    Gzip,
    Zstd,
    Xz,
    Zip,
}

impl Packing {
    /// Gives its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Xz => "xz",
            Self::Zip => "zip",
        }
    }

    /// Tells from the first bytes of a file.
    fn of(start: &[u8]) -> Option<Self> {
        match start {
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstd),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Xz),
            [b'P', b'K', 3, 4, ..] => Some(Self::Zip),
            _ => None,
        }
    }
}

/// A name without the ending of its packing.
pub(crate) fn bare_name(name: &str) -> &str {
    let endings = [".gz", ".zst", ".xz", ".zip"];
    let at = endings.iter().find_map(|ending| {
        let at = name.len().checked_sub(ending.len())?;
        let end = name.get(at..)?;
        end.eq_ignore_ascii_case(ending).then_some(at)
    });
    at.and_then(|at| name.get(..at)).unwrap_or(name)
}

/// Opens a file and takes its packing off. What is wrong with the packing comes up when its bytes are read.
pub(crate) fn open(input: &Input) -> Result<Opened, IntakeError> {
    let unreadable = |why| IntakeError::Unreadable {
        file: input.name.clone(),
        why,
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
    let mut packed = Packing::of(raw.fill_buf().map_err(unreadable)?);
    let unpacked: Result<Box<dyn Read>, io::Error> = match packed {
        None => Ok(Box::new(io::empty())),
        Some(Packing::Gzip) => Ok(Box::new(MultiGzDecoder::new(raw))),
        Some(Packing::Zstd) => {
            zstd::Decoder::with_buffer(raw).map(|decoder| Box::new(decoder) as Box<dyn Read>)
        }
        Some(Packing::Xz) => Ok(Box::new(lzma_rust2::XzReader::new_mem_limit(
            raw, true, DICTIONARY,
        ))),
        Some(Packing::Zip) => match the_one(&input.path) {
            // A workbook is an archive too, but one that is read as a whole.
            Ok(None) => {
                packed = None;
                Ok(Box::new(io::empty()))
            }
            Ok(Some(member)) => member.reader(&input.path, &count),
            Err(error) => Err(error),
        },
    };
    let reader: Box<dyn BufRead> = match (packed, unpacked) {
        (None, _) => Box::new(BufReader::with_capacity(BUFFER, reopened(input, &count)?)),
        (Some(_), Ok(inner)) => Box::new(BufReader::with_capacity(
            BUFFER,
            Bounded {
                inner,
                out: 0,
                taken_in: Rc::clone(&count),
            },
        )),
        (Some(_), Err(error)) => Box::new(BufReader::new(Broken(Some(error)))),
    };
    Ok(Opened {
        reader,
        size,
        packed,
        count,
    })
}

fn reopened(input: &Input, count: &Rc<Cell<u64>>) -> Result<impl Read + use<>, IntakeError> {
    let file = File::open(&input.path).map_err(|why| IntakeError::Unreadable {
        file: input.name.clone(),
        why,
    })?;
    count.set(0);
    Ok(Counting {
        inner: file,
        count: Rc::clone(count),
    })
}

/// Ends with a fault that has come up already: whoever reads on learns of it.
pub(crate) struct Broken(pub(crate) Option<io::Error>);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// Where the file of an archive lies.
struct Member {
    start: u64,
    length: u64,
    deflated: bool,
    crc: u32,
}

impl Member {
    fn reader(&self, path: &Path, count: &Rc<Cell<u64>>) -> io::Result<Box<dyn Read>> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(self.start))?;
        count.set(0);
        let raw = Counting {
            inner: file.take(self.length),
            count: Rc::clone(count),
        };
        let raw = BufReader::with_capacity(BUFFER, raw);
        let inner: Box<dyn Read> = if self.deflated {
            Box::new(DeflateDecoder::new(raw))
        } else {
            Box::new(raw)
        };
        Ok(Box::new(Checked {
            inner,
            crc: Crc::new(),
            expected: self.crc,
        }))
    }
}

/// Finds the one file of an archive; `None` where the archive is a workbook.
fn the_one(path: &Path) -> io::Result<Option<Member>> {
    let mut archive = zip::ZipArchive::new(BufReader::new(File::open(path)?))?;
    let mut files = Vec::new();
    for at in 0..archive.len() {
        let Some(Ok(name)) = archive.name_for_index(at) else {
            continue;
        };
        if name == "[Content_Types].xml" || name == "mimetype" {
            return Ok(None);
        }
        let last = name.rsplit('/').next().unwrap_or_default();
        if !last.is_empty() && !last.starts_with('.') && !name.starts_with("__MACOSX/") {
            files.push(at);
        }
    }
    let [at] = files.as_slice() else {
        let reason = format!(
            "the archive holds {} files; unpack it, and deliver them as files",
            files.len()
        );
        return Err(io::Error::other(reason));
    };
    let member = archive.by_index_raw(*at)?;
    let deflated = match member.compression() {
        CompressionMethod::Stored => false,
        CompressionMethod::Deflated => true,
        other => {
            return Err(io::Error::other(format!(
                "packed with {other}, not deflate"
            )));
        }
    };
    if member.encrypted() {
        return Err(io::Error::other("the archive is encrypted"));
    }
    let start = member
        .data_start()
        .ok_or_else(|| io::Error::other("the archive has no place for its file"))?;
    Ok(Some(Member {
        start,
        length: member.compressed_size(),
        deflated,
        crc: member.crc32(),
    }))
}

/// A file that can be read from more than one end: the delivered one, or its unpacked copy, which goes with this value.
pub(crate) struct Seekable {
    path: PathBuf,
    _copy: Option<TempPath>,
}

impl Seekable {
    /// Gives the path.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// Gives a file without its packing as a file; the inner fault is the packing's.
pub(crate) fn seekable(input: &Input) -> Result<Result<Seekable, String>, IntakeError> {
    let mut opened = open(input)?;
    if opened.packed.is_none() {
        return Ok(Ok(Seekable {
            path: input.path.clone(),
            _copy: None,
        }));
    }
    let failed = |why| IntakeError::Copy {
        file: input.name.clone(),
        why,
    };
    let mut copy = tempfile::Builder::new()
        .prefix("unpacked-")
        .tempfile()
        .map_err(failed)?;
    let mut written = 0;
    loop {
        let part = match opened.reader.fill_buf() {
            Ok([]) => break,
            Ok(part) => part,
            Err(error) => return Ok(Err(format!("the file breaks off: {error}"))),
        };
        written += part.len() as u64;
        if written > MOST_ON_DISK {
            return Ok(Err(format!(
                "unpacks to more than {MOST_ON_DISK} bytes, and cannot be read piece by piece"
            )));
        }
        copy.write_all(part).map_err(failed)?;
        let used = part.len();
        opened.reader.consume(used);
    }
    let copy = copy.into_temp_path();
    Ok(Ok(Seekable {
        path: copy.to_path_buf(),
        _copy: Some(copy),
    }))
}

/// Says why a workbook must not be opened: its parts unpack to too much. Nothing of them is kept.
pub(crate) fn overfull(path: &Path, most: &dyn Fn(&str) -> u64) -> io::Result<Option<String>> {
    let mut archive = zip::ZipArchive::new(BufReader::new(File::open(path)?))?;
    let packed = std::fs::metadata(path)?.len();
    let mut all = 0u64;
    let mut buffer = vec![0; BUFFER];
    for at in 0..archive.len() {
        let mut member = archive.by_index(at)?;
        let name = member.name()?.into_owned();
        let limit = most(&name);
        let mut out = 0u64;
        loop {
            let read = member.read(&mut buffer)?;
            if read == 0 {
                break;
            }
            out += read as u64;
            all += read as u64;
            if out > limit {
                return Ok(Some(format!(
                    "its part `{name}` is larger than {limit} bytes"
                )));
            }
            if all > FREE && all > packed.saturating_mul(RATIO) {
                return Ok(Some(format!(
                    "it unpacks to more than {RATIO} times its size"
                )));
            }
        }
    }
    Ok(None)
}
