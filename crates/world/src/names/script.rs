//! From one script to Latin letters, by four schemes each: the spelling of passports, the
//! English press, scholars' diacritics, and the habits of another western language.

/// How a letter or digraph is written in the four schemes.
type Letter = (&'static str, [&'static str; 4]);

/// Schemes in the order of the tables.
pub(crate) const PASSPORT: usize = 0;
pub(crate) const PRESS: usize = 1;
pub(crate) const SCHOLARLY: usize = 2;
pub(crate) const FOREIGN: usize = 3;

const CYRILLIC: &[Letter] = &[
    ("а", ["a", "a", "a", "a"]),
    ("б", ["b", "b", "b", "b"]),
    ("в", ["v", "v", "v", "w"]),
    ("г", ["g", "g", "g", "g"]),
    ("д", ["d", "d", "d", "d"]),
    ("е", ["e", "e", "e", "e"]),
    ("ё", ["e", "yo", "ë", "jo"]),
    ("ж", ["zh", "zh", "ž", "sch"]),
    ("з", ["z", "z", "z", "s"]),
    ("ий", ["ii", "y", "ij", "i"]),
    ("и", ["i", "i", "i", "i"]),
    ("й", ["i", "y", "j", "j"]),
    ("к", ["k", "k", "k", "k"]),
    ("л", ["l", "l", "l", "l"]),
    ("м", ["m", "m", "m", "m"]),
    ("н", ["n", "n", "n", "n"]),
    ("о", ["o", "o", "o", "o"]),
    ("п", ["p", "p", "p", "p"]),
    ("р", ["r", "r", "r", "r"]),
    ("с", ["s", "s", "s", "s"]),
    ("т", ["t", "t", "t", "t"]),
    ("у", ["u", "u", "u", "u"]),
    ("ф", ["f", "f", "f", "f"]),
    ("х", ["kh", "kh", "ch", "ch"]),
    ("ц", ["ts", "ts", "c", "z"]),
    ("ч", ["ch", "ch", "č", "tsch"]),
    ("ш", ["sh", "sh", "š", "sch"]),
    ("щ", ["shch", "shch", "šč", "schtsch"]),
    ("ъ", ["ie", "", "ʺ", ""]),
    ("ы", ["y", "y", "y", "y"]),
    ("ь", ["", "", "ʹ", ""]),
    ("э", ["e", "e", "è", "e"]),
    ("ю", ["iu", "yu", "ju", "ju"]),
    ("я", ["ia", "ya", "ja", "ja"]),
];

const GREEK: &[Letter] = &[
    ("ου", ["ou", "ou", "ou", "u"]),
    ("αι", ["ai", "ai", "ai", "e"]),
    ("ει", ["ei", "i", "ei", "i"]),
    ("οι", ["oi", "i", "oi", "i"]),
    ("αυ", ["af", "av", "au", "av"]),
    ("ευ", ["ef", "ev", "eu", "ev"]),
    ("μπ", ["mp", "b", "mp", "b"]),
    ("ντ", ["nt", "d", "nt", "d"]),
    ("γκ", ["gk", "g", "gk", "g"]),
    ("γγ", ["ng", "ng", "ng", "ng"]),
    ("α", ["a", "a", "a", "a"]),
    ("β", ["v", "v", "b", "v"]),
    ("γ", ["g", "g", "g", "gh"]),
    ("δ", ["d", "d", "d", "dh"]),
    ("ε", ["e", "e", "e", "e"]),
    ("ζ", ["z", "z", "z", "z"]),
    ("η", ["i", "e", "ē", "i"]),
    ("θ", ["th", "th", "th", "th"]),
    ("ι", ["i", "i", "i", "i"]),
    ("κ", ["k", "c", "k", "k"]),
    ("λ", ["l", "l", "l", "l"]),
    ("μ", ["m", "m", "m", "m"]),
    ("ν", ["n", "n", "n", "n"]),
    ("ξ", ["x", "x", "x", "ks"]),
    ("ο", ["o", "o", "o", "o"]),
    ("π", ["p", "p", "p", "p"]),
    ("ρ", ["r", "r", "r", "r"]),
    ("σ", ["s", "s", "s", "s"]),
    ("ς", ["s", "s", "s", "s"]),
    ("τ", ["t", "t", "t", "t"]),
    ("υ", ["y", "y", "y", "i"]),
    ("φ", ["f", "ph", "ph", "f"]),
    ("χ", ["ch", "h", "ch", "kh"]),
    ("ψ", ["ps", "ps", "ps", "ps"]),
    ("ω", ["o", "o", "ō", "o"]),
];

const GEORGIAN: &[Letter] = &[
    ("ა", ["a", "a", "a", "a"]),
    ("ბ", ["b", "b", "b", "b"]),
    ("გ", ["g", "g", "g", "g"]),
    ("დ", ["d", "d", "d", "d"]),
    ("ე", ["e", "e", "e", "e"]),
    ("ვ", ["v", "v", "v", "w"]),
    ("ზ", ["z", "z", "z", "s"]),
    ("თ", ["t", "t", "tʻ", "t"]),
    ("ი", ["i", "i", "i", "i"]),
    ("კ", ["k", "k", "k", "k"]),
    ("ლ", ["l", "l", "l", "l"]),
    ("მ", ["m", "m", "m", "m"]),
    ("ნ", ["n", "n", "n", "n"]),
    ("ო", ["o", "o", "o", "o"]),
    ("პ", ["p", "p", "p", "p"]),
    ("ჟ", ["zh", "zh", "ž", "sch"]),
    ("რ", ["r", "r", "r", "r"]),
    ("ს", ["s", "s", "s", "s"]),
    ("ტ", ["t", "t", "t", "t"]),
    ("უ", ["u", "u", "u", "u"]),
    ("ფ", ["p", "ph", "pʻ", "p"]),
    ("ქ", ["k", "q", "kʻ", "k"]),
    ("ღ", ["gh", "gh", "ḡ", "g"]),
    ("ყ", ["q", "k", "q", "k"]),
    ("შ", ["sh", "sh", "š", "sch"]),
    ("ჩ", ["ch", "ch", "čʻ", "tsch"]),
    ("ც", ["ts", "ts", "cʻ", "z"]),
    ("ძ", ["dz", "dz", "j", "ds"]),
    ("წ", ["ts", "ts", "c", "z"]),
    ("ჭ", ["ch", "ch", "č", "tsch"]),
    ("ხ", ["kh", "kh", "x", "ch"]),
    ("ჯ", ["j", "dj", "ǰ", "dsch"]),
    ("ჰ", ["h", "h", "h", "h"]),
];

/// Latin letters with marks, and what remains of them: without the mark, and spelled out.
const MARKS: &[(char, &str, &str)] = &[
    ('å', "a", "aa"),
    ('ä', "a", "ae"),
    ('æ', "ae", "ae"),
    ('ø', "o", "oe"),
    ('ö', "o", "oe"),
    ('ő', "o", "o"),
    ('ü', "u", "ue"),
    ('ů', "u", "u"),
    ('é', "e", "e"),
    ('ě', "e", "ie"),
    ('č', "c", "ch"),
    ('š', "s", "sh"),
    ('ž', "z", "zh"),
    ('ř', "r", "rzh"),
    ('ý', "y", "y"),
    ('á', "a", "a"),
    ('í', "i", "i"),
    ('ł', "l", "l"),
    ('ń', "n", "n"),
    ('ó', "o", "o"),
];

fn from_table(text: &str, table: &[Letter], scheme: usize) -> String {
    let plain = without_accents(text);
    let mut rest = plain.as_str();
    let mut latin = String::new();
    while let Some(first) = rest.chars().next() {
        let found = table
            .iter()
            .find_map(|(from, to)| Some((rest.strip_prefix(from)?, to)));
        if let Some((after, spellings)) = found {
            latin.push_str(spellings.get(scheme).copied().unwrap_or_default());
            rest = after;
        } else {
            latin.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
    }
    latin
}

fn without_accents(text: &str) -> String {
    let bare = |sign| match sign {
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' | 'ϊ' | 'ΐ' => 'ι',
        'ό' => 'ο',
        'ύ' | 'ϋ' => 'υ',
        'ώ' => 'ω',
        other => other,
    };
    text.chars()
        .flat_map(char::to_lowercase)
        .map(bare)
        .collect()
}

/// The word with its first letter, and each letter after a hyphen or space, in capitals.
pub(crate) fn capitalised(word: &str) -> String {
    let mut start = true;
    let mut result = String::with_capacity(word.len());
    for sign in word.chars() {
        if start {
            result.extend(sign.to_uppercase());
        } else {
            result.push(sign);
        }
        start = sign == '-' || sign == ' ';
    }
    result
}

/// Four Latin spellings of a Cyrillic word.
pub(crate) fn cyrillic(word: &str) -> [String; 4] {
    [0, 1, 2, 3].map(|scheme| capitalised(&from_table(word, CYRILLIC, scheme)))
}

/// Four Latin spellings of a Greek word.
pub(crate) fn greek(word: &str) -> [String; 4] {
    [0, 1, 2, 3].map(|scheme| capitalised(&from_table(word, GREEK, scheme)))
}

/// Four Latin spellings of a Georgian word.
pub(crate) fn georgian(word: &str) -> [String; 4] {
    [0, 1, 2, 3].map(|scheme| capitalised(&from_table(word, GEORGIAN, scheme)))
}

/// A Latin word as it is, without marks, as it is again, and spelled out.
pub(crate) fn latin(word: &str) -> [String; 4] {
    [
        word.to_owned(),
        unmarked(word),
        word.to_owned(),
        spelled_out(word),
    ]
}

/// The word with marks taken off its letters.
pub(crate) fn unmarked(word: &str) -> String {
    with_marks(word, |(_, bare, _)| bare)
}

fn spelled_out(word: &str) -> String {
    with_marks(word, |(_, _, long)| long)
}

fn with_marks(
    word: &str,
    spelling: impl Fn((char, &'static str, &'static str)) -> &'static str,
) -> String {
    let mut result = String::with_capacity(word.len());
    for sign in word.chars() {
        let lower = sign.to_lowercase().next().unwrap_or(sign);
        match MARKS.iter().find(|(marked, _, _)| *marked == lower) {
            Some(entry) if lower == sign => result.push_str(spelling(*entry)),
            Some(entry) => result.push_str(&capitalised(spelling(*entry))),
            None => result.push(sign),
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_differ_where_they_should() {
        assert_eq!(
            cyrillic("Вельтищев"),
            ["Veltishchev", "Veltishchev", "Velʹtiščev", "Weltischtschew"]
        );
        assert_eq!(
            cyrillic("Аркадий"),
            ["Arkadii", "Arkady", "Arkadij", "Arkadi"]
        );
        assert_eq!(greek("Παύλος"), ["Paflos", "Pavlos", "Paulos", "Pavlos"]);
        assert_eq!(
            georgian("ჯემალ"),
            [
                "Jemal",
                "Djemal",
                "ǰemal".to_uppercase().replace("EMAL", "emal").as_str(),
                "Dschemal"
            ]
        );
        assert_eq!(
            latin("Ørnskjær"),
            ["Ørnskjær", "Ornskjaer", "Ørnskjær", "Oernskjaer"]
        );
    }
}
