//! Versions of a case's report: drafted by one person, remarked on by others, decided on by another.
//!
//! A version's bytes never change; what changes is whether it still stands ([`Standing`]). Somebody who decides names the
//! hash of what they read. A version that no longer stands, or names a damaged exhibit, is neither approved nor given away.

use std::collections::BTreeMap;

use domain::authority::Actor;
use domain::id::{CaseId, ReportId, UserId};
use domain::policy::{Act, Permit};
use domain::report::{Block, Comment, Document, Report, Ruling, Run, hash};
use store::View;

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::report_templates::chosen;
use crate::{Desk, DeskError, subject};

/// A version with what has become of it.
#[derive(Debug, Clone)]
pub struct Version {
    /// The version as it is kept.
    pub report: Report,
    /// What it says.
    pub document: Document,
    /// Whether it still stands.
    pub standing: Standing,
    /// Whether no later version was drafted.
    pub newest: bool,
}

/// What has become of what a version says. Each is a sentence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// What it relies on and is no longer so.
    pub stale: Vec<String>,
    /// Exhibits whose bytes are not those that were filed.
    pub damaged: Vec<String>,
    /// What it relies on and was obtained unlawfully: then nothing of it is shown.
    pub unlawful: Vec<String>,
}

impl Standing {
    /// Whether nothing has happened to it.
    pub fn stands(&self) -> bool {
        self.stale.is_empty() && self.damaged.is_empty() && self.unlawful.is_empty()
    }

    /// The standing as a conflict, unless nothing has happened.
    pub(crate) fn or_conflict(&self) -> Result<(), DeskError> {
        if let Some(first) = self.unlawful.first() {
            return Err(DeskError::Conflict(format!(
                "the report is withheld: {first}"
            )));
        }
        match self.damaged.first().or(self.stale.first()) {
            None => Ok(()),
            Some(first) if self.damaged.is_empty() => Err(DeskError::Conflict(format!(
                "the report no longer stands, a new version has to be drafted: {first}"
            ))),
            Some(first) => Err(DeskError::Conflict(format!(
                "the report is blocked: {first}"
            ))),
        }
    }
}

impl Desk {
    /// Drafts the next version of the report from the findings as they are now.
    pub fn draft_report(
        &self,
        actor: &Actor,
        case: CaseId,
        template: &str,
    ) -> Result<ReportId, DeskError> {
        let id = ReportId::fresh(self.now(), self.randomness());
        let knock = Knock::inside(actor, Act::DraftReport, case);
        self.change(&knock, |tx, permit| {
            let chosen = chosen(tx, template)?;
            let version = tx.last_report_version(case)? + 1;
            let document = self.drafted(tx, permit, &chosen, version)?;
            let content = document
                .bytes()
                .map_err(|error| DeskError::Internal(error.to_string()))?;
            let sha256 = hash(&content);
            let used = document.findings.iter();
            let mut objects = vec![format!("report:{id}"), format!("sha256:{sha256}")];
            objects.extend(used.map(|used| format!("note:{}", used.note)));
            tx.add_report(&Report {
                id,
                case,
                version,
                content,
                sha256,
                by: permit.user(),
                at: permit.at(),
                comments: Vec::new(),
                ruling: None,
            })?;
            Ok(Touched::new(id, objects))
        })
    }

    /// Remarks on a version that nobody has decided on.
    pub fn comment_report(
        &self,
        actor: &Actor,
        case: CaseId,
        report: ReportId,
        words: &str,
    ) -> Result<(), DeskError> {
        let words = required("words", words)?;
        let knock = Knock::inside(actor, Act::CommentReport, case).asking(&words);
        self.change(&knock, |tx, permit| {
            undecided(tx, permit, report)?;
            let comment = Comment {
                words: words.clone(),
                by: permit.user(),
                at: permit.at(),
            };
            tx.add_report_comment(case, report, &comment)?;
            Ok(Touched::new((), [format!("report:{report}")]))
        })
    }

    /// Approves a version that somebody else drafted, or gives it back with a reason. `sha256` is the hash of what was read.
    ///
    /// # Errors
    /// Refused when the drafter decides; a conflict when the hash is another, somebody has decided, a later version was
    /// drafted, or, for an approval, it no longer stands or names a damaged exhibit.
    pub fn decide_report(
        &self,
        actor: &Actor,
        case: CaseId,
        report: ReportId,
        approved: bool,
        sha256: &str,
        words: &str,
    ) -> Result<(), DeskError> {
        let words = match approved {
            true => words.trim().to_owned(),
            false => required("reason", words)?,
        };
        // Nobody drafted what is not there: the rules then judge by role alone, and the act finds nothing.
        let drafter = self
            .store()
            .read(|view| view.report_drafter(case, report))?
            .unwrap_or(UserId::from_bytes([0; 16]));
        let knock = Knock::inside(actor, Act::DecideReport, case)
            .asking(&words)
            .concerning(drafter);
        self.change(&knock, |tx, permit| {
            let found = undecided(tx, permit, report)?;
            if !found.sha256.eq_ignore_ascii_case(sha256.trim()) {
                return Err(DeskError::Conflict(
                    "the hash is not that of this version; read it again".into(),
                ));
            }
            let version = self.version(tx, permit, found)?;
            if approved {
                if !version.newest {
                    return Err(DeskError::Conflict(
                        "a later version of the report was drafted".into(),
                    ));
                }
                version.standing.or_conflict()?;
            }
            let ruling = Ruling {
                approved,
                sha256: version.report.sha256.clone(),
                words: words.clone(),
                by: permit.user(),
                at: permit.at(),
            };
            tx.add_report_ruling(case, report, &ruling)?;
            let objects = [
                format!("report:{report}"),
                format!("sha256:{}", version.report.sha256),
                format!("ruling:{}", if approved { "approved" } else { "returned" }),
            ];
            Ok(Touched::new((), objects))
        })
    }

    /// The versions of a case's report, the newest first.
    pub fn reports(&self, actor: &Actor, case: CaseId) -> Result<Vec<Version>, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadCase, case),
            |view, permit| {
                let mut found = Vec::new();
                let mut whole = BTreeMap::new();
                for report in view.reports(permit)? {
                    found.push(self.version_among(view, permit, report, &mut whole)?);
                }
                let touched: Vec<String> = found
                    .iter()
                    .map(|one| format!("report:{}", one.report.id))
                    .collect();
                Ok(Touched::new(found, touched))
            },
        )
    }

    /// One version.
    pub fn report_version(
        &self,
        actor: &Actor,
        case: CaseId,
        report: ReportId,
    ) -> Result<Version, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadCase, case),
            |view, permit| {
                let found = view
                    .report(permit, report)?
                    .ok_or(DeskError::NotFound("report"))?;
                let version = self.version(view, permit, found)?;
                Ok(Touched::new(version, [format!("report:{report}")]))
            },
        )
    }

    /// A kept version with what it says, checked, and what has become of it.
    pub(crate) fn version(
        &self,
        view: &View<'_>,
        permit: &Permit,
        report: Report,
    ) -> Result<Version, DeskError> {
        self.version_among(view, permit, report, &mut BTreeMap::new())
    }

    /// The same, one of several: what was found of an exhibit's bytes is not looked for again.
    fn version_among(
        &self,
        view: &View<'_>,
        permit: &Permit,
        report: Report,
        whole: &mut BTreeMap<String, bool>,
    ) -> Result<Version, DeskError> {
        if hash(&report.content) != report.sha256 {
            return Err(DeskError::Internal(format!(
                "the bytes of report {} are not those that were drafted",
                report.id
            )));
        }
        let document = Document::read(&report.content)
            .map_err(|error| DeskError::Internal(error.to_string()))?;
        let newest = view.last_report_version(report.case)? == report.version;
        let standing = self.standing(view, permit, &document, whole)?;
        let document = match standing.unlawful.is_empty() {
            true => document,
            false => withheld(document),
        };
        Ok(Version {
            standing,
            report,
            document,
            newest,
        })
    }

    fn standing(
        &self,
        view: &View<'_>,
        permit: &Permit,
        document: &Document,
        whole: &mut BTreeMap<String, bool>,
    ) -> Result<Standing, DeskError> {
        let mut standing = Standing::default();
        for relied in document.relies.iter().filter(|relied| !relied.ended) {
            let now = view.statement(permit, relied.statement)?;
            if now.is_none_or(|said| said.ended.is_some() || said.erased) {
                standing.stale.push(format!(
                    "source {} no longer says what is cited",
                    relied.number
                ));
            }
        }
        unlawful(view, permit, document, &mut standing)?;
        for used in &document.findings {
            match view.note(permit, used.note)? {
                Some((note, _)) if note.at == used.at => {}
                Some((note, _)) => standing
                    .stale
                    .push(format!("the finding `{}` was written anew", note.title)),
                None => standing.stale.push("a finding is gone".to_owned()),
            }
        }
        let subjects = subject::lines(view, permit)?;
        for told in &document.roles {
            let line = subjects.iter().find(|line| line.subject.id == told.subject);
            let now = line.map(|line| (line.caption.as_str(), line.subject.role.word()));
            if let Some((caption, role)) = now
                && role != told.role
            {
                let role = role.replace('_', " ");
                standing
                    .stale
                    .push(format!("the role of {caption} is now `{role}`"));
            }
        }
        for exhibit in &document.exhibits {
            if view.is_barred_item(exhibit.evidence)? {
                continue;
            }
            if view.evidence_erasure(permit, exhibit.evidence)?.is_some() {
                standing
                    .stale
                    .push(format!("exhibit {} was erased", exhibit.number));
                continue;
            }
            let whole = whole
                .entry(exhibit.sha256.clone())
                .or_insert_with(|| self.store().blob_file(&exhibit.sha256).is_ok());
            if !*whole {
                standing.damaged.push(format!(
                    "the bytes of exhibit {} are not those that were filed",
                    exhibit.number
                ));
            }
        }
        Ok(standing)
    }
}

/// What a document relies on that was obtained unlawfully.
fn unlawful(
    view: &View<'_>,
    permit: &Permit,
    document: &Document,
    standing: &mut Standing,
) -> Result<(), DeskError> {
    let told = &mut standing.unlawful;
    for relied in &document.relies {
        if view.is_barred_record(relied.record)?
            || view.is_barred_statement(relied.record, relied.statement)?
        {
            told.push(format!(
                "source {} rests on material that was obtained unlawfully",
                relied.number
            ));
        }
    }
    for exhibit in &document.exhibits {
        if view.is_barred_item(exhibit.evidence)? {
            told.push(format!(
                "exhibit {} was obtained unlawfully",
                exhibit.number
            ));
        }
    }
    for subject in view.subjects(permit)? {
        let told_of = document.roles.iter().any(|role| role.subject == subject.id);
        if told_of && view.is_barred_record(subject.record)? {
            told.push("it names a subject from a dataset that was obtained unlawfully".to_owned());
        }
    }
    Ok(())
}

/// A document of which nothing is shown but that it is withheld.
fn withheld(document: Document) -> Document {
    Document {
        blocks: vec![Block::Paragraph {
            runs: vec![Run::Text(
                "This version is withheld: it rests on material that was obtained unlawfully."
                    .to_owned(),
            )],
        }],
        relies: Vec::new(),
        findings: Vec::new(),
        exhibits: Vec::new(),
        roles: Vec::new(),
        ..document
    }
}

fn undecided(view: &View<'_>, permit: &Permit, report: ReportId) -> Result<Report, DeskError> {
    let found = view
        .report(permit, report)?
        .ok_or(DeskError::NotFound("report"))?;
    match found.ruling {
        None => Ok(found),
        Some(_) => Err(DeskError::Conflict(
            "somebody has decided on this version already".into(),
        )),
    }
}
