//! Calendar days, as day numbers, with the spellings publishers use. No clock and no zones.

use std::fmt;

/// A day, counted from 1970-01-01 in the Gregorian calendar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Date(i32);

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Date {
    /// The day with this year, month (1 to 12) and day. Day counts follow the usual
    /// era arithmetic: years begin in March, so that leap days come last.
    pub(crate) fn new(year: i32, month: i32, day: i32) -> Self {
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Self(era * 146_097 + day_of_era - 719_468)
    }

    /// Year, month and day.
    pub(crate) fn parts(self) -> (i32, i32, i32) {
        let days = self.0 + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 {
            shifted + 3
        } else {
            shifted - 9
        };
        let year = year_of_era + era * 400 + i32::from(month <= 2);
        (year, month, day)
    }

    pub(crate) fn plus(self, days: i64) -> Self {
        Self(self.0.saturating_add(i32::try_from(days).unwrap_or(0)))
    }

    pub(crate) fn year(self) -> i32 {
        self.parts().0
    }

    /// `12 May 1961`, as the sanctions list writes it.
    pub(crate) fn short_words(self) -> String {
        let (year, month, day) = self.parts();
        let name: String = self.month_name(month).chars().take(3).collect();
        format!("{day:02} {name} {year}")
    }

    /// `12 May 1961`, with the month in full.
    pub(crate) fn words(self) -> String {
        let (year, month, day) = self.parts();
        format!("{day} {} {year}", self.month_name(month))
    }

    /// `12/05/1961`: day first.
    pub(crate) fn slashes(self) -> String {
        let (year, month, day) = self.parts();
        format!("{day:02}/{month:02}/{year}")
    }

    /// `1961-05`: the day left out.
    pub(crate) fn month_only(self) -> String {
        let (year, month, _) = self.parts();
        format!("{year}-{month:02}")
    }

    /// Day and month exchanged, when that gives another day that exists.
    pub(crate) fn swapped(self) -> Option<Self> {
        let (year, month, day) = self.parts();
        (day <= 12 && day != month).then(|| Self::new(year, day, month))
    }

    /// `Mon, 08 Jan 2024 09:15:00 +0000`, for mail headers.
    pub(crate) fn mail(self, hour: u64, minute: u64) -> String {
        let names = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
        let weekday = names.get(self.0.rem_euclid(7) as usize).unwrap_or(&"Thu");
        format!(
            "{weekday}, {} {hour:02}:{minute:02}:00 +0000",
            self.short_words()
        )
    }

    fn month_name(self, month: i32) -> &'static str {
        let at = usize::try_from(month - 1).unwrap_or(0);
        MONTHS.get(at).copied().unwrap_or_default()
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.parts();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_parts_agree() {
        for (days, text) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (11_016, "2000-02-29"),
            (19_730, "2024-01-08"),
        ] {
            assert_eq!(Date(days).to_string(), text);
        }
        for days in -40_000..40_000 {
            let (year, month, day) = Date(days).parts();
            assert_eq!(Date::new(year, month, day), Date(days));
        }
    }

    #[test]
    fn spellings() {
        let date = Date::new(1961, 5, 2);
        assert_eq!(date.short_words(), "02 May 1961");
        assert_eq!(date.words(), "2 May 1961");
        assert_eq!(date.slashes(), "02/05/1961");
        assert_eq!(date.swapped(), Some(Date::new(1961, 2, 5)));
        assert_eq!(Date::new(1961, 5, 13).swapped(), None);
        assert_eq!(
            Date::new(2024, 1, 8).mail(9, 5),
            "Mon, 08 Jan 2024 09:05:00 +0000"
        );
    }
}
