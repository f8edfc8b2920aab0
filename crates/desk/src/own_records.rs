//! What a case says of its own: mentions that a person accepted, and rows of tables that a person mapped (`own_tables`),
//! become records of a dataset that is sealed to the case.
//!
//! The dataset `case:<id>` comes into being with the first of them. It is in the scope of that case and can be in no
//! other's: it is listed nowhere, no steward may load into it or amend it, the matcher leaves it out, and the index gives its
//! records to that case alone. A record is one thing by its kind and value; its statements are the accepted mentions of it,
//! and each leads back to the passage in which it stands. Taking a mention back, or erasing its item, takes back the
//! statement unless another accepted mention says the same.

use domain::audit::sha256_hex;
use domain::authority::Purpose;
use domain::id::{CaseId, DatasetId, EvidenceId, RecordId, ReleaseId};
use domain::policy::Permit;
use domain::source::{Agreement, Cause, Dataset, Extent, Place, Receipt, Record, Value};
use domain::time::Moment;
use resolve::normal::latin::fold;
use store::{Mention, NewRelease, RowAnchor, Tx, View};

use crate::follow::raise_alerts;
use crate::{Desk, DeskError};

/// What a mention says of a thing: its schema, and the property whose value it is.
struct Said {
    schema: &'static str,
    property: &'static str,
}

/// What a kind of mention can say. Sums and dates say nothing of a thing; they are passages only.
fn said(kind: &str) -> Option<Said> {
    let (schema, property) = match kind {
        "iban" => ("BankAccount", "iban"),
        "lei" => ("Organization", "leiCode"),
        "imo" => ("Vessel", "imoNumber"),
        "isin" => ("Security", "isin"),
        "inn" => ("Organization", "innCode"),
        "ogrn" => ("Organization", "ogrnCode"),
        "register" | "cnpj" | "uscc" => ("Organization", "registrationNumber"),
        "email" => ("LegalEntity", "email"),
        "phone" => ("LegalEntity", "phone"),
        "person" => ("Person", "name"),
        "organisation" | "known_organisation" => ("Organization", "name"),
        "vessel" | "known_vessel" => ("Vessel", "name"),
        "known_person" => ("Person", "name"),
        "name" | "subject" => ("LegalEntity", "name"),
        _ => return None,
    };
    Some(Said { schema, property })
}

/// The key of the thing that a mention names: a digest, so that nothing of the words outlives an erasure.
fn key(schema: &str, property: &str, value: &str) -> String {
    let value = match property {
        "name" => fold(value),
        _ => value.to_owned(),
    };
    let digest = sha256_hex(format!("{schema}\n{property}\n{value}").as_bytes());
    digest.chars().take(32).collect()
}

/// Things of which a case says something else now, and where that came from.
pub(crate) struct Saying<'a> {
    /// Keys of the records.
    pub(crate) keys: &'a [String],
    /// The mapping by which it was read.
    pub(crate) mapping_sha256: &'a str,
    /// Rows that were refused.
    pub(crate) refused: u64,
    /// Values that were dropped.
    pub(crate) dropped: u64,
}

impl<'a> Saying<'a> {
    fn of(keys: &'a [String], mapping_sha256: &'a str) -> Self {
        Self {
            keys,
            mapping_sha256,
            refused: 0,
            dropped: 0,
        }
    }
}

/// What accepted mentions and mapped tables say of a thing today.
fn record(tx: &Tx<'_>, case: CaseId, key: &str) -> Result<Option<Record>, DeskError> {
    let mentions = tx.said_by_mentions(case, key)?;
    let rows = tx.said_by_rows(case, key)?;
    let schema = mentions.first().map(|(schema, ..)| schema.clone());
    let Some(schema) = schema.or_else(|| rows.first().map(|row| row.schema.clone())) else {
        return Ok(None);
    };
    let mentions = mentions
        .into_iter()
        .map(|(_, property, value, quote)| (property, value, quote));
    let rows = rows.into_iter().filter(|row| row.schema == schema);
    let said = mentions.chain(rows.map(|row| (row.property, row.value, row.original)));
    let mut values: Vec<Value> = said
        .map(|(property, value, words)| Value {
            property,
            original: (words != value && !words.is_empty()).then_some(words),
            value,
            language: None,
        })
        .collect();
    values.sort_by(|a, b| (&a.property, &a.value).cmp(&(&b.property, &b.value)));
    values.dedup_by(|a, b| a.property == b.property && a.value == b.value);
    Ok(Some(Record {
        key: key.to_owned(),
        schema,
        values,
        place: Place { file: 0, row: 1 },
    }))
}

impl Desk {
    /// Brings the case's own record of a mention in line with what was last said of it.
    pub(crate) fn follow_mention(
        &self,
        tx: &mut Tx<'_>,
        permit: &Permit,
        case: CaseId,
        mention: &Mention,
    ) -> Result<Option<RecordId>, DeskError> {
        let Some(said) = said(&mention.kind) else {
            return Ok(None);
        };
        let key = key(said.schema, said.property, &mention.value);
        tx.tie_mention(permit, mention.id, &key, said.schema, said.property)?;
        let dataset = self.own_dataset(tx, permit.at(), case)?;
        let mapping = sha256_hex(b"accepted mentions");
        let keys = std::slice::from_ref(&key);
        self.publish(tx, permit.at(), case, &dataset, &Saying::of(keys, &mapping))?;
        Ok(tx.record_of_own(dataset.id, &key)?)
    }

    /// Takes back what rests on the mentions and tables of an item that is being erased, and blanks it; says whether anything
    /// did.
    pub(crate) fn unsay_item(
        &self,
        tx: &mut Tx<'_>,
        at: Moment,
        case: CaseId,
        item: EvidenceId,
    ) -> Result<bool, DeskError> {
        let mut keys = tx.untie_mentions(item)?;
        keys.extend(tx.unmap_item(item)?);
        let Some(dataset) = tx.dataset_of_case(case)? else {
            return Ok(false);
        };
        if keys.is_empty() {
            return Ok(false);
        }
        let mapping = sha256_hex(b"erased item");
        self.publish(tx, at, case, &dataset, &Saying::of(&keys, &mapping))?;
        for key in &keys {
            tx.blank_own_statements(&dataset, key)?;
        }
        Ok(true)
    }

    /// Publishes what is said today of things of which a table was mapped or taken back.
    pub(crate) fn say_again(
        &self,
        tx: &mut Tx<'_>,
        permit: &Permit,
        case: CaseId,
        saying: &Saying<'_>,
    ) -> Result<(), DeskError> {
        let dataset = self.own_dataset(tx, permit.at(), case)?;
        self.publish(tx, permit.at(), case, &dataset, saying)
    }

    /// Publishes anew what is said of all that an item speaks of, after the item was barred or found lawful; the release by
    /// which that was done, where it speaks of anything. Who relied on it is told of the bar, not of each change.
    pub(crate) fn say_item_again(
        &self,
        tx: &mut Tx<'_>,
        at: Moment,
        case: CaseId,
        item: EvidenceId,
    ) -> Result<Option<ReleaseId>, DeskError> {
        let keys = tx.keys_of_item(item)?;
        let found = tx.dataset_of_case(case)?.filter(|_| !keys.is_empty());
        let Some(dataset) = found else {
            return Ok(None);
        };
        let mapping = sha256_hex(b"barred item");
        let saying = Saying::of(&keys, &mapping);
        self.publish_untold(tx, at, case, &dataset, &saying)
            .map(Some)
    }

    /// Publishes what accepted mentions and mapped tables say of some things today. A finding that rests on what is taken back
    /// is told of it like of any source.
    fn publish(
        &self,
        tx: &mut Tx<'_>,
        at: Moment,
        case: CaseId,
        dataset: &Dataset,
        saying: &Saying<'_>,
    ) -> Result<(), DeskError> {
        let release = self.publish_untold(tx, at, case, dataset, saying)?;
        raise_alerts(tx, self.randomness(), release, at).map(drop)
    }

    /// Publishes the same, as a release of the case's dataset.
    fn publish_untold(
        &self,
        tx: &mut Tx<'_>,
        at: Moment,
        case: CaseId,
        dataset: &Dataset,
        saying: &Saying<'_>,
    ) -> Result<ReleaseId, DeskError> {
        let new = NewRelease {
            id: ReleaseId::fresh(at, self.randomness()),
            dataset: dataset.id,
            label: at.to_rfc3339(),
            extent: Extent::Delta,
            received: at,
            cause: Cause::Source,
            input_sha256: sha256_hex(
                format!("{}\n{}", at.to_rfc3339(), saying.keys.join("\n")).as_bytes(),
            ),
            mapping_sha256: saying.mapping_sha256.to_owned(),
            ordinal: None,
        };
        let mut staging = tx.begin_release(&new)?;
        let mut records = Vec::with_capacity(saying.keys.len());
        let mut withdrawn = 0;
        for key in saying.keys {
            match self::record(tx, case, key)? {
                Some(record) => records.push(record),
                None => withdrawn += u64::from(tx.stage_withdrawn(&mut staging, key)?),
            }
        }
        let counts = tx.stage(&mut staging, &records)?;
        let receipt = Receipt {
            release: new.id,
            dataset: dataset.name.clone(),
            label: new.label.clone(),
            received: at,
            files: Vec::new(),
            mapping_sha256: new.mapping_sha256.clone(),
            read: saying.keys.len() as u64,
            taken: records.len() as u64,
            refused: saying.refused,
            dropped: saying.dropped,
            added: counts.added,
            altered: counts.altered,
            withdrawn,
            unchanged: counts.unchanged,
            blanked: Vec::new(),
        };
        tx.publish(&staging, &receipt, &self.sign(&receipt))?;
        Ok(new.id)
    }

    /// The dataset of a case, brought in with the first thing it says.
    fn own_dataset(&self, tx: &Tx<'_>, at: Moment, case: CaseId) -> Result<Dataset, DeskError> {
        if let Some(known) = tx.dataset_of_case(case)? {
            return Ok(known);
        }
        let dataset = Dataset {
            id: DatasetId::fresh(at, self.randomness()),
            name: Dataset::name_of_case(case),
            title: "What this case says itself".to_owned(),
            publisher: "the team of this case".to_owned(),
            agreement: Agreement {
                purposes: Purpose::ALL
                    .iter()
                    .map(|purpose| purpose.word().to_owned())
                    .collect(),
                authority: "the case file".to_owned(),
                matching: false,
                standing_rules: false,
                from: at,
                until: Moment::from_micros(i64::MAX / 2),
                terms: "Sealed to this case.".to_owned(),
                special: "the case file".to_owned(),
            },
            created: at,
            unlawful: false,
        };
        tx.add_dataset(&dataset)?;
        Ok(dataset)
    }
}

/// The passages, and the rows of tables, in which a record of the case's own stands; none for records of other datasets.
pub(crate) fn anchors(
    view: &View<'_>,
    permit: &Permit,
    dataset: &Dataset,
    key: &str,
) -> Result<(Vec<Mention>, Vec<RowAnchor>), DeskError> {
    match dataset.sealed() {
        Some(case) if permit.case() == Some(case) => Ok((
            view.mentions_of_own(permit, key)?,
            view.rows_of_own(permit, key)?,
        )),
        _ => Ok((Vec::new(), Vec::new())),
    }
}

#[cfg(test)]
mod tests {
    use domain::schema::Model;

    use super::{key, said};

    #[test]
    fn what_a_mention_says_is_a_property_of_its_schema() {
        let kinds = [
            "iban",
            "lei",
            "imo",
            "isin",
            "inn",
            "ogrn",
            "register",
            "cnpj",
            "uscc",
            "email",
            "phone",
            "person",
            "organisation",
            "vessel",
            "name",
            "subject",
            "known_organisation",
            "known_vessel",
            "known_person",
        ];
        for kind in kinds {
            let said = said(kind).unwrap();
            let known = Model::standard().property(said.schema, said.property);
            assert!(known.is_some(), "{kind}: {}.{}", said.schema, said.property);
        }
        assert!(said("money").is_none() && said("date").is_none());
    }

    #[test]
    fn a_key_is_a_digest_and_names_are_the_same_in_any_spelling() {
        let one = key("Person", "name", "Mirel Tavasz");
        assert_eq!(one, key("Person", "name", "MIREL  T\u{e1}vasz"));
        assert_ne!(one, key("Vessel", "name", "Mirel Tavasz"));
        assert_eq!(one.len(), 32);
        assert!(!one.contains("irel"));
    }
}
