//! What a reader has found so far, within the limits.

use std::fs::{self, File};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};

use documents::{
    Account, Language, Limits, PARTS_FOLDER, Page, Part, Reason, Recipe, Settings, Step, Told,
    Unread, Word,
};
use sha2::{Digest, Sha256};

use crate::confine::Confined;
use crate::detect;
use crate::libraries::{self, Library};

/// What is small may grow more than the ratio says.
const SMALL: u64 = 16 << 20;
/// A value or name that is told is cut here.
const LONGEST_VALUE: usize = 2_000;
/// So many things at most are told of each kind.
const MOST_TOLD: usize = 1_000;
/// Letters by which a language is guessed.
const ENOUGH_LETTERS: usize = 20_000;

/// Where the words of a page stand, and how large it is.
#[derive(Debug, Clone, Default)]
pub struct Laid {
    /// The words.
    pub words: Vec<Word>,
    /// Width and height of the page.
    pub size: (f32, f32),
}

/// Collects text, parts and what could not be read.
pub struct Findings {
    /// What has been found.
    pub account: Account,
    /// What is asked.
    pub settings: Settings,
    /// What may be used.
    pub limits: Limits,
    bytes_left: u64,
    text_left: u64,
    told_too_much: bool,
    told_too_many: bool,
}

impl Findings {
    /// Begins with nothing.
    pub fn new(settings: &Settings, limits: &Limits, confined: Confined) -> Self {
        let recipe = Recipe {
            steps: Vec::new(),
            settings: settings.clone(),
            limits: limits.clone(),
            network: confined.network,
            files: confined.files,
            repeatable: true,
        };
        Self {
            account: Account {
                recipe,
                ..Account::default()
            },
            settings: settings.clone(),
            limits: limits.clone(),
            bytes_left: limits.output_bytes,
            text_left: limits.text_bytes,
            told_too_much: false,
            told_too_many: false,
        }
    }

    /// Names a step of the recipe, once.
    pub fn step(&mut self, name: &str, version: &str) {
        let step = Step::new(name, version);
        if !self.account.recipe.steps.contains(&step) {
            self.account.recipe.steps.push(step);
        }
    }

    /// Names a library in the recipe, once.
    pub fn library(&mut self, (name, version): Library) {
        self.step(name, version);
    }

    /// Says why the whole file was not read.
    pub fn unread(&mut self, reason: Reason, words: impl Into<String>) {
        self.account.unread.push(Unread::whole(reason, words));
    }

    /// Says why a page or part was not read.
    pub fn unread_at(
        &mut self,
        place: impl Into<String>,
        reason: Reason,
        words: impl Into<String>,
    ) {
        if as_u64(self.account.unread.len()) >= self.limits.parts {
            self.too_many("parts");
            return;
        }
        let place = shortened(&place.into());
        self.account.unread.push(Unread::at(place, reason, words));
    }

    /// Adds what the document tells of itself, if it says anything.
    pub fn tell(&mut self, field: &str, value: &str, source: &str) {
        let value = cleaned(value);
        let value = value.trim();
        if value.is_empty() || self.told_too_much {
            return;
        }
        let told = Told {
            field: field.to_owned(),
            value: value.chars().take(LONGEST_VALUE).collect(),
            source: source.to_owned(),
        };
        let list = match field {
            "author" | "last author" | "program" => &mut self.account.authors,
            "created" | "modified" | "sent" => &mut self.account.dates,
            _ => &mut self.account.metadata,
        };
        if list.len() < MOST_TOLD && !list.contains(&told) {
            list.push(told);
        }
    }

    /// Adds a page, as far as there is room.
    pub fn page(&mut self, text: &str, recognised: bool, laid: Option<Laid>) {
        let number = u32::try_from(self.account.pages.len().saturating_add(1)).unwrap_or(u32::MAX);
        if u64::from(number) > self.limits.parts {
            self.too_many("pages");
            return;
        }
        let mut text = cleaned(text);
        let room = usize::try_from(self.text_left).unwrap_or(usize::MAX);
        if text.len() > room {
            let end = (0..=room).rev().find(|end| text.is_char_boundary(*end));
            text.truncate(end.unwrap_or(0));
            self.too_much();
        }
        self.text_left = self.text_left.saturating_sub(as_u64(text.len()));
        let (words, size) = match laid {
            Some(laid) => (Some(laid.words), Some(laid.size)),
            None => (None, None),
        };
        self.account.pages.push(Page {
            number,
            text,
            recognised,
            words,
            size,
        });
    }

    /// Writes a part to the scratch folder, as far as it may be. `packed` is its size before unpacking.
    ///
    /// Answers whether there is any use in going on to the next part.
    pub fn part(
        &mut self,
        name: &str,
        marks: Vec<String>,
        packed: Option<u64>,
        bytes: &mut dyn Read,
    ) -> bool {
        let depth = self.settings.depth.saturating_add(1);
        if depth > self.limits.depth {
            let words = format!(
                "it lies {depth} files deep, and {} is the limit",
                self.limits.depth
            );
            self.unread(Reason::TooDeep, words);
            return false;
        }
        if as_u64(self.account.parts.len()) >= self.limits.parts {
            self.too_many("parts");
            return false;
        }
        let grown = packed.map_or(u64::MAX, |size| {
            size.saturating_mul(self.limits.ratio).max(SMALL)
        });
        let most = grown.min(self.bytes_left);
        let temporary = Path::new(PARTS_FOLDER).join("now");
        match copied(bytes, &temporary, most) {
            Ok(Copied::Whole { digest, size }) => {
                self.bytes_left = self.bytes_left.saturating_sub(size);
                self.keep(name, marks, &temporary, digest, size);
                true
            }
            Ok(Copied::TooLong) => {
                let _no_use_for_it = fs::remove_file(&temporary);
                let (reason, words) = if grown <= self.bytes_left {
                    let words = format!(
                        "it grows more than {} times when unpacked",
                        self.limits.ratio
                    );
                    (Reason::Bomb, words)
                } else {
                    let words = format!(
                        "more than the {} bytes allowed together",
                        self.limits.output_bytes
                    );
                    (Reason::TooMuch, words)
                };
                self.unread_at(name, reason, words);
                false
            }
            Err(error) => {
                let _no_use_for_it = fs::remove_file(&temporary);
                self.unread_at(
                    name,
                    Reason::Damaged,
                    format!("its bytes cannot be unpacked: {error}"),
                );
                true
            }
        }
    }

    fn keep(&mut self, name: &str, marks: Vec<String>, from: &Path, digest: String, size: u64) {
        let target: PathBuf = Path::new(PARTS_FOLDER).join(&digest);
        if let Err(error) = fs::rename(from, &target) {
            self.unread_at(name, Reason::Damaged, format!("it cannot be kept: {error}"));
            return;
        }
        let found = File::open(&target)
            .ok()
            .and_then(|mut file| detect::detect(&mut file, name).ok());
        let (media_type, contradictions) = found.map_or_else(
            || ("application/octet-stream".to_owned(), Vec::new()),
            |found| (found.media_type, found.contradictions),
        );
        self.account.parts.push(Part {
            name: shortened(name),
            media_type,
            sha256: digest,
            bytes: size,
            depth: self.settings.depth.saturating_add(1),
            marks: marks.into_iter().chain(contradictions).collect(),
        });
    }

    /// How many bytes of text may still be added.
    pub fn room_for_text(&self) -> u64 {
        self.text_left
    }

    /// How many bytes of parts may still be added.
    pub fn room(&self) -> u64 {
        self.bytes_left
    }

    fn too_much(&mut self) {
        if !self.told_too_much {
            self.told_too_much = true;
            let words = format!(
                "the text was cut: {} bytes are allowed",
                self.limits.text_bytes
            );
            self.unread(Reason::TooMuch, words);
        }
    }

    fn too_many(&mut self, what: &str) {
        if !self.told_too_many {
            self.told_too_many = true;
            let words = format!("it has more than the {} {what} allowed", self.limits.parts);
            self.unread(Reason::TooMany, words);
        }
    }

    /// Guesses the language, orders what was told and gives the account away.
    pub fn finish(mut self) -> Account {
        let sample: String = self
            .account
            .pages
            .iter()
            .flat_map(|page| page.text.chars())
            .take(ENOUGH_LETTERS)
            .collect();
        if let Some(guess) = whatlang::detect(&sample) {
            self.library(libraries::WHATLANG);
            self.account.language = Some(Language {
                code: guess.lang().code().to_owned(),
                confidence: guess.confidence(),
            });
        }
        for list in [
            &mut self.account.dates,
            &mut self.account.authors,
            &mut self.account.metadata,
        ] {
            list.sort();
        }
        let nothing = self.account.pages.is_empty()
            && self.account.parts.is_empty()
            && self.account.unread.is_empty();
        if nothing {
            self.unread(Reason::Empty, "nothing was found in it");
        }
        let blank = |page: &Page| page.text.trim().is_empty();
        if self.account.media_type == "application/pdf"
            && !self.account.pages.is_empty()
            && self.account.pages.iter().all(blank)
            && self.account.parts.is_empty()
            && self.account.unread.is_empty()
        {
            self.unread(Reason::Empty, "no text stands on its pages");
        }
        self.account
    }
}

enum Copied {
    Whole { digest: String, size: u64 },
    TooLong,
}

fn copied(from: &mut dyn Read, to: &Path, most: u64) -> io::Result<Copied> {
    let mut file = File::create(to)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 64 << 10];
    let mut size = 0_u64;
    loop {
        let count = match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        size = size.saturating_add(as_u64(count));
        if size > most {
            return Ok(Copied::TooLong);
        }
        let bytes = buffer.get(..count).unwrap_or_default();
        hash.update(bytes);
        file.write_all(bytes)?;
    }
    let digest = hash.finalize();
    let digest = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Copied::Whole { digest, size })
}

/// Makes a name fit to be told; letters that cannot be shown stand as one that says so.
fn shortened(name: &str) -> String {
    name.chars()
        .take(LONGEST_VALUE)
        .map(|letter| {
            if letter.is_control() {
                '\u{fffd}'
            } else {
                letter
            }
        })
        .collect()
}

/// Takes out letters that no text has, and takes apart those that were set as one (`fi`), as they are looked for.
pub fn cleaned(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\t' => clean.push(letter),
            '\u{fb00}' => clean.push_str("ff"),
            '\u{fb01}' => clean.push_str("fi"),
            '\u{fb02}' => clean.push_str("fl"),
            '\u{fb03}' => clean.push_str("ffi"),
            '\u{fb04}' => clean.push_str("ffl"),
            '\u{fb05}' | '\u{fb06}' => clean.push_str("st"),
            letter if letter.is_control() => {}
            letter => clean.push(letter),
        }
    }
    clean
}

/// Counts bytes.
pub fn as_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
