//! Names of people and companies in seven cultures and six scripts, each with the spellings
//! under which other countries know them.

pub(crate) mod companies;
pub(crate) mod material;
pub(crate) mod people;
pub(crate) mod script;
pub(crate) mod trades;

/// The languages spoken around the port. A culture fixes script, name order and legal forms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Culture {
    /// Merravin itself: Latin with ø, å, æ.
    #[default]
    Harbour,
    /// Velmark: Latin with carons and strokes.
    Velmark,
    /// Drovonia: Cyrillic.
    Drovonian,
    /// Kalathene: Greek.
    Kalathene,
    /// Wadhira: Arabic.
    Wadhiri,
    /// Lazmeri: Georgian.
    Lazmeri,
    /// Yunqiao: Chinese.
    Yunqiao,
}

impl Culture {
    /// The cultures other than the harbour's.
    pub(crate) const NEIGHBOURS: [Self; 6] = [
        Self::Velmark,
        Self::Drovonian,
        Self::Kalathene,
        Self::Wadhiri,
        Self::Lazmeri,
        Self::Yunqiao,
    ];

    /// Drawn as people are mixed in a port: half of them from the city.
    pub(crate) fn draw(rng: &mut crate::random::Rng) -> Self {
        match rng.below(100) {
            0..50 => Self::Harbour,
            50..63 => Self::Velmark,
            63..77 => Self::Drovonian,
            77..86 => Self::Kalathene,
            86..93 => Self::Wadhiri,
            93..97 => Self::Lazmeri,
            _ => Self::Yunqiao,
        }
    }

    /// Whether names are written in a script other than Latin at home.
    pub(crate) fn has_own_script(self) -> bool {
        !matches!(self, Self::Harbour | Self::Velmark)
    }
}

/// One word in its own script, and its Latin spellings by the four schemes of [`script`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) native: String,
    pub(crate) latin: [String; 4],
}

impl Word {
    pub(crate) fn new(culture: Culture, native: &str) -> Self {
        let latin = match culture {
            Culture::Harbour | Culture::Velmark | Culture::Wadhiri | Culture::Yunqiao => {
                script::latin(native)
            }
            Culture::Drovonian => script::cyrillic(native),
            Culture::Kalathene => script::greek(native),
            Culture::Lazmeri => script::georgian(native),
        };
        Self {
            native: native.to_owned(),
            latin,
        }
    }

    pub(crate) fn spelled((native, latin): material::Spelled) -> Self {
        Self {
            native: native.to_owned(),
            latin: latin.map(str::to_owned),
        }
    }

    /// The word as it is, the same in every script.
    pub(crate) fn plain(text: &str) -> Self {
        Self {
            native: text.to_owned(),
            latin: [0; 4].map(|_| text.to_owned()),
        }
    }

    pub(crate) fn by(&self, scheme: usize) -> &str {
        self.latin
            .get(scheme)
            .map_or(self.native.as_str(), String::as_str)
    }

    /// Two words written as one.
    pub(crate) fn joined(&self, other: &Self) -> Self {
        let mut latin = self.latin.clone();
        for (mine, theirs) in latin.iter_mut().zip(&other.latin) {
            mine.push_str(theirs);
        }
        Self {
            native: format!("{}{}", self.native, other.native),
            latin,
        }
    }
}
