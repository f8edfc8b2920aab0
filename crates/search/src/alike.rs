//! How alike two words are: by letters, and by sound.
//!
//! The sound key keeps the consonants of the Latin form, merged into classes that survive a change of script or of
//! spelling (Petrov and Petroff, Mohammed and محمد), and drops the vowels, which abjads do not write. It is loose on
//! purpose; [`alike`] decides.

use crate::words::{Script, Word};

/// Most edits that still count as a misspelling of a word of that many letters.
pub(crate) const fn tolerance(letters: usize) -> usize {
    match letters {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// The consonants of a Latin word, in classes.
pub(crate) fn sound(latin: &str, script: Script) -> String {
    let letters: Vec<char> = latin.chars().collect();
    let mut key = String::new();
    let mut place = 0;
    while let Some(letter) = letters.get(place) {
        let rest = letters.get(place..).unwrap_or_default();
        let (class, taken) = class(*letter, rest, place == 0, script);
        if let Some(class) = class
            && !(key.ends_with(class) && letters.get(place.wrapping_sub(1)) == Some(letter))
        {
            key.push(class);
        }
        place += taken;
    }
    key
}

fn class(letter: char, rest: &[char], first: bool, script: Script) -> (Option<char>, usize) {
    for (digraph, class) in [
        ("tsch", 'x'),
        ("sch", 'x'),
        ("tch", 'x'),
        ("dzh", 'x'),
        ("kh", 'h'),
        ("gh", 'g'),
        ("sh", 'x'),
        ("ch", 'x'),
        ("cz", 'x'),
        ("zh", 'x'),
        ("ph", 'f'),
        ("th", 't'),
        ("ts", 's'),
        ("tz", 's'),
        ("ck", 'k'),
        ("dt", 't'),
        ("ff", 'f'),
        ("qu", 'k'),
    ] {
        if digraph.chars().eq(rest.iter().take(digraph.len()).copied()) {
            return (Some(class), digraph.len());
        }
    }
    let next = rest.get(1).copied().unwrap_or(' ');
    let class = match letter {
        'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'j' => None,
        'w' if script == Script::Abjad && !first => None,
        'f' | 'v' | 'w' => Some('f'),
        'c' if matches!(next, 'e' | 'i' | 'y') => Some('s'),
        'c' | 'k' | 'q' => Some('k'),
        'g' if first => Some('k'),
        's' | 'z' => Some('s'),
        'x' => Some('k'),
        other => Some(other),
    };
    (class, 1)
}

/// Fewest edits (a letter put in, taken out, changed, or two neighbours swapped) between two words, if at most `most`.
pub(crate) fn edits(one: &str, other: &str, most: usize) -> Option<usize> {
    let one: Vec<char> = one.chars().collect();
    let other: Vec<char> = other.chars().collect();
    if one.len().abs_diff(other.len()) > most {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (row, letter) in one.iter().enumerate() {
        let mut line = Vec::with_capacity(above.len());
        line.push(row + 1);
        for (column, against) in other.iter().enumerate() {
            let at =
                |line: &[usize], place: usize| line.get(place).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&above, column) + usize::from(letter != against))
                .min(at(&above, column + 1) + 1)
                .min(at(&line, column) + 1);
            let swapped = row > 0
                && column > 0
                && one.get(row - 1) == Some(against)
                && other.get(column - 1) == Some(letter);
            if swapped {
                best = best.min(at(&before, column - 1) + 1);
            }
            line.push(best);
        }
        if line.iter().all(|cost| *cost > most) {
            return None;
        }
        before = std::mem::replace(&mut above, line);
    }
    above.last().copied().filter(|cost| *cost <= most)
}

/// What may be done to bring a word to another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Leniency {
    /// Misspellings and words that sound alike.
    pub fuzzy: bool,
    /// Other scripts.
    pub transliterate: bool,
}

/// How alike a word asked for and a word found are, from 0 (not) to 1 (the same).
pub(crate) fn alike(asked: &Word, found: &Word, leniency: Leniency) -> f32 {
    if asked.plain == found.plain {
        return 1.0;
    }
    let crosses = leniency.transliterate || asked.plain.is_ascii() == found.plain.is_ascii();
    if !crosses {
        return 0.0;
    }
    let forms = |word: &'_ Word| -> Vec<String> {
        let mut forms = word.romans.clone();
        if forms.is_empty() || word.plain.is_ascii() {
            forms.push(word.plain.clone());
        }
        forms
    };
    let (ours, theirs) = (forms(asked), forms(found));
    if ours.iter().any(|form| theirs.contains(form)) {
        return 0.95;
    }
    if asked.has_digit() || found.has_digit() {
        return 0.0;
    }
    if is_initial_of(asked, found) || is_initial_of(found, asked) {
        return 0.6;
    }
    if !leniency.fuzzy {
        return 0.0;
    }
    let pairs = || {
        ours.iter()
            .flat_map(|our| theirs.iter().map(move |their| (our, their)))
    };
    let distance = pairs()
        .filter_map(|(our, their)| edits(our, their, tolerance(our.chars().count())))
        .min();
    match distance {
        Some(1) => 0.85,
        Some(_) => 0.75,
        None if pairs().any(|(our, their)| sounds(our, asked.script, their, found.script)) => 0.65,
        None => 0.0,
    }
}

fn is_initial_of(short: &Word, long: &Word) -> bool {
    short.length() == 1
        && short.syllables.is_empty()
        && long.length() > 1
        && (long.plain.starts_with(short.plain.as_str()) || long.latin().starts_with(short.latin()))
}

fn sounds(our: &str, ours: Script, their: &str, theirs: Script) -> bool {
    let (one, other) = (sound(our, ours), sound(their, theirs));
    if one != other || one.is_empty() {
        return false;
    }
    if ours == Script::Abjad || theirs == Script::Abjad {
        return ours != theirs;
    }
    let longer = our.chars().count().max(their.chars().count());
    one.chars().count() >= 2 && edits(our, their, (longer * 45).div_ceil(100)).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::words;

    const LENIENT: Leniency = Leniency {
        fuzzy: true,
        transliterate: true,
    };

    fn check(asked: &str, found: &str, expected: f32) {
        let (asked, found) = (words(asked).remove(0), words(found).remove(0));
        let score = alike(&asked, &found, LENIENT);
        assert!(
            (score - expected).abs() < 0.01,
            "{asked:?} {found:?}: {score}"
        );
    }

    #[test]
    fn words_are_alike_by_letters_script_and_sound() {
        check("Karlsen", "KARLSEN", 1.0);
        check("Karlsen", "Карлсен", 0.95);
        check("Mueller", "Müller", 0.95);
        check("Karlsen", "Karlson", 0.85);
        check("Karlsen", "Kralsen", 0.85);
        check("Constantinou", "Konstantinoy", 0.75);
        check("Petroff", "Petrov", 0.65);
        check("Mohammed", "محمد", 0.65);
        check("K", "Karlsen", 0.6);
        check("Oda", "Ida", 0.0);
        check("1961", "1962", 0.0);
        check("Karlsen", "Hansen", 0.0);
    }

    #[test]
    fn edits_are_counted_up_to_a_limit() {
        assert_eq!(edits("karl", "karl", 2), Some(0));
        assert_eq!(edits("karl", "kral", 2), Some(1));
        assert_eq!(edits("", "ab", 2), Some(2));
        assert_eq!(edits("abc", "xyz", 2), None);
        assert_eq!(edits("abcdef", "a", 2), None);
    }
}
