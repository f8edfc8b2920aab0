//! Mentions in the text of documents: found on request, proposed with reasons, judged by a person.
//!
//! A run reads the pages of one item or of all, and keeps proposals; it writes nothing else. Names are looked for among the
//! subjects of the case, and where that is asked for with a reason, among the names of the datasets that the case may use
//! (`named`). An accepted mention becomes a passage that findings can cite, and a statement of the dataset that is the case's own
//! (`own_records`).

use domain::authority::Actor;
use domain::id::{CaseId, EvidenceId, MentionId, PassageId, RecordId};
use domain::passage::Place;
use domain::policy::{Act, Permit};
use domain::schema::{Kind, Model};
use domain::statement::Sequence;
use intake::mention::{self, Found, Known, Names};
use resolve::normal::latin::{alike, fold};
use store::{Mention, MentionJudgement, MentionLine, PageText, View};

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::named::NamedPages;
use crate::passage::{Chosen, NewPassage};
use crate::{Desk, DeskError};

/// Mentions shown at a time.
pub const SHOWN: usize = 50;

/// Mentions kept of one item.
const MOST_OF_AN_ITEM: usize = 5_000;

/// What was found in the documents of a case.
#[derive(Debug, Clone)]
pub struct MentionPage {
    /// How many there are of each kind.
    pub kinds: Vec<(String, u64)>,
    /// Those asked for, in the order of the documents; at most 50.
    pub lines: Vec<MentionLine>,
}

/// Which mentions are shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MentionFilter {
    /// Of one kind; empty for all.
    pub kind: String,
    /// Of one item.
    pub item: Option<EvidenceId>,
    /// `open`, `accepted`, `rejected`, or empty for all.
    pub state: String,
    /// How many to leave out.
    pub offset: u64,
}

/// What a run came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MentionRun {
    /// Items looked through.
    pub items: u64,
    /// Pages looked through.
    pub pages: u64,
    /// Mentions found that were not known before.
    pub found: u64,
}

/// A subject's name with what else is known of it.
struct Subject {
    record: RecordId,
    details: Vec<String>,
}

impl Desk {
    /// Looks for mentions in one item, or in all that were read.
    pub fn find_mentions(
        &self,
        actor: &Actor,
        case: CaseId,
        item: Option<EvidenceId>,
    ) -> Result<MentionRun, DeskError> {
        self.keep_found(actor, case, item, None)
    }

    /// Looks through items, with the names of records that were found in them before where those were asked for.
    pub(crate) fn keep_found(
        &self,
        actor: &Actor,
        case: CaseId,
        item: Option<EvidenceId>,
        named: Option<NamedPages>,
    ) -> Result<MentionRun, DeskError> {
        self.change(
            &Knock::inside(actor, Act::JudgeMention, case),
            move |tx, permit| {
                let (known, subjects) = subjects(tx, permit)?;
                let (known, owner): (Vec<Known>, Vec<usize>) = known.into_iter().unzip();
                let names = Names::of(&known, |word| alike(&fold(word)));
                let mut run = MentionRun::default();
                let mut touched = Vec::new();
                for evidence in tx.evidence(permit)? {
                    if item.is_some_and(|item| item != evidence.id)
                        || tx.reading(permit, evidence.id)?.is_none()
                    {
                        continue;
                    }
                    let mut mentions = Vec::new();
                    // A run that asks no dataset leaves what one that did has found.
                    let standing = match named {
                        Some(_) => Vec::new(),
                        None => tx.known_mentions(permit, evidence.id)?,
                    };
                    for page in tx.pages(permit, evidence.id, 0, MOST_OF_AN_ITEM)? {
                        run.pages += 1;
                        let here = named
                            .as_ref()
                            .and_then(|named| named.of(evidence.id, &page));
                        let more = here.map_or_else(Vec::new, |here| here.found(&page.body));
                        for found in mention::find_beside(&page.body, &names, more) {
                            let stands = |one: &Mention| {
                                one.part == page.part
                                    && one.place.page == page.number
                                    && found.from < one.place.from + one.place.length
                                    && one.place.from < found.from + found.length
                            };
                            if standing.iter().any(stands) {
                                continue;
                            }
                            let record = here.and_then(|here| here.record(&found));
                            let subject = found
                                .known
                                .and_then(|at| owner.get(at))
                                .and_then(|at| subjects.get(*at));
                            let mut mention =
                                self.mention(permit, case, evidence.id, &page, found, subject);
                            mention.record = mention.record.or(record);
                            mentions.push(mention);
                        }
                    }
                    mentions.truncate(MOST_OF_AN_ITEM);
                    mentions.extend(standing);
                    for one in &mut mentions {
                        let row = tx.document(permit, evidence.id, &one.part)?;
                        one.sha256 = row.map_or(evidence.sha256.clone(), |row| row.document.sha256);
                    }
                    run.found += tx.keep_mentions(permit, evidence.id, &mentions)?;
                    run.items += 1;
                    touched.push(format!("evidence:{}", evidence.id));
                }
                if item.is_some() && run.items == 0 {
                    return Err(DeskError::NotFound("item of evidence with text"));
                }
                Ok(Touched::new(run, touched))
            },
        )
    }

    fn mention(
        &self,
        permit: &Permit,
        case: CaseId,
        evidence: EvidenceId,
        page: &PageText,
        found: Found,
        subject: Option<&Subject>,
    ) -> Mention {
        let mut reasons = vec![found.reason];
        if let Some(subject) = subject {
            let text = fold(&page.body);
            let beside = subject
                .details
                .iter()
                .filter(|detail| text.contains(&fold(detail)));
            let beside: Vec<&str> = beside.map(String::as_str).collect();
            reasons.push(match beside.is_empty() {
                true => "nothing else that is known of the subject stands on the page".to_owned(),
                false => format!("on the page stands too: {}", beside.join(", ")),
            });
        }
        Mention {
            id: MentionId::fresh(permit.at(), self.randomness()),
            case,
            evidence,
            part: page.part.clone(),
            sha256: String::new(),
            place: Place {
                page: page.number,
                from: found.from,
                length: found.length,
            },
            kind: found.kind.to_owned(),
            quote: found.quote,
            value: found.value,
            reasons: reasons.join("; "),
            record: subject.map(|subject| subject.record),
        }
    }

    /// Lists mentions of a case.
    pub fn mentions(
        &self,
        actor: &Actor,
        case: CaseId,
        filter: &MentionFilter,
    ) -> Result<MentionPage, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadEvidence, case),
            |view, permit| {
                let page = MentionPage {
                    kinds: view.mention_kinds(permit)?,
                    lines: view.mentions(
                        permit,
                        &filter.kind,
                        filter.item,
                        &filter.state,
                        filter.offset,
                        SHOWN,
                    )?,
                };
                let mut touched: Vec<String> = page
                    .lines
                    .iter()
                    .map(|line| format!("evidence:{}", line.mention.evidence))
                    .collect();
                touched.dedup();
                Ok(Touched::new(page, touched))
            },
        )
    }

    /// Says of a mention whether it is what it was taken for. Accepting marks its passage.
    ///
    /// # Errors
    /// Malformed without a reason, or when the text no longer says it at that place.
    pub fn judge_mention(
        &self,
        actor: &Actor,
        case: CaseId,
        mention: MentionId,
        accepted: bool,
        reason: &str,
    ) -> Result<Option<PassageId>, DeskError> {
        let reason = required("reason", reason)?;
        let knock = Knock::inside(actor, Act::JudgeMention, case).asking(&reason);
        let words = reason.clone();
        self.change(&knock, |tx, permit| {
            let line = tx
                .mention(permit, mention)?
                .ok_or(DeskError::NotFound("mention"))?;
            let found = line.mention;
            let mut passage = None;
            if accepted {
                let new = NewPassage {
                    item: found.evidence,
                    part: found.part.clone(),
                    page: found.place.page,
                    span: Chosen::Signs(found.place.from, found.place.length),
                };
                let cut = self.passage_at(tx, permit, &new)?;
                if cut.quote != found.quote {
                    return Err(DeskError::Conflict(
                        "the text was read again and no longer says this at that place; look for mentions again".into(),
                    ));
                }
                passage = Some(tx.add_passage(permit, &cut)?);
            }
            let judged = MentionJudgement {
                accepted,
                passage,
                reason: words,
                by: permit.user(),
                at: permit.at(),
            };
            tx.judge_mention(permit, mention, &judged)?;
            let record = self.follow_mention(tx, permit, case, &found)?;
            let verdict = if accepted { "accepted" } else { "rejected" };
            let mut touched = vec![
                format!("mention:{mention}"),
                format!("evidence:{}", found.evidence),
                format!("verdict:{verdict}"),
            ];
            touched.extend(record.map(|record| self.pseudonym(record.bytes())));
            Ok(Touched::new(passage, touched))
        })
    }
}

/// Names, each with the place of its subject in the list beside them.
type Called = Vec<(Known, usize)>;

/// The names of the case's subjects, each with whose it is, and what else is known of them.
fn subjects(view: &View<'_>, permit: &Permit) -> Result<(Called, Vec<Subject>), DeskError> {
    let model = Model::standard();
    let judgements = view.judgements(permit, Sequence::NOW)?;
    let identities = domain::identity::Identities::closure(&judgements);
    let (mut names, mut subjects) = (Vec::new(), Vec::new());
    for (at, subject) in view.subjects(permit)?.into_iter().enumerate() {
        let mut details = Vec::new();
        for member in identities.members(subject.record) {
            for said in view.statements(permit, member, Sequence::NOW, false)? {
                let kind = model
                    .property(&said.schema, &said.property)
                    .map(|one| one.kind);
                match kind {
                    Some(Kind::Name) => {
                        let person = model.person_kind(&said.schema).guarded();
                        let name = said.value;
                        names.push((Known { name, person }, at));
                    }
                    Some(
                        Kind::Identifier
                        | Kind::Checksum
                        | Kind::Date
                        | Kind::Address
                        | Kind::Email
                        | Kind::Phone,
                    ) if said.value.chars().count() > 3 => details.push(said.value),
                    _ => {}
                }
            }
        }
        details.sort();
        details.dedup();
        subjects.push(Subject {
            record: subject.record,
            details,
        });
    }
    Ok((names, subjects))
}
