//! A PDF of plain pages in Helvetica, one of the fonts that every reader brings. Text is in the
//! Windows Latin encoding; letters it lacks lose their marks.

use crate::names::script;

const LINE_LENGTH: usize = 86;
const LINES_A_PAGE: usize = 46;

/// The text as this font can print it.
pub(crate) fn printable(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for sign in text.chars() {
        if byte(sign).is_some() {
            result.push(sign);
        } else {
            let bare = script::unmarked(&sign.to_string());
            result.extend(
                bare.chars()
                    .map(|sign| if byte(sign).is_some() { sign } else { '?' }),
            );
        }
    }
    result
}

/// The sign's place in the Windows Latin encoding.
fn byte(sign: char) -> Option<u8> {
    match sign {
        ' '..='~' => u8::try_from(u32::from(sign)).ok(),
        '\u{a0}'..='\u{ff}' => u8::try_from(u32::from(sign)).ok(),
        'Š' => Some(0x8A),
        'š' => Some(0x9A),
        'Ž' => Some(0x8E),
        'ž' => Some(0x9E),
        '’' => Some(0x92),
        '–' => Some(0x96),
        _ => None,
    }
}

/// A document with a title and paragraphs, as many pages as it takes.
pub(crate) fn document(title: &str, paragraphs: &[String]) -> Vec<u8> {
    let mut lines = vec![printable(title), String::new()];
    for paragraph in paragraphs {
        lines.extend(wrapped(&printable(paragraph)));
        lines.push(String::new());
    }
    let pages: Vec<&[String]> = lines.chunks(LINES_A_PAGE).collect();
    let mut objects: Vec<Vec<u8>> = Vec::new();
    let kids: Vec<String> = (0..pages.len())
        .map(|page| format!("{} 0 R", 4 + page * 2))
        .collect();
    objects.push(b"<< /Type /Catalog /Pages 2 0 R >>".to_vec());
    objects.push(
        format!(
            "<< /Type /Pages /Kids [{}] /Count {} >>",
            kids.join(" "),
            pages.len()
        )
        .into_bytes(),
    );
    objects.push(
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
            .to_vec(),
    );
    for (number, page) in pages.iter().enumerate() {
        let content = content(page, number == 0);
        objects.push(
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents {} 0 R >>",
                5 + number * 2
            )
            .into_bytes(),
        );
        let mut stream = format!("<< /Length {} >>\nstream\n", content.len()).into_bytes();
        stream.extend(content);
        stream.extend(b"\nendstream");
        objects.push(stream);
    }
    assembled(&objects)
}

/// The drawing commands of one page.
fn content(lines: &[String], titled: bool) -> Vec<u8> {
    let mut commands = b"BT\n72 780 Td\n15 TL\n".to_vec();
    for (at, line) in lines.iter().enumerate() {
        let size = if titled && at == 0 { 16 } else { 11 };
        commands.extend(format!("/F1 {size} Tf\n(").into_bytes());
        for byte in line.chars().filter_map(byte) {
            if matches!(byte, b'(' | b')' | b'\\') {
                commands.push(b'\\');
            }
            commands.push(byte);
        }
        commands.extend(b") Tj T*\n");
    }
    commands.extend(b"ET");
    commands
}

/// Objects with the table of their places and the trailer.
fn assembled(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.extend(format!("{} 0 obj\n", at + 1).into_bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let start = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).into_bytes());
    for place in places {
        file.extend(format!("{place:010} 00000 n \n").into_bytes());
    }
    file.extend(
        format!(
            "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n",
            objects.len() + 1
        )
        .into_bytes(),
    );
    file
}

fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        if lines
            .last()
            .is_some_and(|line| line.len() + word.len() > LINE_LENGTH)
        {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}
