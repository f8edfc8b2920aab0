//! The configuration file: the witness's own place and the logs it knows.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use domain::tlog::{KeyError, KeyKind, VerifierKey};
use serde::Deserialize;

/// Where a witness listens unless told otherwise: reachable from this machine only.
const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8491);

/// Why a configuration is refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read `{path}`: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: std::io::Error,
    },
    /// Not TOML, or with unknown or missing fields.
    #[error(transparent)]
    Syntax(#[from] toml::de::Error),
    /// A log's key cannot be read.
    #[error("key `{key}` of the log `{origin}`: {error}")]
    Key {
        /// The log.
        origin: String,
        /// The key as written.
        key: String,
        /// What is wrong with it.
        error: KeyError,
    },
    /// A log's key is a witness's, or is named otherwise than the log.
    #[error("key `{key}` is not a log key named `{origin}`")]
    ForeignKey {
        /// The log.
        origin: String,
        /// The key as written.
        key: String,
    },
    /// A log without keys, or named twice.
    #[error("the log `{0}` is named twice or has no key")]
    Log(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    key_file: PathBuf,
    state_dir: PathBuf,
    listen: Option<SocketAddr>,
    #[serde(default)]
    log: Vec<WrittenLog>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLog {
    origin: String,
    keys: Vec<String>,
}

/// A log the witness is willing to follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownLog {
    /// Its name.
    pub origin: String,
    /// Its keys; several while one replaces another.
    pub keys: Vec<VerifierKey>,
}

/// What the configuration means. Relative paths are taken from the folder of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// File with the witness's private key.
    pub key_file: PathBuf,
    /// Folder of the remembered heads.
    pub state_dir: PathBuf,
    /// Address to listen on.
    pub listen: SocketAddr,
    /// The logs.
    pub logs: Vec<KnownLog>,
}

impl Config {
    /// Reads the file at `path`.
    ///
    /// # Errors
    ///
    /// [`ConfigError`].
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::File {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&text, path.parent().unwrap_or(Path::new("")))
    }

    /// Reads the text of a configuration that lies in the folder `base`.
    ///
    /// # Errors
    ///
    /// [`ConfigError`].
    pub fn parse(text: &str, base: &Path) -> Result<Self, ConfigError> {
        let written: Written = toml::from_str(text)?;
        let mut logs = BTreeMap::new();
        for WrittenLog { origin, keys } in written.log {
            let keys = keys
                .iter()
                .map(|key| read_key(&origin, key))
                .collect::<Result<Vec<_>, _>>()?;
            if keys.is_empty() || logs.insert(origin.clone(), keys).is_some() {
                return Err(ConfigError::Log(origin));
            }
        }
        Ok(Self {
            key_file: base.join(written.key_file),
            state_dir: base.join(written.state_dir),
            listen: written.listen.unwrap_or(DEFAULT_LISTEN),
            logs: logs
                .into_iter()
                .map(|(origin, keys)| KnownLog { origin, keys })
                .collect(),
        })
    }
}

fn read_key(origin: &str, text: &str) -> Result<VerifierKey, ConfigError> {
    let key = VerifierKey::parse(text).map_err(|error| ConfigError::Key {
        origin: origin.to_owned(),
        key: text.to_owned(),
        error,
    })?;
    if key.kind() != KeyKind::Log || key.name() != origin {
        return Err(ConfigError::ForeignKey {
            origin: origin.to_owned(),
            key: text.to_owned(),
        });
    }
    Ok(key)
}
