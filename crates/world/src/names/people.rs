//! Names of people: given name, a middle name where the culture has one, and family name.

use super::material as m;
use super::{Culture, Word};
use crate::random::Rng;

/// A person's name, in the parts that registers and lists put in different orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PersonName {
    pub(crate) culture: Culture,
    pub(crate) given: Word,
    pub(crate) middle: Option<Word>,
    pub(crate) family: Word,
}

/// What the members of a household share: family name for men and women, father's name.
#[derive(Clone, Debug)]
pub(crate) struct FamilyName {
    pub(crate) culture: Culture,
    man: Word,
    woman: Word,
    father_man: Option<Word>,
    father_woman: Option<Word>,
}

impl PersonName {
    /// `Given Middle Family`, or family first where that is the custom.
    pub(crate) fn latin(&self, scheme: usize) -> String {
        self.ordered(|word| word.by(scheme))
    }

    /// The same in the person's own script.
    pub(crate) fn native(&self) -> String {
        if self.culture == Culture::Yunqiao {
            return format!("{}{}", self.family.native, self.given.native);
        }
        self.ordered(|word| &word.native)
    }

    /// Given name and family name only.
    pub(crate) fn short(&self, scheme: usize) -> String {
        let (given, family) = (self.given.by(scheme), self.family.by(scheme));
        if self.culture == Culture::Yunqiao {
            format!("{family} {given}")
        } else {
            format!("{given} {family}")
        }
    }

    /// `FAMILY, Given Middle`: the way of the sanctions list.
    pub(crate) fn listed(&self, scheme: usize) -> String {
        let family = self.family.by(scheme).to_uppercase();
        let middle = self
            .middle
            .as_ref()
            .map(|word| format!(" {}", word.by(scheme)))
            .unwrap_or_default();
        format!("{family}, {}{middle}", self.given.by(scheme))
    }

    fn ordered<'a>(&'a self, spelling: impl Fn(&'a Word) -> &'a str) -> String {
        let (given, family) = (spelling(&self.given), spelling(&self.family));
        match &self.middle {
            _ if self.culture == Culture::Yunqiao => format!("{family} {given}"),
            Some(middle) => format!("{given} {} {family}", spelling(middle)),
            None => format!("{given} {family}"),
        }
    }
}

impl FamilyName {
    pub(crate) fn draw(rng: &mut Rng, culture: Culture) -> Self {
        let word = |text: String| Word::new(culture, &text);
        let mut family = Self {
            culture,
            man: Word::default(),
            woman: Word::default(),
            father_man: None,
            father_woman: None,
        };
        match culture {
            Culture::Harbour => {
                family.man = word(stem_and_ending(rng, m::HARBOUR_STEMS, m::HARBOUR_ENDINGS))
            }
            Culture::Velmark => {
                family.man = word(stem_and_ending(rng, m::VELMARK_STEMS, m::VELMARK_ENDINGS))
            }
            Culture::Kalathene => {
                family.man = word(stem_and_ending(
                    rng,
                    m::KALATHENE_STEMS,
                    m::KALATHENE_ENDINGS,
                ))
            }
            Culture::Lazmeri => {
                family.man = word(stem_and_ending(rng, m::LAZMERI_STEMS, m::LAZMERI_ENDINGS))
            }
            Culture::Drovonian => {
                let stem = rng.lean(m::DROVONIAN_STEMS);
                let (his, hers) = rng.lean(m::DROVONIAN_ENDINGS);
                family.man = word(format!("{stem}{his}"));
                family.woman = word(format!("{stem}{hers}"));
                let (_, father) = rng.lean(m::DROVONIAN_MEN);
                family.father_man = Some(word(format!("{father}вич")));
                family.father_woman = Some(word(format!("{father}вна")));
            }
            Culture::Wadhiri => {
                family.man = Word::spelled(rng.lean(m::WADHIRI_FAMILIES));
                family.father_man = Some(Word::spelled(rng.lean(m::WADHIRI_MEN)));
                family.father_woman = family.father_man.clone();
            }
            Culture::Yunqiao => family.man = Word::spelled(rng.lean(m::YUNQIAO_FAMILIES)),
        }
        if family.woman.native.is_empty() {
            family.woman = family.man.clone();
        }
        family
    }

    /// A member of the family: `man` chooses between the forms.
    pub(crate) fn member(&self, rng: &mut Rng, man: bool) -> PersonName {
        let (family, middle) = if man {
            (&self.man, &self.father_man)
        } else {
            (&self.woman, &self.father_woman)
        };
        PersonName {
            culture: self.culture,
            given: given(rng, self.culture, man),
            middle: middle.clone(),
            family: family.clone(),
        }
    }
}

fn stem_and_ending(rng: &mut Rng, stems: &[&str], endings: &[&str]) -> String {
    format!("{}{}", rng.lean(stems), rng.lean(endings))
}

fn given(rng: &mut Rng, culture: Culture, man: bool) -> Word {
    let native = match (culture, man) {
        (Culture::Harbour, true) => rng.lean(m::HARBOUR_MEN),
        (Culture::Harbour, false) => rng.lean(m::HARBOUR_WOMEN),
        (Culture::Velmark, true) => rng.lean(m::VELMARK_MEN),
        (Culture::Velmark, false) => rng.lean(m::VELMARK_WOMEN),
        (Culture::Drovonian, true) => rng.lean(m::DROVONIAN_MEN).0,
        (Culture::Drovonian, false) => rng.lean(m::DROVONIAN_WOMEN),
        (Culture::Kalathene, true) => rng.lean(m::KALATHENE_MEN),
        (Culture::Kalathene, false) => rng.lean(m::KALATHENE_WOMEN),
        (Culture::Lazmeri, true) => rng.lean(m::LAZMERI_MEN),
        (Culture::Lazmeri, false) => rng.lean(m::LAZMERI_WOMEN),
        (Culture::Wadhiri, true) => return Word::spelled(rng.lean(m::WADHIRI_MEN)),
        (Culture::Wadhiri, false) => return Word::spelled(rng.lean(m::WADHIRI_WOMEN)),
        (Culture::Yunqiao, _) => return two_characters(rng),
    };
    Word::new(culture, native)
}

/// A Chinese given name of two characters; Latin spellings start with a capital.
fn two_characters(rng: &mut Rng) -> Word {
    let first = Word::spelled(rng.pick(m::YUNQIAO_GIVEN));
    let mut second = Word::spelled(rng.pick(m::YUNQIAO_GIVEN));
    if let Some(cantonese) = second.latin.last_mut() {
        cantonese.insert(0, '-');
    }
    let mut name = first.joined(&second);
    name.latin = name.latin.map(|text| {
        let mut signs = text.chars();
        signs
            .next()
            .map(|sign| sign.to_uppercase().collect::<String>() + signs.as_str())
            .unwrap_or_default()
    });
    name
}
