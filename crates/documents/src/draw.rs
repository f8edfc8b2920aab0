//! One page as a picture, drawn by a child process like any reading.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::order::{Drawing, Order};
use crate::read::{ReadError, ordered, read};
use crate::settings::{Limits, Ocr, Settings};

/// How many files are opened in search of a part.
const MOST_OPENED: usize = 200;

/// Draws one page of a PDF, or a picture anew, as PNG; gives its bytes, or in words why there is no picture.
///
/// # Errors
/// When file, reader or scratch folder cannot be used, which says nothing about the document.
pub fn draw(
    reader: &Path,
    file: &Path,
    name: &str,
    drawing: Drawing,
    limits: &Limits,
    scratch: &Path,
) -> Result<Result<Vec<u8>, String>, ReadError> {
    let order = Order {
        file: file.to_owned(),
        name: name.to_owned(),
        settings: Settings {
            ocr: Ocr::Off,
            ..Settings::default()
        },
        limits: limits.clone(),
        drawing: Some(drawing),
    };
    let account = ordered(reader, order, scratch)?;
    let Some(part) = account.parts.first() else {
        let words = account.unread.first().map(|unread| unread.words.clone());
        return Ok(Err(
            words.unwrap_or_else(|| "there is no such page in it".to_owned())
        ));
    };
    let picture = fs::read(scratch.join(&part.sha256)).map_err(ReadError::Scratch)?;
    // Whatever drew it, only a PNG goes out.
    Ok(match picture.starts_with(b"\x89PNG\r\n\x1a\n") {
        true => Ok(picture),
        false => Err("its reader gave no picture".to_owned()),
    })
}

/// Takes one file out of those that lie in another, by its hash; nothing where it is not found there.
///
/// # Errors
/// As [`draw`].
pub fn part_of(
    reader: &Path,
    file: &Path,
    name: &str,
    sha256: &str,
    limits: &Limits,
    scratch: &Path,
) -> Result<Option<PathBuf>, ReadError> {
    let settings = Settings {
        ocr: Ocr::Off,
        ..Settings::default()
    };
    let mut waiting = vec![(file.to_owned(), name.to_owned(), settings)];
    let mut seen = BTreeSet::new();
    let mut opened = 0;
    while let Some((file, name, settings)) = waiting.pop() {
        opened += 1;
        if opened > MOST_OPENED {
            return Ok(None);
        }
        for part in read(reader, &file, &name, &settings, limits, scratch)?.parts {
            let path = scratch.join(&part.sha256);
            if part.sha256 == sha256 {
                return Ok(Some(path));
            }
            if seen.insert(part.sha256) {
                waiting.push((path, part.name, settings.at_depth(part.depth)));
            }
        }
    }
    Ok(None)
}
