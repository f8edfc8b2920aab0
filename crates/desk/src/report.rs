//! The report of a case: what was found, on what it rests, whom it concerns in which role, and how it was found out.

use domain::authority::Actor;
use domain::case::{Evidence, NoteKind};
use domain::id::CaseId;
use domain::identity::Verdict;
use domain::policy::Act;
use domain::statement::Sequence;

use crate::act::Touched;
use crate::door::Knock;
use crate::note::{self, NotePage};
use crate::subject::{self, SubjectLine};
use crate::{Desk, DeskError};

/// A report as the case stands now.
#[derive(Debug, Clone)]
pub struct Report {
    /// The subjects with their roles.
    pub subjects: Vec<SubjectLine>,
    /// Findings of fact and assessments, oldest first. Working notes are no part of a report.
    pub findings: Vec<NotePage>,
    /// The exhibits, oldest first.
    pub evidence: Vec<Evidence>,
    /// Judgements made in this case that two records are one, and that they are not.
    pub judged: (usize, usize),
}

impl Desk {
    /// Reads everything that a report of the case tells, in one entry of the log.
    pub fn report(&self, actor: &Actor, case: CaseId) -> Result<Report, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadCase, case),
            |view, permit| {
                let mut findings = Vec::new();
                for note in view.notes(permit)? {
                    if note.kind != NoteKind::Note && !note.is_withheld() {
                        findings.push(note::page(view, permit, note.id)?);
                    }
                }
                findings.sort_by_key(|page| page.note.id);
                let mut evidence = view.evidence(permit)?;
                evidence.sort_by_key(|item| item.id);
                let judgements = view.judgements(permit, Sequence::NOW)?;
                let said = |verdict| {
                    let made_here = judgements.iter().filter(|said| said.made_in == case);
                    made_here.filter(|said| said.verdict == verdict).count()
                };
                let report = Report {
                    subjects: subject::lines(view, permit)?,
                    judged: (said(Verdict::Same), said(Verdict::Different)),
                    findings,
                    evidence,
                };
                let subjects = report.subjects.iter();
                let touched: Vec<String> = subjects
                    .map(|line| self.pseudonym(line.subject.record.bytes()))
                    .chain(
                        report
                            .findings
                            .iter()
                            .map(|page| format!("note:{}", page.note.id)),
                    )
                    .chain(
                        report
                            .evidence
                            .iter()
                            .map(|item| format!("evidence:{}", item.id)),
                    )
                    .collect();
                Ok(Touched::new(report, touched))
            },
        )
    }
}
