//! Live sources, how they stand, and deliveries on their way. A source's place moves with what was published.

use domain::id::{DeliveryId, LiveSourceId, ReleaseId};
use domain::live::{Following, Incoming, IncomingState, LiveSource, Way};
use domain::time::Moment;
use rusqlite::Row;

use crate::engine::event::Event;
use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, known, of_word, stored, word};
use crate::rows::statements;

statements! {
    SOURCES = "SELECT s.id, s.name, s.dataset, s.way, s.address, s.secret, s.period, s.extent, s.mapping, s.by_user, s.at,
            f.paused, f.place, f.heard, f.taken, f.failed, f.failure, f.tries, f.next_try, f.behind, f.deliveries,
            f.failures, s.numbered
        FROM live_source s JOIN live_following f ON f.source = s.id ORDER BY s.name";
    SOURCE = "SELECT s.id, s.name, s.dataset, s.way, s.address, s.secret, s.period, s.extent, s.mapping, s.by_user, s.at,
            f.paused, f.place, f.heard, f.taken, f.failed, f.failure, f.tries, f.next_try, f.behind, f.deliveries,
            f.failures, s.numbered
        FROM live_source s JOIN live_following f ON f.source = s.id WHERE s.id = ?1";
    BY_TOKEN = "SELECT id FROM live_source WHERE token_hash = ?1";
    ADD_SOURCE = "INSERT INTO live_source
        (id, name, dataset, way, address, secret, token_hash, period, extent, mapping, by_user, at, sequence, numbered)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
    ADD_FOLLOWING = "INSERT INTO live_following
        (source, paused, place, failure, tries, behind, deliveries, failures) VALUES (?1, 0, '', '', 0, 0, 0, 0)";
    SET_TOKEN = "UPDATE live_source SET token_hash = ?2 WHERE id = ?1";
    PAUSE = "UPDATE live_following SET paused = ?2, next_try = NULL, tries = 0 WHERE source = ?1";
    SET_PLACE = "UPDATE live_following SET place = ?2, next_try = NULL, tries = 0 WHERE source = ?1";
    PASS = "UPDATE live_following SET place = CASE WHEN ?2 = '' THEN place ELSE ?2 END, next_try = NULL, tries = 0
        WHERE source = ?1";
    HEARD = "UPDATE live_following SET heard = ?2, next_try = ?3, behind = ?4, tries = 0, failure = '' WHERE source = ?1";
    FAILED = "UPDATE live_following SET failed = ?2, failure = ?3, next_try = ?4, tries = tries + 1,
            failures = failures + 1 WHERE source = ?1";
    TAKEN = "UPDATE live_following SET taken = ?2,
            place = CASE WHEN ?3 = '' THEN place ELSE ?3 END, deliveries = deliveries + 1, failure = '', tries = 0
        WHERE source = ?1";
    INCOMING = "SELECT id, source, key, label, file, sha256, size, place, state, tries, reason, received, release
        FROM delivery WHERE id = ?1";
    INCOMING_BY_KEY = "SELECT id, source, key, label, file, sha256, size, place, state, tries, reason, received, release
        FROM delivery WHERE source = ?1 AND key = ?2";
    NEXT_INCOMING = "SELECT id, source, key, label, file, sha256, size, place, state, tries, reason, received, release
        FROM delivery WHERE source = ?1 AND state = 'waiting' ORDER BY number LIMIT 1";
    LAST_INCOMING = "SELECT id, source, key, label, file, sha256, size, place, state, tries, reason, received, release
        FROM delivery WHERE source = ?1 ORDER BY number DESC LIMIT 1";
    NOT_TAKEN = "SELECT id, source, key, label, file, sha256, size, place, state, tries, reason, received, release
        FROM delivery WHERE source = ?1 AND state <> 'taken' ORDER BY number LIMIT ?2";
    ALL_NOT_TAKEN = "SELECT id FROM delivery WHERE state <> 'taken'";
    BURDEN = "SELECT count(*), coalesce(sum(size), 0) FROM delivery WHERE source = ?1 AND state = 'waiting'";
    ASIDE = "SELECT count(*) FROM delivery WHERE source = ?1 AND state = 'set_aside'";
    ADD_INCOMING = "INSERT INTO delivery
        (number, id, source, key, label, file, sha256, size, place, state, tries, reason, received)
        SELECT coalesce(max(number), 0) + 1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'waiting', 0, '', ?9 FROM delivery";
    BEGIN_TRY = "UPDATE delivery SET tries = tries + 1 WHERE id = ?1";
    NOT_TRIED = "UPDATE delivery SET tries = max(tries - 1, 0), reason = ?2 WHERE id = ?1";
    TRY_FAILED = "UPDATE delivery SET reason = ?2 WHERE id = ?1";
    SET_ASIDE = "UPDATE delivery SET state = 'set_aside', reason = ?2 WHERE id = ?1";
    AGAIN = "UPDATE delivery SET state = 'waiting', tries = 0, place = '' WHERE id = ?1 AND state = 'set_aside'";
    SETTLED = "UPDATE delivery SET state = 'taken', release = ?2, reason = '' WHERE id = ?1";
    PRUNE_DELIVERIES = "DELETE FROM delivery WHERE state = 'taken' AND received < ?1";
    FORGET_DELIVERIES = "DELETE FROM delivery WHERE source = ?1 AND state = 'taken'";
}

fn source(row: &Row<'_>) -> Result<(LiveSource, Following), StoreError> {
    let source = LiveSource {
        id: row.id(0)?,
        name: row.text(1)?,
        dataset: row.id(2)?,
        way: known("live_source", &row.text(3)?, Way::from_word)?,
        address: row.text(4)?,
        secret: row.text(5)?,
        period: u32::try_from(row.number(6)?).unwrap_or(u32::MAX),
        extent: of_word("live_source", row.text(7)?)?,
        mapping: row.text(8)?,
        numbered: row.flag(22)?,
        by: row.id(9)?,
        at: row.moment(10)?,
    };
    let following = Following {
        paused: row.flag(11)?,
        place: row.text(12)?,
        heard: row.maybe_moment(13)?,
        taken: row.maybe_moment(14)?,
        failed: row.maybe_moment(15)?,
        failure: row.text(16)?,
        tries: u32::try_from(row.number(17)?).unwrap_or(u32::MAX),
        next_try: row.maybe_moment(18)?,
        behind: row.number(19)?,
        deliveries: row.number(20)?,
        failures: row.number(21)?,
    };
    Ok((source, following))
}

fn incoming(row: &Row<'_>) -> Result<Incoming, StoreError> {
    Ok(Incoming {
        id: row.id(0)?,
        source: row.id(1)?,
        key: row.text(2)?,
        label: row.text(3)?,
        file: row.text(4)?,
        sha256: row.text(5)?,
        size: row.number(6)?,
        place: row.text(7)?,
        state: of_word("delivery", row.text(8)?)?,
        tries: u32::try_from(row.number(9)?).unwrap_or(u32::MAX),
        reason: row.text(10)?,
        received: row.moment(11)?,
        release: row.maybe_id(12)?,
    })
}

impl View<'_> {
    /// All live sources with how they stand, by name.
    pub fn live_sources(&self) -> Result<Vec<(LiveSource, Following)>, StoreError> {
        self.all(SOURCES, [], source)
    }
    /// One live source with how it stands.
    pub fn live_source(
        &self,
        id: LiveSourceId,
    ) -> Result<Option<(LiveSource, Following)>, StoreError> {
        self.one(SOURCE, [id.bytes()], source)
    }
    /// The live source to which a token is bound.
    pub fn live_source_by_token(
        &self,
        hash: &[u8; 32],
    ) -> Result<Option<LiveSourceId>, StoreError> {
        self.one(BY_TOKEN, [hash], |row| row.id(0))
    }
    /// One delivery.
    pub fn incoming(&self, id: DeliveryId) -> Result<Option<Incoming>, StoreError> {
        self.one(INCOMING, [id.bytes()], incoming)
    }
    /// The delivery of a source that bears a key.
    pub fn incoming_by_key(
        &self,
        source: LiveSourceId,
        key: &str,
    ) -> Result<Option<Incoming>, StoreError> {
        self.one(INCOMING_BY_KEY, (source.bytes(), key), incoming)
    }
    /// The delivery of a source that is to be read next.
    pub fn next_incoming(&self, source: LiveSourceId) -> Result<Option<Incoming>, StoreError> {
        self.one(NEXT_INCOMING, [source.bytes()], incoming)
    }
    /// The delivery of a source that came last.
    pub fn last_incoming(&self, source: LiveSourceId) -> Result<Option<Incoming>, StoreError> {
        self.one(LAST_INCOMING, [source.bytes()], incoming)
    }
    /// Deliveries of a source that wait or were set aside, oldest first.
    pub fn not_taken(
        &self,
        source: LiveSourceId,
        limit: usize,
    ) -> Result<Vec<Incoming>, StoreError> {
        self.all(NOT_TAKEN, (source.bytes(), stored(limit as u64)), incoming)
    }
    /// Every delivery whose bytes are still needed.
    pub fn needed_incoming(&self) -> Result<Vec<DeliveryId>, StoreError> {
        self.all(ALL_NOT_TAKEN, [], |row| row.id(0))
    }
    /// How many deliveries of a source wait, and how many bytes they have.
    pub fn burden(&self, source: LiveSourceId) -> Result<(u64, u64), StoreError> {
        let found = self.one(BURDEN, [source.bytes()], |row| {
            Ok((row.number(0)?, row.number(1)?))
        })?;
        Ok(found.unwrap_or_default())
    }
    /// How many deliveries of a source were set aside.
    pub fn set_aside_count(&self, source: LiveSourceId) -> Result<u64, StoreError> {
        let found = self.figure(ASIDE, [source.bytes()])?.unwrap_or(0);
        Ok(u64::try_from(found).unwrap_or(0))
    }
}

impl Tx<'_> {
    /// Sets a live source up.
    pub fn add_live_source(
        &self,
        source: &LiveSource,
        token_hash: Option<&[u8; 32]>,
    ) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_SOURCE,
            (
                source.id.bytes(),
                &source.name,
                source.dataset.bytes(),
                source.way.word(),
                &source.address,
                &source.secret,
                token_hash,
                source.period,
                word(&source.extent)?,
                &source.mapping,
                source.by.bytes(),
                source.at.micros(),
                sequence,
                source.numbered,
            ),
        )?;
        self.run(ADD_FOLLOWING, [source.id.bytes()])?;
        self.announce(Event::LiveSource { source: source.id });
        Ok(())
    }
    /// Binds another token to a source; the former is worth nothing from then on.
    pub fn set_live_token(&self, id: LiveSourceId, hash: &[u8; 32]) -> Result<(), StoreError> {
        self.told()?;
        self.run(SET_TOKEN, (id.bytes(), hash)).map(drop)
    }
    /// Pauses a source or lets it go on.
    pub fn pause_live(&self, id: LiveSourceId, paused: bool) -> Result<(), StoreError> {
        self.told()?;
        self.run(PAUSE, (id.bytes(), paused))?;
        self.announce(Event::LiveSource { source: id });
        Ok(())
    }
    /// Moves a source's place by hand, and forgets what was taken, so that it is taken again.
    pub fn move_live_place(&self, id: LiveSourceId, place: &str) -> Result<(), StoreError> {
        self.told()?;
        self.run(FORGET_DELIVERIES, [id.bytes()])?;
        self.run(SET_PLACE, (id.bytes(), place))?;
        self.announce(Event::LiveSource { source: id });
        Ok(())
    }
    /// Moves a source's place past what said nothing of it.
    pub fn pass_live(&self, id: LiveSourceId, place: &str) -> Result<(), StoreError> {
        self.run(PASS, (id.bytes(), place)).map(drop)
    }
    /// Notes that a source answered.
    pub fn live_heard(
        &self,
        id: LiveSourceId,
        next_try: Option<Moment>,
        behind: u64,
    ) -> Result<(), StoreError> {
        let next = next_try.map(Moment::micros);
        self.run(
            HEARD,
            (id.bytes(), self.now().micros(), next, stored(behind)),
        )
        .map(drop)
    }
    /// Notes that a source failed.
    pub fn live_failed(
        &self,
        id: LiveSourceId,
        words: &str,
        next_try: Moment,
    ) -> Result<(), StoreError> {
        let now = self.now().micros();
        self.run(FAILED, (id.bytes(), now, words, next_try.micros()))
            .map(drop)
    }
    /// Notes that a delivery arrived whole; its bytes are durable.
    pub fn add_incoming(&self, incoming: &Incoming) -> Result<(), StoreError> {
        self.run(
            ADD_INCOMING,
            (
                incoming.id.bytes(),
                incoming.source.bytes(),
                &incoming.key,
                &incoming.label,
                &incoming.file,
                &incoming.sha256,
                stored(incoming.size),
                &incoming.place,
                incoming.received.micros(),
            ),
        )?;
        self.announce(Event::LiveSource {
            source: incoming.source,
        });
        Ok(())
    }
    /// Forgets deliveries that were taken and came before a moment; their releases and receipts stay.
    pub fn prune_deliveries(&self, before: Moment) -> Result<usize, StoreError> {
        self.run(PRUNE_DELIVERIES, [before.micros()])
    }
    /// Counts a try before it is made, so that one that brings the service down is counted too.
    pub fn begin_try(&self, id: DeliveryId) -> Result<(), StoreError> {
        self.run(BEGIN_TRY, [id.bytes()]).map(drop)
    }
    /// Takes a try back that the delivery is not to blame for.
    pub fn not_tried(&self, id: DeliveryId, words: &str) -> Result<(), StoreError> {
        self.run(NOT_TRIED, (id.bytes(), words)).map(drop)
    }
    /// Notes why a try failed.
    pub fn try_failed(&self, id: DeliveryId, words: &str) -> Result<(), StoreError> {
        self.run(TRY_FAILED, (id.bytes(), words)).map(drop)
    }
    /// Sets a delivery aside and moves the source's place past it.
    pub fn set_aside(&self, incoming: &Incoming, words: &str) -> Result<(), StoreError> {
        self.told()?;
        self.run(SET_ASIDE, (incoming.id.bytes(), words))?;
        self.run(PASS, (incoming.source.bytes(), &incoming.place))?;
        Ok(())
    }
    /// Lets a delivery that was set aside be tried again; false when it was not set aside. The source's place stays.
    pub fn try_again(&self, source: LiveSourceId, id: DeliveryId) -> Result<bool, StoreError> {
        self.told()?;
        let changed = self.run(AGAIN, [id.bytes()])?;
        self.announce(Event::LiveSource { source });
        Ok(changed > 0)
    }
    /// Settles a delivery: the source's place moves past it. In the transaction that makes its release visible, or holds
    /// it.
    pub fn settle_incoming(&self, id: DeliveryId, release: ReleaseId) -> Result<(), StoreError> {
        let found = self.incoming(id)?;
        let incoming = found.ok_or_else(|| StoreError::missing("delivery", id))?;
        if incoming.state != IncomingState::Waiting {
            return Err(StoreError::WrongState {
                state: "taken already",
            });
        }
        self.run(SETTLED, (id.bytes(), release.bytes()))?;
        let now = self.now().micros();
        self.run(TAKEN, (incoming.source.bytes(), now, &incoming.place))
            .map(drop)
    }
}
