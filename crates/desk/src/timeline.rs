//! The timeline of a case: what sources date of its subjects and of the records it relies on, and what the case did.
//!
//! An uncertain date stays what it is: a year stands for all its days, and [`Event::first`] and [`Event::last`] tell which.
//! Links lead to at most fifty natural persons who are no subjects. Of a person whom a finding cites only the dates that it
//! cites are told.

use std::collections::{BTreeSet, HashSet};

use domain::authority::Actor;
use domain::case::{NoteKind, Stage};
use domain::id::{CaseId, DatasetId, EvidenceId, NoteId, RecordId, StatementId};
use domain::identity::{Identities, Judgement, Verdict};
use domain::policy::selector::MOST_PERSONS;
use domain::policy::{Act, Permit};
use domain::schema::{Kind, Model};
use domain::statement::{Sequence, Statement};
use domain::time::Moment;
use store::{Link, View};

use crate::act::Touched;
use crate::door::Knock;
use crate::{Desk, DeskError};

/// Most links of one record that are read.
const MOST_LINKS: usize = 200;
/// Most alerts that are told.
const MOST_ALERTS: usize = 200;

/// What kind of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Happened {
    /// A date that a source gives of a subject or of a record relied on.
    Fact,
    /// An ownership, a directorship or another tie.
    Tie,
    /// A payment, a contract, an award.
    Money,
    /// A listing: sanctions, debarment, other measures with dates of their own.
    Measure,
    /// An item of evidence came in.
    Evidence,
    /// A note or finding was written.
    Note,
    /// The case was told of something.
    Alert,
    /// Somebody decided: on the case, on a subject, on who is the same.
    Decision,
}

impl Happened {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 8] = [
        Self::Fact,
        Self::Tie,
        Self::Money,
        Self::Measure,
        Self::Evidence,
        Self::Note,
        Self::Alert,
        Self::Decision,
    ];
    /// The word used in addresses and answers.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fact => "fact",
            Self::Tie => "tie",
            Self::Money => "money",
            Self::Measure => "measure",
            Self::Evidence => "evidence",
            Self::Note => "note",
            Self::Alert => "alert",
            Self::Decision => "decision",
        }
    }
    /// Finds the kind of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// Where an event is told in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whence {
    /// A record.
    Record(RecordId, DatasetId),
    /// An item of evidence.
    Evidence(EvidenceId),
    /// A note or finding.
    Note(NoteId),
    /// The inbox.
    Inbox,
    /// The pair that somebody judged.
    Pair(RecordId, RecordId),
    /// The case file.
    Case,
}

/// Something with a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What kind of thing.
    pub kind: Happened,
    /// When, or since when: a year, a month or a day (`2019`, `2019-05`, `2019-05-03`).
    pub start: String,
    /// Until when, for what lasts; none while it goes on or for what has one date.
    pub end: Option<String>,
    /// Whether it lasts: what has no end yet goes on.
    pub lasts: bool,
    /// What happened.
    pub title: String,
    /// Whom or what it concerns, in more words; may be empty.
    pub detail: String,
    /// The subject's record, where it concerns one.
    pub subject: Option<RecordId>,
    /// Where it is told in full.
    pub whence: Whence,
    /// The statements that give the dates.
    pub statements: Vec<StatementId>,
}

impl Event {
    /// The first day on which it may have begun.
    pub fn first(&self) -> String {
        first_day(&self.start)
    }
    /// The last day on which it may have ended, or may have happened; none for what goes on.
    pub fn last(&self) -> Option<String> {
        match (&self.end, self.lasts) {
            (Some(end), _) => Some(last_day(end)),
            (None, true) => None,
            (None, false) => Some(last_day(&self.start)),
        }
    }
    /// Whether a date of it is less than a day.
    pub fn vague(&self) -> bool {
        self.start.len() < 10 || self.end.as_ref().is_some_and(|end| end.len() < 10)
    }
}

/// The first day of a partial date.
pub fn first_day(date: &str) -> String {
    match date.len() {
        4 => format!("{date}-01-01"),
        7 => format!("{date}-01"),
        _ => date.chars().take(10).collect(),
    }
}

/// The last day of a partial date.
pub fn last_day(date: &str) -> String {
    match date.len() {
        4 => format!("{date}-12-31"),
        7 => {
            let (year, month) = date.split_once('-').unwrap_or((date, "01"));
            let (year, month): (i32, u32) = (year.parse().unwrap_or(0), month.parse().unwrap_or(1));
            let (year, month) = if month >= 12 {
                (year + 1, 1)
            } else {
                (year, month + 1)
            };
            let next = Moment::from_rfc3339(&format!("{year:04}-{month:02}-01T00:00:00Z"));
            next.map_or_else(|| format!("{date}-28"), |next| next.plus_days(-1).day())
        }
        _ => date.chars().take(10).collect(),
    }
}

/// A year, a month or a day; nothing else has a place on an axis.
fn dated(value: &str) -> Option<String> {
    let date: String = value.chars().take(10).collect();
    let shaped = matches!(date.len(), 4 | 7 | 10)
        && date.chars().enumerate().all(|(at, letter)| match at {
            4 | 7 => letter == '-',
            _ => letter.is_ascii_digit(),
        });
    let real = Moment::from_rfc3339(&format!("{}T00:00:00Z", first_day(&date))).is_some();
    (shaped && real).then_some(date)
}

/// The timeline.
#[derive(Debug, Clone, Default)]
pub struct Timeline {
    /// What happened, by first day.
    pub events: Vec<Event>,
    /// The subjects: record and caption.
    pub subjects: Vec<(RecordId, String)>,
    /// Whether links to natural persons were left out because fifty are told.
    pub persons_left_out: bool,
}

impl Desk {
    /// Reads the timeline of a case in one entry of the log.
    pub fn timeline(&self, actor: &Actor, case: CaseId) -> Result<Timeline, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadRecord, case),
            |view, permit| {
                let mut draft = Draft::new(view, permit)?;
                draft.subjects()?;
                draft.relied_on()?;
                draft.acts(case)?;
                let touched: Vec<String> = draft
                    .touched
                    .iter()
                    .map(|record| self.pseudonym(record.bytes()))
                    .chain(draft.events.iter().filter_map(|event| match event.whence {
                        Whence::Evidence(id) => Some(format!("evidence:{id}")),
                        Whence::Note(id) => Some(format!("note:{id}")),
                        _ => None,
                    }))
                    .collect();
                let mut events = draft.events;
                events.sort_by(|a, b| {
                    (a.first(), a.kind, &a.title).cmp(&(b.first(), b.kind, &b.title))
                });
                let timeline = Timeline {
                    events,
                    subjects: draft.names,
                    persons_left_out: draft.persons_left_out,
                };
                Ok(Touched::new(timeline, touched))
            },
        )
    }
}

struct Draft<'a, 'v> {
    view: &'a View<'v>,
    permit: &'a Permit,
    judgements: Vec<Judgement>,
    identities: Identities,
    events: Vec<Event>,
    names: Vec<(RecordId, String)>,
    touched: BTreeSet<RecordId>,
    /// Records of which every date is told.
    whole: BTreeSet<RecordId>,
    told: HashSet<StatementId>,
    persons: BTreeSet<RecordId>,
    persons_left_out: bool,
}

impl<'a, 'v> Draft<'a, 'v> {
    fn new(view: &'a View<'v>, permit: &'a Permit) -> Result<Self, DeskError> {
        let judgements = view.judgements(permit, Sequence::NOW)?;
        Ok(Self {
            view,
            permit,
            identities: Identities::closure(&judgements),
            judgements,
            events: Vec::new(),
            names: Vec::new(),
            touched: BTreeSet::new(),
            whole: BTreeSet::new(),
            told: HashSet::new(),
            persons: BTreeSet::new(),
            persons_left_out: false,
        })
    }

    fn subjects(&mut self) -> Result<(), DeskError> {
        let subjects = self.view.subjects(self.permit)?;
        let own: BTreeSet<RecordId> = subjects
            .iter()
            .flat_map(|subject| self.identities.members(subject.record))
            .collect();
        for subject in subjects {
            let name = crate::record::caption(self.view, self.permit, subject.record)?;
            self.decided(
                subject.at,
                format!("Added as subject: {name}"),
                subject.role.word().replace('_', " "),
                Some(subject.record),
            );
            for member in self.identities.members(subject.record) {
                let Some(found) = self.view.record(self.permit, member, Sequence::NOW)? else {
                    continue;
                };
                self.touched.insert(member);
                self.whole.insert(member);
                self.facts(member, &name, Some(subject.record), None)?;
                let links = self
                    .view
                    .links(self.permit, member, Sequence::NOW, MOST_LINKS)?;
                for link in links {
                    self.link(&link, &name, subject.record, found.dataset, &own)?;
                }
            }
            self.names.push((subject.record, name));
        }
        Ok(())
    }

    /// The dates that a record says of itself; with `only`, those of these statements.
    fn facts(
        &mut self,
        record: RecordId,
        name: &str,
        subject: Option<RecordId>,
        only: Option<&[StatementId]>,
    ) -> Result<(), DeskError> {
        let said = self
            .view
            .statements(self.permit, record, Sequence::NOW, false)?;
        for one in said {
            let property = Model::standard().property(&one.schema, &one.property);
            let Some(property) = property.filter(|property| property.kind == Kind::Date) else {
                continue;
            };
            let wanted = only.is_none_or(|only| only.contains(&one.id));
            // When a source last touched its row says nothing of the world.
            if !wanted || one.property == "modifiedAt" || one.property == "retrievedAt" {
                continue;
            }
            let Some(start) = dated(&one.value) else {
                continue;
            };
            if self.told.insert(one.id) {
                self.events.push(Event {
                    kind: Happened::Fact,
                    start,
                    end: None,
                    lasts: false,
                    title: property.label.clone(),
                    detail: name.to_owned(),
                    subject,
                    whence: Whence::Record(record, one.dataset),
                    statements: vec![one.id],
                });
            }
        }
        Ok(())
    }

    /// A link of a subject with dates of its own.
    fn link(
        &mut self,
        link: &Link,
        name: &str,
        subject: RecordId,
        dataset: DatasetId,
        own: &BTreeSet<RecordId>,
    ) -> Result<(), DeskError> {
        let model = Model::standard();
        let Some(schema) = model.schema(&link.edge_schema) else {
            return Ok(());
        };
        let edge = schema.edge.is_some();
        let measure = link.inward && schema.is_a("Interval");
        if !edge && !measure {
            return Ok(());
        }
        let said = self
            .view
            .statements(self.permit, link.edge, Sequence::NOW, false)?;
        let value = |names: &[String]| {
            names.iter().find_map(|name| {
                let of = said.iter().find(|one: &&Statement| one.property == *name);
                of.and_then(|one| dated(&one.value).map(|date| (one.id, date)))
            })
        };
        let start = value(&schema.start).or_else(|| value(&["listingDate".into(), "date".into()]));
        let end = value(&schema.end);
        let Some((first, date)) = start.clone().or_else(|| end.clone()) else {
            return Ok(());
        };
        if edge && model.person_kind(&link.other_schema).guarded() && !own.contains(&link.other) {
            if self.persons.len() >= MOST_PERSONS && !self.persons.contains(&link.other) {
                self.persons_left_out = true;
                return Ok(());
            }
            self.persons.insert(link.other);
        }
        if !self.told.insert(first) {
            return Ok(());
        }
        self.touched.insert(link.edge);
        if edge {
            self.touched.insert(link.other);
        }
        let money = ["Payment", "ContractAward", "Debt", "CallForTenders"];
        let kind = match edge {
            false => Happened::Measure,
            true if money.iter().any(|one| schema.is_a(one)) => Happened::Money,
            true => Happened::Tie,
        };
        let (from, to) = match link.inward {
            true => (link.other_caption.as_str(), name),
            false => (name, link.other_caption.as_str()),
        };
        let detail = if edge {
            format!("{from} \u{2192} {to}{}", more(&said))
        } else {
            format!("{name}{}", more(&said))
        };
        let until = end.filter(|_| start.is_some());
        let lasting = schema.start.iter().any(|one| one == "startDate");
        let spot = said.iter().all(|one| one.property != "startDate");
        self.events.push(Event {
            kind,
            start: date,
            lasts: lasting && start.is_some() && !(spot && until.is_none()),
            statements: [Some(first), until.as_ref().map(|(id, _)| *id)]
                .into_iter()
                .flatten()
                .collect(),
            end: until.map(|(_, date)| date),
            title: schema.label.clone(),
            detail,
            subject: Some(subject),
            whence: Whence::Record(link.edge, dataset),
        });
        Ok(())
    }

    /// Records that notes and findings cite.
    fn relied_on(&mut self) -> Result<(), DeskError> {
        for note in self.view.notes(self.permit)? {
            if note.is_withheld() {
                continue;
            }
            let kind = match note.kind {
                NoteKind::Note => "Working note",
                NoteKind::Fact => "Finding of fact",
                NoteKind::Assessment => "Assessment",
            };
            self.event(
                Happened::Note,
                note.at,
                kind.into(),
                note.title.clone(),
                Whence::Note(note.id),
            );
            for reliance in self.view.reliances(self.permit, note.id)? {
                let found = self
                    .view
                    .record(self.permit, reliance.record, Sequence::NOW)?;
                let Some(found) = found.filter(|_| !self.whole.contains(&reliance.record)) else {
                    continue;
                };
                let name = crate::record::caption(self.view, self.permit, found.id)?;
                let guarded = Model::standard().person_kind(&found.schema).guarded();
                let cited = [reliance.statement];
                self.facts(found.id, &name, None, guarded.then_some(&cited[..]))?;
                self.touched.insert(found.id);
                if !guarded {
                    self.whole.insert(found.id);
                }
            }
        }
        Ok(())
    }

    /// What the case did and what it was told.
    fn acts(&mut self, case: CaseId) -> Result<(), DeskError> {
        for item in self.view.evidence(self.permit)? {
            let erased = item.name.is_empty();
            let name = if erased {
                "an erased item".to_owned()
            } else {
                item.name
            };
            self.event(
                Happened::Evidence,
                item.at,
                "Evidence filed".into(),
                name,
                Whence::Evidence(item.id),
            );
        }
        let notes = Vec::new();
        for row in self.view.alerts(self.permit, MOST_ALERTS)? {
            let raised = row.alert.raised;
            let line = crate::inbox::line(self.view, self.permit, &notes, row)?;
            let title = match &line.other {
                Some((other, _)) => format!("Alert: {} and {other}", line.caption),
                None => format!("Alert: {}", line.caption),
            };
            self.event(Happened::Alert, raised, title, String::new(), Whence::Inbox);
        }
        let judged: Vec<Judgement> = self
            .judgements
            .iter()
            .filter(|one| one.made_in == case)
            .cloned()
            .collect();
        for one in judged {
            let (low, high) = (one.pair.low(), one.pair.high());
            let a = crate::record::caption(self.view, self.permit, low)?;
            let b = crate::record::caption(self.view, self.permit, high)?;
            let verdict = match one.verdict {
                Verdict::Same => "Judged to be one",
                Verdict::Different => "Judged to be different",
                Verdict::Unsure => "Judged to be unsure",
                Verdict::Challenged => "Contested",
            };
            self.event(
                Happened::Decision,
                one.at,
                verdict.into(),
                format!("{a} and {b}"),
                Whence::Pair(low, high),
            );
        }
        let file = self.view.case(case)?.ok_or(DeskError::NotFound("case"))?;
        self.decided(
            file.opened_at,
            "Case written down".into(),
            file.title.clone(),
            None,
        );
        let mut before = "";
        for (stage, words) in self.view.stages(case)? {
            let word = stage.word();
            match stage {
                Stage::Open { at, .. } => {
                    let title = match before {
                        "suspended" => "Case goes on",
                        "closed" => "Case reopened",
                        _ => "Case approved",
                    };
                    self.decided(at, title.into(), words, None);
                }
                Stage::Suspended { at, reason, .. } => {
                    self.decided(at, "Case suspended".into(), reason, None);
                }
                Stage::Refused { at, reason, .. } => {
                    self.decided(at, "Case refused".into(), reason, None);
                }
                Stage::Closed { at, outcome, .. } => {
                    self.decided(at, "Case closed".into(), outcome, None);
                }
                Stage::Proposed => {}
            }
            before = word;
        }
        Ok(())
    }

    fn decided(&mut self, at: Moment, title: String, detail: String, subject: Option<RecordId>) {
        self.event(Happened::Decision, at, title, detail, Whence::Case);
        if let Some(event) = self.events.last_mut() {
            event.subject = subject;
        }
    }

    fn event(&mut self, kind: Happened, at: Moment, title: String, detail: String, whence: Whence) {
        self.events.push(Event {
            kind,
            start: at.day(),
            end: None,
            lasts: false,
            title,
            detail,
            subject: None,
            whence,
            statements: Vec::new(),
        });
    }
}

/// Share, amount and role, as far as they are said.
fn more(said: &[Statement]) -> String {
    let value = |name: &str| {
        said.iter()
            .find(|one| one.property == name)
            .map(|one| one.value.as_str())
    };
    let share = value("percentage").map(|share| format!("{share} in 100"));
    let amount =
        value("amount").map(|amount| format!("{amount} {}", value("currency").unwrap_or_default()));
    let others = ["role", "program", "authority"]
        .into_iter()
        .filter_map(value)
        .map(str::to_owned);
    let told: Vec<String> = share.into_iter().chain(amount).chain(others).collect();
    match told.is_empty() {
        true => String::new(),
        false => format!(", {}", told.join(", ").trim()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partial_date_stands_for_all_its_days() {
        for (date, first, last) in [
            ("2019", "2019-01-01", "2019-12-31"),
            ("2020-02", "2020-02-01", "2020-02-29"),
            ("2021-12", "2021-12-01", "2021-12-31"),
            ("2021-12-05", "2021-12-05", "2021-12-05"),
        ] {
            assert_eq!(
                (first_day(date), last_day(date)),
                (first.into(), last.into())
            );
        }
    }

    #[test]
    fn what_is_no_date_has_no_place() {
        assert_eq!(dated("2023-04-03T00:00").as_deref(), Some("2023-04-03"));
        assert_eq!(dated("2019").as_deref(), Some("2019"));
        for wrong in [
            "",
            "19",
            "2019-13",
            "2019-02-31",
            "spring 2019",
            "2019/05/03",
        ] {
            assert_eq!(dated(wrong), None, "{wrong}");
        }
    }
}
