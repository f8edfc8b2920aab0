//! Sets a report as a PDF: reads one order as JSON from standard input and writes the file to standard output.
//!
//! A program of its own because its library costs minutes to build and no room should wait for that. It knows no case: the
//! layout is fixed (`layout.typ`), the words come in as data and are never read as markup. It has no access to files, to the
//! network, to the clock or to its surroundings. What goes out is PDF/A-2a and tagged for PDF/UA-1, or nothing.

mod letters;
mod world;

use std::io::{Read as _, Write as _};
use std::process::ExitCode;

use typst::foundations::Smart;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

/// Longest order taken, in bytes.
const LONGEST: u64 = 64 << 20;

fn main() -> ExitCode {
    match set() {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            // The caller reads why there is no file from standard error.
            let _nobody_listens = writeln!(std::io::stderr(), "{reason}");
            ExitCode::FAILURE
        }
    }
}

fn set() -> Result<(), String> {
    let mut order = Vec::new();
    std::io::stdin()
        .take(LONGEST + 1)
        .read_to_end(&mut order)
        .map_err(|error| error.to_string())?;
    if order.len() as u64 > LONGEST {
        return Err("the order is longer than 64 MiB".to_owned());
    }
    let pdf = pdf(&order)?;
    std::io::stdout()
        .write_all(&pdf)
        .map_err(|error| error.to_string())
}

/// Makes the file of an order.
fn pdf(order: &[u8]) -> Result<Vec<u8>, String> {
    let mut told: serde_json::Value = serde_json::from_slice(order)
        .map_err(|error| format!("the order cannot be read: {error}"))?;
    let fonts = world::fonts();
    let foreign = letters::latinised(&mut told, &fonts);
    if let Some(fields) = told.as_object_mut() {
        fields.insert("foreign".to_owned(), foreign.into());
    }
    let world = world::Desk::new(fonts, told.to_string())?;
    let document = typst::compile::<PagedDocument>(&world)
        .output
        .map_err(|errors| said(&errors))?;
    let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
        .map_err(|error| error.message().to_string())?;
    let options = PdfOptions {
        creator: Smart::Custom(Some("Predicate".to_owned())),
        standards,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(|errors| said(&errors))
}

fn said(errors: &[typst::diag::SourceDiagnostic]) -> String {
    let words: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    words.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(words: &str) -> Vec<u8> {
        serde_json::json!({
            "title": words, "lang": "en", "date": [2026, 11, 28], "status": [words], "mark": "", "foot": words,
            "blocks": [
                { "block": "heading", "level": 1, "text": words },
                { "block": "heading", "level": 2, "text": "Findings" },
                { "block": "byline", "kind": "assessment", "text": words },
                { "block": "paragraph", "runs": [{ "text": words }, { "cite": 1 }] },
                { "block": "quote", "runs": [{ "text": words }] },
                { "block": "list", "items": [[{ "text": words }], [{ "cite": 1 }]] },
                { "block": "sources", "notes": [
                    { "number": 1, "about": words, "said": words, "source": words, "now": words },
                ] },
                { "block": "table", "caption": words, "head": ["Name", "Role"], "rows": [[words, words]] },
            ],
        })
        .to_string()
        .into_bytes()
    }

    #[test]
    fn an_order_becomes_a_file_that_says_what_it_is() {
        let file = pdf(&order("Berth 7")).unwrap();
        assert!(file.starts_with(b"%PDF-1.7"));
        let says = |what: &[u8]| file.windows(what.len()).any(|part| part == what);
        assert!(
            says(b"pdfaid") && says(b"pdfuaid"),
            "no claim of the standards"
        );
        assert_eq!(
            file,
            pdf(&order("Berth 7")).unwrap(),
            "the same order, the same bytes"
        );
    }

    #[test]
    fn words_are_never_read_as_markup_and_scripts_without_letters_are_written_in_latin() {
        for words in [
            "#read(\"/etc/passwd\") $x^2$ *b* _i_ @ref <label> // gone /* gone */ = head \\ #panic()",
            "עבד אל Ελλάς Борис",
            "عبد الرحمن بن يوسف 北方港口 ทดสอบ 👍",
            "\u{202e}reversed\u{0} \u{7f}",
        ] {
            pdf(&order(words)).unwrap();
        }
        assert!(pdf(b"{}").is_err());
        assert!(pdf(b"no order").is_err());
    }
}
