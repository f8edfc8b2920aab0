//! What lies in a PDF as streams: how far each grows when it is unpacked, and files that were put into it.

use std::io::Cursor;

use documents::Reason;
use lopdf::{DecompressError, Dictionary, Document, Error, LoadOptions, Object, ObjectId, Stream};

use crate::archive;
use crate::findings::{Findings, as_u64};
use crate::libraries;

/// A stream may grow to this whatever its size.
const SMALL: u64 = 32 << 20;
/// How many times its size any packing grows at most.
const MOST_GROWTH: u64 = 4096;

/// Takes out the files that were put into the PDF, and tells whether the rest may be read: no library that reads pages says
/// where it gave up on a stream that grows, so a document with such a stream is told and not read.
///
/// All objects are gone through once, so no tree can lead in circles.
pub fn within_limits(bytes: &[u8], findings: &mut Findings) -> bool {
    let most = usize::try_from(findings.limits.memory_bytes / 8).unwrap_or(usize::MAX);
    let options = LoadOptions::with_max_decompressed_size(most);
    let document = match Document::load_mem_with_options(bytes, options) {
        Ok(document) => document,
        Err(Error::Decompress(DecompressError::MemoryLimitExceeded { .. })) => {
            findings.library(libraries::LOPDF);
            findings.unread(
                Reason::Bomb,
                "the list of its objects grows too much when unpacked",
            );
            return false;
        }
        // The reader will say what is wrong with it.
        Err(_) => return true,
    };
    let mut grown: Vec<(ObjectId, u64)> = document
        .objects
        .iter()
        .filter_map(|(id, object)| Some((*id, grows(object.as_stream().ok()?, findings)?)))
        .collect();
    grown.sort_unstable();
    if grown.is_empty() {
        embedded(&document, findings);
        return true;
    }
    findings.library(libraries::LOPDF);
    let pages = document.get_pages();
    for (id, most) in grown {
        let page = pages
            .iter()
            .find(|(_, page)| document.get_page_contents(**page).contains(&id));
        let words = format!(
            "its content grows to more than {most} bytes when unpacked, so the document was not read"
        );
        match page {
            Some((number, _)) => findings.unread_at(format!("page {number}"), Reason::Bomb, words),
            None => findings.unread_at(format!("object {}", id.0), Reason::Bomb, words),
        }
    }
    false
}

/// The size that a stream exceeds when it is unpacked, if it does. Pictures are left to who draws them, and files in the
/// document to who takes them out.
fn grows(stream: &Stream, findings: &Findings) -> Option<u64> {
    let is = |name: &[u8], value: &[u8]| {
        let said = stream.dict.get(name).and_then(Object::as_name);
        said.is_ok_and(|said| said == value)
    };
    if is(b"Subtype", b"Image") || is(b"Type", b"EmbeddedFile") {
        return None;
    }
    let packed = as_u64(stream.content.len());
    let most = packed
        .saturating_mul(findings.limits.ratio)
        .max(SMALL)
        .min(findings.limits.memory_bytes / 8);
    let filters = stream.filters().map_or(0, |filters| filters.len());
    let could = (0..filters).fold(packed, |size, _| size.saturating_mul(MOST_GROWTH));
    if could <= most {
        return None;
    }
    let limit = usize::try_from(most).unwrap_or(usize::MAX);
    match stream.decompressed_content_with_limit(limit) {
        Err(Error::Decompress(DecompressError::MemoryLimitExceeded { .. })) => Some(most),
        // What cannot be unpacked here is told by the reader, or is no text.
        _ => None,
    }
}

fn embedded(document: &Document, findings: &mut Findings) {
    if document.is_encrypted() {
        return;
    }
    for object in document.objects.values() {
        let Object::Dictionary(specification) = object else {
            continue;
        };
        let Some(stream) = stream_of(document, specification) else {
            continue;
        };
        findings.library(libraries::LOPDF);
        let name = name_of(specification);
        let packed = as_u64(stream.content.len());
        let most = packed
            .saturating_mul(findings.limits.ratio)
            .min(findings.room());
        let most = usize::try_from(most).unwrap_or(usize::MAX).max(1 << 20);
        let goes_on = match stream.get_plain_content_with_limit(most) {
            Ok(bytes) => findings.part(
                &name,
                archive::marks_of(&name),
                Some(packed),
                &mut Cursor::new(bytes),
            ),
            Err(error) => {
                findings.unread_at(
                    name,
                    Reason::Bomb,
                    format!("it cannot be unpacked: {error}"),
                );
                true
            }
        };
        if !goes_on {
            return;
        }
    }
}

fn stream_of<'a>(document: &'a Document, specification: &'a Dictionary) -> Option<&'a Stream> {
    let files = specification.get(b"EF").ok()?;
    let files = match files {
        Object::Reference(id) => document.get_object(*id).ok()?,
        other => other,
    };
    let files = files.as_dict().ok()?;
    let file = files.get(b"UF").or_else(|_| files.get(b"F")).ok()?;
    let id = file.as_reference().ok()?;
    document.get_object(id).ok()?.as_stream().ok()
}

fn name_of(specification: &Dictionary) -> String {
    let name = specification
        .get(b"UF")
        .or_else(|_| specification.get(b"F"))
        .ok()
        .and_then(|name| lopdf::decode_text_string(name).ok());
    name.unwrap_or_else(|| "attachment".to_owned())
}
