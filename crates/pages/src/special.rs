//! What is set aside of special categories in a case, and what was obtained unlawfully.

use askama::Template;

use super::parts::{Field, FieldError, Frame, Link, Tag};

/// `GET /cases/{c}/special`, and what `POST …/unmask` answers with.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "special.html")]
pub struct SpecialTies {
    /// Frame of the case.
    pub frame: Frame,
    /// What is wrong in a form.
    pub errors: Vec<FieldError>,
    /// What was unmasked just now: what it is, and what it says.
    pub unmasked: Option<(String, String)>,
    /// What was tied, the latest first.
    pub ties: Vec<TieCard>,
}

/// Something set aside that somebody tied to the conduct of a suspect.
#[derive(Debug, Clone, Default)]
pub struct TieCard {
    /// Id of the tie.
    pub id: String,
    /// Whom it concerns.
    pub subject: String,
    /// What it is, without what it says.
    pub what: String,
    /// How it stands.
    pub state: Tag,
    /// How it bears on the conduct.
    pub reason: String,
    /// Who asked, and who decided.
    pub by: String,
    /// Where a decision goes; empty where the reader may not decide.
    pub decide: String,
    /// Why the reader may not decide, where it waits.
    pub barred: String,
    /// Why it is refused (`reason`).
    pub refuse: Field,
    /// Where an unmasking goes; empty where the reader may not unmask.
    pub unmask: String,
    /// Why it is read (`reason`).
    pub why: Field,
}

/// Something set aside beside the records of a suspect, on the subject's page.
#[derive(Debug, Clone, Default)]
pub struct AsideRow {
    /// What it is, without what it says.
    pub what: String,
    /// How it stands.
    pub state: Tag,
    /// Where it is tied; empty where it is, waits, or the reader may not.
    pub tie: String,
    /// How it bears on the conduct (`reason`).
    pub reason: Field,
    /// Where it is read or decided on.
    pub ties_href: String,
}

/// `GET /cases/{c}/unlawful`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "unlawful.html")]
pub struct UnlawfulInCase {
    /// Frame of the case.
    pub frame: Frame,
    /// What was obtained unlawfully.
    pub marks: Vec<UnlawfulCard>,
}

/// `GET /unlawful`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "unlawful_datasets.html")]
pub struct UnlawfulDatasets {
    /// Frame of the desk.
    pub frame: Frame,
    /// The datasets, the latest first.
    pub marks: Vec<UnlawfulCard>,
}

/// Something that was obtained unlawfully.
#[derive(Debug, Clone, Default)]
pub struct UnlawfulCard {
    /// Id of the mark.
    pub id: String,
    /// What it is.
    pub what: String,
    /// Its page; empty where there is none.
    pub href: String,
    /// How it stands.
    pub state: Tag,
    /// Why.
    pub reason: String,
    /// Who marked it, and who found it lawful.
    pub by: String,
    /// What rests on it, by case; one group without a head inside a case.
    pub groups: Vec<RestingGroup>,
    /// Where it is found lawful; empty where the reader may not.
    pub lift: String,
    /// Why it is lawful (`reason`).
    pub why: Field,
}

/// What rests on it in one case.
#[derive(Debug, Clone, Default)]
pub struct RestingGroup {
    /// The case; none inside it.
    pub head: Option<Link>,
    /// What rests on it: link and who made it.
    pub rests: Vec<(Link, String)>,
}
