//! One yes or no on every surface: programs with a session and with a token, pages, event streams, exports, imports, the
//! command line with a password and with a token, and what the service does by itself in somebody's name.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use crate::house::{Case, House, company, hits};
use crate::http::Body;
use crate::program::{Serving, finish, rest, within};
use crate::screens::Screens;

/// Ines leads the case, Jonas reads in it, Nils is an investigator elsewhere; the others hold their roles.
const PEOPLE: [&str; 7] = ["ines", "jonas", "nils", "sora", "dara", "aude", "ada"];

const TOLD: [(&str, &str); 5] = [
    ("recipient", "Tax Office"),
    ("address", "1 Quay Street"),
    ("purpose", "assessing tax"),
    ("authority", "Tax Act section 12"),
    ("nature", "copy by courier"),
];

const STORY: [&str; 6] = [
    "source",
    "collector",
    "collected",
    "place",
    "tool",
    "authority",
];

const REASON: &str = "line=ownership&settle=who+stands+behind+the+bidder";

/// How a program asks.
enum Asked {
    Json(&'static str, String, Value),
    Form(String, Vec<(&'static str, String)>, (&'static str, Vec<u8>)),
}

/// How a browser asks: a page, or a form from another page.
enum Shown {
    Page(String),
    Form(String, Vec<(&'static str, String)>),
}

/// The same act at each face. What a face does not have is not there.
struct Question {
    name: &'static str,
    program: Asked,
    page: Option<Shown>,
    stream: Option<String>,
    command: Vec<String>,
}

struct Trial<'a> {
    house: &'a House,
    case: &'a Case,
    number: String,
    a: String,
    b: String,
    dataset: String,
}

impl Trial<'_> {
    /// Everything that somebody tries. `who` and `turn` keep what is written apart.
    fn questions(&self, who: &str, turn: &str) -> Vec<Question> {
        let (a, b, number) = (&self.a, &self.b, &self.number);
        let case = |rest: &str| self.case.path(rest);
        let home = format!("/cases/{}", self.case.id);
        let page = |rest: &str| Some(Shown::Page(format!("{home}/{rest}")));
        let form = |to: &str, fields: &[(&'static str, &str)]| {
            let fields = fields
                .iter()
                .map(|(name, said)| (*name, (*said).to_owned()));
            Some(Shown::Form(format!("{home}{to}"), fields.collect()))
        };
        let get = |path: String| Asked::Json("GET", path, Value::Null);
        let post = |path: String, body: Value| Asked::Json("POST", path, body);
        let words = |all: &[&str]| {
            all.iter()
                .map(|word| (*word).to_owned())
                .collect::<Vec<_>>()
        };
        let work = |all: &[&str]| words(&[&["work", all[0], "--case", number], &all[1..]].concat());
        let title = format!("{who} {turn}");
        let told: serde_json::Map<String, Value> = TOLD
            .iter()
            .map(|(name, said)| ((*name).to_owned(), json!(said)))
            .collect();
        let file = self.house.folder.path().join("exhibit.txt");
        std::fs::write(&file, "berth nine").unwrap();
        let copy = self.house.folder.path().join(format!("{who}-{turn}.zip"));
        let disclosing: Vec<String> = ["case", "disclose", number, "--to", copy.to_str().unwrap()]
            .map(str::to_owned)
            .into_iter()
            .chain(
                TOLD.iter()
                    .flat_map(|(name, said)| [format!("--{name}"), (*said).to_owned()]),
            )
            .collect();
        let filing: Vec<String> = work(&["evidence", file.to_str().unwrap()])
            .into_iter()
            .chain(
                STORY
                    .iter()
                    .flat_map(|name| [format!("--{name}"), "as told".to_owned()]),
            )
            .collect();
        let delivery = self.house.delivery(
            &format!("{who}-{turn}"),
            &[
                company("k1", "Polder Alpha", "active"),
                company("k2", "Polder Beta", "active"),
            ],
        );
        let release = std::fs::read(&delivery).unwrap();
        let one = |name, program, page, command| Question {
            name,
            program,
            page,
            stream: None,
            command,
        };
        vec![
            one(
                "search",
                post(case("search"), json!({ "text": "Polder" })),
                page(&format!("search?{REASON}&q=Polder")),
                words(&[
                    "search",
                    "--case",
                    number,
                    "--line",
                    "ownership",
                    "--settles",
                    "who",
                    "Polder",
                ]),
            ),
            one(
                "record",
                get(case(&format!("records/{a}"))),
                page(&format!("records/{a}")),
                work(&["record", a]),
            ),
            one(
                "links",
                get(case(&format!("records/{a}/links"))),
                page(&format!("records/{a}/links")),
                work(&["links", a]),
            ),
            one(
                "identity",
                get(case(&format!("identities/{a}"))),
                page(&format!("identities/{a}")),
                work(&["identity", a]),
            ),
            one(
                "source",
                get(case(&format!("records/{a}/source"))),
                None,
                work(&["source", a]),
            ),
            one(
                "proposals",
                get(case("proposals")),
                page("proposals"),
                work(&["matches"]),
            ),
            Question {
                stream: Some(case("events")),
                ..one(
                    "inbox",
                    get(case("alerts")),
                    page("inbox"),
                    work(&["inbox"]),
                )
            },
            Question {
                stream: Some(format!("{home}/events")),
                ..one(
                    "inbox of a page",
                    get(case("alerts")),
                    page("inbox"),
                    work(&["inbox"]),
                )
            },
            one(
                "note",
                post(
                    case("notes"),
                    json!({ "kind": "note", "title": title, "text": "t" }),
                ),
                form(
                    "/notes",
                    &[("kind", "note"), ("title", &title), ("text", "t")],
                ),
                work(&["note", "--title", &title, "t"]),
            ),
            one(
                "subject",
                post(case("subjects"), json!({ "record": a })),
                form(
                    "/subjects",
                    &[
                        ("identity", a),
                        ("role", "unclassified"),
                        ("basis", "so it says"),
                    ],
                ),
                work(&["subject", a]),
            ),
            one(
                "judgement",
                post(
                    case("judgements"),
                    json!({ "a": a, "b": b, "verdict": "different", "reason": "two seats" }),
                ),
                form(
                    "/judgements",
                    &[
                        ("a", a),
                        ("b", b),
                        ("verdict", "different"),
                        ("reason", "two seats"),
                    ],
                ),
                work(&[
                    "judge",
                    a,
                    b,
                    "--verdict",
                    "different",
                    "--reason",
                    "two seats",
                ]),
            ),
            one(
                "evidence",
                Asked::Form(
                    case("evidence"),
                    STORY.map(|name| (name, "as told".to_owned())).to_vec(),
                    ("exhibit.txt", b"berth nine".to_vec()),
                ),
                None,
                filing,
            ),
            one(
                "disclosure",
                post(case("disclosures"), Value::Object(told)),
                form("/disclosures", &TOLD),
                disclosing,
            ),
            one(
                "users",
                get("/api/users".into()),
                Some(Shown::Page("/users".into())),
                words(&["user", "list"]),
            ),
            one(
                "log",
                get("/api/log?purpose=lawfulness".into()),
                Some(Shown::Page("/log?purpose=lawfulness".into())),
                words(&["log", "--purpose", "lawfulness"]),
            ),
            one(
                "import",
                Asked::Form(
                    format!("/api/datasets/{}/releases", self.dataset),
                    vec![("label", title.clone()), ("mapping", "ftm".to_owned())],
                    ("polder.jsonl", release),
                ),
                Some(Shown::Page(format!("/datasets/{}/load", self.dataset))),
                words(&[
                    "source",
                    "load",
                    "register",
                    delivery.to_str().unwrap(),
                    "--label",
                    &title,
                ]),
            ),
        ]
    }
}

impl Asked {
    fn of(&self, serving: &Serving, token: &str) -> bool {
        let answer = match self {
            Self::Json(method, path, Value::Null) => {
                serving.ask(method, path, Some(token), Body::Nothing)
            }
            Self::Json(method, path, body) => {
                serving.ask(method, path, Some(token), Body::Json(body.clone()))
            }
            Self::Form(path, fields, (name, bytes)) => {
                let body = Body::Form {
                    fields: fields.clone(),
                    file: ((*name).to_owned(), bytes.clone()),
                };
                serving.ask("POST", path, Some(token), body)
            }
        };
        assert!(
            matches!(answer.status, 200..=299 | 401 | 403 | 404),
            "{}: {}",
            answer.status,
            answer.text()
        );
        answer.status < 300
    }
}

impl Shown {
    fn of(&self, screens: &Screens<'_>, own: &str) -> bool {
        let answer = match self {
            Self::Page(path) => screens.get(path),
            Self::Form(to, fields) => {
                let fields: Vec<(&str, &str)> = fields
                    .iter()
                    .map(|(name, said)| (*name, said.as_str()))
                    .collect();
                // The token of one's own session stands on any page of one's own.
                screens.form(own, to, &fields)
            }
        };
        assert!(
            matches!(answer.status, 200..=303 | 403 | 404),
            "{}: {}",
            answer.status,
            answer.text()
        );
        answer.status < 400
    }
}

/// Whether a stream opens.
fn opens(serving: &Serving, path: &str, token: &str) -> bool {
    let mut stream = TcpStream::connect(serving.address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    let head = format!(
        "GET {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\ncookie: predicate_session={token}\r\n\r\n",
        serving.address
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut begin = [0u8; 12];
    stream.read_exact(&mut begin).unwrap();
    String::from_utf8_lossy(&begin) == "HTTP/1.1 200"
}

/// A token of somebody for work in the case, or for deliveries, at one face.
fn token(
    serving: &Serving,
    session: &str,
    purpose: &str,
    audience: &str,
    case: &str,
) -> Option<String> {
    let mut asked = json!({ "name": format!("{purpose} {audience}"), "purpose": purpose, "audience": audience, "days": 9 });
    if purpose == "work" {
        asked["case"] = json!(case);
    }
    let made = serving.post("/api/me/tokens", session, asked);
    (made.status == 201).then(|| {
        made.json()["token"]
            .as_str()
            .unwrap_or_else(|| panic!("{}", made.text()))
            .to_owned()
    })
}

/// What one person was told at one question: by the route, and by each other surface.
struct Told {
    who: &'static str,
    name: &'static str,
    by_route: bool,
    by_token: Option<bool>,
}

#[test]
fn az_03_every_surface_gives_the_same_yes_or_no_as_the_route_c1() {
    let Some(house) = House::new("az_03") else {
        return;
    };
    let words = [
        "user",
        "add",
        "nils",
        "--title",
        "nils of the house",
        "--role",
        "investigator",
    ];
    house.act("ada", &words).good();
    let companies = [
        company("k1", "Polder Alpha", "active"),
        company("k2", "Polder Beta", "active"),
    ];
    house
        .load(&house.delivery("start", &companies), false)
        .unwrap();
    let serving = house.serve();
    let case = Case::open(&serving);
    let reader = serving.sign_in("jonas");
    let id = serving.get("/api/me", &reader).expect(200)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let rank = json!({ "rank": "reader" });
    serving
        .ask(
            "PUT",
            &case.path(&format!("members/{id}")),
            Some(&case.ines),
            Body::Json(rank),
        )
        .expect(204);
    let found = hits(
        &serving
            .post(
                &case.path("search"),
                &case.ines,
                json!({ "text": "Polder" }),
            )
            .expect(200),
    );
    let told = serving
        .get(&case.path("").trim_end_matches('/').to_owned(), &case.ines)
        .expect(200);
    let trial = Trial {
        house: &house,
        case: &case,
        number: told["number"].as_str().unwrap().to_owned(),
        a: found[0].clone(),
        b: found[1].clone(),
        dataset: told["datasets"][0].as_str().unwrap().to_owned(),
    };
    let mut all = Vec::new();
    let mut commands = Vec::new();
    for who in PEOPLE {
        let session = serving.sign_in(who);
        let screens = Screens {
            serving: &serving,
            session: session.clone(),
        };
        let purpose = if who == "dara" { "deliver" } else { "work" };
        let at_api = token(&serving, &session, purpose, "api", &case.id);
        let at_shell = token(&serving, &session, purpose, "command_line", &case.id);
        for (one, again) in trial
            .questions(who, "one")
            .iter()
            .zip(trial.questions(who, "two"))
        {
            let by_route = one.program.of(&serving, &session);
            let by_token = at_api
                .as_ref()
                .map(|token| again.program.of(&serving, token));
            let named = format!("{who}: {}", one.name);
            if let Some(page) = &trial
                .questions(who, "three")
                .iter()
                .find(|other| other.name == one.name)
                .unwrap()
                .page
            {
                assert_eq!(page.of(&screens, "/account"), by_route, "{named}, page");
            }
            if let Some(path) = &one.stream {
                assert_eq!(opens(&serving, path, &session), by_route, "{named}, stream");
            }
            all.push(Told {
                who,
                name: one.name,
                by_route,
                by_token,
            });
        }
        commands.push((who, at_shell));
    }
    // Each kind of answer was given, or nothing was compared.
    assert!(all.iter().any(|told| told.by_route) && all.iter().any(|told| !told.by_route));
    for (who, yes) in [
        ("ines", 12),
        ("nils", 0),
        ("dara", 1),
        ("aude", 1),
        ("ada", 1),
    ] {
        let given = all
            .iter()
            .filter(|told| told.who == who && told.by_route)
            .count();
        assert!(given >= yes && (yes > 0 || given == 0), "{who}: {given}");
    }
    serving.kill();
    for (who, at_shell) in commands {
        for (turn, by) in [("four", None), ("five", at_shell.as_deref())] {
            if turn == "five" && by.is_none() {
                continue;
            }
            for one in trial.questions(who, turn) {
                // A token of the case knows it by its id; it may list none.
                let named = |word: &'_ String| match by {
                    Some(_) if *word == trial.number => case.id.clone(),
                    _ => word.clone(),
                };
                let words: Vec<String> = one.command.iter().map(named).collect();
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                let mut command = house.command(who, &words);
                by.map(|token| command.env("PREDICATE_TOKEN", token));
                let ended = finish(&mut command);
                let told = all
                    .iter()
                    .find(|told| told.who == who && told.name == one.name)
                    .unwrap();
                let wanted = if by.is_some() {
                    told.by_token.unwrap()
                } else {
                    told.by_route
                };
                assert_eq!(
                    ended.status.success(),
                    wanted,
                    "{who}: {words:?}: {ended:?}"
                );
            }
        }
    }
    house.check();
}

/// A delivery of the kind that a watched folder takes.
fn dropped(root: &std::path::Path, label: &str, name: &str) {
    let declared = json!({ "declarations": [{ "id": label, "interests": [],
        "official": { "name": name, "birth_year": "1961", "address": "1 Quay", "position": "harbour master" } }] });
    let whole = root.join("incoming/declarations").join(label);
    let part = whole.with_extension("part");
    std::fs::create_dir_all(&part).unwrap();
    std::fs::write(part.join("declarations.json"), declared.to_string()).unwrap();
    std::fs::rename(part, whole).unwrap();
}

#[test]
fn az_03_what_the_service_does_in_somebodys_name_stops_with_their_right_to_it_c1() {
    let Some(house) = House::new("az_03") else {
        return;
    };
    house.bring("declarations");
    let root = house.folder.path().join("watched");
    let words = [
        "source",
        "follow",
        "pushed",
        "--dataset",
        "register",
        "--by",
        "push",
        "--delta",
        "--json",
    ];
    let out = house.act("dara", &words).good();
    let told: Value = serde_json::from_str(out.trim()).unwrap();
    let push = told["token"].as_str().unwrap().to_owned();
    let follow = ["--follow", root.to_str().unwrap(), "--as", "dara"];
    let serving = house.program.serve_with(&house.data, &follow, &[]);
    let published = || House::published(&house.database());
    let pushes = |key: &str, status: &str| {
        let bearer = format!("Bearer {push}");
        let headers = [
            ("authorization", bearer.as_str()),
            ("idempotency-key", key),
            ("content-type", "application/jsonl"),
        ];
        let line = format!("{}\n", company("k1", "Polder Alpha", status));
        crate::http::send(
            serving.address,
            "POST",
            "/api/incoming",
            &headers,
            line.as_bytes(),
        )
        .unwrap()
        .status
    };
    dropped(&root, "d1", "Oda Karlsen");
    assert_eq!(pushes("first", "active"), 202);
    assert!(
        within(Duration::from_secs(30), || published() == 2),
        "{} published",
        published()
    );

    // From here on Dara is no data steward any more: no route lets her load, and so does no job of hers.
    let (ada, dara) = (serving.sign_in("ada"), serving.sign_in("dara"));
    let id = serving.get("/api/me", &dara).expect(200)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let roles = json!({ "roles": ["investigator"] });
    let changed = serving.ask(
        "PUT",
        &format!("/api/users/{id}/roles"),
        Some(&ada),
        Body::Json(roles),
    );
    assert!(changed.status < 300, "{}", changed.text());
    dropped(&root, "d2", "Mirel Tavasz");
    let _taken_or_not = pushes("second", "struck off");
    let aside = root.join("set-aside/declarations/d2.reason.txt");
    assert!(
        within(Duration::from_secs(30), || aside.exists()),
        "the folder's delivery is still there"
    );
    let why = std::fs::read_to_string(&aside).unwrap();
    assert!(!why.is_empty());
    rest(Duration::from_secs(3));
    assert_eq!(published(), 2, "{why}");
}
