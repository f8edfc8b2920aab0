//! Reading one file.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::account::{Account, Original, Part, Reason, Recipe, Step, Unread, hex};
use crate::child::{self, Ended};
use crate::order::{ACCOUNT_FILE, LONGEST_ACCOUNT, Order, PARTS_FOLDER};
use crate::settings::{Limits, Settings};

/// What is known of the rights of a reader that came to nothing.
const UNTOLD: &str = "unknown: the reader did not come to tell";

/// Why there is no account at all. Nothing in the file can bring this about.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The file cannot be opened or read.
    #[error("the file cannot be read")]
    File(#[source] io::Error),
    /// The reader cannot be started.
    #[error("the reader `{reader}` cannot be started")]
    Reader {
        /// Where it was looked for.
        reader: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The scratch folder cannot be used.
    #[error("the scratch folder cannot be used")]
    Scratch(#[source] io::Error),
    /// The order cannot be written down.
    #[error("the order cannot be written down")]
    Order(#[source] serde_json::Error),
}

/// Reads one file in a child process and tells what is in it.
///
/// The parts that the account names lie in `scratch` afterwards, each under its SHA-256, and nothing else of this
/// reading does. A crash, a limit or a useless answer of the reader gives an account that says so.
///
/// # Errors
/// When file, reader or scratch folder cannot be used, which says nothing about the document.
pub fn read(
    reader: &Path,
    file: &Path,
    name: &str,
    settings: &Settings,
    limits: &Limits,
    scratch: &Path,
) -> Result<Account, ReadError> {
    let order = Order {
        file: file.to_owned(),
        name: name.to_owned(),
        settings: settings.clone(),
        limits: limits.clone(),
        drawing: None,
    };
    ordered(reader, order, scratch)
}

/// Has one order carried out in a child process.
pub(crate) fn ordered(
    reader: &Path,
    mut order: Order,
    scratch: &Path,
) -> Result<Account, ReadError> {
    order.file = order.file.canonicalize().map_err(ReadError::File)?;
    let original = original(&order.file, &order.name).map_err(ReadError::File)?;
    let job = Job::new(scratch).map_err(ReadError::Scratch)?;
    let bytes = serde_json::to_vec(&order).map_err(ReadError::Order)?;
    let ended = reader
        .canonicalize()
        .and_then(|reader| child::run(&reader, &job.folder, &bytes, order.limits.wall_seconds))
        .map_err(|source| ReadError::Reader {
            reader: reader.to_owned(),
            source,
        })?;
    let answer = match ended {
        // What it had told before it broke down still stands.
        Ended::Badly(unread) => match taken(&job.folder, &order) {
            Ok(mut account) => {
                account.unread.push(unread);
                Ok(account)
            }
            Err(_) => Err(unread),
        },
        Ended::Well => taken(&job.folder, &order),
    };
    let mut account = answer.unwrap_or_else(|unread| unread_whole(unread, &order));
    account.original = original;
    account.recipe.repeatable &= !account
        .unread
        .iter()
        .any(|unread| unread.reason.depends_on_machine());
    keep_parts(&job.folder, &mut account, scratch).map_err(ReadError::Scratch)?;
    job.end().map_err(ReadError::Scratch)?;
    Ok(account)
}

/// The account of a file whose reader came to nothing.
fn unread_whole(unread: Unread, order: &Order) -> Account {
    Account {
        media_type: "application/octet-stream".to_owned(),
        unread: vec![unread],
        recipe: Recipe {
            steps: vec![Step::new("documents", env!("CARGO_PKG_VERSION"))],
            settings: order.settings.clone(),
            limits: order.limits.clone(),
            network: UNTOLD.to_owned(),
            files: UNTOLD.to_owned(),
            repeatable: true,
        },
        ..Account::default()
    }
}

/// Reads the reader's answer, trusting nothing in it.
fn taken(folder: &Path, order: &Order) -> Result<Account, Unread> {
    let bad = |words: &str| Unread::whole(Reason::BadOutput, words);
    let path = folder.join(ACCOUNT_FILE);
    let is_file = fs::symlink_metadata(&path).is_ok_and(|found| found.is_file());
    if !is_file {
        return Err(bad("its reader left no account"));
    }
    let mut bytes = Vec::new();
    File::open(&path)
        .and_then(|file| file.take(LONGEST_ACCOUNT + 1).read_to_end(&mut bytes))
        .map_err(|_| bad("its reader's account cannot be opened"))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > LONGEST_ACCOUNT {
        return Err(bad("its reader's account is too long"));
    }
    let account: Account =
        serde_json::from_slice(&bytes).map_err(|_| bad("its reader's account makes no sense"))?;
    let parts = u64::try_from(account.parts.len()).unwrap_or(u64::MAX);
    let deep = order.settings.depth.saturating_add(1);
    let fits = parts <= order.limits.parts
        && account.recipe.settings == order.settings
        && account.recipe.limits == order.limits
        && account.parts.iter().all(|part| part.depth == deep);
    if fits {
        Ok(account)
    } else {
        Err(bad("its reader's account is not about what was asked"))
    }
}

/// Moves the parts that are what the account says into `scratch`, and takes the others out of the account.
fn keep_parts(folder: &Path, account: &mut Account, scratch: &Path) -> io::Result<()> {
    let mut kept = Vec::with_capacity(account.parts.len());
    for part in std::mem::take(&mut account.parts) {
        if keep_part(&folder.join(PARTS_FOLDER), &part, scratch)? {
            kept.push(part);
        } else {
            let words = "its bytes are not what the reader said";
            account
                .unread
                .push(Unread::at(part.name, Reason::BadOutput, words));
        }
    }
    account.parts = kept;
    Ok(())
}

fn keep_part(folder: &Path, part: &Part, scratch: &Path) -> io::Result<bool> {
    let is_digest = part.sha256.len() == 64
        && part
            .sha256
            .bytes()
            .all(|digit| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit));
    if !is_digest {
        return Ok(false);
    }
    let target = scratch.join(&part.sha256);
    let source = folder.join(&part.sha256);
    let is_file = |path: &Path| fs::symlink_metadata(path).is_ok_and(|found| found.is_file());
    if !is_file(&source) {
        // The same bytes may lie in a file twice, and in two files of one scratch folder.
        return Ok(is_file(&target));
    }
    let (digest, bytes) = hashed(&source)?;
    if digest != part.sha256 || bytes != part.bytes {
        return Ok(false);
    }
    fs::rename(source, target)?;
    Ok(true)
}

fn original(file: &Path, name: &str) -> io::Result<Original> {
    let (sha256, bytes) = hashed(file)?;
    Ok(Original {
        name: name.to_owned(),
        sha256,
        bytes,
    })
}

fn hashed(path: &Path) -> io::Result<(String, u64)> {
    let mut hash = Sha256::new();
    let bytes = io::copy(&mut File::open(path)?, &mut Hashing(&mut hash))?;
    Ok((hex(&hash.finalize()), bytes))
}

struct Hashing<'a>(&'a mut Sha256);

impl io::Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A folder of one reading; it goes when this goes.
struct Job {
    folder: PathBuf,
}

impl Job {
    fn new(scratch: &Path) -> io::Result<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let scratch = scratch.canonicalize()?;
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let folder = scratch.join(format!("reading-{}-{number}", std::process::id()));
            match fs::create_dir(&folder) {
                Ok(()) => {
                    let job = Self { folder };
                    fs::create_dir(job.folder.join(PARTS_FOLDER))?;
                    return Ok(job);
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn end(self) -> io::Result<()> {
        fs::remove_dir_all(&self.folder)
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        let _gone_already = fs::remove_dir_all(&self.folder);
    }
}
