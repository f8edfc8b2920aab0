//! Samples of the work of a case and of its reports: full, empty, stale, and with what is wrong in a form.

use domain::report::{Block, Note, Run};

use super::{ARABIC, CASE, HEBREW, LONG, Sample, in_case, sample};
use crate::parts::{Choice, Field, FieldKind, Tag, Tone, errors_of};
use crate::reports::{ReportVersion, Reports, VersionRow};
use crate::work::{HypothesisCard, TaskRow, WeighingRow, Work, WorkForms};

pub(super) fn samples() -> Vec<Sample> {
    vec![
        sample("work", &work()),
        sample("work_wrong", &wrong()),
        sample(
            "work_empty",
            &Work {
                frame: in_case("Work", "w"),
                ..Work::default()
            },
        ),
        sample("reports", &reports()),
        sample(
            "reports_empty",
            &Reports {
                frame: in_case("Reports", "p"),
                draft: Some(Reports::choice(vec![Choice::new("full", "full", "")])),
                ..Reports::default()
            },
        ),
        sample("report_version", &version(true)),
        sample("report_version_stale", &version(false)),
    ]
}

pub(super) fn task(id: &str, title: &str, part: bool) -> TaskRow {
    TaskRow {
        id: id.into(),
        title: title.into(),
        words: "The log of March and April, with the master's signature.".into(),
        state: Tag::new("waits for another person", Tone::Attention),
        part,
        who: "Kai Brandt, under four eyes, mandatory".into(),
        due: "was due by 20 November 2026".into(),
        late: !part,
        steps: vec!["Said to be done by Kai Brandt, 21 November 2026, 10:02 UTC: see E-4".into()],
        action: format!("{CASE}/tasks/{id}"),
        acts: vec![
            ("accepted".into(), "Accept it".into()),
            ("returned".into(), "Give it back".into()),
        ],
        reason: Field::text("words", "In words").id(&format!("step-{id}")),
        case: (String::new(), format!("{CASE}/work")),
    }
}

fn work() -> Work {
    let things = vec![
        Choice::new("note:n1", "fact: Paid twice", ""),
        Choice::new("evidence:e1", LONG, ""),
    ];
    let weighed = |weight: Tag, called: &str| WeighingRow {
        weight,
        called: called.into(),
        href: format!("{CASE}/notes/n1"),
        words: "The stamp is that of the year before.".into(),
        by: "Ines Harte, 3 May 2026".into(),
    };
    let card = |id: &str, title: &str, rows| HypothesisCard {
        id: id.into(),
        title: title.into(),
        words: "One of two that fit.".into(),
        by: "Put up by Ines Harte, 2 May 2026".into(),
        rows,
        weigh: HypothesisCard::fields(id, things.clone()),
        action: format!("{CASE}/hypotheses/{id}"),
    };
    Work {
        frame: in_case("Work", "w"),
        errors: Vec::new(),
        tasks: vec![task("t1", "Ask the harbour office for the berth log", false), task("t2", LONG, true)],
        settled: vec![task("t3", ARABIC, false)],
        hypotheses: vec![
            card(
                "h1",
                "The invoice was paid twice by mistake",
                vec![
                    weighed(Tag::new("for", Tone::Confirmed), LONG),
                    weighed(Tag::new("against", Tone::Adverse), HEBREW),
                    weighed(Tag::new("neither", Tone::Plain), "Berth log"),
                ],
            ),
            card("h2", ARABIC, Vec::new()),
        ],
        no_hits: vec![(
            "name: Mirel Tavasz; birth: 1970".into(),
            "3 May 2026, 10:00 UTC, Ines Harte; Beneficial owners, Sarnhaven; known up to entry 20417".into(),
        )],
        forms: Some(WorkForms::form(
            vec![Choice::new("u1", "Ines Harte", ""), Choice::new("u2", LONG, "")],
            vec![Choice::new("t1", "Ask the harbour office", "")],
        )),
    }
}

fn wrong() -> Work {
    let mut page = work();
    if let Some(forms) = &mut page.forms {
        for field in &mut forms.task {
            if field.name == "working_days" {
                field.typed("soon", Some("Write a number of days, or nothing."));
            }
        }
        let fields: Vec<&Field> = forms.task.iter().collect();
        page.errors = errors_of(&fields);
    }
    page
}

fn reports() -> Reports {
    let row = |number: u64, state: Tag, stale: &str| {
        VersionRow {
        title: format!("Version {number}"),
        href: format!("{CASE}/reports/r{number}"),
        state,
        by: "drafted by Ines Harte, 3 May 2026, 10:00 UTC. Approved by Sora Lind on 4 May 2026, 09:12 UTC.".into(),
        stale: stale.into(),
    }
    };
    Reports {
        frame: in_case("Reports", "p"),
        versions: vec![
            row(3, Tag::new("draft", Tone::Plain), ""),
            row(
                2,
                Tag::new("approved, no longer current", Tone::Attention),
                "no longer stands",
            ),
            row(1, Tag::new("given back", Tone::Adverse), ""),
        ],
        draft: None,
    }
}

fn version(stands: bool) -> ReportVersion {
    let text = |text: &str| Run::Text(text.into());
    let note = |number: u64, said: &str| Note {
        number,
        about: format!("{LONG}, status"),
        said: said.into(),
        source: "Sarnhaven company register, release 2026-11-20, first seen 20 November 2026"
            .into(),
        now: if stands {
            String::new()
        } else {
            "The source now says: struck off.".into()
        },
    };
    ReportVersion {
        frame: in_case("Report, version 3", "p"),
        href: format!("{CASE}/reports/r3"),
        state: Tag::new("draft", Tone::Plain),
        by: "Drafted by Ines Harte on 3 May 2026, 10:00 UTC.".into(),
        sha256: "9f2c61d07ab3e4c85512be09"
            .repeat(3)
            .chars()
            .take(64)
            .collect(),
        standing: match stands {
            true => Vec::new(),
            false => vec![
                "source 1 no longer says what is cited".into(),
                "the bytes of exhibit E-1 are not those that were filed".into(),
            ],
        },
        blocks: vec![
            Block::Heading {
                level: 1,
                text: "Double payments for berth 7".into(),
            },
            Block::Paragraph {
                runs: vec![text("Two invoices, one berth.")],
            },
            Block::Heading {
                level: 2,
                text: "Findings".into(),
            },
            Block::Heading {
                level: 3,
                text: LONG.into(),
            },
            Block::Byline {
                kind: "assessment".into(),
                text:
                    "Assessment by Ines Harte, 3 May 2026: what Ines Harte concludes, and no fact."
                        .into(),
            },
            Block::Paragraph {
                runs: vec![text(ARABIC), Run::Cite(1), text(" and "), Run::Cite(2)],
            },
            Block::Quote {
                runs: vec![text("paid twice")],
            },
            Block::List {
                items: vec![vec![text("one")], vec![text(HEBREW), Run::Cite(1)]],
            },
            Block::Sources {
                notes: vec![note(1, "active"), note(2, LONG)],
            },
            Block::Table {
                caption: "Exhibits".into(),
                head: vec!["No.".into(), "Item".into(), "SHA-256".into()],
                rows: vec![vec!["E-1".into(), LONG.into(), "a".repeat(64)]],
            },
        ],
        comments: vec![(
            "Sora Lind, 3 May 2026, 11:00 UTC".into(),
            "Who signed the second invoice?".into(),
        )],
        comment: Some(
            Field::text("words", "Your remark")
                .kind(FieldKind::Area)
                .required(),
        ),
        decide: stands
            .then(|| Field::reason("What is missing, or does not follow.").id("give-back")),
        barred: if stands {
            String::new()
        } else {
            "A supervisor who did not draft it decides.".into()
        },
        may_file: stands,
        disclose: match stands {
            true => ReportVersion::accounting(),
            false => Vec::new(),
        },
        ..ReportVersion::default()
    }
}
