//! Real documents, cut and changed. They are not part of the project: `PREDICATE_DATA` names their folder.

use std::fs;
use std::path::{Path, PathBuf};

use documents::Ocr;

use crate::ground::Ground;

/// Smaller than this, so that some hundred readings take seconds.
const SMALL: u64 = 60_000;

fn samples() -> Option<Vec<PathBuf>> {
    let folder = std::env::var_os("PREDICATE_DATA")
        .map(|folder| Path::new(&folder).join("documents/files"))
        .filter(|folder| folder.is_dir());
    let Some(folder) = folder else {
        println!("skipped: PREDICATE_DATA names no folder with documents");
        return None;
    };
    let mut files = Vec::new();
    for below in ["formats", "derived", "us-gsa", "us-courts"] {
        for entry in fs::read_dir(folder.join(below)).unwrap() {
            let entry = entry.unwrap();
            if entry.metadata().unwrap().len() < SMALL {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    Some(files)
}

#[test]
fn real_documents_cut_and_changed_still_give_accounts() {
    let (Some(mut ground), Some(files)) = (Ground::find(), samples()) else {
        return;
    };
    ground.settings.ocr = Ocr::Off;
    ground.limits.wall_seconds = 20;
    let mut odd = 0_usize;
    for path in files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = fs::read(&path).unwrap();
        let whole = ground.read(&name, &bytes);
        let again = ground.read(&name, &bytes);
        assert_eq!(whole.digest(), again.digest(), "{name}");
        ground.read(&name, &bytes[..bytes.len() / 2]);
        let mut changed = bytes.clone();
        for at in (17..changed.len()).step_by(997) {
            odd = odd.wrapping_mul(31).wrapping_add(at);
            changed[at] ^= (odd % 251) as u8;
        }
        ground.read(&name, &changed);
    }
}
