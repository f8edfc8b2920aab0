//! What falls due for somebody, as a calendar that other programs read (iCalendar, RFC 5545). It names cases by number and
//! what is due by its kind: no titles, and no person.

use std::fmt::Write as _;

use domain::audit::sha256_hex;
use domain::authority::Actor;
use domain::calendar::Day;
use domain::case::Stage;
use domain::policy::Act;
use domain::work::TaskState;

use crate::act::Touched;
use crate::door::Knock;
use crate::{Desk, DeskError};

/// Something that falls due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The day by whose end.
    pub day: Day,
    /// What, in words without a name.
    pub what: String,
    /// The same each time it is read.
    pub uid: String,
}

impl Desk {
    /// What falls due for the asker in the open cases in which they work: tasks that are theirs or nobody's, clocks, and the
    /// end of the case. A case whose ground has gone is left out until it was put on a new one and its owner lets it go on.
    pub fn my_deadlines(&self, actor: &Actor) -> Result<Vec<Due>, DeskError> {
        self.read(&Knock::outside(actor, Act::ReadCalendar), |view, permit| {
            let me = permit.user();
            let mut found = Vec::new();
            let mut touched = Vec::new();
            for case in view.cases_of(me)? {
                let open = matches!(case.stage, Stage::Open { .. }) && permit.at() < case.expires;
                let works = case.membership(me).is_some_and(|rank| rank.works());
                if !open || !works || view.has_conflict(me, case.id)? {
                    continue;
                }
                // A calendar goes on without a person: it rests on the ground of the case, and waits for its owner.
                if view.basis_lost(case.id)?.is_some()
                    || view.still_stopped(me.bytes(), case.id)?.is_some()
                {
                    continue;
                }
                touched.push(format!("case:{}", case.id));
                let mut add = |day: Day, what: &str, key: &str| {
                    let digest = sha256_hex(format!("{}\n{key}", case.id).as_bytes());
                    found.push(Due {
                        day,
                        what: format!("{what}, case {}", case.number),
                        uid: digest.chars().take(32).collect(),
                    });
                };
                if let Some(day) = Day::of(case.expires) {
                    add(day, "The case expires", "expiry");
                }
                for task in view.tasks_of(case.id)? {
                    let mine = match task.state() {
                        TaskState::Open => task.with().is_none_or(|with| with == me),
                        TaskState::Waiting => task.done_by() != Some(me),
                        _ => false,
                    };
                    if let Some(due) = task.due.filter(|_| mine) {
                        let what = match task.state() {
                            TaskState::Waiting => "A task waits for a second person",
                            _ => "A task is due",
                        };
                        add(due, what, &task.id.to_string());
                    }
                }
                let kind = self.type_of(view, case.id)?;
                if !kind.clocks.is_empty() {
                    let (stages, phases) = (view.stages(case.id)?, view.phases(case.id)?);
                    for clock in self.clocks(&kind, &stages, &phases)? {
                        if clock.reached.is_none() && !clock.rests {
                            add(clock.due, &clock.title, &clock.title);
                        }
                    }
                }
            }
            found.sort_by(|a, b| (a.day, &a.what, &a.uid).cmp(&(b.day, &b.what, &b.uid)));
            Ok(Touched::new(found, touched))
        })
    }
}

/// Deadlines as an iCalendar file. `stamp` is when it was read, as `20260503T094100Z`.
pub fn icalendar(dues: &[Due], stamp: &str) -> String {
    let mut text = String::new();
    for line in [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Predicate//Deadlines//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "NAME:Deadlines of cases",
        "X-WR-CALNAME:Deadlines of cases",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
    ] {
        folded(&mut text, line);
    }
    for due in dues {
        let day: String = due
            .day
            .to_string()
            .chars()
            .filter(|sign| *sign != '-')
            .collect();
        folded(&mut text, "BEGIN:VEVENT");
        folded(&mut text, &format!("UID:{}@predicate", due.uid));
        folded(&mut text, &format!("DTSTAMP:{stamp}"));
        folded(&mut text, &format!("DTSTART;VALUE=DATE:{day}"));
        folded(&mut text, &format!("SUMMARY:{}", escaped(&due.what)));
        folded(&mut text, "TRANSP:TRANSPARENT");
        folded(&mut text, "CLASS:CONFIDENTIAL");
        folded(&mut text, "END:VEVENT");
    }
    folded(&mut text, "END:VCALENDAR");
    text
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => {
                safe.push('\\');
                safe.push(letter);
            }
            '\n' => safe.push_str("\\n"),
            letter if letter.is_control() => {}
            letter => safe.push(letter),
        }
    }
    safe
}

/// Writes a line in pieces of at most 75 octets, as RFC 5545 section 3.1 asks.
fn folded(text: &mut String, line: &str) {
    let mut room = 75;
    for letter in line.chars() {
        if letter.len_utf8() > room {
            text.push_str("\r\n ");
            room = 74;
        }
        room -= letter.len_utf8();
        let _ = write!(text, "{letter}");
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calendar_has_lines_of_75_octets_and_no_loose_commas() {
        let due = Due {
            day: "2026-05-03".parse().expect("a day"),
            what: format!("Défense; réponse, case {}", "é".repeat(60)),
            uid: "0123".into(),
        };
        let text = icalendar(&[due], "20260503T094100Z");
        assert!(text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"));
        assert!(text.ends_with("END:VCALENDAR\r\n"));
        assert!(text.contains("DTSTART;VALUE=DATE:20260503\r\n"));
        assert!(text.contains("SUMMARY:Défense\\; réponse\\, case"));
        for line in text.split("\r\n") {
            assert!(line.len() <= 75, "{line}");
        }
        let unfolded = text.replace("\r\n ", "");
        assert!(unfolded.contains(&"é".repeat(60)));
    }
}
