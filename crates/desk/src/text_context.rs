//! Where on a page the words of a question stand, and the words around them.

use resolve::normal::latin::fold;

use crate::text_question::{Asked, Term, is_ideograph};

/// Characters before the first hit and after it.
const BEFORE: usize = 90;
const AFTER: usize = 150;

/// A span of characters: where it begins, and how long it is.
pub(crate) type Span = (usize, usize);

/// The words of a question as they are looked for on a page.
pub(crate) struct Needles(Vec<Needle>);

enum Needle {
    /// Words in a row; of the last one any ending, if so asked.
    Words(Vec<String>, bool),
    /// Signs in a row, in scripts that do not divide words.
    Signs(Vec<char>),
}

impl Needles {
    pub(crate) fn of(asked: &Asked) -> Self {
        let mut needles = Vec::new();
        for term in &asked.terms {
            of_term(term, &mut needles);
        }
        Self(needles)
    }

    /// The spans in which they stand, in order, none touching another.
    pub(crate) fn spans(&self, text: &str) -> Vec<Span> {
        let words = words(text);
        let signs: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
        let same_places = signs.len() == text.chars().count();
        let mut spans = Vec::new();
        for needle in &self.0 {
            match needle {
                Needle::Words(wanted, begins) => in_words(wanted, *begins, &words, &mut spans),
                Needle::Signs(wanted) if same_places && !wanted.is_empty() => {
                    let windows = signs.windows(wanted.len()).enumerate();
                    spans.extend(
                        windows
                            .filter(|(_, window)| window == wanted)
                            .map(|(at, _)| (at, wanted.len())),
                    );
                }
                Needle::Signs(_) => {}
            }
        }
        spans.sort_unstable();
        let mut apart: Vec<Span> = Vec::new();
        for (from, length) in spans {
            match apart.last_mut() {
                Some((last, long)) if from < *last + *long => {
                    *long = (*long).max(from + length - *last);
                }
                _ => apart.push((from, length)),
            }
        }
        apart
    }
}

fn of_term(term: &Term, needles: &mut Vec<Needle>) {
    if term.text.chars().any(is_ideograph) {
        let signs = term.text.chars().filter(|sign| sign.is_alphanumeric());
        needles.push(Needle::Signs(signs.flat_map(char::to_lowercase).collect()));
        return;
    }
    let wanted: Vec<String> = fold(&term.text)
        .split(' ')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    if term.near.is_some() {
        let alone = wanted
            .into_iter()
            .map(|word| Needle::Words(vec![word], false));
        needles.extend(alone);
    } else if !wanted.is_empty() {
        needles.push(Needle::Words(wanted, term.begins));
    }
    let others = term.others.iter().map(|word| vec![fold(word)]);
    needles.extend(others.map(|word| Needle::Words(word, false)));
}

/// The words of a text in small Latin letters, with their spans.
fn words(text: &str) -> Vec<(String, Span)> {
    let mut found = Vec::new();
    let (mut word, mut from) = (String::new(), 0);
    for (at, sign) in text.chars().chain([' ']).enumerate() {
        if sign.is_alphanumeric() {
            if word.is_empty() {
                from = at;
            }
            word.push(sign);
        } else if !word.is_empty() {
            let whole = std::mem::take(&mut word);
            found.push((fold(&whole), (from, at - from)));
        }
    }
    found
}

fn in_words(wanted: &[String], begins: bool, words: &[(String, Span)], spans: &mut Vec<Span>) {
    for window in words.windows(wanted.len()) {
        let last = wanted.len() - 1;
        let fits = window
            .iter()
            .zip(wanted)
            .enumerate()
            .all(|(at, ((word, _), wanted))| match begins && at == last {
                true => word.starts_with(wanted.as_str()),
                false => word == wanted,
            });
        if let (true, Some((_, (from, _))), Some((_, (end, long)))) =
            (fits, window.first(), window.last())
        {
            spans.push((*from, end + long - from));
        }
    }
}

/// The words around the first span; what was found stands between U+0002 and U+0003.
pub(crate) fn around(text: &str, spans: &[Span]) -> String {
    let first = spans.first().map_or(0, |(from, _)| *from);
    let begin = first.saturating_sub(BEFORE);
    let mut out = String::new();
    if begin > 0 {
        out.push('\u{2026}');
    }
    let mut open = false;
    let mut long = false;
    for (at, sign) in text.chars().enumerate().skip(begin) {
        let inside = spans
            .iter()
            .any(|(from, length)| (*from..from + length).contains(&at));
        if inside != open {
            out.push(if inside { '\u{2}' } else { '\u{3}' });
            open = inside;
        }
        if at > first + AFTER && !inside && sign.is_whitespace() {
            long = true;
            break;
        }
        match sign {
            sign if sign.is_whitespace() => out.push(' '),
            sign if sign.is_control() => {}
            sign => out.push(sign),
        }
    }
    if open {
        out.push('\u{3}');
    }
    if long {
        out.push('\u{2026}');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text_question::read;

    fn marked(words: &str, text: &str) -> String {
        let spans = Needles::of(&read(words).unwrap()).spans(text);
        around(text, &spans)
            .replace('\u{2}', "[")
            .replace('\u{3}', "]")
    }

    #[test]
    fn hits_are_marked_in_whatever_script() {
        let check = |words: &str, text: &str, want: &str| assert_eq!(marked(words, text), want);
        check("berth", "the Berth, not berths", "the [Berth], not berths");
        check("berth*", "the berths", "the [berths]");
        check("\"paid twice\"", "paid; paid\ntwice", "paid; [paid twice]");
        check("\"twice paid\"~3", "paid all twice", "[paid] all [twice]");
        check("sokolov", "Иван Соколов", "Иван [Соколов]");
        check("cafe", "Café", "[Café]");
        check("近平", "習近平は", "習[近平]は");
        check("none", "nothing of it", "nothing of it");
        let long = format!("{} berth {}", "word ".repeat(50), "word ".repeat(50));
        let cut = marked("berth", &long);
        assert!(
            cut.starts_with('\u{2026}') && cut.ends_with('\u{2026}'),
            "{cut}"
        );
        assert!(
            cut.contains("[berth]") && cut.chars().count() < 260,
            "{cut}"
        );
    }
}
