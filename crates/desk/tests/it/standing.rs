//! What goes on without a person stops with the ground of its case, tells its owner why, and goes on only on a new basis.

use desk::kept_search::Line;
use desk::sign_in::Visitor;
use desk::standing::{Renewal, StoppedLine};
use desk::text_search::TextAsked;
use desk::tokens::{NewToken, TokenPurpose};
use desk::users::NewUser;
use desk::{Desk, DeskError};
use domain::authority::{Actor, LegalBasis, Origin, Role};
use domain::id::CaseId;
use domain::standing::{Kind, Outcome};
use domain::subscription::Telling;

use crate::house::{House, PASSWORD, company, things};

/// The rule of a refusal, whether it was refused or has to be decided first.
fn rule<T: std::fmt::Debug>(outcome: Result<T, DeskError>) -> String {
    match outcome {
        Err(DeskError::Undecided(refusal)) => format!("undecided {}", refusal.rule),
        Err(DeskError::Refused(refusal)) => refusal.rule,
        other => panic!("expected a refusal: {other:?}"),
    }
}

fn line(words: &str) -> Line {
    Line {
        asked: TextAsked::new(words),
        reason: "was it paid twice?".into(),
    }
}

fn renewal() -> Renewal {
    Renewal {
        basis: LegalBasis::Complaint,
        words: "the bank has complained".into(),
        days: 90,
    }
}

/// A case of Ines in which all four kinds run.
struct Scene {
    house: House,
    case: CaseId,
    ines: Visitor,
    token: String,
    calendar: String,
}

impl Scene {
    fn set() -> Self {
        let house = House::new();
        house.deliver("register", "1", &[company("1", "Aldgrund", "active")]);
        let case = house.open_case();
        // Tokens live ninety days as well: these a day longer than the case.
        house.clock.forward_days(1);
        let session = house.desk.sign_in("ines", PASSWORD, Origin::Api).unwrap();
        let ines = house.desk.visitor(&session.token, Origin::Api).unwrap();
        let desk = &house.desk;
        desk.keep_search(&house.ines, case, &line("berth")).unwrap();
        desk.subscribe_alerts(&house.ines, case, Telling::Webhook, "https://1.1.1.1/hook")
            .unwrap();
        let new = |purpose, case| NewToken {
            name: "program".into(),
            purpose,
            audience: Origin::Api,
            case,
            days: 90,
        };
        let token = desk
            .add_token(&ines, &new(TokenPurpose::LookUp, Some(case)))
            .unwrap()
            .1;
        let calendar = desk
            .add_token(&ines, &new(TokenPurpose::Calendar, None))
            .unwrap()
            .1;
        let scene = Self {
            house,
            case,
            ines,
            token,
            calendar,
        };
        assert!(
            scene.runs().iter().all(|(_, runs)| *runs),
            "{:?}",
            scene.runs()
        );
        scene
    }

    fn desk(&self) -> &Desk {
        &self.house.desk
    }

    /// Which of the four run.
    fn runs(&self) -> [(Kind, bool); 4] {
        let (desk, ines) = (self.desk(), &self.house.ines);
        let kept = desk.kept_searches(ines, self.case).unwrap();
        let orders = desk.subscriptions(ines).unwrap();
        let dates = desk
            .visitor(&self.calendar, Origin::Api)
            .map(|visitor| desk.my_deadlines(&visitor.actor).unwrap());
        [
            (Kind::Search, kept.iter().all(|one| one.stopped.is_none())),
            (
                Kind::Order,
                orders.iter().any(|page| page.order.ended.is_none()),
            ),
            (Kind::Token, desk.visitor(&self.token, Origin::Api).is_ok()),
            (Kind::Calendar, dates.is_ok_and(|dates| !dates.is_empty())),
        ]
    }

    fn none_runs(&self) {
        assert!(
            self.runs().iter().all(|(_, runs)| !runs),
            "{:?}",
            self.runs()
        );
    }

    fn stopped(&self, kind: Kind) -> StoppedLine {
        let all = self.desk().stopped(&self.house.ines).unwrap();
        let mut of_kind = all.into_iter().filter(|line| line.stopped.kind == kind);
        let found = of_kind.next().unwrap();
        assert!(of_kind.next().is_none(), "told once");
        found
    }

    /// Lets all three go on that can; the token cannot.
    fn resume_all(&self) {
        let (desk, ines) = (self.desk(), &self.house.ines);
        for kind in [Kind::Search, Kind::Order, Kind::Calendar] {
            let found = self.stopped(kind);
            assert!(found.may_resume, "{kind:?}");
            desk.resume_stopped(ines, found.stopped.id).unwrap();
            let settled = self.stopped(kind).stopped.settled;
            assert!(matches!(settled, Some((_, Outcome::Resumed))));
            assert!(matches!(
                desk.resume_stopped(ines, found.stopped.id),
                Err(DeskError::Conflict(_))
            ));
        }
        let token = self.stopped(Kind::Token);
        assert!(!token.may_resume);
        assert!(matches!(
            desk.resume_stopped(ines, token.stopped.id),
            Err(DeskError::Conflict(_))
        ));
        for (kind, runs) in self.runs() {
            assert_eq!(runs, kind.goes_on(), "{kind:?}");
        }
    }
}

fn another_supervisor(house: &House) -> Actor {
    let new = NewUser {
        name: "lena".into(),
        title: "lena of the house".into(),
        roles: vec![Role::Supervisor],
        password: PASSWORD.into(),
    };
    house.desk.add_user(&house.ada, &new).unwrap();
    let token = house.desk.sign_in("lena", PASSWORD, Origin::Api).unwrap();
    house.desk.visitor(&token.token, Origin::Api).unwrap().actor
}

#[test]
fn dp_02_when_the_time_of_a_case_runs_out_all_four_stop_at_the_next_run_c1() {
    let scene = Scene::set();
    let (desk, ines) = (scene.desk(), &scene.house.ines);
    desk.end_groundless_subscriptions().unwrap();
    assert!(
        desk.stopped(ines).unwrap().is_empty(),
        "nothing has run out"
    );

    scene.house.clock.forward_days(88);
    let early = Renewal {
        days: 1,
        ..renewal()
    };
    desk.renew_basis(&scene.house.sora, scene.case, &early)
        .unwrap();
    assert!(
        scene.runs().iter().all(|(_, runs)| *runs),
        "a basis renewed in time interrupts nothing: {:?}",
        scene.runs()
    );
    scene.house.clock.forward_days(1);
    desk.end_groundless_subscriptions().unwrap();
    scene.none_runs();
    for kind in Kind::ALL {
        let found = scene.stopped(kind);
        let why = &found.stopped.why;
        assert!(why.contains("ran out on"), "{kind:?}: {why}");
        assert!(!found.may_resume && found.stopped.settled.is_none());
    }
    assert_eq!(desk.stopped_unsettled(ines).unwrap(), 4);
    assert_eq!(desk.stopped_unsettled(&scene.house.jonas).unwrap(), 0);
    let told = desk.subscriptions(ines).unwrap();
    assert_eq!(told[0].sent.waiting, 1, "its owner is told outside as well");
    desk.end_groundless_subscriptions().unwrap();
    assert_eq!(desk.stopped_unsettled(ines).unwrap(), 4, "told once");
    let entry = scene.house.log();
    let entry = entry.iter().rev().find(|entry| {
        entry.case == Some(scene.case) && entry.objects.contains(&"stopped:4".to_owned())
    });
    assert!(entry.is_some(), "the log says that they stopped");
}

#[test]
fn dp_02_resuming_takes_a_new_basis_and_the_owners_word_c1() {
    let scene = Scene::set();
    let (desk, house) = (scene.desk(), &scene.house);
    house.clock.forward_days(89);
    desk.end_groundless_subscriptions().unwrap();
    let found = scene.stopped(Kind::Order).stopped;
    // The case has run out: the door itself refuses.
    assert_eq!(
        rule(desk.resume_stopped(&house.ines, found.id)),
        "look-up.case-expired"
    );
    assert_eq!(
        rule(desk.renew_basis(&house.ines, scene.case, &renewal())),
        "case.not-ones-own"
    );
    let silent = Renewal {
        words: " ".into(),
        ..renewal()
    };
    assert!(desk.renew_basis(&house.sora, scene.case, &silent).is_err());
    let until = desk
        .renew_basis(&house.sora, scene.case, &renewal())
        .unwrap();
    assert_eq!(until.day(), desk.now().plus_days(90).day());
    let file = desk.case(&house.ines, scene.case).unwrap().case;
    assert_eq!(file.legal_basis, Some(LegalBasis::Complaint));
    let course = desk.course(&house.ines, scene.case).unwrap();
    assert_eq!(course.bases.len(), 1);
    assert_eq!(course.bases[0].former, Some(LegalBasis::StatutoryInquiry));
    assert_eq!(course.basis_lost, None);
    desk.end_groundless_subscriptions().unwrap();
    scene.none_runs();
    assert!(
        matches!(
            desk.resume_stopped(&house.jonas, found.id),
            Err(DeskError::NotFound(_))
        ),
        "nobody lets another's go on"
    );
    scene.resume_all();
    let orders = desk.subscriptions(&house.ines).unwrap();
    assert_eq!(orders.len(), 2);
    assert_ne!(
        orders[0].secret, orders[1].secret,
        "under a secret of its own"
    );
}

#[test]
fn dp_02_closing_stops_them_and_opening_again_does_not_bring_them_back_c1() {
    let scene = Scene::set();
    let (desk, house) = (scene.desk(), &scene.house);
    let lena = another_supervisor(house);
    desk.close_case(&house.sora, scene.case, "referred")
        .unwrap();
    scene.none_runs();
    for kind in Kind::ALL {
        let why = scene.stopped(kind).stopped.why;
        assert!(why.contains("was closed on"), "{kind:?}: {why}");
    }
    assert!(matches!(
        desk.renew_basis(&house.sora, scene.case, &renewal()),
        Err(DeskError::Conflict(_))
    ));
    desk.reopen_case(&lena, scene.case, "the bank answered", 90)
        .unwrap();
    // A person looks things up again; nothing goes on by itself.
    desk.look_up(&house.ines, scene.case, &things("Aldgrund"))
        .unwrap();
    desk.end_groundless_subscriptions().unwrap();
    scene.none_runs();
    let gone = "undecided basis.gone";
    let (ines, case) = (&house.ines, scene.case);
    assert_eq!(rule(desk.ask_kept(ines, case)), gone);
    assert_eq!(rule(desk.keep_search(ines, case, &line("quay"))), gone);
    assert_eq!(
        rule(desk.subscribe_alerts(ines, case, Telling::Webhook, "https://1.1.1.1/other")),
        gone
    );
    let token = NewToken {
        name: "program".into(),
        purpose: TokenPurpose::Work,
        audience: Origin::Api,
        case: Some(case),
        days: 9,
    };
    assert_eq!(rule(desk.add_token(&scene.ines, &token)), gone);
    for kind in [Kind::Search, Kind::Order, Kind::Calendar] {
        let found = scene.stopped(kind);
        assert!(!found.may_resume);
        assert_eq!(rule(desk.resume_stopped(ines, found.stopped.id)), gone);
    }
    desk.renew_basis(&lena, case, &renewal()).unwrap();
    scene.none_runs();
    scene.resume_all();
    assert_eq!(desk.ask_kept(ines, case).unwrap().len(), 1);
    desk.add_token(&scene.ines, &token).unwrap();
}

#[test]
fn dp_02_a_basis_renewed_before_the_next_run_does_not_pass_over_the_stop_c1() {
    let scene = Scene::set();
    let (desk, house) = (scene.desk(), &scene.house);
    house.clock.forward_days(91);
    desk.renew_basis(&house.sora, scene.case, &renewal())
        .unwrap();
    desk.end_groundless_subscriptions().unwrap();
    scene.none_runs();
    let why = scene.stopped(Kind::Search).stopped.why;
    assert!(why.contains("ran out on"), "{why}");
}

#[test]
fn dp_02_a_kept_search_stops_with_its_own_run_and_can_be_left_so_c1() {
    let scene = Scene::set();
    let (desk, house) = (scene.desk(), &scene.house);
    house.clock.forward_days(89);
    let before = desk.kept_searches(&house.ines, scene.case).unwrap();
    assert!(before[0].stopped.is_none());
    assert_eq!(
        rule(desk.ask_kept(&house.ines, scene.case)),
        "undecided basis.gone"
    );
    let kept = desk.kept_searches(&house.ines, scene.case).unwrap();
    let (_, why) = kept[0].stopped.clone().unwrap();
    assert!(why.contains("ran out on"), "{why}");
    let found = scene.stopped(Kind::Search).stopped;
    desk.leave_stopped(&house.ines, found.id).unwrap();
    let left = scene.stopped(Kind::Search).stopped.settled;
    assert!(matches!(left, Some((_, Outcome::Left))));
    assert_eq!(desk.stopped_unsettled(&house.ines).unwrap(), 3);
    assert!(
        desk.kept_searches(&house.ines, scene.case).unwrap()[0]
            .stopped
            .is_some(),
        "what is left stopped stays so"
    );
}
