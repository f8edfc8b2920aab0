//! Cuts text into words as they are compared: lower case, without diacritics, with their Latin forms beside them.
//!
//! A *word* of a spaced script has one folded form and, where it differs, one or more romanised forms. A *run* of a
//! script written without spaces (Han, kana, Hangul) is one word here and has its syllables beside it. Zero-width and
//! direction marks vanish, so that they neither split nor hide a word.

use any_ascii::any_ascii_char;

use crate::weak;

/// How a script writes words, as far as comparison cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Script {
    /// Words between spaces, vowels written.
    Spaced,
    /// Words between spaces, vowels mostly left out: Arabic, Hebrew and their kin.
    Abjad,
    /// No spaces.
    Unspaced,
}

/// A word with all the forms under which it may be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// Lower case, without diacritics, in its own script.
    pub plain: String,
    /// Latin forms other than `plain`; the first is the plainest.
    pub romans: Vec<String>,
    /// For a run: its Latin syllables in order.
    pub syllables: Vec<String>,
    /// Its script.
    pub script: Script,
}

impl Word {
    /// The form in Latin letters and digits.
    pub fn latin(&self) -> &str {
        self.romans.first().unwrap_or(&self.plain)
    }
    /// Letters and digits in the folded form.
    pub fn length(&self) -> usize {
        self.plain.chars().count()
    }
    /// Says whether any digit is in it.
    pub fn has_digit(&self) -> bool {
        self.plain.chars().any(char::is_numeric)
    }
    /// Pairs of neighbouring characters of a run; a run of one is itself.
    pub fn bigrams(&self) -> Vec<String> {
        let letters: Vec<char> = self.plain.chars().collect();
        if letters.len() < 2 {
            return vec![self.plain.clone()];
        }
        letters
            .windows(2)
            .map(|pair| pair.iter().collect())
            .collect()
    }
}

/// Letters of a word that are looked at; what comes after them tells nothing more.
pub(crate) const LONGEST: usize = 64;

/// Cuts a text into words.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut current = String::new();
    let mut script = Script::Spaced;
    for letter in text.chars().filter(|letter| !is_silent(*letter)) {
        let kind = kind(letter);
        match kind {
            Some(kind) if current.is_empty() || kind == script => {
                current.push(letter);
                script = kind;
            }
            Some(kind) if kind == Script::Unspaced || script == Script::Unspaced => {
                push(&mut found, &mut current, script);
                current.push(letter);
                script = kind;
            }
            // Digits and Latin letters inside an Arabic word stay with it, and the other way round.
            Some(_) => current.push(letter),
            None => push(&mut found, &mut current, script),
        }
    }
    push(&mut found, &mut current, script);
    weak::join_abbreviations(found)
}

fn push(found: &mut Vec<Word>, current: &mut String, script: Script) {
    if current.is_empty() {
        return;
    }
    let raw = std::mem::take(current);
    let raw = match raw.char_indices().nth(LONGEST) {
        Some((end, _)) if script != Script::Unspaced => {
            raw.get(..end).unwrap_or_default().to_owned()
        }
        _ => raw,
    };
    let word = match script {
        Script::Unspaced => run(&raw),
        Script::Spaced | Script::Abjad => spaced(&raw, script),
    };
    if !word.plain.is_empty() {
        found.push(word);
    }
}

fn run(raw: &str) -> Word {
    let syllables: Vec<String> = raw
        .chars()
        .map(|letter| any_ascii_char(letter).to_lowercase())
        .filter(|syllable| !syllable.is_empty())
        .collect();
    Word {
        plain: raw.chars().collect(),
        romans: vec![syllables.concat()],
        syllables,
        script: Script::Unspaced,
    }
}

fn spaced(raw: &str, script: Script) -> Word {
    let plain = fold(raw);
    let mut romans = Vec::new();
    if plain.is_ascii() {
        if let Some(spelt) = spelt_out(raw) {
            romans.push(spelt);
        }
    } else {
        romans.push(roman(raw));
        if let Some(bare) = plain
            .strip_prefix("ال")
            .filter(|bare| bare.chars().count() >= 3)
        {
            romans.push(roman(bare));
        }
    }
    romans.retain(|form| !form.is_empty() && *form != plain);
    romans.dedup();
    Word {
        plain,
        romans,
        syllables: Vec::new(),
        script,
    }
}

fn roman(raw: &str) -> String {
    raw.chars()
        .flat_map(|letter| any_ascii_char(letter).chars())
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}

/// Folds a text without cutting it: what case, diacritics and presentation forms add is taken off.
pub(crate) fn fold(raw: &str) -> String {
    let mut folded = String::with_capacity(raw.len());
    for letter in raw.chars().filter(|letter| !is_silent(*letter)) {
        fold_letter(letter, &mut folded);
    }
    folded
}

fn fold_letter(letter: char, folded: &mut String) {
    match letter {
        'a'..='z' | '0'..='9' => folded.push(letter),
        'A'..='Z' => folded.push(letter.to_ascii_lowercase()),
        // Latin with marks, ligatures, full-width forms.
        '\u{c0}'..='\u{24f}'
        | '\u{1e00}'..='\u{1eff}'
        | '\u{fb00}'..='\u{fb06}'
        | '\u{ff10}'..='\u{ff5a}' => {
            folded.extend(
                any_ascii_char(letter)
                    .chars()
                    .filter(char::is_ascii_alphanumeric)
                    .map(|letter| letter.to_ascii_lowercase()),
            );
        }
        _ => folded.extend(letter.to_lowercase().map(unmarked)),
    }
}

/// Takes the mark off letters that come composed, in the scripts where writers leave it out.
fn unmarked(letter: char) -> char {
    match letter {
        'ά' | 'ἀ' | 'ἁ' | 'ὰ' | 'ᾶ' => 'α',
        'έ' | 'ἐ' | 'ἑ' | 'ὲ' => 'ε',
        'ή' | 'ἠ' | 'ἡ' | 'ὴ' | 'ῆ' => 'η',
        'ί' | 'ϊ' | 'ΐ' | 'ἰ' | 'ἱ' | 'ὶ' | 'ῖ' => 'ι',
        'ό' | 'ὀ' | 'ὁ' | 'ὸ' => 'ο',
        'ύ' | 'ϋ' | 'ΰ' | 'ὐ' | 'ὑ' | 'ὺ' | 'ῦ' => 'υ',
        'ώ' | 'ὠ' | 'ὡ' | 'ὼ' | 'ῶ' => 'ω',
        'ς' => 'σ',
        'ё' => 'е',
        'й' => 'и',
        'ї' => 'і',
        'ґ' => 'г',
        'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
        'ى' | 'ی' => 'ي',
        'ة' => 'ه',
        'ک' => 'ك',
        other => other,
    }
}

/// The Latin spelling in which marked letters are written out: `mueller` for `Müller`.
fn spelt_out(raw: &str) -> Option<String> {
    let marked = |letter: char| {
        matches!(
            letter,
            'ä' | 'ö'
                | 'ü'
                | 'å'
                | 'ø'
                | 'č'
                | 'š'
                | 'ž'
                | 'Ä'
                | 'Ö'
                | 'Ü'
                | 'Å'
                | 'Ø'
                | 'Č'
                | 'Š'
                | 'Ž'
        )
    };
    if !raw.contains(marked) {
        return None;
    }
    let mut spelt = String::with_capacity(raw.len() + 2);
    for letter in raw.chars() {
        match letter {
            'ä' | 'Ä' => spelt.push_str("ae"),
            'ö' | 'Ö' | 'ø' | 'Ø' => spelt.push_str("oe"),
            'ü' | 'Ü' => spelt.push_str("ue"),
            'å' | 'Å' => spelt.push_str("aa"),
            'č' | 'Č' => spelt.push_str("ch"),
            'š' | 'Š' => spelt.push_str("sh"),
            'ž' | 'Ž' => spelt.push_str("zh"),
            other => fold_letter(other, &mut spelt),
        }
    }
    Some(spelt)
}

/// Marks that are neither part of a word's form nor a border between words.
fn is_silent(letter: char) -> bool {
    matches!(letter,
        '\'' | '’' | '‘' | 'ʼ' | 'ʻ' | 'ʹ' | '`' | '´'
        | '\u{ad}' | '\u{61c}' | '\u{640}' | '\u{feff}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
        | '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}'
        | '\u{670}' | '\u{fe00}'..='\u{fe0f}')
}

fn kind(letter: char) -> Option<Script> {
    match letter {
        '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7af}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}' => letter.is_alphanumeric().then_some(Script::Unspaced),
        '\u{5d0}'..='\u{5ea}'
        | '\u{620}'..='\u{6ff}'
        | '\u{750}'..='\u{77f}'
        | '\u{fb1d}'..='\u{fdff}'
        | '\u{fe70}'..='\u{fefc}' => letter.is_alphanumeric().then_some(Script::Abjad),
        _ => letter.is_alphanumeric().then_some(Script::Spaced),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, plain: &[&str], latin: &[&str]) {
        let found = words(text);
        let forms: Vec<&str> = found.iter().map(|word| word.plain.as_str()).collect();
        assert_eq!(forms, plain, "{text}");
        let forms: Vec<&str> = found.iter().map(Word::latin).collect();
        assert_eq!(forms, latin, "{text}");
    }

    #[test]
    fn words_are_folded_and_romanised() {
        check(
            "Aldgrund-Shipping, LTD.",
            &["aldgrund", "shipping", "ltd"],
            &["aldgrund", "shipping", "ltd"],
        );
        check("Müller", &["muller"], &["mueller"]);
        check("O\u{2019}Brien\u{200b}s", &["obriens"], &["obriens"]);
        check("\u{202e}Karl\u{200d}sen", &["karlsen"], &["karlsen"]);
        check("Пётр Йовчев", &["петр", "иовчев"], &["petr", "yovchev"]);
        check("Γεώργιος", &["γεωργιοσ"], &["georgios"]);
        check("გიორგი", &["გიორგი"], &["giorgi"]);
        check("王小明", &["王小明"], &["wangxiaoming"]);
        check("محمّد", &["محمد"], &["mhmd"]);
        check(
            "S.A.R.L. du Port",
            &["sarl", "du", "port"],
            &["sarl", "du", "port"],
        );
        check("", &[], &[]);
        check("\u{200f}*?~^", &[], &[]);
    }

    #[test]
    fn runs_give_pairs() {
        let [run] = words("王小明").try_into().unwrap();
        assert_eq!(run.bigrams(), ["王小", "小明"]);
        assert_eq!(run.syllables, ["wang", "xiao", "ming"]);
    }
}
