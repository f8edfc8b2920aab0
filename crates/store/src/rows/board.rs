//! Views of the link board that a case keeps. A view kept again under its name is a new row; the newest counts.

use domain::board::BoardView;
use domain::id::BoardViewId;
use domain::policy::{Act, Permit};
use rusqlite::Row;

use crate::engine::event::Event;
use crate::engine::view::{Tx, View};
use crate::error::StoreError;
use crate::row::Columns as _;
use crate::rows::statements;
use crate::rows::subject::case_of;

statements! {
    VIEWS = "SELECT v.id, v.case_id, v.name, v.body, v.by_user, v.at
        FROM board_view v WHERE v.case_id = ?1 AND v.sequence = (
            SELECT max(n.sequence) FROM board_view n WHERE n.case_id = v.case_id AND n.name = v.name)
        ORDER BY v.name, v.id";
    VIEW = "SELECT id, case_id, name, body, by_user, at FROM board_view WHERE case_id = ?1 AND id = ?2";
    ADD = "INSERT INTO board_view (case_id, id, sequence, name, body, by_user, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
}

fn read(row: &Row<'_>) -> Result<BoardView, StoreError> {
    Ok(BoardView {
        id: row.id(0)?,
        case: row.id(1)?,
        name: row.text(2)?,
        kept: serde_json::from_str(&row.text(3)?)?,
        by: row.id(4)?,
        at: row.moment(5)?,
    })
}

impl View<'_> {
    /// The views of the permit's case, by name.
    pub fn board_views(&self, permit: &Permit) -> Result<Vec<BoardView>, StoreError> {
        self.all(VIEWS, [case_of(permit)?.bytes()], read)
    }

    /// One view of the permit's case.
    pub fn board_view(
        &self,
        permit: &Permit,
        id: BoardViewId,
    ) -> Result<Option<BoardView>, StoreError> {
        self.one(VIEW, (case_of(permit)?.bytes(), id.bytes()), read)
    }
}

impl Tx<'_> {
    /// Keeps a view.
    ///
    /// # Errors
    ///
    /// [`StoreError::WrongPermit`] unless the permit is for keeping views in this very case.
    pub fn add_board_view(&self, permit: &Permit, view: &BoardView) -> Result<(), StoreError> {
        if permit.act() != Act::SaveBoard || permit.case() != Some(view.case) {
            return Err(StoreError::WrongPermit {
                needs: "keeping a view of the board",
            });
        }
        let sequence = self.told()?;
        self.run(
            ADD,
            (
                view.case.bytes(),
                view.id.bytes(),
                sequence,
                &view.name,
                serde_json::to_string(&view.kept)?,
                view.by.bytes(),
                view.at.micros(),
            ),
        )?;
        self.announce(Event::CaseChanged { case: view.case });
        Ok(())
    }
}
