//! The shortest ways between two things of a case over what sources say, beyond what stands on a board.
//!
//! Step by step from the one until the other is met: at most [`MOST_STEPS`] steps, each over at most 50 natural persons, and
//! [`MOST_READ`] identities in all. What was left out is told, since a way over it may be shorter.

use std::collections::{BTreeMap, BTreeSet};

use domain::authority::Actor;
use domain::id::{CaseId, DatasetId, IdentityId, RecordId};
use domain::identity::Identities;
use domain::policy::selector::MOST_PERSONS;
use domain::policy::{Act, Permit};
use domain::schema::Model;
use domain::statement::Sequence;
use domain::time::Moment;
use store::{Link, View};

use crate::act::Touched;
use crate::door::Knock;
use crate::{Desk, DeskError};

/// Most steps of a way.
pub const MOST_STEPS: usize = 5;
/// Most identities whose links are read.
pub const MOST_READ: usize = 2_000;
/// Most links of one record that are followed.
const MOST_LINKS: usize = 200;
/// Most ways of one length that are told.
const MOST_WAYS: usize = 10;

/// One step of a way.
#[derive(Debug, Clone)]
pub struct WayStep {
    /// From which record.
    pub from: RecordId,
    /// How it is called.
    pub from_caption: String,
    /// The link, seen from there.
    pub link: Link,
    /// Who says so.
    pub dataset: DatasetId,
}

/// The ways between two things.
#[derive(Debug, Clone, Default)]
pub struct Ways {
    /// The shortest, all of one length; empty where none was found.
    pub ways: Vec<Vec<WayStep>>,
    /// How many identities were looked at.
    pub read: usize,
    /// How many steps were taken.
    pub steps: usize,
    /// Whether persons, links or identities were left out.
    pub left_out: bool,
}

impl Desk {
    /// Finds the shortest ways between a subject of a case and another thing that the case may read. None between what is
    /// one.
    ///
    /// # Errors
    /// Malformed when the first is no subject of the case.
    pub fn ways_between(
        &self,
        actor: &Actor,
        case: CaseId,
        (from, to): (RecordId, RecordId),
        known_on: Option<Moment>,
    ) -> Result<Ways, DeskError> {
        self.read(&Knock::inside(actor, Act::Walk, case), |view, permit| {
            let at = self.sequence_of(view, known_on)?;
            let judgements = view.judgements(permit, at)?;
            let identities = Identities::closure(&judgements);
            let subjects: BTreeSet<IdentityId> = view
                .subjects(permit)?
                .iter()
                .map(|subject| identities.of(subject.record))
                .collect();
            if !subjects.contains(&identities.of(from)) {
                return Err(DeskError::malformed("from", "is no subject of this case"));
            }
            view.record(permit, to, at)?
                .ok_or(DeskError::NotFound("record"))?;
            if identities.of(from) == identities.of(to) {
                return Ok(Touched::new(Ways::default(), [format!("case:{case}")]));
            }
            let mut search = Search {
                view,
                permit,
                at,
                identities: &identities,
                came: BTreeMap::from([(identities.of(from), (0, Vec::new()))]),
                found: Ways::default(),
            };
            search.run(from, identities.of(to))?;
            let ways = search.ways(identities.of(to));
            let mut found = search.found;
            for way in ways {
                let mut told = Vec::with_capacity(way.len());
                for (from, link, dataset) in way {
                    told.push(WayStep {
                        from_caption: crate::record::caption(view, permit, from)?,
                        from,
                        link,
                        dataset,
                    });
                }
                found.ways.push(told);
            }
            let touched: BTreeSet<String> = found
                .ways
                .iter()
                .flatten()
                .flat_map(|step| [step.from, step.link.other])
                .chain([from, to])
                .map(|record| self.pseudonym(record.bytes()))
                .collect();
            Ok(Touched::new(found, touched))
        })
    }
}

/// How an identity was reached: from which record over which link, said by whom.
type Arrival = (RecordId, Link, DatasetId);

struct Search<'a, 'v> {
    view: &'a View<'v>,
    permit: &'a Permit,
    at: Sequence,
    identities: &'a Identities,
    /// Each identity reached, after how many steps, and every way in of that length.
    came: BTreeMap<IdentityId, (usize, Vec<Arrival>)>,
    found: Ways,
}

impl Search<'_, '_> {
    fn run(&mut self, from: RecordId, to: IdentityId) -> Result<(), DeskError> {
        let mut frontier = vec![from];
        for step in 1..=MOST_STEPS {
            if frontier.is_empty() {
                return Ok(());
            }
            self.found.steps = step;
            let mut persons = BTreeSet::new();
            let mut next = Vec::new();
            for record in frontier {
                if self.found.read >= MOST_READ {
                    self.found.left_out = true;
                    break;
                }
                self.found.read += 1;
                for member in self.identities.members(record) {
                    self.follow(member, step, &mut persons, &mut next)?;
                }
            }
            if self.came.contains_key(&to) {
                return Ok(());
            }
            frontier = next;
        }
        Ok(())
    }

    fn follow(
        &mut self,
        record: RecordId,
        step: usize,
        persons: &mut BTreeSet<IdentityId>,
        next: &mut Vec<RecordId>,
    ) -> Result<(), DeskError> {
        let Some(found) = self.view.record(self.permit, record, self.at)? else {
            return Ok(());
        };
        let links = self
            .view
            .links(self.permit, record, self.at, MOST_LINKS + 1)?;
        self.found.left_out |= links.len() > MOST_LINKS;
        for link in links.into_iter().take(MOST_LINKS) {
            let other = self.identities.of(link.other);
            let guarded = Model::standard().person_kind(&link.other_schema).guarded();
            match self.came.get_mut(&other) {
                Some((steps, arrivals)) => {
                    if *steps == step && arrivals.len() < MOST_WAYS {
                        arrivals.push((record, link, found.dataset));
                    }
                }
                None => {
                    if guarded && persons.len() >= MOST_PERSONS {
                        self.found.left_out = true;
                        continue;
                    }
                    if guarded {
                        persons.insert(other);
                    }
                    next.push(link.other);
                    self.came
                        .insert(other, (step, vec![(record, link, found.dataset)]));
                }
            }
        }
        Ok(())
    }

    /// Every shortest way, walked back from its end.
    fn ways(&self, to: IdentityId) -> Vec<Vec<Arrival>> {
        let mut done: Vec<Vec<Arrival>> = Vec::new();
        let mut open: Vec<(IdentityId, Vec<Arrival>)> = match self.came.contains_key(&to) {
            true => vec![(to, Vec::new())],
            false => Vec::new(),
        };
        while let Some((at, way)) = open.pop() {
            let Some((steps, arrivals)) = self.came.get(&at) else {
                continue;
            };
            if *steps == 0 {
                done.push(way.into_iter().rev().collect());
                if done.len() >= MOST_WAYS {
                    break;
                }
                continue;
            }
            for arrival in arrivals.iter().rev() {
                let mut longer = way.clone();
                longer.push(arrival.clone());
                open.push((self.identities.of(arrival.0), longer));
            }
        }
        done
    }
}
