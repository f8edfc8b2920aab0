//! Office documents, pages and messages, by the library xberg.

use std::fs::File;
use std::io::{BufReader, Read};

use documents::Reason;
use serde_json::Value;
use xberg::core::config::PageConfig;
use xberg::extractors::security::SecurityLimits;
use xberg::{ExtractInput, ExtractedDocument, ExtractionConfig, XbergError, extract};

use crate::archive;
use crate::findings::{Findings, as_u64};
use crate::{libraries, media};

/// Stack of the threads that the library starts.
const STACK: usize = 32 << 20;
/// A document in a zip archive that is smaller than this when unpacked may grow as it likes.
const SMALL: u64 = 32 << 20;
/// Lists longer than this are counted, not told.
const LONGEST_LIST: usize = 50;

/// What the library adds of its own, which no document says.
const OF_THE_READER: [&str; 6] = [
    "extraction_method",
    "final_uri",
    "source_index",
    "source_kind",
    "source_uri",
    "output_format",
];

/// Tells whether a document in a zip archive stays within the limits when it is unpacked, by unpacking it to nowhere:
/// what it says of its own size is not believed.
pub fn grows_within_limits(file: &mut File, findings: &mut Findings) -> bool {
    let packed = file.metadata().map(|found| found.len()).unwrap_or(0);
    let most = packed
        .saturating_mul(findings.limits.ratio)
        .max(SMALL)
        .min(findings.limits.memory_bytes / 4);
    let Ok(mut archive) = zip::ZipArchive::new(BufReader::new(file)) else {
        // The reader will say what is wrong with it.
        return true;
    };
    if as_u64(archive.len()) > findings.limits.parts {
        findings.unread(Reason::TooMany, "it has too many parts for a document");
        return false;
    }
    let mut size = 0_u64;
    for at in 0..archive.len() {
        let Ok(entry) = archive.by_index(at) else {
            continue;
        };
        let left = most.saturating_sub(size).saturating_add(1);
        // What cannot be unpacked here cannot grow there.
        size = size.saturating_add(counted(entry.take(left)));
        if size > most {
            let words = format!("it grows from {packed} bytes to more than {most} when unpacked");
            findings.unread(Reason::Bomb, words);
            return false;
        }
    }
    true
}

fn counted(mut bytes: impl Read) -> u64 {
    let mut buffer = vec![0; 64 << 10];
    let mut size = 0_u64;
    loop {
        match bytes.read(&mut buffer) {
            Ok(0) | Err(_) => return size,
            Ok(count) => size = size.saturating_add(as_u64(count)),
        }
    }
}

/// Takes the files out that were put into a document whole.
pub fn embedded(file: &mut File, findings: &mut Findings) {
    let Ok(mut archive) = zip::ZipArchive::new(BufReader::new(file)) else {
        return;
    };
    for at in 0..archive.len() {
        let Ok(mut entry) = archive.by_index(at) else {
            continue;
        };
        let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
        if !name.contains("/embeddings/") || entry.is_dir() {
            continue;
        }
        let packed = entry.compressed_size();
        let marks = archive::marks_of(&name);
        if !findings.part(&name, marks, Some(packed), &mut entry) {
            return;
        }
    }
}

/// Reads a document whole, with what it tells of itself.
pub fn read(bytes: Vec<u8>, findings: &mut Findings) {
    let Some(document) = document(bytes, findings) else {
        return;
    };
    told(&document, findings);
    let paged = matches!(
        findings.account.media_type.as_str(),
        media::PPTX
            | media::ODP
            | media::XLSX
            | media::XLSB
            | media::ODS
            | "application/vnd.ms-excel"
    );
    match document.pages {
        Some(pages) if paged && !pages.is_empty() => {
            for page in pages {
                let mut text = page.content;
                if let Some(notes) = page.speaker_notes {
                    text.push_str("\n\n");
                    text.push_str(&notes);
                }
                findings.page(&text, false, None);
            }
        }
        _ if document.content.trim().is_empty() => {
            if findings.account.parts.is_empty() {
                findings.unread(Reason::Empty, "there is no text in it");
            }
        }
        _ => findings.page(&document.content, false, None),
    }
}

/// Lets the library read a document; what goes wrong is told.
pub fn document(bytes: Vec<u8>, findings: &mut Findings) -> Option<ExtractedDocument> {
    findings.library(libraries::XBERG);
    let media_type = match findings.account.media_type.as_str() {
        "application/xhtml+xml" => "text/html".to_owned(),
        other => other.to_owned(),
    };
    match run(bytes, media_type, &config(findings)) {
        Ok(document) => Some(document),
        Err(error) => {
            let (reason, words) = reason(&error);
            findings.unread(reason, words);
            None
        }
    }
}

fn run(
    bytes: Vec<u8>,
    media_type: String,
    config: &ExtractionConfig,
) -> Result<ExtractedDocument, XbergError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .thread_stack_size(STACK)
        .max_blocking_threads(2)
        .build()?;
    let input = ExtractInput::from_bytes(bytes, media_type, None);
    let mut result = runtime.block_on(extract(input, config))?;
    if let Some(error) = result.errors.first() {
        return Err(XbergError::Other(error.message.clone()));
    }
    if result.results.is_empty() {
        return Err(XbergError::Other("there is nothing in it".to_owned()));
    }
    Ok(result.results.swap_remove(0))
}

fn config(findings: &Findings) -> ExtractionConfig {
    let limits = &findings.limits;
    let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let defaults = SecurityLimits::default();
    ExtractionConfig {
        use_cache: false,
        enable_quality_processing: false,
        disable_ocr: true,
        pages: Some(PageConfig {
            extract_pages: true,
            ..PageConfig::default()
        }),
        extraction_timeout_secs: None,
        max_archive_depth: 0,
        security_limits: Some(SecurityLimits {
            max_archive_size: count(limits.memory_bytes / 4),
            max_compression_ratio: count(limits.ratio.saturating_mul(10)),
            max_content_size: count(findings.room_for_text().min(limits.memory_bytes / 8)),
            max_files_in_archive: count(limits.parts),
            max_table_cells: defaults.max_table_cells.saturating_mul(20),
            max_pages: Some(count(limits.parts)),
            ..defaults
        }),
        ..ExtractionConfig::default()
    }
}

/// Finds our reason in the library's error.
fn reason(error: &XbergError) -> (Reason, String) {
    let said = error.to_string();
    let lower = said.to_lowercase();
    let words = |what: &str| {
        let said: String = said.chars().take(300).collect();
        format!("{what}: {said}")
    };
    if ["password", "encrypted", "decrypt"]
        .iter()
        .any(|word| lower.contains(word))
    {
        return (
            Reason::Locked,
            "it can only be opened with a password".to_owned(),
        );
    }
    match error {
        XbergError::Security { .. } => (Reason::Bomb, words("it breaks a limit")),
        XbergError::UnsupportedFormat(_) => (Reason::Unsupported, words("no reader knows it")),
        XbergError::Timeout { .. } | XbergError::Cancelled => {
            (Reason::Time, words("its reader took too long"))
        }
        _ if lower.contains("exceed") || lower.contains("limit") || lower.contains("bomb") => {
            (Reason::Bomb, words("it breaks a limit"))
        }
        _ => (Reason::Damaged, words("its reader cannot make sense of it")),
    }
}

/// Tells what the document says of itself.
pub fn told(document: &ExtractedDocument, findings: &mut Findings) {
    let source = media::source_of(&findings.account.media_type);
    let told = &document.metadata;
    // In a PDF this is the program in which the document was written.
    let creator = match findings.account.media_type.as_str() {
        "application/pdf" => "program",
        _ => "author",
    };
    for (field, value) in [
        ("title", &told.title),
        ("subject", &told.subject),
        ("language", &told.language),
        ("created", &told.created_at),
        ("modified", &told.modified_at),
        (creator, &told.created_by),
        ("last author", &told.modified_by),
    ] {
        findings.tell(field, value.as_deref().unwrap_or_default(), source);
    }
    for author in told.authors.iter().flatten() {
        findings.tell("author", author, source);
    }
    for word in told.keywords.iter().flatten() {
        findings.tell("keyword", word, source);
    }
    if let Some(Ok(Value::Object(fields))) = told.format.as_ref().map(serde_json::to_value) {
        for (field, value) in &fields {
            if field != "format_type" {
                tell_value(field, value, source, findings);
            }
        }
    }
    for (field, value) in &told.additional {
        if OF_THE_READER.contains(&field.as_ref()) {
            continue;
        }
        tell_value(field, value, source, findings);
    }
    for warning in &document.processing_warnings {
        let source = format!("reader ({})", warning.source);
        findings.tell("warning", &warning.message, &source);
    }
}

fn tell_value(field: &str, value: &Value, source: &str, findings: &mut Findings) {
    let name = field.replace('_', " ");
    match value {
        Value::String(text) => findings.tell(&name, text, source),
        Value::Number(number) => findings.tell(&name, &number.to_string(), source),
        Value::Bool(yes) => findings.tell(&name, if *yes { "yes" } else { "no" }, source),
        Value::Array(items) => {
            for item in items
                .iter()
                .take(LONGEST_LIST)
                .filter(|item| !item.is_array())
            {
                tell_value(field, item, source, findings);
            }
        }
        Value::Object(inner) => {
            for (key, value) in inner {
                tell_value(&format!("{field} {key}"), value, source, findings);
            }
        }
        Value::Null => {}
    }
}
