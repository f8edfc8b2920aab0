//! An uploaded delivery on disk: its files, how they are to be read, and what the source calls it.

use std::collections::BTreeMap;
use std::fs::File;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use axum::extract::multipart::Field;
use desk::follow::{Delivery, Followed, follow_numbered, follow_release};
use desk::{Desk, DeskError, Input, Mapping};
use domain::authority::Actor;
use domain::id::DatasetId;
use domain::source::Extent;
use tempfile::TempDir;

use super::upload::{Form, file_name, pipe, text};
use crate::problem::Problem;

/// Most files of one delivery.
const MOST_FILES: usize = 200;

/// A delivery as it was uploaded; its files are gone when it is dropped.
pub(super) struct Delivered {
    folder: TempDir,
    files: Vec<Input>,
    label: String,
    extent: Option<Extent>,
    number: Option<u64>,
    mapping: Option<String>,
    mapping_file: Option<String>,
}

impl Delivered {
    /// Reads a form into files below `place`.
    pub(super) async fn read(mut form: Form, place: &Path) -> Result<Self, Problem> {
        let folder = TempDir::new_in(place).map_err(|error| no_room(&error))?;
        let mut delivered = Self {
            folder,
            files: Vec::new(),
            label: String::new(),
            extent: None,
            number: None,
            mapping: None,
            mapping_file: None,
        };
        while let Some(part) = form.next().await? {
            let name = part.name().unwrap_or_default().to_owned();
            match name.as_str() {
                "file" => delivered.keep(part).await?,
                "label" => delivered.label = text(part).await?,
                "mapping" => delivered.mapping = Some(text(part).await?),
                "mapping_file" => delivered.mapping_file = Some(text(part).await?),
                "number" => delivered.number = Some(number(&text(part).await?)?),
                "extent" => delivered.extent = Some(extent(&text(part).await?)?),
                _ => {
                    return Err(Problem::malformed(
                        "body",
                        "has a part that is none of this form's",
                    ));
                }
            }
        }
        if delivered.label.trim().is_empty() {
            return Err(Problem::malformed("label", "is empty"));
        }
        if delivered.files.is_empty() {
            return Err(Problem::malformed("file", "is missing"));
        }
        Ok(delivered)
    }

    /// Keeps a file under a name of our own; what it was called is only told.
    async fn keep(&mut self, part: Field<'_>) -> Result<(), Problem> {
        if self.files.len() >= MOST_FILES {
            return Err(Problem::too_large());
        }
        let name = file_name(&part).ok_or_else(|| Problem::malformed("file", "has no name"))?;
        let path = self.folder.path().join(self.files.len().to_string());
        let (send, mut bytes) = pipe();
        let to = path.clone();
        let write = tokio::task::spawn_blocking(move || -> std::io::Result<PathBuf> {
            std::io::copy(&mut bytes, &mut File::create_new(&to)?)?;
            Ok(to)
        });
        send.all(part).await?;
        drop(send);
        match write.await {
            Ok(Ok(path)) => {
                self.files.push(Input { name, path });
                Ok(())
            }
            Ok(Err(error)) => Err(no_room(&error)),
            Err(error) => Err(DeskError::Internal(error.to_string()).into()),
        }
    }

    /// How the files are to be read: by an uploaded mapping, or by one that the service knows.
    pub(super) fn mapping(&self, known: &BTreeMap<String, String>) -> Result<Mapping, Problem> {
        let text = match (&self.mapping_file, self.mapping.as_deref()) {
            (Some(_), Some(_)) => return Err(Problem::malformed("mapping", "is given twice")),
            (Some(text), None) => text,
            (None, None) => return Err(Problem::malformed("mapping", "is missing")),
            (None, Some("ftm")) => return Ok(Mapping::ftm()),
            (None, Some(name)) => known
                .get(name)
                .ok_or_else(|| Problem::malformed("mapping", "is not known here"))?,
        };
        Mapping::parse(text).map_err(|error| Problem::malformed("mapping_file", error.to_string()))
    }

    /// Takes it from its bytes to the alerts it raises.
    pub(super) fn follow(
        self,
        desk: &Desk,
        actor: &Actor,
        dataset: DatasetId,
        mapping: &Mapping,
    ) -> Result<Followed, DeskError> {
        let datasets = desk.datasets(actor)?;
        let found = datasets.into_iter().find(|known| known.id == dataset);
        let dataset = found.ok_or(DeskError::NotFound("dataset"))?;
        let delivery = Delivery {
            dataset: &dataset.name,
            label: self.label.trim().to_owned(),
            files: self.files,
            mapping,
            extent: self.extent.or(mapping.extent()).unwrap_or(Extent::Full),
        };
        let go_on = &mut |_| ControlFlow::Continue(());
        match self.number {
            Some(number) => follow_numbered(desk, actor, &delivery, number, go_on),
            None => follow_release(desk, actor, &delivery, go_on),
        }
    }
}

fn number(text: &str) -> Result<u64, Problem> {
    let found = text.trim().parse().ok().filter(|number| *number > 0);
    found.ok_or_else(|| Problem::malformed("number", "is no number from 1 on"))
}

fn extent(word: &str) -> Result<Extent, Problem> {
    match word.trim() {
        "full" => Ok(Extent::Full),
        "delta" => Ok(Extent::Delta),
        _ => Err(Problem::malformed(
            "extent",
            "is neither `full` nor `delta`",
        )),
    }
}

fn no_room(error: &std::io::Error) -> Problem {
    DeskError::Unavailable(error.to_string()).into()
}
