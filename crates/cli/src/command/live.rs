//! `source follow`, `status`, `pause`, `resume`, `replay`, `again`, `token`: live sources. They are followed by `serve`.

use anyhow::{Context, bail};
use clap::{Subcommand, ValueEnum};
use desk::live::{Handling, LivePage, NewLiveSource};
use domain::id::LiveSourceId;
use domain::live::{IncomingState, Way};
use domain::source::Extent;

use crate::acting::Acting;
use crate::root::{Opened, OutsideArguments};
use crate::say;

/// By what way deliveries come.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum By {
    /// A watched folder: FOLDER/incoming/DATASET/LABEL/files; what was taken moves to FOLDER/taken.
    Folder,
    /// An address that is asked again and again.
    Http,
    /// A stream of a NATS server: nats://host:port/STREAM/CONSUMER.
    Jetstream,
    /// Tables of a PostgreSQL server, read whole again and again: postgres://USER@host:port/DATABASE?table=NAME.
    Postgres,
    /// Changes of a PostgreSQL server's tables, as they are committed: postgres://USER@host:port/DATABASE?publication=NAME.
    Replication,
    /// The source sends to us.
    Push,
}

/// What sets a live source up.
#[derive(clap::Args)]
pub struct Followed {
    #[command(flatten)]
    acting: Acting,
    /// Short name: lower-case letters, digits, underscores.
    name: String,
    /// The dataset that it feeds.
    #[arg(long)]
    dataset: String,
    /// By what way.
    #[arg(long)]
    by: By,
    /// Folder, address or stream; none for what is sent to us.
    #[arg(long = "at", default_value = "")]
    place: String,
    /// Where the secret for the address is found: env:PREDICATE_SECRET_… or file:NAME in `secrets/` of the data directory.
    #[arg(long, default_value = "")]
    secret: String,
    /// Seconds from one look to the next.
    #[arg(long, default_value_t = 60)]
    period: u32,
    /// A mapping that the service knows; without one deliveries are FollowTheMoney JSON lines.
    #[arg(long, default_value = "ftm", conflicts_with = "mapping_file")]
    mapping: String,
    /// A mapping file instead; its text is kept.
    #[arg(long)]
    mapping_file: Option<std::path::PathBuf>,
    /// Labels are numbers without holes: order is restored, and what is missing is told.
    #[arg(long)]
    numbered: bool,
    /// Deliveries say only what is new.
    #[arg(long, conflicts_with = "full")]
    delta: bool,
    /// Deliveries say all there is.
    #[arg(long)]
    full: bool,
    #[command(flatten)]
    outside: OutsideArguments,
}

/// Acts on live sources.
#[derive(Subcommand)]
pub enum Command {
    /// Sets a live source up; `serve` follows it from then on. Prints its token if it sends to us.
    Follow(Box<Followed>),
    /// Says how live sources stand.
    Status {
        #[command(flatten)]
        acting: Acting,
        /// Only this one, with the deliveries that wait or were set aside.
        name: Option<String>,
    },
    /// Stops following a source; what it sends meanwhile waits.
    Pause {
        #[command(flatten)]
        acting: Acting,
        /// The source.
        name: String,
    },
    /// Goes on following a source.
    Resume {
        #[command(flatten)]
        acting: Acting,
        /// The source.
        name: String,
    },
    /// Has a source taken again, from the beginning or, for a stream, after a message.
    Replay {
        #[command(flatten)]
        acting: Acting,
        /// The source.
        name: String,
        /// The number of the message after which to begin.
        #[arg(long, default_value = "")]
        after: String,
    },
    /// Has a delivery that was set aside tried again.
    Again {
        #[command(flatten)]
        acting: Acting,
        /// The source.
        name: String,
        /// The delivery.
        delivery: String,
    },
    /// Binds a new token to a source that sends to us, and prints it.
    Token {
        #[command(flatten)]
        acting: Acting,
        /// The source.
        name: String,
    },
}

/// Runs one of them.
pub fn run(command: &Command, json: bool) -> anyhow::Result<()> {
    match command {
        Command::Follow(followed) => follow(followed, json),
        Command::Status { acting, name } => status(acting, name.as_deref(), json),
        Command::Pause { acting, name } => handle(acting, name, &Handling::Pause),
        Command::Resume { acting, name } => handle(acting, name, &Handling::Resume),
        Command::Replay {
            acting,
            name,
            after,
        } => handle(acting, name, &Handling::Replay(after.clone())),
        Command::Again {
            acting,
            name,
            delivery,
        } => {
            let delivery = delivery.parse().context("the delivery")?;
            handle(acting, name, &Handling::TryAgain(delivery))
        }
        Command::Token { acting, name } => {
            let (opened, visitor) = acting.enter()?;
            let id = named(&opened, &visitor.actor, name)?;
            say::line(opened.desk.renew_token(&visitor.actor, id)?);
            Ok(())
        }
    }
}

fn follow(followed: &Followed, json: bool) -> anyhow::Result<()> {
    let Followed {
        acting,
        name,
        dataset,
        by,
        place,
        secret,
        period,
        mapping,
        mapping_file,
        numbered,
        delta,
        full,
        outside,
    } = followed;
    let mapping = match mapping_file {
        Some(path) => std::fs::read_to_string(path)
            .with_context(|| format!("mapping `{}`", path.display()))?,
        None => mapping.clone(),
    };
    let extent = match (delta, full) {
        (true, _) => Some(Extent::Delta),
        (_, true) => Some(Extent::Full),
        _ => None,
    };
    let (opened, visitor) = acting.enter()?;
    opened.desk.set_outside(outside.read()?);
    let new = NewLiveSource {
        name: name.clone(),
        dataset: dataset.clone(),
        way: Some(match by {
            By::Folder => Way::Folder,
            By::Http => Way::Http,
            By::Jetstream => Way::Jetstream,
            By::Postgres => Way::Postgres,
            By::Replication => Way::Replication,
            By::Push => Way::Push,
        }),
        address: place.clone(),
        secret: secret.clone(),
        period: *period,
        extent,
        numbered: *numbered,
        mapping,
    };
    let set_up = opened.desk.follow_source(&visitor.actor, &new)?;
    if json {
        let told = serde_json::json!({ "id": set_up.id.to_string(), "token": set_up.token });
        say::line(told);
        return Ok(());
    }
    say::line(set_up.id);
    if let Some(token) = set_up.token {
        say::line(format!("token: {token}"));
        say::note("the token is told this once; whoever has it can send to this source");
    }
    Ok(())
}

fn named(
    opened: &Opened,
    actor: &domain::authority::Actor,
    name: &str,
) -> anyhow::Result<LiveSourceId> {
    let sources = opened.desk.live_sources(actor)?;
    let found = sources.iter().find(|page| page.source.name == name);
    Ok(found
        .with_context(|| format!("there is no live source `{name}`"))?
        .source
        .id)
}

fn handle(acting: &Acting, name: &str, handling: &Handling) -> anyhow::Result<()> {
    let (opened, visitor) = acting.enter()?;
    let id = named(&opened, &visitor.actor, name)?;
    opened.desk.handle_source(&visitor.actor, id, handling)?;
    Ok(())
}

fn status(acting: &Acting, name: Option<&str>, json: bool) -> anyhow::Result<()> {
    let (opened, visitor) = acting.enter()?;
    let pages = opened.desk.live_sources(&visitor.actor)?;
    let mut pages: Vec<LivePage> = pages
        .into_iter()
        .filter(|page| name.is_none_or(|name| name == page.source.name))
        .collect();
    if let (Some(name), true) = (name, pages.is_empty()) {
        bail!("there is no live source `{name}`");
    }
    for page in &mut pages {
        match json {
            true => say::line(as_json(page)),
            false => lines(page, name.is_some()),
        }
    }
    Ok(())
}

fn as_json(page: &LivePage) -> serde_json::Value {
    let following = &page.following;
    let moment = |at: Option<domain::time::Moment>| at.map(|at| at.to_rfc3339());
    serde_json::json!({
        "id": page.source.id.to_string(), "name": page.source.name, "dataset": page.dataset.name,
        "way": page.source.way.word(), "paused": following.paused, "place": following.place,
        "heard": moment(following.heard), "taken": moment(following.taken), "failed": moment(following.failed),
        "failure": following.failure, "next_try": moment(following.next_try), "behind": following.behind,
        "deliveries": following.deliveries, "waiting": page.waiting.0, "set_aside": page.set_aside,
        "notices": page.notices.iter().map(|notice| serde_json::json!({
            "kind": notice.kind.word(), "words": notice.words, "at": notice.at.to_rfc3339(), "missing": notice.missing,
            "ended": moment(notice.ended.map(|(at, _)| at)),
        })).collect::<Vec<_>>(),
    })
}

fn lines(page: &LivePage, whole: bool) {
    let following = &page.following;
    let at = |at: Option<domain::time::Moment>| at.map_or("never".into(), |at| at.to_rfc3339());
    say::line(format!(
        "{}\t{}\t{}\t{}",
        page.source.name,
        page.source.way.word(),
        page.dataset.name,
        if following.paused {
            "paused"
        } else {
            "followed"
        }
    ));
    say::line(format!(
        "  last answer {}, last taken {}",
        at(following.heard),
        at(following.taken)
    ));
    say::line(format!(
        "  taken {}, waiting {}, set aside {}, behind at the source {}",
        following.deliveries, page.waiting.0, page.set_aside, following.behind
    ));
    if !following.failure.is_empty() {
        say::line(format!(
            "  failed {}: {}; next try {}",
            at(following.failed),
            following.failure,
            at(following.next_try)
        ));
    }
    for notice in page
        .notices
        .iter()
        .filter(|notice| whole || notice.ended.is_none())
    {
        let ended = notice.ended.map_or(String::new(), |(at, _)| {
            format!("; closed {}", at.to_rfc3339())
        });
        say::line(format!(
            "  noticed {}: {}{ended}",
            notice.at.to_rfc3339(),
            notice.words
        ));
    }
    for incoming in page.open.iter().filter(|_| whole) {
        let state = match incoming.state {
            IncomingState::SetAside => "set aside",
            _ => "waiting",
        };
        let (id, tries) = (
            format!("  {} {state}", incoming.id),
            format!("tries {}", incoming.tries),
        );
        say::row([&id, &incoming.label, &tries, &incoming.reason]);
    }
}
