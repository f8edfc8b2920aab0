//! Versions of a case's report, what others say of them, and the templates. Rows are only added.

use domain::id::{CaseId, ReportId, UserId};
use domain::policy::Permit;
use domain::report::{Comment, Report, Ruling};
use domain::time::Moment;
use rusqlite::Row;

use crate::engine::event::Event;
use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, stored};
use crate::rows::statements;
use crate::rows::subject::case_of;

statements! {
    REPORTS = "SELECT r.id, r.case_id, r.version, r.content, r.sha256, r.by_user, r.at,
            u.approved, u.sha256, u.words, u.by_user, u.at
        FROM report r LEFT JOIN report_ruling u ON u.report = r.id
        WHERE r.case_id = ?1 ORDER BY r.version DESC";
    REPORT = "SELECT r.id, r.case_id, r.version, r.content, r.sha256, r.by_user, r.at,
            u.approved, u.sha256, u.words, u.by_user, u.at
        FROM report r LEFT JOIN report_ruling u ON u.report = r.id
        WHERE r.case_id = ?1 AND r.id = ?2";
    DRAFTER = "SELECT by_user FROM report WHERE case_id = ?1 AND id = ?2";
    LAST_VERSION = "SELECT max(version) FROM report WHERE case_id = ?1 HAVING max(version) IS NOT NULL";
    COMMENTS = "SELECT words, by_user, at FROM report_comment WHERE report = ?1 ORDER BY sequence";
    ADD_REPORT = "INSERT INTO report (id, case_id, sequence, version, content, sha256, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    ADD_COMMENT = "INSERT INTO report_comment (report, sequence, by_user, words, at) VALUES (?1, ?2, ?3, ?4, ?5)";
    ADD_REPORT_RULING = "INSERT INTO report_ruling (report, sequence, approved, sha256, words, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    TEMPLATES = "SELECT t.name, t.body, t.by_user, t.at FROM report_template t WHERE t.sequence = (
            SELECT max(v.sequence) FROM report_template v WHERE v.name = t.name) ORDER BY t.name";
    ADD_TEMPLATE = "INSERT INTO report_template (name, sequence, body, by_user, at) VALUES (?1, ?2, ?3, ?4, ?5)";
}

/// A template that somebody laid down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptTemplate {
    /// Its name.
    pub name: String,
    /// Its text.
    pub body: String,
    /// Who laid it down.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

fn read(row: &Row<'_>) -> Result<Report, StoreError> {
    let approved: Option<bool> = row.get(7)?;
    let ruling = match (approved, row.maybe_id(10)?, row.maybe_moment(11)?) {
        (Some(approved), Some(by), Some(at)) => Some(Ruling {
            approved,
            sha256: row.maybe_text(8)?.unwrap_or_default(),
            words: row.maybe_text(9)?.unwrap_or_default(),
            by,
            at,
        }),
        _ => None,
    };
    Ok(Report {
        id: row.id(0)?,
        case: row.id(1)?,
        version: row.number(2)?,
        content: row.text(3)?.into_bytes(),
        sha256: row.text(4)?,
        by: row.id(5)?,
        at: row.moment(6)?,
        comments: Vec::new(),
        ruling,
    })
}

impl View<'_> {
    /// The versions of the permit's case's report, the newest first.
    pub fn reports(&self, permit: &Permit) -> Result<Vec<Report>, StoreError> {
        let mut found = self.all(REPORTS, [case_of(permit)?.bytes()], read)?;
        for report in &mut found {
            report.comments = self.comments(report.id)?;
        }
        Ok(found)
    }

    /// One version of the permit's case's report.
    pub fn report(&self, permit: &Permit, id: ReportId) -> Result<Option<Report>, StoreError> {
        let case = case_of(permit)?;
        let Some(mut report) = self.one(REPORT, (case.bytes(), id.bytes()), read)? else {
            return Ok(None);
        };
        report.comments = self.comments(id)?;
        Ok(Some(report))
    }

    fn comments(&self, report: ReportId) -> Result<Vec<Comment>, StoreError> {
        self.all(COMMENTS, [report.bytes()], |row| {
            Ok(Comment {
                words: row.text(0)?,
                by: row.id(1)?,
                at: row.moment(2)?,
            })
        })
    }

    /// Who drafted a version, for asking the rules. It tells nothing else.
    pub fn report_drafter(
        &self,
        case: CaseId,
        report: ReportId,
    ) -> Result<Option<UserId>, StoreError> {
        self.one(DRAFTER, (case.bytes(), report.bytes()), |row| row.id(0))
    }

    /// The number of the newest version of a case's report; 0 when there is none.
    pub fn last_report_version(&self, case: CaseId) -> Result<u64, StoreError> {
        let last = self.one(LAST_VERSION, [case.bytes()], |row| row.number(0))?;
        Ok(last.unwrap_or(0))
    }

    /// The templates that were laid down here, the newest of each name.
    pub fn report_templates(&self) -> Result<Vec<KeptTemplate>, StoreError> {
        self.all(TEMPLATES, [], |row| {
            Ok(KeptTemplate {
                name: row.text(0)?,
                body: row.text(1)?,
                by: row.id(2)?,
                at: row.moment(3)?,
            })
        })
    }
}

impl Tx<'_> {
    /// Keeps a version.
    pub fn add_report(&self, report: &Report) -> Result<(), StoreError> {
        let sequence = self.told()?;
        let content = String::from_utf8_lossy(&report.content);
        self.run(
            ADD_REPORT,
            (
                report.id.bytes(),
                report.case.bytes(),
                sequence,
                stored(report.version),
                content.as_ref(),
                &report.sha256,
                report.by.bytes(),
                report.at.micros(),
            ),
        )?;
        self.announce(Event::CaseChanged { case: report.case });
        Ok(())
    }

    /// Keeps a remark.
    pub fn add_report_comment(
        &self,
        case: CaseId,
        report: ReportId,
        comment: &Comment,
    ) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_COMMENT,
            (
                report.bytes(),
                sequence,
                comment.by.bytes(),
                &comment.words,
                comment.at.micros(),
            ),
        )?;
        self.announce(Event::CaseChanged { case });
        Ok(())
    }

    /// Keeps the ruling on a version. There is one at most.
    pub fn add_report_ruling(
        &self,
        case: CaseId,
        report: ReportId,
        ruling: &Ruling,
    ) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_REPORT_RULING,
            (
                report.bytes(),
                sequence,
                ruling.approved,
                &ruling.sha256,
                &ruling.words,
                ruling.by.bytes(),
                ruling.at.micros(),
            ),
        )?;
        self.announce(Event::CaseChanged { case });
        Ok(())
    }

    /// Keeps a template.
    pub fn add_report_template(&self, template: &KeptTemplate) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_TEMPLATE,
            (
                &template.name,
                sequence,
                &template.body,
                template.by.bytes(),
                template.at.micros(),
            ),
        )?;
        Ok(())
    }
}
