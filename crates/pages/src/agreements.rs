//! Agreements on matching between owners, the runs that cite them, and samples of a run for the oversight body.

use askama::Template;

use super::parts::{Field, FieldError, Frame, Tag};

/// `GET /matching/agreements`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "agreements.html")]
pub struct Agreements {
    /// Frame of the desk.
    pub frame: Frame,
    /// The agreements, the newest first.
    pub agreements: Vec<AgreementRow>,
    /// The runs, the newest first.
    pub runs: Vec<RunRow>,
    /// The form that writes one down; empty for whoever may not.
    pub fields: Vec<Field>,
    /// What is wrong in the form.
    pub errors: Vec<FieldError>,
}

/// An agreement in the list.
#[derive(Debug, Clone, Default)]
pub struct AgreementRow {
    /// Title.
    pub title: String,
    /// Path.
    pub href: String,
    /// Short names of the datasets.
    pub datasets: String,
    /// In force, or why not.
    pub state: Tag,
    /// From when and until when runs are allowed.
    pub term: String,
}

/// A run in the list.
#[derive(Debug, Clone, Default)]
pub struct RunRow {
    /// When.
    pub at: String,
    /// Path of the sample; empty for whoever may not draw one.
    pub href: String,
    /// Short names of the datasets.
    pub datasets: String,
    /// The agreements that it cites; a word where it needed none.
    pub cites: String,
    /// Records compared.
    pub records: String,
    /// Proposals made.
    pub proposals: String,
}

/// `GET /matching/agreements/{a}`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "agreement.html")]
pub struct Agreement {
    /// Frame of the desk.
    pub frame: Frame,
    /// In force, or why not.
    pub state: Tag,
    /// Why no run can cite it now, and what would make one possible; empty where one can.
    pub barred: String,
    /// Its parts, label and text.
    pub facts: Vec<(String, String)>,
    /// Path of this page, to which the forms post below.
    pub href: String,
    /// Path of its public text.
    pub public: String,
    /// The form that sends it: how, and an earlier day.
    pub send: Vec<Field>,
    /// Whether the reader may confirm that it came.
    pub confirm: bool,
    /// The form that renews it.
    pub renew: Option<Field>,
    /// The form that ends it.
    pub end: Option<Field>,
    /// What is wrong in the forms.
    pub errors: Vec<FieldError>,
}

/// `GET /matching/runs/{n}`: a sample.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "run_sample.html")]
pub struct RunSample {
    /// Frame of the desk.
    pub frame: Frame,
    /// What the run compared and cites, label and text.
    pub facts: Vec<(String, String)>,
    /// The pairs drawn.
    pub pairs: Vec<PairRow>,
}

/// A pair of a sample.
#[derive(Debug, Clone, Default)]
pub struct PairRow {
    /// Dataset and key of the first record.
    pub a: String,
    /// Dataset and key of the second record.
    pub b: String,
    /// The probability that was stated.
    pub probability: String,
    /// What people decided.
    pub verdict: String,
}
