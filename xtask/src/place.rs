//! Where things lie in the workspace.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The workspace as folders.
pub struct Place {
    /// The folder of the root manifest.
    pub root: PathBuf,
    /// Where cargo builds; honours `CARGO_TARGET_DIR`.
    pub target: PathBuf,
}

impl Place {
    /// Finds the workspace from the folder this crate was compiled in.
    pub fn find() -> Result<Place> {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = manifest
            .parent()
            .context("the xtask folder has no parent")?
            .to_path_buf();
        let target = std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| root.join("target"), |dir| root.join(dir));
        Ok(Place { root, target })
    }

    /// The folder of the browser tests.
    pub fn browser_tests(&self) -> PathBuf {
        self.root.join("tests/browser")
    }

    /// The folder in which each kind of test leaves one file of JSON lines.
    pub fn results(&self) -> PathBuf {
        self.target.join("results")
    }

    /// The Python environment with the validators that are not ours.
    pub fn validators(&self) -> PathBuf {
        self.target.join("validators")
    }

    /// The Python environment with the package followthemoney.
    pub fn followthemoney(&self) -> PathBuf {
        self.target.join("followthemoney")
    }

    /// Logs made by other software, for the log's tests, if they lie beside the real data.
    pub fn log_vectors(&self) -> Option<PathBuf> {
        let beside = self
            .real_data()?
            .parent()?
            .join("requirements")
            .join("tlog-vectors");
        beside.is_dir().then_some(beside)
    }

    /// The real data, if `PREDICATE_DATA` names it or a data folder lies beside the checkout.
    pub fn real_data(&self) -> Option<PathBuf> {
        if let Some(named) = std::env::var_os("PREDICATE_DATA") {
            return Some(PathBuf::from(named));
        }
        let beside = self.root.parent()?.join("shared").join("data");
        beside.is_dir().then_some(beside)
    }
}
