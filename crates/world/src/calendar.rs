//! Who publishes what, and on which days: nine organisations, nine bases, fifty releases after.

use crate::date::Date;

/// An organisation's dataset with its release days.
pub(crate) struct Series {
    pub(crate) dataset: &'static str,
    pub(crate) title: &'static str,
    pub(crate) publisher: &'static str,
    pub(crate) format: &'static str,
    /// Whether the releases after the base hold everything again, or what is new only.
    pub(crate) full: bool,
    days: &'static [(i32, i32, i32)],
}

/// One release of one dataset.
#[derive(Clone, Debug)]
pub(crate) struct Release {
    pub(crate) dataset: &'static str,
    /// 0 for the base, then counting.
    pub(crate) number: usize,
    pub(crate) date: Date,
    pub(crate) full: bool,
}

impl Release {
    /// The folder below the world's: `harbour_register/002-2024-02-05`.
    pub(crate) fn path(&self) -> String {
        format!("{}/{:03}-{}", self.dataset, self.number + 1, self.date)
    }
}

impl Series {
    pub(crate) fn releases(&self) -> impl Iterator<Item = Release> + '_ {
        self.days
            .iter()
            .enumerate()
            .map(|(number, (year, month, day))| Release {
                dataset: self.dataset,
                number,
                date: Date::new(*year, *month, *day),
                full: self.full || number == 0,
            })
    }

    /// The day of release `number`; the last day for numbers beyond.
    pub(crate) fn day(&self, number: usize) -> Date {
        let day = self.days.get(number).or(self.days.last());
        day.map(|(year, month, day)| Date::new(*year, *month, *day))
            .unwrap_or_default()
    }
}

/// The company register.
pub(crate) const REGISTER: Series = Series {
    dataset: "harbour_register",
    title: "Harbour Register of Companies",
    publisher: "Merravin Registrar of Companies",
    format: "csv",
    full: true,
    days: &[
        (2024, 1, 8),
        (2024, 2, 5),
        (2024, 3, 4),
        (2024, 4, 8),
        (2024, 5, 6),
        (2024, 6, 3),
        (2024, 7, 8),
        (2024, 8, 5),
        (2024, 9, 2),
        (2024, 10, 7),
        (2024, 11, 4),
        (2024, 12, 2),
        (2025, 1, 6),
    ],
};

/// The sanctions list.
pub(crate) const SANCTIONS: Series = Series {
    dataset: "sanctions",
    title: "Consolidated List of Restricted Parties",
    publisher: "Merravin Office of Trade Measures",
    format: "csv",
    full: true,
    days: &[
        (2024, 1, 9),
        (2024, 1, 22),
        (2024, 2, 19),
        (2024, 3, 18),
        (2024, 4, 15),
        (2024, 5, 20),
        (2024, 6, 17),
        (2024, 7, 15),
        (2024, 8, 19),
        (2024, 9, 23),
        (2024, 10, 21),
        (2024, 11, 18),
        (2024, 12, 16),
    ],
};

/// Beneficial ownership.
pub(crate) const OWNERSHIP: Series = Series {
    dataset: "ownership",
    title: "Register of Beneficial Owners",
    publisher: "Merravin Ministry of Finance",
    format: "bods-0.4-json",
    full: false,
    days: &[
        (2024, 1, 10),
        (2024, 1, 29),
        (2024, 3, 11),
        (2024, 4, 22),
        (2024, 6, 10),
        (2024, 7, 29),
        (2024, 9, 16),
        (2024, 11, 11),
        (2025, 1, 13),
    ],
};

/// Public contracts.
pub(crate) const PROCUREMENT: Series = Series {
    dataset: "procurement",
    title: "Public Contracts Gazette",
    publisher: "Merravin Procurement Agency",
    format: "ocds-1.1-json",
    full: false,
    days: &[
        (2024, 1, 11),
        (2024, 1, 31),
        (2024, 2, 29),
        (2024, 4, 30),
        (2024, 6, 28),
        (2024, 8, 30),
        (2024, 10, 31),
        (2024, 12, 20),
        (2025, 1, 31),
    ],
};

/// Ships.
pub(crate) const SHIPS: Series = Series {
    dataset: "ship_register",
    title: "Register of Ships",
    publisher: "Merravin Maritime Administration",
    format: "xlsx",
    full: true,
    days: &[(2024, 1, 12), (2024, 4, 12), (2024, 7, 12), (2024, 10, 11)],
};

/// Officials' declarations of interest.
pub(crate) const DECLARATIONS: Series = Series {
    dataset: "declarations",
    title: "Declarations of Interest",
    publisher: "Merravin Integrity Commission",
    format: "json",
    full: true,
    days: &[(2024, 1, 15), (2024, 7, 1), (2025, 1, 15)],
};

/// The leaked files.
pub(crate) const LEAK: Series = Series {
    dataset: "leak",
    title: "The Lantern Files",
    publisher: "Coastal Reporters' Circle",
    format: "csv",
    full: false,
    days: &[(2024, 1, 16), (2024, 5, 28)],
};

/// Land.
pub(crate) const LAND: Series = Series {
    dataset: "land",
    title: "Land Register",
    publisher: "Merravin Survey and Land Office",
    format: "xml",
    full: true,
    days: &[(2024, 1, 17), (2024, 6, 30), (2024, 12, 31)],
};

/// Letters, reports and mails.
pub(crate) const DOCUMENTS: Series = Series {
    dataset: "documents",
    title: "Documents received",
    publisher: "various senders",
    format: "pdf, docx, eml",
    full: false,
    days: &[(2024, 1, 18), (2024, 3, 25), (2024, 9, 9)],
};

/// All series, in the order in which they are written.
pub(crate) const ALL: [&Series; 9] = [
    &REGISTER,
    &SANCTIONS,
    &OWNERSHIP,
    &PROCUREMENT,
    &SHIPS,
    &DECLARATIONS,
    &LEAK,
    &LAND,
    &DOCUMENTS,
];
