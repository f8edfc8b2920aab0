//! Character sets, and a watch over what passes.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::bytes::Broken;
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

/// Gives a reader of UTF-8: by the dialect's character set or a byte order mark; otherwise the bytes as they are.
pub(crate) fn utf8(mut inner: Box<dyn BufRead>, dialect: &Dialect) -> Box<dyn BufRead> {
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
    quote: Option<u8>,
    blanks: Option<Blanks>,
    seen: Rc<Seen>,
}

/// Leaves out blanks after a delimiter, outside quotations.
struct Blanks {
    delimiter: u8,
    quote: Option<u8>,
    place: At,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Start,
    Field,
    Quotation,
    /// After a quotation mark inside a quotation: its end, or the first of two.
    Mark,
}

impl Blanks {
    /// Moves what stays to the front; answers how much that is.
    fn drop_from(&mut self, bytes: &mut [u8]) -> usize {
        let mut kept = 0;
        for at in 0..bytes.len() {
            let Some(byte) = bytes.get(at).copied() else {
                break;
            };
            let ends = byte == self.delimiter || matches!(byte, b'\n' | b'\r');
            let marks = Some(byte) == self.quote;
            if byte == b' ' && self.place == At::Start {
                continue;
            }
            self.place = match self.place {
                At::Start | At::Field | At::Mark if ends => At::Start,
                At::Start if marks => At::Quotation,
                At::Quotation if marks => At::Mark,
                At::Mark if marks => At::Quotation,
                At::Quotation => At::Quotation,
                _ => At::Field,
            };
            if let Some(target) = bytes.get_mut(kept) {
                *target = byte;
            }
            kept += 1;
        }
        kept
    }
}

impl Watch {
    /// Watches over bytes; blanks after the delimiter that is given are left out.
    pub(super) fn new(
        inner: Box<dyn BufRead>,
        quote: Option<u8>,
        delimiter: Option<u8>,
    ) -> (Self, Rc<Seen>) {
        let seen = Rc::new(Seen::default());
        (
            Self {
                inner,
                quote,
                blanks: delimiter.map(|delimiter| Blanks {
                    delimiter,
                    quote,
                    place: At::Start,
                }),
                seen: Rc::clone(&seen),
            },
            seen,
        )
    }
}

impl Read for Watch {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut count = self.inner.read(into)?;
        if let Some(blanks) = &mut self.blanks {
            loop {
                let read = into.get_mut(..count).unwrap_or_default();
                let kept = blanks.drop_from(read);
                // Nothing but blanks is not the end.
                if kept > 0 || count == 0 {
                    count = kept;
                    break;
                }
                count = self.inner.read(into)?;
            }
        }
        let passed = into.get(..count).unwrap_or_default();
        let quotes = self
            .quote
            .map_or(0, |quote| memchr::memchr_iter(quote, passed).count());
        self.seen.quotes.set(self.seen.quotes.get() + quotes as u64);
        if let Some(last) = passed.last() {
            self.seen.last.set(*last);
        }
        Ok(count)
    }
}
