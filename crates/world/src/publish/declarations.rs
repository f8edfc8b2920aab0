//! Officials' declarations of interest: one JSON file each time, by hand and by memory, so that
//! companies are named as their owners name them.

use serde_json::{Value, json};

use crate::WorldError;
use crate::body::{BODIES, Body};
use crate::calendar::{DECLARATIONS, Release};
use crate::names::script::PASSPORT;
use crate::output::{Change, Output, ordered};
use crate::plan::Plan;
use crate::publish::variants::{self, Typed};
use crate::random::Rng;

const FILE: &str = "declarations.json";
const POSITIONS: &[&str] = &[
    "Member of the council",
    "Head of procurement",
    "Deputy director",
    "Inspector",
    "Treasurer",
    "Harbour master",
];

/// One interest as declared.
struct Interest {
    key: String,
    kind: &'static str,
    company: u64,
    name: String,
    number: Option<String>,
    detail: Value,
    /// Release in which it is first declared.
    since: usize,
}

/// An official with everything they ever declare.
struct Official {
    key: String,
    person: u64,
    position: &'static str,
    body: Body,
    interests: Vec<Interest>,
}

pub(crate) fn publish(plan: &Plan, output: &mut Output<'_>) -> Result<(), WorldError> {
    for release in DECLARATIONS.releases() {
        let folder = output.folder(&release)?;
        let mut fresh = 0;
        let mut declarations = Vec::new();
        for index in 0..plan.counts.officials {
            let official = official(plan, index);
            declarations.push(declaration(plan, &official, &release));
            fresh += tell(plan, output, &official, &release)?;
        }
        let value = json!({
            "publisher": DECLARATIONS.publisher, "published": release.date.to_string(), "declarations": declarations,
        });
        let path = folder.join(FILE);
        let mut text = serde_json::to_vec_pretty(&ordered(&value))
            .map_err(|error| WorldError::file(&path, error.into()))?;
        text.push(b'\n');
        std::fs::write(&path, text).map_err(|error| WorldError::file(&path, error))?;
        let happens = format!(
            "{} officials declare; {fresh} interests are new.",
            plan.counts.officials
        );
        output.published(&release, &[FILE], happens);
    }
    Ok(())
}

fn official(plan: &Plan, index: u64) -> Official {
    let mut rng = Rng::at(plan.seed, "official", index);
    let person = if index == 0 {
        plan.story.official
    } else {
        plan.ordinary_person(&mut rng)
    };
    let key = format!("DOI-{:05}", 1 + index);
    let mut interests = Vec::new();
    for slot in 0..rng.between(1, 3) {
        let company = if index == 0 && slot == 0 {
            plan.story.company
        } else {
            plan.ordinary_company(&mut rng)
        };
        let known = plan.company(company);
        let kind = rng.pick(&[
            "shareholding",
            "shareholding",
            "directorship",
            "paid_work",
            "gift",
        ]);
        let kind = if index == 0 && slot == 0 {
            "gift"
        } else {
            kind
        };
        let detail = match kind {
            "shareholding" => json!({"share_percent": rng.between(1, 60)}),
            "gift" => {
                json!({"value_eur": rng.between(2, 90) * 50, "what": rng.pick(&["cruise", "dinner", "clock", "travel"])})
            }
            _ => json!({"income_eur": rng.between(4, 120) * 500}),
        };
        let (name, _) = variants::company_name(&mut rng, &known);
        let number = Typed::draw(&mut rng, &known, 550).text().map(str::to_owned);
        let since = if slot == 0 || rng.chance(700) {
            0
        } else {
            rng.between(1, 2) as usize
        };
        interests.push(Interest {
            key: format!("{key}-{}", slot + 1),
            kind,
            company,
            name,
            number,
            detail,
            since,
        });
    }
    let body = if index == 0 {
        Body::PORT
    } else {
        rng.pick(&BODIES)
    };
    Official {
        key,
        person,
        position: rng.pick(POSITIONS),
        body,
        interests,
    }
}

fn declaration(plan: &Plan, official: &Official, release: &Release) -> Value {
    let person = plan.person(official.person);
    let declared = official
        .interests
        .iter()
        .filter(|interest| interest.since <= release.number);
    let interests: Vec<Value> = declared
        .map(|interest| {
            json!({
                "id": interest.key, "kind": interest.kind, "company_name": interest.name,
                "register_number": interest.number, "detail": interest.detail,
            })
        })
        .collect();
    json!({
        "id": official.key,
        "official": {
            "name": person.name.short(PASSPORT), "birth_year": person.birth.year(), "address": person.address.line(),
            "position": official.position, "body": official.body.name, "body_id": official.body.cited(),
        },
        "interests": interests,
    })
}

fn tell(
    plan: &Plan,
    output: &mut Output<'_>,
    official: &Official,
    release: &Release,
) -> Result<u64, WorldError> {
    let id = plan.person(official.person).id();
    if release.number == 0 {
        output.entity(DECLARATIONS.dataset, &official.key, &id, "person")?;
        output.relation(
            DECLARATIONS.dataset,
            &official.key,
            "serves",
            (&id, &official.body.id()),
        )?;
    }
    let mut fresh = 0;
    for interest in official
        .interests
        .iter()
        .filter(|interest| interest.since == release.number)
    {
        let company = crate::company::id(interest.company);
        output.part(DECLARATIONS.dataset, &interest.key, &company, "company")?;
        output.relation(
            DECLARATIONS.dataset,
            &interest.key,
            interest.kind,
            (&id, &company),
        )?;
        if release.number > 0 {
            fresh += 1;
            let key = &interest.key;
            output.change(&Change {
                release,
                key,
                property: "company_name",
                old: "",
                new: &interest.name,
                what: "interest declared",
            })?;
        }
    }
    Ok(fresh)
}
