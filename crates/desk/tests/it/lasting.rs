//! What judgements leave behind: joining and splitting restores all, and "different" holds whatever comes after it.

use desk::judge::NewJudgement;
use desk::subject::NewSubject;
use desk::upkeep::restore;
use desk::{Desk, DeskError};
use domain::authority::{Actor, Origin};
use domain::case::SubjectRole;
use domain::id::{CaseId, RecordId};
use domain::identity::{Pair, Verdict};
use domain::watch::About;

use crate::house::{House, PASSWORD, company, opened};

/// Two matched companies on each of which a finding rests, one of them a subject.
fn relied_on() -> (House, CaseId, RecordId, RecordId) {
    let house = House::new();
    house.bring("list", true);
    house.deliver("register", "1", &register("active"));
    house.deliver("list", "1", &list("listed"));
    let case = house.open_case();
    let (a, b) = (
        house.record(case, "register", "100"),
        house.record(case, "list", "L1"),
    );
    for record in [a, b] {
        house.cite(case, house.statement(case, record, "status"));
    }
    let subject = NewSubject {
        record: a,
        role: SubjectRole::OrganisationOfInterest,
        basis: String::new(),
    };
    house.desk.add_subject(&house.ines, case, &subject).unwrap();
    house.desk.run_matching(&house.dara).unwrap();
    (house, case, a, b)
}

fn register(status: &str) -> Vec<serde_json::Value> {
    vec![
        company("100", "Aldgrund Shipping Ltd", status),
        company("200", "Brackwater Dredging", "active"),
    ]
}

fn list(status: &str) -> Vec<serde_json::Value> {
    let mut listed = company("L1", "ALDGRUND SHIPPING LIMITED", status);
    listed["properties"]["registrationNumber"] = serde_json::json!(["HR 100"]);
    vec![listed]
}

fn judge(desk: &Desk, who: &Actor, case: CaseId, pair: (RecordId, RecordId), verdict: Verdict) {
    let new = NewJudgement {
        a: pair.0,
        b: pair.1,
        verdict,
        reason: "one seat and number".into(),
        seen: None,
    };
    desk.judge(who, case, &new).unwrap();
}

/// Everything that the case has of the two and that refers to them, as text; judgements and what is told of them apart.
fn exported(house: &House, case: CaseId, records: [RecordId; 2]) -> String {
    let (desk, ines) = (&house.desk, &house.ines);
    let mut text = String::new();
    for record in records {
        let page = house.page(case, record);
        let identity = desk.identity(ines, case, record, None).unwrap();
        text += &format!(
            "{:?} {:?} {} {:?} {:?} {:?}\n",
            page.record, page.statements, page.caption, page.members, page.reliances, page.linked
        );
        let members = identity.members.iter();
        text += &format!("{:?} {:?}\n", identity.id, members.collect::<Vec<_>>());
        text += &format!("{:?}\n", identity.reliances);
        text += &format!(
            "{:?}\n",
            desk.walk(ines, case, record, None).map(|walk| walk.links)
        );
    }
    for line in desk.notes(ines, case).unwrap() {
        let page = desk.note(ines, case, line.id).unwrap();
        text += &format!("{:?} {:?}\n", page.note, page.rests_on);
    }
    text += &format!("{:?}\n", desk.case(ines, case).unwrap().subjects);
    for row in desk.inbox(ines, case).unwrap() {
        if !matches!(row.alert.about, About::Judgement { .. }) {
            text += &format!("{:?}\n", row.alert);
        }
    }
    text
}

#[test]
fn mg_02_joined_and_split_all_is_as_before_and_the_history_shows_both_acts_c1() {
    let (house, case, a, b) = relied_on();
    house.deliver("register", "2", &register("struck off"));
    let before = exported(&house, case, [a, b]);
    assert!(before.contains("struck off") && before.contains("Reliance"));
    judge(&house.desk, &house.ines, case, (a, b), Verdict::Same);
    assert_ne!(exported(&house, case, [a, b]), before, "joined, it differs");
    let pair = Pair::new(a, b).unwrap();
    house
        .desk
        .take_apart(&house.ines, case, pair, "two seats after all")
        .unwrap();
    assert_eq!(exported(&house, case, [a, b]), before);
    let history = house
        .desk
        .match_page(&house.ines, case, a, b)
        .unwrap()
        .history;
    let said: Vec<(Verdict, &str)> = history
        .iter()
        .map(|one| (one.verdict, one.reason.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            (Verdict::Same, "one seat and number"),
            (Verdict::Unsure, "two seats after all")
        ]
    );
    assert!(history.iter().all(|one| one.by == house.ines.user));
}

#[test]
fn taking_a_link_back_tells_each_case_that_rests_on_it_and_no_other() {
    let (house, case, a, b) = relied_on();
    let (relying, bystander) = (house.open_case(), house.open_case());
    let statement = house.statement(relying, b, "status");
    house.cite(relying, statement);
    judge(&house.desk, &house.ines, case, (a, b), Verdict::Same);
    let told = |case: CaseId| {
        let inbox = house.desk.inbox(&house.ines, case).unwrap();
        let about = inbox.into_iter().filter_map(|row| match row.alert.about {
            About::Judgement { verdict, .. } => Some((verdict, row.alert.hits.len())),
            _ => None,
        });
        about.collect::<Vec<_>>()
    };
    assert_eq!(told(relying), [], "nothing rested on what was not yet one");
    let pair = Pair::new(a, b).unwrap();
    house
        .desk
        .take_apart(&house.ines, case, pair, "two seats after all")
        .unwrap();
    assert_eq!(told(case), [(Verdict::Unsure, 2)]);
    assert_eq!(told(relying), [(Verdict::Unsure, 1)]);
    assert_eq!(told(bystander), []);
}

/// The two stand apart, and whose decision that is can be read.
fn apart(desk: &Desk, ines: &Actor, case: CaseId, a: RecordId, b: RecordId, when: &str) {
    for record in [a, b] {
        let identity = desk.identity(ines, case, record, None).unwrap();
        assert_eq!(identity.members.len(), 1, "{when}");
        let judged = identity.judgements.iter();
        let different: Vec<_> = judged
            .filter(|one| one.verdict == Verdict::Different && one.by == ines.user)
            .collect();
        assert_eq!(different.len(), 1, "{when}");
    }
    let page = desk.match_page(ines, case, a, b).unwrap();
    assert_eq!(page.history.last().unwrap().by, ines.user, "{when}");
    for line in desk.proposals(ines, case).unwrap() {
        let verdict = line.judged.map(|judged| judged.verdict);
        assert_eq!(verdict, Some(Verdict::Different), "{when}: it waits again");
    }
}

#[test]
fn mg_03_different_holds_through_deliveries_runs_rebuild_and_restore_c1() {
    let (house, case, a, b) = relied_on();
    judge(&house.desk, &house.ines, case, (a, b), Verdict::Different);
    let check = |when: &str| apart(&house.desk, &house.ines, case, a, b, when);
    check("at once");
    house.deliver("register", "2", &register("struck off"));
    house.deliver("list", "2", &list("delisted"));
    check("after deliveries");
    house.desk.run_matching(&house.dara).unwrap();
    check("after a run");
    let copy = house.folder.path().join("copy");
    house.desk.backup(&house.ada, &copy).unwrap();
    let House {
        desk,
        folder,
        clock,
        ines,
        dara,
        ..
    } = house;
    drop(desk);
    let data = folder.path().join("data");
    std::fs::remove_dir_all(data.join("derived")).unwrap();
    let rebuilt = opened(data, 11, clock.clone());
    rebuilt.catch_up(&mut |_| ()).unwrap();
    rebuilt.run_matching(&dara).unwrap();
    apart(&rebuilt, &ines, case, a, b, "after a rebuild");
    drop(rebuilt);
    let restored = folder.path().join("restored");
    restore(&copy, &restored).unwrap();
    let desk = opened(restored, 13, clock);
    let enter = |name: &str| {
        let token = desk.sign_in(name, PASSWORD, Origin::Api).unwrap().token;
        desk.visitor(&token, Origin::Api).unwrap().actor
    };
    let (ines, dara) = (enter("ines"), enter("dara"));
    desk.catch_up(&mut |_| ()).unwrap();
    desk.run_matching(&dara).unwrap();
    apart(&desk, &ines, case, a, b, "after a restore");
    let joined = NewJudgement {
        a,
        b,
        verdict: Verdict::Same,
        reason: "the machine is sure".into(),
        seen: None,
    };
    let third = house_record(&desk, &ines, case);
    judge(&desk, &ines, case, (a, third), Verdict::Same);
    let across = NewJudgement { a: third, ..joined };
    let refused = desk.judge(&ines, case, &across);
    assert!(
        matches!(refused, Err(DeskError::Conflict(_))),
        "{refused:?}"
    );
}

/// The second company of the register.
fn house_record(desk: &Desk, ines: &Actor, case: CaseId) -> RecordId {
    let found = desk.record_of_key(ines, case, "register", "200").unwrap();
    found.unwrap()
}
