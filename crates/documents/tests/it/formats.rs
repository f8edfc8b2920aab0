//! What is read of each format.

use documents::{Account, Ocr, Reason};

use crate::ground::Ground;
use crate::made::{Zip, docx, odt, pages, word};

fn told(account: &Account, field: &str, value: &str) -> bool {
    [&account.dates, &account.authors, &account.metadata]
        .iter()
        .any(|list| {
            list.iter().any(|told| {
                told.field == field && told.value.contains(value) && !told.source.is_empty()
            })
        })
}

#[test]
fn text_is_read_in_any_character_set() {
    let Some(ground) = Ground::find() else {
        return;
    };
    let check = |bytes: &[u8], expected: &str| {
        let account = ground.read("a.txt", bytes);
        assert!(account.text().contains(expected), "{}", account.text());
    };
    check("größer".as_bytes(), "größer");
    check(b"\xff\xfeg\0r\0\xf6\0\xdf\0e\0r\0", "größer");
    check(
        b"Die Stra\xdfe ist l\xe4nger und gr\xf6\xdfer als fr\xfcher.",
        "größer",
    );
    let russian = b"\x91\xae\xae\xa1\xe9\xa5\xad\xa8\xa5 \xae \xa7\xa0\xe1\xa5\xa4\xa0\xad\xa8\xa8 \xaa\xae\xac\xa8\xe1\xe1\xa8\xa8 \xaf\xae \xa4\xa5\xab\xa0\xac";
    check(russian, "Сообщение о заседании");
}

#[test]
fn a_pdf_is_read_page_by_page_with_the_places_of_words() {
    let Some(mut ground) = Ground::find() else {
        return;
    };
    ground.settings.words = true;
    let account = ground.read(
        "a.pdf",
        &pages(&[
            "First page with enough words",
            "Second page with other words",
        ]),
    );
    assert_eq!(account.pages.len(), 2, "{account:?}");
    assert!(account.pages[1].text.contains("Second page"));
    assert_eq!(account.pages[1].number, 2);
    let words = account.pages[0].words.as_ref().unwrap();
    let first = words.iter().find(|word| word.text == "First").unwrap();
    // The line stands 700 points above the lower edge of a page of 842, in letters of 24.
    assert!((first.left - 72.0).abs() < 2.0, "{first:?}");
    assert!(first.top > 110.0 && first.top < 145.0, "{first:?}");
    assert!(first.width > 30.0 && first.width < 70.0, "{first:?}");
}

#[test]
fn a_picture_of_text_is_recognised_or_told_as_unread() {
    let Some(mut ground) = Ground::find() else {
        return;
    };
    let painter = std::path::Path::new("/usr/bin/pdftoppm");
    if !painter.is_file() || !std::path::Path::new("/usr/bin/tesseract").is_file() {
        println!("skipped: tesseract or pdftoppm is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.pdf");
    std::fs::write(&page, pages(&["The committee decided nothing"])).unwrap();
    let drawn = std::process::Command::new(painter)
        .args(["-r", "150", "-png", "-singlefile"])
        .arg(&page)
        .arg(folder.path().join("page"))
        .status();
    assert!(drawn.unwrap().success());
    let picture = std::fs::read(folder.path().join("page.png")).unwrap();
    ground.settings.words = true;
    let account = ground.read("page.png", &picture);
    assert!(account.text().contains("committee decided"), "{account:?}");
    assert!(account.pages[0].recognised);
    assert!(
        account.pages[0]
            .words
            .as_ref()
            .unwrap()
            .iter()
            .any(|word| word.text == "committee")
    );
    assert!(
        account
            .recipe
            .steps
            .iter()
            .any(|step| step.name.starts_with("tesseract"))
    );
    ground.settings.ocr = Ocr::Off;
    let account = ground.read("page.png", &picture);
    assert!(account.reasons().contains(&Reason::Picture));
    assert!(account.text().is_empty());
}

#[test]
fn office_documents_are_read_with_what_lies_in_them() {
    let Some(ground) = Ground::find() else {
        return;
    };
    assert!(
        ground
            .read("a.docx", &docx(&word("", "Words of a letter")))
            .text()
            .contains("Words of a letter")
    );
    assert!(
        ground
            .read("a.odt", &odt("", "Words of a note"))
            .text()
            .contains("Words of a note")
    );
    let with_another = Zip::default()
        .file("[Content_Types].xml", crate::made::CONTENT_TYPES.as_bytes())
        .file("_rels/.rels", crate::made::RELATIONS.as_bytes())
        .file("word/document.xml", word("", "Words around it").as_bytes())
        .file(
            "word/embeddings/inside.docx",
            &docx(&word("", "Words within")),
        )
        .end();
    let accounts = ground.read_all("a.docx", &with_another);
    assert_eq!(accounts.len(), 2);
    assert!(accounts[1].text().contains("Words within"));
}

#[test]
fn mail_is_read_with_its_header_and_attachments() {
    let Some(ground) = Ground::find() else {
        return;
    };
    let mail = "From: Ann Other <ann@example.org>\r\nTo: bo@example.org\r\nSubject: =?utf-8?q?Gr=C3=B6=C3=9Fe?=\r\nDate: Mon, 3 May 2032 10:00:00 +0200\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nSee the minutes.\r\n--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=\"../minutes.txt\"\r\n\r\nNothing was decided.\r\n--b--\r\n";
    let accounts = ground.read_all("a.eml", mail.as_bytes());
    let account = &accounts[0];
    assert_eq!(account.media_type, "message/rfc822");
    assert!(account.text().contains("See the minutes."));
    assert!(told(account, "author", "Ann Other <ann@example.org>"));
    assert!(told(account, "sent", "2032-05-03T10:00:00+02:00"));
    assert!(told(account, "subject", "Größe"));
    assert_eq!(account.parts[0].name, "../minutes.txt");
    assert!(!account.parts[0].marks.is_empty());
    assert!(accounts[1].text().contains("Nothing was decided."));
    let mailbox = format!(
        "From ann Mon May  3 10:00:00 2032\n{}\nFrom bo Tue May  4 10:00:00 2032\n{}",
        mail.replace("\r\n", "\n"),
        mail.replace("\r\n", "\n")
    );
    let accounts = ground.read_all("a.mbox", mailbox.as_bytes());
    assert_eq!(accounts[0].media_type, "application/mbox");
    assert_eq!(accounts[0].parts.len(), 2, "{:?}", accounts[0]);
    assert_eq!(accounts[0].parts[0].media_type, "message/rfc822");
}

#[test]
fn a_file_put_into_a_pdf_is_a_part() {
    let Some(ground) = Ground::find() else {
        return;
    };
    let with_file = crate::made::pdf(&[
        b"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(a) 3 0 R] >> >> >>"
            .to_vec(),
        b"<< /Type /Pages /Kids [] /Count 0 >>".to_vec(),
        b"<< /Type /Filespec /F (a.txt) /UF (a.txt) /EF << /F 4 0 R >> >>".to_vec(),
        crate::made::stream("/Type /EmbeddedFile", b"Words put into it"),
    ]);
    let account = ground.read("a.pdf", &with_file);
    assert_eq!(account.parts.len(), 1, "{account:?}");
    assert_eq!(account.parts[0].name, "a.txt");
}

#[test]
fn a_page_is_drawn_as_wide_as_asked_and_its_words_lie_on_it() {
    let Some(mut ground) = Ground::find() else {
        return;
    };
    if !std::path::Path::new("/usr/bin/pdftoppm").is_file() {
        println!("skipped: there is no pdftoppm");
        return;
    }
    let pdf = pages(&["First page with words", "Second page with others"]);
    let wide = |picture: &[u8]| u32::from_be_bytes(picture[16..20].try_into().unwrap());
    let picture = ground.draw("a.pdf", &pdf, 2, 160).unwrap();
    assert_eq!(wide(&picture), 160);
    assert!(ground.draw("a.pdf", &pdf, 3, 160).is_err());
    assert!(ground.draw("a.txt", b"words", 1, 160).is_err());
    // A picture is drawn anew, never wider than it is.
    let png = ground.draw("a.pdf", &pdf, 1, 1000).unwrap();
    assert_eq!(wide(&ground.draw("a.png", &png, 1, 160).unwrap()), 160);
    assert_eq!(wide(&ground.draw("a.png", &png, 1, 2000).unwrap()), 1000);

    ground.settings.words = true;
    let account = ground.read("a.pdf", &pdf);
    for page in &account.pages {
        let (width, height) = page.size.unwrap();
        for word in page.words.as_ref().unwrap() {
            assert!(
                word.left >= 0.0 && word.left + word.width <= width,
                "{word:?}"
            );
            assert!(
                word.top >= 0.0 && word.top + word.height <= height,
                "{word:?}"
            );
        }
    }
}

#[test]
fn a_file_in_a_file_in_a_file_is_taken_out_by_its_hash() {
    let Some(ground) = Ground::find() else { return };
    let inner = Zip::default()
        .file("deep.txt", b"the innermost words")
        .end();
    let outer = Zip::default().file("inner.zip", &inner).end();
    let all = ground.read_all("outer.zip", &outer);
    let wanted = &all[2].original.sha256;
    let found = ground.part("outer.zip", &outer, wanted).unwrap();
    assert_eq!(found, b"the innermost words");
    assert!(ground.part("outer.zip", &outer, &"0".repeat(64)).is_none());
}
