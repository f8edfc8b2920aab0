//! The inbox of a case: alerts, with what changed and what rests on it.

use domain::authority::Actor;
use domain::id::{AlertId, CaseId};
use domain::policy::Act;
use store::AlertRow;

use crate::act::Touched;
use crate::door::Knock;
use crate::{Desk, DeskError};

/// Most alerts that one page shows.
const MOST_ALERTS: usize = 200;

impl Desk {
    /// Reads the inbox, newest first.
    pub fn inbox(&self, actor: &Actor, case: CaseId) -> Result<Vec<AlertRow>, DeskError> {
        self.read(
            &Knock::inside(actor, Act::FollowInbox, case),
            |view, permit| {
                let alerts = view.alerts(permit, MOST_ALERTS)?;
                let touched: Vec<String> = alerts
                    .iter()
                    .map(|row| format!("alert:{}", row.alert.id))
                    .collect();
                Ok(Touched::new(alerts, touched))
            },
        )
    }

    /// Begins to listen to the inbox; the listening is an entry of the log.
    pub fn follow_inbox(&self, actor: &Actor, case: CaseId) -> Result<(), DeskError> {
        self.read(&Knock::inside(actor, Act::FollowInbox, case), |_, _| {
            Ok(Touched::new((), []))
        })
    }

    /// Says whether somebody may listen to the inbox now; asked again for each alert that is streamed.
    pub fn may_follow(&self, actor: &Actor, case: CaseId) -> Result<(), DeskError> {
        self.admit(&Knock::inside(actor, Act::FollowInbox, case))
            .map(|_| ())
    }

    /// Marks an alert as seen. It stays in the inbox.
    pub fn mark_seen(&self, actor: &Actor, case: CaseId, alert: AlertId) -> Result<(), DeskError> {
        self.change(&Knock::inside(actor, Act::MarkAlert, case), |tx, permit| {
            tx.alert(permit, alert)?
                .ok_or(DeskError::NotFound("alert"))?;
            tx.mark_seen(alert, permit.user(), permit.at())?;
            Ok(Touched::new((), [format!("alert:{alert}")]))
        })
    }
}
