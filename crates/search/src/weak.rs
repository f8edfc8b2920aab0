//! Words that say little: forms of organisation, particles of names, kinds of street.
//!
//! They may be missing on either side of a comparison, and count for a tenth of a word where they agree.

use crate::words::Word;

/// Forms of organisation, folded and in Latin letters.
const FORMS: &[&str] = &[
    "ab",
    "ad",
    "ag",
    "ao",
    "aps",
    "as",
    "asa",
    "bhd",
    "bv",
    "bvba",
    "co",
    "comp",
    "company",
    "corp",
    "corporation",
    "doo",
    "dd",
    "ead",
    "eirl",
    "eood",
    "ev",
    "fze",
    "fzco",
    "fzc",
    "gmbh",
    "gbr",
    "gk",
    "gp",
    "holding",
    "holdings",
    "hf",
    "inc",
    "incorporated",
    "jsc",
    "kft",
    "kg",
    "kgaa",
    "kk",
    "lda",
    "limited",
    "llc",
    "llp",
    "lp",
    "ltd",
    "ltda",
    "mbh",
    "nv",
    "nyrt",
    "ojsc",
    "oao",
    "ood",
    "ooo",
    "ohg",
    "oy",
    "oyj",
    "pao",
    "pjsc",
    "plc",
    "pte",
    "pty",
    "pvt",
    "sa",
    "sae",
    "sal",
    "sarl",
    "sas",
    "sasu",
    "sca",
    "scs",
    "sdn",
    "se",
    "sia",
    "sl",
    "slu",
    "snc",
    "spa",
    "spj",
    "spk",
    "spzoo",
    "sro",
    "srl",
    "tov",
    "uab",
    "ug",
    "vof",
    "zao",
    "zoo",
    "zrt",
    "ae",
    "epe",
    "ike",
    "oe",
    "shps",
    "shpk",
    "mchj",
    "mmc",
    "too",
    "ip",
    "chp",
    "shps",
];

/// The same in other scripts, folded.
const FORMS_ELSEWHERE: &[&str] = &[
    "ооо",
    "оао",
    "зао",
    "пао",
    "ао",
    "тов",
    "ат",
    "прат",
    "пат",
    "ип",
    "чп",
    "тоо",
    "оод",
    "еоод",
    "ад",
    "еад",
    "дп",
    "αε",
    "επε",
    "ικε",
    "οε",
    "შპს",
    "სს",
    "ش",
    "شركه",
    "בעמ",
];

/// Particles of personal names.
const PARTICLES: &[&str] = &[
    "al", "el", "ul", "ibn", "bin", "bint", "abu", "de", "del", "della", "den", "der", "di", "do",
    "dos", "da", "das", "du", "la", "le", "van", "von", "vom", "zu", "zur", "af", "av", "ter",
    "ten", "y", "e", "mr", "mrs", "ms", "dr", "prof", "sir", "ال", "بن", "ابن",
];

/// Kinds of street and other words of addresses that are shortened at will.
const STREETS: &[&str] = &[
    "st",
    "str",
    "street",
    "rd",
    "road",
    "ave",
    "av",
    "avenue",
    "blvd",
    "boulevard",
    "lane",
    "ln",
    "dr",
    "drive",
    "square",
    "sq",
    "strasse",
    "gasse",
    "weg",
    "platz",
    "rue",
    "ul",
    "ulitsa",
    "ulica",
    "prospekt",
    "pr",
    "via",
    "calle",
    "rua",
    "gata",
    "gate",
    "vei",
    "vej",
    "no",
    "nr",
    "flat",
    "apt",
    "suite",
    "floor",
    "fl",
    "office",
    "of",
    "the",
    "at",
    "po",
    "box",
    "d",
    "kv",
    "ул",
    "улица",
    "пр",
    "проспект",
    "дом",
    "кв",
];

/// Says whether a word is a form of organisation.
pub(crate) fn is_form(word: &Word) -> bool {
    let plain = word.plain.as_str();
    FORMS.contains(&plain) || FORMS_ELSEWHERE.contains(&plain)
}

/// Says whether a word is a particle of a personal name.
pub(crate) fn is_particle(word: &Word) -> bool {
    PARTICLES.contains(&word.plain.as_str())
}

/// Says whether a word of an address may be missing.
pub(crate) fn is_street(word: &Word) -> bool {
    STREETS.contains(&word.plain.as_str())
}

/// Joins letters that were cut apart and make a form of organisation: `S. A. R. L.`, `A/S`, `B.V.`.
pub(crate) fn join_abbreviations(words: Vec<Word>) -> Vec<Word> {
    let single = |word: &Word| word.length() == 1 && !word.has_digit() && word.syllables.is_empty();
    if words.windows(2).all(|pair| !pair.iter().all(single)) {
        return words;
    }
    let mut joined: Vec<Word> = Vec::with_capacity(words.len());
    let mut letters: Vec<Word> = Vec::new();
    for word in words {
        if single(&word) {
            letters.push(word);
        } else {
            flush(&mut joined, &mut letters);
            joined.push(word);
        }
    }
    flush(&mut joined, &mut letters);
    joined
}

fn flush(joined: &mut Vec<Word>, letters: &mut Vec<Word>) {
    let letters = std::mem::take(letters);
    let whole: String = letters.iter().map(|word| word.plain.as_str()).collect();
    let roman: String = letters.iter().map(Word::latin).collect();
    let script = letters.first().map(|word| word.script);
    let known = FORMS.contains(&whole.as_str()) || FORMS_ELSEWHERE.contains(&whole.as_str());
    match script {
        Some(script) if letters.len() > 1 && known => joined.push(Word {
            romans: if roman == whole {
                Vec::new()
            } else {
                vec![roman]
            },
            plain: whole,
            syllables: Vec::new(),
            script,
        }),
        _ => joined.extend(letters),
    }
}
