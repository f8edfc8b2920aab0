//! The list of all cases that one may know of, in pages, and figures on how they go.

use std::collections::BTreeMap;

use domain::authority::{Actor, Role};
use domain::case::{CaseFile, Membership, Stage};
use domain::id::{CaseId, UserId};
use domain::policy::Act;
pub use store::{CaseKey, CaseOrder, CasePage, Workload};

use crate::act::Touched;
use crate::door::Knock;
use crate::{Desk, DeskError};

/// Most lines of one page.
pub const MOST_LINES: usize = 100;

/// Days over which cases that ended are looked at.
pub const FIGURES_OVER: i64 = 365;

/// Days without work after which a case counts as quiet in the workload.
pub const QUIET_DAYS: i64 = 21;

/// Which cases are wanted.
#[derive(Debug, Clone, Default)]
pub struct CaseQuestion {
    /// In which order.
    pub order: CaseOrder,
    /// Of this stage.
    pub stage: Option<String>,
    /// Of this type.
    pub kind: Option<String>,
    /// Without work for so many days.
    pub quiet_days: Option<i64>,
    /// Whose number begins so.
    pub number: Option<String>,
    /// In which this person is; of the asker's own when they may not know of others.
    pub member: Option<UserId>,
    /// Where the page before ended.
    pub after: Option<(i64, CaseId)>,
    /// Most lines; 50 when none is named.
    pub limit: Option<usize>,
}

/// A line of the list.
#[derive(Debug, Clone)]
pub struct ListLine {
    /// What it is sorted by.
    pub key: CaseKey,
    /// The case file.
    pub case: CaseFile,
    /// What the asker is in it.
    pub membership: Option<Membership>,
    /// Alerts nobody of the team has seen, where the asker is of it.
    pub unseen: u64,
}

/// A page of the list.
#[derive(Debug, Clone, Default)]
pub struct CaseLines {
    /// Its lines.
    pub lines: Vec<ListLine>,
    /// Where the next page begins; none after the last.
    pub next: Option<(i64, CaseId)>,
}

/// How the cases of a type go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KindFigures {
    /// The type.
    pub kind: String,
    /// How many stand at each stage.
    pub stages: Vec<(String, u64)>,
    /// How many ended in the last year after they had been approved.
    pub ended: u64,
    /// Days from approval to the end, of the one in the middle.
    pub median_days: Option<u64>,
    /// Days within which nine of ten ended.
    pub nine_of_ten_days: Option<u64>,
}

/// Figures over all cases.
#[derive(Debug, Clone, Default)]
pub struct CaseFigures {
    /// By type.
    pub kinds: Vec<KindFigures>,
    /// Open cases by person and rank.
    pub workload: Vec<Workload>,
}

impl Desk {
    /// A page of the cases that one may know of: for supervisors and records officers of all, for others of their own.
    ///
    /// # Errors
    /// Malformed when the stage is none, or a number of days is negative.
    pub fn case_lines(
        &self,
        actor: &Actor,
        question: &CaseQuestion,
    ) -> Result<CaseLines, DeskError> {
        let page = self.page_of(question)?;
        let limit = page.limit;
        self.read(&Knock::outside(actor, Act::ListCases), |view, permit| {
            let all = permit
                .actor()
                .roles
                .iter()
                .any(|role| matches!(role, Role::Supervisor | Role::RecordsOfficer));
            let me = permit.user();
            let found = match (all, question.member) {
                (true, None) => view.case_page(&page)?,
                (true, Some(user)) => view.case_page_of(user, &page)?,
                (false, None) => view.case_page_of(me, &page)?,
                (false, Some(user)) if user == me => view.case_page_of(me, &page)?,
                (false, Some(_)) => Vec::new(),
            };
            // By number there is one page: whoever types more of the number sees fewer.
            let last = found
                .last()
                .filter(|_| found.len() == limit && page.number.is_none());
            let next = last.map(|line| (line.key(page.order), line.id));
            let unit = view.user(me)?.map(|own| own.unit).unwrap_or_default();
            let mut lines = Vec::with_capacity(found.len());
            for key in found {
                if view.has_conflict(me, key.id)? {
                    continue;
                }
                if let Some(case) = view.case(key.id)? {
                    let membership = case.membership(me);
                    let near = unit.is_empty() || case.unit.is_empty() || case.unit == unit;
                    if !near && membership.is_none() && case.opened_by != me {
                        continue;
                    }
                    lines.push(ListLine {
                        unseen: match membership {
                            Some(_) => view.unseen_count(key.id)?,
                            None => 0,
                        },
                        key,
                        case,
                        membership,
                    });
                }
            }
            let touched: Vec<String> = lines
                .iter()
                .map(|line| format!("case:{}", line.case.id))
                .collect();
            Ok(Touched::new(CaseLines { lines, next }, touched))
        })
    }

    fn page_of(&self, question: &CaseQuestion) -> Result<CasePage, DeskError> {
        let stage = question.stage.as_deref().filter(|word| !word.is_empty());
        if stage.is_some_and(|word| !Stage::WORDS.contains(&word)) {
            return Err(DeskError::malformed(
                "stage",
                format!("is none of: {}", Stage::WORDS.join(", ")),
            ));
        }
        let days = question.quiet_days;
        if days.is_some_and(|days| !(0..=3_660).contains(&days)) {
            return Err(DeskError::malformed(
                "quiet",
                "must be between 0 and 3660 days",
            ));
        }
        let limit = question.limit.unwrap_or(50);
        if !(1..=MOST_LINES).contains(&limit) {
            let said = format!("must be between 1 and {MOST_LINES}");
            return Err(DeskError::malformed("limit", said));
        }
        let some = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        Ok(CasePage {
            order: question.order,
            stage: stage.map(str::to_owned),
            kind: some(&question.kind),
            quiet_since: days.map(|days| self.now().plus_days(-days)),
            number: some(&question.number).map(|text| text.trim().to_owned()),
            after: question.after,
            limit,
        })
    }

    /// How all cases go: by type how many stand where and how long they took, and in how many each person works. For
    /// supervisors.
    pub fn case_figures(&self, actor: &Actor) -> Result<CaseFigures, DeskError> {
        self.read(&Knock::outside(actor, Act::ReadFigures), |view, permit| {
            let since = permit.at().plus_days(-FIGURES_OVER);
            let mut kinds: BTreeMap<String, KindFigures> = BTreeMap::new();
            for count in view.case_counts()? {
                let kind = kinds.entry(count.kind.clone()).or_default();
                kind.kind = count.kind;
                kind.stages.push((count.stage, count.count));
            }
            let mut took: BTreeMap<String, Vec<i64>> = BTreeMap::new();
            for (kind, micros) in view.times_to_close(since)? {
                took.entry(kind).or_default().push(micros);
            }
            for (kind, times) in took {
                if let Some(kind) = kinds.get_mut(&kind) {
                    kind.ended = times.len() as u64;
                    kind.median_days = nth_days(&times, 50);
                    kind.nine_of_ten_days = nth_days(&times, 90);
                }
            }
            let figures = CaseFigures {
                kinds: kinds.into_values().collect(),
                workload: view.workload(permit.at().plus_days(-QUIET_DAYS))?,
            };
            Ok(Touched::new(figures, []))
        })
    }
}

/// The days within which so many of a hundred ended, begun days counting; the times come shortest first.
fn nth_days(times: &[i64], of_hundred: usize) -> Option<u64> {
    let place = (times.len() * of_hundred).div_ceil(100).saturating_sub(1);
    let micros = times.get(place)?;
    Some(u64::try_from(*micros).unwrap_or(0).div_ceil(86_400_000_000))
}
