//! The index on disk: opened or set aside, fed by one long-lived writer, searchable as of its last commit.
//!
//! The watermark tells how far in the store's order of commits the index has come. It is written with each commit, so
//! that after a crash the caller goes on from what really is in the index, and what was applied without a commit is
//! applied again. Putting the same record twice leaves it once.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use tantivy::directory::MmapDirectory;
use tantivy::index::SegmentComponent;
use tantivy::{
    IndexReader, IndexSettings, IndexWriter, ReloadPolicy, SegmentMeta, TantivyError, Term,
};

use domain::id::RecordId;

use crate::SearchError;
use crate::document::Document;
use crate::layout::{Layout, VERSION};
use crate::turns::Turns;
use crate::view::View;

/// Memory of one indexing thread before it writes a segment out.
const BUDGET: usize = 96 << 20;
const THREADS: usize = 2;
/// How long what was applied may wait for its commit.
const DUE: Duration = Duration::from_millis(300);
/// Size of the blocks in which kept values are compressed: hits are read one by one, and a small block is read faster.
const BLOCK: usize = 4_096;

/// The index, to be shared by all who feed it and ask it.
pub struct Index {
    pub(crate) layout: Layout,
    index: tantivy::Index,
    reader: IndexReader,
    writer: Mutex<Writer>,
    view: RwLock<Arc<View>>,
    pub(crate) turns: Turns,
}

/// What came of opening.
pub struct Opened {
    /// The index.
    pub index: Index,
    /// How far the index has come; 0: it is empty and must be filled.
    pub watermark: u64,
    /// Where a damaged or foreign index was put, if one was found. It may hold personal data: remove it when nobody
    /// needs it any more ([`Index::remove_set_aside`]).
    pub set_aside: Option<PathBuf>,
}

struct Writer {
    writer: IndexWriter,
    watermark: u64,
    waiting: usize,
    since: Instant,
}

impl Index {
    /// Opens the index in a folder, and makes it where there is none.
    ///
    /// Every file is read once and held against its checksum. What is damaged, incomplete or of another version is set
    /// aside as `<folder>.damaged-N` and an empty index takes its place.
    pub fn open(folder: &Path) -> Result<Opened, SearchError> {
        let layout = Layout::new();
        std::fs::create_dir_all(folder)?;
        if !folder.join("meta.json").exists() && std::fs::read_dir(folder)?.next().is_none() {
            return Self::start(layout, folder, None);
        }
        match sound_index(&layout, folder) {
            Ok((index, watermark)) => Self::with(layout, index, watermark, None),
            Err(Unsound::Failed(error)) => Err(error),
            Err(Unsound::Damaged) => {
                let aside = set_aside(folder)?;
                std::fs::create_dir_all(folder)?;
                Self::start(layout, folder, Some(aside))
            }
        }
    }

    /// Removes every index that was set aside from beside a folder, and tells how many there were.
    pub fn remove_set_aside(folder: &Path) -> Result<usize, SearchError> {
        let mut removed = 0;
        let parent = folder.parent().unwrap_or(Path::new("."));
        let prefix = format!("{}.damaged-", name_of(folder));
        for entry in std::fs::read_dir(parent)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(&prefix) {
                std::fs::remove_dir_all(entry.path())?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    fn start(layout: Layout, folder: &Path, aside: Option<PathBuf>) -> Result<Opened, SearchError> {
        let settings = IndexSettings {
            docstore_blocksize: BLOCK,
            ..IndexSettings::default()
        };
        let directory = MmapDirectory::open(folder).map_err(TantivyError::from)?;
        let index = tantivy::Index::create(directory, layout.schema.clone(), settings)?;
        Self::with(layout, index, 0, aside)
    }

    fn with(
        layout: Layout,
        index: tantivy::Index,
        watermark: u64,
        set_aside: Option<PathBuf>,
    ) -> Result<Opened, SearchError> {
        let writer = index.writer_with_num_threads(THREADS, THREADS * BUDGET)?;
        // A kill inside a commit leaves a file of deletions that no commit names. The same changes made again would
        // want its name, and fail; every file is registered before it is written, so that it can be found and removed.
        writer.garbage_collect_files().wait()?;
        let reader: IndexReader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .doc_store_cache_num_blocks(1_000)
            .try_into()?;
        let view = View::open(reader.searcher(), watermark, None)?;
        let index = Self {
            layout,
            index,
            reader,
            writer: Mutex::new(Writer {
                writer,
                watermark,
                waiting: 0,
                since: Instant::now(),
            }),
            view: RwLock::new(Arc::new(view)),
            turns: Turns::new(),
        };
        Ok(Opened {
            index,
            watermark,
            set_aside,
        })
    }

    /// Puts documents in, each in place of the one of the same record, after taking records out. Nothing of it is seen
    /// before the next commit, nor counts as indexed: `watermark` says how far the index will have come with it.
    pub fn apply(
        &self,
        documents: &[Document],
        removals: &[RecordId],
        watermark: u64,
    ) -> Result<(), SearchError> {
        let mut writer = self.writer();
        let term = |record: &RecordId| Term::from_field_bytes(self.layout.record, record.bytes());
        for record in removals {
            writer.writer.delete_term(term(record));
        }
        for document in documents {
            writer.writer.delete_term(term(&document.record));
            writer.writer.add_document(self.layout.document(document))?;
        }
        if writer.waiting == 0 {
            writer.since = Instant::now();
        }
        // A watermark without documents still has to be written, or it would be asked for again and again.
        writer.waiting += (documents.len() + removals.len()).max(1);
        writer.watermark = watermark;
        Ok(())
    }

    /// Commits if something has waited for 300 ms; tells whether it did.
    pub fn commit_if_due(&self) -> Result<bool, SearchError> {
        let due = {
            let writer = self.writer();
            writer.waiting > 0 && writer.since.elapsed() >= DUE
        };
        if due {
            self.commit()?;
        }
        Ok(due)
    }

    /// Commits: what was applied is durable and seen from now on. Gives the watermark.
    pub fn commit(&self) -> Result<u64, SearchError> {
        let mut writer = self.writer();
        let watermark = writer.watermark;
        let mut commit = writer.writer.prepare_commit()?;
        commit.set_payload(&payload(watermark));
        commit.commit()?;
        writer.waiting = 0;
        self.look_again(watermark)?;
        Ok(watermark)
    }

    /// Forgets everything and starts at watermark 0, for a rebuild.
    pub fn clear(&self) -> Result<(), SearchError> {
        {
            let mut writer = self.writer();
            writer.writer.delete_all_documents()?;
            writer.watermark = 0;
        }
        self.commit().map(|_| ())
    }

    /// Commits, then merges all segments into one and removes the old files, so that nothing of a removed record
    /// stays in the folder. Slow; for erasure and after a rebuild.
    pub fn compact(&self) -> Result<(), SearchError> {
        self.commit()?;
        let mut writer = self.writer();
        let ids = self.index.searchable_segment_ids()?;
        let removed = self
            .index
            .searchable_segment_metas()?
            .iter()
            .any(SegmentMeta::has_deletes);
        if ids.len() > 1 || removed {
            writer.writer.merge(&ids).wait()?;
        }
        self.look_again(writer.watermark)?;
        // The view before is let go of by now, unless a search is under way; its files then go with the next commit.
        writer.writer.garbage_collect_files().wait()?;
        Ok(())
    }

    /// How far the index has come: the watermark of the last commit.
    pub fn watermark(&self) -> u64 {
        self.view().watermark
    }

    /// How many records are in the index, of all kinds. For checks of the index against the store; it is never shown
    /// as an answer.
    pub fn records(&self) -> u64 {
        self.view().searcher.num_docs()
    }

    /// Holds every file against its checksum; gives the names of the damaged ones.
    pub fn damaged_files(&self) -> Result<Vec<PathBuf>, SearchError> {
        Ok(self.index.validate_checksum()?.into_iter().collect())
    }

    pub(crate) fn view(&self) -> Arc<View> {
        Arc::clone(&self.view.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn look_again(&self, watermark: u64) -> Result<(), SearchError> {
        self.reader.reload()?;
        let view = View::open(self.reader.searcher(), watermark, Some(&self.view()))?;
        *self.view.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(view);
        Ok(())
    }
}

enum Unsound {
    Damaged,
    Failed(SearchError),
}

/// Opens an index if it is whole and of this version.
fn sound_index(layout: &Layout, folder: &Path) -> Result<(tantivy::Index, u64), Unsound> {
    let damaged = |_| Unsound::Damaged;
    let index = tantivy::Index::open_in_dir(folder).map_err(damaged)?;
    let metas = index.load_metas().map_err(damaged)?;
    if index.schema() != layout.schema {
        return Err(Unsound::Damaged);
    }
    let watermark = match &metas.payload {
        Some(text) => watermark(text).ok_or(Unsound::Damaged)?,
        None => 0,
    };
    let whole = metas
        .segments
        .iter()
        .flat_map(files)
        .all(|file| index.directory().validate_checksum(&file).unwrap_or(false));
    if !whole {
        return Err(Unsound::Damaged);
    }
    match index.reader() {
        Ok(_) => Ok((index, watermark)),
        Err(TantivyError::LockFailure(..)) => Err(Unsound::Failed(SearchError::Busy)),
        Err(_) => Err(Unsound::Damaged),
    }
}

/// The files that a segment must have. Tantivy itself opens a segment without some of them.
fn files(segment: &SegmentMeta) -> Vec<PathBuf> {
    let mut parts = vec![
        SegmentComponent::Postings,
        SegmentComponent::Positions,
        SegmentComponent::FastFields,
        SegmentComponent::FieldNorms,
        SegmentComponent::Terms,
        SegmentComponent::Store,
    ];
    if segment.has_deletes() {
        parts.push(SegmentComponent::Delete);
    }
    parts
        .into_iter()
        .map(|part| segment.relative_path(part))
        .collect()
}

fn payload(watermark: u64) -> String {
    format!("predicate search {VERSION} {watermark}")
}

fn watermark(payload: &str) -> Option<u64> {
    payload
        .strip_prefix(&format!("predicate search {VERSION} "))?
        .parse()
        .ok()
}

fn name_of(folder: &Path) -> String {
    folder.file_name().map_or_else(
        || "index".to_owned(),
        |name| name.to_string_lossy().into_owned(),
    )
}

fn set_aside(folder: &Path) -> Result<PathBuf, SearchError> {
    let name = name_of(folder);
    let mut number = 1;
    loop {
        let aside = folder.with_file_name(format!("{name}.damaged-{number}"));
        if !aside.exists() {
            std::fs::rename(folder, &aside)?;
            return Ok(aside);
        }
        number += 1;
    }
}
