//! Where the words of a page stand on its picture: kept with the page, and found again for a span of its text.
//!
//! The text of a page and the list of its words with their places come from two programs, which do not always divide or
//! order words alike. Words are therefore set against each other by the longest run that both have in common; what lies
//! beside it is looked for by its letters alone.

use std::collections::BTreeMap;

use documents::Page;

/// Words up to which two lists are set against each other; a longer page is only searched by letters.
const MOST_WORDS: usize = 4_000;

/// A rectangle on a page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    /// From the left edge.
    pub left: f32,
    /// From the upper edge.
    pub top: f32,
    /// Its width.
    pub width: f32,
    /// Its height.
    pub height: f32,
}

impl Rect {
    fn right(&self) -> f32 {
        self.left + self.width
    }

    pub(crate) fn joined(&self, other: &Self) -> Self {
        let (left, top) = (self.left.min(other.left), self.top.min(other.top));
        Self {
            left,
            top,
            width: self.right().max(other.right()) - left,
            height: (self.top + self.height).max(other.top + other.height) - top,
        }
    }

    /// Whether another goes on in the same line, right after this one.
    fn goes_on(&self, other: &Self) -> bool {
        let middle = other.top + other.height / 2.0;
        let same_line = middle > self.top && middle < self.top + self.height;
        let gap = other.left - self.right();
        same_line && gap > -self.height && gap < self.height
    }
}

/// A word on a page, with the place of its letters in the text where that is known.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedWord {
    /// The word.
    pub text: String,
    /// Where it stands.
    pub rect: Rect,
    /// Characters of the page's text before it; nothing where the text has no such word there.
    pub from: Option<usize>,
}

/// The words of a page with their places.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Boxes {
    /// Width of the page in the measure of the places; 0 where unknown.
    pub width: f32,
    /// Height of the page.
    pub height: f32,
    /// The words in the order in which they were told.
    pub words: Vec<PlacedWord>,
}

/// Writes down where the words of a page stand; empty where that is unknown.
pub(crate) fn written(page: &Page) -> String {
    let (Some(words), Some((width, height))) = (&page.words, page.size) else {
        return String::new();
    };
    let tenths = |number: f32| (number * 10.0).round() as i64;
    let mut text = format!("{} {}\n", tenths(width), tenths(height));
    for word in words {
        let one: String = word.text.split_whitespace().collect();
        text.push_str(&format!(
            "{} {} {} {} {one}\n",
            tenths(word.left),
            tenths(word.top),
            tenths(word.width),
            tenths(word.height)
        ));
    }
    text
}

impl Boxes {
    /// Reads what was written down, and sets it against the text of the page.
    pub(crate) fn read(written: &str, body: &str) -> Self {
        let mut lines = written.lines();
        let size: Vec<f32> = numbers(lines.next().unwrap_or_default());
        let [width, height] = size.as_slice() else {
            return Self::default();
        };
        let mut boxes = Self {
            width: *width,
            height: *height,
            words: Vec::new(),
        };
        for line in lines {
            let mut cells = line.splitn(5, ' ');
            let places: Vec<f32> = cells.by_ref().take(4).flat_map(numbers).collect();
            let ([left, top, width, height], Some(text)) = (places.as_slice(), cells.next()) else {
                continue;
            };
            boxes.words.push(PlacedWord {
                text: text.to_owned(),
                rect: Rect {
                    left: *left,
                    top: *top,
                    width: *width,
                    height: *height,
                },
                from: None,
            });
        }
        boxes.set_against(body);
        boxes
    }

    /// Finds for each word where it stands in the text.
    fn set_against(&mut self, body: &str) {
        let tokens = tokens(body);
        if tokens.len() > MOST_WORDS || self.words.len() > MOST_WORDS {
            return;
        }
        let left: Vec<String> = self.words.iter().map(|word| letters(&word.text)).collect();
        let right: Vec<&String> = tokens.iter().map(|(_, text)| text).collect();
        for (word, token) in common(&left, &right) {
            if let (Some(word), Some((from, _))) = (self.words.get_mut(word), tokens.get(token)) {
                word.from = Some(*from);
            }
        }
    }

    /// The rectangles of a span of the text, joined where words follow one another in a line; none where it is not found.
    #[must_use]
    pub fn of_span(&self, body: &str, from: usize, length: usize) -> Vec<Rect> {
        let end = from + length;
        let span: String = body.chars().skip(from).take(length).collect();
        let wanted = span
            .split_whitespace()
            .filter(|word| !letters(word).is_empty())
            .count();
        let mut found: Vec<Rect> = Vec::new();
        let mut covered = 0;
        for word in &self.words {
            let Some(begins) = word.from else { continue };
            let long = word.text.chars().count();
            if begins + long > from && begins < end && long > 0 {
                covered += 1;
                let first = from.saturating_sub(begins);
                found.push(share(&word.rect, first, (end - begins).min(long), long));
            }
        }
        if covered < wanted {
            let by_letters = self.by_letters(body, from, &span);
            if !by_letters.is_empty() {
                found = by_letters;
            }
        }
        joined(found)
    }

    /// The words whose letters spell a span, told from its likes by how often they come before.
    fn by_letters(&self, body: &str, from: usize, span: &str) -> Vec<Rect> {
        let wanted: Vec<char> = letters(span).chars().collect();
        let before: String = body.chars().take(from).collect();
        if wanted.is_empty() {
            return Vec::new();
        }
        let mut all: Vec<(char, usize)> = Vec::new();
        for (at, word) in self.words.iter().enumerate() {
            all.extend(letters(&word.text).chars().map(|sign| (sign, at)));
        }
        let text: Vec<char> = letters(&before)
            .chars()
            .chain(wanted.iter().copied())
            .collect();
        let rank = text
            .windows(wanted.len())
            .filter(|window| *window == wanted.as_slice())
            .count()
            .saturating_sub(1);
        let places: Vec<&[(char, usize)]> = all
            .windows(wanted.len())
            .filter(|window| window.iter().map(|(sign, _)| sign).eq(wanted.iter()))
            .collect();
        let Some(place) = places.get(rank).or_else(|| places.first()) else {
            return Vec::new();
        };
        let mut words: Vec<usize> = place.iter().map(|(_, at)| *at).collect();
        words.dedup();
        let rects = words.into_iter().filter_map(|at| self.words.get(at));
        rects.map(|word| word.rect).collect()
    }
}

fn numbers(text: &str) -> Vec<f32> {
    text.split(' ')
        .filter_map(|cell| cell.parse::<f32>().ok())
        .map(|tenths| tenths / 10.0)
        .collect()
}

/// The letters and digits of a text in small letters.
fn letters(text: &str) -> String {
    let signs = text.chars().filter(|sign| sign.is_alphanumeric());
    signs.flat_map(char::to_lowercase).collect()
}

/// The words of a text: characters before each, and its letters.
fn tokens(body: &str) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut inside = false;
    for (at, sign) in body.chars().enumerate() {
        if sign.is_whitespace() {
            inside = false;
            continue;
        }
        if !inside {
            found.push((at, String::new()));
            inside = true;
        }
        if let Some((_, text)) = found.last_mut()
            && sign.is_alphanumeric()
        {
            text.extend(sign.to_lowercase());
        }
    }
    found
}

/// Pairs of places at which two lists agree: a longest one in the same order, then words that each list has only once.
fn common(left: &[String], right: &[&String]) -> Vec<(usize, usize)> {
    let across = right.len() + 1;
    let mut best = vec![0_u16; (left.len() + 1) * across];
    let at = |l: usize, r: usize| l * across + r;
    for l in (0..left.len()).rev() {
        for r in (0..right.len()).rev() {
            let same = left.get(l).is_some_and(|word| {
                !word.is_empty() && right.get(r).is_some_and(|other| *other == word)
            });
            let get = |l, r| best.get(at(l, r)).copied().unwrap_or(0);
            let value = match same {
                true => get(l + 1, r + 1) + 1,
                false => get(l + 1, r).max(get(l, r + 1)),
            };
            if let Some(cell) = best.get_mut(at(l, r)) {
                *cell = value;
            }
        }
    }
    let get = |l, r| best.get(at(l, r)).copied().unwrap_or(0);
    let (mut pairs, mut l, mut r) = (Vec::new(), 0, 0);
    while l < left.len() && r < right.len() {
        let same = left.get(l).is_some_and(|word| {
            !word.is_empty() && right.get(r).is_some_and(|other| *other == word)
        });
        if same && get(l, r) == get(l + 1, r + 1) + 1 {
            pairs.push((l, r));
            l += 1;
            r += 1;
        } else if get(l + 1, r) >= get(l, r + 1) {
            l += 1;
        } else {
            r += 1;
        }
    }
    once(left, right, &mut pairs);
    pairs
}

/// Adds words beside the common run that stand once in each list: columns are told in another order by some programs.
fn once(left: &[String], right: &[&String], pairs: &mut Vec<(usize, usize)>) {
    let mut lone: BTreeMap<&str, Option<usize>> = BTreeMap::new();
    for (at, word) in right.iter().enumerate() {
        lone.entry(word.as_str())
            .and_modify(|place| *place = None)
            .or_insert(Some(at));
    }
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for word in left {
        *seen.entry(word.as_str()).or_insert(0) += 1;
    }
    let taken: std::collections::BTreeSet<usize> = pairs.iter().map(|(at, _)| *at).collect();
    for (at, word) in left.iter().enumerate() {
        if !taken.contains(&at)
            && !word.is_empty()
            && seen.get(word.as_str()) == Some(&1)
            && let Some(Some(other)) = lone.get(word.as_str())
        {
            pairs.push((at, *other));
        }
    }
}

/// The share of a word's rectangle that some of its characters take.
fn share(rect: &Rect, first: usize, last: usize, all: usize) -> Rect {
    let part = |at: usize| rect.width * at as f32 / all.max(1) as f32;
    Rect {
        left: rect.left + part(first),
        width: part(last.saturating_sub(first)),
        ..*rect
    }
}

fn joined(rects: Vec<Rect>) -> Vec<Rect> {
    let mut all: Vec<Rect> = Vec::new();
    for rect in rects {
        match all.last_mut() {
            Some(last) if last.goes_on(&rect) => *last = last.joined(&rect),
            _ => all.push(rect),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use documents::Word;

    use super::*;

    fn page(words: &[&str]) -> Page {
        let mut left = 0.0;
        let words = words
            .iter()
            .map(|text| {
                let width = text.chars().count() as f32 * 5.0;
                let word = Word {
                    text: (*text).to_owned(),
                    left,
                    top: 10.0,
                    width,
                    height: 12.0,
                };
                left += width + 3.0;
                word
            })
            .collect();
        Page {
            words: Some(words),
            size: Some((600.0, 800.0)),
            ..Page::default()
        }
    }

    fn found(words: &[&str], body: &str, span: &str, nth: usize) -> Vec<(f32, f32)> {
        let boxes = Boxes::read(&written(&page(words)), body);
        let (at, _) = body.match_indices(span).nth(nth).unwrap();
        let from = body[..at].chars().count();
        let rects = boxes.of_span(body, from, span.chars().count());
        rects.iter().map(|rect| (rect.left, rect.width)).collect()
    }

    #[test]
    fn a_span_is_found_on_the_page_and_joined_in_its_line() {
        let words = ["Berth", "seven", "was", "paid", "twice"];
        let body = "Berth seven\nwas paid twice";
        assert_eq!(found(&words, body, "seven", 0), [(28.0, 25.0)]);
        assert_eq!(found(&words, body, "was paid", 0), [(56.0, 38.0)]);
        // A part of a word takes its share of the box.
        assert_eq!(found(&words, body, "th", 0), [(15.0, 10.0)]);
    }

    #[test]
    fn words_that_are_divided_or_ordered_otherwise_are_found_by_their_letters() {
        let body = "Harbour Office of Port Lindholm, berth 7";
        // Hyphenated at a line's end, and columns told the other way round.
        let words = [
            "berth",
            "7",
            "Har-",
            "bour",
            "Office",
            "of",
            "Port",
            "Lindholm,",
        ];
        let left = found(&words, body, "Harbour Office", 0);
        assert_eq!(left.len(), 1, "{left:?}");
        assert_eq!(left[0].0, 36.0);
        assert_eq!(found(&words, body, "berth", 0), [(0.0, 25.0)]);
        assert_eq!(found(&words, body, "Lindholm", 0).len(), 1);
    }

    #[test]
    fn the_second_of_two_like_words_is_told_from_the_first() {
        let words = ["paid", "once", "paid", "twice"];
        let body = "paid once paid twice";
        assert_eq!(found(&words, body, "paid", 1), [(46.0, 20.0)]);
        assert_eq!(
            found(&["pa-", "id", "pa-", "id"], "paid paid", "paid", 1)[0].0,
            31.0
        );
    }

    #[test]
    fn what_was_not_written_gives_nothing() {
        assert_eq!(Boxes::read("", "words"), Boxes::default());
        assert_eq!(Boxes::read("6000 x", "words"), Boxes::default());
        assert!(Boxes::read("10 10\n1 2 3\n", "a").words.is_empty());
        assert!(found(&["other"], "words", "words", 0).is_empty());
    }
}
