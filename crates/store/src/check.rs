//! One check over everything that lasts: the database itself, the log's folder against its rows, blobs against theirs.

use domain::id::{CaseId, EvidenceId};

use crate::engine::open::{Story, compare};
use crate::engine::pool;
use crate::error::StoreError;
use crate::row::Columns as _;
use crate::rows::statements;
use crate::store::Store;
use crate::sweep::GRACE;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where: `database`, `log`, `blobs`, `sequences`.
    pub area: &'static str,
    /// What, in words, naming the row, entry or digest.
    pub what: String,
}

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Everything that is wrong; empty when all is well.
    pub faults: Vec<Fault>,
    /// Entries of the log in the database.
    pub entries: u64,
    /// Of those, how many lie under a signed head.
    pub sequenced: u64,
    /// Blobs that rows name.
    pub blobs: u64,
    /// Items of evidence whose bytes are not those that were filed, with their cases.
    pub damaged: Vec<(CaseId, EvidenceId)>,
    /// Blobs older than an hour that no row names; the next start sweeps them away.
    pub orphan_blobs: Vec<String>,
}

impl Report {
    /// Says whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.faults.is_empty()
    }

    fn fault(&mut self, area: &'static str, what: impl Into<String>) {
        self.faults.push(Fault {
            area,
            what: what.into(),
        });
    }
}

statements! {
    ENTRY_COUNT = "SELECT count(*), coalesce(min(number), 1), coalesce(max(number), 0) FROM log_entry";
    NAMED_BLOBS = "SELECT sha256, size, e.id, e.case_id FROM evidence e
            WHERE NOT EXISTS (SELECT 1 FROM evidence_erasure x WHERE x.evidence = e.id)
        UNION SELECT kept_sha256, NULL, NULL, NULL FROM release_file f
            JOIN release r ON r.number = f.release WHERE r.state <> 'abandoned'
        ORDER BY 1";
    ENTRIES_WITH_BODY = "SELECT number, id, at, kind, actor, case_id, body FROM log_entry ORDER BY number";
    // Every sequence that a row carries; none may be later than the newest entry.
    LATEST_SEQUENCES = "SELECT 'user_account', max(sequence) FROM user_account
        UNION ALL SELECT 'user_standing', max(sequence) FROM user_standing
        UNION ALL SELECT 'dataset', max(sequence) FROM dataset
        UNION ALL SELECT 'agreement', max(sequence) FROM agreement
        UNION ALL SELECT 'release', max(sequence) FROM release
        UNION ALL SELECT 'proposal', max(began) FROM proposal
        UNION ALL SELECT 'proposal', max(ended) FROM proposal
        UNION ALL SELECT 'judgement', max(sequence) FROM judgement
        UNION ALL SELECT 'case_file', max(sequence) FROM case_file
        UNION ALL SELECT 'case_stage', max(sequence) FROM case_stage
        UNION ALL SELECT 'case_member', max(sequence) FROM case_member
        UNION ALL SELECT 'membership_request', max(sequence) FROM membership_request
        UNION ALL SELECT 'subject', max(sequence) FROM subject
        UNION ALL SELECT 'note', max(sequence) FROM note
        UNION ALL SELECT 'reliance', max(sequence) FROM reliance
        UNION ALL SELECT 'reliance', max(ended) FROM reliance
        UNION ALL SELECT 'alert', max(sequence) FROM alert
        UNION ALL SELECT 'evidence', max(sequence) FROM evidence
        UNION ALL SELECT 'custody', max(sequence) FROM custody
        UNION ALL SELECT 'disclosure', max(sequence) FROM disclosure
        UNION ALL SELECT 'evidence_erasure', max(sequence) FROM evidence_erasure
        UNION ALL SELECT 'second_factor_rule', max(sequence) FROM second_factor_rule
        UNION ALL SELECT 'case_protection', max(sequence) FROM case_protection
        UNION ALL SELECT 'special_value', max(sequence) FROM special_value
        UNION ALL SELECT 'special_tie', max(sequence) FROM special_tie
        UNION ALL SELECT 'unlawful', max(sequence) FROM unlawful
        UNION ALL SELECT 'watermark', max(sequence) FROM watermark";
    // Rows of the bulk tables that point at nothing; these carry no foreign keys, for speed.
    LOOSE_VERSIONS = "SELECT count(*) FROM record_version v WHERE NOT EXISTS (
        SELECT 1 FROM record r WHERE r.number = v.record)";
    LOOSE_STATEMENTS = "SELECT count(*) FROM statement s WHERE NOT EXISTS (
        SELECT 1 FROM record_version v WHERE v.record = s.record AND v.release = s.began)";
    LOOSE_ENDS = "SELECT count(*) FROM statement_end e WHERE NOT EXISTS (
        SELECT 1 FROM statement s WHERE s.record = e.record AND s.id = e.statement)";
    LOOSE_REFERENCES = "SELECT count(*) FROM reference q WHERE NOT EXISTS (
        SELECT 1 FROM statement s WHERE s.record = q.record AND s.id = q.statement)";
    LOOSE_CHANGES = "SELECT count(*) FROM change c WHERE NOT EXISTS (
        SELECT 1 FROM record_version v WHERE v.record = c.record AND v.release = c.release)";
    MISCOUNTED = "SELECT r.number FROM release r WHERE r.state = 'published'
        AND r.changes <> (SELECT count(*) FROM change c WHERE c.release = r.number)";
}

impl Store {
    /// Checks everything. Reads all of it, so it takes time; the store may be in use meanwhile.
    pub fn check(&self) -> Result<Report, StoreError> {
        let mut report = Report::default();
        let connection = pool::open(&self.0.places.database())?;
        let faults = pragma(&connection, "PRAGMA integrity_check")?;
        for fault in faults.iter().filter(|line| *line != "ok") {
            report.fault("database", fault);
        }
        for fault in pragma(&connection, "PRAGMA foreign_key_check")? {
            report.fault("database", format!("a row of `{fault}` points at nothing"));
        }
        drop(connection);
        self.check_rows(&mut report)?;
        self.check_log(&mut report)?;
        self.check_blobs(&mut report)?;
        Ok(report)
    }

    fn check_rows(&self, report: &mut Report) -> Result<(), StoreError> {
        self.read(|view| {
            let found = view.one(ENTRY_COUNT, [], |row| {
                Ok((row.number(0)?, row.number(1)?, row.number(2)?))
            })?;
            let (count, first, newest) = found.unwrap_or((0, 1, 0));
            report.entries = newest;
            if count != newest || first != 1 {
                report.fault(
                    "log",
                    format!("{count} entries are numbered up to {newest}"),
                );
            }
            let latest = view.all(LATEST_SEQUENCES, [], |row| {
                Ok((row.text(0)?, row.get::<_, Option<i64>>(1)?))
            })?;
            for (table, sequence) in latest {
                if sequence.is_some_and(|sequence| sequence.unsigned_abs() > newest) {
                    report.fault(
                        "sequences",
                        format!("a row of `{table}` is later than entry {newest}"),
                    );
                }
            }
            for (table, sql) in [
                ("record_version", LOOSE_VERSIONS),
                ("statement", LOOSE_STATEMENTS),
                ("statement_end", LOOSE_ENDS),
                ("reference", LOOSE_REFERENCES),
                ("change", LOOSE_CHANGES),
            ] {
                let loose = view.figure(sql, [])?.unwrap_or(0);
                if loose > 0 {
                    report.fault(
                        "database",
                        format!("{loose} rows of `{table}` point at nothing"),
                    );
                }
            }
            for release in view.all(MISCOUNTED, [], |row| row.signed(0))? {
                report.fault(
                    "database",
                    format!("release {release} has another number of changes than it counted"),
                );
            }
            Ok(())
        })
    }

    fn check_log(&self, report: &mut Report) -> Result<(), StoreError> {
        // Invariant: the columns beside an entry's bytes say what the bytes say.
        let entries = self.read(|view| {
            view.all(ENTRIES_WITH_BODY, [], |row| {
                let number = row.number(0)?;
                let body: Vec<u8> = row.get(6)?;
                let Ok(entry) = serde_json::from_slice::<domain::audit::Entry>(&body) else {
                    return Ok(Some(number));
                };
                let same = entry.id == row.id(1)?
                    && entry
                        .moment()
                        .is_none_or(|at| row.moment(2).is_ok_and(|kept| kept == at))
                    && entry.kind.word() == row.text(3)?
                    && entry.actor == row.id(4)?
                    && entry.case == row.maybe_id(5)?;
                Ok((!same).then_some(number))
            })
        })?;
        for number in entries.into_iter().flatten() {
            report.fault(
                "log",
                format!("entry {number} of the database says other things in its columns"),
            );
        }
        report.sequenced = self.health().sequenced;
        // Entries appended since the rows were counted are no fault: they are committed before they are appended.
        let story = compare(&self.0.places, 0, report.entries, &|| false)?;
        let grown = self.read(|view| view.newest())?.0 > report.entries;
        if let Some(reason) = story.reason(report.entries)
            && !(grown && matches!(story, Story::Ahead(_)))
        {
            report.fault("log", reason);
        }
        Ok(())
    }

    fn check_blobs(&self, report: &mut Report) -> Result<(), StoreError> {
        let named = self.read(|view| {
            view.all(NAMED_BLOBS, [], |row| {
                let item = row.maybe_id(2)?.zip(row.maybe_id(3)?);
                Ok((row.text(0)?, row.get::<_, Option<i64>>(1)?, item))
            })
        })?;
        for (digest, size, item) in named {
            report.blobs += 1;
            let what = match item {
                Some((item, case)) => format!("evidence {item} of case {case}"),
                None => "release file".to_owned(),
            };
            let wrong = match self.0.blobs.verify(&digest) {
                Err(error) => format!("{what}: {error}"),
                Ok(found) if size.is_some_and(|size| size.unsigned_abs() != found) => {
                    format!("{what} {digest} is {found} bytes long")
                }
                Ok(_) => continue,
            };
            report.fault("blobs", wrong);
            report.damaged.extend(item.map(|(item, case)| (case, item)));
        }
        let orphans = self.orphans(GRACE)?;
        report.orphan_blobs = orphans
            .into_iter()
            .map(|(path, digest)| {
                if digest.is_empty() {
                    path.display().to_string()
                } else {
                    digest
                }
            })
            .collect();
        Ok(())
    }
}

fn pragma(connection: &rusqlite::Connection, sql: &str) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        lines.push(row.text(0)?);
    }
    Ok(lines)
}
