//! A folder with a scratch folder in it and something outside that must stay as it is.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use documents::{Account, Limits, Settings, read, read_with_parts};

const CANARY: &str = "nobody has touched this";

/// Where the readings of one test happen.
pub struct Ground {
    reader: PathBuf,
    folder: tempfile::TempDir,
    /// What may be used.
    pub limits: Limits,
    /// What is asked.
    pub settings: Settings,
}

impl Ground {
    /// Finds the reader, in `PREDICATE_EXTRACT` or beside the test; says so if there is none.
    pub fn find() -> Option<Self> {
        let beside = || {
            let program = std::env::current_exe().ok()?;
            Some(program.parent()?.parent()?.join("predicate-extract"))
        };
        let reader = std::env::var_os("PREDICATE_EXTRACT")
            .map_or_else(beside, |named| Some(named.into()))?;
        if !reader.is_file() {
            println!(
                "skipped: there is no predicate-extract beside the test and PREDICATE_EXTRACT names none"
            );
            return None;
        }
        Some(Self::with(&reader))
    }

    /// Takes any program as the reader.
    pub fn with(reader: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("scratch")).unwrap();
        fs::write(folder.path().join("canary"), CANARY).unwrap();
        Self {
            reader: reader.to_owned(),
            folder,
            limits: Limits {
                memory_bytes: 1 << 30,
                cpu_seconds: 60,
                wall_seconds: 90,
                output_bytes: 64 << 20,
                ..Limits::default()
            },
            settings: Settings::default(),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Reads bytes under a name, and checks what holds for every reading.
    pub fn read(&self, name: &str, bytes: &[u8]) -> Account {
        let (file, before) = self.laid(bytes);
        let began = Instant::now();
        let scratch = self.path("scratch");
        let account = read(
            &self.reader,
            &file,
            name,
            &self.settings,
            &self.limits,
            &scratch,
        )
        .unwrap();
        self.check(bytes, &before, std::slice::from_ref(&account));
        assert!(
            began.elapsed().as_secs() <= self.limits.wall_seconds + 5,
            "{name}"
        );
        assert_eq!(account.original.name, name);
        assert_eq!(account.original.bytes, bytes.len() as u64);
        account
    }

    /// Draws a page of bytes under a name.
    pub fn draw(&self, name: &str, bytes: &[u8], page: u32, width: u32) -> Result<Vec<u8>, String> {
        let (file, _) = self.laid(bytes);
        let drawing = documents::Drawing { page, width };
        let scratch = self.path("scratch");
        documents::draw(&self.reader, &file, name, drawing, &self.limits, &scratch).unwrap()
    }

    /// Takes a file out of bytes.
    pub fn part(&self, name: &str, bytes: &[u8], sha256: &str) -> Option<Vec<u8>> {
        let (file, _) = self.laid(bytes);
        let scratch = self.path("scratch");
        documents::part_of(&self.reader, &file, name, sha256, &self.limits, &scratch)
            .unwrap()
            .map(|path| fs::read(path).unwrap())
    }

    /// Reads bytes with all that lies in them.
    pub fn read_all(&self, name: &str, bytes: &[u8]) -> Vec<Account> {
        let (file, before) = self.laid(bytes);
        let scratch = self.path("scratch");
        let accounts = read_with_parts(
            &self.reader,
            &file,
            name,
            &self.settings,
            &self.limits,
            &scratch,
        )
        .unwrap();
        self.check(bytes, &before, &accounts);
        accounts
    }

    fn laid(&self, bytes: &[u8]) -> (PathBuf, BTreeSet<String>) {
        let scratch = self.path("scratch");
        fs::remove_dir_all(&scratch).unwrap();
        fs::create_dir(&scratch).unwrap();
        let file = self.path("original");
        fs::write(&file, bytes).unwrap();
        (file, listed(self.folder.path()))
    }

    /// The original is whole, nothing is new outside, and in the scratch folder lie the parts that were named.
    fn check(&self, bytes: &[u8], before: &BTreeSet<String>, accounts: &[Account]) {
        assert_eq!(
            fs::read(self.path("original")).unwrap(),
            bytes,
            "the original was changed"
        );
        assert_eq!(fs::read_to_string(self.path("canary")).unwrap(), CANARY);
        assert_eq!(
            &listed(self.folder.path()),
            before,
            "something is new outside"
        );
        let named: BTreeSet<String> = accounts
            .iter()
            .flat_map(|account| account.parts.iter().map(|part| part.sha256.clone()))
            .collect();
        assert_eq!(listed(&self.path("scratch")), named, "the scratch folder");
        for account in accounts {
            for part in &account.parts {
                let size = fs::metadata(self.path("scratch").join(&part.sha256))
                    .unwrap()
                    .len();
                assert_eq!(size, part.bytes);
            }
        }
    }
}

fn listed(folder: &Path) -> BTreeSet<String> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect()
}
