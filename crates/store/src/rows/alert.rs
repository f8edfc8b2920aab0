//! Alerts: what a case was told. One per case and change; seen once, by somebody.

use domain::id::{
    AlertId, CaseId, ChangeId, DatasetId, EvidenceId, JudgementId, ProposalId, RecordId,
    UnlawfulId, UserId,
};
use domain::identity::{Pair, Verdict};
use domain::policy::Permit;
use domain::time::Moment;
use domain::unlawful::Unlawful;
use domain::watch::{About, Alert, Deadline, DueThing, Near};
use rusqlite::Row;

use crate::engine::event::Event;
use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, known, of_word, stored, wrong};
use crate::rows::statements;
use crate::rows::subject::case_of;

/// An alert as the inbox shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertRow {
    /// The alert.
    pub alert: Alert,
    /// Who saw it first.
    pub seen_by: Option<UserId>,
    /// When.
    pub seen_at: Option<Moment>,
    /// Label of the release that brought the change; none for a proposal.
    pub release_label: Option<String>,
    /// The dataset of that release.
    pub dataset: Option<DatasetId>,
}

statements! {
    ADD_ALERT = "INSERT INTO alert
        (id, case_id, change, release, proposal, subject, other, probability, raised, sequence, judgement, evidence, deadline, due,
            near, unlawful)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16) ON CONFLICT DO NOTHING";
    ADD_HIT = "INSERT INTO alert_hit (alert, reliance) VALUES (?1, ?2)";
    ALERTS = "SELECT a.id, a.case_id, a.change, a.release, a.proposal, a.subject, a.other, a.probability,
            a.raised, a.seen_by, a.seen_at, l.label, d.id, j.id, j.low, j.high, j.verdict, a.evidence,
            a.deadline, a.due, a.near, u.id, m.id, u.evidence
        FROM alert a LEFT JOIN release l ON l.number = a.release LEFT JOIN dataset d ON d.number = l.dataset
            LEFT JOIN judgement j ON j.id = a.judgement LEFT JOIN unlawful u ON u.id = a.unlawful
            LEFT JOIN dataset m ON m.number = u.dataset
        WHERE a.case_id = ?1 AND NOT EXISTS (SELECT 1 FROM barred_dataset b WHERE b.dataset = l.dataset)
            AND NOT EXISTS (SELECT 1 FROM change c JOIN barred_statement b ON b.record = c.record
                WHERE c.release = a.release AND c.id = a.change)
            AND (a.evidence IS NULL OR NOT EXISTS (SELECT 1 FROM barred_evidence b WHERE b.evidence = a.evidence)) ORDER BY a.sequence DESC, a.id DESC LIMIT ?2";
    ALERT = "SELECT a.id, a.case_id, a.change, a.release, a.proposal, a.subject, a.other, a.probability,
            a.raised, a.seen_by, a.seen_at, l.label, d.id, j.id, j.low, j.high, j.verdict, a.evidence,
            a.deadline, a.due, a.near, u.id, m.id, u.evidence
        FROM alert a LEFT JOIN release l ON l.number = a.release LEFT JOIN dataset d ON d.number = l.dataset
            LEFT JOIN judgement j ON j.id = a.judgement LEFT JOIN unlawful u ON u.id = a.unlawful
            LEFT JOIN dataset m ON m.number = u.dataset
        WHERE a.case_id = ?1 AND NOT EXISTS (SELECT 1 FROM barred_dataset b WHERE b.dataset = l.dataset)
            AND NOT EXISTS (SELECT 1 FROM change c JOIN barred_statement b ON b.record = c.record
                WHERE c.release = a.release AND c.id = a.change)
            AND (a.evidence IS NULL OR NOT EXISTS (SELECT 1 FROM barred_evidence b WHERE b.evidence = a.evidence)) AND a.id = ?2";
    HITS = "SELECT reliance FROM alert_hit WHERE alert = ?1 ORDER BY reliance";
    MARK_SEEN = "UPDATE alert SET seen_by = ?2, seen_at = ?3 WHERE id = ?1 AND seen_at IS NULL";
    UNSEEN = "SELECT count(*) FROM alert a LEFT JOIN release l ON l.number = a.release
        WHERE a.case_id = ?1 AND a.seen_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM barred_dataset b WHERE b.dataset = l.dataset)
            AND (a.evidence IS NULL OR NOT EXISTS (SELECT 1 FROM barred_evidence b WHERE b.evidence = a.evidence))";
    CASE_OF_ALERT = "SELECT case_id FROM alert WHERE id = ?1";
}

/// An alert's row before its change and hits have been looked up.
struct Bare {
    id: AlertId,
    case: CaseId,
    change: Option<(i64, ChangeId)>,
    proposal: Option<(ProposalId, RecordId, RecordId, f64)>,
    judgement: Option<(JudgementId, Pair, Verdict)>,
    damaged: Option<EvidenceId>,
    deadline: Option<Deadline>,
    unlawful: Option<(UnlawfulId, Unlawful)>,
    raised: Moment,
    seen_by: Option<UserId>,
    seen_at: Option<Moment>,
    release_label: Option<String>,
    dataset: Option<DatasetId>,
}

fn read(row: &Row<'_>) -> Result<Bare, StoreError> {
    let release: Option<i64> = row.get(3)?;
    let proposal = match (row.maybe_id(4)?, row.maybe_id(5)?, row.maybe_id(6)?) {
        (Some(proposal), Some(subject), Some(other)) => {
            Some((proposal, subject, other, row.get(7)?))
        }
        _ => None,
    };
    let judgement = match (row.maybe_id(13)?, row.maybe_id(14)?, row.maybe_id(15)?) {
        (Some(judgement), Some(low), Some(high)) => {
            let pair = Pair::new(low, high).ok_or_else(|| wrong("judgement", low))?;
            Some((judgement, pair, of_word("judgement", row.text(16)?)?))
        }
        _ => None,
    };
    let deadline = match (
        row.maybe_text(18)?,
        row.maybe_text(19)?,
        row.maybe_text(20)?,
    ) {
        (Some(of), Some(due), Some(near)) => Some(Deadline {
            of: known("alert", &of, DueThing::from_text)?,
            due: known("alert", &due, |day| day.parse().ok())?,
            near: known("alert", &near, Near::from_word)?,
        }),
        _ => None,
    };
    let what = match (row.maybe_id(22)?, row.maybe_id(23)?) {
        (Some(dataset), _) => Some(Unlawful::Dataset(dataset)),
        (None, Some(evidence)) => Some(Unlawful::Evidence(evidence)),
        (None, None) => None,
    };
    Ok(Bare {
        unlawful: row.maybe_id(21)?.zip(what),
        id: row.id(0)?,
        case: row.id(1)?,
        change: release.zip(row.maybe_id(2)?),
        proposal,
        judgement,
        damaged: row.maybe_id(17)?,
        deadline,
        raised: row.moment(8)?,
        seen_by: row.maybe_id(9)?,
        seen_at: row.maybe_moment(10)?,
        release_label: row.maybe_text(11)?,
        dataset: row.maybe_id(12)?,
    })
}

impl View<'_> {
    /// The alerts of the permit's case, newest first.
    pub fn alerts(&self, permit: &Permit, limit: usize) -> Result<Vec<AlertRow>, StoreError> {
        let case = case_of(permit)?;
        let found = self.all(ALERTS, (case.bytes(), stored(limit as u64)), read)?;
        found.into_iter().map(|bare| self.full(bare)).collect()
    }

    /// One alert of the permit's case.
    pub fn alert(&self, permit: &Permit, id: AlertId) -> Result<Option<AlertRow>, StoreError> {
        let case = case_of(permit)?;
        let found = self.one(ALERT, (case.bytes(), id.bytes()), read)?;
        found.map(|bare| self.full(bare)).transpose()
    }

    /// How many alerts of a case nobody has seen.
    pub fn unseen_count(&self, case: CaseId) -> Result<u64, StoreError> {
        let count = self.figure(UNSEEN, [case.bytes()])?.unwrap_or(0);
        Ok(u64::try_from(count).unwrap_or(0))
    }

    fn full(&self, bare: Bare) -> Result<AlertRow, StoreError> {
        let about = match (bare.change, bare.proposal, bare.judgement) {
            (Some((release, change)), _, _) => About::Change(
                self.change(release, change)?
                    .ok_or_else(|| StoreError::missing("change", change))?,
            ),
            (None, None, Some((judgement, pair, verdict))) => About::Judgement {
                judgement,
                pair,
                verdict,
            },
            (None, Some((proposal, subject, other, probability)), _) => About::Proposal {
                proposal,
                subject,
                other,
                probability,
            },
            (None, None, None) => match (bare.damaged, bare.deadline, bare.unlawful) {
                (Some(evidence), _, _) => About::Damage { evidence },
                (None, Some(deadline), _) => About::Deadline(deadline),
                (None, None, Some((mark, what))) => About::Unlawful { mark, what },
                (None, None, None) => return Err(wrong("alert", bare.id)),
            },
        };
        Ok(AlertRow {
            alert: Alert {
                id: bare.id,
                case: bare.case,
                about,
                hits: self.all(HITS, [bare.id.bytes()], |row| row.id(0))?,
                raised: bare.raised,
            },
            seen_by: bare.seen_by,
            seen_at: bare.seen_at,
            release_label: bare.release_label,
            dataset: bare.dataset,
        })
    }
}

impl Tx<'_> {
    /// Tells a case; false if it has been told of that before.
    pub fn add_alert(&self, alert: &Alert) -> Result<bool, StoreError> {
        let (change, proposal, judgement) = match &alert.about {
            About::Change(change) => {
                let release = self.release_number(change.release)?;
                (Some((*change.id.bytes(), release)), None, None)
            }
            About::Judgement { judgement, .. } => (None, None, Some(*judgement.bytes())),
            About::Damage { .. } | About::Deadline(_) | About::Unlawful { .. } => {
                (None, None, None)
            }
            About::Proposal {
                proposal,
                subject,
                other,
                probability,
            } => (
                None,
                Some((
                    *proposal.bytes(),
                    *subject.bytes(),
                    *other.bytes(),
                    *probability,
                )),
                None,
            ),
        };
        let damaged = match &alert.about {
            About::Damage { evidence } => Some(*evidence.bytes()),
            _ => None,
        };
        let deadline = match &alert.about {
            About::Deadline(deadline) => Some(deadline),
            _ => None,
        };
        let unlawful = match &alert.about {
            About::Unlawful { mark, .. } => Some(*mark.bytes()),
            _ => None,
        };
        let added = self.run(
            ADD_ALERT,
            (
                alert.id.bytes(),
                alert.case.bytes(),
                change.map(|(change, _)| change),
                change.map(|(_, release)| release),
                proposal.map(|(proposal, _, _, _)| proposal),
                proposal.map(|(_, subject, _, _)| subject),
                proposal.map(|(_, _, other, _)| other),
                proposal.map(|(_, _, _, probability)| probability),
                alert.raised.micros(),
                stored(self.sequence().0),
                judgement,
                damaged,
                deadline.map(|one| one.of.to_text()),
                deadline.map(|one| one.due.to_string()),
                deadline.map(|one| one.near.word()),
                unlawful,
            ),
        )?;
        if added == 0 {
            return Ok(false);
        }
        for reliance in &alert.hits {
            self.run(ADD_HIT, (alert.id.bytes(), reliance.bytes()))?;
        }
        self.queue_for_subscribers(alert.case, alert.id)?;
        self.announce(Event::Alert {
            case: alert.case,
            alert: alert.id,
        });
        Ok(true)
    }

    /// Marks an alert as seen; whoever saw it first stays.
    pub fn mark_seen(&self, alert: AlertId, by: UserId, at: Moment) -> Result<(), StoreError> {
        self.run(MARK_SEEN, (alert.bytes(), by.bytes(), at.micros()))?;
        if let Some(case) = self.one(CASE_OF_ALERT, [alert.bytes()], |row| row.id(0))? {
            self.announce(Event::CaseChanged { case });
        }
        Ok(())
    }
}
