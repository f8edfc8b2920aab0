//! What a face needs before it comes to the door: leave and a place for an upload, and the refusal of what names no case.

use std::convert::Infallible;
use std::path::PathBuf;

use domain::authority::Actor;
use domain::policy::Act;

use crate::door::Knock;
use crate::{Desk, DeskError};

impl Desk {
    /// Says whether somebody may load releases, and gives the folder in which an upload may lie until it is read.
    pub fn may_load(&self, actor: &Actor) -> Result<PathBuf, DeskError> {
        self.admit(&Knock::outside(actor, Act::LoadRelease))?;
        let place = self.store().derived_directory().join("uploads");
        std::fs::create_dir_all(&place)
            .map_err(|error| DeskError::Unavailable(error.to_string()))?;
        Ok(place)
    }

    /// Refuses a look-up that names no case by the rule that refuses one in a case that is not open, and notes the try.
    pub fn refuse_without_case(&self, actor: &Actor, act: Act) -> Result<Infallible, DeskError> {
        let refusal = self.inner.rules.without_case();
        self.store()
            .log(self.entry_refused(actor, act, None, None, &refusal))?;
        Err(refusal.into())
    }
}
