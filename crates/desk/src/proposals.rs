//! The machine's proposals that touch a case, and the match card of one pair.

use domain::authority::Actor;
use domain::id::{CaseId, RecordId, ReleaseId};
use domain::identity::{Judgement, Pair};
use domain::policy::Act;
use domain::statement::{Sequence, Statement};
use store::{ProposalRow, RecordView};

use crate::act::Touched;
use crate::door::Knock;
use crate::matching::Card;
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
    /// The judgement in force on this pair, if there is one.
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
    /// The machine's explanation.
    pub card: Card,
    /// All judgements on the pair, oldest first.
    pub history: Vec<Judgement>,
    /// What to hand back when judging, so that a change in between is noticed: the releases in which the two last
    /// changed, in the order of `records`.
    pub seen: (ReleaseId, ReleaseId),
    /// The probability under which the pair stands in the queue, where it does.
    pub proposed: Option<f64>,
    /// How the nearest rival is called, where there is one that may be read.
    pub rival: String,
}

impl Desk {
    /// Lists proposals that touch records of the case: its subjects, what it relies on, what it has opened.
    pub fn proposals(&self, actor: &Actor, case: CaseId) -> Result<Vec<ProposalLine>, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadProposals, case),
            |view, permit| {
                let subjects = view.subjects(permit)?;
                let judgements = view.judgements(permit, Sequence::NOW)?;
                let identities = domain::identity::Identities::closure(&judgements);
                let of_subjects: Vec<RecordId> = subjects
                    .iter()
                    .flat_map(|subject| identities.members(subject.record))
                    .collect();
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
                        touches_subject: of_subjects.contains(&low) || of_subjects.contains(&high),
                        judged: domain::identity::in_force(&judgements)
                            .into_iter()
                            .find(|judgement| {
                                (judgement.pair.low(), judgement.pair.high()) == (low, high)
                            })
                            .cloned(),
                        records: (left, right),
                        proposal,
                    });
                }
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
                let card = self.explain(&records, &statements)?;
                let history: Vec<Judgement> = view
                    .judgements(permit, Sequence::NOW)?
                    .into_iter()
                    .filter(|judgement| judgement.pair == pair)
                    .collect();
                let seen = (records.0.release, records.1.release);
                let proposed = view
                    .proposal(permit, pair)?
                    .map(|proposal| proposal.probability);
                let rival = match &card.rival {
                    Some((record, ..)) => crate::record::caption(view, permit, *record)?,
                    None => String::new(),
                };
                let touched = [
                    self.pseudonym(pair.low().bytes()),
                    self.pseudonym(pair.high().bytes()),
                ];
                Ok(Touched::new(
                    MatchPage {
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
