//! Server-rendered pages: one view model per screen, laid out by the template of the same name.
//!
//! A view model holds text that is already formatted ([`crate::format`]); it knows no rule, no store and no domain type.
//! Every page works without scripts, inline styles or inline scripts, under the strictest content policy.

pub mod account;
pub mod agreements;
pub mod board;
pub mod case;
pub mod cases;
pub mod course;
pub mod datasets;
pub mod disclosures;
pub mod documents;
pub mod emergency;
pub mod evidence;
pub mod identity;
pub mod inbox;
pub mod live;
pub mod log;
pub mod matching;
pub mod notes;
pub mod parts;
pub mod people;
pub mod proposals;
pub mod prose;
pub mod record;
pub mod report;
pub mod reports;
pub mod search;
pub mod sign_in;
pub mod stops;
pub mod subjects;
pub mod subscriptions;
pub mod timeline;
pub mod tips;
pub mod uploads;
pub mod viewer;
pub mod walk;
pub mod wizard;
pub mod work;

#[cfg(test)]
mod check;
#[cfg(test)]
mod samples;

/// Writes a page or fragment as HTML.
///
/// # Errors
/// Fails only if a value's `Display` fails.
pub fn render(page: &impl askama::Template) -> Result<String, askama::Error> {
    page.render()
}
