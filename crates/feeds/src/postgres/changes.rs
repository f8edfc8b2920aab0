//! Changes of a publication's tables, from a slot of the server's write-ahead log.
//!
//! The life of a change: a thread of its own takes it off the connection, so that the server's questions are answered
//! however long its reader is busy, and waits while the reader is behind; the reader takes changes in batches in which no
//! row occurs twice; what was taken is told to the server once it is committed here. Only then may the server forget it.

use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant};

use super::decode::{Cell, Reader, Row, Said, Table};
use super::place::{Place, Position};
use super::tables::{CHANGE, line, published, written};
use super::wire::{self, Cut, Value, Wire};
use super::{Source, Wants, file_name, literal, name};

/// Things that the log said and the reader has not taken yet.
const UNDER_WAY: usize = 1000;

/// How often the server is told how far we are.
const TELL: Duration = Duration::from_secs(5);

/// How long the thread waits for the server before it looks whether it is still wanted.
const GLANCE: Duration = Duration::from_millis(100);

/// Begins from the beginning: makes the slot anew and reads all tables, as they are at the moment from which the slot
/// tells of changes, into files of a folder. Gives the place behind them.
///
/// # Errors
/// In words, when the server cannot be reached, or lacks what is needed.
pub fn begin(source: &Source, secret: Option<&str>, folder: &Path) -> Result<Place, String> {
    let (publication, slot) = wanted(source)?;
    let mut wire = Wire::open(source, secret, false)?;
    let tables = published(&mut wire, publication)?;
    let mut log = Wire::open(source, secret, true)?;
    if let Some(known) = slot_of(&mut wire, slot)? {
        if known.active {
            return Err(format!("its slot `{slot}` is being read by somebody else"));
        }
        log.ask(&format!("DROP_REPLICATION_SLOT {}", name(slot)))?;
    }
    let made = log.ask(&format!(
        "CREATE_REPLICATION_SLOT {} LOGICAL pgoutput EXPORT_SNAPSHOT",
        name(slot)
    ))?;
    let made = made.first().ok_or(wire::NONSENSE)?;
    let after = Position::parse(&wire::text(made, 1)).ok_or(wire::NONSENSE)?;
    let snapshot = wire::text(made, 2);
    wire.patience(Duration::from_secs(900))?;
    wire.ask("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
    wire.ask(&format!("SET TRANSACTION SNAPSHOT {}", literal(&snapshot)))?;
    let mut place = Place {
        system: system_of(&mut log)?,
        after,
        ..Place::default()
    };
    for table in &tables {
        let path = folder.join(file_name(&table.schema, &table.table));
        let mut columns = written(&mut wire, &table.question(), &path)?;
        columns.retain(|column| column != CHANGE);
        place.tables.insert(table.full(), columns);
    }
    Ok(place)
}

fn wanted(source: &Source) -> Result<(&str, &str), String> {
    match &source.wants {
        Wants::Changes { publication, slot } => Ok((publication, slot)),
        _ => Err("its address names no publication".into()),
    }
}

fn system_of(log: &mut Wire) -> Result<String, String> {
    let found = log.ask("IDENTIFY_SYSTEM")?;
    Ok(wire::text(found.first().ok_or(wire::NONSENSE)?, 0))
}

struct Slot {
    active: bool,
    lost: bool,
    confirmed: Position,
}

fn slot_of(wire: &mut Wire, slot: &str) -> Result<Option<Slot>, String> {
    let sql = format!(
        "SELECT active, coalesce(wal_status, ''), coalesce(confirmed_flush_lsn::text, '0/0')
            FROM pg_replication_slots WHERE slot_name = {}",
        literal(slot)
    );
    Ok(wire.ask(&sql)?.first().map(|row| Slot {
        active: wire::text(row, 0) == "t",
        lost: wire::text(row, 1) == "lost",
        confirmed: Position::parse(&wire::text(row, 2)).unwrap_or_default(),
    }))
}

/// What came of going on from a place.
pub enum Opened {
    /// Changes come.
    Here(Box<Changes>),
    /// The server no longer has what comes after the place; in words.
    Gone(String),
}

/// Changes on their way.
pub struct Changes {
    source: Source,
    secret: Option<String>,
    coming: Receiver<Result<Said, String>>,
    shared: Arc<Shared>,
    /// What was taken off and belongs to the next batch.
    back: Option<Said>,
    place: Place,
    /// Rows seen of the transaction that is under way.
    rows: u64,
    /// Rows to pass over: they were taken before.
    skip: u64,
    inside: bool,
}

#[derive(Default)]
struct Shared {
    settled: AtomicU64,
    /// How far the server is, where it has nothing for us in between.
    idle: AtomicU64,
    stopped: AtomicBool,
}

impl Drop for Changes {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
    }
}

/// Changes that make one delivery: no row occurs in it twice.
#[derive(Debug, Default)]
pub struct Batch {
    parts: Vec<(Arc<Table>, Vec<u8>)>,
    /// Where the source stands once it is taken.
    pub place: Place,
    /// How many rows it has.
    pub rows: u64,
}

/// What was heard.
#[derive(Debug)]
pub enum Heard {
    /// Nothing of these tables; the server is so far, and may forget what lies before once that is kept here.
    Nothing(Option<Place>),
    /// Changes.
    Rows(Batch),
    /// A table looks otherwise from here on.
    Altered {
        /// Its name.
        table: String,
        /// Columns that it no longer has.
        gone: Vec<String>,
        /// Columns that it did not have.
        new: Vec<String>,
        /// The place with the table as it is now.
        place: Place,
    },
    /// What is there has to be read whole again; in words, why.
    Anew(String),
}

impl Changes {
    /// Goes on from a place.
    ///
    /// # Errors
    /// In words, when the server cannot be reached or takes no reader.
    pub fn open(source: &Source, secret: Option<&str>, place: Place) -> Result<Opened, String> {
        let (publication, slot) = wanted(source)?;
        let mut wire = Wire::open(source, secret, false)?;
        let mut log = Wire::open(source, secret, true)?;
        let system = system_of(&mut log)?;
        if system != place.system {
            return Ok(Opened::Gone(
                "another server answers at its address than before".into(),
            ));
        }
        let gone = match slot_of(&mut wire, slot)? {
            None => Some(format!("its slot `{slot}` is no more")),
            Some(known) if known.lost => Some(format!(
                "the server threw away what its slot `{slot}` had not told yet"
            )),
            Some(known) if known.confirmed > place.after => Some(format!(
                "its slot `{slot}` stands at {}, behind our place: somebody else took changes from it",
                known.confirmed
            )),
            Some(_) => None,
        };
        if let Some(words) = gone {
            return Ok(Opened::Gone(format!(
                "{words}; what changed after {} may be missing",
                place.after
            )));
        }
        let options = format!(
            "proto_version '1', publication_names {}",
            literal(&name(publication))
        );
        log.say(&format!(
            "START_REPLICATION SLOT {} LOGICAL {} ({options})",
            name(slot),
            place.after
        ))?;
        loop {
            let told = log.told()?;
            match told.kind {
                b'W' => break,
                b'E' => return Err(wire::words(&told.body)),
                _ => {}
            }
        }
        log.patience(GLANCE)?;
        let shared = Arc::new(Shared::default());
        shared.settled.store(place.after.0, Ordering::Relaxed);
        let (send, coming) = sync_channel(UNDER_WAY);
        let theirs = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("log".into());
        thread
            .spawn(move || take(log, &send, &theirs))
            .map_err(|error| error.to_string())?;
        Ok(Opened::Here(Box::new(Self {
            source: source.clone(),
            secret: secret.map(str::to_owned),
            coming,
            shared,
            back: None,
            skip: place.rows,
            rows: 0,
            place,
            inside: false,
        })))
    }

    /// Waits for changes and gives what has come, `most` rows at most.
    ///
    /// # Errors
    /// In words, when the connection is lost; open it anew then.
    pub fn next(&mut self, most: u64, wait: Duration) -> Result<Heard, String> {
        let mut batch = Batch::default();
        let mut seen = HashSet::new();
        let mut patience = wait;
        // Read before what has come: whatever lies before it is then among that.
        let idle = Position(self.shared.idle.load(Ordering::Relaxed));
        while batch.rows < most {
            let Some(said) = self.said(patience)? else {
                break;
            };
            match said {
                Said::Begin => (self.inside, self.rows) = (true, 0),
                Said::Commit { end } => {
                    (self.inside, self.skip, self.rows) = (false, 0, 0);
                    (self.place.after, self.place.rows) = (end, 0);
                }
                Said::Table(table) => {
                    if batch.rows > 0 && self.differs(&table) {
                        self.back = Some(Said::Table(table));
                        break;
                    }
                    if let Some(heard) = self.described(&table) {
                        return Ok(heard);
                    }
                }
                Said::Emptied(names) => {
                    return Ok(Heard::Anew(format!(
                        "`{}` was emptied at once",
                        names.join("`, `")
                    )));
                }
                Said::Row { .. } if self.rows < self.skip => self.rows += 1,
                Said::Row {
                    table,
                    before,
                    now,
                    new,
                } => {
                    let hashes =
                        [&before, &now].map(|row| row.as_ref().map(|row| identity(&table, row)));
                    if hashes.iter().flatten().any(|hash| seen.contains(hash)) {
                        self.back = Some(Said::Row {
                            table,
                            before,
                            now,
                            new,
                        });
                        break;
                    }
                    seen.extend(hashes.into_iter().flatten());
                    self.rows += 1;
                    self.place.rows = self.rows;
                    self.add(&mut batch, &table, before, now, new)?;
                }
            }
            patience = Duration::from_millis(if self.inside { 1000 } else { 1 });
        }
        if batch.rows == 0 {
            let further = !self.inside && self.back.is_none() && idle > self.place.after;
            return Ok(Heard::Nothing(further.then(|| Place {
                after: idle,
                rows: 0,
                ..self.place.clone()
            })));
        }
        batch.place = self.place.clone();
        Ok(Heard::Rows(batch))
    }

    fn said(&mut self, patience: Duration) -> Result<Option<Said>, String> {
        if let Some(said) = self.back.take() {
            return Ok(Some(said));
        }
        match self.coming.recv_timeout(patience) {
            Ok(said) => said.map(Some),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err("the connection is lost".into()),
        }
    }

    fn differs(&self, table: &Table) -> bool {
        self.place.tables.get(&table.full()) != Some(&table.columns)
    }

    fn described(&mut self, table: &Table) -> Option<Heard> {
        let full = table.full();
        let Some(before) = self.place.tables.get(&full) else {
            return Some(Heard::Anew(format!("`{full}` has joined the publication")));
        };
        let lacks = |one: &[String], other: &[String]| -> Vec<String> {
            one.iter()
                .filter(|column| !other.contains(column))
                .cloned()
                .collect()
        };
        let (gone, new) = (lacks(before, &table.columns), lacks(&table.columns, before));
        self.place
            .tables
            .insert(full.clone(), table.columns.clone());
        (!gone.is_empty() || !new.is_empty()).then(|| Heard::Altered {
            table: full,
            gone,
            new,
            place: self.place.clone(),
        })
    }

    /// Writes a change into its table's part of the batch.
    fn add(
        &mut self,
        batch: &mut Batch,
        table: &Arc<Table>,
        before: Option<Row>,
        now: Option<Row>,
        new: bool,
    ) -> Result<(), String> {
        let now = match (now, &before) {
            (Some(now), before) => self.filled(table, now, before.as_ref())?,
            (None, _) => None,
        };
        let last = batch.parts.iter().position(|(known, _)| known == table);
        let at = last.unwrap_or_else(|| {
            let mut head = Vec::new();
            let mut names: Vec<&[u8]> = table.columns.iter().map(String::as_bytes).collect();
            names.push(CHANGE.as_bytes());
            let _ = line(&mut head, &names); // memory takes everything
            batch.parts.push((Arc::clone(table), head));
            batch.parts.len() - 1
        });
        let Some((_, text)) = batch.parts.get_mut(at) else {
            return Ok(());
        };
        let mut put = |row: &Row, word: &str| {
            let mut cells: Vec<&[u8]> = row.iter().map(said).collect();
            cells.push(word.as_bytes());
            let _ = line(text, &cells); // memory takes everything
        };
        // What a row was ends where its key is another now; where it is the same, what it is now stands for it.
        if let Some(before) = before.filter(|before| now.as_ref() != Some(before)) {
            put(&before, "delete");
        }
        if let Some(now) = &now {
            put(now, if new { "insert" } else { "update" });
        }
        batch.rows += 1;
        Ok(())
    }

    /// Fills in long values that did not change: from what the row was, or by asking for the row. Nothing where the row is
    /// no longer there: what became of it comes later.
    fn filled(&self, table: &Table, now: Row, before: Option<&Row>) -> Result<Option<Row>, String> {
        if !now.contains(&Cell::Unsaid) {
            return Ok(Some(now));
        }
        let known = before.filter(|_| table.whole);
        if let Some(before) = known {
            let cells = now.into_iter().zip(before);
            let fill = |(now, before): (Cell, &Cell)| {
                if now == Cell::Unsaid {
                    before.clone()
                } else {
                    now
                }
            };
            return Ok(Some(cells.map(fill).collect()));
        }
        let mut same = Vec::new();
        for ((column, key), cell) in table.columns.iter().zip(&table.key).zip(&now) {
            if *key {
                let text = String::from_utf8_lossy(said(cell)).into_owned();
                same.push(format!("{} = {}", name(column), literal(&text)));
            }
        }
        let columns: Vec<String> = table.columns.iter().map(|column| name(column)).collect();
        let sql = format!(
            "SELECT {} FROM {}.{} WHERE {}",
            columns.join(", "),
            name(&table.schema),
            name(&table.name),
            same.join(" AND ")
        );
        let mut wire = Wire::open(&self.source, self.secret.as_deref(), false)?;
        let found: Vec<Vec<Value>> = wire.ask(&sql)?;
        let Some(row) = found.into_iter().next() else {
            return Ok(None);
        };
        let fill = |(now, found): (Cell, Value)| {
            if now == Cell::Unsaid {
                Cell::Said(found)
            } else {
                now
            }
        };
        Ok(Some(now.into_iter().zip(row).map(fill).collect()))
    }

    /// Takes note that a place at which nothing was said is kept here.
    pub fn passed(&mut self, place: Place) {
        self.settle(&place);
        self.place = place;
    }

    /// Tells the server that what lies before a place is committed here.
    pub fn settle(&self, place: &Place) {
        self.shared
            .settled
            .fetch_max(place.after.0, Ordering::Relaxed);
    }
}

impl Batch {
    /// Writes its tables to files of a folder.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        for (table, text) in &self.parts {
            let mut file =
                std::fs::File::create(folder.join(file_name(&table.schema, &table.name)))?;
            file.write_all(text)?;
            file.sync_all()?;
        }
        Ok(())
    }
}

fn said(cell: &Cell) -> &[u8] {
    match cell {
        Cell::Said(Some(value)) => value,
        Cell::Said(None) | Cell::Unsaid => &[],
    }
}

/// What tells a row from others, as far as the log says.
fn identity(table: &Table, row: &Row) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&table.schema, &table.name).hash(&mut hasher);
    for (cell, key) in row.iter().zip(&table.key) {
        if *key {
            said(cell).hash(&mut hasher);
        }
    }
    hasher.finish()
}

/// Takes what the log says off the connection until nobody wants it any more.
fn take(mut log: Wire, send: &SyncSender<Result<Said, String>>, shared: &Shared) {
    if let Err(words) = try_take(&mut log, send, shared) {
        let _ = send.send(Err(words)); // whoever is gone needs no words
    }
}

fn try_take(
    log: &mut Wire,
    send: &SyncSender<Result<Said, String>>,
    shared: &Shared,
) -> Result<(), String> {
    let mut reader = Reader::default();
    let mut told = Instant::now();
    let mut inside = false;
    while !shared.stopped.load(Ordering::Relaxed) {
        if told.elapsed() >= TELL {
            tell(log, shared)?;
            told = Instant::now();
        }
        let Some(message) = log.heard()? else {
            continue;
        };
        match message.kind {
            b'd' => {}
            b'E' => return Err(wire::words(&message.body)),
            b'c' => return Err("the server ended the stream".into()),
            _ => continue,
        }
        let mut cut = Cut(&message.body);
        match cut.byte() {
            Some(b'k') => {
                let end = cut.long().ok_or(wire::NONSENSE)?;
                cut.long();
                if !inside {
                    shared.idle.fetch_max(end, Ordering::Relaxed);
                }
                if cut.byte() == Some(1) {
                    tell(log, shared)?;
                    told = Instant::now();
                }
            }
            Some(b'w') => {
                cut.bytes(24).ok_or(wire::NONSENSE)?;
                let Some(said) = reader.read(cut.0)? else {
                    continue;
                };
                match said {
                    Said::Begin => inside = true,
                    Said::Commit { .. } => inside = false,
                    _ => {}
                }
                if !hand_over(said, log, send, shared, &mut told)? {
                    return Ok(());
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Hands something over, and keeps talking to the server while the reader is behind. False once nobody reads.
fn hand_over(
    said: Said,
    log: &mut Wire,
    send: &SyncSender<Result<Said, String>>,
    shared: &Shared,
    told: &mut Instant,
) -> Result<bool, String> {
    let mut waiting = Ok(said);
    loop {
        match send.try_send(waiting) {
            Ok(()) => return Ok(true),
            Err(TrySendError::Disconnected(_)) => return Ok(false),
            Err(TrySendError::Full(back)) => waiting = back,
        }
        if shared.stopped.load(Ordering::Relaxed) {
            return Ok(false);
        }
        if told.elapsed() >= TELL {
            tell(log, shared)?;
            *told = Instant::now();
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Tells the server how far we are.
fn tell(log: &mut Wire, shared: &Shared) -> Result<(), String> {
    let settled = shared.settled.load(Ordering::Relaxed).to_be_bytes();
    let mut body = vec![b'r'];
    for _ in 0..3 {
        body.extend(settled);
    }
    body.extend([0; 9]);
    log.send(b'd', &body)
}
