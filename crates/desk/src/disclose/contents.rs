//! What goes out of a case: read under the permit, in the transaction that enters it.
//!
//! A record goes out whole if it is a subject's (or was judged to be one with it) or is cited by a finding. The other end
//! of a subject's link goes out by name; a natural person who is neither subject nor cited, and the link's own record,
//! without one. A subject or finding that rests on what the permit does not cover is left out and counted.

use std::collections::{BTreeMap, BTreeSet};

use domain::case::{CaseFile, Note, NoteKind, Subject, SubjectRole};
use domain::disclosure::{Item, Portion};
use domain::id::{DatasetId, IdentityId, RecordId, ReleaseId, StatementId, UserId};
use domain::identity::Identities;
use domain::policy::Permit;
use domain::policy::selector::MOST_PERSONS;
use domain::schema::Model;
use domain::source::{Dataset, Release};
use domain::statement::{Sequence, Statement};
use store::{Intelligence, Link, RecordSource, RecordView, View};

use crate::DeskError;
use crate::hypothesis::{Negatives, negatives};

/// Most links that go out of one record.
const MOST_LINKS: usize = 200;

/// Everything that goes out.
pub(crate) struct Contents {
    pub(crate) case: CaseFile,
    pub(crate) subjects: Vec<Subject>,
    pub(crate) findings: Vec<Finding>,
    /// Intelligence on the subjects that go out, and on no subject in particular.
    pub(crate) intelligence: Vec<Intelligence>,
    /// Records that go out whole.
    pub(crate) records: BTreeMap<RecordId, Whole>,
    /// Links of the subjects' records, each once.
    pub(crate) links: Vec<Drawn>,
    /// Records of which no more than the name goes out.
    pub(crate) ends: BTreeMap<RecordId, End>,
    pub(crate) datasets: BTreeMap<DatasetId, Dataset>,
    pub(crate) releases: BTreeMap<ReleaseId, Release>,
    pub(crate) people: BTreeMap<UserId, String>,
    pub(crate) left_out: LeftOut,
    /// What was looked for and not found, and which matches people rejected.
    pub(crate) negatives: Negatives,
}

/// How much the permit, or a cap, kept back.
#[derive(Default)]
pub(crate) struct LeftOut {
    pub(crate) subjects: usize,
    pub(crate) findings: usize,
    pub(crate) links: usize,
}

/// A finding with the statements that it cites.
pub(crate) struct Finding {
    pub(crate) note: Note,
    pub(crate) cites: Vec<Statement>,
}

/// A record with all that is said of it.
pub(crate) struct Whole {
    pub(crate) record: RecordView,
    pub(crate) caption: String,
    pub(crate) identity: IdentityId,
    /// The role of the subject whose record it is.
    pub(crate) role: Option<SubjectRole>,
    pub(crate) statements: Vec<Statement>,
    pub(crate) sources: Vec<RecordSource>,
}

/// The other end of a link, or the link's own record.
pub(crate) struct End {
    pub(crate) schema: String,
    /// Its name, where it goes out.
    pub(crate) name: Option<String>,
    /// Whether it stands as a node of the graph.
    pub(crate) node: bool,
}

/// A link between two records.
#[derive(PartialEq, Eq, PartialOrd, Ord, Clone)]
pub(crate) struct Drawn {
    pub(crate) edge: RecordId,
    pub(crate) from: RecordId,
    pub(crate) to: RecordId,
    pub(crate) schema: String,
    pub(crate) property: String,
}

impl Contents {
    /// Reads what the permit covers, as of now.
    pub(crate) fn read(view: &View<'_>, permit: &Permit) -> Result<Self, DeskError> {
        let case = match permit.case() {
            Some(id) => view.case(id)?,
            None => None,
        };
        let people = view.users()?.into_iter().map(|user| (user.id, user.title));
        let mut contents = Self {
            case: case.ok_or(DeskError::NotFound("case"))?,
            subjects: Vec::new(),
            findings: Vec::new(),
            intelligence: view.intelligence(permit)?,
            records: BTreeMap::new(),
            links: Vec::new(),
            ends: BTreeMap::new(),
            datasets: BTreeMap::new(),
            releases: BTreeMap::new(),
            people: people.collect(),
            left_out: LeftOut::default(),
            negatives: negatives(view, permit)?,
        };
        contents.take_findings(view, permit)?;
        contents.take_subjects(view, permit)?;
        let goes = |item: &Intelligence| {
            item.subject
                .is_none_or(|id| contents.subjects.iter().any(|subject| subject.id == id))
        };
        let kept: Vec<Intelligence> = contents
            .intelligence
            .iter()
            .filter(|item| goes(item))
            .cloned()
            .collect();
        contents.intelligence = kept;
        contents.take_links(view, permit)?;
        contents.take_sources(view)?;
        Ok(contents)
    }

    /// The ledger's items: every record that stands in the package in any form, and every finding.
    pub(crate) fn items(&self) -> Vec<Item> {
        let whole = self
            .records
            .keys()
            .map(|record| Item::Record(*record, Portion::Whole));
        let ends = self.ends.iter().map(|(record, end)| {
            let portion = match end.name {
                Some(_) => Portion::Named,
                None => Portion::Unnamed,
            };
            Item::Record(*record, portion)
        });
        let findings = self
            .findings
            .iter()
            .map(|finding| Item::Finding(finding.note.id));
        whole.chain(ends).chain(findings).collect()
    }

    /// Every statement that goes out, by record.
    pub(crate) fn statements(&self) -> impl Iterator<Item = (&Whole, &Statement)> {
        self.records
            .values()
            .flat_map(|whole| whole.statements.iter().map(move |said| (whole, said)))
    }

    /// What a person is called.
    pub(crate) fn person(&self, user: UserId) -> &str {
        self.people.get(&user).map_or("", String::as_str)
    }

    fn take_findings(&mut self, view: &View<'_>, permit: &Permit) -> Result<(), DeskError> {
        for note in view.notes(permit)? {
            if note.kind == NoteKind::Note {
                continue; // a working note is no finding
            }
            if note.is_withheld() {
                self.left_out.findings += 1;
                continue;
            }
            let reliances = view.reliances(permit, note.id)?;
            let mut cites = Vec::with_capacity(reliances.len());
            for reliance in &reliances {
                cites.extend(view.statement(permit, reliance.statement)?);
            }
            if cites.len() < reliances.len() {
                self.left_out.findings += 1;
                continue;
            }
            self.findings.push(Finding { note, cites });
        }
        Ok(())
    }

    fn take_subjects(&mut self, view: &View<'_>, permit: &Permit) -> Result<(), DeskError> {
        let judgements = view.judgements(permit, Sequence::NOW)?;
        let identities = Identities::closure(&judgements);
        for subject in view.subjects(permit)? {
            let mut covered = false;
            for member in identities.members(subject.record) {
                let taken = self.take_whole(view, permit, member, &identities)?;
                if let Some(whole) = self.records.get_mut(&member) {
                    whole.role = Some(subject.role);
                }
                covered |= taken && member == subject.record;
            }
            match covered {
                true => self.subjects.push(subject),
                false => self.left_out.subjects += 1,
            }
        }
        let cited: BTreeSet<RecordId> = self
            .findings
            .iter()
            .flat_map(|finding| finding.cites.iter().map(|said| said.record))
            .collect();
        for record in cited {
            self.take_whole(view, permit, record, &identities)?;
        }
        Ok(())
    }

    /// Takes a record with what runs today and what a finding cites; `false` if the permit does not cover it.
    fn take_whole(
        &mut self,
        view: &View<'_>,
        permit: &Permit,
        id: RecordId,
        identities: &Identities,
    ) -> Result<bool, DeskError> {
        if self.records.contains_key(&id) {
            return Ok(true);
        }
        let Some(record) = view.record(permit, id, Sequence::NOW)? else {
            return Ok(false);
        };
        let cited: BTreeSet<StatementId> = self
            .findings
            .iter()
            .flat_map(|finding| finding.cites.iter().map(|said| said.id))
            .collect();
        let mut statements = view.statements(permit, id, Sequence::NOW, true)?;
        statements
            .retain(|said| !said.erased && (said.ended.is_none() || cited.contains(&said.id)));
        let whole = Whole {
            caption: crate::record::caption(view, permit, id)?,
            identity: identities.of(id),
            role: None,
            sources: view.record_sources(permit, id)?,
            statements,
            record,
        };
        self.records.insert(id, whole);
        Ok(true)
    }

    fn take_links(&mut self, view: &View<'_>, permit: &Permit) -> Result<(), DeskError> {
        let of_subjects: Vec<RecordId> = self
            .records
            .iter()
            .filter(|(_, whole)| whole.role.is_some())
            .map(|(record, _)| *record)
            .collect();
        let mut drawn = BTreeSet::new();
        for record in of_subjects {
            let links = view.links(permit, record, Sequence::NOW, MOST_LINKS + 1)?;
            self.left_out.links += links.len().saturating_sub(MOST_LINKS);
            let mut persons = 0;
            for link in links.into_iter().take(MOST_LINKS) {
                let guarded = Model::standard().person_kind(&link.other_schema).guarded();
                persons += usize::from(guarded);
                if guarded && persons > MOST_PERSONS {
                    self.left_out.links += 1;
                    continue;
                }
                self.take_ends(&link, guarded);
                let (from, to) = match link.inward {
                    true => (link.other, record),
                    false => (record, link.other),
                };
                drawn.insert(Drawn {
                    edge: link.edge,
                    from,
                    to,
                    schema: link.edge_schema,
                    property: link.property,
                });
            }
        }
        self.links = once_each(drawn);
        Ok(())
    }

    fn take_ends(&mut self, link: &Link, guarded: bool) {
        if !self.records.contains_key(&link.edge) {
            self.ends.entry(link.edge).or_insert_with(|| End {
                schema: link.edge_schema.clone(),
                name: None,
                node: false,
            });
        }
        if !self.records.contains_key(&link.other) {
            let end = End {
                schema: link.other_schema.clone(),
                name: (!guarded).then(|| link.other_caption.clone()),
                node: true,
            };
            self.ends.insert(link.other, end);
        }
    }

    /// Datasets and releases named by anything that goes out.
    fn take_sources(&mut self, view: &View<'_>) -> Result<(), DeskError> {
        let mut releases = BTreeSet::new();
        let mut datasets = BTreeSet::new();
        for (_, said) in self.statements() {
            releases.insert(said.began);
            releases.extend(said.ended);
        }
        for said in self.findings.iter().flat_map(|finding| &finding.cites) {
            releases.insert(said.began);
            datasets.insert(said.dataset);
        }
        datasets.extend(self.records.values().map(|whole| whole.record.dataset));
        for id in releases {
            self.releases
                .extend(view.release(id)?.map(|release| (id, release)));
        }
        for id in datasets {
            self.datasets
                .extend(view.dataset(id)?.map(|dataset| (id, dataset)));
        }
        Ok(())
    }
}

/// A link that two subjects share is seen from both sides, with another property named from each.
fn once_each(drawn: BTreeSet<Drawn>) -> Vec<Drawn> {
    let mut links: Vec<Drawn> = Vec::with_capacity(drawn.len());
    for link in drawn {
        let same = links
            .last()
            .is_some_and(|last| (last.edge, last.from, last.to) == (link.edge, link.from, link.to));
        if !same {
            links.push(link);
        }
    }
    links
}
