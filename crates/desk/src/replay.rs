//! The rules as people read them, and decisions of the log made again by the rules and facts of their day.

use std::collections::BTreeMap;

use domain::audit::LogPurpose;
use domain::authority::Actor;
use domain::policy::{Act, Choice, RuleWords, Rulebook};
use domain::statement::Sequence;
use store::EntryFilter;

use crate::act::Touched;
use crate::door::Knock;
use crate::{Desk, DeskError};

/// What came of making decisions again.
#[derive(Debug, Clone, Default)]
pub struct Replay {
    /// Decisions that came out as the log says.
    pub alike: u64,
    /// Entries that no rule stands behind: signing in, requests that could not be read, what the program itself refuses.
    pub without: u64,
    /// Decisions that came out otherwise, or could not be made again: the entry's number and why.
    pub differing: Vec<(u64, String)>,
    /// How many decisions each version of the rules made.
    pub versions: BTreeMap<String, u64>,
    /// Number of the oldest entry looked at; to go on before it.
    pub oldest: Option<u64>,
}

/// Entries read at a time.
const PAGE: usize = 200;

/// Most entries of one replay.
pub const MOST: usize = 5_000;

impl Desk {
    /// The rules in force, in their order.
    pub fn rules(&self, actor: &Actor) -> Result<Vec<RuleWords>, DeskError> {
        self.read(&Knock::outside(actor, Act::ReadPolicy), |_, _| {
            Ok(Touched::new(self.inner.rules.rules(), []))
        })
    }

    /// Makes the newest decisions of the log again, each by the archived rules that made it.
    pub fn replay(
        &self,
        actor: &Actor,
        purpose: Option<LogPurpose>,
        before: Option<u64>,
        most: usize,
    ) -> Result<Replay, DeskError> {
        let knock = Knock::outside(actor, Act::ReadLog)
            .for_log(purpose)
            .asking("replay of decisions");
        self.read(&knock, |view, permit| {
            let mut books: BTreeMap<String, Result<Rulebook, String>> = BTreeMap::new();
            let (mut replay, mut before) = (Replay::default(), before.map(Sequence));
            let mut left = most.min(MOST);
            while left > 0 {
                let filter = EntryFilter::default();
                let page = view.entries(permit, &filter, before, left.min(PAGE))?;
                let Some((last, _)) = page.last() else { break };
                before = Some(*last);
                left -= page.len();
                for (number, entry) in &page {
                    let Some(digest) = &entry.decided_on else {
                        replay.without += 1;
                        continue;
                    };
                    if !books.contains_key(&entry.policy) {
                        let book = match view.archived_policy(&entry.policy)? {
                            Some(archived) => {
                                Rulebook::from_archive(&archived).map_err(|error| error.to_string())
                            }
                            None => {
                                Err(format!("the rules {} are not in the archive", entry.policy))
                            }
                        };
                        books.insert(entry.policy.clone(), book);
                    }
                    let question = view.question_of(permit, *number, digest)?;
                    let again = match (books.get(&entry.policy), question) {
                        (Some(Ok(book)), Some(question)) => book.replay(&question),
                        (Some(Err(error)), _) => Err(error.clone()),
                        _ => Err("what was put to the rules is gone or was changed".to_owned()),
                    };
                    let said = (entry.outcome == "done", entry.rules.clone());
                    match again {
                        Ok(found) if found == said => {
                            replay.alike += 1;
                            *replay.versions.entry(entry.policy.clone()).or_default() += 1;
                        }
                        Ok((allowed, rules)) => {
                            let came = if allowed { "allowed" } else { "refused" };
                            let words = format!("now {came} by {}", rules.join(", "));
                            replay.differing.push((number.0, words));
                        }
                        Err(error) => replay.differing.push((number.0, error)),
                    }
                }
            }
            replay.oldest = before.map(|number| number.0);
            Ok(Touched::new(replay, []))
        })
    }

    /// Keeps the texts of the rules in force, so that what they decide can be decided again.
    pub(crate) fn archive_rules(&self) -> Result<(), DeskError> {
        let texts = self.inner.rules.archive();
        let known = self.store().read(|view| {
            let mut known = true;
            for text in &texts {
                known &= view.archived_policy(&text.version)?.is_some();
            }
            Ok(known)
        })?;
        if known {
            return Ok(());
        }
        self.store().quiet(|tx| {
            for text in &texts {
                tx.archive_policy(text)?;
            }
            Ok::<_, DeskError>(())
        })?;
        Ok(())
    }
}

/// The packs chosen in the data directory; none where nothing is chosen.
pub(crate) fn chosen(data: &std::path::Path) -> Result<Rulebook, DeskError> {
    let path = data.join("policy.toml");
    let choice = match std::fs::read_to_string(&path) {
        Ok(text) => Choice::read(&text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Choice::default()),
        Err(error) => {
            let words = format!("{}: {error}", path.display());
            return Err(DeskError::Unavailable(words));
        }
    };
    choice
        .and_then(|choice| Rulebook::chosen(&choice))
        .map_err(|error| DeskError::Unavailable(error.to_string()))
}
