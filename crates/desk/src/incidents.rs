//! Breaches of personal data: written down with what was exposed, their clocks, what is done, and whom they concern.
//!
//! Whom an exposed account concerns comes from the log: every person that was found or opened with it in that time. Whom an
//! exposed dataset concerns comes from lineage: every person whom one of its releases described then.

use std::collections::HashSet;

use domain::audit::EntryKind;
use domain::authority::Actor;
use domain::id::IncidentId;
use domain::incident::{Exposed, Incident, Step, StepKind};
use domain::policy::{Act, Permit};
use domain::statement::Sequence;
use domain::time::Moment;
use store::{AffectedLine, EntryFilter, View};

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::{Desk, DeskError};

/// An incident to be.
#[derive(Debug, Clone)]
pub struct NewIncident {
    /// What happened, in words.
    pub words: String,
    /// What was exposed.
    pub exposed: Exposed,
    /// From when.
    pub from: Moment,
    /// Until when.
    pub until: Moment,
    /// Whether the risk to persons is high.
    pub high_risk: bool,
    /// When it came to be known; now where absent.
    pub known: Option<Moment>,
}

/// Persons whom an incident concerns, in part.
#[derive(Debug, Clone)]
pub struct Affected {
    /// At most fifty, by dataset and key.
    pub persons: Vec<AffectedLine>,
    /// What to ask with for those that follow; none at the end.
    pub next: Option<String>,
}

/// Persons that one answer lists.
const PAGE: usize = 50;

/// Entries or records that are read at a time.
const BATCH: u32 = 500;

impl Desk {
    /// Writes an incident down; its clocks run from when it came to be known.
    pub fn open_incident(&self, actor: &Actor, new: &NewIncident) -> Result<IncidentId, DeskError> {
        let words = required("words", &new.words)?;
        let now = self.now();
        let known = new.known.unwrap_or(now);
        if new.until < new.from {
            return Err(DeskError::malformed("until", "is before `from`"));
        }
        if known > now {
            return Err(DeskError::malformed("known", "lies ahead"));
        }
        let id = IncidentId::fresh(now, self.randomness());
        let knock = Knock::outside(actor, Act::HandleIncident).asking(&words);
        self.change(&knock, |tx, permit| {
            match new.exposed {
                Exposed::Dataset(dataset) => {
                    crate::sources::of_a_source(tx.dataset(dataset)?)?;
                }
                Exposed::Account(user) => {
                    let found = tx.user(user)?.ok_or(DeskError::NotFound("user"))?;
                    // Whoever administers a unit knows of no account of another.
                    let own = tx
                        .user(permit.user())?
                        .map(|own| own.unit)
                        .unwrap_or_default();
                    if !own.is_empty() && own != found.unit {
                        return Err(DeskError::NotFound("user"));
                    }
                }
            }
            tx.add_incident(&Incident {
                id,
                words: words.clone(),
                exposed: new.exposed,
                from: new.from,
                until: new.until,
                high_risk: new.high_risk,
                known,
                by: permit.user(),
                steps: Vec::new(),
            })?;
            Ok(Touched::new((), [format!("incident:{id}")]))
        })?;
        Ok(id)
    }

    /// Every incident, the latest first.
    pub fn incidents(&self, actor: &Actor) -> Result<Vec<Incident>, DeskError> {
        self.read(
            &Knock::outside(actor, Act::ReadIncidents),
            |view, permit| Ok(Touched::new(view.incidents(permit)?, [])),
        )
    }

    /// One incident.
    pub fn incident(&self, actor: &Actor, id: IncidentId) -> Result<Incident, DeskError> {
        self.read(
            &Knock::outside(actor, Act::ReadIncidents),
            |view, permit| {
                let found = view.incident(permit, id)?;
                let found = found.ok_or(DeskError::NotFound("incident"))?;
                Ok(Touched::new(found, [format!("incident:{id}")]))
            },
        )
    }

    /// Writes down what was done about an incident.
    ///
    /// # Errors
    /// A conflict when it is closed, or is to be closed while one of its clocks waits.
    pub fn do_about_incident(
        &self,
        actor: &Actor,
        id: IncidentId,
        kind: StepKind,
        words: &str,
    ) -> Result<(), DeskError> {
        let words = required("words", words)?;
        let knock = Knock::outside(actor, Act::HandleIncident).asking(&words);
        self.change(&knock, |tx, permit| {
            let found = tx.incident(permit, id)?;
            let found = found.ok_or(DeskError::NotFound("incident"))?;
            if found.is_closed() {
                return Err(DeskError::Conflict("it is closed".into()));
            }
            let stopped = domain::incident::Clock::Stopped;
            let told = found.authority(permit.at()) == stopped;
            let waits = found.persons(permit.at()).is_some_and(|clock| clock != stopped);
            if kind == StepKind::Closed && (!told || waits) {
                return Err(DeskError::Conflict(
                    "it is closed when the authority was told or a reason given, and the persons told where the risk to them is high".into(),
                ));
            }
            let step = Step {
                kind,
                words: words.clone(),
                by: permit.user(),
                at: permit.at(),
            };
            tx.add_incident_step(id, &step)?;
            let objects = [format!("incident:{id}"), format!("step:{}", kind.word())];
            Ok(Touched::new((), objects))
        })
    }

    /// Lists whom an incident concerns, fifty at a time, by dataset and key and never by what is said of them.
    pub fn affected(
        &self,
        actor: &Actor,
        id: IncidentId,
        after: Option<&str>,
    ) -> Result<Affected, DeskError> {
        self.read(
            &Knock::outside(actor, Act::ReadIncidents),
            |view, permit| {
                let found = view.incident(permit, id)?;
                let found = found.ok_or(DeskError::NotFound("incident"))?;
                let affected = match found.exposed {
                    Exposed::Dataset(dataset) => {
                        let during = (found.from, found.until);
                        let limit = u32::try_from(PAGE).unwrap_or(0) + 1;
                        let mut persons = view.persons_then(
                            permit,
                            dataset,
                            during,
                            after.unwrap_or_default(),
                            limit,
                        )?;
                        let more = persons.len() > PAGE;
                        persons.truncate(PAGE);
                        let last = persons.last().map(|line| line.key.clone());
                        Affected {
                            next: last.filter(|_| more),
                            persons,
                        }
                    }
                    Exposed::Account(user) => {
                        let names = self.named_by(view, permit, &found, user)?;
                        self.persons_named(view, permit, &names, after)?
                    }
                };
                let mut touched = vec![format!("incident:{id}")];
                let names = affected.persons.iter();
                touched.extend(names.map(|line| self.pseudonym(line.record.bytes())));
                Ok(Touched::new(affected, touched))
            },
        )
    }

    /// The names in the log of what somebody found or opened during an incident.
    fn named_by(
        &self,
        view: &View<'_>,
        permit: &Permit,
        incident: &Incident,
        user: domain::id::UserId,
    ) -> Result<HashSet<String>, DeskError> {
        let during = (incident.from, incident.until);
        let mut names: HashSet<String> = view
            .names_looked_up(permit, user, during)?
            .into_iter()
            .collect();
        let mut before = Some(Sequence(view.sequence_at(incident.until)?.0 + 1));
        let filter = EntryFilter {
            user: Some(user),
            ..EntryFilter::default()
        };
        let from = incident.from.to_rfc3339();
        loop {
            let page = view.entries(permit, &filter, before, BATCH as usize)?;
            let Some((last, oldest)) = page.last() else {
                return Ok(names);
            };
            before = Some(Sequence(last.0));
            let done = oldest.at < from;
            for (_, entry) in &page {
                let told = matches!(
                    entry.kind,
                    EntryKind::Consultation | EntryKind::Disclosure | EntryKind::Combination
                );
                if told && entry.at >= from {
                    let found = entry.objects.iter().filter(|name| name.starts_with("p:"));
                    names.extend(found.cloned());
                }
            }
            if done {
                return Ok(names);
            }
        }
    }

    /// The persons of these names: a name cannot be turned back, so each person's is made anew and compared.
    fn persons_named(
        &self,
        view: &View<'_>,
        permit: &Permit,
        names: &HashSet<String>,
        after: Option<&str>,
    ) -> Result<Affected, DeskError> {
        let mut last = match after {
            Some(text) => Some(
                text.parse()
                    .map_err(|_| DeskError::malformed("after", "is not what was given"))?,
            ),
            None => None,
        };
        let mut persons = Vec::new();
        loop {
            let batch = view.persons_after(permit, last, BATCH)?;
            let Some(end) = batch.last().map(|line| line.record) else {
                return Ok(Affected {
                    persons,
                    next: None,
                });
            };
            last = Some(end);
            for line in batch {
                if !names.contains(&self.pseudonym(line.record.bytes())) {
                    continue;
                }
                if persons.len() == PAGE {
                    let next = persons
                        .last()
                        .map(|line: &AffectedLine| line.record.to_string());
                    return Ok(Affected { persons, next });
                }
                persons.push(line);
            }
        }
    }
}
