//! Types of case: those of the program and those that an installation lays down beside them, and the type that a case goes by.

use std::path::Path;

use domain::authority::Actor;
use domain::case_type::{CaseType, GENERAL};
use domain::id::CaseId;
use domain::policy::Act;
use store::View;

use crate::act::Touched;
use crate::door::Knock;
use crate::{Desk, DeskError};

/// The folder of the data directory in which an installation lays its own types.
const FOLDER: &str = "case-types";

impl Desk {
    /// The types of case that can be chosen.
    pub fn case_types(&self, actor: &Actor) -> Result<Vec<CaseType>, DeskError> {
        let types = self.inner.case_types.clone();
        self.read(&Knock::outside(actor, Act::ListCases), |_, _| {
            Ok(Touched::new(types, []))
        })
    }

    /// The type of a word as it stands now.
    pub(crate) fn case_type(&self, word: &str) -> Result<&CaseType, DeskError> {
        let word = match word.trim() {
            "" => GENERAL,
            word => word,
        };
        let mut types = self.inner.case_types.iter();
        types
            .find(|one| one.word == word)
            .ok_or_else(|| DeskError::malformed("type", "is no type of case that is here"))
    }

    /// The type that a case goes by: as it stood when the case was written down.
    pub(crate) fn type_of(&self, view: &View<'_>, case: CaseId) -> Result<CaseType, DeskError> {
        match view.case_type_text(case)? {
            Some(text) => {
                CaseType::read(&text).map_err(|error| DeskError::Internal(error.to_string()))
            }
            None => self.case_type(GENERAL).cloned(),
        }
    }
}

/// The types of the program, and those of an installation: one of the same word counts instead.
pub(crate) fn laid_down(data: &Path) -> Result<Vec<CaseType>, DeskError> {
    let mut types = CaseType::standard().map_err(|error| DeskError::Internal(error.to_string()))?;
    let folder = data.join(FOLDER);
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(types),
        Err(error) => return Err(unreadable(&folder, &error.to_string())),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry
            .map_err(|error| unreadable(&folder, &error.to_string()))?
            .path();
        if path.extension().is_some_and(|kind| kind == "toml") {
            files.push(path);
        }
    }
    files.sort();
    for path in files {
        let text = std::fs::read_to_string(&path)
            .map_err(|error| unreadable(&path, &error.to_string()))?;
        let read = CaseType::read(&text).map_err(|error| unreadable(&path, &error.to_string()))?;
        // Two types of one numbering would give two cases one number.
        let alike = types.iter().find(|one| {
            one.word != read.word && one.number_prefix(2000) == read.number_prefix(2000)
        });
        if let Some(other) = alike {
            let said = format!("its numbers are those of the type `{}`", other.word);
            return Err(unreadable(&path, &said));
        }
        match types.iter_mut().find(|one| one.word == read.word) {
            Some(place) => *place = read,
            None => types.push(read),
        }
    }
    Ok(types)
}

fn unreadable(path: &Path, error: &str) -> DeskError {
    DeskError::Unavailable(format!("{}: {error}", path.display()))
}
