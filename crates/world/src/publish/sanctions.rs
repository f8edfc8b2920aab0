//! The sanctions list: the columns of the US list of specially designated nationals, identifiers
//! packed into remarks, empty cells as `-0-`, aliases in a second file; everything each time.

use crate::WorldError;
use crate::calendar::{Release, SANCTIONS};
use crate::company::Holder;
use crate::date::Date;
use crate::listing::{self, Listing, Subject};
use crate::names::script::{PASSPORT, PRESS};
use crate::output::{self, Change, Output};
use crate::plan::Plan;
use crate::publish::{Difference, close};

const ENTRIES: [&str; 12] = [
    "ent_num",
    "name",
    "type",
    "program",
    "title",
    "call_sign",
    "vessel_type",
    "tonnage",
    "grt",
    "vessel_flag",
    "vessel_owner",
    "remarks",
];
const ALIASES: [&str; 4] = ["ent_num", "alt_num", "alt_type", "alt_name"];
const EMPTY: &str = "-0-";

/// Publishes the list; gives the number of the man of the story.
pub(crate) fn publish(plan: &Plan, output: &mut Output<'_>) -> Result<String, WorldError> {
    let listings = listing::all(plan);
    for release in SANCTIONS.releases() {
        let folder = output.folder(&release)?;
        let mut entries = output::table(&folder.join("entries.csv"), &ENTRIES)?;
        let mut aliases = output::table(&folder.join("aliases.csv"), &ALIASES)?;
        let mut counts = Counts::default();
        for listing in &listings {
            let new = row(plan, listing, release.number);
            if let Some(row) = &new {
                entries.write_record(row).map_err(WorldError::table)?;
                for alias in alias_rows(plan, listing, release.number) {
                    aliases.write_record(alias).map_err(WorldError::table)?;
                }
            }
            if listing.from == release.number {
                enter(plan, output, listing)?;
            }
            if release.number > 0 {
                compare(plan, output, &release, listing, new, &mut counts)?;
            }
        }
        close(entries)?;
        close(aliases)?;
        output.published(
            &release,
            &["entries.csv", "aliases.csv"],
            counts.told(plan, &release),
        );
    }
    for listing in listings.iter().filter(|listing| listing.wrong) {
        let record = format!("{}/{}", SANCTIONS.dataset, listing.ent_num);
        let until = listing
            .until
            .map(|release| SANCTIONS.day(release).to_string())
            .unwrap_or_default();
        output.trap(
            "wrongly_listed",
            &[record],
            &format!("listed in place of a namesake and withdrawn on {until}"),
        )?;
    }
    let man = listings
        .iter()
        .find(|listing| listing.subject == Subject::Person(plan.story.man));
    Ok(man
        .map(|listing| listing.ent_num.to_string())
        .unwrap_or_default())
}

#[derive(Default)]
struct Counts {
    added: u64,
    amended: u64,
    removed: u64,
    withdrawn: u64,
}

impl Counts {
    fn told(&self, plan: &Plan, release: &Release) -> String {
        if release.number == 0 {
            return "The list as it stands.".to_owned();
        }
        let Self {
            added,
            amended,
            removed,
            withdrawn,
        } = self;
        let line = format!(
            "{added} added, {amended} amended, {removed} delisted, {withdrawn} withdrawn as listed by mistake."
        );
        let story = &plan.story;
        match release.number {
            crate::story::DESIGNATED => format!(
                "{} is sanctioned. {line}",
                plan.person(story.man).name.short(PRESS)
            ),
            crate::story::FOLLOWED => {
                let (holding, ship) = (
                    plan.company(story.holding).name.latin(PASSPORT),
                    plan.vessel(story.ship).name,
                );
                format!("{holding} and the ship {ship} are sanctioned. {line}")
            }
            _ => line,
        }
    }
}

impl Listing {
    fn stands(&self, release: usize) -> bool {
        self.from <= release && self.until.is_none_or(|until| release < until)
    }
}

fn row(plan: &Plan, listing: &Listing, release: usize) -> Option<[String; 12]> {
    if !listing.stands(release) {
        return None;
    }
    let empty = || EMPTY.to_owned();
    let mut row = [0; 12].map(|_| empty());
    let [
        ent_num,
        name,
        kind,
        program,
        title,
        call_sign,
        vessel_type,
        tonnage,
        grt,
        flag,
        owner,
        remarks,
    ] = &mut row;
    *ent_num = listing.ent_num.to_string();
    *program = listing.program.to_owned();
    match listing.subject {
        Subject::Person(person) => {
            *name = plan.person(person).name.listed(listing.scheme);
            *kind = "individual".to_owned();
            *title = listing.title.to_owned();
            *remarks = person_remarks(plan, listing, person, release);
        }
        Subject::Company(company) => {
            *name = plan
                .company(company)
                .name
                .latin(listing.scheme)
                .to_uppercase();
            *remarks = company_remarks(plan, company);
        }
        Subject::Vessel(vessel) => {
            let vessel = plan.vessel(vessel);
            let holder = plan.company(vessel.owner).name.latin(PRESS);
            *remarks = format!(
                "Vessel Registration Identification IMO {}; Linked To: {}.",
                vessel.imo,
                holder.to_uppercase()
            );
            *name = vessel.name.to_uppercase();
            *kind = "vessel".to_owned();
            *call_sign = vessel.call_sign;
            *vessel_type = vessel.kind.to_owned();
            *tonnage = vessel.deadweight.to_string();
            *grt = vessel.gross_tonnage.to_string();
            *flag = vessel.flag.name.to_owned();
            *owner = holder;
        }
    }
    Some(row)
}

/// The birth date as the entry has it: for some a year only, until it is completed.
fn born(listing: &Listing, birth: Date, release: usize) -> String {
    match listing.completed {
        Some(completed) if release < completed => format!("DOB circa {}", birth.year()),
        _ => format!("DOB {}", birth.short_words()),
    }
}

fn person_remarks(plan: &Plan, listing: &Listing, person: u64, release: usize) -> String {
    let man = plan.person(person);
    // A wrong entry carries the name of one and the address of nobody: that is how it happens.
    let mut parts = vec![born(listing, man.birth, release)];
    if listing.wrong {
        parts = vec![format!("DOB {}", man.birth.year())];
    } else {
        parts.push(format!("POB {}, {}", man.birth_town, man.citizen.name));
        parts.push(format!("nationality {}", man.citizen.name));
        parts.push(format!("Passport {} ({})", man.passport, man.citizen.name));
    }
    format!("{}.", parts.join("; "))
}

fn company_remarks(plan: &Plan, company: u64) -> String {
    let company = plan.company(company);
    let mut parts = vec![
        format!(
            "Organization Established Date {}",
            company.incorporated.short_words()
        ),
        format!(
            "Registration Number {} ({})",
            company.number, company.state.name
        ),
    ];
    if let Some(Holder::Person(person)) = company.owners.first().map(|owner| owner.holder) {
        parts.push(format!(
            "Linked To: {}",
            plan.person(person).name.listed(PRESS)
        ));
    }
    format!("{}.", parts.join("; "))
}

/// Rows of other spellings, earlier names and names at home.
fn alias_rows(plan: &Plan, listing: &Listing, release: usize) -> Vec<[String; 4]> {
    let mut names: Vec<(&str, String)> = Vec::new();
    let scheme = (listing.scheme + 1) % 4;
    match listing.subject {
        Subject::Person(person) => {
            let name = plan.person(person).name;
            names.push(("a.k.a.", name.listed(scheme)));
            if name.culture.has_own_script() {
                names.push(("a.k.a.", name.native()));
            }
            if listing.alias_added.is_some_and(|added| added <= release) {
                names.push(("a.k.a.", name.listed((scheme + 1) % 4)));
            }
        }
        Subject::Company(company) => {
            let company = plan.company(company);
            names.push(("a.k.a.", company.name.latin_long(scheme)));
            names.extend(company.name.native().map(|name| ("a.k.a.", name)));
            names.extend(company.previous.into_iter().map(|name| ("f.k.a.", name)));
            if listing.alias_added.is_some_and(|added| added <= release) {
                names.push(("a.k.a.", company.name.bare(scheme)));
            }
        }
        Subject::Vessel(vessel) => {
            names.extend(
                plan.vessel(vessel)
                    .former
                    .into_iter()
                    .map(|name| ("f.k.a.", name)),
            );
        }
    }
    let own = row(plan, listing, release).map(|[_, name, ..]| name);
    let mut seen: Vec<String> = own.into_iter().collect();
    let mut rows = Vec::new();
    for (kind, name) in names {
        if seen.contains(&name) {
            continue;
        }
        let alt_num = listing.ent_num * 10 + rows.len() as u64;
        rows.push([
            listing.ent_num.to_string(),
            alt_num.to_string(),
            kind.to_owned(),
            name.clone(),
        ]);
        seen.push(name);
    }
    rows
}

fn enter(plan: &Plan, output: &mut Output<'_>, listing: &Listing) -> Result<(), WorldError> {
    let key = listing.ent_num.to_string();
    let (id, kind) = match listing.subject {
        Subject::Person(person) => (plan.person(person).id(), "person"),
        Subject::Company(company) => (crate::company::id(company), "company"),
        Subject::Vessel(vessel) => (plan.vessel(vessel).id(), "vessel"),
    };
    output.entity(SANCTIONS.dataset, &key, &id, kind)?;
    let linked = match listing.subject {
        Subject::Person(_) => None,
        Subject::Vessel(vessel) => Some(crate::company::id(plan.vessel(vessel).owner)),
        Subject::Company(company) => {
            plan.company(company)
                .owners
                .first()
                .and_then(|owner| match owner.holder {
                    Holder::Person(person) => Some(plan.person(person).id()),
                    Holder::Company(_) => None,
                })
        }
    };
    match linked {
        Some(other) => output.relation(SANCTIONS.dataset, &key, "linked_to", (&id, &other)),
        None => Ok(()),
    }
}

fn compare(
    plan: &Plan,
    output: &mut Output<'_>,
    release: &Release,
    listing: &Listing,
    new: Option<[String; 12]>,
    counts: &mut Counts,
) -> Result<(), WorldError> {
    let old = row(plan, listing, release.number - 1);
    let names = |at: usize| {
        if listing.stands(at) {
            alias_rows(plan, listing, at)
        } else {
            Vec::new()
        }
    };
    let (old_names, new_names) = (names(release.number - 1), names(release.number));
    let what = match (&old, &new) {
        (None, Some(_)) if listing.wrong => "wrongly listed",
        (None, Some(_)) => "sanctioned",
        (Some(_), None) if listing.wrong => "withdrawn: wrongly listed",
        (Some(_), None) => "delisted",
        (Some(old), Some(new)) if old != new || old_names != new_names => "corrected by the source",
        _ => return Ok(()),
    };
    match what {
        "sanctioned" | "wrongly listed" => counts.added += 1,
        "delisted" => counts.removed += 1,
        "corrected by the source" => counts.amended += 1,
        _ => counts.withdrawn += 1,
    }
    let key = listing.ent_num.to_string();
    let difference = Difference {
        release,
        columns: &ENTRIES,
        key: &key,
        what,
    };
    difference.tell(
        output,
        old.as_ref().map(|row| &row[..]),
        new.as_ref().map(|row| &row[..]),
    )?;
    for [_, _, _, name] in old_names.iter().filter(|row| !new_names.contains(row)) {
        output.change(&Change {
            release,
            key: &key,
            property: "alt_name",
            old: name,
            new: "",
            what,
        })?;
    }
    for [_, _, _, name] in new_names.iter().filter(|row| !old_names.contains(row)) {
        output.change(&Change {
            release,
            key: &key,
            property: "alt_name",
            old: "",
            new: name,
            what,
        })?;
    }
    Ok(())
}
