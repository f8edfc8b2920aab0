//! Walking one step along the links of a record.

use domain::authority::Actor;
use domain::id::{CaseId, DatasetId, RecordId};
use domain::policy::selector::MOST_PERSONS;
use domain::policy::{Act, Permit};
use domain::schema::{Kind, Model};
use domain::statement::Sequence;
use domain::time::Moment;
use store::{Link, View};

use crate::act::Touched;
use crate::door::Knock;
use crate::record::caption;
use crate::{Desk, DeskError};

/// Links of a record.
#[derive(Debug, Clone)]
pub struct Links {
    /// How the record is called.
    pub caption: String,
    /// The links, at most 200, of which at most 50 lead to persons.
    pub links: Vec<Link>,
    /// The dataset that says so: links run inside one.
    pub dataset: DatasetId,
    /// What each link's own record says besides its ends, property and value, in the order of `links`.
    pub says: Vec<Vec<(String, String)>>,
    /// Whether there are more than are shown.
    pub more: bool,
}

/// Most links that one step shows.
const MOST_LINKS: usize = 200;

impl Desk {
    /// Follows the links of a record by one step, in both directions.
    pub fn walk(
        &self,
        actor: &Actor,
        case: CaseId,
        record: RecordId,
        known_on: Option<Moment>,
    ) -> Result<Links, DeskError> {
        self.read(&Knock::inside(actor, Act::Walk, case), |view, permit| {
            let at = self.sequence_of(view, known_on)?;
            let found = view
                .record(permit, record, at)?
                .ok_or(DeskError::NotFound("record"))?;
            let all = view.links(permit, record, at, MOST_LINKS + 1)?;
            let mut more = all.len() > MOST_LINKS;
            let mut persons = 0;
            let mut links = Vec::new();
            for link in all.into_iter().take(MOST_LINKS) {
                if Model::standard().person_kind(&link.other_schema).guarded() {
                    persons += 1;
                    if persons > MOST_PERSONS {
                        more = true;
                        continue;
                    }
                }
                links.push(link);
            }
            let touched: Vec<String> = std::iter::once(record)
                .chain(links.iter().map(|link| link.other))
                .map(|record| self.pseudonym(record.bytes()))
                .collect();
            let mut says = Vec::with_capacity(links.len());
            for link in &links {
                says.push(of_the_link(view, permit, link, at)?);
            }
            Ok(Touched::new(
                Links {
                    dataset: found.dataset,
                    says,
                    caption: caption(view, permit, record)?,
                    links,
                    more,
                },
                touched,
            ))
        })
    }
}

/// What a link's own record says: role, share, dates. A direct link has no record of its own.
fn of_the_link(
    view: &View<'_>,
    permit: &Permit,
    link: &Link,
    at: Sequence,
) -> Result<Vec<(String, String)>, DeskError> {
    let model = Model::standard();
    if !model.is_edge(&link.edge_schema) {
        return Ok(Vec::new());
    }
    let plain = |name: &str| {
        model
            .property(&link.edge_schema, name)
            .is_some_and(|property| property.kind != Kind::Entity)
    };
    Ok(view
        .statements(permit, link.edge, at, false)?
        .into_iter()
        .filter(|statement| plain(&statement.property))
        .map(|statement| (statement.property, statement.value))
        .collect())
}
