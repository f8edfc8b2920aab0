//! Questions about things: companies, vessels, contracts, documents. Never about persons.

use tantivy::DocAddress;

use domain::case::SubjectKind;
use domain::id::{DatasetId, RecordId};
use domain::policy::Permit;

use crate::SearchError;
use crate::facets::{Counts, Facets, SegmentCounts};
use crate::gather::{Found, gather};
use crate::guard::Guard;
use crate::index::Index;
use crate::layout::{Kept, Layout, whole};
use crate::normal;
use crate::question::{DEEPEST, MOST_HITS, Question, Text};
use crate::rank::{Ranked, Top};
use crate::snippet::{Passage, passage};
use crate::terms::{INEXACT, Look, Matched, Wanted};
use crate::view::{Segment, View};
use crate::weak;
use crate::words::{Script, Word};

/// A record found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The record.
    pub record: RecordId,
    /// The dataset that describes it.
    pub dataset: DatasetId,
    /// Its schema.
    pub schema: String,
    /// The name it is shown under.
    pub caption: String,
    /// How well it agrees with the question, from the question and this record alone; for ordering, not a probability.
    pub score: f32,
    /// Whether every word stands in it as it was asked, in its own script and spelling.
    pub exact: bool,
    /// The field in which it was found: `names`, `identifiers`, `contacts`, `addresses`, `text`, or nothing.
    pub matched: &'static str,
    /// The passage in which it was found, at most 200 letters.
    pub snippet: String,
    /// Byte ranges of the snippet that hold the words asked for.
    pub marks: Vec<(usize, usize)>,
}

/// The answer to a question about things.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Things {
    /// The page asked for.
    pub hits: Vec<Hit>,
    /// How many there are in all.
    pub total: u64,
    /// What they are.
    pub facets: Facets,
    /// How far in the store's order of commits the answer goes.
    pub watermark: u64,
}

impl Index {
    /// Answers a question about things, inside the case that the permit names.
    ///
    /// Persons are neither among the hits nor counted. Only datasets that the permit covers are, and the case's own
    /// sealed material.
    pub fn search_things(
        &self,
        permit: &Permit,
        question: &Question,
    ) -> Result<Things, SearchError> {
        if question
            .offset
            .saturating_add(question.limit.min(MOST_HITS))
            > DEEPEST
        {
            return Err(SearchError::TooDeep { most: DEEPEST });
        }
        let text = Text::read(&question.text)?;
        let wanted_kinds: Vec<SubjectKind> = SubjectKind::ALL
            .into_iter()
            .filter(|kind| *kind != SubjectKind::Persons)
            .filter(|kind| question.kinds.is_empty() || question.kinds.contains(kind))
            .collect();
        let guard = Guard::new(permit, &wanted_kinds)?;
        let _turn = self.turns.take();
        let view = self.view();
        let plan = Plan::new(&self.layout, &text, question, permit.shows("email"));
        let mut answer = run(&view, &plan, question, &guard, false)?;
        if answer.total == 0 && plan.can_relax() {
            answer = run(&view, &plan, question, &guard, true)?;
        }
        let top = answer.page(question);
        let asked: Vec<&Word> = text.all().collect();
        let hits = top
            .into_iter()
            .map(|ranked| {
                let kept = view.kept(&self.layout, ranked.address)?;
                hit(&kept, &ranked, &asked, question)
            })
            .collect::<Result<_, _>>()?;
        Ok(Things {
            hits,
            total: answer.total,
            facets: answer.facets.finish(),
            watermark: view.watermark,
        })
    }
}

/// What is looked for: the question's text in one or more readings, and its filters.
struct Plan {
    readings: Vec<Vec<Wanted>>,
    filters: Vec<Wanted>,
}

impl Plan {
    fn new(layout: &Layout, text: &Text, question: &Question, contacts: bool) -> Self {
        let mut filters = Vec::new();
        if let Some(schema) = &question.schema {
            filters.push(Wanted::filter(Look::Term(layout.kind_of, schema.clone())));
        }
        if let Some(country) = &question.country {
            filters.push(Wanted::filter(Look::Term(
                layout.country,
                country.to_lowercase(),
            )));
        }
        if let Some(dataset) = question.dataset {
            filters.push(Wanted::filter(Look::Term(
                layout.dataset,
                dataset.to_string(),
            )));
        }
        let mut readings = Vec::new();
        if !text.is_empty() {
            readings.push(as_written(layout, text, question));
            if question.transliterate
                && text
                    .words
                    .iter()
                    .any(|word| word.script == Script::Unspaced)
            {
                readings.push(in_latin(layout, text, question));
            }
            readings.extend(as_identifier(layout, text, question, contacts));
        }
        Self { readings, filters }
    }

    /// Whether it makes sense to ask for most of the words when nothing has them all.
    fn can_relax(&self) -> bool {
        self.readings
            .first()
            .is_some_and(|words| strong(words) >= 3)
    }
}

fn strong(words: &[Wanted]) -> usize {
    words.iter().filter(|wanted| !wanted.optional).count()
}

fn as_written(layout: &Layout, text: &Text, question: &Question) -> Vec<Wanted> {
    let mut wanted: Vec<Wanted> = Vec::new();
    for word in &text.words {
        if word.script == Script::Unspaced {
            wanted.extend(word.bigrams().iter().map(|pair| Wanted::pair(layout, pair)));
        } else {
            wanted.push(spaced_word(layout, word, text, question));
        }
    }
    finish(layout, wanted, text)
}

/// Runs read as Latin names: the first syllable, and the rest in one word.
fn in_latin(layout: &Layout, text: &Text, question: &Question) -> Vec<Wanted> {
    let mut wanted: Vec<Wanted> = Vec::new();
    for word in &text.words {
        if word.script == Script::Unspaced {
            for part in latin_parts(word) {
                wanted.push(Wanted::anywhere(layout, &part, question.leniency()));
            }
        } else {
            wanted.push(spaced_word(layout, word, text, question));
        }
    }
    finish(layout, wanted, text)
}

/// A run's Latin words: surname of one syllable and given name, the way registers write them.
pub(crate) fn latin_parts(run: &Word) -> Vec<Word> {
    let latin = |plain: String| Word {
        plain,
        romans: Vec::new(),
        syllables: Vec::new(),
        script: Script::Spaced,
    };
    match run.syllables.split_first() {
        Some((surname, given)) if !given.is_empty() => {
            vec![latin(surname.clone()), latin(given.concat())]
        }
        Some((single, _)) => vec![latin(single.clone())],
        None => Vec::new(),
    }
}

fn spaced_word(layout: &Layout, word: &Word, text: &Text, question: &Question) -> Wanted {
    let mut leniency = question.leniency();
    // Misspellings cost most; in a question this long they are not what keeps an answer away.
    leniency.fuzzy &= text.words.len() <= 12 && !weak::is_form(word);
    let wanted = Wanted::anywhere(layout, word, leniency);
    if weak::is_form(word) {
        wanted.weakened()
    } else {
        wanted
    }
}

fn finish(layout: &Layout, mut wanted: Vec<Wanted>, text: &Text) -> Vec<Wanted> {
    wanted.extend(
        text.phrases
            .iter()
            .map(|words| Wanted::phrase(layout, words)),
    );
    if strong(&wanted) == 0 {
        wanted.iter_mut().for_each(|word| word.optional = false);
    }
    let mut name = Wanted::default().exactly(
        Look::Number(layout.whole, whole(&text.words)),
        1.0,
        Matched::Names,
    );
    name.optional = true;
    wanted.push(name);
    wanted
}

/// The whole text as one identifier or, where the purpose may read them, contact.
fn as_identifier(
    layout: &Layout,
    text: &Text,
    question: &Question,
    contacts: bool,
) -> Option<Vec<Wanted>> {
    let number = normal::identifier(&question.text);
    let contact = normal::contact(&question.text);
    let long = number.chars().count() >= 5 && number.chars().any(char::is_numeric);
    if text.words.len() > 6 || !(long || contact.contains('@')) {
        return None;
    }
    let names = &layout.things;
    let weight = text.words.len().max(1) as f32 * 1.5;
    let mut wanted = Wanted::default().exactly(
        Look::Term(names.identifiers, number.clone()),
        weight,
        Matched::Identifiers,
    );
    if contacts {
        wanted = wanted.exactly(
            Look::Term(names.contacts, contact.clone()),
            weight,
            Matched::Contacts,
        );
        if let Some(tail) = normal::contact_tail(&contact) {
            wanted = wanted.with(
                Look::Term(names.contacts, tail),
                weight * 0.8,
                Matched::Contacts,
            );
        }
    }
    if long {
        wanted = wanted.with(
            Look::Prefix(names.identifiers, number),
            weight * 0.6,
            Matched::Identifiers,
        );
    }
    Some(vec![wanted])
}

/// What a run over all segments brings together.
struct Answer {
    total: u64,
    facets: Counts,
    top: Top,
}

fn run(
    view: &View,
    plan: &Plan,
    question: &Question,
    guard: &Guard<'_>,
    relaxed: bool,
) -> Result<Answer, SearchError> {
    let wanted = question.offset + question.limit.min(MOST_HITS);
    let mut answer = Answer {
        total: 0,
        facets: Counts::default(),
        top: Top::new(wanted, question.sort),
    };
    if guard.kinds().is_empty() {
        return Ok(answer);
    }
    for (ordinal, segment) in view.segments.iter().enumerate() {
        let found = find(view, segment, plan, relaxed)?;
        let words = plan
            .readings
            .first()
            .map_or(1, |words| strong(words))
            .max(1) as f32;
        answer.take(segment, ordinal as u32, found, words, question, guard)?;
    }
    Ok(answer)
}

fn find(
    view: &View,
    segment: &Segment,
    plan: &Plan,
    relaxed: bool,
) -> Result<Vec<Found>, SearchError> {
    if plan.readings.is_empty() {
        return gather(&view.searcher, segment, &[], 0, &plan.filters);
    }
    let mut all: Vec<Found> = Vec::new();
    for words in &plan.readings {
        let strong = strong(words);
        let need = match strong {
            _ if !relaxed => strong,
            0..=4 => strong.saturating_sub(1).max(1),
            _ => strong * 3 / 4,
        };
        let found = gather(&view.searcher, segment, words, need, &plan.filters)?;
        if all.is_empty() {
            all = found;
        } else if !found.is_empty() {
            all.extend(found);
            all.sort_by(|one, other| {
                one.document
                    .cmp(&other.document)
                    .then(other.score.total_cmp(&one.score))
            });
            all.dedup_by_key(|found| found.document);
        }
    }
    Ok(all)
}

impl Answer {
    fn take(
        &mut self,
        segment: &Segment,
        ordinal: u32,
        found: Vec<Found>,
        words: f32,
        question: &Question,
        guard: &Guard<'_>,
    ) -> Result<(), SearchError> {
        let guard = guard.of(segment)?;
        let mut counts = SegmentCounts::new(segment);
        for found in found {
            if !guard.lets_pass(found.document) || !in_years(segment, found.document, question) {
                continue;
            }
            self.total += 1;
            counts.count(found.document);
            // Of two names that both hold the words, the shorter one is closer to what was asked.
            let length = segment.length.first(found.document).unwrap_or(1) as f32;
            self.top.push(Ranked {
                score: found.score / words / (1.0 + 0.03 * (length - 1.0).max(0.0)),
                order: segment.order.first(found.document).unwrap_or(0),
                tie: segment.tie.first(found.document).unwrap_or(0),
                places: found.places,
                address: DocAddress::new(ordinal, found.document),
            });
        }
        counts.add_to(&mut self.facets)
    }

    fn page(&mut self, question: &Question) -> Vec<Ranked> {
        let all = self.top.finish();
        all.into_iter().skip(question.offset).collect()
    }
}

fn in_years(segment: &Segment, document: u32, question: &Question) -> bool {
    if question.year_from.is_none() && question.year_to.is_none() {
        return true;
    }
    let from = question.year_from.map_or(i64::MIN, i64::from);
    let to = question.year_to.map_or(i64::MAX, i64::from);
    segment
        .years
        .values_for_doc(document)
        .any(|year| (from..=to).contains(&year))
}

fn hit(
    kept: &Kept,
    ranked: &Ranked,
    asked: &[&Word],
    question: &Question,
) -> Result<Hit, SearchError> {
    let matched = Matched::TOLD
        .into_iter()
        .find(|place| ranked.places & place.bit() != 0);
    let leniency = question.leniency();
    let passage = match matched {
        Some(Matched::Names) => passage(kept.all_names(), asked, leniency),
        Some(Matched::Addresses) => passage(strings(&kept.addresses), asked, leniency),
        Some(Matched::Text) => passage(strings(&kept.text), asked, leniency),
        Some(Matched::Identifiers) => whole_value(&kept.identifiers, &question.text),
        Some(Matched::Contacts) => whole_value(&kept.contacts, &question.text),
        Some(Matched::Filter) | None => Passage::default(),
    };
    build(
        kept,
        ranked.score,
        asked.is_empty() || ranked.places & INEXACT == 0,
        matched,
        passage,
    )
}

fn strings(values: &[String]) -> impl Iterator<Item = &str> {
    values.iter().map(String::as_str)
}

/// The value that is the text asked for or begins with it.
fn whole_value(values: &[String], text: &str) -> Passage {
    let (number, contact) = (normal::identifier(text), normal::contact(text));
    let value = values.iter().find(|value| {
        normal::identifier(value).starts_with(&number)
            || normal::same_contact(&normal::contact(value), &contact)
    });
    let text = value.cloned().unwrap_or_default();
    Passage {
        marks: vec![(0, text.len())],
        text,
    }
}

/// A hit from what was kept.
pub(crate) fn build(
    kept: &Kept,
    score: f32,
    exact: bool,
    matched: Option<Matched>,
    passage: Passage,
) -> Result<Hit, SearchError> {
    let unreadable = |error: domain::id::NotAnId| SearchError::Folder(std::io::Error::other(error));
    Ok(Hit {
        record: kept.record.parse().map_err(unreadable)?,
        dataset: kept.dataset.parse().map_err(unreadable)?,
        schema: kept.schema.clone(),
        caption: kept.caption.clone(),
        score,
        exact,
        matched: matched.map_or("", Matched::word),
        snippet: passage.text,
        marks: passage.marks,
    })
}
