//! Numbered migrations, applied in order, each in a transaction of its own, never edited once released.

use domain::audit::sha256_hex;
use rusqlite::{Connection, OptionalExtension};

use crate::error::OpenError;

/// All migrations in order; the number is the place from 1.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/001_start.sql"),
    include_str!("../../migrations/002_leaving.sql"),
    include_str!("../../migrations/003_matching.sql"),
    include_str!("../../migrations/004_board.sql"),
    include_str!("../../migrations/005_suspicion.sql"),
    include_str!("../../migrations/006_emergency.sql"),
    include_str!("../../migrations/007_purpose.sql"),
    include_str!("../../migrations/008_documents.sql"),
    include_str!("../../migrations/009_live.sql"),
    include_str!("../../migrations/010_messages.sql"),
    include_str!("../../migrations/011_work.sql"),
    include_str!("../../migrations/012_reports.sql"),
    include_str!("../../migrations/013_accounts.sql"),
    include_str!("../../migrations/014_tokens.sql"),
    include_str!("../../migrations/015_usage.sql"),
    include_str!("../../migrations/016_passages.sql"),
    include_str!("../../migrations/017_text_search.sql"),
    include_str!("../../migrations/018_mentions.sql"),
    include_str!("../../migrations/019_once.sql"),
    include_str!("../../migrations/020_case_types.sql"),
    include_str!("../../migrations/021_matching_agreements.sql"),
    include_str!("../../migrations/022_decisions.sql"),
    include_str!("../../migrations/023_custody.sql"),
    include_str!("../../migrations/024_notices.sql"),
    include_str!("../../migrations/025_numbers.sql"),
    include_str!("../../migrations/026_viewer.sql"),
    include_str!("../../migrations/027_uploads.sql"),
    include_str!("../../migrations/028_own_records.sql"),
    include_str!("../../migrations/029_tips.sql"),
    include_str!("../../migrations/030_persons.sql"),
    include_str!("../../migrations/031_oversight.sql"),
    include_str!("../../migrations/032_deadlines.sql"),
    include_str!("../../migrations/041_indices.sql"),
    include_str!("../../migrations/035_own_tables.sql"),
    include_str!("../../migrations/036_certifications.sql"),
    include_str!("../../migrations/038_case_parts.sql"),
    include_str!("../../migrations/039_intelligence.sql"),
    include_str!("../../migrations/033_sign_in.sql"),
    include_str!("../../migrations/034_reviews.sql"),
    include_str!("../../migrations/045_text_index.sql"),
    include_str!("../../migrations/042_set_aside.sql"),
    include_str!("../../migrations/043_basis.sql"),
    include_str!("../../migrations/044_clock_and_processing.sql"),
];

/// The version that this program writes.
pub(crate) fn known() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Brings a database to the present version; refuses one that a newer program has written.
pub(crate) fn apply(connection: &mut Connection) -> Result<(), OpenError> {
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > known() {
        return Err(OpenError::Newer {
            found,
            known: known(),
        });
    }
    for (number, text) in (1..).zip(MIGRATIONS) {
        let digest = sha256_hex(text.as_bytes());
        if number <= found {
            let applied: Option<String> = connection
                .query_row(
                    "SELECT sha256 FROM migration WHERE number = ?1",
                    [number],
                    |row| row.get(0),
                )
                .optional()?;
            if applied.as_deref() != Some(digest.as_str()) {
                return Err(OpenError::Altered(number));
            }
            continue;
        }
        let step = connection.transaction()?;
        step.execute_batch(
            "CREATE TABLE IF NOT EXISTS migration (
                 number INTEGER NOT NULL PRIMARY KEY, sha256 TEXT NOT NULL
             ) STRICT",
        )?;
        step.execute_batch(text)?;
        step.execute(
            "INSERT INTO migration (number, sha256) VALUES (?1, ?2)",
            (number, &digest),
        )?;
        step.pragma_update(None, "user_version", number)?;
        step.commit()?;
    }
    Ok(())
}
