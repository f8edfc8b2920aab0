//! The passage of a value in which a question's words stand.

use crate::alike::{Leniency, alike};
use crate::words::{Word, words};

/// Letters shown before the first match, and in all.
const BEFORE: usize = 60;
const SHOWN: usize = 200;

/// A passage and where in it the matches are, as byte ranges.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Passage {
    pub text: String,
    pub marks: Vec<(usize, usize)>,
}

/// Cuts the passage around the first match out of the value that has most of the words.
pub(crate) fn passage<'a>(
    values: impl Iterator<Item = &'a str>,
    asked: &[&Word],
    leniency: Leniency,
) -> Passage {
    let mut best = (0, Passage::default());
    for value in values {
        let marks = marks(value, asked, leniency);
        if marks.len() > best.0 {
            best = (marks.len(), cut(value, &marks));
        }
    }
    best.1
}

fn marks(value: &str, asked: &[&Word], leniency: Leniency) -> Vec<(usize, usize)> {
    let mut marks = Vec::new();
    let mut begin = None;
    let ends = value.char_indices().map(Some).chain([None]);
    for letter in ends {
        let (place, inside) = match letter {
            Some((place, letter)) => (place, !letter.is_whitespace() && !is_border(letter)),
            None => (value.len(), false),
        };
        match (inside, begin) {
            (true, None) => begin = Some(place),
            (false, Some(from)) => {
                begin = None;
                let piece = value.get(from..place).unwrap_or_default();
                let met = words(piece)
                    .iter()
                    .any(|found| asked.iter().any(|asked| same(asked, found, leniency)));
                if met {
                    marks.push((from, place));
                }
            }
            _ => {}
        }
    }
    marks
}

fn same(asked: &Word, found: &Word, leniency: Leniency) -> bool {
    found.plain.contains(&asked.plain) && asked.script == crate::words::Script::Unspaced
        || alike(asked, found, leniency) > 0.6
}

fn is_border(letter: char) -> bool {
    matches!(letter, ',' | ';' | '(' | ')' | '/' | '-' | ':' | '"')
}

fn cut(value: &str, marks: &[(usize, usize)]) -> Passage {
    let first = marks.first().map_or(0, |(from, _)| *from);
    let before: Vec<usize> = value
        .char_indices()
        .map(|(place, _)| place)
        .take_while(|place| *place <= first)
        .collect();
    let start = before
        .len()
        .checked_sub(BEFORE)
        .and_then(|place| before.get(place).copied())
        .unwrap_or(0);
    let shown = value.get(start..).unwrap_or_default();
    let text: String = shown.chars().take(SHOWN).collect();
    let end = start + text.len();
    Passage {
        marks: marks
            .iter()
            .filter(|(from, to)| *from >= start && *to <= end)
            .map(|(from, to)| (from - start, to - start))
            .collect(),
        text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_passage_holds_the_words_and_marks_them() {
        let text = format!(
            "{} the Aldgrund dredger, again Aldgrund",
            "foreword ".repeat(50)
        );
        let asked = words("aldgrund");
        let asked: Vec<&Word> = asked.iter().collect();
        let leniency = Leniency {
            fuzzy: true,
            transliterate: true,
        };
        let passage = passage([text.as_str()].into_iter(), &asked, leniency);
        let marked: Vec<&str> = passage
            .marks
            .iter()
            .map(|(from, to)| &passage.text[*from..*to])
            .collect();
        assert_eq!(marked, ["Aldgrund", "Aldgrund"]);
        assert!(passage.text.chars().count() <= SHOWN);
    }
}
