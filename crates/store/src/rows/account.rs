//! What stands around signing in: links that are good once, second factors, recovery codes, and the tries of the last day.

use domain::authority::Role;
use domain::id::{FactorId, UserId};
use domain::time::Moment;
use rusqlite::Row;

use crate::engine::event::Event;
use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, known, stored};
use crate::rows::statements;

/// A link that is good once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invitation {
    /// For whom; `None` makes the first administrator.
    pub user: Option<UserId>,
    /// When it was made.
    pub created: Moment,
    /// When it ends by itself.
    pub expires: Moment,
    /// When it was used or replaced, if it was.
    pub ended: Option<Moment>,
}

/// A second factor of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Factor {
    /// Its id.
    pub id: FactorId,
    /// Whose.
    pub user: UserId,
    /// Its kind, `totp` or `passkey`.
    pub kind: String,
    /// What its owner calls it.
    pub label: String,
    /// The secret, sealed.
    pub secret: Vec<u8>,
    /// The last step whose code was used; of a passkey, what its counter showed last.
    pub used: u64,
    /// When it was made.
    pub created: Moment,
    /// When its first code proved that it works.
    pub confirmed: Option<Moment>,
    /// When it was taken away.
    pub ended: Option<Moment>,
    /// The hash of the id by which a passkey's authenticator knows it.
    pub credential_hash: Option<[u8; 32]>,
}

/// What was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tried {
    /// A password.
    Password,
    /// A code of a second factor.
    Code,
    /// A passkey.
    Passkey,
    /// A sign-in by an identity provider.
    Provider,
}

impl Tried {
    const fn word(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Code => "code",
            Self::Passkey => "passkey",
            Self::Provider => "provider",
        }
    }
}

statements! {
    INVITATION = "SELECT user_id, created, expires, ended FROM invitation WHERE token_hash = ?1";
    ADD_INVITATION = "INSERT INTO invitation (token_hash, user_id, created, expires, ended) VALUES (?1, ?2, ?3, ?4, ?5)";
    END_INVITATIONS = "UPDATE invitation SET ended = ?2 WHERE user_id IS ?1 AND ended IS NULL";
    FACTORS = "SELECT id, user_id, kind, label, secret, used, created, confirmed, ended, credential_hash
        FROM second_factor WHERE user_id = ?1 AND ended IS NULL ORDER BY created";
    PASSKEY = "SELECT id, user_id, kind, label, secret, used, created, confirmed, ended, credential_hash
        FROM second_factor WHERE credential_hash = ?1 AND ended IS NULL";
    COUNT_PASSKEY = "UPDATE second_factor SET used = ?2 WHERE id = ?1";
    ANSWERED = "SELECT 1 FROM answered_challenge WHERE challenge_hash = ?1";
    ADD_ANSWERED = "INSERT INTO answered_challenge (challenge_hash, expires) VALUES (?1, ?2)";
    FORGET_ANSWERED = "DELETE FROM answered_challenge WHERE expires < ?1";
    HAS_FACTOR = "SELECT 1 FROM second_factor WHERE user_id = ?1 AND ended IS NULL AND confirmed IS NOT NULL LIMIT 1";
    ADD_FACTOR = "INSERT INTO second_factor (id, user_id, kind, label, secret, used, created, confirmed, ended, credential_hash)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    USE_FACTOR = "UPDATE second_factor SET used = ?2, confirmed = coalesce(confirmed, ?3) WHERE id = ?1 AND used < ?2";
    END_FACTOR = "UPDATE second_factor SET ended = ?2, secret = x'', credential_hash = NULL WHERE id = ?1 AND ended IS NULL";
    CODES_LEFT = "SELECT count(*) FROM recovery_code WHERE user_id = ?1 AND used IS NULL";
    DROP_CODES = "DELETE FROM recovery_code WHERE user_id = ?1";
    ADD_CODE = "INSERT INTO recovery_code (user_id, code_hash, created, used) VALUES (?1, ?2, ?3, NULL)";
    USE_CODE = "UPDATE recovery_code SET used = ?3 WHERE user_id = ?1 AND code_hash = ?2 AND used IS NULL";
    FAILED_OF_ACCOUNT = "SELECT count(*) FROM sign_in_try WHERE account = ?1 AND kind = ?2 AND at > ?3 AND good = 0";
    FAILED_OF_BOTH = "SELECT count(*) FROM sign_in_try
        WHERE account = ?1 AND kind = ?2 AND at > ?3 AND good = 0 AND address = ?4";
    FAILED_OF_ADDRESS = "SELECT count(*) FROM sign_in_try WHERE address = ?1 AND kind = ?2 AND at > ?3 AND good = 0";
    CAME_FROM = "SELECT 1 FROM sign_in_try WHERE account = ?1 AND address = ?2 AND good = 1 LIMIT 1";
    ADD_TRY = "INSERT INTO sign_in_try (account, address, kind, good, at) VALUES (?1, ?2, ?3, ?4, ?5)";
    FORGET_TRIES = "DELETE FROM sign_in_try WHERE at < ?1";
    MUST = "SELECT roles FROM second_factor_rule ORDER BY sequence DESC LIMIT 1";
    SET_MUST = "INSERT INTO second_factor_rule (sequence, roles, by_user, at) VALUES (?1, ?2, ?3, ?4)";
}

fn factor(row: &Row<'_>) -> Result<Factor, StoreError> {
    Ok(Factor {
        id: row.id(0)?,
        user: row.id(1)?,
        kind: row.text(2)?,
        label: row.text(3)?,
        secret: row.get(4)?,
        used: row.number(5)?,
        created: row.moment(6)?,
        confirmed: row.maybe_moment(7)?,
        ended: row.maybe_moment(8)?,
        credential_hash: row.get(9)?,
    })
}

impl View<'_> {
    /// The link of a secret, by the secret's hash.
    pub fn invitation(&self, token_hash: &[u8; 32]) -> Result<Option<Invitation>, StoreError> {
        self.one(INVITATION, [token_hash], |row| {
            Ok(Invitation {
                user: row.maybe_id(0)?,
                created: row.moment(1)?,
                expires: row.moment(2)?,
                ended: row.maybe_moment(3)?,
            })
        })
    }
    /// A user's second factors that were not taken away, confirmed or not.
    pub fn factors(&self, user: UserId) -> Result<Vec<Factor>, StoreError> {
        self.all(FACTORS, [user.bytes()], factor)
    }
    /// The passkey of an id, by the id's hash.
    pub fn passkey(&self, credential_hash: &[u8; 32]) -> Result<Option<Factor>, StoreError> {
        self.one(PASSKEY, [credential_hash], factor)
    }
    /// Whether a user has a second factor that works.
    pub fn has_factor(&self, user: UserId) -> Result<bool, StoreError> {
        Ok(self.figure(HAS_FACTOR, [user.bytes()])?.is_some())
    }
    /// How many recovery codes a user has left.
    pub fn recovery_codes_left(&self, user: UserId) -> Result<u64, StoreError> {
        Ok(count(self.figure(CODES_LEFT, [user.bytes()])?))
    }
    /// How many tries of an account failed since a moment.
    pub fn failed_of_account(
        &self,
        account: &str,
        tried: Tried,
        since: Moment,
    ) -> Result<u64, StoreError> {
        let key = (account, tried.word(), since.micros());
        Ok(count(self.figure(FAILED_OF_ACCOUNT, key)?))
    }
    /// How many tries of an account from one address failed since a moment.
    pub fn failed_of_both(
        &self,
        account: &str,
        address: &str,
        tried: Tried,
        since: Moment,
    ) -> Result<u64, StoreError> {
        let key = (account, tried.word(), since.micros(), address);
        Ok(count(self.figure(FAILED_OF_BOTH, key)?))
    }
    /// How many tries from an address failed since a moment.
    pub fn failed_of_address(
        &self,
        address: &str,
        tried: Tried,
        since: Moment,
    ) -> Result<u64, StoreError> {
        let key = (address, tried.word(), since.micros());
        Ok(count(self.figure(FAILED_OF_ADDRESS, key)?))
    }
    /// Whether an account was signed in to from an address within the last day.
    pub fn came_from(&self, account: &str, address: &str) -> Result<bool, StoreError> {
        Ok(self.figure(CAME_FROM, (account, address))?.is_some())
    }
    /// The roles whose holders must have a second factor.
    pub fn second_factor_roles(&self) -> Result<Vec<Role>, StoreError> {
        let words = self.one(MUST, [], |row| row.text(0))?.unwrap_or_default();
        words
            .split_whitespace()
            .map(|word| known("second_factor_rule", word, Role::from_word))
            .collect()
    }
}

fn count(figure: Option<i64>) -> u64 {
    u64::try_from(figure.unwrap_or(0)).unwrap_or(0)
}

impl Tx<'_> {
    /// Adds a link that is good once, and ends those made before for the same person.
    pub fn add_invitation(
        &self,
        made: &Invitation,
        token_hash: &[u8; 32],
    ) -> Result<(), StoreError> {
        self.end_invitations(made.user, made.created)?;
        self.run(
            ADD_INVITATION,
            (
                token_hash,
                made.user.map(|user| *user.bytes()),
                made.created.micros(),
                made.expires.micros(),
                made.ended.map(Moment::micros),
            ),
        )
        .map(drop)
    }
    /// Ends the links of a person, or, for nobody, those that make the first administrator.
    pub fn end_invitations(&self, user: Option<UserId>, at: Moment) -> Result<(), StoreError> {
        self.told()?;
        let user = user.map(|user| *user.bytes());
        self.run(END_INVITATIONS, (user, at.micros())).map(drop)
    }
    /// Adds a second factor.
    pub fn add_factor(&self, factor: &Factor) -> Result<(), StoreError> {
        self.told()?;
        self.run(
            ADD_FACTOR,
            (
                factor.id.bytes(),
                factor.user.bytes(),
                &factor.kind,
                &factor.label,
                &factor.secret,
                stored(factor.used),
                factor.created.micros(),
                factor.confirmed.map(Moment::micros),
                factor.ended.map(Moment::micros),
                factor.credential_hash,
            ),
        )
        .map(drop)
    }
    /// Keeps what the counter of a passkey showed last.
    pub fn count_passkey(&self, id: FactorId, counter: u32) -> Result<(), StoreError> {
        self.run(COUNT_PASSKEY, (id.bytes(), counter)).map(drop)
    }
    /// Keeps that a challenge was answered; false when it had been before. Forgets those that have ended.
    pub fn answer_challenge(
        &self,
        hash: &[u8; 32],
        expires: Moment,
        at: Moment,
    ) -> Result<bool, StoreError> {
        self.run(FORGET_ANSWERED, [at.plus_days(-1).micros()])?;
        if self.figure(ANSWERED, [hash])?.is_some() {
            return Ok(false);
        }
        self.run(ADD_ANSWERED, (hash, expires.micros()))?;
        Ok(true)
    }
    /// Uses the code of a step, and with it every earlier one; false when it was used before.
    pub fn use_factor(&self, id: FactorId, step: u64, at: Moment) -> Result<bool, StoreError> {
        let touched = self.run(USE_FACTOR, (id.bytes(), stored(step), at.micros()))?;
        Ok(touched == 1)
    }
    /// Takes a second factor away, its secret with it.
    pub fn end_factor(&self, factor: &Factor, at: Moment) -> Result<(), StoreError> {
        self.told()?;
        self.announce(Event::UserChanged { user: factor.user });
        self.run(END_FACTOR, (factor.id.bytes(), at.micros()))
            .map(drop)
    }
    /// Replaces the recovery codes of a user, given as their hashes.
    pub fn set_recovery_codes(
        &self,
        user: UserId,
        hashes: &[[u8; 32]],
        at: Moment,
    ) -> Result<(), StoreError> {
        self.told()?;
        self.run(DROP_CODES, [user.bytes()])?;
        for hash in hashes {
            self.run(ADD_CODE, (user.bytes(), hash, at.micros()))?;
        }
        Ok(())
    }
    /// Uses a recovery code; false when there is none of that hash that was not used.
    pub fn use_recovery_code(
        &self,
        user: UserId,
        hash: &[u8; 32],
        at: Moment,
    ) -> Result<bool, StoreError> {
        Ok(self.run(USE_CODE, (user.bytes(), hash, at.micros()))? == 1)
    }
    /// Keeps that something was tried, and forgets what was tried more than a day before.
    pub fn add_try(
        &self,
        account: &str,
        address: &str,
        tried: Tried,
        good: bool,
        at: Moment,
    ) -> Result<(), StoreError> {
        self.run(FORGET_TRIES, [at.plus_days(-1).micros()])?;
        self.run(ADD_TRY, (account, address, tried.word(), good, at.micros()))
            .map(drop)
    }
    /// Says for which roles a second factor is a must from now on.
    pub fn set_second_factor_roles(
        &self,
        roles: &[Role],
        by: UserId,
        at: Moment,
    ) -> Result<(), StoreError> {
        let sequence = self.told()?;
        let words: Vec<&str> = roles.iter().map(|role| role.word()).collect();
        self.run(
            SET_MUST,
            (sequence, words.join(" "), by.bytes(), at.micros()),
        )
        .map(drop)
    }
}
