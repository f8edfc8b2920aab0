//! Trying rules out without an installation: examples in a file (`policies/tests.toml`) with what should come of each, and
//! the table of who may do what in a case of each stage.

use serde::Deserialize;

use super::packs::Choice;
use super::rulebook::{Facts, Request, Rulebook, RulebookError, Standing};
use super::{Act, Target};
use crate::authority::{Actor, LegalBasis, Origin, Purpose, Reason, Role};
use crate::case::{CaseFile, Membership, Scope, Stage, SubjectKind};
use crate::id::{CaseId, UserId};
use crate::time::Moment;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    example: Vec<Example>,
}

/// A request with what should come of it. What is left out is as in a case where all is well.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// What it shows.
    pub says: String,
    /// The packs in force.
    #[serde(default)]
    pub packs: Vec<String>,
    /// The act.
    pub act: String,
    /// The asker's roles.
    #[serde(default)]
    pub roles: Vec<String>,
    /// The asker's rank in the case; empty for none.
    #[serde(default)]
    pub rank: String,
    /// Where the case stands: `proposed`, `open`, `refused`, `closed`.
    #[serde(default = "open")]
    pub stage: String,
    /// The ground of the case; empty for none.
    #[serde(default = "inquiry")]
    pub basis: String,
    /// For what the case is; empty for nothing.
    #[serde(default = "procurement")]
    pub purpose: String,
    /// Days since the case was written down.
    #[serde(default)]
    pub age_days: i64,
    /// Days until it expires.
    #[serde(default = "month")]
    pub days_left: i64,
    /// Whether the asker wrote the case down.
    #[serde(default)]
    pub wrote_it: bool,
    /// Whether a reason was stated.
    #[serde(default = "yes")]
    pub reason: bool,
    /// Look-ups made in the case today.
    #[serde(default)]
    pub look_ups: u64,
    /// Whether a second factor waits to be proved.
    #[serde(default)]
    pub unproved: bool,
    /// `allowed`, or the name of the rule that refuses.
    pub expect: String,
}

fn open() -> String {
    "open".into()
}
fn inquiry() -> String {
    LegalBasis::StatutoryInquiry.word().into()
}
fn procurement() -> String {
    Purpose::Procurement.word().into()
}
const fn month() -> i64 {
    30
}
const fn yes() -> bool {
    true
}

/// What came of an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// What it shows.
    pub says: String,
    /// What should come of it.
    pub expected: String,
    /// What came.
    pub found: String,
}

const EXAMPLES: &str = include_str!("../../../../policies/tests.toml");

/// Tries the examples that come with the program, or those of another text.
pub fn examples(text: Option<&str>) -> Result<Vec<Tried>, RulebookError> {
    let file: File = toml::from_str(text.unwrap_or(EXAMPLES))
        .map_err(|error| RulebookError::new(format!("examples: {error}")))?;
    let mut books: Vec<(Vec<String>, Rulebook)> = Vec::new();
    let mut tried = Vec::new();
    for example in file.example {
        let place = match books.iter().position(|(packs, _)| *packs == example.packs) {
            Some(place) => place,
            None => {
                let choice = Choice {
                    packs: example.packs.clone(),
                    ..Choice::default()
                };
                books.push((example.packs.clone(), Rulebook::chosen(&choice)?));
                books.len() - 1
            }
        };
        let found = match books.get(place) {
            Some((_, book)) => example.found(book)?,
            None => String::new(),
        };
        tried.push(Tried {
            says: example.says,
            expected: example.expect,
            found,
        });
    }
    Ok(tried)
}

const ASKER: UserId = UserId::from_bytes([1; 16]);
const ANOTHER: UserId = UserId::from_bytes([2; 16]);
const NOW: Moment = Moment::from_seconds(1_900_000_000);

impl Example {
    fn found(&self, book: &Rulebook) -> Result<String, RulebookError> {
        let odd =
            |what: &str, word: &str| RulebookError::new(format!("examples: no {what} `{word}`"));
        let mut acts = Act::ALL.iter();
        let act = acts
            .find(|act| act.word() == self.act)
            .ok_or_else(|| odd("act", &self.act))?;
        let roles = self
            .roles
            .iter()
            .map(|word| Role::from_word(word).ok_or_else(|| odd("role", word)))
            .collect::<Result<Vec<Role>, _>>()?;
        let rank = match self.rank.as_str() {
            "" => None,
            "lead" => Some(Membership::Lead),
            "contributor" => Some(Membership::Contributor),
            "reader" => Some(Membership::Reader),
            other => return Err(odd("rank", other)),
        };
        let mut case = case(stage(&self.stage).ok_or_else(|| odd("stage", &self.stage))?);
        case.purpose = match self.purpose.as_str() {
            "" => None,
            word => Some(Purpose::from_word(word).ok_or_else(|| odd("purpose", word))?),
        };
        case.legal_basis = match self.basis.as_str() {
            "" => None,
            word => Some(LegalBasis::from_word(word).ok_or_else(|| odd("basis", word))?),
        };
        case.opened_at = NOW.plus_days(-self.age_days);
        case.expires = NOW.plus_days(self.days_left);
        case.opened_by = if self.wrote_it { ASKER } else { ANOTHER };
        case.members.extend(rank.map(|rank| (ASKER, rank)));
        let standing = Standing {
            look_ups_made: self.look_ups,
            unproved: self.unproved,
            ..Standing::default()
        };
        Ok(outcome(book, *act, roles, &case, (self.reason, standing)))
    }
}

fn stage(word: &str) -> Option<Stage> {
    let (by, at) = (ANOTHER, NOW);
    Some(match word {
        "proposed" => Stage::Proposed,
        "open" => Stage::Open { by, at },
        "refused" => Stage::Refused {
            by,
            at,
            reason: String::new(),
        },
        "closed" => Stage::Closed {
            by,
            at,
            outcome: String::new(),
        },
        _ => return None,
    })
}

fn case(stage: Stage) -> CaseFile {
    CaseFile {
        id: CaseId::from_bytes([9; 16]),
        number: String::new(),
        title: String::new(),
        predicate: String::new(),
        purpose: Some(Purpose::Procurement),
        legal_basis: Some(LegalBasis::StatutoryInquiry),
        scope: Scope {
            datasets: Vec::new(),
            kinds: SubjectKind::ALL.to_vec(),
        },
        stage,
        opened_by: ANOTHER,
        opened_at: NOW,
        expires: NOW.plus_days(30),
        members: vec![(ANOTHER, Membership::Lead)],
        unit: String::new(),
    }
}

fn outcome(
    book: &Rulebook,
    act: Act,
    roles: Vec<Role>,
    case: &CaseFile,
    (reason, standing): (bool, Standing),
) -> String {
    let actor = Actor {
        user: ASKER,
        roles,
        session: None,
        origin: Origin::Api,
    };
    let stated = Reason::new("ownership", "who stands behind it").filter(|_| reason);
    let request = Request {
        actor: &actor,
        act,
        reason: stated.as_ref(),
        concerns: (act.target() != Target::LookUp && act != Act::RequestMembership)
            .then_some(UserId::from_bytes([3; 16])),
        at: NOW,
    };
    let facts = Facts {
        case: Some(case),
        standing,
        ..Facts::default()
    };
    match book.decide(&request, &facts) {
        Ok(_) => "allowed".to_owned(),
        Err(refusal) => refusal.rule,
    }
}

/// A line of the table: an act in a case of one stage, with what comes of it for each of [`ASKERS`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixLine {
    /// The act.
    pub act: &'static str,
    /// Where the case stands; empty for acts outside cases.
    pub stage: &'static str,
    /// `allowed`, or the rule that refuses first.
    pub outcomes: Vec<String>,
}

/// Who asks in the table: a role, and a rank in the case.
pub const ASKERS: [(&str, Role, Option<Membership>); 9] = [
    (
        "investigator, lead",
        Role::Investigator,
        Some(Membership::Lead),
    ),
    (
        "investigator, contributor",
        Role::Investigator,
        Some(Membership::Contributor),
    ),
    (
        "investigator, reader",
        Role::Investigator,
        Some(Membership::Reader),
    ),
    ("investigator elsewhere", Role::Investigator, None),
    ("supervisor", Role::Supervisor, None),
    ("data steward", Role::DataSteward, None),
    ("records officer", Role::RecordsOfficer, None),
    ("auditor", Role::Auditor, None),
    ("administrator", Role::Administrator, None),
];

/// Who may do what in a case of each stage, by rules.
pub fn matrix(book: &Rulebook) -> Vec<MatrixLine> {
    matrix_of(book, Act::ALL)
}

/// The table's lines for some acts.
pub fn matrix_of(book: &Rulebook, acts: &[Act]) -> Vec<MatrixLine> {
    let mut lines = Vec::new();
    for act in acts {
        let stages: &[&'static str] = match act.target() {
            Target::Service => &[""],
            _ => &["proposed", "open", "closed"],
        };
        for word in stages {
            let stage = stage(word).unwrap_or(Stage::Proposed);
            let outcomes = ASKERS.into_iter().map(|(_, role, rank)| {
                let mut case = case(stage.clone());
                case.members.extend(rank.map(|rank| (ASKER, rank)));
                let standing = Standing {
                    log_purpose: Some(crate::audit::LogPurpose::Lawfulness),
                    ..Standing::default()
                };
                outcome(book, *act, vec![role], &case, (true, standing))
            });
            lines.push(MatrixLine {
                act: act.word(),
                stage: word,
                outcomes: outcomes.collect(),
            });
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_beside_the_rules_come_out_as_they_say() {
        let tried = examples(None).unwrap();
        assert!(tried.len() >= 30, "{}", tried.len());
        for tried in tried {
            assert_eq!(tried.found, tried.expected, "{}", tried.says);
        }
        let odd = "[[example]]\nsays = \"x\"\nact = \"fly\"\nexpect = \"allowed\"";
        assert!(examples(Some(odd)).is_err());
    }
}
