//! What was put to the rules for each entry of the log, and every version of the rules, so that a decision can be replayed.

use std::collections::BTreeMap;

use domain::policy::{Act, Archived, Packed, Permit, PermitKind, Question};
use domain::statement::Sequence;

use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, stored};
use crate::rows::statements;

statements! {
    ARCHIVED = "SELECT version, shapes, rules, fields FROM policy_archive WHERE version = ?1";
    ARCHIVE = "INSERT INTO policy_archive (version, shapes, rules, fields, at) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (version) DO NOTHING";
    VERSIONS = "SELECT version, at FROM policy_archive ORDER BY at DESC, version";
    BODY = "SELECT body FROM decision WHERE entry = ?1";
    PART = "SELECT body FROM decision_part WHERE digest = ?1";
    ADD_DECISION = "INSERT INTO decision (entry, body) VALUES (?1, ?2)";
    ADD_PART = "INSERT INTO decision_part (digest, body) VALUES (?1, ?2) ON CONFLICT (digest) DO NOTHING";
}

impl View<'_> {
    /// A version of the rules that decided here once.
    pub fn archived_policy(&self, version: &str) -> Result<Option<Archived>, StoreError> {
        self.one(ARCHIVED, [version], |row| {
            Ok(Archived {
                version: row.text(0)?,
                schema: row.text(1)?,
                text: row.text(2)?,
                fields: row.text(3)?,
            })
        })
    }

    /// Every version of the rules that decided here, the newest first, with when it was first in force.
    pub fn policy_versions(&self) -> Result<Vec<(String, domain::time::Moment)>, StoreError> {
        self.all(VERSIONS, [], |row| Ok((row.text(0)?, row.moment(1)?)))
    }

    /// What was put to the rules for an entry; nothing where a text is not what the entry's digest says.
    pub fn question_of(
        &self,
        permit: &Permit,
        entry: Sequence,
        digest: &str,
    ) -> Result<Option<Question>, StoreError> {
        if permit.kind() != PermitKind::Audit || permit.act() != Act::ReadLog {
            return Err(StoreError::WrongPermit {
                needs: "reading the log",
            });
        }
        let Some(body) = self.one(BODY, [stored(entry.0)], |row| row.text(0))? else {
            return Ok(None);
        };
        let mut parts = BTreeMap::new();
        let named: BTreeMap<String, serde_json::Value> = serde_json::from_str(&body)?;
        for name in ["principal", "resource", "datasets"] {
            let digest = named.get(name).and_then(serde_json::Value::as_str);
            if let Some(digest) = digest
                && let Some(text) = self.one(PART, [digest], |row| row.text(0))?
            {
                parts.insert(digest.to_owned(), text);
            }
        }
        Ok(Question::unpacked(digest, &body, |digest| {
            parts.get(digest).cloned()
        }))
    }
}

impl Tx<'_> {
    /// Keeps a version of the rules, once.
    pub fn archive_policy(&self, archived: &Archived) -> Result<(), StoreError> {
        self.run(
            ARCHIVE,
            (
                &archived.version,
                &archived.schema,
                &archived.text,
                &archived.fields,
                self.now().micros(),
            ),
        )
        .map(drop)
    }

    /// Keeps what was put to the rules for the act's own entry.
    pub(crate) fn add_decision(&self, number: i64, packed: &Packed) -> Result<(), StoreError> {
        self.run(ADD_DECISION, (number, &packed.body))?;
        for (digest, text) in &packed.parts {
            self.run(ADD_PART, (digest, text))?;
        }
        Ok(())
    }
}
