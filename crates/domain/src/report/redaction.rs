//! Redacted copies: chosen passages are taken out of the document itself, before any page or file is made of it.

use super::{Block, Document, Run};

/// What stands where a passage was. Its length tells nothing of the passage's.
pub const BLACK: &str = "\u{2588}\u{2588}\u{2588}\u{2588}\u{2588}";

/// Most passages of one copy.
pub const MOST: usize = 200;

/// Shortest passage, in letters and digits; a shorter one would take whole words apart.
pub const SHORTEST: usize = 2;

/// Passages that cannot be taken out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RedactionError {
    /// A passage is not in the document.
    #[error("`{0}` does not stand in the report")]
    NotThere(String),
    /// A passage is too short, or there are none or too many.
    #[error("names no passage, more than 200, or one of fewer than 2 letters")]
    Count,
}

impl Document {
    /// The same document without some passages, however they are written in capitals or small letters, and how many times
    /// something was taken out. What only the program reads (statements, findings, hashes of exhibits) is taken out too.
    ///
    /// # Errors
    /// [`RedactionError`] when a passage is not there.
    pub fn redacted(&self, passages: &[String]) -> Result<(Self, usize), RedactionError> {
        let letters = |text: &String| text.chars().filter(|c| c.is_alphanumeric()).count();
        if passages.is_empty()
            || passages.len() > MOST
            || passages.iter().any(|passage| letters(passage) < SHORTEST)
        {
            return Err(RedactionError::Count);
        }
        let mut copy = Self {
            relies: Vec::new(),
            findings: Vec::new(),
            exhibits: Vec::new(),
            roles: Vec::new(),
            ..self.clone()
        };
        let mut times = 0;
        // The longest first: a short passage inside a long one must not keep the long one from being found.
        let mut ordered: Vec<&String> = passages.iter().collect();
        ordered.sort_by_key(|passage| std::cmp::Reverse(passage.chars().count()));
        for passage in ordered {
            if !self.says(passage) {
                return Err(RedactionError::NotThere(passage.clone()));
            }
            copy.each(&mut |text| times += black(text, passage));
            copy.across(passage, &mut times);
        }
        Ok((copy, times))
    }

    /// Whether a passage stands in it, across the pieces of a paragraph too.
    fn says(&self, passage: &str) -> bool {
        let sought = folded(passage);
        let mut found = false;
        let mut copy = self.clone();
        copy.each(&mut |text| found |= folded(text).contains(&sought));
        found || self.blocks.iter().any(|block| across(block, &sought))
    }

    /// Every text in it, to be changed.
    fn each(&mut self, change: &mut dyn FnMut(&mut String)) {
        change(&mut self.title);
        change(&mut self.drafted_by);
        for block in &mut self.blocks {
            match block {
                Block::Heading { text, .. } | Block::Byline { text, .. } => change(text),
                Block::Paragraph { runs } | Block::Quote { runs } => in_runs(runs, change),
                Block::List { items } => items.iter_mut().for_each(|runs| in_runs(runs, change)),
                Block::Sources { notes } => {
                    for note in notes {
                        for text in [
                            &mut note.about,
                            &mut note.said,
                            &mut note.source,
                            &mut note.now,
                        ] {
                            change(text);
                        }
                    }
                }
                Block::Table {
                    caption,
                    head,
                    rows,
                } => {
                    change(caption);
                    head.iter_mut().for_each(&mut *change);
                    rows.iter_mut().flatten().for_each(&mut *change);
                }
            }
        }
    }

    /// Takes out paragraphs in which a passage runs across a citation: whole, for its pieces do not hold it.
    fn across(&mut self, passage: &str, times: &mut usize) {
        let sought = folded(passage);
        for block in &mut self.blocks {
            if across(block, &sought) {
                *times += 1;
                *block = Block::Paragraph {
                    runs: vec![Run::Text(BLACK.to_owned())],
                };
            }
        }
    }
}

fn in_runs(runs: &mut [Run], change: &mut dyn FnMut(&mut String)) {
    for run in runs {
        if let Run::Text(text) = run {
            change(text);
        }
    }
}

fn across(block: &Block, sought: &str) -> bool {
    let whole = |runs: &Vec<Run>| -> String {
        let texts = runs.iter().filter_map(|run| match run {
            Run::Text(text) => Some(text.as_str()),
            Run::Cite(_) => None,
        });
        folded(&texts.collect::<String>())
    };
    match block {
        Block::Paragraph { runs } | Block::Quote { runs } => whole(runs).contains(sought),
        Block::List { items } => items.iter().any(|runs| whole(runs).contains(sought)),
        _ => false,
    }
}

/// A text as passages are compared: small letters, without blanks, hyphens and what cannot be seen. A line break or a
/// hyphen of the page makes no difference.
pub fn folded(text: &str) -> String {
    text.chars()
        .filter(|c| !ignored(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

fn ignored(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '-' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{200b}'..='\u{200f}' | '\u{feff}')
}

/// Replaces a passage wherever it stands, compared as [`folded`] does; answers how many times.
fn black(text: &mut String, passage: &str) -> usize {
    let sought: Vec<char> = folded(passage).chars().collect();
    // Each folded letter with the bytes of the letter it came from.
    let mut letters: Vec<(char, usize, usize)> = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| !ignored(*c)) {
        letters.extend(c.to_lowercase().map(|small| (small, at, at + c.len_utf8())));
    }
    let mut kept = String::new();
    let (mut from, mut at, mut times) = (0, 0, 0);
    while let Some(window) = letters.get(at..at + sought.len()) {
        let found = window.iter().map(|(c, ..)| c).eq(sought.iter());
        match (found, window.first(), window.last()) {
            (true, Some((_, start, _)), Some((.., end))) => {
                kept.push_str(text.get(from..*start).unwrap_or(""));
                kept.push_str(BLACK);
                from = *end;
                at += sought.len();
                times += 1;
            }
            _ => at += 1,
        }
    }
    if times > 0 {
        kept.push_str(text.get(from..).unwrap_or(""));
        *text = kept;
    }
    times
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(runs: Vec<Run>) -> Document {
        Document {
            form: super::super::FORM.into(),
            case: "2026-0001".into(),
            title: "Berth 7".into(),
            version: 1,
            template: ("full".into(), String::new()),
            drafted_by: "Ines".into(),
            drafted_at: String::new(),
            blocks: vec![
                Block::Paragraph { runs },
                Block::Table {
                    caption: "Subjects".into(),
                    head: vec!["Name".into()],
                    rows: vec![vec!["Oda  KARLSEN, captain".into()]],
                },
            ],
            relies: Vec::new(),
            findings: Vec::new(),
            exhibits: Vec::new(),
            roles: Vec::new(),
        }
    }

    #[test]
    fn a_passage_goes_wherever_it_stands_and_however_it_is_broken() {
        let text = |text: &str| Run::Text(text.into());
        for runs in [
            vec![text("It was Oda Karlsen who paid.")],
            vec![text("It was oda\u{ad} Karl-\nsen who paid.")],
            vec![text("It was Oda "), Run::Cite(1), text("Karlsen who paid.")],
        ] {
            let (copy, times) = document(runs).redacted(&["Oda Karlsen".into()]).unwrap();
            assert_eq!(times, 2);
            let bytes = String::from_utf8(copy.bytes().unwrap()).unwrap();
            assert!(!folded(&bytes).contains("odakarlsen"), "{bytes}");
            assert!(bytes.contains(&format!("{BLACK}, captain")), "{bytes}");
        }
        let all = document(vec![text("ab")]);
        for (passages, wrong) in [
            (vec![], RedactionError::Count),
            (vec!["a".to_owned()], RedactionError::Count),
            (vec!["--".to_owned()], RedactionError::Count),
            (
                vec!["Mirel".to_owned()],
                RedactionError::NotThere("Mirel".into()),
            ),
        ] {
            assert_eq!(all.redacted(&passages), Err(wrong));
        }
    }

    #[test]
    fn a_short_passage_inside_a_long_one_hides_neither() {
        let runs = vec![Run::Text("Oda Karlsen-Berg and Berg".into())];
        let passages = ["Berg".to_owned(), "Oda Karlsen-Berg".to_owned()];
        let (copy, _) = document(runs).redacted(&passages).unwrap();
        let bytes = String::from_utf8(copy.bytes().unwrap()).unwrap();
        assert!(!bytes.contains("Berg") && bytes.contains(&format!("{BLACK} and {BLACK}")));
    }
}
