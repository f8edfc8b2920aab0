//! Working days: which days nobody works, read from a file that people can read, and deadlines counted in working days.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

use crate::time::Moment;

/// Most working days of one deadline.
pub const LONGEST: u32 = 750;

/// A day of the calendar, `2026-05-03`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Day(Date);

impl Day {
    /// The day of a moment, in UTC.
    pub fn of(at: Moment) -> Option<Self> {
        at.day().parse().ok()
    }

    /// The next day; the last day of all has none and stays.
    fn next(self) -> Self {
        Self(self.0.tomorrow().unwrap_or(self.0))
    }

    /// The moment at which it begins, in UTC.
    pub fn begins(self) -> Option<Moment> {
        Moment::from_rfc3339(&format!("{self}T00:00:00Z"))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0)
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

impl TryFrom<String> for Day {
    type Error = NotADay;
    fn try_from(text: String) -> Result<Self, NotADay> {
        text.parse()
    }
}

/// A text that is no day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("is no day of the form `2026-05-03`")]
pub struct NotADay;

impl FromStr for Day {
    type Err = NotADay;
    fn from_str(text: &str) -> Result<Self, NotADay> {
        let written = text.trim();
        let day = written.parse::<Date>().map(Self).map_err(|_| NotADay)?;
        // Other spellings of a date are read as well; only one is written here.
        (day.to_string() == written).then_some(day).ok_or(NotADay)
    }
}

/// Why a calendar cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// It is not of the form.
    #[error("the calendar cannot be read: {0}")]
    Form(String),
    /// A day in it is none.
    #[error("the calendar has a day `{0}` that is neither `MM-DD` nor `YYYY-MM-DD`")]
    Day(String),
    /// A word in it is no day of the week, or all seven are free.
    #[error("the calendar's weekend has `{0}`, which is no day of the week or leaves none to work")]
    Weekend(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    weekend: Vec<String>,
    #[serde(default)]
    holiday: Vec<Named>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    day: String,
    name: String,
}

/// The days on which nobody works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    weekend: Vec<Weekday>,
    every_year: BTreeMap<(i8, i8), String>,
    once: BTreeMap<Day, String>,
}

const STANDARD: &str = include_str!("../../../policies/calendar.toml");

const WEEK: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

impl Calendar {
    /// The calendar that comes with the program.
    ///
    /// # Errors
    /// Never for the file as it is checked in; a test reads it.
    pub fn standard() -> Result<Self, CalendarError> {
        Self::read(STANDARD)
    }

    /// Reads a calendar from its file's text.
    ///
    /// # Errors
    /// [`CalendarError`] with what cannot be read.
    pub fn read(text: &str) -> Result<Self, CalendarError> {
        let file: File =
            toml::from_str(text).map_err(|error| CalendarError::Form(error.to_string()))?;
        let mut calendar = Self {
            weekend: Vec::new(),
            every_year: BTreeMap::new(),
            once: BTreeMap::new(),
        };
        for word in &file.weekend {
            let found = WEEK.iter().find(|(name, _)| name == word);
            let (_, day) = found.ok_or_else(|| CalendarError::Weekend(word.clone()))?;
            calendar.weekend.push(*day);
            if WEEK.iter().all(|(_, day)| calendar.weekend.contains(day)) {
                return Err(CalendarError::Weekend(word.clone()));
            }
        }
        for holiday in file.holiday {
            // A leap year, so that 29 February can be a holiday.
            let yearly = Date::from_str(&format!("2024-{}", holiday.day));
            if let Ok(day) = holiday.day.parse::<Day>() {
                calendar.once.insert(day, holiday.name);
            } else if let (5, Ok(day)) = (holiday.day.len(), yearly) {
                calendar
                    .every_year
                    .insert((day.month(), day.day()), holiday.name);
            } else {
                return Err(CalendarError::Day(holiday.day));
            }
        }
        Ok(calendar)
    }

    /// What day off it is; none on a working day.
    pub fn off(&self, day: Day) -> Option<&str> {
        let yearly = self.every_year.get(&(day.0.month(), day.0.day()));
        if let Some(name) = self.once.get(&day).or(yearly) {
            return Some(name);
        }
        self.weekend.contains(&day.0.weekday()).then_some("weekend")
    }

    /// The day on which so many working days have passed since a day; the day itself does not count.
    pub fn after(&self, day: Day, working_days: u32) -> Day {
        let mut at = day;
        let mut left = working_days.min(LONGEST);
        while left > 0 {
            let next = at.next();
            if next == at {
                return at;
            }
            at = next;
            left -= u32::from(self.off(at).is_none());
        }
        at
    }

    /// How many working days lie after one day up to another; nothing when that has passed.
    pub fn working_days(&self, from: Day, until: Day) -> u32 {
        let (mut at, mut days) = (from, 0);
        while at < until && days <= LONGEST {
            at = at.next();
            days += u32::from(self.off(at).is_none());
        }
        days
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn deadlines_leave_out_weekends_and_holidays() {
        let calendar = Calendar::standard().unwrap();
        for (from, days, until) in [
            ("2026-11-27", 1, "2026-11-30"),
            ("2026-11-28", 1, "2026-11-30"),
            ("2026-12-24", 1, "2026-12-28"),
            ("2026-12-24", 5, "2027-01-04"),
            ("2026-04-02", 1, "2026-04-07"),
            ("2026-04-02", 0, "2026-04-02"),
        ] {
            assert_eq!(calendar.after(day(from), days), day(until), "{from} {days}");
            assert_eq!(calendar.working_days(day(from), day(until)), days, "{from}");
        }
        assert_eq!(
            calendar.working_days(day("2026-05-04"), day("2026-05-01")),
            0
        );
        assert_eq!(calendar.off(day("2026-12-25")), Some("Christmas Day"));
    }

    #[test]
    fn another_week_and_other_holidays_can_be_laid_down() {
        let text = "weekend = [\"friday\"]\n[[holiday]]\nday = \"02-29\"\nname = \"Leap day\"\n";
        let calendar = Calendar::read(text).unwrap();
        assert_eq!(calendar.after(day("2028-02-28"), 1), day("2028-03-01"));
        for wrong in [
            "weekend = [\"caturday\"]",
            "weekend = []\n[[holiday]]\nday = \"13-01\"\nname = \"x\"",
            "weekend = []\nfree = 3",
            "weekend = [\"monday\",\"tuesday\",\"wednesday\",\"thursday\",\"friday\",\"saturday\",\"sunday\"]",
        ] {
            assert!(Calendar::read(wrong).is_err(), "{wrong}");
        }
    }
}
