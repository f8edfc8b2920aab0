//! Passages of documents: marked on a page, cited by notes and findings, found again when the text was read anew.

use domain::authority::Actor;
use domain::id::{CaseId, EvidenceId, PassageId};
use domain::passage::{self, Passage, Place, Standing};
use domain::policy::{Act, Permit};
use store::{CitedPassage, View};

use crate::act::Touched;
use crate::door::Knock;
use crate::{Desk, DeskError};

/// A passage as it is marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPassage {
    /// The item.
    pub item: EvidenceId,
    /// The file inside; empty for the item itself.
    pub part: String,
    /// The page.
    pub page: u64,
    /// What of it.
    pub span: Chosen,
}

/// How the span of a passage was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chosen {
    /// Characters of the page's text: how many stand before, and how many it has.
    Signs(usize, usize),
    /// Lines of the page's text, from 1, both included.
    Lines(usize, usize),
}

/// A passage with what has become of it.
#[derive(Debug, Clone)]
pub struct PassageLine {
    /// The passage, its item and since when it is cited.
    pub cited: CitedPassage,
    /// Whether the words are still there.
    pub standing: Standing,
}

impl Desk {
    /// Marks a passage so that it can be cited.
    ///
    /// # Errors
    /// Malformed when there is no such span on the page.
    pub fn mark_passage(
        &self,
        actor: &Actor,
        case: CaseId,
        new: &NewPassage,
    ) -> Result<PassageId, DeskError> {
        self.change(
            &Knock::inside(actor, Act::MarkPassage, case),
            |tx, permit| {
                let passage = self.passage_at(tx, permit, new)?;
                let id = tx.add_passage(permit, &passage)?;
                let touched = [format!("passage:{id}"), format!("evidence:{}", new.item)];
                Ok(Touched::new(id, touched))
            },
        )
    }

    /// Cuts a passage out of the text as it is read today.
    pub(crate) fn passage_at(
        &self,
        view: &View<'_>,
        permit: &Permit,
        new: &NewPassage,
    ) -> Result<Passage, DeskError> {
        let case = permit.case().ok_or(DeskError::NotFound("case"))?;
        let item = view
            .evidence_item(permit, new.item)?
            .ok_or_else(|| DeskError::not_of_case("item", "evidence", new.item))?;
        let pages = view.pages_of_part(permit, new.item, &new.part)?;
        let page = pages
            .iter()
            .find(|page| page.number == new.page)
            .ok_or_else(|| DeskError::malformed("page", "there is no such page with text"))?;
        let span = match new.span {
            Chosen::Signs(from, length) => Some((from, length)),
            Chosen::Lines(first, last) => passage::lines(&page.body, first, last),
        };
        let (from, length) = span.ok_or_else(|| {
            DeskError::malformed("lines", "these are no lines of the page, or hold nothing")
        })?;
        let cut = passage::cut(&page.body, from, length).ok_or_else(|| {
            let reason = format!(
                "is no passage of the page: it holds words, ends before the page does and has at most {} characters",
                passage::LONGEST
            );
            DeskError::malformed("span", reason)
        })?;
        let sha256 = match view.document(permit, new.item, &new.part)? {
            Some(found) => found.document.sha256,
            None => item.sha256,
        };
        Ok(Passage {
            id: PassageId::fresh(permit.at(), self.randomness()),
            case,
            evidence: new.item,
            part: new.part.clone(),
            sha256,
            place: Place {
                page: new.page,
                from,
                length,
            },
            quote: cut.quote,
            before: cut.before,
            after: cut.after,
            by: permit.user(),
            at: permit.at(),
        })
    }

    /// Passages offered for citing.
    pub fn citable_passages(
        &self,
        actor: &Actor,
        case: CaseId,
        ids: &[PassageId],
    ) -> Result<Vec<Passage>, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadEvidence, case),
            |view, permit| {
                let mut found = Vec::new();
                for id in ids {
                    found.extend(view.passage(permit, *id)?);
                }
                let touched: Vec<String> = found
                    .iter()
                    .map(|passage| format!("passage:{}", passage.id))
                    .collect();
                Ok(Touched::new(found, touched))
            },
        )
    }

    /// The item in which a passage lies.
    pub fn passage(
        &self,
        actor: &Actor,
        case: CaseId,
        id: PassageId,
    ) -> Result<PassageLine, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadEvidence, case),
            |view, permit| {
                let passage = view
                    .passage(permit, id)?
                    .ok_or(DeskError::NotFound("passage"))?;
                let item = view.evidence_item(permit, passage.evidence)?;
                let line = PassageLine {
                    standing: stands(view, permit, &passage)?,
                    cited: CitedPassage {
                        note: domain::id::NoteId::from_bytes([0; 16]),
                        name: item.map(|item| item.name).unwrap_or_default(),
                        since: passage.at,
                        passage,
                    },
                };
                Ok(Touched::new(line, [format!("passage:{id}")]))
            },
        )
    }
}

/// What has become of a passage in the text as it is read today.
pub(crate) fn stands(
    view: &View<'_>,
    permit: &Permit,
    passage: &Passage,
) -> Result<Standing, DeskError> {
    let pages = view.pages_of_part(permit, passage.evidence, &passage.part)?;
    let pages: Vec<(u64, &str)> = pages
        .iter()
        .map(|page| (page.number, page.body.as_str()))
        .collect();
    Ok(passage::standing(passage, &pages))
}

/// The passages that a note cites, with what has become of each.
pub(crate) fn cited(
    view: &View<'_>,
    permit: &Permit,
    note: domain::id::NoteId,
) -> Result<Vec<PassageLine>, DeskError> {
    let mut lines = Vec::new();
    for cited in view.passages_cited(permit, note)? {
        lines.push(PassageLine {
            standing: stands(view, permit, &cited.passage)?,
            cited,
        });
    }
    Ok(lines)
}
