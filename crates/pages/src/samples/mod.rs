//! Samples of every page, ugly ones among them: very long and right-to-left names, twelve sources on one value, nothing
//! at all. They feed the tests beside them and `examples/gallery.rs`; the people and companies in them are made up.

mod agreed;
mod board;
mod cases;
mod desk;
mod file;
mod live;
mod oversight;
mod papers;
mod person;
mod special;
mod subject;
mod things;
mod wizard;
mod work;

use crate::format;
use crate::parts::{
    CaseBar, Certainty, Clocks, Exhibit, Frame, Person, Property, SourceMark, Tag, Tone, ValueLine,
};

/// A page as HTML under a file name.
pub struct Sample {
    /// Name, without ending.
    pub name: &'static str,
    /// The page.
    pub html: Result<String, crate::Error>,
}

/// Renders a page as a sample.
fn sample(name: &'static str, page: &dyn crate::Page) -> Sample {
    Sample {
        name,
        html: page.html(),
    }
}

/// Every sample.
pub fn all() -> Vec<Sample> {
    [
        agreed::samples(),
        board::samples(),
        cases::samples(),
        desk::samples(),
        file::samples(),
        live::samples(),
        oversight::samples(),
        papers::samples(),
        person::samples(),
        special::samples(),
        subject::samples(),
        things::samples(),
        work::samples(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const LONG: &str = "Compagnie Internationale d’Armement, de Remorquage, de Dragage et de Travaux Maritimes du Détroit de \
    Sarnhaven et des Territoires d’Outre-Mer, Société Anonyme à Participation Ouvrière en Liquidation Judiciaire";
const ARABIC: &str = "عبد الرحمن بن يوسف الكتاني";
const HEBREW: &str = "חברת הנמל הצפוני בע״מ";
const TOKEN: &str = "csrf-sample";
const CASE: &str = "/cases/019a44c2";

fn investigator() -> Person {
    Person {
        name: "Ines Harte".into(),
        role: "investigator".into(),
    }
}

fn desk(title: &str, here: &str) -> Frame {
    Frame::desk(title, TOKEN, investigator(), here)
}

fn in_case(title: &str, here: &str) -> Frame {
    let case = CaseBar {
        number: "2026-014".into(),
        title: "Double payments for berth 7".into(),
        href: CASE.into(),
        state: Tag::new("open", Tone::Confirmed),
        purpose: "Procurement fraud".into(),
        alerts: 2,
        proposals: 3,
        live: true,
    };
    let mut frame = Frame::in_case(title, TOKEN, investigator(), case, here);
    frame.exhibit = Some(Exhibit {
        case: "2026-014 Double payments for berth 7".into(),
        moment: "23 November 2026, 09:41 UTC".into(),
        reader: "Ines Harte, investigator".into(),
        so_on: "23 November 2026".into(),
        known_on: "23 November 2026, 09:41 UTC".into(),
        checkpoint: format!(
            "{} entries, root 9f2c61d07ab3e4c85512be09",
            format::count(20_417)
        ),
    });
    frame
}

fn with_clocks(mut frame: Frame, moved: bool) -> Frame {
    frame.clocks = Some(Clocks {
        so_on: String::new(),
        dated: false,
        known_on: if moved {
            "3 May 2026".into()
        } else {
            String::new()
        },
        moved,
        now_href: "?".into(),
        keep: Vec::new(),
    });
    frame
}

/// The datasets of the samples: code, title, last release.
const SOURCES: [(&str, &str, &str); 12] = [
    ("SR", "Sarnhaven company register", "2026-11-20"),
    ("BO", "Beneficial owners, Sarnhaven", "2026-11-14"),
    ("PC", "Port procurement notices", "2026-11-21"),
    ("CS", "Council sanctions list", "2026-11-22"),
    ("SH", "Ship register", "2026-10-31"),
    ("OD", "Officials’ declarations", "2026-06-30"),
    ("LK", "Halyard files (leak)", "as obtained"),
    ("LP", "Land parcels", "2026-09-30"),
    ("EM", "E-mails of the harbour office", "E-12"),
    (
        "NR",
        "Northern Reach register of companies and partnerships",
        "2026-11-01",
    ),
    ("TX", "Tax debtors", "2026-11-15"),
    ("CT", "Court notices", "2026-11-19"),
];

/// A mark of the `which`-th source; `tag` keeps its id apart from others on the page.
fn mark(which: usize, tag: &str) -> SourceMark {
    let (code, title, release) = SOURCES
        .get(which % SOURCES.len())
        .copied()
        .unwrap_or_default();
    SourceMark {
        id: format!("{tag}-{which}"),
        code: code.into(),
        hue: u8::try_from(which % 8).unwrap_or(0),
        dataset: title.into(),
        href: format!("{CASE}/records/r{which}"),
        original: None,
        release: format::date(release),
        seen: "4 February 2019 to 20 November 2026".into(),
        learned: "21 November 2026, 02:10 UTC".into(),
        agreement: "in force until 31 December 2027; fraud, procurement".into(),
        ended: false,
    }
}

fn marks(which: &[usize], tag: &str) -> Vec<SourceMark> {
    which.iter().map(|&source| mark(source, tag)).collect()
}

fn value(id: &str, text: &str, sources: &[usize]) -> ValueLine {
    ValueLine {
        statement: id.into(),
        text: text.into(),
        marks: marks(sources, id),
        ..ValueLine::default()
    }
}

fn property(label: &str, values: Vec<ValueLine>) -> Property {
    Property {
        label: label.into(),
        values,
        conflict: String::new(),
    }
}

fn judged() -> Certainty {
    Certainty::Judged("Ines Harte, 3 May 2026".into())
}

fn proposed(p: f64) -> Certainty {
    Certainty::Proposed(format::probability(p))
}
