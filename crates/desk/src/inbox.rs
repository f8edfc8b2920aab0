//! The inbox of a case: alerts, with what changed and what rests on it.

use domain::authority::Actor;
use domain::case::Note;
use domain::id::{AlertId, CaseId, DatasetId, EvidenceId, RecordId};
use domain::policy::{Act, Permit};
use domain::statement::Sequence;
use domain::unlawful::Unlawful;
use domain::watch::{About, DueThing};
use store::{AlertRow, View};

use crate::act::Touched;
use crate::door::Knock;
use crate::record::caption;
use crate::{Desk, DeskError};

/// An alert with the names that people know things by.
#[derive(Debug, Clone)]
pub struct AlertLine {
    /// The alert.
    pub row: AlertRow,
    /// The record it is about; of an exhibit, of what is unlawful and of a deadline there is none.
    pub record: RecordId,
    /// Schema of that record.
    pub schema: String,
    /// How it is called.
    pub caption: String,
    /// For a proposal or judgement, how the other record is called and which dataset describes it.
    pub other: Option<(String, DatasetId)>,
    /// Notes and findings that rest on it.
    pub rests: Vec<Note>,
}

/// Most alerts that one page shows.
const MOST_ALERTS: usize = 200;

impl Desk {
    /// Reads the inbox, newest first.
    pub fn inbox(&self, actor: &Actor, case: CaseId) -> Result<Vec<AlertRow>, DeskError> {
        self.read(
            &Knock::inside(actor, Act::FollowInbox, case),
            |view, permit| {
                let alerts = view.alerts(permit, MOST_ALERTS)?;
                let touched: Vec<String> = alerts
                    .iter()
                    .map(|row| format!("alert:{}", row.alert.id))
                    .collect();
                Ok(Touched::new(alerts, touched))
            },
        )
    }

    /// Reads the inbox with names, newest first; only one alert when `only` is given.
    pub fn inbox_lines(
        &self,
        actor: &Actor,
        case: CaseId,
        only: Option<AlertId>,
    ) -> Result<Vec<AlertLine>, DeskError> {
        self.read(
            &Knock::inside(actor, Act::FollowInbox, case),
            |view, permit| {
                let rows = match only {
                    None => view.alerts(permit, MOST_ALERTS)?,
                    Some(id) => view.alert(permit, id)?.into_iter().collect(),
                };
                let notes = view.notes(permit)?;
                let mut lines = Vec::with_capacity(rows.len());
                for row in rows {
                    lines.push(line(view, permit, &notes, row)?);
                }
                let touched: Vec<String> = lines
                    .iter()
                    .map(|line| format!("alert:{}", line.row.alert.id))
                    .collect();
                Ok(Touched::new(lines, touched))
            },
        )
    }

    /// Begins to listen to the inbox; the listening is an entry of the log.
    pub fn follow_inbox(&self, actor: &Actor, case: CaseId) -> Result<(), DeskError> {
        self.read(&Knock::inside(actor, Act::FollowInbox, case), |_, _| {
            Ok(Touched::new((), []))
        })
    }

    /// Says whether somebody may listen to the inbox now; asked again for each alert that is streamed.
    pub fn may_follow(&self, actor: &Actor, case: CaseId) -> Result<(), DeskError> {
        self.admit(&Knock::inside(actor, Act::FollowInbox, case))
            .map(|_| ())
    }

    /// Marks an alert as seen. It stays in the inbox.
    pub fn mark_seen(&self, actor: &Actor, case: CaseId, alert: AlertId) -> Result<(), DeskError> {
        self.change(&Knock::inside(actor, Act::MarkAlert, case), |tx, permit| {
            tx.alert(permit, alert)?
                .ok_or(DeskError::NotFound("alert"))?;
            tx.mark_seen(alert, permit.user(), permit.at())?;
            Ok(Touched::new((), [format!("alert:{alert}")]))
        })
    }
}

pub(crate) fn line(
    view: &View<'_>,
    permit: &Permit,
    notes: &[Note],
    row: AlertRow,
) -> Result<AlertLine, DeskError> {
    let (record, other) = match &row.alert.about {
        About::Damage { evidence } => return exhibit(view, permit, *evidence, row),
        About::Deadline(deadline) => return due(view, permit, deadline.of.clone(), row),
        About::Unlawful { what, .. } => return unlawful(view, *what, notes, row),
        About::Change(change) => (change.record, None),
        About::Proposal { subject, other, .. } => (*subject, Some(*other)),
        About::Judgement { pair, .. } => {
            let (low, high) = (pair.low(), pair.high());
            match view.record(permit, low, Sequence::NOW)? {
                Some(_) => (low, Some(high)),
                None => (high, Some(low)),
            }
        }
    };
    let found = view.record(permit, record, Sequence::NOW)?;
    let mut reliances = view.reliances_on(permit, record)?;
    if let Some(other) = other {
        reliances.extend(view.reliances_on(permit, other)?);
    }
    let hit = |note: &&Note| {
        reliances
            .iter()
            .any(|edge| edge.note == note.id && row.alert.hits.contains(&edge.id))
    };
    let other = match other {
        None => None,
        Some(id) => view
            .record(permit, id, Sequence::NOW)?
            .map(|found| Ok::<_, DeskError>((caption(view, permit, id)?, found.dataset)))
            .transpose()?,
    };
    Ok(AlertLine {
        record,
        schema: found.map(|found| found.schema).unwrap_or_default(),
        caption: caption(view, permit, record)?,
        other,
        rests: notes.iter().filter(hit).cloned().collect(),
        row,
    })
}

/// The line of something that was obtained unlawfully: the dataset by its title, an item without its name.
fn unlawful(
    view: &View<'_>,
    what: Unlawful,
    notes: &[Note],
    row: AlertRow,
) -> Result<AlertLine, DeskError> {
    let (id, caption) = match what {
        Unlawful::Dataset(id) => {
            let found = view.dataset(id)?;
            (*id.bytes(), found.map(|one| one.title).unwrap_or_default())
        }
        Unlawful::Evidence(id) => (*id.bytes(), "An item of evidence".to_owned()),
    };
    let withheld = |note: &&Note| note.is_withheld();
    Ok(AlertLine {
        record: RecordId::from_bytes(id),
        schema: String::new(),
        caption,
        other: None,
        rests: notes.iter().filter(withheld).cloned().collect(),
        row,
    })
}

/// The line of something that falls due.
fn due(
    view: &View<'_>,
    permit: &Permit,
    of: DueThing,
    row: AlertRow,
) -> Result<AlertLine, DeskError> {
    let (id, caption) = match of {
        DueThing::Task(task) => {
            let tasks = view.tasks(permit)?;
            let found = tasks.into_iter().find(|one| one.id == task);
            (
                *task.bytes(),
                found.map(|one| one.title).unwrap_or_default(),
            )
        }
        DueThing::Clock(title) => (*row.alert.case.bytes(), title),
        DueThing::Expiry => (*row.alert.case.bytes(), "The case itself".to_owned()),
    };
    Ok(AlertLine {
        record: RecordId::from_bytes(id),
        schema: String::new(),
        caption,
        other: None,
        rests: Vec::new(),
        row,
    })
}

/// The line of an exhibit whose bytes are not those that were filed.
fn exhibit(
    view: &View<'_>,
    permit: &Permit,
    evidence: EvidenceId,
    row: AlertRow,
) -> Result<AlertLine, DeskError> {
    let item = view.evidence_item(permit, evidence)?;
    let mut rests: Vec<Note> = Vec::new();
    for cited in view.passages_relied_on(permit, evidence)? {
        if rests.iter().all(|note| note.id != cited.note) {
            rests.extend(view.note(permit, cited.note)?.map(|(note, _)| note));
        }
    }
    Ok(AlertLine {
        record: domain::id::RecordId::from_bytes(*evidence.bytes()),
        schema: String::new(),
        caption: item.map(|item| item.name).unwrap_or_default(),
        other: None,
        rests,
        row,
    })
}
