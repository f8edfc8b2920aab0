//! Character sets, and a watch over what passes.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::mapping::Dialect;

/// Turns bytes of a character set into UTF-8.
struct Decoded {
    inner: Box<dyn BufRead>,
    decoder: Decoder,
    out: Vec<u8>,
    from: usize,
    done: bool,
}

impl Read for Decoded {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.from >= self.out.len() && !self.done {
            let available = self.inner.fill_buf()?;
            let last = available.is_empty();
            let mut out = vec![0; available.len() * 3 + 16];
            let (result, read, written, _) = self.decoder.decode_to_utf8(available, &mut out, last);
            out.truncate(written);
            self.inner.consume(read);
            self.out = out;
            self.from = 0;
            self.done = last && result == CoderResult::InputEmpty;
        }
        let left = self.out.get(self.from..).unwrap_or_default();
        let count = left.len().min(into.len());
        if let (Some(target), Some(source)) = (into.get_mut(..count), left.get(..count)) {
            target.copy_from_slice(source);
        }
        self.from += count;
        Ok(count)
    }
}

/// Ends with a fault that has come up already: whoever reads on learns of it.
pub(super) struct Broken(pub(super) Option<io::Error>);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// Gives a reader of UTF-8: by the dialect's character set or a byte order mark; otherwise the bytes as they are.
pub(super) fn utf8(mut inner: Box<dyn BufRead>, dialect: &Dialect) -> Box<dyn BufRead> {
    let start = match inner.fill_buf() {
        Ok(start) => start,
        Err(error) => return Box::new(BufReader::new(Broken(Some(error)))),
    };
    let marked: Option<&'static Encoding> = match start {
        [0xff, 0xfe, ..] => Some(UTF_16LE),
        [0xfe, 0xff, ..] => Some(UTF_16BE),
        _ => None,
    };
    if start.starts_with(b"\xef\xbb\xbf") {
        inner.consume(3);
        return inner;
    }
    match marked.or(dialect.encoding) {
        None => inner,
        Some(encoding) if encoding == UTF_8 => inner,
        Some(encoding) => {
            let decoder = encoding.new_decoder_with_bom_removal();
            Box::new(BufReader::new(Decoded {
                inner,
                decoder,
                out: Vec::new(),
                from: 0,
                done: false,
            }))
        }
    }
}

/// What passed a [`Watch`].
#[derive(Debug, Default)]
pub(super) struct Seen {
    quotes: Cell<u64>,
    last: Cell<u8>,
}

impl Seen {
    /// Tells whether a quotation is open at the end.
    pub(super) fn open_quotation(&self) -> bool {
        !self.quotes.get().is_multiple_of(2)
    }

    /// Tells whether the last line has its end.
    pub(super) fn line_ended(&self) -> bool {
        matches!(self.last.get(), b'\n' | b'\r')
    }
}

/// Counts quotation marks and remembers the last byte.
pub(super) struct Watch {
    inner: Box<dyn BufRead>,
    seen: Rc<Seen>,
}

impl Watch {
    pub(super) fn new(inner: Box<dyn BufRead>) -> (Self, Rc<Seen>) {
        let seen = Rc::new(Seen::default());
        (
            Self {
                inner,
                seen: Rc::clone(&seen),
            },
            seen,
        )
    }
}

impl Read for Watch {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(into)?;
        let passed = into.get(..count).unwrap_or_default();
        let quotes = memchr::memchr_iter(b'"', passed).count();
        self.seen.quotes.set(self.seen.quotes.get() + quotes as u64);
        if let Some(last) = passed.last() {
            self.seen.last.set(*last);
        }
        Ok(count)
    }
}
