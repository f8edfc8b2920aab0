//! Names of companies: words of invention, a word for the trade, and a legal form.

use super::trades as m;
use super::{Culture, Word};
use crate::random::Rng;

/// A legal form: abbreviated and in full, in Latin letters and at home.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) short: &'static str,
    pub(crate) long: &'static str,
    pub(crate) native: &'static str,
    /// Whether the form stands before the name in its own script.
    first: bool,
}

const fn form(short: &'static str, long: &'static str, native: &'static str, first: bool) -> Form {
    Form {
        short,
        long,
        native,
        first,
    }
}

/// Forms of the harbour's own law, under which foreigners register there too.
const HARBOUR: &[Form] = &[
    form("A/S", "Aktieselskab", "A/S", false),
    form("ApS", "Anpartsselskab", "ApS", false),
    form("Ltd", "Limited", "Ltd", false),
    form("K/S", "Kommanditselskab", "K/S", false),
];
const VELMARK: &[Form] = &[
    form("s.r.o.", "společnost s ručením omezeným", "s.r.o.", false),
    form("a.s.", "akciová společnost", "a.s.", false),
    form(
        "GmbH",
        "Gesellschaft mit beschränkter Haftung",
        "GmbH",
        false,
    ),
];
const DROVONIAN: &[Form] = &[
    form("OOO", "Limited Liability Company", "ООО", true),
    form("AO", "Joint Stock Company", "АО", true),
];
const KALATHENE: &[Form] = &[
    form("S.A.", "Société Anonyme", "Α.Ε.", false),
    form("Ltd", "Limited", "Ε.Π.Ε.", false),
];
const WADHIRI: &[Form] = &[
    form("W.L.L.", "With Limited Liability", "ش.م.م", false),
    form("JSC", "Joint Stock Company", "ش.م", false),
];
const LAZMERI: &[Form] = &[
    form("LLC", "Limited Liability Company", "შპს", true),
    form("JSC", "Joint Stock Company", "სს", true),
];
const YUNQIAO: &[Form] = &[
    form("Co., Ltd.", "Company Limited", "有限公司", false),
    form("Co., Inc.", "Company Incorporated", "股份有限公司", false),
];

/// A company's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CompanyName {
    pub(crate) culture: Culture,
    pub(crate) words: Vec<Word>,
    pub(crate) form: Form,
}

impl CompanyName {
    /// Invents a name. `foreign` says that the company stands under its own culture's law and
    /// not the harbour's; `long` adds a word, for worlds so large that short names run out.
    pub(crate) fn draw(rng: &mut Rng, culture: Culture, foreign: bool, long: bool) -> Self {
        let mut words = vec![first(rng, culture)];
        if long {
            words.push(first(rng, culture));
        }
        if let Some(second) = second(rng, culture) {
            words.push(second);
        }
        words.push(trade(rng, culture));
        let form = rng.lean(if foreign { forms(culture) } else { HARBOUR });
        Self {
            culture,
            words,
            form,
        }
    }

    /// The name with its legal form abbreviated.
    pub(crate) fn latin(&self, scheme: usize) -> String {
        format!("{} {}", self.bare(scheme), self.form.short)
    }

    /// The name with its legal form in full.
    pub(crate) fn latin_long(&self, scheme: usize) -> String {
        format!("{} {}", self.bare(scheme), self.form.long)
    }

    /// The name without its legal form.
    pub(crate) fn bare(&self, scheme: usize) -> String {
        let words: Vec<&str> = self.words.iter().map(|word| word.by(scheme)).collect();
        words.join(" ")
    }

    /// The name as written at home, if that is not in Latin letters.
    pub(crate) fn native(&self) -> Option<String> {
        if !self.culture.has_own_script() {
            return None;
        }
        let words: Vec<&str> = self.words.iter().map(|word| word.native.as_str()).collect();
        let form = self.form.native;
        Some(match self.culture {
            Culture::Yunqiao => format!("{}{form}", words.concat()),
            Culture::Drovonian if self.form.first => format!("{form} «{}»", words.join(" ")),
            _ if self.form.first => format!("{form} {}", words.join(" ")),
            _ => format!("{} {form}", words.join(" ")),
        })
    }

    /// The same name with the last word, the trade, replaced.
    pub(crate) fn with_trade(&self, trade: Word) -> Self {
        let mut name = self.clone();
        name.words.pop();
        name.words.push(trade);
        name
    }

    /// The same name with a word put before its trade.
    pub(crate) fn with_word(&self, word: &str) -> Self {
        let mut name = self.clone();
        let last = name.words.len().saturating_sub(1);
        name.words.insert(last, Word::plain(word));
        name
    }
}

/// The legal forms of a culture's home state.
pub(crate) fn forms(culture: Culture) -> &'static [Form] {
    match culture {
        Culture::Harbour => HARBOUR,
        Culture::Velmark => VELMARK,
        Culture::Drovonian => DROVONIAN,
        Culture::Kalathene => KALATHENE,
        Culture::Wadhiri => WADHIRI,
        Culture::Lazmeri => LAZMERI,
        Culture::Yunqiao => YUNQIAO,
    }
}

fn first(rng: &mut Rng, culture: Culture) -> Word {
    let native = match culture {
        Culture::Harbour => format!(
            "{}{}",
            rng.pick(m::HARBOUR_FIRST),
            rng.pick(m::HARBOUR_LAST)
        ),
        Culture::Velmark => format!(
            "{}{}",
            rng.pick(m::VELMARK_FIRST),
            rng.pick(m::VELMARK_LAST)
        ),
        Culture::Drovonian => format!(
            "{}{}",
            rng.pick(m::DROVONIAN_FIRST),
            rng.pick(m::DROVONIAN_LAST)
        ),
        Culture::Kalathene => rng.pick(m::KALATHENE_FIRST).to_owned(),
        Culture::Lazmeri => rng.pick(m::LAZMERI_FIRST).to_owned(),
        Culture::Wadhiri => return Word::spelled(rng.pick(m::WADHIRI_FIRST)),
        Culture::Yunqiao => return Word::spelled(rng.pick(m::YUNQIAO_FIRST)),
    };
    Word::new(culture, &native)
}

fn second(rng: &mut Rng, culture: Culture) -> Option<Word> {
    match culture {
        Culture::Harbour | Culture::Velmark | Culture::Drovonian => None,
        Culture::Kalathene => Some(Word::new(culture, rng.pick(m::KALATHENE_SECOND))),
        Culture::Lazmeri => Some(Word::new(culture, rng.pick(m::LAZMERI_SECOND))),
        Culture::Wadhiri => Some(Word::spelled(rng.pick(m::WADHIRI_SECOND))),
        Culture::Yunqiao => Some(Word::spelled(rng.pick(m::YUNQIAO_SECOND))),
    }
}

/// A word for what a company of this culture does.
pub(crate) fn trade(rng: &mut Rng, culture: Culture) -> Word {
    let native = match culture {
        Culture::Harbour => rng.pick(m::HARBOUR_TRADES),
        Culture::Velmark => rng.pick(m::VELMARK_TRADES),
        Culture::Drovonian => rng.pick(m::DROVONIAN_TRADES),
        Culture::Kalathene => rng.pick(m::KALATHENE_TRADES),
        Culture::Lazmeri => rng.pick(m::LAZMERI_TRADES),
        Culture::Wadhiri => return Word::spelled(rng.pick(m::WADHIRI_TRADES)),
        Culture::Yunqiao => return Word::spelled(rng.pick(m::YUNQIAO_TRADES)),
    };
    Word::new(culture, native)
}
