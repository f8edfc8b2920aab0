//! Brings the postings of all words of a question together, one segment at a time.
//!
//! The rarest words make the candidates; the others are looked up at the candidates only, by skipping through their
//! postings. A document's score is the sum over the words of the best weight under which each was found.

use tantivy::{COLLECT_BLOCK_BUFFER_LEN, DocSet, Searcher, TERMINATED};

use crate::SearchError;
use crate::terms::{Posting, Wanted, postings};
use crate::view::Segment;

/// A document found, before the guard has seen it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Found {
    pub document: u32,
    pub score: f32,
    /// Where its words were found, one bit for each place.
    pub places: u8,
    /// How many of the required words were found.
    words: u16,
    /// What the word that is being looked up met here.
    met: Option<Met>,
}

impl Found {
    fn new(document: u32, (score, places): Met) -> Self {
        Self {
            document,
            score,
            places,
            words: 1,
            met: None,
        }
    }
    fn add(&mut self, (weight, places): Met) {
        self.score += weight;
        self.places |= places;
    }
    fn meet(&mut self, met: Met) {
        if self.met.is_none_or(|(weight, _)| weight < met.0) {
            self.met = Some(met);
        }
    }
}

/// Finds the documents that have at least `need` of the words that are not optional, and all filters.
pub(crate) fn gather(
    searcher: &Searcher,
    segment: &Segment,
    words: &[Wanted],
    need: usize,
    filters: &[Wanted],
) -> Result<Vec<Found>, SearchError> {
    let mut required: Vec<(u64, Vec<Posting>)> = Vec::new();
    let mut optional = Vec::new();
    for wanted in words {
        let found = postings(searcher, &segment.reader, wanted)?;
        if wanted.optional {
            optional.push(found);
        } else {
            let size = found.iter().map(|posting| u64::from(posting.size)).sum();
            required.push((size, found));
        }
    }
    let need = need.min(required.len());
    required.sort_by_key(|(size, _)| *size);
    // A document that has `need` of the words has one of the rarest: all but `need - 1` of them.
    let seeds = required.len() - need.saturating_sub(1);
    let mut remaining = required.len() - seeds;
    let mut rest = required.into_iter().map(|(_, postings)| postings);
    let mut filters = filters
        .iter()
        .map(|wanted| postings(searcher, &segment.reader, wanted))
        .collect::<Result<Vec<_>, _>>()?;
    let mut candidates = if need > 0 {
        rest.by_ref()
            .take(seeds)
            .fold(Vec::new(), |before, postings| {
                merge(before, union(postings))
            })
    } else if filters.is_empty() {
        everything(segment.reader.max_doc())
    } else {
        union(filters.remove(0))
    };
    for postings in filters {
        look_at(&mut candidates, postings, |_, _| ());
        candidates.retain(|found| found.met.is_some());
    }
    for postings in rest {
        look_at(&mut candidates, postings, |found, met| {
            found.add(met);
            found.words += 1;
        });
        remaining -= 1;
        candidates.retain(|found| usize::from(found.words) + remaining >= need);
    }
    for postings in optional {
        look_at(&mut candidates, postings, Found::add);
    }
    Ok(candidates)
}

/// The best weight and the place under which a word was met at a document.
type Met = (f32, u8);

/// Every document of a segment.
fn everything(documents: u32) -> Vec<Found> {
    (0..documents)
        .map(|document| Found::new(document, (0.0, 0)))
        .collect()
}

/// All documents of one word, each with the best weight.
fn union(postings: Vec<Posting>) -> Vec<Found> {
    let several = postings.len() > 1;
    let mut found = Vec::new();
    for mut posting in postings {
        let met = (posting.weight, posting.bits);
        let mut block = [0u32; COLLECT_BLOCK_BUFFER_LEN];
        loop {
            let filled = posting.documents.fill_buffer(&mut block);
            found.extend(
                block
                    .iter()
                    .take(filled)
                    .map(|document| Found::new(*document, met)),
            );
            if filled < block.len() {
                break;
            }
        }
    }
    if several {
        // A stable sort of runs that are in order already merges them.
        found.sort_by_key(|found| found.document);
        found.dedup_by(|later, kept| {
            let same = later.document == kept.document;
            if same && later.score > kept.score {
                (kept.score, kept.places) = (later.score, later.places);
            }
            same
        });
    }
    found
}

/// The documents of two words, scores added.
fn merge(one: Vec<Found>, other: Vec<Found>) -> Vec<Found> {
    if one.is_empty() {
        return other;
    }
    let mut all = one;
    all.extend(other);
    all.sort_by_key(|found| found.document);
    all.dedup_by(|later, kept| {
        let same = later.document == kept.document;
        if same {
            kept.add((later.score, later.places));
            kept.words += later.words;
        }
        same
    });
    all
}

/// Looks one word up at the candidates and tells `then` of each that has it.
fn look_at(candidates: &mut [Found], postings: Vec<Posting>, then: impl Fn(&mut Found, Met)) {
    candidates.iter_mut().for_each(|found| found.met = None);
    for mut posting in postings {
        let met = (posting.weight, posting.bits);
        if (posting.size as usize).saturating_mul(16) < candidates.len() {
            step(candidates, posting.documents.as_mut(), met);
        } else {
            skip(candidates, posting.documents.as_mut(), met);
        }
    }
    for found in candidates {
        if let Some(met) = found.met {
            then(found, met);
        }
    }
}

/// Few documents, many candidates: walk the documents and find each among the candidates.
fn step(candidates: &mut [Found], documents: &mut dyn DocSet, met: Met) {
    let mut from = 0;
    let mut document = documents.doc();
    while document != TERMINATED {
        let rest = candidates.get_mut(from..).unwrap_or_default();
        let place = rest.partition_point(|found| found.document < document);
        if let Some(found) = rest.get_mut(place)
            && found.document == document
        {
            found.meet(met);
        }
        from += place;
        document = documents.advance();
    }
}

/// Few candidates, many documents: walk the candidates and skip through the documents.
fn skip(candidates: &mut [Found], documents: &mut dyn DocSet, met: Met) {
    let mut document = documents.doc();
    for found in candidates {
        if document < found.document {
            document = documents.seek(found.document);
        }
        if document == found.document {
            found.meet(met);
        } else if document == TERMINATED {
            break;
        }
    }
}
