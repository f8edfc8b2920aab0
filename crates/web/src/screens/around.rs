//! The frame around a page: who reads, which case, what of it they may open, and the header of the printed page.

use desk::open_case::Surroundings;
use desk::sign_in::Visitor;
use desk::{Desk, DeskError};
use domain::authority::{Actor, Role};
use domain::case::{Membership, Stage};
use domain::id::{CaseId, DatasetId, UserId};
use domain::policy::LOOK_UPS_A_DAY;
use domain::source::Dataset;
use domain::time::Moment;
use domain::tlog::{Checkpoint, SignedNote};

use super::words;
use pages::format;
use pages::parts::{CaseBar, Clocks, Exhibit, Frame, Link, Notice, Person, SourceMark, Tag, Tone};

/// What surrounds a page of a case, ready to be put to words.
pub(super) struct Around {
    pub(super) case: Surroundings,
    pub(super) now: Moment,
    pub(super) head: Option<Checkpoint>,
}

/// Reads what surrounds a page of a case. Call it on a thread that may block.
pub(super) fn around(desk: &Desk, actor: &Actor, case: CaseId) -> Result<Around, DeskError> {
    Ok(Around {
        case: desk.surroundings(actor, case)?,
        now: desk.now(),
        head: head(desk).map(|(head, _)| head),
    })
}

/// The latest signed head of the log with its text.
pub(super) fn head(desk: &Desk) -> Option<(Checkpoint, SignedNote)> {
    let (_, _, bytes) = desk::audit::served(&desk.log_directory(), "checkpoint")?;
    let note = SignedNote::parse(&bytes).ok()?;
    Some((Checkpoint::parse(note.text()).ok()?, note))
}

/// The reader's name and role.
fn person(visitor: &Visitor) -> Person {
    let roles: Vec<&str> = visitor
        .user
        .roles
        .iter()
        .map(|role| words::role(*role))
        .collect();
    Person {
        name: visitor.user.title.clone(),
        role: roles.join(", "),
    }
}

/// The frame of a page outside cases, with the places that the reader's roles open.
pub(super) fn desk_frame(visitor: &Visitor, title: &str, here: &str) -> Frame {
    let has = |role| visitor.user.roles.contains(&role);
    let mut frame = Frame::desk(title, &visitor.csrf, person(visitor), here);
    frame.decides_releases = has(Role::DataSteward);
    frame.watches_emergencies = has(Role::Supervisor);
    frame.rail.retain(|item| match item.href.as_str() {
        "/log" => has(Role::Auditor),
        "/matching" => has(Role::DataSteward) || has(Role::Supervisor) || has(Role::Auditor),
        "/look-ups" => has(Role::Supervisor),
        "/incidents" => has(Role::RecordsOfficer) || has(Role::Supervisor) || has(Role::Auditor),
        "/processing" => {
            has(Role::RecordsOfficer)
                || has(Role::Supervisor)
                || has(Role::DataSteward)
                || has(Role::Auditor)
        }
        "/tips" => has(Role::Investigator) || has(Role::Supervisor),
        "/sources" => has(Role::DataSteward),
        "/users" => has(Role::Administrator),
        "/cases" | "/cases/all" => {
            !has(Role::Administrator) && !has(Role::Auditor) && !has(Role::DataSteward)
        }
        _ => true,
    });
    frame
}

impl Around {
    /// Path of the case.
    pub(super) fn href(&self) -> String {
        format!("/cases/{}", self.case.case.id)
    }

    /// The frame of a page of this case.
    pub(super) fn frame(&self, visitor: &Visitor, title: &str, here: &str) -> Frame {
        let file = &self.case.case;
        let member = self.case.membership;
        let bar = CaseBar {
            number: file.number.clone(),
            title: file.title.clone(),
            href: self.href(),
            state: self.state(),
            purpose: file
                .purpose
                .map_or("no purpose named", |purpose| purpose.title())
                .to_owned(),
            alerts: self.case.unseen,
            proposals: 0,
            live: matches!(here, "i" | "o") && member.is_some() && self.is_open(),
        };
        let mut frame = Frame::in_case(title, &visitor.csrf, person(visitor), bar, here);
        let works = self.works();
        frame.rail.retain(|item| match item.key.as_str() {
            "i" => member.is_some(),
            "s" | "m" | "k" | "t" | "a" => works,
            _ => true,
        });
        frame.watches_emergencies = visitor.user.roles.contains(&Role::Supervisor);
        frame.notice = self.notice();
        frame.exhibit = Some(self.exhibit(visitor));
        frame
    }

    /// What the reader has to know on every page: an emergency that runs, and look-ups that are nearly used up.
    fn notice(&self) -> Option<Notice> {
        let mut said = Vec::new();
        if let Some(until) = self.case.emergency {
            said.push(format!(
                "Emergency access until {}. A supervisor has been told and reviews what you do.",
                format::minute(until.micros())
            ));
        }
        let left = self.case.look_ups_left;
        if self.works() && left <= LOOK_UPS_A_DAY / 10 {
            said.push(format!(
                "You have {} left in this case today. A supervisor can let you make more.",
                format::counted(left, "look-up", "look-ups")
            ));
        }
        (!said.is_empty()).then(|| Notice {
            text: said.join(" "),
            tone: Tone::Attention,
        })
    }

    /// Whether the reader may look things up in this case when it is open.
    pub(super) fn works(&self) -> bool {
        self.case.emergency.is_some()
            || matches!(
                self.case.membership,
                Some(Membership::Lead | Membership::Contributor)
            )
    }

    /// Whether something may be added to this case by the reader now.
    pub(super) fn may_add(&self) -> bool {
        self.works() && self.is_open_here()
    }

    /// Whether the case is approved, not closed, and within its time.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.case.case.stage, Stage::Open { .. }) && self.now < self.case.case.expires
    }

    /// Whether it is open to this reader, by its approval or by an emergency before it.
    fn is_open_here(&self) -> bool {
        let opened = self.case.emergency.is_some()
            && matches!(self.case.case.stage, Stage::Proposed)
            && self.now < self.case.case.expires;
        opened || self.is_open()
    }

    /// The state of the case as a tag.
    pub(super) fn state(&self) -> Tag {
        state(&self.case.case.stage, self.case.case.expires, self.now)
    }

    fn exhibit(&self, visitor: &Visitor) -> Exhibit {
        let reader = person(visitor);
        let head = self.head.as_ref();
        Exhibit {
            case: format!("{} {}", self.case.case.number, self.case.case.title),
            moment: format::minute(self.now.micros()),
            reader: format!("{}, {}", reader.name, reader.role),
            so_on: format::day(self.now.micros()),
            known_on: format::minute(self.now.micros()),
            checkpoint: head.map_or_else(String::new, |head| {
                let size = format::counted(head.size(), "entry", "entries");
                format!("{size}, root {}", head.root().to_base64())
            }),
        }
    }

    /// The name of somebody.
    pub(super) fn name(&self, user: UserId) -> String {
        name_of(&self.case.people, user)
    }

    /// A dataset.
    pub(super) fn dataset(&self, id: DatasetId) -> Option<&Dataset> {
        self.case.datasets.iter().find(|dataset| dataset.id == id)
    }

    /// Title of a dataset.
    pub(super) fn dataset_title(&self, id: DatasetId) -> String {
        self.dataset(id).map_or_else(
            || "a dataset that is gone".to_owned(),
            |found| found.title.clone(),
        )
    }

    /// The mark of a dataset; `place` keeps its id apart from others on the page.
    pub(super) fn mark(&self, id: DatasetId, place: &str, href: &str) -> SourceMark {
        self.dataset(id)
            .map(|dataset| mark(dataset, place, href))
            .unwrap_or_default()
    }
}

/// The mark of a dataset.
pub(super) fn mark(dataset: &Dataset, place: &str, href: &str) -> SourceMark {
    SourceMark {
        id: place.to_owned(),
        code: format::code(&dataset.title),
        hue: format::hue(&dataset.name),
        dataset: dataset.title.clone(),
        href: href.to_owned(),
        agreement: words::agreement(&dataset.agreement),
        ..SourceMark::default()
    }
}

/// The state of a case as a tag.
pub(super) fn state(stage: &Stage, expires: Moment, now: Moment) -> Tag {
    match stage {
        Stage::Proposed => Tag::new("waiting for approval", Tone::Attention),
        Stage::Open { .. } if now >= expires => Tag::new("expired", Tone::Adverse),
        Stage::Open { .. } => Tag::new("open", Tone::Confirmed),
        Stage::Suspended { .. } => Tag::new("suspended", Tone::Attention),
        Stage::Refused { .. } => Tag::new("refused", Tone::Adverse),
        Stage::Closed { .. } => Tag::new("closed", Tone::Plain),
    }
}

/// The name of somebody in a list of names.
pub(super) fn name_of(people: &[(UserId, String)], user: UserId) -> String {
    let found = people.iter().find(|(id, _)| *id == user);
    found.map_or_else(
        || "somebody who is gone".to_owned(),
        |(_, name)| name.clone(),
    )
}

/// The bar that says of which moment a view is.
pub(super) fn clocks(frame: &mut Frame, typed: &str, here: &str) {
    frame.clocks = Some(Clocks {
        so_on: String::new(),
        dated: false,
        known_on: typed.to_owned(),
        moved: !typed.is_empty(),
        now_href: here.to_owned(),
        keep: Vec::new(),
    });
}

/// What is said above a view that is not of now.
pub(super) fn as_of(known_on: Option<Moment>) -> String {
    known_on.map_or_else(String::new, |moment| {
        format!(
            "You are looking at what was known here on {}. Restriction, dispute and erasure are shown as they stand today.",
            format::day(moment.micros())
        )
    })
}

/// A way back above a page that lies deeper than two.
pub(super) fn crumb(frame: &mut Frame, label: &str, href: &str) {
    frame.crumbs.push(Link::to(label, href));
}
