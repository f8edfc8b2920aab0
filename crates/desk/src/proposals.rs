//! The machine's proposals that touch a case, and the match card of one pair.

use domain::authority::Actor;
use domain::id::{CaseId, RecordId, ReleaseId};
use domain::identity::{Identities, Judgement, Pair, Verdict, last_said};
use domain::policy::Act;
use domain::schema::Model;
use domain::statement::{Sequence, Statement};
use store::{ProposalRow, RecordView};

use crate::act::Touched;
use crate::door::Knock;
use crate::matching::Card;
use crate::watch_matching::stopped;
use crate::{Desk, DeskError};

/// A line of the queue.
#[derive(Debug, Clone)]
pub struct ProposalLine {
    /// The proposal.
    pub proposal: ProposalRow,
    /// How the two are called.
    pub captions: (String, String),
    /// The two records.
    pub records: (RecordView, RecordView),
    /// Whether one of them belongs to a subject of the case.
    pub touches_subject: bool,
    /// What was last said of this pair, if anything was.
    pub judged: Option<Judgement>,
}

/// Everything about one pair.
#[derive(Debug, Clone)]
pub struct MatchPage {
    /// The two records, smaller id first.
    pub records: (RecordView, RecordView),
    /// How they are called.
    pub captions: (String, String),
    /// What they say.
    pub statements: (Vec<Statement>, Vec<Statement>),
    /// The machine's explanation; none while the matcher is stopped.
    pub card: Option<Card>,
    /// All judgements on the pair, oldest first.
    pub history: Vec<Judgement>,
    /// What to hand back when judging, so that a change in between is noticed: the releases in which the two last
    /// changed, in the order of `records`.
    pub seen: (ReleaseId, ReleaseId),
    /// The probability under which the pair stands in the queue, where it does.
    pub proposed: Option<f64>,
    /// How the nearest rival is called, where there is one that may be read.
    pub rival: String,
    /// How many people must say the same in this case.
    pub judges: u8,
    /// What was said first, where it waits for another person.
    pub waits: Option<store::FirstWord>,
}

impl ProposalLine {
    /// Place in the queue, first things first: contested links, then pairs that touch a subject, then the rest; within
    /// each the most uncertain first, where a person's judgement tells most.
    fn use_first(&self) -> f64 {
        let contested = self.judged.as_ref().map(|said| said.verdict) == Some(Verdict::Challenged);
        let group = match (contested, self.touches_subject) {
            (true, _) => 0.0,
            (false, true) => 1.0,
            (false, false) => 2.0,
        };
        group + (self.proposal.probability - 0.5).abs()
    }
}

fn guarded(record: &RecordView) -> bool {
    Model::standard().person_kind(&record.schema).guarded()
}

impl Desk {
    /// Lists proposals that touch records of the case: its subjects, what it relies on, what it has opened.
    pub fn proposals(&self, actor: &Actor, case: CaseId) -> Result<Vec<ProposalLine>, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadProposals, case),
            |view, permit| {
                let subjects = view.subjects(permit)?;
                let judgements = view.judgements(permit, Sequence::NOW)?;
                let identities = Identities::closure(&judgements);
                let of_subjects: Vec<RecordId> = subjects
                    .iter()
                    .flat_map(|subject| identities.members(subject.record))
                    .collect();
                let said = last_said(&judgements);
                let stopped = stopped(view)?.is_some();
                let mut lines = Vec::new();
                for proposal in view.proposals_for_case(permit, 100)? {
                    let (low, high) = (proposal.low, proposal.high);
                    let records = (
                        view.record(permit, low, Sequence::NOW)?,
                        view.record(permit, high, Sequence::NOW)?,
                    );
                    let (Some(left), Some(right)) = records else {
                        continue;
                    };
                    let touches_subject = of_subjects.contains(&low) || of_subjects.contains(&high);
                    let pair = Pair::new(low, high);
                    let last = pair.and_then(|pair| said.get(&pair).copied());
                    // What follows from other judgements needs none of its own, and while the matcher is stopped its word
                    // is not shown; what people said is.
                    let follows = identities.of(low) == identities.of(high);
                    if last.is_none() && (follows || stopped) {
                        continue;
                    }
                    // Persons are found by a selector, never by browsing what the machine thinks of them.
                    if !touches_subject && (guarded(&left) || guarded(&right)) {
                        continue;
                    }
                    let captions = view.caption(permit, &[low, high])?;
                    let caption = |id: RecordId| {
                        captions
                            .iter()
                            .find(|(named, _)| *named == id)
                            .map(|(_, text)| text.clone())
                            .unwrap_or_default()
                    };
                    lines.push(ProposalLine {
                        captions: (caption(low), caption(high)),
                        touches_subject,
                        judged: last.cloned(),
                        records: (left, right),
                        proposal,
                    });
                }
                lines.sort_by(|a: &ProposalLine, b| a.use_first().total_cmp(&b.use_first()));
                let touched: Vec<String> = lines
                    .iter()
                    .flat_map(|line| [line.records.0.id, line.records.1.id])
                    .map(|record| self.pseudonym(record.bytes()))
                    .collect();
                Ok(Touched::new(lines, touched))
            },
        )
    }

    /// Reads one pair with the machine's explanation.
    pub fn match_page(
        &self,
        actor: &Actor,
        case: CaseId,
        a: RecordId,
        b: RecordId,
    ) -> Result<MatchPage, DeskError> {
        let pair = Pair::new(a, b)
            .ok_or_else(|| DeskError::malformed("b", "is the same record as `a`"))?;
        self.read(
            &Knock::inside(actor, Act::ReadProposals, case),
            |view, permit| {
                let record = |id| -> Result<RecordView, DeskError> {
                    view.record(permit, id, Sequence::NOW)?
                        .ok_or(DeskError::NotFound("record"))
                };
                let records = (record(pair.low())?, record(pair.high())?);
                let says = |id| view.statements(permit, id, Sequence::NOW, false);
                let statements = (says(pair.low())?, says(pair.high())?);
                let captions = (
                    crate::record::caption(view, permit, pair.low())?,
                    crate::record::caption(view, permit, pair.high())?,
                );
                let card = match stopped(view)? {
                    None => Some(self.explain(&records, &statements)?),
                    Some(_) => None,
                };
                let history: Vec<Judgement> = view
                    .judgements(permit, Sequence::NOW)?
                    .into_iter()
                    .filter(|judgement| judgement.pair == pair)
                    .collect();
                let seen = (records.0.release, records.1.release);
                let proposed = view
                    .proposal(permit, pair)?
                    .filter(|_| card.is_some())
                    .map(|proposal| proposal.probability);
                let rival = match card.as_ref().and_then(|card| card.rival.as_ref()) {
                    Some((record, ..)) => crate::record::caption(view, permit, *record)?,
                    None => String::new(),
                };
                let touched = [
                    self.pseudonym(pair.low().bytes()),
                    self.pseudonym(pair.high().bytes()),
                ];
                Ok(Touched::new(
                    MatchPage {
                        judges: self.type_of(view, case)?.judges,
                        waits: view
                            .first_words(case)?
                            .into_iter()
                            .find(|one| one.pair == pair),
                        records,
                        captions,
                        statements,
                        card,
                        history,
                        seen,
                        proposed,
                        rival,
                    },
                    touched,
                ))
            },
        )
    }
}
