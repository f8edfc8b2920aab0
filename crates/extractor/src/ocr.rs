//! Pictures of text, by tesseract; pages of a PDF as pictures, by pdftoppm.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use documents::{Drawing, Ocr, Reason, Settings, Word};

use crate::findings::{Findings, Laid};
use crate::tool;

/// Points an inch at which pages are drawn for recognition.
pub const RESOLUTION: u32 = 300;
/// Pages of a picture that are gone through.
const MOST_PAGES: u32 = 10_000;
const POINTS_AN_INCH: f32 = 72.0;

/// What was recognised on one page.
#[derive(Debug, Default)]
pub struct Recognised {
    pub text: String,
    pub laid: Laid,
}

/// The tools of recognition, found and asked for their languages once.
pub struct Recogniser {
    tesseract: PathBuf,
    languages: String,
    /// Languages that were asked for and are not installed.
    pub missing: Vec<String>,
}

impl Recogniser {
    /// Finds the tools; says why there are none.
    pub fn find(settings: &Settings) -> Result<Self, &'static str> {
        if settings.ocr == Ocr::Off {
            return Err("it is a picture, and recognition of text is switched off");
        }
        let tesseract = tool::found("tesseract")
            .ok_or("it is a picture, and no program to recognise text is installed")?;
        let installed = tool::said(tool::command(&tesseract).arg("--list-langs"))
            .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
            .unwrap_or_default();
        let installed: Vec<&str> = installed.lines().skip(1).map(str::trim).collect();
        let (here, missing): (Vec<&String>, Vec<&String>) = settings
            .languages
            .iter()
            .partition(|language| installed.contains(&language.as_str()));
        if here.is_empty() {
            return Err("it is a picture, and no language asked for can be recognised");
        }
        Ok(Self {
            tesseract,
            languages: here.into_iter().cloned().collect::<Vec<_>>().join("+"),
            missing: missing.into_iter().cloned().collect(),
        })
    }

    /// Names the tools in the recipe.
    pub fn name(&self, findings: &mut Findings) {
        let version = tool::version(&self.tesseract, "--version");
        findings.step(&format!("tesseract {}", self.languages), &version);
        for language in &self.missing {
            let known = findings.account.unread.iter();
            let place = format!("language {language}");
            if known
                .clone()
                .all(|unread| unread.place.as_ref() != Some(&place))
            {
                let words = "text in this language was not looked for: it is not installed";
                findings.unread_at(place, Reason::Picture, words);
            }
        }
    }

    /// Recognises the text of a picture, page by page. `resolution` is told where the picture does not say it.
    pub fn recognise(&self, picture: &Path, resolution: Option<u32>) -> Option<Vec<Recognised>> {
        let base = Path::new("recognised");
        let mut command = tool::command(&self.tesseract);
        command.arg(picture).arg(base).args(["-l", &self.languages]);
        if let Some(resolution) = resolution {
            command.args(["--dpi", &resolution.to_string()]);
        }
        tool::said(command.args(["txt", "tsv"]))?;
        let text = fs::read_to_string(base.with_extension("txt")).ok()?;
        let table = fs::read_to_string(base.with_extension("tsv")).ok()?;
        for ending in ["txt", "tsv"] {
            let _not_needed_again = fs::remove_file(base.with_extension(ending));
        }
        let scale = POINTS_AN_INCH / resolution.unwrap_or(RESOLUTION).max(1) as f32;
        let mut pages: Vec<Recognised> = text
            .trim_end_matches('\u{c}')
            .split('\u{c}')
            .map(|text| Recognised {
                text: text.trim().to_owned(),
                laid: Laid::default(),
            })
            .collect();
        for line in table.lines().skip(1) {
            if let Some((page, found)) = found(line, scale)
                && let Some(page) = pages.get_mut(page.saturating_sub(1))
            {
                match found {
                    Found::Word(word) => page.laid.words.push(word),
                    Found::Size(size) => page.laid.size = size,
                }
            }
        }
        Some(pages)
    }
}

/// What a line of the table tells.
enum Found {
    Size((f32, f32)),
    Word(Word),
}

/// A line of the table: level, page, block, paragraph, line, word, left, top, width, height, confidence, text.
fn found(line: &str, scale: f32) -> Option<(usize, Found)> {
    let cells: Vec<&str> = line.split('\t').collect();
    let [level, page, _, _, _, _, left, top, width, height, _, text] = cells.as_slice() else {
        return None;
    };
    let points = |cell: &str| cell.parse::<f32>().ok().map(|number| number * scale);
    let page = page.parse().ok()?;
    match *level {
        "1" => Some((page, Found::Size((points(width)?, points(height)?)))),
        "5" if !text.trim().is_empty() => {
            let word = Word {
                text: (*text).to_owned(),
                left: points(left)?,
                top: points(top)?,
                width: points(width)?,
                height: points(height)?,
            };
            Some((page, Found::Word(word)))
        }
        _ => None,
    }
}

/// Reads a picture.
pub fn read(path: &Path, findings: &mut Findings) {
    let size = image::ImageReader::open(path)
        .and_then(image::ImageReader::with_guessed_format)
        .ok()
        .and_then(|reader| reader.into_dimensions().ok());
    let Some((width, height)) = size else {
        findings.unread(Reason::Damaged, "the picture cannot be read");
        return;
    };
    findings.tell("width", &width.to_string(), "the picture");
    findings.tell("height", &height.to_string(), "the picture");
    let pixels = u64::from(width).saturating_mul(u64::from(height));
    if pixels > findings.limits.pixels {
        let words = format!(
            "the picture has {pixels} points, more than the {} allowed",
            findings.limits.pixels
        );
        findings.unread(Reason::Bomb, words);
        return;
    }
    let recogniser = match Recogniser::find(&findings.settings) {
        Ok(recogniser) => recogniser,
        Err(words) => {
            findings.unread(Reason::Picture, words);
            return;
        }
    };
    recogniser.name(findings);
    match recogniser.recognise(path, None) {
        Some(pages) => {
            for page in pages {
                let laid = findings.settings.words.then_some(page.laid);
                findings.page(&page.text, true, laid);
            }
        }
        None => findings.unread(
            Reason::Damaged,
            "no text could be recognised in the picture",
        ),
    }
}

/// Draws a picture anew, no wider than asked; it becomes a part.
pub fn draw(path: &Path, drawing: Drawing, findings: &mut Findings) {
    match redrawn(path, drawing, findings.limits.pixels) {
        Ok(bytes) => {
            findings.step("image", "0.25");
            findings.part("page.png", Vec::new(), None, &mut Cursor::new(bytes));
        }
        Err(words) => findings.unread(Reason::Damaged, words),
    }
}

fn redrawn(path: &Path, drawing: Drawing, most: u64) -> Result<Vec<u8>, &'static str> {
    const BROKEN: &str = "the picture cannot be read";
    let bytes = fs::read(path).map_err(|_| BROKEN)?;
    let bytes = page_of_tiff(bytes, drawing.page).ok_or("there is no such page in it")?;
    let reader = || image::ImageReader::new(Cursor::new(&bytes)).with_guessed_format();
    let size = reader().map_err(|_| BROKEN)?.into_dimensions();
    let (width, height) = size.map_err(|_| BROKEN)?;
    if u64::from(width).saturating_mul(u64::from(height)) > most {
        return Err("the picture has more points than are allowed");
    }
    let picture = reader().map_err(|_| BROKEN)?.decode().map_err(|_| BROKEN)?;
    let picture = match width > drawing.width {
        true => picture.resize(
            drawing.width,
            u32::MAX,
            image::imageops::FilterType::Triangle,
        ),
        false => picture,
    };
    let mut png = Cursor::new(Vec::new());
    let picture = image::DynamicImage::ImageRgb8(picture.to_rgb8());
    picture
        .write_to(&mut png, image::ImageFormat::Png)
        .map_err(|_| "the picture cannot be drawn")?;
    Ok(png.into_inner())
}

/// The same file with one of its pages as the first: the library reads only that. What is no TIFF has one page.
fn page_of_tiff(mut bytes: Vec<u8>, page: u32) -> Option<Vec<u8>> {
    if page > MOST_PAGES {
        return None;
    }
    let little = match bytes.get(..4) {
        Some(b"II*\0") => true,
        Some(b"MM\0*") => false,
        _ => return (page <= 1).then_some(bytes),
    };
    let number = |bytes: &[u8], at: usize, length: usize| -> Option<usize> {
        let found = bytes.get(at..at.checked_add(length)?)?;
        let join = |sum: usize, byte: &u8| (sum << 8) | usize::from(*byte);
        Some(match little {
            true => found.iter().rev().fold(0, join),
            false => found.iter().fold(0, join),
        })
    };
    let mut at = number(&bytes, 4, 4)?;
    for _ in 1..page {
        let entries = number(&bytes, at, 2)?;
        at = number(
            &bytes,
            at.checked_add(entries.checked_mul(12)?)?.checked_add(2)?,
            4,
        )?;
        if at == 0 {
            return None;
        }
    }
    let at = u32::try_from(at).ok()?;
    let place = if little {
        at.to_le_bytes()
    } else {
        at.to_be_bytes()
    };
    bytes.get_mut(4..8)?.copy_from_slice(&place);
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::page_of_tiff;

    #[test]
    fn a_page_of_a_tiff_becomes_its_first_and_no_chain_leads_astray() {
        let file = |second: u8| {
            let mut bytes = b"II*\0\x08\0\0\0".to_vec();
            bytes.extend([0, 0, second, 0, 0, 0]); // no entries, then where the next page is
            bytes.extend([0, 0, 0, 0, 0, 0]);
            bytes
        };
        let first = |page| page_of_tiff(file(14), page).map(|bytes| bytes[4]);
        assert_eq!(first(1), Some(8));
        assert_eq!(first(2), Some(14));
        assert_eq!(first(3), None);
        // A chain that leads back to itself ends with the number of the page.
        assert_eq!(page_of_tiff(file(8), 3).map(|bytes| bytes[4]), Some(8));
        assert_eq!(page_of_tiff(file(200), 3), None);
        assert_eq!(page_of_tiff(b"\x89PNG".to_vec(), 2), None);
    }
}
