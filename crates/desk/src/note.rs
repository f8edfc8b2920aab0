//! Notes and findings, and the statements they cite: each citation is a reliance.

use domain::authority::{Actor, Purpose};
use domain::case::{Note, NoteKind, citations};
use domain::id::{CaseId, NoteId, PassageId, RecordId, RelianceId, StatementId};
use domain::identity::Identities;
use domain::policy::{Act, Permit};
use domain::statement::{Sequence, Statement};
use domain::watch::Reliance;
use store::View;

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::passage::{self, PassageLine};
use crate::purpose::purposes_of;
use crate::record::caption;
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
    /// Passages of documents cited as a whole; one in the text is written like a statement.
    pub passages: Vec<PassageId>,
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
    /// The passages of documents that it cites, with what has become of each.
    pub passages: Vec<PassageLine>,
    /// How the records are called that it cites, in the same order.
    pub about: Vec<String>,
    /// What those records say of the cited property today, in the same order.
    pub says_now: Vec<Vec<String>>,
    /// For what those records were found and are used where these differ, in the same order.
    pub purposes: Vec<Vec<Purpose>>,
}

/// A note in the list of a case.
#[derive(Debug, Clone)]
pub struct NoteLine {
    /// The note.
    pub note: Note,
    /// How many statements it cites.
    pub cites: usize,
    /// How many of them have ended since.
    pub ended: usize,
    /// How many passages of documents it cites.
    pub passages: usize,
}

/// A statement that can be cited, with how its record is called.
#[derive(Debug, Clone)]
pub struct Citable {
    /// The statement.
    pub statement: Statement,
    /// How its record is called.
    pub caption: String,
    /// What the source calls the release in which it began.
    pub release: String,
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
        if new.kind == NoteKind::Fact && cites.is_empty() && new.passages.is_empty() {
            return Err(DeskError::malformed(
                "cites",
                "a finding of fact rests on at least one statement or passage of a document",
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
            let (cites, mut passages) = told_apart(tx, permit, cites)?;
            for passage in &new.passages {
                if tx.passage(permit, *passage)?.is_none() {
                    let reason = format!("`{passage}` is no passage of this case's documents");
                    return Err(DeskError::malformed("passages", reason));
                }
                if !passages.contains(passage) {
                    passages.push(*passage);
                }
            }
            let mut reliances = Vec::with_capacity(cites.len());
            for statement in cites {
                let reliance = self.reliance(tx, permit, &note, statement)?;
                self.attach(tx, permit, reliance.record)?;
                reliances.push(reliance);
            }
            tx.add_note(&note, &reliances)?;
            tx.cite_passages(case, id, &passages, note.at)?;
            let touched: Vec<String> = std::iter::once(format!("note:{id}"))
                .chain(passages.iter().map(|passage| format!("passage:{passage}")))
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

    /// Lists the notes of a case with what they cite, newest first.
    pub fn note_lines(&self, actor: &Actor, case: CaseId) -> Result<Vec<NoteLine>, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadCase, case),
            |view, permit| {
                let mut lines = Vec::new();
                for note in view.notes(permit)? {
                    let cited = view.note(permit, note.id)?.map(|(_, cited)| cited);
                    let cited = cited.unwrap_or_default();
                    let mut ended = 0;
                    for edge in &cited {
                        let now = view.statement(permit, edge.statement)?;
                        ended += usize::from(now.is_some_and(|now| now.ended.is_some()));
                    }
                    lines.push(NoteLine {
                        passages: view.passages_cited(permit, note.id)?.len(),
                        note,
                        cites: cited.len(),
                        ended,
                    });
                }
                let touched: Vec<String> = lines
                    .iter()
                    .map(|line| format!("note:{}", line.note.id))
                    .collect();
                Ok(Touched::new(lines, touched))
            },
        )
    }

    /// Statements offered for citing, as far as they may be read in the case.
    pub fn citable(
        &self,
        actor: &Actor,
        case: CaseId,
        ids: &[StatementId],
    ) -> Result<Vec<Citable>, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadRecord, case),
            |view, permit| {
                let mut found = Vec::new();
                for id in ids {
                    let Some(statement) = view.statement(permit, *id)? else {
                        continue;
                    };
                    found.push(Citable {
                        caption: caption(view, permit, statement.record)?,
                        release: view
                            .release(statement.began)?
                            .map(|release| release.label)
                            .unwrap_or_default(),
                        statement,
                    });
                }
                let touched: Vec<String> = found
                    .iter()
                    .map(|line| self.pseudonym(line.statement.record.bytes()))
                    .collect();
                Ok(Touched::new(found, touched))
            },
        )
    }

    /// Reads a note with what it rests on.
    pub fn note(&self, actor: &Actor, case: CaseId, note: NoteId) -> Result<NotePage, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadCase, case),
            |view, permit| {
                let page = page(view, permit, note)?;
                Ok(Touched::new(page, [format!("note:{note}")]))
            },
        )
    }
}

/// A note with what it rests on, as far as the permit covers it.
pub(crate) fn page(view: &View<'_>, permit: &Permit, note: NoteId) -> Result<NotePage, DeskError> {
    let (note, reliances) = view
        .note(permit, note)?
        .ok_or(DeskError::NotFound("note"))?;
    let mut rests_on = Vec::with_capacity(reliances.len());
    let (mut about, mut says_now, mut purposes) = (Vec::new(), Vec::new(), Vec::new());
    for reliance in reliances {
        let statement = view.statement(permit, reliance.statement)?;
        about.push(caption(view, permit, reliance.record)?);
        says_now.push(says(view, permit, &reliance)?);
        purposes.push(purposes_of(view, permit, reliance.record)?);
        rests_on.push((reliance, statement));
    }
    Ok(NotePage {
        passages: passage::cited(view, permit, note.id)?,
        note,
        rests_on,
        about,
        says_now,
        purposes,
    })
}

/// Tells citations of passages from those of statements: both are written alike in a text.
fn told_apart(
    view: &View<'_>,
    permit: &Permit,
    cites: Vec<StatementId>,
) -> Result<(Vec<StatementId>, Vec<PassageId>), DeskError> {
    let (mut statements, mut passages) = (Vec::new(), Vec::new());
    for id in cites {
        let passage = PassageId::from_bytes(*id.bytes());
        match view.passage(permit, passage)? {
            Some(_) => passages.push(passage),
            None => statements.push(id),
        }
    }
    Ok((statements, passages))
}

/// What the record of a reliance says of its property today.
fn says(view: &View<'_>, permit: &Permit, reliance: &Reliance) -> Result<Vec<String>, DeskError> {
    let running = view.statements(permit, reliance.record, Sequence::NOW, false)?;
    Ok(running
        .into_iter()
        .filter(|statement| statement.property == reliance.property)
        .map(|statement| statement.value)
        .collect())
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
