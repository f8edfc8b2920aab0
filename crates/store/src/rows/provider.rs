//! Which account is whose at an identity provider.

use domain::id::{LinkId, UserId};
use domain::open_id::Subject;
use domain::time::Moment;
use rusqlite::Row;

use crate::engine::event::Event;
use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::Columns as _;
use crate::rows::statements;

/// That an account is a certain person's at a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderLink {
    /// Its id.
    pub id: LinkId,
    /// The account.
    pub user: UserId,
    /// Who, as the provider knows them.
    pub who: Subject,
    /// When it was made.
    pub created: Moment,
    /// When it was taken away, if it was.
    pub ended: Option<Moment>,
}

statements! {
    LINK_OF = "SELECT id, user_id, issuer, subject, created, ended FROM provider_link
        WHERE issuer = ?1 AND subject = ?2 AND ended IS NULL";
    LINKS = "SELECT id, user_id, issuer, subject, created, ended FROM provider_link
        WHERE user_id = ?1 AND ended IS NULL ORDER BY created";
    ADD_LINK = "INSERT INTO provider_link (id, user_id, issuer, subject, created, ended)
        VALUES (?1, ?2, ?3, ?4, ?5, NULL)";
    END_LINK = "UPDATE provider_link SET ended = ?2 WHERE id = ?1 AND ended IS NULL";
    END_SESSIONS_OF_LINK = "UPDATE session SET ended = ?2 WHERE link_id = ?1 AND ended IS NULL";
}

fn read(row: &Row<'_>) -> Result<ProviderLink, StoreError> {
    Ok(ProviderLink {
        id: row.id(0)?,
        user: row.id(1)?,
        who: Subject {
            issuer: row.text(2)?,
            subject: row.text(3)?,
        },
        created: row.moment(4)?,
        ended: row.maybe_moment(5)?,
    })
}

impl View<'_> {
    /// The link of somebody whom a provider names, by issuer and subject, letter for letter.
    pub fn provider_link(&self, who: &Subject) -> Result<Option<ProviderLink>, StoreError> {
        self.one(LINK_OF, (&who.issuer, &who.subject), read)
    }
    /// The links of an account.
    pub fn provider_links(&self, user: UserId) -> Result<Vec<ProviderLink>, StoreError> {
        self.all(LINKS, [user.bytes()], read)
    }
}

impl Tx<'_> {
    /// Adds a link.
    pub fn add_provider_link(&self, link: &ProviderLink) -> Result<(), StoreError> {
        self.told()?;
        self.run(
            ADD_LINK,
            (
                link.id.bytes(),
                link.user.bytes(),
                &link.who.issuer,
                &link.who.subject,
                link.created.micros(),
            ),
        )
        .map(drop)
    }
    /// Takes a link away; the sessions that were begun by it end.
    pub fn end_provider_link(&self, link: &ProviderLink, at: Moment) -> Result<(), StoreError> {
        self.told()?;
        self.run(END_LINK, (link.id.bytes(), at.micros()))?;
        self.end_sessions_of_link(link, at).map(drop)
    }
    /// Ends the sessions that were begun by a link; gives their number.
    pub fn end_sessions_of_link(
        &self,
        link: &ProviderLink,
        at: Moment,
    ) -> Result<usize, StoreError> {
        self.announce(Event::UserChanged { user: link.user });
        self.run(END_SESSIONS_OF_LINK, (link.id.bytes(), at.micros()))
    }
}
