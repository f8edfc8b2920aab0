//! Text of notes: a small part of Markdown, read into blocks that the template lays out. No HTML passes through.
//!
//! Known: `#` to `###` headings, paragraphs, `-` and `1.` lists, `>` quotations, `**strong**`, `*emphasis*`, `` `code` ``
//! and citations `[[statement-id]]`, which become numbered marks in order of first use. All else is text.

/// A block of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading inside the note.
    Heading(Vec<Span>),
    /// A paragraph.
    Paragraph(Vec<Span>),
    /// A quotation.
    Quote(Vec<Span>),
    /// A list with points.
    List(Vec<Vec<Span>>),
    /// A list with numbers.
    Numbered(Vec<Vec<Span>>),
}

/// A run of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    /// Plain text.
    Text(String),
    /// Strong text.
    Strong(String),
    /// Emphasised text.
    Emphasis(String),
    /// Identifiers and the like.
    Code(String),
    /// Citation: its number in the note, from 1.
    Cite(usize),
}

/// Reads the text of a note. Gives its blocks, and the statement ids cited in order of their numbers.
pub fn read(text: &str) -> (Vec<Block>, Vec<String>) {
    let mut cited = Vec::new();
    let mut blocks = Vec::new();
    let unified = text.replace("\r\n", "\n");
    for chunk in unified.split("\n\n") {
        read_chunk(chunk, &mut blocks, &mut cited);
    }
    (blocks, cited)
}

/// What kind of line this is, with its text after the mark.
enum Line<'a> {
    Heading(&'a str),
    Quote(&'a str),
    Point(&'a str),
    Number(&'a str),
    Plain(&'a str),
}

fn line_of(raw: &str) -> Line<'_> {
    let line = raw.trim();
    let after_hashes = line.trim_start_matches('#');
    if after_hashes.len() < line.len()
        && line.len() - after_hashes.len() <= 3
        && after_hashes.starts_with(' ')
    {
        return Line::Heading(after_hashes.trim());
    }
    if let Some(rest) = line.strip_prefix("> ") {
        return Line::Quote(rest);
    }
    if let Some(rest) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
        return Line::Point(rest);
    }
    let after_digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    match after_digits.strip_prefix(". ") {
        Some(rest) if after_digits.len() < line.len() => Line::Number(rest),
        _ => Line::Plain(line),
    }
}

fn read_chunk(chunk: &str, blocks: &mut Vec<Block>, cited: &mut Vec<String>) {
    let mut paragraph = String::new();
    let mut fresh = true;
    for raw in chunk.lines() {
        let line = line_of(raw);
        if !matches!(line, Line::Plain(_)) {
            end_paragraph(&mut paragraph, blocks, cited);
        }
        match line {
            Line::Plain("") => {}
            Line::Plain(text) => {
                if !paragraph.is_empty() {
                    paragraph.push(' ');
                }
                paragraph.push_str(text);
            }
            Line::Heading(text) => blocks.push(Block::Heading(spans(text, cited))),
            Line::Quote(text) => match blocks.last_mut() {
                Some(Block::Quote(quoted)) if !fresh => {
                    quoted.push(Span::Text(" ".to_owned()));
                    quoted.extend(spans(text, cited));
                }
                _ => blocks.push(Block::Quote(spans(text, cited))),
            },
            Line::Point(text) => match blocks.last_mut() {
                Some(Block::List(items)) => items.push(spans(text, cited)),
                _ => blocks.push(Block::List(vec![spans(text, cited)])),
            },
            Line::Number(text) => match blocks.last_mut() {
                Some(Block::Numbered(items)) => items.push(spans(text, cited)),
                _ => blocks.push(Block::Numbered(vec![spans(text, cited)])),
            },
        }
        fresh = false;
    }
    end_paragraph(&mut paragraph, blocks, cited);
}

fn end_paragraph(paragraph: &mut String, blocks: &mut Vec<Block>, cited: &mut Vec<String>) {
    if !paragraph.is_empty() {
        blocks.push(Block::Paragraph(spans(paragraph, cited)));
        paragraph.clear();
    }
}

/// Opening and closing marks of spans, in order of trial.
const MARKS: [(&str, &str); 4] = [("[[", "]]"), ("**", "**"), ("`", "`"), ("*", "*")];

fn spans(text: &str, cited: &mut Vec<String>) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    'text: while let Some(next) = rest.chars().next() {
        for (open, close) in MARKS {
            let inner = rest
                .strip_prefix(open)
                .and_then(|after| after.split_once(close));
            if let Some((inner, after)) = inner
                && !inner.is_empty()
                && !inner.starts_with(' ')
            {
                if open == "[[" {
                    plain.truncate(plain.trim_end().len());
                }
                if !plain.is_empty() {
                    spans.push(Span::Text(std::mem::take(&mut plain)));
                }
                spans.push(span_of(open, inner, cited));
                rest = after;
                continue 'text;
            }
        }
        plain.push(next);
        rest = rest.get(next.len_utf8()..).unwrap_or("");
    }
    if !plain.is_empty() {
        spans.push(Span::Text(plain));
    }
    spans
}

fn span_of(open: &str, inner: &str, cited: &mut Vec<String>) -> Span {
    match open {
        "[[" => {
            let id = inner.trim();
            let known = cited.iter().position(|other| other == id);
            Span::Cite(
                1 + known.unwrap_or_else(|| {
                    cited.push(id.to_owned());
                    cited.len() - 1
                }),
            )
        }
        "**" => Span::Strong(inner.to_owned()),
        "`" => Span::Code(inner.to_owned()),
        _ => Span::Emphasis(inner.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, wanted: &[Block], cited: &[&str]) {
        let (blocks, ids) = read(text);
        assert_eq!(blocks, wanted, "{text}");
        assert_eq!(ids, cited, "{text}");
    }

    fn plain(text: &str) -> Span {
        Span::Text(text.to_owned())
    }

    #[test]
    fn blocks_are_told_apart() {
        check(
            "one\ntwo\n\nthree",
            &[
                Block::Paragraph(vec![plain("one two")]),
                Block::Paragraph(vec![plain("three")]),
            ],
            &[],
        );
        check(
            "## Head\ntext",
            &[
                Block::Heading(vec![plain("Head")]),
                Block::Paragraph(vec![plain("text")]),
            ],
            &[],
        );
        check(
            "- a\n- b",
            &[Block::List(vec![vec![plain("a")], vec![plain("b")]])],
            &[],
        );
        check(
            "1. a\n2. b",
            &[Block::Numbered(vec![vec![plain("a")], vec![plain("b")]])],
            &[],
        );
        check(
            "> a\n> b",
            &[Block::Quote(vec![plain("a"), plain(" "), plain("b")])],
            &[],
        );
        check("", &[], &[]);
        check("#none", &[Block::Paragraph(vec![plain("#none")])], &[]);
    }

    #[test]
    fn citations_are_numbered_by_first_use() {
        check(
            "Paid [[b]] twice [[a]][[b]].",
            &[Block::Paragraph(vec![
                plain("Paid"),
                Span::Cite(1),
                plain(" twice"),
                Span::Cite(2),
                Span::Cite(1),
                plain("."),
            ])],
            &["b", "a"],
        );
    }

    #[test]
    fn unclosed_marks_and_html_stay_text() {
        check(
            "2 * 3 [[x **y <b>z</b>",
            &[Block::Paragraph(vec![plain("2 * 3 [[x **y <b>z</b>")])],
            &[],
        );
        check(
            "**a** *b* `c`",
            &[Block::Paragraph(vec![
                Span::Strong("a".into()),
                plain(" "),
                Span::Emphasis("b".into()),
                plain(" "),
                Span::Code("c".into()),
            ])],
            &[],
        );
    }
}
