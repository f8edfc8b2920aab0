//! Searching in the text of a case's documents. A look at evidence like any other: decided and logged, words and all.

use domain::authority::Actor;
use domain::id::{CaseId, EvidenceId};
use domain::policy::{Act, Permit};
use resolve::normal::latin::fold;
use store::{PageCount, PageHit, TextQuestion, View};

use crate::act::Touched;
use crate::door::Knock;
use crate::text_context::{Needles, around};
use crate::text_question::{self, Asked, distance};
use crate::{Desk, DeskError};

/// Hits shown for one question.
const MOST_HITS: usize = 50;

/// Words of the index that are taken as alike to one of the question.
const MOST_ALIKE: usize = 40;

/// A question to the text of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextAsked {
    /// The words, as people write them.
    pub words: String,
    /// Whether words count in whatever script they are written.
    pub scripts: bool,
}

impl TextAsked {
    /// Asks for words in whatever script.
    pub fn new(words: &str) -> Self {
        Self {
            words: words.to_owned(),
            scripts: true,
        }
    }
}

/// A page that holds what was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentHit {
    /// The item.
    pub evidence: EvidenceId,
    /// Its name.
    pub name: String,
    /// The part; empty for the item itself.
    pub part: String,
    /// The page.
    pub number: u64,
    /// Words around the first hit; what was found stands between U+0002 and U+0003.
    pub around: String,
    /// Media type of its file.
    pub kind: String,
    /// Language of its file.
    pub language: String,
    /// Date of its file; empty for none.
    pub dated: String,
    /// Whether it holds the words as asked, and not only some that are alike.
    pub exact: bool,
}

/// What came of a question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextFound {
    /// Pages, those with the words as asked first, then the best; at most 50.
    pub hits: Vec<DocumentHit>,
    /// How many of the first 5,000 matching pages are of which type, language and year.
    pub counts: Vec<PageCount>,
    /// Words of the index that were taken as alike.
    pub alike: Vec<String>,
}

/// The words of a question on a page: where each hit begins, and how long it is, in characters.
pub fn hits_on(words: &str, text: &str) -> Vec<(usize, usize)> {
    text_question::read(words).map_or_else(|_| Vec::new(), |asked| Needles::of(&asked).spans(text))
}

impl Desk {
    /// Searches in the text of the case's evidence.
    ///
    /// # Errors
    /// Malformed when no word is left to look for, or a field of the question says nothing.
    pub fn search_documents(
        &self,
        actor: &Actor,
        case: CaseId,
        question: &TextAsked,
    ) -> Result<TextFound, DeskError> {
        self.search_documents_because(actor, case, question, None)
    }

    /// The same for a reason of its own, which the log commits to.
    pub(crate) fn search_documents_because(
        &self,
        actor: &Actor,
        case: CaseId,
        question: &TextAsked,
        reason: Option<&str>,
    ) -> Result<TextFound, DeskError> {
        let asked = match reason {
            Some(reason) => format!("{}\n{reason}", question.words),
            None => question.words.clone(),
        };
        let knock = Knock::inside(actor, Act::ReadEvidence, case).asking(&asked);
        self.read(&knock, |view, permit| {
            let asked = text_question::read(&question.words)?;
            let found = search(view, permit, asked, question.scripts)?;
            let touched: Vec<String> = found
                .hits
                .iter()
                .map(|hit| format!("evidence:{}", hit.evidence))
                .collect();
            Ok(Touched::new(found, touched))
        })
    }
}

fn search(
    view: &View<'_>,
    permit: &Permit,
    mut asked: Asked,
    scripts: bool,
) -> Result<TextFound, DeskError> {
    let written = |asked: &Asked, others: bool| TextQuestion {
        matching: asked.matching(scripts, others),
        language: asked.language.clone(),
        kind: asked.kind.clone(),
        author: asked.author.clone(),
        from: asked.from.clone(),
        until: asked.until.clone(),
        tag: asked.tag.clone(),
    };
    let exact = written(&asked, false);
    if exact.matching.is_empty() {
        return Err(DeskError::malformed("words", "holds no word to look for"));
    }
    let mut pages: Vec<(PageHit, bool)> = view
        .find_pages(permit, &exact, MOST_HITS)?
        .into_iter()
        .map(|hit| (hit, true))
        .collect();
    let mut counted = exact;
    if asked.is_alike() {
        widen(view, permit, &mut asked)?;
        counted = written(&asked, true);
        let more = view.find_pages(permit, &counted, MOST_HITS)?;
        for hit in more {
            let place = |one: &PageHit| (one.evidence, one.part.clone(), one.number);
            if pages.len() < MOST_HITS && !pages.iter().any(|(one, _)| place(one) == place(&hit)) {
                pages.push((hit, false));
            }
        }
    }
    let needles = Needles::of(&asked);
    let hit = |(page, exact): (PageHit, bool)| DocumentHit {
        around: around(&page.body, &needles.spans(&page.body)),
        evidence: page.evidence,
        name: page.name,
        part: page.part,
        number: page.number,
        kind: page.kind,
        language: page.language,
        dated: page.dated,
        exact,
    };
    let mut alike: Vec<String> = asked
        .terms
        .iter()
        .flat_map(|term| term.others.clone())
        .collect();
    alike.sort();
    alike.dedup();
    // Only what led to a page that is shown is worth telling.
    let on_pages: Vec<String> = pages.iter().map(|(page, _)| fold(&page.body)).collect();
    alike.retain(|word| {
        let word = fold(word);
        on_pages
            .iter()
            .any(|page| page.split(' ').any(|there| there == word))
    });
    Ok(TextFound {
        hits: pages.into_iter().map(hit).collect(),
        counts: view.count_pages(permit, &counted)?,
        alike,
    })
}

/// Looks up which words of the index are alike to those of the question, the nearest first.
fn widen(view: &View<'_>, permit: &Permit, asked: &mut Asked) -> Result<(), DeskError> {
    for term in &mut asked.terms {
        let word = fold(&term.text);
        if word.is_empty() || term.alike == 0 || word.contains(' ') {
            continue;
        }
        let letters = word.chars().count();
        let shortest = letters.saturating_sub(term.alike).max(2);
        let known = view.indexed_words(permit, shortest, letters + term.alike)?;
        let mut near: Vec<(usize, String)> = known
            .into_iter()
            .filter_map(|other| {
                let far = distance(&word, &other, term.alike)?;
                (far > 0).then_some((far, other))
            })
            .collect();
        near.sort();
        near.truncate(MOST_ALIKE);
        term.others = near.into_iter().map(|(_, other)| other).collect();
    }
    Ok(())
}
