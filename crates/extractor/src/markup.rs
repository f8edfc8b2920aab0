//! XML, read for its text alone. No entity is expanded and nothing outside is fetched.

use documents::Reason;
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::findings::Findings;
use crate::libraries;
use crate::text;

/// Elements in elements, at most.
const DEEPEST: u32 = 10_000;

/// Reads the text and attributes' words of an XML file.
pub fn read(bytes: &[u8], findings: &mut Findings) {
    findings.library(libraries::QUICK_XML);
    findings.library(libraries::CHARDETNG);
    findings.library(libraries::ENCODING_RS);
    let decoded = text::decode(bytes, text::declared(bytes).as_deref());
    findings.tell("character set", decoded.charset, "the bytes themselves");
    let mut reader = Reader::from_str(&decoded.text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    let mut found = String::new();
    let mut depth = 0_u32;
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(Event::Start(_)) => {
                depth = depth.saturating_add(1);
                if depth > DEEPEST {
                    findings.unread(
                        Reason::TooDeep,
                        format!("more than {DEEPEST} elements lie one in another"),
                    );
                    break;
                }
            }
            Ok(Event::End(_)) => {
                depth = depth.saturating_sub(1);
                new_line(&mut found);
            }
            Ok(Event::Text(text)) => found.push_str(&text),
            Ok(Event::CData(text)) => found.push_str(&text),
            Ok(Event::GeneralRef(name)) => found.push_str(&entity(&name)),
            Ok(Event::DocType(declared)) => told_of_entities(&declared, findings),
            Ok(_) => {}
            Err(error) => {
                findings.unread(Reason::Damaged, format!("it stops being XML: {error}"));
                break;
            }
        }
    }
    findings.page(found.trim(), false, None);
}

fn new_line(text: &mut String) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

/// The letter that a reference names, or the reference itself: what it was declared to be is not looked up.
fn entity(name: &str) -> String {
    let number = name.strip_prefix('#').and_then(|number| {
        number.strip_prefix(['x', 'X']).map_or_else(
            || number.parse().ok(),
            |hex| u32::from_str_radix(hex, 16).ok(),
        )
    });
    if let Some(letter) = number.and_then(char::from_u32) {
        return letter.to_string();
    }
    match name {
        "lt" => "<".to_owned(),
        "gt" => ">".to_owned(),
        "amp" => "&".to_owned(),
        "quot" => "\"".to_owned(),
        "apos" => "'".to_owned(),
        other => format!("&{other};"),
    }
}

fn told_of_entities(declared: &str, findings: &mut Findings) {
    if declared.contains("<!ENTITY") {
        findings.unread_at(
            "document type",
            Reason::Outside,
            "it declares entities of its own, which are never expanded",
        );
    } else if declared.contains("SYSTEM") || declared.contains("PUBLIC") {
        findings.tell("document type", declared, "document type declaration");
    }
}
