//! The mapping wizard: a file handed in, looked at, mapped, tried and loaded, by whoever may load releases.
//!
//! The file lies among the derived files, in a folder that names its reader; it goes when it is loaded or left, and after
//! two hours. All else is in the forms: nothing of a draft is kept here.

use std::path::{Path as Place, PathBuf};
use std::time::Duration;

use axum::extract::{FromRequest, Multipart, Path, Request, State};
use axum::response::Response;
use desk::follow::{Delivery, Followed, follow_release};
use desk::{Desk, DeskError, Draft, Guess, Input, Look, Mapping, Preview, Told};
use domain::authority::Actor;
use domain::id::DatasetId;
use domain::schema::{Kind, Model, traits};
use domain::source::{Dataset, Extent};

use super::around::{crumb, desk_frame};
use super::ask::{Answer, Filled, Here, Sent, encoded, go, mended, not_from_here, shown};
use super::stop::Stop;
use crate::Web;
use crate::problem::Problem;
use crate::session::form_token_fits;
use pages::format;
use pages::parts::{Choice, Field, FieldKind, errors_of};
use pages::wizard::{ChooseFile, ColumnRow, Outcome, RecordRow, Wizard};

/// How long a file lies ready.
const KEPT: Duration = Duration::from_secs(2 * 60 * 60);
/// Rows that a preview reads, and records that it shows.
const ROWS: u64 = 20;
/// What a reader may overrule, with its label.
const TOLD: [(&str, &str); 8] = [
    ("format", "Format"),
    ("encoding", "Character set"),
    ("delimiter", "Delimiter"),
    ("quote", "Mark around values"),
    ("header", "First row names the columns"),
    ("records", "Path to the records"),
    ("part", "Sheet or table"),
    ("schema", "Kind of entity"),
];

pub(super) async fn form(here: Here, Path(dataset): Path<String>) -> Answer {
    let dataset = dataset_of(&here, &dataset).await?;
    here.ask("loading a file", |desk, actor| {
        desk.may_load(actor).map(|_| ())
    })
    .await?;
    shown(&choose(&here, &dataset, None))
}

fn choose(here: &Here, dataset: &Dataset, error: Option<&str>) -> ChooseFile {
    let mut file = Field::text("file", "File")
        .kind(FieldKind::File)
        .required()
        .hint("A table, workbook, tree or database, packed or not, at most 512 MiB.");
    if let Some(error) = error {
        file = file.error(error);
    }
    ChooseFile {
        frame: frame(
            here,
            dataset,
            &format!("Load a file into {}", dataset.title),
        ),
        href: format!("/datasets/{}/load", dataset.id),
        errors: errors_of(&[&file]),
        file,
    }
}

fn frame(here: &Here, dataset: &Dataset, title: &str) -> pages::parts::Frame {
    let mut frame = desk_frame(&here.visitor, title, "d");
    crumb(&mut frame, "Datasets", "/datasets");
    crumb(
        &mut frame,
        &dataset.title,
        &format!("/datasets/{}", dataset.id),
    );
    frame
}

async fn dataset_of(here: &Here, id: &str) -> Result<Dataset, Stop> {
    let id: DatasetId = here.id(id)?;
    here.ask("loading a file", move |desk, actor| {
        let all = desk.datasets(actor)?;
        let found = all.into_iter().find(|dataset| dataset.id == id);
        found.ok_or(DeskError::NotFound("dataset"))
    })
    .await
}

pub(super) async fn hand_in(
    State(web): State<Web>,
    here: Here,
    Path(dataset): Path<String>,
    request: Request,
) -> Answer {
    let dataset = dataset_of(&here, &dataset).await?;
    let place = here
        .ask("loading a file", |desk, actor| desk.may_load(actor))
        .await?;
    let Ok(parts) = Multipart::from_request(request, &web).await else {
        return Ok(Problem::wrong_type("multipart/form-data").into_page());
    };
    match laid_ready(&here, &place, parts).await {
        Ok(Some(token)) => go(&format!("/datasets/{}/load/{token}", dataset.id)),
        Ok(None) => mended(&choose(&here, &dataset, Some("Choose a file."))),
        Err(response) => Ok(response),
    }
}

/// Lays the file of a form ready; answers the token of its folder. Without a token in the form no byte is read.
async fn laid_ready(
    here: &Here,
    place: &Place,
    mut parts: Multipart,
) -> Result<Option<String>, Response> {
    let broken = |_| Problem::malformed("file", "breaks off or is no form").into_page();
    let lost = |error: std::io::Error| {
        Problem::from(DeskError::Unavailable(error.to_string())).into_page()
    };
    let mut signed = false;
    while let Some(mut part) = parts.next_field().await.map_err(broken)? {
        let name = part.name().unwrap_or_default().to_owned();
        if name == "csrf" {
            let token = part.text().await.map_err(broken)?;
            signed = form_token_fits(&here.visitor, &token);
            continue;
        }
        if !signed {
            return Err(not_from_here(here));
        }
        let given = part.file_name().unwrap_or_default().to_owned();
        let given = given.rsplit(['/', '\\']).next().unwrap_or_default().trim();
        if name != "file" || given.is_empty() || given == ".." || given == "." {
            continue;
        }
        sweep(place);
        let folder = tempfile::Builder::new()
            .prefix(&prefix(&here.visitor.actor))
            .rand_bytes(24)
            .tempdir_in(place)
            .map_err(lost)?;
        std::fs::write(folder.path().join("name"), given).map_err(lost)?;
        let path = folder.path().join("bytes");
        let mut file = tokio::task::spawn_blocking(move || std::fs::File::create_new(path))
            .await
            .map_err(std::io::Error::other)
            .and_then(|made| made)
            .map_err(lost)?;
        while let Some(chunk) = part.chunk().await.map_err(broken)? {
            file = tokio::task::spawn_blocking(move || {
                std::io::Write::write_all(&mut file, &chunk)?;
                Ok(file)
            })
            .await
            .map_err(std::io::Error::other)
            .and_then(|wrote| wrote)
            .map_err(lost)?;
        }
        let folder = folder.keep();
        let whole = folder.file_name().unwrap_or_default().to_string_lossy();
        let token = whole
            .strip_prefix(&prefix(&here.visitor.actor))
            .unwrap_or_default()
            .to_owned();
        tokio::spawn(async move {
            tokio::time::sleep(KEPT).await;
            // It may be gone already.
            let _ = tokio::task::spawn_blocking(|| std::fs::remove_dir_all(folder)).await;
        });
        return Ok(Some(token));
    }
    if signed {
        Ok(None)
    } else {
        Err(not_from_here(here))
    }
}

fn prefix(actor: &Actor) -> String {
    format!("wizard-{}-", actor.user)
}

/// Takes away what has lain too long, for whatever reason nobody else did.
fn sweep(place: &Place) {
    let Ok(entries) = std::fs::read_dir(place) else {
        return;
    };
    for entry in entries.flatten() {
        let ours = entry.file_name().to_string_lossy().starts_with("wizard-");
        let age = entry.metadata().and_then(|meta| meta.modified());
        let old = age.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > KEPT));
        if ours && old {
            let _ = std::fs::remove_dir_all(entry.path()); // the next visit tries again
        }
    }
}

/// The file that lies ready under a token of this reader.
fn ready(desk: &Desk, actor: &Actor, token: &str) -> Result<(PathBuf, Input), DeskError> {
    let place = desk.may_load(actor)?;
    let plain = !token.is_empty() && token.chars().all(|letter| letter.is_ascii_alphanumeric());
    let folder = place.join(format!("{}{token}", prefix(actor)));
    let name = plain
        .then(|| std::fs::read_to_string(folder.join("name")).ok())
        .flatten()
        .ok_or(DeskError::NotFound("file"))?;
    let path = folder.join("bytes");
    Ok((folder, Input { name, path }))
}

/// What the reader said of the file.
pub(super) fn told(form: &Filled) -> Told {
    let text = |name: &str| Some(form.get(name).to_owned()).filter(|text| !text.is_empty());
    Told {
        format: text("format"),
        encoding: text("encoding"),
        delimiter: text("delimiter"),
        quote: text("quote"),
        header: text("header").map(|word| word == "yes"),
        part: text("part"),
        records: text("records"),
    }
}

pub(super) async fn page(
    here: Here,
    Path((dataset, token)): Path<(String, String)>,
    query: Filled,
) -> Answer {
    let dataset = dataset_of(&here, &dataset).await?;
    let seen = seen(&here, &dataset, &token, &query).await?;
    let mapping = seen.draft.write(&seen.look);
    shown(&seen.page(&here, &dataset, &token, &query, &mapping))
}

/// A file as it was looked at, with the draft.
pub(super) struct Seen {
    pub(super) look: Look,
    pub(super) draft: Draft,
}

async fn seen(here: &Here, dataset: &Dataset, token: &str, form: &Filled) -> Result<Seen, Stop> {
    let (token, told, name) = (token.to_owned(), told(form), dataset.name.clone());
    let schema = Some(form.get("schema").to_owned()).filter(|schema| !schema.is_empty());
    let (look, draft) = here
        .ask("looking at a file", move |desk, actor| {
            let (_, input) = ready(desk, actor, &token)?;
            desk.look_at(actor, &input, &told, &name, schema.as_deref())
        })
        .await
        .map_err(|stop| stop.back("Choose a file", &format!("/datasets/{}/load", dataset.id)))?;
    Ok(Seen { look, draft })
}

pub(super) async fn step(
    Path((dataset, token)): Path<(String, String)>,
    Sent { here, form }: Sent,
) -> Answer {
    let dataset = dataset_of(&here, &dataset).await?;
    if form.get("step") == "leave" {
        here.ask("leaving a file", move |desk, actor| {
            let (folder, _) = ready(desk, actor, &token)?;
            std::fs::remove_dir_all(folder)
                .map_err(|error| DeskError::Unavailable(error.to_string()))
        })
        .await?;
        return go(&format!("/datasets/{}", dataset.id));
    }
    let mut seen = seen(&here, &dataset, &token, &form).await?;
    if form.get("step") == "draft" {
        let mapping = seen.drafted(&form);
        return shown(&seen.page(&here, &dataset, &token, &form, &mapping));
    }
    let mapping = form.get("mapping").to_owned();
    let mut page = seen.page(&here, &dataset, &token, &form, &mapping);
    let (key, text) = (token.clone(), mapping.clone());
    let tried = here
        .ask("trying a mapping", move |desk, actor| {
            let (_, input) = ready(desk, actor, &key)?;
            desk.try_mapping(actor, &[input], &text, ROWS)
        })
        .await;
    match tried {
        Ok(preview) => page.preview = Some(outcome(&preview)),
        Err(stop) => {
            let Some((_, reason)) = stop.field() else {
                return Err(stop);
            };
            page.mapping.error = Some(super::stop::sentence(&reason));
            page.errors = errors_of(&[&page.mapping]);
            return mended(&page);
        }
    }
    let mut label = Field::text("label", "What the source calls this release")
        .value(form.get("label"))
        .required();
    let extent = Field::text("extent", "What the file says")
        .options(extents(form.get("extent")))
        .required();
    if form.get("step") != "load" {
        page.last = vec![label, extent];
        return shown(&page);
    }
    if label.value.is_empty() {
        label.error = Some("Say what the source calls it, for example its date.".to_owned());
        page.errors = errors_of(&[&label]);
        page.last = vec![label, extent];
        return mended(&page);
    }
    load(&here, &dataset, token, mapping, &form).await
}

fn extents(chosen: &str) -> Vec<Choice> {
    let mut all = vec![
        Choice::new("full", "all there is: what is missing has ended", ""),
        Choice::new("delta", "only what is new", ""),
    ];
    let wanted = if chosen.is_empty() { "full" } else { chosen };
    for choice in &mut all {
        choice.chosen = choice.value == wanted;
    }
    all
}

async fn load(
    here: &Here,
    dataset: &Dataset,
    token: String,
    mapping: String,
    form: &Filled,
) -> Answer {
    let extent = match form.get("extent") {
        "delta" => Extent::Delta,
        _ => Extent::Full,
    };
    let (name, label) = (dataset.name.clone(), form.get("label").to_owned());
    let followed = here
        .ask("loading a release", move |desk, actor| {
            let (folder, input) = ready(desk, actor, &token)?;
            let mapping = Mapping::parse(&mapping)
                .map_err(|error| DeskError::malformed("mapping", error.to_string()))?;
            let delivery = Delivery {
                dataset: &name,
                label,
                files: vec![input],
                mapping: &mapping,
                extent,
            };
            let followed = follow_release(desk, actor, &delivery, &mut |_| {
                std::ops::ControlFlow::Continue(())
            })?;
            let _ = std::fs::remove_dir_all(folder); // it goes after two hours at the latest
            Ok(followed)
        })
        .await?;
    let release = match followed {
        Followed::Published { release, .. }
        | Followed::TakenBefore { release }
        | Followed::Held { release, .. } => release,
    };
    go(&format!("/datasets/{}/releases/{release}", dataset.id))
}

impl Seen {
    /// The mapping written anew, by what a form says of the columns.
    pub(super) fn drafted(&mut self, form: &Filled) -> String {
        for (number, choice) in self.draft.choices.iter_mut().enumerate() {
            let property = form.get(&format!("property-{number}"));
            if choice.property != property {
                choice.format = None;
                property.clone_into(&mut choice.property);
            }
            choice.key = form.has(&format!("key-{number}"), "yes");
        }
        self.draft.write(&self.look)
    }

    fn page(
        &self,
        here: &Here,
        dataset: &Dataset,
        token: &str,
        form: &Filled,
        mapping: &str,
    ) -> Wizard {
        let href = format!("/datasets/{}/load/{}", dataset.id, encoded(token));
        self.shown(frame(here, dataset, &self.look.name), href, form, mapping)
    }

    /// The page of what was looked at, with a mapping.
    pub(super) fn shown(
        &self,
        frame: pages::parts::Frame,
        href: String,
        form: &Filled,
        mapping: &str,
    ) -> Wizard {
        let told = TOLD
            .iter()
            .map(|(name, _)| ((*name).to_owned(), form.get(name).to_owned()))
            .filter(|(_, value)| !value.is_empty());
        Wizard {
            frame,
            href,
            errors: Vec::new(),
            fault: self
                .look
                .fault
                .as_deref()
                .map(super::stop::sentence)
                .unwrap_or_default(),
            guesses: self.guesses(),
            looked: format!(
                "{} were looked at.",
                format::counted(self.look.rows as u64, "row", "rows")
            ),
            columns: self.columns(),
            mapping: Field::text("mapping", "Mapping file, in YAML")
                .kind(FieldKind::Area)
                .width("tall")
                .value(mapping),
            told: told.collect(),
            preview: None,
            place: Vec::new(),
            back: None,
            last: Vec::new(),
        }
    }

    fn guesses(&self) -> Vec<Field> {
        let look = &self.look;
        let packed = look.packed.map(|packed| format!(", packed in {packed}"));
        let mut fields = Vec::new();
        for (name, label) in TOLD {
            let guess = match name {
                "format" => Some(&look.format),
                "encoding" => look.encoding.as_ref(),
                "delimiter" => look.delimiter.as_ref(),
                "quote" => look.quote.as_ref(),
                "header" => look.header.as_ref(),
                "records" => look.records.as_ref(),
                _ => None,
            };
            let field = match (name, guess) {
                ("header", Some(guess)) => Field::text(name, label)
                    .options(chosen(&["yes", "no"], &guess.value))
                    .hint(&doubt(guess)),
                ("format", Some(guess)) => Field::text(name, label).value(&guess.value).hint(
                    &format!("{}{}", doubt(guess), packed.clone().unwrap_or_default()),
                ),
                (_, Some(guess)) => Field::text(name, label)
                    .value(&guess.value)
                    .hint(&doubt(guess)),
                ("part", None) if look.parts.len() > 1 => {
                    let parts: Vec<&str> = look.parts.iter().map(String::as_str).collect();
                    let first = parts.first().copied().unwrap_or_default();
                    Field::text(name, label).options(chosen(&parts, first))
                }
                ("schema", None) => {
                    let names: Vec<&str> = Model::standard()
                        .schemata()
                        .into_iter()
                        .map(|schema| schema.name.as_str())
                        .collect();
                    Field::text(name, label)
                        .options(chosen(&names, &self.draft.schema))
                        .hint("What each row tells of.")
                }
                _ => continue,
            };
            fields.push(field);
        }
        fields
    }

    fn columns(&self) -> Vec<ColumnRow> {
        let schema = Model::standard().schema(&self.draft.schema);
        let properties: Vec<(&str, &str)> = schema
            .map(|schema| schema.properties())
            .unwrap_or_default()
            .into_iter()
            .filter(|property| {
                !property.stub
                    && property.kind != Kind::Entity
                    && !property.deprecated
                    && !traits::special_property(&property.name)
            })
            .map(|property| (property.name.as_str(), property.label.as_str()))
            .collect();
        let rows = self
            .look
            .columns
            .iter()
            .zip(&self.draft.choices)
            .enumerate();
        rows.map(|(number, (column, choice))| ColumnRow {
            number,
            name: column.name.clone(),
            samples: column.samples.clone(),
            special: column.special,
            why: super::stop::sentence(&choice.why),
            properties: properties
                .iter()
                .map(|(name, label)| Choice {
                    value: (*name).to_owned(),
                    label: (*label).to_owned(),
                    note: String::new(),
                    chosen: *name == choice.property,
                })
                .collect(),
            key: choice.key,
        })
        .collect()
    }
}

fn chosen(all: &[&str], value: &str) -> Vec<Choice> {
    all.iter()
        .map(|name| Choice {
            value: (*name).to_owned(),
            label: (*name).to_owned(),
            note: String::new(),
            chosen: *name == value,
        })
        .collect()
}

fn doubt(guess: &Guess) -> String {
    super::stop::sentence(&format!("{}: {}", guess.doubt.words(), guess.why))
}

pub(super) fn outcome(preview: &Preview) -> Outcome {
    let account = &preview.account;
    let mut faults: Vec<(String, String)> = preview
        .refused
        .iter()
        .map(|row| (format!("row {}", row.row), row.reason.clone()))
        .collect();
    faults.extend(preview.dropped.iter().map(|lost| {
        (
            format!("row {}, {}", lost.place.row, lost.property),
            format!("\u{201c}{}\u{201d} {}", lost.value, lost.reason),
        )
    }));
    faults.extend(account.missing_columns.iter().map(|(_, column)| {
        (
            format!("column {column}"),
            "the file has no such column".to_owned(),
        )
    }));
    faults.extend(account.blanked.iter().map(|(column, many)| {
        (
            format!("column {column}"),
            format!(
                "{} of a special category, never read",
                format::counted(*many, "value", "values")
            ),
        )
    }));
    let records = preview.records.iter().take(ROWS as usize);
    Outcome {
        summary: format!(
            "Of {}: {} taken, {} refused, {} left out by filters; {}. {}",
            format::counted(account.read, "row", "rows"),
            account.rows_taken,
            account.refused,
            account.filtered,
            format::counted(preview.records.len() as u64, "record", "records"),
            if preview.more {
                "There are more rows."
            } else {
                "These are all rows."
            }
        ),
        records: records
            .map(|record| RecordRow {
                kind: record.schema.clone(),
                key: record.key.clone(),
                row: format!("row {}", record.place.row),
                values: record
                    .values
                    .iter()
                    .map(|value| (value.property.clone(), value.value.clone()))
                    .collect(),
            })
            .collect(),
        faults,
    }
}
