//! What happens between the releases, apart from story and traps: to companies and to ships.

use std::collections::BTreeSet;

use crate::calendar::{REGISTER, SHIPS};
use crate::company::{self, Event, Status};
use crate::names::companies::{self, CompanyName};
use crate::place::{Address, STATES};
use crate::plan::Plan;
use crate::random::Rng;
use crate::vessel;

/// How often something happens to companies in one release of a small world.
const PER_SMALL_RELEASE: [(Kind, u64); 9] = [
    (Kind::Rename, 4),
    (Kind::StrikeOff, 3),
    (Kind::TakeOver, 2),
    (Kind::WindUp, 1),
    (Kind::Move, 3),
    (Kind::OfficerLeaves, 3),
    (Kind::OfficerJoins, 4),
    (Kind::Correct, 2),
    (Kind::GiveLei, 2),
];

#[derive(Clone, Copy)]
enum Kind {
    Rename,
    StrikeOff,
    TakeOver,
    WindUp,
    Move,
    OfficerLeaves,
    OfficerJoins,
    Correct,
    GiveLei,
}

/// Puts all events into the plan.
pub(crate) fn plan(plan: &mut Plan) {
    companies(plan);
    ships(plan);
}

fn companies(plan: &mut Plan) {
    let mut rng = Rng::at(plan.seed, "company events", 0);
    let mut ended: BTreeSet<u64> = BTreeSet::new();
    let mut struck_last: Vec<u64> = Vec::new();
    for release in 1..REGISTER.releases().count() {
        // A company has one event a release, so that each difference has one cause.
        let mut touched: BTreeSet<u64> = BTreeSet::new();
        let restored = struck_last.first().copied();
        if let Some(company) = restored {
            plan.add_event(company, release, Event::Restored);
            touched.insert(company);
        }
        struck_last.clear();
        for (kind, often) in PER_SMALL_RELEASE {
            for _ in 0..(often * plan.counts.thousands / 5).max(1) {
                let index = plan.ordinary_company(&mut rng);
                if ended.contains(&index) || !touched.insert(index) {
                    continue;
                }
                let Some(event) = draw(plan, &mut rng, kind, index, release) else {
                    continue;
                };
                if matches!(event, Event::Ended { .. }) {
                    ended.insert(index);
                }
                if matches!(
                    event,
                    Event::Ended {
                        status: Status::StruckOff,
                        ..
                    }
                ) {
                    struck_last.push(index);
                }
                plan.add_event(index, release, event);
            }
        }
    }
}

/// The event for a company that is alive, if it can befall it.
fn draw(plan: &Plan, rng: &mut Rng, kind: Kind, index: u64, release: usize) -> Option<Event> {
    let company = plan
        .company_at(index, release - 1)
        .filter(|company| company.status == Status::Active)?;
    let day = REGISTER.day(release).plus(-(rng.between(2, 25) as i64));
    Some(match kind {
        Kind::Rename => Event::Renamed(renamed(rng, &company.name)),
        Kind::StrikeOff => Event::Ended {
            status: Status::StruckOff,
            on: day,
            successor: None,
        },
        Kind::TakeOver => {
            let by = plan.ordinary_company(rng);
            let successor = (by != index).then_some(by)?;
            Event::Ended {
                status: Status::Merged,
                on: day,
                successor: Some(successor),
            }
        }
        Kind::WindUp => Event::Ended {
            status: Status::Dissolved,
            on: day,
            successor: None,
        },
        Kind::Move => Event::Moved(Address::draw(rng, company.state)),
        Kind::OfficerLeaves => {
            let slot = company
                .officers
                .iter()
                .position(|officer| officer.resigned.is_none())?;
            Event::OfficerLeft { slot, on: day }
        }
        Kind::OfficerJoins => {
            let person = plan.ordinary_person(rng);
            let mut officer = company::officer(rng, person, day);
            officer.appointed = day;
            officer.resigned = None;
            (company.officers.len() < 6).then_some(Event::OfficerJoined(officer))?
        }
        Kind::Correct => {
            let right = company
                .incorporated
                .swapped()
                .unwrap_or(company.incorporated.plus(365));
            Event::IncorporationCorrected(right)
        }
        Kind::GiveLei => company.lei.is_none().then_some(Event::LeiGiven)?,
    })
}

fn renamed(rng: &mut Rng, name: &CompanyName) -> CompanyName {
    match rng.below(3) {
        0 => name.with_trade(companies::trade(rng, name.culture)),
        1 => name.with_word("Nova"),
        _ => CompanyName {
            form: name.form,
            ..CompanyName::draw(rng, name.culture, false, false)
        },
    }
}

fn ships(plan: &mut Plan) {
    let mut rng = Rng::at(plan.seed, "ship events", 0);
    for release in 1..SHIPS.releases().count() {
        let mut touched: BTreeSet<u64> = BTreeSet::new();
        for turn in 0..(plan.counts.vessels / 12).max(5) {
            let taken = plan.cast.vessels_taken;
            let index = taken + rng.below(plan.counts.vessels.saturating_sub(taken));
            if !touched.insert(index) || plan.vessel_at(index, release).deleted {
                continue;
            }
            let event = match turn % 5 {
                0 => vessel::Event::Renamed(vessel::name(&mut rng)),
                1 => {
                    let flag = plan.vessel_at(index, release).flag;
                    let Some(other) = STATES.iter().find(|state| state.code != flag.code) else {
                        continue;
                    };
                    vessel::Event::Reflagged(other)
                }
                2 => vessel::Event::Sold(plan.ordinary_company(&mut rng)),
                3 => vessel::Event::BuiltCorrected(rng.between(1978, 2021)),
                _ => vessel::Event::Deleted,
            };
            plan.add_voyage(index, release, event);
        }
    }
}
