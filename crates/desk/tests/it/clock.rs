//! A wall clock that has jumped between two runs.

use desk::Desk;
use domain::authority::Origin;
use domain::tip::{Channel, KEPT_DAYS};

use crate::house::{HandClock, House, PASSWORD, opened};

/// A house that has run for a while and stands still.
struct Still {
    folder: tempfile::TempDir,
    clock: std::sync::Arc<HandClock>,
    dead: String,
    living: String,
}

impl Still {
    fn set() -> Self {
        let house = House::new();
        let notice = house.folder.path().join("data").join("tips.txt");
        std::fs::write(notice, "Two people read it.").unwrap();
        house
            .desk
            .give_tip("The dredger is never there.", "", Channel::Form)
            .unwrap();
        let signed = |desk: &Desk| desk.sign_in("jonas", PASSWORD, Origin::Api).unwrap().token;
        let dead = signed(&house.desk);
        house.clock.forward_days(1);
        let living = signed(&house.desk);
        for _ in 0..10 {
            house
                .desk
                .sign_in("ines", "wrong", Origin::Api)
                .unwrap_err();
        }
        house.desk.keep_time().unwrap();
        let House {
            desk,
            clock,
            folder,
            ..
        } = house;
        drop(desk);
        Self {
            folder,
            clock,
            dead,
            living,
        }
    }

    fn start(&self, seed: u64) -> Desk {
        opened(self.folder.path().join("data"), seed, self.clock.clone())
    }
}

fn locked(desk: &Desk) -> bool {
    matches!(
        desk.sign_in("ines", PASSWORD, Origin::Api),
        Err(desk::DeskError::TooMany { .. })
    )
}

#[test]
fn tm_01_a_start_under_a_clock_that_jumped_wakes_nothing_and_erases_nothing_c1_c2() {
    for (seed, days, word) in [(1, 3_650, "ahead"), (2, -9_125, "behind")] {
        let still = Still::set();
        still.clock.jump_days(days);
        let desk = still.start(seed);
        assert_eq!(desk.clock_standing().word(), word);
        assert!(desk.visitor(&still.dead, Origin::Api).is_err(), "{days}");
        let lives = desk.visitor(&still.living, Origin::Api).is_ok();
        assert_eq!(lives, days < 0, "{days}: dead by either clock is dead");
        assert!(locked(&desk), "{days}");
        assert_eq!(desk.erase_due_tips().unwrap(), 0);
        drop(desk);
        // The clock is set right again: nothing of it is left, and nothing has come back.
        still.clock.jump_days(-days);
        let desk = still.start(seed + 10);
        assert_eq!(desk.clock_standing().word(), "together");
        assert!(desk.visitor(&still.dead, Origin::Api).is_err());
        assert_eq!(desk.visitor(&still.living, Origin::Api).is_ok(), lives);
        assert!(locked(&desk));
        let token = desk.sign_in("aude", PASSWORD, Origin::Api).unwrap().token;
        let aude = desk.visitor(&token, Origin::Api).unwrap().actor;
        let question = desk::audit::LogQuestion {
            purpose: Some(domain::audit::LogPurpose::Lawfulness),
            ..Default::default()
        };
        let entries = desk.log_entries(&aude, &question).unwrap();
        assert!(
            entries.windows(2).all(|pair| pair[0].1.at >= pair[1].1.at),
            "newest first"
        );
    }
}

#[test]
fn tm_01_after_a_rest_of_more_than_a_day_erasing_waits_for_a_person_c2() {
    let still = Still::set();
    // Off for four weeks: the date is believed, and the tip is long due by it.
    still.clock.jump_days(28);
    let desk = still.start(3);
    assert_eq!(desk.clock_standing().word(), "unconfirmed");
    assert!(desk.visitor(&still.living, Origin::Api).is_err());
    assert!(locked(&desk), "nobody waited those minutes out");
    still.clock.forward_days(KEPT_DAYS);
    assert_eq!(desk.erase_due_tips().unwrap(), 0);
    let token = desk.sign_in("ada", PASSWORD, Origin::Api).unwrap().token;
    let ada = desk.visitor(&token, Origin::Api).unwrap().actor;
    let shows = desk.clock_now(&ada).unwrap().wall;
    assert!(desk.confirm_clock(&ada, shows.plus_days(1)).is_err());
    desk.confirm_clock(&ada, shows).unwrap();
    assert!(!locked(&desk), "time has passed since");
    assert_eq!(desk.erase_due_tips().unwrap(), 1);
    drop(desk);
    assert_eq!(still.start(4).clock_standing().word(), "together");
}
