//! Signed-in sessions. The token itself is never kept, only its hash.

use domain::id::{SessionId, UserId};
use domain::time::Moment;

use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::Columns as _;
use crate::rows::statements;

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// The word that forms carry, against requests made by other sites.
    pub csrf: String,
    /// When it began.
    pub created: Moment,
    /// When it ends by itself.
    pub expires: Moment,
    /// When it was ended, if it was.
    pub ended: Option<Moment>,
}

statements! {
    SESSION = "SELECT id, user_id, csrf, created, expires, ended FROM session WHERE token_hash = ?1";
    ADD_SESSION = "INSERT INTO session (id, token_hash, user_id, csrf, created, expires, ended)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    END_SESSION = "UPDATE session SET ended = ?2 WHERE id = ?1 AND ended IS NULL";
    END_SESSIONS = "UPDATE session SET ended = ?2 WHERE user_id = ?1 AND ended IS NULL";
    EXTEND = "UPDATE session SET expires = ?2 WHERE id = ?1 AND ended IS NULL";
}

impl View<'_> {
    /// The session of a token, by the token's hash.
    pub fn session_by_token_hash(&self, hash: &[u8; 32]) -> Result<Option<Session>, StoreError> {
        self.one(SESSION, [hash], |row| {
            Ok(Session {
                id: row.id(0)?,
                user: row.id(1)?,
                csrf: row.text(2)?,
                created: row.moment(3)?,
                expires: row.moment(4)?,
                ended: row.maybe_moment(5)?,
            })
        })
    }
}

impl Tx<'_> {
    /// Adds a session under the hash of its token.
    pub fn add_session(&self, session: &Session, token_hash: &[u8; 32]) -> Result<(), StoreError> {
        self.run(
            ADD_SESSION,
            (
                session.id.bytes(),
                token_hash,
                session.user.bytes(),
                &session.csrf,
                session.created.micros(),
                session.expires.micros(),
                session.ended.map(Moment::micros),
            ),
        )?;
        Ok(())
    }
    /// Ends a session; one that has ended stays as it is.
    pub fn end_session(&self, id: SessionId, at: Moment) -> Result<(), StoreError> {
        self.run(END_SESSION, (id.bytes(), at.micros())).map(drop)
    }
    /// Ends all sessions of a user; gives their number.
    pub fn end_sessions_of(&self, user: UserId, at: Moment) -> Result<usize, StoreError> {
        self.run(END_SESSIONS, (user.bytes(), at.micros()))
    }
    /// Lets a session last longer.
    pub fn extend_session(&self, id: SessionId, expires: Moment) -> Result<(), StoreError> {
        self.run(EXTEND, (id.bytes(), expires.micros())).map(drop)
    }
}
