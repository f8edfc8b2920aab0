//! Files that people write and read: pages, letters, mails, and the archives around them.

pub(crate) mod docx;
pub(crate) mod mail;
pub(crate) mod pdf;

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::WorldError;

/// The same archive with its parts uncompressed, so that the bytes do not depend on the
/// compressor of the machine.
pub(crate) fn stored(archive: &[u8]) -> Result<Vec<u8>, WorldError> {
    let mut parts = ZipArchive::new(Cursor::new(archive))
        .map_err(|error| WorldError::Workbook(error.to_string()))?;
    let mut read = Vec::new();
    for at in 0..parts.len() {
        let mut part = parts
            .by_index(at)
            .map_err(|error| WorldError::Workbook(error.to_string()))?;
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes)
            .map_err(|error| WorldError::Workbook(error.to_string()))?;
        let name = part
            .name()
            .map_err(|error| WorldError::Workbook(error.to_string()))?
            .into_owned();
        read.push((name, bytes));
    }
    let parts: Vec<(&str, &[u8])> = read
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    packed(&parts)
}

/// An archive of these parts, uncompressed, dated 1980-01-01.
pub(crate) fn packed(parts: &[(&str, &[u8])]) -> Result<Vec<u8>, WorldError> {
    let fault = |error: zip::result::ZipError| WorldError::Workbook(error.to_string());
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        archive.start_file(*name, options).map_err(fault)?;
        archive
            .write_all(bytes)
            .map_err(|error| WorldError::Workbook(error.to_string()))?;
    }
    Ok(archive.finish().map_err(fault)?.into_inner())
}

/// Text for XML: the five signs escaped.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&apos;")
}
