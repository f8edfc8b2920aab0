//! Agreements on matching: written down, sent to oversight, confirmed there, renewed and ended; and what a run may compare
//! under them.
//!
//! A run across the datasets of different owners needs, for each pair of them, an agreement in force that names both and
//! all properties that are compared. Whether one is in force the rules say (`policies/base.cedar`), not this file.

use std::collections::{BTreeMap, BTreeSet};

use domain::authority::Actor;
use domain::id::{AgreementId, DatasetId};
use domain::matching::{COMPARED, MatchingAgreement, Notice, Renewal, Terms};
use domain::policy::{Act, DatasetFacts, Refusal};
use domain::source::Dataset;
use domain::time::Moment;
use store::{MatchingRunRow, SampledPair, View};

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::{Desk, DeskError};

/// An agreement to be, or its next version.
#[derive(Debug, Clone)]
pub struct NewMatchingAgreement {
    /// What is agreed.
    pub terms: Terms,
    /// Short names of the datasets.
    pub datasets: Vec<String>,
    /// From when; never before the waiting time has passed.
    pub from: Moment,
    /// Until when.
    pub until: Moment,
}

/// What a run is to compare; what is empty is everything that may be.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Short names of datasets.
    pub datasets: Vec<String>,
    /// Properties.
    pub fields: Vec<String>,
}

/// What a run compares, and under which agreements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    /// The engine's number of each dataset.
    pub(crate) sources: BTreeMap<DatasetId, u32>,
    /// The properties.
    pub(crate) fields: BTreeSet<String>,
    /// The agreements on matching, `matching-agreement:…@version`.
    pub(crate) cites: Vec<String>,
}

/// An agreement on matching with the names of what it is about and where it stands.
#[derive(Debug, Clone)]
pub struct AgreedLine {
    /// The agreement.
    pub agreement: MatchingAgreement,
    /// Short names of its datasets.
    pub datasets: Vec<String>,
    /// Why no run could cite it now; nothing where one could.
    pub barred: Option<Refusal>,
}

/// Runs listed on one page.
const RUNS: usize = 50;

/// Pairs in one sample. It is for checking how the matcher was used, not for reading what is held.
pub const SAMPLE: usize = 10;

impl Desk {
    /// Writes an agreement on matching down, or its next version.
    pub fn agree_matching(
        &self,
        actor: &Actor,
        id: Option<AgreementId>,
        new: &NewMatchingAgreement,
    ) -> Result<AgreementId, DeskError> {
        let terms = new
            .terms
            .in_order()
            .map_err(|error| DeskError::malformed(error.part, error.reason))?;
        if new.until <= new.from {
            return Err(DeskError::malformed("until", "is not after `from`"));
        }
        if new.until > new.from.plus_months(domain::matching::LONGEST_MONTHS) {
            let reason = "is more than eighteen months after `from`";
            return Err(DeskError::malformed("until", reason));
        }
        let (now, by) = (self.now(), actor.user);
        let fresh = AgreementId::fresh(now, self.randomness());
        self.change(&Knock::outside(actor, Act::AgreeMatching), |tx, _| {
            let version = match id {
                None => 1,
                Some(id) => {
                    let known = tx.matching_agreement(id)?;
                    known.ok_or(DeskError::NotFound("agreement"))?.version + 1
                }
            };
            let mut datasets = Vec::new();
            for name in &new.datasets {
                let found = tx.dataset_by_name(name)?.ok_or_else(|| {
                    DeskError::malformed("datasets", format!("there is no dataset `{name}`"))
                })?;
                if !datasets.contains(&found.id) {
                    datasets.push(found.id);
                }
            }
            if datasets.len() < 2 {
                return Err(DeskError::malformed("datasets", "names fewer than two"));
            }
            let agreement = MatchingAgreement {
                id: id.unwrap_or(fresh),
                version,
                terms,
                datasets,
                from: new.from,
                until: new.until,
                by,
                at: now,
                notice: None,
                renewal: None,
                ended: None,
            };
            tx.add_matching_agreement(&agreement)?;
            Ok(Touched::new(agreement.id, [agreement.cited()]))
        })
    }

    /// Says that an agreement was sent to the oversight body: now, or on an earlier day, which an auditor then confirms.
    pub fn send_agreement(
        &self,
        actor: &Actor,
        id: AgreementId,
        on: Option<Moment>,
        words: &str,
    ) -> Result<(), DeskError> {
        let words = required("words", words)?;
        let (now, by) = (self.now(), actor.user);
        let on = on.unwrap_or(now);
        if on > now {
            return Err(DeskError::malformed("on", "has not come yet"));
        }
        let knock = Knock::outside(actor, Act::AgreeMatching).asking(&words);
        self.change(&knock, |tx, _| {
            let agreed = tx.matching_agreement(id)?;
            let agreed = agreed.ok_or(DeskError::NotFound("agreement"))?;
            if agreed.notice.is_some() {
                return Err(DeskError::Conflict("it has been sent already".into()));
            }
            tx.add_notice(
                &agreed,
                &Notice {
                    on,
                    words: words.clone(),
                    by,
                    at: now,
                    received: None,
                },
            )?;
            Ok(Touched::new((), [agreed.cited()]))
        })
    }

    /// Confirms for the oversight body that an agreement came.
    pub fn confirm_notice(&self, actor: &Actor, id: AgreementId) -> Result<(), DeskError> {
        let sender = self.store().read(|view| {
            let agreed = view.matching_agreement(id)?;
            Ok(agreed.and_then(|agreed| Some(agreed.notice?.by)))
        })?;
        let mut knock = Knock::outside(actor, Act::ConfirmNotice);
        // Without a notice there is nobody whom it could concern but the service itself.
        knock.concerns = Some(sender.unwrap_or(domain::id::UserId::from_bytes([0; 16])));
        let now = self.now();
        self.change(&knock, |tx, permit| {
            let agreed = tx.matching_agreement(id)?;
            let agreed = agreed.ok_or(DeskError::NotFound("agreement"))?;
            match &agreed.notice {
                None => return Err(DeskError::Conflict("it has not been sent".into())),
                Some(notice) if notice.received.is_some() => {
                    return Err(DeskError::Conflict("it is confirmed already".into()));
                }
                Some(_) => tx.confirm_notice(&agreed, permit.user(), now)?,
            }
            Ok(Touched::new((), [agreed.cited()]))
        })
    }

    /// Renews an agreement, unchanged.
    pub fn renew_agreement(
        &self,
        actor: &Actor,
        id: AgreementId,
        until: Moment,
    ) -> Result<(), DeskError> {
        let knock = Knock::outside(actor, Act::AgreeMatching);
        self.change(&knock, |tx, permit| {
            let agreed = tx.matching_agreement(id)?;
            let agreed = agreed.ok_or(DeskError::NotFound("agreement"))?;
            let (by, at) = (permit.user(), permit.at());
            self.inner.rules.renew_matching(actor, at, &agreed, until)?;
            tx.add_renewal(&agreed, Renewal { until, by, at })?;
            Ok(Touched::new((), [agreed.cited()]))
        })
    }

    /// Ends an agreement before its time.
    pub fn end_agreement(
        &self,
        actor: &Actor,
        id: AgreementId,
        reason: &str,
    ) -> Result<(), DeskError> {
        let words = required("reason", reason)?;
        let knock = Knock::outside(actor, Act::AgreeMatching).asking(&words);
        self.change(&knock, |tx, permit| {
            let agreed = tx.matching_agreement(id)?;
            let agreed = agreed.ok_or(DeskError::NotFound("agreement"))?;
            if agreed.ended.is_some() {
                return Err(DeskError::Conflict("it has ended already".into()));
            }
            tx.end_matching_agreement(&agreed, &words, (permit.user(), permit.at()))?;
            Ok(Touched::new((), [agreed.cited()]))
        })
    }

    /// Lists the agreements on matching, the newest first.
    pub fn matching_agreements(&self, actor: &Actor) -> Result<Vec<AgreedLine>, DeskError> {
        self.read(&Knock::outside(actor, Act::ReadMatching), |view, permit| {
            let mut lines = Vec::new();
            for agreement in view.matching_agreements()? {
                lines.push(self.agreed_line(view, actor, permit.at(), agreement)?);
            }
            let cited: Vec<String> = lines.iter().map(|line| line.agreement.cited()).collect();
            Ok(Touched::new(lines, cited))
        })
    }

    /// Reads one agreement on matching.
    pub fn matching_agreement(
        &self,
        actor: &Actor,
        id: AgreementId,
    ) -> Result<AgreedLine, DeskError> {
        self.read(&Knock::outside(actor, Act::ReadMatching), |view, permit| {
            let agreement = view.matching_agreement(id)?;
            let agreement = agreement.ok_or(DeskError::NotFound("agreement"))?;
            let line = self.agreed_line(view, actor, permit.at(), agreement)?;
            let cited = line.agreement.cited();
            Ok(Touched::new(line, [cited]))
        })
    }

    fn agreed_line(
        &self,
        view: &View<'_>,
        actor: &Actor,
        at: Moment,
        agreement: MatchingAgreement,
    ) -> Result<AgreedLine, DeskError> {
        let barred = self
            .inner
            .rules
            .match_across(actor, at, Some(&agreement), &[]);
        Ok(AgreedLine {
            datasets: names(view, &agreement.datasets)?,
            barred: barred.err(),
            agreement,
        })
    }

    /// Lists the runs of the matcher, the newest first, each with the short names of what it compared.
    pub fn matching_runs(
        &self,
        actor: &Actor,
    ) -> Result<Vec<(MatchingRunRow, Vec<String>)>, DeskError> {
        self.read(&Knock::outside(actor, Act::ReadMatching), |view, _| {
            let mut lines = Vec::new();
            for run in view.matching_runs(RUNS)? {
                let datasets = names(view, &run.datasets)?;
                lines.push((run, datasets));
            }
            let read: Vec<String> = lines.iter().map(|(run, _)| run_object(run)).collect();
            Ok(Touched::new(lines, read))
        })
    }

    /// Draws pairs of a run at random for the oversight body: where the records are, never what they say.
    pub fn sample_run(
        &self,
        actor: &Actor,
        number: u64,
    ) -> Result<(MatchingRunRow, Vec<SampledPair>), DeskError> {
        self.read(
            &Knock::outside(actor, Act::OverseeMatching),
            |view, permit| {
                let run = view.matching_run(number)?;
                let run = run.ok_or(DeskError::NotFound("run"))?;
                let pairs = view.sampled_pairs(permit, &run.name, SAMPLE)?;
                let mut read = vec![run_object(&run)];
                for pair in &pairs {
                    read.push(self.pseudonym(pair.records.0.bytes()));
                    read.push(self.pseudonym(pair.records.1.bytes()));
                }
                Ok(Touched::new((run, pairs), read))
            },
        )
    }

    /// The agreements on matching as text, by id: public like those on datasets that may be matched.
    pub fn public_matching_agreements(&self) -> Result<Vec<(String, String)>, DeskError> {
        Ok(self.store().read(|view| {
            let mut texts = Vec::new();
            for agreement in view.matching_agreements()? {
                let datasets = view.datasets()?;
                let about: Vec<&Dataset> = datasets
                    .iter()
                    .filter(|dataset| agreement.datasets.contains(&dataset.id))
                    .collect();
                texts.push((agreement.id.to_string(), readable(&agreement, &about)));
            }
            Ok(texts)
        })?)
    }

    /// What a run may compare. Who may not compare it all is refused, and told for which datasets.
    pub(crate) fn plan(
        &self,
        view: &View<'_>,
        actor: &Actor,
        wanted: &Wanted,
    ) -> Result<Plan, DeskError> {
        let at = self.now();
        if let Some(field) = wanted
            .fields
            .iter()
            .find(|field| !domain::matching::can_compare(field))
        {
            let reason = format!("`{field}` is no property that the matcher compares");
            return Err(DeskError::malformed("fields", reason));
        }
        let (all, taken) = self.taking_part(view, actor, at, wanted)?;
        let agreements = view.matching_agreements()?;
        let mut fields: BTreeSet<String> = match wanted.fields.is_empty() {
            true => COMPARED.iter().map(|field| (*field).to_owned()).collect(),
            false => wanted.fields.iter().cloned().collect(),
        };
        let mut cites = BTreeSet::new();
        for (place, a) in taken.iter().enumerate() {
            for b in taken.iter().skip(place + 1) {
                if a.publisher == b.publisher {
                    continue;
                }
                let found = self.between(actor, at, (a, b), (&agreements, &wanted.fields))?;
                fields.retain(|field| found.terms.fields.contains(field));
                cites.insert(found.cited());
            }
        }
        if fields.is_empty() {
            let words =
                "the agreements on matching have no property in common that could be compared";
            return Err(DeskError::Conflict(words.into()));
        }
        // Ids rise with time, so that the engine's number of a dataset stays what it was.
        let numbered = (0..).zip(&all);
        let sources = numbered
            .filter(|(_, dataset)| taken.iter().any(|one| one.id == dataset.id))
            .map(|(ordinal, dataset)| (dataset.id, ordinal))
            .collect();
        Ok(Plan {
            sources,
            fields,
            cites: cites.into_iter().collect(),
        })
    }

    /// All datasets in the order of their ids, and those of them that take part. One that is named and may not is refused.
    fn taking_part(
        &self,
        view: &View<'_>,
        actor: &Actor,
        at: Moment,
        wanted: &Wanted,
    ) -> Result<(Vec<Dataset>, Vec<Dataset>), DeskError> {
        let mut all = view.datasets()?;
        all.sort_unstable_by_key(|dataset| dataset.id);
        for name in &wanted.datasets {
            if !all.iter().any(|dataset| dataset.name == *name) {
                let reason = format!("there is no dataset `{name}`");
                return Err(DeskError::malformed("datasets", reason));
            }
        }
        let mut taken = Vec::new();
        for dataset in &all {
            let named = wanted.datasets.contains(&dataset.name);
            if !named && !wanted.datasets.is_empty() {
                continue;
            }
            let facts = DatasetFacts {
                id: dataset.id,
                agreement: dataset.agreement.clone(),
                unlawful: dataset.unlawful,
            };
            match self.inner.rules.match_dataset(actor, at, &facts) {
                Ok(()) => taken.push(dataset.clone()),
                Err(refusal) if named => {
                    return Err(about(refusal, &[&dataset.title]).into());
                }
                Err(_) => {}
            }
        }
        Ok((all, taken))
    }

    /// An agreement in force between the owners of two datasets that names all properties wanted.
    fn between<'a>(
        &self,
        actor: &Actor,
        at: Moment,
        (a, b): (&Dataset, &Dataset),
        (agreements, fields): (&'a [MatchingAgreement], &[String]),
    ) -> Result<&'a MatchingAgreement, DeskError> {
        let mut refused = None;
        for agreed in agreements.iter().filter(|agreed| agreed.binds(a.id, b.id)) {
            match self
                .inner
                .rules
                .match_across(actor, at, Some(agreed), fields)
            {
                Ok(_) => return Ok(agreed),
                Err(refusal) => refused = refused.or(Some(refusal)),
            }
        }
        let refusal = match refused {
            Some(refusal) => refusal,
            None => match self.inner.rules.match_across(actor, at, None, fields) {
                Err(refusal) => refusal,
                Ok(_) => return Err(DeskError::Internal("no agreement was taken for one".into())),
            },
        };
        Err(about(refusal, &[&a.title, &b.title]).into())
    }

    /// What the last run compared, if it may still be; what may be compared now where there was none.
    pub(crate) fn standing_plan(&self, view: &View<'_>) -> Result<Plan, DeskError> {
        let service = Actor {
            user: domain::id::UserId::from_bytes([0; 16]),
            roles: Vec::new(),
            session: None,
            origin: domain::authority::Origin::Service,
        };
        let Some(run) = view.matching_runs(1)?.pop() else {
            return self.plan(view, &service, &Wanted::default());
        };
        let wanted = Wanted {
            datasets: names(view, &run.datasets)?,
            fields: run.fields,
        };
        self.plan(view, &service, &wanted)
    }
}

fn names(view: &View<'_>, datasets: &[DatasetId]) -> Result<Vec<String>, DeskError> {
    let mut names = Vec::new();
    for id in datasets {
        names.extend(view.dataset(*id)?.map(|dataset| dataset.name));
    }
    Ok(names)
}

/// The name of a run in the log.
fn run_object(run: &MatchingRunRow) -> String {
    format!("matching-run:{}", run.number)
}

/// A refusal that says which datasets it is about.
fn about(refusal: Refusal, titles: &[&str]) -> Refusal {
    let says = format!(
        "{} ({})",
        refusal.says.trim_end_matches('.'),
        titles.join("; ")
    );
    Refusal {
        says: format!("{says}."),
        ..refusal
    }
}

/// An agreement on matching as text that anybody can read.
fn readable(agreed: &MatchingAgreement, about: &[&Dataset]) -> String {
    let terms = &agreed.terms;
    let parties: String = about
        .iter()
        .map(|dataset| format!("  {} ({})\n", dataset.title, dataset.publisher))
        .collect();
    let sent = match (&agreed.notice, agreed.starts()) {
        (Some(notice), Some(from)) => format!(
            "on {}; runs from {} (UTC)",
            notice.on.day(),
            from.to_rfc3339()
        ),
        (Some(notice), None) => format!("on {}, not yet confirmed", notice.on.day()),
        (None, _) => "not yet".to_owned(),
    };
    let renewed = agreed.renewal.map_or_else(String::new, |renewal| {
        format!("Renewed: on {}\n", renewal.at.day())
    });
    let ended = agreed.ended.map_or_else(String::new, |ended| {
        format!("Ended before its time: on {}\n", ended.day())
    });
    format!(
        "Agreement on matching: {title}\n\n\
         Version: {version}\n\
         Between the owners of:\n{parties}\
         Purpose: {purpose}\n\
         Authority: {authority}\n\
         Records: {records}\n\
         Properties compared: {fields}\n\
         Verification: {verification}\n\
         Security: {security}\n\
         Onward use: {onward}\n\
         Accuracy: {accuracy}\n\
         Retention of results: {retention}\n\
         Sent to the oversight body: {sent}\n\
         In force until: {until} (UTC)\n{renewed}{ended}",
        title = terms.title,
        version = agreed.version,
        purpose = terms.purpose,
        authority = terms.authority,
        records = terms.records,
        fields = terms.fields.join(", "),
        verification = terms.verification,
        security = terms.security,
        onward = terms.onward_use,
        accuracy = terms.accuracy,
        retention = terms.retention,
        until = agreed.ends().to_rfc3339(),
    )
}
