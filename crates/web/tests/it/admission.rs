//! Who gets in: every listed route as everybody, the matrix of it, and an installation in which nobody is there yet.

use std::fmt::Write as _;

use domain::case::Membership;

use crate::house::{House, PEOPLE};
use crate::routes::{Route, Stage, compare, listed, place};

/// Whether a person of the house is one whom the route declares.
fn declared(route: &Route, who: &str) -> bool {
    let Some((_, role, rank)) = PEOPLE.into_iter().find(|person| person.0 == who) else {
        return route.admits.iter().any(|word| word == "nobody");
    };
    let holds = |word: &str| match word {
        "nobody" | "anyone" => true,
        "owner" | "invited" => false,
        "lead" => rank == Some(Membership::Lead),
        "contributor" => matches!(rank, Some(Membership::Lead | Membership::Contributor)),
        "member" => rank.is_some(),
        word => role.word() == word,
    };
    route.admits.iter().any(|words| words.split('+').all(holds))
}

const COLUMNS: [(&str, &str); 10] = [
    ("nobody", "nobody"),
    ("ines", "investigator, lead"),
    ("kai", "investigator, contributor"),
    ("rolf", "investigator, reader"),
    ("jonas", "investigator elsewhere"),
    ("sora", "supervisor"),
    ("dara", "data steward"),
    ("rune", "records officer"),
    ("aude", "auditor"),
    ("ada", "administrator"),
];

/// Tries every route as everybody; those who are not declared come first, so that nothing they ask for has gone.
#[test]
fn az_06_each_route_lets_in_whom_it_declares_c1_c2() {
    let stage = Stage::set();
    let mut text = String::from(
        "# Who gets in\n\nMade by a test that calls every route of `openapi.json` as everybody. A number is the answer's \
         status; `-` stands for a refusal (401, 403, or 404 where the asker may not know of the case).\n\n| Route |",
    );
    COLUMNS
        .iter()
        .for_each(|(_, title)| write!(text, " {title} |").unwrap());
    text.push_str("\n|---|");
    COLUMNS.iter().for_each(|_| text.push_str("---|"));
    text.push('\n');
    let mut routes = listed();
    routes.sort_by_key(place);
    let mut lines = Vec::new();
    for route in &routes {
        let mut cells = vec![String::new(); COLUMNS.len()];
        for wanted in [false, true] {
            for (column, (who, _)) in COLUMNS.iter().enumerate() {
                if declared(route, who) != wanted {
                    continue;
                }
                let status = stage.ask(route, who, None).status.as_u16();
                let out = matches!(status, 401 | 403 | 404);
                let came_in = matches!(status, 200..=299 | 409);
                assert!(
                    if wanted { came_in } else { out },
                    "{} as {who}: {status}",
                    route.name()
                );
                cells[column] = if out { "-".into() } else { status.to_string() };
            }
        }
        lines.push(format!("| `{}` | {} |\n", route.name(), cells.join(" | ")));
    }
    lines.sort();
    lines.iter().for_each(|line| text.push_str(line));
    compare("matrix.md", &text);
}

#[test]
fn secu_03_a_fresh_installation_denies_everything_c1() {
    let house = House::empty();
    let open = ["GET /api/health", "GET /api/version", "POST /api/session"];
    for route in listed() {
        let status = house
            .call(
                &route.method,
                &route.path,
                "nobody",
                &serde_json::Value::Null,
            )
            .status
            .as_u16();
        if !open.contains(&route.name().as_str()) {
            assert_eq!(status, 401, "{}", route.name());
        }
    }
    house.get("/api/health", "nobody").is(200);
    house.get("/api/version", "nobody").is(200);
    let nobody = serde_json::json!({ "name": "admin", "password": "admin" });
    house.post("/api/session", "nobody", &nobody).is(401);
}

#[test]
fn op_03_every_answer_carries_its_headers_c1() {
    let stage = Stage::set();
    let mut routes = listed();
    routes.sort_by_key(place);
    for route in routes {
        for who in ["nobody", "rolf", "ines"] {
            let answer = stage.ask(&route, who, None);
            let header = |name: &str| {
                answer
                    .headers
                    .get(name)
                    .map_or("", |value| value.to_str().unwrap())
            };
            let named = format!("{} as {who}", route.name());
            assert_eq!(header("x-content-type-options"), "nosniff", "{named}");
            let policy = header("content-security-policy");
            assert!(
                policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
                "{named}"
            );
            assert!(
                !policy.contains("unsafe-inline") && !policy.contains("unsafe-eval"),
                "{named}"
            );
            assert!(
                header("cache-control").contains("no-store")
                    || header("content-type") == "text/event-stream",
                "{named}"
            );
            assert!(answer.headers.get("server").is_none(), "{named}");
            let kind = header("content-type");
            let own = [
                "application/json",
                "application/problem+json",
                "application/octet-stream",
                "text/event-stream",
            ];
            // JSON and event streams are UTF-8 by definition and take no charset.
            assert!(
                kind.is_empty() == answer.bytes.is_empty() || kind == "text/event-stream",
                "{named}: `{kind}`"
            );
            assert!(
                kind.is_empty() || own.contains(&kind) || kind.contains("charset=utf-8"),
                "{named}: `{kind}`"
            );
        }
    }
}
