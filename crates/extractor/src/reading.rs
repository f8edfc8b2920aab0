//! Reading one file: what it is, then the reader for that.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};

use documents::{ACCOUNT_FILE, Account, Order, Reason};

use crate::confine::Confined;
use crate::detect::{self, Family};
use crate::findings::Findings;
use crate::libraries;
use crate::{archive, mail, markup, msg, ocr, office, pdf, text};

/// Readers that want all bytes at once get them up to this share of the memory.
const SHARE_OF_MEMORY: u64 = 4;

/// Reads the file of an order.
pub fn read(order: &Order, mut file: File, confined: Confined) -> Account {
    let mut findings = Findings::new(&order.settings, &order.limits, confined);
    findings.step("predicate-extract", env!("CARGO_PKG_VERSION"));
    if order.settings.depth > order.limits.depth {
        findings.unread(Reason::TooDeep, "it lies too deep in other files");
        return findings.finish();
    }
    let found = match detect::detect(&mut file, &order.name) {
        Ok(found) => found,
        Err(error) => {
            findings.unread(
                Reason::Damaged,
                format!("its bytes cannot be read: {error}"),
            );
            return findings.finish();
        }
    };
    findings.account.media_type.clone_from(&found.media_type);
    findings
        .account
        .contradictions
        .clone_from(&found.contradictions);
    // If the reader breaks down, at least the type is told.
    let _told_later_again = serde_json::to_vec(&findings.account)
        .map_err(io::Error::other)
        .and_then(|bytes| fs::write(ACCOUNT_FILE, bytes));
    if let Some(drawing) = order.drawing {
        match found.family {
            Family::Pdf => pdf::draw(&order.file, drawing, &mut findings),
            Family::Picture => ocr::draw(&order.file, drawing, &mut findings),
            _ => findings.unread(Reason::Unsupported, "it has no pages that can be drawn"),
        }
        return findings.finish();
    }
    if let Err(error) = by_family(found.family, order, file, &mut findings) {
        findings.unread(
            Reason::Damaged,
            format!("its bytes cannot be read: {error}"),
        );
    }
    findings.finish()
}

fn by_family(
    family: Family,
    order: &Order,
    mut file: File,
    findings: &mut Findings,
) -> io::Result<()> {
    match family {
        Family::Empty => findings.unread(Reason::Empty, "there are no bytes in it"),
        Family::Locked => findings.unread(Reason::Locked, "it can only be opened with a password"),
        Family::Other => {
            let words = format!("no reader knows {}", findings.account.media_type);
            findings.unread(Reason::Unsupported, words);
        }
        Family::Zip => archive::zip(file, findings),
        Family::Tar => archive::tar(file, findings),
        Family::Gzip => archive::gzip(file, &order.name, findings)?,
        Family::SevenZip => archive::seven_zip(file, findings),
        Family::Picture => ocr::read(&order.file, findings),
        Family::Pdf => {
            if let Some(bytes) = whole(&mut file, findings)? {
                pdf::read(bytes, &order.file, findings);
            }
        }
        Family::Office => {
            if office::grows_within_limits(&mut file, findings) {
                office::embedded(&mut file, findings);
                if let Some(bytes) = whole(&mut file, findings)? {
                    office::read(bytes, findings);
                }
            }
        }
        Family::OldOffice | Family::Rtf => {
            if let Some(bytes) = whole(&mut file, findings)? {
                office::read(bytes, findings);
            }
        }
        Family::OutlookMessage => {
            findings.library(libraries::CFB);
            msg::attachments(&mut file, findings);
            if let Some(bytes) = whole(&mut file, findings)? {
                office::read(bytes, findings);
            }
        }
        Family::Html => {
            if let Some(bytes) = whole(&mut file, findings)? {
                findings.library(libraries::CHARDETNG);
                findings.library(libraries::ENCODING_RS);
                let decoded = text::decode(&bytes, text::declared(&bytes).as_deref());
                findings.tell("character set", decoded.charset, "the bytes themselves");
                office::read(decoded.text.into_bytes(), findings);
            }
        }
        Family::Xml => {
            if let Some(bytes) = whole(&mut file, findings)? {
                markup::read(&bytes, findings);
            }
        }
        Family::Text => {
            if let Some(bytes) = whole(&mut file, findings)? {
                findings.library(libraries::CHARDETNG);
                findings.library(libraries::ENCODING_RS);
                let decoded = text::decode(&bytes, None);
                findings.tell("character set", decoded.charset, "the bytes themselves");
                findings.page(&decoded.text, false, None);
            }
        }
        Family::Mail => {
            if let Some(bytes) = whole(&mut file, findings)? {
                mail::message(&bytes, findings);
            }
        }
        Family::Mailbox => mail::mailbox(file, findings),
    }
    Ok(())
}

/// Reads all bytes, if they are not too many.
fn whole(file: &mut File, findings: &mut Findings) -> io::Result<Option<Vec<u8>>> {
    let most = findings.limits.memory_bytes / SHARE_OF_MEMORY;
    let size = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(0))?;
    if size > most {
        let words = format!("its reader takes files of {most} bytes at most");
        findings.unread(Reason::TooMuch, words);
        return Ok(None);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    file.take(most).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}
