//! Agreements on matching between the owners of datasets: what may be compared with what, from when and until when.
//!
//! The life of one: terms are written ([`Terms`]), sent to the oversight body ([`Notice`]), in force once the waiting time
//! has passed ([`MatchingAgreement::starts`]), over at the end of the term or of its one renewal
//! ([`MatchingAgreement::ends`]). Changed terms are a new version, whose waiting time begins anew. The limits are those of
//! 5 USC 552a(o). Not here: whether a run may begin, which the rules in `policies/` decide.

use serde::{Deserialize, Serialize};

use crate::id::{AgreementId, DatasetId, UserId};
use crate::time::Moment;

/// Days between the notice to the oversight body and the first run (5 USC 552a(o)(2)(B)).
pub const WAITING_DAYS: i64 = 30;
/// Months that an agreement is in force at most (5 USC 552a(o)(2)(C)).
pub const LONGEST_MONTHS: i32 = 18;
/// Months of the one renewal at most (5 USC 552a(o)(2)(D)).
pub const RENEWAL_MONTHS: i32 = 12;
/// The last months of the term, in which alone it can be renewed (5 USC 552a(o)(2)(D)).
pub const RENEWAL_WINDOW_MONTHS: i32 = 3;

/// The properties that the matcher can compare. No protected trait is among them.
pub const COMPARED: [&str; 44] = [
    "abbreviation",
    "address",
    "alias",
    "birthDate",
    "buildDate",
    "cageCode",
    "callSign",
    "city",
    "country",
    "dunsCode",
    "email",
    "fatherName",
    "firstName",
    "flag",
    "full",
    "idNumber",
    "imoNumber",
    "incorporationDate",
    "innCode",
    "jurisdiction",
    "lastName",
    "leiCode",
    "mainCountry",
    "middleName",
    "mmsi",
    "name",
    "ogrnCode",
    "passportNumber",
    "pastNames",
    "phone",
    "postalCode",
    "previousName",
    "registrationMark",
    "registrationNumber",
    "secondName",
    "serialNumber",
    "socialSecurityNumber",
    "street",
    "swiftBic",
    "taxNumber",
    "uniqueEntityId",
    "vatCode",
    "weakAlias",
    "website",
];

/// What the parties agree on, each part in words (5 USC 552a(o)(1)).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// What it is called.
    pub title: String,
    /// For what records are matched.
    pub purpose: String,
    /// By which authority in law.
    pub authority: String,
    /// Which records are matched, and about how many.
    pub records: String,
    /// The properties that may be compared; nothing else is.
    pub fields: Vec<String>,
    /// How a proposal is verified before anything rests on it.
    pub verification: String,
    /// How records and results are kept safe.
    pub security: String,
    /// What bars other use, copies and passing on.
    pub onward_use: String,
    /// What is known of how right the matching is.
    pub accuracy: String,
    /// When what nobody accepted is destroyed or given back.
    pub retention: String,
}

/// A part of the terms that says nothing, or names what cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct NotInOrder {
    /// The part.
    pub part: &'static str,
    /// Lower case, without a final stop.
    pub reason: String,
}

impl Terms {
    /// Takes the terms, trimmed, if every part says something and only what the matcher can compare is to be compared.
    pub fn in_order(&self) -> Result<Self, NotInOrder> {
        let says = |part: &'static str, text: &str| match text.trim() {
            "" => Err(NotInOrder {
                part,
                reason: "is empty".into(),
            }),
            text => Ok(text.to_owned()),
        };
        let unknown = self.fields.iter().find(|field| !can_compare(field));
        if let Some(field) = unknown {
            return Err(NotInOrder {
                part: "fields",
                reason: format!("`{field}` is no property that the matcher compares"),
            });
        }
        if self.fields.is_empty() {
            return Err(NotInOrder {
                part: "fields",
                reason: "names no property, so that nothing could be compared".into(),
            });
        }
        let mut fields = self.fields.clone();
        fields.sort_unstable();
        fields.dedup();
        Ok(Self {
            title: says("title", &self.title)?,
            purpose: says("purpose", &self.purpose)?,
            authority: says("authority", &self.authority)?,
            records: says("records", &self.records)?,
            fields,
            verification: says("verification", &self.verification)?,
            security: says("security", &self.security)?,
            onward_use: says("onward_use", &self.onward_use)?,
            accuracy: says("accuracy", &self.accuracy)?,
            retention: says("retention", &self.retention)?,
        })
    }
}

/// Says whether the matcher can compare a property.
pub fn can_compare(property: &str) -> bool {
    COMPARED.contains(&property)
}

/// That the terms were sent to the oversight body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The moment from which the waiting time runs.
    pub on: Moment,
    /// How it was sent: a letter's number, an address.
    pub words: String,
    /// Who says so.
    pub by: UserId,
    /// When they said so.
    pub at: Moment,
    /// Who of the oversight body confirmed that it came, and when.
    pub received: Option<(UserId, Moment)>,
}

impl Notice {
    /// Whether it counts. A notice given earlier than it is written down counts once another person confirmed it.
    pub fn counts(&self) -> bool {
        self.on >= self.at || self.received.is_some_and(|(who, _)| who != self.by)
    }
}

/// That the agreement goes on unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Renewal {
    /// Until when.
    pub until: Moment,
    /// Who renewed it.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

/// An agreement on matching, in its newest version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchingAgreement {
    /// Its id.
    pub id: AgreementId,
    /// From 1; changed terms are the next.
    pub version: u64,
    /// What is agreed.
    pub terms: Terms,
    /// The datasets that may be compared with each other.
    pub datasets: Vec<DatasetId>,
    /// From when the parties want it.
    pub from: Moment,
    /// Until when.
    pub until: Moment,
    /// Who wrote this version down.
    pub by: UserId,
    /// When.
    pub at: Moment,
    /// The notice to the oversight body, where there was one.
    pub notice: Option<Notice>,
    /// Its renewal, where there was one.
    pub renewal: Option<Renewal>,
    /// When it was ended before its time.
    pub ended: Option<Moment>,
}

impl MatchingAgreement {
    /// Says whether it is about both of two datasets.
    pub fn binds(&self, a: DatasetId, b: DatasetId) -> bool {
        self.datasets.contains(&a) && self.datasets.contains(&b)
    }
    /// From when runs are allowed: after the waiting time, and not before the parties want it. Nothing without a notice.
    pub fn starts(&self) -> Option<Moment> {
        let notice = self.notice.as_ref().filter(|notice| notice.counts())?;
        Some(self.from.max(notice.on.plus_days(WAITING_DAYS)))
    }
    /// The end of the first term.
    pub fn term_ends(&self) -> Moment {
        self.until.min(self.from.plus_months(LONGEST_MONTHS))
    }
    /// From when it can be renewed.
    pub fn renewable_from(&self) -> Moment {
        self.term_ends().plus_months(-RENEWAL_WINDOW_MONTHS)
    }
    /// The latest end that a renewal can set.
    pub fn latest_end(&self) -> Moment {
        self.term_ends().plus_months(RENEWAL_MONTHS)
    }
    /// Until when runs are allowed. A renewal outside its months counts for nothing.
    pub fn ends(&self) -> Moment {
        match self.renewal {
            Some(renewal)
                if renewal.at >= self.renewable_from() && renewal.at < self.term_ends() =>
            {
                renewal.until.min(self.latest_end())
            }
            _ => self.term_ends(),
        }
    }
    /// The name under which runs cite it.
    pub fn cited(&self) -> String {
        format!("matching-agreement:{}@{}", self.id, self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agreement(from: Moment) -> MatchingAgreement {
        let somebody = UserId::from_bytes([1; 16]);
        MatchingAgreement {
            id: AgreementId::from_bytes([1; 16]),
            version: 1,
            terms: Terms::default(),
            datasets: Vec::new(),
            from,
            until: from.plus_months(30),
            by: somebody,
            at: from,
            notice: Some(Notice {
                on: from,
                words: "letter 12".into(),
                by: somebody,
                at: from,
                received: None,
            }),
            renewal: None,
            ended: None,
        }
    }

    #[test]
    fn terms_are_whole_and_compare_no_trait() {
        let text = || "said".to_owned();
        let whole = Terms {
            title: text(),
            purpose: text(),
            authority: text(),
            records: text(),
            fields: vec!["name".into(), "birthDate".into(), "name".into()],
            verification: text(),
            security: text(),
            onward_use: text(),
            accuracy: text(),
            retention: text(),
        };
        assert_eq!(whole.in_order().unwrap().fields, ["birthDate", "name"]);
        let part = |terms: Terms| terms.in_order().unwrap_err().part;
        for field in ["nationality", "gender", "religion", "ethnicity"] {
            let fields = vec![field.to_owned()];
            assert_eq!(
                part(Terms {
                    fields,
                    ..whole.clone()
                }),
                "fields"
            );
        }
        let accuracy = " ".to_owned();
        assert_eq!(part(Terms { accuracy, ..whole }), "accuracy");
        assert!(COMPARED.is_sorted());
    }

    #[test]
    fn an_agreement_waits_and_ends_and_is_renewed_late_or_not_at_all() {
        let from = Moment::from_rfc3339("2026-01-31T00:00:00Z").unwrap();
        let agreed = agreement(from);
        assert_eq!(agreed.starts(), Some(from.plus_days(30)));
        assert_eq!(agreed.ends().day(), "2027-07-31", "eighteen months at most");
        let renewed = |month: i32, until: i32| {
            let renewal = Renewal {
                until: from.plus_months(until),
                by: agreed.by,
                at: from.plus_months(month),
            };
            MatchingAgreement {
                renewal: Some(renewal),
                ..agreed.clone()
            }
            .ends()
            .day()
        };
        assert_eq!(renewed(14, 30), "2027-07-31", "too early");
        assert_eq!(renewed(16, 30), "2028-07-31");
        assert_eq!(renewed(16, 40), "2028-07-31", "twelve months at most");
        assert_eq!(renewed(19, 30), "2027-07-31", "too late");
    }

    #[test]
    fn a_notice_of_earlier_counts_once_another_person_confirmed_it() {
        let from = Moment::from_seconds(1_900_000_000);
        let mut agreed = agreement(from);
        let mut told = |received| {
            if let Some(notice) = &mut agreed.notice {
                notice.on = from.plus_days(-40);
                notice.received = received;
            }
            agreed.starts()
        };
        assert_eq!(told(None), None);
        assert_eq!(told(Some((UserId::from_bytes([1; 16]), from))), None);
        let another = UserId::from_bytes([2; 16]);
        assert_eq!(told(Some((another, from))), Some(from));
    }
}
