//! Samples of what supervisors and records officers watch over: look-ups that are reviewed, incidents.

use super::{LONG, Sample, desk, sample};
use crate::incidents::{IncidentPage, IncidentRow, Incidents};
use crate::look_ups::{LookUpCard, LookUps, MarkRow, OwnLookUps};
use crate::parts::{Field, FieldKind, Link, Tag, Tone};
use crate::processing::{AssessmentRow, Processing, ProcessingRow};

pub(super) fn samples() -> Vec<Sample> {
    vec![
        sample("look_ups", &look_ups(false)),
        sample("look_ups_empty", &look_ups(true)),
        sample("own_look_ups", &own_look_ups()),
        sample("incidents", &incidents()),
        sample("incident", &incident()),
        sample("processing", &processing(true)),
        sample("processing_empty", &processing(false)),
    ]
}

fn processing(full: bool) -> Processing {
    let fact = |label: &str, text: &str| (label.to_owned(), text.to_owned());
    let mut page = Processing {
        frame: desk("Record of processing", "r"),
        controller: vec![
            fact("Controller", "Inspectorate of Sarnhaven"),
            fact("Contact", LONG),
        ],
        files: vec![Link::to("CSV, for programs", "/processing/table/csv")],
        ..Processing::default()
    };
    if !full {
        return page;
    }
    page.missing = vec![
        "dataset register: retention".into(),
        "controller.officer".into(),
    ];
    page.lines = vec![ProcessingRow {
        about: "dataset".into(),
        title: LONG.into(),
        name: "harbour_register".into(),
        fields: vec![
            fact("People", "owners of vessels"),
            fact("Recipients", LONG),
        ],
        state: Tag::new("high risk", Tone::Attention),
        term: "since 3 March 2026, 10:00 UTC, ended 3 April 2026, 10:00 UTC".into(),
    }];
    page.recipients = vec![("r1".into(), "Coast Guard".into())];
    page.recipient = vec![Field::text("name", "Name").required()];
    page.assessments = vec![AssessmentRow {
        id: "01jdassessment".into(),
        title: "Faces at the quay".into(),
        words: LONG.into(),
        by: "Dara Holm on 3 March 2026".into(),
        state: Tag::new("waits", Tone::Attention),
        decides: true,
    }];
    page.assessment = vec![Field::text("title", "What it is about").required()];
    page.dataset = vec![Field::text("data_subjects", "Categories of people").required()];
    page
}

fn look_up(id: &str, asked: bool) -> LookUpCard {
    let fact = |label: &str, text: &str| (label.to_owned(), text.to_owned());
    LookUpCard {
        id: id.into(),
        case: "SH-2026-0012 · Dredging of the eastern basin".into(),
        case_href: String::new(),
        why: Tag::new("A colleague", Tone::Attention),
        state: Some(if asked {
            Tag::new("waits for an answer", Tone::Attention)
        } else {
            Tag::new("overdue", Tone::Adverse)
        }),
        facts: vec![
            fact("Looked up by", "Ines Varga"),
            fact("When", "23 November 2026, 09:40"),
            fact("Act", "search"),
            fact("Reason", "Who signed for the bidder"),
            fact("To settle", LONG),
            fact("Asked", "name: Mara Okonkwo; birth: 1971"),
            fact("Found", "3 records"),
        ],
        said: if asked {
            vec![fact(
                "Sora Lindqvist asks, 24 November 2026, 08:02",
                "Which contract did she sign?",
            )]
        } else {
            Vec::new()
        },
        action: format!("/account/look-ups/{id}"),
        fields: vec![
            Field::text("words", "In words")
                .kind(FieldKind::Area)
                .required()
                .id(&format!("words-{id}")),
        ],
        button: "Say so".into(),
    }
}

fn look_ups(empty: bool) -> LookUps {
    let fact = |label: &str, text: &str| (label.to_owned(), text.to_owned());
    LookUps {
        frame: desk("Look-ups to review", "v"),
        facts: vec![
            fact("Waiting", "2"),
            fact("Overdue", "1"),
            fact("Found to fit", "117"),
            fact("Found not to fit", "1"),
        ],
        waiting: if empty {
            Vec::new()
        } else {
            vec![look_up("1", false), look_up("2", true)]
        },
        marks: if empty {
            Vec::new()
        } else {
            vec![MarkRow {
                record: "register/4711".into(),
                mark: "A colleague".into(),
                words: "works in the finance department".into(),
                by: "Sora Lindqvist, 1 November 2026".into(),
            }]
        },
        mark: vec![
            Field::text("record", "Record")
                .required()
                .hint("Dataset and key, as in register/4711."),
        ],
        share: vec![
            Field::text("per_thousand", "Of a thousand look-ups")
                .required()
                .value("20"),
        ],
        ..LookUps::default()
    }
}

fn incidents() -> Incidents {
    let row = |words: &str, state: Tag| IncidentRow {
        href: "/incidents/1".into(),
        words: words.into(),
        known: "23 November 2026, 09:40".into(),
        exposed: "Company register of Sarnhaven".into(),
        state,
    };
    Incidents {
        frame: desk("Incidents", "n"),
        rows: vec![
            row(
                "A laptop with a signed-in browser was stolen",
                Tag::new("overdue", Tone::Adverse),
            ),
            row(
                LONG,
                Tag::new("due 26 November 2026, 09:40", Tone::Attention),
            ),
        ],
        form: vec![
            Field::text("words", "What happened")
                .kind(FieldKind::Area)
                .required(),
        ],
        ..Incidents::default()
    }
}

fn incident() -> IncidentPage {
    let fact = |label: &str, text: &str| (label.to_owned(), text.to_owned());
    IncidentPage {
        frame: desk("Incident", "n"),
        words: "A laptop with a signed-in browser was stolen".into(),
        facts: vec![
            fact("Exposed", "The account of Ines Varga"),
            fact("From", "20 November 2026, 00:00"),
        ],
        clocks: vec![
            ("The authority".into(), Tag::new("stopped", Tone::Confirmed)),
            (
                "The persons".into(),
                Tag::new("overdue since 26 November 2026, 09:40", Tone::Adverse),
            ),
        ],
        steps: vec![(
            "The authority was told".into(),
            "By form, under number 2026/1177".into(),
            "Rune Aasen, 24 November 2026, 10:12".into(),
        )],
        action: "/incidents/1".into(),
        form: vec![Field::text("words", "In words").required()],
        source:
            "From the log: every person that was found or opened with the account in that time."
                .into(),
        affected: vec![fact("register", "4711"), fact("register", LONG)],
        next_href: "/incidents/1?after=4711".into(),
        ..IncidentPage::default()
    }
}

fn own_look_ups() -> OwnLookUps {
    OwnLookUps {
        frame: desk("Your reviewed look-ups", ""),
        reviewed: vec![look_up("1", true)],
        ..OwnLookUps::default()
    }
}
