//! PDF: text page by page, scanned pages by recognition, files put into it as parts.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use documents::{Drawing, Reason, Word};

use crate::findings::{Findings, Laid, cleaned};
use crate::libraries;
use crate::ocr::{RESOLUTION, Recogniser};
use crate::{office, pdf_parts, pdf_words, tool};

/// A page with fewer letters than this is looked at as a picture.
const FEW_LETTERS: usize = 16;
/// The share of the time by the clock in which recognition may begin a further page, in percent.
const SHARE_OF_TIME: u64 = 80;

/// A page as its text says it.
struct Native {
    text: String,
    laid: Option<Laid>,
}

/// Reads a PDF.
pub fn read(bytes: Vec<u8>, path: &Path, findings: &mut Findings) {
    let began = Instant::now();
    if !pdf_parts::within_limits(&bytes, findings) {
        return;
    }
    let laid = match findings.settings.words {
        true => laid(&bytes, path, findings),
        false => None,
    };
    let Some(document) = office::document(bytes, findings) else {
        return;
    };
    office::told(&document, findings);
    let pages: Vec<String> = match document.pages {
        Some(pages) if !pages.is_empty() => pages.into_iter().map(|page| page.content).collect(),
        _ => vec![document.content],
    };
    let mut laid = laid.unwrap_or_default().into_iter();
    let pages: Vec<Native> = pages
        .into_iter()
        .map(|text| {
            let laid = laid.next();
            let text = match &laid {
                Some(laid) => pdf_words::agreed(&cleaned(&text), &laid.words),
                None => text,
            };
            Native { text, laid }
        })
        .collect();
    with_recognition(pages, path, began, findings);
}

/// Adds the pages, those without text as they are recognised.
fn with_recognition(pages: Vec<Native>, path: &Path, began: Instant, findings: &mut Findings) {
    let sparse = |page: &Native| {
        let letters = page.text.chars().filter(|letter| letter.is_alphanumeric());
        letters.take(FEW_LETTERS).count() < FEW_LETTERS
    };
    let recogniser = if pages.iter().any(sparse) {
        Recogniser::find(&findings.settings)
    } else {
        Err("it has text")
    };
    let painter = tool::found("pdftoppm");
    if let (Ok(recogniser), Some(painter)) = (&recogniser, &painter) {
        recogniser.name(findings);
        findings.step("pdftoppm", &tool::version(painter, "-v"));
    }
    let time =
        Duration::from_secs(findings.limits.wall_seconds.saturating_mul(SHARE_OF_TIME) / 100);
    for (number, page) in (1_u32..).zip(pages) {
        let place = format!("page {number}");
        if !sparse(&page) {
            findings.page(&page.text, false, page.laid);
            continue;
        }
        let (recogniser, painter) = match (&recogniser, &painter) {
            (Ok(recogniser), Some(painter)) => (recogniser, painter),
            (Ok(_), None) => {
                nothing_but_a_picture(
                    &place,
                    "no program to draw the page is installed",
                    page,
                    findings,
                );
                continue;
            }
            (Err(words), _) => {
                nothing_but_a_picture(&place, words, page, findings);
                continue;
            }
        };
        if began.elapsed() > time {
            findings.unread_at(
                place,
                Reason::Time,
                "no time was left to recognise its text",
            );
            findings.page(&page.text, false, page.laid);
            continue;
        }
        match recognised(recogniser, painter, path, number) {
            Ok(found) if found.text.chars().count() > page.text.chars().count() => {
                let laid = findings.settings.words.then_some(found.laid);
                findings.page(&found.text, true, laid);
            }
            Ok(_) => findings.page(&page.text, false, page.laid),
            Err(words) => {
                findings.unread_at(place, Reason::Damaged, words);
                findings.page(&page.text, false, page.laid);
            }
        }
    }
}

fn nothing_but_a_picture(place: &str, words: &str, page: Native, findings: &mut Findings) {
    if page.text.trim().is_empty() {
        findings.unread_at(place, Reason::Picture, words);
    }
    findings.page(&page.text, false, page.laid);
}

/// Draws one page and recognises it.
fn recognised(
    recogniser: &Recogniser,
    painter: &Path,
    path: &Path,
    number: u32,
) -> Result<crate::ocr::Recognised, &'static str> {
    let picture = Path::new("page.png");
    let number = number.to_string();
    let resolution = RESOLUTION.to_string();
    let drawn = tool::said(
        tool::command(painter)
            .args([
                "-r",
                &resolution,
                "-gray",
                "-cropbox",
                "-png",
                "-singlefile",
                "-f",
                &number,
                "-l",
                &number,
            ])
            .arg(path)
            .arg(picture.with_extension("")),
    );
    if drawn.is_none() {
        return Err("the page could not be drawn");
    }
    let found = recogniser.recognise(picture, Some(RESOLUTION));
    let _not_needed_again = fs::remove_file(picture);
    let mut pages = found.ok_or("no text could be recognised on the page")?;
    if pages.is_empty() {
        return Ok(crate::ocr::Recognised::default());
    }
    Ok(pages.swap_remove(0))
}

/// Places of the words, page by page, from the upper left corner: as pdftotext tells them, so that they fit what pdftoppm
/// draws, else as our library does.
fn laid(bytes: &[u8], path: &Path, findings: &mut Findings) -> Option<Vec<Laid>> {
    if let Some(program) = tool::found("pdftotext") {
        let table = Path::new("places.html");
        let mut command = tool::command(&program);
        command
            .args(["-bbox", "-cropbox", "-q"])
            .arg(path)
            .arg(table);
        let text = tool::said(&mut command).and_then(|_| fs::read_to_string(table).ok());
        let _not_needed_again = fs::remove_file(table);
        if let Some(text) = text {
            findings.step("pdftotext", &tool::version(&program, "-v"));
            return Some(placed(&text));
        }
    }
    findings.library(libraries::NATIVE_PDF);
    natively(bytes)
}

/// Reads the table that `pdftotext -bbox` writes: a line for each page and each word.
fn placed(table: &str) -> Vec<Laid> {
    let mut pages: Vec<Laid> = Vec::new();
    for line in table.lines().map(str::trim) {
        let number = |name: &str| -> Option<f32> {
            let (_, rest) = line.split_once(&format!("{name}=\""))?;
            rest.split_once('"')?.0.parse().ok()
        };
        if line.starts_with("<page ") {
            let size = (
                number("width").unwrap_or(0.0),
                number("height").unwrap_or(0.0),
            );
            pages.push(Laid {
                words: Vec::new(),
                size,
            });
        } else if line.starts_with("<word ")
            && let (Some(left), Some(top), Some(right), Some(bottom)) = (
                number("xMin"),
                number("yMin"),
                number("xMax"),
                number("yMax"),
            )
            && let Some((_, rest)) = line.split_once('>')
            && let Some((text, _)) = rest.rsplit_once("</word>")
            && let Some(page) = pages.last_mut()
        {
            page.words.push(Word {
                text: unescaped(text),
                left,
                top,
                width: right - left,
                height: bottom - top,
            });
        }
    }
    pages
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
}

fn natively(bytes: &[u8]) -> Option<Vec<Laid>> {
    let document = xberg_native_pdf::document::PdfDocument::from_bytes(bytes.to_vec()).ok()?;
    let count = document.page_count().ok()?;
    let page = |at: usize| {
        let (left, bottom, right, top) = document.get_page_media_box(at).ok()?;
        let words = document.extract_words(at).ok()?;
        let words = words.into_iter().map(|word| Word {
            text: word.text,
            left: word.bbox.x - left,
            top: top - word.bbox.y - word.bbox.height,
            width: word.bbox.width,
            height: word.bbox.height,
        });
        Some(Laid {
            words: words.collect(),
            size: (right - left, top - bottom),
        })
    };
    Some((0..count).map(|at| page(at).unwrap_or_default()).collect())
}

/// Draws one page as a picture, which becomes a part.
pub fn draw(path: &Path, drawing: Drawing, findings: &mut Findings) {
    let Some(painter) = tool::found("pdftoppm") else {
        findings.unread(Reason::Unsupported, "no program to draw pages is installed");
        return;
    };
    findings.step("pdftoppm", &tool::version(&painter, "-v"));
    let (page, width) = (drawing.page.to_string(), drawing.width.to_string());
    let picture = Path::new("page.png");
    let mut command = tool::command(&painter);
    command
        .args([
            "-png",
            "-singlefile",
            "-cropbox",
            "-q",
            "-f",
            &page,
            "-l",
            &page,
        ])
        .args(["-scale-to-x", &width, "-scale-to-y", "-1"])
        .arg(path)
        .arg(picture.with_extension(""));
    let drawn = tool::said(&mut command).and_then(|_| fs::File::open(picture).ok());
    match drawn {
        Some(mut bytes) => {
            findings.part("page.png", Vec::new(), None, &mut bytes);
        }
        None => findings.unread(Reason::Damaged, "the page could not be drawn"),
    }
}
