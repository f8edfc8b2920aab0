//! Archives: each file in them becomes a part under its hash. A name inside is only ever told, never used as a path.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader};

use documents::Reason;
use flate2::bufread::MultiGzDecoder;
use sevenz_rust2::{ArchiveReader, EncoderMethod, Password};

use crate::findings::Findings;
use crate::libraries;

const MEBIBYTE: u64 = 1 << 20;
/// The kind of a file in the mode of a file on Unix, and links in it.
const KIND_OF_FILE: u32 = 0o170_000;
const LINK: u32 = 0o120_000;

/// Names met so far in one archive.
#[derive(Default)]
struct Names(BTreeMap<String, String>);

impl Names {
    /// Says what is odd about a name.
    fn marks(&mut self, name: &str) -> Vec<String> {
        let mut marks = Vec::new();
        let mut mark = |odd: bool, words: &str| {
            if odd {
                marks.push(words.to_owned());
            }
        };
        let steps = || name.split(['/', '\\']);
        let lower = name.to_lowercase();
        mark(
            steps().any(|step| step == "..") || lower.contains("%2e%2e"),
            "its name leads out of the archive",
        );
        let drive = name.as_bytes().get(1) == Some(&b':');
        mark(
            name.starts_with(['/', '\\']) || drive,
            "its name is an absolute path",
        );
        mark(name.contains('\\'), "its name has backslashes");
        mark(
            name.chars().any(char::is_control),
            "its name has letters that cannot be shown",
        );
        match self.0.insert(lower, name.to_owned()) {
            Some(before) if before == name => mark(true, "its name stands in the archive twice"),
            Some(_) => mark(true, "its name differs from another only in capitals"),
            None => {}
        }
        marks
    }
}

/// Says what is odd about a name that stands alone.
pub fn marks_of(name: &str) -> Vec<String> {
    Names::default().marks(name)
}

/// Takes a zip archive apart.
pub fn zip(file: File, findings: &mut Findings) {
    findings.library(libraries::ZIP);
    let mut archive = match ::zip::ZipArchive::new(BufReader::new(file)) {
        Ok(archive) => archive,
        Err(error) => {
            findings.unread(
                Reason::Damaged,
                format!("the archive cannot be opened: {error}"),
            );
            return;
        }
    };
    let mut names = Names::default();
    for at in 0..archive.len() {
        let (name, is_link, is_folder, locked) = match archive.by_index_raw(at) {
            Ok(entry) => {
                let kind = entry.unix_mode().unwrap_or(0) & KIND_OF_FILE;
                // As it stands there: the library would refuse names that are not safe as paths.
                let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
                (name, kind == LINK, entry.is_dir(), entry.encrypted())
            }
            Err(error) => {
                let place = format!("entry {}", at.saturating_add(1));
                findings.unread_at(
                    place,
                    Reason::Damaged,
                    format!("it cannot be found: {error}"),
                );
                continue;
            }
        };
        let marks = names.marks(&name);
        if is_link {
            findings.unread_at(
                name,
                Reason::Outside,
                "it is a link, which is never followed",
            );
        } else if locked {
            findings.unread_at(
                name,
                Reason::Locked,
                "it can only be opened with a password",
            );
        } else if !is_folder {
            let goes_on = match archive.by_index(at) {
                Ok(mut entry) => {
                    let packed = entry.compressed_size();
                    findings.part(&name, marks, Some(packed), &mut entry)
                }
                Err(::zip::result::ZipError::UnsupportedArchive(why)) => {
                    findings.unread_at(name, Reason::Unsupported, why);
                    true
                }
                Err(error) => {
                    findings.unread_at(
                        name,
                        Reason::Damaged,
                        format!("it cannot be opened: {error}"),
                    );
                    true
                }
            };
            if !goes_on {
                return;
            }
        }
    }
}

/// Takes a tar archive apart.
pub fn tar(file: File, findings: &mut Findings) {
    findings.library(libraries::TAR);
    let mut archive = ::tar::Archive::new(BufReader::new(file));
    let mut names = Names::default();
    let entries = match archive.entries() {
        Ok(entries) => entries,
        Err(error) => {
            findings.unread(
                Reason::Damaged,
                format!("the archive cannot be opened: {error}"),
            );
            return;
        }
    };
    for entry in entries {
        let mut entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                // Where the next entry begins is only known from the one that cannot be read.
                findings.unread(Reason::Damaged, format!("the archive breaks off: {error}"));
                return;
            }
        };
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let marks = names.marks(&name);
        let kind = entry.header().entry_type();
        if kind.is_symlink() || kind.is_hard_link() {
            findings.unread_at(
                name,
                Reason::Outside,
                "it is a link, which is never followed",
            );
        } else if kind.is_file() || kind.is_contiguous() || kind.is_gnu_sparse() {
            if !findings.part(&name, marks, None, &mut entry) {
                return;
            }
        } else if !kind.is_dir() && !kind.is_pax_global_extensions() {
            findings.unread_at(
                name,
                Reason::Unsupported,
                "it is a device or pipe, not a file",
            );
        }
    }
}

/// Unpacks a gzip file into its one part.
pub fn gzip(file: File, name: &str, findings: &mut Findings) -> io::Result<()> {
    findings.library(libraries::FLATE2);
    let packed = file.metadata()?.len();
    let mut unpacked = MultiGzDecoder::new(BufReader::new(file));
    let given = unpacked
        .header()
        .and_then(|header| header.filename())
        .map(|name| String::from_utf8_lossy(name).into_owned());
    let inner = given.unwrap_or_else(|| match name.strip_suffix(".tgz") {
        Some(bare) => format!("{bare}.tar"),
        None => name.strip_suffix(".gz").unwrap_or("unpacked").to_owned(),
    });
    let marks = marks_of(&inner);
    findings.part(&inner, marks, Some(packed), &mut unpacked);
    Ok(())
}

/// Takes a 7z archive apart.
pub fn seven_zip(file: File, findings: &mut Findings) {
    findings.library(libraries::SEVEN_ZIP);
    let packed = file.metadata().map(|found| found.len()).ok();
    let memory = usize::try_from(findings.limits.memory_bytes / 2 / 1024).unwrap_or(usize::MAX);
    let opened =
        ArchiveReader::new_with_memory_limit(BufReader::new(file), Password::empty(), memory);
    let mut archive = match opened {
        Ok(archive) => archive,
        Err(error) => {
            unread_seven_zip(&error, findings);
            return;
        }
    };
    archive.set_thread_count(1);
    let locked = archive.archive().blocks.iter().any(|block| {
        block
            .ordered_coder_iter()
            .any(|(_, coder)| coder.encoder_method_id() == EncoderMethod::ID_AES256_SHA256)
    });
    if locked {
        findings.unread(Reason::Locked, "it can only be opened with a password");
        return;
    }
    let mut names = Names::default();
    let done = archive.for_each_entries_with_decision(|entry, bytes| {
        use sevenz_rust2::EntryDecision::{Continue, Stop};
        let marks = names.marks(&entry.name);
        let link =
            entry.has_windows_attributes && (entry.windows_attributes >> 16) & KIND_OF_FILE == LINK;
        if link {
            findings.unread_at(
                &entry.name,
                Reason::Outside,
                "it is a link, which is never followed",
            );
        } else if !entry.is_directory
            && !entry.is_anti_item
            && !findings.part(&entry.name, marks, packed, bytes)
        {
            return Ok(Stop);
        }
        Ok(Continue)
    });
    if let Err(error) = done {
        unread_seven_zip(&error, findings);
    }
}

fn unread_seven_zip(error: &sevenz_rust2::Error, findings: &mut Findings) {
    use sevenz_rust2::Error;
    match error {
        Error::PasswordRequired | Error::MaybeBadPassword(_) => {
            findings.unread(Reason::Locked, "it can only be opened with a password");
        }
        Error::MaxMemLimited { .. } => {
            let most = findings.limits.memory_bytes / MEBIBYTE;
            let words = format!("unpacking it takes more than {most} MiB of memory");
            findings.unread(Reason::Memory, words);
        }
        Error::UnsupportedCompressionMethod(method) => {
            findings.unread(
                Reason::Unsupported,
                format!("no reader knows its packing `{method}`"),
            );
        }
        error => findings.unread(
            Reason::Damaged,
            format!("the archive cannot be opened: {error}"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_names_are_marked() {
        let mut names = Names::default();
        let mut check = |name: &str, count: usize| {
            let marks = names.marks(name);
            assert_eq!(marks.len(), count, "{name}: {marks:?}");
        };
        check("folder/plain.txt", 0);
        check("FOLDER/plain.txt", 1);
        check("../../etc/passwd", 1);
        check("/etc/passwd", 1);
        check("..\\..\\a", 2);
        check("C:\\a", 2);
        check("%2e%2e/b", 1);
        check("a\0b", 1);
        check("a..b/c", 0);
    }
}
