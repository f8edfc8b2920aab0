//! Beneficial ownership in BODS 0.4: statements about entities, persons and relationships. The
//! base holds all; later releases hold new, updated and closed records.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use serde_json::{Value, json};

use crate::WorldError;
use crate::calendar::{OWNERSHIP, REGISTER, Release};
use crate::company::{Company, Holder, Owner};
use crate::date::Date;
use crate::names::script::{PASSPORT, SCHOLARLY};
use crate::output::{self, Change, Output, ordered};
use crate::person::Person;
use crate::plan::Plan;
use crate::random::Rng;

const FILE: &str = "statements.json";

/// What a later release does to a company declared in the base.
#[derive(Clone, Copy)]
enum Act {
    /// The first owner sells everything to a person.
    Sold { to: u64 },
    /// The source corrects the share.
    Share,
    /// The source corrects the birth date of the owner.
    BirthDate,
}

pub(crate) fn publish(plan: &Plan, output: &mut Output<'_>) -> Result<(), WorldError> {
    let acts = acts(plan);
    let mut declared = BTreeSet::new();
    for release in OWNERSHIP.releases() {
        let folder = output.folder(&release)?;
        let path = folder.join(FILE);
        let mut file = output::create(&path)?;
        file.write_all(b"[")
            .map_err(|error| WorldError::file(&path, error))?;
        let mut desk = Desk {
            plan,
            output,
            release: &release,
            file: &mut file,
            first: true,
            declared: &mut declared,
        };
        let mut fresh = 0_u64;
        for company in newly_declared(plan, release.number) {
            desk.declare(&company)?;
            fresh += 1;
        }
        let mut done = [0_u64; 3];
        for (company, act) in acts
            .iter()
            .filter(|(_, (number, _))| *number == release.number)
            .map(|(company, (_, act))| (*company, *act))
        {
            desk.perform(&plan.company(company), act)?;
            let [sold, share, birth] = &mut done;
            match act {
                Act::Sold { .. } => *sold += 1,
                Act::Share => *share += 1,
                Act::BirthDate => *birth += 1,
            }
        }
        file.write_all(b"\n]\n")
            .map_err(|error| WorldError::file(&path, error))?;
        output::finish(&path, file)?;
        let [sold, share, birth] = done;
        let happens = if release.number == 0 {
            format!("Owners of {fresh} companies.")
        } else {
            format!(
                "{fresh} companies declare, {sold} are taken over, {share} shares and {birth} birth dates are corrected."
            )
        };
        output.published(&release, &[FILE], happens);
    }
    Ok(())
}

/// Registered companies that declare owners in a release: the base, or those founded since.
fn newly_declared(plan: &Plan, number: usize) -> impl Iterator<Item = Company> + '_ {
    let range = match number {
        0 => 0..plan.counts.registered,
        _ => plan.counts.registered..plan.foreign_start(),
    };
    let from = if number == 0 {
        Date::default()
    } else {
        OWNERSHIP.day(number - 1)
    };
    let to = OWNERSHIP.day(number);
    let founded = move |company: &Company| {
        let day = REGISTER.day(company.since);
        number == 0 || (from < day && day <= to)
    };
    range
        .map(|index| plan.company(index))
        .filter(move |company| !company.owners.is_empty() && founded(company))
}

/// What happens in later releases; each company at most once.
fn acts(plan: &Plan) -> BTreeMap<u64, (usize, Act)> {
    let mut rng = Rng::at(plan.seed, "ownership acts", 0);
    let mut acts = BTreeMap::new();
    let swapped = plan
        .traps
        .iter()
        .filter(|trap| trap.kind == "swapped_date")
        .step_by(2);
    let people: BTreeSet<&String> = swapped.filter_map(|trap| trap.entities.first()).collect();
    for (index, company) in &plan.cast.companies {
        let owner = company.owners.first().map(|owner| owner.holder);
        let Some(Holder::Person(person)) = owner else {
            continue;
        };
        if people.contains(&plan.person(person).id()) {
            acts.insert(*index, (1 + rng.below(6) as usize, Act::BirthDate));
        }
    }
    for number in 1..OWNERSHIP.releases().count() {
        for turn in 0..(plan.counts.thousands * 4 / 5).max(4) {
            let Some(company) = (0..200)
                .map(|_| plan.company(plan.ordinary_company(&mut rng)))
                .find(|company| !company.owners.is_empty())
            else {
                continue;
            };
            let act = if turn % 3 == 2 && company.owners.len() > 1 {
                Act::Share
            } else {
                Act::Sold {
                    to: plan.ordinary_person(&mut rng),
                }
            };
            acts.entry(company.index).or_insert((number, act));
        }
    }
    acts
}

/// Where statements are written.
struct Desk<'a, 'b, W: Write> {
    plan: &'a Plan,
    output: &'a mut Output<'b>,
    release: &'a Release,
    file: &'a mut W,
    first: bool,
    /// Companies whose entity statement is out.
    declared: &'a mut BTreeSet<u64>,
}

/// A statement before it gets its envelope.
struct Statement<'a> {
    record: &'a str,
    kind: &'a str,
    status: &'a str,
    subject: &'a str,
    details: Value,
}

impl<W: Write> Desk<'_, '_, W> {
    fn put(&mut self, statement: &Statement<'_>) -> Result<(), WorldError> {
        let mut rng = Rng::at(self.plan.seed, statement.record, self.release.number as u64);
        let date = self.release.date.to_string();
        let value = json!({
            "statementId": format!("{:016x}{:016x}", rng.next(), rng.next()),
            "statementDate": date,
            "declarationSubject": statement.subject,
            "recordId": statement.record,
            "recordType": statement.kind,
            "recordStatus": statement.status,
            "recordDetails": statement.details,
            "publicationDetails": {
                "publicationDate": date, "bodsVersion": "0.4", "publisher": {"name": OWNERSHIP.publisher},
            },
            "source": {"type": ["selfDeclaration"]},
        });
        let lead = if std::mem::replace(&mut self.first, false) {
            "\n"
        } else {
            ",\n"
        };
        let text = format!("{lead}{}", ordered(&value));
        self.file
            .write_all(text.as_bytes())
            .map_err(|error| WorldError::Table(error.to_string()))
    }

    fn changed(
        &mut self,
        key: &str,
        property: &str,
        values: (&str, &str),
        what: &str,
    ) -> Result<(), WorldError> {
        if self.release.number == 0 {
            return Ok(());
        }
        let (old, new) = values;
        self.output.change(&Change {
            release: self.release,
            key,
            property,
            old,
            new,
            what,
        })
    }

    /// Declares a company with its owners, and theirs, up to people.
    fn declare(&mut self, company: &Company) -> Result<(), WorldError> {
        let mut line = vec![company.clone()];
        while let Some(company) = line.pop() {
            if !self.declared.insert(company.index) {
                continue;
            }
            self.entity(&company)?;
            for (slot, owner) in company.owners.iter().enumerate() {
                if let Holder::Company(holder) = owner.holder {
                    let holder = self.plan.company(holder);
                    if !self.declared.contains(&holder.index) {
                        // An owner's statement must be out before the relationship names it.
                        self.entity(&holder)?;
                        self.declared.insert(holder.index);
                        for (slot, owner) in holder.owners.iter().enumerate() {
                            self.own(&holder, slot, owner)?;
                        }
                    }
                }
                self.own(&company, slot, owner)?;
            }
        }
        Ok(())
    }

    fn entity(&mut self, company: &Company) -> Result<(), WorldError> {
        let record = company.cited();
        let mut details = json!({
            "isComponent": false,
            "entityType": {"type": "registeredEntity"},
            "name": company.name.latin(PASSPORT),
            "jurisdiction": {"name": company.state.name, "code": company.state.code},
            "identifiers": [{"scheme": company.state.scheme, "schemeName": format!("{} company number", company.state.name), "id": company.number}],
            "foundingDate": company.incorporated.to_string(),
            "addresses": [{
                "type": "registered", "address": company.address.line(), "postCode": company.address.postcode,
                "country": {"name": company.address.state.name, "code": company.address.state.code},
            }],
        });
        if let (Some(native), Some(members)) = (company.name.native(), details.as_object_mut()) {
            members.insert("alternateNames".to_owned(), json!([native]));
        }
        self.output
            .entity(OWNERSHIP.dataset, &record, &company.id(), "company")?;
        self.changed(&record, "recordStatus", ("", "new"), "declared")?;
        self.put(&Statement {
            record: &record,
            kind: "entity",
            status: "new",
            subject: &record,
            details,
        })
    }

    /// States one ownership: for a person with a record of that person made for this company.
    fn own(&mut self, company: &Company, slot: usize, owner: &Owner) -> Result<(), WorldError> {
        let record = relationship_record(company, slot);
        let (party, party_id) = match owner.holder {
            Holder::Company(holder) => {
                // A company that owns may itself be owned by one that is not yet stated.
                let holder = self.plan.company(holder);
                if self.declared.insert(holder.index) {
                    self.entity(&holder)?;
                    for (slot, owner) in holder.owners.iter().enumerate() {
                        self.own(&holder, slot, owner)?;
                    }
                }
                (holder.cited(), holder.id())
            }
            Holder::Person(person) => self.owner_person(company, slot, person)?,
        };
        self.output.entity(
            OWNERSHIP.dataset,
            &record,
            &format!("{party_id}>{}", company.id()),
            "ownership",
        )?;
        self.output.relation(
            OWNERSHIP.dataset,
            &record,
            "owner_of",
            (&party_id, &company.id()),
        )?;
        self.changed(&record, "recordStatus", ("", "new"), "declared")?;
        let details = relationship_details(company, &party, owner.share, None);
        self.put(&Statement {
            record: &record,
            kind: "relationship",
            status: "new",
            subject: &company.cited(),
            details,
        })
    }

    /// States a person as the owner of a company; gives the record and the truth.
    fn owner_person(
        &mut self,
        company: &Company,
        slot: usize,
        person: u64,
    ) -> Result<(String, String), WorldError> {
        let person = self.plan.person(person);
        let party = person_record(company, slot);
        let birth = if person.swapped {
            person.birth.swapped().unwrap_or(person.birth)
        } else {
            person.birth
        };
        if birth != person.birth {
            let key = format!("{}/{party}", OWNERSHIP.dataset);
            self.output.trap(
                "swapped_date",
                &[key, person.id()],
                "the record has day and month of birth exchanged",
            )?;
        }
        let details = self.person_details(&person, birth);
        self.output
            .entity(OWNERSHIP.dataset, &party, &person.id(), "person")?;
        self.changed(&party, "recordStatus", ("", "new"), "declared")?;
        let subject = company.cited();
        self.put(&Statement {
            record: &party,
            kind: "person",
            status: "new",
            subject: &subject,
            details,
        })?;
        Ok((party, person.id()))
    }

    fn person_details(&self, person: &Person, birth: Date) -> Value {
        let mut rng = Rng::at(self.plan.seed, "ownership spelling", person.index);
        let scheme = rng.pick(&[PASSPORT, PASSPORT, SCHOLARLY]);
        let name = &person.name;
        let latin = json!({
            "type": "legal", "fullName": name.latin(scheme), "familyName": name.family.by(scheme),
            "givenName": name.given.by(scheme),
        });
        let mut names = vec![latin];
        if name.culture.has_own_script() && rng.chance(400) {
            names.push(json!({"type": "alternative", "fullName": name.native()}));
        }
        json!({
            "isComponent": false,
            "personType": "knownPerson",
            "names": names,
            "nationalities": [{"name": person.citizen.name, "code": person.citizen.code}],
            "birthDate": birth.to_string(),
            "addresses": [{
                "type": "service", "address": person.address.line(), "postCode": person.address.postcode,
                "country": {"name": person.address.state.name, "code": person.address.state.code},
            }],
        })
    }

    fn perform(&mut self, company: &Company, act: Act) -> Result<(), WorldError> {
        match act {
            Act::Sold { to } => self.sell(company, to),
            Act::Share => self.correct_share(company),
            Act::BirthDate => self.correct_birth(company),
        }
    }

    fn sell(&mut self, company: &Company, to: u64) -> Result<(), WorldError> {
        let Some(owner) = company.owners.first() else {
            return Ok(());
        };
        let record = relationship_record(company, 0);
        let party = match owner.holder {
            Holder::Person(_) => person_record(company, 0),
            Holder::Company(holder) => self.plan.company(holder).cited(),
        };
        let ended = self.release.date.plus(-8);
        let details = relationship_details(company, &party, owner.share, Some(ended));
        self.changed(&record, "recordStatus", ("new", "closed"), "taken over")?;
        self.changed(&record, "endDate", ("", &ended.to_string()), "taken over")?;
        self.put(&Statement {
            record: &record,
            kind: "relationship",
            status: "closed",
            subject: &company.cited(),
            details,
        })?;
        self.own(
            company,
            2,
            &Owner {
                holder: Holder::Person(to),
                share: owner.share,
            },
        )
    }

    /// The first owner had two per cent more, the second two less, than was said.
    fn correct_share(&mut self, company: &Company) -> Result<(), WorldError> {
        for (slot, owner) in company.owners.iter().enumerate().take(2) {
            let share = if slot == 0 {
                owner.share + 2
            } else {
                owner.share.saturating_sub(2)
            };
            let party = match owner.holder {
                Holder::Person(_) => person_record(company, slot),
                Holder::Company(holder) => self.plan.company(holder).cited(),
            };
            let record = relationship_record(company, slot);
            let values = (owner.share.to_string(), share.to_string());
            self.changed(
                &record,
                "share",
                (&values.0, &values.1),
                "corrected by the source",
            )?;
            let details = relationship_details(company, &party, share, None);
            self.put(&Statement {
                record: &record,
                kind: "relationship",
                status: "updated",
                subject: &company.cited(),
                details,
            })?;
        }
        Ok(())
    }

    fn correct_birth(&mut self, company: &Company) -> Result<(), WorldError> {
        let Some(Holder::Person(person)) = company.owners.first().map(|owner| owner.holder) else {
            return Ok(());
        };
        let person = self.plan.person(person);
        let Some(wrong) = person.birth.swapped() else {
            return Ok(());
        };
        let record = person_record(company, 0);
        let details = self.person_details(&person, person.birth);
        let values = (wrong.to_string(), person.birth.to_string());
        self.changed(
            &record,
            "birthDate",
            (&values.0, &values.1),
            "corrected by the source",
        )?;
        self.put(&Statement {
            record: &record,
            kind: "person",
            status: "updated",
            subject: &company.cited(),
            details,
        })
    }
}

fn person_record(company: &Company, slot: usize) -> String {
    format!("QM-BO-P{}", 700_000 + company.index * 4 + slot as u64)
}

fn relationship_record(company: &Company, slot: usize) -> String {
    format!("QM-BO-R{}", 700_000 + company.index * 4 + slot as u64)
}

fn relationship_details(company: &Company, party: &str, share: u64, ended: Option<Date>) -> Value {
    let mut interest = json!({
        "type": "shareholding", "directOrIndirect": "direct", "beneficialOwnershipOrControl": party.contains("-BO-P"),
        "share": {"exact": share}, "startDate": company.incorporated.to_string(),
    });
    if let (Some(date), Some(members)) = (ended, interest.as_object_mut()) {
        members.insert("endDate".to_owned(), json!(date.to_string()));
    }
    json!({"isComponent": false, "subject": company.cited(), "interestedParty": party, "interests": [interest]})
}
