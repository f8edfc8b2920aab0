//! The story that a newcomer watches: a shipping company, the foreign company that owns it, its
//! ship, the man behind it, a baker who bears his name, and an official who is too close.

use serde_json::{Value, json};

use crate::calendar::{REGISTER, SANCTIONS};
use crate::company::{self, Company, Event, Holder, Officer, Owner, Status};
use crate::date::Date;
use crate::identifiers;
use crate::names::companies::{self, CompanyName};
use crate::names::people::{FamilyName, PersonName};
use crate::names::script::{FOREIGN, PASSPORT, PRESS};
use crate::names::{Culture, Word};
use crate::person::Person;
use crate::place::{self, Address};
use crate::plan::Plan;
use crate::random::Rng;
use crate::vessel::Vessel;

/// Numbers of those who act in it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Story {
    pub(crate) company: u64,
    pub(crate) successor: u64,
    pub(crate) bakery: u64,
    pub(crate) holding: u64,
    pub(crate) ship: u64,
    pub(crate) man: u64,
    pub(crate) namesake: u64,
    pub(crate) director: u64,
    pub(crate) sister: u64,
    pub(crate) official: u64,
}

/// Release of the register that strikes the company off, and of the list that names the man.
pub(crate) const STRUCK_OFF: usize = 1;
pub(crate) const DESIGNATED: usize = 1;
/// Release of the list that adds the holding and the ship.
pub(crate) const FOLLOWED: usize = 3;

/// Family names that nobody else in this world bears.
const STORY_FAMILIES: &[&str] = &[
    "Вельтищев",
    "Жемчугин",
    "Хромолыжев",
    "Щербатюк",
    "Цыганчюк",
    "Южечкин",
];

/// First words of names that only the story's companies and ship bear, so that each is found alone.
const SHIPPING: &[&str] = &[
    "Havlygte",
    "Dønningsund",
    "Kompasrose",
    "Storsejl",
    "Søslange",
    "Vragbarre",
];
const BAKERIES: &[&str] = &["Kringlehjørnet", "Rugkerne", "Solsikke", "Sødbrød"];
const HOLDINGS: &[&str] = &["Αστρολάβος", "Πυξίδα", "Κατάρτι", "Βυθόμετρο"];
const SHIPS: &[&str] = &["Natsværmer", "Månefanger", "Silkehale", "Polarstjernen"];

/// Puts the actors into the plan.
pub(crate) fn cast(plan: &mut Plan) {
    let mut rng = Rng::at(plan.seed, "story", 0);
    let harbour = place::home(Culture::Harbour);
    let foreign = plan.foreign_start();
    plan.story = Story {
        company: 0,
        bakery: 1,
        successor: plan.counts.registered,
        holding: foreign,
        ship: 0,
        man: 0,
        namesake: 1,
        director: 2,
        sister: 3,
        official: 4,
    };
    plan.cast.registered_taken = 2;
    plan.cast.newcomers_taken = 1;
    plan.cast.foreign_taken = 1;
    plan.cast.vessels_taken = 1;
    plan.cast.people_taken = 5;
    people(plan, &mut rng);
    companies_of(plan, &mut rng);

    let mut ship = Vessel::derive(plan.seed, 0, plan.story.company, None);
    rng.pick(SHIPS).clone_into(&mut ship.name);
    ship.flag = harbour;
    ship.kind = "Products Tanker";
    ship.former = vec!["Gråsæl Express".to_owned()];
    plan.cast.vessels.insert(ship.index, ship);
}

fn people(plan: &mut Plan, rng: &mut Rng) {
    let harbour = place::home(Culture::Harbour);
    let name = man_behind(rng);
    let born = Date::new(
        rng.between(1958, 1966) as i32,
        rng.between(1, 12) as i32,
        rng.between(13, 28) as i32,
    );
    let home = Address::draw(rng, place::home(Culture::Drovonian));
    let man = Person::made(rng, plan.story.man, |_| name.clone(), born, home);

    let later = Date::new(
        born.year() + 11,
        rng.between(1, 12) as i32,
        rng.between(1, 28) as i32,
    );
    let home = Address::draw(rng, harbour);
    let namesake = Person::made(rng, plan.story.namesake, |_| name, later, home);

    let family = FamilyName::draw(rng, Culture::Harbour);
    let home = Address::draw(rng, harbour);
    let director = Person::made(
        rng,
        plan.story.director,
        |rng| family.member(rng, true),
        Date::new(1971, 4, 17),
        home.clone(),
    );
    let sister = Person::made(
        rng,
        plan.story.sister,
        |rng| family.member(rng, false),
        Date::new(1974, 9, 2),
        home,
    );

    let family = FamilyName::draw(rng, Culture::Harbour);
    let home = Address::draw(rng, harbour);
    let official = Person::made(
        rng,
        plan.story.official,
        |rng| family.member(rng, false),
        Date::new(1968, 11, 21),
        home,
    );
    for person in [man, namesake, director, sister, official] {
        plan.cast.people.insert(person.index, person);
    }
}

fn man_behind(rng: &mut Rng) -> PersonName {
    let mut name = FamilyName::draw(rng, Culture::Drovonian).member(rng, true);
    name.family = Word::new(Culture::Drovonian, rng.pick(STORY_FAMILIES));
    name
}

fn companies_of(plan: &mut Plan, rng: &mut Rng) {
    let harbour = place::home(Culture::Harbour);
    let story = plan.story.clone();
    let officer = |person, role, year| Officer {
        person,
        role,
        appointed: Date::new(year, 3, 1),
        resigned: None,
    };

    let name = named(rng, Culture::Harbour, SHIPPING, "Shipping", 0);
    let mut main = Company::made(
        rng,
        story.company,
        name.clone(),
        harbour,
        plan.harbour_number(story.company),
    );
    main.incorporated = Date::new(2011, 3, 1);
    main.lei = Some(identifiers::lei(story.company));
    main.activity = "50.20 Sea freight";
    main.officers = vec![
        officer(story.director, "managing director", 2016),
        officer(story.man, "director", 2011),
    ];
    if let Some(man) = main.officers.get_mut(1) {
        man.resigned = Some(Date::new(2019, 6, 30));
    }
    main.owners = vec![Owner {
        holder: Holder::Company(story.holding),
        share: 100,
    }];

    let next = plan.harbour_number(story.successor);
    let mut successor = Company::made(
        rng,
        story.successor,
        name.with_word("Nordic"),
        harbour,
        next,
    );
    successor.since = STRUCK_OFF;
    successor.incorporated = REGISTER.day(STRUCK_OFF).plus(-9);
    successor.address = main.address.clone();
    successor.activity = main.activity;
    successor.officers = vec![Officer {
        appointed: successor.incorporated,
        ..officer(story.sister, "director", 2024)
    }];

    let state = place::home(Culture::Kalathene);
    let name = named(rng, Culture::Kalathene, HOLDINGS, "Επενδυτική", 0);
    let mut holding = Company::made(
        rng,
        story.holding,
        name,
        state,
        company::foreign_number(state, story.holding),
    );
    holding.owners = vec![Owner {
        holder: Holder::Person(story.man),
        share: 100,
    }];
    holding.leaked = true;

    let name = named(rng, Culture::Harbour, BAKERIES, "Bageri", 1);
    let mut bakery = Company::made(
        rng,
        story.bakery,
        name,
        harbour,
        plan.harbour_number(story.bakery),
    );
    bakery.activity = "47.11 Retail of food";
    bakery.officers = vec![officer(story.namesake, "director", 2008)];
    bakery.owners = vec![Owner {
        holder: Holder::Person(story.namesake),
        share: 100,
    }];

    let struck = Event::Ended {
        status: Status::StruckOff,
        on: REGISTER.day(STRUCK_OFF).plus(-5),
        successor: None,
    };
    plan.add_event(story.company, STRUCK_OFF, struck);
    for company in [main, successor, holding, bakery] {
        plan.cast.companies.insert(company.index, company);
    }
}

/// A name of a first word, a trade and a legal form, the form by its place among the culture's.
fn named(
    rng: &mut Rng,
    culture: Culture,
    first: &[&'static str],
    trade: &str,
    form: usize,
) -> CompanyName {
    let words = vec![
        Word::new(culture, rng.pick(first)),
        Word::new(culture, trade),
    ];
    let form = companies::forms(culture)
        .get(form)
        .copied()
        .unwrap_or_default();
    CompanyName {
        culture,
        words,
        form,
    }
}

/// The story as `story.json` tells it.
pub(crate) fn told(plan: &Plan, leak_node: &str, ent_num: &str) -> Value {
    let story = &plan.story;
    let person = |index| {
        let person: Person = plan.person(index);
        json!({
            "entity": person.id(), "name": person.name.latin(PASSPORT), "name_native": person.name.native(),
            "birth_date": person.birth.to_string(),
        })
    };
    let company = |index| {
        let company = plan.company(index);
        json!({
            "entity": company.id(), "name": company.name.latin(0), "number": company.number,
            "name_native": company.name.native(), "jurisdiction": company.state.code,
        })
    };
    let ship = plan.vessel(story.ship);
    let man = plan.person(story.man);
    let release = |release: Option<crate::calendar::Release>| {
        release.map(|release| json!({"dataset": release.dataset, "path": release.path(), "date": release.date.to_string()}))
    };
    json!({
        "company": company(story.company),
        "owner": company(story.holding),
        "successor": company(story.successor),
        "ship": {"entity": ship.id(), "imo": ship.imo, "name": ship.name},
        "person": person(story.man),
        "person_in_leak": {"node_id": leak_node, "name": man.name.latin(FOREIGN)},
        "person_on_list": {"ent_num": ent_num, "name": man.name.listed(PRESS)},
        "namesake": person(story.namesake),
        "namesake_company": company(story.bakery),
        "director": person(story.director),
        "official": person(story.official),
        "designation": release(SANCTIONS.releases().nth(DESIGNATED)),
        "turn": {
            "release": release(REGISTER.releases().nth(STRUCK_OFF)),
            "record_key": plan.number(story.company),
            "property": "status", "old": Status::Active.words(), "new": Status::StruckOff.words(),
        },
    })
}
