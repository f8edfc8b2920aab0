//! Tables of documents mapped to records of the case's own: by the interface and on the screen, and by whom.

use domain::id::CaseId;
use serde_json::{Value, json};

use crate::house::{House, STORY};
use crate::papers::Reader;
use crate::screens::{page, send};

const PAYMENTS: &[u8] =
    b"Number,Payee,Paid\nK-71,Quagmire Dredging,100\n,Nobody,3\nK-72,Osk Survey,7\n";

/// A table of an item, mapped.
pub fn mapped(item: &str) -> Value {
    let mapping = "case:\n  queries:\n    - file: table.csv\n      entities:\n        firm:\n          schema: Company\n          \
        keys: [Number]\n          properties:\n            name: {columns: [Payee]}\n";
    json!({ "item": item, "mapping": mapping, "reason": "who was paid?" })
}

/// An item, offered in a certification pack.
pub fn offered(item: &str) -> Value {
    let mut asked = crate::disclosure::told();
    asked["items"] = json!([item]);
    asked
}

/// A certification pack of an item; gives its id.
pub fn packed(house: &House, case: CaseId, item: &str) -> String {
    let packs = format!("/api/cases/{case}/certifications");
    house.post(&packs, "ines", &offered(item)).is(200);
    let packs = house.get(&packs, "ines").is(200);
    let id = packs.json["certifications"][0]["id"].as_str();
    id.unwrap().to_owned()
}

struct Desk {
    house: House,
    case: String,
    item: String,
}

impl Desk {
    fn new() -> Self {
        let house = House::new();
        let case = house.team_case().to_string();
        let mut parts = STORY.to_vec();
        parts.push(("file", Some("payments.csv"), PAYMENTS));
        let path = format!("/api/cases/{case}/evidence");
        let item = house.form(&path, "ines", &parts).is(201).id();
        Reader::new().reads(&house);
        Self { house, case, item }
    }

    fn path(&self, rest: &str) -> String {
        format!("/api/cases/{}/{rest}", self.case)
    }

    /// Texts of records of companies that the case finds.
    fn finds(&self, words: &str) -> Vec<Value> {
        self.house.desk.catch_up(&mut |_| ()).unwrap();
        let asked = json!({ "reason": { "line": "who", "settles": "was paid" }, "text": words });
        let found = self
            .house
            .post(&self.path("search"), "ines", &asked)
            .is(200);
        found.json["things"]["hits"].as_array().unwrap().clone()
    }
}

#[test]
fn a_table_is_looked_at_tried_mapped_and_taken_back_over_the_interface() {
    let desk = Desk::new();
    let at = json!({ "item": desk.item, "schema": "Company" });
    let draft = desk
        .house
        .post(&desk.path("tables/draft"), "ines", &at)
        .is(200)
        .json;
    assert_eq!(draft["rows"], 3);
    assert_eq!(draft["columns"][1]["name"], "Payee");
    let mapping = "case:\n  queries:\n    - file: table.csv\n      entities:\n        firm:\n          schema: Company\n          \
        keys: [Number]\n          properties:\n            name: {columns: [Payee]}\n";
    let at = json!({ "item": desk.item, "mapping": mapping });
    let tried = desk
        .house
        .post(&desk.path("tables/draft"), "ines", &at)
        .is(200)
        .json;
    assert_eq!(tried["records"].as_array().unwrap().len(), 2);
    assert_eq!(tried["refused"][0]["row"], 3);
    assert!(desk.finds("Quagmire").is_empty());

    let wanted = json!({ "item": desk.item, "mapping": mapping, "reason": "who was paid?" });
    desk.house
        .post(&desk.path("tables"), "dara", &wanted)
        .is(404);
    let bare = json!({ "item": desk.item, "mapping": mapping, "reason": " " });
    desk.house.post(&desk.path("tables"), "ines", &bare).is(422);
    let table = desk
        .house
        .post(&desk.path("tables"), "ines", &wanted)
        .is(201)
        .id();
    let told = desk
        .house
        .get(&desk.path(&format!("tables/{table}")), "ines")
        .is(200)
        .json;
    assert_eq!(
        (&told["read"], &told["refused"], &told["records"]),
        (&json!(3), &json!(1), &json!(2))
    );
    assert_eq!(told["not_taken"][0]["row"], 3);
    let found = desk.finds("Quagmire");
    assert_eq!(found.len(), 1);
    let record = desk.path(&format!("records/{}", found[0]["record"].as_str().unwrap()));
    let record = desk.house.get(&record, "ines").is(200).json;
    let row = &record["rows"][0];
    assert_eq!(
        (&row["item"], &row["row"], &row["columns"]),
        (&json!(desk.item), &json!(2), &json!("Payee"))
    );

    let other = desk.house.open_case("ines");
    desk.house
        .get(&format!("/api/cases/{other}/tables/{table}"), "ines")
        .is(404);
    let back = desk.path(&format!("tables/{table}/withdrawal"));
    let reason = json!({ "reason": "the wrong year" });
    desk.house.post(&back, "ines", &reason).is(204);
    desk.house.post(&back, "ines", &reason).is(409);
    assert!(desk.finds("Quagmire").is_empty());
}

#[test]
fn a_table_is_mapped_on_the_screen_from_the_page_on_which_it_stands() {
    let desk = Desk::new();
    let case = format!("/cases/{}", desk.case);
    let view = format!("{case}/evidence/{}/view", desk.item);
    let shown = page(&desk.house, &view, "ines").is(200).text();
    assert!(
        shown.contains("Map to records") && shown.contains("Number, Payee, Paid (3 rows)"),
        "{shown}"
    );
    let path = format!("{case}/evidence/{}/table", desk.item);
    let wizard = page(
        &desk.house,
        &format!("{path}?page=1&table=1&schema=Company"),
        "ines",
    )
    .is(200)
    .text();
    assert!(
        wizard.contains("What the table is")
            && wizard.contains("Back to payments.csv, page 1, table 1"),
        "{wizard}"
    );
    let place = [
        ("part", ""),
        ("page", "1"),
        ("table", "1"),
        ("schema", "Company"),
    ];
    let with = |more: &[(&'static str, &str)]| {
        let fields: Vec<(&str, &str)> = place.iter().chain(more).copied().collect();
        send(&desk.house, &path, "ines", &fields)
    };
    let drafted = with(&[
        ("step", "draft"),
        ("property-0", "registrationNumber"),
        ("key-0", "yes"),
        ("property-1", "name"),
    ])
    .is(200)
    .text();
    let (_, rest) = drafted.split_once("<textarea").unwrap();
    let (_, rest) = rest.split_once('>').unwrap();
    let (mapping, _) = rest.split_once("</textarea>").unwrap();
    let mapping = mapping.replace("&#34;", "\"").replace("&quot;", "\"");
    let preview = with(&[("step", "preview"), ("mapping", &mapping)])
        .is(200)
        .text();
    assert!(
        preview.contains("Of 3 rows: 2 taken, 1 refused"),
        "{preview}"
    );
    assert!(preview.contains("row 3"), "{preview}");
    let bare = with(&[("step", "load"), ("mapping", &mapping)])
        .is(422)
        .text();
    assert!(bare.contains("Say what the rows are to show."), "{bare}");
    let broken = with(&[("step", "preview"), ("mapping", "case: 7")])
        .is(422)
        .text();
    assert!(broken.contains("Map a table to records"), "{broken}");
    let taken = with(&[
        ("step", "load"),
        ("mapping", &mapping),
        ("reason", "who was paid?"),
    ])
    .is(303);
    let next = taken.headers["location"].to_str().unwrap();
    let one = page(&desk.house, next, "ines").is(200).text();
    assert!(
        one.contains("The table was taken.") && one.contains("row 3"),
        "{one}"
    );
    let list = page(&desk.house, &format!("{case}/tables"), "ines")
        .is(200)
        .text();
    assert!(
        list.contains("Number, Payee, Paid") && list.contains("speaks"),
        "{list}"
    );

    let found = desk.finds("Quagmire");
    let record = format!("{case}/records/{}", found[0]["record"].as_str().unwrap());
    let record = page(&desk.house, &record, "ines").is(200).text();
    let anchor = "payments.csv, page 1, table 1, row 2, Payee";
    assert!(record.contains(anchor), "{record}");
    let row = page(&desk.house, &format!("{view}?page=1&table=1&row=2"), "ines")
        .is(200)
        .text();
    assert!(row.contains(r#"<tr id="row-2" class="asked""#), "{row}");

    let one = next.split('?').next().unwrap();
    let bare = send(&desk.house, one, "ines", &[("reason", "")])
        .is(422)
        .text();
    assert!(bare.contains("Say why it is taken back."), "{bare}");
    send(&desk.house, one, "ines", &[("reason", "the wrong year")]).is(303);
    let list = page(&desk.house, &format!("{case}/tables"), "ines")
        .is(200)
        .text();
    assert!(list.contains("taken back"), "{list}");
}

#[test]
fn names_are_compared_with_the_datasets_for_a_stated_reason_only() {
    let desk = Desk::new();
    let wanted = json!({ "datasets": true, "reason": { "line": "", "settles": "" } });
    desk.house
        .post(&desk.path("mentions"), "ines", &wanted)
        .is(422);
    let wanted = json!({ "datasets": true, "reason": { "line": "who", "settles": "was paid" } });
    let told = desk
        .house
        .post(&desk.path("mentions"), "ines", &wanted)
        .is(200)
        .json;
    assert_eq!(
        (&told["persons"], &told["more_persons"]),
        (&json!(0), &json!(false))
    );
    let path = format!("/cases/{}/mentions", desk.case);
    let bare = send(&desk.house, &path, "ines", &[("datasets", "1")])
        .is(422)
        .text();
    assert!(bare.contains("Say it in your own words."), "{bare}");
    let fields = [("datasets", "1"), ("line", "who"), ("settle", "was paid")];
    let answer = send(&desk.house, &path, "ines", &fields).is(303);
    let next = answer.headers["location"].to_str().unwrap();
    let shown = page(&desk.house, next, "ines").is(200).text();
    assert!(
        shown.contains("0 records of the datasets are named there"),
        "{shown}"
    );
}

#[test]
fn exhibits_are_certified_on_the_screen_and_notices_recorded() {
    let desk = Desk::new();
    let path = format!("/cases/{}/certifications", desk.case);
    let shown = page(&desk.house, &path, "ines").is(200).text();
    assert!(
        shown.contains("No pack was made.") && shown.contains("payments.csv"),
        "{shown}"
    );
    let fields = [
        ("recipient", "Public prosecutor"),
        ("address", "1 Quay Street"),
        ("purpose", "deciding on a charge"),
        ("authority", "section 5"),
        ("nature", "by courier"),
    ];
    let none = send(&desk.house, &path, "ines", &fields).is(422).text();
    assert!(none.contains("between 1 and 500 exhibits"), "{none}");
    let chosen: Vec<(&str, &str)> = fields
        .into_iter()
        .chain([("item", desk.item.as_str())])
        .collect();
    let bare = send(&desk.house, &path, "ines", &chosen[1..])
        .is(422)
        .text();
    assert!(
        bare.contains("To whom: say it.") && bare.contains("checked"),
        "{bare}"
    );
    let given = send(&desk.house, &path, "ines", &chosen).is(200);
    assert!(given.bytes.starts_with(b"PK\x03\x04"));
    let list = desk
        .house
        .get(&desk.path("certifications"), "ines")
        .is(200)
        .json;
    let pack = list["certifications"][0]["id"].as_str().unwrap();
    let notice = [
        ("party", "the defence"),
        ("way", "by hand"),
        ("served", "2026-03-12"),
    ];
    send(
        &desk.house,
        &format!("{path}/{pack}/notices"),
        "ines",
        &notice,
    )
    .is(303);
    let shown = page(&desk.house, &path, "ines").is(200).text();
    assert!(
        shown.contains("On 12 March 2026, the defence, by hand."),
        "{shown}"
    );
}
