//! The people of a measured run on real or generated data.

use std::path::Path;

use desk::sign_in::Visitor;
use desk::users::NewUser;
use desk::{Desk, DeskError};
use domain::authority::{Actor, Origin, Role};
use domain::id::Randomness;

use crate::root::{self, SystemRandomness};

/// Team of a run: a lead, a supervisor who approves, a steward who loads.
pub struct Team {
    /// The installation.
    pub desk: Desk,
    /// Investigates.
    pub lead: Actor,
    /// Approves.
    pub supervisor: Actor,
    /// Loads.
    pub steward: Visitor,
}

impl Team {
    /// Makes an installation in a folder, with its people and passwords that nobody is told.
    pub fn gathered(data: &Path) -> anyhow::Result<Team> {
        let desk = root::open(data, true, false)?.desk;
        let mut password = [0u8; 16];
        SystemRandomness.fill(&mut password);
        let password = domain::audit::hex(&password);
        let new = |name: &str, role| NewUser {
            name: name.into(),
            title: name.into(),
            roles: vec![role],
            password: password.clone(),
        };
        desk.first_user(&new("administrator", Role::Administrator))?;
        let enter = |name: &str| -> Result<Visitor, DeskError> {
            let signed_in = desk.sign_in(name, &password, Origin::CommandLine)?;
            desk.visitor(&signed_in.token, Origin::CommandLine)
        };
        let administrator = enter("administrator")?.actor;
        for (name, role) in [
            ("lead", Role::Investigator),
            ("supervisor", Role::Supervisor),
            ("steward", Role::DataSteward),
        ] {
            desk.add_user(&administrator, &new(name, role))?;
        }
        let (lead, supervisor, steward) = (
            enter("lead")?.actor,
            enter("supervisor")?.actor,
            enter("steward")?,
        );
        Ok(Team {
            desk,
            lead,
            supervisor,
            steward,
        })
    }
}
