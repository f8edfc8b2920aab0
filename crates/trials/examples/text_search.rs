//! Search in the text of a case under load: `cargo run -p trials --example text_search -- PAGES CLIENTS SECONDS`
//!
//! Files of fifty made pages each are filed and read by a stand-in for the reader (the text is drawn from 30,000 words, the
//! frequent ones often), so that what is measured is the search and not the reading. Then CLIENTS ask for SECONDS over HTTP,
//! one connection each, in turn: a word, two words, a phrase, a beginning, words near each other, a word alike. Prints one JSON line for
//! each kind of question. `PREDICATE_BIN` names the program.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    reason = "a measurement prints, stops where something is missing, and borrows more of the trials than it needs"
)]

#[path = "../tests/it/house.rs"]
mod house;
#[path = "../tests/it/http.rs"]
mod http;
#[path = "../tests/it/program.rs"]
mod program;

use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

use house::{Case, House};
use program::rest;
use serde_json::{Value, json};

/// Pages of a file.
const A_FILE: usize = 50;

/// Words that the text is drawn from.
const WORDS: usize = 30_000;

/// Reads what its file asks for: so many pages from a seed.
const READER: &str = r#"#!/bin/sh
order=$(cat)
file=$(printf '%s' "$order" | sed 's/^{"file":"\([^"]*\)".*/\1/')
asked=$(printf '%s' "$order" | sed 's/.*\("settings":{.*}\)}$/\1/')
head='{"original":{"name":"","sha256":"","bytes":0},"media_type":"text/plain","contradictions":[],"language":null'
made='"recipe":{"steps":[{"name":"made","version":"1"}],'$asked',"network":"","files":"","repeatable":true}}'
printf '%s,"dates":[],"authors":[],"metadata":[],"pages":[' "$head" >account.json
awk -v seed="$(cut -d' ' -f1 "$file")" 'BEGIN { srand(seed); for (p = 1; p <= 50; p++) {
    text = ""; for (w = 0; w < 300; w++) { r = rand(); text = text "w" int(30000 * r * r * r) (w % 12 == 11 ? "\\n" : " ") }
    printf "%s{\"number\":%d,\"text\":\"%s\",\"recognised\":false,\"words\":null}", (p > 1 ? "," : ""), p, text } }' >>account.json
printf '],"parts":[],"unread":[],%s' "$made" >>account.json
"#;

fn main() {
    let words: Vec<usize> = std::env::args()
        .skip(1)
        .filter_map(|word| word.parse().ok())
        .collect();
    let [pages, clients, seconds] = words.as_slice() else {
        panic!("say how many pages there are, how many clients ask, and for how many seconds");
    };
    let house = House::new("text_search").unwrap();
    let reader = house.data.with_file_name("reader.sh");
    std::fs::write(&reader, READER).unwrap();
    std::fs::set_permissions(&reader, std::fs::Permissions::from_mode(0o755)).unwrap();
    let serving = house
        .program
        .serve_with(&house.data, &[], &[("PREDICATE_EXTRACT", &reader)]);
    let case = Case::open(&serving);
    let began = Instant::now();
    file(&serving, &case, pages / A_FILE);
    let read = || {
        let told = serving.get(&case.path("readings"), &case.ines).expect(200);
        told["waiting"].as_u64() == Some(0) && told["read"].as_u64() > Some(0)
    };
    while !read() {
        rest(Duration::from_secs(2));
    }
    let filled = began.elapsed().as_secs();
    for kind in ["word", "two words", "phrase", "beginning", "near", "alike"] {
        let (mut times, asked) = ask(&serving, &case, kind, *clients, *seconds);
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize].round();
        println!(
            "{}",
            json!({ "kind": kind, "pages": pages, "clients": clients, "filled_in_s": filled, "asked": asked,
                "a_second": asked / seconds, "p50_ms": at(0.5), "p99_ms": at(0.99), "max_ms": at(1.0) })
        );
    }
}

fn file(serving: &program::Serving, case: &Case, files: usize) {
    let story = json!({ "key": "made", "name": "made", "source": "made", "collector": "nobody", "collected": "2026-01-01",
        "place": "nowhere", "tool": "awk", "authority": "none" });
    let upload = serving
        .post(&case.path("uploads"), &case.ines, story)
        .expect(201)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let text = |at: usize| format!("{at} made");
    let numbers: Vec<usize> = (1..=files).collect();
    for some in numbers.chunks(500) {
        let told: Vec<Value> = some
            .iter()
            .map(|at| json!({ "path": format!("{at}.txt"), "size": text(*at).len() }))
            .collect();
        let files = json!({ "files": told });
        let path = case.path(&format!("uploads/{upload}/files"));
        serving.post(&path, &case.ines, files).expect(200);
        let mut body = Vec::new();
        for at in some {
            let head = "--b\r\ncontent-disposition: form-data; filename=\"f\"; name";
            body.extend_from_slice(
                format!("{head}=\"{}\"\r\n\r\n{}\r\n", at - 1, text(*at)).as_bytes(),
            );
        }
        body.extend_from_slice(b"--b--\r\n");
        let bearer = format!("Bearer {}", case.ines);
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "multipart/form-data; boundary=b"),
        ];
        let path = case.path(&format!("uploads/{upload}/bytes"));
        http::send(serving.address, "POST", &path, &headers, &body)
            .unwrap()
            .expect(200);
    }
}

/// A number below `below`, the small ones often, from a seed that moves on.
fn drawn(seed: &mut u64, below: usize) -> usize {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
    let share = (*seed >> 33) as f64 / (1_u64 << 31) as f64;
    (share * share * share * below as f64) as usize
}

fn question(kind: &str, seed: &mut u64) -> String {
    let mut word = || format!("w{}", drawn(seed, WORDS));
    let (a, b) = (word(), word());
    match kind {
        "word" => a,
        "two words" => format!("{a}%20{b}"),
        "phrase" => format!("%22{a}%20{b}%22"),
        "beginning" => format!("{}*", a.get(..3).unwrap_or(&a)),
        "near" => format!("%22{a}%20{b}%22~10"),
        _ => format!("{a}~1"),
    }
}

fn ask(
    serving: &program::Serving,
    case: &Case,
    kind: &str,
    clients: usize,
    seconds: usize,
) -> (Vec<f64>, usize) {
    let until = Instant::now() + Duration::from_secs(seconds as u64);
    let all: Vec<Vec<f64>> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..clients)
            .map(|client| {
                scope.spawn(move || {
                    let mut seed = client as u64 + 1;
                    let mut times = Vec::new();
                    while Instant::now() < until {
                        let words = question(kind, &mut seed);
                        let path = case.path(&format!("documents?words={words}"));
                        let began = Instant::now();
                        serving.get(&path, &case.ines).expect(200);
                        times.push(began.elapsed().as_secs_f64() * 1000.0);
                    }
                    times
                })
            })
            .collect();
        asking.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let times: Vec<f64> = all.into_iter().flatten().collect();
    let asked = times.len();
    (times, asked)
}
