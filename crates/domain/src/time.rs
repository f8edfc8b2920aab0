//! Moments and partial dates. The clock itself is passed in by the composition root.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Tells the time. The server passes the system's; a test profile passes one that can be moved.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Moment;

    /// Microseconds passed since some beginning, which nobody can set. A clock that nobody sets needs no other.
    fn count(&self) -> i64 {
        self.now().micros()
    }
}

/// A moment: microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(i64);

impl Moment {
    /// Takes microseconds since 1970.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }
    /// Takes seconds since 1970.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds * 1_000_000)
    }
    /// Gives microseconds since 1970.
    pub const fn micros(self) -> i64 {
        self.0
    }
    /// The moment some seconds later (or earlier, when negative).
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }
    /// The moment some days of 24 hours later.
    pub const fn plus_days(self, days: i64) -> Self {
        self.plus_seconds(days.saturating_mul(86_400))
    }
    /// The same time of day some calendar months later (or earlier, when negative), in UTC; a day that the month lacks is its
    /// last.
    pub fn plus_months(self, months: i32) -> Self {
        use jiff::ToSpan;
        let later = jiff::Timestamp::from_microsecond(self.0)
            .map(|moment| moment.to_zoned(jiff::tz::TimeZone::UTC))
            .and_then(|zoned| zoned.checked_add(months.months()));
        later.map_or(self, |zoned| Self(zoned.timestamp().as_microsecond()))
    }
    /// The moment as RFC 3339 in UTC with microseconds, `2024-05-03T10:00:00.000000Z`.
    pub fn to_rfc3339(self) -> String {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(timestamp) => format!("{timestamp:.6}"),
            Err(_) => self.0.to_string(),
        }
    }
    /// Reads an RFC 3339 moment.
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>()
            .ok()
            .map(|timestamp| Self(timestamp.as_microsecond()))
    }
    /// The calendar day in UTC as `YYYY-MM-DD`.
    pub fn day(self) -> String {
        self.to_rfc3339().chars().take(10).collect()
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.to_rfc3339())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_and_read_back() {
        let moment = Moment::from_seconds(1_714_730_400);
        assert_eq!(moment.to_rfc3339(), "2024-05-03T10:00:00.000000Z");
        assert_eq!(Moment::from_rfc3339("2024-05-03T10:00:00Z"), Some(moment));
        assert_eq!(moment.day(), "2024-05-03");
    }

    #[test]
    fn months_are_those_of_the_calendar() {
        let last = Moment::from_rfc3339("2024-08-31T10:00:00Z").unwrap();
        assert_eq!(last.plus_months(18).day(), "2026-02-28");
        assert_eq!(last.plus_months(-3).day(), "2024-05-31");
    }
}
