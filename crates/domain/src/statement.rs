//! One attributed fact, and what a new delivery does to the facts of a record.
//!
//! Statements are never edited: a run of an assertion begins in one release and ends in another. What a record says
//! today is what has begun and not ended.

use serde::{Deserialize, Serialize};

use crate::id::{DatasetId, RecordId, ReleaseId, StatementId};
use crate::source::Value;
use crate::time::Moment;

/// The place of a commit in the order of all commits; what "known on" resolves to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sequence(pub u64);

impl Sequence {
    /// Later than every commit: today's view.
    pub const NOW: Self = Self(i64::MAX as u64);
}

/// One value of one property of one record, as said by one dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Its id, one per unbroken run.
    pub id: StatementId,
    /// The record it is about.
    pub record: RecordId,
    /// Who says it.
    pub dataset: DatasetId,
    /// Schema of the record.
    pub schema: String,
    /// The property.
    pub property: String,
    /// The cleaned value.
    pub value: String,
    /// What the source wrote, where it differs.
    pub original: Option<String>,
    /// Language, where the source tells it.
    pub language: Option<String>,
    /// The release in which it began.
    pub began: ReleaseId,
    /// When that release became visible here.
    pub first_seen: Moment,
    /// The release in which it ended.
    pub ended: Option<ReleaseId>,
    /// When that release became visible here; while it runs, `None`.
    pub ended_at: Option<Moment>,
    /// When a release last repeated it: the dataset's newest while it runs, the one before the end afterwards.
    pub last_seen: Moment,
    /// Whether it has been blanked by an erasure: `value` is then empty.
    pub erased: bool,
}

/// A running statement, as far as a comparison needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// Its id.
    pub id: StatementId,
    /// What it says.
    pub says: Value,
}

/// What a new version of a record does to its statements.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// Values that begin.
    pub begin: Vec<Value>,
    /// Statements that end.
    pub end: Vec<StatementId>,
    /// One for each property whose set of values is another one, in order of name.
    pub properties: Vec<PropertyChange>,
}

/// The set of values of one property before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PropertyChange {
    /// The property.
    pub property: String,
    /// Values before, sorted.
    pub before: Vec<String>,
    /// Values after, sorted.
    pub after: Vec<String>,
    /// Statements of this property that end.
    pub ended: Vec<StatementId>,
}

impl Difference {
    /// Says whether nothing begins and nothing ends.
    pub fn is_empty(&self) -> bool {
        self.begin.is_empty() && self.end.is_empty()
    }
}

/// Compares what a record said with what it says now.
///
/// A value that only changed its original spelling or its language ends and begins anew, but is no change of the
/// property: its set of cleaned values is the same.
pub fn compare(before: &[Running], after: &[Value]) -> Difference {
    let begin: Vec<Value> = after
        .iter()
        .filter(|value| before.iter().all(|old| old.says != **value))
        .cloned()
        .collect();
    let ended: Vec<&Running> = before
        .iter()
        .filter(|old| !after.contains(&old.says))
        .collect();
    let mut names: Vec<&str> = begin
        .iter()
        .map(|value| value.property.as_str())
        .chain(ended.iter().map(|old| old.says.property.as_str()))
        .collect();
    names.sort_unstable();
    names.dedup();
    let properties = names
        .into_iter()
        .map(|name| PropertyChange {
            property: name.to_owned(),
            before: set(before.iter().map(|old| &old.says), name),
            after: set(after.iter(), name),
            ended: ended
                .iter()
                .filter(|old| old.says.property == name)
                .map(|old| old.id)
                .collect(),
        })
        .filter(|change| change.before != change.after)
        .collect();
    Difference {
        begin,
        end: ended.iter().map(|old| old.id).collect(),
        properties,
    }
}

fn set<'a>(values: impl Iterator<Item = &'a Value>, property: &str) -> Vec<String> {
    let mut set: Vec<String> = values
        .filter(|value| value.property == property)
        .map(|value| value.value.clone())
        .collect();
    set.sort_unstable();
    set.dedup();
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(property: &str, value: &str) -> Value {
        Value {
            property: property.into(),
            value: value.into(),
            original: None,
            language: None,
        }
    }

    fn running(number: u8, property: &str, text: &str) -> Running {
        Running {
            id: StatementId::from_bytes([number; 16]),
            says: value(property, text),
        }
    }

    #[test]
    fn what_stays_neither_begins_nor_ends() {
        let before = [
            running(1, "name", "Aldgrund Shipping"),
            running(2, "status", "active"),
        ];
        let after = [
            value("name", "Aldgrund Shipping"),
            value("status", "struck off"),
        ];
        let difference = compare(&before, &after);
        assert_eq!(difference.begin, [value("status", "struck off")]);
        assert_eq!(difference.end, [StatementId::from_bytes([2; 16])]);
        let [change] = difference.properties.as_slice() else {
            panic!("one property changed")
        };
        assert_eq!(
            (change.before.as_slice(), change.after.as_slice()),
            (
                ["active".to_owned()].as_slice(),
                ["struck off".to_owned()].as_slice()
            )
        );
    }

    #[test]
    fn another_spelling_of_the_original_is_no_change_of_the_property() {
        let before = [running(1, "country", "gr")];
        let mut again = value("country", "gr");
        again.original = Some("Hellas".into());
        let difference = compare(&before, &[again]);
        assert!(!difference.is_empty());
        assert!(difference.properties.is_empty());
    }

    #[test]
    fn the_same_again_is_empty() {
        assert!(compare(&[running(1, "name", "x")], &[value("name", "x")]).is_empty());
    }
}
