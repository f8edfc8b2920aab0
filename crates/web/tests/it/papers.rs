//! Text of documents: passages that findings cite, the search, what became of each file, mentions.

use std::ops::ControlFlow;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use domain::id::CaseId;
use serde_json::{Value, json};

use crate::house::{House, STORY};
use crate::screens::{page, send};

/// A reader of plain text, in a folder of its own.
pub struct Reader {
    folder: tempfile::TempDir,
}

impl Reader {
    pub fn new() -> Self {
        let reader = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        std::fs::write(reader.path(), include_str!("reader.sh")).unwrap();
        std::fs::set_permissions(reader.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        reader
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("reader.sh")
    }

    /// Reads whatever waits.
    pub fn reads(&self, house: &House) {
        let go_on = &mut |_: &desk::documents::ReadSoFar| ControlFlow::Continue(());
        let settings = desk::ReadingSettings::default();
        house
            .desk
            .read_documents(&self.path(), &settings, go_on)
            .unwrap();
    }

    /// From now on this text comes before that of every page.
    fn changes(&self, before: &str) {
        std::fs::write(self.folder.path().join("before"), before).unwrap();
    }
}

struct Desk {
    house: House,
    reader: Reader,
    case: CaseId,
}

impl Desk {
    fn new() -> Self {
        let house = House::new();
        let case = house.team_case();
        Self {
            house,
            reader: Reader::new(),
            case,
        }
    }

    fn path(&self, rest: &str) -> String {
        format!("/api/cases/{}/{rest}", self.case)
    }

    fn files(&self, name: &str, text: &str) -> String {
        let mut parts = STORY.to_vec();
        parts.push(("file", Some(name), text.as_bytes()));
        self.house
            .form(&self.path("evidence"), "ines", &parts)
            .is(201)
            .id()
    }

    fn filed(&self, name: &str, text: &str) -> String {
        let item = self.files(name, text);
        self.reader.reads(&self.house);
        item
    }

    fn get(&self, rest: &str) -> Value {
        self.house.get(&self.path(rest), "ines").is(200).json
    }

    fn posts(&self, rest: &str, body: &Value) -> crate::house::Answer {
        self.house.post(&self.path(rest), "ines", body)
    }

    fn page(&self, rest: &str) -> String {
        let path = format!("/cases/{}/{rest}", self.case);
        page(&self.house, &path, "ines").is(200).text()
    }

    /// Names of the items found, in order.
    fn finds(&self, words: &str) -> Vec<String> {
        let found = self.get(&format!("documents?words={}", escaped(words)));
        let hits = found["hits"].as_array().unwrap().iter();
        hits.map(|hit| hit["name"].as_str().unwrap().to_owned())
            .collect()
    }
}

fn escaped(words: &str) -> String {
    words.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

const LETTER: &str = "Dear Sir,\nthe dredging of berth seven\nwas paid twice, in March.\n";

#[test]
fn a_passage_is_cited_found_again_and_blanked_with_its_item() {
    let desk = Desk::new();
    let item = desk.filed("letter.txt", LETTER);
    let by_lines = json!({ "item": item, "page": 1, "first_line": 2, "last_line": 3 });
    let passage = desk.posts("passages", &by_lines).is(201).id();
    let told = desk.get(&format!("passages/{passage}"));
    assert_eq!(
        told["quote"],
        "the dredging of berth seven\nwas paid twice, in March."
    );
    assert_eq!(told["standing"], "stands");
    assert_eq!(told["sha256"], domain::audit::sha256_hex(LETTER.as_bytes()));
    // The same words at the same place are the same passage.
    let by_signs =
        json!({ "item": item, "page": 1, "from": told["from"], "length": told["length"] });
    assert_eq!(desk.posts("passages", &by_signs).is(201).id(), passage);
    for wrong in [
        json!({ "item": item, "page": 9, "first_line": 1, "last_line": 1 }),
        json!({ "item": item, "page": 1, "first_line": 3, "last_line": 2 }),
        json!({ "item": item, "page": 1, "first_line": 1, "last_line": 99 }),
        json!({ "item": item, "page": 1, "from": 0, "length": 9_999_999 }),
        json!({ "item": item, "page": 1, "from": usize::MAX, "length": 2 }),
        json!({ "item": item, "page": 1, "from": 0 }),
    ] {
        desk.posts("passages", &wrong).is(422);
    }
    let elsewhere = desk.house.open_case("ines");
    let path = format!("/api/cases/{elsewhere}/passages/{passage}");
    desk.house.get(&path, "ines").is(404);
    let path = format!("/api/cases/{elsewhere}/passages");
    desk.house.post(&path, "ines", &by_lines).is(422);

    // A finding may rest on a passage alone, in its text or as a whole.
    let fact = json!({ "kind": "fact", "title": "Paid twice", "text": format!("It says so [[{passage}]].") });
    let note = desk.posts("notes", &fact).is(201).id();
    let whole = json!({ "kind": "fact", "title": "As a whole", "text": "It says so.", "passages": [passage] });
    desk.posts("notes", &whole).is(201);
    let foreign = json!({ "kind": "fact", "title": "T", "text": "t", "passages": [item] });
    desk.posts("notes", &foreign).is(422);
    let told = desk.get(&format!("notes/{note}"));
    assert_eq!(told["passages"][0]["id"], passage);
    let page = desk.page(&format!("notes/{note}"));
    assert!(
        page.contains("was paid twice, in March.") && page.contains("page 1"),
        "{page}"
    );
    assert!(page.contains(&format!("view?passage={passage}#mark")));
    assert!(
        desk.page(&format!("evidence/{item}"))
            .contains("Paid twice")
    );
    let page = desk.page(&format!("evidence/{item}/text?passage={passage}"));
    assert!(
        page.contains(r#"<mark class="cited" id="passage">the dredging"#),
        "{page}"
    );

    // A newer reader puts a heading first: the words are found where they went.
    desk.reader.changes("Page one of one\n");
    let all = json!({ "what": "all" });
    assert_eq!(desk.posts("readings", &all).is(200).json["files"], 1);
    desk.reader.reads(&desk.house);
    let told = desk.get(&format!("passages/{passage}"));
    assert_eq!(
        (&told["standing"], &told["from_now"]),
        (&json!("moved"), &json!(26))
    );
    let page = desk.page(&format!("evidence/{item}/text?passage={passage}"));
    assert!(
        page.contains("The text was read again; the words stand on page 1 now."),
        "{page}"
    );
    assert!(page.contains(r#"<mark class="cited" id="passage">the dredging"#));
    assert!(
        desk.page(&format!("notes/{note}"))
            .contains("stand on page 1 now")
    );

    let reason = json!({ "reason": "handed in by mistake" });
    desk.house
        .call(
            "DELETE",
            &desk.path(&format!("evidence/{item}")),
            "rune",
            &reason,
        )
        .is(200);
    let told = desk.get(&format!("passages/{passage}"));
    assert_eq!(
        (&told["quote"], &told["standing"]),
        (&json!(""), &json!("gone"))
    );
    let page = desk.page(&format!("notes/{note}"));
    assert!(
        page.contains("erased") && !page.contains("was paid twice, in March"),
        "{page}"
    );
}

#[test]
fn lines_are_chosen_on_the_page_without_scripts() {
    let desk = Desk::new();
    let item = desk.filed("letter.txt", LETTER);
    let shown = desk.page(&format!("evidence/{item}/text"));
    assert!(shown.contains(r#"data-line="3" data-from="38""#), "{shown}");
    let path = format!("/cases/{}/evidence/{item}/passages", desk.case);
    let lines = |first| {
        let fields = [
            ("page", "1"),
            ("part", ""),
            ("first_line", first),
            ("last_line", "3"),
        ];
        send(&desk.house, &path, "ines", &fields)
    };
    let answer = lines("2").is(303);
    let next = answer.headers["location"].to_str().unwrap();
    assert!(next.contains("/notes/new?passage="), "{next}");
    let editor = page(&desk.house, next, "ines").is(200).text();
    assert!(
        editor.contains("was paid twice") && editor.contains(r#"name="passage""#),
        "{editor}"
    );
    let wrong = lines("9").is(422).text();
    assert!(wrong.contains("no lines of the page"), "{wrong}");
}

#[test]
fn questions_find_phrases_near_words_fields_other_scripts_and_words_alike() {
    let desk = Desk::new();
    desk.files("a.txt", "The dredging of berth seven was paid twice.\n");
    desk.files("b.txt", "Иван Соколов из порта\n");
    desk.files("c.txt", "习近平 王小明は港に来た\n");
    desk.files(
        "d.txt",
        "The Carlsen brothers dredge. Twice it was said, not paid.\n",
    );
    desk.files("e.txt", "Karlsen alone\n");
    desk.reader.reads(&desk.house);
    let check = |words: &str, want: &[&str]| assert_eq!(desk.finds(words), want, "{words}");
    check("\"paid twice\"", &["a.txt"]);
    check("\"twice paid\"", &[]);
    check("\"twice paid\"~1", &["a.txt"]);
    check("dredging", &["a.txt"]);
    check("dredg* -berth", &["d.txt"]);
    check("sokolov", &["b.txt"]);
    check("соколов", &["b.txt"]);
    check("小明", &["c.txt"]);
    check("港", &["c.txt"]);
    // The exact ones come first.
    check("karlsen~", &["e.txt", "d.txt"]);
    check("karlsen", &["e.txt"]);
    check(
        "alone author:karlsen from:2026-03 until:2026-03",
        &["e.txt"],
    );
    check("alone from:2026-04", &[]);
    check("alone type:pdf", &[]);
    check("alone type:text", &["e.txt"]);
    let plain = desk.get("documents?words=sokolov&script=as_written");
    assert_eq!(plain["hits"], json!([]));
    let found = desk.get("documents?words=karlsen~");
    assert_eq!(
        (&found["hits"][0]["exact"], &found["hits"][1]["exact"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(found["alike"], json!(["carlsen"]));
    assert!(
        found["hits"][1]["around"]
            .as_str()
            .unwrap()
            .contains("\u{2}Carlsen\u{3}")
    );
    assert_eq!(found["counts"][0]["year"], "2026");
    for wrong in ["", "-only", "x from:yesterday", "x language:qq", "type:pdf"] {
        let path = desk.path(&format!("documents?words={}", escaped(wrong)));
        desk.house.get(&path, "ines").is(422);
    }
    let page = desk.page("documents?words=karlsen~");
    assert!(
        page.contains("only alike") && page.contains("<mark>Carlsen</mark>"),
        "{page}"
    );
}

#[test]
fn in_05_no_question_leaves_its_case_or_takes_long_c2() {
    let desk = Desk::new();
    desk.filed("own.txt", "berth seven, ours\n");
    let other = desk.house.open_case("ines");
    let mut parts = STORY.to_vec();
    parts.push((
        "file",
        Some("theirs.txt"),
        b"berth seven, theirs and secret\n",
    ));
    desk.house
        .form(&format!("/api/cases/{other}/evidence"), "ines", &parts)
        .is(201);
    desk.reader.reads(&desk.house);
    assert_eq!(desk.finds("berth"), ["own.txt"]);
    let scope = format!("case{other}");
    let many = "word ".repeat(60);
    for hostile in [
        "secret",
        "secret~2",
        "sekret~2",
        "sec*",
        &scope,
        &format!("scope:{scope}"),
        "x\" OR scope : \"case",
        "berth) OR (secret",
        "berth NOT own",
        "theirs OR berth",
        "{body folded} : secret",
        "body : secret",
        "*",
        "\"",
        "NEAR(berth secret)",
        "((((((((((",
        "'; DROP TABLE page; --",
        "{\"$ne\":null}",
        "(a+)+$",
        "\u{200b}\u{202e}secret",
        "secret~~",
        "\"secret\"~999999999999",
        &many,
        "a:b:c",
        "^secret",
        "+secret",
        "berth + secret",
        "berth ^ secret",
    ] {
        let began = std::time::Instant::now();
        let path = desk.path(&format!("documents?words={}", escaped(hostile)));
        let answer = desk.house.get(&path, "ines");
        assert!(
            matches!(answer.status.as_u16(), 200 | 422),
            "{hostile}: {}",
            answer.status
        );
        assert!(!answer.text().contains("theirs"), "{hostile}");
        assert!(!answer.text().contains("\"secret\""), "{hostile}");
        assert!(began.elapsed().as_secs() < 2, "{hostile}");
    }
}

#[test]
fn a_file_that_breaks_the_reader_is_set_aside_and_can_be_read_again() {
    let desk = Desk::new();
    for number in 0..5 {
        desk.files(
            &format!("good{number}.txt"),
            &format!("good number{number}\n"),
        );
        if number == 2 {
            desk.files("bad.txt", "BREAKS\n");
        }
    }
    let before = desk.get("readings");
    assert_eq!(
        (&before["waiting"], &before["read"]),
        (&json!(6), &json!(0))
    );
    desk.reader.reads(&desk.house);
    let after = desk.get("readings");
    let counts = ["waiting", "read", "partly", "set_aside", "pages"]
        .map(|name| after[name].as_u64().unwrap());
    assert_eq!(counts, [0, 5, 0, 1, 5]);
    let aside = desk.get("readings?state=set_aside");
    assert_eq!(aside["files"][0]["name"], "bad.txt");
    assert_eq!(aside["files"][0]["tries"], 3);
    let why = aside["files"][0]["unread"][0].as_str().unwrap();
    assert!(why.contains("broke down"), "{why}");
    let page = desk.page("readings");
    assert!(
        page.contains("bad.txt") && page.contains("set aside") && page.contains("broke down"),
        "{page}"
    );
    let failed = json!({ "what": "failed" });
    assert_eq!(desk.posts("readings", &failed).is(200).json["files"], 1);
    assert_eq!(desk.get("readings")["waiting"], 1);
    let kind = json!({ "what": "kind", "kind": "text/" });
    assert_eq!(desk.posts("readings", &kind).is(200).json["files"], 6);
    for wrong in [
        json!({ "what": "some" }),
        json!({ "what": "kind" }),
        json!({ "what": "item", "item": "x" }),
    ] {
        desk.posts("readings", &wrong).is(422);
    }
    let put = |body: &Value| {
        desk.house
            .call("PUT", &desk.path("reading-way"), "ines", body)
    };
    put(&json!({ "recognise": false, "languages": ["deu", "rus"] })).is(204);
    put(&json!({ "recognise": true, "languages": [] })).is(422);
    put(&json!({ "recognise": true, "languages": ["../../etc"] })).is(422);
    let way = desk.get("readings");
    assert_eq!(
        (&way["recognise"], &way["languages"]),
        (&json!(false), &json!(["deu", "rus"]))
    );
    // The reader is told so.
    desk.reader.reads(&desk.house);
    let item = desk.get("readings?state=read")["files"][0]["item"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(desk.get(&format!("evidence/{item}/text"))["state"], "read");
}

#[test]
fn mentions_are_proposed_judged_by_a_person_and_then_cited() {
    let desk = Desk::new();
    let register = desk.house.record(desk.case, "ines", "register", "100");
    let subject = json!({ "record": register });
    desk.posts("subjects", &subject).is(201);
    let caption = desk.get("subjects")["subjects"][0]["caption"]
        .as_str()
        .unwrap()
        .to_owned();
    let text = format!(
        "Pay {caption} to GB82 WEST 1234 5698 7654 32.\nNot GB82 WEST 1234 5698 7654 33.\n"
    );
    let item = desk.filed("invoice.txt", &text);
    assert_eq!(desk.get("mentions")["mentions"], json!([]));
    let run = desk.posts("mentions", &json!({})).is(200).json;
    assert_eq!((&run["items"], &run["pages"]), (&json!(1), &json!(1)));
    let found = desk.get("mentions")["mentions"].clone();
    let of_kind = |kind: &str| {
        let all = found.as_array().unwrap().iter();
        all.filter(|one| one["kind"] == kind)
            .cloned()
            .collect::<Vec<_>>()
    };
    let accounts = of_kind("iban");
    assert_eq!(accounts.len(), 1, "{found}");
    assert_eq!(accounts[0]["value"], "GB82WEST12345698765432");
    assert_eq!(of_kind("subject")[0]["record"], register, "{found}");
    let id = accounts[0]["id"].as_str().unwrap();
    let path = format!("mentions/{id}/judgement");
    desk.posts(&path, &json!({ "accepted": true, "reason": " " }))
        .is(422);
    let told = desk
        .posts(
            &path,
            &json!({ "accepted": true, "reason": "as on the bill" }),
        )
        .is(200)
        .json;
    let passage = told["passage"].as_str().unwrap();
    assert_eq!(
        desk.get(&format!("passages/{passage}"))["quote"],
        "GB82 WEST 1234 5698 7654 32"
    );
    let other = of_kind("subject")[0]["id"].as_str().unwrap().to_owned();
    let no = desk
        .posts(
            &format!("mentions/{other}/judgement"),
            &json!({ "accepted": false, "reason": "a street" }),
        )
        .is(200);
    assert!(no.json["passage"].is_null());
    // What was judged stays judged when the documents are looked through again.
    assert_eq!(
        desk.posts("mentions", &json!({ "item": item }))
            .is(200)
            .json["found"],
        0
    );
    assert_eq!(
        desk.get("mentions?state=accepted")["mentions"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        desk.get("mentions?state=rejected")["mentions"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let page = desk.page("mentions");
    assert!(
        page.contains("bank account (IBAN)") && page.contains("GB82WEST12345698765432"),
        "{page}"
    );
    // Nothing was written into the case but proposals.
    assert_eq!(
        desk.get("subjects")["subjects"].as_array().unwrap().len(),
        1
    );
    let elsewhere = desk.house.open_case("ines");
    let path = format!("/api/cases/{elsewhere}/mentions/{id}/judgement");
    desk.house
        .post(&path, "ines", &json!({ "accepted": true, "reason": "x" }))
        .is(404);
}

#[test]
fn a_report_numbers_passages_among_the_sources_of_its_sentences() {
    let desk = Desk::new();
    let item = desk.filed("letter.txt", LETTER);
    let lines = json!({ "item": item, "page": 1, "first_line": 2, "last_line": 3 });
    let passage = desk.posts("passages", &lines).is(201).id();
    for (title, text) in [
        ("Paid twice", format!("It was paid twice [[{passage}]].")),
        ("Again", format!("As written [[{passage}]], in March.")),
    ] {
        let fact = json!({ "kind": "fact", "title": title, "text": text });
        desk.posts("notes", &fact).is(201);
    }
    let report = desk.posts("reports", &json!({})).is(201).id();
    let told = desk.get(&format!("reports/{report}")).to_string();
    for words in [
        "Exhibit E-1, page 1",
        "was paid twice, in March.",
        &domain::audit::sha256_hex(LETTER.as_bytes()),
        "marked by ines of the house",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert!(!told.contains("It cites no source."), "{told}");
    // Each sentence points at a number of its own finding's sources.
    let page = desk.page(&format!("reports/{report}"));
    assert_eq!(page.matches("Exhibit E-1, page 1").count(), 2, "{page}");
    // A newer reading moves the words; a later draft says so, the first stays as it was.
    desk.reader.changes("A cover sheet\u{c}");
    desk.posts("readings", &json!({ "what": "all" })).is(200);
    desk.reader.reads(&desk.house);
    let before = desk.get(&format!("reports/{report}"))["document"].clone();
    let later = desk.posts("reports", &json!({})).is(201).id();
    let after = desk.get(&format!("reports/{later}"))["document"].clone();
    let of = |document: &Value| document.to_string().contains("As the text is read now");
    assert!(!of(&before), "{before}");
    assert!(
        of(&after) || after.to_string().contains("the words are not found"),
        "{after}"
    );
}
