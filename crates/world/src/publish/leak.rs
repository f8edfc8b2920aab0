//! The leak: files of an agent for shell companies, turned by reporters into nodes and edges.
//! Names stand as clerks abroad heard them; the second batch adds what was read later.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufWriter;

use crate::WorldError;
use crate::calendar::{LEAK, Release};
use crate::company::{Company, Holder};
use crate::identifiers;
use crate::names::Culture;
use crate::names::companies::CompanyName;
use crate::names::script::{FOREIGN, PASSPORT, PRESS};
use crate::output::{self, Change, Output};
use crate::person::Person;
use crate::place::Address;
use crate::plan::Plan;
use crate::publish::close;
use crate::random::Rng;

const NODES: [&str; 10] = [
    "node_id",
    "kind",
    "name",
    "name_native",
    "jurisdiction",
    "country",
    "register_number",
    "date",
    "address",
    "note",
];
const EDGES: [&str; 5] = ["edge_id", "node_1", "link", "node_2", "start_date"];
const AGENTS: u64 = 12;

type Table = csv::Writer<BufWriter<File>>;

/// The node of the story's man in the first batch.
pub(crate) fn man_node(plan: &Plan) -> String {
    officer_node(plan.story.holding)
}

/// The node of the owner of a shell.
fn officer_node(company: u64) -> String {
    format!("12{:07}", company * 3 + 1)
}

fn entity_node(company: u64) -> String {
    format!("10{company:07}")
}

pub(crate) fn publish(plan: &Plan, output: &mut Output<'_>) -> Result<(), WorldError> {
    let mut known = BTreeSet::new();
    for release in LEAK.releases() {
        let folder = output.folder(&release)?;
        let nodes = output::table(&folder.join("nodes.csv"), &NODES)?;
        let edges = output::table(&folder.join("edges.csv"), &EDGES)?;
        let mut files = Files {
            plan,
            output,
            release: &release,
            nodes,
            edges,
            known: &mut known,
        };
        let mut shells = 0_u64;
        for index in plan.foreign_start()..plan.foreign_start() + plan.counts.foreign {
            let company = plan.company(index);
            let second_batch = index % 7 == 3 && index != plan.story.holding;
            if company.leaked && second_batch == (release.number == 1) {
                files.shell(&company)?;
                shells += 1;
            }
        }
        if release.number == 1 {
            files.man_again()?;
        }
        files.holdings()?;
        close(files.nodes)?;
        close(files.edges)?;
        let happens = format!("{shells} shell companies with owners, agents and addresses.");
        output.published(&release, &["nodes.csv", "edges.csv"], happens);
    }
    Ok(())
}

/// The two files of a batch, and the nodes written so far.
struct Files<'a, 'b> {
    plan: &'a Plan,
    output: &'a mut Output<'b>,
    release: &'a Release,
    nodes: Table,
    edges: Table,
    known: &'a mut BTreeSet<String>,
}

/// A node before it is written, with the truth about it.
#[derive(Default)]
struct Node {
    id: String,
    kind: &'static str,
    name: String,
    native: String,
    jurisdiction: &'static str,
    country: &'static str,
    number: String,
    date: String,
    address: String,
    note: &'static str,
    truth: String,
    truth_kind: &'static str,
}

impl Files<'_, '_> {
    fn node(&mut self, node: &Node) -> Result<(), WorldError> {
        if !self.known.insert(node.id.clone()) {
            return Ok(());
        }
        let row = [
            &node.id,
            node.kind,
            &node.name,
            &node.native,
            node.jurisdiction,
            node.country,
            &node.number,
            &node.date,
            &node.address,
            node.note,
        ];
        self.nodes.write_record(row).map_err(WorldError::table)?;
        self.output
            .entity(LEAK.dataset, &node.id, &node.truth, node.truth_kind)?;
        if self.release.number > 0 {
            let change = Change {
                release: self.release,
                key: &node.id,
                property: "name",
                old: "",
                new: &node.name,
                what: "leaked",
            };
            self.output.change(&change)?;
        }
        Ok(())
    }

    fn edge(&mut self, from: &Node, link: &str, to: &Node, start: &str) -> Result<(), WorldError> {
        let id = format!("{}-{}", from.id, to.id);
        if !self.known.insert(id.clone()) {
            return Ok(());
        }
        self.edges
            .write_record([&id, &from.id, link, &to.id, start])
            .map_err(WorldError::table)?;
        let relation = link.replace(' ', "_");
        self.output
            .relation(LEAK.dataset, &id, &relation, (&from.truth, &to.truth))
    }

    /// A shell with its owner, agent and address.
    fn shell(&mut self, company: &Company) -> Result<(), WorldError> {
        let mut rng = Rng::at(self.plan.seed, "leaked shell", company.index);
        let entity = self.entity(company)?;
        let start = company.incorporated.to_string();
        let agent = agent(self.plan.seed, rng.below(AGENTS));
        self.node(&agent)?;
        self.edge(&agent, "intermediary of", &entity, &start)?;
        let address = address_node(&company.address);
        self.node(&address)?;
        self.edge(&entity, "registered address", &address, "")?;
        for owner in &company.owners {
            match owner.holder {
                Holder::Person(person) => {
                    let officer = officer(
                        &mut rng,
                        officer_node(company.index),
                        &self.plan.person(person),
                        company.index == self.plan.story.holding,
                    );
                    self.node(&officer)?;
                    self.edge(&officer, "shareholder of", &entity, &start)?;
                }
                Holder::Company(holder) => {
                    let holder = self.plan.company(holder);
                    let parent = self.entity(&holder)?;
                    self.edge(&parent, "shareholder of", &entity, &start)?;
                }
            }
        }
        Ok(())
    }

    fn entity(&mut self, company: &Company) -> Result<Node, WorldError> {
        let mut rng = Rng::at(self.plan.seed, "leaked entity", company.index);
        let scheme = rng.pick(&[PASSPORT, PRESS, FOREIGN]);
        let mut node = Node {
            id: entity_node(company.index),
            kind: "entity",
            name: if rng.chance(500) {
                company.name.latin(scheme).to_uppercase()
            } else {
                company.name.latin(scheme)
            },
            native: if rng.chance(250) {
                company.name.native().unwrap_or_default()
            } else {
                String::new()
            },
            jurisdiction: company.state.code,
            country: company.address.state.code,
            date: company.incorporated.to_string(),
            address: company.address.sloppy(),
            truth: company.id(),
            truth_kind: "company",
            ..Node::default()
        };
        let wrong = rng.chance(40);
        if wrong || rng.chance(350) || company.index == self.plan.story.holding {
            node.number.clone_from(&company.number);
        }
        let fresh = !self.known.contains(&node.id);
        if wrong && company.index != self.plan.story.holding {
            node.number = identifiers::mistyped(&company.number, &mut rng);
            if fresh {
                let records = [format!("{}/{}", LEAK.dataset, node.id), company.id()];
                let explanation = format!(
                    "the number is typed {}, it is {}",
                    node.number, company.number
                );
                self.output
                    .trap("mistyped_number", &records, &explanation)?;
            }
        }
        self.node(&node)?;
        Ok(node)
    }

    /// Registered companies that a leaked shell owns, as far as the files tell.
    fn holdings(&mut self) -> Result<(), WorldError> {
        for index in 0..self.plan.counts.registered {
            let company = self.plan.company(index);
            for owner in &company.owners {
                let Holder::Company(holder) = owner.holder else {
                    continue;
                };
                if !self.known.contains(&entity_node(holder)) {
                    continue;
                }
                let holder = self.plan.company(holder);
                let parent = self.entity(&holder)?;
                let child = self.entity(&company)?;
                self.edge(&parent, "shareholder of", &child, "")?;
            }
        }
        Ok(())
    }

    /// The second batch has the story's man once more, in his own script, as a protector.
    fn man_again(&mut self) -> Result<(), WorldError> {
        let man = self.plan.person(self.plan.story.man);
        let holding = self.plan.company(self.plan.story.holding);
        let entity = self.entity(&holding)?;
        let node = Node {
            id: format!("13{:07}", holding.index),
            kind: "officer",
            name: man.name.native(),
            native: man.name.native(),
            country: man.address.state.code,
            note: "name from a scanned power of attorney",
            truth: man.id(),
            truth_kind: "person",
            ..Node::default()
        };
        self.node(&node)?;
        self.edge(&node, "power of attorney for", &entity, "2018-05-14")
    }
}

fn officer(rng: &mut Rng, id: String, person: &Person, story: bool) -> Node {
    let name = &person.name;
    let text = match rng.below(10) {
        _ if story => name.latin(FOREIGN),
        0..5 => name.short(FOREIGN),
        5..7 => name.latin(PRESS).to_uppercase(),
        7 if name.culture.has_own_script() => name.native(),
        _ => format!("{}, {}", name.family.by(FOREIGN), name.given.by(FOREIGN)),
    };
    Node {
        id,
        kind: "officer",
        native: if text == name.native() {
            text.clone()
        } else {
            String::new()
        },
        name: text,
        country: person.address.state.code,
        date: if rng.chance(300) {
            person.birth.to_string()
        } else {
            String::new()
        },
        address: person.address.sloppy(),
        truth: person.id(),
        truth_kind: "person",
        ..Node::default()
    }
}

/// One of the few firms that set the shells up; they stand in no register.
fn agent(seed: u64, number: u64) -> Node {
    let mut rng = Rng::at(seed, "leaked agent", number);
    let culture = rng.pick(&Culture::NEIGHBOURS);
    let name = CompanyName::draw(&mut rng, culture, true, false);
    let home = Address::draw(&mut rng, crate::place::home(culture));
    Node {
        id: format!("11{number:07}"),
        kind: "intermediary",
        name: format!("{} Corporate Services", name.bare(PASSPORT)),
        country: home.state.code,
        address: home.full(),
        truth: format!("agent:{number:02}"),
        truth_kind: "company",
        ..Node::default()
    }
}

fn address_node(address: &Address) -> Node {
    let id = address.id();
    let mut rng = Rng::at(0, &id, 0);
    Node {
        id: format!("14{:015}", rng.below(1_000_000_000_000_000)),
        kind: "address",
        name: address.full(),
        country: address.state.code,
        address: address.full(),
        truth: id,
        truth_kind: "address",
        ..Node::default()
    }
}
