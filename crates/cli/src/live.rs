//! Follows live sources while the service runs: a thread for each, begun when it is set up or let go on.

use std::collections::HashMap;
use std::sync::mpsc::RecvTimeoutError;
use std::thread::JoinHandle;
use std::time::Duration;

use desk::{Desk, Event};
use domain::id::LiveSourceId;

/// How often it is looked whether a source has nobody who follows it.
const LOOK: Duration = Duration::from_secs(2);

/// Follows every live source, for as long as the process lives.
pub fn follow(desk: Desk) -> anyhow::Result<()> {
    desk.sweep_incoming()?;
    let events = desk.subscribe();
    let watch = move || {
        let mut followed: HashMap<LiveSourceId, JoinHandle<()>> = HashMap::new();
        loop {
            followed.retain(|_, thread| !thread.is_finished());
            for id in desk.live_source_ids().unwrap_or_default() {
                if !followed.contains_key(&id)
                    && let Ok(thread) = begin(&desk, id)
                {
                    followed.insert(id, thread);
                }
            }
            let came = events.recv_timeout(LOOK);
            if matches!(came, Err(RecvTimeoutError::Disconnected)) {
                return;
            }
            // What has come meanwhile is answered by the same look.
            while let Ok(event) = events.try_recv() {
                if matches!(event, Event::LiveSource { .. }) {
                    break;
                }
            }
        }
    };
    std::thread::Builder::new()
        .name("sources".into())
        .spawn(watch)?;
    Ok(())
}

/// How often messages that are due again are looked for.
const SEND: Duration = Duration::from_secs(1);

/// Rounds after which it is asked of every order whether it still stands.
const ROUNDS: u32 = 30;

/// Tells people of alerts outside the desk, for as long as the process lives.
pub fn tell(desk: Desk) -> anyhow::Result<()> {
    let events = desk.subscribe();
    let busy = desk::tell::Busy::default();
    let send = move || {
        let mut round = 0_u32;
        loop {
            let mut changed = round.is_multiple_of(ROUNDS);
            match events.recv_timeout(SEND) {
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => round = round.wrapping_add(1),
                Ok(event) => {
                    let mut event = Some(event);
                    while let Some(came) = event {
                        changed |= matches!(
                            came,
                            Event::CaseChanged { .. }
                                | Event::UserChanged { .. }
                                | Event::Gap { .. }
                        );
                        event = events.try_recv().ok();
                    }
                }
            }
            let outcome = match changed {
                true => desk.end_groundless_subscriptions(),
                false => Ok(()),
            };
            if let Err(error) = outcome.and_then(|()| desk.begin_sending(&busy)) {
                tracing::error!(%error, "messages could not be sent; they are tried again");
            }
        }
    };
    std::thread::Builder::new()
        .name("messages".into())
        .spawn(send)?;
    Ok(())
}

fn begin(desk: &Desk, id: LiveSourceId) -> std::io::Result<JoinHandle<()>> {
    let desk = desk.clone();
    std::thread::Builder::new()
        .name("source".into())
        .spawn(move || desk.follow_live(id, &|| false))
}
