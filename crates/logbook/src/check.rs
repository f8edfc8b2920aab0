//! The offline check of a whole log: every entry hashed anew to the signed root, every stored tile compared.
//!
//! Cast: the [`Auditor`] streams bundle after bundle and grows a tree of its own; nothing it concludes rests on a stored
//! hash. Tiles are compared with that tree, the head and remembered earlier heads with its roots. [`Report`] carries the
//! findings; a missing or unreadable bundle ends the recomputation only where no hash tile stands in for it.

mod report;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use domain::tlog::{
    Checkpoint, FullTile, Head, HeadError, Quorum, RightEdge, SignedNote, TileId, TileLevel,
    TreeHash, VerifierKey, bundle, hashes_of_tile, leaf_hash, tile_bytes,
};

use crate::folder::{FileError, Folder, at};
pub use report::{Fault, Report};

/// What a check demands beyond the log's own soundness.
#[derive(Clone, Debug, Default)]
pub struct CheckOptions {
    /// Heads remembered from earlier, as signed notes; the log must continue each of them.
    pub saved_heads: Vec<Vec<u8>>,
    /// Further keys of the log: those it had before, or signs with besides.
    pub further_keys: Vec<VerifierKey>,
    /// Witnesses that must have cosigned the head.
    pub quorum: Quorum,
}

/// Checks the log in `dir`, a live folder or a copy, offline. Never writes.
///
/// Memory stays at a few bundles whatever the size of the log.
pub fn verify(dir: &Path, log_key: &VerifierKey, options: &CheckOptions) -> Report {
    let folder = Folder::new(dir);
    let mut report = Report::default();
    let mut keys = vec![log_key.clone()];
    keys.extend_from_slice(&options.further_keys);
    let Some(head) = read_head(&folder, &keys, &options.quorum, &mut report) else {
        return report;
    };
    report.origin = head.origin().to_owned();
    report.size = head.size();
    report.root = Some(*head.root());
    let saved = read_saved_heads(&keys, options, &head, &mut report);
    let mut auditor = Auditor {
        folder: &folder,
        size: head.size(),
        edge: RightEdge::new(),
        saved,
        report,
    };
    auditor.compare_saved();
    auditor.walk_bundles();
    auditor.check_upper_edge();
    auditor.check_root(&head);
    let mut report = auditor.report;
    if let Err(error) = survey(&folder, head.size(), &mut report) {
        report.add(Fault::Unreadable(error.to_string()));
    }
    report
}

/// Reads the head; where it is refused but readable, the check goes on with what it states.
fn read_head(
    folder: &Folder,
    keys: &[VerifierKey],
    quorum: &Quorum,
    report: &mut Report,
) -> Option<Checkpoint> {
    let note = match folder.read_checkpoint() {
        Ok(Some(note)) => note,
        Ok(None) => {
            report.add(Fault::HeadMissing);
            return None;
        }
        Err(error) => {
            report.add(Fault::Unreadable(error.to_string()));
            return None;
        }
    };
    match Head::open(&note, keys, quorum) {
        Ok(head) => {
            report.cosigners = head.cosigners().to_vec();
            Some(head.checkpoint().clone())
        }
        Err(error) => {
            report.add(Fault::HeadRefused(error));
            Checkpoint::parse(SignedNote::parse(&note).ok()?.text()).ok()
        }
    }
}

/// Opens remembered heads; returns the roots to be met, by size.
fn read_saved_heads(
    keys: &[VerifierKey],
    options: &CheckOptions,
    head: &Checkpoint,
    report: &mut Report,
) -> BTreeMap<u64, Vec<TreeHash>> {
    let mut saved: BTreeMap<u64, Vec<TreeHash>> = BTreeMap::new();
    for note in &options.saved_heads {
        match Head::open(note, keys, &Quorum::default()) {
            Err(error) => report.add(Fault::SavedHeadRefused(error)),
            Ok(old) if old.checkpoint().origin() != head.origin() => {
                let origin = old.checkpoint().origin().to_owned();
                report.add(Fault::SavedHeadRefused(HeadError::NotOfThisLog { origin }));
            }
            Ok(old) if old.checkpoint().size() > head.size() => {
                report.add(Fault::Shrank {
                    saved: old.checkpoint().size(),
                    now: head.size(),
                });
            }
            Ok(old) => saved
                .entry(old.checkpoint().size())
                .or_default()
                .push(*old.checkpoint().root()),
        }
    }
    saved
}

/// Grows the log's tree anew and compares what is stored with it.
struct Auditor<'a> {
    folder: &'a Folder,
    size: u64,
    edge: RightEdge,
    saved: BTreeMap<u64, Vec<TreeHash>>,
    report: Report,
}

impl Auditor<'_> {
    fn walk_bundles(&mut self) {
        let mut index = 0;
        while let Some(tile) = TileId::at_size(TileLevel::Entries, index, self.size) {
            let Some(hashes) = TileId::at_size(TileLevel::Hashes(0), index, self.size) else {
                return;
            };
            let stored_bundle = self.read(&tile);
            let stored_hashes = self
                .read(&hashes)
                .and_then(|bytes| self.parse_hashes(&hashes, &bytes));
            let leaves = stored_bundle
                .as_deref()
                .and_then(|bytes| self.hash_entries(&tile, bytes));
            match (&leaves, &stored_hashes) {
                (Some(leaves), Some(stored)) => self.compare_entries(&hashes, leaves, stored),
                (None, None) => return,
                _ => {}
            }
            if let (Some(bytes), Some(_)) = (&stored_bundle, &leaves) {
                self.compare_partials(&tile, bytes);
            }
            let Some(leaves) = leaves.or(stored_hashes) else {
                return;
            };
            self.compare_partials(&hashes, &tile_bytes(&leaves));
            for leaf in leaves {
                let completed = self.edge.append(leaf);
                self.compare_saved();
                completed
                    .iter()
                    .filter(|tile| tile.level > 0)
                    .for_each(|tile| self.check_upper(tile));
            }
            index += 1;
        }
    }

    /// Hashes the entries of a stored bundle; `None`, with a fault, if it cannot be taken apart.
    fn hash_entries(&mut self, tile: &TileId, bytes: &[u8]) -> Option<Vec<TreeHash>> {
        match bundle::entries(bytes, tile.width().into()) {
            Ok(entries) => {
                self.report.entries += u64::from(tile.width());
                Some(entries.into_iter().map(leaf_hash).collect())
            }
            Err(error) => {
                self.report
                    .add(Fault::BundleMalformed { tile: *tile, error });
                None
            }
        }
    }

    fn parse_hashes(&mut self, tile: &TileId, bytes: &[u8]) -> Option<Vec<TreeHash>> {
        match hashes_of_tile(bytes, tile.width()) {
            Ok(hashes) => Some(hashes),
            Err(error) => {
                self.report.add(Fault::TileMalformed { tile: *tile, error });
                None
            }
        }
    }

    /// Names the first entry whose hash is not the stored one, and how many more there are in its tile.
    fn compare_entries(&mut self, tile: &TileId, leaves: &[TreeHash], stored: &[TreeHash]) {
        let mut differing = (tile.index() * 256..)
            .zip(leaves.iter().zip(stored))
            .filter(|(_, (a, b))| a != b);
        if let Some((index, _)) = differing.next() {
            let more = differing.count();
            self.report.add(Fault::EntryDiffers {
                index,
                more,
                tile: *tile,
            });
        }
    }

    /// Compares a stored upper tile that the tree has just completed.
    fn check_upper(&mut self, tile: &FullTile) {
        let id = TileId::full(TileLevel::Hashes(tile.level), tile.index);
        self.check_hash_tile(&id, &tile.hashes);
    }

    /// Compares the unfinished upper tiles, once the tree has reached the head's size.
    fn check_upper_edge(&mut self) {
        let levels: Vec<Vec<TreeHash>> = self.edge.tiles().to_vec();
        for (level, hashes) in (0..).zip(levels).skip(1) {
            let level = TileLevel::Hashes(level);
            let on_level = self.edge.size() >> (8 * u32::from(height(level)));
            if let Some(tile) = TileId::at_size(level, on_level / 256, self.edge.size()) {
                self.check_hash_tile(&tile, &hashes);
            }
        }
    }

    fn check_hash_tile(&mut self, tile: &TileId, computed: &[TreeHash]) {
        let Some(bytes) = self.read(tile) else { return };
        if let Some(stored) = self.parse_hashes(tile, &bytes)
            && let Some(place) = stored.iter().zip(computed).position(|(a, b)| a != b)
        {
            self.report.add(Fault::TileDiffers { tile: *tile, place });
        }
        self.compare_partials(tile, &tile_bytes(computed));
    }

    /// Compares every kept partial form of a tile with the beginning of what was computed.
    fn compare_partials(&mut self, tile: &TileId, whole: &[u8]) {
        let folder = self.folder.partials_of(tile);
        let listing = match fs::read_dir(&folder) {
            Ok(listing) => listing,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return,
            Err(error) => {
                return self
                    .report
                    .add(Fault::Unreadable(at(&folder)(error).to_string()));
            }
        };
        for name in listing.flatten().map(|file| file.file_name()) {
            let width = name.to_str().and_then(|name| name.parse().ok());
            let partial = width.and_then(|width| TileId::new(tile.level(), tile.index(), width));
            // The tile itself was read already; wider ones belong to no signed head.
            let Some(partial) = partial.filter(|partial| partial.width() < tile.width()) else {
                continue;
            };
            let stored = match self.folder.read_exact(&partial) {
                Ok(Some(stored)) => stored,
                Ok(None) => continue,
                Err(error) => {
                    self.report.add(Fault::Unreadable(error.to_string()));
                    continue;
                }
            };
            self.report.tiles += 1;
            let complete = match tile.level() {
                TileLevel::Entries => bundle::entries(&stored, partial.width().into()).is_ok(),
                TileLevel::Hashes(_) => hashes_of_tile(&stored, partial.width()).is_ok(),
            };
            if !complete || !whole.starts_with(&stored) {
                self.report.add(Fault::PartialDiffers { tile: partial });
            }
        }
    }

    /// Compares the tree, as far as it has grown, with a head remembered from that size.
    fn compare_saved(&mut self) {
        let size = self.edge.size();
        let Some(first) = self
            .saved
            .first_entry()
            .filter(|first| *first.key() == size)
        else {
            return;
        };
        let now = self.edge.root();
        for saved in first.remove() {
            if saved != now {
                self.report.add(Fault::Fork { size, saved, now });
            }
        }
    }

    fn check_root(&mut self, head: &Checkpoint) {
        let reached = self.edge.size();
        if reached < head.size() {
            return self.report.add(Fault::Incomplete {
                reached,
                size: head.size(),
            });
        }
        let computed = self.edge.root();
        self.report.recomputed_root = Some(computed);
        if computed != *head.root() {
            self.report.add(Fault::RootDiffers {
                size: head.size(),
                signed: *head.root(),
                computed,
            });
        }
    }

    /// Reads a tile that the head needs; a missing or unreadable one is a fault.
    fn read(&mut self, tile: &TileId) -> Option<Vec<u8>> {
        match self.folder.read(tile) {
            Ok(Some(bytes)) => {
                self.report.tiles += 1;
                return Some(bytes);
            }
            Ok(None) => self.report.add(Fault::TileMissing { tile: *tile }),
            Err(error) => self.report.add(Fault::Unreadable(error.to_string())),
        }
        None
    }
}

fn height(level: TileLevel) -> u8 {
    match level {
        TileLevel::Entries => 0,
        TileLevel::Hashes(level) => level,
    }
}

/// Looks through all files below `tile` for those that no signed head covers and those that are no tiles at all.
fn survey(folder: &Folder, size: u64, report: &mut Report) -> Result<(), FileError> {
    let mut pending = vec![folder.root().join("tile")];
    while let Some(path) = pending.pop() {
        let listing = match fs::read_dir(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            listing => listing.map_err(at(&path))?,
        };
        for file in listing {
            let file = file.map_err(at(&path))?;
            if file.file_type().map_err(at(&path))?.is_dir() {
                pending.push(file.path());
                continue;
            }
            let relative = file.path();
            let relative = relative
                .strip_prefix(folder.root())
                .unwrap_or(&relative)
                .to_string_lossy();
            match TileId::parse(&relative) {
                Ok(tile) if tile.least_size().is_some_and(|least| least <= size) => {}
                Ok(_) => report.note_unsigned(&relative),
                Err(_) => report.note_stranger(&relative),
            }
        }
    }
    Ok(())
}
