//! Signed-in sessions, and the tokens of programs, which are sessions too. The secret itself is never kept, only its hash.

use domain::authority::SessionStage;
use domain::id::{CaseId, LinkId, SessionId, UserId};
use domain::time::Moment;
use rusqlite::Row;

use crate::engine::event::Event;
use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, known};
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
    /// How far the sign-in came.
    pub stage: SessionStage,
    /// When a second factor was last proved in it.
    pub proved: Option<Moment>,
    /// By which link to an identity provider it was begun; none for a password or a passkey.
    pub link: Option<LinkId>,
    /// When it began.
    pub created: Moment,
    /// When it ends by itself.
    pub expires: Moment,
    /// When it was ended, if it was.
    pub ended: Option<Moment>,
}

/// What a program's token is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// The session that it is.
    pub session: SessionId,
    /// What its owner calls it.
    pub name: String,
    /// The word of its purpose.
    pub purpose: String,
    /// The word of the face at which it may be shown.
    pub audience: String,
    /// The case to which it is confined.
    pub case: Option<CaseId>,
    /// When it was made.
    pub created: Moment,
    /// When it ends by itself.
    pub expires: Moment,
    /// When it was revoked, if it was.
    pub ended: Option<Moment>,
}

statements! {
    SESSION = "SELECT id, user_id, csrf, created, expires, ended, stage, proved, link_id FROM session WHERE token_hash = ?1";
    SESSION_OF_ID = "SELECT id, user_id, csrf, created, expires, ended, stage, proved, link_id FROM session WHERE id = ?1";
    LIVE = "SELECT id, user_id, csrf, created, expires, ended, stage, proved, link_id FROM session
        WHERE user_id = ?1 AND ended IS NULL AND expires > ?2 AND stage <> 'token' ORDER BY created DESC LIMIT 50";
    ADD_SESSION = "INSERT INTO session (id, token_hash, user_id, csrf, created, expires, ended, stage, proved, link_id)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    END_SESSION = "UPDATE session SET ended = ?2 WHERE id = ?1 AND ended IS NULL";
    END_SESSIONS = "UPDATE session SET ended = ?2 WHERE user_id = ?1 AND ended IS NULL";
    END_OTHERS = "UPDATE session SET ended = ?3
        WHERE user_id = ?1 AND id <> ?2 AND ended IS NULL AND stage <> 'token'";
    EXTEND = "UPDATE session SET expires = ?2 WHERE id = ?1 AND ended IS NULL";
    TOKEN = "SELECT s.id, t.name, t.purpose, t.audience, t.case_id, s.created, s.expires, s.ended
        FROM api_token t JOIN session s ON s.id = t.session_id WHERE t.session_id = ?1";
    TOKENS = "SELECT s.id, t.name, t.purpose, t.audience, t.case_id, s.created, s.expires, s.ended
        FROM session s JOIN api_token t ON t.session_id = s.id WHERE s.user_id = ?1 ORDER BY s.created DESC LIMIT 100";
    ADD_TOKEN = "INSERT INTO api_token (session_id, name, purpose, audience, case_id) VALUES (?1, ?2, ?3, ?4, ?5)";
}

fn read(row: &Row<'_>) -> Result<Session, StoreError> {
    Ok(Session {
        id: row.id(0)?,
        user: row.id(1)?,
        csrf: row.text(2)?,
        created: row.moment(3)?,
        expires: row.moment(4)?,
        ended: row.maybe_moment(5)?,
        stage: known("session", &row.text(6)?, SessionStage::from_word)?,
        proved: row.maybe_moment(7)?,
        link: row.maybe_id(8)?,
    })
}

fn read_token(row: &Row<'_>) -> Result<ApiToken, StoreError> {
    Ok(ApiToken {
        session: row.id(0)?,
        name: row.text(1)?,
        purpose: row.text(2)?,
        audience: row.text(3)?,
        case: row.maybe_id(4)?,
        created: row.moment(5)?,
        expires: row.moment(6)?,
        ended: row.maybe_moment(7)?,
    })
}

impl View<'_> {
    /// The session of a token, by the token's hash.
    pub fn session_by_token_hash(&self, hash: &[u8; 32]) -> Result<Option<Session>, StoreError> {
        self.one(SESSION, [hash], read)
    }
    /// A session.
    pub fn session(&self, id: SessionId) -> Result<Option<Session>, StoreError> {
        self.one(SESSION_OF_ID, [id.bytes()], read)
    }
    /// The sessions of a user that are good at a moment, the latest first; programs' tokens apart.
    pub fn live_sessions(&self, user: UserId, at: Moment) -> Result<Vec<Session>, StoreError> {
        self.all(LIVE, (user.bytes(), at.micros()), read)
    }
    /// What the token that is a session is for.
    pub fn api_token(&self, session: SessionId) -> Result<Option<ApiToken>, StoreError> {
        self.one(TOKEN, [session.bytes()], read_token)
    }
    /// The tokens that a user made, the latest first.
    pub fn api_tokens(&self, user: UserId) -> Result<Vec<ApiToken>, StoreError> {
        self.all(TOKENS, [user.bytes()], read_token)
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
                session.stage.word(),
                session.proved.map(Moment::micros),
                session.link.map(|link| *link.bytes()),
            ),
        )?;
        Ok(())
    }
    /// Adds what the token that is a session is for.
    pub fn add_api_token(&self, token: &ApiToken) -> Result<(), StoreError> {
        self.told()?;
        self.run(
            ADD_TOKEN,
            (
                token.session.bytes(),
                &token.name,
                &token.purpose,
                &token.audience,
                token.case.map(|case| *case.bytes()),
            ),
        )
        .map(drop)
    }
    /// Ends a session; one that has ended stays as it is.
    pub fn end_session(&self, id: SessionId, at: Moment) -> Result<(), StoreError> {
        if let Some(session) = self.session(id)? {
            self.announce(Event::UserChanged { user: session.user });
        }
        self.run(END_SESSION, (id.bytes(), at.micros())).map(drop)
    }
    /// Ends all sessions of a user, tokens included; gives their number.
    pub fn end_sessions_of(&self, user: UserId, at: Moment) -> Result<usize, StoreError> {
        self.announce(Event::UserChanged { user });
        self.run(END_SESSIONS, (user.bytes(), at.micros()))
    }
    /// Ends all sessions of a user but one; tokens of programs go on. Gives their number.
    pub fn end_other_sessions_of(
        &self,
        user: UserId,
        but: SessionId,
        at: Moment,
    ) -> Result<usize, StoreError> {
        self.announce(Event::UserChanged { user });
        self.run(END_OTHERS, (user.bytes(), but.bytes(), at.micros()))
    }
    /// Lets a session last longer.
    pub fn extend_session(&self, id: SessionId, expires: Moment) -> Result<(), StoreError> {
        self.run(EXTEND, (id.bytes(), expires.micros())).map(drop)
    }
}
