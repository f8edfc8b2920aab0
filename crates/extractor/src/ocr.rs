//! Pictures of text, by tesseract; pages of a PDF as pictures, by pdftoppm.

use std::fs;
use std::path::{Path, PathBuf};

use documents::{Ocr, Reason, Settings, Word};

use crate::findings::Findings;
use crate::tool;

/// Points an inch at which pages are drawn for recognition.
pub const RESOLUTION: u32 = 300;
const POINTS_AN_INCH: f32 = 72.0;

/// What was recognised on one page.
#[derive(Debug, Default)]
pub struct Recognised {
    pub text: String,
    pub words: Vec<Word>,
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
                words: Vec::new(),
            })
            .collect();
        for line in table.lines().skip(1) {
            if let Some((page, word)) = word(line, scale)
                && let Some(page) = pages.get_mut(page.saturating_sub(1))
            {
                page.words.push(word);
            }
        }
        Some(pages)
    }
}

/// A line of the table: level, page, block, paragraph, line, word, left, top, width, height, confidence, text.
fn word(line: &str, scale: f32) -> Option<(usize, Word)> {
    let cells: Vec<&str> = line.split('\t').collect();
    let [level, page, _, _, _, _, left, top, width, height, _, text] = cells.as_slice() else {
        return None;
    };
    if *level != "5" || text.trim().is_empty() {
        return None;
    }
    let points = |cell: &str| cell.parse::<f32>().ok().map(|number| number * scale);
    let word = Word {
        text: (*text).to_owned(),
        left: points(left)?,
        top: points(top)?,
        width: points(width)?,
        height: points(height)?,
    };
    Some((page.parse().ok()?, word))
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
                let words = findings.settings.words.then_some(page.words);
                findings.page(&page.text, true, words);
            }
        }
        None => findings.unread(
            Reason::Damaged,
            "no text could be recognised in the picture",
        ),
    }
}
