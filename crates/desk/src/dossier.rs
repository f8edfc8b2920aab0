//! Everything on one subject of a case, as it is and as it was known on any day: what sources say and where they disagree,
//! links, documents, findings and assessments, alerts, who added it and why; and which sources were asked.
//!
//! [`Digest`] is the same for a whole case in one number: of one moment it is always the same, whatever came in since.

use std::collections::BTreeMap;

use domain::audit::sha256_hex;
use domain::authority::Actor;
use domain::case::{Note, Subject};
use domain::disclosure::{Disclosure, Item};
use domain::id::{CaseId, IdentityId, RecordId, StatementId, SubjectId};
use domain::identity::Identities;
use domain::policy::selector::MOST_PERSONS;
use domain::policy::{Act, Permit};
use domain::schema::Model;
use domain::source::Dataset;
use domain::statement::{Sequence, Statement};
use domain::suspicion::Suspicion;
use domain::time::Moment;
use domain::watch::{About, Reliance};
use resolve::normal::latin::fold;
use store::{Intelligence, Link, MentionLine, NoHit, View};

use crate::act::Touched;
use crate::door::Knock;
use crate::identity::Member;
use crate::inbox::AlertLine;
use crate::special::SpecialLine;
use crate::timeline::{first_day, last_day};
use crate::{Desk, DeskError};

/// Most links of one record, and most alerts, that are told.
const MOST: usize = 200;
/// Most mentions that are told.
const MOST_MENTIONS: usize = 100;
/// Properties of which a thing has one only: two values of them contradict one another.
pub const SINGLE: [&str; 7] = [
    "birthDate",
    "incorporationDate",
    "status",
    "deathDate",
    "registrationNumber",
    "jurisdiction",
    "dissolutionDate",
];

/// Everything on one subject.
#[derive(Debug, Clone)]
pub struct Dossier {
    /// The subject with its role as of the moment.
    pub subject: Subject,
    /// Each role it was given, the first first.
    pub history: Vec<Subject>,
    /// How it is called.
    pub caption: String,
    /// Its identity as of the moment.
    pub identity: IdentityId,
    /// Its records with what each said then.
    pub members: Vec<Member>,
    /// Where sources contradict one another.
    pub contradictions: Vec<Contradiction>,
    /// Links, each once, with the dates of each where it has any.
    pub links: Vec<DatedLink>,
    /// Whether links were left out: 50 persons and 200 links are told.
    pub links_left_out: bool,
    /// How many links were not so on the day asked for.
    pub not_so_on: usize,
    /// Notes, findings and assessments that rest on what its records say.
    pub notes: Vec<Note>,
    /// What rests on each statement.
    pub reliances: Vec<Reliance>,
    /// Alerts about its records.
    pub alerts: Vec<AlertLine>,
    /// Where documents name it.
    pub mentions: Vec<MentionLine>,
    /// Intelligence held about it.
    pub intelligence: Vec<Intelligence>,
    /// The basis on which it is a suspect, or is to be one.
    pub suspicion: Option<Suspicion>,
    /// What is set aside beside its records and may be tied to its conduct, masked; none unless it is a suspect.
    pub special: Vec<SpecialLine>,
    /// Disclosures in which one of its records went out.
    pub disclosed: Vec<Disclosure>,
    /// Which sources were asked.
    pub coverage: Vec<Coverage>,
    /// The moment of the view; none for now.
    pub known_on: Option<Moment>,
}

/// Two values of a property that has one only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// Schema and property.
    pub property: (String, String),
    /// Each value with the statements that say it.
    pub values: Vec<(String, Vec<StatementId>)>,
}

/// A link with its dates.
#[derive(Debug, Clone)]
pub struct DatedLink {
    /// The link.
    pub link: Link,
    /// The dataset that says so.
    pub dataset: domain::id::DatasetId,
    /// Since when, as written; empty for unknown.
    pub start: String,
    /// Until when; empty for unknown or still.
    pub end: String,
}

/// One source, and what it was asked of a subject.
#[derive(Debug, Clone)]
pub struct Coverage {
    /// The dataset.
    pub dataset: Dataset,
    /// Whether the case may ask it at all.
    pub may_ask: bool,
    /// Label of its newest release, and when that became visible; none before the first.
    pub newest: Option<(String, Moment)>,
    /// How many of the subject's records are of it.
    pub records: usize,
    /// When it was last seen to say something of the subject.
    pub last_seen: Option<Moment>,
    /// Look-ups with the subject's name that found nothing anywhere, among them in this source: when, and what was asked.
    pub nothing: Vec<NoHit>,
    /// What may be missing of it, in words.
    pub gaps: usize,
}

/// What a case held at a moment, in one number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// The moment.
    pub known_on: Moment,
    /// SHA-256 of the canonical form, hexadecimal.
    pub sha256: String,
    /// How many subjects, statements, links, notes and items of evidence it covers.
    pub counts: [usize; 5],
}

impl Desk {
    /// Reads everything on a subject. `known_on` gives the view of that moment, `so_on` a day on which links were so.
    pub fn dossier(
        &self,
        actor: &Actor,
        case: CaseId,
        subject: SubjectId,
        known_on: Option<Moment>,
        so_on: Option<&str>,
    ) -> Result<Dossier, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadIdentity, case),
            |view, permit| {
                let at = self.sequence_of(view, known_on)?;
                let mut dossier = read(view, permit, subject, (at, known_on), so_on)?;
                if known_on.is_none() {
                    let records: Vec<RecordId> = dossier
                        .members
                        .iter()
                        .map(|member| member.record.id)
                        .collect();
                    dossier.special =
                        self.special_lines(view, permit, &dossier.subject, &records)?;
                }
                let touched: Vec<String> = dossier
                    .members
                    .iter()
                    .map(|member| self.pseudonym(member.record.id.bytes()))
                    .chain([format!("subject:{subject}")])
                    .collect();
                Ok(Touched::new(dossier, touched))
            },
        )
    }

    /// Tells what a case held at a moment in one number, the same whenever it is asked. Erasure alone changes it: what was
    /// erased is told by nobody any more.
    pub fn case_digest(
        &self,
        actor: &Actor,
        case: CaseId,
        known_on: Option<Moment>,
    ) -> Result<Digest, DeskError> {
        let moment = known_on.unwrap_or_else(|| self.now());
        self.read(
            &Knock::inside(actor, Act::ReadIdentity, case),
            |view, permit| {
                let at = self.sequence_of(view, Some(moment))?;
                let digest = digest(view, permit, at, moment)?;
                Ok(Touched::new(digest, [format!("case:{case}")]))
            },
        )
    }
}

fn read(
    view: &View<'_>,
    permit: &Permit,
    id: SubjectId,
    (at, known_on): (Sequence, Option<Moment>),
    so_on: Option<&str>,
) -> Result<Dossier, DeskError> {
    let history = view.subject_history(permit, id, at)?;
    let subject = history
        .last()
        .cloned()
        .ok_or(DeskError::NotFound("subject"))?;
    let judgements = view.judgements(permit, at)?;
    let identities = Identities::closure(&judgements);
    let ids = identities.members(subject.record);
    let mut members = Vec::new();
    let mut reliances = Vec::new();
    let (mut links, mut links_left_out) = (Vec::new(), false);
    for record in &ids {
        let Some(found) = view.record(permit, *record, at)? else {
            continue;
        };
        reliances.extend(view.reliances_on(permit, *record)?);
        let all = view.links(permit, *record, at, MOST + 1)?;
        links_left_out |= all.len() > MOST;
        for link in all.into_iter().take(MOST) {
            links.push((link, found.dataset));
        }
        members.push(Member {
            caption: crate::record::caption(view, permit, *record)?,
            statements: view.statements(permit, *record, at, false)?,
            record: found,
        });
    }
    if members.is_empty() {
        return Err(DeskError::NotFound("subject"));
    }
    let (links, cut, not_so_on) = dated(view, permit, links, (&ids, at), so_on)?;
    let caption = members
        .iter()
        .find(|member| member.record.id == subject.record)
        .or(members.first())
        .map(|member| member.caption.clone())
        .unwrap_or_default();
    let mut notes = view.notes_at(permit, at)?;
    notes.retain(|note| reliances.iter().any(|edge| edge.note == note.id));
    let moment = known_on.unwrap_or_else(|| permit.at());
    Ok(Dossier {
        contradictions: contradictions(&members),
        coverage: coverage(view, permit, (at, moment), &members)?,
        alerts: alerts(view, permit, &ids, &notes, moment)?,
        mentions: mentions(view, permit, &ids, moment)?,
        intelligence: view
            .intelligence(permit)?
            .into_iter()
            .filter(|item| item.subject == Some(id) && item.at <= moment)
            .collect(),
        suspicion: view
            .suspicions(permit)?
            .into_iter()
            .find(|one| one.subject == id && one.bears_on(subject.role)),
        disclosed: view
            .disclosures(permit)?
            .into_iter()
            .filter(|line| line.at <= moment)
            .filter(|line| {
                line.items
                    .iter()
                    .any(|item| matches!(item, Item::Record(record, _) if ids.contains(record)))
            })
            .collect(),
        special: Vec::new(),
        identity: identities.of(subject.record),
        links_left_out: links_left_out || cut,
        not_so_on,
        links,
        history,
        subject,
        caption,
        members,
        notes,
        reliances,
        known_on,
    })
}

/// Links that lead out of the identity, each once, at most fifty to persons; and how many were not so on a day.
fn dated(
    view: &View<'_>,
    permit: &Permit,
    links: Vec<(Link, domain::id::DatasetId)>,
    (own, at): (&[RecordId], Sequence),
    so_on: Option<&str>,
) -> Result<(Vec<DatedLink>, bool, usize), DeskError> {
    let model = Model::standard();
    let (mut told, mut persons, mut cut, mut elsewhen) = (Vec::new(), 0, false, 0);
    let mut seen = std::collections::BTreeSet::new();
    for (link, dataset) in links {
        if own.contains(&link.other) || !seen.insert((link.edge, link.other)) {
            continue;
        }
        let (mut start, mut end) = (String::new(), String::new());
        if let Some(schema) = model
            .schema(&link.edge_schema)
            .filter(|one| one.edge.is_some())
        {
            let said = view.statements(permit, link.edge, at, false)?;
            let value = |names: &[String]| {
                said.iter()
                    .find(|one| names.contains(&one.property))
                    .map(|one| one.value.clone())
                    .unwrap_or_default()
            };
            (start, end) = (value(&schema.start), value(&schema.end));
        }
        let so = so_on.is_none_or(|day| {
            (start.is_empty() || first_day(&start).as_str() <= day)
                && (end.is_empty() || last_day(&end).as_str() >= day)
        });
        if !so {
            elsewhen += 1;
            continue;
        }
        if model.person_kind(&link.other_schema).guarded() {
            persons += 1;
            if persons > MOST_PERSONS {
                cut = true;
                continue;
            }
        }
        told.push(DatedLink {
            link,
            dataset,
            start,
            end,
        });
    }
    Ok((told, cut, elsewhen))
}

fn contradictions(members: &[Member]) -> Vec<Contradiction> {
    let mut found: BTreeMap<(String, String), BTreeMap<String, Vec<StatementId>>> = BTreeMap::new();
    let said = members.iter().flat_map(|member| &member.statements);
    for one in said.filter(|one| !one.erased && SINGLE.contains(&one.property.as_str())) {
        let property = (one.schema.clone(), one.property.clone());
        let place = found
            .keys()
            .find(|(_, name)| *name == one.property)
            .cloned()
            .unwrap_or(property);
        found
            .entry(place)
            .or_default()
            .entry(one.value.clone())
            .or_default()
            .push(one.id);
    }
    found
        .into_iter()
        .filter(|(_, values)| disagree(values.keys().map(String::as_str)))
        .map(|(property, values)| Contradiction {
            property,
            values: values.into_iter().collect(),
        })
        .collect()
}

/// Whether values cannot all be so: a year and a day in it can.
fn disagree<'a>(values: impl Iterator<Item = &'a str>) -> bool {
    let values: Vec<&str> = values.collect();
    values.iter().enumerate().any(|(place, one)| {
        values
            .iter()
            .skip(place + 1)
            .any(|other| !one.starts_with(other) && !other.starts_with(one))
    })
}

fn alerts(
    view: &View<'_>,
    permit: &Permit,
    ids: &[RecordId],
    notes: &[Note],
    moment: Moment,
) -> Result<Vec<AlertLine>, DeskError> {
    let mut lines = Vec::new();
    for row in view.alerts(permit, MOST)? {
        let about = match &row.alert.about {
            About::Change(change) => ids.contains(&change.record),
            About::Proposal { subject, other, .. } => ids.contains(subject) || ids.contains(other),
            About::Judgement { pair, .. } => {
                ids.contains(&pair.low()) || ids.contains(&pair.high())
            }
            About::Damage { .. } | About::Deadline(_) | About::Unlawful { .. } => false,
        };
        if about && row.alert.raised <= moment {
            lines.push(crate::inbox::line(view, permit, notes, row)?);
        }
    }
    Ok(lines)
}

/// Mentions of the subject that nobody rejected.
fn mentions(
    view: &View<'_>,
    permit: &Permit,
    ids: &[RecordId],
    moment: Moment,
) -> Result<Vec<MentionLine>, DeskError> {
    let all = view.mentions(permit, "", None, "", 0, 1_000)?;
    Ok(all
        .into_iter()
        .filter(|line| {
            line.mention
                .record
                .is_some_and(|record| ids.contains(&record))
        })
        .filter(|line| {
            line.judged
                .as_ref()
                .is_none_or(|judged| judged.accepted && judged.at <= moment)
        })
        .take(MOST_MENTIONS)
        .collect())
}

fn coverage(
    view: &View<'_>,
    permit: &Permit,
    (at, moment): (Sequence, Moment),
    members: &[Member],
) -> Result<Vec<Coverage>, DeskError> {
    let case = match permit.case() {
        Some(id) => view.case(id)?,
        None => None,
    };
    let scope = case.map(|case| case.scope.datasets).unwrap_or_default();
    let names: Vec<String> = members.iter().map(|member| fold(&member.caption)).collect();
    let no_hits: Vec<NoHit> = view
        .no_hits(permit)?
        .into_iter()
        .filter(|one| one.at <= moment)
        .filter(|one| {
            let asked = fold(&one.asked);
            names.iter().any(|name| {
                name.split(' ')
                    .all(|word| asked.split(' ').any(|said| said == word))
            })
        })
        .collect();
    let mut told = Vec::new();
    for id in scope {
        let Some(dataset) = view.dataset(id)? else {
            continue;
        };
        let newest = view
            .releases(id)?
            .into_iter()
            .map(|one| one.release)
            .filter(|release| release.published.is_some_and(|when| when <= moment))
            .max_by_key(|release| release.published);
        let own = || members.iter().filter(|member| member.record.dataset == id);
        let last_seen = own()
            .flat_map(|member| &member.statements)
            .map(|said: &Statement| said.last_seen)
            .filter(|seen| *seen <= moment)
            .max();
        told.push(Coverage {
            may_ask: permit.covers(id),
            newest: newest.and_then(|release| release.published.map(|when| (release.label, when))),
            records: own().count(),
            last_seen,
            nothing: no_hits
                .iter()
                .filter(|one| {
                    one.datasets.contains(&dataset.title) || one.datasets.contains(&dataset.name)
                })
                .cloned()
                .collect(),
            gaps: if at == Sequence::NOW {
                view.open_gaps(id)?.len()
            } else {
                0
            },
            dataset,
        });
    }
    Ok(told)
}

fn digest(
    view: &View<'_>,
    permit: &Permit,
    at: Sequence,
    moment: Moment,
) -> Result<Digest, DeskError> {
    let mut lines: Vec<String> = Vec::new();
    let mut counts = [0_usize; 5];
    let [subjects, statements, links, notes, items] = &mut counts;
    let judgements = view.judgements(permit, at)?;
    let identities = Identities::closure(&judgements);
    for subject in view.subjects_at(permit, at)? {
        *subjects += 1;
        lines.push(format!(
            "subject {} {} {} {} {} {}",
            subject.id,
            subject.record,
            subject.role.word(),
            subject.basis.unwrap_or_default(),
            subject.by,
            subject.at.micros()
        ));
        for member in identities.members(subject.record) {
            lines.push(format!("member {} {member}", subject.id));
            for said in view.statements(permit, member, at, false)? {
                *statements += 1;
                lines.push(format!(
                    "statement {} {} {} {}",
                    said.id,
                    said.property,
                    said.value,
                    said.first_seen.micros()
                ));
            }
            for link in view.links(permit, member, at, MOST)? {
                *links += 1;
                lines.push(format!(
                    "link {} {} {} {}",
                    link.edge, link.property, link.inward, link.other
                ));
            }
        }
    }
    for note in view.notes_at(permit, at)? {
        *notes += 1;
        lines.push(format!(
            "note {} {} {} {} {} {}",
            note.id,
            note.kind.word(),
            sha256_hex(note.title.as_bytes()),
            sha256_hex(note.text.as_bytes()),
            note.by,
            note.at.micros()
        ));
    }
    for item in view
        .evidence(permit)?
        .into_iter()
        .filter(|item| item.at <= moment)
    {
        *items += 1;
        lines.push(format!(
            "evidence {} {} {}",
            item.id,
            item.sha256,
            item.at.micros()
        ));
    }
    lines.sort_unstable();
    Ok(Digest {
        known_on: moment,
        sha256: sha256_hex(lines.join("\n").as_bytes()),
        counts,
    })
}

#[cfg(test)]
mod tests {
    use super::disagree;

    #[test]
    fn a_year_and_a_day_in_it_do_not_contradict_one_another() {
        let said = |values: &[&'static str]| disagree(values.iter().copied());
        assert!(!said(&["1961", "1961-05-12"]));
        assert!(said(&["1961-05-12", "1961-05-13"]));
        assert!(said(&["active", "dissolved"]));
        assert!(!said(&["active"]));
    }
}
