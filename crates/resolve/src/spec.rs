//! What is compared for each kind: comparisons, their levels in words, and first guesses that data then correct.
//!
//! The guesses (`same`, `chance`) are the shares of pairs at a level among records of one entity and among random
//! pairs. They are set once for all data and act as priors of a few dozen pairs.

use crate::input::Kind;

/// Most comparisons a kind has.
pub(crate) const MOST: usize = 10;
/// The level of each comparison for one pair.
pub(crate) type Levels = [u8; MOST];
/// The level that says: nothing to compare.
pub(crate) const MISSING: u8 = 0;

/// One level of a comparison.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Level {
    pub words: &'static str,
    pub same: f64,
    pub chance: f64,
}

/// One comparison.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Comparison {
    pub name: &'static str,
    /// Level 0 is "missing" and carries no weight.
    pub levels: &'static [Level],
}

/// A way in which two different entities come to look alike: these comparisons agree for a reason of their own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Coincidence {
    pub words: &'static str,
    /// Positions of the comparisons that the reason explains; all others are as in random pairs.
    pub explains: &'static [usize],
    /// Whether names are expected to be near rather than equal.
    pub nearly: bool,
    /// Comparisons known to be at one of some levels, which there are as frequent as by chance.
    pub within: &'static [(usize, &'static [usize])],
}

const fn level(words: &'static str, same: f64, chance: f64) -> Level {
    Level {
        words,
        same,
        chance,
    }
}

const NONE: Level = level("not known on both sides", 0.0, 0.0);

const GIVEN: &[Level] = &[
    NONE,
    level("same full name, very rare", 0.12, 2e-6),
    level("same full name, rare", 0.12, 2e-6),
    level("same full name, uncommon", 0.11, 3e-6),
    level("same full name, common", 0.10, 3e-6),
    level("same full name, very common", 0.10, 3e-6),
    level("same full name, extremely common", 0.08, 3e-6),
    level("same given name, rare", 0.03, 1e-4),
    level("same given name, uncommon", 0.03, 3e-4),
    level("same given name, common", 0.03, 1e-3),
    level("same given name, very common", 0.02, 2e-3),
    level("same given name, extremely common", 0.02, 4e-3),
    level("familiar form of the same name, rare", 0.02, 3e-4),
    level("familiar form of the same name, common", 0.02, 1e-3),
    level("spelled alike, rare", 0.04, 2e-4),
    level("spelled alike, common", 0.02, 3e-4),
    level("one letter differs, rare", 0.04, 1e-3),
    level("one letter differs, common", 0.02, 1e-3),
    level("initial agrees", 0.04, 3e-3),
    level("resembles", 0.02, 5e-3),
    level("given and family name swapped", 0.01, 1e-6),
    level("given name is the other's middle name", 0.01, 1e-3),
    level("different", 0.02, 0.98),
];
const FAMILY: &[Level] = &[
    NONE,
    level("same, very rare", 0.15, 2e-5),
    level("same, rare", 0.15, 5e-5),
    level("same, uncommon", 0.15, 1e-4),
    level("same, common", 0.12, 2e-4),
    level("same, very common", 0.10, 5e-4),
    level("same, extremely common", 0.08, 1e-3),
    level("spelled alike, rare", 0.03, 5e-5),
    level("spelled alike, uncommon", 0.02, 5e-5),
    level("spelled alike, common", 0.01, 1e-4),
    level("one letter differs, rare", 0.03, 2e-4),
    level("one letter differs, uncommon", 0.02, 3e-4),
    level("one letter differs, common", 0.01, 5e-4),
    level("resembles, rare", 0.01, 2e-3),
    level("resembles, common", 0.01, 3e-3),
    level("one part shared", 0.03, 1e-3),
    level("given and family name swapped", 0.01, 1e-6),
    level("different", 0.07, 0.99),
];
const MIDDLE: &[Level] = &[
    NONE,
    level("same", 0.75, 0.01),
    level("initial agrees", 0.15, 0.05),
    level("resembles", 0.05, 0.01),
    level("different", 0.05, 0.93),
];
const DATE: &[Level] = &[
    NONE,
    level("same day", 0.75, 4e-5),
    level("day and month swapped", 0.01, 4e-5),
    level("one digit differs", 0.05, 6e-4),
    level("same month, day known on one side only", 0.06, 1e-3),
    level("same year, no more known on one side", 0.06, 0.015),
    level("two of year, month and day agree", 0.02, 3e-3),
    level("same year", 0.015, 0.012),
    level("one year apart", 0.01, 0.03),
    level("different", 0.025, 0.94),
];
const ADDRESS: &[Level] = &[
    NONE,
    level("same address, few records there", 0.35, 3e-6),
    level("same address, some records there", 0.15, 3e-6),
    level("same address, many records there", 0.07, 5e-6),
    level("same address, very many records there", 0.03, 1e-5),
    level("nearly the same address", 0.08, 1e-5),
    level("same street line, another or no town", 0.03, 1e-4),
    level("same postal code", 0.06, 5e-4),
    level("same town", 0.08, 0.01),
    level("different", 0.15, 0.989),
];
const PHONE: &[Level] = &[
    NONE,
    level("same, few records have it", 0.45, 2e-6),
    level("same, many records have it", 0.05, 1e-5),
    level("one digit differs", 0.02, 1e-6),
    level("different", 0.48, 0.99998),
];
const EMAIL: &[Level] = &[
    NONE,
    level("same, hardly any other record has it", 0.30, 1e-6),
    level("same, few records have it", 0.20, 1e-6),
    level("same, some records have it", 0.10, 1e-6),
    level("same, many records have it", 0.05, 1e-5),
    level("nearly the same", 0.03, 1e-6),
    level("same local part", 0.05, 1e-5),
    level("different", 0.27, 0.99997),
];
const IDENTIFIER: &[Level] = &[
    NONE,
    level("same", 0.93, 1e-7),
    level("one sign differs", 0.03, 1e-6),
    level("one agrees, another differs", 0.02, 1e-7),
    level("different", 0.02, 0.999999),
];
const TEXT: &[Level] = &[
    NONE,
    level("same, rare", 0.35, 2e-3),
    level("same, common", 0.2, 0.02),
    level("same, very common", 0.15, 0.04),
    level("resembles", 0.1, 0.01),
    level("different", 0.2, 0.93),
];
const TITLE: &[Level] = &[
    NONE,
    level("same, very rare", 0.2, 1e-6),
    level("same, rare", 0.1, 1e-6),
    level("same, uncommon", 0.08, 2e-6),
    level("same, common", 0.05, 4e-6),
    level("same, very common", 0.05, 8e-6),
    level("same words, spelled or ordered otherwise", 0.15, 3e-6),
    level("nearly all words agree", 0.12, 2e-5),
    level("initials of the other", 0.03, 1e-5),
    level("one contains the other", 0.08, 1e-4),
    level("most words agree", 0.06, 1e-4),
    level("some words agree", 0.05, 1e-2),
    level("different", 0.03, 0.989),
];
const FORM: &[Level] = &[
    NONE,
    level("same kind of legal form", 0.85, 0.5),
    level("different", 0.15, 0.5),
];
const OFFICER: &[Level] = &[
    NONE,
    level("same", 0.7, 1e-5),
    level("resembles", 0.15, 1e-4),
    level("different", 0.15, 0.9999),
];
const COUNTRY: &[Level] = &[
    NONE,
    level("same", 0.95, 0.3),
    level("different", 0.05, 0.7),
];

const PERSON: &[Comparison] = &[
    Comparison {
        name: "given name",
        levels: GIVEN,
    },
    Comparison {
        name: "family name",
        levels: FAMILY,
    },
    Comparison {
        name: "middle name",
        levels: MIDDLE,
    },
    Comparison {
        name: "date of birth",
        levels: DATE,
    },
    Comparison {
        name: "address",
        levels: ADDRESS,
    },
    Comparison {
        name: "telephone",
        levels: PHONE,
    },
    Comparison {
        name: "e-mail",
        levels: EMAIL,
    },
    Comparison {
        name: "identifier",
        levels: IDENTIFIER,
    },
    Comparison {
        name: "place of birth",
        levels: TEXT,
    },
    Comparison {
        name: "trade",
        levels: TEXT,
    },
];
const THING: &[Comparison] = &[
    Comparison {
        name: "name",
        levels: TITLE,
    },
    Comparison {
        name: "legal form",
        levels: FORM,
    },
    Comparison {
        name: "date",
        levels: DATE,
    },
    Comparison {
        name: "address",
        levels: ADDRESS,
    },
    Comparison {
        name: "telephone",
        levels: PHONE,
    },
    Comparison {
        name: "web or e-mail",
        levels: EMAIL,
    },
    Comparison {
        name: "identifier",
        levels: IDENTIFIER,
    },
    Comparison {
        name: "tax number",
        levels: IDENTIFIER,
    },
    Comparison {
        name: "officer or trade",
        levels: OFFICER,
    },
    Comparison {
        name: "country",
        levels: COUNTRY,
    },
];

const fn because(words: &'static str, explains: &'static [usize]) -> Coincidence {
    Coincidence {
        words,
        explains,
        nearly: false,
        within: &[],
    }
}

const fn nearly(words: &'static str, explains: &'static [usize]) -> Coincidence {
    Coincidence {
        words,
        explains,
        nearly: true,
        within: &[],
    }
}

const fn within(
    words: &'static str,
    explains: &'static [usize],
    within: &'static [(usize, &'static [usize])],
) -> Coincidence {
    Coincidence {
        words,
        explains,
        nearly: false,
        within,
    }
}

/// Levels of dates that agree in the year.
const ONE_YEAR: &[usize] = &[1, 2, 4, 5, 7];
/// Levels of dates that no slip of the pen explains.
const FAR: &[usize] = &[8, 9];
/// The level of given names at which one is the other's middle name, as a father's is where names are patronymic.
const FATHER: &[usize] = &[21];

const PERSON_COINCIDENCES: &[Coincidence] = &[
    because("nothing in common", &[]),
    because("relatives in one household", &[1, 2, 3, 4, 5]),
    within(
        "relatives of one name in one household",
        &[0, 1, 2, 4, 5],
        &[(3, FAR)],
    ),
    within(
        "father and child in one household",
        &[1, 2, 4, 5],
        &[(0, FATHER), (3, FAR)],
    ),
    because("namesakes", &[0, 1, 2]),
    nearly("near namesakes", &[0, 1, 2]),
    within("namesakes born in one year", &[0, 1, 2], &[(3, ONE_YEAR)]),
    because("namesakes in one town", &[0, 1, 4]),
    because("an e-mail made from the full name", &[0, 1, 6]),
    because("an e-mail made from the given name", &[0, 6]),
    because("one family name in one town", &[1, 4]),
    because("relatives of one place and trade", &[1, 4, 8, 9]),
    because("neighbours", &[4, 5]),
    because("neighbours with one given name", &[0, 4]),
    because("same given name and birthday", &[0, 3]),
    because("same family name and birthday", &[1, 3]),
    because("same town and birthday", &[3, 4, 8]),
    because("same place of birth and trade", &[8, 9]),
];
const THING_COINCIDENCES: &[Coincidence] = &[
    because("nothing in common", &[1, 9]),
    nearly("sister companies", &[0, 1, 2, 3, 4, 5, 8, 9]),
    because("namesakes", &[0, 1, 9]),
    nearly("near namesakes", &[0, 1, 9]),
    because("a web site made from the name", &[0, 1, 5, 9]),
    because("same building", &[1, 3, 4, 8, 9]),
    nearly("near namesakes in one town", &[0, 1, 3, 9]),
    because("same officer", &[1, 8, 9]),
    because("same day", &[1, 2, 9]),
];

/// Comparisons of a kind, in the order in which they are explained.
pub(crate) fn comparisons(kind: Kind) -> &'static [Comparison] {
    if kind == Kind::Person { PERSON } else { THING }
}

/// Ways in which different entities of a kind look alike.
pub(crate) fn coincidences(kind: Kind) -> &'static [Coincidence] {
    if kind == Kind::Person {
        PERSON_COINCIDENCES
    } else {
        THING_COINCIDENCES
    }
}

/// Position of the address among the comparisons.
pub(crate) fn address_position(kind: Kind) -> usize {
    if kind == Kind::Person { 4 } else { 3 }
}
