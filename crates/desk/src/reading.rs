//! How far the reading of a case's documents has come, what became of each file, and having some of them read again.

use domain::authority::Actor;
use domain::id::CaseId;
use domain::policy::Act;
use store::{Again, ReadingCounts, ReadingLine, ReadingWay};

use crate::act::Touched;
use crate::door::Knock;
use crate::{Desk, DeskError};

/// Files listed at a time.
pub const LINES: usize = 200;

/// What became of the files of a case.
#[derive(Debug, Clone)]
pub struct ReadingPage {
    /// How many wait, were read, were read in part, were set aside.
    pub counts: ReadingCounts,
    /// Seconds that the waiting ones will take at the pace of the last ten minutes; nothing where none was read in them.
    pub seconds_left: Option<u64>,
    /// How the case has its documents read.
    pub way: ReadingWay,
    /// The files, in the order of filing.
    pub lines: Vec<ReadingLine>,
}

impl Desk {
    /// Tells what became of each file of a case; `state` is empty for all, else `waiting`, `read`, `partly` or `set_aside`.
    ///
    /// # Errors
    /// Malformed when the state is none of these.
    pub fn readings(
        &self,
        actor: &Actor,
        case: CaseId,
        state: &str,
        offset: u64,
    ) -> Result<ReadingPage, DeskError> {
        if !["", "waiting", "read", "partly", "set_aside"].contains(&state) {
            let reason = "is none of `waiting`, `read`, `partly` and `set_aside`";
            return Err(DeskError::malformed("state", reason));
        }
        self.read(
            &Knock::inside(actor, Act::ReadEvidence, case),
            |view, permit| {
                let counts = view.reading_counts(permit)?;
                let page = ReadingPage {
                    seconds_left: left(&counts),
                    way: view.reading_way(permit)?,
                    lines: view.reading_lines(permit, state, offset, LINES)?,
                    counts,
                };
                Ok(Touched::new(page, [format!("case:{case}")]))
            },
        )
    }

    /// Has items read again; gives how many.
    pub fn read_again(&self, actor: &Actor, case: CaseId, what: &Again) -> Result<u64, DeskError> {
        self.change(
            &Knock::inside(actor, Act::RunReading, case),
            |tx, permit| {
                if let Again::Item(item) = what
                    && tx.evidence_item(permit, *item)?.is_none()
                {
                    return Err(DeskError::not_of_case("item", "evidence", item));
                }
                let many = tx.read_again(permit, what)?;
                let touched = match what {
                    Again::Item(item) => format!("evidence:{item}"),
                    _ => format!("case:{case}"),
                };
                Ok(Touched::new(many, [touched]))
            },
        )
    }

    /// Sets how a case has its documents read from now on. What was read before stays until it is read again.
    ///
    /// # Errors
    /// Malformed when a language is no name that tesseract could have.
    pub fn set_reading_way(
        &self,
        actor: &Actor,
        case: CaseId,
        way: &ReadingWay,
    ) -> Result<(), DeskError> {
        let is_name = |word: &String| {
            let signs = word
                .chars()
                .all(|sign| sign.is_ascii_alphanumeric() || sign == '_');
            (2..=20).contains(&word.len()) && signs
        };
        if way.languages.is_empty()
            || way.languages.len() > 10
            || !way.languages.iter().all(is_name)
        {
            let reason = "name one to ten languages as tesseract does: `eng deu rus`";
            return Err(DeskError::malformed("languages", reason));
        }
        self.change(
            &Knock::inside(actor, Act::RunReading, case),
            |tx, permit| {
                tx.keep_reading_way(permit, way)?;
                Ok(Touched::new((), [format!("case:{case}")]))
            },
        )
    }
}

fn left(counts: &ReadingCounts) -> Option<u64> {
    let (many, micros) = counts.lately;
    if counts.waiting == 0 {
        return Some(0);
    }
    (many > 1).then(|| counts.waiting * micros / (many - 1) / 1_000_000)
}

/// The word for what became of a file: `waiting`, `read`, `partly` or `set_aside`.
pub fn state(line: &ReadingLine) -> &'static str {
    match &line.reading {
        None => "waiting",
        Some(reading) if reading.again && reading.tries >= store::MOST_TRIES => "set_aside",
        Some(reading) if reading.again => "waiting",
        Some(reading) if reading.partly => "partly",
        Some(_) => "read",
    }
}

/// What of a file could not be read and why, with the file inside where it is one.
pub fn unread(line: &ReadingLine) -> Vec<String> {
    let Some(reading) = &line.reading else {
        return Vec::new();
    };
    let accounts: Vec<::documents::Account> =
        serde_json::from_str(&reading.accounts).unwrap_or_default();
    if accounts.is_empty() {
        return vec!["its bytes are not there".to_owned()];
    }
    let mut told = Vec::new();
    for (at, account) in accounts.iter().enumerate() {
        for one in &account.unread {
            let place = one.place.as_deref().unwrap_or_default();
            let inside = if at > 0 {
                account.original.name.as_str()
            } else {
                ""
            };
            let before: Vec<&str> = [inside, place]
                .into_iter()
                .filter(|text| !text.is_empty())
                .collect();
            told.push(match before.is_empty() {
                true => one.words.clone(),
                false => format!("{}: {}", before.join(", "), one.words),
            });
        }
    }
    told
}
