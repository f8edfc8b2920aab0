//! What is attached to a message of Outlook. A message in a message is made a file of its own again.

use std::fs::File;
use std::io::{self, Cursor, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use cfb::CompoundFile;
use documents::Reason;

use crate::archive;
use crate::findings::Findings;
use crate::text;

const DATA: &str = "__substg1.0_37010102";
const MESSAGE: &str = "__substg1.0_3701000D";
const PROPERTIES: &str = "__properties_version1.0";
const NAMED: &str = "__nameid_version1.0";
/// Tags under which a name may stand: long, short, shown.
const NAMES: [&str; 3] = ["3707", "3704", "3001"];
/// In a message inside another the list of properties begins this far in, 8 bytes earlier than in a file.
const INNER_HEADER: usize = 24;

type Compound<'a> = CompoundFile<&'a mut File>;

/// Takes out what is attached.
pub fn attachments(file: &mut File, findings: &mut Findings) {
    let Ok(mut compound) = CompoundFile::open(file) else {
        return;
    };
    let folders: Vec<PathBuf> = compound
        .read_root_storage()
        .filter(|entry| entry.name().starts_with("__attach_version1.0_"))
        .map(|entry| entry.path().to_owned())
        .collect();
    for (number, folder) in (1_u32..).zip(folders) {
        let given = name(&mut compound, &folder);
        let bytes = if compound.is_storage(folder.join(MESSAGE)) {
            inner_message(&mut compound, &folder.join(MESSAGE)).map(|bytes| (".msg", bytes))
        } else {
            stream(&mut compound, &folder.join(DATA)).map(|bytes| ("", bytes))
        };
        let name = given.unwrap_or_else(|| format!("attachment {number}"));
        match bytes {
            Ok((ending, bytes)) => {
                let name = format!("{name}{ending}");
                let marks = archive::marks_of(&name);
                if !findings.part(&name, marks, None, &mut Cursor::new(bytes)) {
                    return;
                }
            }
            Err(error) => {
                findings.unread_at(
                    name,
                    Reason::Damaged,
                    format!("it cannot be taken out: {error}"),
                );
            }
        }
    }
}

fn stream(compound: &mut Compound<'_>, path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    compound.open_stream(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn name(compound: &mut Compound<'_>, folder: &Path) -> Option<String> {
    for tag in NAMES {
        if let Ok(wide) = stream(compound, &folder.join(format!("__substg1.0_{tag}001F"))) {
            let (text, _) = encoding_rs::UTF_16LE.decode_without_bom_handling(&wide);
            return Some(text.trim_end_matches('\0').to_owned());
        }
        if let Ok(narrow) = stream(compound, &folder.join(format!("__substg1.0_{tag}001E"))) {
            let decoded = text::decode(&narrow, None);
            return Some(decoded.text.trim_end_matches('\0').to_owned());
        }
    }
    None
}

/// Copies a message inside a message into a file as it would be by itself.
fn inner_message(compound: &mut Compound<'_>, root: &Path) -> io::Result<Vec<u8>> {
    let mut copy = CompoundFile::create(Cursor::new(Vec::new()))?;
    let mut folders = Vec::new();
    for (from, under) in [
        (root.to_owned(), PathBuf::from("/")),
        (Path::new("/").join(NAMED), Path::new("/").join(NAMED)),
    ] {
        if !compound.is_storage(&from) {
            continue;
        }
        let entries: Vec<(PathBuf, bool)> = compound
            .walk_storage(&from)?
            .map(|entry| (entry.path().to_owned(), entry.is_stream()))
            .collect();
        for (path, is_stream) in entries {
            let Ok(below) = path.strip_prefix(&from) else {
                continue;
            };
            let target = under.join(below);
            if is_stream {
                let mut bytes = stream(compound, &path)?;
                if below == Path::new(PROPERTIES) && bytes.len() >= INNER_HEADER {
                    bytes.splice(INNER_HEADER..INNER_HEADER, [0; 8]);
                }
                copy.create_stream(&target)?.write_all(&bytes)?;
            } else if !copy.is_storage(&target) {
                copy.create_storage(&target)?;
                folders.push(target);
            }
        }
    }
    // The same bytes must come out whenever this is done.
    for folder in folders.iter().map(PathBuf::as_path).chain([Path::new("/")]) {
        copy.set_created_time(folder, UNIX_EPOCH)?;
        copy.set_modified_time(folder, UNIX_EPOCH)?;
    }
    copy.flush()?;
    Ok(copy.into_inner().into_inner())
}
