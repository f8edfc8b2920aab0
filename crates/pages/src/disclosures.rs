//! Disclosures of a case: the ledger, and the form that makes a package for a recipient.

use askama::Template;

use super::parts::{Field, FieldError, FieldKind, Frame};

/// `GET /cases/{c}/disclosures`, and `POST` of the same after an error.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "disclosures.html")]
pub struct Disclosures {
    /// Frame of the case.
    pub frame: Frame,
    /// The ledger, the latest line first.
    pub lines: Vec<DisclosureRow>,
    /// What is wrong in the form.
    pub errors: Vec<FieldError>,
    /// The form; none where the reader may not disclose.
    pub form: Option<Disclose>,
}

/// A line of the ledger.
#[derive(Debug, Clone, Default)]
pub struct DisclosureRow {
    /// Name of the recipient.
    pub recipient: String,
    /// Address of the recipient.
    pub address: String,
    /// What it may be used for.
    pub purpose: String,
    /// The authority under which it went.
    pub authority: String,
    /// When.
    pub when: String,
    /// Who disclosed it.
    pub by: String,
    /// Number of records that went, in whole or as the end of a link.
    pub records: String,
}

/// The five fields of the accounting.
#[derive(Debug, Clone, Default)]
pub struct Disclose {
    /// Name (`recipient`).
    pub recipient: Field,
    /// Address (`address`).
    pub address: Field,
    /// What it may be used for (`purpose`).
    pub purpose: Field,
    /// Under which authority (`authority`).
    pub authority: Field,
    /// What is disclosed and how (`nature`).
    pub nature: Field,
}

impl Disclose {
    /// The empty form.
    pub fn form() -> Self {
        let required = |name: &str, label: &str| Field::text(name, label).required();
        Self {
            recipient: required("recipient", "To whom"),
            address: required("address", "Their address").kind(FieldKind::Area),
            purpose: required("purpose", "What they may use it for"),
            authority: required("authority", "Under which authority")
                .hint("The law, order or agreement that lets you give it."),
            nature: required("nature", "What is given, and how")
                .hint("Example: \u{201c}copy of the case, by courier\u{201d}."),
        }
    }

    /// The fields in the order of the page.
    pub fn fields(&self) -> [&Field; 5] {
        [
            &self.recipient,
            &self.address,
            &self.purpose,
            &self.authority,
            &self.nature,
        ]
    }

    /// The same, to be filled in.
    pub fn fields_mut(&mut self) -> [&mut Field; 5] {
        [
            &mut self.recipient,
            &mut self.address,
            &mut self.purpose,
            &mut self.authority,
            &mut self.nature,
        ]
    }
}
