//! Documents of many senders: inspection reports as PDF, minutes and letters as DOCX, mails with
//! attachments as EML. They name the world's companies, people, ships and contracts in running
//! text, and the ground truth says where.

use crate::WorldError;
use crate::calendar::{DOCUMENTS, PROCUREMENT, REGISTER, SANCTIONS};
use crate::company::Company;
use crate::names::script::{FOREIGN, PASSPORT, PRESS};
use crate::output::{Change, Output};
use crate::paper::mail::{self, Mail};
use crate::paper::{docx, pdf};
use crate::person::Person;
use crate::plan::Plan;
use crate::publish::procurement;
use crate::random::Rng;

/// A document before it becomes a file.
struct Draft {
    /// Part of the file name.
    slug: &'static str,
    format: Format,
    title: String,
    paragraphs: Vec<String>,
    /// Entity id and the text by which it is named.
    mentions: Vec<(String, String)>,
    attachment: Option<Attachment>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Pdf,
    Docx,
    Eml,
}

enum Attachment {
    /// An invoice as PDF: its lines.
    Invoice(Vec<String>),
    /// A table as CSV.
    Payments(String),
}

/// A piece of a sentence.
enum Piece<'a> {
    Text(&'a str),
    Named(String, String),
}
use Piece::Text;

pub(crate) fn publish(plan: &Plan, output: &mut Output<'_>) -> Result<(), WorldError> {
    for release in DOCUMENTS.releases() {
        let folder = output.folder(&release)?;
        let mut files: Vec<String> = Vec::new();
        for index in (0..plan.counts.documents).filter(|index| release_of(*index) == release.number)
        {
            let draft = draft(plan, index);
            let name = format!(
                "{:04}-{}.{}",
                index + 1,
                draft.slug,
                draft.format.extension()
            );
            let bytes = draft.bytes(plan, index)?;
            let path = folder.join(&name);
            std::fs::write(&path, bytes).map_err(|error| WorldError::file(&path, error))?;
            output.entity(
                DOCUMENTS.dataset,
                &name,
                &format!("document:{:04}", index + 1),
                "document",
            )?;
            for (id, text) in &draft.mentions {
                output.mention(&name, id, text)?;
            }
            if release.number > 0 {
                output.change(&Change {
                    release: &release,
                    key: &name,
                    property: "title",
                    old: "",
                    new: &draft.title,
                    what: "received",
                })?;
            }
            files.push(name);
        }
        let names: Vec<&str> = files.iter().map(String::as_str).collect();
        output.published(&release, &names, format!("{} documents.", names.len()));
    }
    Ok(())
}

/// The release with which document `index` comes. The complaint and the letter of the
/// successor (4 and 5) follow the story.
fn release_of(index: u64) -> usize {
    match index {
        0..3 => 0,
        3..5 => 1,
        _ => match index % 14 {
            0..9 => 0,
            9..12 => 1,
            _ => 2,
        },
    }
}

fn draft(plan: &Plan, index: u64) -> Draft {
    let story = &plan.story;
    let mut rng = Rng::at(plan.seed, "document", index);
    match index {
        0 => inspection(plan, &mut rng, story.ship),
        1 => story_minutes(plan),
        2 => story_mail(plan),
        3 => complaint(plan),
        4 => succession(plan),
        _ => match index % 5 {
            0 | 3 => {
                let ship = rng.below(plan.counts.vessels);
                inspection(plan, &mut rng, ship)
            }
            1 => minutes(plan, &mut rng),
            2 => reminder(plan, &mut rng),
            _ => contract_letter(plan, &mut rng),
        },
    }
}

impl Format {
    fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Eml => "eml",
        }
    }
}

impl Draft {
    fn new(slug: &'static str, format: Format, title: &str) -> Self {
        Self {
            slug,
            format,
            title: title.to_owned(),
            paragraphs: Vec::new(),
            mentions: Vec::new(),
            attachment: None,
        }
    }

    /// Adds a paragraph and remembers who is named in it, as printed.
    fn say(&mut self, pieces: Vec<Piece<'_>>) {
        let mut paragraph = String::new();
        for piece in pieces {
            match piece {
                Text(text) => paragraph.push_str(text),
                Piece::Named(id, text) => {
                    let text = if self.format == Format::Pdf {
                        pdf::printable(&text)
                    } else {
                        text
                    };
                    paragraph.push_str(&text);
                    self.mentions.push((id, text));
                }
            }
        }
        self.paragraphs.push(paragraph);
    }

    fn bytes(&self, plan: &Plan, index: u64) -> Result<Vec<u8>, WorldError> {
        match self.format {
            Format::Pdf => Ok(pdf::document(&self.title, &self.paragraphs)),
            Format::Docx => docx::document(&self.title, &self.paragraphs),
            Format::Eml => Ok(self.mail(plan, index)),
        }
    }

    fn mail(&self, plan: &Plan, index: u64) -> Vec<u8> {
        let mut rng = Rng::at(plan.seed, "mail", index);
        let day = DOCUMENTS
            .day(release_of(index))
            .plus(-(rng.between(3, 60) as i64));
        let sender = plan
            .person(plan.ordinary_person(&mut rng))
            .name
            .short(PASSPORT);
        let attachments: Vec<(&str, &str, Vec<u8>)> = match &self.attachment {
            Some(Attachment::Invoice(lines)) => vec![(
                "invoice.pdf",
                "application/pdf",
                pdf::document("Invoice", lines),
            )],
            Some(Attachment::Payments(table)) => vec![(
                "payments.csv",
                "text/csv; charset=utf-8",
                table.clone().into_bytes(),
            )],
            None => Vec::new(),
        };
        mail::message(&Mail {
            number: index + 1,
            from: (&sender, "office@post.example"),
            to: ("Accounts", "accounts@agents.example"),
            date: day,
            subject: &self.title,
            paragraphs: &self.paragraphs,
            attachments: &attachments,
        })
    }
}

fn company(company: &Company) -> Piece<'static> {
    Piece::Named(company.id(), company.name.latin(PASSPORT))
}

fn company_number(company: &Company) -> Piece<'static> {
    Piece::Named(company.id(), company.number.clone())
}

fn person(person: &Person, scheme: usize) -> Piece<'static> {
    Piece::Named(person.id(), person.name.latin(scheme))
}

/// An officer of the company, or somebody else when it has none.
fn officer(plan: &Plan, company: &Company) -> Person {
    let number = company
        .officers
        .first()
        .map_or(plan.counts.people - 1, |officer| officer.person);
    plan.person(number)
}

fn inspection(plan: &Plan, rng: &mut Rng, ship: u64) -> Draft {
    let vessel = plan.vessel(ship);
    let owner = plan.company(vessel.owner);
    let mut draft = Draft::new("inspection-report", Format::Pdf, "Report of inspection");
    let id = vessel.id();
    let berth = format!(" at berth {}. Gross tonnage ", rng.between(1, 48));
    let size = format!(
        "{}, flag {}. The certificates name as owner ",
        vessel.gross_tonnage, vessel.flag.name
    );
    draft.say(vec![
        Text("The Merravin Maritime Administration boarded the ship "),
        Piece::Named(id.clone(), vessel.name),
        Text(", IMO "),
        Piece::Named(id, vessel.imo),
        Text(","),
        Text(&berth),
        Text(&size),
        company(&owner),
        Text(", register number "),
        company_number(&owner),
        Text("."),
    ]);
    let faults = rng.pick(&[
        "Two deficiencies were found in the fire pumps and put right before departure.",
        "The oil record book had gaps over nine days, for which the master had no explanation.",
        "No deficiencies were found.",
        "The position transmitter had been off for 41 hours; the log gives bad weather as the reason.",
    ]);
    let manager = officer(plan, &owner);
    draft.say(vec![
        Text(faults),
        Text(" On behalf of the owner the report was taken by "),
        person(&manager, PASSPORT),
        Text("."),
    ]);
    draft
}

fn minutes(plan: &Plan, rng: &mut Rng) -> Draft {
    let about = plan.company(plan.ordinary_company(rng));
    let chair = officer(plan, &about);
    let guest = plan.person(plan.ordinary_person(rng));
    let mut draft = Draft::new("minutes", Format::Docx, "Minutes of the general meeting");
    let seat = format!(") met at its seat, {}.", about.address.line());
    draft.say(vec![
        Text("The members of "),
        company(&about),
        Text(" (register number "),
        company_number(&about),
        Text(&seat),
    ]);
    if let Some(native) = about.name.native() {
        draft.say(vec![
            Text("The company also trades as "),
            Piece::Named(about.id(), native),
            Text("."),
        ]);
    }
    let born = format!(
        ", born {}, took the chair. As a guest attended ",
        chair.birth.words()
    );
    draft.say(vec![
        person(&chair, PASSPORT),
        Text(&born),
        person(&guest, PRESS),
        Text(" ("),
        Piece::Named(guest.id(), guest.name.native()),
        Text(")."),
    ]);
    draft.say(vec![Text("The accounts were approved without discussion.")]);
    draft
}

fn reminder(plan: &Plan, rng: &mut Rng) -> Draft {
    let debtor = plan.company(plan.ordinary_company(rng));
    let clerk = officer(plan, &debtor);
    let mut draft = Draft::new(
        "reminder",
        Format::Eml,
        &format!("Open account of {}", debtor.name.latin(PASSPORT)),
    );
    let sum = format!(
        " still owes EUR {} for storage. Please ask ",
        rng.between(3, 400) * 250
    );
    draft.say(vec![
        company(&debtor),
        Text(&sum),
        person(&clerk, PASSPORT),
        Text(" to call us back."),
    ]);
    draft.say(vec![
        Text("Register number "),
        company_number(&debtor),
        Text(". The payments so far are attached."),
    ]);
    let mut table = "date,payer,number,amount_eur\n".to_owned();
    for month in 1..=3 {
        let amount = rng.between(2, 60) * 125;
        table.push_str(&format!(
            "2023-{month:02}-15,\"{}\",{},{amount}\n",
            debtor.name.latin(PASSPORT),
            debtor.number
        ));
    }
    draft.attachment = Some(Attachment::Payments(table));
    draft
}

fn contract_letter(plan: &Plan, rng: &mut Rng) -> Draft {
    let index = rng.below(plan.counts.processes);
    let procurement::Known {
        ocid, title, buyer, ..
    } = procurement::contract_of(plan, index);
    let bidder = plan.company(plan.ordinary_company(rng));
    let signer = officer(plan, &bidder);
    let mut draft = Draft::new("letter", Format::Docx, "Objection to an award");
    let about = format!(" objects to the award of \"{title}\" by {buyer} (procedure ");
    draft.say(vec![
        company(&bidder),
        Text(", register number "),
        company_number(&bidder),
        Text(","),
        Text(&about),
        Piece::Named(format!("contract:{index:06}"), ocid),
        Text(")."),
    ]);
    draft.say(vec![
        Text("The time for offers was too short. We ask for the file."),
        Text(" Signed: "),
        person(&signer, PASSPORT),
        Text("."),
    ]);
    draft
}

fn story_minutes(plan: &Plan) -> Draft {
    let story = &plan.story;
    let (main, holding) = (plan.company(story.company), plan.company(story.holding));
    let (man, director) = (plan.person(story.man), plan.person(story.director));
    let mut draft = Draft::new("minutes", Format::Docx, "Minutes of the board");
    draft.say(vec![
        Text("The board of "),
        company(&main),
        Text(" (register number "),
        company_number(&main),
        Text(") met on 3 October 2023. "),
        person(&director, PASSPORT),
        Text(" took the chair."),
    ]);
    draft.say(vec![
        Text("By telephone took part, for the sole member "),
        company(&holding),
        Text(" ("),
        Piece::Named(holding.id(), holding.name.native().unwrap_or_default()),
        Text(", number "),
        company_number(&holding),
        Text("), Mr "),
        person(&man, PRESS),
        Text(", whose instructions the chair read out."),
    ]);
    let ship = plan.vessel(story.ship);
    draft.say(vec![
        Text("It was resolved to charter the ship "),
        Piece::Named(ship.id(), ship.name.clone()),
        Text(" (IMO "),
        Piece::Named(ship.id(), ship.imo.clone()),
        Text(") on the terms that Mr "),
        Piece::Named(man.id(), man.name.family.by(PRESS).to_owned()),
        Text(" had agreed."),
    ]);
    draft
}

fn story_mail(plan: &Plan) -> Draft {
    let story = &plan.story;
    let (main, holding, man) = (
        plan.company(story.company),
        plan.company(story.holding),
        plan.person(story.man),
    );
    let procurement::Known {
        ocid, title, value, ..
    } = procurement::contract_of(plan, 0);
    let mut draft = Draft::new(
        "payment",
        Format::Eml,
        &format!("Payment to {}", holding.name.latin(PASSPORT)),
    );
    let work = format!(" for \"{title}\" (");
    draft.say(vec![
        Text("The first quarter of the price"),
        Text(&work),
        Piece::Named("contract:000000".to_owned(), ocid),
        Text(") has come in to "),
        company(&main),
        Text(". As agreed, pass nine tenths of it on to "),
        company(&holding),
        Text("."),
    ]);
    draft.say(vec![
        Text("The power of attorney is with "),
        person(&man, FOREIGN),
        Text(" ("),
        Piece::Named(man.id(), man.name.native()),
        Text("). Invoice attached."),
    ]);
    let lines = vec![
        format!("From: {}, {}", holding.name.latin(PASSPORT), holding.number),
        format!("To: {}, {}", main.name.latin(PASSPORT), main.number),
        format!(
            "For consulting services in the fourth quarter: EUR {}.00",
            value / 4 * 9 / 10
        ),
    ];
    draft.mentions.extend([
        (holding.id(), pdf::printable(&holding.name.latin(PASSPORT))),
        (main.id(), pdf::printable(&main.name.latin(PASSPORT))),
    ]);
    draft.attachment = Some(Attachment::Invoice(lines));
    draft
}

fn complaint(plan: &Plan) -> Draft {
    let story = &plan.story;
    let (baker, bakery) = (plan.person(story.namesake), plan.company(story.bakery));
    let mut draft = Draft::new("complaint", Format::Pdf, "I am not the man on your list");
    let listed = SANCTIONS.day(crate::story::DESIGNATED).words();
    let born = format!(
        ", born {} in {}, passport {}. I run the bakery ",
        baker.birth.words(),
        baker.birth_town,
        baker.passport
    );
    let refused = format!(
        ". Since {listed} my bank refuses my payments because a man of my name was put on the list of the Office of Trade Measures."
    );
    draft.say(vec![
        Text("My name is "),
        person(&baker, PASSPORT),
        Text(&born),
        company(&bakery),
        Text(" ("),
        company_number(&bakery),
        Text(")"),
        Text(&refused),
    ]);
    draft.say(vec![Text("I have never owned a ship or a share in one. Compare the dates of birth, and take the mark from my name.")]);
    draft
}

fn succession(plan: &Plan) -> Draft {
    let story = &plan.story;
    let (old, new, sister) = (
        plan.company(story.company),
        plan.company(story.successor),
        plan.person(story.sister),
    );
    let mut draft = Draft::new("letter", Format::Docx, "Change of contract partner");
    let since = format!(
        " was struck off in the register published on {}. From now on please address all letters to ",
        REGISTER.day(crate::story::STRUCK_OFF).words()
    );
    draft.say(vec![
        company(&old),
        Text(" ("),
        company_number(&old),
        Text(")"),
        Text(&since),
        company(&new),
        Text(" ("),
        company_number(&new),
        Text(") at the same address."),
    ]);
    let procurement::Known {
        ocid, title, buyer, ..
    } = procurement::contract_of(plan, 0);
    let rest = format!("The contract \"{title}\" with {buyer} (");
    let by = format!(
        "), which the gazette of {} lists, goes on unchanged. Signed: ",
        PROCUREMENT.day(0).words()
    );
    draft.say(vec![
        Text(&rest),
        Piece::Named("contract:000000".to_owned(), ocid),
        Text(&by),
        person(&sister, PASSPORT),
        Text(", director."),
    ]);
    draft
}
