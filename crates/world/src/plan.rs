//! The whole world as a plan: how many of everything there are, the few that were made by hand
//! for the story and the traps, and what befalls whom. All others are derived when asked for,
//! so that a world of millions needs no more memory than its events.

use std::collections::BTreeMap;

use crate::company::{self, Company, Event, Holder, Owner, Status};
use crate::date::Date;
use crate::names::Culture;
use crate::names::companies::CompanyName;
use crate::person::Person;
use crate::random::{Rng, Shuffle};
use crate::story::Story;
use crate::traps::Planned;
use crate::vessel::{self, Vessel};
use crate::{events, identifiers, story, traps};

/// How many of everything there are.
#[derive(Clone, Debug)]
pub(crate) struct Counts {
    /// The order of magnitude: target records over 1,000.
    pub(crate) thousands: u64,
    pub(crate) people: u64,
    /// Companies in the base of the register, and those founded later.
    pub(crate) registered: u64,
    pub(crate) newcomers: u64,
    pub(crate) foreign: u64,
    pub(crate) vessels: u64,
    pub(crate) processes: u64,
    pub(crate) listings: u64,
    pub(crate) parcels: u64,
    pub(crate) officials: u64,
    pub(crate) documents: u64,
}

impl Counts {
    fn of(records: u64) -> Self {
        let share = |of_small: u64| (of_small * records / 5_000).max(1);
        Self {
            thousands: records / 1_000,
            people: share(2_000).max(1_000),
            registered: share(1_400).max(400),
            newcomers: share(72).max(24),
            foreign: share(260).max(120),
            vessels: share(120).max(20),
            processes: share(300).max(40),
            listings: share(150).max(60),
            parcels: share(200).max(20),
            officials: share(60).max(8),
            documents: share(42).clamp(40, 2_000),
        }
    }
}

/// The world before it is published.
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) counts: Counts,
    pub(crate) story: Story,
    pub(crate) traps: Vec<Planned>,
    pub(crate) cast: Cast,
    register_order: Shuffle,
    events: BTreeMap<u64, Vec<(usize, Event)>>,
    voyages: BTreeMap<u64, Vec<(usize, vessel::Event)>>,
}

/// People, companies and ships made by hand. They take the first numbers of each kind.
#[derive(Debug, Default)]
pub(crate) struct Cast {
    pub(crate) people: BTreeMap<u64, Person>,
    pub(crate) companies: BTreeMap<u64, Company>,
    pub(crate) vessels: BTreeMap<u64, Vessel>,
    /// How many numbers are taken.
    pub(crate) people_taken: u64,
    pub(crate) registered_taken: u64,
    pub(crate) newcomers_taken: u64,
    pub(crate) foreign_taken: u64,
    pub(crate) vessels_taken: u64,
}

impl Plan {
    pub(crate) fn new(seed: u64, records: u64) -> Self {
        let counts = Counts::of(records);
        let mut plan = Self {
            seed,
            register_order: Shuffle::new(seed, "register order", counts.registered),
            counts,
            story: Story::default(),
            traps: Vec::new(),
            cast: Cast::default(),
            events: BTreeMap::new(),
            voyages: BTreeMap::new(),
        };
        story::cast(&mut plan);
        traps::plan(&mut plan);
        events::plan(&mut plan);
        plan
    }

    /// The first number of a company that is not in the harbour's register.
    pub(crate) fn foreign_start(&self) -> u64 {
        self.counts.registered + self.counts.newcomers
    }

    pub(crate) fn is_foreign(&self, company: u64) -> bool {
        company >= self.foreign_start()
    }

    pub(crate) fn person(&self, index: u64) -> Person {
        self.cast
            .people
            .get(&index)
            .cloned()
            .unwrap_or_else(|| Person::derive(self.seed, index))
    }

    /// The company in the order of the register's file.
    pub(crate) fn registered_at(&self, rank: u64) -> u64 {
        self.register_order.thing(rank)
    }

    /// A company as it was at the base.
    pub(crate) fn company(&self, index: u64) -> Company {
        self.cast
            .companies
            .get(&index)
            .cloned()
            .unwrap_or_else(|| self.derive_company(index))
    }

    /// A company as the register has it at release `release`; none before it is founded.
    pub(crate) fn company_at(&self, index: u64, release: usize) -> Option<Company> {
        let mut company = self.company(index);
        if company.since > release {
            return None;
        }
        for (when, event) in self.events.get(&index).into_iter().flatten() {
            if *when <= release {
                company.apply(event);
            }
        }
        Some(company)
    }

    /// What happens to companies, by number, with the release that shows it.
    pub(crate) fn events(&self) -> &BTreeMap<u64, Vec<(usize, Event)>> {
        &self.events
    }

    pub(crate) fn add_event(&mut self, company: u64, release: usize, event: Event) {
        self.events
            .entry(company)
            .or_default()
            .push((release, event));
    }

    /// A ship as its register has it at release `release`.
    pub(crate) fn vessel_at(&self, index: u64, release: usize) -> Vessel {
        let mut vessel = self.vessel(index);
        for (when, event) in self.voyages.get(&index).into_iter().flatten() {
            if *when <= release {
                vessel.apply(event);
            }
        }
        vessel
    }

    pub(crate) fn vessel(&self, index: u64) -> Vessel {
        self.cast.vessels.get(&index).cloned().unwrap_or_else(|| {
            let mut rng = Rng::at(self.seed, "vessel owner", index);
            let owner = self.ordinary_company(&mut rng);
            let manager = rng.chance(400).then(|| self.ordinary_company(&mut rng));
            Vessel::derive(self.seed, index, owner, manager)
        })
    }

    pub(crate) fn voyages(&self) -> &BTreeMap<u64, Vec<(usize, vessel::Event)>> {
        &self.voyages
    }

    pub(crate) fn add_voyage(&mut self, vessel: u64, release: usize, event: vessel::Event) {
        self.voyages
            .entry(vessel)
            .or_default()
            .push((release, event));
    }

    /// A registered company that stands in the base and in no story or trap.
    pub(crate) fn ordinary_company(&self, rng: &mut Rng) -> u64 {
        let taken = self.cast.registered_taken;
        taken + rng.below(self.counts.registered.saturating_sub(taken))
    }

    /// A foreign company that stands in no story or trap.
    pub(crate) fn ordinary_foreign(&self, rng: &mut Rng) -> u64 {
        let taken = self.cast.foreign_taken;
        self.foreign_start() + taken + rng.below(self.counts.foreign.saturating_sub(taken))
    }

    /// A person of no story or trap.
    pub(crate) fn ordinary_person(&self, rng: &mut Rng) -> u64 {
        let taken = self.cast.people_taken;
        taken + rng.below(self.counts.people.saturating_sub(taken))
    }

    /// Someone from the part of the population around company `company`, so that the same
    /// few people sit on the boards of neighbouring companies.
    fn person_near(&self, company: u64, rng: &mut Rng) -> u64 {
        let taken = self.cast.people_taken;
        let free = self.counts.people.saturating_sub(taken).max(1);
        let all = self.foreign_start() + self.counts.foreign;
        let middle = company * free / all.max(1);
        taken + (middle + rng.below(5)) % free
    }

    /// The register number of a company of the harbour, or its number at home.
    pub(crate) fn number(&self, index: u64) -> String {
        self.cast.companies.get(&index).map_or_else(
            || self.derive_company(index).number,
            |company| company.number.clone(),
        )
    }

    /// The number that the harbour gives to company `index`.
    pub(crate) fn harbour_number(&self, index: u64) -> String {
        identifiers::harbour_number(self.register_order.rank(index))
    }

    fn derive_company(&self, index: u64) -> Company {
        let foreign = self.is_foreign(index);
        let mut rng = Rng::at(self.seed, "company", index);
        let culture = if foreign {
            rng.pick(&Culture::NEIGHBOURS)
        } else {
            Culture::draw(&mut rng)
        };
        let place = if foreign {
            index - self.foreign_start()
        } else {
            index
        };
        let name = CompanyName::draw(&mut rng, culture, foreign, place >= 30_000);
        let state = company::state_of(culture, foreign);
        let number = if foreign {
            company::foreign_number(state, index)
        } else {
            self.harbour_number(index)
        };
        let mut company = Company::made(&mut rng, index, name, state, number);
        if rng.chance(60) {
            company
                .previous
                .push(CompanyName::draw(&mut rng, culture, foreign, place >= 30_000).latin(0));
        }
        company.lei = rng.chance(250).then(|| identifiers::lei(index));
        if foreign {
            self.own_foreign(&mut company, &mut rng);
        } else {
            self.staff(&mut company, &mut rng);
        }
        company
    }

    /// Gives a registered company its officers, owners and status.
    fn staff(&self, company: &mut Company, rng: &mut Rng) {
        let index = company.index;
        if index >= self.counts.registered {
            let later = index - self.counts.registered;
            company.since = 1 + (later % 12) as usize;
            let day = crate::calendar::REGISTER.day(company.since);
            company.incorporated = day.plus(-(rng.between(2, 24) as i64));
            company.lei = None;
        } else if rng.chance(110) {
            company.status = rng.pick_status();
            if company.status != Status::Liquidation {
                company.dissolved = Some(Date::new(
                    2023,
                    rng.between(1, 12) as i32,
                    rng.between(1, 28) as i32,
                ));
            }
        }
        for _ in 0..rng.pick(&[1, 1, 1, 1, 2]) {
            let person = self.person_near(index, rng);
            if company
                .officers
                .iter()
                .all(|officer| officer.person != person)
            {
                let mut officer = company::officer(rng, person, company.incorporated);
                if company.since > 0 {
                    officer.appointed = company.incorporated;
                }
                company.officers.push(officer);
            }
        }
        if rng.chance(105) {
            let first = company
                .officers
                .first()
                .map(|officer| Holder::Person(officer.person));
            let foreign = Holder::Company(self.ordinary_foreign(rng));
            match (first, rng.below(10)) {
                (Some(person), 0..6) => company.owners.push(Owner {
                    holder: person,
                    share: 100,
                }),
                (Some(person), 6..8) => {
                    let share = rng.between(26, 74);
                    company.owners.push(Owner {
                        holder: person,
                        share,
                    });
                    company.owners.push(Owner {
                        holder: foreign,
                        share: 100 - share,
                    });
                }
                _ => company.owners.push(Owner {
                    holder: foreign,
                    share: 100,
                }),
            }
        }
    }

    /// Gives a foreign company its owner, and decides whether the leak knows it.
    fn own_foreign(&self, company: &mut Company, rng: &mut Rng) {
        company.leaked = rng.chance(520);
        let own_place = company.index - self.foreign_start();
        let holder = if rng.chance(780) || own_place <= self.cast.foreign_taken + 1 {
            Holder::Person(self.person_near(company.index, rng))
        } else {
            // Owners have lower numbers, so that chains end.
            let taken = self.cast.foreign_taken;
            Holder::Company(self.foreign_start() + taken + rng.below(own_place - taken))
        };
        company.owners.push(Owner { holder, share: 100 });
    }
}

impl Rng {
    fn pick_status(&mut self) -> Status {
        match self.below(10) {
            0..4 => Status::Liquidation,
            4..8 => Status::StruckOff,
            _ => Status::Dissolved,
        }
    }
}
