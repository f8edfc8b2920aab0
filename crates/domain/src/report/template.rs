//! Templates of reports: text with the names of documented variables, and nothing else that means anything.
//!
//! A line that begins with `#`, `##` or `###` and a blank is a heading. A line that is nothing but the name of a part,
//! `{{findings}}`, is replaced by that part. Any other lines are paragraphs, in which `{{case.number}}` and the other words
//! are filled in. A filled-in value is never read as a template again. There are no expressions, loops, files or
//! surroundings to reach: a name that is not in the lists is refused, and whatever stands outside braces is text.

use std::collections::BTreeMap;

use super::{Block, Run};

/// Words that can be filled in, with what each is.
pub const WORDS: [(&str, &str); 10] = [
    ("case.number", "number of the case"),
    ("case.title", "title of the case"),
    ("case.ground", "the facts that justify the case"),
    ("case.purpose", "its purpose"),
    ("case.basis", "its legal basis, with the source in law"),
    ("case.datasets", "the datasets it may look into"),
    ("case.decided", "who approved it and when"),
    ("case.expires", "the day on which it runs out"),
    ("report.version", "number of this version"),
    ("report.drafted", "who drafted it and when"),
];

/// Parts that stand on a line of their own, with what each is.
pub const PARTS: [(&str, &str); 7] = [
    (
        "subjects",
        "the subjects with their roles, and who gave each",
    ),
    (
        "findings",
        "findings of fact and assessments with their authors and sources",
    ),
    (
        "hypotheses",
        "each hypothesis with what speaks for, against and neither",
    ),
    (
        "negatives",
        "what was looked for and not found, and which matches people rejected",
    ),
    (
        "exhibits",
        "the exhibits with their hashes and where they come from",
    ),
    ("custody", "whose hands each exhibit went through"),
    (
        "method",
        "how records were put together, and what that cannot tell",
    ),
];

/// Longest template, in characters.
pub const LONGEST: usize = 20_000;

/// A template that cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A name is none of the documented ones.
    #[error("line {line}: `{name}` is no variable of a report")]
    Unknown {
        /// Line, from 1.
        line: usize,
        /// What stands between the braces.
        name: String,
    },
    /// A part stands inside a line.
    #[error("line {line}: `{name}` is a part and stands on a line of its own")]
    Inside {
        /// Line, from 1.
        line: usize,
        /// The part.
        name: String,
    },
    /// Braces are opened and not closed.
    #[error("line {0}: `{{{{` is not closed")]
    Open(usize),
    /// It says nothing, or too much.
    #[error("is empty or longer than 20000 characters")]
    Length,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Word(&'static str),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Line {
    Heading(u8, Vec<Piece>),
    Paragraph(Vec<Piece>),
    Part(&'static str),
}

/// A template that was read whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Line>);

/// What a template is filled with.
#[derive(Debug, Clone, Default)]
pub struct Filling {
    /// A value for each word.
    pub words: BTreeMap<&'static str, String>,
    /// Blocks for each part.
    pub parts: BTreeMap<&'static str, Vec<Block>>,
}

/// The templates that come with the program: name and text.
pub const STANDARD: [(&str, &str); 2] = [
    (
        "full",
        include_str!("../../../../policies/reports/full.txt"),
    ),
    (
        "findings",
        include_str!("../../../../policies/reports/findings.txt"),
    ),
];

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// [`TemplateError`] with the first line that cannot be kept.
    pub fn read(text: &str) -> Result<Self, TemplateError> {
        if text.trim().is_empty() || text.chars().count() > LONGEST {
            return Err(TemplateError::Length);
        }
        let mut lines = Vec::new();
        let mut paragraph = String::new();
        let mut began = 0;
        let close = |paragraph: &mut String, began: usize, lines: &mut Vec<Line>| {
            if !paragraph.is_empty() {
                lines.push(Line::Paragraph(pieces(paragraph, began)?));
                paragraph.clear();
            }
            Ok::<_, TemplateError>(())
        };
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            let level = line.bytes().take_while(|byte| *byte == b'#').count();
            let heading = line.get(level..).and_then(|rest| rest.strip_prefix(' '));
            if let Some(part) = alone(line) {
                close(&mut paragraph, began, &mut lines)?;
                lines.push(Line::Part(part));
            } else if let (1..=3, Some(words)) = (level, heading) {
                close(&mut paragraph, began, &mut lines)?;
                let level = u8::try_from(level).unwrap_or(3);
                lines.push(Line::Heading(level, pieces(words.trim(), number)?));
            } else if line.is_empty() {
                close(&mut paragraph, began, &mut lines)?;
            } else {
                if paragraph.is_empty() {
                    began = number;
                } else {
                    paragraph.push(' ');
                }
                pieces(line, number)?;
                paragraph.push_str(line);
            }
        }
        close(&mut paragraph, began, &mut lines)?;
        Ok(Self(lines))
    }

    /// Fills it in. Values are text: what looks like a variable in one stays as it is.
    pub fn filled(&self, filling: &Filling) -> Vec<Block> {
        let text = |pieces: &[Piece]| -> String {
            let filled = pieces.iter().map(|piece| match piece {
                Piece::Text(text) => text.as_str(),
                Piece::Word(name) => filling.words.get(name).map_or("", String::as_str),
            });
            filled.collect()
        };
        let mut blocks = Vec::new();
        for line in &self.0 {
            match line {
                Line::Heading(level, pieces) => blocks.push(Block::Heading {
                    level: *level,
                    text: text(pieces),
                }),
                Line::Paragraph(pieces) => blocks.push(Block::Paragraph {
                    runs: vec![Run::Text(text(pieces))],
                }),
                Line::Part(name) => {
                    blocks.extend(filling.parts.get(name).into_iter().flatten().cloned());
                }
            }
        }
        blocks
    }
}

/// The part that a line names and nothing else.
fn alone(line: &str) -> Option<&'static str> {
    let name = line.strip_prefix("{{")?.strip_suffix("}}")?.trim();
    part(name)
}

fn part(name: &str) -> Option<&'static str> {
    let found = PARTS.iter().find(|(part, _)| *part == name);
    found.map(|(part, _)| *part)
}

fn pieces(text: &str, line: usize) -> Result<Vec<Piece>, TemplateError> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").ok_or(TemplateError::Open(line))?;
        let name = name.trim();
        if part(name).is_some() {
            let name = name.to_owned();
            return Err(TemplateError::Inside { line, name });
        }
        let word = WORDS.iter().find(|(word, _)| *word == name);
        let (word, _) = word.ok_or_else(|| TemplateError::Unknown {
            line,
            name: name.chars().take(60).collect(),
        })?;
        if !before.is_empty() {
            found.push(Piece::Text(before.to_owned()));
        }
        found.push(Piece::Word(word));
        rest = after;
    }
    if !rest.is_empty() {
        found.push(Piece::Text(rest.to_owned()));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filling() -> Filling {
        let mut filling = Filling::default();
        filling.words.insert("case.number", "2026-0001".into());
        filling.words.insert(
            "case.title",
            "{{case.number}} #read(\"/etc/passwd\")".into(),
        );
        filling.parts.insert(
            "method",
            vec![Block::Paragraph {
                runs: vec![Run::Text("{{case.number}}".into())],
            }],
        );
        filling
    }

    fn said(text: &str) -> Vec<String> {
        let filled = Template::read(text).unwrap().filled(&filling());
        filled
            .into_iter()
            .map(|block| match block {
                Block::Heading { level, text } => format!("{level} {text}"),
                Block::Paragraph { runs } => match runs.as_slice() {
                    [Run::Text(text)] => text.clone(),
                    other => panic!("{other:?}"),
                },
                other => panic!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn the_templates_that_come_along_can_be_read() {
        for (name, text) in STANDARD {
            Template::read(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }

    #[test]
    fn in_04_only_documented_variables_are_filled_and_the_rest_is_text_or_refused_c1() {
        assert_eq!(
            said("# On {{ case.number }}\nSo\nit is.\n\n{{method}}\n"),
            ["1 On 2026-0001", "So it is.", "{{case.number}}"]
        );
        // A value is not read again, and what means something elsewhere is text here.
        assert_eq!(
            said("{{case.title}}"),
            ["{{case.number}} #read(\"/etc/passwd\")"]
        );
        for text in [
            "7*7 = ${7*7} #{7*7} <%= 7*7 %> #eval(\"7*7\")",
            "#include \"/etc/passwd\" #import sys.inputs",
            "{% for case in cases %} {case.title} {% endfor %}",
            "$HOME ${HOME} %PATH%",
        ] {
            assert_eq!(said(text), [text]);
        }
        for (text, name) in [
            ("x\n{{7*7}}", "7*7"),
            ("x\n{{case.__class__}}", "case.__class__"),
            ("x\n{{case.title.constructor}}", "case.title.constructor"),
            ("x\n{{cases[1].title}}", "cases[1].title"),
            ("x\n{{include /etc/passwd}}", "include /etc/passwd"),
            ("x\n{{env.HOME}}", "env.HOME"),
            ("x\n{{#each cases}}", "#each cases"),
        ] {
            let refused = TemplateError::Unknown {
                line: 2,
                name: name.into(),
            };
            assert_eq!(Template::read(text), Err(refused));
        }
        assert_eq!(
            Template::read("x {{case.title"),
            Err(TemplateError::Open(1))
        );
        assert!(matches!(
            Template::read("as {{findings}} say"),
            Err(TemplateError::Inside { line: 1, .. })
        ));
        assert_eq!(Template::read(" \n"), Err(TemplateError::Length));
    }
}
