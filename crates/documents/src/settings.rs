//! What a reading is asked to do, and what it may use.

use serde::{Deserialize, Serialize};

/// Whether pictures of text are recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ocr {
    /// Never; a picture is then told as unread.
    Off,
    /// For pictures, and for pages that have no text of their own.
    #[default]
    WhenNeeded,
}

/// What a reading is asked to do; part of its recipe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Whether pictures of text are recognised.
    pub ocr: Ocr,
    /// Languages of the pictures' text, as tesseract names them.
    pub languages: Vec<String>,
    /// Whether the words of each page are told with their boxes where they are known.
    pub words: bool,
    /// How deep the file lies in others: 0 for one that came by itself.
    pub depth: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            ocr: Ocr::WhenNeeded,
            languages: vec!["eng".to_owned()],
            words: false,
            depth: 0,
        }
    }
}

impl Settings {
    /// Gives the same settings for a part that lies at `depth`.
    #[must_use]
    pub fn at_depth(&self, depth: u32) -> Self {
        Self {
            depth,
            ..self.clone()
        }
    }
}

/// What a reading may use; part of its recipe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Address space of each process, in bytes.
    pub memory_bytes: u64,
    /// Processor time of each process.
    pub cpu_seconds: u64,
    /// Time by the clock, for the whole group of processes.
    pub wall_seconds: u64,
    /// Bytes of all parts together.
    pub output_bytes: u64,
    /// Bytes of all text together.
    pub text_bytes: u64,
    /// Parts of one file, and pages of one file.
    pub parts: u64,
    /// How many files may lie one in another: a part deeper than this is not taken out.
    pub depth: u32,
    /// How many times its size something packed may grow.
    pub ratio: u64,
    /// Points of a picture that is recognised.
    pub pixels: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory_bytes: 2 << 30,
            cpu_seconds: 120,
            wall_seconds: 240,
            output_bytes: 256 << 20,
            text_bytes: 64 << 20,
            parts: 10_000,
            depth: 8,
            ratio: 200,
            pixels: 100_000_000,
        }
    }
}
