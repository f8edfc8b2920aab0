//! Time stamps of the log's heads by an outside authority (RFC 3161).
//!
//! The life of a stamp: [`ask`] keeps the signed head beside the log and gives the request; somebody carries it to an
//! authority; [`keep`] takes the answer, if it fits what was asked, as `stamps/<size>.tsr` beside
//! `stamps/<size>.checkpoint`. Nothing in `stamps/` is part of the log, and the log's own check passes it by.
//!
//! Not here: sending, and the authority's signature and certificate. Whoever relies on a stamp has these checked by any
//! RFC 3161 verifier that trusts the authority, over the stored head: `openssl ts -verify -data … -in … -CAfile …`.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use domain::tlog::{Checkpoint, SignedNote};
use sha2::{Digest as _, Sha256};

use crate::folder::{FileError, Folder, at};

const INTEGER: u8 = 0x02;
const BOOLEAN: u8 = 0x01;
const OCTETS: u8 = 0x04;
const NULL: u8 = 0x05;
const NAME: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
const EXPLICIT_0: u8 = 0xa0;

/// 2.16.840.1.101.3.4.2.1, SHA-256.
const SHA_256: [u8; 9] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
/// 1.2.840.113549.1.7.2, signed content.
const SIGNED: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
/// 1.2.840.113549.1.9.16.1.4, what a time stamp states.
const STATEMENT: [u8; 11] = [
    0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04,
];

/// Why a head cannot be stamped, or an answer is not kept.
#[derive(Debug, thiserror::Error)]
pub enum StampError {
    /// The log has no head, or one that cannot be read.
    #[error("the log has no readable head")]
    NoHead,
    /// A stamp of this head is kept already.
    #[error("the head of size {0} has been stamped before")]
    KeptBefore(u64),
    /// The answer is not what RFC 3161 describes.
    #[error("the answer is no time stamp response")]
    Malformed,
    /// The authority refused.
    #[error("the authority did not grant the stamp")]
    NotGranted,
    /// The stamp is for other bytes.
    #[error("the stamp is not for this head")]
    OtherImprint,
    /// The stamp answers another request.
    #[error("the stamp answers another request")]
    OtherNonce,
    /// No request that was made here fits the answer.
    #[error("the answer fits no request made for this log")]
    NotAsked,
    /// Reading or writing failed.
    #[error(transparent)]
    File(#[from] FileError),
}

/// The request for a stamp of these bytes, in DER (RFC 3161 §2.4.1): SHA-256, the nonce, and the authority's certificate
/// to be in the answer.
pub fn request(note: &[u8], nonce: u64) -> Vec<u8> {
    let algorithm = element(SEQUENCE, &[element(NAME, &[SHA_256]), element(NULL, &[[]])]);
    let imprint = element(
        SEQUENCE,
        &[algorithm, element(OCTETS, &[Sha256::digest(note)])],
    );
    let nonce = element(INTEGER, &[positive(nonce)]);
    let version = element(INTEGER, &[[1]]);
    let certificate = element(BOOLEAN, &[[0xff]]);
    element(SEQUENCE, &[version, imprint, nonce, certificate])
}

/// Checks that the answer grants what was requested for these bytes. The authority's signature is not looked at.
///
/// # Errors
/// What does not fit: the shape, the status, the imprint or the nonce.
pub fn check(response: &[u8], request: &[u8], note: &[u8]) -> Result<(), StampError> {
    let (granted, statement) = opened(response).ok_or(StampError::Malformed)?;
    if !granted {
        return Err(StampError::NotGranted);
    }
    let stamped = statement.and_then(stated).ok_or(StampError::Malformed)?;
    let asked = asked(request).ok_or(StampError::NotAsked)?;
    let hash = Sha256::digest(note);
    if stamped.imprint != hash.as_slice() || asked.imprint != hash.as_slice() {
        return Err(StampError::OtherImprint);
    }
    if stamped.nonce != asked.nonce {
        return Err(StampError::OtherNonce);
    }
    Ok(())
}

/// Keeps the head of the log in `dir` for stamping; gives its size and the request. Asked again before the answer is
/// there, it gives the same request, so that the answer to neither copy is lost.
///
/// # Errors
/// Without a head, with a head that is stamped already, or when the disk fails.
pub fn ask(dir: &Path, nonce: u64) -> Result<(u64, Vec<u8>), StampError> {
    let note = Folder::new(dir)
        .read_checkpoint()?
        .ok_or(StampError::NoHead)?;
    let size = SignedNote::parse(&note)
        .ok()
        .and_then(|signed| Checkpoint::parse(signed.text()).ok())
        .ok_or(StampError::NoHead)?
        .size();
    if place(dir, size, "tsr").exists() {
        return Err(StampError::KeptBefore(size));
    }
    if let Some(request) = pending(dir, size) {
        return Ok((size, request));
    }
    let request = request(&note, nonce);
    put(&place(dir, size, "checkpoint"), &note)?;
    put(&place(dir, size, "tsq"), &request)?;
    Ok((size, request))
}

/// Keeps the answer to a request made by [`ask`]; gives the size of the head it stamps.
///
/// # Errors
/// [`StampError::NotAsked`] if it fits no request, another of [`check`]'s if it is no granted stamp, or when the disk
/// fails.
pub fn keep(dir: &Path, response: &[u8]) -> Result<u64, StampError> {
    let folder = dir.join("stamps");
    let listing = match fs::read_dir(&folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(StampError::NotAsked),
        listing => listing.map_err(at(&folder))?,
    };
    for file in listing {
        let name = file.map_err(at(&folder))?.file_name();
        let size = name.to_str().and_then(|name| name.strip_suffix(".tsq"));
        let Some(size) = size.and_then(|size| size.parse().ok()) else {
            continue;
        };
        let request = read(&place(dir, size, "tsq"))?;
        let note = read(&place(dir, size, "checkpoint"))?;
        match check(response, &request, &note) {
            Ok(()) => {
                put(&place(dir, size, "tsr"), response)?;
                return Ok(size);
            }
            Err(StampError::OtherImprint | StampError::OtherNonce | StampError::NotAsked) => {}
            Err(error) => return Err(error),
        }
    }
    Err(StampError::NotAsked)
}

/// The request that was made for the head of this size, and has no answer yet.
fn pending(dir: &Path, size: u64) -> Option<Vec<u8>> {
    let request = fs::read(place(dir, size, "tsq")).ok()?;
    let note = fs::read(place(dir, size, "checkpoint")).ok()?;
    let fits = asked(&request)?.imprint == Sha256::digest(note).as_slice();
    fits.then_some(request)
}

fn place(dir: &Path, size: u64, kind: &str) -> PathBuf {
    dir.join("stamps").join(format!("{size}.{kind}"))
}

fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    fs::read(path).map_err(at(path))
}

/// Writes a file durably and whole.
fn put(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let staged = path.with_extension("part");
    let written = || {
        let folder = path.parent().unwrap_or(path);
        fs::create_dir_all(folder)?;
        let mut file = File::create(&staged)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&staged, path)?;
        File::open(folder)?.sync_all()
    };
    written().map_err(at(path))
}

/// What a stamp or a request is about.
struct Imprinted<'a> {
    imprint: &'a [u8],
    nonce: &'a [u8],
}

/// Whether the answer grants, and what its stamp states, in DER (RFC 3161 §2.4.2, RFC 5652 §5).
fn opened(response: &[u8]) -> Option<(bool, Option<&[u8]>)> {
    let mut whole = response;
    let mut parts = child(&mut whole, SEQUENCE)?;
    let mut status = child(&mut parts, SEQUENCE)?;
    // 0 granted, 1 granted with modifications.
    let granted = matches!(child(&mut status, INTEGER)?, [0 | 1]);
    if !whole.is_empty() {
        return None;
    }
    if parts.is_empty() {
        return Some((granted, None));
    }
    let mut token = child(&mut parts, SEQUENCE)?;
    let kind = child(&mut token, NAME)?;
    let mut content = child(&mut token, EXPLICIT_0)?;
    let mut signed = child(&mut content, SEQUENCE)?;
    child(&mut signed, INTEGER)?;
    next(&mut signed)?;
    let mut inner = child(&mut signed, SEQUENCE)?;
    if kind != SIGNED || child(&mut inner, NAME)? != STATEMENT {
        return None;
    }
    let mut octets = child(&mut inner, EXPLICIT_0)?;
    Some((granted, Some(child(&mut octets, OCTETS)?)))
}

/// Imprint and nonce that a stamp states.
fn stated(mut statement: &[u8]) -> Option<Imprinted<'_>> {
    let mut parts = child(&mut statement, SEQUENCE)?;
    child(&mut parts, INTEGER)?;
    child(&mut parts, NAME)?;
    let imprint = imprint(&mut parts)?;
    child(&mut parts, INTEGER)?;
    next(&mut parts)?;
    // After the moment come accuracy and ordering, if at all, then the nonce: the only integer of the rest.
    loop {
        let (tag, nonce) = next(&mut parts)?;
        if tag == INTEGER {
            return Some(Imprinted { imprint, nonce });
        }
    }
}

/// Imprint and nonce of a request that [`request`] made.
fn asked(mut request: &[u8]) -> Option<Imprinted<'_>> {
    let mut parts = child(&mut request, SEQUENCE)?;
    child(&mut parts, INTEGER)?;
    let imprint = imprint(&mut parts)?;
    let nonce = child(&mut parts, INTEGER)?;
    Some(Imprinted { imprint, nonce })
}

/// The hash of an imprint by SHA-256.
fn imprint<'a>(parts: &mut &'a [u8]) -> Option<&'a [u8]> {
    let mut imprint = child(parts, SEQUENCE)?;
    let mut algorithm = child(&mut imprint, SEQUENCE)?;
    if child(&mut algorithm, NAME)? != SHA_256 {
        return None;
    }
    child(&mut imprint, OCTETS)
}

/// Takes the next element, which must have this tag; gives its content.
fn child<'a>(bytes: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
    let (found, content) = next(bytes)?;
    (found == tag).then_some(content)
}

/// Takes the next element off the front: its tag and its content. Lengths are definite, as DER has them.
fn next<'a>(bytes: &mut &'a [u8]) -> Option<(u8, &'a [u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, mut rest) = rest.split_first()?;
    let mut length = usize::from(first);
    if first >= 0x80 {
        let count = usize::from(first & 0x7f);
        if !(1..=4).contains(&count) {
            return None;
        }
        let (big_endian, after) = rest.split_at_checked(count)?;
        length = big_endian
            .iter()
            .fold(0, |length, byte| (length << 8) | usize::from(*byte));
        rest = after;
    }
    let (content, after) = rest.split_at_checked(length)?;
    *bytes = after;
    Some((tag, content))
}

/// An element in DER of the parts, one after the other. Nothing written here is longer than 127 bytes.
fn element<Part: AsRef<[u8]>>(tag: u8, parts: &[Part]) -> Vec<u8> {
    let content = parts
        .iter()
        .flat_map(|part| part.as_ref())
        .copied()
        .collect::<Vec<u8>>();
    // Invariant: short form suffices, for a request has at most 69 bytes.
    debug_assert!(content.len() < 0x80);
    let length = u8::try_from(content.len()).unwrap_or(u8::MAX);
    [&[tag, length], content.as_slice()].concat()
}

/// The shortest form of a number that is not taken for a negative one.
fn positive(number: u64) -> Vec<u8> {
    let mut bytes: Vec<u8> = number.to_be_bytes().to_vec();
    bytes.insert(0, 0);
    let needless = bytes
        .windows(2)
        .take_while(|pair| matches!(pair, [0, second] if *second < 0x80))
        .count();
    bytes.split_off(needless)
}
