//! Passages of documents that tell a special category: tagged by a member, sealed, and blanks in the text from then on.
//!
//! The words are taken out where the text lies, so that whatever reads it (search, mentions, tables, the viewer, citations)
//! reads blanks of the same length; the page is drawn no more. A text that is read anew is blanked before it is kept: where
//! the words are not found again, the page on which they stood is left out as a whole. The bytes of the item are evidence
//! and stay as they were filed.

use domain::authority::Actor;
use domain::id::{CaseId, SpecialId};
use domain::passage::{self, Passage, Place, Standing};
use domain::policy::Act;
use store::{PageText, SpecialPassage};

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::passage::NewPassage;
use crate::text_question::second_spelling;
use crate::{Desk, DeskError};

/// Mapped tables that are looked at.
const TABLES: usize = 200;

impl Desk {
    /// Sets a passage aside that tells a special category, for a stated reason.
    ///
    /// # Errors
    /// Malformed when there is no such span on the page; a conflict where an accepted mention or a mapped table says what
    /// stands there: that is taken back first.
    pub fn set_passage_aside(
        &self,
        actor: &Actor,
        case: CaseId,
        new: &NewPassage,
        reason: &str,
    ) -> Result<SpecialId, DeskError> {
        let reason = required("reason", reason)?;
        let id = SpecialId::fresh(self.now(), self.randomness());
        let knock = Knock::inside(actor, Act::SetAside, case).asking(&reason);
        self.change(&knock, |tx, permit| {
            let found = self.passage_at(tx, permit, new)?;
            if found.quote.contains(passage::BLANK) {
                return Err(DeskError::Conflict(
                    "part of it is set aside already".into(),
                ));
            }
            let place = found.place;
            let page = tx
                .page_of(permit, new.item, &new.part, place.page)?
                .ok_or(DeskError::NotFound("page with text"))?;
            if tx.says_accepted(new.item, &new.part, place)? {
                return Err(DeskError::Conflict(
                    "an accepted mention says what stands here; take it back first".into(),
                ));
            }
            let mapped = tx.mapped_tables(permit, TABLES)?.into_iter().any(|line| {
                line.ended.is_none()
                    && line.table.evidence == new.item
                    && line.table.part == new.part
                    && line.table.page == place.page
            });
            if mapped {
                return Err(DeskError::Conflict(
                    "a table of this page is mapped; take it back first".into(),
                ));
            }
            let keys = self.store().keys();
            let sealed = keys.seal(id.bytes(), found.quote.as_bytes(), self.randomness())?;
            tx.add_special_passage(
                permit,
                &SpecialPassage {
                    id,
                    evidence: new.item,
                    part: new.part.clone(),
                    place,
                    sealed,
                    by: permit.user(),
                    at: permit.at(),
                },
            )?;
            tx.blank_span(permit, new.item, &new.part, place)?;
            tx.replace_page(permit, new.item, &blanked(&page, place))?;
            let objects = [
                format!("special:{id}"),
                format!("evidence:{}", new.item),
                format!("page:{}", place.page),
            ];
            Ok(Touched::new(id, objects))
        })
    }

    /// Takes what is set aside out of pages that were read anew.
    pub(crate) fn blank_pages(
        &self,
        pages: &mut Vec<PageText>,
        aside: &[SpecialPassage],
    ) -> Result<(), DeskError> {
        for one in aside {
            let words = self.unsealed(one.id, &one.sealed)?;
            let place = {
                let of_part = pages.iter().filter(|page| page.part == one.part);
                let texts: Vec<(u64, &str)> = of_part
                    .map(|page| (page.number, page.body.as_str()))
                    .collect();
                match passage::standing(&wanted(one, words), &texts) {
                    Standing::Stands => Some(one.place),
                    Standing::Moved(place) => Some(place),
                    Standing::Gone => None,
                }
            };
            let number = place.map_or(one.place.page, |place| place.page);
            let at = pages
                .iter()
                .position(|page| page.part == one.part && page.number == number);
            match (at, place) {
                (Some(at), Some(place)) => {
                    if let Some(page) = pages.get_mut(at) {
                        *page = blanked(page, place);
                    }
                }
                (Some(at), None) => {
                    pages.remove(at);
                }
                (None, _) => {}
            }
        }
        Ok(())
    }
}

/// A page with blanks in a place of it. Where its words stand is forgotten: it is not drawn any more.
fn blanked(page: &PageText, place: Place) -> PageText {
    let body = passage::blanked(&page.body, place);
    PageText {
        folded: second_spelling(&body),
        body,
        boxes: String::new(),
        part: page.part.clone(),
        number: page.number,
    }
}

/// What is looked for in a text that was read anew.
fn wanted(one: &SpecialPassage, quote: String) -> Passage {
    Passage {
        id: domain::id::PassageId::from_bytes(*one.id.bytes()),
        case: CaseId::from_bytes([0; 16]),
        evidence: one.evidence,
        part: one.part.clone(),
        sha256: String::new(),
        place: one.place,
        quote,
        before: String::new(),
        after: String::new(),
        by: one.by,
        at: one.at,
    }
}
