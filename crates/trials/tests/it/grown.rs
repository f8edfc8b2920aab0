//! Files made to harm whoever opens them, filed with a server that runs: they grow, point outside, or are not what they
//! say; and uploads that break off.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::house::{Case, House};
use crate::http::Body;
use crate::made::{
    CONTENT_TYPES, RELATIONS, Zip, deflated, docx, gzip_of_zeros, odt, pages, pdf, png, stream,
    word, xlsx, zlib,
};
use crate::program::{Serving, rest, within};

const STORY: [&str; 6] = [
    "source",
    "collector",
    "collected",
    "place",
    "tool",
    "authority",
];

fn fields() -> Vec<(&'static str, String)> {
    STORY.map(|name| (name, "as told".to_owned())).to_vec()
}

fn file(serving: &Serving, case: &Case, name: &str, bytes: &[u8]) -> String {
    let body = Body::Form {
        fields: fields(),
        file: (name.to_owned(), bytes.to_vec()),
    };
    let made = serving
        .ask("POST", &case.path("evidence"), Some(&case.ines), body)
        .expect(201);
    made["id"].as_str().unwrap().to_owned()
}

fn has_reader(house: &House) -> bool {
    let beside = house.program.path().with_file_name("predicate-extract");
    let there = std::env::var_os("PREDICATE_EXTRACT").is_some() || beside.is_file();
    if !there {
        println!("SKIPPED there is no predicate-extract beside the program");
    }
    there
}

fn figure(process: u32, name: &str) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = text.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn waiting(serving: &Serving, case: &Case) -> u64 {
    let told = serving.get(&case.path("readings"), &case.ines).expect(200);
    told["waiting"].as_u64().unwrap()
}

fn bombs() -> Vec<(&'static str, Vec<u8>)> {
    let mut nested = Zip::default()
        .file("last.txt", b"the innermost words")
        .end();
    for _ in 0..10 {
        nested = Zip::default().file("inner.zip", &nested).end();
    }
    let cells = deflated(b"<row><c><v>1</v></c></row>", 320);
    // Four gigabytes of blanks, packed twice over.
    let blanks = [&b"\x78\x01"[..], &deflated(b" ", 256)].concat();
    let content = zlib(&blanks);
    let page = pdf(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R >>".to_vec(),
        stream("/Filter [/FlateDecode /FlateDecode]", &content),
    ]);
    // A zstd frame that declares one block of 2 GiB of one byte, again and again.
    let mut frame = b"\x28\xb5\x2f\xfd\xe0\x00\x00\x00\x80\x00\x00\x00\x00".to_vec();
    frame.extend(b"\x02\x00\x10A".repeat(16_384));
    vec![
        ("nested.zip", nested),
        ("zeros.gz", gzip_of_zeros(640)),
        ("frame.zst", frame),
        (
            "book.xlsx",
            xlsx(|zip| zip.packed("xl/worksheets/sheet1.xml", &cells, u32::MAX as usize)),
        ),
        ("wide.png", png(60_000, 60_000)),
        ("page.pdf", page),
    ]
}

#[test]
fn up_02_bombs_stop_at_limits_while_others_work_and_their_originals_are_kept_c1_c2() {
    let Some(house) = House::new("up_02") else {
        return;
    };
    if !has_reader(&house) {
        return;
    }
    let mut serving = house.serve();
    let case = Case::open(&serving);
    let sora = serving.sign_in("sora");
    file(&serving, &case, "first.txt", b"words");
    assert!(within(Duration::from_secs(120), || waiting(
        &serving, &case
    ) == 0));
    let process = serving.process();
    let before = figure(process, "VmRSS:");
    let mut kept = Vec::new();
    for (name, bytes) in bombs() {
        kept.push((name, file(&serving, &case, name, &bytes), bytes));
    }
    let began = Instant::now();
    let mut answers = 0;
    while waiting(&serving, &case) > 0 {
        assert!(
            began.elapsed() < Duration::from_secs(900),
            "reading does not end"
        );
        for path in ["/api/cases", "/api/version"] {
            serving.get(path, &sora).expect(200);
            answers += 1;
        }
        assert!(case.note(&serving, "Meanwhile", "written while bombs were read") < 300);
        rest(Duration::from_millis(200));
    }
    assert!(answers > 0 && serving.runs() && serving.process() == process);
    let grown = figure(process, "VmHWM:").saturating_sub(before);
    assert!(grown < 512 << 10, "memory grew by {grown} KiB");
    for (name, id, bytes) in kept {
        let told = serving
            .get(&case.path(&format!("evidence/{id}/text")), &case.ines)
            .expect(200);
        let reasons: Vec<&Value> = told["files"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|file| file["unread"].as_array().unwrap())
            .collect();
        assert!(
            !reasons.is_empty(),
            "{name} says nothing of its limits: {told}"
        );
        let back = serving.get(&case.path(&format!("evidence/{id}/bytes")), &case.ines);
        assert!(back.status == 200 && back.body == bytes, "{name}");
    }
    house_is_whole(&house, serving);
}

fn house_is_whole(house: &House, serving: Serving) {
    serving.kill();
    house.check();
}

const SECRET: &str = "the words of a local file";

/// Declares entities that lie in a local file and at an address, and one that doubles thirty times.
fn declared(root: &str, secret: &Path, address: &str) -> String {
    let mut doubling = String::from("<!ENTITY e0 \"grown\">");
    for number in 1..30 {
        let before = number - 1;
        doubling += &format!("<!ENTITY e{number} \"&e{before};&e{before};\">");
    }
    format!(
        "<!DOCTYPE {root} SYSTEM \"{address}/dtd\" [<!ENTITY local SYSTEM \"file://{}\"><!ENTITY far SYSTEM \
         \"{address}/far\"><!ENTITY % more SYSTEM \"{address}/more\">%more;{doubling}]>",
        secret.display()
    )
}

/// Documents whose markup points at a local file and an address, or grows.
fn pointing(secret: &Path, address: &str) -> Vec<(&'static str, Vec<u8>)> {
    let inside = "before &local; &far; &e29; after";
    let plain = |root: &str| {
        let declared = declared(root, secret, address);
        format!("<?xml version=\"1.0\"?>{declared}<{root}>{inside}</{root}>").into_bytes()
    };
    let slides = Zip::default()
        .file(
            "[Content_Types].xml",
            CONTENT_TYPES
                .replace("/word/document.xml", "/ppt/presentation.xml")
                .replace(
                    "wordprocessingml.document.main",
                    "presentationml.presentation.main",
                )
                .as_bytes(),
        )
        .file(
            "_rels/.rels",
            RELATIONS
                .replace("word/document.xml", "ppt/presentation.xml")
                .as_bytes(),
        )
        .file("ppt/presentation.xml", &plain("p"))
        .file("ppt/slides/slide1.xml", &plain("p"))
        .end();
    let form = stream("/Type /EmbeddedFile", &plain("xdp"));
    vec![
        ("a.xml", plain("a")),
        ("a.svg", plain("svg")),
        ("a.gpx", plain("gpx")),
        (
            "a.docx",
            docx(&word(&declared("w:document", secret, address), inside)),
        ),
        (
            "a.odt",
            odt(
                &declared("office:document-content", secret, address),
                inside,
            ),
        ),
        (
            "a.xlsx",
            xlsx(|zip| zip.file("xl/worksheets/sheet1.xml", &plain("worksheet"))),
        ),
        ("a.pptx", slides),
        (
            "a.pdf",
            pdf(&[
                b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /XFA 3 0 R >> >>".to_vec(),
                b"<< /Type /Pages /Kids [] /Count 0 >>".to_vec(),
                form,
            ]),
        ),
    ]
}

/// Documents that want something from elsewhere when they are shown.
fn calling(address: &str) -> Vec<(&'static str, Vec<u8>)> {
    let template = format!(
        r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" Target="{address}/t.dotm" TargetMode="External"/></Relationships>"#
    );
    let with_template = Zip::default()
        .file("[Content_Types].xml", CONTENT_TYPES.as_bytes())
        .file("_rels/.rels", RELATIONS.as_bytes())
        .file(
            "word/document.xml",
            word("", "Words under a template").as_bytes(),
        )
        .file("word/_rels/document.xml.rels", template.as_bytes())
        .file("word/_rels/settings.xml.rels", template.as_bytes())
        .end();
    let mail = format!(
        "From: a@example.org\r\nTo: b@example.org\r\nSubject: picture\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n\
         <html><body>Words <img src=\"{address}/i.png\"></body></html>"
    );
    let drawing = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\"><text>Words</text>\
         <image xlink:href=\"{address}/i.png\"/></svg>"
    );
    let action =
        format!("<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /URI /URI ({address}/a) >> >>");
    vec![
        ("t.docx", with_template),
        ("mail.eml", mail.into_bytes()),
        ("drawing.svg", drawing.into_bytes()),
        ("action.pdf", pdf(&[action.into_bytes(), b"<< /Type /Pages /Kids [] /Count 0 >>".to_vec()])),
        ("page.md", format!("# Words\n\n![picture]({address}/i.png)\n").into_bytes()),
        ("page.html", format!("<html><link rel=stylesheet href={address}/s.css><body>Words<script src={address}/s.js></script>").into_bytes()),
    ]
}

/// A listener that nobody should call, with its address.
fn canary() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    (listener, address)
}

/// Everything that the product shows of an item: its page, its text, as pages and for programs.
fn shown(serving: &Serving, case: &Case, id: &str) -> String {
    let screens = crate::screens::Screens {
        serving,
        session: case.ines.clone(),
    };
    let page = format!("/cases/{}/evidence/{id}", case.id);
    let mut all = serving
        .get(&case.path(&format!("evidence/{id}/text")), &case.ines)
        .text();
    all += &serving
        .get(&case.path(&format!("evidence/{id}")), &case.ines)
        .text();
    for path in [page.clone(), format!("{page}/text")] {
        all += &screens.get(&path).text();
    }
    all
}

#[test]
fn up_03_documents_read_no_file_and_call_nobody_and_end_in_time_c1() {
    let Some(house) = House::new("up_03") else {
        return;
    };
    if !has_reader(&house) {
        return;
    }
    let (listener, address) = canary();
    let secret = house.folder.path().join("secret");
    std::fs::write(&secret, SECRET).unwrap();
    let serving = house.serve();
    let case = Case::open(&serving);
    let mut ids = Vec::new();
    for (name, bytes) in pointing(&secret, &address) {
        ids.push((name, file(&serving, &case, name, &bytes)));
    }
    assert!(within(Duration::from_secs(600), || waiting(
        &serving, &case
    ) == 0));
    for (name, id) in ids {
        let all = shown(&serving, &case, &id);
        assert!(!all.contains(SECRET), "{name}");
        assert!(all.matches("grown").count() < 200, "{name}");
    }
    assert!(listener.accept().is_err(), "somebody called");
    house_is_whole(&house, serving);
}

/// What system calls of a traced process went to the network, but for taking connections in.
fn outward(trace: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(trace).unwrap();
    let inet = text
        .lines()
        .filter(|line| line.contains("sa_family=AF_INET"));
    inet.filter(|line| {
        line.contains("connect(") || line.contains("sendto(") || line.contains("sendmsg(")
    })
    .map(str::to_owned)
    .collect()
}

#[test]
fn sf_02_extraction_preview_and_report_open_no_connection_c1() {
    let Some(house) = House::new("sf_02") else {
        return;
    };
    if !has_reader(&house) {
        return;
    }
    if Command::new("strace").arg("-V").output().is_err() {
        println!("SKIPPED sf_02 strace is not installed");
        return;
    }
    let (listener, address) = canary();
    let serving = house.serve();
    let trace = house.folder.path().join("trace");
    let mut tracer = Command::new("strace")
        .args([
            "-f",
            "-q",
            "-e",
            "trace=network",
            "-o",
            trace.to_str().unwrap(),
            "-p",
            &serving.process().to_string(),
        ])
        .spawn()
        .unwrap();
    // The trace has begun when it shows the next request being taken in.
    assert!(within(Duration::from_secs(30), || {
        serving
            .ask("GET", "/api/version", None, Body::Nothing)
            .expect(200);
        std::fs::read_to_string(&trace).is_ok_and(|text| text.contains("accept"))
    }));
    let case = Case::open(&serving);
    let mut ids = Vec::new();
    for (name, bytes) in calling(&address) {
        ids.push((name, file(&serving, &case, name, &bytes)));
    }
    assert!(within(Duration::from_secs(600), || waiting(
        &serving, &case
    ) == 0));
    let mut words = 0;
    for (_, id) in &ids {
        words += usize::from(shown(&serving, &case, id).contains("Words"));
    }
    assert!(words >= 5, "{words} of them were read");
    let note = json!({ "kind": "note", "title": "Seen", "text": format!("![picture]({address}/n.png) <img src={address}/n.png>") });
    serving
        .post(&case.path("notes"), &case.ines, note)
        .expect(201);
    let report = serving
        .post(&case.path("reports"), &case.ines, json!({}))
        .expect(201);
    let path = case.path(&format!("reports/{}/pdf", report["id"].as_str().unwrap()));
    let printed = serving.get(&path, &case.ines);
    assert!(matches!(printed.status, 200 | 409), "{}", printed.text());
    let told: Vec<(&str, &str)> = [
        ("recipient", "Tax Office"),
        ("address", "1 Quay Street"),
        ("purpose", "assessing tax"),
        ("authority", "Tax Act section 12"),
        ("nature", "copy by courier"),
    ]
    .to_vec();
    let told: serde_json::Map<String, Value> = told
        .into_iter()
        .map(|(name, said)| (name.to_owned(), json!(said)))
        .collect();
    assert_eq!(
        serving
            .post(&case.path("disclosures"), &case.ines, Value::Object(told))
            .status,
        200
    );
    serving.kill();
    tracer.wait().unwrap();
    let traced = std::fs::read_to_string(&trace).unwrap();
    assert!(traced.contains("accept"), "nothing was traced");
    assert_eq!(outward(&trace), Vec::<String>::new());
    assert!(listener.accept().is_err(), "somebody called");
}

#[test]
fn up_05_types_come_from_content_with_contradictions_told_and_nothing_is_drawn_by_a_guess_c1() {
    let Some(house) = House::new("up_05") else {
        return;
    };
    if !has_reader(&house) {
        return;
    }
    let serving = house.serve();
    let case = Case::open(&serving);
    let mut all = pages(&["Words of the page"]);
    all.splice(
        9..9,
        b"% <html><script>alert(1)</script></html>\n"
            .iter()
            .copied(),
    );
    all.extend(
        Zip::default()
            .file("inside.txt", b"Words of the archive")
            .end(),
    );
    let program = [
        &b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0"[..],
        &[0; 64],
    ]
    .concat();
    let files: [(&str, &[u8], &str, &[&str]); 5] = [
        (
            "all.pdf",
            &all,
            "application/pdf",
            &["as a zip archive", "as HTML"],
        ),
        (
            "picture.png",
            b"<html><body><script>alert(1)</script></body></html>",
            "text/html",
            &["`.png`"],
        ),
        (
            "letter.pdf",
            &program,
            "application/x-executable",
            &["`.pdf`"],
        ),
        ("empty.docx", b"", "application/x-empty", &[]),
        ("plain.pdf", b"Plain words\n", "text/plain", &["`.pdf`"]),
    ];
    let mut ids = Vec::new();
    for (name, bytes, ..) in &files {
        ids.push(file(&serving, &case, name, bytes));
    }
    assert!(within(Duration::from_secs(300), || waiting(
        &serving, &case
    ) == 0));
    let screens = crate::screens::Screens {
        serving: &serving,
        session: case.ines.clone(),
    };
    for ((name, bytes, kind, contradictions), id) in files.iter().zip(&ids) {
        let told = serving
            .get(&case.path(&format!("evidence/{id}/text")), &case.ines)
            .expect(200);
        assert_eq!(told["files"][0]["media_type"], *kind, "{name}: {told}");
        let page = screens
            .get(&format!("/cases/{}/evidence/{id}/text", case.id))
            .text();
        for words in *contradictions {
            assert!(
                told["files"][0]["contradictions"]
                    .to_string()
                    .contains(words),
                "{name}: {told}"
            );
            assert!(page.contains(words), "{name}: {page}");
        }
        assert!(
            !page.contains("<script>alert")
                && !page.contains("<iframe")
                && !page.contains("<embed"),
            "{name}"
        );
        for path in [
            case.path(&format!("evidence/{id}/bytes")),
            format!("/cases/{}/evidence/{id}/bytes", case.id),
        ] {
            let cookie = format!("predicate_session={}", case.ines);
            let back =
                crate::http::send(serving.address, "GET", &path, &[("cookie", &cookie)], b"")
                    .unwrap();
            assert_eq!(back.status, 200, "{path}");
            assert_eq!(
                back.header("content-type"),
                Some("application/octet-stream"),
                "{path}"
            );
            assert_eq!(
                back.header("x-content-type-options"),
                Some("nosniff"),
                "{path}"
            );
            assert!(
                back.header("content-disposition")
                    .unwrap()
                    .starts_with("attachment;"),
                "{path}"
            );
            assert_eq!(&back.body, bytes, "{path}");
        }
    }
    house_is_whole(&house, serving);
}

const BORDER: &str = "border-of-parts";

/// A form with a file of so many bytes; `told` is a digest to declare.
fn form(size: usize, told: &str) -> Vec<u8> {
    let mut body = String::new();
    for (name, said) in fields()
        .iter()
        .map(|(name, said)| (*name, said.as_str()))
        .chain([("sha256", told)])
    {
        body += &format!(
            "--{BORDER}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{said}\r\n"
        );
    }
    body += &format!(
        "--{BORDER}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"large.bin\"\r\n\r\n"
    );
    let mut bytes = body.into_bytes();
    bytes.extend((0..size).map(|at| u8::try_from(at % 251).unwrap()));
    bytes.extend(format!("\r\n--{BORDER}--\r\n").bytes());
    bytes
}

/// Sends a head with that length, and then so many bytes; gives the connection.
fn begins(serving: &Serving, case: &Case, length: usize, bytes: &[u8], key: &str) -> TcpStream {
    let mut stream = TcpStream::connect(serving.address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\nconnection: close\r\nidempotency-key: {key}\r\n\
         content-type: multipart/form-data; boundary={BORDER}\r\ncontent-length: {length}\r\n\r\n",
        case.path("evidence"),
        serving.address,
        case.ines
    );
    stream.write_all(head.as_bytes()).unwrap();
    let _refused_early = stream.write_all(bytes);
    stream
}

fn answer(mut stream: TcpStream) -> (u16, String) {
    let mut text = Vec::new();
    let _as_much_as_came = stream.read_to_end(&mut text);
    let text = String::from_utf8_lossy(&text).into_owned();
    let status = text.split(' ').nth(1).and_then(|word| word.parse().ok());
    (status.unwrap_or(0), text)
}

fn used(folder: &Path) -> u64 {
    let mut all = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        all += match entry.metadata().unwrap() {
            found if found.is_dir() => used(&entry.path()),
            found => found.len(),
        };
    }
    all
}

const LARGE: usize = 200 << 20;

#[test]
fn up_07_broken_uploads_leave_nothing_and_a_retry_gives_one_item_c1() {
    let Some(house) = House::new("up_07") else {
        return;
    };
    let serving = house.serve();
    let case = Case::open(&serving);
    let items = |serving: &Serving, case: &Case| {
        let told = serving.get(&case.path("evidence"), &case.ines).expect(200);
        told["evidence"].as_array().unwrap().clone()
    };
    let whole = form(LARGE, "");
    let blobs = house.data.join("blobs");
    let before = used(&blobs);
    // Cut at half.
    drop(begins(
        &serving,
        &case,
        whole.len(),
        &whole[..whole.len() / 2],
        "cut",
    ));
    // A length that says more, and one that says less, than comes.
    let (status, text) = {
        let stream = begins(&serving, &case, whole.len() + 9, &whole, "more");
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        answer(stream)
    };
    assert!(status == 0 || (400..500).contains(&status), "{text}");
    let (status, text) = answer(begins(&serving, &case, whole.len() / 2, &whole, "less"));
    assert!(status == 0 || (400..500).contains(&status), "{text}");
    // A part that is missing, and a digest that is another.
    let part = form(0, "");
    let missing = part.len() - format!("\r\n--{BORDER}--\r\n").len();
    let (status, text) = answer(begins(
        &serving,
        &case,
        missing,
        &part[..missing],
        "missing",
    ));
    assert!((400..500).contains(&status), "{text}");
    let false_one = form(LARGE, &"0".repeat(64));
    let (status, text) = answer(begins(
        &serving,
        &case,
        false_one.len(),
        &false_one,
        "false",
    ));
    assert_eq!(status, 422, "{text}");
    assert!(
        within(Duration::from_secs(30), || used(&blobs.join("incoming"))
            == 0),
        "{}",
        used(&blobs.join("incoming"))
    );
    assert_eq!(items(&serving, &case), Vec::<Value>::new());
    // Killed at four fifths.
    let stream = begins(
        &serving,
        &case,
        whole.len(),
        &whole[..whole.len() / 5 * 4],
        "killed",
    );
    assert!(within(Duration::from_secs(60), || used(
        &blobs.join("incoming")
    ) > u64::try_from(
        LARGE / 2
    )
    .unwrap()));
    serving.kill();
    drop(stream);
    let serving = house.serve();
    let case = case.again(&serving);
    assert_eq!(items(&serving, &case), Vec::<Value>::new());
    // Space is given back: what was whole under a false digest goes with the sweep, an hour later at a start.
    assert_eq!(used(&blobs.join("incoming")), 0);
    // The retry, and the retry of the retry, under one key.
    let sent = |key: &str| {
        let (status, text) = answer(begins(&serving, &case, whole.len(), &whole, key));
        assert_eq!(status, 201, "{text}");
        let body = text.split("\r\n\r\n").nth(1).unwrap().to_owned();
        serde_json::from_str::<Value>(&body).unwrap()["id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let first = sent("killed");
    assert_eq!(sent("killed"), first, "the same key is the same item");
    let all = items(&serving, &case);
    assert_eq!(all.len(), 1, "{all:?}");
    let bytes: Vec<u8> = (0..LARGE)
        .map(|at| u8::try_from(at % 251).unwrap())
        .collect();
    assert_eq!(all[0]["sha256"], domain::audit::sha256_hex(&bytes));
    // Another body under the key is refused.
    let other = form(1000, "");
    let (status, text) = answer(begins(&serving, &case, other.len(), &other, "killed"));
    assert_eq!(status, 409, "{text}");
    assert_eq!(items(&serving, &case).len(), 1);
    assert!(used(&blobs) - before < u64::try_from(LARGE).unwrap() * 2 + (1 << 20));
    house_is_whole(&house, serving);
}
