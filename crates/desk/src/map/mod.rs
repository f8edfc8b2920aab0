//! The map of a case: places of the companies, ships, contracts and documents that it holds, each with its source.
//!
//! The cast: [`base::Base`] is the installation's own map; [`find`] finds an address on it; a [`Place`] is one value of one
//! record with the point it was found at. Not here: persons. No address of a natural person is ever placed, no other's
//! that is also one of a person of the case, no property that a person owns, and no document nearer than its street.

pub mod base;
pub mod find;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use domain::authority::Actor;
use domain::id::{CaseId, DatasetId, EvidenceId, RecordId, StatementId};
use domain::identity::Identities;
use domain::policy::selector::MOST_PERSONS;
use domain::policy::{Act, Permit};
use domain::schema::Model;
use domain::statement::{Sequence, Statement};
use store::View;

use self::base::{Base, Point, key};
use self::find::{Exact, Nowhere};
use crate::act::Touched;
use crate::door::Knock;
use crate::{Desk, DeskError};

/// Most links of one record that are followed.
const MOST_LINKS: usize = 200;
/// Most places that are told.
const MOST_PLACES: usize = 500;

/// What a place is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlaceOf {
    /// A company or another organisation.
    Organisation,
    /// A ship or another vehicle.
    Vessel,
    /// A contract or a tender: where the work is done.
    Contract,
    /// Land and other property of organisations.
    Property,
    /// An item of evidence: where it was collected.
    Document,
}

impl PlaceOf {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 5] = [
        Self::Organisation,
        Self::Vessel,
        Self::Contract,
        Self::Property,
        Self::Document,
    ];
    /// The word used in addresses and answers.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::Vessel => "vessel",
            Self::Contract => "contract",
            Self::Property => "property",
            Self::Document => "document",
        }
    }
    /// Finds the kind of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// How the case came to hold what has the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Held {
    /// It is a subject.
    Subject,
    /// A note or finding cites it.
    Cited,
    /// It is linked to a subject by one step.
    Linked,
    /// It is filed as evidence.
    Filed,
}

impl Held {
    /// The word used in answers.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Cited => "cited",
            Self::Linked => "linked",
            Self::Filed => "filed",
        }
    }
}

/// Where a place is told in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// A value of a record.
    Record(RecordId, DatasetId, StatementId),
    /// An item of evidence.
    Evidence(EvidenceId),
}

/// Why an address has no point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unplaced {
    /// The base knows no such name.
    Unknown,
    /// The base knows several and the address does not say which.
    Several,
    /// A person of the case has the same address.
    Home,
}

impl Unplaced {
    /// The word used in answers.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Several => "several",
            Self::Home => "home",
        }
    }
}

/// An address of something that the case holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// What it is of.
    pub of: PlaceOf,
    /// What that is called.
    pub name: String,
    /// The subject on whose account it is here: itself, or what it is linked to.
    pub subject: Option<RecordId>,
    /// How the case came to hold it.
    pub held: Held,
    /// The schema and the property that hold the address; empty for evidence.
    pub property: (String, String),
    /// The address as it is written.
    pub address: String,
    /// The point, how exactly it is known, and by what of the base; or why there is none.
    pub found: Result<find::Found, Unplaced>,
    /// The source.
    pub told: Told,
}

/// The map of a case.
#[derive(Debug, Clone, Default)]
pub struct CaseMap {
    /// What has an address, subjects first.
    pub places: Vec<Place>,
    /// The subjects that are no persons or have something placed: record and caption.
    pub subjects: Vec<(RecordId, String)>,
    /// Whether places were left out because so many are told.
    pub left_out: bool,
    /// Whether the installation has a base.
    pub based: bool,
}

impl Desk {
    /// The base of the installation's maps.
    pub fn map_base(&self) -> Option<&Base> {
        self.inner.map_base.as_ref()
    }

    /// Reads the places of what a case holds, in one entry of the log.
    pub fn map(&self, actor: &Actor, case: CaseId) -> Result<CaseMap, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadRecord, case),
            |view, permit| {
                let mut draft = Draft::new(view, permit, self.map_base())?;
                draft.subjects()?;
                draft.cited()?;
                draft.filed()?;
                let touched: Vec<String> = draft
                    .touched
                    .iter()
                    .map(|record| self.pseudonym(record.bytes()))
                    .chain(draft.items.iter().map(|item| format!("evidence:{item}")))
                    .collect();
                Ok(Touched::new(draft.close(), touched))
            },
        )
    }
}

struct Draft<'a, 'v> {
    view: &'a View<'v>,
    permit: &'a Permit,
    base: Option<&'a Base>,
    identities: Identities,
    places: Vec<Place>,
    names: Vec<(RecordId, String)>,
    touched: BTreeSet<RecordId>,
    items: Vec<EvidenceId>,
    told: HashSet<StatementId>,
    /// Addresses of the case's persons, folded: nothing is placed there.
    homes: BTreeSet<String>,
    left_out: bool,
}

impl<'a, 'v> Draft<'a, 'v> {
    fn new(
        view: &'a View<'v>,
        permit: &'a Permit,
        base: Option<&'a Base>,
    ) -> Result<Self, DeskError> {
        let judgements = view.judgements(permit, Sequence::NOW)?;
        Ok(Self {
            view,
            permit,
            base,
            identities: Identities::closure(&judgements),
            places: Vec::new(),
            names: Vec::new(),
            touched: BTreeSet::new(),
            items: Vec::new(),
            told: HashSet::new(),
            homes: BTreeSet::new(),
            left_out: false,
        })
    }

    fn subjects(&mut self) -> Result<(), DeskError> {
        let mut linked = BTreeMap::new();
        let mut persons = BTreeSet::new();
        for subject in self.view.subjects(self.permit)? {
            let name = crate::record::caption(self.view, self.permit, subject.record)?;
            for member in self.identities.members(subject.record) {
                self.record(member, Some(subject.record), Held::Subject)?;
                let links = self
                    .view
                    .links(self.permit, member, Sequence::NOW, MOST_LINKS)?;
                for link in links {
                    if Model::standard().person_kind(&link.other_schema).guarded() {
                        // Read for one thing only: that nothing is drawn where they live.
                        if persons.len() < MOST_PERSONS {
                            persons.insert(link.other);
                        }
                    } else {
                        linked.entry(link.other).or_insert(subject.record);
                    }
                }
            }
            self.names.push((subject.record, name));
        }
        for person in persons {
            self.home(person)?;
        }
        for (record, subject) in linked {
            self.record(record, Some(subject), Held::Linked)?;
        }
        Ok(())
    }

    fn cited(&mut self) -> Result<(), DeskError> {
        let mut records = BTreeSet::new();
        for note in self.view.notes(self.permit)? {
            let reliances = self.view.reliances(self.permit, note.id)?;
            records.extend(reliances.into_iter().map(|reliance| reliance.record));
        }
        for record in records {
            self.record(record, None, Held::Cited)?;
        }
        Ok(())
    }

    /// Keeps an address of a person, so that nothing is placed there.
    fn home(&mut self, person: RecordId) -> Result<(), DeskError> {
        let said = self
            .view
            .statements(self.permit, person, Sequence::NOW, false)?;
        let homes = said.iter().filter(|one| one.property == "address");
        self.homes.extend(homes.map(|one| key(&one.value)));
        Ok(())
    }

    /// The places that a record says of itself.
    fn record(
        &mut self,
        record: RecordId,
        subject: Option<RecordId>,
        held: Held,
    ) -> Result<(), DeskError> {
        let Some(found) = self.view.record(self.permit, record, Sequence::NOW)? else {
            return Ok(());
        };
        let model = Model::standard();
        if model.person_kind(&found.schema).guarded() {
            return self.home(record);
        }
        let Some(of) = of(&found.schema) else {
            return Ok(());
        };
        if of == PlaceOf::Property && self.owned_by_person(record)? {
            return Ok(());
        }
        let said = self
            .view
            .statements(self.permit, record, Sequence::NOW, false)?;
        let given = given(&said);
        let mut placed = Vec::new();
        for one in &said {
            let address = match of {
                PlaceOf::Vessel => one.property == "registrationPort",
                _ => one.property == "address",
            };
            if address {
                placed.push((one.clone(), record, found.dataset));
            }
        }
        if of != PlaceOf::Vessel {
            self.address_records(record, found.dataset, &mut placed)?;
        }
        if placed.is_empty() {
            return Ok(());
        }
        let name = crate::record::caption(self.view, self.permit, record)?;
        for (one, of_record, dataset) in placed {
            if !self.told.insert(one.id) {
                continue;
            }
            if self.places.len() >= MOST_PLACES {
                self.left_out = true;
                return Ok(());
            }
            self.touched.insert(of_record);
            self.places.push(Place {
                of,
                name: name.clone(),
                subject,
                held,
                found: self.find(&one.value, given),
                property: (one.schema.clone(), one.property.clone()),
                address: one.value.clone(),
                told: Told::Record(of_record, dataset, one.id),
            });
        }
        Ok(())
    }

    /// Addresses that are records of their own, pointed at by the record.
    fn address_records(
        &self,
        record: RecordId,
        dataset: DatasetId,
        placed: &mut Vec<(Statement, RecordId, DatasetId)>,
    ) -> Result<(), DeskError> {
        let links = self
            .view
            .links(self.permit, record, Sequence::NOW, MOST_LINKS)?;
        for link in links {
            if link.other_schema != "Address" || link.inward {
                continue;
            }
            let said = self
                .view
                .statements(self.permit, link.other, Sequence::NOW, false)?;
            let full = said.into_iter().find(|one| one.property == "full");
            placed.extend(full.map(|one| (one, link.other, dataset)));
        }
        Ok(())
    }

    fn owned_by_person(&self, record: RecordId) -> Result<bool, DeskError> {
        let links = self
            .view
            .links(self.permit, record, Sequence::NOW, MOST_LINKS)?;
        let guarded = |schema: &str| Model::standard().person_kind(schema).guarded();
        Ok(links.iter().any(|link| guarded(&link.other_schema)))
    }

    fn find(&self, address: &str, given: Option<Point>) -> Result<find::Found, Unplaced> {
        if let Some(at) = given {
            return Ok(find::Found {
                at,
                exact: Exact::Given,
                by: "coordinates of the source".to_owned(),
            });
        }
        let base = self.base.ok_or(Unplaced::Unknown)?;
        base.find(address, true).map_err(why)
    }

    /// Where items of evidence were collected, to the street.
    fn filed(&mut self) -> Result<(), DeskError> {
        for item in self.view.evidence(self.permit)? {
            if item.place.trim().is_empty() || item.name.is_empty() || item.place == "erased" {
                continue;
            }
            if self.places.len() >= MOST_PLACES {
                self.left_out = true;
                return Ok(());
            }
            self.items.push(item.id);
            let found = self.base.ok_or(Unplaced::Unknown);
            self.places.push(Place {
                of: PlaceOf::Document,
                name: item.name,
                subject: None,
                held: Held::Filed,
                property: (String::new(), String::new()),
                found: found.and_then(|base| base.find(&item.place, false).map_err(why)),
                address: item.place,
                told: Told::Evidence(item.id),
            });
        }
        Ok(())
    }

    /// Takes away again what lies where a person of the case lives.
    fn close(mut self) -> CaseMap {
        let homes: Vec<Point> = self
            .homes
            .iter()
            .filter_map(|home| self.base?.find(home, true).ok())
            .filter(|home| home.exact == Exact::House)
            .map(|home| home.at)
            .collect();
        for place in &mut self.places {
            let same_words = self.homes.contains(&key(&place.address));
            let same_point = place
                .found
                .as_ref()
                .is_ok_and(|found| found.exact.spot() && homes.contains(&found.at));
            if same_words || same_point {
                place.found = Err(Unplaced::Home);
            }
        }
        let placed: BTreeSet<RecordId> = self
            .places
            .iter()
            .filter_map(|place| place.subject)
            .collect();
        self.names.retain(|(record, _)| placed.contains(record));
        CaseMap {
            places: self.places,
            subjects: self.names,
            left_out: self.left_out,
            based: self.base.is_some(),
        }
    }
}

const fn why(nowhere: Nowhere) -> Unplaced {
    match nowhere {
        Nowhere::Unknown => Unplaced::Unknown,
        Nowhere::Several => Unplaced::Several,
    }
}

/// What a record of a schema is on the map; nothing for what has no place of its own.
fn of(schema: &str) -> Option<PlaceOf> {
    let is = |ancestor: &str| Model::standard().is_a(schema, ancestor);
    if is("Organization") {
        Some(PlaceOf::Organisation)
    } else if is("Vehicle") {
        Some(PlaceOf::Vessel)
    } else if is("Contract") || is("CallForTenders") || is("Project") {
        Some(PlaceOf::Contract)
    } else if is("RealEstate") {
        Some(PlaceOf::Property)
    } else {
        None
    }
}

/// The coordinates that a source gives.
fn given(said: &[Statement]) -> Option<Point> {
    let number = |name: &str| {
        said.iter()
            .find(|one| one.property == name)
            .and_then(|one| one.value.parse::<f64>().ok())
    };
    let (east, north) = (number("longitude")?, number("latitude")?);
    (east.abs() <= 180.0 && north.abs() <= 90.0).then_some((east, north))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = r#"{"type":"FeatureCollection","name":"Test","features":[
        {"type":"Feature","properties":{"kind":"town","name":"Zárubec"},"geometry":{"type":"Point","coordinates":[10,50]}},
        {"type":"Feature","properties":{"kind":"town","name":"Merravin"},"geometry":{"type":"Point","coordinates":[0,0]}},
        {"type":"Feature","properties":{"kind":"street","name":"Mølleallé","city":"Merravin","houses":[1,11]},
         "geometry":{"type":"LineString","coordinates":[[0,0],[1,0],[1,1]]}},
        {"type":"Feature","properties":{"kind":"street","name":"Dlouhá","city":"Zárubec"},
         "geometry":{"type":"LineString","coordinates":[[10,50],[10,51]]}},
        {"type":"Feature","properties":{"kind":"street","name":"Dlouhá","city":"Elsewhere"},
         "geometry":{"type":"LineString","coordinates":[[20,50],[20,51]]}},
        {"type":"Feature","properties":{"kind":"site","name":"Outer Basin","city":"Merravin"},
         "geometry":{"type":"Point","coordinates":[0.5,0.5]}}]}"#;

    #[test]
    fn an_address_is_found_by_its_names_and_along_its_street() {
        let base = Base::read(BASE).expect("a base");
        let check = |address: &str, house: bool| {
            base.find(address, house)
                .map(|found| (found.at, found.exact, found.by))
        };
        for (address, at, exact) in [
            ("Mølleallé 1, 1204 Merravin", (0.0, 0.0), Exact::House),
            (
                "Mollealle 6, 1204, Merravin, Merravin",
                (1.0, 0.0),
                Exact::House,
            ),
            ("11 Mølleallé, Merravin", (1.0, 1.0), Exact::House),
            ("Mølleallé, Merravin", (1.0, 0.0), Exact::Street),
            ("Mølleallé 500, Merravin", (1.0, 0.0), Exact::Street),
            ("Dlouhá 12, QV-1234 Zárubec", (10.0, 50.5), Exact::Street),
            ("Outer Basin, Merravin", (0.5, 0.5), Exact::Site),
            ("Nowhere Road 3, Zarubec", (10.0, 50.0), Exact::Town),
        ] {
            let (point, how, _) = check(address, true).expect(address);
            assert_eq!((point, how), (at, exact), "{address}");
        }
        assert_eq!(check("Dlouhá 12", true), Err(Nowhere::Several));
        assert_eq!(check("Salt Road 2, Farhaven", true), Err(Nowhere::Unknown));
        // A document is never placed nearer than its street.
        let (_, how, by) = check("Mølleallé 1, Merravin", false).expect("a street");
        assert_eq!((how, by.as_str()), (Exact::Street, "Mølleallé, Merravin"));
    }

    #[test]
    fn a_base_that_cannot_be_read_says_where_and_why() {
        for (text, why) in [
            ("{", "is no JSON"),
            ("{}", "no `features`"),
            (r#"{"features":[{}]}"#, "feature 1: has no geometry"),
            (
                r#"{"features":[{"geometry":{"type":"Point","coordinates":[500,0]}}]}"#,
                "no longitude and latitude",
            ),
            (
                r#"{"features":[{"properties":{"kind":"street","name":"A","houses":[9,1]},
                    "geometry":{"type":"LineString","coordinates":[[0,0],[1,1]]}}]}"#,
                "`houses`",
            ),
        ] {
            let told = Base::read(text).expect_err(text);
            assert!(told.contains(why), "{text}: {told}");
        }
    }
}
