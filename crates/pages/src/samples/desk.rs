//! Samples outside a case: sign in, datasets, log, people, stops.

use super::{LONG, Sample, TOKEN, desk, in_case, investigator, mark, sample};
use crate::account::{
    Account, FactorRow, LinkRow, Passkey, Step, TokenRow, code_field, new_password_field,
};
use crate::datasets::{
    Dataset, DatasetRow, Datasets, FileRow, Held, RefusedRow, Release, ReleaseRow,
};
use crate::format;
use crate::log::{Checkpoint, Log, LogEntry, LogRow, PathStep};
use crate::matching::{BandRow, Matching, SourceRow, Switch};
use crate::parts::{Choice, Field, FieldError, Frame, Link, Refusal, Tag, Tone};
use crate::people::{AddUser, ClockNotice, UserRow, Users};
use crate::sign_in::SignIn;
use crate::stops::{Malformed, NotFound, Refused, Stopped, Unavailable};

pub(super) fn samples() -> Vec<Sample> {
    vec![
        sample("sign_in", &sign_in("")),
        sample(
            "sign_in_failed",
            &sign_in(
                "Name and password do not belong together. After 5 failed attempts the account waits 15 minutes.",
            ),
        ),
        sample("sign_in_other_ways", &other_ways()),
        sample("sign_in_again_passkey", &with_passkey()),
        sample("datasets", &datasets()),
        sample(
            "datasets_empty",
            &Datasets {
                frame: desk("Datasets", "d"),
                ..Datasets::default()
            },
        ),
        sample("dataset", &dataset()),
        sample("wizard_file", &super::wizard::file()),
        sample("wizard", &super::wizard::wizard()),
        sample("release", &release(None)),
        sample("release_held", &release(Some(held()))),
        sample("log_whole", &log(true)),
        sample("log_case", &log(false)),
        sample(
            "log_asks",
            &Log {
                frame: desk("Log", "l"),
                whole: true,
                asks: true,
                purposes: vec![
                    Choice::new("lawfulness", "Checking that processing was lawful", ""),
                    Choice::new("self_monitoring", "Self-monitoring", ""),
                ],
                ..Log::default()
            },
        ),
        sample("log_entry", &log_entry()),
        sample("users", &users()),
        sample("account", &account()),
        sample("account_code", &step(false)),
        sample("account_codes", &step(true)),
        sample("matching", &matching(false)),
        sample("matching_empty", &matching(true)),
        sample("refused", &refused()),
        sample(
            "not_found",
            &NotFound {
                frame: desk("Nothing here", ""),
                ways: vec![Link::to("My cases", "/cases")],
            },
        ),
        sample("malformed", &malformed()),
        sample("unavailable", &unavailable()),
        sample("stopped", &stopped()),
    ]
}

fn sign_in(failed: &str) -> SignIn {
    SignIn {
        failed: failed.into(),
        ..SignIn::form(
            Frame::alone("Sign in", TOKEN),
            "Case files of the Inspectorate of Sarnhaven.",
            "/cases/019a44c2/inbox",
        )
    }
}

fn passkey(way: &str) -> Passkey {
    Passkey {
        action: "/sign-in/passkey".into(),
        way: way.into(),
        host: "desk.example".into(),
        challenge: "AAAA".into(),
        button: "Use a passkey".into(),
        ..Passkey::default()
    }
}

fn other_ways() -> SignIn {
    let way = |name: &str, title: &str| (format!("/sign-in/with/{name}"), title.to_owned());
    SignIn {
        providers: vec![way("city", "City of Sarnhaven"), way("long", LONG)],
        passkey: Some(passkey("use")),
        ..sign_in("")
    }
}

fn with_passkey() -> Step {
    Step {
        passkey: Some(passkey("use")),
        ways: vec![("/sign-in/with/city".into(), "City of Sarnhaven".into())],
        by_itself: true,
        on_href: "/cases".into(),
        ..step(false)
    }
}

fn datasets() -> Datasets {
    let rows = super::SOURCES
        .iter()
        .enumerate()
        .map(|(index, (_, title, release))| DatasetRow {
            mark: mark(index, "d"),
            title: (*title).into(),
            href: format!("/datasets/d{index}"),
            publisher: if index == 2 {
                LONG.into()
            } else {
                "Registrar of Sarnhaven".into()
            },
            records: format::count(1_204 * (index as u64 + 3) * 7),
            latest: format::date(release),
            state: match index {
                3 => Tag::new("release held", Tone::Attention),
                5 => Tag::new("expired", Tone::Adverse),
                _ => Tag::new("in force", Tone::Confirmed),
            },
        });
    Datasets {
        held: Vec::new(),
        frame: desk("Datasets", "d"),
        datasets: rows.collect(),
    }
}

fn dataset() -> Dataset {
    let row = |label: &str, state: Tag, refused: &str, withdrawn: &str| ReleaseRow {
        label: label.into(),
        href: "/datasets/d1/releases/r1".into(),
        received: "21 November 2026, 02:10 UTC".into(),
        state,
        read: format::count(12_410),
        taken: format::count(12_391),
        refused: refused.into(),
        added: "14".into(),
        altered: "37".into(),
        withdrawn: withdrawn.into(),
    };
    Dataset {
        frame: desk("Council sanctions list", "d"),
        publisher: "Council of the Nine Ports, office of restrictive measures".into(),
        gaps: vec!["Number 7 did not come.".into()],
        unlawful: "This dataset was marked as obtained unlawfully.".into(),
        mark: Some((
            "/datasets/d1/unlawful".into(),
            crate::parts::Field::reason("The court, the order or the fault.").id("unlawful"),
        )),
        unlawful_href: "/unlawful".into(),
        load_href: "/datasets/d1/load".into(),
        state: Tag::new("in force", Tone::Confirmed),
        agreement: vec![
            ("Purposes".into(), "fraud, sanctions evasion".into()),
            (
                "Authority".into(),
                "Council regulation 2024/18, article 9".into(),
            ),
            ("Matching".into(), "allowed with other datasets".into()),
            (
                "Standing rules".into(),
                "a shared register number joins companies without a person’s judgement".into(),
            ),
            (
                "In force".into(),
                "1 January 2025 to 31 December 2027".into(),
            ),
            (
                "Terms".into(),
                "Open licence of the Nine Ports, attribution required".into(),
            ),
        ],
        releases: vec![
            row(
                "2026-11-22",
                Tag::new("held", Tone::Attention),
                "19",
                &format::count(9_800),
            ),
            row(
                "2026-11-21",
                Tag::new("published", Tone::Confirmed),
                "19",
                "2",
            ),
            row("2026-11-14", Tag::new("abandoned", Tone::Plain), "12", "0"),
        ],
    }
}

fn held() -> Held {
    Held::form(
        "/datasets/d1/releases/r1/decide",
        "It would withdraw 9 800 of 12 391 records (79 in 100); the usual share is under 1 in 100. The delivery may have been cut off.",
        vec![
            "9 800 records end today and are struck wherever they are shown.".into(),
            "41 alerts go to 6 open cases.".into(),
            "The decision and your reason enter the log. It cannot be taken back; the next release can restore what it ends.".into(),
        ],
    )
}

fn release(held: Option<Held>) -> Release {
    let waiting = held.is_some();
    Release {
        frame: Frame {
            crumbs: vec![
                Link::to("Datasets", "/datasets"),
                Link::to("Council sanctions list", "/datasets/d1"),
            ],
            ..desk("Council sanctions list, 22 November 2026", "d")
        },
        state: if waiting {
            Tag::new("held", Tone::Attention)
        } else {
            Tag::new("published", Tone::Confirmed)
        },
        dates: if waiting {
            "Received 22 November 2026, 02:10 UTC. Nobody sees it yet.".into()
        } else {
            "Received 22 November 2026, 02:10 UTC, visible since 02:11 UTC.".into()
        },
        counts: [
            ("Read", 12_410),
            ("Taken", 12_391),
            ("Refused", 19),
            ("Values dropped", 44),
            ("Added", 14),
            ("Altered", 37),
            ("Withdrawn", 2),
            ("Unchanged", 12_338),
        ]
        .iter()
        .map(|(label, n)| ((*label).into(), format::count(*n)))
        .collect(),
        files: vec![delivered()],
        mapping_sha256: "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae".into(),
        signature: "predicate.sarnhaven.example+7f3c1a22+AfQ2m8x1cUo5VdRkz4y0o3bN".into(),
        blanked: vec![
            ("religion".into(), "212".into()),
            ("ethnic_group".into(), "87".into()),
        ],
        refused: refused_rows(),
        refused_more: "17 more are listed by `predicate source refused council_sanctions`.".into(),
        receipt_href: if waiting {
            String::new()
        } else {
            "/datasets/d1/releases/r1/receipt".into()
        },
        refused_href: "/datasets/d1/releases/r1/refused".into(),
        again_href: "/datasets/d1/releases/r1/refused".into(),
        again_whole: true,
        again: (!waiting).then(|| {
            Field::text("mapping", "Mapping, as it stands now").options(vec![Choice::new(
                "ftm",
                "FollowTheMoney JSON lines",
                "",
            )])
        }),
        alerts: if waiting {
            String::new()
        } else {
            "It raised 4 alerts in 3 cases.".into()
        },
        held,
    }
}

fn delivered() -> FileRow {
    FileRow {
        name: "consolidated.csv".into(),
        size: format::bytes(8_412_990),
        sha256: "b1946ac92492d2347c6235b4d2611184a6a2f17f0f4a8e1a1f1c0c5ac4e7b0d9".into(),
        kept_sha256: "591785b794601e212b260e25925636fd1f1c0c5ac4e7b0d9a6a2f17f0f4a8e1a".into(),
    }
}

fn refused_rows() -> Vec<RefusedRow> {
    let raw = "C-2210-9,Lodestar Dredging,2024-13-41,Sarnhaven,";
    let row = |place: &str, field: &str, reason: &str, raw: String| RefusedRow {
        place: place.into(),
        field: field.into(),
        reason: reason.into(),
        raw,
    };
    vec![
        row(
            "consolidated.csv, row 4 117",
            "listed_on",
            "`2024-13-41` is not a date",
            raw.into(),
        ),
        row(
            "consolidated.csv, row 9 002",
            "",
            "the row has 11 columns where the header has 14",
            raw.repeat(4),
        ),
    ]
}

fn checkpoint() -> Checkpoint {
    Checkpoint {
        size: format::count(20_417),
        root: "nyxh0HqzJk1l0Yw3ZpGmTqkV8mB2o7b5u1cXrQ4dF5s=".into(),
        when: "23 November 2026, 09:41:07 UTC".into(),
        text: "predicate.sarnhaven.example/log\n20417\nnyxh0HqzJk1l0Yw3ZpGmTqkV8mB2o7b5u1cXrQ4dF5s=\n\n\u{2014} predicate.sarnhaven.example fzwaIjx1cUo5VdRkz4y0o3bNqkV8mB2o7b5u1cXrQ4dF5s7QqGx0Q==\n\u{2014} witness.court.example 2nQ0aGf8mB2o7b5u1cXrQ4dF5sVdRkz4y0o3bN==".into(),
        witnesses: "cosigned by witness.court.example".into(),
    }
}

fn log(whole: bool) -> Log {
    let rows = [
        (
            "",
            "consultation",
            Tone::Plain,
            "looked up a company by name; 12 records",
        ),
        (
            "20416",
            "refusal",
            Tone::Adverse,
            "look-up of persons refused: selector.name-alone",
        ),
        (
            "20415",
            "alteration",
            Tone::Plain,
            "judged two records the same",
        ),
        (
            "20414",
            "collection",
            Tone::Plain,
            "release 22 November 2026 of Council sanctions list published",
        ),
        (
            "20413",
            "disclosure",
            Tone::Information,
            "bundle for the court of first instance, 3 findings",
        ),
    ];
    let entries = rows.iter().map(|(index, kind, tone, act)| LogRow {
        index: if index.is_empty() {
            "to be sequenced".into()
        } else {
            format::count(index.parse().unwrap_or(0))
        },
        href: if index.is_empty() {
            String::new()
        } else {
            format!("/log/{index}")
        },
        when: "23 November 2026, 09:40:58 UTC".into(),
        who: if whole {
            "actor 7f3c\u{2026}1a22".into()
        } else {
            "Ines Harte, investigator".into()
        },
        kind: Tag::new(kind, *tone),
        act: (*act).into(),
        case: "2026-014".into(),
        policy: "base 14".into(),
    });
    Log {
        files: if whole {
            vec![Link::to(
                "CSV, for programs",
                "/log/table/csv?purpose=integrity_and_security",
            )]
        } else {
            Vec::new()
        },
        asks: false,
        purposes: if whole {
            vec![Choice {
                chosen: true,
                ..Choice::new("self_monitoring", "Self-monitoring", "")
            }]
        } else {
            Vec::new()
        },
        about: String::new(),
        frame: if whole {
            desk("Log", "l")
        } else {
            in_case("Log of this case", "l")
        },
        whole,
        entries: entries.collect(),
        count: if whole {
            format!("Latest 5 of {} entries", format::count(20_417))
        } else {
            "Latest 5 of 214 entries in this case".into()
        },
        checkpoint: checkpoint(),
        kinds: [
            "collection",
            "alteration",
            "consultation",
            "disclosure",
            "refusal",
        ]
        .iter()
        .map(|kind| Choice::new(kind, kind, ""))
        .collect(),
        older_href: "?before=20413".into(),
    }
}

fn log_entry() -> LogEntry {
    let hash = "c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2";
    LogEntry {
        frame: Frame { crumbs: vec![Link::to("Log", "/log")], ..desk("Entry 20 416", "l") },
        index: "20416".into(),
        when: "23 November 2026, 09:40:58 UTC".into(),
        who: "actor 7f3c\u{2026}1a22".into(),
        kind: Tag::new("refusal", Tone::Adverse),
        act: "look-up of persons refused".into(),
        fields: vec![("Rule".into(), "selector.name-alone".into()), ("Policy".into(), "base 14".into()), ("Request, commitment".into(), hash.into())],
        raw: "{\n  \"kind\": \"refusal\",\n  \"at\": \"2026-11-23T09:40:58.114203Z\",\n  \"actor\": \"7f3c19e04b1a22\",\n  \"rule\": \"selector.name-alone\"\n}".into(),
        leaf: hash.into(),
        path: (0..6).map(|level| PathStep { level: level.to_string(), side: if level % 2 == 0 { "left".into() } else { "right".into() }, hash: hash.into() }).collect(),
        checkpoint: checkpoint(),
        holds: Tag::new("proof holds", Tone::Confirmed),
        key: "predicate.sarnhaven.example+7f3c1a22+AfQ2m8x1cUo5VdRkz4y0o3bNqkV8mB2o7b5u1cXrQ4".into(),
        commands: vec!["curl -O https://desk.example/log/20416/proof".into(), "predicate verify --proof 20416.json --key log.vkey".into()],
    }
}

fn matching(empty: bool) -> Matching {
    let band = |band: &str, decided: &str, stated: &str, found: &str, x: &str, y: &str| BandRow {
        band: band.into(),
        decided: decided.into(),
        stated: stated.into(),
        found: found.into(),
        x: x.into(),
        y: y.into(),
    };
    Matching {
        frame: desk("Matcher", "w"),
        state: if empty {
            Tag::new("stopped", Tone::Attention)
        } else {
            Tag::new("working", Tone::Confirmed)
        },
        switched: "Stopped by Maud Ferrant on 23 November 2026, 09:40 UTC: twins are taken for one"
            .into(),
        counts: vec![
            ("Candidates of 0.9 to 1.0".into(), "812".into()),
            ("Candidates of 0.8 to 0.9".into(), "64".into()),
        ],
        overridden: if empty {
            String::new()
        } else {
            "People decided on 41 proposed pairs, and in 5 against the machine (12 %).".into()
        },
        bands: if empty {
            Vec::new()
        } else {
            vec![
                band("0.5 to 0.8", "7", "0.671", "0.571", "67.1", "42.9"),
                band("0.99 to 1", "34", "0.997", "0.941", "99.7", "5.9"),
            ]
        },
        sources: if empty {
            Vec::new()
        } else {
            [
                ("01m8ga5y", "Harbour register", true),
                ("01m8ga6z", "Sanctions list", false),
            ]
            .map(|(id, title, once)| SourceRow {
                id: id.into(),
                title: title.into(),
                once,
            })
            .into()
        },
        may_say: true,
        switch: Some(Switch::form(empty)),
    }
}

fn account() -> Account {
    Account {
        frame: desk("Your account", ""),
        warning: "3 wrong codes were tried for your account within a day.".into(),
        facts: vec![
            ("Sign-in name".into(), "ines".into()),
            ("Recovery codes left".into(), "9".into()),
        ],
        factors: vec![FactorRow {
            label: "Telephone".into(),
            kind: "authenticator".into(),
            since: "23 November 2026".into(),
            state: Tag::new("works", Tone::Confirmed),
            remove: "/account/factors/1/remove".into(),
        }],
        has_factor: true,
        passkeys: true,
        links: vec![LinkRow {
            provider: "City of Sarnhaven".into(),
            since: "23 November 2026".into(),
            remove: "/account/links/1/remove".into(),
        }],
        link: vec![Field::text("provider", "Provider").required()],
        password: vec![new_password_field("New password")],
        tokens: vec![TokenRow {
            name: "nightly list".into(),
            purpose: "Look up and read in one case".into(),
            until: "1 January 2027".into(),
            state: Tag::new("good", Tone::Confirmed),
            revoke: "/account/tokens/1/revoke".into(),
        }],
        token: vec![Field::text("name", "Name of the program").required()],
        ..Account::default()
    }
}

fn step(done: bool) -> Step {
    let form = Step {
        frame: Frame::alone("Your second factor", TOKEN),
        why: "The password was right. Now the code that your authenticator shows.".into(),
        failed: "This is not the code of now, or it was used before. The attempt is in the log."
            .into(),
        shown: vec![(
            "Secret, base 32".into(),
            "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP".into(),
        )],
        action: "/sign-in/code".into(),
        hidden: vec![("factor".into(), "1".into())],
        fields: vec![code_field()],
        button: "Sign in".into(),
        ..Step::default()
    };
    if !done {
        return form;
    }
    Step {
        frame: desk("The authenticator works", ""),
        failed: String::new(),
        shown: Vec::new(),
        once: vec!["ABCD-EFGH-IJKL-MNOP".into(), "QRST-UVWX-YZ23-4567".into()],
        action: String::new(),
        on_href: "/cases".into(),
        ..form
    }
}

fn users() -> Users {
    let user = |sign_in: &str, name: &str, roles: &str, state: Tag| UserRow {
        sign_in: sign_in.into(),
        name: name.into(),
        roles: roles.into(),
        state,
        last: "23 November 2026, 08:02 UTC".into(),
        unit: "Harbour inspection".into(),
        href: format!("/users/{sign_in}"),
        disabled: false,
        held: vec![
            Choice {
                chosen: true,
                ..Choice::new("investigator", "investigator", "")
            },
            Choice::new("auditor", "auditor", ""),
        ],
    };
    Users {
        frame: Frame::desk(
            "People",
            TOKEN,
            crate::parts::Person {
                name: "Pavel Quist".into(),
                role: "administrator".into(),
            },
            "u",
        ),
        clock: Some(ClockNotice {
            says: "The machine’s clock has jumped ahead and is not believed.".into(),
            shows: "23 November 2036, 08:02 UTC".into(),
            moment: "2036-11-23T08:02:00Z".into(),
            now: "23 November 2026, 08:02 UTC".into(),
        }),
        users: vec![
            user(
                "ines",
                "Ines Harte",
                "investigator",
                Tag::new("open", Tone::Confirmed),
            ),
            user(
                "maud",
                "Maud Ferrant",
                "supervisor",
                Tag::new("open", Tone::Confirmed),
            ),
            user(
                "kattani",
                super::ARABIC,
                "data steward",
                Tag::new("locked after 5 attempts", Tone::Adverse),
            ),
        ],
        errors: Vec::new(),
        link: format!("/invited?token={}", "4f9a".repeat(16)),
        must: vec![
            Choice::new("investigator", "investigator", ""),
            Choice {
                chosen: true,
                ..Choice::new("administrator", "administrator", "")
            },
        ],
        add: Some(AddUser::form(vec![
            Choice::new("investigator", "investigator", ""),
            Choice::new("auditor", "auditor", ""),
        ])),
    }
}

pub(super) fn own_approval() -> Refusal {
    Refusal {
        title: "You cannot approve this case".into(),
        what: format!("{} asked to approve case 2026-021.", investigator().name),
        rule: "Whoever opens a case does not approve it. A second pair of eyes is what makes the stated facts more than one person’s word.".into(),
        rule_name: "case.approve.other-person".into(),
        rule_source: "base policy, version 14; Inspectorate Act, section 12(3)".into(),
        possible: vec!["A supervisor who is not a member of the case approves it.".into()],
        who: "Maud Ferrant or Oke Lindqvist".into(),
        entry: "entry 20\u{202f}418".into(),
        entry_href: "/log/20418".into(),
    }
}

fn refused() -> Refused {
    Refused {
        frame: in_case("Refused", ""),
        refusal: own_approval(),
        ways: vec![
            Link::to("Back to the case", super::CASE),
            Link::to("My cases", "/cases"),
        ],
    }
}

fn malformed() -> Malformed {
    let fault = |field: &str, text: &str| FieldError {
        field: field.into(),
        text: text.into(),
    };
    Malformed {
        frame: in_case("This look-up cannot be read", "s"),
        faults: vec![
            fault(
                "known_on",
                "“31 February 2026” is not a day of the calendar.",
            ),
            fault("for", "“everyone” is neither `person` nor `thing`."),
        ],
        back_href: "/cases/019a44c2/search?for=person".into(),
    }
}

fn stopped() -> Stopped {
    Stopped {
        frame: in_case("Somebody else was first", "m"),
        what: "Tomas Breck judged this pair as different while you were reading it, on 23 November 2026 at 09:40 UTC.".into(),
        request: "Your judgement was not recorded.".into(),
        ways: vec![Link::to("Read the pair again", "/cases/019a44c2/proposals/a/b")],
    }
}

fn unavailable() -> Unavailable {
    Unavailable {
        frame: Frame::alone("Not available at the moment", TOKEN),
        what: "The log cannot be written: its disk is full. No act is done that the log does not hold, so nothing can be looked up or changed until there is room.".into(),
        request: "Your request was not carried out. What you typed is still in the form you came from.".into(),
        who: "The administrator on duty has been told.".into(),
        again_href: "/cases".into(),
    }
}
