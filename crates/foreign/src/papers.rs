//! Documents, and the words in them.

use std::fs::{self, File};
use std::path::Path;

use documents::{Limits, Ocr, Order, Settings};
use domain::report::template::{Filling, Template};
use intake::mention::{self, Known, Names};

/// Any file that a case may be given, except that no picture is recognised: that is another program.
pub(crate) fn document(bytes: &[u8], folder: &Path) {
    let file = folder.join("paper");
    assert!(fs::write(&file, bytes).is_ok(), "the folder takes no file");
    let Ok(opened) = File::open(&file) else {
        return;
    };
    let order = Order {
        file,
        name: "paper".to_owned(),
        settings: Settings {
            ocr: Ocr::Off,
            words: true,
            ..Settings::default()
        },
        limits: Limits {
            memory_bytes: 1 << 30,
            output_bytes: 4 << 20,
            text_bytes: 1 << 20,
            parts: 100,
            ..Limits::default()
        },
        drawing: None,
    };
    let Some(account) = extractor::read_in(folder, &order, opened) else {
        return;
    };
    let length: usize = account.pages.iter().map(|page| page.text.len()).sum();
    assert!(
        length <= 1 << 20,
        "{length} bytes of text are more than may be"
    );
}

/// Text in which names and numbers are found: each is where it is said to be.
pub(crate) fn mention(bytes: &[u8], _: &Path) {
    let text = String::from_utf8_lossy(bytes);
    let known = ["Harbour Works Ltd", "Ilse Marn"].map(|name| Known {
        name: name.to_owned(),
        person: name == "Ilse Marn",
    });
    let names = Names::of(&known, str::to_lowercase);
    for found in mention::find(&text, &names) {
        let there: String = text.chars().skip(found.from).take(found.length).collect();
        assert!(
            there == found.quote,
            "{found:?} is not where it is said to be"
        );
    }
}

/// A template of reports.
pub(crate) fn template(bytes: &[u8], _: &Path) {
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(template) = Template::read(text)
    {
        let _blocks = template.filled(&Filling::default());
    }
}
