//! What the standard rules allow and refuse.

use std::collections::HashSet;

use super::*;
use crate::authority::LegalBasis;
use crate::case::{Membership, Scope, Stage, SubjectKind};
use crate::id::CaseId;

fn person(number: u8) -> UserId {
    UserId::from_bytes([number; 16])
}

fn acting(number: u8, roles: &[Role]) -> Actor {
    Actor {
        user: person(number),
        roles: roles.to_vec(),
        session: None,
        origin: crate::authority::Origin::Api,
    }
}

fn now() -> Moment {
    Moment::from_seconds(1_000_000)
}

fn dataset(number: u8, purpose: &str) -> DatasetFacts {
    DatasetFacts {
        unlawful: false,
        id: DatasetId::from_bytes([number; 16]),
        agreement: Agreement {
            purposes: vec![purpose.into()],
            authority: "open data".into(),
            matching: true,
            standing_rules: true,
            from: Moment::from_seconds(0),
            until: now().plus_days(1),
            terms: String::new(),
            special: String::new(),
        },
    }
}

/// Investigator 1 leads, 2 reads; 3 wrote it down; 4 is a supervisor.
fn case() -> CaseFile {
    CaseFile {
        id: CaseId::from_bytes([5; 16]),
        number: "2026-0001".into(),
        title: "Harbour dredging".into(),
        predicate: "Two bids of one owner".into(),
        purpose: Some(Purpose::Procurement),
        legal_basis: Some(LegalBasis::StatutoryInquiry),
        scope: Scope {
            datasets: vec![
                DatasetId::from_bytes([1; 16]),
                DatasetId::from_bytes([2; 16]),
            ],
            kinds: SubjectKind::ALL.to_vec(),
        },
        stage: Stage::Open {
            by: person(4),
            at: now(),
        },
        opened_by: person(3),
        opened_at: now(),
        expires: now().plus_days(90),
        members: vec![
            (person(1), Membership::Lead),
            (person(2), Membership::Reader),
        ],
        unit: String::new(),
    }
}

fn decide(actor: &Actor, act: Act, case: &CaseFile, reason: bool) -> Result<Permit, Refusal> {
    let reason = Reason::new("ownership", "who owns the bidder").filter(|_| reason);
    let request = Request {
        actor,
        act,
        reason: reason.as_ref(),
        concerns: None,
        at: now(),
    };
    let datasets = [
        dataset(1, "procurement"),
        dataset(2, "sanctions"),
        dataset(3, "procurement"),
    ];
    let facts = Facts {
        case: Some(case),
        datasets: &datasets,
        ..Facts::default()
    };
    Rulebook::standard().unwrap().decide(&request, &facts)
}

fn check(
    actor: &Actor,
    act: Act,
    change: impl FnOnce(&mut CaseFile),
    expected: Result<(), (&str, bool)>,
) {
    let mut case = case();
    change(&mut case);
    let outcome = decide(actor, act, &case, true);
    match (outcome, expected) {
        (Ok(permit), Ok(())) => assert_eq!(permit.act(), act),
        (Err(refusal), Err((rule, known))) => {
            assert_eq!((refusal.rule.as_str(), refusal.known), (rule, known));
            assert!(!refusal.says.is_empty() && !refusal.remedy.is_empty());
        }
        (outcome, expected) => panic!("{outcome:?}, expected {expected:?}"),
    }
}

#[test]
fn the_rules_are_valid_and_every_act_is_in_the_schema() {
    let rulebook = Rulebook::standard().unwrap();
    let (schema, _) = Schema::from_cedarschema_str(SCHEMA).unwrap();
    let known: HashSet<String> = schema
        .actions()
        .map(|action| action.id().escaped().to_string())
        .collect();
    for act in Act::ALL {
        assert!(known.contains(act.cedar()), "{}", act.cedar());
    }
    assert!(rulebook.version().starts_with("base@"));
    assert!(
        Rulebook::from_text("permit (principal, action, resource) when { resource.colour == 1 };")
            .is_err()
    );
}

#[test]
fn gate_01_a_look_up_needs_an_open_case_purpose_basis_and_reason() {
    let lead = acting(1, &[Role::Investigator]);
    let look_up = Act::Search;
    check(&lead, look_up, |_| (), Ok(()));
    check(
        &lead,
        look_up,
        |case| case.stage = Stage::Proposed,
        Err(("look-up.case-not-open", true)),
    );
    check(
        &lead,
        look_up,
        |case| case.purpose = None,
        Err(("look-up.no-purpose", true)),
    );
    check(
        &lead,
        look_up,
        |case| case.legal_basis = None,
        Err(("look-up.no-basis", true)),
    );
    check(
        &lead,
        look_up,
        |case| case.expires = now(),
        Err(("look-up.case-expired", true)),
    );
    let refusal = decide(&lead, look_up, &case(), false).unwrap_err();
    assert_eq!(refusal.rule, "look-up.no-reason");
}

#[test]
fn only_the_team_looks_up_and_strangers_do_not_learn_of_the_case() {
    check(
        &acting(2, &[Role::Investigator]),
        Act::Search,
        |_| (),
        Err(("look-up.no-membership", true)),
    );
    check(
        &acting(6, &[Role::Investigator]),
        Act::Search,
        |_| (),
        Err(("look-up.no-membership", false)),
    );
    check(
        &acting(6, &[Role::Administrator]),
        Act::ReadCase,
        |_| (),
        Err(("role", false)),
    );
    check(
        &acting(6, &[Role::Administrator]),
        Act::Search,
        |_| (),
        Err(("look-up.no-membership", false)),
    );
    check(
        &acting(4, &[Role::Supervisor]),
        Act::ReadCase,
        |_| (),
        Ok(()),
    );
    check(
        &acting(4, &[Role::Supervisor]),
        Act::Search,
        |_| (),
        Err(("look-up.no-membership", true)),
    );
}

#[test]
fn nobody_decides_on_their_own_case() {
    let proposed = |case: &mut CaseFile| case.stage = Stage::Proposed;
    check(
        &acting(4, &[Role::Supervisor]),
        Act::DecideCase,
        proposed,
        Ok(()),
    );
    check(
        &acting(3, &[Role::Supervisor]),
        Act::DecideCase,
        proposed,
        Err(("case.not-ones-own", true)),
    );
    check(
        &acting(1, &[Role::Supervisor]),
        Act::CloseCase,
        |_| (),
        Err(("case.not-ones-own", true)),
    );
    check(
        &acting(1, &[Role::Investigator]),
        Act::DecideCase,
        proposed,
        Err(("case.not-ones-own", true)),
    );
}

#[test]
fn a_permit_covers_what_scope_and_agreement_both_allow() {
    let permit = decide(
        &acting(1, &[Role::Investigator]),
        Act::Search,
        &case(),
        true,
    )
    .unwrap();
    assert_eq!(permit.datasets(), [DatasetId::from_bytes([1; 16])]);
    assert!(permit.rules().contains(&"look-up.member".to_owned()));
}

#[test]
fn grave_acts_take_a_proved_second_factor_and_tokens_stay_in_their_bounds() {
    let rules = Rulebook::standard().unwrap();
    let everybody = acting(1, &Role::ALL);
    let case = case();
    let rule_of = |act, standing| {
        let request = Request {
            actor: &everybody,
            act,
            reason: None,
            concerns: Some(person(9)),
            at: now(),
        };
        let facts = Facts {
            case: Some(&case),
            standing,
            ..Facts::default()
        };
        rules
            .decide(&request, &facts)
            .map_or_else(|refusal| refusal.rules, |_| Vec::new())
    };
    for act in Act::ALL {
        let unproved = Standing {
            unproved: true,
            ..Standing::default()
        };
        let refused = rule_of(*act, unproved).contains(&"step-up.needed".to_owned());
        assert_eq!(refused, act.is_grave(), "{}", act.word());
        let outside = Standing {
            outside_token: true,
            ..Standing::default()
        };
        assert!(
            rule_of(*act, outside).contains(&"token.not-for-this".to_owned()),
            "{}",
            act.word()
        );
    }
}

/// A pack that would let administrators into every case.
const LOOSENING: &str = r#"
@id("loose.everybody")
@says("x") @remedy("x") @source("x")
permit (principal, action, resource is Case)
when { principal.roles.contains("administrator") };
"#;

#[test]
fn a_pack_cannot_loosen() {
    let error = Rulebook::tightened([("loose", LOOSENING)].into_iter()).unwrap_err();
    assert!(error.to_string().contains("loose.everybody"), "{error}");
    let silent = LOOSENING
        .replace("permit", "forbid")
        .replace("@remedy(\"x\")", "");
    let error = Rulebook::tightened([("loose", silent.as_str())].into_iter()).unwrap_err();
    assert!(error.to_string().contains("@remedy"), "{error}");
    // What the base refuses every pack and all packs together refuse too, whoever asks in whichever stage.
    let acts = [
        Act::Search,
        Act::ReadEvidence,
        Act::ReadCustody,
        Act::WriteNote,
        Act::Disclose,
        Act::EraseEvidence,
    ];
    let table = |book: &Rulebook| crate::policy::trial::matrix_of(book, &acts);
    let base = table(&Rulebook::standard().unwrap());
    let mut choices: Vec<Vec<String>> = Pack::ALL
        .iter()
        .map(|pack| vec![pack.name.to_owned()])
        .collect();
    choices.push(choices.concat());
    let mut tighter = 0;
    for packs in choices {
        let choice = Choice {
            packs: packs.clone(),
            ..Choice::default()
        };
        let tight = table(&Rulebook::chosen(&choice).unwrap());
        for (base, tight) in base.iter().zip(&tight) {
            for (base, tight) in base.outcomes.iter().zip(&tight.outcomes) {
                assert!(base == "allowed" || tight != "allowed", "{packs:?}: {base}");
                tighter += u32::from(base == "allowed" && tight != "allowed");
            }
        }
    }
    assert!(tighter >= 10, "{tighter}");
}

#[test]
fn packs_hold_for_the_installation_or_for_cases_of_a_purpose() {
    let choice =
        Choice::read("packs = [\"eu-led\"]\n[purposes]\njournalism = [\"newsroom\"]").unwrap();
    let book = Rulebook::chosen(&choice).unwrap();
    assert!(
        book.version().starts_with("base+eu-led@"),
        "{}",
        book.version()
    );
    let asked = |purpose| {
        let mut case = case();
        case.purpose = Some(purpose);
        case.legal_basis = Some(LegalBasis::Complaint);
        let lead = acting(1, &[Role::Investigator]);
        let reason = Reason::new("ownership", "who owns it");
        let request = Request {
            actor: &lead,
            act: Act::Search,
            reason: reason.as_ref(),
            concerns: None,
            at: now(),
        };
        let facts = Facts {
            case: Some(&case),
            ..Facts::default()
        };
        book.decide(&request, &facts).unwrap_err()
    };
    assert_eq!(asked(Purpose::Procurement).rules, ["eu-led.task-in-law"]);
    let press = asked(Purpose::Journalism);
    assert_eq!(
        press.rules,
        ["eu-led.task-in-law", "newsroom.press-exemption"]
    );
    assert!(
        press.policy.starts_with("base+eu-led+newsroom@"),
        "{}",
        press.policy
    );
    let archived = book.archive();
    assert_eq!(archived.len(), 2);
    let question = press.question.unwrap();
    let again = Rulebook::from_archive(&archived[1]).unwrap();
    assert_eq!(again.replay(&question).unwrap(), (false, press.rules));
    let mut forged = archived[1].clone();
    forged.text = forged.text.replace("\"press_exemption\"", "\"complaint\"");
    assert!(Rulebook::from_archive(&forged).is_err());
    for odd in ["packs = [\"none\"]", "[purposes]\nfun = []", "pack = []"] {
        let read = Choice::read(odd).and_then(|choice| Rulebook::chosen(&choice));
        assert!(read.is_err(), "{odd}");
    }
}
