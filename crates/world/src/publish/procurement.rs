//! Public contracts in OCDS 1.1 release packages. The base holds what is running; later
//! packages hold tenders, awards, amended and terminated contracts of the weeks before.

use std::collections::BTreeSet;
use std::io::Write;

use serde_json::{Value, json};

use crate::WorldError;
use crate::body::{BODIES, Body};
use crate::calendar::{PROCUREMENT, Release};
use crate::company::Company;
use crate::date::Date;
use crate::output::{self, Change, Output, ordered};
use crate::plan::Plan;
use crate::publish::variants::{self, Typed};
use crate::random::Rng;

const FILE: &str = "releases.json";
/// Works, what they cost about, and where they are done.
const WORKS: &[(&str, u64, &str)] = &[
    ("Dredging of the outer basin", 18_400_000, "Outer Basin"),
    ("Repair of quay walls", 6_200_000, "Saltkaj"),
    ("Fuel for patrol boats", 940_000, "Coast Guard Station"),
    ("Cleaning of school buildings", 310_000, "Mølleallé"),
    ("Ambulance linen", 125_000, "City Hospital"),
    ("Lamp posts for Østergade", 480_000, "Østergade"),
    ("Software for port fees", 760_000, "Town Hall"),
    ("Tug services", 2_300_000, "Outer Basin"),
    ("Winter road salt", 390_000, "Central Depot"),
    ("Pumps for the waterworks", 1_150_000, "Waterworks"),
    ("Harbour pilot training", 88_000, "Pilot Station"),
    ("Security at the ferry terminal", 640_000, "Ferry Terminal"),
    ("Printing of forms", 42_000, "Town Hall"),
    ("Catering for the council", 96_000, "Town Hall"),
    ("Removal of wrecks", 3_700_000, "Wreck Ground"),
];

/// Where a procedure stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Tender,
    Contract,
    Amended,
    Terminated,
}

/// A procedure from tender to contract.
struct Process {
    index: u64,
    body: Body,
    title: String,
    site: &'static str,
    value: u64,
    supplier: Company,
    supplier_name: String,
    respelled: bool,
    number: Typed,
    started: Date,
    signed: Date,
    /// What happens at which release.
    steps: Vec<(usize, Stage)>,
}

pub(crate) fn publish(plan: &Plan, output: &mut Output<'_>) -> Result<(), WorldError> {
    let mut traps = 0;
    let mut entered: BTreeSet<u64> = BTreeSet::new();
    for release in PROCUREMENT.releases() {
        let folder = output.folder(&release)?;
        let path = folder.join(FILE);
        let mut file = output::create(&path)?;
        let fault = |error| WorldError::file(&path, error);
        let head = json!({
            "uri": format!("https://contracts.merravin.example/{}", release.date), "version": "1.1",
            "publishedDate": format!("{}T06:00:00Z", release.date), "publisher": {"name": PROCUREMENT.publisher},
        });
        let head = ordered(&head).to_string();
        file.write_all(head.strip_suffix('}').unwrap_or(&head).as_bytes())
            .map_err(fault)?;
        file.write_all(b",\"releases\":[\n").map_err(fault)?;
        let mut counts = [0_u64; 4];
        for index in 0..plan.counts.processes {
            let Some(stage) = step_at(plan, index, release.number) else {
                continue;
            };
            let process = process(plan, index);
            let lead = if counts.iter().sum::<u64>() > 0 {
                ",\n"
            } else {
                ""
            };
            write!(file, "{lead}{}", ordered(&process.release(&release, stage))).map_err(fault)?;
            if entered.insert(index) {
                process.enter(output, &mut traps)?;
            }
            process.tell(output, &release, stage)?;
            if let Some(count) = counts.get_mut(stage as usize) {
                *count += 1;
            }
        }
        file.write_all(b"\n]}\n").map_err(fault)?;
        output::finish(&path, file)?;
        let [tenders, contracts, amended, terminated] = counts;
        let happens = format!(
            "{tenders} tenders, {contracts} contracts, {amended} amended, {terminated} terminated."
        );
        output.published(&release, &[FILE], happens);
    }
    Ok(())
}

/// The steps of procedure `index`: three in four run in the base already.
fn steps(plan: &Plan, index: u64) -> Vec<(usize, Stage)> {
    if index == 0 {
        return vec![(0, Stage::Contract), (3, Stage::Terminated)];
    }
    let mut rng = Rng::at(plan.seed, "process steps", index);
    let last = PROCUREMENT.releases().count() - 1;
    let mut steps = Vec::new();
    let contract = if rng.chance(740) {
        steps.push((0, Stage::Contract));
        0
    } else {
        let tender = rng.below(last as u64) as usize;
        steps.push((tender, Stage::Tender));
        steps.push((tender + 1, Stage::Contract));
        tender + 1
    };
    if rng.chance(140) && contract < last {
        let later = contract + 1 + rng.below((last - contract) as u64) as usize;
        steps.push((
            later,
            if rng.chance(300) {
                Stage::Terminated
            } else {
                Stage::Amended
            },
        ));
    }
    steps
}

fn step_at(plan: &Plan, index: u64, release: usize) -> Option<Stage> {
    steps(plan, index)
        .into_iter()
        .find(|(number, _)| *number == release)
        .map(|(_, stage)| stage)
}

fn process(plan: &Plan, index: u64) -> Process {
    let mut rng = Rng::at(plan.seed, "process", index);
    let supplier = match index {
        0 => plan.company(plan.story.company),
        // Some work is done by companies from abroad, some by those of the traps.
        _ if rng.chance(60) => plan.company(plan.ordinary_foreign(&mut rng)),
        _ if rng.chance(80) => plan.company(rng.below(plan.cast.registered_taken.max(1))),
        _ => plan.company(plan.ordinary_company(&mut rng)),
    };
    let drawn = rng.pick(WORKS);
    let (work, about, site) = match WORKS.first() {
        Some(first) if index == 0 => *first,
        _ => drawn,
    };
    let (supplier_name, respelled) = match index {
        0 => (supplier.name.latin_long(0), true),
        1 => (supplier.name.bare(0).to_uppercase(), true),
        _ => variants::company_name(&mut rng, &supplier),
    };
    let number = match index {
        0 => Typed::Right(supplier.number.clone()),
        2 => Typed::Wrong(crate::identifiers::mistyped(&supplier.number, &mut rng)),
        _ => Typed::draw(&mut rng, &supplier, 240),
    };
    let steps = steps(plan, index);
    let first = steps.first().map_or(0, |(release, _)| *release);
    // A procedure that shows up with its contract began long before; a tender is fresh.
    let (least, most) = if steps.contains(&(first, Stage::Contract)) {
        (40, 500)
    } else {
        (5, 18)
    };
    let started = PROCUREMENT
        .day(first)
        .plus(-(rng.between(least, most) as i64));
    let contract = steps
        .iter()
        .find(|(_, stage)| *stage == Stage::Contract)
        .map_or(first, |(release, _)| *release);
    let signed = started.plus(30).min(PROCUREMENT.day(contract).plus(-2));
    Process {
        index,
        body: if index == 0 {
            Body::PORT
        } else {
            rng.pick(&BODIES)
        },
        title: work.to_owned(),
        site,
        value: about * rng.between(70, 130) / 100,
        supplier,
        supplier_name,
        respelled,
        number,
        started,
        signed,
        steps,
    }
}

impl Process {
    fn ocid(&self) -> String {
        format!("ocds-q7mrv0-{:06}", self.index)
    }

    fn party(&self) -> String {
        format!("S{:06}-1", self.index)
    }

    fn value_at(&self, stage: Stage) -> u64 {
        if stage == Stage::Amended {
            self.value * 118 / 100
        } else {
            self.value
        }
    }

    fn release(&self, release: &Release, stage: Stage) -> Value {
        let money = |amount: u64| json!({"amount": amount, "currency": "EUR"});
        let tags: &[&str] = match stage {
            Stage::Tender => &["tender"],
            Stage::Contract if release.number == 0 => &["tender", "award", "contract"],
            Stage::Contract => &["award", "contract"],
            Stage::Amended => &["contractAmendment"],
            Stage::Terminated => &["contractTermination"],
        };
        let (body, body_name) = (self.body.cited(), self.body.name);
        let mut value = json!({
            "ocid": self.ocid(),
            "id": format!("{}-{}", self.ocid(), release.date),
            "date": format!("{}T00:00:00Z", release.date),
            "tag": tags,
            "initiationType": "tender",
            "language": "en",
            "buyer": {"id": body, "name": body_name},
            "parties": [{
                "id": body, "name": body_name, "roles": ["buyer", "procuringEntity"],
                "identifier": {"scheme": "QM-GOV", "id": body, "legalName": body_name},
                "address": {"locality": "Merravin", "countryName": "Merravin"},
            }],
            "tender": {
                "id": format!("{}-tender", self.ocid()), "title": self.title, "procurementMethod": "open",
                "status": if stage == Stage::Tender { "active" } else { "complete" },
                "value": money(self.value * 104 / 100),
                "tenderPeriod": {"startDate": format!("{}T00:00:00Z", self.started)},
                "items": [{"id": "1", "description": self.title,
                    "deliveryAddress": {"streetAddress": self.site, "locality": "Merravin", "countryName": "Merravin"}}],
            },
        });
        if stage != Stage::Tender {
            self.award(&mut value, stage);
        }
        value
    }

    /// Adds the supplier, the award and the contract.
    fn award(&self, release: &mut Value, stage: Stage) {
        let party = self.party();
        let signed = self.signed;
        let amount = json!({"amount": self.value_at(stage), "currency": "EUR"});
        let status = if stage == Stage::Terminated {
            "terminated"
        } else {
            "active"
        };
        let address = &self.supplier.address;
        let mut supplier = json!({
            "id": party, "name": self.supplier_name, "roles": ["supplier", "tenderer"],
            "address": {
                "streetAddress": format!("{} {}", address.street, address.house), "postalCode": address.postcode,
                "locality": address.city, "countryName": address.state.name,
            },
        });
        if let (Some(number), Some(members)) = (self.number.text(), supplier.as_object_mut()) {
            members.insert("identifier".to_owned(), json!({"scheme": self.supplier.state.scheme, "id": number, "legalName": self.supplier_name}));
        }
        if let Some(parties) = release.get_mut("parties").and_then(Value::as_array_mut) {
            parties.push(supplier);
        }
        if let Some(members) = release.as_object_mut() {
            members.insert("awards".to_owned(), json!([{
                "id": format!("{}-award", self.ocid()), "title": self.title, "status": "active",
                "date": format!("{}T00:00:00Z", signed.plus(-6)), "value": {"amount": self.value, "currency": "EUR"},
                "suppliers": [{"id": party, "name": self.supplier_name}],
            }]));
            members.insert("contracts".to_owned(), json!([{
                "id": format!("{}-contract", self.ocid()), "awardID": format!("{}-award", self.ocid()),
                "title": self.title, "status": status, "value": amount, "dateSigned": format!("{signed}T00:00:00Z"),
            }]));
        }
    }

    /// Tells the truth when the procedure first appears; suppliers come with the contract but
    /// every procedure ends in one.
    fn enter(&self, output: &mut Output<'_>, traps: &mut usize) -> Result<(), WorldError> {
        output.entity(
            PROCUREMENT.dataset,
            &self.ocid(),
            &format!("contract:{:06}", self.index),
            "contract",
        )?;
        let (party, supplier) = (self.party(), self.supplier.id());
        output.part(PROCUREMENT.dataset, &party, &supplier, "company")?;
        output.relation(
            PROCUREMENT.dataset,
            &self.ocid(),
            "awarded_by",
            (&supplier, &self.body.id()),
        )?;
        let key = format!("{}/{party}", PROCUREMENT.dataset);
        if let Typed::Wrong(number) = &self.number {
            let explanation = format!(
                "the supplier's number is typed {number}, it is {}",
                self.supplier.number
            );
            output.trap(
                "mistyped_number",
                &[key.clone(), supplier.clone()],
                &explanation,
            )?;
        }
        if self.respelled && *traps < 40 {
            *traps += 1;
            let explanation = format!(
                "written {}, in its own register {}",
                self.supplier_name,
                self.supplier.name.latin(0)
            );
            output.trap("spelling_variants", &[key, supplier], &explanation)?;
        }
        Ok(())
    }

    /// Tells what a later step changes.
    fn tell(
        &self,
        output: &mut Output<'_>,
        release: &Release,
        stage: Stage,
    ) -> Result<(), WorldError> {
        if release.number == 0 {
            return Ok(());
        }
        let first = self
            .steps
            .first()
            .is_some_and(|(number, _)| *number == release.number);
        let value = self.value.to_string();
        let amended = self.value_at(stage).to_string();
        let (property, old, new, what) = match stage {
            Stage::Tender => ("tender.status", "", "active", "tender published"),
            Stage::Contract if first => ("contract.status", "", "active", "contract signed"),
            Stage::Contract => ("tender.status", "active", "complete", "contract signed"),
            Stage::Amended => (
                "contract.value",
                value.as_str(),
                amended.as_str(),
                "contract amended",
            ),
            Stage::Terminated => (
                "contract.status",
                "active",
                "terminated",
                "contract terminated",
            ),
        };
        output.change(&Change {
            release,
            key: &self.ocid(),
            property,
            old,
            new,
            what,
        })
    }
}

/// A contract as those who write letters about it know it.
pub(super) struct Known {
    pub(super) ocid: String,
    pub(super) title: String,
    pub(super) buyer: &'static str,
    pub(super) value: u64,
}

/// What is known of contract `index`.
pub(super) fn contract_of(plan: &Plan, index: u64) -> Known {
    let process = process(plan, index);
    Known {
        ocid: process.ocid(),
        title: process.title,
        buyer: process.body.name,
        value: process.value,
    }
}
