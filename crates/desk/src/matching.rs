//! The matcher: records become the engine's input, its views become proposals, and a pair's score becomes a card.
//!
//! Only datasets whose agreements allow matching take part, and those of different owners only under an agreement between
//! them ([`crate::matching_agreements`]). A run never writes into a case: it raises an alert where a
//! proposal touches a subject, and everything else waits for a person.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::authority::Actor;
use domain::id::{AlertId, ProposalId, RecordId, StatementId};
use domain::identity::{Pair, Verdict, in_force};
use domain::policy::Act;
use domain::schema::Model;
use domain::statement::{Sequence, Statement};
use domain::time::Moment;
use domain::watch::{About, Alert};
use resolve::{Batch, Constraints, Engine, Field, Index, Input, Options, Records, Scheme};
use store::{FeedPlace, MatchingRunRow, ProposalRow, RecordView, ScanRecord};

use crate::act::Touched;
use crate::door::Knock;
use crate::matching_agreements::{Plan, Wanted};
use crate::watch_matching::may_score;
use crate::{Desk, DeskError};

/// What the matcher keeps between runs: the model that was learnt and the records by key. Derived; rebuilt on demand.
#[derive(Default)]
pub struct Matcher {
    /// With the properties that it was given.
    index: Option<(Index, BTreeSet<String>)>,
}

/// What a run did.
#[derive(Debug, Clone, Default)]
pub struct MatchingRun {
    /// Number of its entry in the log.
    pub number: u64,
    /// The agreements on matching that it cites.
    pub cites: Vec<String>,
    /// The properties that it compared.
    pub fields: Vec<String>,
    /// Records compared.
    pub records: u64,
    /// Pairs compared.
    pub candidates: u64,
    /// Proposals made.
    pub proposals: u64,
    /// Estimated share of true pairs among those compared.
    pub recall: f64,
    /// Alerts raised in cases.
    pub alerts: u64,
}

/// Least probability of a proposal that is shown to people.
const LEAST: f64 = 0.2;

/// Least probability of a new proposal that alerts a case.
const LEAST_ALERT: f64 = 0.5;

/// Records read at a time.
const BATCH: usize = 5_000;

impl Desk {
    /// Runs the matcher over everything that may be matched.
    pub fn run_matching(&self, actor: &Actor) -> Result<MatchingRun, DeskError> {
        self.run_matching_of(actor, &Wanted::default())
    }

    /// Runs the matcher over the datasets and properties wanted.
    pub fn run_matching_of(
        &self,
        actor: &Actor,
        wanted: &Wanted,
    ) -> Result<MatchingRun, DeskError> {
        let knock = Knock::outside(actor, Act::RunMatching);
        self.admit(&knock)?;
        self.may_score()?;
        let plan = self.planned(&knock, wanted)?;
        let _one = self
            .inner
            .follower
            .lock()
            .map_err(|_| DeskError::Internal("the follower failed before".into()))?;
        let (run, rows, newest) = self.match_all(&plan)?;
        let (number, raised) = self.change(&knock, |tx, permit| {
            // Stopped, or an agreement ended, meanwhile: nothing of this run is kept.
            may_score(tx)?;
            self.plan(tx, actor, wanted)?;
            let name = run_name(permit.at());
            let fresh = tx.replace_proposals(&rows, &name)?;
            tx.set_watermark("proposals", newest)?;
            let raised = self.alert_subjects(tx, &fresh, permit.at())?;
            let number = tx.sequence().0;
            tx.add_matching_run(&MatchingRunRow {
                number,
                name,
                datasets: plan.sources.keys().copied().collect(),
                fields: plan.fields.iter().cloned().collect(),
                cites: plan.cites.clone(),
                records: run.records,
                candidates: run.candidates,
                proposals: rows.len() as u64,
                by: permit.user(),
                at: permit.at(),
            })?;
            let figures = [
                format!("proposals:{}", rows.len()),
                format!("new:{}", fresh.len()),
            ];
            let objects = figures.into_iter().chain(plan.cites.iter().cloned());
            Ok(Touched::new((number, raised), objects))
        })?;
        Ok(MatchingRun {
            number,
            alerts: raised,
            cites: plan.cites,
            fields: plan.fields.into_iter().collect(),
            ..run
        })
    }

    /// What a run may compare; a refusal is an entry of the log.
    fn planned(&self, knock: &Knock<'_>, wanted: &Wanted) -> Result<Plan, DeskError> {
        let planned = self
            .store()
            .read(|view| Ok(self.plan(view, knock.actor, wanted)))?;
        if let Err(DeskError::Refused(refusal)) = &planned {
            self.store()
                .log(self.entry_refused(knock.actor, knock.act, None, None, refusal))?;
        }
        planned
    }

    /// Brings proposals up to what is committed, under the feed's own standing: only records that changed are compared.
    pub(crate) fn catch_up_proposals(&self) -> Result<(), DeskError> {
        let at = self.store().read(|view| view.watermark("proposals"))?;
        if at == Sequence(0) || self.matching_stopped()?.is_some() {
            return Ok(()); // the first run is a person's act, and so is letting a stopped matcher work again
        }
        let (changed, newest) = self.changed_since(at)?;
        if changed.is_empty() {
            return Ok(());
        }
        // Where an agreement has run out since the last run, nothing new is compared until a person has settled it.
        let plan = match self.store().read(|view| Ok(self.standing_plan(view)))? {
            Err(DeskError::Refused(_) | DeskError::Conflict(_)) => return Ok(()),
            plan => plan?,
        };
        let mut matcher = self.inner.matcher.lock().map_err(|_| failed_before())?;
        let stale = |(_, fields): &(Index, BTreeSet<String>)| *fields != plan.fields;
        if matcher.index.as_ref().is_none_or(stale) {
            let index = Index::from_batch(self.batch(&plan)?);
            matcher.index = Some((index, plan.fields.clone()));
        }
        let Some((index, _)) = matcher.index.as_mut() else {
            return Ok(());
        };
        let rows = self.compare_changed(index, &plan, &changed)?;
        drop(matcher);
        let now = self.now();
        self.store().quiet(|tx| {
            may_score(tx)?;
            let fresh = tx.replace_proposals_of(&changed, &rows, &run_name(now))?;
            tx.set_watermark("proposals", newest)?;
            self.alert_subjects(tx, &fresh, now)?;
            Ok::<_, DeskError>(())
        })?;
        Ok(())
    }

    fn changed_since(&self, at: Sequence) -> Result<(Vec<RecordId>, Sequence), DeskError> {
        let standing = self.store().standing("matching");
        let mut place = FeedPlace {
            sequence: at,
            record: None,
        };
        let mut all = Vec::new();
        loop {
            let (changed, next) = self
                .store()
                .read(|view| view.changed_records_from(&standing, place, BATCH))?;
            if changed.is_empty() {
                return Ok((all, place.sequence));
            }
            all.extend(changed.into_iter().map(|(_, record, _)| record));
            place = next;
        }
    }

    /// Puts changed records into the index and gives the proposals that touch them.
    fn compare_changed(
        &self,
        index: &mut Index,
        plan: &Plan,
        changed: &[RecordId],
    ) -> Result<Vec<ProposalRow>, DeskError> {
        let standing = self.store().standing("matching");
        let now = self.now();
        let mut rows: BTreeMap<(RecordId, RecordId), ProposalRow> = BTreeMap::new();
        for part in changed.chunks(BATCH) {
            self.may_score()?;
            let records = self
                .store()
                .read(|view| crate::derive::scan_all(view, &standing, part))?;
            let records: HashMap<RecordId, &ScanRecord> =
                records.iter().map(|record| (record.id, record)).collect();
            for id in part {
                let found = records.get(id).copied();
                match found.and_then(|record| Some((record, *plan.sources.get(&record.dataset)?))) {
                    Some((record, source)) if takes_part(record) => {
                        let values = fields(record, &plan.fields);
                        index.upsert(&Input {
                            source,
                            ..engine_input(record, &values)
                        });
                    }
                    _ => {
                        index.withdraw(engine_id(*id));
                    }
                }
            }
        }
        for id in changed {
            for proposal in index.proposals_for(engine_id(*id)) {
                if let Some(row) = self.row(&proposal, now) {
                    rows.insert((row.low, row.high), row);
                }
            }
        }
        Ok(rows.into_values().collect())
    }

    fn match_all(
        &self,
        plan: &Plan,
    ) -> Result<(MatchingRun, Vec<ProposalRow>, Sequence), DeskError> {
        let newest = self.store().read(|view| view.newest())?;
        let batch = self.batch(plan)?;
        let now = self.now();
        let rows: Vec<ProposalRow> = batch
            .proposals
            .iter()
            .filter_map(|proposal| self.row(proposal, now))
            .collect();
        let run = MatchingRun {
            records: batch.report.records as u64,
            candidates: batch.report.candidates,
            proposals: rows.len() as u64,
            recall: batch.report.recall,
            ..MatchingRun::default()
        };
        self.inner
            .matcher
            .lock()
            .map_err(|_| failed_before())?
            .index = Some((Index::from_batch(batch), plan.fields.clone()));
        Ok((run, rows, newest))
    }

    fn batch(&self, plan: &Plan) -> Result<Batch, DeskError> {
        let (records, constraints) = self.read_for_matching(plan)?;
        Ok(Engine::batch(
            records,
            &constraints,
            Options { least: LEAST },
            &mut |_, _| (),
        ))
    }

    fn row(&self, proposal: &resolve::Proposal, made: Moment) -> Option<ProposalRow> {
        let pair = Pair::new(
            RecordId::from_bytes(proposal.a.0),
            RecordId::from_bytes(proposal.b.0),
        )?;
        (proposal.probability >= LEAST).then(|| ProposalRow {
            id: ProposalId::fresh(made, self.randomness()),
            low: pair.low(),
            high: pair.high(),
            probability: proposal.probability,
            weight: proposal.weight,
        })
    }

    fn read_for_matching(&self, plan: &Plan) -> Result<(Records, Constraints), DeskError> {
        let standing = self.store().standing("matching");
        let judgements = self
            .store()
            .read(|view| view.shared_judgements(&standing))?;
        let mut records = Records::new();
        let mut after = None;
        loop {
            self.may_score()?;
            let page = self
                .store()
                .read(|view| view.scan(&standing, after, BATCH))?;
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            for record in &page {
                if let Some(source) = plan.sources.get(&record.dataset) {
                    push(&mut records, record, *source, &plan.fields);
                }
            }
        }
        let once = self.store().read(|view| view.each_once())?;
        let mut constraints = Constraints {
            unique_sources: once
                .iter()
                .filter_map(|id| plan.sources.get(id).copied())
                .collect(),
            ..Constraints::default()
        };
        for judgement in in_force(&judgements) {
            let pair = (
                engine_id(judgement.pair.low()),
                engine_id(judgement.pair.high()),
            );
            match judgement.verdict {
                Verdict::Same => constraints.same.push(pair),
                Verdict::Different => constraints.different.push(pair),
                Verdict::Unsure | Verdict::Challenged => {}
            }
        }
        Ok((records, constraints))
    }

    /// Tells each open case of new proposals that touch one of its subjects.
    fn alert_subjects(
        &self,
        tx: &mut store::Tx<'_>,
        fresh: &[ProposalRow],
        at: Moment,
    ) -> Result<u64, DeskError> {
        let subjects = tx.subject_records()?;
        let mut raised = 0;
        for proposal in fresh
            .iter()
            .filter(|proposal| proposal.probability >= LEAST_ALERT)
        {
            for (case, subject) in &subjects {
                let other = match (proposal.low, proposal.high) {
                    (low, high) if low == *subject => high,
                    (low, high) if high == *subject => low,
                    _ => continue,
                };
                let alert = Alert {
                    id: AlertId::fresh(at, self.randomness()),
                    case: *case,
                    about: About::Proposal {
                        proposal: proposal.id,
                        subject: *subject,
                        other,
                        probability: proposal.probability,
                    },
                    hits: Vec::new(),
                    raised: at,
                };
                raised += u64::from(tx.add_alert(&alert)?);
            }
        }
        Ok(raised)
    }

    /// Explains what the engine makes of two records.
    pub(crate) fn explain(
        &self,
        records: &(RecordView, RecordView),
        statements: &(Vec<Statement>, Vec<Statement>),
    ) -> Result<Card, DeskError> {
        let left = scanned(&records.0, &statements.0);
        let right = scanned(&records.1, &statements.1);
        let mut matcher = self.inner.matcher.lock().map_err(|_| failed_before())?;
        if matcher.index.is_none() {
            let plan = self.store().read(|view| Ok(self.standing_plan(view)))??;
            matcher.index = Some((Index::from_batch(self.batch(&plan)?), plan.fields));
        }
        let (index, compared) = matcher
            .index
            .as_mut()
            .ok_or_else(|| DeskError::Unavailable("nothing was matched yet".into()))?;
        let (left_values, right_values) = (fields(&left, compared), fields(&right, compared));
        let seen = |record, said: &[Statement]| -> Vec<StatementId> {
            let places = field_places(record, compared).into_iter();
            places
                .filter_map(|place| Some(said.get(place)?.id))
                .collect()
        };
        let seen = (seen(&left, &statements.0), seen(&right, &statements.1));
        let inputs = (
            engine_input(&left, &left_values),
            engine_input(&right, &right_values),
        );
        Ok(Card::of(index.explain(&inputs.0, &inputs.1), &seen))
    }
}

fn run_name(at: Moment) -> String {
    format!("run of {at}")
}

fn failed_before() -> DeskError {
    DeskError::Internal("the matcher failed before; restart the service".into())
}

fn scanned(record: &RecordView, statements: &[Statement]) -> ScanRecord {
    ScanRecord {
        id: record.id,
        dataset: record.dataset,
        schema: record.schema.clone(),
        values: statements
            .iter()
            .map(|statement| (statement.property.clone(), statement.value.clone()))
            .collect(),
    }
}

fn takes_part(record: &ScanRecord) -> bool {
    let model = Model::standard();
    model.matchable(&record.schema) && !model.is_edge(&record.schema)
}

fn push(records: &mut Records, record: &ScanRecord, source: u32, compared: &BTreeSet<String>) {
    if !takes_part(record) {
        return;
    }
    let values = fields(record, compared);
    let input = Input {
        source,
        ..engine_input(record, &values)
    };
    records.push(&input);
}

fn engine_input<'a>(record: &ScanRecord, values: &'a [(Field, &'a str)]) -> Input<'a> {
    Input {
        id: engine_id(record.id),
        source: 0,
        kind: engine_kind(&record.schema),
        values,
    }
}

fn engine_id(record: RecordId) -> resolve::RecordId {
    resolve::RecordId(*record.bytes())
}

fn engine_kind(schema: &str) -> resolve::Kind {
    let is = |ancestor: &str| Model::standard().is_a(schema, ancestor);
    if is("Person") {
        resolve::Kind::Person
    } else if is("LegalEntity") {
        resolve::Kind::Organisation
    } else if is("Vehicle") {
        resolve::Kind::Vessel
    } else if is("Address") {
        resolve::Kind::Address
    } else {
        resolve::Kind::Asset
    }
}

/// What of a record the engine sees. Protected traits have no field and cannot be handed over; a person's countries are
/// left out too, because sources mix residence with nationality. Nor does it see what the agreements do not name.
fn fields<'a>(record: &'a ScanRecord, compared: &BTreeSet<String>) -> Vec<(Field, &'a str)> {
    let person = engine_kind(&record.schema) == resolve::Kind::Person;
    record
        .values
        .iter()
        .filter(|(property, _)| compared.contains(property))
        .filter_map(|(property, value)| Some((field(property, person)?, value.as_str())))
        .collect()
}

/// Where in a record's values each of its [`fields`] stands.
fn field_places(record: &ScanRecord, compared: &BTreeSet<String>) -> Vec<usize> {
    let person = engine_kind(&record.schema) == resolve::Kind::Person;
    (0..)
        .zip(&record.values)
        .filter(|(_, (property, _))| {
            compared.contains(property) && field(property, person).is_some()
        })
        .map(|(place, _)| place)
        .collect()
}

fn field(property: &str, person: bool) -> Option<Field> {
    Some(match property {
        "name" => Field::Name,
        "alias" | "weakAlias" | "previousName" | "abbreviation" | "pastNames" => Field::Alias,
        "firstName" => Field::GivenName,
        "secondName" | "middleName" | "fatherName" => Field::MiddleName,
        "lastName" => Field::FamilyName,
        "birthDate" => Field::BirthDate,
        "incorporationDate" | "buildDate" => Field::IncorporationDate,
        "address" | "full" => Field::AddressFull,
        "street" => Field::Street,
        "city" => Field::City,
        "postalCode" => Field::Postcode,
        "jurisdiction" | "mainCountry" | "country" if !person => Field::Country,
        "flag" => Field::Flag,
        "phone" => Field::Phone,
        "email" => Field::Email,
        "website" => Field::Website,
        "registrationNumber" => Field::Identifier(Scheme::Register),
        "taxNumber" => Field::Identifier(Scheme::Tax),
        "vatCode" => Field::Identifier(Scheme::Vat),
        "leiCode" => Field::Identifier(Scheme::Lei),
        "imoNumber" => Field::Identifier(Scheme::Imo),
        "mmsi" => Field::Identifier(Scheme::Mmsi),
        "callSign" => Field::Identifier(Scheme::CallSign),
        "passportNumber" => Field::Identifier(Scheme::Document),
        "idNumber" | "socialSecurityNumber" => Field::Identifier(Scheme::National),
        "serialNumber" | "registrationMark" => Field::Identifier(Scheme::Serial),
        "innCode" => Field::Identifier(Scheme::Other(1)),
        "ogrnCode" => Field::Identifier(Scheme::Other(2)),
        "dunsCode" => Field::Identifier(Scheme::Other(3)),
        "swiftBic" => Field::Identifier(Scheme::Other(4)),
        "uniqueEntityId" => Field::Identifier(Scheme::Other(5)),
        "cageCode" => Field::Identifier(Scheme::Other(6)),
        _ => return None,
    })
}

/// The engine's view of a pair in words and numbers. Prior and lines add up to the weight.
#[derive(Debug, Clone)]
pub struct Card {
    /// Share of pairs like this one that are the same.
    pub probability: f64,
    /// Prior and all lines together, in bits.
    pub weight: f64,
    /// How rare a match is at all, in bits.
    pub prior: f64,
    /// One line a comparison.
    pub lines: Vec<CardLine>,
    /// The nearest rival of the first record.
    pub rival: Option<(RecordId, f64, f64)>,
    /// The single fact that would turn the answer round, in words.
    pub flip: Option<String>,
}

/// One comparison of a card.
#[derive(Debug, Clone)]
pub struct CardLine {
    /// What was compared, `birth date`.
    pub what: String,
    /// The values on the left as their source gave them.
    pub left: Vec<String>,
    /// The values on the right.
    pub right: Vec<String>,
    /// The statements that say the values on the left, in the same order.
    pub left_said: Vec<StatementId>,
    /// The statements that say the values on the right.
    pub right_said: Vec<StatementId>,
    /// How alike they are, in words.
    pub level: String,
    /// Weight in bits; above zero speaks for the same.
    pub bits: f64,
    /// How many records share the value, and their share of all.
    pub common: Option<(u32, f64)>,
}

impl Card {
    /// Puts an explanation into words; `seen` names the statements behind the values that the engine was given.
    fn of(explanation: resolve::Explanation, seen: &(Vec<StatementId>, Vec<StatementId>)) -> Self {
        let named = |places: &[usize], seen: &[StatementId]| {
            let places = places.iter();
            places
                .filter_map(|place| seen.get(*place).copied())
                .collect()
        };
        // Scores are kept in thousandths of a bit. Rounding the running sum, not each line, lets the lines that a reader
        // sees add up to the score that was decided on.
        let (mut exact, mut shown) = (explanation.prior, thousandths(explanation.prior));
        let prior = shown;
        let lines = explanation
            .contributions
            .into_iter()
            .map(|part| {
                exact += part.weight;
                let bits = thousandths(exact) - shown;
                shown = thousandths(exact);
                CardLine {
                    what: part.comparison.to_owned(),
                    left_said: named(&part.left_at, &seen.0),
                    right_said: named(&part.right_at, &seen.1),
                    left: part.left,
                    right: part.right,
                    level: part.level.to_owned(),
                    bits,
                    common: part.common.map(|common| (common.count, common.share)),
                }
            })
            .collect();
        Self {
            probability: explanation.probability,
            weight: explanation.total,
            prior,
            lines,
            rival: explanation.rival.map(|rival| {
                (
                    RecordId::from_bytes(rival.record.0),
                    rival.probability,
                    rival.gap,
                )
            }),
            flip: explanation.flip.map(|flip| {
                format!(
                    "{}: {}, which would make it {:.3}",
                    flip.comparison, flip.level, flip.probability
                )
            }),
        }
    }
}

fn thousandths(bits: f64) -> f64 {
    (bits * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agreement_can_name_what_the_matcher_sees_and_nothing_else() {
        for property in domain::matching::COMPARED {
            assert!(field(property, false).is_some(), "{property}");
        }
        for property in [
            "nationality",
            "gender",
            "citizenship",
            "birthPlace",
            "topics",
        ] {
            assert!(field(property, true).is_none() && field(property, false).is_none());
            assert!(!domain::matching::can_compare(property));
        }
    }
}
