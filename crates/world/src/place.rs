//! The map: a free port, its six neighbours, their towns and streets.

use crate::names::{Culture, script};
use crate::random::Rng;

/// A state of this world. Codes are from the range that ISO 3166 leaves to its users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) native: &'static str,
    pub(crate) culture: Culture,
    /// First letter of its passports.
    pub(crate) letter: char,
    /// Prefix of its company numbers and the scheme under which they are cited.
    pub(crate) number_prefix: &'static str,
    pub(crate) scheme: &'static str,
    pub(crate) towns: &'static [&'static str],
    pub(crate) streets: &'static [&'static str],
}

impl State {
    /// The town in which its ships are registered.
    pub(crate) fn port(&self) -> &'static str {
        self.towns.first().copied().unwrap_or(self.name)
    }
}

/// All states, the port itself first, then in the order of [`Culture::NEIGHBOURS`].
pub(crate) const STATES: [State; 7] = [
    State {
        code: "QM",
        name: "Merravin",
        native: "Merravin",
        culture: Culture::Harbour,
        letter: 'M',
        number_prefix: "HR",
        scheme: "QM-HR",
        towns: &["Merravin"],
        streets: &[],
    },
    State {
        code: "QV",
        name: "Velmark",
        native: "Velmarkie",
        culture: Culture::Velmark,
        letter: 'V',
        number_prefix: "VK ",
        scheme: "QV-OR",
        towns: &["Zárubec", "Mlýnov nad Tůní", "Hrdlošov"],
        streets: &[
            "Dlouhá",
            "Mlýnská",
            "Na Hrázi",
            "Solní",
            "Pluhařova",
            "Čmeláčí",
        ],
    },
    State {
        code: "QR",
        name: "Drovonia",
        native: "Дровония",
        culture: Culture::Drovonian,
        letter: 'D',
        number_prefix: "",
        scheme: "QR-GRN",
        towns: &["Drovograd", "Urzhinsk", "Bely Kryazh"],
        streets: &[
            "ul. Beregovaya",
            "ul. Sukhoputnaya",
            "Zavodskoy proyezd",
            "ul. Plavshchikov",
            "nab. Kryazhevaya",
        ],
    },
    State {
        code: "QT",
        name: "Kalathene",
        native: "Καλαθήνη",
        culture: Culture::Kalathene,
        letter: 'K',
        number_prefix: "KE ",
        scheme: "QT-KE",
        towns: &["Kalathos", "Armyropolis", "Nea Xera"],
        streets: &[
            "Odos Faron",
            "Odos Ostrias",
            "Leoforos Pelagias",
            "Odos Trekhantirion",
            "Plateia Isalou",
        ],
    },
    State {
        code: "QW",
        name: "Wadhira",
        native: "وضيرة",
        culture: Culture::Wadhiri,
        letter: 'W',
        number_prefix: "CR-",
        scheme: "QW-CR",
        towns: &["Bandar Wadhir", "Al Dhiffa", "Qasr al Mawj"],
        streets: &[
            "Sharia al Fanar",
            "Sharia al Ghawwasin",
            "Corniche Road",
            "Souk al Milh",
            "Sharia al Bawsala",
        ],
    },
    State {
        code: "QZ",
        name: "Lazmeri",
        native: "ლაზმერი",
        culture: Culture::Lazmeri,
        letter: 'L',
        number_prefix: "LZ",
        scheme: "QZ-NRP",
        towns: &["Ghuzari", "Chalatubani", "Zghvispiri"],
        streets: &[
            "Khidis kucha",
            "Navsadguris kucha",
            "Nislis aghmarti",
            "Rkinis kucha",
        ],
    },
    State {
        code: "QY",
        name: "Yunqiao",
        native: "云桥",
        culture: Culture::Yunqiao,
        letter: 'Y',
        number_prefix: "9133",
        scheme: "QY-USC",
        towns: &["Ludao", "Langang", "Yanyu"],
        streets: &[
            "Hangyun Road",
            "Qiaotou Street",
            "Yugang Avenue",
            "Songlan Road",
        ],
    },
];

/// The state in which a culture is at home.
pub(crate) fn home(culture: Culture) -> &'static State {
    let [
        harbour,
        velmark,
        drovonia,
        kalathene,
        wadhira,
        lazmeri,
        yunqiao,
    ] = &STATES;
    match culture {
        Culture::Harbour => harbour,
        Culture::Velmark => velmark,
        Culture::Drovonian => drovonia,
        Culture::Kalathene => kalathene,
        Culture::Wadhiri => wadhira,
        Culture::Lazmeri => lazmeri,
        Culture::Yunqiao => yunqiao,
    }
}

/// Where somebody lives or a company sits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) street: String,
    pub(crate) house: String,
    pub(crate) postcode: String,
    pub(crate) city: String,
    pub(crate) state: &'static State,
}

pub(crate) const STREET_STEMS: &[&str] = &[
    "Anker", "Bølge", "Ræve", "Mølle", "Salt", "Tjære", "Reb", "Sejl", "Kobber", "Fyr", "Lods",
    "Mast", "Skærs", "Toldbod", "Hvalros", "Måge", "Silde", "Vinter", "Øster", "Vester", "Nordre",
    "Søndre", "Kran", "Pakhus",
];
pub(crate) const STREET_KINDS: &[&str] = &[
    "gade", "vej", "stræde", "kaj", "plads", "bakke", "allé", "brygge",
];

impl Address {
    /// An address in a state; most people of the port live in the port.
    pub(crate) fn draw(rng: &mut Rng, state: &'static State) -> Self {
        if state.culture == Culture::Harbour {
            return Self::in_port(rng, state);
        }
        Self {
            street: rng.pick(state.streets).to_owned(),
            house: rng.between(1, 180).to_string(),
            postcode: format!("{}-{:04}", state.code, rng.between(1000, 9899)),
            city: rng.lean(state.towns).to_owned(),
            state,
        }
    }

    fn in_port(rng: &mut Rng, state: &'static State) -> Self {
        let stem = rng.below(STREET_STEMS.len() as u64);
        let kind = rng.below(STREET_KINDS.len() as u64);
        let name =
            |list: &[&'static str], at: u64| list.get(at as usize).copied().unwrap_or_default();
        let letter = if rng.chance(150) {
            rng.pick(&["A", "B", "C"])
        } else {
            ""
        };
        Self {
            street: format!("{}{}", name(STREET_STEMS, stem), name(STREET_KINDS, kind)),
            house: format!("{}{letter}", rng.between(1, 140)),
            postcode: (1000 + stem * 40 + kind).to_string(),
            city: state.name.to_owned(),
            state,
        }
    }

    /// `Ankergade 12, 1204 Merravin`.
    pub(crate) fn line(&self) -> String {
        format!(
            "{} {}, {} {}",
            self.street, self.house, self.postcode, self.city
        )
    }

    /// The line with its country.
    pub(crate) fn full(&self) -> String {
        format!("{}, {}", self.line(), self.state.name)
    }

    /// As somebody in a hurry writes it: without marks, the street shortened, number first.
    pub(crate) fn sloppy(&self) -> String {
        let street = script::unmarked(&self.street)
            .replace("gade", "gd.")
            .replace("vej", "v.");
        format!("{} {street}, {}", self.house, self.city)
    }

    /// The ground truth's id of this address.
    pub(crate) fn id(&self) -> String {
        let text = format!("{} {} {}", self.street, self.house, self.postcode);
        let plain = script::unmarked(&text).to_lowercase();
        let slug: String = plain
            .chars()
            .map(|sign| {
                if sign.is_ascii_alphanumeric() {
                    sign
                } else {
                    '-'
                }
            })
            .collect();
        format!("address:{}-{slug}", self.state.code.to_lowercase())
    }
}
