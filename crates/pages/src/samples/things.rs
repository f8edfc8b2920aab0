//! Samples of search, records, identities, matches and links.

use super::{
    ARABIC, CASE, HEBREW, LONG, Sample, in_case, judged, mark, marks, property, proposed, sample,
    value, with_clocks,
};
use crate::disclosures::Disclose;
use crate::format;
use crate::identity::{CompareRow, Identity, IdentityMember, JudgementLine, Split};
use crate::inbox::RestsOn;
use crate::parts::{Certainty, Choice, Field, Link, Property, Tag, Tone, errors_of};
use crate::proposals::{
    JudgeForm, Machine, MatchCard, MatchRow, ProposalRow, Proposals, Side, Waterfall, Weight,
};
use crate::record::{Belongs, EndedValue, Origin, Preview, ProposalLine, Record};
use crate::search::{Facet, FacetValue, Hit, ReasonLine, Results, Search, SearchTable};
use crate::walk::{LinkRow, Walk, WayRow, WaysPage};

pub(super) fn samples() -> Vec<Sample> {
    vec![
        sample("search_empty", &Search { results: None, facets: Vec::new(), preview: None, ..search() }),
        sample("search", &Search { preview: None, ..search() }),
        sample("search_preview", &search()),
        sample("search_table", &search_table()),
        sample("search_nothing", &nothing_found()),
        sample("record", &record()),
        sample("record_as_of", &Record { frame: with_clocks(in_case("Lodestar Dredging", "s"), true), as_of: "You are looking at what was known on 3 May 2026. Restriction, dispute and erasure are shown as they stand today.".into(), ..record() }),
        sample("record_bare", &Record { frame: with_clocks(in_case(HEBREW, "s"), false), kind: "Organisation".into(), links: "No links".into(), origin: origin(), ..Record::default() }),
        sample("identity", &identity()),
        sample("proposals", &proposals()),
        sample("proposals_empty", &Proposals { frame: in_case("Matches", "m"), ..Proposals::default() }),
        sample("match", &match_card()),
        sample("walk", &walk()),
        sample("ways", &ways()),
        sample("walk_empty", &Walk { links: Vec::new(), count: String::new(), ..walk() }),
    ]
}

pub(super) fn reason_line() -> ReasonLine {
    let mut reason = ReasonLine::form(
        "Procurement fraud",
        "Inspectorate Act, section 12",
        vec![
            Choice::new("1", "Who owns the contractors of berth 7?", ""),
            Choice::new("2", "Who signed the second invoice?", ""),
        ],
    );
    reason.line.typed("1", None);
    reason
}

fn hit(
    name: &str,
    kind: &str,
    details: &[&str],
    certainty: Certainty,
    sources: &[usize],
    tag: &str,
) -> Hit {
    Hit {
        name: name.into(),
        href: format!("{CASE}/records/{tag}"),
        preview_href: format!("{CASE}/search?q=lodestar&preview={tag}"),
        kind: kind.into(),
        details: details.iter().map(|detail| (*detail).into()).collect(),
        certainty,
        marks: marks(sources, tag),
        ..Hit::default()
    }
}

fn search() -> Search {
    let kinds = vec![
        Choice::new("Company", "Companies", ""),
        Choice::new("Vessel", "Vessels", ""),
    ];
    let mut page = Search::for_thing(in_case("Search", "s"), reason_line(), kinds);
    page.words.typed("lodestar", None);
    page.facets = facets();
    page.results = Some(Results {
        gaps: vec!["Companies House register: number 7 did not come; what is shown may lack something since 21 November 2026.".into()],
        count: "12 records".into(),
        watermark: "The index is current to release 22 November 2026.".into(),
        hits: hits(),
        next_href: "?q=lodestar&page=2".into(),
        entry: "entry 20\u{202f}417".into(),
        entry_href: "/log/20417".into(),
        nothing: String::new(),
    });
    page.preview = Some(preview());
    page.table_href = format!("{CASE}/search/table?q=lodestar");
    page
}

fn search_table() -> SearchTable {
    let mut page = SearchTable {
        frame: in_case("What was found, as a file", "s"),
        keep: vec![("q".into(), LONG.into())],
        asked: format!("{LONG}, Company"),
        back_href: format!("{CASE}/search?q=lodestar"),
        form: Field::text("form", "Form of the file")
            .options(vec![Choice::new("xlsx", "XLSX, for spreadsheets", "")])
            .required(),
        told: Disclose::form(),
        errors: Vec::new(),
    };
    page.told
        .purpose
        .typed("", Some("What they may use it for: say it."));
    page.errors = errors_of(&page.told.fields());
    page
}

fn facets() -> Vec<Facet> {
    let facet = |label: &str, values: &[(&str, u64)]| Facet {
        label: label.into(),
        values: values
            .iter()
            .enumerate()
            .map(|(at, (label, n))| FacetValue {
                label: (*label).into(),
                count: format::count(*n),
                href: "?q=lodestar".into(),
                chosen: at == 0 && *n == 9,
            })
            .collect(),
    };
    vec![
        facet("Kind", &[("Company", 9), ("Vessel", 2), ("Contract", 1)]),
        facet(
            "Jurisdiction",
            &[("Sarnhaven", 7), ("Northern Reach", 4), ("not stated", 1)],
        ),
        facet(
            "Dataset",
            &[
                ("Sarnhaven company register", 6),
                ("Port procurement notices", 4),
                ("Halyard files (leak)", 2),
            ],
        ),
    ]
}

fn hits() -> Vec<Hit> {
    vec![
        Hit {
            selected: true,
            ..hit(
                "Lodestar Dredging",
                "Company",
                &["C-2210-9", "Sarnhaven", "founded 4 February 2019"],
                judged(),
                &[0, 2, 1],
                "h1",
            )
        },
        Hit {
            found_by: "a former name".into(),
            ..hit(
                "Polaris Marine Works",
                "Company",
                &["C-2210-9", "Sarnhaven"],
                proposed(0.94),
                &[0],
                "h2",
            )
        },
        Hit {
            lang: "he".into(),
            found_by: "its name in Latin letters".into(),
            ..hit(
                HEBREW,
                "Company",
                &["514 882 019"],
                Certainty::Asserted,
                &[9],
                "h3",
            )
        },
        hit(
            LONG,
            "Company",
            &["NR-88120", "Northern Reach", "struck off 3 May 2024"],
            Certainty::Ended("3 May 2024".into()),
            &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
            "h4",
        ),
        hit(
            "Lodestar IV",
            "Vessel",
            &["IMO 9 074 729", "flag Northern Reach"],
            Certainty::Restricted("a challenge is open".into()),
            &[4],
            "h5",
        ),
    ]
}

fn preview() -> Preview {
    Preview {
        name: "Lodestar Dredging".into(),
        kind: "Company".into(),
        href: format!("{CASE}/records/r1"),
        certainty: judged(),
        properties: properties().into_iter().take(5).collect(),
        ways: vec![Link::to("6 links", "/cases/019a44c2/records/r1/links")],
        close_href: format!("{CASE}/search?q=lodestar"),
        ..Preview::default()
    }
}

fn nothing_found() -> Search {
    Search {
        facets: Vec::new(),
        preview: None,
        results: Some(Results { count: "Nothing found".into(), watermark: "The index is current to release 22 November 2026.".into(), entry: "entry 20\u{202f}417".into(), nothing: "No record in the datasets of this case carries these words. Try a part of the name, a former name, or a register number; land parcels and tax debtors are outside the scope of this case.".into(), ..Results::default() }),
        ..search()
    }
}

fn properties() -> Vec<Property> {
    let mut original = value("s1", "Lodestar Dredging", &[0, 2, 1]);
    if let Some(first) = original.marks.first_mut() {
        first.original = Some("LODESTAR DREDGING  S.A.".into());
    }
    original.rests = "2 findings".into();
    original.rests_href = format!("{CASE}/notes/n1");
    let mut disputed = value("s5", "Wharf Road 12, Sarnhaven", &[6]);
    disputed.certainty = Certainty::Restricted("disputed".into());
    disputed.note = "Challenged by the company on 12 October 2026; decision due 12 November".into();
    let mut linked = value("s8", LONG, &[1]);
    linked.href = format!("{CASE}/records/r4");
    let mut agent = value("s9", ARABIC, &[0, 8]);
    agent.lang = "ar".into();
    agent.href = format!("{CASE}/records/r5");
    vec![
        property(
            "Name",
            vec![original, value("s2", "Лоудстар Дреджинг", &[6])],
        ),
        property(
            "Register number",
            vec![value(
                "s3",
                "C-2210-9",
                &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
            )],
        ),
        Property {
            conflict: "The sources contradict one another.".into(),
            ..property(
                "Founded",
                vec![
                    value("s4", "4 February 2019", &[0]),
                    value("s4b", "April 2018", &[6]),
                    value("s4c", "2018", &[10]),
                ],
            )
        },
        property(
            "Address",
            vec![
                value("s6", "Customs Quay 3, 2nd floor, Sarnhaven", &[0, 2]),
                disputed,
            ],
        ),
        property("Status", vec![value("s7", "active", &[0])]),
        property("Parent company", vec![linked]),
        property("Agent", vec![agent]),
    ]
}

fn origin() -> Origin {
    Origin {
        dataset: "Sarnhaven company register".into(),
        dataset_href: "/datasets/d0".into(),
        key: "C-2210-9".into(),
        release: "20 November 2026".into(),
        release_href: "/datasets/d0/releases/r9".into(),
        place: "companies.csv, row 1 204".into(),
        sha256: "b1946ac92492d2347c6235b4d2611184a6a2f17f0f4a8e1a1f1c0c5ac4e7b0d9".into(),
        terms: "Open licence of the Nine Ports".into(),
        agreement: "in force until 31 December 2027; matching allowed".into(),
    }
}

fn proposal_line(tag: &str) -> ProposalLine {
    ProposalLine {
        name: "Polaris Marine Works".into(),
        href: format!("{CASE}/proposals/a/b"),
        marks: marks(&[3], tag),
        probability: format::probability(0.94),
    }
}

fn record() -> Record {
    Record {
        gaps: vec![
            "Numbers 7 to 9 did not come; what is shown may lack something since 21 November 2026."
                .into(),
        ],
        versions: vec![
            (
                "10".into(),
                "name: Lodestar Dredging; status: active".into(),
                "22 November 2026, 08:00:00 UTC".into(),
            ),
            (
                "6".into(),
                "name: Lodestar Dredging; status: in formation".into(),
                "came late, 22 November 2026, 09:00:00 UTC".into(),
            ),
            (
                "5".into(),
                "it was gone".into(),
                "20 November 2026, 08:00:00 UTC".into(),
            ),
        ],
        frame: with_clocks(in_case("Lodestar Dredging", "s"), false),
        kind: "Company".into(),
        states: vec![Tag::new(
            "subject: organisation of interest",
            Tone::Information,
        )],
        properties: properties(),
        history: vec![
            EndedValue {
                property: "Name".into(),
                text: "Polaris Marine Works".into(),
                marks: marks(&[0], "o1"),
                seen: "4 February 2019 to 30 June 2021".into(),
                ended: "release of 1 July 2021: the source changed it".into(),
                statement: "o1".into(),
                ..EndedValue::default()
            },
            EndedValue {
                property: "Status".into(),
                text: "struck off".into(),
                marks: marks(&[0], "o2"),
                seen: "3 May 2024 to 9 May 2024".into(),
                ended: "release of 10 May 2024: the source corrected itself".into(),
                statement: "o2".into(),
                ..EndedValue::default()
            },
        ],
        origin: origin(),
        identity: Some(Belongs {
            href: format!("{CASE}/identities/i1"),
            with: "with 3 other records".into(),
            certainty: judged(),
        }),
        proposals: vec![proposal_line("p1")],
        links_href: format!("{CASE}/records/r1/links"),
        links: "6 links".into(),
        add_subject_href: format!("{CASE}/subjects?add=i1"),
        cite_href: format!("{CASE}/notes/new?cite="),
        ..Record::default()
    }
}

fn judgement(verdict: &str, tone: Tone, certainty: Certainty) -> JudgementLine {
    JudgementLine {
        left: Link::to("Lodestar Dredging", &format!("{CASE}/records/r1")),
        right: Link::to("Lodestar Dredging S.A.", &format!("{CASE}/records/r2")),
        verdict: Tag::new(verdict, tone),
        certainty,
        by: "Ines Harte, investigator, 3 May 2026, 14:20 UTC".into(),
        reason:
            "Same register number and address; the notice quotes the register’s extract of 2 May."
                .into(),
        withdrawn: String::new(),
        reach: "shared with all cases".into(),
    }
}

fn identity() -> Identity {
    let member = |which: usize, name: &str, held_by: &str| IdentityMember {
        id: format!("r{which}"),
        name: name.into(),
        href: format!("{CASE}/records/r{which}"),
        mark: mark(which, "m"),
        held_by: held_by.into(),
    };
    Identity {
        steps: vec!["3 May 2026: Ines Harte joined 1 record with 1".into()],
        frame: with_clocks(in_case("Lodestar Dredging", "s"), false),
        kind: "Company".into(),
        id: "019a44c2…7b1e".into(),
        role: Some(Tag::new("organisation of interest", Tone::Information)),
        members: vec![
            member(
                0,
                "Lodestar Dredging",
                "standing rule: shared register number",
            ),
            member(
                2,
                "LODESTAR DREDGING S.A.",
                "judged same by Ines Harte on 3 May 2026",
            ),
            member(9, HEBREW, "judged same by Ines Harte on 4 May 2026"),
            member(6, LONG, "judged same by Tomas Breck on 9 June 2026"),
        ],
        rows: identity_rows(),
        judgements: vec![
            judgement("same", Tone::Confirmed, judged()),
            JudgementLine {
                by: "Standing rule of the register’s agreement, since 1 January 2025".into(),
                reason: "Both carry register number C-2210-9.".into(),
                ..judgement(
                    "same",
                    Tone::Confirmed,
                    Certainty::Judged("standing rule".into()),
                )
            },
        ],
        candidates: vec![proposal_line("p2")],
        split: Some(Split::form(
            &format!("{CASE}/identities/i1/split"),
            vec![RestsOn {
                kind: "Finding".into(),
                title: "Lodestar was paid twice for one dredging".into(),
                href: format!("{CASE}/notes/n1"),
                todo: "would need a second look".into(),
            }],
        )),
        cite_href: format!("{CASE}/notes/new?cite="),
        ..Identity::default()
    }
}

fn identity_rows() -> Vec<CompareRow> {
    let cell = |id: &str, text: &str, which: usize| property("", vec![value(id, text, &[which])]);
    let none = Property::default;
    let row = |label: &str, cells: Vec<Property>, conflict: &str| CompareRow {
        label: label.into(),
        cells,
        conflict: conflict.into(),
    };
    vec![
        row(
            "Name",
            vec![
                cell("i1", "Lodestar Dredging", 0),
                cell("i2", "LODESTAR DREDGING S.A.", 2),
                cell("i3", HEBREW, 9),
                cell("i4", LONG, 6),
            ],
            "",
        ),
        row(
            "Register number",
            vec![
                cell("i5", "C-2210-9", 0),
                cell("i6", "C-2210-9", 2),
                cell("i7", "514 882 019", 9),
                none(),
            ],
            "",
        ),
        row(
            "Founded",
            vec![
                cell("i8", "4 February 2019", 0),
                none(),
                none(),
                cell("i9", "April 2018", 6),
            ],
            "2 sources disagree",
        ),
        row(
            "Address",
            vec![
                cell("i10", "Customs Quay 3, Sarnhaven", 0),
                cell("i11", "Customs Quay 3", 2),
                none(),
                cell("i12", "Wharf Road 12, Sarnhaven", 6),
            ],
            "2 sources disagree",
        ),
    ]
}

fn proposals() -> Proposals {
    let row = |left: &str, right: &str, certainty: Certainty, tag: &str| ProposalRow {
        href: format!("{CASE}/proposals/a/b"),
        left: left.into(),
        left_marks: marks(&[0], &format!("{tag}l")),
        right: right.into(),
        right_marks: marks(&[3], &format!("{tag}r")),
        kind: "Company".into(),
        certainty,
        strongest_for: "same register number, +14.1 bits".into(),
        strongest_against: "founded a year apart, −1.8 bits".into(),
        subject: "Lodestar Dredging".into(),
    };
    Proposals {
        frame: in_case("Matches", "m"),
        waiting: vec![
            row(
                "Lodestar Dredging",
                "Polaris Marine Works",
                proposed(0.94),
                "a",
            ),
            row(ARABIC, "Abdul Rahman al-Kattani", proposed(0.81), "b"),
            row(LONG, HEBREW, proposed(0.42), "c"),
        ],
        unsure: vec![row(
            "Kestrel Shipping",
            "Kestrel Chartering",
            Certainty::Judged("Tomas Breck as unsure, 9 June 2026".into()),
            "d",
        )],
        watermark: "Those that touch a subject of this case come first.".into(),
        href: format!("{CASE}/proposals"),
        kinds: vec![Choice::new("Person", "Person", "")],
        ..Proposals::default()
    }
}

fn match_card() -> MatchCard {
    let side = |which: usize, name: &str, lang: &str| Side {
        id: format!("r{which}"),
        name: name.into(),
        lang: lang.into(),
        href: format!("{CASE}/records/r{which}"),
        mark: mark(which, "m"),
        identity: String::new(),
        seen: format!("release-{which}"),
    };
    let weights = [
        ("Name", "same in another script; 1 in 41 000 carry it", 11.4),
        ("Birth date", "same year, day not stated on one side", 5.2),
        ("Address", "same street, another number", 2.6),
        ("Employer", "differs", -1.9),
    ]
    .map(|(label, words, bits)| Weight {
        label: label.into(),
        words: words.into(),
        bits,
    });
    MatchCard {
        frame: in_case("Are these one person?", "m"),
        kind: "Person".into(),
        left: side(5, ARABIC, "ar"),
        right: side(3, "Abdul Rahman al-Kattani", ""),
        rows: match_rows(),
        machine: Some(Machine {
            waterfall: Waterfall::lay_out(-13.2, &weights),
            probability: format::probability(0.945),
            in_counts: "Of 100 pairs that look like this, about 94 are one.".into(),
            rival:
                "Abd al-Rahman Kettani, born 1958, in Council sanctions list: as likely as not (0.38)"
                    .into(),
            rival_href: format!("{CASE}/records/r77"),
            flips: vec![
                "A birth day other than 14 August in the declaration would make them different (0.04)."
                    .into(),
                "A shared passport number would settle it (over 0.999).".into(),
            ],
        }),
        challenge: Some(Field::reason("Who contests it, and on what ground.").id("contest")),
        past: vec![JudgementLine {
            withdrawn: "on 9 June 2026 by Tomas Breck".into(),
            ..judgement("unsure", Tone::Attention, judged())
        }],
        form: Some(JudgeForm::form(
            "Both become one identity, for all cases. It can be taken apart later.",
        )),
        ..MatchCard::default()
    }
}

fn match_rows() -> Vec<MatchRow> {
    let row = |label: &str,
               left: Vec<(&str, &str)>,
               right: Vec<(&str, &str)>,
               verdict: (&str, Tone),
               weight: &str,
               rarity: &str| MatchRow {
        label: label.into(),
        left: property(
            "",
            left.iter()
                .map(|(id, text)| value(id, text, &[5]))
                .collect(),
        ),
        right: property(
            "",
            right
                .iter()
                .map(|(id, text)| value(id, text, &[3]))
                .collect(),
        ),
        verdict: Tag::new(verdict.0, verdict.1),
        weight: weight.into(),
        rarity: rarity.into(),
    };
    vec![
        row(
            "Name",
            vec![("x1", ARABIC)],
            vec![("x2", "Abdul Rahman al-Kattani"), ("x3", "A. R. Kettani")],
            ("same, in another script", Tone::Confirmed),
            "+11.4 bits",
            "1 in 41 000 records",
        ),
        row(
            "Birth date",
            vec![("x4", "1961")],
            vec![("x5", "14 August 1961")],
            ("same year", Tone::Confirmed),
            "+5.2 bits",
            "1 in 70 persons",
        ),
        row(
            "Address",
            vec![("x6", "Lantern Street 4, Sarnhaven")],
            vec![("x7", "Lantern Street 14, Sarnhaven")],
            ("same street", Tone::Plain),
            "+2.6 bits",
            "1 in 2 300",
        ),
        row(
            "Nationality",
            vec![("x8", "Northern Reach")],
            vec![],
            ("never compared", Tone::Plain),
            "",
            "",
        ),
        row(
            "Employer",
            vec![("x9", "Lodestar Dredging")],
            vec![("x10", "Bureau of Lights and Buoys")],
            ("differ", Tone::Adverse),
            "−1.9 bits",
            "",
        ),
    ]
}

fn walk() -> Walk {
    let row = |outward: bool,
               relation: &str,
               schema: &str,
               detail: &str,
               name: &str,
               certainty: Certainty,
               tag: &str| LinkRow {
        outward,
        relation: relation.into(),
        schema: schema.into(),
        detail: detail.into(),
        name: name.into(),
        lang: if name == ARABIC {
            "ar".into()
        } else {
            String::new()
        },
        kind: match schema {
            "Directorship" => "Person",
            "Contract award" => "Contract",
            "Address" => "Address",
            _ => "Company",
        }
        .into(),
        href: format!("{CASE}/records/r4"),
        onward_href: format!("{CASE}/records/r4/links"),
        dates: "since 4 February 2019".into(),
        certainty,
        marks: marks(&[1, 6], tag),
    };
    Walk {
        frame: with_clocks(in_case("Links of Lodestar Dredging", "s"), false),
        from: Link::to("Lodestar Dredging", &format!("{CASE}/records/r1")),
        count: "6 links, 2 of them to persons.".into(),
        links: vec![
            row(
                false,
                "is owned by",
                "Ownership",
                "60 in 100",
                LONG,
                Certainty::Asserted,
                "w1",
            ),
            row(
                false,
                "is directed by",
                "Directorship",
                "managing director",
                ARABIC,
                judged(),
                "w2",
            ),
            row(
                true,
                "owns",
                "Ownership",
                "all shares",
                "Lodestar IV",
                Certainty::Asserted,
                "w3",
            ),
            row(
                true,
                "was paid under",
                "Contract award",
                "1 240 000 marks",
                "Dredging of berth 7",
                proposed(0.81),
                "w4",
            ),
            LinkRow {
                dates: "4 February 2019 to 30 June 2021".into(),
                ..row(
                    true,
                    "had the address",
                    "Address",
                    "",
                    "Wharf Road 12, Sarnhaven",
                    Certainty::Ended("30 June 2021".into()),
                    "w5",
                )
            },
        ],
        next_href: String::new(),
        ..Walk::default()
    }
}

fn ways() -> WaysPage {
    let step = |from: &str, to: &str, tag: &str, forward: bool| WayRow {
        from: Link::to(from, &format!("{CASE}/records/{tag}")),
        tie: Link::to("Ownership", &format!("{CASE}/records/e-{tag}")),
        forward,
        to: Link::to(to, &format!("{CASE}/records/t-{tag}")),
        marks: marks(&[1], tag),
    };
    WaysPage {
        frame: in_case("Ways between two", "k"),
        fields: vec![
            Field::text("from", "From").options(vec![Choice::new("r1", LONG, "")]),
            Field::text("to", "To").options(vec![Choice::new("r2", HEBREW, "")]),
        ],
        asked: true,
        said: "1 shortest way of 2 steps; 40 identities looked at.".into(),
        left_out: "Not everything was followed: at most 50 persons a step.".into(),
        ways: vec![vec![
            step(LONG, ARABIC, "wa", true),
            step(ARABIC, HEBREW, "wb", false),
        ]],
        ..WaysPage::default()
    }
}
