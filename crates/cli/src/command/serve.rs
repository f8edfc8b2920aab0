//! `serve`: the desk and the HTTP interface over a data directory, with its followers.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use desk::Desk;
use desk::follow::{Delivery, follow_release};
use desk::sign_in::Visitor;
use domain::authority::{Actor, Origin};
use domain::timekeeping::Standing;
use feeds::folder::{Arrived, Folder};
use nix::sys::resource::{Resource, getrlimit, setrlimit};

use web::tls::Tls;

use crate::acting::signed_in;
use crate::root::{self, Opened};
use crate::{live, place, reader, say, settings};

/// Serves a data directory.
#[derive(clap::Args)]
pub struct Arguments {
    /// File of settings: these options by their names, in TOML. What the command line says goes before it.
    #[arg(long)]
    config: Option<PathBuf>,
    /// The data directory.
    #[arg(long, default_value = "predicate-data", env = "PREDICATE_DATA_DIR")]
    data: PathBuf,
    /// Address to listen on. Anything but loopback needs a certificate, or a proxy that ends TLS in front.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Says that a proxy which ends TLS stands in front; without it or a certificate only loopback is served.
    #[arg(long)]
    behind_proxy: bool,
    /// Certificate that the service itself serves under, with those above it, PEM. Read again on SIGHUP.
    #[arg(
        long,
        value_name = "FILE",
        requires = "tls_key",
        conflicts_with = "behind_proxy"
    )]
    tls_certificate: Option<PathBuf>,
    /// The certificate's private key, PEM.
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,
    /// Lets an administrator move the clock. For tests; each move is logged. Never together with --behind-proxy.
    #[arg(long)]
    test_profile: bool,
    /// Follows a folder of deliveries; the data steward named by --as loads them.
    #[arg(long)]
    follow: Option<PathBuf>,
    /// The data steward under whose standing permit the folder is followed.
    #[arg(long = "as", value_name = "NAME", requires = "follow")]
    steward: Option<String>,
    /// Address on which the service's own figures are served (`/metrics`), without sign-in; nowhere when absent.
    #[arg(long)]
    metrics: Option<SocketAddr>,
    #[command(flatten)]
    outside: root::OutsideArguments,
}

/// Runs `serve` until it is told to stop.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let tls = match (&arguments.tls_certificate, &arguments.tls_key) {
        (Some(certificate), Some(key)) => Some(Tls::read(certificate, key)?),
        _ => None,
    };
    let secure = arguments.behind_proxy || tls.is_some();
    if !arguments.listen.ip().is_loopback() && !secure {
        bail!(
            "`{}` is not loopback: give a certificate (--tls-certificate, --tls-key), or put a proxy that ends TLS in front and \
             say --behind-proxy",
            arguments.listen
        );
    }
    if arguments.test_profile && secure {
        bail!("the test profile is refused in production: its clock can be moved");
    }
    let mut outside = arguments.outside.read()?;
    outside.providers = settings::providers(arguments.config.as_deref(), &outside.address)?;
    let opened = root::open(&arguments.data, false, arguments.test_profile)?;
    if let (Some(folder), Some(name)) = (&arguments.follow, &arguments.steward) {
        let visitor = signed_in(&opened.desk, name, Origin::Service)?;
        follow_folder(opened.desk.clone(), visitor, folder)?;
    }
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(arguments.listen)
            .await
            .context(arguments.listen)?;
        let own = listener.local_addr()?;
        outside.reach.is_own(own);
        if let Some(address) = arguments.metrics {
            let listener = tokio::net::TcpListener::bind(address)
                .await
                .context(address)?;
            outside.reach.is_own(listener.local_addr()?);
            let figures = web::metrics::router(opened.desk.clone());
            tokio::spawn(async move { axum::serve(listener, figures).await });
        }
        opened.desk.set_outside(outside);
        let scheme = if tls.is_some() { "https" } else { "http" };
        say::line(format!("desk: {scheme}://{own}"));
        let standing = opened.desk.clock_standing();
        if standing != Standing::Together {
            say::note(format!(
                "the machine's clock is {}: nothing is erased until an administrator has confirmed it under People, or with \
                 `predicate clock confirm`",
                standing.word()
            ));
        }
        if let Some(token) = opened.desk.first_token()? {
            say::line(format!(
                "nobody can sign in yet; within {} minutes and once, the first administrator is made at \
                 {scheme}://{own}/first?token={token}",
                desk::users::FIRST_MINUTES
            ));
        }
        serve(
            opened,
            listener,
            arguments.test_profile,
            Front { secure, tls },
        )
        .await
    })
}

/// Serves until interrupted; derived things follow in a thread of their own.
pub async fn serve(
    opened: Opened,
    listener: tokio::net::TcpListener,
    test_profile: bool,
    front: Front,
) -> anyhow::Result<()> {
    follow_commits(opened.desk.clone())?;
    reader::follow(opened.desk.clone())?;
    live::follow(opened.desk.clone())?;
    super::tip::expire(opened.desk.clone())?;
    remind(opened.desk.clone())?;
    keep_time(opened.desk.clone())?;
    live::tell(opened.desk.clone())?;
    let clock = opened.clock.clone();
    let settings = web::Settings {
        secure_cookies: front.secure,
        move_clock: test_profile
            .then(|| Arc::new(move |to, jump| clock.show(to, jump)) as web::MoveClock),
        mappings: super::mappings::ALL
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect(),
    };
    let router = web::router(opened.desk, settings);
    if let Some(tls) = front.tls.clone() {
        renew_on_hangup(tls)?;
    }
    web::front::serve(listener, router, connections(), front.tls, stopped()).await?;
    Ok(())
}

/// How the service is reached.
#[derive(Default)]
pub struct Front {
    /// Whether everybody comes over TLS, ended here or by a proxy.
    pub secure: bool,
    /// The service's own certificate.
    pub tls: Option<Tls>,
}

/// Reads the certificate again on SIGHUP; one that cannot be served is told of, and the former stays.
fn renew_on_hangup(tls: Tls) -> anyhow::Result<()> {
    let mut hangups = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup())?;
    tokio::spawn(async move {
        while hangups.recv().await.is_some() {
            match tls.renew() {
                Ok(()) => tracing::info!("the certificate was read again"),
                Err(error) => tracing::error!(%error, "the former certificate stays"),
            }
        }
    });
    Ok(())
}

/// How many connections are held at a time, with files to spare for the stores. The limit on open files is raised as far as
/// this process may.
fn connections() -> usize {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap_or((1024, 1024));
    let raised = setrlimit(Resource::RLIMIT_NOFILE, hard.min(FILES), hard);
    let files = raised.map_or(soft, |()| hard.min(FILES));
    usize::try_from(files / 2).unwrap_or(512)
}

/// Open files that are asked for.
const FILES: u64 = 16_384;

async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    let mut ended = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
    {
        Ok(signal) => signal,
        Err(_) => return interrupt.await.unwrap_or(()),
    };
    tokio::select! { _ = interrupt => (), _ = ended.recv() => () }
}

/// How often it is kept how far time has come.
const KEEP_TIME: Duration = Duration::from_secs(30);

/// Keeps how far time has come and tells the operator when the machine's clock is no longer believed, for as long as the
/// process lives.
fn keep_time(desk: Desk) -> anyhow::Result<()> {
    let follow = move || {
        let mut before = "together";
        loop {
            let standing = desk.clock_standing();
            if standing.word() != before {
                before = standing.word();
                tracing::warn!(
                    standing = before,
                    seconds = standing.seconds(),
                    "how the machine's clock and the time of this installation agree has changed"
                );
            }
            if let Err(error) = desk.keep_time() {
                tracing::error!(%error, "how far time has come could not be kept; it is tried again");
            }
            std::thread::sleep(KEEP_TIME);
        }
    };
    std::thread::Builder::new()
        .name("time".into())
        .spawn(follow)?;
    Ok(())
}

/// How often it is looked what falls due.
const REMIND: Duration = Duration::from_secs(900);

/// Tells open cases what falls due in them, for as long as the process lives.
fn remind(desk: Desk) -> anyhow::Result<()> {
    let follow = move || {
        loop {
            if let Err(error) = desk.tell_deadlines() {
                tracing::error!(%error, "what falls due could not be told; it is tried again within a quarter of an hour");
            }
            std::thread::sleep(REMIND);
        }
    };
    std::thread::Builder::new()
        .name("deadlines".into())
        .spawn(follow)?;
    Ok(())
}

/// Index and proposals follow each publication and judgement.
pub fn follow_commits(desk: Desk) -> anyhow::Result<()> {
    let events = desk.subscribe();
    let follow = move || {
        catch_up(&desk);
        while events.recv().is_ok() {
            while events.try_recv().is_ok() {} // one pass serves all that has come meanwhile
            catch_up(&desk);
        }
    };
    std::thread::Builder::new()
        .name("follower".into())
        .spawn(follow)?;
    Ok(())
}

fn catch_up(desk: &Desk) {
    if let Err(error) = desk.catch_up(&mut |_| ()) {
        tracing::error!(%error, "index and proposals could not follow; they try again with the next commit");
    }
}

/// How often the watched folder is looked at.
const LOOK: Duration = Duration::from_millis(200);

/// Takes what arrives in a folder, for as long as the process lives.
pub fn follow_folder(desk: Desk, visitor: Visitor, root: &Path) -> anyhow::Result<()> {
    let folder = Folder::open(root).with_context(|| format!("the folder `{}`", root.display()))?;
    let known = [place::world()?, place::real()?].concat();
    let follow = move || {
        loop {
            for arrived in folder.arrived().unwrap_or_default() {
                take(&desk, &visitor, &folder, &known, &arrived);
            }
            std::thread::sleep(LOOK);
        }
    };
    std::thread::Builder::new()
        .name("folder".into())
        .spawn(follow)?;
    Ok(())
}

fn take(
    desk: &Desk,
    visitor: &Visitor,
    folder: &Folder,
    known: &[place::Known],
    arrived: &Arrived,
) {
    // Whoever let the folder be followed may have left since; what they may do is asked anew for each delivery.
    let outcome = desk
        .in_service(visitor.user.id)
        .map_err(anyhow::Error::from)
        .and_then(|actor| deliver(desk, &actor, known, arrived));
    let moved = match outcome {
        Ok(()) => folder.taken(arrived),
        Err(error) => {
            tracing::error!(dataset = arrived.dataset, label = arrived.label, %error, "a delivery was set aside");
            folder.set_aside(arrived, &error.to_string())
        }
    };
    if let Err(error) = moved {
        tracing::error!(%error, "a delivery could not be moved out of the way");
    }
}

/// Loads one delivery with the mapping that its dataset is known by.
pub fn deliver(
    desk: &Desk,
    actor: &Actor,
    known: &[place::Known],
    arrived: &Arrived,
) -> anyhow::Result<()> {
    let place = known
        .iter()
        .find(|place| place.name == arrived.dataset)
        .with_context(|| format!("no mapping is known for dataset `{}`", arrived.dataset))?;
    let mapping = place.mapping()?;
    let files = arrived
        .files
        .iter()
        .map(|(name, path)| intake::Input {
            name: name.clone(),
            path: path.clone(),
        })
        .collect();
    let delivery = Delivery {
        dataset: &arrived.dataset,
        label: arrived.label.clone(),
        files,
        mapping: &mapping,
        extent: mapping.extent().unwrap_or(place.extent),
    };
    follow_release(desk, actor, &delivery, &mut |_| {
        std::ops::ControlFlow::Continue(())
    })?;
    Ok(())
}
