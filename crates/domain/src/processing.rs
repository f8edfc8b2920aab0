//! The record of processing (GDPR art. 30, Directive (EU) 2016/680 art. 24): what is processed, what for, of whom, who gets
//! it, for how long; and the assessments without which nothing of high risk is switched on.

use serde::{Deserialize, Serialize};

use crate::id::{AssessmentId, RecipientId, UserId};
use crate::time::Moment;

/// Who answers for the processing, as the installation's own file says it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Controller {
    /// Name of the controller.
    pub name: String,
    /// How to reach it.
    pub contact: String,
    /// Name and contact of the data protection officer.
    pub officer: String,
    /// Joint controllers, and the representative, where there are any.
    pub others: String,
    /// What protects the data beside what the program itself does.
    pub measures: String,
}

impl Controller {
    /// Reads the installation's file.
    ///
    /// # Errors
    /// When it is no TOML, or has a key that is none of it; in words.
    pub fn read(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    /// The required fields that say nothing.
    pub fn missing(&self) -> Vec<&'static str> {
        let said = [
            ("controller.name", &self.name),
            ("controller.contact", &self.contact),
            ("controller.officer", &self.officer),
            ("controller.measures", &self.measures),
        ];
        said.into_iter()
            .filter(|(_, text)| text.trim().is_empty())
            .map(|(field, _)| field)
            .collect()
    }
}

/// What the processing of a dataset is, beside its agreement.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DatasetProcessing {
    /// Categories of people it is about.
    pub data_subjects: String,
    /// Categories of personal data.
    pub data_categories: String,
    /// After which time it is erased.
    pub retention: String,
    /// Whether it is likely to be of high risk to those people.
    pub high_risk: bool,
    /// The assessment that covers it.
    pub assessment: Option<AssessmentId>,
}

/// Somebody, or a category of bodies, to whom data go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Its id.
    pub id: RecipientId,
    /// What it is called.
    pub name: String,
    /// Of which category it is.
    pub category: String,
    /// In which country it is, where that is a third one; empty where it is not.
    pub third_country: String,
    /// What safeguards the transfer there.
    pub safeguards: String,
    /// Who entered it.
    pub by: UserId,
    /// Since when.
    pub from: Moment,
    /// When it ended.
    pub ended: Option<Moment>,
}

/// An impact assessment (GDPR art. 35, Directive (EU) 2016/680 art. 27).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// Its id.
    pub id: AssessmentId,
    /// What it is about.
    pub title: String,
    /// Necessity, risks and measures, in words, or where they are written.
    pub words: String,
    /// Who wrote it.
    pub by: UserId,
    /// When.
    pub at: Moment,
    /// Who decided on it, when, whether it was approved, and why.
    pub decided: Option<Decided>,
}

/// A decision on an assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Who.
    pub by: UserId,
    /// When.
    pub at: Moment,
    /// Whether it was approved.
    pub approved: bool,
    /// Why.
    pub words: String,
}

impl Assessment {
    /// Whether it was approved.
    pub fn is_approved(&self) -> bool {
        self.decided
            .as_ref()
            .is_some_and(|decided| decided.approved)
    }
}

/// What a line of the record is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// A dataset.
    Dataset,
    /// A purpose for which a dataset may be looked into.
    Purpose,
    /// A recipient.
    Recipient,
}

impl About {
    /// The word used in the record.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Dataset => "dataset",
            Self::Purpose => "purpose",
            Self::Recipient => "recipient",
        }
    }
}

/// What stands where nothing was said.
pub const NOT_SAID: &str = "not stated";

/// A line of the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it is about.
    pub about: About,
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// What it is processed for.
    pub purposes: Vec<String>,
    /// The ground in law.
    pub basis: Vec<String>,
    /// Of whom.
    pub data_subjects: String,
    /// Which data.
    pub data_categories: String,
    /// Who gets them.
    pub recipients: Vec<String>,
    /// To which third countries they go, with the safeguards.
    pub transfers: Vec<String>,
    /// When they are erased.
    pub retention: String,
    /// What protects them.
    pub measures: String,
    /// Whether people are assessed by a machine.
    pub profiling: String,
    /// Whether it is of high risk.
    pub high_risk: bool,
    /// The assessment that covers it.
    pub assessment: Option<AssessmentId>,
    /// Since when.
    pub from: Moment,
    /// When it ended.
    pub ended: Option<Moment>,
}

impl Line {
    /// The fields of the record that say nothing.
    pub fn missing(&self) -> Vec<&'static str> {
        let texts = [
            ("data_subjects", &self.data_subjects),
            ("data_categories", &self.data_categories),
            ("retention", &self.retention),
            ("measures", &self.measures),
        ];
        let said = |text: &str| !text.trim().is_empty() && text != NOT_SAID;
        texts
            .into_iter()
            .filter(|(_, text)| !said(text))
            .map(|(field, _)| field)
            .collect()
    }
}
