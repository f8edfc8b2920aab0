//! What is set aside, and what was obtained unlawfully.

use super::{ARABIC, LONG, Sample, desk, in_case, sample};
use crate::parts::{Field, Link, Tag, Tone};
use crate::special::{
    RestingGroup, SpecialTies, TieCard, UnlawfulCard, UnlawfulDatasets, UnlawfulInCase,
};

pub(super) fn samples() -> Vec<Sample> {
    let empty = SpecialTies {
        frame: in_case("Set aside", "b"),
        ..SpecialTies::default()
    };
    let nothing = UnlawfulInCase {
        frame: in_case("Obtained unlawfully", "b"),
        ..UnlawfulInCase::default()
    };
    let none = UnlawfulDatasets {
        frame: desk("Obtained unlawfully", "d"),
        ..UnlawfulDatasets::default()
    };
    vec![
        sample("special-empty", &empty),
        sample("special", &ties()),
        sample("unlawful-empty", &nothing),
        sample("unlawful", &in_a_case()),
        sample("unlawful-datasets-empty", &none),
        sample("unlawful-datasets", &datasets()),
    ]
}

fn tie(id: &str, state: Tag) -> TieCard {
    TieCard {
        id: id.into(),
        subject: ARABIC.into(),
        what: "Religion".into(),
        state,
        reason: format!("The congregation\u{2019}s van was used; see {LONG}"),
        by: "Asked for by Ines Harte on 9 June 2026, 09:41".into(),
        refuse: Field::reason("What is missing.").id(&format!("refuse-{id}")),
        why: Field::reason("What it should settle now.").id(&format!("why-{id}")),
        ..TieCard::default()
    }
}

fn ties() -> SpecialTies {
    let href = "/cases/019a44c2/special";
    SpecialTies {
        frame: in_case("Set aside", "b"),
        errors: Vec::new(),
        unmasked: Some(("Religion of Oda Karlsen".into(), ARABIC.into())),
        ties: vec![
            TieCard {
                decide: format!("{href}/t1/decide"),
                ..tie("t1", Tag::new("waits for another person", Tone::Attention))
            },
            TieCard {
                barred: "You asked for it, so a supervisor other than you decides.".into(),
                ..tie("t2", Tag::new("waits for another person", Tone::Attention))
            },
            TieCard {
                unmask: format!("{href}/t3/unmask"),
                ..tie("t3", Tag::new("tied", Tone::Confirmed))
            },
        ],
    }
}

fn card(id: &str) -> UnlawfulCard {
    UnlawfulCard {
        id: id.into(),
        what: LONG.into(),
        href: String::new(),
        state: Tag::new("obtained unlawfully", Tone::Adverse),
        reason: "The warrant was for another house (High Court, 3 March 2026).".into(),
        by: "Marked by Sora Lind on 9 June 2026, 09:41".into(),
        groups: vec![RestingGroup {
            head: None,
            rests: vec![(
                Link::to("Finding of fact", "/cases/019a44c2/notes/n1"),
                "Ines Harte, 8 June 2026".into(),
            )],
        }],
        lift: "/cases/019a44c2/evidence/e1/lawful".into(),
        why: Field::reason("Who found so, and on what ground.").id(&format!("lift-{id}")),
    }
}

fn in_a_case() -> UnlawfulInCase {
    UnlawfulInCase {
        frame: in_case("Obtained unlawfully", "b"),
        marks: vec![
            card("m1"),
            UnlawfulCard {
                lift: String::new(),
                groups: vec![RestingGroup::default()],
                ..card("m2")
            },
        ],
    }
}

fn datasets() -> UnlawfulDatasets {
    let mut one = card("m1");
    for group in &mut one.groups {
        group.head = Some(Link::to("2026-014 Dredging", "/cases/019a44c2"));
    }
    UnlawfulDatasets {
        frame: desk("Obtained unlawfully", "d"),
        marks: vec![one],
    }
}
