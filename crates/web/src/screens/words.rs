//! Words of the trade for what the program names by a word: roles, kinds, acts, schemata, languages.

use domain::authority::{Purpose, Role};
use domain::case::{Membership, NoteKind, SubjectKind, SubjectRole};
use domain::identity::Verdict;
use domain::schema::Model;
use domain::source::Agreement;

use pages::format;
use pages::parts::{Tag, Tone};

/// A role in words.
pub(super) const fn role(role: Role) -> &'static str {
    match role {
        Role::Investigator => "investigator",
        Role::Supervisor => "supervisor",
        Role::DataSteward => "data steward",
        Role::RecordsOfficer => "records officer",
        Role::Auditor => "auditor",
        Role::Administrator => "administrator",
    }
}

/// A rank in a case, in words.
pub(super) const fn rank(rank: Membership) -> &'static str {
    match rank {
        Membership::Lead => "lead",
        Membership::Contributor => "contributor",
        Membership::Reader => "reader",
    }
}

/// A kind of thing in words.
pub(super) const fn kind(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::Persons => "natural persons, by selector",
        SubjectKind::Organisations => "companies and organisations",
        SubjectKind::Assets => "vessels, land and other assets",
        SubjectKind::Papers => "contracts, payments and documents",
    }
}

/// The role of a subject as a tag.
pub(super) fn subject_role(role: SubjectRole) -> Tag {
    match role {
        SubjectRole::Unclassified => Tag::new("unclassified", Tone::Plain),
        SubjectRole::Suspect => Tag::new("suspect", Tone::Adverse),
        SubjectRole::Convicted => Tag::new("convicted", Tone::Adverse),
        SubjectRole::Victim => Tag::new("victim", Tone::Information),
        SubjectRole::Witness => Tag::new("witness", Tone::Information),
        SubjectRole::Other => Tag::new("other", Tone::Plain),
        SubjectRole::OrganisationOfInterest => {
            Tag::new("organisation of interest", Tone::Information)
        }
    }
}

/// The kind of a note as a tag.
pub(super) fn note_kind(kind: NoteKind) -> Tag {
    match kind {
        NoteKind::Note => Tag::new("working note", Tone::Plain),
        NoteKind::Fact => Tag::new("finding of fact", Tone::Confirmed),
        NoteKind::Assessment => Tag::new("assessment", Tone::Information),
    }
}

/// A verdict as a tag.
pub(super) fn verdict(verdict: Verdict) -> Tag {
    match verdict {
        Verdict::Same => Tag::new("same", Tone::Confirmed),
        Verdict::Different => Tag::new("different", Tone::Adverse),
        Verdict::Unsure => Tag::new("unsure", Tone::Attention),
        Verdict::Challenged => Tag::new("contested", Tone::Attention),
    }
}

/// The label of a schema; a thing whose kind is not known is a record.
pub(super) fn schema(name: &str) -> String {
    Model::standard()
        .schema(name)
        .map_or_else(|| "Record".to_owned(), |schema| schema.label.clone())
}

/// The label of a property.
pub(super) fn property(schema: &str, name: &str) -> String {
    if name.is_empty() {
        return String::new();
    }
    let found = Model::standard().property(schema, name);
    found.map_or_else(|| name.to_owned(), |property| property.label.clone())
}

/// Whether records of a schema describe natural persons.
pub(super) fn is_person(schema: &str) -> bool {
    Model::standard().is_natural_person(schema)
}

/// What a source calls a release, as people read it: `002-2024-02-05` and `2024-02-05` are both 5 February 2024.
pub(super) fn release(label: &str) -> String {
    let behind = label
        .split_once('-')
        .filter(|(number, rest)| number.len() == 3 && rest.len() == 10);
    format::date(behind.map_or(label, |(_, date)| date))
}

/// A country's name for its code; a code without a name in capitals.
pub(super) fn country(code: &str) -> String {
    domain::value::country::label(code).map_or_else(|| code.to_uppercase(), str::to_owned)
}

/// What an agreement allows and until when, in a line.
pub(super) fn agreement(agreement: &Agreement) -> String {
    let matching = if agreement.matching {
        "matching allowed"
    } else {
        "no matching"
    };
    format!(
        "in force until {}; {matching}",
        format::day(agreement.until.micros())
    )
}

/// A language code of three letters as a language tag that browsers know; empty for those that need none or are unknown.
pub(super) fn language(code: Option<&str>) -> String {
    const TAGS: [(&str, &str); 16] = [
        ("ara", "ar"),
        ("heb", "he"),
        ("rus", "ru"),
        ("ukr", "uk"),
        ("ell", "el"),
        ("zho", "zh"),
        ("jpn", "ja"),
        ("kor", "ko"),
        ("fas", "fa"),
        ("fra", "fr"),
        ("deu", "de"),
        ("spa", "es"),
        ("por", "pt"),
        ("tur", "tr"),
        ("kat", "ka"),
        ("hye", "hy"),
    ];
    let found = TAGS.iter().find(|(three, _)| Some(*three) == code);
    found.map_or_else(String::new, |(_, two)| (*two).to_owned())
}

/// The media type of evidence in words.
pub(super) fn media(media_type: &str) -> String {
    match media_type {
        "application/pdf" => "PDF document",
        "application/zip" => "ZIP archive or office document",
        "image/png" | "image/jpeg" | "image/gif" | "image/tiff" => "image",
        "application/x-ole-storage" => "old office document",
        "application/x-executable" => "program",
        "application/gzip" => "compressed file",
        "application/x-empty" => "empty file",
        "text/plain" => "text",
        "text/html" => "web page",
        "text/csv" => "table",
        "message/rfc822" => "message",
        "application/mbox" => "mailbox",
        "application/vnd.ms-outlook" => "Outlook message",
        "application/rtf" | "text/rtf" => "rich text",
        "application/vnd.oasis.opendocument.text" | "application/msword" => "text document",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => {
            "Word document"
        }
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "workbook",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation" => "slides",
        _ => "bytes of no known kind",
    }
    .to_owned()
}

/// What an act is called once done, and what was wanted when it was not.
pub(super) fn act(word: &str) -> (&str, &str) {
    match word {
        "search" => ("searched", "search"),
        "read_record" => ("read a record", "read a record"),
        "read_source" => ("read delivered bytes", "read delivered bytes"),
        "walk" => ("followed links of a record", "follow links of a record"),
        "read_identity" => ("read an identity", "read an identity"),
        "read_proposals" => ("read proposals", "read proposals"),
        "judge" => ("judged a pair of records", "judge a pair of records"),
        "split_identity" => ("took an identity apart", "take an identity apart"),
        "challenge_match" => ("contested a match", "contest a match"),
        "read_matching" => ("read how the matcher does", "read how the matcher does"),
        "switch_matching" => ("switched the matcher", "switch the matcher"),
        "read_case" => ("read the case file", "read the case file"),
        "follow_inbox" => ("read or followed the inbox", "follow the inbox"),
        "read_custody" => (
            "read what an item of evidence is",
            "read what an item of evidence is",
        ),
        "read_evidence" => ("read the bytes of evidence", "read the bytes of evidence"),
        "read_case_log" => ("read the log of the case", "read the log of the case"),
        "write_note" => ("wrote a note", "write a note"),
        "mark_passage" => ("marked a passage", "mark a passage"),
        "set_aside" => ("set a passage aside", "set a passage aside"),
        "tie_special" => (
            "asked to have something set aside opened",
            "ask to have something set aside opened",
        ),
        "decide_tie" => (
            "decided on something set aside",
            "decide on something set aside",
        ),
        "unmask" => ("unmasked something set aside", "unmask something set aside"),
        "rule_exhibit" => (
            "decided whether an item was obtained unlawfully",
            "decide whether an item was obtained unlawfully",
        ),
        "mark_unlawful" => (
            "marked a dataset as obtained unlawfully",
            "mark a dataset as obtained unlawfully",
        ),
        "lift_unlawful" => ("found a dataset lawful", "find a dataset lawful"),
        "read_unlawful" => (
            "read what rests on unlawful datasets",
            "read what rests on unlawful datasets",
        ),
        "mark_document" => (
            "tagged a document or kept a search",
            "tag documents and keep searches",
        ),
        "run_reading" => ("had documents read again", "have documents read again"),
        "judge_mention" => (
            "looked for mentions or judged one",
            "look for mentions or judge one",
        ),
        "map_table" => (
            "mapped a table of a document, or took that back",
            "map tables of documents",
        ),
        "serve_notice" => (
            "recorded that notice was served",
            "record that notice was served",
        ),
        "save_board" => ("kept a view of the board", "keep a view of the board"),
        "add_subject" => ("added a subject", "add a subject"),
        "add_evidence" => ("filed evidence", "file evidence"),
        "subscribe_alerts" => ("subscribed to alerts", "subscribe to alerts"),
        "handle_subscriptions" => ("read or ended subscriptions", "read or end subscriptions"),
        "mark_alert" => ("marked an alert as seen", "mark an alert as seen"),
        "decide_case" => ("decided on the case", "decide on the case"),
        "suspend_case" => ("let the case rest", "let the case rest"),
        "resume_case" => ("let the case go on", "let the case go on"),
        "reopen_case" => ("reopened the case", "reopen the case"),
        "read_processing" => (
            "read the record of processing",
            "read the record of processing",
        ),
        "handle_processing" => (
            "changed the recipients of the record of processing",
            "change the recipients of the record of processing",
        ),
        "write_assessment" => ("wrote an impact assessment", "write an impact assessment"),
        "decide_assessment" => (
            "decided on an impact assessment",
            "decide on an impact assessment",
        ),
        "confirm_clock" => (
            "said that the machine's clock is right",
            "say that the machine's clock is right",
        ),
        "renew_basis" => ("put the case on a new basis", "put the case on a new basis"),
        "move_case" => (
            "brought the case to another phase",
            "bring the case to another phase",
        ),
        "merge_case" => (
            "took over what another case holds",
            "take over what another case holds",
        ),
        "link_case" => ("linked the case with another", "link the case with another"),
        "give_tip" => ("gave a tip", "give a tip"),
        "read_tips" => ("read tips", "read tips"),
        "handle_tip" => ("said what becomes of a tip", "say what becomes of a tip"),
        "check_prior" => ("asked for prior cases", "ask for prior cases"),
        "erase_tip" => ("erased a tip", "erase a tip"),
        "read_figures" => (
            "read the figures of all cases",
            "read the figures of all cases",
        ),
        "close_case" => ("closed the case", "close the case"),
        "decide_membership" => ("decided on a membership", "decide on a membership"),
        "request_membership" => ("asked to be let in", "ask to be let in"),
        "open_case" => ("wrote a case down", "write a case down"),
        "read_calendar" => (
            "read a calendar of deadlines",
            "read a calendar of deadlines",
        ),
        "list_cases" => ("listed cases", "list cases"),
        "read_datasets" => (
            "read the catalogue of datasets",
            "read the catalogue of datasets",
        ),
        "bring_dataset" => ("brought a dataset in", "bring a dataset in"),
        "load_release" => ("loaded a release", "load a release"),
        "decide_release" => ("decided on a held release", "decide on a held release"),
        "follow_source" => ("handled a live source", "handle a live source"),
        "read_sources" => ("read how live sources stand", "read how live sources stand"),
        "read_receipt" => ("read a receipt", "read a receipt"),
        "run_matching" => ("ran the matcher", "run the matcher"),
        "agree_matching" => (
            "worked on an agreement on matching",
            "work on an agreement on matching",
        ),
        "oversee_matching" => (
            "drew a sample of the matcher's pairs",
            "draw a sample of the matcher's pairs",
        ),
        "confirm_notice" => (
            "confirmed that an agreement came",
            "confirm that an agreement came",
        ),
        "read_policy" => ("read the rules in force", "read the rules in force"),
        "read_usage_figures" => (
            "read figures of use or periods of the log",
            "read figures of use or periods of the log",
        ),
        "set_log_period" => ("set a period of the log", "set a period of the log"),
        "file_log_extract" => (
            "made entries of the log evidence",
            "make entries of the log evidence",
        ),
        "read_log" => ("read the log", "read the log"),
        "manage_users" => ("changed accounts", "change accounts"),
        "move_clock" => ("moved the clock of the test profile", "move the clock"),
        "maintain" => ("checked or backed up", "check or back up"),
        "sign_in" => ("signed in", "sign in"),
        "sign_out" => ("signed out", "sign out"),
        "read_users" => ("listed accounts", "list accounts"),
        "own_account" => (
            "read or changed their own account",
            "read or change their own account",
        ),
        "prove_second_factor" => ("proved a second factor", "prove a second factor"),
        "confirm_second_factor" => ("set a second factor up", "set a second factor up"),
        "give_first_token" => (
            "gave out the token for the first administrator",
            "give out the token for the first administrator",
        ),
        "take_first_token" => (
            "became the first administrator",
            "become the first administrator",
        ),
        "take_invitation" => (
            "set a password by an invitation",
            "set a password by an invitation",
        ),
        other => (other, other),
    }
}

/// For what something was found and is used, where these differ; nothing where they do not.
pub(super) fn purposes(purposes: &[Purpose]) -> Option<String> {
    let (used, found) = purposes.split_last()?;
    let found: Vec<&str> = found.iter().map(|purpose| purpose.title()).collect();
    Some(format!(
        "found for: {}; used for: {}",
        found.join(", "),
        used.title()
    ))
}
