//! Versions of a case's report: the list, and one with remarks, decision and copies.

use askama::Template;
use domain::report::{Block, Run};

use super::parts::{Choice, Field, FieldError, FieldKind, Frame, Tag};

/// `GET /cases/{c}/reports`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "reports.html")]
pub struct Reports {
    /// Frame of the case.
    pub frame: Frame,
    /// Versions, the newest first.
    pub versions: Vec<VersionRow>,
    /// The choice of a template, for whoever may draft.
    pub draft: Option<Field>,
}

/// A version in the list.
#[derive(Debug, Clone, Default)]
pub struct VersionRow {
    /// `Version 3`.
    pub title: String,
    /// Path.
    pub href: String,
    /// Where it stands.
    pub state: Tag,
    /// Who drafted it and when, and who decided.
    pub by: String,
    /// What has become of it; empty while it stands.
    pub stale: String,
}

/// `GET /cases/{c}/reports/{r}`, and its forms after an error.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "report_version.html")]
pub struct ReportVersion {
    /// Frame of the case.
    pub frame: Frame,
    /// What is wrong in a form.
    pub errors: Vec<FieldError>,
    /// Path of the version.
    pub href: String,
    /// Where it stands.
    pub state: Tag,
    /// Who drafted it and when.
    pub by: String,
    /// Who approved it or gave it back, when, and with which words; empty for a draft.
    pub ruled: String,
    /// SHA-256 of the content.
    pub sha256: String,
    /// What has become of it, one sentence each.
    pub standing: Vec<String>,
    /// What it says.
    pub blocks: Vec<Block>,
    /// What others said of it: who and when, and the words.
    pub comments: Vec<(String, String)>,
    /// The field for a remark, while nobody has decided.
    pub comment: Option<Field>,
    /// The reason for giving it back, for whoever may decide.
    pub decide: Option<Field>,
    /// Why this reader cannot decide on a draft; empty when they can, or nothing is to be decided.
    pub barred: String,
    /// Whether it can be filed as evidence by this reader.
    pub may_file: bool,
    /// The accounting and the passages to be taken out, for whoever may give it away.
    pub disclose: Vec<Field>,
}

impl Reports {
    /// The choice of a template.
    pub fn choice(names: Vec<Choice>) -> Field {
        Field::text("template", "Template")
            .required()
            .options(names)
            .hint("The findings as they are now go in. A version never changes; draft another after you have changed one.")
    }
}

impl ReportVersion {
    /// The accounting of a disclosure, and what is taken out.
    pub fn accounting() -> Vec<Field> {
        let said = |name: &str, label: &str| Field::text(name, label).required();
        vec![
            said("recipient", "Recipient"),
            said("address", "Address"),
            said("purpose", "What they may use it for"),
            said("authority", "Authority"),
            said("nature", "What is given, and how"),
            Field::text("redact", "Passages to take out").kind(FieldKind::Area).hint(
                "One on each line, as it stands in the report; capitals make no difference. The copy is read back and \
                 compared before you receive it.",
            ),
        ]
    }

    /// The heading's level on the page, where the version itself has the first.
    pub fn level(level: &u8) -> u8 {
        (*level).clamp(1, 3) + 1
    }
}
