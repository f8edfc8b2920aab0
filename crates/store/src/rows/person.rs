//! Which accounts are one person's, and who takes whose place. Two signatures must be of two people, whatever they sign in as.

use domain::id::UserId;
use domain::time::Moment;

use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::Columns as _;
use crate::rows::statements;

/// That somebody takes another's place for a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deputy {
    /// Whose place.
    pub user: UserId,
    /// Who takes it.
    pub deputy: UserId,
    /// From when.
    pub from: Moment,
    /// Until when.
    pub until: Moment,
}

statements! {
    PERSON = "SELECT person FROM user_person WHERE user_id = ?1 ORDER BY sequence DESC LIMIT 1";
    ACCOUNTS = "SELECT p.user_id FROM user_person p WHERE p.person = ?1
        AND p.sequence = (SELECT max(n.sequence) FROM user_person n WHERE n.user_id = p.user_id)";
    SET_PERSON = "INSERT INTO user_person (user_id, sequence, person) VALUES (?1, ?2, ?3)
        ON CONFLICT (user_id, sequence) DO UPDATE SET person = excluded.person";
    DEPUTISED = "SELECT d.user_id FROM deputy d WHERE d.deputy = ?1 AND d.valid_from <= ?2 AND d.valid_until > ?2
        AND d.sequence = (SELECT max(n.sequence) FROM deputy n WHERE n.user_id = d.user_id AND n.deputy = d.deputy)";
    SET_DEPUTY = "INSERT INTO deputy (user_id, deputy, sequence, valid_from, valid_until, by_user)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    SET_TITLE = "UPDATE user_account SET title = ?2 WHERE id = ?1";
}

impl View<'_> {
    /// The accounts of the person behind an account, itself among them.
    pub fn accounts_of(&self, user: UserId) -> Result<Vec<UserId>, StoreError> {
        let person = self.one(PERSON, [user.bytes()], |row| row.text(0))?;
        match person.filter(|person| !person.is_empty()) {
            Some(person) => self.all(ACCOUNTS, [person], |row| row.id(0)),
            None => Ok(vec![user]),
        }
    }

    /// Whose place an account takes at a moment.
    pub fn deputised_by(&self, user: UserId, at: Moment) -> Result<Vec<UserId>, StoreError> {
        self.all(DEPUTISED, (user.bytes(), at.micros()), |row| row.id(0))
    }
}

impl Tx<'_> {
    /// Says whose account it is: the accounts of one word are one person's.
    pub fn set_person(&self, user: UserId, person: &str) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(SET_PERSON, (user.bytes(), sequence, person))
            .map(drop)
    }

    /// Lets somebody take another's place for a time.
    pub fn set_deputy(&self, deputy: &Deputy, by: UserId) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            SET_DEPUTY,
            (
                deputy.user.bytes(),
                deputy.deputy.bytes(),
                sequence,
                deputy.from.micros(),
                deputy.until.micros(),
                by.bytes(),
            ),
        )
        .map(drop)
    }

    /// Gives an account another name for people.
    pub fn set_title(&self, user: UserId, title: &str) -> Result<(), StoreError> {
        self.told()?;
        self.run(SET_TITLE, (user.bytes(), title)).map(drop)
    }
}
