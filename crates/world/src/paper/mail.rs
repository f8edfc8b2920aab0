//! A mail message (RFC 5322) with a text and attachments in MIME.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::date::Date;

/// A mail before it is sent.
pub(crate) struct Mail<'a> {
    pub(crate) number: u64,
    pub(crate) from: (&'a str, &'a str),
    pub(crate) to: (&'a str, &'a str),
    pub(crate) date: Date,
    pub(crate) subject: &'a str,
    pub(crate) paragraphs: &'a [String],
    /// File name, media type and bytes.
    pub(crate) attachments: &'a [(&'a str, &'a str, Vec<u8>)],
}

/// The message as bytes, lines ending in CR LF.
pub(crate) fn message(mail: &Mail<'_>) -> Vec<u8> {
    let boundary = format!("=_merravin_{:06}", mail.number);
    let mut text = String::new();
    for (name, value) in [
        ("From", addressed(mail.from)),
        ("To", addressed(mail.to)),
        ("Subject", worded(mail.subject)),
        (
            "Date",
            mail.date.mail(8 + mail.number % 9, mail.number * 7 % 60),
        ),
        (
            "Message-ID",
            format!("<{:06}.merravin@post.example>", mail.number),
        ),
        ("MIME-Version", "1.0".to_owned()),
        (
            "Content-Type",
            format!("multipart/mixed; boundary=\"{boundary}\""),
        ),
    ] {
        line(&mut text, &format!("{name}: {value}"));
    }
    line(&mut text, "");
    part(
        &mut text,
        &boundary,
        "text/plain; charset=utf-8",
        None,
        mail.paragraphs.join("\r\n\r\n").as_bytes(),
    );
    for (name, media, bytes) in mail.attachments {
        part(&mut text, &boundary, media, Some(name), bytes);
    }
    line(&mut text, &format!("--{boundary}--"));
    text.into_bytes()
}

fn part(text: &mut String, boundary: &str, media: &str, file: Option<&str>, bytes: &[u8]) {
    line(text, &format!("--{boundary}"));
    line(text, &format!("Content-Type: {media}"));
    line(text, "Content-Transfer-Encoding: base64");
    if let Some(file) = file {
        line(
            text,
            &format!("Content-Disposition: attachment; filename=\"{file}\""),
        );
    }
    line(text, "");
    // A line of 76 letters holds 57 bytes.
    for chunk in bytes.chunks(57) {
        line(text, &STANDARD.encode(chunk));
    }
}

fn line(text: &mut String, content: &str) {
    // Writing to a string cannot fail.
    let _ = write!(text, "{content}\r\n");
}

fn addressed((name, address): (&str, &str)) -> String {
    format!("{} <{address}>", worded(name))
}

/// A header value; beyond ASCII as encoded words (RFC 2047), each at most 45 bytes of text.
fn worded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut words = vec![String::new()];
    for sign in text.chars() {
        if words
            .last()
            .is_some_and(|word| word.len() + sign.len_utf8() > 42)
        {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(sign);
        }
    }
    let encoded: Vec<String> = words
        .iter()
        .map(|word| format!("=?utf-8?B?{}?=", STANDARD.encode(word)))
        .collect();
    encoded.join("\r\n ")
}
