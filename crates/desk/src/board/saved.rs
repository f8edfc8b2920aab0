//! Views that the team keeps of its board.

use domain::authority::Actor;
use domain::board::{BoardView, Kept};
use domain::id::{BoardViewId, CaseId};
use domain::policy::Act;

use super::Step;
use crate::act::Touched;
use crate::door::Knock;
use crate::error::required;
use crate::{Desk, DeskError};

/// Largest view, in bytes of JSON.
pub const MOST_BODY: usize = 900_000;

/// A view to be kept.
#[derive(Debug, Clone, Default)]
pub struct SavedBoard {
    /// What it is called.
    pub name: String,
    /// What it holds.
    pub kept: Kept,
}

impl Desk {
    /// Keeps a view for the team; one of the same name is replaced by it and stays in the history.
    pub fn save_board(
        &self,
        actor: &Actor,
        case: CaseId,
        new: &SavedBoard,
    ) -> Result<BoardViewId, DeskError> {
        let name = required("name", &new.name)?;
        if name.chars().count() > BoardView::LONGEST_NAME {
            let reason = format!("is longer than {} characters", BoardView::LONGEST_NAME);
            return Err(DeskError::malformed("name", reason));
        }
        let kept = new.kept.clone();
        kept.check()
            .map_err(|wrong| DeskError::malformed(wrong.0, wrong.1))?;
        for step in &kept.steps {
            let _: Step = step.parse()?;
        }
        let id = BoardViewId::fresh(self.now(), self.randomness());
        let knock = Knock::inside(actor, Act::SaveBoard, case).asking(&name);
        self.change(&knock, |tx, permit| {
            let view = BoardView {
                id,
                case,
                name: name.clone(),
                kept,
                by: permit.user(),
                at: permit.at(),
            };
            tx.add_board_view(permit, &view)?;
            Ok(Touched::new(id, [format!("board_view:{id}")]))
        })
    }

    /// Lists the views of a case: steps, places and remarks, no names.
    pub fn board_views(&self, actor: &Actor, case: CaseId) -> Result<Vec<BoardView>, DeskError> {
        self.read(
            &Knock::inside(actor, Act::ReadCase, case),
            |view, permit| {
                let views = view.board_views(permit)?;
                let touched: Vec<String> = views
                    .iter()
                    .map(|view| format!("board_view:{}", view.id))
                    .collect();
                Ok(Touched::new(views, touched))
            },
        )
    }
}
