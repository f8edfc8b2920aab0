//! A file looked at, a mapping drafted and tried, before anything is taken. Only who may load releases may.

use domain::authority::Actor;
use domain::policy::Act;
use intake::{Draft, Input, Look, Mapping, Preview, Told};

use crate::door::Knock;
use crate::{Desk, DeskError};

impl Desk {
    /// Looks at a file that lies ready, and proposes a mapping for it.
    pub fn look_at(
        &self,
        actor: &Actor,
        input: &Input,
        told: &Told,
        dataset: &str,
        schema: Option<&str>,
    ) -> Result<(Look, Draft), DeskError> {
        self.admit(&Knock::outside(actor, Act::LoadRelease))?;
        let look = intake::look(input, told).map_err(|error| malformed(&error))?;
        let draft = intake::propose(&look, dataset, schema);
        Ok((look, draft))
    }

    /// Reads the first rows of files by a mapping; nothing is taken.
    pub fn try_mapping(
        &self,
        actor: &Actor,
        inputs: &[Input],
        mapping: &str,
        rows: u64,
    ) -> Result<Preview, DeskError> {
        self.admit(&Knock::outside(actor, Act::LoadRelease))?;
        let mapping = Mapping::parse(mapping)
            .map_err(|error| DeskError::malformed("mapping", error.to_string()))?;
        intake::preview(inputs, &mapping, rows).map_err(|error| malformed(&error))
    }
}

fn malformed(error: &intake::IntakeError) -> DeskError {
    DeskError::malformed("file", error.to_string())
}
