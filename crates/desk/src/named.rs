//! The names of datasets in the text of documents: the other way round of a search.
//!
//! One run is one look-up, for a stated reason and under the rules of any other: it is decided on, counted and logged once.
//! The index is asked for the spans of the text alone (`search::Index::names_in`). Things are told by their whole name; a
//! person only where the text holds a detail of theirs too, and at most fifty in a run. What was found is kept as proposals
//! beside the others and judged like them.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};

use domain::authority::{Actor, Reason};
use domain::id::{CaseId, DatasetId, EvidenceId, RecordId};
use domain::policy::selector::MOST_PERSONS;
use domain::policy::{Act, Permit};
use intake::mention::{self, Found, Names};
use search::{Beside, Named, NamedRecord};
use store::{PageText, View};

use crate::act::Touched;
use crate::door::Knock;
use crate::mentions::MentionRun;
use crate::{Desk, DeskError};

/// Pages of an item that are looked through.
const MOST_PAGES: usize = 5_000;
/// Records of one name that are told.
const NAMESAKES: usize = 5;

/// What a run came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NamedRun {
    /// What was looked through, and how much of it is new.
    pub run: MentionRun,
    /// Records of datasets that are named.
    pub records: u64,
    /// Persons among them.
    pub persons: u64,
    /// Whether more persons are named than are told.
    pub more_persons: bool,
}

/// The names found on the pages of items.
#[derive(Debug, Default)]
pub(crate) struct NamedPages {
    pages: HashMap<(EvidenceId, String, u64), NamedPage>,
}

/// The names found on one page.
#[derive(Debug, Default)]
pub(crate) struct NamedPage {
    /// The text in which they were found.
    body: String,
    spans: Vec<Told>,
}

/// Records that are named, each with whether it is a person.
type Records = Vec<(RecordId, bool)>;

/// A name as it is proposed.
#[derive(Debug)]
struct Told {
    from: usize,
    length: usize,
    kind: &'static str,
    record: RecordId,
    reason: String,
}

impl NamedPages {
    pub(crate) fn of(&self, item: EvidenceId, page: &PageText) -> Option<&NamedPage> {
        let found = self.pages.get(&(item, page.part.clone(), page.number));
        // A text that was read anew meanwhile has other places.
        found.filter(|found| found.body == page.body)
    }
}

impl NamedPage {
    /// What was found, as the other finders tell it.
    pub(crate) fn found(&self, body: &str) -> Vec<Found> {
        let letters: Vec<char> = body.chars().collect();
        let found = |told: &Told| {
            let quote: String = letters
                .get(told.from..told.from + told.length)?
                .iter()
                .collect();
            Some(Found {
                from: told.from,
                length: told.length,
                kind: told.kind,
                value: quote.split_whitespace().collect::<Vec<_>>().join(" "),
                quote,
                reason: told.reason.clone(),
                known: None,
            })
        };
        self.spans.iter().filter_map(found).collect()
    }

    /// The record that a finding names.
    pub(crate) fn record(&self, found: &Found) -> Option<RecordId> {
        let same = |told: &&Told| {
            told.from == found.from && told.length == found.length && told.kind == found.kind
        };
        self.spans.iter().find(same).map(|told| told.record)
    }
}

impl Desk {
    /// Looks in one item, or in all that were read, for names of the datasets that the case may use, and for all that a run
    /// without them finds.
    ///
    /// # Errors
    /// Refused without an open case, purpose, basis or reason, or beyond the look-ups of the day, like any search.
    pub fn find_names(
        &self,
        actor: &Actor,
        case: CaseId,
        item: Option<EvidenceId>,
        reason: Option<&Reason>,
    ) -> Result<NamedRun, DeskError> {
        let asked = match item {
            Some(item) => format!("names of the datasets in the text of item {item}"),
            None => "names of the datasets in the text of all documents".to_owned(),
        };
        let knock = Knock::inside(actor, Act::Search, case)
            .because(reason)
            .asking(&asked);
        let (pages, mut told) = self.read(&knock, |view, permit| {
            let (pages, told, mut records) = self.name_pages(view, permit, item)?;
            // An entry names so many at most: no person may be among those that are only counted.
            records.sort_by_key(|(_, person)| !*person);
            let touched: Vec<String> = records
                .iter()
                .map(|(record, _)| self.pseudonym(record.bytes()))
                .collect();
            Ok(Touched::new((pages, told), touched))
        })?;
        if let Some(reason) = reason {
            self.store()
                .quiet(|tx| Ok::<_, DeskError>(tx.remember_reason(actor.user, case, reason)?))?;
        }
        told.run = self.keep_found(actor, case, item, Some(pages))?;
        Ok(told)
    }

    fn name_pages(
        &self,
        view: &View<'_>,
        permit: &Permit,
        item: Option<EvidenceId>,
    ) -> Result<(NamedPages, NamedRun, Records), DeskError> {
        let mut titles: BTreeMap<DatasetId, String> = BTreeMap::new();
        let (mut pages, mut run) = (NamedPages::default(), NamedRun::default());
        let mut records = Records::new();
        for evidence in view.evidence(permit)? {
            if item.is_some_and(|item| item != evidence.id)
                || view.reading(permit, evidence.id)?.is_none()
            {
                continue;
            }
            for page in view.pages(permit, evidence.id, 0, MOST_PAGES)? {
                let beside = beside(&page.body);
                let mut spans = Vec::new();
                for named in self.index().names_in(permit, &page.body, &beside)? {
                    for one in named.records.iter().take(NAMESAKES) {
                        if let Entry::Vacant(entry) = titles.entry(one.dataset) {
                            let title = view.dataset(one.dataset)?.map(|found| found.title);
                            entry.insert(title.unwrap_or_default());
                        }
                    }
                    spans.extend(propose(&named, &titles, &mut records, &mut run));
                }
                if !spans.is_empty() {
                    let key = (evidence.id, page.part.clone(), page.number);
                    let body = page.body;
                    pages.pages.insert(key, NamedPage { body, spans });
                }
            }
        }
        run.records = records.len() as u64;
        run.persons = records.iter().filter(|(_, person)| *person).count() as u64;
        Ok((pages, run, records))
    }
}

/// The proposal for a name: of the first record, its namesakes told in the reason.
fn propose(
    named: &Named,
    titles: &BTreeMap<DatasetId, String>,
    known: &mut Records,
    run: &mut NamedRun,
) -> Option<Told> {
    let mut told: Vec<&NamedRecord> = Vec::new();
    for one in named.records.iter().take(NAMESAKES) {
        let there = known.contains(&(one.record, one.person));
        let persons = known.iter().filter(|(_, person)| *person).count();
        if one.person && !there && persons >= MOST_PERSONS {
            run.more_persons = true;
            continue;
        }
        if !there {
            known.push((one.record, one.person));
        }
        told.push(one);
    }
    let first = told.first()?;
    let title = |one: &NamedRecord| titles.get(&one.dataset).cloned().unwrap_or_default();
    let mut reason = format!(
        "the words are the whole name of \u{201c}{}\u{201d} in {}",
        first.caption,
        title(first)
    );
    match first.details.is_empty() {
        true => reason.push_str("; nothing else that is known of it stands on the page"),
        false => reason.push_str(&format!(
            "; on the page stands too: {}",
            first.details.join(", ")
        )),
    }
    let others: Vec<String> = told
        .iter()
        .skip(1)
        .map(|one| format!("\u{201c}{}\u{201d} in {}", one.caption, title(one)))
        .collect();
    if !others.is_empty() {
        reason.push_str(&format!("; the same name has {}", others.join(", ")));
    }
    if named.records.len() > NAMESAKES {
        reason.push_str(", and there are more of that name");
    }
    Some(Told {
        from: named.from,
        length: named.length,
        kind: match (first.person, first.schema.as_str()) {
            (true, _) => "known_person",
            (false, "Vessel" | "Airplane") => "known_vessel",
            _ => "known_organisation",
        },
        record: first.record,
        reason,
    })
}

/// What a page says besides names.
fn beside(body: &str) -> Beside {
    let mut beside = Beside::default();
    for found in mention::find(body, &Names::default()) {
        match found.kind {
            "date" => beside.dates.push(found.value),
            "email" | "phone" => beside.contacts.push(found.value),
            _ => {}
        }
    }
    beside
}
