//! Samples of live sources and of being told of alerts.

use super::{LONG, Sample, desk, sample};
use crate::live::{LiveRow, LiveSource, LiveSources, NewSource, OpenRow};
use crate::parts::{Choice, FieldError, Link, Tag, Tone};
use crate::subscriptions::{NewOrder, OrderRow, StoppedRow, Subscriptions};

pub(super) fn samples() -> Vec<Sample> {
    vec![
        sample("sources", &live_sources()),
        sample(
            "sources_empty",
            &LiveSources {
                frame: desk("Live sources", "d"),
                form: NewSource::form(Vec::new(), Vec::new()),
                ..LiveSources::default()
            },
        ),
        sample("source", &live_source()),
        sample("subscriptions", &subscriptions()),
        sample(
            "subscriptions_empty",
            &Subscriptions {
                frame: desk("How I am told", "c"),
                ..Subscriptions::default()
            },
        ),
    ]
}

fn live_sources() -> LiveSources {
    let row = |name: &str, way: &str, state: Tag, failure: &str, lag: &str| LiveRow {
        name: Link::to(name, "/sources/01jdsource"),
        dataset: LONG.into(),
        way: way.into(),
        state,
        failure: failure.into(),
        heard: "23 November 2026, 08:02:11 UTC".into(),
        taken: "never".into(),
        lag: lag.into(),
    };
    let choice = |name: &str| Choice::new(name, name, "");
    let mut form = NewSource::form(vec![choice("harbour_register")], vec![choice("ftm")]);
    form.address.typed(
        "http://127.0.0.1/",
        Some("Leads to 127.0.0.1, which is not reachable from everywhere."),
    );
    form.errors = vec![FieldError {
        field: "address".into(),
        text: "Leads to 127.0.0.1, which is not reachable from everywhere.".into(),
    }];
    LiveSources {
        frame: desk("Live sources", "d"),
        sources: vec![
            row(
                "register_push",
                "sends to us",
                Tag::new("followed", Tone::Confirmed),
                "",
                "2 deliveries here",
            ),
            row(
                "sanctions_poll",
                "an address that is asked",
                Tag::new("failing", Tone::Adverse),
                "It answered 503 Service Unavailable.",
                "0 deliveries here, 1 set aside",
            ),
        ],
        form,
    }
}

fn live_source() -> LiveSource {
    let open = |label: &str, state: Tag, reason: &str, again: bool| OpenRow {
        id: "01jddelivery".into(),
        label: label.into(),
        received: "23 November 2026, 08:02:11 UTC, 4.1 kB".into(),
        state,
        tries: "5".into(),
        reason: reason.into(),
        again,
    };
    LiveSource {
        frame: desk("register_push", "d"),
        href: "/sources/01jdsource".into(),
        state: Tag::new("deliveries set aside", Tone::Attention),
        failure: "It answered 503 Service Unavailable. Last failed 23 November 2026, 08:02:11 UTC, 3 in a row; tried next \
                  23 November 2026, 08:10:11 UTC."
            .into(),
        token: "6f0c2b7e91a44d0f8f4b1a7c5e2d3b6a".repeat(2),
        settings: vec![("Dataset".into(), LONG.into()), ("How it delivers".into(), "sends to us".into())],
        standing: vec![
            ("Last answer".into(), "23 November 2026, 08:02:11 UTC".into()),
            ("Place".into(), r#"{"etag":"\"5f-1\"","modified":"","sha256":"9f2c"}"#.into()),
        ],
        open: vec![
            open("2026-11-23", Tag::new("set aside", Tone::Attention), "No file of the delivery fits `register.csv`.", true),
            open("2026-11-24", Tag::new("waiting", Tone::Information), "", false),
        ],
        notices: vec![
            (
                "23 November 2026, 08:02:11 UTC".into(),
                "Its slot `predicate` is no more; what changed after 0/16B3748 may be missing; all rows are read again.".into(),
                Tag::new("a gap", Tone::Adverse),
            ),
            (
                "21 November 2026, 17:20:00 UTC".into(),
                "The table `public.companies` looks otherwise: it now has `founded`.".into(),
                Tag::new("looks otherwise", Tone::Information),
            ),
        ],
        paused: false,
        replays: true,
        sends: true,
    }
}

fn subscriptions() -> Subscriptions {
    let row = |how: &str, secret: &str, state: Tag, why: &str, runs: bool| OrderRow {
        id: "01jdorder".into(),
        case: Link::to("2026-014", "/cases/019a44c2"),
        how: how.into(),
        secret: secret.into(),
        state,
        why: why.into(),
        sent: "12 sent, 1 waiting, 0 given up".into(),
        runs,
    };
    Subscriptions {
        frame: desk("How I am told", "c"),
        stopped: stopped(),
        orders: vec![
            row(
                "mail to ines@inspectorate.example",
                "",
                Tag::new("running", Tone::Confirmed),
                "",
                true,
            ),
            row(
                "call of https://hooks.inspectorate.example/alerts",
                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=",
                Tag::new("failing", Tone::Adverse),
                "It answered 503 Service Unavailable.",
                true,
            ),
            row(
                "mail to maud@inspectorate.example",
                "",
                Tag::new("ended", Tone::Plain),
                "23 November 2026, 09:40 UTC: Without an open case nothing can be looked up, followed or given away.",
                false,
            ),
        ],
        form: Some(NewOrder::form(vec![Choice::new("019a44c2", LONG, "")])),
    }
}

fn stopped() -> Vec<StoppedRow> {
    let row = |what: &str, state: Tag, remedy: &str, resume: bool, waits: bool| StoppedRow {
        id: "01jdstopped".into(),
        what: what.into(),
        case: Link::to("2026-014", "/cases/019a44c2"),
        why: "3 March 2026, 10:00 UTC: The case was closed on 2026-03-03.".into(),
        state,
        remedy: remedy.into(),
        resume,
        waits,
    };
    vec![
        row(
            "a kept search",
            Tag::new("stopped", Tone::Attention),
            "",
            true,
            true,
        ),
        row(
            "a token of a program",
            Tag::new("left stopped", Tone::Plain),
            LONG,
            false,
            false,
        ),
        row(
            "its dates in your calendar",
            Tag::new("goes on again", Tone::Confirmed),
            "",
            false,
            false,
        ),
    ]
}
