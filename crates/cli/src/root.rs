//! The composition root: the clock, the random source and the desk.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use anyhow::Context;
use desk::Desk;
use desk::live::{MailServer, Outside};
use domain::id::Randomness;
use domain::time::{Clock, Moment};

/// The system's clock and its count of time passed, each with an offset that only the test profile moves.
pub struct SystemClock {
    began: Instant,
    offset: AtomicI64,
    passed: AtomicI64,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self {
            began: Instant::now(),
            offset: AtomicI64::new(0),
            passed: AtomicI64::new(0),
        }
    }
}

impl SystemClock {
    /// Moves the clock so that it shows `to` now: time passes until then, or the wall clock alone jumps there.
    pub fn show(&self, to: Moment, jump: bool) {
        let by = to.micros() - self.now().micros();
        self.offset.fetch_add(by, Ordering::SeqCst);
        if !jump {
            self.passed.fetch_add(by.max(0), Ordering::SeqCst);
        }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        Moment::from_micros(system_micros() + self.offset.load(Ordering::SeqCst))
    }
    fn count(&self) -> i64 {
        let passed = i64::try_from(self.began.elapsed().as_micros()).unwrap_or(i64::MAX);
        passed.saturating_add(self.passed.load(Ordering::SeqCst))
    }
}

fn system_micros() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

/// The operating system's random bytes.
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    #[expect(
        clippy::expect_used,
        reason = "without random bytes no id and no secret can be made; stopping is right"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives random bytes");
    }
}

/// What lies outside and may be called.
#[derive(clap::Args, Debug, Clone, Default)]
pub struct OutsideArguments {
    /// Host, or host:port, that may be called although it lies inside: a source, webhook or mail server of the house.
    #[arg(
        long = "reach",
        value_name = "HOST[:PORT]",
        env = "PREDICATE_REACH",
        value_delimiter = ','
    )]
    reach: Vec<String>,
    /// Folder below which the folders of live sources may lie.
    #[arg(
        long = "sources-below",
        value_name = "FOLDER",
        env = "PREDICATE_SOURCES_BELOW",
        value_delimiter = ','
    )]
    sources_below: Vec<PathBuf>,
    /// Mail server that alerts are told through: smtps://host, smtp+starttls://host, or smtp://host without encryption.
    #[arg(long, env = "PREDICATE_SMTP", requires = "mail_from")]
    smtp: Option<String>,
    /// Where the mail server's `user:password` lies: file:NAME below the data directory's `secrets`, or env:NAME.
    #[arg(long, env = "PREDICATE_SMTP_SECRET", default_value = "")]
    smtp_secret: String,
    /// Address that mails come from.
    #[arg(long, env = "PREDICATE_MAIL_FROM")]
    mail_from: Option<String>,
    /// Where people reach the desk, for the links in messages.
    #[arg(long, env = "PREDICATE_ADDRESS", default_value = "")]
    address: String,
}

impl OutsideArguments {
    /// Reads them, with the mappings that come with the program.
    pub fn read(&self) -> anyhow::Result<Outside> {
        let mut reach = feeds::guard::Reach::default();
        for listed in &self.reach {
            reach
                .list(listed)
                .with_context(|| format!("--reach `{listed}`"))?;
        }
        let known = crate::command::mappings::ALL.iter();
        Ok(Outside {
            reach,
            mappings: known
                .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
                .collect(),
            folders: self.sources_below.clone(),
            mail: self
                .smtp
                .clone()
                .zip(self.mail_from.clone())
                .map(|(address, from)| MailServer {
                    address,
                    secret: self.smtp_secret.clone(),
                    from,
                }),
            address: self.address.trim_end_matches('/').to_owned(),
            providers: Vec::new(),
        })
    }
}

/// A desk with the clock it was given.
pub struct Opened {
    /// The desk.
    pub desk: Desk,
    /// Its clock.
    pub clock: Arc<SystemClock>,
}

/// Opens a data directory.
pub fn open(data: &Path, create: bool, test_profile: bool) -> anyhow::Result<Opened> {
    let clock = Arc::new(SystemClock::default());
    let desk = Desk::open(desk::Options {
        data: data.to_owned(),
        clock: clock.clone(),
        randomness: Arc::new(SystemRandomness),
        create,
        test_profile,
    })
    .with_context(|| format!("the data directory `{}` cannot be opened", data.display()))?;
    desk.use_programs(desk::press::Programs {
        typesetter: crate::reader::beside("PREDICATE_TYPESET", "predicate-typeset"),
        reader: crate::reader::program(),
    });
    desk.set_outside(OutsideArguments::default().read()?);
    Ok(Opened { desk, clock })
}
