//! Samples of the case file: overview, subjects, notes, inbox, evidence.

use super::{
    ARABIC, CASE, HEBREW, LONG, Sample, TOKEN, in_case, judged, marks, proposed, sample, value,
};
use crate::case::{
    AddMember, Approval, DecidePurpose, InterestForm, Member, Overview, RaiseBudget,
};
use crate::course::{CaseLinkRow, CoursePanel};
use crate::disclosures::{Disclose, DisclosureRow, Disclosures};
use crate::emergency::{Declare, EmergencyCard};
use crate::evidence::{CustodyRow, Evidence, EvidenceItem, EvidenceRow, Upload};
use crate::format;
use crate::inbox::{AlertCard, AlertEvent, Inbox, RestsOn};
use crate::notes::{Citable, Note, NoteEditor, NoteRow, Notes, Reliance};
use crate::parts::{Certainty, Choice, Field, Frame, Link, Notice, Pill, Tag, Tone, errors_of};
use crate::prose;
use crate::subjects::{AddSubject, ProposeSuspect, SubjectRow, Subjects, SuspicionCard};

pub(super) fn samples() -> Vec<Sample> {
    vec![
        sample("overview", &overview()),
        sample(
            "overview_waiting",
            &Overview {
                approval: Some(approval()),
                ..young()
            },
        ),
        sample(
            "overview_barred",
            &Overview {
                approval: Some(Approval::barred(ASKED, super::desk::own_approval())),
                ..young()
            },
        ),
        sample("subjects", &subjects()),
        sample("emergency", &declare(false)),
        sample("emergency_errors", &declare(true)),
        sample(
            "subjects_empty",
            &Subjects {
                frame: in_case("Subjects", "b"),
                ..Subjects::default()
            },
        ),
        sample("disclosures", &disclosures()),
        sample(
            "disclosures_empty",
            &Disclosures {
                frame: in_case("Disclosures", "o"),
                ..Disclosures::default()
            },
        ),
        sample("notes", &notes()),
        sample(
            "notes_empty",
            &Notes {
                frame: in_case("Notes and findings", "n"),
                may_write: true,
                ..Notes::default()
            },
        ),
        sample("note_editor", &note_editor(false)),
        sample("note_editor_errors", &note_editor(true)),
        sample("note", &note()),
        sample("inbox", &inbox()),
        sample(
            "inbox_empty",
            &Inbox {
                frame: in_case("Inbox", "i"),
                watched: "Nothing is watched yet.".into(),
                ..Inbox::default()
            },
        ),
        sample(
            "fragment_alert",
            &AlertEvent {
                alert: AlertCard {
                    fresh: true,
                    ..changed("live")
                },
            },
        ),
        sample("evidence", &evidence()),
        sample(
            "evidence_empty",
            &Evidence {
                items: Vec::new(),
                ..evidence()
            },
        ),
        sample("evidence_item", &evidence_item()),
    ]
}

const ASKED: &str = "Tomas Breck asked for it on 22 November 2026, 16:05 UTC.";

fn approval() -> Approval {
    Approval::form(
        ASKED,
        vec![
            "Tomas Breck may look into the 4 datasets below until 2 December 2027.".into(),
            "Each look-up is logged with its reason, and 1 in 20 comes to you for review.".into(),
            "Your name and reason enter the log. An approval cannot be taken back; a case can be closed at any time.".into(),
        ],
    )
}

fn course() -> CoursePanel {
    CoursePanel {
        kind: "Procurement".into(),
        phases: vec![
            ("Intake".into(), "behind"),
            ("Collection".into(), "present"),
            (LONG.into(), "ahead"),
        ],
        told: vec![("Public buyer".into(), HEBREW.into()), ("Tender or contract".into(), LONG.into())],
        says: vec!["A pair of records is judged when two people say the same of it.".into()],
        stale: "Nobody has worked in this case for 24 working days. Take it up, let it rest, or close it.".into(),
        outcome: "Irregularity found".into(),
        history: vec![format!("Approved by Maud Ferrant on 3 March 2026: {LONG}")],
        links: vec![
            CaseLinkRow {
                number: "FRD-2026-0003".into(),
                ask: "Tomas Breck".into(),
                words: format!("The same account was paid: {ARABIC}"),
                by: "Linked by Ines Harte on 9 June 2026.".into(),
                end: "/cases/019a44c2/links/l1/end".into(),
                ..CaseLinkRow::default()
            },
            CaseLinkRow {
                number: "2026-0007".into(),
                title: LONG.into(),
                href: "/cases/019a44c3".into(),
                ask: "a supervisor".into(),
                words: "One bidder".into(),
                by: "Linked by Ines Harte on 9 June 2026.".into(),
                ..CaseLinkRow::default()
            },
        ],
        waits: vec![("Ines Harte said “same”".into(), "/cases/019a44c2/proposals/a/b".into())],
        move_on: CoursePanel::move_fields(vec![Choice::new("Analysis", "Analysis", "")]),
        link: CoursePanel::link_fields(),
        suspend: CoursePanel::for_days("suspend", "What it waits for.", "30"),
        resume: true,
        reopen: CoursePanel::for_days("reopen", "What has come up.", "90"),
        renew: CoursePanel::renew_fields(vec![Choice::new("complaint", "Complaint", "")]),
        lost: "The basis of this case went on 3 March 2026.".into(),
    }
}

fn overview() -> Overview {
    Overview {
        course: course(),
        frame: in_case("Double payments for berth 7", "o"),
        state: Tag::new("open", Tone::Confirmed),
        emergencies: vec![
            emergency("e1", "", "/cases/019a44c2/emergencies/e1/review"),
            emergency("e2", "", ""),
            emergency("e3", "Found justified by Maud Ferrant on 10 June 2026: seen", ""),
        ],
        suspicions: vec![suspicion("s7", "/cases/019a44c2/subjects/s7/decide", "")],
        declare: "/cases/019a44c2/emergency".into(),
        purposes: vec![format!("found for: Fraud; used for: Sanctions. Decided by Maud Ferrant on 10 June 2026: {LONG}")],
        decide_purpose: Some(DecidePurpose::form(vec![Choice::new("c2", LONG, "")])),
        interest: Some(InterestForm::form(true, vec![Choice::new("s2", HEBREW, "")])),
        conflicts: vec![format!("Tomas Breck declared a conflict of interest with {LONG} on 9 June 2026 and is out of the case.")],
        raise: Some(RaiseBudget::form(vec![Choice::new("u2", ARABIC, "")])),
        facts: vec!["The harbour office paid Lodestar Dredging 1 240 000 marks for the dredging of berth 7 on 3 March 2026, and the same sum for the same works on 29 March (audit note 14/2026, pages 3 to 5).".into(), "The second invoice bears a register number that the register had struck off at the time. This points to an offence under section 41 of the Procurement Act.".into()],
        basis: "Inspectorate Act, section 12: inquiry on stated facts".into(),
        purpose: "Procurement fraud".into(),
        datasets: ["Sarnhaven company register", "Beneficial owners, Sarnhaven", "Port procurement notices", "Council sanctions list"].map(String::from).to_vec(),
        kinds: ["companies and organisations", "contracts and payments", "natural persons by selector"].map(String::from).to_vec(),
        expires: "2 December 2026".into(),
        opened: "Opened by Ines Harte, investigator, on 2 March 2026".into(),
        decided: "Approved by Maud Ferrant, supervisor, on 3 March 2026.".into(),
        members: vec![
            Member { name: "Ines Harte".into(), role: "lead investigator".into(), since: "since 2 March 2026, opened the case".into() },
            Member { name: ARABIC.into(), role: "investigator".into(), since: "since 9 April 2026, added by Ines Harte".into() },
        ],
        add_member: Some(AddMember::form(
            vec![Choice::new("tomas", "Tomas Breck", "")],
            vec![Choice::new("investigator", "Investigator", "searches, judges, writes"), Choice::new("reader", "Reader", "reads what the case holds")],
        )),
        clocks: vec![
            Pill { what: "Expires".into(), by: "on 2 December 2026, in 7 working days".into(), who: "Ines Harte may ask for a longer term".into(), lapse: "If it lapses, look-ups and watches end.".into(), tone: Tone::Attention },
            Pill { what: "Review of look-ups".into(), by: "was due on 20 November 2026".into(), who: "Maud Ferrant".into(), lapse: "Persons cannot be looked up until it is done.".into(), tone: Tone::Adverse },
        ],
        subjects: subject_rows(),
        more_subjects: 4,
        alerts: vec![changed("a1")],
        lines: vec!["Who owns the contractors of berth 7?".into(), "Who signed the second invoice?".into()],
        close: Overview::close_fields(vec![Choice::new("regular", LONG, "")], vec![Field::text("told.recommendation", "Recommendation").required().hint("What should change.").id("told-recommendation")]),
        ..Overview::default()
    }
}

fn young() -> Overview {
    Overview {
        state: Tag::new("waiting for approval", Tone::Attention),
        decided: String::new(),
        subjects: Vec::new(),
        more_subjects: 0,
        alerts: Vec::new(),
        clocks: Vec::new(),
        add_member: None,
        close: Vec::new(),
        ..overview()
    }
}

fn subject_rows() -> Vec<SubjectRow> {
    let row = |name: &str,
               lang: &str,
               kind: &str,
               role: Tag,
               certainty: Certainty,
               sources: &[usize],
               tag: &str| SubjectRow {
        name: name.into(),
        lang: lang.into(),
        href: format!("{CASE}/identities/i1"),
        kind: kind.into(),
        role,
        basis: "audit note 14/2026, page 3".into(),
        certainty,
        marks: marks(sources, tag),
        added: "added by Ines Harte on 3 March 2026".into(),
        suspect: format!("{CASE}/subjects?suspect=r1#suspect"),
    };
    vec![
        row(
            "Lodestar Dredging",
            "",
            "Company",
            Tag::new("organisation of interest", Tone::Information),
            judged(),
            &[0, 1, 2],
            "u1",
        ),
        row(
            ARABIC,
            "ar",
            "Person",
            Tag::new("unclassified", Tone::Plain),
            Certainty::Asserted,
            &[5],
            "u2",
        ),
        row(
            LONG,
            "",
            "Company",
            Tag::new("unclassified", Tone::Plain),
            Certainty::Restricted("a challenge is open".into()),
            &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
            "u3",
        ),
        row(
            "Amara Vestergaard-Oduya",
            "",
            "Person",
            Tag::new("witness", Tone::Information),
            judged(),
            &[8],
            "u4",
        ),
    ]
}

fn disclosures() -> Disclosures {
    let mut form = Disclose::form();
    form.address.error = Some("Their address: say it.".into());
    form.recipient.value = LONG.into();
    Disclosures {
        frame: in_case("Disclosures", "o"),
        errors: errors_of(&form.fields()),
        lines: vec![DisclosureRow {
            recipient: ARABIC.into(),
            address: "1 Quay Street, Merravin".into(),
            purpose: "assessing tax".into(),
            authority: LONG.into(),
            when: "23 March 2026, 10:04 UTC".into(),
            by: "Ines Marten".into(),
            records: "12".into(),
        }],
        form: Some(form),
    }
}

fn declare(wrong: bool) -> Declare {
    let frame = super::desk("Emergency access", "c");
    let mut page = Declare::form(frame, "/cases/019a44c2/emergency", 60, 240);
    if wrong {
        page.reason.typed(LONG, None);
        page.minutes
            .typed("300", Some("Must be between 1 and 240."));
        page.errors = errors_of(&[&page.reason, &page.minutes]);
    }
    page
}

fn emergency(id: &str, reviewed: &str, review: &str) -> EmergencyCard {
    EmergencyCard {
        id: id.into(),
        head: "Tomas Breck, evidence at risk, 9 June 2026, 09:41 until 9 June 2026, 10:41".into(),
        reason: format!("The files of {LONG} are being shredded."),
        reviewed: reviewed.into(),
        review: review.into(),
        words: Field::text("words", "What you find")
            .required()
            .id(&format!("words-{id}")),
    }
}

fn suspicion(subject: &str, decide: &str, barred: &str) -> SuspicionCard {
    SuspicionCard {
        subject: subject.into(),
        name: ARABIC.into(),
        decide: decide.into(),
        parts: vec![
            (
                "Facts".into(),
                format!("Named in invoice 2 (E-7) beside {LONG}"),
            ),
            (
                "Offence".into(),
                "Fraud on the harbour office, March 2026".into(),
            ),
            ("Law".into(), "Penal Code, section 12".into()),
            (
                "Relevance".into(),
                "The account that was paid is theirs.".into(),
            ),
        ],
        written: "Written by Ines Harte on 9 June 2026, 09:41".into(),
        barred: barred.into(),
        reason: Field::reason("What is missing, or speaks against it.")
            .id(&format!("refuse-{subject}")),
    }
}

fn subjects() -> Subjects {
    Subjects {
        suspicions: vec![
            suspicion("s7", "/cases/019a44c2/subjects/s7/decide", ""),
            suspicion("s8", "", "Only a supervisor decides on it."),
        ],
        suspect: Some(ProposeSuspect::form("i7", ARABIC)),
        frame: in_case("Subjects", "b"),
        subjects: subject_rows(),
        add: Some(AddSubject::form(
            "i9",
            HEBREW,
            vec![
                Choice {
                    chosen: true,
                    ..Choice::new("unclassified", "Unclassified", "the default")
                },
                Choice::new("witness", "Witness", ""),
                Choice::new("victim", "Victim", ""),
                Choice::new("interest", "Organisation of interest", ""),
                Choice::new("other", "Other", ""),
            ],
        )),
        ..Subjects::default()
    }
}

fn notes() -> Notes {
    let row = |title: &str, kind: Tag, stale: &str| NoteRow {
        title: title.into(),
        href: format!("{CASE}/notes/n1"),
        kind,
        by: "Ines Harte, 9 June 2026".into(),
        cites: "cites 3 values of 2 datasets".into(),
        stale: stale.into(),
    };
    Notes {
        frame: in_case("Notes and findings", "n"),
        findings: vec![
            row(
                "Lodestar was paid twice for one dredging",
                Tag::new("fact", Tone::Plain),
                "1 cited value has changed since",
            ),
            row(
                "The two invoices come from one hand",
                Tag::new("assessment", Tone::Information),
                "",
            ),
            row(LONG, Tag::new("fact", Tone::Plain), ""),
        ],
        notes: vec![row(
            "Call with the registrar",
            Tag::new("working note", Tone::Plain),
            "",
        )],
        may_write: true,
    }
}

fn citables() -> Vec<Citable> {
    let item = |about: &str, property: &str, id: &str, text: &str, chosen: bool| Citable {
        about: about.into(),
        property: property.into(),
        value: value(id, text, &[0]),
        chosen,
    };
    vec![
        item(
            "Lodestar Dredging",
            "Status",
            "019a44c2-7b1e",
            "struck off",
            true,
        ),
        item(
            "Lodestar Dredging",
            "Register number",
            "019a44c2-7b1f",
            "C-2210-9",
            true,
        ),
        item(ARABIC, "Name", "019a44c2-7b20", ARABIC, false),
    ]
}

const TEXT: &str = "The harbour office paid **twice** for one dredging [[019a44c2-7b1f]].\n\nAt the time of the second invoice:\n\n- the contractor was *struck off* [[019a44c2-7b1e]];\n- the invoice still bore number `C-2210-9` [[019a44c2-7b1f]].\n\n> We were told the number did not matter.\n> (call with the paymaster, 12 March)";

fn note_editor(wrong: bool) -> NoteEditor {
    let frame = Frame {
        crumbs: vec![Link::to("Notes and findings", &format!("{CASE}/notes"))],
        ..in_case("Write a note or finding", "n")
    };
    let mut page = NoteEditor::form(frame, if wrong { citables() } else { Vec::new() });
    if wrong {
        page.title
            .typed("Lodestar was paid twice for one dredging", None);
        page.text.typed(TEXT, Some("[[019a44c2-9999]] is not a value that this case can cite. It may have been mistyped."));
        page.kind = "fact".into();
        page.errors = errors_of(&[&page.title, &page.text]);
        page.theirs = Some((LONG.into(), format!("{TEXT}\n\n{ARABIC}")));
    }
    page
}

fn note() -> Note {
    let (body, cited) = prose::read(TEXT);
    let thread = cited.iter().enumerate().map(|(at, id)| Reliance {
        number: at + 1,
        about: if at == 0 {
            "Lodestar Dredging".into()
        } else {
            LONG.into()
        },
        href: format!("{CASE}/records/r1#st-{id}"),
        property: if at == 0 {
            "Register number".into()
        } else {
            "Status".into()
        },
        value: value(id, if at == 0 { "C-2210-9" } else { "struck off" }, &[0, 2]),
        now: if at == 0 {
            String::new()
        } else {
            "Now “active”: the register corrected it on 10 May 2024".into()
        },
        alert_href: if at == 0 {
            String::new()
        } else {
            format!("{CASE}/inbox#alert-a1")
        },
        cited: "cited by Ines Harte on 9 June 2026".into(),
        ..Reliance::default()
    });
    Note {
        frame: Frame {
            crumbs: vec![Link::to("Notes and findings", &format!("{CASE}/notes"))],
            ..in_case("Lodestar was paid twice for one dredging", "n")
        },
        kind: Tag::new("finding of fact", Tone::Plain),
        by: "Written by Ines Harte, investigator, on 9 June 2026, 10:12 UTC".into(),
        thread: thread.collect(),
        body,
        rests: vec![RestsOn {
            kind: "Finding".into(),
            title: "The two invoices come from one hand".into(),
            href: format!("{CASE}/notes/n2"),
            todo: String::new(),
        }],
        edit: format!("{CASE}/notes/n1/edit"),
    }
}

fn changed(id: &str) -> AlertCard {
    AlertCard {
        id: id.into(),
        csrf: TOKEN.into(),
        seen_href: format!("{CASE}/alerts/{id}/seen"),
        kind: Tag::new("changed at its source", Tone::Attention),
        about: "Lodestar Dredging".into(),
        about_href: format!("{CASE}/records/r1"),
        property: "Status".into(),
        before: vec!["struck off".into()],
        after: vec!["active".into()],
        marks: marks(&[0], &format!("al-{id}")),
        release: "Sarnhaven company register, release of 20 November 2026".into(),
        release_href: "/datasets/d0/releases/r9".into(),
        when: "21 November 2026, 02:11 UTC".into(),
        rests: vec![
            RestsOn {
                kind: "Finding".into(),
                title: "Lodestar was paid twice for one dredging".into(),
                href: format!("{CASE}/notes/n1"),
                todo: "Read again and confirm or withdraw".into(),
            },
            RestsOn {
                kind: "Subject".into(),
                title: "Lodestar Dredging, organisation of interest".into(),
                href: format!("{CASE}/subjects"),
                todo: "Check the basis of the role".into(),
            },
        ],
        ways: vec![Link::to("Open the finding", &format!("{CASE}/notes/n1"))],
        ..AlertCard::default()
    }
}

fn inbox() -> Inbox {
    let long = AlertCard {
        about: LONG.into(),
        property: "Address".into(),
        before: vec![
            "Customs Quay 3, 2nd floor, Sarnhaven".into(),
            "Wharf Road 12, Sarnhaven".into(),
        ],
        after: Vec::new(),
        kind: Tag::new("withdrawn by its source", Tone::Adverse),
        ..changed("a2")
    };
    let candidate = AlertCard {
        kind: Tag::new("new candidate", Tone::Information),
        about: ARABIC.into(),
        lang: "ar".into(),
        property: String::new(),
        before: Vec::new(),
        after: Vec::new(),
        sentence: format!(
            "The machine proposes that this subject is “Abdul Rahman al-Kattani” in Council sanctions list: {}.",
            proposed(0.945).word().trim_start_matches("proposed, ")
        ),
        rests: Vec::new(),
        ways: vec![Link::to("Judge it", &format!("{CASE}/proposals/a/b"))],
        ..changed("a3")
    };
    Inbox {
        frame: in_case("Inbox", "i"),
        unseen: vec![changed("a1"), long, candidate],
        seen: vec![AlertCard {
            seen_href: String::new(),
            seen_by: "Ines Harte on 12 October 2026".into(),
            ..changed("a4")
        }],
        watched: "17 values of 3 datasets are watched for this case.".into(),
    }
}

fn evidence() -> Evidence {
    let row = |number: &str, title: &str, kind: &str, size: u64| EvidenceRow {
        number: number.into(),
        title: title.into(),
        href: format!("{CASE}/evidence/e7"),
        kind: kind.into(),
        size: format::bytes(size),
        sha256: "9f2c61d0\u{2026}be09".into(),
        filed: "filed by Ines Harte on 12 March 2026".into(),
        obtained: "handed over by the harbour office against receipt".into(),
        marks: "key-document, read by you".into(),
    };
    Evidence {
        span: "201 to 203 of 203".into(),
        earlier: Some(crate::parts::Link::to("Filed before", "?from=0")),
        later: None,
        search_href: format!("{CASE}/documents"),
        frame: in_case("Evidence", "e"),
        items: vec![
            row("E-7", "Invoice 2 for berth 7", "PDF document", 182_004),
            row("E-6", "رسالة من وكيل الميناء", "e-mail", 9_120),
            row(
                "E-5",
                "a_very_long_file_name_without_any_spaces_as_scanners_like_to_make_them_0000000000001842_final_FINAL(3).tif",
                "image",
                48_220_118,
            ),
        ],
        errors: Vec::new(),
        upload: Some(Upload::form("512 MB")),
    }
}

fn evidence_item() -> EvidenceItem {
    let row = |when: &str, act: &str| CustodyRow {
        when: when.into(),
        who: "Ines Harte, investigator".into(),
        act: act.into(),
        entry: "entry 19 204".into(),
        entry_href: "/log/19204".into(),
    };
    EvidenceItem {
        text_href: format!("{CASE}/evidence/e1/text"),
        hand_over: EvidenceItem::handing(vec![Choice::new("u2", "Kai Brandt", "")]),
        hand_over_href: format!("{CASE}/evidence/e7/custody"),
        unlawful: Some(Field::reason("The court or the fault.").id("unlawful")),
        unlawful_href: "/cases/019a44c2/evidence/e1/unlawful".into(),
        erase: Some(EvidenceItem::reason()),
        erase_href: format!("{CASE}/evidence/e7/erase"),
        frame: Frame { crumbs: vec![Link::to("Evidence", &format!("{CASE}/evidence"))], ..in_case("Invoice 2 for berth 7", "e") },
        receipt: Some(Notice { text: "Filed as E-7. The bytes were hashed as they arrived and again from the disk; both gave the hash below.".into(), tone: Tone::Confirmed }),
        number: "E-7".into(),
        file: "invoice-berth7-2.pdf".into(),
        kind: "application/pdf".into(),
        size: format!("{}, {} bytes", format::bytes(182_004), format::count(182_004)),
        sha256: "9f2c61d07ab3e4c85512be0991c8a4f70b1d2e3f4a5968778695a4b3c2d1e0f1".into(),
        obtained: "Handed over by the harbour office on 12 March 2026 against receipt".into(),
        bytes_href: Some(format!("{CASE}/evidence/e7/bytes")),
        erased: None,
        checked: Tag::new("hash checked today", Tone::Confirmed),
        custody: vec![row("23 November 2026, 09:20 UTC", "fetched the bytes"), row("12 March 2026, 11:02 UTC", "filed it")],
        rests: vec![RestsOn { kind: "Finding".into(), title: "Lodestar was paid twice for one dredging".into(), href: format!("{CASE}/notes/n1"), todo: String::new() }],
    }
}
