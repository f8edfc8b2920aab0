//! Users, their roles and whether they may sign in. Roles and standing are version rows; a password is replaced.

use domain::authority::Role;
use domain::id::UserId;
use domain::time::Moment;
use rusqlite::Row;

use crate::engine::event::Event;
use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::{Columns as _, known};
use crate::rows::statements;

/// A user of this installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// The name to sign in with.
    pub name: String,
    /// The name for people.
    pub title: String,
    /// The roles held now.
    pub roles: Vec<Role>,
    /// Whether signing in is barred.
    pub disabled: bool,
    /// When it was made.
    pub created: Moment,
    /// Whether it is the machine itself.
    pub service: bool,
    /// The part of the body to which the user belongs; empty for the whole of it.
    pub unit: String,
}

statements! {
    USERS = "SELECT u.id, u.name, u.title, s.roles, s.disabled, u.created, u.service, u.password, s.unit
        FROM user_account u JOIN user_standing s ON s.user_id = u.id
        WHERE s.sequence = (SELECT max(n.sequence) FROM user_standing n WHERE n.user_id = u.id)
        ORDER BY u.name";
    USER = "SELECT u.id, u.name, u.title, s.roles, s.disabled, u.created, u.service, u.password, s.unit
        FROM user_account u JOIN user_standing s ON s.user_id = u.id
        WHERE u.id = ?1 ORDER BY s.sequence DESC LIMIT 1";
    USER_BY_NAME = "SELECT u.id, u.name, u.title, s.roles, s.disabled, u.created, u.service, u.password, s.unit
        FROM user_account u JOIN user_standing s ON s.user_id = u.id
        WHERE u.name = ?1 ORDER BY s.sequence DESC LIMIT 1";
    ADD_USER = "INSERT INTO user_account (id, name, title, service, created, password, sequence)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    ADD_STANDING = "INSERT INTO user_standing (user_id, sequence, roles, disabled, unit) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (user_id, sequence)
        DO UPDATE SET roles = excluded.roles, disabled = excluded.disabled, unit = excluded.unit";
    SET_PASSWORD = "UPDATE user_account SET password = ?2 WHERE id = ?1";
}

fn read(row: &Row<'_>) -> Result<User, StoreError> {
    let roles = row
        .text(3)?
        .split_whitespace()
        .map(|word| known("user_standing", word, Role::from_word))
        .collect::<Result<_, _>>()?;
    Ok(User {
        id: row.id(0)?,
        name: row.text(1)?,
        title: row.text(2)?,
        roles,
        disabled: row.flag(4)?,
        created: row.moment(5)?,
        service: row.flag(6)?,
        unit: row.text(8)?,
    })
}

fn roles_text(roles: &[Role]) -> String {
    let words: Vec<&str> = roles.iter().map(|role| role.word()).collect();
    words.join(" ")
}

impl View<'_> {
    /// All users, by name.
    pub fn users(&self) -> Result<Vec<User>, StoreError> {
        self.all(USERS, [], read)
    }
    /// One user.
    pub fn user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        self.one(USER, [id.bytes()], read)
    }
    /// The hash of a user's password; empty when there is none.
    pub fn password_hash(&self, id: UserId) -> Result<String, StoreError> {
        Ok(self
            .one(USER, [id.bytes()], |row| row.text(7))?
            .unwrap_or_default())
    }
    /// The user of a name, with the hash of the password.
    pub fn user_by_name(&self, name: &str) -> Result<Option<(User, String)>, StoreError> {
        self.one(USER_BY_NAME, [name], |row| Ok((read(row)?, row.text(7)?)))
    }
}

impl Tx<'_> {
    /// Adds a user with the hash of a password (empty: cannot sign in with one).
    pub fn add_user(&self, user: &User, password_hash: &str) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_USER,
            (
                user.id.bytes(),
                &user.name,
                &user.title,
                user.service,
                user.created.micros(),
                password_hash,
                sequence,
            ),
        )?;
        self.set_standing(user)
    }
    /// Gives a user other roles.
    pub fn set_roles(&self, id: UserId, roles: &[Role]) -> Result<(), StoreError> {
        let mut user = self.needed_user(id)?;
        user.roles = roles.to_vec();
        self.set_standing(&user)
    }
    /// Bars a user from signing in, or lets it again.
    pub fn set_disabled(&self, id: UserId, disabled: bool) -> Result<(), StoreError> {
        let mut user = self.needed_user(id)?;
        user.disabled = disabled;
        self.set_standing(&user)
    }
    /// Puts a user into a part of the body.
    pub fn set_unit(&self, id: UserId, unit: &str) -> Result<(), StoreError> {
        let mut user = self.needed_user(id)?;
        unit.clone_into(&mut user.unit);
        self.set_standing(&user)
    }
    /// Replaces the hash of a user's password.
    pub fn set_password(&self, id: UserId, password_hash: &str) -> Result<(), StoreError> {
        self.told()?;
        self.needed_user(id)?;
        self.run(SET_PASSWORD, (id.bytes(), password_hash))?;
        self.announce(Event::UserChanged { user: id });
        Ok(())
    }

    fn needed_user(&self, id: UserId) -> Result<User, StoreError> {
        self.user(id)?
            .ok_or_else(|| StoreError::missing("user", id))
    }

    fn set_standing(&self, user: &User) -> Result<(), StoreError> {
        let sequence = self.told()?;
        self.run(
            ADD_STANDING,
            (
                user.id.bytes(),
                sequence,
                roles_text(&user.roles),
                user.disabled,
                &user.unit,
            ),
        )?;
        self.announce(Event::UserChanged { user: user.id });
        Ok(())
    }
}
