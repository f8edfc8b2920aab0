//! Mail: the text of a message, its header, and what is attached to it as parts.

use std::fs::File;
use std::io::{BufReader, Cursor};

use documents::Reason;
use mail_parser::mailbox::mbox::MessageIterator;
use mail_parser::{Address, HeaderValue, Message, MessageParser, MimeHeaders as _, PartType};

use crate::archive;
use crate::findings::Findings;
use crate::libraries;

const SOURCE: &str = "header of the message";

/// Reads one message.
pub fn message(bytes: &[u8], findings: &mut Findings) {
    findings.library(libraries::MAIL_PARSER);
    let Some(message) = MessageParser::default().parse(bytes) else {
        findings.unread(Reason::Damaged, "it cannot be read as mail");
        return;
    };
    header(&message, findings);
    let text = text_of(&message);
    let page = format!("{}\n\n{text}", heading(&message));
    findings.page(&page, false, None);
    attachments(&message, findings);
}

/// Reads a mailbox, each message as a part.
pub fn mailbox(file: File, findings: &mut Findings) {
    findings.library(libraries::MAIL_PARSER);
    let mut list = String::new();
    for (number, message) in (1_u32..).zip(MessageIterator::new(BufReader::new(file))) {
        let message = match message {
            Ok(message) => message,
            Err(error) => {
                findings.unread(Reason::Damaged, format!("the mailbox breaks off: {error}"));
                break;
            }
        };
        let bytes = message.unwrap_contents();
        if let Some(parsed) = MessageParser::default().parse_headers(&bytes[..]) {
            list.push_str(&heading(&parsed));
            list.push_str("\n\n");
        }
        let name = format!("message {number}.eml");
        if !findings.part(&name, Vec::new(), None, &mut Cursor::new(bytes)) {
            break;
        }
    }
    findings.page(list.trim(), false, None);
}

/// The lines that a person reads above a message.
fn heading(message: &Message<'_>) -> String {
    let mut lines = Vec::new();
    for (word, address) in [
        ("From", message.from()),
        ("To", message.to()),
        ("Cc", message.cc()),
    ] {
        if let Some(address) = address {
            lines.push(format!("{word}: {}", addresses(address).join(", ")));
        }
    }
    if let Some(date) = message.date() {
        lines.push(format!("Date: {}", date.to_rfc3339()));
    }
    if let Some(subject) = message.subject() {
        lines.push(format!("Subject: {subject}"));
    }
    lines.join("\n")
}

fn header(message: &Message<'_>, findings: &mut Findings) {
    for (field, address) in [
        ("author", message.from()),
        ("sender", message.sender()),
        ("to", message.to()),
        ("cc", message.cc()),
        ("bcc", message.bcc()),
        ("reply to", message.reply_to()),
    ] {
        for address in address.map(addresses).unwrap_or_default() {
            findings.tell(field, &address, SOURCE);
        }
    }
    if let Some(date) = message.date() {
        findings.tell("sent", &date.to_rfc3339(), SOURCE);
    }
    findings.tell("subject", message.subject().unwrap_or_default(), SOURCE);
    findings.tell(
        "message id",
        message.message_id().unwrap_or_default(),
        SOURCE,
    );
    for (name, value) in message.headers_raw() {
        let known = [
            "received",
            "x-mailer",
            "user-agent",
            "x-originating-ip",
            "in-reply-to",
        ];
        if known.contains(&name.to_ascii_lowercase().as_str()) {
            let line: Vec<&str> = value.split_whitespace().collect();
            findings.tell(&name.to_ascii_lowercase(), &line.join(" "), SOURCE);
        }
    }
    if let HeaderValue::DateTime(date) = message.resent_date() {
        findings.tell("resent", &date.to_rfc3339(), SOURCE);
    }
}

fn addresses(address: &Address<'_>) -> Vec<String> {
    address
        .iter()
        .map(|one| match (&one.name, &one.address) {
            (Some(name), Some(address)) => format!("{name} <{address}>"),
            (Some(only), None) | (None, Some(only)) => only.to_string(),
            (None, None) => String::new(),
        })
        .filter(|one| !one.is_empty())
        .collect()
}

/// The text of a message; where there is only a page, the text of the page.
fn text_of(message: &Message<'_>) -> String {
    let count = message.text_body_count().max(1);
    let texts: Vec<String> = (0..count)
        .filter_map(|at| message.body_text(at))
        .map(|text| text.into_owned())
        .collect();
    texts.join("\n\n")
}

fn attachments(message: &Message<'_>, findings: &mut Findings) {
    for (number, part) in (1_u32..).zip(message.attachments()) {
        let given = part.attachment_name().map(str::to_owned);
        let (ending, bytes): (&str, &[u8]) = match &part.body {
            PartType::Message(inner) => (".eml", inner.raw_message()),
            PartType::Html(_) => (".html", part.contents()),
            PartType::Text(_) => (".txt", part.contents()),
            _ => ("", part.contents()),
        };
        let inner = part.message().and_then(Message::subject).map(str::to_owned);
        let name = given
            .or_else(|| inner.map(|subject| format!("{subject}.eml")))
            .unwrap_or_else(|| format!("attachment {number}{ending}"));
        let marks = archive::marks_of(&name);
        if !findings.part(&name, marks, None, &mut Cursor::new(bytes)) {
            return;
        }
    }
}
