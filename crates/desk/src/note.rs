//! Notes and findings, and the statements they cite: each citation is a reliance.

use domain::authority::{Actor, Purpose};
use domain::case::{Note, NoteKind, citations};
use domain::id::{CaseId, NoteId, PassageId, RecordId, RelianceId, StatementId};
use domain::identity::Identities;
use domain::policy::{Act, Permit};
use domain::statement::{Sequence, Statement};
use domain::time::Moment;
use domain::unlawful::WITHHELD;
use domain::watch::Reliance;
use store::{Tx, View};

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
        let cites = cited(&text, &new.cites);
        says_something(new, &cites)?;
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
            let (cites, passages) = told_apart(tx, permit, cites, &new.passages)?;
            let touched = self.keep_note(tx, permit, &note, cites, &passages)?;
            Ok(Touched::new(id, touched))
        })
    }

    /// Writes a note anew, as a version over the one that began at `from`. What the earlier one cited and this one does not
    /// is no longer relied on. An assessment is its author's: others write one of their own.
    ///
    /// # Errors
    /// A conflict when somebody has written it anew since `from`: both texts are then for the writer to join.
    pub fn rewrite_note(
        &self,
        actor: &Actor,
        case: CaseId,
        id: NoteId,
        new: &NewNote,
        from: Moment,
    ) -> Result<(), DeskError> {
        let (title, text) = (required("title", &new.title)?, required("text", &new.text)?);
        let cites = cited(&text, &new.cites);
        says_something(new, &cites)?;
        self.change(&Knock::inside(actor, Act::WriteNote, case), |tx, permit| {
            let (before, _) = tx.note(permit, id)?.ok_or(DeskError::NotFound("note"))?;
            if before.at != from {
                return Err(DeskError::Conflict(format!(
                    "the note was written anew on {}, after you had opened it",
                    before.at.to_rfc3339()
                )));
            }
            let assessed = NoteKind::Assessment;
            if before.by != permit.user() && (before.kind == assessed || new.kind == assessed) {
                return Err(DeskError::Conflict(
                    "an assessment is its author's; write one of your own".into(),
                ));
            }
            judged_one(tx, permit, &new.as_one)?;
            let (cites, passages) = told_apart(tx, permit, cites, &new.passages)?;
            let note = Note {
                id,
                case,
                kind: new.kind,
                title,
                text,
                by: permit.user(),
                at: permit.at(),
            };
            let touched = self.keep_note(tx, permit, &note, cites, &passages)?;
            Ok(Touched::new((), touched))
        })
    }

    /// Keeps a version of a note with what it cites, in the place of what it cited before; gives what was touched.
    pub(crate) fn keep_note(
        &self,
        tx: &Tx<'_>,
        permit: &Permit,
        note: &Note,
        cites: Vec<StatementId>,
        passages: &[PassageId],
    ) -> Result<Vec<String>, DeskError> {
        let mut reliances = Vec::with_capacity(cites.len());
        for statement in cites {
            let reliance = self.reliance(tx, permit, note, statement)?;
            self.attach(tx, permit, reliance.record)?;
            reliances.push(reliance);
        }
        tx.add_note(note, &reliances)?;
        tx.cite_passages(note.case, note.id, passages, note.at)?;
        let cited = reliances.iter();
        Ok(std::iter::once(format!("note:{}", note.id))
            .chain(passages.iter().map(|passage| format!("passage:{passage}")))
            .chain(cited.map(|reliance| format!("statement:{}", reliance.statement)))
            .collect())
    }

    fn reliance(
        &self,
        view: &View<'_>,
        permit: &Permit,
        note: &Note,
        statement: StatementId,
    ) -> Result<Reliance, DeskError> {
        let cited = view
            .statement(permit, statement)?
            .ok_or_else(|| DeskError::not_of_case("cites", "statement", statement))?;
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
        if note.is_withheld() && statement.is_none() {
            continue;
        }
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
    whole: &[PassageId],
) -> Result<(Vec<StatementId>, Vec<PassageId>), DeskError> {
    let (mut statements, mut passages) = (Vec::new(), Vec::new());
    for id in cites {
        let passage = PassageId::from_bytes(*id.bytes());
        match view.passage(permit, passage)? {
            Some(_) => passages.push(passage),
            None => statements.push(id),
        }
    }
    for passage in whole {
        if view.passage(permit, *passage)?.is_none() {
            return Err(DeskError::not_of_case("passages", "passage", passage));
        }
        if !passages.contains(passage) {
            passages.push(*passage);
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

/// What a note cites: in its text, and as a whole.
fn cited(text: &str, whole: &[StatementId]) -> Vec<StatementId> {
    let mut cites = citations(text);
    for id in whole {
        if !cites.contains(id) {
            cites.push(*id);
        }
    }
    cites
}

fn says_something(new: &NewNote, cites: &[StatementId]) -> Result<(), DeskError> {
    if new.text.trim() == WITHHELD {
        return Err(DeskError::malformed(
            "text",
            "is what stands in the place of a withheld note; write what it says without what was obtained unlawfully",
        ));
    }
    match new.kind == NoteKind::Fact && cites.is_empty() && new.passages.is_empty() {
        true => Err(DeskError::malformed(
            "cites",
            "a finding of fact rests on at least one statement or passage of a document",
        )),
        false => Ok(()),
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
