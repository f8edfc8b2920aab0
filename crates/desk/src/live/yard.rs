//! Where deliveries lie until they are taken, and what lies outside.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use domain::id::{DatasetId, DeliveryId};
use domain::live::{SecretAt, Way};
use feeds::guard::Reach;
use intake::{Input, Mapping};

use crate::DeskError;

/// What names of environment variables with secrets begin with, so that no other variable can be sent anywhere.
pub(super) const SECRET_PREFIX: &str = "PREDICATE_SECRET_";

/// What lies outside, as the composition root knows it.
#[derive(Debug, Clone, Default)]
pub struct Outside {
    /// Which addresses may be called.
    pub reach: Reach,
    /// Mappings by name.
    pub mappings: BTreeMap<String, String>,
    /// Folders below which sources may lie.
    pub folders: Vec<PathBuf>,
    /// How mails go out.
    pub mail: Option<MailServer>,
    /// Where people reach the desk, for links in messages; empty for none.
    pub address: String,
    /// Identity providers by which people may sign in.
    pub providers: Vec<domain::open_id::Provider>,
}

/// The mail server of an installation.
#[derive(Debug, Clone)]
pub struct MailServer {
    /// `smtps://host:port`, `smtp+starttls://host:port` or `smtp://host:port`.
    pub address: String,
    /// Where `user:password` lies, as sources say it: `file:NAME` or `env:NAME`; empty for none.
    pub secret: String,
    /// The address that mails come from.
    pub from: String,
}

impl Outside {
    /// The mapping of a name, or of its text.
    pub(crate) fn mapping(&self, text: &str) -> Result<Mapping, DeskError> {
        match self.mapping_text(text)? {
            None => Ok(Mapping::ftm()),
            Some(text) => Mapping::parse(text)
                .map_err(|error| DeskError::malformed("mapping", error.to_string())),
        }
    }

    /// The same for what comes by a way: rows that come as changes say themselves what became of them.
    pub(crate) fn mapping_for(&self, way: Way, text: &str) -> Result<Mapping, DeskError> {
        let wrong = |reason: String| DeskError::malformed("mapping", reason);
        match (way, self.mapping_text(text)?) {
            (Way::Postgres | Way::Replication, None) => Err(wrong(
                "is needed: the rows of tables are no FollowTheMoney entities".into(),
            )),
            (Way::Replication, Some(text)) => Mapping::parse_changes(text, feeds::postgres::CHANGE)
                .map_err(|error| wrong(error.to_string())),
            _ => self.mapping(text),
        }
    }

    /// The text of a mapping; none for FollowTheMoney JSON lines.
    fn mapping_text<'a>(&'a self, text: &'a str) -> Result<Option<&'a str>, DeskError> {
        match text.trim() {
            "" | "ftm" => Ok(None),
            name if !name.contains('\n') => self
                .mappings
                .get(name)
                .map(|text| Some(text.as_str()))
                .ok_or_else(|| DeskError::malformed("mapping", "is not known here")),
            text => Ok(Some(text)),
        }
    }

    /// A folder, if it lies where the operator lets sources lie.
    pub(super) fn folder(&self, text: &str) -> Result<PathBuf, String> {
        let real = fs::canonicalize(text.trim()).map_err(|_| "is no folder".to_owned())?;
        let below =
            |root: &PathBuf| fs::canonicalize(root).is_ok_and(|root| real.starts_with(root));
        match real.is_dir() && self.folders.iter().any(below) {
            true => Ok(real),
            false => Err("lies outside the folders that the operator listed for sources".into()),
        }
    }
}

/// Where deliveries lie until they are taken.
#[derive(Debug)]
pub struct Yard {
    incoming: PathBuf,
    secrets: PathBuf,
    outside: RwLock<Arc<Outside>>,
    busy: Mutex<HashMap<DatasetId, Arc<Mutex<()>>>>,
}

impl Yard {
    pub(crate) fn below(data: &Path) -> Self {
        Self {
            incoming: data.join("incoming"),
            secrets: data.join("secrets"),
            outside: RwLock::default(),
            busy: Mutex::default(),
        }
    }

    pub(super) fn set_outside(&self, outside: Outside) {
        let mut known = self.outside.write().unwrap_or_else(PoisonError::into_inner);
        *known = Arc::new(outside);
    }

    pub(crate) fn outside(&self) -> Arc<Outside> {
        let known = self.outside.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&known)
    }

    /// One delivery of a dataset is taken at a time, from however many sources they come.
    pub(super) fn turn_of(&self, dataset: DatasetId) -> Arc<Mutex<()>> {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(busy.entry(dataset).or_default())
    }

    /// Where the bytes of a delivery lie.
    pub(super) fn file(&self, id: DeliveryId) -> PathBuf {
        self.incoming.join(id.to_string())
    }

    /// The folder for bytes on their way, its owner's alone.
    pub(super) fn ready(&self) -> Result<PathBuf, DeskError> {
        private(&self.incoming).map_err(|error| DeskError::Unavailable(error.to_string()))?;
        Ok(self.incoming.clone())
    }

    /// Makes the name of a file that was written durable.
    pub(super) fn keep(&self) -> Result<(), DeskError> {
        let synced = fs::File::open(&self.incoming).and_then(|folder| folder.sync_all());
        synced.map_err(|error| DeskError::Unavailable(error.to_string()))
    }

    /// Removes the bytes of a delivery that was taken.
    pub(super) fn drop(&self, id: DeliveryId) {
        // What stays behind is swept at the next start.
        let _ = removed(&self.file(id));
    }

    /// A folder for the files of a delivery.
    pub(super) fn folder(&self, id: DeliveryId) -> Result<PathBuf, DeskError> {
        self.ready()?;
        let folder = self.file(id);
        private(&folder).map_err(|error| DeskError::Unavailable(error.to_string()))?;
        Ok(folder)
    }

    /// The files of a delivery: one, or those of its folder by name.
    pub(super) fn files(&self, id: DeliveryId, name: &str) -> io::Result<Vec<Input>> {
        let path = self.file(id);
        if !path.is_dir() {
            return Ok(vec![Input {
                name: name.to_owned(),
                path,
            }]);
        }
        let mut files = Vec::new();
        for entry in fs::read_dir(&path)? {
            let entry = entry?;
            files.push(Input {
                name: entry.file_name().to_string_lossy().into_owned(),
                path: entry.path(),
            });
        }
        files.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(files)
    }

    /// Removes bytes that no delivery needs, as a crash leaves them.
    pub(super) fn sweep(&self, needed: &[DeliveryId]) {
        let needed: HashSet<String> = needed.iter().map(ToString::to_string).collect();
        for entry in fs::read_dir(&self.incoming).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if !needed.contains(&name) {
                let _ = removed(&entry.path()); // the next sweep finds it again
            }
        }
    }

    /// Reads the secret that is found at a place.
    pub(crate) fn secret(&self, text: &str) -> Result<Option<String>, String> {
        let found = match SecretAt::parse(text) {
            None => return Ok(None),
            Some(SecretAt::Environment(name)) if name.starts_with(SECRET_PREFIX) => {
                std::env::var(&name).map_err(|_| format!("the variable `{name}` is not set"))?
            }
            Some(SecretAt::File(name)) if is_plain_name(&name) => {
                fs::read_to_string(self.secrets.join(&name))
                    .map_err(|_| format!("the file `secrets/{name}` cannot be read"))?
            }
            Some(_) => return Err("its secret lies where none may lie".into()),
        };
        Ok(Some(found.trim().to_owned()))
    }
}

/// Whether a text is the name of a file and no way to another folder.
pub(super) fn is_plain_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    name.bytes().all(fits) && !name.starts_with('.') && !name.is_empty()
}

fn removed(path: &Path) -> io::Result<()> {
    match path.is_dir() {
        true => fs::remove_dir_all(path),
        false => fs::remove_file(path),
    }
}

fn private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder)
}
