//! Giving a copy of a case to somebody outside its team: first the line in the ledger, then the bytes.
//!
//! One transaction decides, reads what the permit covers, and writes the ledger line and the log's entry. Only when both
//! are durable and the entry lies under the log's signed head is the first byte of the package made; the package holds
//! the proof of it. Should making the package fail, the ledger says more than was given, never less.
//!
//! Not here: agreements with recipients, restrictions that travel, and recalls.

mod contents;
mod graph;
mod package;
mod provenance;

use domain::authority::Actor;
use domain::disclosure::{Disclosed, Disclosure, Item};
use domain::id::{CaseId, DisclosureId};
use domain::policy::{Act, Permit};
use store::Tx;

use crate::act::Touched;
use crate::door::Knock;
use crate::{Desk, DeskError};

pub(crate) use contents::Contents;
pub(crate) use graph::escaped;

/// What was given to a recipient.
#[derive(Debug, Clone)]
pub struct Handed {
    /// The line of the ledger.
    pub line: Disclosure,
    /// Number of the log's entry.
    pub entry: u64,
    /// A name for the file.
    pub name: String,
    /// The package: a ZIP of open formats.
    pub bytes: Vec<u8>,
}

/// What the log proves of a disclosure.
pub(crate) struct Proven {
    /// Number of the entry.
    pub(crate) number: u64,
    /// Its bytes as they lie in the log.
    pub(crate) entry: Vec<u8>,
    /// Proof file of the tlog-proof form.
    pub(crate) proof: String,
    /// The log's verifier key.
    pub(crate) key: String,
}

/// Takes the accounting if each of its fields says something.
pub(crate) fn accounted(told: &Disclosed) -> Result<Disclosed, DeskError> {
    Disclosed::new(told).map_err(|missing| {
        DeskError::malformed(
            missing.0,
            format!("is empty, or longer than {} characters", Disclosed::LONGEST),
        )
    })
}

impl Desk {
    /// Gives a copy of what the case may read of its subjects, and of its findings with what they cite.
    ///
    /// # Errors
    /// Malformed when a field of the accounting is missing; then nothing is read, entered or made.
    pub fn disclose(
        &self,
        actor: &Actor,
        case: CaseId,
        told: &Disclosed,
    ) -> Result<Handed, DeskError> {
        let told = accounted(told)?;
        let recipient = format!("{}\n{}", told.recipient, told.address);
        let asked = format!("{}\n{}\n{}", told.purpose, told.authority, told.nature);
        let knock = Knock::inside(actor, Act::Disclose, case).asking(&asked);
        let (number, line, contents) = self.change(&knock, |tx, permit| {
            let contents = Contents::read(tx, permit)?;
            let items = contents.items();
            let (line, objects) = self.enter_disclosure(tx, permit, case, told, items)?;
            Ok(Touched::new((tx.sequence().0, line, contents), objects).given_to(recipient))
        })?;
        let proven = self.proven(number)?;
        let bytes = package::made(&contents, &line, &proven)?;
        // Making it takes a while: whoever has left the case meanwhile gets nothing.
        self.admit(&Knock::inside(actor, Act::Disclose, case))?;
        Ok(Handed {
            name: format!("{}-{}.zip", contents.case.number, line.id),
            line,
            entry: number,
            bytes,
        })
    }

    /// Lists the ledger of a case, newest line first.
    pub fn disclosures(&self, actor: &Actor, case: CaseId) -> Result<Vec<Disclosure>, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadCase, case),
            |view, permit| {
                let lines = view.disclosures(permit)?;
                let touched: Vec<String> = lines
                    .iter()
                    .map(|line| format!("disclosure:{}", line.id))
                    .collect();
                Ok(Touched::new(lines, touched))
            },
        )
    }

    /// Writes a line of the ledger; gives it with what the log's entry names: the line, the case, and every thing that goes.
    pub(crate) fn enter_disclosure(
        &self,
        tx: &mut Tx<'_>,
        permit: &Permit,
        case: CaseId,
        told: Disclosed,
        items: Vec<Item>,
    ) -> Result<(Disclosure, Vec<String>), DeskError> {
        let line = Disclosure {
            id: DisclosureId::fresh(permit.at(), self.randomness()),
            case,
            told,
            items,
            by: permit.user(),
            at: permit.at(),
        };
        tx.add_disclosure(permit, &line)?;
        let objects = [format!("disclosure:{}", line.id), format!("case:{case}")]
            .into_iter()
            .chain(line.items.iter().map(|item| self.named(item)))
            .collect();
        Ok((line, objects))
    }

    pub(crate) fn named(&self, item: &Item) -> String {
        match item {
            Item::Record(record, _) => self.pseudonym(record.bytes()),
            Item::Finding(note) => format!("note:{note}"),
        }
    }

    /// Waits until the entry is under the signed head and proves it.
    pub(crate) fn proven(&self, number: u64) -> Result<Proven, DeskError> {
        self.settle_log()?;
        let (folder, index) = (self.log_directory(), number.saturating_sub(1));
        let fault = |error: logbook::ReadError| DeskError::Unavailable(error.to_string());
        Ok(Proven {
            number,
            entry: logbook::read_entry(&folder, index).map_err(fault)?,
            proof: logbook::prove(&folder, index).map_err(fault)?,
            key: self.log_key_text(),
        })
    }
}
