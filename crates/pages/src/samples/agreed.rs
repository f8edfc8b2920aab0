//! Samples of agreements on matching and of what oversight reads of runs.

use super::{Sample, desk, sample};
use crate::agreements::{Agreement, AgreementRow, Agreements, PairRow, RunRow, RunSample};
use crate::parts::{Field, FieldKind, Tag, Tone};

pub(super) fn samples() -> Vec<Sample> {
    vec![
        sample("agreements", &agreements(false)),
        sample("agreements_empty", &agreements(true)),
        sample("agreement", &agreement()),
        sample("run_sample", &run_sample()),
    ]
}

fn agreements(empty: bool) -> Agreements {
    if empty {
        return Agreements {
            frame: desk("Agreements on matching", "w"),
            ..Agreements::default()
        };
    }
    Agreements {
        frame: desk("Agreements on matching", "w"),
        agreements: vec![AgreementRow {
            title: "Register of companies with the list of sanctions".into(),
            href: "/matching/agreements/01m8ga".into(),
            datasets: "harbour_register, sanctions".into(),
            state: Tag::new("in force", Tone::Confirmed),
            term: "31 January 2026 to 30 June 2027".into(),
        }],
        runs: vec![RunRow {
            at: "23 November 2026, 09:40 UTC".into(),
            href: "/matching/runs/412".into(),
            datasets: "harbour_register, sanctions".into(),
            cites: "Register of companies with the list of sanctions, version 1".into(),
            records: "41,210".into(),
            proposals: "876".into(),
        }],
        fields: vec![
            Field::text("title", "Title").required(),
            Field::text("fields", "Properties compared")
                .kind(FieldKind::Area)
                .required()
                .hint("Names of properties, parted by commas: name, birthDate.")
                .error("\u{201c}nationality\u{201d} is no property that the matcher compares."),
        ],
        errors: Vec::new(),
    }
}

fn agreement() -> Agreement {
    Agreement {
        frame: desk("Register of companies with the list of sanctions", "w"),
        state: Tag::new("waiting", Tone::Attention),
        barred: "The agreement on matching is not yet in force.".into(),
        facts: vec![
            ("Version".into(), "1".into()),
            ("Datasets".into(), "harbour_register, sanctions".into()),
        ],
        href: "/matching/agreements/01m8ga".into(),
        public: "/agreements/matching/01m8ga".into(),
        send: vec![Field::text("words", "How it was sent").required()],
        confirm: true,
        renew: Some(Field::text("until", "Until").required()),
        end: Some(Field::reason("Why it ends before its time.")),
        errors: Vec::new(),
    }
}

fn run_sample() -> RunSample {
    RunSample {
        frame: desk("Run of 23 November 2026, 09:40 UTC", "w"),
        facts: vec![("Properties compared".into(), "name, birthDate".into())],
        pairs: vec![PairRow {
            a: "harbour_register/HR-100".into(),
            b: "sanctions/S-7".into(),
            probability: "0.981".into(),
            verdict: "not yet".into(),
        }],
    }
}
