//! On what a person becomes a suspect: facts, offence, law and why the one bears on the other, written by one and decided by
//! another. Until that decision the subject's role stays what it was.

use serde::{Deserialize, Serialize};

use crate::case::SubjectRole;
use crate::id::{CaseId, SubjectId, SuspicionId, UserId};
use crate::time::Moment;

/// What has to be written down before somebody can be called a suspect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grounds {
    /// The facts, and where they come from.
    pub facts: String,
    /// The offence that they point to.
    pub offence: String,
    /// The law that makes it one.
    pub law: String,
    /// Why what is known bears on that offence and this person.
    pub relevance: String,
}

impl Grounds {
    /// The four parts by the names that forms and answers give them.
    pub fn parts(&self) -> [(&'static str, &str); 4] {
        [
            ("facts", &self.facts),
            ("offence", &self.offence),
            ("law", &self.law),
            ("relevance", &self.relevance),
        ]
    }

    /// The first part that says nothing: fewer than three letters.
    pub fn missing(&self) -> Option<&'static str> {
        let says = |text: &str| text.chars().filter(|letter| letter.is_alphabetic()).count() >= 3;
        self.parts()
            .into_iter()
            .find(|(_, text)| !says(text))
            .map(|(name, _)| name)
    }

    /// The grounds in one text, as the subject's basis.
    pub fn in_words(&self) -> String {
        format!(
            "Facts: {}\nOffence: {}\nLaw: {}\nRelevance: {}",
            self.facts, self.offence, self.law, self.relevance
        )
    }
}

/// What somebody other than the author said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruling {
    /// Whether the person is a suspect from then on.
    pub approved: bool,
    /// Why; a refusal always says.
    pub words: String,
    /// Who.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

/// A written basis on which a subject is to be a suspect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspicion {
    /// Its id.
    pub id: SuspicionId,
    /// The case.
    pub case: CaseId,
    /// Whom it concerns.
    pub subject: SubjectId,
    /// The basis.
    pub grounds: Grounds,
    /// Who wrote it.
    pub by: UserId,
    /// When.
    pub at: Moment,
    /// The decision; none while it waits.
    pub ruling: Option<Ruling>,
}

impl Suspicion {
    /// `pending`, `approved` or `refused`.
    pub fn state(&self) -> &'static str {
        match &self.ruling {
            None => "pending",
            Some(ruling) if ruling.approved => "approved",
            Some(_) => "refused",
        }
    }

    /// Whether it says something of a subject of this role: it waits, or is what the role rests on.
    pub fn bears_on(&self, role: SubjectRole) -> bool {
        match &self.ruling {
            None => true,
            Some(ruling) => ruling.approved && role == SubjectRole::Suspect,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_of_a_basis_must_say_something() {
        let whole = Grounds {
            facts: "Invoice 2 was paid twice (E-7)".into(),
            offence: "Fraud".into(),
            law: "Penal Code s. 12".into(),
            relevance: "The account is theirs".into(),
        };
        assert_eq!(whole.missing(), None);
        for (name, _) in whole.parts() {
            for empty in ["", "  ", "12", "x"] {
                let mut less = whole.clone();
                match name {
                    "facts" => less.facts = empty.into(),
                    "offence" => less.offence = empty.into(),
                    "law" => less.law = empty.into(),
                    _ => less.relevance = empty.into(),
                }
                assert_eq!(less.missing(), Some(name), "{empty}");
            }
        }
    }
}
