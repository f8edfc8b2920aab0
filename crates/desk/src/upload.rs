//! Uploads of many files: announced first, sent in any order and in pieces, each an item of its own when it is whole.
//!
//! What makes nothing double or lost: an upload is begun once by the sender's key, a file announced once by its path, and
//! the row that says `taken` is written in the transaction that makes the item. Pieces of a file lie beside the database
//! until it is whole; how many bytes lie there is the place from which the sender goes on.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use domain::authority::Actor;
use domain::case::{Custody, Evidence};
use domain::id::{CaseId, EvidenceId, UploadId};
use domain::policy::{Act, Permit};
use store::{Tx, Upload, UploadCounts, UploadFile, View};

use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::evidence::{NewEvidence, media_type};
use crate::{Desk, DeskError};

/// Files of one upload.
pub const MOST_FILES: u64 = 200_000;

/// Files announced, or small files handed in, at a time.
pub const AT_A_TIME: usize = 2_000;

/// Bytes of one file.
pub const LARGEST: u64 = 64 << 30;

/// Bytes that a file may have to be handed in together with others.
pub const SMALL: u64 = 8 << 20;

/// Characters of a path.
const LONGEST_PATH: usize = 1_000;

/// Files listed at a time.
pub const LISTED: usize = 200;

/// An upload as it is begun.
#[derive(Debug, Clone)]
pub struct NewUpload {
    /// By what the sender knows it.
    pub key: String,
    /// How its files were obtained; its name is that of the upload.
    pub story: NewEvidence,
}

/// A file as it is announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// Its path in the folder it comes from.
    pub path: String,
    /// How many bytes it has.
    pub size: u64,
    /// SHA-256 that the sender declares; empty for none.
    pub sha256: String,
}

/// An upload with what became of its files.
#[derive(Debug, Clone)]
pub struct UploadPage {
    /// The upload.
    pub upload: Upload,
    /// How far it is.
    pub counts: UploadCounts,
    /// Its files, from the one asked for on.
    pub files: Vec<UploadFile>,
    /// Bytes that are here of each of these files, where it waits and some are.
    pub here: Vec<u64>,
}

/// What a file has become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// The file.
    pub position: u64,
    /// `waiting`, `taken` or `failed`.
    pub state: String,
    /// Why it failed, or what is to be known of it.
    pub reason: String,
    /// The item it is.
    pub evidence: Option<EvidenceId>,
    /// Bytes that are here.
    pub here: u64,
}

impl Settled {
    fn of(file: &UploadFile, here: u64) -> Self {
        Self {
            position: file.position,
            state: file.state.clone(),
            reason: file.reason.clone(),
            evidence: file.evidence,
            here,
        }
    }
}

impl Desk {
    /// Begins an upload, or finds the one that was begun with the same key.
    ///
    /// # Errors
    /// Malformed when a word of how the files were obtained is missing, or the key was used with other words.
    pub fn begin_upload(
        &self,
        actor: &Actor,
        case: CaseId,
        new: &NewUpload,
    ) -> Result<UploadId, DeskError> {
        let key = required("key", &new.key)?;
        let now = self.now();
        let upload = Upload {
            id: UploadId::fresh(now, self.randomness()),
            case,
            key: key.chars().take(200).collect(),
            name: required("name", &new.story.name)?,
            source: required("source", &new.story.source)?,
            collector: required("collector", &new.story.collector)?,
            collected: required("collected", &new.story.collected)?,
            place: required("place", &new.story.place)?,
            tool: required("tool", &new.story.tool)?,
            authority: required("authority", &new.story.authority)?,
            by: actor.user,
            at: now,
        };
        self.change(
            &Knock::inside(actor, Act::AddEvidence, case),
            |tx, permit| {
                if let Some(known) = tx.upload_by_key(permit, &upload.key)? {
                    let told = |one: &Upload| (one.name.clone(), one.source.clone());
                    if told(&known) != told(&upload) {
                        let reason = "was used for another upload";
                        return Err(DeskError::malformed("key", reason));
                    }
                    return Ok(Touched::new(known.id, [format!("upload:{}", known.id)]));
                }
                tx.add_upload(permit, &upload)?;
                Ok(Touched::new(upload.id, [format!("upload:{}", upload.id)]))
            },
        )
    }

    /// A key that no upload has: a form that holds it begins one upload, however often it is sent.
    pub fn fresh_key(&self) -> String {
        UploadId::fresh(self.now(), self.randomness()).to_string()
    }

    /// Announces files of an upload; gives the place of each. A path announced before keeps its place.
    ///
    /// # Errors
    /// Malformed when a path is none, a file is too large, or the same path is announced with another size or hash.
    pub fn announce_files(
        &self,
        actor: &Actor,
        case: CaseId,
        upload: UploadId,
        files: &[Announced],
    ) -> Result<Vec<Settled>, DeskError> {
        if files.len() > AT_A_TIME {
            let reason = format!("announce at most {AT_A_TIME} at a time");
            return Err(DeskError::malformed("files", reason));
        }
        let mut rows = Vec::with_capacity(files.len());
        for file in files {
            rows.push((path(&file.path)?, file.size, digest(&file.sha256)?));
            if file.size > LARGEST {
                let reason = format!("`{}` has more than {LARGEST} bytes", file.path);
                return Err(DeskError::malformed("size", reason));
            }
        }
        self.change(
            &Knock::inside(actor, Act::AddEvidence, case),
            |tx, permit| {
                let upload = found(tx, permit, upload)?;
                let known = tx.announce_files(permit, &upload, &rows)?;
                for (file, (path, size, declared)) in known.iter().zip(&rows) {
                    if file.size != *size || (!declared.is_empty() && file.declared != *declared) {
                        let reason = format!(
                            "`{path}` was announced before with another size or hash: it has changed; begin a new upload for it"
                        );
                        return Err(DeskError::malformed("path", reason));
                    }
                }
                if known.last().is_some_and(|file| file.position >= MOST_FILES) {
                    let reason = format!("an upload has at most {MOST_FILES} files");
                    return Err(DeskError::malformed("files", reason));
                }
                let settled: Vec<Settled> = known
                    .iter()
                    .map(|file| Settled::of(file, self.inner.uploads.here(upload.id, file)))
                    .collect();
                Ok(Touched::new(settled, [format!("upload:{}", upload.id)]))
            },
        )
    }

    /// Lists the uploads of a case.
    pub fn uploads(
        &self,
        actor: &Actor,
        case: CaseId,
    ) -> Result<Vec<(Upload, UploadCounts)>, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadCase, case),
            |view, permit| {
                let mut all = Vec::new();
                for upload in view.uploads(permit)? {
                    let counts = view.upload_counts(permit, &upload)?;
                    all.push((upload, counts));
                }
                Ok(Touched::new(all, [format!("case:{case}")]))
            },
        )
    }

    /// Tells what became of the files of an upload; `state` is empty for all, else `waiting`, `taken` or `failed`.
    pub fn upload(
        &self,
        actor: &Actor,
        case: CaseId,
        upload: UploadId,
        state: &str,
        offset: u64,
    ) -> Result<UploadPage, DeskError> {
        self.upload_lines(actor, case, upload, (state, offset, LISTED))
    }

    /// Tells what became of every file of an upload.
    pub fn whole_upload(
        &self,
        actor: &Actor,
        case: CaseId,
        upload: UploadId,
    ) -> Result<UploadPage, DeskError> {
        let all = usize::try_from(MOST_FILES).unwrap_or(usize::MAX);
        self.upload_lines(actor, case, upload, ("", 0, all))
    }

    fn upload_lines(
        &self,
        actor: &Actor,
        case: CaseId,
        upload: UploadId,
        (state, offset, limit): (&str, u64, usize),
    ) -> Result<UploadPage, DeskError> {
        if !["", "waiting", "taken", "failed"].contains(&state) {
            let reason = "is none of `waiting`, `taken` and `failed`";
            return Err(DeskError::malformed("state", reason));
        }
        self.read(
            &Knock::inside(actor, Act::ReadCase, case),
            |view, permit| {
                let upload = found(view, permit, upload)?;
                let files = view.upload_files(permit, &upload, state, offset, limit)?;
                let page = UploadPage {
                    counts: view.upload_counts(permit, &upload)?,
                    here: files
                        .iter()
                        .map(|file| self.inner.uploads.here(upload.id, file))
                        .collect(),
                    files,
                    upload,
                };
                let touched = [format!("upload:{}", page.upload.id)];
                Ok(Touched::new(page, touched))
            },
        )
    }

    /// Takes small files in, each whole, in one act; gives what became of each. One that was taken before is not taken again.
    ///
    /// # Errors
    /// Only when nothing could be done; what is wrong with one file is told of it and stops no other.
    pub fn take_files(
        &self,
        actor: &Actor,
        case: CaseId,
        upload: UploadId,
        files: Vec<(u64, Vec<u8>)>,
    ) -> Result<Vec<Settled>, DeskError> {
        let known = self.known_files(actor, case, upload, &files)?;
        let mut ready = Vec::new();
        let mut settled = Vec::new();
        for (file, bytes) in known.into_iter().zip(files) {
            let (position, bytes) = (bytes.0, bytes.1);
            let Some(file) = file else {
                settled.push(Settled {
                    position,
                    state: "failed".into(),
                    reason: "no such file was announced".into(),
                    evidence: None,
                    here: 0,
                });
                continue;
            };
            if file.state == "taken" {
                settled.push(Settled::of(&file, file.size));
                continue;
            }
            let here = bytes.len() as u64;
            let blob = match here == file.size {
                true => Some(self.store().put_blob(bytes.as_slice())?),
                false => None,
            };
            let head: Vec<u8> = bytes.iter().copied().take(512).collect();
            ready.push((file, blob, head, here));
        }
        settled.extend(self.settled(actor, case, upload, ready)?);
        settled.sort_by_key(|one| one.position);
        Ok(settled)
    }

    fn known_files(
        &self,
        actor: &Actor,
        case: CaseId,
        upload: UploadId,
        files: &[(u64, Vec<u8>)],
    ) -> Result<Vec<Option<UploadFile>>, DeskError> {
        self.could_be_logged()?;
        let permit = self.admit(&Knock::inside(actor, Act::AddEvidence, case))?;
        self.store().read(|view| {
            let upload = match view.upload(&permit, upload)? {
                Some(upload) => upload,
                None => return Ok(Err(DeskError::NotFound("upload"))),
            };
            let mut known = Vec::with_capacity(files.len());
            for (position, _) in files {
                known.push(view.upload_file(&permit, &upload, *position)?);
            }
            Ok(Ok(known))
        })?
    }

    /// Takes a piece of a file in that begins at `offset`; the last one makes the item.
    ///
    /// # Errors
    /// A conflict that names how many bytes are here when the piece does not begin there; malformed when the bytes are more
    /// than announced, or when the whole file has another hash than declared: nothing of it is kept then.
    pub fn take_piece(
        &self,
        actor: &Actor,
        case: CaseId,
        upload: UploadId,
        (position, offset): (u64, u64),
        bytes: &mut dyn Read,
    ) -> Result<Settled, DeskError> {
        let wanted = [(position, Vec::new())];
        let mut known = self.known_files(actor, case, upload, &wanted)?;
        let file = known
            .pop()
            .flatten()
            .ok_or(DeskError::NotFound("file of this upload"))?;
        if file.state == "taken" {
            return Ok(Settled::of(&file, file.size));
        }
        let yard = &self.inner.uploads;
        let unavailable = |error: io::Error| DeskError::Unavailable(error.to_string());
        let here = {
            let _one = yard.hold()?;
            yard.append(upload, &file, offset, bytes)
                .map_err(unavailable)?
        };
        let here = match here {
            Appended::Now(here) => here,
            Appended::Elsewhere(here) => {
                return Err(DeskError::Conflict(format!(
                    "{here} bytes are here: go on from there"
                )));
            }
            Appended::TooMany => {
                yard.forget(upload, position);
                let reason = format!("more bytes came than the {} announced", file.size);
                return Err(DeskError::malformed("size", reason));
            }
        };
        if here < file.size {
            return Ok(Settled::of(&file, here));
        }
        let mut piece = yard.open(upload, position).map_err(unavailable)?;
        let mut head = Vec::new();
        Read::by_ref(&mut piece)
            .take(512)
            .read_to_end(&mut head)
            .map_err(unavailable)?;
        piece.seek(SeekFrom::Start(0)).map_err(unavailable)?;
        let blob = self.store().put_blob(&mut piece)?;
        let ready = vec![(file, Some(blob), head, here)];
        let mut settled = self.settled(actor, case, upload, ready)?;
        yard.forget(upload, position);
        settled
            .pop()
            .ok_or(DeskError::NotFound("file of this upload"))
    }

    /// Makes items of files that are whole, in one act, and says of the others why not.
    fn settled(
        &self,
        actor: &Actor,
        case: CaseId,
        upload: UploadId,
        ready: Vec<(UploadFile, Option<store::Blob>, Vec<u8>, u64)>,
    ) -> Result<Vec<Settled>, DeskError> {
        if ready.is_empty() {
            return Ok(Vec::new());
        }
        let fresh: Vec<EvidenceId> = ready
            .iter()
            .map(|_| EvidenceId::fresh(self.now(), self.randomness()))
            .collect();
        self.change(
            &Knock::inside(actor, Act::AddEvidence, case),
            |tx, permit| {
                let upload = found(tx, permit, upload)?;
                let (mut settled, mut touched) =
                    (Vec::new(), vec![format!("upload:{}", upload.id)]);
                for ((file, blob, head, here), id) in ready.into_iter().zip(fresh) {
                    // Asked again under the transaction: two that send the same file at once make one item.
                    let now = tx.upload_file(permit, &upload, file.position)?;
                    if let Some(now) = now.filter(|now| now.state == "taken") {
                        settled.push(Settled::of(&now, now.size));
                        continue;
                    }
                    let file = self.item(tx, permit, &upload, (file, blob, &head, here), id)?;
                    if let Some(id) = file.evidence {
                        touched.push(format!("evidence:{id}"));
                    }
                    tx.settle_file(permit, &upload, &file)?;
                    settled.push(Settled::of(&file, here));
                }
                Ok(Touched::new(settled, touched))
            },
        )
    }

    /// Makes an item of a whole file, or says why not.
    fn item(
        &self,
        tx: &Tx<'_>,
        permit: &Permit,
        upload: &Upload,
        (mut file, blob, head, here): (UploadFile, Option<store::Blob>, &[u8], u64),
        id: EvidenceId,
    ) -> Result<UploadFile, DeskError> {
        file.at = Some(permit.at());
        let of_the_log = match &blob {
            Some(blob) => self.is_log_data(blob)?,
            None => false,
        };
        let wrong = match &blob {
            None => Some(format!(
                "{here} bytes came where {} were announced; nothing of it is kept",
                file.size
            )),
            Some(blob) if !file.declared.is_empty() && blob.sha256 != file.declared => Some(
                "the bytes that arrived have another hash than declared; nothing of it is kept"
                    .to_owned(),
            ),
            Some(blob) if !self.store().has_blob(&blob.sha256) => {
                Some("the same bytes were being erased; send them again".to_owned())
            }
            Some(_) if of_the_log => Some(
                "it holds data of the log, which an auditor files, for criminal proceedings alone"
                    .to_owned(),
            ),
            Some(_) => None,
        };
        let (Some(blob), None) = (blob, &wrong) else {
            "failed".clone_into(&mut file.state);
            file.reason = wrong.unwrap_or_default();
            return Ok(file);
        };
        if let Some(same) = tx.same_bytes(permit, &blob.sha256)? {
            file.reason = format!("the same bytes lie in this case already, as item {same}");
        }
        tx.add_evidence(&Evidence {
            id,
            case: upload.case,
            name: file.path.clone(),
            sha256: blob.sha256,
            size: blob.size,
            media_type: media_type(head).to_owned(),
            source: upload.source.clone(),
            collector: upload.collector.clone(),
            collected: upload.collected.clone(),
            place: upload.place.clone(),
            tool: upload.tool.clone(),
            authority: upload.authority.clone(),
            by: permit.user(),
            at: permit.at(),
        })?;
        tx.add_custody(&Custody {
            evidence: id,
            act: "taken_in".into(),
            from: upload.collector.clone(),
            to: crate::evidence::named(tx, permit.user())?,
            place: upload.place.clone(),
            reason: format!("{}, in the upload {}", upload.source, upload.name),
            at: permit.at(),
            by: permit.user(),
            holder: Some(permit.user()),
        })?;
        "taken".clone_into(&mut file.state);
        file.evidence = Some(id);
        Ok(file)
    }

    /// Takes away pieces of files of which no upload waits any more.
    pub fn clear_uploads(&self) -> Result<(), DeskError> {
        let standing = self.store().standing("clearing up uploads");
        let waiting = self.store().read(|view| view.uploads_waiting(&standing))?;
        self.inner.uploads.keep_only(&waiting);
        Ok(())
    }
}

fn found(view: &View<'_>, permit: &Permit, upload: UploadId) -> Result<Upload, DeskError> {
    view.upload(permit, upload)?
        .ok_or(DeskError::NotFound("upload"))
}

/// A path as it is kept: with `/` between its folders, and never one that leads anywhere.
fn path(given: &str) -> Result<String, DeskError> {
    let given = given.replace('\\', "/");
    let parts: Vec<&str> = given
        .split('/')
        .map(str::trim)
        .filter(|part| !part.is_empty() && *part != "." && *part != "..")
        .collect();
    let path: String = parts
        .join("/")
        .chars()
        .map(|sign| if sign.is_control() { '\u{fffd}' } else { sign })
        .collect();
    match path.is_empty() || path.chars().count() > LONGEST_PATH {
        true => Err(DeskError::malformed(
            "path",
            format!("is empty or has more than {LONGEST_PATH} characters"),
        )),
        false => Ok(path),
    }
}

fn digest(given: &str) -> Result<String, DeskError> {
    let given = given.trim().to_ascii_lowercase();
    let is = given.is_empty()
        || (given.len() == 64 && given.bytes().all(|digit| digit.is_ascii_hexdigit()));
    match is {
        true => Ok(given),
        false => Err(DeskError::malformed(
            "sha256",
            "is no SHA-256 in hexadecimal digits",
        )),
    }
}

/// Where pieces of files lie until these are whole.
#[derive(Debug)]
pub(crate) struct Pieces {
    folder: PathBuf,
    one: std::sync::Mutex<()>,
}

enum Appended {
    /// So many bytes are here now.
    Now(u64),
    /// The piece begins elsewhere; so many are here.
    Elsewhere(u64),
    /// They would be more than the file has.
    TooMany,
}

impl Pieces {
    pub(crate) fn below(data: &Path) -> Self {
        Self {
            folder: data.join("incoming").join("uploads"),
            one: std::sync::Mutex::new(()),
        }
    }

    fn hold(&self) -> Result<std::sync::MutexGuard<'_, ()>, DeskError> {
        let failed = |_| DeskError::Internal("an upload failed before".into());
        self.one.lock().map_err(failed)
    }

    fn path(&self, upload: UploadId, position: u64) -> PathBuf {
        self.folder
            .join(upload.to_string())
            .join(position.to_string())
    }

    /// Bytes that are here of a file.
    fn here(&self, upload: UploadId, file: &UploadFile) -> u64 {
        match file.state.as_str() {
            "taken" => file.size,
            _ => fs::metadata(self.path(upload, file.position)).map_or(0, |found| found.len()),
        }
    }

    /// Adds a piece at the end. A piece that breaks off leaves what came of it.
    fn append(
        &self,
        upload: UploadId,
        file: &UploadFile,
        offset: u64,
        bytes: &mut dyn Read,
    ) -> io::Result<Appended> {
        let path = self.path(upload, file.position);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut piece = OpenOptions::new().create(true).append(true).open(&path)?;
        let here = piece.metadata()?.len();
        if here != offset {
            return Ok(Appended::Elsewhere(here));
        }
        let left = file.size.saturating_sub(here);
        let came = io::copy(&mut bytes.take(left.saturating_add(1)), &mut piece)?;
        if came > left {
            return Ok(Appended::TooMany);
        }
        piece.sync_data()?;
        Ok(Appended::Now(here + came))
    }

    fn open(&self, upload: UploadId, position: u64) -> io::Result<File> {
        File::open(self.path(upload, position))
    }

    fn forget(&self, upload: UploadId, position: u64) {
        let path = self.path(upload, position);
        let _gone_already = fs::remove_file(&path);
        // The folder goes with its last piece.
        let _others_are_there = path.parent().map(fs::remove_dir);
    }

    fn keep_only(&self, waiting: &[UploadId]) {
        let names: Vec<String> = waiting.iter().map(UploadId::to_string).collect();
        let Ok(found) = fs::read_dir(&self.folder) else {
            return;
        };
        for entry in found.flatten() {
            if !names.iter().any(|name| entry.file_name() == name.as_str()) {
                let _next_time = fs::remove_dir_all(entry.path());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_nowhere() {
        for (given, kept) in [
            ("a/b.pdf", Some("a/b.pdf")),
            ("../../etc/passwd", Some("etc/passwd")),
            ("C:\\x\\y.txt", Some("C:/x/y.txt")),
            ("/a//./b", Some("a/b")),
            ("a\0b", Some("a\u{fffd}b")),
            ("..", None),
            ("", None),
        ] {
            assert_eq!(path(given).ok().as_deref(), kept, "{given}");
        }
        assert!(digest("ABC").is_err());
        assert_eq!(digest("").ok().as_deref(), Some(""));
    }

    #[test]
    fn pieces_lie_one_after_the_other_and_never_beyond_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let pieces = Pieces::below(folder.path());
        let upload = UploadId::from_bytes([1; 16]);
        let file = UploadFile {
            position: 3,
            path: "a".into(),
            size: 5,
            declared: String::new(),
            state: "waiting".into(),
            reason: String::new(),
            evidence: None,
            at: None,
        };
        let add = |offset, bytes: &[u8]| pieces.append(upload, &file, offset, &mut &bytes[..]);
        assert!(matches!(add(0, b"ab").unwrap(), Appended::Now(2)));
        assert!(matches!(add(0, b"ab").unwrap(), Appended::Elsewhere(2)));
        assert_eq!(pieces.here(upload, &file), 2);
        assert!(matches!(add(2, b"cde").unwrap(), Appended::Now(5)));
        assert!(matches!(add(5, b"f").unwrap(), Appended::TooMany));
        pieces.forget(upload, 3);
        assert_eq!(pieces.here(upload, &file), 0);
        add(0, b"x").unwrap();
        pieces.keep_only(&[]);
        assert_eq!(pieces.here(upload, &file), 0);
    }
}
