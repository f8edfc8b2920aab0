//! Names in running text: those that are asked for, and capitalised words that may be some.

use std::collections::HashMap;

use super::Found;

/// A name to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The name.
    pub name: String,
    /// Whether it is a person's: then the family name may stand first.
    pub person: bool,
}

/// Names prepared for looking them up in text.
#[derive(Debug, Default)]
pub struct Names {
    /// Spellings by their first word.
    spellings: HashMap<String, Vec<(Vec<String>, usize)>>,
    spell: Option<fn(&str) -> String>,
}

/// Words for the form of a company; without them a name of two words or more is still the name.
const FORMS: [&str; 34] = [
    "ltd",
    "limited",
    "llc",
    "llp",
    "plc",
    "inc",
    "corp",
    "corporation",
    "co",
    "company",
    "gmbh",
    "ag",
    "kg",
    "se",
    "sa",
    "sarl",
    "srl",
    "spa",
    "bv",
    "nv",
    "ab",
    "as",
    "oy",
    "aps",
    "ooo",
    "oao",
    "zao",
    "pao",
    "ao",
    "sro",
    "dd",
    "doo",
    "oue",
    "lda",
];

impl Names {
    /// Prepares names; a place in the list stands for each afterwards. `spell` writes a word as it is to be compared.
    pub fn of(known: &[Known], spell: fn(&str) -> String) -> Self {
        let mut names = Self {
            spell: Some(spell),
            ..Self::default()
        };
        for (at, one) in known.iter().enumerate() {
            let signs: Vec<char> = one.name.chars().collect();
            let whole = signs.iter().any(|sign| u32::from(*sign) > 0x2e80);
            let words: Vec<String> = words(&signs, spell)
                .into_iter()
                .map(|word| word.spelled)
                .collect();
            let mut ways = vec![words.clone()];
            if let (true, Some((last, first))) = (one.person, words.split_last()) {
                ways.push([std::slice::from_ref(last), first].concat());
            }
            let short: Vec<String> = match one.person {
                true => Vec::new(),
                false => without_form(&words, spell),
            };
            ways.push(short);
            for way in ways {
                // One word alone names too much, unless its script writes whole names without a space.
                if (way.len() > 1 || (whole && signs.len() > 1))
                    && let Some(first) = way.first()
                {
                    let listed = names.spellings.entry(first.clone()).or_default();
                    if !listed.contains(&(way.clone(), at)) {
                        listed.push((way, at));
                    }
                }
            }
        }
        names
    }

    /// Finds the names in a text.
    pub(super) fn find(&self, text: &str, found: &mut Vec<Found>) {
        let Some(spell) = self.spell.filter(|_| !self.spellings.is_empty()) else {
            return;
        };
        let signs: Vec<char> = text.chars().collect();
        let words = words(&signs, spell);
        for (at, word) in words.iter().enumerate() {
            for (spelling, known) in self.spellings.get(&word.spelled).into_iter().flatten() {
                let here = words.get(at..at + spelling.len()).unwrap_or_default();
                let same = here.len() == spelling.len()
                    && here
                        .iter()
                        .zip(spelling)
                        .all(|(word, wanted)| word.spelled == *wanted);
                if let (true, Some(last)) = (same, here.last()) {
                    let (from, end) = (word.from, last.end);
                    let quote: String = signs.get(from..end).unwrap_or_default().iter().collect();
                    found.push(Found {
                        from,
                        length: end - from,
                        kind: "subject",
                        value: spelling.join(" "),
                        quote,
                        reason: "the words are the name of a subject of this case".to_owned(),
                        known: Some(*known),
                    });
                }
            }
        }
    }
}

/// A company's name without the words for its form at the end.
fn without_form(words: &[String], spell: fn(&str) -> String) -> Vec<String> {
    let forms = FORMS.map(spell);
    let ends = words
        .iter()
        .rev()
        .take_while(|word| forms.contains(*word))
        .count();
    let kept = words.len() - ends;
    words.get(..kept).unwrap_or_default().to_vec()
}

/// A word of a text: as it is compared, where it begins and where it ends.
struct Word {
    spelled: String,
    from: usize,
    end: usize,
}

/// The words of a text. A dot or an apostrophe inside one (`S.A.`, `O'Neill`) does not divide it.
fn words(signs: &[char], spell: fn(&str) -> String) -> Vec<Word> {
    let mut found = Vec::new();
    let (mut word, mut dotted) = (String::new(), false);
    let (mut from, mut end) = (0, 0);
    for at in 0..=signs.len() {
        let sign = signs.get(at).copied().unwrap_or(' ');
        let next = signs.get(at + 1).copied().unwrap_or(' ');
        let letter = word.chars().count() == 1
            && !signs.get(at + 2).is_some_and(|one| one.is_alphanumeric());
        let joins = next.is_alphanumeric()
            && (matches!(sign, '\'' | '\u{2019}' | '.') || (sign == '/' && letter));
        dotted |= sign == '.' && joins;
        if sign.is_alphanumeric() {
            if word.is_empty() {
                from = at;
            }
            word.push(sign);
            end = at + 1;
        } else if !word.is_empty() && !joins {
            // The dot that ends `S.A.` is a part of it.
            end += usize::from(std::mem::take(&mut dotted) && sign == '.');
            let spelled = spell(&std::mem::take(&mut word)).replace(' ', "");
            if !spelled.is_empty() {
                found.push(Word { spelled, from, end });
            }
        }
    }
    found
}

/// Words that begin sentences more often than names.
const COMMON: [&str; 70] = [
    "the", "a", "an", "in", "on", "at", "we", "i", "it", "he", "she", "they", "this", "that",
    "these", "those", "from", "to", "of", "for", "by", "with", "as", "if", "when", "no", "not",
    "two", "one", "please", "dear", "our", "my", "your", "his", "her", "their", "and", "or", "but",
    "so", "because", "since", "after", "before", "under", "over", "all", "any", "each", "signed",
    "subject", "date", "re", "fw", "cc", "page", "is", "was", "are", "be", "there", "here", "yes",
    "thank", "thanks", "register", "number", "invoice", "compare",
];

/// Names of months and days, and words that only look like names.
const CALENDAR: [&str; 20] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "imo",
];

/// Words inside a name that are not capitalised.
const INSIDE: [&str; 16] = [
    "de", "del", "della", "der", "den", "van", "von", "zu", "la", "le", "of", "and", "&", "bin",
    "al", "da",
];

const TITLES: [&str; 12] = [
    "mr", "mrs", "ms", "miss", "dr", "prof", "captain", "capt", "herr", "frau", "sir", "judge",
];

/// Words after which a ship is named.
const SHIPS: [&str; 10] = [
    "ship", "vessel", "tanker", "trawler", "tug", "ferry", "dredger", "mv", "mt", "ss",
];

/// Letters of a line after which its break is no end of what is said.
const FULL_LINE: usize = 40;

/// Capitalised words in a row that may be a name.
pub(super) fn candidates(text: &str, found: &mut Vec<Found>) {
    let signs: Vec<char> = text.chars().collect();
    let all = words(&signs, |word| word.to_lowercase());
    let mut at = 0;
    while at < all.len() {
        let mut run: Vec<&Word> = Vec::new();
        while let Some(word) = all.get(at + run.len()) {
            let goes_on = run
                .last()
                .is_none_or(|last| joined(&signs, last.end, word.from));
            let inside = !run.is_empty() && INSIDE.contains(&word.spelled.as_str());
            // `Mr Sokolov of Harbour Steel` is two names, `Bank of the North` is one.
            let of = ["of", "and"].contains(&word.spelled.as_str()) && titled(&all, at, &run);
            if of || !goes_on || !(capital(&signs, word) || inside) {
                break;
            }
            run.push(word);
        }
        let taken = run.len().max(1);
        found.extend(candidate(&signs, &all, at, run));
        at += taken;
    }
}

/// Whether a run follows a title or a word for a ship, or begins with one.
fn titled(all: &[Word], at: usize, run: &[&Word]) -> bool {
    let before = at.checked_sub(1).and_then(|before| all.get(before));
    let mut near = before.into_iter().chain(run.first().copied());
    near.any(|word| {
        TITLES.contains(&word.spelled.as_str()) || SHIPS.contains(&word.spelled.as_str())
    })
}

fn candidate(signs: &[char], all: &[Word], at: usize, mut run: Vec<&Word>) -> Option<Found> {
    let common = |word: &&Word| COMMON.contains(&word.spelled.as_str());
    let mut title = at
        .checked_sub(1)
        .and_then(|before| all.get(before))
        .is_some_and(|word| TITLES.contains(&word.spelled.as_str()));
    let ship = at
        .checked_sub(1)
        .and_then(|before| all.get(before))
        .is_some_and(|word| SHIPS.contains(&word.spelled.as_str()));
    while run
        .first()
        .is_some_and(|word| common(word) || TITLES.contains(&word.spelled.as_str()))
    {
        title |= TITLES.contains(&run.remove(0).spelled.as_str());
    }
    // `A/S` is the form of a company, though `as` is a common word.
    let form = |word: &&Word| FORMS.contains(&word.spelled.as_str());
    while run.last().is_some_and(|word| {
        INSIDE.contains(&word.spelled.as_str()) || (common(word) && !form(word))
    }) {
        run.pop();
    }
    let (first, last) = (run.first()?, run.last()?);
    let form = run.len() > 1 && FORMS.contains(&last.spelled.as_str());
    if run.len() > 8
        || (run.len() < 2 && !title && !ship)
        || run
            .iter()
            .any(|word| CALENDAR.contains(&word.spelled.as_str()))
    {
        return None;
    }
    let quote: String = signs.get(first.from..last.end)?.iter().collect();
    let (kind, reason) = match (form, title) {
        (false, _) if ship => ("vessel", "stands after a word for a ship"),
        (true, _) => (
            "organisation",
            "capitalised words that end in the form of a company",
        ),
        (false, true) => ("person", "stands after a title"),
        (false, false) => ("name", "capitalised words in a row, nothing more"),
    };
    Some(Found {
        from: first.from,
        length: last.end - first.from,
        kind,
        value: quote.split_whitespace().collect::<Vec<_>>().join(" "),
        quote,
        reason: reason.to_owned(),
        known: None,
    })
}

fn capital(signs: &[char], word: &Word) -> bool {
    let letters = signs.get(word.from..word.end).unwrap_or_default();
    letters.first().is_some_and(|sign| sign.is_uppercase())
        && !letters.iter().any(|sign| sign.is_numeric())
}

/// Whether two words stand side by side: a space, a hyphen or the break of a full line between them.
fn joined(signs: &[char], end: usize, from: usize) -> bool {
    let between = signs.get(end..from).unwrap_or_default();
    match between {
        [' ' | '-' | '\u{a0}'] => true,
        ['.', ' '] => end >= 2 && signs.get(end - 2).is_some_and(|sign| sign.is_whitespace()),
        [' ', '&', ' '] => true,
        ['\n'] => {
            let line = signs.get(..end).unwrap_or_default().iter().rev();
            line.take_while(|sign| **sign != '\n').count() > FULL_LINE
        }
        _ => false,
    }
}
