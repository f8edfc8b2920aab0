//! What the reader is told on its standard input, and where it leaves its answer.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::settings::{Limits, Settings};

/// The file in the reader's working folder that holds the account.
pub const ACCOUNT_FILE: &str = "account.json";
/// A longer account is not taken: whoever reads it holds it in memory twice.
pub const LONGEST_ACCOUNT: u64 = 160 << 20;
/// The folder in the reader's working folder that holds the parts by hash.
pub const PARTS_FOLDER: &str = "parts";

/// One file to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// Where it lies.
    pub file: PathBuf,
    /// The name it was given.
    pub name: String,
    /// What is asked.
    pub settings: Settings,
    /// What may be used.
    pub limits: Limits,
    /// The page to draw; the file is then drawn and not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawing: Option<Drawing>,
}

/// A page as a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drawing {
    /// Which page, from 1.
    pub page: u32,
    /// Points of the picture from left to right.
    pub width: u32,
}
