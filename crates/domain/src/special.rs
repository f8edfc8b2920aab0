//! Special categories of personal facts that are set aside: sealed, searched and counted by nobody, until one person says why
//! one of them bears on the conduct of a suspect and another agrees.
//!
//! A tie names the written basis on which the person is a suspect. It stands as long as that very basis does: when the role
//! is taken away, or another basis takes its place, what it opened is set aside again.

use crate::id::{CaseId, SpecialId, SubjectId, SuspicionId, TieId, UserId};
use crate::suspicion::Ruling;
use crate::time::Moment;

/// Values that are set aside of one delivery or one table. More is a collection of such facts, and none of it is kept.
pub const MOST_ASIDE: usize = 2_000;

/// That something set aside bears on the conduct of a suspect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie {
    /// Its id.
    pub id: TieId,
    /// The case.
    pub case: CaseId,
    /// What is set aside.
    pub special: SpecialId,
    /// The suspect.
    pub subject: SubjectId,
    /// The basis to which it is tied.
    pub suspicion: SuspicionId,
    /// How it bears on the conduct.
    pub reason: String,
    /// Who asked.
    pub by: UserId,
    /// When.
    pub at: Moment,
    /// What another person decided; none while it waits.
    pub ruling: Option<Ruling>,
}

/// How far something set aside is tied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nobody has asked, or the basis to which it was tied is no longer the one in force.
    Aside,
    /// It waits for another person.
    Asked,
    /// Another person did not agree.
    Refused,
    /// Another person agreed: it is shown masked, and read by unmasking.
    Tied,
}

impl Standing {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Aside => "aside",
            Self::Asked => "asked",
            Self::Refused => "refused",
            Self::Tied => "tied",
        }
    }
}

impl Tie {
    /// How it stands, given the basis on which its subject is a suspect now; none where it is no suspect.
    pub fn standing(&self, basis: Option<SuspicionId>) -> Standing {
        match &self.ruling {
            _ if basis != Some(self.suspicion) => Standing::Aside,
            None => Standing::Asked,
            Some(ruling) if ruling.approved => Standing::Tied,
            Some(_) => Standing::Refused,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tie(ruling: Option<bool>) -> Tie {
        let (by, at) = (UserId::from_bytes([9; 16]), Moment::from_micros(1));
        Tie {
            id: TieId::from_bytes([1; 16]),
            case: CaseId::from_bytes([2; 16]),
            special: SpecialId::from_bytes([3; 16]),
            subject: SubjectId::from_bytes([4; 16]),
            suspicion: SuspicionId::from_bytes([5; 16]),
            reason: "the pamphlets were printed there".into(),
            by,
            at,
            ruling: ruling.map(|approved| Ruling {
                approved,
                words: String::new(),
                by,
                at,
            }),
        }
    }

    #[test]
    fn a_tie_stands_on_its_own_basis_alone() {
        let basis = Some(SuspicionId::from_bytes([5; 16]));
        for (ruling, standing) in [
            (None, Standing::Asked),
            (Some(true), Standing::Tied),
            (Some(false), Standing::Refused),
        ] {
            assert_eq!(tie(ruling).standing(basis), standing);
            assert_eq!(tie(ruling).standing(None), Standing::Aside);
            let other = Some(SuspicionId::from_bytes([6; 16]));
            assert_eq!(tie(ruling).standing(other), Standing::Aside);
        }
    }
}
