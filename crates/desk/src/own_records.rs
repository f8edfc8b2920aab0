//! What a case says of its own: mentions that a person accepted become records of a dataset that is sealed to the case.
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
use store::{Mention, NewRelease, Tx, View};

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
        "organisation" => ("Organization", "name"),
        "vessel" => ("Vessel", "name"),
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
        let dataset = self.own_dataset(tx, permit, case)?;
        self.say_again(tx, permit.at(), case, &dataset, std::slice::from_ref(&key))?;
        Ok(tx.record_of_own(dataset.id, &key)?)
    }

    /// Takes back what rests on the mentions of an item that is being erased, and blanks it; says whether anything did.
    pub(crate) fn unsay_item(
        &self,
        tx: &mut Tx<'_>,
        at: Moment,
        case: CaseId,
        item: EvidenceId,
    ) -> Result<bool, DeskError> {
        let keys = tx.untie_mentions(item)?;
        let Some(dataset) = tx.dataset_of_case(case)? else {
            return Ok(false);
        };
        if keys.is_empty() {
            return Ok(false);
        }
        self.say_again(tx, at, case, &dataset, &keys)?;
        for key in &keys {
            tx.blank_own_statements(&dataset, key)?;
        }
        Ok(true)
    }

    /// Publishes what the accepted mentions of some things say today, as a release of the case's dataset.
    fn say_again(
        &self,
        tx: &mut Tx<'_>,
        at: Moment,
        case: CaseId,
        dataset: &Dataset,
        keys: &[String],
    ) -> Result<(), DeskError> {
        let new = NewRelease {
            id: ReleaseId::fresh(at, self.randomness()),
            dataset: dataset.id,
            label: at.to_rfc3339(),
            extent: Extent::Delta,
            received: at,
            cause: Cause::Source,
            input_sha256: sha256_hex(
                format!("{}\n{}", at.to_rfc3339(), keys.join("\n")).as_bytes(),
            ),
            mapping_sha256: sha256_hex(b"accepted mentions"),
            ordinal: None,
        };
        let mut staging = tx.begin_release(&new)?;
        let (mut taken, mut withdrawn) = (0, 0);
        for key in keys {
            let values = tx.said_by_mentions(case, key)?;
            let Some((schema, ..)) = values.first() else {
                withdrawn += u64::from(tx.stage_withdrawn(&mut staging, key)?);
                continue;
            };
            let mut record = Record {
                key: key.clone(),
                schema: schema.clone(),
                values: values
                    .iter()
                    .map(|(_, property, value, quote)| Value {
                        property: property.clone(),
                        value: value.clone(),
                        original: (quote != value).then(|| quote.clone()),
                        language: None,
                    })
                    .collect(),
                place: Place { file: 0, row: 1 },
            };
            record
                .values
                .sort_by(|a, b| (&a.property, &a.value).cmp(&(&b.property, &b.value)));
            record
                .values
                .dedup_by(|a, b| a.property == b.property && a.value == b.value);
            tx.stage(&mut staging, &[record])?;
            taken += 1;
        }
        let receipt = Receipt {
            release: new.id,
            dataset: dataset.name.clone(),
            label: new.label.clone(),
            received: at,
            files: Vec::new(),
            mapping_sha256: new.mapping_sha256.clone(),
            read: keys.len() as u64,
            taken,
            refused: 0,
            dropped: 0,
            added: 0,
            altered: taken,
            withdrawn,
            unchanged: 0,
            blanked: Vec::new(),
        };
        tx.publish(&staging, &receipt, &self.sign(&receipt))?;
        // A finding that rests on what is taken back is told of it like of any source.
        raise_alerts(tx, self.randomness(), new.id, at)?;
        Ok(())
    }

    /// The dataset of a case, brought in with the first thing it says.
    fn own_dataset(
        &self,
        tx: &Tx<'_>,
        permit: &Permit,
        case: CaseId,
    ) -> Result<Dataset, DeskError> {
        if let Some(known) = tx.dataset_of_case(case)? {
            return Ok(known);
        }
        let dataset = Dataset {
            id: DatasetId::fresh(permit.at(), self.randomness()),
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
                from: permit.at(),
                until: Moment::from_micros(i64::MAX / 2),
                terms: "Sealed to this case.".to_owned(),
            },
            created: permit.at(),
        };
        tx.add_dataset(&dataset)?;
        Ok(dataset)
    }
}

/// The passages in which a record of the case's own stands; none for records of other datasets.
pub(crate) fn anchors(
    view: &View<'_>,
    permit: &Permit,
    dataset: &Dataset,
    key: &str,
) -> Result<Vec<Mention>, DeskError> {
    match dataset.sealed() {
        Some(case) if permit.case() == Some(case) => Ok(view.mentions_of_own(permit, key)?),
        _ => Ok(Vec::new()),
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
