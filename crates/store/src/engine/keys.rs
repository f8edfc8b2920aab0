//! The installation's keys: four files under `keys/`, made once, readable by their owner alone. While the log's key is being
//! turned for another, `log.next` signs beside it; `log.former` holds the public halves of those that signed before.
//!
//! `pseudonym` is the key under which persons stand in the log; `seal` seals small secrets that lie in the database (second
//! factors); `log` signs the log's heads; `receipt` signs receipts. Each file is one line: 64 hexadecimal digits for the
//! first two, the name and seed of a signing key for the others.

use std::io::Write as _;
use std::path::Path;

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use domain::id::Randomness;
use domain::tlog::{KeyError, KeyKind, SigningKey, VerifierKey};
use logbook::LogKeys;

use crate::engine::blob;
use crate::error::{OpenError, StoreError};

/// The keys of one installation.
pub struct Keys {
    pseudonym: [u8; 32],
    seal: [u8; 32],
    log_seed: [u8; 32],
    next_seed: Option<[u8; 32]>,
    former: Vec<VerifierKey>,
    origin: String,
    log: SigningKey,
    receipt: SigningKey,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Keys(of {})", self.origin)
    }
}

impl Keys {
    /// The key under which records and persons get their names in the log.
    pub fn pseudonym(&self) -> &[u8; 32] {
        &self.pseudonym
    }
    /// Seals a small secret, bound to what it belongs to (XChaCha20-Poly1305, 24 random bytes in front).
    pub fn seal(
        &self,
        belongs_to: &[u8],
        secret: &[u8],
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, StoreError> {
        let mut nonce = [0u8; NONCE];
        randomness.fill(&mut nonce);
        let payload = Payload {
            msg: secret,
            aad: belongs_to,
        };
        let sealed = XChaCha20Poly1305::new(&self.seal.into())
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| unsealable())?;
        Ok([nonce.as_slice(), &sealed].concat())
    }
    /// Opens a sealed secret; fails when it is another's, or was altered.
    pub fn unseal(&self, belongs_to: &[u8], sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or_else(unsealable)?;
        let payload = Payload {
            msg: sealed,
            aad: belongs_to,
        };
        XChaCha20Poly1305::new(&self.seal.into())
            .decrypt(&XNonce::from(*nonce), payload)
            .map_err(|_| unsealable())
    }
    /// Signs the log's heads.
    pub fn log(&self) -> &SigningKey {
        &self.log
    }
    /// Signs receipts.
    pub fn receipt(&self) -> &SigningKey {
        &self.receipt
    }
    /// Checks the log's heads.
    pub fn log_verifier(&self) -> &VerifierKey {
        self.log.verifier()
    }
    /// Checks receipts.
    pub fn receipt_verifier(&self) -> &VerifierKey {
        self.receipt.verifier()
    }
    /// The log's name, which is the name of its key.
    pub fn origin(&self) -> &str {
        &self.origin
    }
    /// The key that signs the log's heads too, while it takes the place of the present one.
    pub fn next_verifier(&self) -> Option<VerifierKey> {
        let next = signing("log.next", &self.origin, &self.next_seed?).ok()?;
        Some(next.verifier().clone())
    }
    /// All the keys that the log knows.
    pub(crate) fn log_keys(&self) -> Result<LogKeys, KeyError> {
        let mut keys = LogKeys::new(&self.origin, &self.log_seed)?;
        if let Some(seed) = &self.next_seed {
            keys = keys.and_sign_with(seed)?;
        }
        Ok(self.former.iter().cloned().fold(keys, LogKeys::and_accept))
    }

    /// Makes the key files of a new installation: all of them or none.
    pub(crate) fn create(
        folder: &Path,
        origin: &str,
        randomness: &dyn Randomness,
    ) -> Result<(), OpenError> {
        let passing = folder.with_extension("new");
        if passing.exists() {
            // Left by a start that was broken off before it used any of them.
            std::fs::remove_dir_all(&passing).map_err(StoreError::file(&passing))?;
        }
        private_folder(&passing)?;
        for (name, role) in [
            ("pseudonym", None),
            ("seal", None),
            ("log", Some("")),
            ("receipt", Some("/receipt")),
        ] {
            let mut seed = [0u8; 32];
            randomness.fill(&mut seed);
            let line = match role {
                None => domain::audit::hex(&seed),
                Some(suffix) => format!("{origin}{suffix} {}", domain::audit::hex(&seed)),
            };
            write_private(&passing.join(name), &line)?;
        }
        blob::sync_folder(&passing)?;
        std::fs::rename(&passing, folder).map_err(StoreError::file(folder))?;
        Ok(())
    }

    /// Makes the key that installations of before second factors do not have.
    pub(crate) fn complete(folder: &Path, randomness: &dyn Randomness) -> Result<(), OpenError> {
        let seal = folder.join("seal");
        if !folder.exists() || seal.exists() {
            return Ok(());
        }
        let mut seed = [0u8; 32];
        randomness.fill(&mut seed);
        write_private(&seal, &domain::audit::hex(&seed))?;
        blob::sync_folder(folder)?;
        Ok(())
    }

    /// Reads the key files.
    pub(crate) fn read(folder: &Path) -> Result<Self, OpenError> {
        let pseudonym = seed_of("pseudonym", &line(folder, "pseudonym")?)?;
        let seal = seed_of("seal", &line(folder, "seal")?)?;
        let (origin, log_seed) = named(folder, "log")?;
        let (receipt_name, receipt_seed) = named(folder, "receipt")?;
        let next_seed = match folder.join(NEXT).exists() {
            true => Some(named(folder, NEXT)?.1),
            false => None,
        };
        let former = match std::fs::read_to_string(folder.join(FORMER)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            text => former(&text.map_err(|error| unreadable(FORMER, error))?)?,
        };
        Ok(Self {
            next_seed,
            former,
            pseudonym,
            seal,
            log: signing("log", &origin, &log_seed)?,
            receipt: signing("receipt", &receipt_name, &receipt_seed)?,
            log_seed,
            origin,
        })
    }
}

impl Keys {
    /// Makes the key that is to sign the log's heads; from the next opening it signs beside the present one.
    ///
    /// # Errors
    /// When one is waiting already, or the file cannot be written.
    pub(crate) fn begin_turn(
        &self,
        folder: &Path,
        randomness: &dyn Randomness,
    ) -> Result<VerifierKey, OpenError> {
        let mut seed = [0u8; 32];
        randomness.fill(&mut seed);
        let line = format!("{} {}", self.origin, domain::audit::hex(&seed));
        write_private(&folder.join(NEXT), &line)?;
        blob::sync_folder(folder)?;
        Ok(signing(NEXT, &self.origin, &seed)?.verifier().clone())
    }

    /// Puts the waiting key in the place of the present one, whose public half is kept.
    ///
    /// # Errors
    /// When none is waiting, or a file cannot be written.
    pub(crate) fn finish_turn(&self, folder: &Path) -> Result<VerifierKey, OpenError> {
        let next = self.next_verifier().ok_or(OpenError::Key {
            name: NEXT,
            reason: "no key is waiting".into(),
        })?;
        let mut kept: Vec<String> = self.former.iter().map(ToString::to_string).collect();
        kept.push(self.log_verifier().to_string());
        let passing = folder.join(format!("{FORMER}.new"));
        let _absent = std::fs::remove_file(&passing);
        write_private(&passing, &kept.join("\n"))?;
        for (from, to) in [(passing, FORMER), (folder.join(NEXT), "log")] {
            std::fs::rename(&from, folder.join(to)).map_err(StoreError::file(&from))?;
            blob::sync_folder(folder)?;
        }
        Ok(next)
    }
}

/// The key that is to sign the log.
pub(crate) const NEXT: &str = "log.next";

/// Public halves of the keys that signed the log before, one a line.
pub(crate) const FORMER: &str = "log.former";

fn former(text: &str) -> Result<Vec<VerifierKey>, OpenError> {
    let keys = text.lines().map(VerifierKey::parse);
    keys.collect::<Result<_, KeyError>>()
        .map_err(|error| unreadable(FORMER, error))
}

fn unreadable(name: &'static str, error: impl std::fmt::Display) -> OpenError {
    OpenError::Key {
        name,
        reason: error.to_string(),
    }
}

/// Random bytes in front of what is sealed.
const NONCE: usize = 24;

fn unsealable() -> StoreError {
    StoreError::Row {
        table: "second_factor",
        reason: "a sealed secret does not open with the key `seal`".into(),
    }
}

fn signing(which: &'static str, name: &str, seed: &[u8; 32]) -> Result<SigningKey, OpenError> {
    SigningKey::new(name, KeyKind::Log, seed).map_err(|error| OpenError::Key {
        name: which,
        reason: error.to_string(),
    })
}

fn line(folder: &Path, name: &'static str) -> Result<String, OpenError> {
    std::fs::read_to_string(folder.join(name))
        .map(|text| text.trim_end().to_owned())
        .map_err(|error| unreadable(name, error))
}

fn named(folder: &Path, name: &'static str) -> Result<(String, [u8; 32]), OpenError> {
    let line = line(folder, name)?;
    let (key_name, seed) = line.split_once(' ').ok_or(OpenError::Key {
        name,
        reason: "it is not a name and a seed".into(),
    })?;
    Ok((key_name.to_owned(), seed_of(name, seed)?))
}

fn seed_of(name: &'static str, text: &str) -> Result<[u8; 32], OpenError> {
    blob::digest_bytes(text).ok_or(OpenError::Key {
        name,
        reason: "it is not 64 hexadecimal digits".into(),
    })
}

/// Makes a folder that its owner alone can enter.
pub(crate) fn private_folder(path: &Path) -> Result<(), StoreError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(path).map_err(StoreError::file(path))
}

pub(crate) fn write_private(path: &Path, line: &str) -> Result<(), StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let written = options
        .open(path)
        .and_then(|mut file| writeln!(file, "{line}").and_then(|()| file.sync_all()));
    written.map_err(StoreError::file(path))
}
