//! Copies of a report: for the team to read, as evidence of the case, and for somebody outside, whole or redacted.

use domain::authority::Actor;
use domain::case::Evidence;
use domain::disclosure::{Disclosed, Disclosure, Item, Portion};
use domain::id::{CaseId, DisclosureId, ReportId, UserId};
use domain::policy::Act;
use domain::report::redaction::{BLACK, folded};
use store::View;

use crate::act::Touched;
use crate::disclose::{Handed, accounted};
use crate::door::Knock;
use crate::evidence::NewEvidence;
use crate::report_draft::Version;
use crate::report_text::minute;
use crate::{Desk, DeskError};

/// A version as a file.
#[derive(Debug, Clone)]
pub struct Printed {
    /// A name for the file.
    pub name: String,
    /// The PDF.
    pub bytes: Vec<u8>,
    /// The version.
    pub version: Version,
}

impl Desk {
    /// Sets a version as a PDF for the team. What is not approved says so on every page.
    ///
    /// # Errors
    /// A conflict when an exhibit that it names is damaged; unavailable without the program that sets it.
    pub fn print_report(
        &self,
        actor: &Actor,
        case: CaseId,
        report: ReportId,
    ) -> Result<Printed, DeskError> {
        let (version, people) = self.to_print(actor, Act::PrintReport, case, report)?;
        if !version.standing.unlawful.is_empty() {
            version.standing.or_conflict()?;
        }
        if let Some(damaged) = version.standing.damaged.first() {
            return Err(DeskError::Conflict(format!(
                "the report is blocked: {damaged}"
            )));
        }
        let mark = match (version.report.approval(), version.standing.stands()) {
            (None, _) => "NOT APPROVED",
            (Some(_), false) => "NO LONGER CURRENT",
            (Some(_), true) => "",
        };
        let bytes = self.set_in_type(&version.document, &status(&version, &people), mark)?;
        // Setting takes a while: whoever has left the case meanwhile gets nothing.
        self.admit(&Knock::inside(actor, Act::PrintReport, case))?;
        let name = file_name(&version, "");
        Ok(Printed {
            name,
            bytes,
            version,
        })
    }

    /// Files an approved version as evidence of its case.
    ///
    /// # Errors
    /// A conflict when it is not approved, no longer stands, or names a damaged exhibit.
    pub fn file_report(
        &self,
        actor: &Actor,
        case: CaseId,
        report: ReportId,
    ) -> Result<Evidence, DeskError> {
        self.admit(&Knock::inside(actor, Act::AddEvidence, case))?;
        let printed = self.print_report(actor, case, report)?;
        let Some(ruling) = printed.version.report.approval() else {
            return Err(DeskError::Conflict("the report is not approved".into()));
        };
        printed.version.standing.or_conflict()?;
        let document = &printed.version.document;
        let new = NewEvidence {
            name: printed.name.clone(),
            source: format!("report of this case, version {}", document.version),
            collector: document.drafted_by.clone(),
            collected: minute(ruling.at),
            place: "this installation".into(),
            tool: "predicate-typeset".into(),
            authority: format!("approval of content SHA-256 {}", ruling.sha256),
            declared_sha256: None,
            key: None,
        };
        self.add_evidence(actor, case, &new, &mut printed.bytes.as_slice())
    }

    /// Gives an approved version to somebody outside, without the passages named. The line in the ledger is durable before
    /// the copy leaves; a redacted copy is read back first and compared.
    ///
    /// # Errors
    /// A conflict when it is not approved, no longer stands, names a damaged exhibit, or when a passage can still be read
    /// in the copy; malformed when a passage is not in it or the accounting is not whole.
    pub fn disclose_report(
        &self,
        actor: &Actor,
        case: CaseId,
        report: ReportId,
        told: &Disclosed,
        passages: &[String],
    ) -> Result<Handed, DeskError> {
        let told = accounted(told)?;
        let (version, people) = self.to_print(actor, Act::Disclose, case, report)?;
        if version.report.approval().is_none() {
            return Err(DeskError::Conflict("the report is not approved".into()));
        }
        version.standing.or_conflict()?;
        let bytes = match passages.is_empty() {
            true => self.set_in_type(&version.document, &status(&version, &people), "")?,
            false => self.redacted_copy(&version, &people, passages)?,
        };
        let id = DisclosureId::fresh(self.now(), self.randomness());
        let recipient = format!("{}\n{}", told.recipient, told.address);
        let asked = format!("{}\n{}\n{}", told.purpose, told.authority, told.nature);
        let knock = Knock::inside(actor, Act::Disclose, case).asking(&asked);
        let sha256 = domain::report::hash(&bytes);
        let (entry, line) = self.change(&knock, |tx, permit| {
            let line = Disclosure {
                id,
                case,
                told,
                items: items(tx, permit, &version)?,
                by: permit.user(),
                at: permit.at(),
            };
            tx.add_disclosure(permit, &line)?;
            let objects: Vec<String> = [
                format!("disclosure:{id}"),
                format!("case:{case}"),
                format!("report:{report}"),
                format!("sha256:{sha256}"),
            ]
            .into_iter()
            .chain(line.items.iter().map(|item| self.named(item)))
            .collect();
            Ok(Touched::new((tx.sequence().0, line), objects).given_to(recipient))
        })?;
        self.settle_log()?;
        Ok(Handed {
            name: file_name(&version, if passages.is_empty() { "" } else { " redacted" }),
            line,
            entry,
            bytes,
        })
    }

    /// A copy without some passages, read back and compared before anybody has it.
    fn redacted_copy(
        &self,
        version: &Version,
        people: &[(UserId, String)],
        passages: &[String],
    ) -> Result<Vec<u8>, DeskError> {
        let (copy, times) = version
            .document
            .redacted(passages)
            .map_err(|wrong| DeskError::malformed("redact", wrong.to_string()))?;
        let mut lines = status(version, people);
        lines.push(format!(
            "This is a redacted copy. Where {BLACK} stands, something was taken out: {times} times. The approval is of the whole."
        ));
        let bytes = self.set_in_type(&copy, &lines, "REDACTED COPY")?;
        let read = folded(&self.read_back(&bytes)?);
        match passages.iter().find(|passage| read.contains(&folded(passage))) {
            None => Ok(bytes),
            Some(_) => Err(DeskError::Conflict(
                "a passage can still be read in the copy, on the line of approval or across others; it is not handed out".into(),
            )),
        }
    }

    fn to_print(
        &self,
        actor: &Actor,
        act: Act,
        case: CaseId,
        report: ReportId,
    ) -> Result<(Version, Vec<(UserId, String)>), DeskError> {
        let knock = Knock::inside(actor, act, case);
        let read = |view: &View<'_>, permit: &domain::policy::Permit| {
            let found = view
                .report(permit, report)?
                .ok_or(DeskError::NotFound("report"))?;
            let version = self.version(view, permit, found)?;
            let people = view.users()?.into_iter().map(|user| (user.id, user.title));
            Ok((version, people.collect()))
        };
        if act == Act::Disclose {
            // The disclosure itself is the entry; this only makes ready.
            let permit = self.admit(&knock)?;
            if let Some(why) = self.health().refusing {
                return Err(DeskError::Unavailable(why));
            }
            let found = self.store().read(|view| Ok(read(view, &permit)))?;
            if let Err(error @ DeskError::NotFound(_)) = &found {
                self.store().log(self.entry_void(&knock, error))?;
            }
            return found;
        }
        self.read(&knock, |view, permit| {
            Ok(Touched::new(
                read(view, permit)?,
                [format!("report:{report}")],
            ))
        })
    }
}

/// What stands above the document: who approved it, when, and the hash of what they approved.
fn status(version: &Version, people: &[(UserId, String)]) -> Vec<String> {
    let name = |user: UserId| {
        let found = people.iter().find(|(id, _)| *id == user);
        found.map_or("somebody who is gone", |(_, name)| name.as_str())
    };
    let hash = &version.report.sha256;
    let mut lines = match &version.report.ruling {
        None => vec![format!(
            "Draft, not approved. SHA-256 of its content: {hash}"
        )],
        Some(ruling) if ruling.approved => vec![
            format!("Approved by {} on {}.", name(ruling.by), minute(ruling.at)),
            format!(
                "Drafted by {}. SHA-256 of the approved content: {hash}",
                version.document.drafted_by
            ),
        ],
        Some(ruling) => vec![format!(
            "Given back by {} on {}: {}",
            name(ruling.by),
            minute(ruling.at),
            ruling.words
        )],
    };
    lines.extend(
        version
            .standing
            .stale
            .iter()
            .map(|stale| format!("No longer current: {stale}.")),
    );
    lines
}

/// The ledger's items of a report: its findings, and the records that it cites or whose roles it tells.
fn items(
    view: &View<'_>,
    permit: &domain::policy::Permit,
    version: &Version,
) -> Result<Vec<Item>, DeskError> {
    let document = &version.document;
    let mut records: Vec<_> = document.relies.iter().map(|one| one.record).collect();
    for subject in view.subjects(permit)? {
        if document.roles.iter().any(|told| told.subject == subject.id) {
            records.push(subject.record);
        }
    }
    records.sort_unstable();
    records.dedup();
    let findings = document.findings.iter();
    Ok(records
        .into_iter()
        .map(|record| Item::Record(record, Portion::Named))
        .chain(findings.map(|used| Item::Finding(used.note)))
        .collect())
}

fn file_name(version: &Version, what: &str) -> String {
    let document = &version.document;
    let name = format!("report {} v{}{what}.pdf", document.case, document.version);
    name.replace(' ', "-")
}
