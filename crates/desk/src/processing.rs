//! The record of processing, made of what is in force at the moment it is asked for, and the assessments without which no
//! dataset of high risk is switched on.
//!
//! Nothing of it is typed twice: purposes, authorities and terms come from the agreements, what was taken out of them or ran
//! out shows its end, and who answers for all of it stands in the installation's own file, `processing.toml`.

use std::collections::{BTreeMap, BTreeSet};

use domain::authority::{Actor, Purpose};
use domain::id::{AssessmentId, DatasetId, RecipientId, UserId};
use domain::policy::Act;
use domain::processing::{
    About, Assessment, Controller, DatasetProcessing, Decided, Line, NOT_SAID, Recipient,
};
use domain::source::{Agreement, Dataset};
use domain::time::Moment;
use store::{Tx, View};

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::export::{ListFile, Sheet, TableForm};
use crate::sources::of_a_source;
use crate::{Desk, DeskError};

/// The installation's file that says who answers for the processing.
pub const FILE: &str = "processing.toml";

/// The record as it stands.
#[derive(Debug, Clone)]
pub struct Record {
    /// When it was made.
    pub made: Moment,
    /// Who answers for it.
    pub controller: Controller,
    /// Its lines: datasets, purposes, recipients.
    pub lines: Vec<Line>,
    /// Recipients as they were entered.
    pub recipients: Vec<Recipient>,
    /// Assessments.
    pub assessments: Vec<Assessment>,
    /// Required fields that say nothing, each with its line.
    pub missing: Vec<String>,
}

/// A recipient to be.
#[derive(Debug, Clone, Default)]
pub struct NewRecipient {
    /// What it is called.
    pub name: String,
    /// Of which category it is.
    pub category: String,
    /// Third country; empty where it is in none.
    pub third_country: String,
    /// Safeguards of the transfer there.
    pub safeguards: String,
}

/// A dataset with every agreement under which it was held, and what is said of its processing.
struct Held {
    dataset: Dataset,
    agreements: Vec<(Agreement, Moment)>,
    said: DatasetProcessing,
}

impl Held {
    fn is_in_force(&self, now: Moment) -> bool {
        now < self.dataset.agreement.until
    }
}

impl Desk {
    /// Makes the record of what is in force now.
    ///
    /// # Errors
    /// Unavailable when the installation's file cannot be read.
    pub fn processing(&self, actor: &Actor) -> Result<Record, DeskError> {
        let controller = self.controller()?;
        self.read(
            &Knock::outside(actor, Act::ReadProcessing),
            |view, permit| {
                let record = self.record_of(view, permit.at(), controller)?;
                Ok(Touched::new(record, []))
            },
        )
    }

    /// The record as a file.
    ///
    /// # Errors
    /// As for the record.
    pub fn export_processing(&self, actor: &Actor, form: TableForm) -> Result<ListFile, DeskError> {
        let record = self.processing(actor)?;
        let rows: Vec<Vec<String>> = record.lines.iter().map(|line| row(&record, line)).collect();
        let sheet = Sheet {
            name: "processing",
            heads: HEADS.to_vec(),
            rows,
        };
        let knock = Knock::outside(actor, Act::ReadProcessing);
        self.note_file(&knock, form, &sheet)?;
        sheet.file(form, record.made)
    }

    fn controller(&self) -> Result<Controller, DeskError> {
        let path = self.inner.data.join(FILE);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Controller::default());
            }
            Err(error) => return Err(DeskError::Unavailable(format!("{FILE}: {error}"))),
        };
        Controller::read(&text).map_err(|error| DeskError::Unavailable(format!("{FILE}: {error}")))
    }

    fn record_of(
        &self,
        view: &View<'_>,
        now: Moment,
        controller: Controller,
    ) -> Result<Record, DeskError> {
        let mut held = Vec::new();
        for dataset in view.datasets()? {
            held.push(Held {
                agreements: view.agreements_of(dataset.id)?,
                said: view.dataset_processing(dataset.id)?.unwrap_or_default(),
                dataset,
            });
        }
        let recipients = view.recipients()?;
        let going: Vec<&Recipient> = recipients
            .iter()
            .filter(|one| one.ended.is_none())
            .collect();
        let measures = measures(view, &controller)?;
        let common = Common {
            recipients: going
                .iter()
                .map(|one| format!("{} ({})", one.name, one.category))
                .collect(),
            transfers: going.iter().filter_map(|one| transfer(one)).collect(),
            measures,
        };
        let mut lines: Vec<Line> = held
            .iter()
            .map(|one| of_dataset(one, now, &common))
            .collect();
        lines.extend(of_purposes(&held, now, &common));
        lines.extend(
            recipients
                .iter()
                .map(|one| of_recipient(one, &held, now, &common)),
        );
        let mut missing: Vec<String> = controller
            .missing()
            .into_iter()
            .map(str::to_owned)
            .collect();
        for line in lines.iter().filter(|line| line.ended.is_none()) {
            let fields = line.missing().into_iter();
            missing.extend(
                fields.map(|field| format!("{} {}: {field}", line.about.word(), line.name)),
            );
        }
        Ok(Record {
            made: now,
            controller,
            lines,
            recipients,
            assessments: view.assessments()?,
            missing,
        })
    }

    /// Says what the processing of a dataset is. One that is said to be of high risk is switched off until an assessment that
    /// covers it was approved: nothing is loaded into it and nothing looked up in it.
    ///
    /// # Errors
    /// Malformed when a field says nothing; a conflict when the assessment that is named was not approved.
    pub fn describe_processing(
        &self,
        actor: &Actor,
        dataset: DatasetId,
        said: &DatasetProcessing,
    ) -> Result<(), DeskError> {
        let said = in_order(said)?;
        self.change(&Knock::outside(actor, Act::BringDataset), |tx, permit| {
            of_a_source(tx.dataset(dataset)?)?;
            self.set_processing(tx, dataset, &said, permit.user(), permit.at())?;
            let risk = if said.high_risk { "high" } else { "not_high" };
            Ok(Touched::new(
                (),
                [format!("dataset:{dataset}"), format!("risk:{risk}")],
            ))
        })
    }

    fn set_processing(
        &self,
        tx: &Tx<'_>,
        dataset: DatasetId,
        said: &DatasetProcessing,
        by: UserId,
        at: Moment,
    ) -> Result<(), DeskError> {
        if let Some(id) = said.assessment {
            let found = tx.assessment(id)?;
            let found = found.ok_or_else(|| DeskError::malformed("assessment", "is none"))?;
            if !found.is_approved() {
                let words = "the assessment that is named was not approved";
                return Err(DeskError::Conflict(words.into()));
            }
        }
        Ok(tx.set_dataset_processing(dataset, said, by, at)?)
    }

    /// What is said of a dataset that is being brought in, if anything is; of high risk without an approved assessment it is
    /// not brought in at all.
    pub(crate) fn activate(
        &self,
        tx: &Tx<'_>,
        dataset: DatasetId,
        said: Option<&DatasetProcessing>,
        by: UserId,
        at: Moment,
    ) -> Result<(), DeskError> {
        let Some(said) = said else { return Ok(()) };
        self.set_processing(tx, dataset, &in_order(said)?, by, at)?;
        self.is_assessed(tx, dataset)
    }

    /// Whether a dataset may be used: none of high risk without an approved assessment.
    ///
    /// # Errors
    /// A conflict where there is none.
    pub(crate) fn is_assessed(&self, view: &View<'_>, dataset: DatasetId) -> Result<(), DeskError> {
        if view.is_unassessed(dataset)? {
            let words = "the dataset is of high risk, and no approved assessment covers it; it is not switched on until one does";
            return Err(DeskError::Conflict(words.into()));
        }
        Ok(())
    }

    /// Enters a recipient.
    ///
    /// # Errors
    /// Malformed without a name or a category, or where a third country has no safeguards.
    pub fn add_recipient(
        &self,
        actor: &Actor,
        new: &NewRecipient,
    ) -> Result<RecipientId, DeskError> {
        let third_country = new.third_country.trim().to_owned();
        let safeguards = match third_country.is_empty() {
            true => String::new(),
            false => required("safeguards", &new.safeguards)?,
        };
        let (name, category) = (
            required("name", &new.name)?,
            required("category", &new.category)?,
        );
        let id = RecipientId::fresh(self.now(), self.randomness());
        self.change(
            &Knock::outside(actor, Act::HandleProcessing),
            |tx, permit| {
                tx.add_recipient(&Recipient {
                    id,
                    name,
                    category,
                    third_country,
                    safeguards,
                    by: permit.user(),
                    from: permit.at(),
                    ended: None,
                })?;
                Ok(Touched::new((), [format!("recipient:{id}")]))
            },
        )?;
        Ok(id)
    }

    /// Ends a recipient; it stays in the record with its end.
    pub fn end_recipient(&self, actor: &Actor, id: RecipientId) -> Result<(), DeskError> {
        let knock = Knock::outside(actor, Act::HandleProcessing);
        self.change(&knock, |tx, permit| {
            let all = tx.recipients()?;
            let found = all.iter().find(|one| one.id == id);
            let found = found.ok_or(DeskError::NotFound("recipient"))?;
            let own = near(tx, permit.user(), found.by)?;
            if !own || !tx.end_recipient(id, permit.at())? {
                return Err(DeskError::NotFound("recipient"));
            }
            Ok(Touched::new((), [format!("recipient:{id}")]))
        })
    }

    /// Writes an assessment down; somebody else decides on it.
    ///
    /// # Errors
    /// Malformed when it says nothing.
    pub fn write_assessment(
        &self,
        actor: &Actor,
        title: &str,
        words: &str,
    ) -> Result<AssessmentId, DeskError> {
        let (title, words) = (required("title", title)?, required("words", words)?);
        let id = AssessmentId::fresh(self.now(), self.randomness());
        let knock = Knock::outside(actor, Act::WriteAssessment).asking(&words);
        self.change(&knock, |tx, permit| {
            tx.add_assessment(&Assessment {
                id,
                title,
                words: words.clone(),
                by: permit.user(),
                at: permit.at(),
                decided: None,
            })?;
            Ok(Touched::new((), [format!("assessment:{id}")]))
        })?;
        Ok(id)
    }

    /// Approves an assessment, or not: for a supervisor who did not write it.
    ///
    /// # Errors
    /// Refused for its author; a conflict when it was decided on before.
    pub fn decide_assessment(
        &self,
        actor: &Actor,
        id: AssessmentId,
        approved: bool,
        words: &str,
    ) -> Result<(), DeskError> {
        let words = required("words", words)?;
        let author = self.store().read(|view| view.assessment(id))?;
        let author = author.map_or(UserId::from_bytes([0; 16]), |one| one.by);
        let knock = Knock::outside(actor, Act::DecideAssessment)
            .asking(&words)
            .concerning(author);
        self.change(&knock, |tx, permit| {
            let found = tx.assessment(id)?;
            let found = found.ok_or(DeskError::NotFound("assessment"))?;
            if !near(tx, permit.user(), found.by)? {
                return Err(DeskError::NotFound("assessment"));
            }
            let decided = Decided {
                by: permit.user(),
                at: permit.at(),
                approved,
                words: words.clone(),
            };
            if !tx.decide_assessment(id, &decided)? {
                return Err(DeskError::Conflict("it was decided on before".into()));
            }
            let told = if approved { "approved" } else { "not_approved" };
            Ok(Touched::new(
                (),
                [format!("assessment:{id}"), format!("decision:{told}")],
            ))
        })
    }
}

/// Whether somebody may change what another entered: units keep to their own, the whole body reaches all.
fn near(view: &View<'_>, me: UserId, other: UserId) -> Result<bool, store::StoreError> {
    let unit = |user: UserId| -> Result<String, store::StoreError> {
        Ok(view.user(user)?.map(|one| one.unit).unwrap_or_default())
    };
    let (mine, theirs) = (unit(me)?, unit(other)?);
    Ok(mine.is_empty() || theirs.is_empty() || mine == theirs)
}

fn in_order(said: &DatasetProcessing) -> Result<DatasetProcessing, DeskError> {
    Ok(DatasetProcessing {
        data_subjects: required("data_subjects", &said.data_subjects)?,
        data_categories: required("data_categories", &said.data_categories)?,
        retention: required("retention", &said.retention)?,
        high_risk: said.high_risk,
        assessment: said.assessment,
    })
}

/// What all lines have in common.
struct Common {
    recipients: Vec<String>,
    transfers: Vec<String>,
    measures: String,
}

fn transfer(one: &Recipient) -> Option<String> {
    (!one.third_country.is_empty())
        .then(|| format!("{}: {} ({})", one.name, one.third_country, one.safeguards))
}

/// What protects the data, as it is set now.
fn measures(view: &View<'_>, controller: &Controller) -> Result<String, DeskError> {
    let must: Vec<&str> = view
        .second_factor_roles()?
        .into_iter()
        .map(|role| role.word())
        .collect();
    let mut measures = vec![
        "each read inside an open case, for its purpose and basis, under rules that are kept with the log".to_owned(),
        "every act an entry of a signed log before its answer".to_owned(),
        "evidence under keys of its own".to_owned(),
        match must.is_empty() {
            true => "second factors for whoever sets one up".to_owned(),
            false => format!("a second factor for every {}", must.join(", ")),
        },
    ];
    measures.extend(Some(controller.measures.trim().to_owned()).filter(|text| !text.is_empty()));
    Ok(measures.join("; "))
}

fn or_not_said(text: &str) -> String {
    match text.trim() {
        "" => NOT_SAID.to_owned(),
        text => text.to_owned(),
    }
}

fn of_dataset(one: &Held, now: Moment, common: &Common) -> Line {
    let agreement = &one.dataset.agreement;
    Line {
        about: About::Dataset,
        name: one.dataset.name.clone(),
        title: format!("{}, {}", one.dataset.title, one.dataset.publisher),
        purposes: agreement.purposes.clone(),
        basis: vec![agreement.authority.clone()],
        data_subjects: or_not_said(&one.said.data_subjects),
        data_categories: or_not_said(&one.said.data_categories),
        recipients: common.recipients.clone(),
        transfers: common.transfers.clone(),
        retention: or_not_said(&one.said.retention),
        measures: common.measures.clone(),
        profiling: profiling(agreement.matching).to_owned(),
        high_risk: one.said.high_risk,
        assessment: one.said.assessment,
        from: one
            .dataset
            .created
            .max(first_of(&one.agreements, agreement)),
        ended: (!one.is_in_force(now)).then_some(agreement.until),
    }
}

fn first_of(agreements: &[(Agreement, Moment)], present: &Agreement) -> Moment {
    let first = agreements.first().map_or(present, |(first, _)| first);
    first.from
}

const fn profiling(matching: bool) -> &'static str {
    match matching {
        true => {
            "a machine proposes which records are one; a person judges each pair; nobody is scored"
        }
        false => "none",
    }
}

/// When a purpose held in a dataset: from when, and until when if it does no longer.
fn spell(one: &Held, purpose: &str, now: Moment) -> Option<(Moment, Option<Moment>)> {
    let mut began = None;
    let mut ended = None;
    for (agreement, at) in &one.agreements {
        let named = agreement.purposes.iter().any(|word| word == purpose);
        match (named, began) {
            (true, None) => began = Some(agreement.from.max(*at)),
            (true, Some(_)) => ended = None,
            (false, Some(_)) if ended.is_none() => ended = Some(*at),
            (false, _) => {}
        }
    }
    let until = one.dataset.agreement.until;
    let ran_out = (until <= now).then_some(until);
    began.map(|began| (began, ended.or(ran_out)))
}

fn of_purposes(held: &[Held], now: Moment, common: &Common) -> Vec<Line> {
    let named = |one: &Held| -> Vec<String> {
        let all = one
            .agreements
            .iter()
            .flat_map(|(agreement, _)| &agreement.purposes);
        all.cloned().collect()
    };
    let words: BTreeSet<String> = held.iter().flat_map(named).collect();
    let mut lines: BTreeMap<String, Line> = BTreeMap::new();
    for word in words {
        let of: Vec<(&Held, (Moment, Option<Moment>))> = held
            .iter()
            .filter_map(|one| Some((one, spell(one, &word, now)?)))
            .collect();
        let Some(from) = of.iter().map(|(_, (from, _))| *from).min() else {
            continue;
        };
        let going: Vec<&Held> = of
            .iter()
            .filter(|(_, (_, ended))| ended.is_none())
            .map(|(one, _)| *one)
            .collect();
        // With the last dataset that may be looked into for it, the purpose ends.
        let ended = match going.is_empty() {
            true => of.iter().filter_map(|(_, (_, ended))| *ended).max(),
            false => None,
        };
        let which: Vec<&Held> = match going.is_empty() {
            true => of.iter().map(|(one, _)| *one).collect(),
            false => going,
        };
        let title = Purpose::from_word(&word).map_or(word.as_str(), |purpose| purpose.title());
        lines.insert(
            word.clone(),
            Line {
                about: About::Purpose,
                name: word.clone(),
                title: title.to_owned(),
                purposes: vec![word],
                basis: all_of(&which, |one| one.dataset.agreement.authority.clone()),
                data_subjects: joined(&which, |one| one.said.data_subjects.clone()),
                data_categories: joined(&which, |one| one.said.data_categories.clone()),
                recipients: common.recipients.clone(),
                transfers: common.transfers.clone(),
                retention: joined(&which, |one| one.said.retention.clone()),
                measures: common.measures.clone(),
                profiling: profiling(which.iter().any(|one| one.dataset.agreement.matching))
                    .to_owned(),
                high_risk: which.iter().any(|one| one.said.high_risk),
                assessment: None,
                from,
                ended,
            },
        );
    }
    lines.into_values().collect()
}

fn of_recipient(one: &Recipient, held: &[Held], now: Moment, common: &Common) -> Line {
    let going: Vec<&Held> = held.iter().filter(|held| held.is_in_force(now)).collect();
    let purposes: BTreeSet<String> = going
        .iter()
        .flat_map(|held| held.dataset.agreement.purposes.clone())
        .collect();
    Line {
        about: About::Recipient,
        name: one.name.clone(),
        title: one.category.clone(),
        purposes: purposes.into_iter().collect(),
        basis: all_of(&going, |held| held.dataset.agreement.authority.clone()),
        data_subjects: joined(&going, |held| held.said.data_subjects.clone()),
        data_categories: joined(&going, |held| held.said.data_categories.clone()),
        recipients: vec![format!("{} ({})", one.name, one.category)],
        transfers: transfer(one).into_iter().collect(),
        retention: joined(&going, |held| held.said.retention.clone()),
        measures: common.measures.clone(),
        profiling: "none".to_owned(),
        high_risk: false,
        assessment: None,
        from: one.from,
        ended: one.ended,
    }
}

fn all_of(held: &[&Held], text: impl Fn(&Held) -> String) -> Vec<String> {
    let said: BTreeSet<String> = held
        .iter()
        .map(|one| text(one))
        .filter(|text| !text.trim().is_empty())
        .collect();
    said.into_iter().collect()
}

fn joined(held: &[&Held], text: impl Fn(&Held) -> String) -> String {
    or_not_said(&all_of(held, text).join("; "))
}

const HEADS: [&str; 20] = [
    "about",
    "name",
    "title",
    "purposes",
    "legal_basis",
    "data_subjects",
    "data_categories",
    "recipients",
    "third_country_transfers",
    "retention",
    "security_measures",
    "profiling",
    "high_risk",
    "assessment",
    "from",
    "ended",
    "controller",
    "controller_contact",
    "data_protection_officer",
    "joint_controllers",
];

fn row(record: &Record, line: &Line) -> Vec<String> {
    let controller = &record.controller;
    vec![
        line.about.word().to_owned(),
        line.name.clone(),
        line.title.clone(),
        line.purposes.join("; "),
        line.basis.join("; "),
        line.data_subjects.clone(),
        line.data_categories.clone(),
        line.recipients.join("; "),
        line.transfers.join("; "),
        line.retention.clone(),
        line.measures.clone(),
        line.profiling.clone(),
        if line.high_risk { "yes" } else { "no" }.to_owned(),
        line.assessment.map(|id| id.to_string()).unwrap_or_default(),
        line.from.to_rfc3339(),
        line.ended.map(|at| at.to_rfc3339()).unwrap_or_default(),
        or_not_said(&controller.name),
        or_not_said(&controller.contact),
        or_not_said(&controller.officer),
        controller.others.clone(),
    ]
}
