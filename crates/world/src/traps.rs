//! Situations that lead a careless matcher astray, laid out on purpose. Those made here live in
//! the plan; further ones arise in print (mistyped numbers, broken rows) and are told there.

use crate::calendar::REGISTER;
use crate::company::{self, Company, Event, Holder, Officer, Owner, Status};
use crate::date::Date;
use crate::names::companies::{self, CompanyName};
use crate::names::people::FamilyName;
use crate::names::{Culture, Word};
use crate::person::Person;
use crate::place::{self, Address};
use crate::plan::Plan;
use crate::random::Rng;
use crate::vessel::Vessel;

/// A trap in the plan, told by entity ids.
pub(crate) struct Planned {
    pub(crate) kind: &'static str,
    pub(crate) entities: Vec<String>,
    pub(crate) explanation: &'static str,
}

/// Every kind of trap that a world has, planned or in print.
pub const KINDS: [&str; 14] = [
    "innocent_namesake",
    "namesakes",
    "family_at_one_address",
    "twins",
    "transliterations",
    "shell_chain",
    "successor_company",
    "sister_companies",
    "swapped_date",
    "mistyped_number",
    "spelling_variants",
    "broken_row",
    "wrongly_listed",
    "same_ship_name",
];

/// Puts all planned traps into the plan.
pub(crate) fn plan(plan: &mut Plan) {
    let story = plan.story.clone();
    plan.traps.push(Planned {
        kind: "innocent_namesake",
        entities: vec![plan.person(story.man).id(), plan.person(story.namesake).id()],
        explanation: "the baker bears the full name of the man on the list and was born in another year",
    });
    plan.traps.push(Planned {
        kind: "successor_company",
        entities: vec![company::id(story.company), company::id(story.successor)],
        explanation: "a new company with a near-equal name at the address of the one struck off: linked, not the same",
    });
    let turns = (4 * plan.counts.thousands / 5)
        .clamp(3, 4_000)
        .min(plan.counts.people / 250);
    let mut layer = Layer {
        rng: Rng::at(plan.seed, "traps", 0),
        plan,
    };
    for turn in 0..turns {
        layer.namesakes();
        layer.family();
        layer.twins();
        layer.transliterations(turn);
        layer.shell_chain();
        layer.successor(turn);
        layer.sisters();
        layer.swapped();
        layer.ships();
    }
}

struct Layer<'a> {
    rng: Rng,
    plan: &'a mut Plan,
}

impl Layer<'_> {
    fn trap(&mut self, kind: &'static str, entities: Vec<String>, explanation: &'static str) {
        self.plan.traps.push(Planned {
            kind,
            entities,
            explanation,
        });
    }

    fn birth(&mut self) -> Date {
        let rng = &mut self.rng;
        Date::new(
            rng.between(1950, 1990) as i32,
            rng.between(1, 12) as i32,
            rng.between(1, 28) as i32,
        )
    }

    fn culture(&mut self) -> Culture {
        Culture::draw(&mut self.rng)
    }

    fn person(&mut self, family: &FamilyName, man: bool, birth: Date, address: Address) -> Person {
        let index = self.plan.cast.people_taken;
        self.plan.cast.people_taken += 1;
        let family = family.clone();
        let person = Person::made(
            &mut self.rng,
            index,
            |rng| family.member(rng, man),
            birth,
            address,
        );
        self.plan.cast.people.insert(index, person.clone());
        person
    }

    fn keep(&mut self, person: &Person) {
        self.plan.cast.people.insert(person.index, person.clone());
    }

    /// A registered company whose officers are given.
    fn company(&mut self, culture: Culture, officers: &[u64]) -> Company {
        let index = self.plan.cast.registered_taken;
        self.plan.cast.registered_taken += 1;
        let name = CompanyName::draw(&mut self.rng, culture, false, index >= 30_000);
        self.registered(index, name, officers)
    }

    /// Gives a company to people, with their shares.
    fn own(&mut self, mut company: Company, shares: &[(u64, u64)]) {
        let owner = |(person, share): &(u64, u64)| Owner {
            holder: Holder::Person(*person),
            share: *share,
        };
        company.owners = shares.iter().map(owner).collect();
        self.plan.cast.companies.insert(company.index, company);
    }

    fn registered(&mut self, index: u64, name: CompanyName, officers: &[u64]) -> Company {
        let harbour = place::home(Culture::Harbour);
        let number = self.plan.harbour_number(index);
        let mut company = Company::made(&mut self.rng, index, name, harbour, number);
        for person in officers {
            let officer = company::officer(&mut self.rng, *person, company.incorporated);
            company.officers.push(Officer {
                resigned: None,
                ..officer
            });
        }
        self.plan.cast.companies.insert(index, company.clone());
        company
    }

    fn foreign(&mut self, culture: Culture, owner: Holder, leaked: bool) -> Company {
        let place = self.plan.cast.foreign_taken;
        self.plan.cast.foreign_taken += 1;
        let index = self.plan.foreign_start() + place;
        let name = CompanyName::draw(&mut self.rng, culture, true, place >= 30_000);
        let state = place::home(culture);
        let mut company = Company::made(
            &mut self.rng,
            index,
            name,
            state,
            company::foreign_number(state, index),
        );
        company.owners = vec![Owner {
            holder: owner,
            share: 100,
        }];
        company.leaked = leaked;
        self.plan.cast.companies.insert(index, company.clone());
        company
    }

    fn home(&mut self) -> Address {
        Address::draw(&mut self.rng, place::home(Culture::Harbour))
    }

    fn namesakes(&mut self) {
        let culture = self.culture();
        let family = FamilyName::draw(&mut self.rng, culture);
        let (birth, home) = (self.birth(), self.home());
        let first = self.person(&family, true, birth, home);
        let (birth, home) = (self.birth().plus(40), self.home());
        let mut second = self.person(&family, true, birth, home);
        second.name = first.name.clone();
        self.keep(&second);
        self.company(culture, &[first.index]);
        self.company(culture, &[second.index]);
        self.trap(
            "namesakes",
            vec![first.id(), second.id()],
            "two people of one name, born on different days, at different addresses",
        );
    }

    fn family(&mut self) {
        let culture = self.culture();
        let family = FamilyName::draw(&mut self.rng, culture);
        let home = self.home();
        let mut members = Vec::new();
        for (man, year) in [(true, 1952), (false, 1955), (true, 1980), (false, 1983)] {
            let month = self.rng.between(1, 12) as i32;
            let day = self.rng.between(1, 28) as i32;
            members.push(self.person(&family, man, Date::new(year, month, day), home.clone()));
        }
        let indices: Vec<u64> = members.iter().map(|member| member.index).collect();
        let company = self.company(culture, &indices);
        self.company(culture, indices.get(2..).unwrap_or_default());
        // Father and son own it, so that the ownership register has them too.
        if let [father, _, son, _] = indices.as_slice() {
            self.own(company, &[(*father, 60), (*son, 40)]);
        }
        let ids = members.iter().map(Person::id).collect();
        self.trap("family_at_one_address", ids, "parents and children of one family name at one address, officers of the same companies");
    }

    fn twins(&mut self) {
        let family = FamilyName::draw(&mut self.rng, Culture::Harbour);
        let (birth, home) = (self.birth(), self.home());
        let mut first = self.person(&family, true, birth, home.clone());
        let mut second = self.person(&family, true, birth, home);
        let (one, other) = self.rng.pick(&[
            ("Jørn", "Jørgen"),
            ("Søren", "Sören-Erik"),
            ("Anders", "Andreas"),
            ("Niels", "Nils-Åke"),
        ]);
        first.name.given = Word::new(Culture::Harbour, one);
        second.name.given = Word::new(Culture::Harbour, other);
        self.keep(&first);
        self.keep(&second);
        let company = self.company(Culture::Harbour, &[first.index, second.index]);
        self.own(company, &[(first.index, 50), (second.index, 50)]);
        self.trap(
            "twins",
            vec![first.id(), second.id()],
            "twins: family name, birth date and address agree, given names are near",
        );
    }

    fn transliterations(&mut self, turn: u64) {
        let abroad = [
            Culture::Drovonian,
            Culture::Kalathene,
            Culture::Wadhiri,
            Culture::Lazmeri,
            Culture::Yunqiao,
        ];
        let culture = abroad.get((turn % 5) as usize).copied().unwrap_or_default();
        let family = FamilyName::draw(&mut self.rng, culture);
        let (birth, home) = (
            self.birth(),
            Address::draw(&mut self.rng, place::home(culture)),
        );
        let person = self.person(&family, true, birth, home);
        let company = self.company(culture, &[person.index]);
        self.own(company, &[(person.index, 100)]);
        self.foreign(culture, Holder::Person(person.index), true);
        self.trap(
            "transliterations",
            vec![person.id()],
            "one person, spelled by another scheme in each publication and in the home script",
        );
    }

    fn shell_chain(&mut self) {
        let culture = self.culture();
        let family = FamilyName::draw(&mut self.rng, culture);
        let (birth, home) = (self.birth(), self.home());
        let person = self.person(&family, true, birth, home);
        let cultures = Culture::NEIGHBOURS;
        let mut holder = Holder::Person(person.index);
        let mut ids = vec![person.id()];
        for _ in 0..3 {
            let culture = self.rng.pick(&cultures);
            let shell = self.foreign(culture, holder, true);
            holder = Holder::Company(shell.index);
            ids.push(shell.id());
        }
        let nominee = self.plan.counts.people - 1 - self.rng.below(20);
        let mut company = self.company(Culture::Harbour, &[nominee]);
        company.owners = vec![Owner { holder, share: 100 }];
        ids.push(company.id());
        self.plan.cast.companies.insert(company.index, company);
        self.trap("shell_chain", ids, "the owner stands behind three companies in a row, from the person down to the registered company");
    }

    fn successor(&mut self, turn: u64) {
        let people = self.plan.counts.people;
        let director = people - 1 - self.rng.below(40);
        let old = self.company(Culture::Harbour, &[director]);
        // Newcomers come in turn, one a release; the second turn of a release is as good.
        let index = self.plan.counts.registered + self.plan.cast.newcomers_taken;
        self.plan.cast.newcomers_taken += 1;
        let last = REGISTER.releases().count() - 1;
        let release = 2 + (turn as usize * 3) % (last - 1);
        let near = self.rng.pick(&["Nova", "II", "Group", "Merravin"]);
        let mut new = self.registered(index, old.name.with_word(near), &[director]);
        new.since = release;
        new.incorporated = REGISTER.day(release).plus(-12);
        new.address = old.address.clone();
        for officer in &mut new.officers {
            officer.appointed = new.incorporated;
        }
        self.plan.cast.companies.insert(index, new.clone());
        let on = REGISTER.day(release).plus(-6);
        self.plan.add_event(
            old.index,
            release,
            Event::Ended {
                status: Status::StruckOff,
                on,
                successor: None,
            },
        );
        let ids = vec![old.id(), new.id()];
        self.trap("successor_company", ids, "a new company with a near-equal name at the address of the one struck off: linked, not the same");
    }

    fn sisters(&mut self) {
        let director = self.plan.counts.people - 1 - self.rng.below(40);
        let first = self.company(Culture::Harbour, &[director]);
        let mut ids = vec![first.id()];
        for _ in 0..2 {
            let trade = companies::trade(&mut self.rng, Culture::Harbour);
            let name = first.name.with_trade(trade).with_word(if ids.len() == 1 {
                "Øst"
            } else {
                "Vest"
            });
            let index = self.plan.cast.registered_taken;
            self.plan.cast.registered_taken += 1;
            let mut sister = self.registered(index, name, &[director]);
            sister.address = first.address.clone();
            ids.push(sister.id());
            self.plan.cast.companies.insert(index, sister);
        }
        self.trap(
            "sister_companies",
            ids,
            "companies of one group at one address with one director, told apart by a word",
        );
    }

    fn swapped(&mut self) {
        let culture = self.culture();
        let family = FamilyName::draw(&mut self.rng, culture);
        let home = self.home();
        let birth = Date::new(
            self.rng.between(1950, 1990) as i32,
            self.rng.between(1, 6) as i32,
            self.rng.between(7, 12) as i32,
        );
        let mut person = self.person(&family, true, birth, home);
        person.swapped = true;
        self.keep(&person);
        let company = self.company(culture, &[person.index]);
        self.own(company, &[(person.index, 100)]);
        self.trap(
            "swapped_date",
            vec![person.id()],
            "one person whose day and month of birth the ownership register has exchanged",
        );
    }

    fn ships(&mut self) {
        let mut ids = Vec::new();
        let name = crate::vessel::name(&mut self.rng);
        for _ in 0..2 {
            let index = self.plan.cast.vessels_taken;
            self.plan.cast.vessels_taken += 1;
            let owner = self.plan.counts.registered - 1 - self.rng.below(50);
            let mut ship = Vessel::derive(self.plan.seed, index, owner, None);
            ship.name.clone_from(&name);
            ids.push(ship.id());
            self.plan.cast.vessels.insert(index, ship);
        }
        self.trap(
            "same_ship_name",
            ids,
            "two ships of one name: their IMO numbers tell them apart",
        );
    }
}
