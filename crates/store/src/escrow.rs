//! The keys in the hands of several people: split into shares of which a set number gives them back, fewer give nothing.
//!
//! Shamir's scheme (How to share a secret, Communications of the ACM 22, 1979) over bytes, by the crate `blahaj`. A share is a
//! text that can be printed; it names the installation, the set that it belongs to and its number. The set's name is the
//! start of the SHA-256 of what is split, so that what comes back is known to be what was given.

use std::collections::BTreeMap;
use std::path::Path;

use blahaj::{Share, Sharks};
use domain::audit::{hex, sha256_hex};
use serde::{Deserialize, Serialize};

use crate::engine::blob;
use crate::engine::keys::{private_folder, write_private};
use crate::error::StoreError;

/// Why keys were not split, or not recovered.
#[derive(Debug, thiserror::Error)]
pub enum EscrowError {
    /// Numbers of shares that make no sense.
    #[error(
        "of {of} shares {needed} cannot be needed: it takes at least two, and no more than there are"
    )]
    Numbers {
        /// How many are needed.
        needed: u8,
        /// How many there are.
        of: u8,
    },
    /// A text is not a share.
    #[error("`{name}` is not a share of keys: {reason}")]
    NotAShare {
        /// Which text.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The shares do not belong together, or are too few.
    #[error("{0}")]
    Together(String),
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] StoreError),
}

/// What is split: the key files by name.
#[derive(Serialize, Deserialize)]
struct Bundle {
    origin: String,
    files: BTreeMap<String, String>,
}

const FIRST_LINE: &str = "predicate key share, version 1";

/// Splits the files of a folder of keys; each text is one share.
///
/// # Errors
/// [`EscrowError::Numbers`], or a file that cannot be read.
pub(crate) fn split(
    folder: &Path,
    origin: &str,
    needed: u8,
    of: u8,
    made: &str,
) -> Result<Vec<String>, EscrowError> {
    if needed < 2 || needed > of {
        return Err(EscrowError::Numbers { needed, of });
    }
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).map_err(StoreError::file(folder))? {
        let entry = entry.map_err(StoreError::file(folder))?;
        let text = std::fs::read_to_string(entry.path()).map_err(StoreError::file(entry.path()))?;
        files.insert(entry.file_name().to_string_lossy().into_owned(), text);
    }
    let bundle = Bundle {
        origin: origin.to_owned(),
        files,
    };
    let secret = serde_json::to_vec(&bundle).map_err(StoreError::from)?;
    let set = set_of(&secret);
    let shares = Sharks(needed).dealer(&secret).take(usize::from(of));
    let shares = (1..).zip(shares).map(|(number, share): (u32, Share)| {
        let held = hex(&Vec::from(&share));
        let check = sha256_hex(held.as_bytes());
        format!(
            "{FIRST_LINE}\nkeys of: {origin}\nmade: {made}\nset: {set}\nnumber: {number} of {of}, any {needed} give the keys back\n\
             share: {held}\ncheck: {check}\n"
        )
    });
    Ok(shares.collect())
}

/// Puts shares together and writes the key files into a folder that must not be there yet; gives the name of whose keys they are.
///
/// # Errors
/// A text that is no share, shares of different sets, too few of them, or a folder that is there already.
pub fn recover(shares: &[(String, String)], to: &Path) -> Result<String, EscrowError> {
    let read: Vec<Read> = shares
        .iter()
        .map(|(name, text)| read(name, text))
        .collect::<Result<_, _>>()?;
    let Some(first) = read.first() else {
        return Err(EscrowError::Together("no share was given".into()));
    };
    if let Some(other) = read.iter().find(|share| share.set != first.set) {
        return Err(EscrowError::Together(format!(
            "the shares are of different sets: `{}` and `{}`",
            first.set, other.set
        )));
    }
    let secret = Sharks(first.needed)
        .recover(read.iter().map(|share| &share.share))
        .map_err(|_| {
            EscrowError::Together(format!(
                "{} different shares are needed, and there are fewer",
                first.needed
            ))
        })?;
    let bundle: Option<Bundle> = serde_json::from_slice(&secret).ok();
    let bundle = bundle.filter(|_| set_of(&secret) == first.set);
    let bundle = bundle.ok_or_else(|| {
        EscrowError::Together("the shares together do not give what was split".into())
    })?;
    let exists = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
    if to.exists() {
        return Err(StoreError::file(to)(exists).into());
    }
    private_folder(to)?;
    for (name, text) in &bundle.files {
        let plain = Path::new(name)
            .file_name()
            .is_some_and(|own| own == name.as_str());
        if !plain {
            return Err(EscrowError::Together(format!(
                "`{name}` is no file of keys"
            )));
        }
        write_private(&to.join(name), text.trim_end())?;
    }
    blob::sync_folder(to)?;
    Ok(bundle.origin)
}

struct Read {
    set: String,
    needed: u8,
    share: Share,
}

fn read(name: &str, text: &str) -> Result<Read, EscrowError> {
    let wrong = |reason: &str| EscrowError::NotAShare {
        name: name.to_owned(),
        reason: reason.to_owned(),
    };
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    if lines.next() != Some(FIRST_LINE) {
        return Err(wrong("its first line is another"));
    }
    let said: BTreeMap<&str, &str> = lines.filter_map(|line| line.split_once(": ")).collect();
    let of = |what: &str| {
        let found = said.get(what).copied();
        found.ok_or_else(|| wrong(&format!("`{what}` is missing")))
    };
    let held = of("share")?;
    if sha256_hex(held.as_bytes()) != of("check")? {
        return Err(wrong("it was copied with a fault: its check does not fit"));
    }
    let needed = of("number")?
        .rsplit_once("any ")
        .and_then(|(_, rest)| rest.split(' ').next()?.parse().ok());
    let bytes = bytes(held).ok_or_else(|| wrong("it is not hexadecimal"))?;
    Ok(Read {
        set: of("set")?.to_owned(),
        needed: needed.ok_or_else(|| wrong("it does not say how many are needed"))?,
        share: Share::try_from(bytes.as_slice()).map_err(|_| wrong("it is too short"))?,
    })
}

fn set_of(secret: &[u8]) -> String {
    sha256_hex(secret).chars().take(16).collect()
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|sign| sign.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    let digits = digits?;
    if digits.len() % 2 == 1 {
        return None;
    }
    let pairs = digits.chunks_exact(2);
    Some(
        pairs
            .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, line) in [("seal", "00ff"), ("log", "house 01fe")] {
            std::fs::write(folder.path().join(name), format!("{line}\n")).unwrap();
        }
        folder
    }

    fn named(shares: &[String], picked: &[usize]) -> Vec<(String, String)> {
        let pick = |at: &usize| (format!("share {at}"), shares[*at].clone());
        picked.iter().map(pick).collect()
    }

    #[test]
    fn any_three_of_five_give_the_files_back_and_two_do_not() {
        let keys = folder();
        let shares = split(keys.path(), "house", 3, 5, "2030-01-01").unwrap();
        assert_eq!(shares.len(), 5);
        let out = tempfile::tempdir().unwrap();
        for (number, picked) in [[0, 1, 2], [4, 2, 0], [1, 3, 4]].iter().enumerate() {
            let to = out.path().join(number.to_string());
            assert_eq!(recover(&named(&shares, picked), &to).unwrap(), "house");
            for name in ["seal", "log"] {
                let [was, is] = [keys.path(), &to].map(|at| std::fs::read(at.join(name)).unwrap());
                assert_eq!(was, is);
            }
        }
        let few = recover(&named(&shares, &[0, 1, 1]), &out.path().join("few"));
        assert!(few.unwrap_err().to_string().contains("3 different shares"));
        assert!(!out.path().join("few").exists());
    }

    #[test]
    fn a_share_copied_wrongly_or_of_another_set_is_named() {
        let keys = folder();
        let mut shares = split(keys.path(), "house", 2, 3, "2030-01-01").unwrap();
        let others = split(keys.path(), "other house", 2, 3, "2030-01-01").unwrap();
        let out = tempfile::tempdir().unwrap();
        let mixed = [named(&shares, &[0]), named(&others, &[1])].concat();
        let error = recover(&mixed, &out.path().join("keys")).unwrap_err();
        assert!(error.to_string().contains("different sets"), "{error}");
        let at = shares[1].find("share: ").unwrap() + 9;
        let other = if shares[1].as_bytes()[at] == b'0' {
            "1"
        } else {
            "0"
        };
        shares[1].replace_range(at..=at, other);
        let error = recover(&named(&shares, &[0, 1]), &out.path().join("keys")).unwrap_err();
        assert!(error.to_string().contains("share 1"), "{error}");
        assert!(split(keys.path(), "house", 1, 3, "").is_err());
        assert!(split(keys.path(), "house", 4, 3, "").is_err());
    }
}
