//! Samples of looking up a person.

use super::things::reason_line;
use super::{ARABIC, CASE, Sample, in_case, judged, marks, proposed, sample};
use crate::parts::{Certainty, Refusal};
use crate::search::{Hit, Results, Search};

pub(super) fn samples() -> Vec<Sample> {
    vec![
        sample("person", &person()),
        sample("person_found", &found()),
        sample(
            "person_refused",
            &Search {
                refusal: Some(refusal()),
                ..person()
            },
        ),
    ]
}

fn person() -> Search {
    Search::for_person(in_case("Search", "s"), reason_line())
}

fn found() -> Search {
    let hit = |name: &str, lang: &str, certainty: Certainty, tag: &str| Hit {
        name: name.into(),
        lang: lang.into(),
        href: format!("{CASE}/records/{tag}"),
        preview_href: format!("{CASE}/search?for=person&preview={tag}"),
        kind: "Person".into(),
        details: vec![
            "born 14 August 1961".into(),
            "Lantern Street 14, Sarnhaven".into(),
        ],
        found_by: "name in another script".into(),
        certainty,
        marks: marks(&[3, 5], tag),
        selected: false,
    };
    let mut page = person();
    page.selector.name = page.selector.name.value("Abdul Rahman Kattani");
    page.selector.birth = page
        .selector
        .birth
        .value("august 1961")
        .understood("August 1961");
    page.results = Some(Results {
        count: "2 persons".into(),
        watermark: "The index is current to release 22 November 2026.".into(),
        hits: vec![
            hit(ARABIC, "ar", judged(), "q1"),
            hit("Abdul Rahman al-Kattani", "", proposed(0.945), "q2"),
        ],
        entry: "entry 20\u{202f}419".into(),
        ..Results::default()
    });
    page
}

fn refusal() -> Refusal {
    Refusal {
        title: "No person was looked up".into(),
        what: "A look-up of persons by the name “Kattani” alone.".into(),
        rule: "A natural person is reached by a selector: an identifier, or a full name together with one more detail. A name of one part, or a name alone, would list people who have nothing to do with this case.".into(),
        rule_name: "selector.name-alone".into(),
        rule_source: "base policy, version 14".into(),
        possible: vec!["Add the other part of the name and a birth year, a street, or whom the person is tied to.".into(), "Follow a link from a company or document that is already in the case.".into()],
        who: "You can, with such a detail. Nobody can waive this rule.".into(),
        entry: "entry 20\u{202f}420".into(),
        entry_href: String::new(),
    }
}
