//! Packs by which somebody certifies exhibits, and the notices of them that were served on parties.

use domain::id::{CaseId, DisclosureId, EvidenceId, UserId};
use domain::policy::{Act, Permit};
use domain::time::Moment;
use rusqlite::params;

use crate::engine::event::Event;
use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::Columns as _;
use crate::rows::statements;
use crate::rows::subject::case_of;

/// A pack that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certification {
    /// The line of the ledger by which it left.
    pub id: DisclosureId,
    /// The case.
    pub case: CaseId,
    /// The exhibits in it, each with the SHA-256 of its bytes.
    pub items: Vec<(EvidenceId, String)>,
    /// Notices of it that were served, in order.
    pub notices: Vec<ServedNotice>,
    /// Who had it made.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

/// Notice of a pack that was served on a party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServedNotice {
    /// On whom.
    pub party: String,
    /// How.
    pub way: String,
    /// The day.
    pub served: String,
    /// Who recorded it.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

statements! {
    ADD = "INSERT INTO certification (id, case_id, sequence, by_user, at) VALUES (?1, ?2, ?3, ?4, ?5)";
    ADD_ITEM = "INSERT INTO certification_item (certification, position, evidence, sha256) VALUES (?1, ?2, ?3, ?4)";
    ADD_NOTICE = "INSERT INTO certification_notice (certification, sequence, party, way, served, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    ALL = "SELECT id, case_id, by_user, at FROM certification WHERE case_id = ?1 ORDER BY sequence DESC, id LIMIT 200";
    ONE = "SELECT count(*) FROM certification WHERE case_id = ?1 AND id = ?2";
    ITEMS = "SELECT evidence, sha256 FROM certification_item WHERE certification = ?1 ORDER BY position";
    NOTICES = "SELECT party, way, served, by_user, at FROM certification_notice WHERE certification = ?1 ORDER BY sequence";
}

impl View<'_> {
    /// Packs of the permit's case, the newest first.
    pub fn certifications(&self, permit: &Permit) -> Result<Vec<Certification>, StoreError> {
        let case = case_of(permit)?;
        let mut all = self.all(ALL, [case.bytes()], |row| {
            Ok(Certification {
                id: row.id(0)?,
                case: row.id(1)?,
                items: Vec::new(),
                notices: Vec::new(),
                by: row.id(2)?,
                at: row.moment(3)?,
            })
        })?;
        for one in &mut all {
            one.items = self.all(ITEMS, [one.id.bytes()], |row| {
                Ok((row.id(0)?, row.text(1)?))
            })?;
            one.notices = self.all(NOTICES, [one.id.bytes()], |row| {
                Ok(ServedNotice {
                    party: row.text(0)?,
                    way: row.text(1)?,
                    served: row.text(2)?,
                    by: row.id(3)?,
                    at: row.moment(4)?,
                })
            })?;
        }
        Ok(all)
    }

    /// Whether the permit's case has a pack of this id.
    pub fn has_certification(&self, permit: &Permit, id: DisclosureId) -> Result<bool, StoreError> {
        let case = case_of(permit)?;
        Ok(self.figure(ONE, (case.bytes(), id.bytes()))? == Some(1))
    }
}

impl Tx<'_> {
    /// Keeps which exhibits a pack holds.
    ///
    /// # Errors
    ///
    /// [`StoreError::WrongPermit`] unless the permit is for a disclosure from this very case.
    pub fn add_certification(
        &self,
        permit: &Permit,
        new: &Certification,
    ) -> Result<(), StoreError> {
        if permit.act() != Act::Disclose || permit.case() != Some(new.case) {
            return Err(StoreError::WrongPermit {
                needs: "disclosing from a case",
            });
        }
        let sequence = self.told()?;
        let params = (
            new.id.bytes(),
            new.case.bytes(),
            sequence,
            new.by.bytes(),
            new.at.micros(),
        );
        self.run(ADD, params)?;
        for (position, (item, sha256)) in (0_i64..).zip(&new.items) {
            self.run(ADD_ITEM, (new.id.bytes(), position, item.bytes(), sha256))?;
        }
        Ok(())
    }

    /// Keeps that notice of a pack was served.
    ///
    /// # Errors
    ///
    /// [`StoreError::WrongPermit`] unless the permit is for recording notices.
    pub fn add_served_notice(
        &self,
        permit: &Permit,
        id: DisclosureId,
        notice: &ServedNotice,
    ) -> Result<(), StoreError> {
        if permit.act() != Act::ServeNotice {
            return Err(StoreError::WrongPermit {
                needs: "recording that notice was served",
            });
        }
        let case = case_of(permit)?;
        let sequence = self.told()?;
        self.run(
            ADD_NOTICE,
            params![
                id.bytes(),
                sequence,
                notice.party,
                notice.way,
                notice.served,
                notice.by.bytes(),
                notice.at.micros(),
            ],
        )?;
        self.announce(Event::CaseChanged { case });
        Ok(())
    }
}
