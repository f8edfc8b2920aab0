//! What was found in the text of documents, and what persons have said of it. An erasure of the item blanks the words.

use domain::id::{CaseId, DatasetId, EvidenceId, MentionId, PassageId, RecordId, UserId};
use domain::passage::Place;
use domain::policy::{Act, Permit};
use domain::source::Dataset;
use domain::time::Moment;
use rusqlite::{Row, params};

use crate::engine::event::Event;
use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, stored};
use crate::rows::special::sets_aside;
use crate::rows::statements;
use crate::rows::subject::case_of;

/// Something found in the text of a document: a proposal until a person has judged it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Its id.
    pub id: MentionId,
    /// The case.
    pub case: CaseId,
    /// The item.
    pub evidence: EvidenceId,
    /// The file inside; empty for the item itself.
    pub part: String,
    /// SHA-256 of the file's bytes.
    pub sha256: String,
    /// Where it stands.
    pub place: Place,
    /// What it is: `iban`, `name`.
    pub kind: String,
    /// The words.
    pub quote: String,
    /// Their normal form.
    pub value: String,
    /// Why it is taken for that, in words.
    pub reasons: String,
    /// The record of the case's subject that it may name.
    pub record: Option<RecordId>,
}

/// What a person said of a mention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MentionJudgement {
    /// Whether it is what it was taken for.
    pub accepted: bool,
    /// The passage that was marked for it.
    pub passage: Option<PassageId>,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

/// A mention with the name of its item and the latest judgement on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MentionLine {
    /// The mention.
    pub mention: Mention,
    /// Name of its item.
    pub name: String,
    /// What was last said of it.
    pub judged: Option<MentionJudgement>,
}

statements! {
    LINES = "SELECT m.id, m.case_id, m.evidence, m.part, m.sha256, m.page, m.begins, m.length, m.kind, m.quote, m.value,
            m.reasons, m.record, e.name, j.accepted, j.passage, j.reason, j.by_user, j.at
        FROM mention m JOIN open_evidence e ON e.id = m.evidence
        LEFT JOIN mention_judgement j ON j.mention = m.id AND j.sequence = (
            SELECT max(n.sequence) FROM mention_judgement n WHERE n.mention = m.id)
        WHERE m.case_id = ?1 AND (?2 = '' OR m.kind = ?2) AND (?3 IS NULL OR m.evidence = ?3) AND m.quote <> ''
            AND (?6 = '' OR (?6 = 'open' AND j.mention IS NULL) OR (?6 = 'accepted' AND j.accepted = 1)
                OR (?6 = 'rejected' AND j.accepted = 0))
        ORDER BY e.sequence, m.part, m.page, m.begins, m.kind LIMIT ?4 OFFSET ?5";
    ON_PAGE = "SELECT m.id, m.case_id, m.evidence, m.part, m.sha256, m.page, m.begins, m.length, m.kind, m.quote, m.value,
            m.reasons, m.record, e.name, j.accepted, j.passage, j.reason, j.by_user, j.at
        FROM mention m JOIN open_evidence e ON e.id = m.evidence
        LEFT JOIN mention_judgement j ON j.mention = m.id AND j.sequence = (
            SELECT max(n.sequence) FROM mention_judgement n WHERE n.mention = m.id)
        WHERE m.case_id = ?1 AND m.evidence = ?2 AND m.part = ?3 AND m.page = ?4 AND m.quote <> ''
        ORDER BY m.begins, m.kind LIMIT 500";
    LINE = "SELECT m.id, m.case_id, m.evidence, m.part, m.sha256, m.page, m.begins, m.length, m.kind, m.quote, m.value,
            m.reasons, m.record, e.name, j.accepted, j.passage, j.reason, j.by_user, j.at
        FROM mention m JOIN open_evidence e ON e.id = m.evidence
        LEFT JOIN mention_judgement j ON j.mention = m.id AND j.sequence = (
            SELECT max(n.sequence) FROM mention_judgement n WHERE n.mention = m.id)
        WHERE m.case_id = ?1 AND m.id = ?2";
    KNOWN = "SELECT m.id, m.case_id, m.evidence, m.part, m.sha256, m.page, m.begins, m.length, m.kind, m.quote, m.value,
            m.reasons, m.record, e.name, NULL, NULL, NULL, NULL, NULL
        FROM mention m JOIN open_evidence e ON e.id = m.evidence
        WHERE m.case_id = ?1 AND m.evidence = ?2 AND m.quote <> ''
            AND m.kind IN ('known_organisation', 'known_vessel', 'known_person') ORDER BY m.page, m.begins";
    KINDS = "SELECT m.kind, count(*) FROM mention m JOIN open_evidence e ON e.id = m.evidence
        WHERE m.case_id = ?1 AND m.quote <> '' GROUP BY m.kind ORDER BY m.kind";
    FORGET_OTHER = "DELETE FROM mention
        WHERE evidence = ?1 AND part = ?2 AND page = ?3 AND begins = ?4 AND length = ?5 AND kind = ?6 AND quote <> ?7
            AND NOT EXISTS (SELECT 1 FROM mention_judgement j WHERE j.mention = mention.id)";
    ADD_MENTION = "INSERT INTO mention (id, case_id, sequence, evidence, part, sha256, page, begins, length, kind,
            quote, value, reasons, record)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
        ON CONFLICT (evidence, part, page, begins, length, kind) DO UPDATE SET
            sequence = excluded.sequence, reasons = excluded.reasons, record = excluded.record
        WHERE mention.quote = excluded.quote";
    HAS_MENTION = "SELECT count(*) FROM mention WHERE id = ?1";
    FORGET_STALE = "DELETE FROM mention WHERE case_id = ?1 AND evidence = ?2 AND sequence <> ?3
        AND NOT EXISTS (SELECT 1 FROM mention_judgement j WHERE j.mention = mention.id)";
    ADD_JUDGED = "INSERT INTO mention_judgement (mention, sequence, accepted, passage, reason, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    TIE = "INSERT INTO mention_record (mention, key, schema, property) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (mention) DO UPDATE SET key = excluded.key, schema = excluded.schema, property = excluded.property";
    SAID_BY = "SELECT r.schema, r.property, m.value, m.quote FROM mention_record r JOIN mention m ON m.id = r.mention
        JOIN open_evidence e ON e.id = m.evidence
        JOIN mention_judgement j ON j.mention = m.id AND j.sequence = (
            SELECT max(n.sequence) FROM mention_judgement n WHERE n.mention = m.id)
        WHERE m.case_id = ?1 AND r.key = ?2 AND j.accepted = 1 AND m.quote <> '' ORDER BY j.sequence";
    OWN = "SELECT m.id, m.case_id, m.evidence, m.part, m.sha256, m.page, m.begins, m.length, m.kind, m.quote, m.value,
            m.reasons, m.record, e.name, j.accepted, j.passage, j.reason, j.by_user, j.at
        FROM mention_record r JOIN mention m ON m.id = r.mention JOIN open_evidence e ON e.id = m.evidence
        JOIN mention_judgement j ON j.mention = m.id AND j.sequence = (
            SELECT max(n.sequence) FROM mention_judgement n WHERE n.mention = m.id)
        WHERE m.case_id = ?1 AND r.key = ?2 AND j.accepted = 1 AND m.quote <> '' ORDER BY j.sequence LIMIT 200";
    KEYS_OF_ITEM = "SELECT DISTINCT r.key FROM mention_record r JOIN mention m ON m.id = r.mention
        WHERE m.evidence = ?1 ORDER BY r.key";
    UNTIE = "DELETE FROM mention_record WHERE mention IN (SELECT id FROM mention WHERE evidence = ?1)";
    OWN_RECORD = "SELECT r.id FROM record r JOIN dataset d ON d.number = r.dataset WHERE d.id = ?1 AND r.key = ?2";
    BLANK_OWN = "UPDATE statement SET value = '', original = NULL, erased = 1 WHERE record IN (
            SELECT r.number FROM record r JOIN dataset d ON d.number = r.dataset WHERE d.id = ?1 AND r.key = ?2)
        AND EXISTS (SELECT 1 FROM statement_end e WHERE e.record = statement.record AND e.statement = statement.id)";
    BLANK_OWN_CHANGES = "UPDATE change SET values_before = NULL, values_after = NULL WHERE record IN (
            SELECT r.number FROM record r JOIN dataset d ON d.number = r.dataset WHERE d.id = ?1 AND r.key = ?2)";
    ACCEPTED_IN = "SELECT count(*) FROM mention m JOIN mention_judgement j ON j.mention = m.id AND j.sequence = (
            SELECT max(n.sequence) FROM mention_judgement n WHERE n.mention = m.id)
        WHERE m.evidence = ?1 AND m.part = ?2 AND m.page = ?3 AND m.begins < ?5 AND m.begins + m.length > ?4
            AND m.quote <> '' AND j.accepted = 1";
    BLANK_IN = "UPDATE mention SET quote = '', value = '', reasons = '', record = NULL
        WHERE evidence = ?1 AND part = ?2 AND page = ?3 AND begins < ?5 AND begins + length > ?4";
    BLANK = "UPDATE mention SET quote = '', value = '', reasons = '', part = '', record = NULL,
        begins = rowid, kind = '' WHERE evidence = ?1";
    BLANK_JUDGED = "UPDATE mention_judgement SET reason = ''
        WHERE mention IN (SELECT id FROM mention WHERE evidence = ?1)";
}

fn read(row: &Row<'_>) -> Result<MentionLine, StoreError> {
    let count = |column| Ok::<_, StoreError>(usize::try_from(row.number(column)?).unwrap_or(0));
    let accepted: Option<bool> = row.get(14)?;
    let judged = accepted.map(|accepted| {
        Ok::<_, StoreError>(MentionJudgement {
            accepted,
            passage: row.maybe_id(15)?,
            reason: row.text(16)?,
            by: row.id(17)?,
            at: row.moment(18)?,
        })
    });
    Ok(MentionLine {
        mention: Mention {
            id: row.id(0)?,
            case: row.id(1)?,
            evidence: row.id(2)?,
            part: row.text(3)?,
            sha256: row.text(4)?,
            place: Place {
                page: row.number(5)?,
                from: count(6)?,
                length: count(7)?,
            },
            kind: row.text(8)?,
            quote: row.text(9)?,
            value: row.text(10)?,
            reasons: row.text(11)?,
            record: row.maybe_id(12)?,
        },
        name: row.text(13)?,
        judged: judged.transpose()?,
    })
}

impl View<'_> {
    /// Mentions of the permit's case in the order of the documents; `kind` and `state` (`open`, `accepted`, `rejected`)
    /// are empty for all.
    pub fn mentions(
        &self,
        permit: &Permit,
        kind: &str,
        item: Option<EvidenceId>,
        state: &str,
        offset: u64,
        limit: usize,
    ) -> Result<Vec<MentionLine>, StoreError> {
        let case = case_of(permit)?;
        let item = item.map(|item| *item.bytes());
        let (limit, offset) = (stored(limit as u64), stored(offset));
        self.all(
            LINES,
            params![case.bytes(), kind, item, limit, offset, state],
            read,
        )
    }

    /// Mentions on one page of one file of an item of the permit's case, in the order of its text.
    pub fn mentions_on(
        &self,
        permit: &Permit,
        item: EvidenceId,
        part: &str,
        page: u64,
    ) -> Result<Vec<MentionLine>, StoreError> {
        let case = case_of(permit)?;
        let params = (case.bytes(), item.bytes(), part, stored(page));
        self.all(ON_PAGE, params, read)
    }

    /// Names of records of datasets that were found in an item of the permit's case.
    pub fn known_mentions(
        &self,
        permit: &Permit,
        item: EvidenceId,
    ) -> Result<Vec<Mention>, StoreError> {
        let lines = self.all(KNOWN, (case_of(permit)?.bytes(), item.bytes()), read)?;
        Ok(lines.into_iter().map(|line| line.mention).collect())
    }

    /// One mention of the permit's case.
    pub fn mention(
        &self,
        permit: &Permit,
        id: MentionId,
    ) -> Result<Option<MentionLine>, StoreError> {
        self.one(LINE, (case_of(permit)?.bytes(), id.bytes()), read)
    }

    /// What the accepted mentions of a thing say in a case: schema, property, value, and the words as they stand there.
    pub fn said_by_mentions(
        &self,
        case: CaseId,
        key: &str,
    ) -> Result<Vec<(String, String, String, String)>, StoreError> {
        self.all(SAID_BY, (case.bytes(), key), |row| {
            Ok((row.text(0)?, row.text(1)?, row.text(2)?, row.text(3)?))
        })
    }

    /// The accepted mentions on which a record of the permit's case's own rests.
    pub fn mentions_of_own(&self, permit: &Permit, key: &str) -> Result<Vec<Mention>, StoreError> {
        let lines = self.all(OWN, (case_of(permit)?.bytes(), key), read)?;
        Ok(lines.into_iter().map(|line| line.mention).collect())
    }

    /// The record of a key in a dataset of a case.
    pub fn record_of_own(
        &self,
        dataset: DatasetId,
        key: &str,
    ) -> Result<Option<RecordId>, StoreError> {
        self.one(OWN_RECORD, (dataset.bytes(), key), |row| row.id(0))
    }

    /// How many mentions of each kind there are in the permit's case.
    pub fn mention_kinds(&self, permit: &Permit) -> Result<Vec<(String, u64)>, StoreError> {
        self.all(KINDS, [case_of(permit)?.bytes()], |row| {
            Ok((row.text(0)?, row.number(1)?))
        })
    }

    /// The keys of what mentions and tables of an item speak of.
    pub fn keys_of_item(&self, item: EvidenceId) -> Result<Vec<String>, StoreError> {
        let mut keys = self.all(KEYS_OF_ITEM, [item.bytes()], |row| row.text(0))?;
        keys.extend(self.mapped_keys_of_item(item)?);
        keys.sort_unstable();
        keys.dedup();
        Ok(keys)
    }
}

impl Tx<'_> {
    /// Keeps what was found in an item, in the place of what nobody has judged; gives how many are new.
    ///
    /// # Errors
    ///
    /// [`StoreError::WrongPermit`] unless the permit is for mentions of the case.
    pub fn keep_mentions(
        &self,
        permit: &Permit,
        item: EvidenceId,
        mentions: &[Mention],
    ) -> Result<u64, StoreError> {
        let case = judges(permit)?;
        let sequence = self.told()?;
        let mut new = 0;
        for mention in mentions {
            let record = mention.record.map(|record| *record.bytes());
            let place = params![
                item.bytes(),
                mention.part,
                stored(mention.place.page),
                stored(mention.place.from as u64),
                stored(mention.place.length as u64),
                mention.kind,
                mention.quote,
            ];
            self.run(FORGET_OTHER, place)?;
            self.run(
                ADD_MENTION,
                params![
                    mention.id.bytes(),
                    case.bytes(),
                    sequence,
                    item.bytes(),
                    mention.part,
                    mention.sha256,
                    stored(mention.place.page),
                    stored(mention.place.from as u64),
                    stored(mention.place.length as u64),
                    mention.kind,
                    mention.quote,
                    mention.value,
                    mention.reasons,
                    record,
                ],
            )?;
            new += u64::from(self.figure(HAS_MENTION, [mention.id.bytes()])? == Some(1));
        }
        self.run(FORGET_STALE, (case.bytes(), item.bytes(), sequence))?;
        self.announce(Event::CaseChanged { case });
        Ok(new)
    }

    /// Keeps what a person said of a mention.
    ///
    /// # Errors
    ///
    /// [`StoreError::WrongPermit`] unless the permit is for mentions of the case.
    pub fn judge_mention(
        &self,
        permit: &Permit,
        mention: MentionId,
        judged: &MentionJudgement,
    ) -> Result<(), StoreError> {
        let case = judges(permit)?;
        let sequence = self.told()?;
        let passage = judged.passage.map(|passage| *passage.bytes());
        self.run(
            ADD_JUDGED,
            params![
                mention.bytes(),
                sequence,
                judged.accepted,
                passage,
                judged.reason,
                judged.by.bytes(),
                judged.at.micros(),
            ],
        )?;
        self.announce(Event::CaseChanged { case });
        Ok(())
    }

    /// Says of which thing a mention speaks.
    ///
    /// # Errors
    ///
    /// [`StoreError::WrongPermit`] unless the permit is for mentions of the case.
    pub fn tie_mention(
        &self,
        permit: &Permit,
        mention: MentionId,
        key: &str,
        schema: &str,
        property: &str,
    ) -> Result<(), StoreError> {
        judges(permit)?;
        self.told()?;
        self.run(TIE, (mention.bytes(), key, schema, property))?;
        Ok(())
    }

    /// Lets no mention of an item speak of anything any more; gives the keys of what they spoke of.
    pub fn untie_mentions(&self, item: EvidenceId) -> Result<Vec<String>, StoreError> {
        self.told()?;
        let keys = self.all(KEYS_OF_ITEM, [item.bytes()], |row| row.text(0))?;
        self.run(UNTIE, [item.bytes()])?;
        Ok(keys)
    }

    /// Blanks what a record of a case's own said and says no longer.
    pub fn blank_own_statements(&self, dataset: &Dataset, key: &str) -> Result<(), StoreError> {
        if dataset.sealed().is_none() {
            return Err(StoreError::WrongPermit {
                needs: "a dataset of a case",
            });
        }
        self.told()?;
        self.run(BLANK_OWN, (dataset.id.bytes(), key))?;
        self.run(BLANK_OWN_CHANGES, (dataset.id.bytes(), key))?;
        Ok(())
    }

    /// Whether an accepted mention says something of what stands in a place.
    pub fn says_accepted(
        &self,
        item: EvidenceId,
        part: &str,
        place: Place,
    ) -> Result<bool, StoreError> {
        let span = span(item, part, place);
        Ok(self.figure(ACCEPTED_IN, span)?.unwrap_or(0) > 0)
    }

    /// Takes the words of a place out of what was found and marked in it.
    ///
    /// # Errors
    ///
    /// [`StoreError::WrongPermit`] unless the permit is for setting passages aside.
    pub fn blank_span(
        &self,
        permit: &Permit,
        item: EvidenceId,
        part: &str,
        place: Place,
    ) -> Result<(), StoreError> {
        sets_aside(permit)?;
        self.run(BLANK_IN, span(item, part, place))?;
        self.blank_passages_in(item, part, place)
    }

    /// Takes the words out of what was found in an item.
    pub(crate) fn blank_mentions(&self, item: EvidenceId) -> Result<(), StoreError> {
        self.run(BLANK, [item.bytes()])?;
        self.run(BLANK_JUDGED, [item.bytes()])?;
        Ok(())
    }
}

fn judges(permit: &Permit) -> Result<CaseId, StoreError> {
    if permit.act() != Act::JudgeMention {
        return Err(StoreError::WrongPermit {
            needs: "finding and judging mentions",
        });
    }
    case_of(permit)
}

/// A place as statements take it: item, part, page, first sign and the one after the last.
pub(crate) fn span(
    item: EvidenceId,
    part: &str,
    place: Place,
) -> ([u8; 16], String, i64, i64, i64) {
    let (from, length) = (place.from as u64, place.length as u64);
    (
        *item.bytes(),
        part.to_owned(),
        stored(place.page),
        stored(from),
        stored(from.saturating_add(length)),
    )
}
