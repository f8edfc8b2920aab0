//! Uploads of many files, searches that are kept and asked together, tags, and what is derived made again.

use axum::body::Body;
use domain::id::CaseId;
use serde_json::{Value, json};

use crate::house::{Answer, House};
use crate::papers::Reader;
use crate::screens::{page, send};

struct Desk {
    house: House,
    case: CaseId,
}

impl Desk {
    fn new() -> Self {
        let house = House::new();
        let case = house.team_case();
        Self { house, case }
    }

    fn path(&self, rest: &str) -> String {
        format!("/api/cases/{}/{rest}", self.case)
    }

    fn posts(&self, rest: &str, body: &Value) -> Answer {
        self.house.post(&self.path(rest), "ines", body)
    }

    fn get(&self, rest: &str) -> Value {
        self.house.get(&self.path(rest), "ines").is(200).json
    }

    fn begins(&self, key: &str) -> String {
        self.posts("uploads", &story(key)).is(201).id()
    }

    fn announces(&self, upload: &str, files: &[(&str, &[u8], &str)]) -> Answer {
        let files: Vec<Value> = files
            .iter()
            .map(|(path, bytes, hash)| json!({ "path": path, "size": bytes.len(), "sha256": hash }))
            .collect();
        self.posts(
            &format!("uploads/{upload}/files"),
            &json!({ "files": files }),
        )
    }

    fn sends(&self, upload: &str, files: &[(&str, &[u8])]) -> Value {
        let parts: Vec<(&str, Option<&str>, &[u8])> = files
            .iter()
            .map(|(place, bytes)| (*place, Some("f"), *bytes))
            .collect();
        let path = self.path(&format!("uploads/{upload}/bytes"));
        self.house.form(&path, "ines", &parts).is(200).json
    }

    fn piece(&self, upload: &str, place: u64, offset: usize, bytes: &[u8]) -> Answer {
        let path = self.path(&format!("uploads/{upload}/files/{place}?offset={offset}"));
        let mut request = self.house.request("PUT", &path, "ines", &Value::Null);
        let headers = request.headers_mut();
        headers.insert("content-type", "application/octet-stream".parse().unwrap());
        *request.body_mut() = Body::from(bytes.to_vec());
        self.house.send(request)
    }

    fn items(&self) -> Vec<String> {
        let all = self.get("evidence");
        let items = all["evidence"].as_array().unwrap().iter();
        items
            .map(|item| item["name"].as_str().unwrap().to_owned())
            .collect()
    }
}

fn story(key: &str) -> Value {
    json!({ "key": key, "name": "stick", "source": "the harbour office", "collector": "Ines",
        "collected": "2026-03-12", "place": "Port", "tool": "by hand", "authority": "warrant 7" })
}

fn hash(bytes: &[u8]) -> String {
    domain::audit::sha256_hex(bytes)
}

#[test]
fn a_folder_is_taken_once_whatever_is_sent_twice() {
    let desk = Desk::new();
    let upload = desk.begins("k");
    assert_eq!(
        desk.begins("k"),
        upload,
        "the same key finds the same upload"
    );
    let mut other = story("k");
    other["name"] = json!("another");
    desk.posts("uploads", &other).is(422);

    let files: [(&str, &[u8], &str); 3] = [
        ("box/a.txt", b"berth seven", &hash(b"berth seven")),
        ("box/../../b.txt", b"was paid", ""),
        ("box/same.txt", b"berth seven", ""),
    ];
    let told = desk.announces(&upload, &files).is(200).json;
    let places = |told: &Value| -> Vec<u64> {
        let files = told["files"].as_array().unwrap().iter();
        files
            .map(|file| file["position"].as_u64().unwrap())
            .collect()
    };
    assert_eq!(places(&told), [0, 1, 2]);
    let again = desk.announces(&upload, &files).is(200).json;
    assert_eq!(places(&again), [0, 1, 2], "a path keeps its place");

    let sent = desk.sends(&upload, &[("0", b"berth seven"), ("1", b"was paid")]);
    assert_eq!(sent["files"][0]["state"], "taken");
    let item = sent["files"][0]["item"].clone();
    let sent = desk.sends(&upload, &[("0", b"berth seven"), ("2", b"berth seven")]);
    assert_eq!(
        sent["files"][0]["item"], item,
        "one item, however often it is sent"
    );
    assert!(
        sent["files"][1]["reason"]
            .as_str()
            .unwrap()
            .contains("same bytes")
    );
    assert_eq!(desk.items(), ["box/a.txt", "box/b.txt", "box/same.txt"]);

    let receipt = desk.get(&format!("uploads/{upload}?whole=true"));
    assert_eq!(receipt["upload"]["taken"], 3);
    assert_eq!(receipt["upload"]["waiting"], 0);
    assert_eq!(receipt["files"][1]["path"], "box/b.txt");
    // What is announced again with other bytes is another file, and is said to be one.
    let changed: [(&str, &[u8], &str); 1] = [("box/a.txt", b"berth", "")];
    desk.announces(&upload, &changed).is(422);
    // Who is not of the team does not know of it.
    desk.house
        .get(&desk.path(&format!("uploads/{upload}")), "jonas")
        .is(404);
    let shown = page(
        &desk.house,
        &format!("/cases/{}/uploads/{upload}", desk.case),
        "ines",
    );
    let shown = shown.is(200).text();
    assert!(shown.contains("all files taken") && shown.contains("box/same.txt"));
}

#[test]
fn a_large_file_goes_on_where_it_broke_off_and_counts_only_with_its_hash() {
    let desk = Desk::new();
    let upload = desk.begins("k");
    let whole: Vec<u8> = (0..50_000_u32).flat_map(u32::to_le_bytes).collect();
    let wrong = hash(b"something else");
    let right = hash(&whole);
    let files: [(&str, &[u8], &str); 2] = [("a.bin", &whole, &right), ("b.bin", &whole, &wrong)];
    desk.announces(&upload, &files).is(200);

    let half = whole.len() / 2;
    let told = desk.piece(&upload, 0, 0, &whole[..half]).is(200).json;
    assert_eq!(told["files"][0]["state"], "waiting");
    assert_eq!(told["files"][0]["here"], half);
    assert!(desk.items().is_empty(), "half a file is no item");
    // A piece that begins elsewhere is told where to begin.
    let conflict = desk.piece(&upload, 0, 0, &whole[..half]);
    assert!(
        conflict
            .is(409)
            .text()
            .contains(&format!("{half} bytes are here"))
    );
    let told = desk.piece(&upload, 0, half, &whole[half..]).is(200).json;
    assert_eq!(told["files"][0]["state"], "taken");
    let item = told["files"][0]["item"].as_str().unwrap().to_owned();
    assert_eq!(
        desk.get(&format!("evidence/{item}"))["item"]["sha256"],
        right
    );
    // Sent once more it is what it is.
    assert_eq!(
        desk.piece(&upload, 0, 0, &whole[..half]).is(200).json["files"][0]["item"],
        item
    );

    let told = desk.piece(&upload, 1, 0, &whole).is(200).json;
    assert_eq!(told["files"][0]["state"], "failed");
    assert!(
        told["files"][0]["reason"]
            .as_str()
            .unwrap()
            .contains("another hash")
    );
    assert_eq!(desk.items(), ["a.bin"]);
    // More bytes than announced are none.
    let short: [(&str, &[u8], &str); 1] = [("c.bin", b"abc", "")];
    desk.announces(&upload, &short).is(200);
    desk.piece(&upload, 2, 0, b"abcd").is(422);
    assert_eq!(
        desk.get(&format!("uploads/{upload}"))["files"][2]["here"],
        0
    );
    let failed = desk.get(&format!("uploads/{upload}?state=failed"));
    assert_eq!(failed["files"].as_array().unwrap().len(), 1);
    assert_eq!(failed["files"][0]["path"], "b.bin");
    let left = desk.house.folder.path().join("incoming/uploads");
    assert!(
        std::fs::read_dir(&left).map_or(0, Iterator::count) <= 1,
        "what is taken leaves no pieces"
    );
}

#[test]
fn an_upload_begins_on_its_page_and_what_is_missing_is_told_at_the_field() {
    let desk = Desk::new();
    let path = format!("/cases/{}/uploads", desk.case);
    let form = page(&desk.house, &path, "ines").is(200).text();
    assert!(form.contains("name=\"key\""));
    let lacks = send(
        &desk.house,
        &path,
        "ines",
        &[("key", "x"), ("name", "stick")],
    );
    assert!(lacks.is(422).text().contains("aria-invalid"));
    let told = story("x");
    let fields: Vec<(&str, &str)> = told
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
        .collect();
    for _ in 0..2 {
        send(&desk.house, &path, "ines", &fields).is(303);
    }
    assert_eq!(desk.get("uploads")["uploads"].as_array().unwrap().len(), 1);
}

#[test]
fn each_question_of_a_batch_is_decided_on_and_logged_by_itself() {
    let desk = Desk::new();
    let upload = desk.begins("k");
    let files: [(&str, &[u8], &str); 2] = [
        ("a.txt", b"the dredging of berth seven", ""),
        ("b.txt", b"a letter about nothing", ""),
    ];
    desk.announces(&upload, &files).is(200);
    desk.sends(&upload, &[("0", files[0].1), ("1", files[1].1)]);
    Reader::new().reads(&desk.house);
    let asked = || {
        let entries = desk.house.entries(None);
        entries
            .iter()
            .filter(|(_, entry)| entry.act == "read_evidence" && entry.asked.is_some())
            .count()
    };
    let before = asked();
    let lines = json!({ "lines": [
        { "words": "berth", "reason": "was it paid twice?" },
        { "words": "***", "reason": "nothing" },
        { "words": "letter", "reason": "who wrote it?" },
    ] });
    let told = desk.posts("searches/batch", &lines).is(200).json;
    assert_eq!(told["lines"][0]["first"][0]["name"], "a.txt");
    assert!(
        told["lines"][1]["wrong"]
            .as_str()
            .unwrap()
            .contains("no word")
    );
    assert_eq!(told["lines"][2]["pages"], 1);
    assert_eq!(
        asked(),
        before + 3,
        "one entry for each question, the void one too"
    );
    // A question without its reason stops the batch before anything is looked for.
    let silent = json!({ "lines": [{ "words": "berth", "reason": " " }] });
    let refused = desk.posts("searches/batch", &silent).is(422);
    assert!(refused.text().contains("berth"));
    assert_eq!(asked(), before + 3);
    desk.house
        .post(&desk.path("searches/batch"), "jonas", &lines)
        .is(404);

    let kept = json!({ "words": "\"berth seven\"", "reason": "was it paid twice?" });
    let search = desk.posts("searches", &kept).is(201).id();
    let path = format!("/cases/{}/documents/batch", desk.case);
    let answered = send(&desk.house, &path, "ines", &[("kept", "1")])
        .is(200)
        .text();
    assert!(answered.contains("a.txt, page 1"), "{answered}");
    desk.house
        .call(
            "DELETE",
            &desk.path(&format!("searches/{search}")),
            "ines",
            &Value::Null,
        )
        .is(204);
    assert!(
        desk.get("searches")["searches"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

#[test]
fn tags_narrow_a_search_and_read_is_each_readers_own() {
    let desk = Desk::new();
    let upload = desk.begins("k");
    let files: [(&str, &[u8], &str); 2] =
        [("a.txt", b"berth one", ""), ("b.txt", b"berth two", "")];
    desk.announces(&upload, &files).is(200);
    let sent = desk.sends(&upload, &[("0", files[0].1), ("1", files[1].1)]);
    Reader::new().reads(&desk.house);
    let item = sent["files"][1]["item"].as_str().unwrap().to_owned();
    let mark = |who: &str, body: &Value| {
        let path = desk.path(&format!("evidence/{item}/mark"));
        desk.house.call("PUT", &path, who, body)
    };
    mark("ines", &json!({ "tag": "Key Document", "set": true })).is(204);
    mark("ines", &json!({ "tag": "Key Document", "set": true })).is(204);
    mark("ines", &json!({ "tag": "a:b", "set": true })).is(422);
    mark("ines", &json!({ "set": true })).is(204);
    let found = |words: &str| {
        let all = desk.get(&format!("documents?words={words}"));
        all["hits"].as_array().unwrap().len()
    };
    assert_eq!(found("berth"), 2);
    assert_eq!(found("berth%20tag:key-document"), 1);
    let register = |who: &str| {
        let path = format!("/cases/{}/evidence", desk.case);
        page(&desk.house, &path, who).is(200).text()
    };
    assert!(register("ines").contains("key-document, read by you"));
    let others = register("kai");
    assert!(others.contains("key-document") && !others.contains("read by you"));
    mark("ines", &json!({ "tag": "key-document", "set": false })).is(204);
    assert_eq!(found("berth%20tag:key-document"), 0);
}

#[test]
fn a_page_tells_where_what_was_looked_for_stands_and_cannot_be_seen_from_outside() {
    let desk = Desk::new();
    let upload = desk.begins("k");
    let files: [(&str, &[u8], &str); 1] = [("a.txt", b"the dredging of berth seven", "")];
    desk.announces(&upload, &files).is(200);
    let sent = desk.sends(&upload, &[("0", files[0].1)]);
    Reader::new().reads(&desk.house);
    let item = sent["files"][0]["item"].as_str().unwrap().to_owned();
    let told = desk.get(&format!("evidence/{item}/page?words=berth"));
    assert_eq!(told["marks"][0]["of"], "found");
    assert_eq!(
        (told["marks"][0]["from"].as_u64(), told["pages"].as_u64()),
        (Some(16), Some(1))
    );
    for rest in ["page", "page/picture"] {
        desk.house
            .get(&desk.path(&format!("evidence/{item}/{rest}")), "jonas")
            .is(404);
    }
    let odd = desk.house.get(
        &desk.path(&format!("evidence/{item}/page/picture?width=7")),
        "ines",
    );
    odd.is(422);
    let view = format!("/cases/{}/evidence/{item}/view?words=berth", desk.case);
    let shown = page(&desk.house, &view, "ines").is(200).text();
    assert!(shown.contains("<mark>berth</mark>"), "{shown}");
}
