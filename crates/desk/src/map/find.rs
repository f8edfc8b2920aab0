//! Finding an address on the base: by the names of its town and street, and along the street by its number. Nothing is
//! guessed: what two places could be is told as that, and not drawn.

use super::base::{Base, Point, Street, key};

/// How exactly a place is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exact {
    /// The source gives the coordinates.
    Given,
    /// By street and number: reckoned along the street.
    House,
    /// A site with a name.
    Site,
    /// Somewhere in the street.
    Street,
    /// Somewhere in the town.
    Town,
}

impl Exact {
    /// All of them, the most exact first.
    pub const ALL: [Self; 5] = [
        Self::Given,
        Self::House,
        Self::Site,
        Self::Street,
        Self::Town,
    ];
    /// The word used in addresses and answers.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::House => "house",
            Self::Site => "site",
            Self::Street => "street",
            Self::Town => "town",
        }
    }
    /// Whether it is one spot and not somewhere within a larger one.
    pub const fn spot(self) -> bool {
        matches!(self, Self::Given | Self::House | Self::Site)
    }
}

/// Where an address was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The point.
    pub at: Point,
    /// How exactly.
    pub exact: Exact,
    /// What of the base it was found by: `Ankergade, Merravin`.
    pub by: String,
}

/// Why an address has no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nowhere {
    /// The base has no street, site or town of that name.
    Unknown,
    /// The base has several, and the address does not say which.
    Several,
}

impl Base {
    /// Finds an address; `house` says whether its number may be used.
    pub fn find(&self, address: &str, house: bool) -> Result<Found, Nowhere> {
        let parts: Vec<String> = address
            .split([',', ';', '\n'])
            .map(key)
            .filter(|part| !part.is_empty())
            .collect();
        let towns: Vec<usize> = self.towns(&parts);
        let names: Vec<&str> = towns
            .iter()
            .filter_map(|town| self.spots.get(*town))
            .map(|town| town.name.as_str())
            .collect();
        if let Some(found) = self.street(&parts, &names, house)? {
            return Ok(found);
        }
        if let Some(found) = self.site(&parts, &names)? {
            return Ok(found);
        }
        match towns.as_slice() {
            [] => Err(Nowhere::Unknown),
            [town] => self
                .spots
                .get(*town)
                .map(|town| Found {
                    at: town.at,
                    exact: Exact::Town,
                    by: town.name.clone(),
                })
                .ok_or(Nowhere::Unknown),
            _ => Err(Nowhere::Several),
        }
    }

    /// The towns that the parts of an address name: a part that is the name, or ends in it after a postcode.
    fn towns(&self, parts: &[String]) -> Vec<usize> {
        let mut towns = Vec::new();
        for part in parts {
            let words: Vec<&str> = part.split(' ').collect();
            // The longest name first, so that `Bely Kryazh` is not `Kryazh`.
            for from in 0..words.len() {
                let before = words.get(..from).unwrap_or_default();
                let postcode = before
                    .iter()
                    .all(|word| word.chars().any(|sign| sign.is_ascii_digit()) || word.len() <= 2);
                let name = words.get(from..).unwrap_or_default().join(" ");
                if let Some(found) = self.by_spot.get(&name).filter(|_| postcode) {
                    towns.extend(
                        found
                            .iter()
                            .copied()
                            .filter(|spot| self.spots.get(*spot).is_some_and(|spot| spot.town)),
                    );
                    break;
                }
            }
        }
        towns.sort_unstable();
        towns.dedup();
        towns
    }

    fn street(
        &self,
        parts: &[String],
        towns: &[&str],
        house: bool,
    ) -> Result<Option<Found>, Nowhere> {
        for part in parts {
            let words: Vec<&str> = part.split(' ').collect();
            let (name, number) = match words.as_slice() {
                [first, rest @ ..] if house_number(first).is_some() && !rest.is_empty() => {
                    (rest.join(" "), house_number(first))
                }
                [rest @ .., last] if house_number(last).is_some() && !rest.is_empty() => {
                    (rest.join(" "), house_number(last))
                }
                _ => (part.clone(), None),
            };
            let Some(named) = self.by_street.get(&name) else {
                continue;
            };
            let mut fitting = named
                .iter()
                .filter_map(|street| self.streets.get(*street))
                .filter(|street| towns.is_empty() || towns.contains(&street.city.as_str()));
            let Some(street) = fitting.next() else {
                continue;
            };
            if fitting.next().is_some() {
                return Err(Nowhere::Several);
            }
            return Ok(Some(along(street, number.filter(|_| house))));
        }
        Ok(None)
    }

    fn site(&self, parts: &[String], towns: &[&str]) -> Result<Option<Found>, Nowhere> {
        for part in parts {
            let Some(named) = self.by_spot.get(part) else {
                continue;
            };
            let mut fitting = named
                .iter()
                .filter_map(|spot| self.spots.get(*spot))
                .filter(|spot| !spot.town)
                .filter(|spot| towns.is_empty() || towns.contains(&spot.city.as_str()));
            let Some(spot) = fitting.next() else {
                continue;
            };
            if fitting.next().is_some() {
                return Err(Nowhere::Several);
            }
            return Ok(Some(Found {
                at: spot.at,
                exact: Exact::Site,
                by: full(&spot.name, &spot.city),
            }));
        }
        Ok(None)
    }
}

fn full(name: &str, city: &str) -> String {
    match city.is_empty() {
        true => name.to_owned(),
        false => format!("{name}, {city}"),
    }
}

/// `12`, `12b`: a house's number. A postcode is longer.
fn house_number(word: &str) -> Option<u32> {
    let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
    let rest = word.len() - digits.len();
    (rest <= 1 && digits.len() <= 3)
        .then(|| digits.parse().ok())
        .flatten()
}

/// The place of a number on a street: as far along it as the number is in its span; the middle without one.
fn along(street: &Street, number: Option<u32>) -> Found {
    let by = full(&street.name, &street.city);
    let span = street.houses.zip(number);
    let inside = span.filter(|((first, last), number)| (first..=last).contains(&number));
    let (part, exact) = match inside {
        Some(((first, last), number)) => (
            f64::from(number - first) / f64::from(last - first).max(1.0),
            Exact::House,
        ),
        None => (0.5, Exact::Street),
    };
    Found {
        at: part_way(&street.line, part),
        exact,
        by,
    }
}

fn part_way(line: &[Point], part: f64) -> Point {
    let long = |pair: &[Point]| match pair {
        [(x, y), (z, w)] => (z - x).hypot(w - y),
        _ => 0.0,
    };
    let whole: f64 = line.windows(2).map(long).sum();
    let mut left = whole * part.clamp(0.0, 1.0);
    for pair in line.windows(2) {
        let this = long(pair);
        if let [(x, y), (z, w)] = pair
            && left <= this
        {
            let share = if this > 0.0 { left / this } else { 0.0 };
            return (x + (z - x) * share, y + (w - y) * share);
        }
        left -= this;
    }
    line.last().copied().unwrap_or_default()
}
