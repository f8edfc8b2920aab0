//! Samples of the page of one subject, and of what a case took over.

use super::{
    ARABIC, CASE, HEBREW, LONG, Sample, in_case, mark, property, sample, value, with_clocks,
};
use crate::parts::{Choice, Field, Link, Tag, Tone, errors_of};
use crate::subject::{
    CoverageRow, HoldForm, IntelligenceRow, MentionRow, NoteLine, PartRow, PartsPage, SubjectLink,
    SubjectPage, TakenOver,
};

pub(super) fn samples() -> Vec<Sample> {
    vec![
        sample("subject", &subject()),
        sample("subject_bare", &bare()),
        sample("subject_mended", &mended()),
        sample("parts_of", &parts()),
        sample(
            "parts_of_none",
            &PartsPage {
                taken: Vec::new(),
                given: Vec::new(),
                ..parts()
            },
        ),
    ]
}

fn labels() -> [Vec<Choice>; 3] {
    [
        vec![Choice::new(
            "confidential",
            "confidential: who needs to know",
            "",
        )],
        vec![Choice::new("unknown", "unknown", "")],
        vec![Choice::new("doubtful", "doubtful", "")],
    ]
}

fn bare() -> SubjectPage {
    let mut frame = with_clocks(in_case(HEBREW, "b"), false);
    if let Some(clocks) = &mut frame.clocks {
        clocks.dated = true;
    }
    SubjectPage {
        frame,
        kind: "Organisation".into(),
        role: Tag::new("unclassified", Tone::Plain),
        added: "Added by Ines Harte on 3 May 2026. One record of a source speaks of it.".into(),
        cite_href: format!("{CASE}/notes/new?cite="),
        ..SubjectPage::default()
    }
}

fn subject() -> SubjectPage {
    let link = |number: usize, name: &str| SubjectLink {
        relation: "Ownership, owner".into(),
        name: name.into(),
        href: format!("{CASE}/records/l{number}"),
        kind: "Company".into(),
        when: "since 3 May 2019".into(),
        edge_href: format!("{CASE}/records/e{number}"),
        marks: vec![mark(1, &format!("sl-{number}"))],
    };
    let source = |title: &str, came: Tag, said: &[&str]| CoverageRow {
        dataset: title.into(),
        href: "/datasets/d1".into(),
        fresh: "release 22 November 2026, here since 23 November 2026".into(),
        came,
        said: said.iter().map(|text| (*text).to_owned()).collect(),
    };
    let mut page = SubjectPage {
        ways: vec![
            Link::to("Records side by side", &format!("{CASE}/identities/r1")),
            Link::to("On the map", &format!("{CASE}/map?subject=r1")),
        ],
        contradictions: vec![property(
            "Status",
            vec![
                value("", "active", &[0, 1]),
                value("", "under liquidation", &[3]),
            ],
        )],
        facts: vec![
            property(
                "Name",
                vec![value("sv1", LONG, &[0, 1, 2]), value("sv2", ARABIC, &[6])],
            ),
            property(
                "Status",
                vec![
                    value("sv3", "active", &[0]),
                    value("sv4", "under liquidation", &[3]),
                ],
            ),
            property("Incorporation date", vec![value("sv5", "2011", &[0])]),
        ],
        notes: vec![
            NoteLine {
                kind: Tag::new("finding of fact", Tone::Confirmed),
                title: "In business when the bid was made".into(),
                href: format!("{CASE}/notes/n1"),
                by: "Ines Harte, 3 May 2026, 09:41 UTC".into(),
            },
            NoteLine {
                kind: Tag::new("assessment", Tone::Information),
                title: LONG.into(),
                href: format!("{CASE}/notes/n2"),
                by: "Kai Brandt, 4 May 2026, 10:02 UTC".into(),
            },
        ],
        intelligence: vec![IntelligenceRow {
            words: "Its owner met the harbour master twice before the tender.".into(),
            sensitivity: "confidential: who needs to know".into(),
            reliability: "usually reliable".into(),
            validity: "doubtful".into(),
            body: "Sarnhaven Coast Guard".into(),
            by: "entered by Ines Harte, 3 May 2026, 09:41 UTC".into(),
        }],
        hold: Some(HoldForm::new(
            &format!("{CASE}/subjects/s1/intelligence"),
            labels(),
        )),
        aside: vec![aside("a1", true), aside("a2", false)],
        links: vec![link(1, LONG), link(2, ARABIC)],
        links_said: "2 links were not so on that day.".into(),
        mentions: vec![MentionRow {
            name: "Minutes of the works committee.pdf".into(),
            href: format!("{CASE}/evidence/i1/view?page=3"),
            quote: "Lodestar asked for the second instalment".into(),
            state: "the machine’s proposal; nobody has judged it".into(),
        }],
        coverage: vec![
            source(
                "Sarnhaven company register",
                Tag::new("2 records", Tone::Confirmed),
                &["Last seen to say something on 20 November 2026."],
            ),
            source(
                "Council sanctions list",
                Tag::new("asked, nothing found", Tone::Information),
                &["Ines Harte asked “Lodestar Dredging” on 3 May 2026: nothing."],
            ),
            source(
                "Northern Reach register of companies and partnerships",
                Tag::new("may not be asked now", Tone::Attention),
                &[],
            ),
        ],
        history: vec![
            (
                "unclassified, by Ines Harte on 3 May 2026, 09:41 UTC".into(),
                String::new(),
            ),
            (
                "organisation of interest, by Ines Harte on 4 May 2026, 11:00 UTC".into(),
                "it bid twice under two names".into(),
            ),
        ],
        disclosed: vec![Link::to(
            "to the Tax Office, 9 May 2026",
            &format!("{CASE}/disclosures"),
        )],
        ..bare()
    };
    page.frame.title = "Lodestar Dredging".into();
    page.role = Tag::new("organisation of interest", Tone::Attention);
    page
}

fn mended() -> SubjectPage {
    let mut page = subject();
    if let Some(form) = &mut page.hold {
        form.open = true;
        for field in &mut form.fields {
            if field.name == "reliability" {
                field.error = Some("Is missing; it is one of reliable, unknown.".into());
            }
        }
        page.errors = errors_of(&form.fields.iter().collect::<Vec<_>>());
    }
    page
}

fn parts() -> PartsPage {
    let row = |kind: &str, name: &str, href: &str, why: &str| PartRow {
        kind: kind.into(),
        name: name.into(),
        href: href.into(),
        old_href: format!("{CASE}/notes/old"),
        why: why.into(),
    };
    PartsPage {
        frame: in_case("Taken over", "o"),
        taken: vec![TakenOver {
            from: format!("2026-009 {LONG}"),
            href: "/cases/019a44c9".into(),
            said: "Ines Harte on 3 May 2026, 09:41 UTC: the two are one matter".into(),
            counts: "1 exhibit; 2 subjects; 1 alert stayed there.".into(),
            parts: vec![
                row(
                    "subject",
                    ARABIC,
                    &format!("{CASE}/subjects/s1"),
                    "is a suspect there; to be one here it is proposed and approved here",
                ),
                row("exhibit", LONG, &format!("{CASE}/evidence/e1"), ""),
                row(
                    "alert",
                    "",
                    "",
                    "was told to that case; what it is about alerts this case from now on",
                ),
            ],
        }],
        given: vec![(
            "a part of it by case 2026-020; Ines Harte on 5 May 2026: another matter".into(),
            String::new(),
        )],
        form: vec![
            Field::text("from", "Number of the other case")
                .required()
                .width("shorter"),
        ],
        href: CASE.into(),
        ..PartsPage::default()
    }
}

fn aside(id: &str, free: bool) -> crate::special::AsideRow {
    crate::special::AsideRow {
        what: "Religion".into(),
        state: Tag::new("set aside", Tone::Plain),
        tie: match free {
            true => format!("{CASE}/subjects/s1/special/{id}"),
            false => String::new(),
        },
        reason: crate::parts::Field::reason("How it bears on the conduct.")
            .id(&format!("tie-{id}")),
        ties_href: match free {
            true => String::new(),
            false => format!("{CASE}/special"),
        },
    }
}
