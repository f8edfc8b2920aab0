//! Copies of delivered files in which special-category values are blank.
//!
//! A copy has the same rows in the same order, so that a record's place still points at its row. It is compressed where
//! the delivered file was.

use std::io::{self, BufWriter, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::{NamedTempFile, TempPath};

use crate::{Input, IntakeError, Kept, bytes};

/// Where a copy is written to.
pub(crate) enum Copy {
    Plain(BufWriter<NamedTempFile>),
    Gzip(Box<GzEncoder<BufWriter<NamedTempFile>>>),
}

impl Copy {
    pub(crate) fn new(gzip: bool) -> io::Result<Self> {
        let file = BufWriter::new(tempfile::Builder::new().prefix("kept-").tempfile()?);
        Ok(if gzip {
            Self::Gzip(Box::new(GzEncoder::new(file, Compression::fast())))
        } else {
            Self::Plain(file)
        })
    }

    pub(crate) fn finish(self) -> io::Result<TempPath> {
        let file = match self {
            Self::Plain(file) => file,
            Self::Gzip(encoder) => encoder.finish()?,
        };
        Ok(file
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?
            .into_temp_path())
    }
}

impl Write for Copy {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(file) => file.write(bytes),
            Self::Gzip(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(file) => file.flush(),
            Self::Gzip(encoder) => encoder.flush(),
        }
    }
}

/// Copies a file line by line; `blank` gives the line to write where it must differ.
pub(crate) fn blank_lines(
    input: &Input,
    gzip: bool,
    blank: &dyn Fn(&[u8]) -> Option<Vec<u8>>,
) -> Result<Kept, IntakeError> {
    let failed = |why| IntakeError::Copy {
        file: input.name.clone(),
        why,
    };
    let mut opened = bytes::open(input)?;
    let mut copy = Copy::new(gzip).map_err(failed)?;
    let mut line = Vec::new();
    // What cannot be read any more is not kept either; the account tells that the file breaks off.
    while let Ok(Some(end)) = bytes::line(&mut opened.reader, &mut line) {
        let blanked = if end == bytes::LineEnd::TooLong {
            Some(Vec::new())
        } else {
            blank(&line)
        };
        copy.write_all(blanked.as_deref().unwrap_or(&line))
            .map_err(failed)?;
        if end != bytes::LineEnd::AtEnd {
            copy.write_all(b"\n").map_err(failed)?;
        }
    }
    copy.finish().map(Kept::Blanked).map_err(failed)
}

/// Keeps nothing of a file.
pub(crate) fn nothing(input: &Input) -> Result<Kept, IntakeError> {
    let failed = |why| IntakeError::Copy {
        file: input.name.clone(),
        why,
    };
    Copy::new(false)
        .and_then(Copy::finish)
        .map(Kept::Blanked)
        .map_err(failed)
}

/// Empties every value under a special name, at any depth; tells whether there was one.
pub(crate) fn blank_json(value: &mut serde_json::Value, special: &dyn Fn(&str) -> bool) -> bool {
    let mut found = false;
    match value {
        serde_json::Value::Object(object) => {
            // A statement names its property in one field and holds the value in others.
            let property = object.get("prop").and_then(serde_json::Value::as_str);
            if property.is_some_and(special) {
                for field in ["value", "original_value"] {
                    found |= object
                        .insert(field.to_owned(), serde_json::Value::Null)
                        .is_some();
                }
            }
            for (name, inner) in object.iter_mut() {
                if special(name) {
                    *inner = serde_json::Value::Null;
                    found = true;
                } else {
                    found |= blank_json(inner, special);
                }
            }
        }
        serde_json::Value::Array(array) => {
            for inner in array {
                found |= blank_json(inner, special);
            }
        }
        _ => {}
    }
    found
}
