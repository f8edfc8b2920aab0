//! Samples of lists of cases, their types and figures, of opening one, and of tips.

use super::{LONG, Sample, desk, sample};
use crate::cases::{CaseChoices, CaseRow, Cases, NewCase, WaitingRow};
use crate::course::{AllCases, AllCasesRow, FiguresPage, TypeCard, TypesPage, WorkloadRow};
use crate::format;
use crate::parts::{Choice, Field, FieldError, Frame, Link, Pill, Tag, Tone};
use crate::tips::{TipFollow, TipForm, TipForms, TipPage, TipReceiptPage, TipRow, Tips};

pub(super) fn samples() -> Vec<Sample> {
    vec![
        sample("cases", &cases()),
        sample(
            "cases_empty",
            &Cases {
                frame: desk("My cases", "c"),
                may_open: true,
                ..Cases::default()
            },
        ),
        sample("new_case", &new_case(false)),
        sample("all_cases", &all_cases()),
        sample(
            "all_cases_empty",
            &AllCases {
                frame: desk("All cases", "a"),
                whose: "Every case that you are in, also those that have ended.".into(),
                errors: vec![FieldError {
                    field: "quiet".into(),
                    text: "Write a number of days, 0 to 3 660.".into(),
                }],
                filters: vec![Field::text("quiet", "Days without work, at least")],
                ..AllCases::default()
            },
        ),
        sample("case_figures", &case_figures()),
        sample("tips", &tips()),
        sample("tip", &tip()),
        sample(
            "tip_form",
            &TipForm {
                frame: Frame::alone("Tell us", ""),
                notice: vec!["Two people of the inspectorate read what you write.".into()],
                fields: TipForm::fields(),
                ..TipForm::default()
            },
        ),
        sample(
            "tip_receipt",
            &TipReceiptPage {
                frame: Frame::alone("Thank you", ""),
                number: "T-2026-0014".into(),
                code: "9xk2-77aq-m0cd-v3te".into(),
                kept_until: "2 June 2027".into(),
            },
        ),
        sample(
            "tip_follow",
            &TipFollow {
                frame: Frame::alone("Your tip", ""),
                code: TipFollow::code_field(),
                stands: "T-2026-0014, given on 3 March 2026: somebody is looking at it.".into(),
                said: vec![(
                    "We ask".into(),
                    LONG.into(),
                    "4 March 2026, 10:00 UTC".into(),
                )],
                add: TipForm::fields().into_iter().next(),
                ..TipFollow::default()
            },
        ),
        sample(
            "tip_follow_empty",
            &TipFollow {
                frame: Frame::alone("Your tip", ""),
                code: TipFollow::code_field(),
                ..TipFollow::default()
            },
        ),
        sample("case_types", &case_types()),
        sample("new_case_errors", &new_case(true)),
    ]
}

fn case_row(number: &str, title: &str, state: Tag, alerts: u64, clock: Option<Pill>) -> CaseRow {
    CaseRow {
        number: number.into(),
        title: title.into(),
        href: "/cases/019a44c2".into(),
        state,
        purpose: "Procurement fraud".into(),
        role: "lead investigator".into(),
        clock,
        alerts,
        opened: "2 March 2026".into(),
    }
}

fn pill(what: &str, by: &str, tone: Tone) -> Pill {
    Pill {
        what: what.into(),
        by: by.into(),
        who: "Ines Harte".into(),
        lapse: "The case closes itself and its watches end.".into(),
        tone,
    }
}

fn cases() -> Cases {
    let open = || Tag::new("open", Tone::Confirmed);
    Cases {
        frame: desk("My cases", "c"),
        may_open: true,
        tasks: vec![super::work::task("t1", "Ask the harbour office", false)],
        waiting: vec![WaitingRow {
            what: "Whether somebody is a suspect".into(),
            case: format!("2026-014 {LONG}"),
            href: "/cases/019a44c2#suspects".into(),
            by: "proposed by Ines Harte on 9 June 2026, 09:41".into(),
        }],
        to_approve: vec![CaseRow {
            role: "Tomas Breck, investigator".into(),
            ..case_row(
                "2026-021",
                "Land swaps at the Old Ropewalk",
                Tag::new("waiting for approval", Tone::Attention),
                0,
                Some(pill(
                    "Decide",
                    "by 25 November, in 2 working days",
                    Tone::Attention,
                )),
            )
        }],
        open: vec![
            case_row(
                "2026-014",
                "Double payments for berth 7",
                open(),
                2,
                Some(pill(
                    "Expires",
                    "on 2 December, in 7 working days",
                    Tone::Attention,
                )),
            ),
            case_row("2026-009", LONG, open(), 128, None),
            case_row(
                "2026-018",
                super::HEBREW,
                open(),
                0,
                Some(pill(
                    "Review of look-ups",
                    "was due on 20 November",
                    Tone::Adverse,
                )),
            ),
        ],
        ended: vec![case_row(
            "2025-077",
            "Ghost crew on the Kestrel Dawn",
            Tag::new("closed", Tone::Plain),
            0,
            None,
        )],
    }
}

fn choices() -> CaseChoices {
    let plain = |value: &str, label: &str| Choice::new(value, label, "");
    let dataset = |(code, title, release): &(&str, &str, &str)| {
        Choice::new(
            code,
            title,
            &format!("release of {}", format::date(release)),
        )
    };
    CaseChoices {
        types: vec![
            ("General".into(), "/cases/new?type=general".into(), false),
            (LONG.into(), "/cases/new?type=fraud".into(), true),
        ],
        kind: "fraud".into(),
        kind_says: "Somebody is said to have taken money or an advantage by deceit.".into(),
        told: vec![
            Field::text("told.harm", "Harm as reported")
                .required()
                .id("told-harm"),
        ],
        bases: vec![
            plain(
                "ia-12",
                "Inspectorate Act, section 12: inquiry on stated facts",
            ),
            plain("ia-15", "Inspectorate Act, section 15: referral by a court"),
        ],
        purposes: vec![
            plain("fraud", "Procurement fraud"),
            plain("sanctions", "Sanctions evasion"),
        ],
        datasets: super::SOURCES.iter().map(dataset).collect(),
        kinds: vec![
            plain("company", "Companies and organisations"),
            plain("person", "Natural persons"),
            plain("vessel", "Vessels and vehicles"),
            plain("contract", "Contracts and payments"),
            plain("document", "Documents and e-mails"),
        ],
        approvers: "Maud Ferrant or Oke Lindqvist".into(),
        longest: "12 months".into(),
    }
}

fn new_case(wrong: bool) -> NewCase {
    let mut page = NewCase::form(desk("Open a case", "c"), choices());
    if wrong {
        page.title.typed("Double payments for berth 7", None);
        page.facts.typed(
            "paid twice",
            Some("State who reported the facts and what they point to. At least 80 characters, so that another person can judge them."),
        );
        page.basis.typed("ia-12", None);
        page.expires.typed(
            "May 2031",
            Some("A case may run for 12 months at most. The latest day is 23 November 2027."),
        );
        page.expires.understood = Some("31 May 2031".into());
        page.datasets_error = "Choose at least one dataset.".into();
        page.sum_up();
    }
    page
}

fn all_cases() -> AllCases {
    let row = |number: &str, title: &str, state: Tag| AllCasesRow {
        number: number.into(),
        title: title.into(),
        href: format!("/cases/{number}"),
        kind: "Conflict of interest".into(),
        state,
        leads: "Ines Harte, Tomas Breck".into(),
        opened: "2 March 2026".into(),
        expires: "2 December 2026".into(),
        touched: "20 November 2026".into(),
    };
    AllCases {
        frame: desk("All cases", "a"),
        filters: vec![
            Field::text("number", "Number begins with").focus(),
            Field::text("stage", "State").options(vec![Choice::new("open", "Open", "")]),
        ],
        rows: vec![
            row("COI-2026-0001", LONG, Tag::new("open", Tone::Confirmed)),
            row("2026-0014", "Berth 7", Tag::new("suspended", Tone::Attention)),
        ],
        next_href: "/cases/all?after=1.x".into(),
        files: vec![
            Link::to("CSV, for programs", "/cases/all/csv"),
            Link::to("XLSX, for spreadsheets", "/cases/all/xlsx"),
        ],
        whose: "Every case of this installation, except those with which you have a conflict of interest.".into(),
        figures: true,
        ..AllCases::default()
    }
}

fn case_figures() -> FiguresPage {
    let kind = [
        "Procurement",
        "3",
        "1 204",
        "12",
        "88 310",
        "9 002",
        "61 days",
        "180 days",
    ];
    FiguresPage {
        frame: desk("Figures of all cases", "a"),
        kinds: vec![kind.map(String::from)],
        people: vec![WorkloadRow {
            name: LONG.into(),
            href: "/cases/all?stage=open&member=u1".into(),
            leads: 12,
            contributes: 31,
            quiet: 4,
        }],
    }
}

fn tips() -> Tips {
    let row = |number: &str, words: &str, state: Tag| TipRow {
        number: number.into(),
        href: format!("/tips/{number}"),
        words: words.into(),
        came: "By the form on 3 March 2026, 10:00 UTC.".into(),
        state,
        with: "Tomas Breck".into(),
    };
    Tips {
        frame: desk("Tips", "t"),
        whose: "What people outside have told the office, the oldest first.".into(),
        waiting: vec![row(
            "T-2026-0014",
            LONG,
            Tag::new("waiting", Tone::Attention),
        )],
        ended: vec![row(
            "T-2026-0001",
            "erased",
            Tag::new("erased", Tone::Plain),
        )],
    }
}

fn tip() -> TipPage {
    TipPage {
        frame: desk("T-2026-0014", "t"),
        errors: vec![FieldError {
            field: "name".into(),
            text: "The name has fewer than two words.".into(),
        }],
        href: "/tips/t1".into(),
        state: Tag::new("waiting", Tone::Attention),
        came: "By the form on 3 March 2026, 10:00 UTC.".into(),
        words: vec![LONG.into()],
        contact: "a.very.long.address.indeed@a-very-long-domain.example".into(),
        kept: "Erased on 30 August 2026 if nothing comes of it.".into(),
        steps: vec![("Given to Tomas Breck by Maud Ferrant".into(), LONG.into())],
        case: "/cases/019a44c2".into(),
        prior: "There may be a case: ask Tomas Breck.".into(),
        prior_found: true,
        forms: Some(TipForms::new(
            vec![Choice::new("u1", LONG, "")],
            "/cases/new?tip=t1",
        )),
    }
}

fn case_types() -> TypesPage {
    TypesPage {
        frame: desk("Types of case", "a"),
        types: vec![TypeCard {
            word: "fraud".into(),
            title: "Fraud".into(),
            says: LONG.into(),
            lays_down: vec![("Phases".into(), "Intake, Collection, Analysis".into())],
            text: "word = \"fraud\"\ntitle = \"Fraud\"\n".into(),
        }],
    }
}
