//! Passages: places in the text of documents that findings rest on, and whether the words are still there.
//!
//! A [`Passage`] names the document by the hash of its bytes, the page and the span of characters, and keeps the words
//! with a little of what stands around them. Text that is read again by a newer reader may have its lines elsewhere:
//! [`standing`] finds the words once more or says that they are gone. White space never counts.

use crate::id::{CaseId, EvidenceId, PassageId, UserId};
use crate::time::Moment;

/// The longest passage, in characters.
pub const LONGEST: usize = 4_000;

/// Characters kept before and after a passage, to tell equal words apart.
pub const AROUND: usize = 60;

/// A place in the text of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// Its id.
    pub id: PassageId,
    /// The case.
    pub case: CaseId,
    /// The item of evidence.
    pub evidence: EvidenceId,
    /// The file inside; empty for the item itself.
    pub part: String,
    /// SHA-256 of the file's bytes, hexadecimal.
    pub sha256: String,
    /// Where it was when it was marked.
    pub place: Place,
    /// The words; empty once the item was erased.
    pub quote: String,
    /// What stood before.
    pub before: String,
    /// What stood after.
    pub after: String,
    /// Who marked it.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

/// A span of characters on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The page, from 1.
    pub page: u64,
    /// Characters before it on the page.
    pub from: usize,
    /// Its length in characters.
    pub length: usize,
}

/// What has become of a passage in the text as it is read today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The words stand where they stood.
    Stands,
    /// They stand elsewhere.
    Moved(Place),
    /// They are not found any more.
    Gone,
}

/// The words of a span with what stands around them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// The words.
    pub quote: String,
    /// What stands before, at most [`AROUND`] characters.
    pub before: String,
    /// What stands after.
    pub after: String,
}

/// Cuts a span out of a page's text; nothing where it is empty, too long, says nothing or passes the end.
pub fn cut(text: &str, from: usize, length: usize) -> Option<Cut> {
    if length == 0 || length > LONGEST {
        return None;
    }
    let signs: Vec<char> = text.chars().collect();
    let end = from.checked_add(length)?;
    let quote: String = signs.get(from..end)?.iter().collect();
    let before = signs.get(from.saturating_sub(AROUND)..from)?;
    let after = signs.get(end..signs.len().min(end + AROUND))?;
    (!quote.trim().is_empty()).then(|| Cut {
        before: before.iter().collect(),
        after: after.iter().collect(),
        quote,
    })
}

/// What stands in the place of words that are set aside.
pub const BLANK: char = '\u{2588}';

/// A page's text with blanks in a place of it, of the same length; its lines stay as they are.
pub fn blanked(text: &str, place: Place) -> String {
    let end = place.from.saturating_add(place.length);
    let signs = text.chars().enumerate();
    signs
        .map(|(at, sign)| match (place.from..end).contains(&at) {
            true if !sign.is_whitespace() => BLANK,
            _ => sign,
        })
        .collect()
}

/// The span of some lines of a page, counted from 1 as the page's text has them, both ends included.
pub fn lines(text: &str, first: usize, last: usize) -> Option<(usize, usize)> {
    if first == 0 || last < first {
        return None;
    }
    let (mut begins, mut ends, mut at) = (None, None, 0);
    for (number, line) in (1..).zip(text.split('\n')) {
        let long = line.trim_end_matches('\r').chars().count();
        if number == first {
            begins = Some(at);
        }
        if number == last {
            ends = Some(at + long);
        }
        at += line.chars().count() + 1;
    }
    let (begins, ends) = (begins?, ends?);
    (ends > begins).then_some((begins, ends - begins))
}

/// Finds a passage in the pages of its document, given as number and text.
pub fn standing(passage: &Passage, pages: &[(u64, &str)]) -> Standing {
    let wanted = Squeezed::of(&passage.quote);
    if wanted.signs.is_empty() {
        return Standing::Gone;
    }
    let (before, after) = (Squeezed::of(&passage.before), Squeezed::of(&passage.after));
    let mut best: Option<(usize, u64, usize, Place)> = None;
    for (number, text) in pages {
        let page = Squeezed::of(text);
        for at in page.all(&wanted.signs) {
            let end = at + wanted.signs.len();
            let Some(place) = page.place(*number, at, end) else {
                continue;
            };
            if place.page == passage.place.page && place.from == passage.place.from {
                return Standing::Stands;
            }
            let fits = page.agrees_before(at, &before.signs) + page.agrees_after(end, &after.signs);
            let far = number.abs_diff(passage.place.page);
            let off = place.from.abs_diff(passage.place.from);
            let better = best.is_none_or(|(best_fit, best_far, best_off, _)| {
                (fits, far, off) != (best_fit, best_far, best_off)
                    && (fits > best_fit || (fits == best_fit && (far, off) < (best_far, best_off)))
            });
            if better {
                best = Some((fits, far, off, place));
            }
        }
    }
    best.map_or(Standing::Gone, |(.., place)| Standing::Moved(place))
}

/// A text without its white space, with where each character stood.
struct Squeezed {
    signs: Vec<char>,
    places: Vec<usize>,
}

impl Squeezed {
    fn of(text: &str) -> Self {
        let (places, signs) = text
            .chars()
            .enumerate()
            .filter(|(_, sign)| !sign.is_whitespace())
            .unzip();
        Self { signs, places }
    }

    /// Where these characters begin.
    fn all(&self, wanted: &[char]) -> Vec<usize> {
        let windows = self.signs.windows(wanted.len()).enumerate();
        windows
            .filter(|(_, window)| *window == wanted)
            .map(|(at, _)| at)
            .collect()
    }

    fn place(&self, page: u64, at: usize, end: usize) -> Option<Place> {
        let from = *self.places.get(at)?;
        let last = *self.places.get(end.checked_sub(1)?)?;
        Some(Place {
            page,
            from,
            length: last + 1 - from,
        })
    }

    fn agrees_before(&self, at: usize, wanted: &[char]) -> usize {
        let here = self.signs.get(..at).unwrap_or_default().iter().rev();
        here.zip(wanted.iter().rev())
            .take_while(|(a, b)| a == b)
            .count()
    }

    fn agrees_after(&self, end: usize, wanted: &[char]) -> usize {
        let here = self.signs.get(end..).unwrap_or_default().iter();
        here.zip(wanted).take_while(|(a, b)| a == b).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passage(page: u64, text: &str, quote: &str) -> Passage {
        let byte = text.find(quote).unwrap();
        let from = text[..byte].chars().count();
        let length = quote.chars().count();
        let cut = cut(text, from, length).unwrap();
        Passage {
            id: PassageId::from_bytes([1; 16]),
            case: CaseId::from_bytes([2; 16]),
            evidence: EvidenceId::from_bytes([3; 16]),
            part: String::new(),
            sha256: String::new(),
            place: Place { page, from, length },
            quote: cut.quote,
            before: cut.before,
            after: cut.after,
            by: UserId::from_bytes([4; 16]),
            at: Moment::from_micros(0),
        }
    }

    #[test]
    fn blanks_have_the_length_of_the_words_and_leave_lines_alone() {
        let place = Place {
            page: 1,
            from: 4,
            length: 9,
        };
        let text = "one t\u{fc}r\nthree four";
        let blank = blanked(text, place);
        assert_eq!(
            blank,
            "one \u{2588}\u{2588}\u{2588}\n\u{2588}\u{2588}\u{2588}\u{2588}\u{2588} four"
        );
        assert_eq!(blank.chars().count(), text.chars().count());
    }

    #[test]
    fn words_are_found_where_they_went() {
        let check = |quote: &str, text: &str, later: &[(u64, &str)], want: Standing| {
            assert_eq!(standing(&passage(2, text, quote), later), want, "{quote}");
        };
        let moved = |page, from, length| Standing::Moved(Place { page, from, length });
        let text = "Über die Kaje.\nThe berth was paid twice, in March.";
        check("paid twice", text, &[(2, text)], Standing::Stands);
        // The same words at the same place, with other breaks between them.
        check(
            "berth was paid",
            text,
            &[(2, "Über die Kaje.\nThe berth\nwas  paid twice")],
            Standing::Stands,
        );
        check(
            "paid twice",
            text,
            &[(
                2,
                "Heading\nÜber die Kaje.\nThe berth was paid\ntwice, in March.",
            )],
            moved(2, 37, 10),
        );
        check(
            "paid twice",
            text,
            &[(1, "nothing"), (2, ""), (3, "was paid twice, in")],
            moved(3, 4, 10),
        );
        check("paid twice", text, &[(2, "paid thrice")], Standing::Gone);
        check("paid twice", text, &[], Standing::Gone);
        // What stands around tells equal words apart, whatever is nearer.
        let twice = "It was paid.\nBob was paid.\nAda was paid.";
        check(
            "was paid.",
            "Ada: Ada was paid.",
            &[(2, twice), (9, "Ada: Ada was paid.")],
            moved(9, 9, 9),
        );
    }

    #[test]
    fn lines_become_spans_of_characters() {
        let text = "Ä one\r\n\ntwo\nthree";
        assert_eq!(lines(text, 1, 1), Some((0, 5)));
        assert_eq!(lines(text, 1, 3), Some((0, 11)));
        assert_eq!(lines(text, 4, 4), Some((12, 5)));
        for (first, last) in [(0, 1), (2, 2), (3, 1), (1, 9)] {
            assert_eq!(lines(text, first, last), None, "{first}-{last}");
        }
        assert_eq!(cut(text, 0, 5).unwrap().quote, "Ä one");
        assert_eq!(cut(text, 8, 3).unwrap().after, "\nthree");
        for (from, length) in [(0, 0), (0, 99), (usize::MAX, 2), (5, 3), (0, LONGEST + 1)] {
            assert_eq!(cut(text, from, length), None, "{from} {length}");
        }
    }
}
