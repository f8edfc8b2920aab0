//! Documents that point outside themselves. In part UP-03 and SF-02: previews and reports are the product's.

use std::fs;
use std::net::TcpListener;

use documents::Reason;

use crate::ground::Ground;
use crate::made::{CONTENT_TYPES, RELATIONS, Zip, docx, odt, pdf, stream, word, xlsx};

const SECRET: &str = "the words of a local file";

/// Declares entities that lie in a local file and at an address, and one that doubles thirty times.
fn declarations(root: &str, secret: &str, address: &str) -> String {
    let mut doubling = String::from("<!ENTITY e0 \"grown\">");
    for number in 1..30 {
        let before = number - 1;
        doubling.push_str(&format!("<!ENTITY e{number} \"&e{before};&e{before};\">"));
    }
    format!(
        "<!DOCTYPE {root} SYSTEM \"{address}/dtd\" [<!ENTITY local SYSTEM \"file://{secret}\"><!ENTITY far SYSTEM \"{address}/far\"><!ENTITY % more SYSTEM \"{address}/more\">%more;{doubling}]>"
    )
}

const REFERENCES: &str = "before &local; &far; &e29; after";

#[test]
fn entities_reach_no_file_and_no_address() {
    let Some(ground) = Ground::find() else {
        return;
    };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let secret = ground.path("secret");
    fs::write(&secret, SECRET).unwrap();
    let secret = secret.to_string_lossy().into_owned();
    let declared = |root: &str| declarations(root, &secret, &address);
    let plain = |root: &str| {
        format!(
            "<?xml version=\"1.0\"?>{}<{root}>{REFERENCES}</{root}>",
            declared(root)
        )
        .into_bytes()
    };
    let sheet = format!(
        "<?xml version=\"1.0\"?>{}<worksheet>{REFERENCES}</worksheet>",
        declared("worksheet")
    );
    let form = stream("/Type /EmbeddedFile", &plain("xdp"));
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
    let cases = [
        ("a.xml", plain("a")),
        ("a.svg", plain("svg")),
        ("a.gpx", plain("gpx")),
        ("a.docx", docx(&word(&declared("w:document"), REFERENCES))),
        (
            "a.odt",
            odt(&declared("office:document-content"), REFERENCES),
        ),
        (
            "a.xlsx",
            xlsx(|zip| zip.file("xl/worksheets/sheet1.xml", sheet.as_bytes())),
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
    ];
    for (name, bytes) in cases {
        let account = ground.read(name, &bytes);
        let all = serde_json::to_string(&account).unwrap();
        assert!(!all.contains(SECRET), "{name}");
        assert!(all.matches("grown").count() < 100, "{name}");
        if name.ends_with("l") || name.ends_with("g") {
            assert!(
                account.reasons().contains(&Reason::Outside),
                "{name}: {:?}",
                account.unread
            );
            assert!(
                account.text().contains("before &local;"),
                "{name}: {}",
                account.text()
            );
        }
    }
    assert!(listener.accept().is_err(), "somebody called");
}

#[test]
fn documents_call_nobody() {
    let Some(ground) = Ground::find() else {
        return;
    };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
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
    let action =
        format!("<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /URI /URI ({address}/a) >> >>");
    let with_action = pdf(&[
        action.into_bytes(),
        b"<< /Type /Pages /Kids [] /Count 0 >>".to_vec(),
    ]);
    let mail = format!(
        "From: a@example.org\r\nTo: b@example.org\r\nSubject: picture\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<html><body>Words <img src=\"{address}/i.png\"></body></html>"
    );
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\"><text>Words</text><image xlink:href=\"{address}/i.png\"/></svg>"
    );
    let page = format!(
        "<html><head><link rel=stylesheet href=\"{address}/s.css\"></head><body>Words<script src=\"{address}/s.js\"></script></body></html>"
    );
    let marked = format!("# Words\n\n![picture]({address}/i.png)\n");
    for (name, bytes) in [
        ("a.docx", with_template),
        ("a.pdf", with_action),
        ("a.eml", mail.into_bytes()),
        ("a.svg", svg.into_bytes()),
        ("a.html", page.into_bytes()),
        ("a.md", marked.into_bytes()),
    ] {
        let account = ground.read(name, &bytes);
        if name != "a.pdf" {
            assert!(account.text().contains("Words"), "{name}: {account:?}");
        }
        assert!(
            account.recipe.network.starts_with("none:"),
            "{}",
            account.recipe.network
        );
    }
    assert!(listener.accept().is_err(), "somebody called");
}
