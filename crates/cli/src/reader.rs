//! Reading documents in the background, with the program beside this one.

use std::ops::ControlFlow;
use std::path::PathBuf;

use desk::documents::ReadSoFar;
use desk::{Desk, Event, ReadingSettings};

/// The program that reads documents: named by `PREDICATE_EXTRACT`, else beside this one; nothing when there is none.
pub fn program() -> Option<PathBuf> {
    beside("PREDICATE_EXTRACT", "predicate-extract")
}

/// A program named by a variable, else the one of a name beside this one; nothing when there is none.
pub fn beside(variable: &str, name: &str) -> Option<PathBuf> {
    let named = std::env::var_os(variable).map(PathBuf::from);
    let beside = || Some(std::env::current_exe().ok()?.with_file_name(name));
    named.or_else(beside).filter(|path| path.is_file())
}

/// Reads what waits, once.
pub fn read(desk: &Desk) -> Option<ReadSoFar> {
    let program = program()?;
    let go_on = &mut |_: &ReadSoFar| ControlFlow::Continue(());
    match desk.read_documents(&program, &ReadingSettings::default(), go_on) {
        Ok(so_far) => Some(so_far),
        Err(error) => {
            tracing::error!(%error, "documents could not be read; it is tried again with the next change");
            None
        }
    }
}

/// Reads whatever is filed, in a thread of its own, for as long as the desk lives.
pub fn follow(desk: Desk) -> anyhow::Result<()> {
    if program().is_none() {
        tracing::warn!(
            "predicate-extract is not beside this program and PREDICATE_EXTRACT names none: the text of documents is not read"
        );
        return Ok(());
    }
    let events = desk.subscribe();
    let follow = move || {
        read(&desk);
        while let Ok(event) = events.recv() {
            if matches!(event, Event::CaseChanged { .. } | Event::Gap { .. }) {
                while events.try_recv().is_ok() {} // one pass serves all that has come meanwhile
                read(&desk);
            }
        }
    };
    std::thread::Builder::new()
        .name("documents".into())
        .spawn(follow)?;
    Ok(())
}
