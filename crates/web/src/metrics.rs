//! The service's own figures in the text form of Prometheus: counts and seconds under ids, never a name, an address or
//! anything of a case. They are served at an address of their own, never beside the desk.

use std::fmt::Write as _;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::{Router, routing};
use desk::Desk;
use desk::live::LiveFigures;
use domain::time::Moment;
use domain::timekeeping::Standing;

/// The one route, for a listener of its own.
pub fn router(desk: Desk) -> Router {
    Router::new()
        .route("/metrics", routing::get(metrics))
        .with_state(desk)
}

async fn metrics(State(desk): State<Desk>) -> Response {
    match tokio::task::spawn_blocking(move || written(&desk)).await {
        Ok(text) => {
            let media_type = "text/plain; version=0.0.4; charset=utf-8";
            ([(CONTENT_TYPE, media_type)], text).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

type Figure = (
    &'static str,
    &'static str,
    &'static str,
    fn(&LiveFigures, Moment) -> Option<i64>,
);

const FIGURES: [Figure; 9] = [
    (
        "paused",
        "gauge",
        "Whether a steward has paused it.",
        |one, _| Some(i64::from(one.following.paused)),
    ),
    (
        "answered_seconds",
        "gauge",
        "Seconds since the source last answered.",
        |one, now| since(one.following.heard, now),
    ),
    (
        "taken_seconds",
        "gauge",
        "Seconds since something of it was last taken.",
        |one, now| since(one.following.taken, now),
    ),
    (
        "behind",
        "gauge",
        "What waits at the source, as far as it tells.",
        |one, _| number(one.following.behind),
    ),
    (
        "waiting",
        "gauge",
        "Deliveries that wait here.",
        |one, _| number(one.waiting),
    ),
    (
        "set_aside",
        "gauge",
        "Deliveries that were set aside.",
        |one, _| number(one.set_aside),
    ),
    ("failing", "gauge", "Failures in a row.", |one, _| {
        Some(i64::from(one.following.tries))
    }),
    ("failures_total", "counter", "Failures in all.", |one, _| {
        number(one.following.failures)
    }),
    (
        "deliveries_total",
        "counter",
        "Deliveries taken in all.",
        |one, _| number(one.following.deliveries),
    ),
];

fn number(number: u64) -> Option<i64> {
    i64::try_from(number).ok()
}

fn since(at: Option<Moment>, now: Moment) -> Option<i64> {
    at.map(|at| (now.micros() - at.micros()).max(0) / 1_000_000)
}

fn written(desk: &Desk) -> String {
    let mut text = String::new();
    let up = i64::from(desk.health().refusing.is_none());
    let _ = writeln!(text, "# HELP predicate_takes_acts Whether acts are taken.");
    let _ = writeln!(
        text,
        "# TYPE predicate_takes_acts gauge\npredicate_takes_acts {up}"
    );
    let paced = desk.pace();
    let _ = writeln!(
        text,
        "# HELP predicate_look_up_seconds_total Time of look-ups, by what it went into.\n\
         # TYPE predicate_look_up_seconds_total counter"
    );
    for (part, spent) in [
        ("gate", paced.gate),
        ("answer", paced.answer),
        ("log", paced.log),
    ] {
        let (whole, rest) = (spent / 1_000_000_000, spent % 1_000_000_000);
        let _ = writeln!(
            text,
            "predicate_look_up_seconds_total{{part=\"{part}\"}} {whole}.{rest:09}"
        );
    }
    let _ = writeln!(
        text,
        "# HELP predicate_look_ups_total Look-ups answered.\n# TYPE predicate_look_ups_total counter\n\
         predicate_look_ups_total {}",
        paced.look_ups
    );
    let standing = desk.clock_standing();
    let believed = i64::from(standing == Standing::Together);
    let off = standing.seconds();
    let _ = writeln!(
        text,
        "# HELP predicate_clock_believed Whether the machine's clock is believed; nothing is erased while it is not."
    );
    let _ = writeln!(
        text,
        "# TYPE predicate_clock_believed gauge\npredicate_clock_believed {believed}"
    );
    let _ = writeln!(
        text,
        "# HELP predicate_clock_off_seconds Seconds by which the machine's clock is ahead of the installation's time."
    );
    let _ = writeln!(
        text,
        "# TYPE predicate_clock_off_seconds gauge\npredicate_clock_off_seconds {off}"
    );
    let found = desk.live_figures().unwrap_or_default();
    let now = desk.now();
    for (name, kind, help, of) in FIGURES {
        let _ = writeln!(text, "# HELP predicate_source_{name} {help}");
        let _ = writeln!(text, "# TYPE predicate_source_{name} {kind}");
        for one in &found {
            if let Some(value) = of(one, now) {
                let (id, way) = (one.id, one.way.word());
                let _ = writeln!(
                    text,
                    "predicate_source_{name}{{source=\"{id}\",way=\"{way}\"}} {value}"
                );
            }
        }
    }
    text
}
