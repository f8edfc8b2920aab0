//! What a report says: a document made from the findings of a case as they stand, under the permit of whoever drafts it.

use std::collections::BTreeMap;

use domain::authority::Purpose;
use domain::case::{CaseFile, Evidence, NoteKind, Stage};
use domain::hypothesis::Weight;
use domain::id::{StatementId, UserId};
use domain::identity::Verdict;
use domain::passage::Standing;
use domain::policy::Permit;
use domain::report::template::{Filling, Template};
use domain::report::{Block, Document, FORM, Named, Note, Relied, RoleTold, Run, Used, prose};
use domain::schema::Model;
use domain::statement::{Sequence, Statement};
use domain::time::Moment;
use store::View;

use crate::hypothesis::{matrices, negatives};
use crate::note::{self, NotePage};
use crate::passage::PassageLine;
use crate::subject;
use crate::{Desk, DeskError};

/// Which template a document is made by.
pub(crate) struct Chosen {
    pub(crate) name: String,
    pub(crate) sha256: String,
    pub(crate) template: Template,
}

/// A document in the making.
struct Making<'a> {
    view: &'a View<'a>,
    permit: &'a Permit,
    case: CaseFile,
    people: BTreeMap<UserId, String>,
    relies: Vec<Relied>,
    /// How many sources have a number so far.
    sources: u64,
    findings: Vec<Used>,
    exhibits: Vec<Named>,
    roles: Vec<RoleTold>,
}

impl Desk {
    /// Makes the document of a version.
    pub(crate) fn drafted(
        &self,
        view: &View<'_>,
        permit: &Permit,
        chosen: &Chosen,
        version: u64,
    ) -> Result<Document, DeskError> {
        let case = match permit.case() {
            Some(id) => view.case(id)?,
            None => None,
        };
        let people = view.users()?.into_iter().map(|user| (user.id, user.title));
        let mut making = Making {
            view,
            permit,
            case: case.ok_or(DeskError::NotFound("case"))?,
            people: people.collect(),
            relies: Vec::new(),
            sources: 0,
            findings: Vec::new(),
            exhibits: Vec::new(),
            roles: Vec::new(),
        };
        let drafter = making.name(permit.user());
        let mut filling = Filling {
            words: making.words(version)?,
            parts: BTreeMap::new(),
        };
        let mut evidence = view.evidence(permit)?;
        evidence.sort_by_key(|item| item.id);
        // Before the findings, whose sources name exhibits by their numbers.
        filling.parts.insert("exhibits", making.exhibits(&evidence));
        filling.parts.insert("subjects", making.subjects()?);
        filling.parts.insert("findings", making.findings()?);
        filling.parts.insert("hypotheses", making.hypotheses()?);
        filling.parts.insert("negatives", making.negatives()?);
        filling.parts.insert("custody", making.custody(&evidence)?);
        filling.parts.insert("method", making.method()?);
        Ok(Document {
            form: FORM.to_owned(),
            case: making.case.number.clone(),
            title: making.case.title.clone(),
            version,
            template: (chosen.name.clone(), chosen.sha256.clone()),
            drafted_by: drafter,
            drafted_at: permit.at().to_rfc3339(),
            blocks: chosen.template.filled(&filling),
            relies: making.relies,
            findings: making.findings,
            exhibits: making.exhibits,
            roles: making.roles,
        })
    }
}

impl Making<'_> {
    fn name(&self, user: UserId) -> String {
        let found = self.people.get(&user);
        found
            .cloned()
            .unwrap_or_else(|| "somebody who is gone".to_owned())
    }

    fn words(&self, version: u64) -> Result<BTreeMap<&'static str, String>, DeskError> {
        let file = &self.case;
        let mut titles = Vec::new();
        for id in &file.scope.datasets {
            titles.extend(self.view.dataset(*id)?.map(|dataset| dataset.title));
        }
        let basis = file.legal_basis.map_or("none named".to_owned(), |basis| {
            format!("{} ({})", basis.title(), basis.source())
        });
        let stages = self.view.stages(file.id)?;
        let approved = stages.iter().find_map(|(stage, _)| match stage {
            Stage::Open { by, at } => {
                Some(format!("Approved by {} on {}.", self.name(*by), day(*at)))
            }
            _ => None,
        });
        let approved = approved.unwrap_or_else(|| "Not approved.".to_owned());
        let decided = match &file.stage {
            Stage::Closed { by, at, outcome } => {
                format!("Closed by {} on {}: {outcome}.", self.name(*by), day(*at))
            }
            Stage::Suspended { by, at, .. } => {
                format!(
                    "{approved} Suspended by {} on {}.",
                    self.name(*by),
                    day(*at)
                )
            }
            _ => approved,
        };
        let drafted = format!(
            "drafted by {} on {}",
            self.name(self.permit.user()),
            minute(self.permit.at())
        );
        Ok(BTreeMap::from([
            ("case.number", file.number.clone()),
            ("case.title", file.title.clone()),
            ("case.ground", file.predicate.clone()),
            (
                "case.purpose",
                file.purpose.map_or("none named", Purpose::title).to_owned(),
            ),
            ("case.basis", basis),
            ("case.datasets", titles.join(", ")),
            ("case.decided", decided),
            ("case.expires", day(file.expires)),
            ("report.version", version.to_string()),
            ("report.drafted", drafted),
        ]))
    }

    fn subjects(&mut self) -> Result<Vec<Block>, DeskError> {
        let lines = subject::lines(self.view, self.permit)?;
        if lines.is_empty() {
            return Ok(vec![says("No subject has been added to this case.")]);
        }
        let mut rows = Vec::with_capacity(lines.len());
        for line in lines {
            if self.view.is_barred_record(line.subject.record)? {
                continue;
            }
            let role = line.subject.role;
            self.roles.push(RoleTold {
                subject: line.subject.id,
                role: role.word().to_owned(),
            });
            let schema = Model::standard().schema(&line.schema);
            rows.push(vec![
                line.caption,
                schema.map_or(line.schema.clone(), |schema| schema.label.clone()),
                role.word().replace('_', " "),
                line.subject.basis.clone().unwrap_or_default(),
                format!("{}, {}", self.name(line.subject.by), day(line.subject.at)),
            ]);
        }
        Ok(vec![table(
            "Subjects and their roles",
            &[
                "Subject",
                "What it is",
                "Role",
                "On what basis",
                "Role given by",
            ],
            rows,
        )])
    }

    fn findings(&mut self) -> Result<Vec<Block>, DeskError> {
        let mut notes = self.view.notes(self.permit)?;
        notes.retain(|note| note.kind != NoteKind::Note && !note.is_withheld());
        notes.sort_by_key(|note| note.id);
        let mut blocks = Vec::new();
        for note in notes {
            let page = note::page(self.view, self.permit, note.id)?;
            blocks.extend(self.finding(&page)?);
        }
        if blocks.is_empty() {
            blocks.push(says("Nothing has been found."));
        }
        Ok(blocks)
    }

    fn finding(&mut self, page: &NotePage) -> Result<Vec<Block>, DeskError> {
        let note = &page.note;
        self.findings.push(Used {
            note: note.id,
            at: note.at,
        });
        let (author, at) = (self.name(note.by), day(note.at));
        let byline = match note.kind {
            NoteKind::Assessment => {
                format!("Assessment by {author}, {at}: what {author} concludes, and no fact.")
            }
            NoteKind::Fact | NoteKind::Note => {
                format!("Finding of fact, written by {author} on {at}.")
            }
        };
        let mut blocks = vec![
            Block::Heading {
                level: 3,
                text: note.title.clone(),
            },
            Block::Byline {
                kind: note.kind.word().to_owned(),
                text: byline,
            },
        ];
        let first = self.sources;
        let mut numbered: Vec<StatementId> = Vec::new();
        // Passages are cited like statements, by an id of the same form.
        let passage = |id: StatementId| {
            let mut lines = page.passages.iter();
            lines.find(|line| line.cited.passage.id.bytes() == id.bytes())
        };
        let cited = |id: StatementId| {
            passage(id).is_some() || page.rests_on.iter().any(|(edge, _)| edge.statement == id)
        };
        blocks.extend(prose::blocks(&note.text, &mut |id| {
            if !cited(id) {
                return 0;
            }
            let place = numbered.iter().position(|one| *one == id);
            let place = place.unwrap_or_else(|| {
                numbered.push(id);
                numbered.len() - 1
            });
            first + place as u64 + 1
        }));
        for (edge, _) in &page.rests_on {
            if !numbered.contains(&edge.statement) {
                numbered.push(edge.statement);
            }
        }
        for line in &page.passages {
            let id = StatementId::from_bytes(*line.cited.passage.id.bytes());
            if !numbered.contains(&id) {
                numbered.push(id);
            }
        }
        self.sources += numbered.len() as u64;
        let mut notes = Vec::with_capacity(numbered.len());
        for (number, id) in (first + 1..).zip(numbered) {
            match passage(id) {
                Some(line) => notes.push(self.passage(line, number)),
                None => notes.extend(self.source(page, id, number)?),
            }
        }
        blocks.push(match notes.is_empty() {
            true => says("It cites no source."),
            false => Block::Sources { notes },
        });
        Ok(blocks)
    }

    /// A passage of a document among the sources: its exhibit and page, its words, and whether they still stand there.
    fn passage(&self, line: &PassageLine, number: u64) -> Note {
        let passage = &line.cited.passage;
        let exhibit = self
            .exhibits
            .iter()
            .find(|one| one.evidence == passage.evidence);
        let page = passage.place.page;
        Note {
            number,
            about: match exhibit {
                Some(exhibit) => format!("Exhibit {}, page {page}", exhibit.number),
                None => format!("An exhibit that was erased, page {page}"),
            },
            said: match passage.quote.is_empty() {
                true => "no longer to be read".to_owned(),
                false => passage.quote.clone(),
            },
            source: match line.cited.name.is_empty() {
                true => String::new(),
                false => format!(
                    "{}, SHA-256 {}, marked by {} on {}",
                    line.cited.name,
                    passage.sha256,
                    self.name(passage.by),
                    day(passage.at)
                ),
            },
            now: match line.standing {
                Standing::Stands => String::new(),
                Standing::Moved(place) => {
                    format!("As the text is read now it stands on page {}.", place.page)
                }
                Standing::Gone if passage.quote.is_empty() => String::new(),
                Standing::Gone => {
                    "In the text as it is read now the words are not found.".to_owned()
                }
            },
        }
    }

    fn source(
        &mut self,
        page: &NotePage,
        id: StatementId,
        number: u64,
    ) -> Result<Option<Note>, DeskError> {
        let cited = page.rests_on.iter().zip(&page.about).zip(&page.says_now);
        let found = cited
            .into_iter()
            .find(|(((edge, _), _), _)| edge.statement == id);
        let Some((((edge, statement), about), now)) = found else {
            return Ok(None);
        };
        let ended = statement.as_ref().is_none_or(|said| said.ended.is_some());
        self.relies.push(Relied {
            number,
            statement: id,
            record: edge.record,
            ended,
        });
        let now = match (ended, now.is_empty()) {
            (false, _) => String::new(),
            (true, true) => "The source no longer says so.".to_owned(),
            (true, false) => format!("The source now says: {}.", now.join(", ")),
        };
        Ok(Some(Note {
            number,
            about: format!("{about}, {}", property(statement.as_ref(), &edge.property)),
            said: statement
                .as_ref()
                .map_or("no longer to be read".to_owned(), |said| said.value.clone()),
            source: match statement {
                Some(said) => self.told_by(said)?,
                None => String::new(),
            },
            now,
        }))
    }

    fn told_by(&self, said: &Statement) -> Result<String, DeskError> {
        let dataset = self.view.dataset(said.dataset)?;
        let release = self.view.release(said.began)?;
        Ok(format!(
            "{}, release {}, first seen {}",
            dataset.map_or_else(String::new, |dataset| dataset.title),
            release.map_or_else(String::new, |release| release.label),
            day(said.first_seen)
        ))
    }

    fn hypotheses(&self) -> Result<Vec<Block>, DeskError> {
        let found = matrices(self.view, self.permit)?;
        if found.is_empty() {
            return Ok(vec![says("No hypothesis was put up.")]);
        }
        let mut blocks = Vec::new();
        for matrix in found {
            let one = &matrix.hypothesis;
            blocks.push(Block::Heading {
                level: 3,
                text: one.title.clone(),
            });
            blocks.push(Block::Byline {
                kind: "assessment".to_owned(),
                text: format!("Put up by {} on {}.", self.name(one.by), day(one.at)),
            });
            if !one.words.is_empty() {
                blocks.push(says(&one.words));
            }
            let rows: Vec<Vec<String>> = Weight::ALL
                .iter()
                .flat_map(|weight| {
                    let weighed = one.weighings.iter().zip(&matrix.called);
                    weighed.filter(move |(said, _)| said.weight == *weight)
                })
                .map(|(said, called)| {
                    let who = format!("{}, {}", self.name(said.by), day(said.at));
                    let bears = match said.weight {
                        Weight::For => "speaks for it",
                        Weight::Against => "speaks against it",
                        Weight::Neutral => "speaks neither for nor against it",
                    };
                    vec![bears.to_owned(), called.clone(), said.words.clone(), who]
                })
                .collect();
            let against = one
                .weighings
                .iter()
                .any(|said| said.weight == Weight::Against);
            if !rows.is_empty() {
                blocks.push(table(
                    &format!("What bears on: {}", one.title),
                    &["How it bears", "Finding or exhibit", "Why", "Who says so"],
                    rows,
                ));
            }
            if !against {
                blocks.push(says("Nobody has named anything that speaks against it."));
            }
        }
        Ok(blocks)
    }

    fn negatives(&self) -> Result<Vec<Block>, DeskError> {
        let found = negatives(self.view, self.permit)?;
        let mut blocks = Vec::new();
        if found.no_hits.is_empty() {
            blocks.push(says("Every look-up of this case found something."));
        } else {
            let rows = found.no_hits.iter().map(|one| {
                vec![
                    minute(one.at),
                    one.asked.clone(),
                    one.datasets.clone(),
                    self.name(one.by),
                ]
            });
            blocks.push(table(
                "Look-ups that found nothing",
                &["When", "Asked", "Where", "By"],
                rows.collect(),
            ));
        }
        if !found.rejected.is_empty() {
            let rows = found.rejected.iter().map(|one| {
                let said = match one.judgement.verdict {
                    Verdict::Different => "not one",
                    _ => "cannot be said",
                };
                vec![
                    format!("{} and {}", one.called.0, one.called.1),
                    said.to_owned(),
                    one.judgement.reason.clone(),
                    format!("{}, {}", self.name(one.judgement.by), day(one.judgement.at)),
                ]
            });
            blocks.push(table(
                "Records that people did not take for one",
                &["Records", "Judged", "Why", "By"],
                rows.collect(),
            ));
        }
        Ok(blocks)
    }

    fn exhibits(&mut self, evidence: &[Evidence]) -> Vec<Block> {
        if evidence.is_empty() {
            return vec![says("No evidence has been filed.")];
        }
        let mut rows = Vec::with_capacity(evidence.len());
        for (number, item) in (1..).zip(evidence) {
            let number = format!("E-{number}");
            self.exhibits.push(Named {
                evidence: item.id,
                number: number.clone(),
                sha256: item.sha256.clone(),
            });
            rows.push(vec![
                number,
                item.name.clone(),
                format!(
                    "{}; collected by {}, {}, {}; with {}; under {}",
                    item.source,
                    item.collector,
                    item.collected,
                    item.place,
                    item.tool,
                    item.authority
                ),
                item.sha256.clone(),
            ]);
        }
        vec![table(
            "Exhibits",
            &["No.", "Item", "Obtained", "SHA-256"],
            rows,
        )]
    }

    fn custody(&self, evidence: &[Evidence]) -> Result<Vec<Block>, DeskError> {
        let mut rows = Vec::new();
        for (number, item) in (1..).zip(evidence) {
            for link in self.view.custody(self.permit, item.id)? {
                rows.push(vec![
                    format!("E-{number}"),
                    link.act.replace('_', " "),
                    link.from,
                    link.to,
                    link.reason,
                    format!("{}, {}", minute(link.at), self.name(link.by)),
                ]);
            }
        }
        Ok(match rows.is_empty() {
            true => vec![says("No exhibit, so no custody.")],
            false => vec![table(
                "Custody",
                &["No.", "What", "From", "To", "Why", "When, recorded by"],
                rows,
            )],
        })
    }

    fn method(&self) -> Result<Vec<Block>, DeskError> {
        let judgements = self.view.judgements(self.permit, Sequence::NOW)?;
        let made = |verdict| {
            let here = judgements
                .iter()
                .filter(|said| said.made_in == self.case.id && said.verdict == verdict);
            here.count()
        };
        let sentences = [
            format!(
                "Judgements of people in this case that two records are one: {}; that they are not: {}.",
                made(Verdict::Same),
                made(Verdict::Different)
            ),
            "A program proposes which records may be one, and gives its reasons. Nothing in this report rests on a proposal that no person has judged.".to_owned(),
            "That the program found no match does not say that there is none: names are written in many ways, and a source tells only what it holds.".to_owned(),
            "Each cited value is what a source said in the release named beside it; whether it is so, the source answers for.".to_owned(),
            "Working notes are no part of this report.".to_owned(),
        ];
        let mut rows = Vec::new();
        for id in &self.case.scope.datasets {
            let Some(dataset) = self.view.dataset(*id)? else {
                continue;
            };
            let releases = self.view.releases(*id)?;
            let newest = releases
                .iter()
                .filter_map(|one| Some((one.release.published?, &one.release.label)))
                .max();
            rows.push(vec![
                dataset.title,
                dataset.publisher,
                newest.map_or("none".to_owned(), |(_, label)| label.clone()),
                newest.map_or(String::new(), |(at, _)| minute(at)),
            ]);
        }
        Ok(vec![
            Block::List {
                items: sentences.map(|text| vec![Run::Text(text)]).to_vec(),
            },
            table(
                "Datasets of this case, and how fresh they were",
                &["Dataset", "Publisher", "Last release", "Taken in"],
                rows,
            ),
        ])
    }
}

fn says(text: &str) -> Block {
    Block::Paragraph {
        runs: vec![Run::Text(text.to_owned())],
    }
}

fn table(caption: &str, head: &[&str], rows: Vec<Vec<String>>) -> Block {
    Block::Table {
        caption: caption.to_owned(),
        head: head.iter().map(|&word| word.to_owned()).collect(),
        rows,
    }
}

fn property(said: Option<&Statement>, name: &str) -> String {
    let found = said.and_then(|said| Model::standard().property(&said.schema, name));
    found.map_or(name.to_owned(), |property| property.label.to_lowercase())
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A day as people write it, `3 May 2026`.
pub(crate) fn day(at: Moment) -> String {
    let text = at.day();
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let month = month
        .and_then(|month| month.parse::<usize>().ok())
        .and_then(|month| MONTHS.get(month.checked_sub(1)?));
    match (year, month, day) {
        (Some(year), Some(month), Some(day)) => {
            format!("{} {month} {year}", day.trim_start_matches('0'))
        }
        _ => text,
    }
}

/// A minute as people write it, in UTC.
pub(crate) fn minute(at: Moment) -> String {
    let clock: String = at.to_rfc3339().chars().skip(11).take(5).collect();
    format!("{}, {clock} UTC", day(at))
}
