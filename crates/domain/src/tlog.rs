//! A transparency log as values: tree hashes and proofs, tiles, signed heads, cosignatures, single-file proofs.
//!
//! The life of an entry: its bytes go into a *bundle*, their [`TreeHash`] into a hash *tile*; the [`RightEdge`] of the
//! tree gives the root; a [`Checkpoint`] states size and root, a [`SignedNote`] carries it under the log's key, and a
//! witness adds a cosignature. [`TlogProof`] is what one reader takes home: one entry's place under one signed head.
//!
//! Follows C2SP signed-note 1.0.0, tlog-checkpoint 1.0.0, tlog-cosignature (cosignature/v1), tlog-tiles 0.1.0,
//! tlog-witness 1.0.0 and tlog-proof. Not here: files, sockets, clock, randomness; the crates `logbook` and `witness`
//! keep logs and heads.

pub mod bundle;
mod checkpoint;
mod edge;
mod hash;
mod key;
mod note;
mod proof;
mod proof_file;
mod tile;
mod witness;

pub use checkpoint::{Checkpoint, CheckpointError, Cosigner, Head, HeadError, Quorum};
pub use edge::{FullTile, RightEdge, UnfitEdge};
pub use hash::{TreeHash, empty_root, leaf_hash, node_hash};
pub use key::{KeyError, KeyKind, SigningKey, VerifierKey};
pub use note::{MAX_NOTE_BYTES, MAX_SIGNATURES, NoteError, NoteSignature, SignedNote, Verified};
pub use proof::{
    NodeAddress, ProofError, consistency_proof, inclusion_proof, range_hash, verify_consistency,
    verify_inclusion,
};
pub use proof_file::{ProofFileError, TlogProof};
pub use tile::{
    TILE_WIDTH, TileError, TileId, TileLevel, hashes_of_tile, node_in_tile, tile_bytes,
    tile_of_node,
};
pub use witness::{AddCheckpoint, AddCheckpointError, Refusal, judge_checkpoint};
