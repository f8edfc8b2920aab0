//! A watched folder: `incoming/<dataset>/<label>/files…`, taken in order of label.
//!
//! A delivery is complete when its folder stands under its final name: senders write to a name that begins with a dot or
//! ends in `.part` and rename it. What has been taken is moved to `taken/`, what could not be read to `set-aside/`, so
//! the place survives a restart without a file of its own. A delivery taken twice is harmless.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A delivery that lies complete in the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// Name of the dataset: the folder above.
    pub dataset: String,
    /// What the source calls it: the folder's own name.
    pub label: String,
    /// Its files by name.
    pub files: Vec<(String, PathBuf)>,
    folder: PathBuf,
}

impl Arrived {
    /// Takes files from anywhere as a complete delivery; it stands in no watched folder.
    pub fn of(dataset: &str, label: &str, files: Vec<(String, PathBuf)>) -> Self {
        Self {
            dataset: dataset.to_owned(),
            label: label.to_owned(),
            files,
            folder: PathBuf::new(),
        }
    }

    /// Takes a folder of files as a complete delivery, wherever it stands.
    ///
    /// # Errors
    /// When the folder cannot be listed.
    pub fn at(dataset: &str, folder: &Path) -> io::Result<Self> {
        Ok(Self {
            dataset: dataset.to_owned(),
            label: name_of(folder),
            files: files(folder)?,
            folder: folder.to_owned(),
        })
    }
}

/// The watched folder.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// Watches `root`, making its sub-folders where they are not there.
    ///
    /// # Errors
    /// When the folders cannot be made.
    pub fn open(root: &Path) -> io::Result<Self> {
        for name in ["incoming", "taken", "set-aside"] {
            fs::create_dir_all(root.join(name))?;
        }
        Ok(Self {
            root: root.to_owned(),
        })
    }

    /// Lists complete deliveries, oldest label first across all datasets.
    ///
    /// # Errors
    /// When the folder cannot be listed.
    pub fn arrived(&self) -> io::Result<Vec<Arrived>> {
        let mut found = Vec::new();
        for dataset in folders(&self.root.join("incoming"))? {
            for folder in folders(&dataset)? {
                found.push(Arrived::at(&name_of(&dataset), &folder)?);
            }
        }
        found.sort_by(|a, b| (&a.label, &a.dataset).cmp(&(&b.label, &b.dataset)));
        Ok(found)
    }

    /// Lists the complete deliveries of one dataset, oldest label first.
    ///
    /// # Errors
    /// When the folder cannot be listed.
    pub fn arrived_for(&self, dataset: &str) -> io::Result<Vec<Arrived>> {
        let place = self.root.join("incoming").join(dataset);
        if !place.is_dir() {
            return Ok(Vec::new());
        }
        let labelled = folders(&place)?;
        let found: io::Result<Vec<_>> = labelled
            .iter()
            .map(|folder| Arrived::at(dataset, folder))
            .collect();
        found
    }

    /// Puts a delivery away as taken.
    ///
    /// # Errors
    /// When it cannot be moved.
    pub fn taken(&self, arrived: &Arrived) -> io::Result<()> {
        self.put_away(arrived, "taken")
    }

    /// Puts a delivery aside that could not be read; it can be moved back to try again.
    ///
    /// # Errors
    /// When it cannot be moved.
    pub fn set_aside(&self, arrived: &Arrived, reason: &str) -> io::Result<()> {
        self.put_away(arrived, "set-aside")?;
        let note = self
            .root
            .join("set-aside")
            .join(&arrived.dataset)
            .join(format!("{}.reason.txt", arrived.label));
        fs::write(note, format!("{reason}\n"))
    }

    fn put_away(&self, arrived: &Arrived, place: &str) -> io::Result<()> {
        let to = self.root.join(place).join(&arrived.dataset);
        fs::create_dir_all(&to)?;
        let mut target = to.join(&arrived.label);
        let mut copy = 1;
        while target.exists() {
            copy += 1;
            target = to.join(format!("{}~{copy}", arrived.label));
        }
        fs::rename(&arrived.folder, target)
    }
}

fn folders(of: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(of)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() && !name.starts_with('.') && !name.ends_with(".part") {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

fn files(of: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(of)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            found.push((
                entry.file_name().to_string_lossy().into_owned(),
                entry.path(),
            ));
        }
    }
    found.sort();
    Ok(found)
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_complete_deliveries_are_seen_and_each_once() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::open(root.path()).unwrap();
        let put = |name: &str| {
            let to = root.path().join("incoming").join("register").join(name);
            fs::create_dir_all(&to).unwrap();
            fs::write(to.join("companies.csv"), "a,b\n").unwrap();
        };
        for name in [
            "002-2031-02-01",
            "001-2031-01-01",
            ".003-2031-03-01",
            "004.part",
        ] {
            put(name);
        }
        let arrived = folder.arrived().unwrap();
        let labels: Vec<&str> = arrived
            .iter()
            .map(|delivery| delivery.label.as_str())
            .collect();
        assert_eq!(labels, ["001-2031-01-01", "002-2031-02-01"]);
        folder.taken(&arrived[0]).unwrap();
        folder.set_aside(&arrived[1], "no file fits").unwrap();
        assert!(folder.arrived().unwrap().is_empty());
        put("001-2031-01-01");
        folder.taken(&folder.arrived().unwrap()[0]).unwrap();
        assert!(
            root.path()
                .join("taken/register/001-2031-01-01~2/companies.csv")
                .exists()
        );
    }
}
