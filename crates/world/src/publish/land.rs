//! The land register: parcels and their owners in one XML file each time, birth dates day first.

use std::io::Write;

use crate::WorldError;
use crate::calendar::LAND;
use crate::company::Holder;
use crate::names::Culture;
use crate::names::script::PASSPORT;
use crate::output::{self, Change, Output};
use crate::paper::escaped;
use crate::place::{self, Address};
use crate::plan::Plan;
use crate::publish::variants::{self, Typed};
use crate::random::Rng;

const FILE: &str = "parcels.xml";
const USES: &[&str] = &[
    "warehouse",
    "dwelling",
    "dwelling",
    "quay",
    "office",
    "farm",
    "workshop",
];

/// A parcel with its owners in turn.
struct Parcel {
    key: String,
    address: Address,
    area: u64,
    used: &'static str,
    /// Owner and the release in which the ownership is first shown.
    owners: Vec<(usize, Holder)>,
}

/// What the register prints about an owner.
struct Printed {
    key: String,
    kind: &'static str,
    name: String,
    number: Option<Typed>,
    birth: Option<String>,
    address: String,
    truth: String,
    respelled: bool,
}

pub(crate) fn publish(plan: &Plan, output: &mut Output<'_>) -> Result<(), WorldError> {
    for release in LAND.releases() {
        let folder = output.folder(&release)?;
        let path = folder.join(FILE);
        let mut file = output::create(&path)?;
        let fault = |error| WorldError::file(&path, error);
        writeln!(file, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<LandRegister publisher=\"{}\" date=\"{}\">", LAND.publisher, release.date)
            .map_err(fault)?;
        let mut sold = 0;
        for index in 0..plan.counts.parcels {
            let parcel = parcel(plan, index);
            let Some((slot, holder)) = parcel.owner_at(release.number) else {
                continue;
            };
            let owner = printed(plan, &parcel, slot, holder);
            file.write_all(parcel.xml(&owner).as_bytes())
                .map_err(fault)?;
            let since = parcel.owners.get(slot).map(|(since, _)| *since);
            if release.number == 0 {
                output.entity(
                    LAND.dataset,
                    &parcel.key,
                    &format!("parcel:{index:06}"),
                    "parcel",
                )?;
            }
            if since == Some(release.number) {
                enter(output, &parcel, &owner, index)?;
                if release.number > 0 {
                    sold += 1;
                    let old = parcel
                        .owner_at(release.number - 1)
                        .map(|(slot, holder)| printed(plan, &parcel, slot, holder).name);
                    let change = Change {
                        release: &release,
                        key: &parcel.key,
                        property: "owner",
                        old: &old.unwrap_or_default(),
                        new: &owner.name,
                        what: "sold",
                    };
                    output.change(&change)?;
                }
            }
        }
        file.write_all(b"</LandRegister>\n").map_err(fault)?;
        output::finish(&path, file)?;
        output.published(
            &release,
            &[FILE],
            format!(
                "{} parcels, {sold} of them sold since.",
                plan.counts.parcels
            ),
        );
    }
    Ok(())
}

fn parcel(plan: &Plan, index: u64) -> Parcel {
    let mut rng = Rng::at(plan.seed, "parcel", index);
    let owner = |rng: &mut Rng| {
        if rng.chance(550) {
            Holder::Person(plan.ordinary_person(rng))
        } else {
            Holder::Company(plan.ordinary_company(rng))
        }
    };
    let first = match index {
        0 => Holder::Company(plan.story.company),
        1 => Holder::Company(plan.story.bakery),
        2 => Holder::Person(plan.story.official),
        3 => Holder::Person(plan.story.namesake),
        _ => owner(&mut rng),
    };
    let mut owners = vec![(0, first)];
    for release in 1..LAND.releases().count() {
        if index > 3 && rng.chance(40) {
            owners.push((release, owner(&mut rng)));
        }
    }
    Parcel {
        key: format!("M-{:04}/{}", 1 + index / 10, 1 + index % 10),
        address: Address::draw(&mut rng, place::home(Culture::Harbour)),
        area: rng.between(120, 9_000),
        used: rng.pick(USES),
        owners,
    }
}

fn printed(plan: &Plan, parcel: &Parcel, slot: usize, holder: Holder) -> Printed {
    let key = format!("{}-{}", parcel.key, slot + 1);
    let mut rng = Rng::at(plan.seed, &key, 0);
    match holder {
        Holder::Person(person) => {
            let person = plan.person(person);
            Printed {
                key,
                kind: "person",
                name: if rng.chance(500) {
                    person.name.latin(PASSPORT)
                } else {
                    person.name.short(PASSPORT)
                },
                number: None,
                birth: rng.chance(800).then(|| person.birth.slashes()),
                address: person.address.line(),
                truth: person.id(),
                respelled: false,
            }
        }
        Holder::Company(company) => {
            let company = plan.company(company);
            let (name, respelled) = variants::company_name(&mut rng, &company);
            Printed {
                key,
                kind: "company",
                name,
                number: Some(Typed::draw(&mut rng, &company, 150)),
                birth: None,
                address: company.address.sloppy(),
                truth: company.id(),
                respelled,
            }
        }
    }
}

impl Parcel {
    /// Place in the row of owners, and the owner, at a release.
    fn owner_at(&self, release: usize) -> Option<(usize, Holder)> {
        let owners = self.owners.iter().enumerate();
        owners
            .filter(|(_, (since, _))| *since <= release)
            .map(|(slot, (_, holder))| (slot, *holder))
            .next_back()
    }

    fn xml(&self, owner: &Printed) -> String {
        let tag = |name: &str, value: Option<&str>| {
            value
                .map(|value| format!("      <{name}>{}</{name}>\n", escaped(value)))
                .unwrap_or_default()
        };
        format!(
            "  <Parcel id=\"{}\">\n    <Street>{}</Street>\n    <House>{}</House>\n    <Postcode>{}</Postcode>\n    <City>{}</City>\n    <Area unit=\"m2\">{}</Area>\n    <Use>{}</Use>\n    <Owner id=\"{}\" kind=\"{}\">\n{}{}{}{}    </Owner>\n  </Parcel>\n",
            self.key,
            escaped(&self.address.street),
            self.address.house,
            self.address.postcode,
            self.address.city,
            self.area,
            self.used,
            owner.key,
            owner.kind,
            tag("Name", Some(&owner.name)),
            tag(
                "RegisterNumber",
                owner.number.as_ref().and_then(Typed::text)
            ),
            tag("BirthDate", owner.birth.as_deref()),
            tag("Address", Some(&owner.address)),
        )
    }
}

fn enter(
    output: &mut Output<'_>,
    parcel: &Parcel,
    owner: &Printed,
    index: u64,
) -> Result<(), WorldError> {
    output.part(LAND.dataset, &owner.key, &owner.truth, owner.kind)?;
    output.relation(
        LAND.dataset,
        &owner.key,
        "owner_of",
        (&owner.truth, &format!("parcel:{index:06}")),
    )?;
    let key = format!("{}/{}", LAND.dataset, owner.key);
    if let Some(Typed::Wrong(number)) = &owner.number {
        let explanation = format!("the owner's number is typed {number}");
        output.trap(
            "mistyped_number",
            &[key.clone(), owner.truth.clone()],
            &explanation,
        )?;
    }
    if owner.respelled && index < 100 {
        let explanation = format!(
            "the owner of parcel {} is written {}",
            parcel.key, owner.name
        );
        output.trap(
            "spelling_variants",
            &[key, owner.truth.clone()],
            &explanation,
        )?;
    }
    Ok(())
}
