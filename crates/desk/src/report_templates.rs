//! Templates of reports: those of the program, and those that supervisors lay down beside them.

use domain::authority::Actor;
use domain::policy::Act;
use domain::report::hash;
use domain::report::template::{STANDARD, Template};
use store::{KeptTemplate, View};

use crate::act::Touched;
use crate::door::Knock;
use crate::report_text::Chosen;
use crate::{Desk, DeskError};

/// A template that can be chosen.
#[derive(Debug, Clone)]
pub struct TemplateLine {
    /// Its name.
    pub name: String,
    /// Its text.
    pub body: String,
    /// Who laid it down; none for those of the program.
    pub kept: Option<KeptTemplate>,
}

impl Desk {
    /// The templates that can be chosen, by name.
    pub fn templates(&self, actor: &Actor) -> Result<Vec<TemplateLine>, DeskError> {
        self.read(&Knock::outside(actor, Act::ListCases), |view, _| {
            Ok(Touched::new(all(view)?, []))
        })
    }

    /// Lays down a template. One of the same name counts no more, neither an earlier one nor one of the program.
    ///
    /// # Errors
    /// Malformed, with the line, when it has anything but documented variables between braces.
    pub fn keep_template(&self, actor: &Actor, name: &str, body: &str) -> Result<(), DeskError> {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.is_empty() || name.len() > 40 || !name.chars().all(fits) {
            return Err(DeskError::malformed(
                "name",
                "is made of at most 40 small letters, digits and hyphens",
            ));
        }
        Template::read(body).map_err(|wrong| DeskError::malformed("body", wrong.to_string()))?;
        let knock = Knock::outside(actor, Act::KeepTemplate);
        self.change(&knock, |tx, permit| {
            tx.add_report_template(&KeptTemplate {
                name: name.to_owned(),
                body: body.to_owned(),
                by: permit.user(),
                at: permit.at(),
            })?;
            let objects = [format!("template:{}", hash(body.as_bytes()))];
            Ok(Touched::new((), objects))
        })
    }
}

fn all(view: &View<'_>) -> Result<Vec<TemplateLine>, DeskError> {
    let mut found: Vec<TemplateLine> = view
        .report_templates()?
        .into_iter()
        .map(|kept| TemplateLine {
            name: kept.name.clone(),
            body: kept.body.clone(),
            kept: Some(kept),
        })
        .collect();
    for (name, body) in STANDARD {
        if found.iter().all(|one| one.name != name) {
            found.push(TemplateLine {
                name: name.to_owned(),
                body: body.to_owned(),
                kept: None,
            });
        }
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}

/// The template of a name.
pub(crate) fn chosen(view: &View<'_>, name: &str) -> Result<Chosen, DeskError> {
    let found = all(view)?.into_iter().find(|one| one.name == name);
    let found = found.ok_or_else(|| DeskError::malformed("template", "is none that is here"))?;
    let template = Template::read(&found.body)
        .map_err(|wrong| DeskError::Conflict(format!("the template cannot be read: {wrong}")))?;
    Ok(Chosen {
        sha256: hash(found.body.as_bytes()),
        name: found.name,
        template,
    })
}
