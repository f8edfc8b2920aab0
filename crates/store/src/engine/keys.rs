//! The installation's keys: three files under `keys/`, made once, readable by their owner alone.
//!
//! `pseudonym` is the key under which persons stand in the log; `log` signs the log's heads; `receipt` signs receipts.
//! Each file is one line: 64 hexadecimal digits for the first, the name and seed of a signing key for the others.

use std::io::Write as _;
use std::path::Path;

use domain::id::Randomness;
use domain::tlog::{KeyKind, SigningKey, VerifierKey};

use crate::engine::blob;
use crate::error::{OpenError, StoreError};

/// The keys of one installation.
pub struct Keys {
    pseudonym: [u8; 32],
    log_seed: [u8; 32],
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
    pub(crate) fn log_seed(&self) -> &[u8; 32] {
        &self.log_seed
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

    /// Reads the key files.
    pub(crate) fn read(folder: &Path) -> Result<Self, OpenError> {
        let pseudonym = seed_of("pseudonym", &line(folder, "pseudonym")?)?;
        let (origin, log_seed) = named(folder, "log")?;
        let (receipt_name, receipt_seed) = named(folder, "receipt")?;
        Ok(Self {
            pseudonym,
            log: signing("log", &origin, &log_seed)?,
            receipt: signing("receipt", &receipt_name, &receipt_seed)?,
            log_seed,
            origin,
        })
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
        .map_err(|error| OpenError::Key {
            name,
            reason: error.to_string(),
        })
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

fn write_private(path: &Path, line: &str) -> Result<(), OpenError> {
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
    Ok(written.map_err(StoreError::file(path))?)
}
