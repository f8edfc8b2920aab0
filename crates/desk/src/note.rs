//! Notes and findings, and the statements they cite: each citation is a reliance.

use domain::authority::Actor;
use domain::case::{Note, NoteKind, citations};
use domain::id::{CaseId, NoteId, RecordId, RelianceId, StatementId};
use domain::identity::Identities;
use domain::policy::{Act, Permit};
use domain::statement::{Sequence, Statement};
use domain::watch::Reliance;
use store::View;

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::{Desk, DeskError};

/// A note as it is written.
#[derive(Debug, Clone)]
pub struct NewNote {
    /// Note, finding of fact, or assessment.
    pub kind: NoteKind,
    /// Title.
    pub title: String,
    /// Markdown with citations `[[statement id]]`.
    pub text: String,
    /// Further statements cited as a whole.
    pub cites: Vec<StatementId>,
    /// Records treated as one in this note. Each pair must have been judged the same by a person.
    pub as_one: Vec<RecordId>,
}

/// A note with what it rests on.
#[derive(Debug, Clone)]
pub struct NotePage {
    /// The note.
    pub note: Note,
    /// Its reliances with the statements as they stand now.
    pub rests_on: Vec<(Reliance, Option<Statement>)>,
}

impl Desk {
    /// Writes a note; its citations become reliances.
    ///
    /// # Errors
    /// Malformed when a citation is no statement that may be read in this case, or when a finding of fact cites nothing;
    /// a conflict when it treats records as one that only the machine has put together.
    pub fn write_note(
        &self,
        actor: &Actor,
        case: CaseId,
        new: &NewNote,
    ) -> Result<NoteId, DeskError> {
        let (title, text) = (required("title", &new.title)?, required("text", &new.text)?);
        let mut cites = citations(&text);
        cites.extend(
            new.cites
                .iter()
                .filter(|id| !citations(&text).contains(id))
                .copied(),
        );
        if new.kind == NoteKind::Fact && cites.is_empty() {
            return Err(DeskError::malformed(
                "cites",
                "a finding of fact rests on at least one statement",
            ));
        }
        let now = self.now();
        let id = NoteId::fresh(now, self.randomness());
        let note = Note {
            id,
            case,
            kind: new.kind,
            title,
            text,
            by: actor.user,
            at: now,
        };
        let as_one = new.as_one.clone();
        self.change(&Knock::inside(actor, Act::WriteNote, case), |tx, permit| {
            judged_one(tx, permit, &as_one)?;
            let mut reliances = Vec::with_capacity(cites.len());
            for statement in cites {
                reliances.push(self.reliance(tx, permit, &note, statement)?);
            }
            tx.add_note(&note, &reliances)?;
            let touched: Vec<String> = std::iter::once(format!("note:{id}"))
                .chain(
                    reliances
                        .iter()
                        .map(|reliance| format!("statement:{}", reliance.statement)),
                )
                .collect();
            Ok(Touched::new(id, touched))
        })
    }

    fn reliance(
        &self,
        view: &View<'_>,
        permit: &Permit,
        note: &Note,
        statement: StatementId,
    ) -> Result<Reliance, DeskError> {
        let cited = view.statement(permit, statement)?.ok_or_else(|| {
            DeskError::malformed(
                "cites",
                format!("`{statement}` is no statement of this case's data"),
            )
        })?;
        Ok(Reliance {
            id: RelianceId::fresh(note.at, self.randomness()),
            case: note.case,
            note: note.id,
            statement,
            record: cited.record,
            property: cited.property,
            since: note.at,
        })
    }

    /// Lists the notes of a case, newest first.
    pub fn notes(&self, actor: &Actor, case: CaseId) -> Result<Vec<Note>, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadCase, case),
            |view, permit| {
                let notes = view.notes(permit)?;
                let touched: Vec<String> = notes
                    .iter()
                    .map(|note| format!("note:{}", note.id))
                    .collect();
                Ok(Touched::new(notes, touched))
            },
        )
    }

    /// Reads a note with what it rests on.
    pub fn note(&self, actor: &Actor, case: CaseId, note: NoteId) -> Result<NotePage, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadCase, case),
            |view, permit| {
                let (found, reliances) = view
                    .note(permit, note)?
                    .ok_or(DeskError::NotFound("note"))?;
                let mut rests_on = Vec::with_capacity(reliances.len());
                for reliance in reliances {
                    let statement = view.statement(permit, reliance.statement)?;
                    rests_on.push((reliance, statement));
                }
                Ok(Touched::new(
                    NotePage {
                        note: found,
                        rests_on,
                    },
                    [format!("note:{note}")],
                ))
            },
        )
    }
}

/// Nothing in a case rests on a match that no person has judged.
fn judged_one(view: &View<'_>, permit: &Permit, records: &[RecordId]) -> Result<(), DeskError> {
    let judgements = view.judgements(permit, Sequence::NOW)?;
    let identities = Identities::closure(&judgements);
    let mut of = records.iter().map(|record| identities.of(*record));
    let first = of.next();
    if of.any(|identity| Some(identity) != first) {
        return Err(DeskError::Conflict(
            "the note treats records as one that no person has judged the same".into(),
        ));
    }
    Ok(())
}
