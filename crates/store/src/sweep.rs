//! Taking away what nobody will come back for: rows of abandoned releases, blobs that no row names.

use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use crate::engine::view::Tx;
use crate::error::{ActError, StoreError};
use crate::row::Columns as _;
use crate::rows::staging::Staging;
use crate::rows::statements;
use crate::store::Store;

/// A blob is left alone this long even if no row names it: its row may be on the way.
pub(crate) const GRACE: Duration = Duration::from_secs(3_600);
/// Records taken out in one write.
const AT_ONCE: i64 = 2_000;

statements! {
    ABANDON_STAGING = "UPDATE release SET state = 'abandoned' WHERE state = 'staging'";
    ABANDONED = "SELECT number, dataset FROM release WHERE state = 'abandoned' AND swept = 0 ORDER BY number";
    SWEPT = "UPDATE release SET swept = 1 WHERE number = ?1";
    RECORDS = "SELECT record FROM (
            SELECT record FROM record_version WHERE release = ?1 UNION SELECT record FROM late_version WHERE release = ?1
            UNION SELECT record FROM named_again WHERE release = ?1) ORDER BY record LIMIT ?2";
    DELETE_LATE = "DELETE FROM late_version WHERE record = ?1 AND release = ?2";
    DELETE_NAMED = "DELETE FROM named_again WHERE record = ?1 AND release = ?2";
    DELETE_REFERENCES = "DELETE FROM reference WHERE record = ?1 AND (dataset, target, statement) IN (
            SELECT ?3, value, id FROM statement WHERE record = ?1 AND began = ?2)";
    DELETE_STATEMENTS = "DELETE FROM statement WHERE record = ?1 AND began = ?2";
    DELETE_ENDS = "DELETE FROM statement_end WHERE record = ?1 AND release = ?2";
    DELETE_CHANGES = "DELETE FROM change WHERE record = ?1 AND release = ?2";
    DELETE_VERSION = "DELETE FROM record_version WHERE record = ?1 AND release = ?2";
    DELETE_RECORD = "DELETE FROM record WHERE number = ?1
        AND NOT EXISTS (SELECT 1 FROM record_version WHERE record = ?1)";
    NAMED = "SELECT 1 FROM evidence e WHERE e.sha256 = ?1
            AND NOT EXISTS (SELECT 1 FROM evidence_erasure x WHERE x.evidence = e.id) UNION ALL
        SELECT 1 FROM release_file WHERE kept_sha256 = ?1 LIMIT 1";
}

impl Store {
    /// What was being staged when the program stopped is given up; a thread takes it away while the store is in use.
    pub(crate) fn start_sweeping(self) -> Result<Option<JoinHandle<()>>, StoreError> {
        if self.health().refusing.is_some() {
            return Ok(None);
        }
        self.quiet(|tx| tx.run(ABANDON_STAGING, [])).map_err(flat)?;
        // Nobody else is on this folder: what was on its way into it when the program stopped comes no more.
        self.0.blobs.clear_incoming()?;
        std::thread::Builder::new()
            .name("sweeper".into())
            .spawn(move || {
                if let Err(error) = self.sweep() {
                    tracing::warn!(%error, "what was abandoned could not all be taken away");
                }
            })
            .map(Some)
            .map_err(StoreError::file("sweeper"))
    }

    /// Takes away the rows of abandoned releases and the blobs that no row has named for an hour; gives how many.
    pub fn sweep(&self) -> Result<(u64, u64), StoreError> {
        let abandoned =
            self.read(|view| view.all(ABANDONED, [], |row| Ok((row.signed(0)?, row.signed(1)?))))?;
        let mut rows = 0;
        for (release, dataset) in abandoned {
            loop {
                let taken = self
                    .quiet(|tx| tx.sweep_release(release, dataset))
                    .map_err(flat)?;
                rows += taken;
                if taken == 0 || self.0.progress.stopping() {
                    break;
                }
            }
        }
        Ok((rows, self.sweep_blobs()?))
    }

    fn sweep_blobs(&self) -> Result<u64, StoreError> {
        // How old a file is says the wall clock: while nobody can believe it, nothing is taken away.
        if !self.0.clock.may_erase() {
            return Ok(0);
        }
        let mut taken = 0;
        for (path, _) in self.orphans(GRACE)? {
            if self.0.progress.stopping() {
                break;
            }
            if self.0.blobs.remove_old(&path, GRACE)? {
                taken += 1;
            }
        }
        Ok(taken)
    }

    /// Files among the blobs that no row names and that are older than `grace`, with their digests.
    pub(crate) fn orphans(
        &self,
        grace: Duration,
    ) -> Result<Vec<(std::path::PathBuf, String)>, StoreError> {
        let now = SystemTime::now();
        let mut orphans = Vec::new();
        self.read(|view| {
            for (digest, path, changed) in self.0.blobs.list()? {
                let old = now.duration_since(changed).is_ok_and(|age| age >= grace);
                if old && view.figure(NAMED, [&digest])?.is_none() {
                    orphans.push((path, digest));
                }
            }
            Ok(())
        })?;
        Ok(orphans)
    }

    /// Does what [`Tx::stage_missing`] does in writes of some milliseconds, so that others get their turn between.
    pub fn stage_missing(&self, staging: &mut Staging) -> Result<u64, ActError<StoreError>> {
        let (mut total, mut after) = (0, Some(String::new()));
        while let Some(key) = after {
            let (taken, next) = self.quiet(|tx| tx.stage_missing_step(staging, &key, AT_ONCE))?;
            total += taken;
            after = next;
        }
        Ok(total)
    }
}

impl Tx<'_> {
    fn sweep_release(&self, release: i64, dataset: i64) -> Result<u64, StoreError> {
        let records = self.all(RECORDS, (release, AT_ONCE), |row| row.signed(0))?;
        for record in &records {
            let pair = (*record, release);
            self.run(DELETE_REFERENCES, (record, release, dataset))?;
            for sql in [
                DELETE_STATEMENTS,
                DELETE_ENDS,
                DELETE_CHANGES,
                DELETE_VERSION,
                DELETE_LATE,
                DELETE_NAMED,
            ] {
                self.run(sql, pair)?;
            }
            self.run(DELETE_RECORD, [record])?;
        }
        if records.is_empty() {
            self.run(SWEPT, [release])?;
        }
        Ok(records.len() as u64)
    }
}

fn flat(error: ActError<StoreError>) -> StoreError {
    match error {
        ActError::Store(error) | ActError::Act(error) => error,
        ActError::Refusing { reason } => {
            StoreError::file("predicate.sqlite")(std::io::Error::other(reason))
        }
    }
}
