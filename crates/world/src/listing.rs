//! Who is on the sanctions list, from when until when, and what is amended meanwhile.

use std::collections::BTreeSet;

use crate::calendar::SANCTIONS;
use crate::plan::Plan;
use crate::random::Rng;
use crate::story;

/// Whom a listing is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    Person(u64),
    Company(u64),
    Vessel(u64),
}

/// An entry of the list through all its releases.
#[derive(Clone, Debug)]
pub(crate) struct Listing {
    pub(crate) ent_num: u64,
    pub(crate) subject: Subject,
    /// Release in which it first stands.
    pub(crate) from: usize,
    /// Release in which it stands no more.
    pub(crate) until: Option<usize>,
    /// Listed by mistake, for somebody of the same name.
    pub(crate) wrong: bool,
    /// Release in which the birth date, at first a year only, is completed.
    pub(crate) completed: Option<usize>,
    /// Release in which a further alias is added.
    pub(crate) alias_added: Option<usize>,
    /// Scheme by which the name is spelled.
    pub(crate) scheme: usize,
    pub(crate) program: &'static str,
    pub(crate) title: &'static str,
}

const PROGRAMS: &[&str] = &[
    "HARBOUR-TM3",
    "DROVONIA-TM7",
    "FUEL-SMUGGLING",
    "WADHIRA-TM2",
    "DARK-FLEET",
];
const TITLES: &[&str] = &[
    "-0-",
    "-0-",
    "-0-",
    "Deputy Minister of Ports",
    "Chairman of the Board",
    "Director General",
    "Adviser to the Governor",
];

/// All listings, in the order of their numbers.
pub(crate) fn all(plan: &Plan) -> Vec<Listing> {
    let last = SANCTIONS.releases().count() - 1;
    let mut rng = Rng::at(plan.seed, "listings", 0);
    let mut listings = fixed(plan, &mut rng);
    let mut taken: BTreeSet<Subject> = listings.iter().map(|listing| listing.subject).collect();
    for turn in 0..plan.counts.listings {
        let subject = subject(plan, &mut rng, turn);
        if !taken.insert(subject) {
            continue;
        }
        let from = if turn % 10 < 7 {
            0
        } else {
            1 + (turn / 3) as usize % last
        };
        let mut listing = entry(&mut rng, subject, from);
        let later = |rng: &mut Rng| from + 1 + rng.below((last - from).max(1) as u64) as usize;
        match turn % 25 {
            3 | 14 => listing.until = Some(later(&mut rng)),
            6 | 12 => listing.completed = Some(later(&mut rng)),
            9 | 21 => listing.alias_added = Some(later(&mut rng)),
            _ => {}
        }
        // Changes beyond the last release never come to pass.
        listing.until = listing.until.filter(|release| *release <= last);
        listings.push(listing);
    }
    listings.sort_by_key(|listing| listing.from);
    for (at, listing) in listings.iter_mut().enumerate() {
        listing.ent_num = 30_100 + at as u64 * 3;
    }
    listings
}

fn entry(rng: &mut Rng, subject: Subject, from: usize) -> Listing {
    Listing {
        ent_num: 0,
        subject,
        from,
        until: None,
        wrong: false,
        completed: None,
        alias_added: None,
        scheme: rng.pick(&[0, 1, 1, 3]),
        program: rng.pick(PROGRAMS),
        title: rng.pick(TITLES),
    }
}

/// Those of the story and the traps.
fn fixed(plan: &Plan, rng: &mut Rng) -> Vec<Listing> {
    let story = &plan.story;
    let mut listings = Vec::new();
    for (subject, from) in [
        (Subject::Person(story.man), story::DESIGNATED),
        (Subject::Company(story.holding), story::FOLLOWED),
        (Subject::Vessel(story.ship), story::FOLLOWED),
    ] {
        let mut listing = entry(rng, subject, from);
        listing.scheme = 1;
        listing.program = "DROVONIA-TM7";
        listing.title = "-0-";
        listings.push(listing);
    }
    let number = |id: &String| id.rsplit(':').next().and_then(|digits| digits.parse().ok());
    let spelled = plan
        .traps
        .iter()
        .filter(|trap| trap.kind == "transliterations");
    for (turn, person) in spelled
        .filter_map(|trap| trap.entities.first().and_then(number))
        .enumerate()
    {
        if turn % 2 == 0 {
            listings.push(entry(rng, Subject::Person(person), turn % 3));
        }
    }
    // One of two namesakes is meant, the other is hit, and taken off when the right one is found.
    let pairs = plan.traps.iter().filter(|trap| trap.kind == "namesakes");
    for (turn, trap) in pairs.enumerate() {
        let from = 2 + turn * 2 % 9;
        if let Some(person) = trap.entities.last().and_then(number) {
            let mut listing = entry(rng, Subject::Person(person), from);
            listing.wrong = true;
            let until = from + 1 + turn % 2;
            listing.until = Some(until);
            listings.push(listing);
            let meant = trap.entities.first().and_then(number).map(Subject::Person);
            listings.extend(meant.map(|subject| entry(rng, subject, until)));
        }
    }
    listings
}

fn subject(plan: &Plan, rng: &mut Rng, turn: u64) -> Subject {
    match turn % 8 {
        0..5 => Subject::Person(plan.ordinary_person(rng)),
        5 => Subject::Company(plan.ordinary_company(rng)),
        6 => Subject::Company(plan.ordinary_foreign(rng)),
        _ => {
            let taken = plan.cast.vessels_taken;
            Subject::Vessel(taken + rng.below(plan.counts.vessels.saturating_sub(taken)))
        }
    }
}
