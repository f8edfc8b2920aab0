//! Finds out what a file is by looking into it; its name is only held against that.

use std::io::{self, Read, Seek, SeekFrom};

use crate::media;
use crate::text;

/// How much of a file's beginning is looked at.
const BEGINNING: u64 = 64 << 10;
/// Where the list of a zip archive ends, at the earliest.
const ENDING: u64 = 66 << 10;
/// A PDF may begin after a little of something else.
const PDF_BEGINS: usize = 1024;

/// Which of our readers reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    Empty,
    Pdf,
    /// A zip archive that is one document.
    Office,
    /// One of the old binary formats.
    OldOffice,
    /// A document behind a password.
    Locked,
    OutlookMessage,
    Rtf,
    Html,
    Xml,
    Text,
    Mail,
    Mailbox,
    Zip,
    Tar,
    Gzip,
    SevenZip,
    Picture,
    Other,
}

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub family: Family,
    pub media_type: String,
    /// Where its content contradicts its name or itself.
    pub contradictions: Vec<String>,
}

/// Looks into a file.
pub fn detect<F: Read + Seek>(file: &mut F, name: &str) -> io::Result<Found> {
    file.seek(SeekFrom::Start(0))?;
    let mut start = Vec::new();
    file.by_ref().take(BEGINNING).read_to_end(&mut start)?;
    let size = file.seek(SeekFrom::End(0))?;
    let (family, media_type) = by_content(file, &start);
    let mut contradictions = also(file, &start, size, family)?;
    if let Some(words) = media::against_name(name, &media_type)
        && !matches!(family, Family::Empty | Family::Locked)
    {
        contradictions.push(words);
    }
    file.seek(SeekFrom::Start(0))?;
    Ok(Found {
        family,
        media_type,
        contradictions,
    })
}

fn by_content<F: Read + Seek>(file: &mut F, start: &[u8]) -> (Family, String) {
    let is = |family: Family, media_type: &str| (family, media_type.to_owned());
    if start.is_empty() {
        return is(Family::Empty, "application/x-empty");
    }
    if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
        return zipped(file);
    }
    if start.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return compound(file);
    }
    if start.starts_with(b"{\\rtf") {
        return is(Family::Rtf, "application/rtf");
    }
    if start.starts_with(b"\x1f\x8b") {
        return is(Family::Gzip, "application/gzip");
    }
    if start.starts_with(b"7z\xbc\xaf\x27\x1c") {
        return is(Family::SevenZip, "application/x-7z-compressed");
    }
    if is_tar(start) {
        return is(Family::Tar, "application/x-tar");
    }
    if begins_pdf(start) {
        return is(Family::Pdf, "application/pdf");
    }
    if let Some(kind) = infer::get(start)
        && kind.matcher_type() != infer::MatcherType::Text
    {
        let media_type = kind.mime_type();
        let family = if media::is_picture(media_type) {
            Family::Picture
        } else {
            Family::Other
        };
        return is(family, media_type);
    }
    match text::beginning(start) {
        Some(text) => as_text(&text),
        None => is(Family::Other, "application/octet-stream"),
    }
}

fn begins_pdf(start: &[u8]) -> bool {
    find(start.get(..PDF_BEGINS).unwrap_or(start), b"%PDF-").is_some()
}

/// Tells documents that are zip archives from other zip archives.
fn zipped<F: Read + Seek>(file: &mut F) -> (Family, String) {
    let is = |family: Family, media_type: &str| (family, media_type.to_owned());
    let Ok(mut archive) = zip::ZipArchive::new(file) else {
        return is(Family::Zip, "application/zip");
    };
    let mut declared = String::new();
    if let Ok(entry) = archive.by_name("mimetype") {
        let _as_far_as_it_goes = entry.take(200).read_to_string(&mut declared);
    }
    if let Some(media_type) = media::office(declared.trim()) {
        return is(Family::Office, media_type);
    }
    if archive.index_for_name("[Content_Types].xml").is_some() {
        for (part, media_type) in [
            ("word/document.xml", media::DOCX),
            ("xl/workbook.xml", media::XLSX),
            ("xl/workbook.bin", media::XLSB),
            ("ppt/presentation.xml", media::PPTX),
        ] {
            if archive.index_for_name(part).is_some() {
                return is(Family::Office, media_type);
            }
        }
        // The main part may lie anywhere; the folder tells enough.
        for (folder, media_type) in [
            ("word/", media::DOCX),
            ("xl/", media::XLSX),
            ("ppt/", media::PPTX),
        ] {
            if archive
                .file_names()
                .flatten()
                .any(|name| name.starts_with(folder))
            {
                return is(Family::Office, media_type);
            }
        }
    }
    is(Family::Zip, "application/zip")
}

/// Tells the old binary formats from each other.
fn compound<F: Read + Seek>(file: &mut F) -> (Family, String) {
    let is = |family: Family, media_type: &str| (family, media_type.to_owned());
    let unknown = is(Family::Other, "application/x-ole-storage");
    if file.seek(SeekFrom::Start(0)).is_err() {
        return unknown;
    }
    let Ok(compound) = cfb::CompoundFile::open(file) else {
        return unknown;
    };
    for (stream, family, media_type) in [
        (
            "/EncryptedPackage",
            Family::Locked,
            "application/x-ole-storage",
        ),
        ("/WordDocument", Family::OldOffice, "application/msword"),
        ("/Workbook", Family::OldOffice, "application/vnd.ms-excel"),
        ("/Book", Family::OldOffice, "application/vnd.ms-excel"),
        (
            "/PowerPoint Document",
            Family::OldOffice,
            "application/vnd.ms-powerpoint",
        ),
        (
            "/__properties_version1.0",
            Family::OutlookMessage,
            "application/vnd.ms-outlook",
        ),
    ] {
        if compound.exists(stream) {
            return is(family, media_type);
        }
    }
    unknown
}

/// A header of a tar archive has the sum of its bytes in it.
fn is_tar(start: &[u8]) -> bool {
    let (Some(header), Some(sum)) = (start.get(..512), start.get(148..156)) else {
        return false;
    };
    let said = String::from_utf8_lossy(sum);
    let said = said.trim_matches(|letter: char| letter == '\0' || letter == ' ');
    let Ok(said) = u32::from_str_radix(said, 8) else {
        return false;
    };
    let counted: u32 = header
        .iter()
        .enumerate()
        .map(|(at, byte)| {
            if (148..156).contains(&at) {
                32
            } else {
                u32::from(*byte)
            }
        })
        .sum();
    said == counted && header.first().is_some_and(|byte| *byte != 0)
}

fn as_text(text: &str) -> (Family, String) {
    let is = |family: Family, media_type: &str| (family, media_type.to_owned());
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let lower: String = text
        .chars()
        .take(2_000)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    if lower.starts_with("<!doctype html") || lower.starts_with("<html") {
        return is(Family::Html, "text/html");
    }
    if lower.starts_with("<?xml") || lower.starts_with("<!doctype") {
        return if lower.contains("<html") {
            is(Family::Html, "application/xhtml+xml")
        } else if lower.contains("<svg") {
            is(Family::Xml, "image/svg+xml")
        } else {
            is(Family::Xml, "application/xml")
        };
    }
    if lower.starts_with("<svg") {
        return is(Family::Xml, "image/svg+xml");
    }
    if text.starts_with("From ") && headers(text.lines().skip(1)) >= 2 {
        return is(Family::Mailbox, "application/mbox");
    }
    if headers(text.lines()) >= 2 {
        return is(Family::Mail, "message/rfc822");
    }
    if ["<head", "<body", "<script", "<div", "<table", "<p>", "<!--"]
        .iter()
        .any(|tag| lower.starts_with(tag))
        && lower.contains("</")
        || lower.contains("<html")
    {
        return is(Family::Html, "text/html");
    }
    is(Family::Text, "text/plain")
}

/// How many headers of a mail stand at the top of a text.
fn headers<'a>(lines: impl Iterator<Item = &'a str>) -> usize {
    const KNOWN: [&str; 16] = [
        "received",
        "from",
        "to",
        "subject",
        "date",
        "mime-version",
        "message-id",
        "return-path",
        "delivered-to",
        "content-type",
        "cc",
        "reply-to",
        "x-mailer",
        "sender",
        "in-reply-to",
        "references",
    ];
    let mut found = 0;
    for line in lines {
        if line.starts_with([' ', '\t']) {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else {
            break;
        };
        if name.is_empty() || name.contains(char::is_whitespace) {
            break;
        }
        found += usize::from(KNOWN.contains(&name.to_ascii_lowercase().as_str()));
    }
    found
}

/// What else the file could be taken for.
fn also<F: Read + Seek>(
    file: &mut F,
    start: &[u8],
    size: u64,
    family: Family,
) -> io::Result<Vec<String>> {
    let mut also = Vec::new();
    let zips = matches!(family, Family::Zip | Family::Office);
    if !zips {
        file.seek(SeekFrom::Start(size.saturating_sub(ENDING)))?;
        let mut end = Vec::new();
        file.by_ref().take(ENDING).read_to_end(&mut end)?;
        if ends_zip(&end) {
            also.push("it can also be opened as a zip archive".to_owned());
        }
    }
    if family != Family::Pdf && begins_pdf(start) {
        also.push("it can also be opened as a PDF".to_owned());
    }
    let beginning = start
        .get(..PDF_BEGINS)
        .unwrap_or(start)
        .to_ascii_lowercase();
    let tags = find(&beginning, b"<html").is_some() || find(&beginning, b"<script").is_some();
    let marked_up = matches!(
        family,
        Family::Html | Family::Xml | Family::Mail | Family::Mailbox | Family::Text
    );
    if tags && !marked_up {
        also.push("it can also be opened as HTML".to_owned());
    }
    Ok(also)
}

/// A zip archive ends with its list, whose last words say how long the comment behind it is.
fn ends_zip(end: &[u8]) -> bool {
    let Some(at) = end.windows(4).rposition(|window| window == b"PK\x05\x06") else {
        return false;
    };
    let behind = end.len().saturating_sub(at.saturating_add(22));
    let said = end.get(at.saturating_add(20)..at.saturating_add(22));
    said.and_then(|said| <[u8; 2]>::try_from(said).ok())
        .is_some_and(|said| usize::from(u16::from_le_bytes(said)) == behind)
}

/// Finds bytes in bytes.
pub fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}
