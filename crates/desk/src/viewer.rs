//! A page of a document as it looks: its picture, drawn by the confined reader when somebody looks, its words with their
//! places, and what is marked on it.
//!
//! Pictures are derived: the same bytes, page, width and programs give the same picture. A few are kept in memory so that
//! turning back costs nothing; none is written to disk, and those of an erased item go with it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use documents::{Account, Drawing, Limits};
use domain::authority::Actor;
use domain::case::{Evidence, Note};
use domain::id::{CaseId, EvidenceId, MentionId, PassageId};
use domain::passage::{Passage, Standing};
use domain::policy::{Act, Permit};
use store::{DocumentIn, DocumentMark, MentionLine, PageText, Reading, View};

use crate::act::Touched;
use crate::boxes::{Boxes, Rect};
use crate::door::Knock;
use crate::laid_table::LaidTable;
use crate::own_tables::tables_of;
use crate::passage::stands;
use crate::table::{ROWS, Table, is_sheet};
use crate::text_search::hits_on;
use crate::{Desk, DeskError};

/// Widths in which pages are drawn: for the strip of small ones, for reading, and for looking closely.
pub const WIDTHS: [u32; 3] = [160, 1_000, 2_000];

/// Bytes of pictures kept in memory.
const MOST_KEPT: usize = 48 << 20;

/// Pages of a file that are offered as small pictures around the one that is shown.
const AROUND: u64 = 12;

/// Which page is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LookAt {
    /// A page of the item or of a file in it.
    Page {
        /// The file inside; empty for the item itself.
        part: String,
        /// The page, from 1.
        number: u64,
    },
    /// Where a passage stands today, or stood.
    Passage(PassageId),
    /// Where a mention was found.
    Mention(MentionId),
    /// A row of a table.
    Row {
        /// The file inside; empty for the item itself.
        part: String,
        /// The page, from 1.
        number: u64,
        /// Which of its tables, from 1.
        position: u64,
        /// The row, as the table counts them.
        row: u64,
    },
}

/// What a mark on a page is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MarkOf {
    /// Words that were looked for.
    Found,
    /// A passage that was marked, and whether it is the one that was asked for.
    Passage(PassageId, bool),
    /// A mention: its id, what it is, whether a person accepted it, and whether it is the one that was asked for.
    Mention(MentionId, String, bool, bool),
    /// A row of a table that was asked for.
    Row(u64),
}

/// A table of a page, told shortly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableLine {
    /// Which of the page's tables, from 1.
    pub position: u64,
    /// What it is called; empty where that is unknown.
    pub title: String,
    /// Its heads.
    pub heads: Vec<String>,
    /// How many rows it has below them.
    pub rows: u64,
}

/// A mark on a page.
#[derive(Debug, Clone, PartialEq)]
pub struct PageMark {
    /// What it is of.
    pub of: MarkOf,
    /// Characters of the page's text before it.
    pub from: usize,
    /// How many characters it has.
    pub length: usize,
    /// Where it stands on the picture; empty where that is unknown.
    pub rects: Vec<Rect>,
}

/// A page as it is looked at.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// The item.
    pub item: Evidence,
    /// What became of it; nothing while it waits to be read.
    pub reading: Option<Reading>,
    /// The files of the item, itself first.
    pub files: Vec<DocumentIn>,
    /// What the file that is shown tells of itself; nothing while it waits.
    pub account: Option<Account>,
    /// The file that is shown; empty for the item itself.
    pub part: String,
    /// The page that is shown.
    pub number: u64,
    /// Pages of the file.
    pub pages: u64,
    /// Whether its pages can be drawn.
    pub drawn: bool,
    /// The text of the page; nothing where it has none.
    pub text: Option<PageText>,
    /// The first table on it, where the file is a sheet.
    pub table: Option<Table>,
    /// All tables of the page.
    pub tables: Vec<TableLine>,
    /// Its words with their places.
    pub boxes: Boxes,
    /// What is marked on it, the one that was asked for first.
    pub marks: Vec<PageMark>,
    /// What has become of the passage that was asked for.
    pub standing: Option<Standing>,
    /// Passages on the page.
    pub passages: Vec<Passage>,
    /// Mentions on the page.
    pub mentions: Vec<MentionLine>,
    /// Tags of the item, and by whom it was read.
    pub doc_marks: Vec<DocumentMark>,
    /// Notes that cite the item.
    pub notes: Vec<Note>,
    /// Other messages of its thread, the oldest first.
    pub thread: Vec<DocumentIn>,
}

impl Sheet {
    /// Pages around the one that is shown.
    #[must_use]
    pub fn around(&self) -> std::ops::RangeInclusive<u64> {
        let first = self.number.saturating_sub(AROUND / 2).max(1);
        let last = (first + AROUND - 1).min(self.pages);
        last.saturating_sub(AROUND - 1).max(1).min(first)..=last
    }
}

/// Pictures kept in memory, the latest last.
#[derive(Debug, Default)]
pub(crate) struct Pictures {
    kept: VecDeque<(Key, Arc<Vec<u8>>)>,
    bytes: usize,
}

/// The item's bytes, the file in it, the page, and how wide it is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    item: String,
    file: String,
    page: u64,
    width: u32,
}

impl Pictures {
    fn get(&self, key: &Key) -> Option<Arc<Vec<u8>>> {
        let found = self.kept.iter().find(|(known, _)| known == key);
        found.map(|(_, picture)| Arc::clone(picture))
    }

    fn keep(&mut self, key: Key, picture: &Arc<Vec<u8>>) {
        self.bytes += picture.len();
        self.kept.push_back((key, Arc::clone(picture)));
        while self.bytes > MOST_KEPT
            && let Some((_, oldest)) = self.kept.pop_front()
        {
            self.bytes = self.bytes.saturating_sub(oldest.len());
        }
    }

    fn forget(&mut self, item: &str) {
        self.kept.retain(|(key, _)| key.item != item);
        self.bytes = self.kept.iter().map(|(_, picture)| picture.len()).sum();
    }
}

/// The pictures, and the one place at which a page is drawn.
#[derive(Debug, Default)]
pub(crate) struct Studio {
    pictures: Mutex<Pictures>,
    drawing: Mutex<()>,
}

impl Studio {
    /// Forgets the pictures of an item.
    pub(crate) fn forget(&self, sha256: &str) {
        if let Ok(mut pictures) = self.pictures.lock() {
            pictures.forget(sha256);
        }
    }
}

impl Desk {
    /// Shows a page of an item with what is marked on it; `words` are those that were looked for.
    ///
    /// # Errors
    /// Not found where there is no such file, passage or mention; a page beyond the last is the last.
    pub fn sheet(
        &self,
        actor: &Actor,
        case: CaseId,
        item: EvidenceId,
        at: &LookAt,
        words: &str,
    ) -> Result<Sheet, DeskError> {
        let knock = Knock::inside(actor, Act::ReadEvidence, case);
        self.read(&knock, |view, permit| {
            let sheet = sheet(view, permit, item, at, words)?;
            Ok(Touched::new(sheet, [format!("evidence:{item}")]))
        })
    }

    /// Draws a page of an item, or of a file in it, as PNG.
    ///
    /// # Errors
    /// Malformed for a width that is not drawn; a conflict, in words, where it cannot be drawn or was erased.
    pub fn page_picture(
        &self,
        actor: &Actor,
        case: CaseId,
        item: EvidenceId,
        (part, number): (&str, u64),
        width: u32,
    ) -> Result<Arc<Vec<u8>>, DeskError> {
        if !WIDTHS.contains(&width) {
            let reason = "is none of 160, 1000 and 2000";
            return Err(DeskError::malformed("width", reason));
        }
        let knock = Knock::inside(actor, Act::ReadEvidence, case);
        let (evidence, file) = self.read(&knock, |view, permit| {
            let found = view
                .evidence_item(permit, item)?
                .ok_or(DeskError::NotFound("item of evidence"))?;
            if view.evidence_erasure(permit, item)?.is_some() {
                return Err(DeskError::Conflict("the item was erased".into()));
            }
            let aside = view.special_passages(permit, Some(item))?;
            if aside
                .iter()
                .any(|one| one.part == part && one.place.page == number)
            {
                return Err(DeskError::Conflict(
                    "a passage of this page is set aside, so the page is not drawn; its text can be read without it".into(),
                ));
            }
            let file = match part {
                "" => found.sha256.clone(),
                part => {
                    let row = view.document(permit, item, part)?;
                    row.ok_or(DeskError::NotFound("file in this item"))?
                        .document
                        .sha256
                }
            };
            let touched = [
                format!("evidence:{item}"),
                format!("sha256:{file}"),
                format!("page:{number}"),
            ];
            Ok(Touched::new((found, file), touched))
        })?;
        let key = Key {
            item: evidence.sha256.clone(),
            file,
            page: number,
            width,
        };
        self.picture(&evidence, key)
    }

    fn picture(&self, item: &Evidence, key: Key) -> Result<Arc<Vec<u8>>, DeskError> {
        let failed = |what: &str| DeskError::Internal(format!("{what} failed before"));
        let kept = |studio: &Studio| {
            let pictures = studio.pictures.lock().map_err(|_| failed("the pictures"))?;
            Ok::<_, DeskError>(pictures.get(&key))
        };
        let studio = &self.inner.studio;
        if let Some(found) = kept(studio)? {
            return Ok(found);
        }
        // One at a time: a page takes both the machine's memory and its processor.
        let _one = studio.drawing.lock().map_err(|_| failed("drawing"))?;
        if let Some(found) = kept(studio)? {
            return Ok(found);
        }
        let picture = Arc::new(self.drawn(item, &key)?);
        let mut pictures = studio.pictures.lock().map_err(|_| failed("the pictures"))?;
        pictures.keep(key, &picture);
        Ok(picture)
    }

    fn drawn(&self, item: &Evidence, key: &Key) -> Result<Vec<u8>, DeskError> {
        let programs = self.inner.programs.get();
        let reader = programs.and_then(|programs| programs.reader.as_deref());
        let reader = reader.ok_or_else(|| {
            DeskError::Conflict("the program that draws pages is not installed here".into())
        })?;
        let gone = || DeskError::Conflict("its bytes are not there".into());
        let failed = |error: &dyn std::fmt::Display| DeskError::Unavailable(error.to_string());
        let blob = self.store().blob_path(&item.sha256).ok_or_else(gone)?;
        let scratch = tempfile::tempdir().map_err(|error| failed(&error))?;
        let limits = Limits {
            cpu_seconds: 20,
            wall_seconds: 40,
            ..Limits::default()
        };
        let file = match key.file == item.sha256 {
            true => blob,
            false => documents::part_of(
                reader,
                &blob,
                &item.name,
                &key.file,
                &limits,
                scratch.path(),
            )
            .map_err(|error| failed(&error))?
            .ok_or_else(gone)?,
        };
        let drawing = Drawing {
            page: u32::try_from(key.page).unwrap_or(u32::MAX),
            width: key.width,
        };
        documents::draw(reader, &file, &item.name, drawing, &limits, scratch.path())
            .map_err(|error| failed(&error))?
            .map_err(DeskError::Conflict)
    }
}

fn sheet(
    view: &View<'_>,
    permit: &Permit,
    item: EvidenceId,
    at: &LookAt,
    words: &str,
) -> Result<Sheet, DeskError> {
    let found = view
        .evidence_item(permit, item)?
        .ok_or(DeskError::NotFound("item of evidence"))?;
    let mut passages = Vec::new();
    for passage in view.passages_of(permit, item)? {
        let standing = stands(view, permit, &passage)?;
        passages.push((passage, standing));
    }
    let place = place(view, permit, item, at, &passages)?;
    let files = view.documents_of(permit, item)?;
    let shown = files
        .iter()
        .position(|file| file.document.part == place.part);
    if shown.is_none() && !place.part.is_empty() {
        return Err(DeskError::NotFound("file in this item"));
    }
    let reading = view.reading(permit, item)?;
    let mut accounts: Vec<Account> = match &reading {
        Some(reading) => serde_json::from_str(&reading.accounts)
            .map_err(|error| DeskError::Internal(error.to_string()))?,
        None => Vec::new(),
    };
    let row = shown.and_then(|at| files.get(at));
    let pages = row.map_or(1, |row| row.document.pages.max(1));
    let number = place.number.clamp(1, pages);
    let kind = row.map_or(found.media_type.as_str(), |row| &row.document.media_type);
    let text = view.page_of(permit, item, &place.part, number)?;
    let boxes = match &text {
        Some(text) => Boxes::read(
            &view.page_boxes(permit, item, &place.part, number)?,
            &text.body,
        ),
        None => Boxes::default(),
    };
    let mentions = view.mentions_on(permit, item, &place.part, number)?;
    let marks = text.as_ref().map_or_else(Vec::new, |text| {
        marks(text, &boxes, &passages, &mentions, at, words)
    });
    let name = match place.part.as_str() {
        "" => found.name.as_str(),
        part => part,
    };
    let mut all = text
        .as_ref()
        .map_or_else(Vec::new, |text| tables_of(name, kind, &text.body, &boxes));
    let lines = (1..).zip(&all).map(|(position, one)| TableLine {
        position,
        title: one.table.title.clone(),
        heads: one.table.names(),
        rows: one.table.rows.len() as u64,
    });
    let lines = lines.collect();
    let mut marks = marks;
    let table = match at {
        LookAt::Row { position, row, .. } => {
            let place = usize::try_from(*position).unwrap_or(usize::MAX);
            let place = place.checked_sub(1).filter(|place| *place < all.len());
            let found = place.map(|place| all.swap_remove(place));
            found.map(|found| {
                marks.splice(0..0, row_mark(&found, *row));
                found.table.around(*row, ROWS)
            })
        }
        _ if is_sheet(name, kind) && !all.is_empty() => Some(all.swap_remove(0).table.cut(ROWS)),
        _ => None,
    };
    let thread = match row {
        Some(row) if !row.document.subject.is_empty() => {
            let all = view.messages_about(permit, &row.document.subject)?;
            let others = all
                .into_iter()
                .filter(|one| one.evidence != item || one.document.part != place.part);
            others.collect()
        }
        _ => Vec::new(),
    };
    let mut notes: Vec<Note> = Vec::new();
    for cited in view.passages_relied_on(permit, item)? {
        if notes.iter().all(|note| note.id != cited.note) {
            notes.extend(view.note(permit, cited.note)?.map(|(note, _)| note));
        }
    }
    Ok(Sheet {
        drawn: can_be_drawn(kind),
        table,
        tables: lines,
        account: shown
            .filter(|at| *at < accounts.len())
            .map(|at| accounts.swap_remove(at)),
        standing: match at {
            LookAt::Passage(id) => passages
                .iter()
                .find(|(one, _)| one.id == *id)
                .map(|(_, standing)| *standing),
            _ => None,
        },
        passages: passages
            .into_iter()
            .map(|(passage, _)| passage)
            .filter(|one| one.part == place.part && one.place.page == number)
            .collect(),
        doc_marks: view.document_marks(permit, Some(item))?,
        item: found,
        reading,
        part: place.part,
        number,
        pages,
        text,
        boxes,
        marks,
        mentions,
        notes,
        thread,
        files,
    })
}

/// Whether the reader makes pictures of the pages of such files.
#[must_use]
pub fn can_be_drawn(media_type: &str) -> bool {
    media_type == "application/pdf"
        || matches!(
            media_type,
            "image/png" | "image/jpeg" | "image/tiff" | "image/gif" | "image/bmp" | "image/webp"
        )
}

/// A page of a file.
struct OnPage {
    part: String,
    number: u64,
}

fn place(
    view: &View<'_>,
    permit: &Permit,
    item: EvidenceId,
    at: &LookAt,
    passages: &[(Passage, Standing)],
) -> Result<OnPage, DeskError> {
    Ok(match at {
        LookAt::Page { part, number } | LookAt::Row { part, number, .. } => OnPage {
            part: part.clone(),
            number: *number,
        },
        LookAt::Passage(id) => {
            let (passage, standing) = passages
                .iter()
                .find(|(passage, _)| passage.id == *id)
                .ok_or(DeskError::NotFound("passage"))?;
            OnPage {
                part: passage.part.clone(),
                number: match standing {
                    Standing::Moved(place) => place.page,
                    Standing::Stands | Standing::Gone => passage.place.page,
                },
            }
        }
        LookAt::Mention(id) => {
            let line = view
                .mention(permit, *id)?
                .filter(|line| line.mention.evidence == item)
                .ok_or(DeskError::NotFound("mention"))?;
            OnPage {
                part: line.mention.part,
                number: line.mention.place.page,
            }
        }
    })
}

/// The mark of a row on a page that is drawn.
fn row_mark(found: &LaidTable, row: u64) -> Option<PageMark> {
    let at = match found.table.numbers.iter().position(|number| *number == row) {
        Some(at) => at + 1,
        None => 0,
    };
    Some(PageMark {
        of: MarkOf::Row(row),
        from: 0,
        length: 0,
        rects: vec![*found.rects.get(at)?],
    })
}

/// All marks of a page: what was asked for, then passages, words that were looked for, mentions.
fn marks(
    text: &PageText,
    boxes: &Boxes,
    passages: &[(Passage, Standing)],
    mentions: &[MentionLine],
    at: &LookAt,
    words: &str,
) -> Vec<PageMark> {
    let mark = |of: MarkOf, from: usize, length: usize| PageMark {
        of,
        from,
        length,
        rects: boxes.of_span(&text.body, from, length),
    };
    let mut marks = Vec::new();
    for (passage, standing) in passages {
        let place = match standing {
            Standing::Stands => passage.place,
            Standing::Moved(place) => *place,
            Standing::Gone => continue,
        };
        if passage.part == text.part && place.page == text.number {
            let shown = *at == LookAt::Passage(passage.id);
            let of = MarkOf::Passage(passage.id, shown);
            marks.push(mark(of, place.from, place.length));
        }
    }
    for (from, length) in hits_on(words, &text.body) {
        marks.push(mark(MarkOf::Found, from, length));
    }
    for line in mentions {
        let one = &line.mention;
        if line.judged.as_ref().is_some_and(|judged| !judged.accepted) {
            continue;
        }
        let shown = *at == LookAt::Mention(one.id);
        let of = MarkOf::Mention(one.id, one.kind.clone(), line.judged.is_some(), shown);
        marks.push(mark(of, one.place.from, one.place.length));
    }
    marks.sort_by_key(|mark| {
        !matches!(
            mark.of,
            MarkOf::Passage(_, true) | MarkOf::Mention(_, _, _, true)
        )
    });
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(item: &str, page: u64) -> Key {
        Key {
            item: item.into(),
            file: item.into(),
            page,
            width: 160,
        }
    }

    #[test]
    fn pictures_are_kept_up_to_a_measure_and_go_with_their_item() {
        let mut pictures = Pictures::default();
        for page in 0..20 {
            pictures.keep(key("a", page), &Arc::new(vec![0; 4 << 20]));
        }
        pictures.keep(key("b", 1), &Arc::new(vec![0; 1]));
        assert!(pictures.bytes <= MOST_KEPT);
        assert!(pictures.get(&key("a", 0)).is_none());
        assert!(pictures.get(&key("a", 19)).is_some());
        pictures.forget("a");
        assert!(pictures.get(&key("a", 19)).is_none());
        assert!(pictures.get(&key("b", 1)).is_some());
        assert_eq!(pictures.bytes, 1);
    }
}
