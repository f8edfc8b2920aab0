//! Tables of a PostgreSQL server: read whole, or followed change by change.

use domain::id::DeliveryId;
use domain::live::{Following, Incoming, LiveSource, NoticeKind, Way};
use domain::policy::Act;
use domain::source::{Dataset, Extent};
use feeds::postgres::{self, Batch, Changes, Heard, Opened, Place, Source};
use sha2::{Digest as _, Sha256};

use super::fetch::{LISTEN, Trouble, digest_of};
use super::turn::{Failure, Next, Open};
use crate::act::Touched;
use crate::door::Knock;
use crate::{Desk, DeskError};

/// Most rows of changes that are taken as one delivery.
const MOST_TOGETHER: u64 = 5000;

/// What the key of a delivery that reads tables whole begins with, where their changes follow.
const WHOLE: &str = "whole ";

/// Whether a delivery says all there is: where changes are followed, only what was read at the beginning does.
pub(super) fn extent_of(source: &LiveSource, incoming: &Incoming) -> Extent {
    match source.way {
        Way::Postgres => Extent::Full,
        Way::Replication if incoming.key.starts_with(WHOLE) => Extent::Full,
        Way::Replication => Extent::Delta,
        _ => source.extent,
    }
}

fn trouble(words: String) -> Failure {
    Failure::Source(Trouble::of(&words))
}

fn unwritten(error: &std::io::Error) -> DeskError {
    DeskError::Unavailable(error.to_string())
}

impl Desk {
    fn server_of(&self, source: &LiveSource) -> Result<(Source, Option<String>), Failure> {
        let reach = &self.inner.live.outside().reach;
        let server = Source::parse(reach, &source.address)
            .map_err(|words| trouble(format!("its address {words}")))?;
        Ok((server, self.secret_of(source)?))
    }

    /// Reads the tables whole, and takes them where they say anything else than last time.
    pub(super) fn read_tables(
        &self,
        source: &LiveSource,
        following: &Following,
    ) -> Result<Next, Failure> {
        let (server, secret) = self.server_of(source)?;
        let mut incoming = self.incoming(source, "", "", String::new(), 0);
        let yard = &self.inner.live;
        let folder = yard.folder(incoming.id)?;
        if let Err(words) = postgres::read(&server, secret.as_deref(), &folder) {
            yard.drop(incoming.id);
            return Err(trouble(words));
        }
        self.measure(&mut incoming)?;
        let next = self.now().plus_seconds(source.period.max(1).into());
        if incoming.sha256 == following.place {
            yard.drop(incoming.id);
            self.heard(source, Some(next), 0)?;
            return Ok(Next::Wait(std::time::Duration::from_secs(1)));
        }
        yard.keep()?;
        incoming.key = incoming.id.to_string();
        incoming.label = incoming.received.to_rfc3339();
        incoming.place.clone_from(&incoming.sha256);
        self.enter_all(&[incoming])?;
        self.heard(source, Some(next), 0)?;
        Ok(Next::Again)
    }

    /// Size and digest of the files of a delivery.
    fn measure(&self, incoming: &mut Incoming) -> Result<(), DeskError> {
        let mut all = Sha256::new();
        let files = self.inner.live.files(incoming.id, "");
        let files = files.map_err(|error| unwritten(&error))?;
        for file in &files {
            let (sha256, size) = digest_of(&file.path).map_err(|error| unwritten(&error))?;
            all.update(file.name.as_bytes());
            all.update([0]);
            all.update(sha256);
            incoming.size += size;
        }
        incoming.sha256 = domain::audit::hex(&all.finalize());
        incoming.file = match files.as_slice() {
            [one] => one.name.clone(),
            _ => format!("{} tables", files.len()),
        };
        Ok(())
    }

    /// Takes what the server's log says of the tables of a publication.
    pub(super) fn follow_changes(
        &self,
        source: &LiveSource,
        following: &Following,
        dataset: &Dataset,
        open: &mut Open,
    ) -> Result<Next, Failure> {
        let Some(place) = Place::read(&following.place) else {
            open.changes = None;
            return self.begin_changes(source);
        };
        if open.changes.is_none() {
            let (server, secret) = self.server_of(source)?;
            match Changes::open(&server, secret.as_deref(), place).map_err(trouble)? {
                Opened::Here(changes) => open.changes = Some(changes),
                Opened::Gone(words) => {
                    self.begin_anew(source, dataset, NoticeKind::Gap, &words)?;
                    return Ok(Next::Again);
                }
            }
            self.heard(source, None, 0)?;
        }
        let Some(changes) = &mut open.changes else {
            return Ok(Next::Again);
        };
        match changes.next(MOST_TOGETHER, LISTEN).map_err(trouble)? {
            Heard::Nothing(place) => {
                // Saved now and then only: what nothing was said of costs nothing to hear again.
                let due = following
                    .heard
                    .is_none_or(|heard| heard.plus_seconds(5) <= self.now());
                if let Some(place) = place.filter(|_| due) {
                    let text = place.written();
                    self.pass(source, &text)?;
                    changes.passed(place);
                }
                self.heard_still(source, following, 0)?;
            }
            Heard::Rows(batch) => {
                self.enter_changes(source, &batch)?;
                self.heard(source, None, 0)?;
            }
            Heard::Altered {
                table,
                gone,
                new,
                place,
            } => {
                let words = altered(&table, &gone, &new);
                let stops = !gone.is_empty();
                self.notice(source, dataset, NoticeKind::Altered, &words, None, |tx| {
                    tx.pass_live(source.id, &place.written())?;
                    match stops {
                        true => tx.pause_live(source.id, true),
                        false => Ok(()),
                    }
                })?;
                if stops {
                    open.changes = None;
                    return Ok(Next::Rests);
                }
            }
            Heard::Anew(words) => {
                open.changes = None;
                self.begin_anew(source, dataset, NoticeKind::Altered, &words)?;
            }
        }
        Ok(Next::Again)
    }

    fn pass(&self, source: &LiveSource, place: &str) -> Result<(), DeskError> {
        self.store()
            .quiet(|tx| Ok::<_, DeskError>(tx.pass_live(source.id, place)?))?;
        Ok(())
    }

    fn begin_changes(&self, source: &LiveSource) -> Result<Next, Failure> {
        let (server, secret) = self.server_of(source)?;
        let mut incoming = self.incoming(source, "", "", String::new(), 0);
        let yard = &self.inner.live;
        let folder = yard.folder(incoming.id)?;
        let place = match postgres::begin(&server, secret.as_deref(), &folder) {
            Ok(place) => place,
            Err(words) => {
                yard.drop(incoming.id);
                return Err(trouble(words));
            }
        };
        self.measure(&mut incoming)?;
        yard.keep()?;
        incoming.key = format!("{WHOLE}{}", incoming.id);
        incoming.label = format!("all rows at {}", place.after);
        incoming.place = place.written();
        self.enter_all(&[incoming])?;
        self.heard(source, None, 0)?;
        Ok(Next::Again)
    }

    fn enter_changes(&self, source: &LiveSource, batch: &Batch) -> Result<(), DeskError> {
        let id = DeliveryId::fresh(self.now(), self.randomness());
        let mut incoming = Incoming {
            id,
            ..self.incoming(source, "", "", String::new(), 0)
        };
        let folder = self.inner.live.folder(id)?;
        batch.write(&folder).map_err(|error| unwritten(&error))?;
        self.measure(&mut incoming)?;
        self.inner.live.keep()?;
        let place = &batch.place;
        incoming.label = match place.rows {
            0 => format!("up to {}", place.after),
            rows => format!("up to row {rows} after {}", place.after),
        };
        incoming.key = incoming.label.clone();
        incoming.place = place.written();
        self.enter_all(&[incoming])
    }

    /// Says why a source is read whole again, and has it read so.
    fn begin_anew(
        &self,
        source: &LiveSource,
        dataset: &Dataset,
        kind: NoticeKind,
        words: &str,
    ) -> Result<(), DeskError> {
        let words = format!("{words}; all rows are read again");
        self.notice(source, dataset, kind, &words, None, |tx| {
            tx.move_live_place(source.id, "")
        })
    }

    /// Keeps what was noticed about a source, with what is done about it, as an act of its steward.
    pub(super) fn notice(
        &self,
        source: &LiveSource,
        dataset: &Dataset,
        kind: NoticeKind,
        words: &str,
        missing: Option<(u64, u64)>,
        act: impl FnOnce(&store::Tx<'_>) -> Result<(), store::StoreError> + Send,
    ) -> Result<(), DeskError> {
        let actor = self.steward_of(source)?;
        self.change(&Knock::outside(&actor, Act::LoadRelease), |tx, _| {
            tx.add_source_notice(dataset.id, Some(source.id), kind, words, missing)?;
            act(tx)?;
            let objects = [
                format!("live_source:{}", source.id),
                format!("dataset:{}", dataset.id),
                format!("noticed:{}", kind.word()),
            ];
            Ok(Touched::new((), objects))
        })
    }
}

fn altered(table: &str, gone: &[String], new: &[String]) -> String {
    let mut words = format!("the table `{table}` looks otherwise:");
    if !gone.is_empty() {
        words += &format!(" it no longer has `{}`", gone.join("`, `"));
    }
    if !new.is_empty() {
        let and = if gone.is_empty() { "" } else { ", and" };
        words += &format!("{and} it now has `{}`", new.join("`, `"));
    }
    if !gone.is_empty() {
        words += "; it is paused until a steward lets it go on";
    }
    words
}
