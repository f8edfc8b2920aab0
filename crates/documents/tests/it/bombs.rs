//! Files that grow. In part UP-02: what other users notice meanwhile is for the trials of the whole program.

use documents::{Account, Limits, Reason};
use nix::sys::resource::{UsageWho, getrusage};

use crate::ground::Ground;
use crate::made::{Zip, deflated, gzip, gzip_of_zeros, pages, pdf, png, stream, xlsx, zlib};

/// What this process may grow by, in KiB.
const OURS: i64 = 512 << 10;

fn check(account: &Account, allowed: &[Reason]) {
    let reasons = account.reasons();
    assert!(
        reasons.iter().any(|reason| allowed.contains(reason)),
        "{}: {:?}",
        account.original.name,
        account.unread
    );
}

#[test]
fn bombs_stop_at_the_limits_and_take_no_more_memory_than_they_may() {
    let Some(mut ground) = Ground::find() else {
        return;
    };
    let stopped = [Reason::Bomb, Reason::TooMuch, Reason::Memory, Reason::Time];
    // 10 MB of 10 GB.
    check(&ground.read("zeros.gz", &gzip_of_zeros(640)), &stopped);
    let gigabyte = deflated(b"0", 64);
    let zip = Zip::default().packed("zeros", &gigabyte, 1 << 30).end();
    check(&ground.read("a.zip", &zip), &stopped);
    let lying = Zip::default().packed("zeros", &gigabyte, 10).end();
    check(
        &ground.read("lying.zip", &lying),
        &[Reason::Bomb, Reason::TooMuch, Reason::Damaged],
    );
    // A sheet of 5 GB.
    let cells = deflated(b"<row><c><v>1</v></c></row>", 320);
    let book = xlsx(|zip| zip.packed("xl/worksheets/sheet1.xml", &cells, u32::MAX as usize));
    check(&ground.read("book.xlsx", &book), &stopped);
    check(&ground.read("wide.png", &png(60_000, 60_000)), &stopped);
    // A page whose content is packed twice over.
    let content = zlib(&zlib(&vec![b' '; 256 << 20]));
    let page = pdf(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R >>".to_vec(),
        stream("/Filter [/FlateDecode /FlateDecode]", &content),
    ]);
    ground.limits.cpu_seconds = 5;
    let account = ground.read("page.pdf", &page);
    check(&account, &stopped);
    assert_eq!(account.media_type, "application/pdf");
    check(
        &ground.read("a.zst", b"\x28\xb5\x2f\xfd\x04\x00"),
        &[Reason::Unsupported],
    );
    let ours = getrusage(UsageWho::RUSAGE_SELF).unwrap().max_rss();
    assert!(ours < OURS + (256 << 10), "this process took {ours} KiB");
    let theirs = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap().max_rss();
    let most = i64::try_from(ground.limits.memory_bytes >> 10).unwrap();
    assert!(theirs <= most, "a reader took {theirs} KiB");
}

#[test]
fn archives_in_archives_end_at_the_depth() {
    let Some(mut ground) = Ground::find() else {
        return;
    };
    ground.limits.depth = 4;
    let mut archive = Zip::default()
        .file("last.txt", b"the innermost words")
        .end();
    for _ in 0..10 {
        archive = Zip::default().file("inner.zip", &archive).end();
    }
    let accounts = ground.read_all("a.zip", &archive);
    assert_eq!(accounts.len(), 5);
    check(accounts.last().unwrap(), &[Reason::TooDeep]);
    ground.limits.depth = 20;
    let accounts = ground.read_all("a.zip", &archive);
    assert!(accounts.last().unwrap().text().contains("innermost"));
}

#[test]
fn all_parts_together_stay_within_the_limits() {
    let Some(mut ground) = Ground::find() else {
        return;
    };
    ground.limits = Limits {
        parts: 20,
        output_bytes: 1 << 20,
        ..ground.limits.clone()
    };
    // Each level holds ten different copies of the next: a thousand files in all.
    let level = |inner: &[u8]| {
        (0..10).fold(Zip::default(), |zip, number| {
            let mut bytes = inner.to_vec();
            bytes.extend([number; 3]);
            zip.file(&format!("{number}.zip"), &bytes)
        })
    };
    let archive = level(&level(&level(b"words").end()).end()).end();
    let accounts = ground.read_all("a.zip", &archive);
    let parts: usize = accounts.iter().map(|account| account.parts.len()).sum();
    assert!(parts <= 20, "{parts} parts");
    assert!(
        accounts
            .iter()
            .any(|account| account.reasons().contains(&Reason::TooMany))
    );
    ground.limits.parts = 10_000;
    ground.limits.output_bytes = 2_000;
    let bytes: u64 = ground
        .read_all("a.zip", &archive)
        .iter()
        .flat_map(|account| account.parts.iter().map(|part| part.bytes))
        .sum();
    assert!(bytes <= 2_000, "{bytes} bytes");
}

#[test]
fn a_document_that_leads_in_circles_ends() {
    let Some(ground) = Ground::find() else {
        return;
    };
    let circle = pdf(&[
        b"<< /Type /Catalog /Pages 2 0 R /Outlines 4 0 R /Names << /EmbeddedFiles 5 0 R >> >>"
            .to_vec(),
        b"<< /Type /Pages /Kids [2 0 R 3 0 R 2 0 R] /Count 3 >>".to_vec(),
        b"<< /Type /Page /Parent 3 0 R /Contents 3 0 R >>".to_vec(),
        b"<< /First 4 0 R /Next 4 0 R /Title (round) >>".to_vec(),
        b"<< /Kids [5 0 R] >>".to_vec(),
    ]);
    ground.read("circle.pdf", &circle);
    let mut table = pages(&["A page before its table leads in circles"]);
    let at = table
        .windows(9)
        .rposition(|bytes| bytes == b"startxref")
        .unwrap();
    table.truncate(at);
    let previous = format!("trailer << /Root 1 0 R /Size 9 /Prev {at} >>\nstartxref\n{at}\n%%EOF");
    table.extend(previous.bytes());
    ground.read("table.pdf", &table);
    let html = format!("<html><body>{}the end", "<div>".repeat(200_000));
    ground.read("deep.html", html.as_bytes());
    let xml = format!("<?xml version=\"1.0\"?>{}", "<a>".repeat(2_000_000));
    check(&ground.read("deep.xml", xml.as_bytes()), &[Reason::TooDeep]);
    let rtf = format!("{{\\rtf1 {}", "{".repeat(500_000));
    ground.read("deep.rtf", rtf.as_bytes());
}

#[test]
fn many_pages_and_long_text_are_cut_and_told() {
    let Some(mut ground) = Ground::find() else {
        return;
    };
    ground.limits.text_bytes = 1_000;
    let account = ground.read("long.txt", "größer ".repeat(10_000).as_bytes());
    check(&account, &[Reason::TooMuch]);
    assert!(account.text().len() <= 1_000);
    ground.limits.parts = 3;
    let many = Zip::default()
        .file("1", b"1")
        .file("2", b"2")
        .file("3", b"3")
        .file("4", b"4")
        .end();
    let account = ground.read("many.zip", &many);
    check(&account, &[Reason::TooMany]);
    assert_eq!(account.parts.len(), 3);
}

#[test]
fn a_file_that_breaks_off_still_gives_an_account() {
    let Some(mut ground) = Ground::find() else {
        return;
    };
    ground.settings.ocr = documents::Ocr::Off;
    let whole = [
        ("a.zip", Zip::default().file("a.txt", &[b'x'; 3_000]).end()),
        ("a.gz", gzip(&[b'x'; 3_000])),
        (
            "a.pdf",
            pages(&["Some words on a page", "More words on another"]),
        ),
        (
            "a.docx",
            crate::made::docx(&crate::made::word("", "Some words")),
        ),
        ("a.odt", crate::made::odt("", "Some words")),
        (
            "a.xlsx",
            xlsx(|zip| zip.file("xl/worksheets/sheet1.xml", b"<worksheet/>")),
        ),
        ("a.png", png(10, 10)),
        (
            "a.eml",
            b"From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\n\r\nWords".to_vec(),
        ),
    ];
    for (name, bytes) in whole {
        for share in [1, 3, 5, 7] {
            let cut = &bytes[..bytes.len() * share / 8];
            let account = ground.read(name, cut);
            assert!(
                !account.unread.is_empty() || !account.pages.is_empty(),
                "{name} cut at {share}/8"
            );
        }
    }
}

#[test]
fn a_reader_that_wants_more_memory_than_it_may_have_ends() {
    let Some(mut ground) = Ground::find() else {
        return;
    };
    ground.limits.memory_bytes = 320 << 20;
    let page = format!("<html><body>{}", "<p>a<b>b</b></p>".repeat(4 << 20));
    let account = ground.read("long.html", page.as_bytes());
    assert_eq!(
        account.reasons().into_iter().collect::<Vec<_>>(),
        [Reason::Memory],
        "{:?}",
        account.unread
    );
    assert_eq!(account.media_type, "text/html");
    assert!(!account.recipe.repeatable);
}

/// A page of words with another stream in its place.
fn page_with(stream_fields: &str, content: &[u8], used: &str) -> Vec<u8> {
    let words =
        format!("BT /F1 24 Tf 72 700 Td (Some words that anybody can read here) Tj ET {used}");
    pdf(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R \
          /Resources << /Font << /F1 3 0 R >> /XObject << /X 6 0 R >> >> >>"
            .to_vec(),
        stream("", words.as_bytes()),
        stream(stream_fields, content),
    ])
}

#[test]
fn streams_of_a_pdf_that_grow_are_told_wherever_they_lie_and_large_ones_are_read() {
    let Some(mut ground) = Ground::find() else {
        return;
    };
    ground.settings.ocr = documents::Ocr::Off;
    let twice = zlib(&[&b"\x78\x01"[..], &deflated(b" ", 64)].concat());
    for (name, bytes) in [
        (
            "form.pdf",
            page_with(
                "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Filter [/FlateDecode /FlateDecode]",
                &twice,
                "/X Do",
            ),
        ),
        (
            "font.pdf",
            page_with("/Filter [/FlateDecode /FlateDecode]", &twice, ""),
        ),
        (
            "unused.pdf",
            page_with("/Filter [/FlateDecode /FlateDecode]", &twice, ""),
        ),
    ] {
        let account = ground.read(name, &bytes);
        check(&account, &[Reason::Bomb]);
        assert!(account.pages.is_empty(), "{name} was read all the same");
        let told = &account.unread[0];
        assert!(
            told.place
                .as_deref()
                .is_some_and(|place| place.starts_with("object")),
            "{told:?}"
        );
        assert!(told.words.contains("grows to more than"), "{told:?}");
    }
    // Thirty megabytes of steps that draw nothing are large, and no bomb.
    let drawing = zlib(&b"0 0 m 1 1 l S\n".repeat((30 << 20) / 14));
    let large = page_with(
        "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Filter /FlateDecode",
        &drawing,
        "",
    );
    let account = ground.read("large.pdf", &large);
    assert!(
        account.text().contains("anybody can read"),
        "{:?}",
        account.unread
    );
    // A picture of one colour grows more than anything else, and is left to who draws it.
    let white = zlib(&vec![0xff; 40 << 20]);
    let picture = page_with(
        "/Type /XObject /Subtype /Image /Width 6400 /Height 6553 /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode",
        &white,
        "",
    );
    let account = ground.read("white.pdf", &picture);
    assert!(
        account.text().contains("anybody can read"),
        "{:?}",
        account.unread
    );
}

#[test]
fn a_pdf_of_blank_pages_says_that_no_text_stands_on_them() {
    let Some(mut ground) = Ground::find() else {
        return;
    };
    ground.settings.ocr = documents::Ocr::Off;
    let account = ground.read("blank.pdf", &pages(&[" ", " "]));
    assert!(!account.unread.is_empty(), "{account:?}");
}
