//! Words that were set letter by letter, put together again.
//!
//! Some PDF place each letter by itself, and our library takes wide steps for spaces: `p ending`. Another program tells the
//! words of the page with their places; where pieces that follow one another in a line are one of its words, which the text
//! lacks, they are joined. Where many words are lacking even then (cells of a table read across, letters of a word told far
//! from each other), the page is written anew from the words of the other program, line by line.

use std::collections::HashMap;

use documents::Word;

/// Pieces of which a word is put together.
const MOST_PIECES: usize = 24;

/// Spaces beyond the first that may stand between two pieces.
const MOST_BLANKS: usize = 2;

/// So many words at least, and so many in a hundred, must be lacking for a page to be written anew.
const MANY: usize = 5;
const MANY_IN_A_HUNDRED: usize = 3;

/// The text of a page, with which the words that another program tells agree.
pub fn agreed(text: &str, words: &[Word]) -> String {
    let joined = joined(text, words);
    let mut there: HashMap<String, usize> = HashMap::new();
    for word in joined.split_whitespace() {
        *there.entry(letters(word)).or_default() += 1;
    }
    let (mut all, mut lacking) = (0, 0);
    for word in words.iter().map(|word| letters(&word.text)) {
        if word.is_empty() {
            continue;
        }
        all += 1;
        match there.get_mut(&word) {
            Some(count) if *count > 0 => *count -= 1,
            _ => lacking += 1,
        }
    }
    match lacking >= MANY && lacking * 100 > all * MANY_IN_A_HUNDRED {
        true => line_by_line(words),
        false => joined,
    }
}

fn letters(word: &str) -> String {
    word.chars().filter(|sign| sign.is_alphanumeric()).collect()
}

fn line_by_line(words: &[Word]) -> String {
    let mut text = String::new();
    let mut before: Option<&Word> = None;
    for word in words {
        if let Some(before) = before {
            let (middle, ours) = (
                before.top + before.height / 2.0,
                word.top + word.height / 2.0,
            );
            let same = (middle - ours).abs() < before.height.min(word.height) / 2.0;
            text.push(if same { ' ' } else { '\n' });
        }
        text.push_str(&word.text);
        before = Some(word);
    }
    text
}

/// Joins pieces of a text that are words elsewhere.
fn joined(text: &str, words: &[Word]) -> String {
    let mut lacking: HashMap<&str, usize> = HashMap::new();
    for word in words {
        *lacking.entry(word.text.as_str()).or_default() += 1;
    }
    for word in text.split_whitespace() {
        if let Some(count) = lacking.get_mut(word) {
            *count = count.saturating_sub(1);
        }
    }
    lacking.retain(|word, count| *count > 0 && word.chars().count() > 1);
    if lacking.is_empty() {
        return text.to_owned();
    }
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| line_joined(line, &mut lacking))
        .collect();
    lines.join("\n")
}

fn line_joined(line: &str, lacking: &mut HashMap<&str, usize>) -> String {
    let pieces: Vec<&str> = line.split(' ').collect();
    let mut done: Vec<String> = Vec::with_capacity(pieces.len());
    let mut at = 0;
    while let Some(first) = pieces.get(at) {
        let mut whole = (*first).to_owned();
        let (mut found, mut blanks) = (None, 0);
        if !first.is_empty() {
            for (more, piece) in pieces.iter().skip(at + 1).take(MOST_PIECES).enumerate() {
                // Several spaces may stand between two letters, a wide gap parts columns.
                blanks = if piece.is_empty() { blanks + 1 } else { 0 };
                if blanks > MOST_BLANKS {
                    break;
                }
                whole.push_str(piece);
                if !piece.is_empty() && lacking.get(whole.as_str()).is_some_and(|count| *count > 0)
                {
                    found = Some((more + 2, whole.clone()));
                }
            }
        }
        match found {
            Some((count, word)) => {
                if let Some(left) = lacking.get_mut(word.as_str()) {
                    *left = left.saturating_sub(1);
                }
                done.push(word);
                at += count;
            }
            None => {
                done.push((*first).to_owned());
                at += 1;
            }
        }
    }
    done.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, words: &[&str], want: &str) {
        let word = |text: &&str| Word {
            text: (*text).to_owned(),
            left: 0.0,
            top: 0.0,
            width: 1.0,
            height: 1.0,
        };
        let words: Vec<Word> = words.iter().map(word).collect();
        assert_eq!(joined(text, &words), want, "{text}");
    }

    #[test]
    fn a_page_that_lacks_many_words_is_written_anew_line_by_line() {
        let word = |(text, top): (&str, f32)| Word {
            text: text.to_owned(),
            left: 0.0,
            top,
            width: 1.0,
            height: 10.0,
        };
        let words = [
            ("Policy", 0.0),
            ("Lead", 1.0),
            ("spending", 20.0),
            ("over", 20.0),
            ("500", 20.0),
            ("pounds", 40.0),
        ];
        let words: Vec<Word> = words.into_iter().map(word).collect();
        assert_eq!(
            agreed("P so vl ic", &words),
            "Policy Lead\nspending over 500\npounds"
        );
        // A word or two that another program divides otherwise change nothing.
        let text = "Policy Lead,\nspending over GBP500 pounds";
        assert_eq!(agreed(text, &words), text);
    }

    #[test]
    fn pieces_are_joined_to_words_that_the_text_lacks() {
        check(
            "p ending the C la s s\nroom",
            &["pending", "the", "Class", "room"],
            "pending the Class\nroom",
        );
        // What stands there already is no piece, and what is no word stays.
        check("in to into", &["in", "to", "into"], "in to into");
        check("in to it", &["into", "it"], "into it");
        check("a b c", &["x"], "a b c");
        check("a  b", &["ab"], "ab");
        check("a     b", &["ab"], "a     b");
        check("", &["ab"], "");
    }
}
