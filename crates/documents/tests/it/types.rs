//! What a file is, whatever it is called. In part UP-05: showing it is the product's.

use documents::Reason;

use crate::ground::Ground;
use crate::made::{Zip, docx, gzip, pages, word};

#[test]
fn the_type_comes_from_the_content_and_contradictions_are_told() {
    let Some(ground) = Ground::find() else {
        return;
    };
    let check = |name: &str, bytes: &[u8], media_type: &str, contradictions: &[&str]| {
        let account = ground.read(name, bytes);
        assert_eq!(account.media_type, media_type, "{name}");
        assert_eq!(
            account.contradictions.len(),
            contradictions.len(),
            "{name}: {:?}",
            account.contradictions
        );
        for words in contradictions {
            let told = account
                .contradictions
                .iter()
                .any(|told| told.contains(words));
            assert!(told, "{name}: {:?}", account.contradictions);
        }
        account
    };
    check(
        "picture.png",
        b"<html><body>Words</body></html>",
        "text/html",
        &["`.png`"],
    );
    let program = [
        &b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0"[..],
        &[0; 64],
    ]
    .concat();
    let account = check(
        "letter.pdf",
        &program,
        "application/x-executable",
        &["`.pdf`"],
    );
    assert!(account.reasons().contains(&Reason::Unsupported));
    let account = check("empty.docx", b"", "application/x-empty", &[]);
    assert!(account.reasons().contains(&Reason::Empty));
    check("plain.txt", b"Plain words\n", "text/plain", &[]);
    check("plain.pdf", b"Plain words\n", "text/plain", &["`.pdf`"]);
    check("packed", &gzip(b"x"), "application/gzip", &[]);
    check(
        "letter.zip",
        &docx(&word("", "Words")),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        &["`.zip`"],
    );
    // PDF, zip and HTML at once.
    let mut all = pages(&["Words of the page"]);
    all.splice(
        9..9,
        b"% <html><script>alert(1)</script></html>\n"
            .iter()
            .copied(),
    );
    let zip = Zip::default()
        .file("inside.txt", b"Words of the archive")
        .end();
    all.extend(zip);
    let account = check(
        "all.pdf",
        &all,
        "application/pdf",
        &["as a zip archive", "as HTML"],
    );
    assert_eq!(account.original.bytes, all.len() as u64);
}
