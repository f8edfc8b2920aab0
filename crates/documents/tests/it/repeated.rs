//! Making an account again from its recipe.

use documents::{Ocr, Reason};

use crate::ground::Ground;
use crate::made::{Zip, docx, gzip_of_zeros, odt, pages, word, xlsx};

const MAIL: &[u8] = b"From: Ann <ann@example.org>\r\nTo: bo@example.org\r\nSubject: Minutes\r\nDate: Mon, 3 May 2032 10:00:00 +0200\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee the minutes.\r\n--b\r\nContent-Type: text/plain; name=\"minutes.txt\"\r\nContent-Disposition: attachment; filename=\"minutes.txt\"\r\n\r\nNothing was decided.\r\n--b--\r\n";

/// Text, documents, mail with attachments and archives are read twice, the second time with what the recipe of the
/// first names. Where the machine decided what was read, the recipe says that it cannot be repeated.
#[test]
fn evid_04_a_recipe_run_again_gives_the_same_hash_or_says_it_cannot_c1() {
    let Some(mut ground) = Ground::find() else {
        return;
    };
    ground.settings.words = true;
    for (name, bytes) in [
        ("a.txt", b"Some words".to_vec()),
        (
            "a.html",
            b"<html><head><title>T</title></head><body>Some words</body></html>".to_vec(),
        ),
        (
            "a.pdf",
            pages(&[
                "A page with a good many words on it",
                "And one more page like it",
            ]),
        ),
        ("a.docx", docx(&word("", "Some words"))),
        ("a.odt", odt("", "Some words")),
        (
            "a.xlsx",
            xlsx(|zip| {
                zip.file("xl/worksheets/sheet1.xml", b"<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData><row r=\"1\"><c r=\"A1\"><v>7</v></c></row></sheetData></worksheet>")
            }),
        ),
        ("a.eml", MAIL.to_vec()),
        (
            "a.zip",
            Zip::default().file("one", b"1").file("two", b"2").end(),
        ),
        ("zeros.gz", gzip_of_zeros(3)),
    ] {
        let first = ground.read(name, &bytes);
        assert!(first.recipe.repeatable, "{name}: {:?}", first.unread);
        assert!(
            first
                .recipe
                .steps
                .iter()
                .all(|step| !step.version.is_empty()),
            "{name}"
        );
        assert!(
            first.recipe.steps.len() >= 2,
            "{name}: {:?}",
            first.recipe.steps
        );
        ground.settings = first.recipe.settings.clone();
        ground.limits = first.recipe.limits.clone();
        let again = ground.read(name, &bytes);
        assert_eq!(first.digest(), again.digest(), "{name}");
        assert_eq!(first.recipe, again.recipe, "{name}");
        assert_eq!(first.original, again.original, "{name}");
        let other = ground.read(
            name,
            &pages(&["Something else altogether, with other words"]),
        );
        assert_ne!(first.digest(), other.digest(), "{name}");
    }
    ground.limits.memory_bytes = 220 << 20;
    ground.settings.ocr = Ocr::Off;
    let mut heavy = vec![b' '; 40 << 20];
    heavy.extend(b"words");
    let account = ground.read("heavy.html", &[b"<html><body>".to_vec(), heavy].concat());
    let by_machine = account
        .unread
        .iter()
        .any(|unread| unread.reason.depends_on_machine());
    assert_eq!(account.recipe.repeatable, !by_machine);
    ground.limits.memory_bytes = 1 << 30;
    ground.limits.wall_seconds = 0;
    let account = ground.read("a.txt", b"Some words");
    assert!(account.reasons().contains(&Reason::Time));
    assert!(!account.recipe.repeatable);
}
