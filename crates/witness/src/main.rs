//! The program `predicate-witness`: makes a key, shows its public half, serves.

use std::fs::File;
use std::io::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, bail};
use clap::{Parser, Subcommand};
use domain::tlog::{KeyKind, SigningKey};
use witness::{Config, Witness, serve};

/// Cosigns the heads of transparency logs that only ever grow.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Makes a new key, writes it to a file that only you can read, and prints its public half.
    Init {
        /// Name of the witness, best a URL without scheme, such as witness.example.org.
        #[arg(long)]
        name: String,
        /// Where the private key goes; must not exist yet.
        #[arg(long)]
        key_file: PathBuf,
    },
    /// Prints the public half of a key, for those who are to trust this witness.
    Key {
        /// The private key.
        #[arg(long)]
        key_file: PathBuf,
    },
    /// Answers requests until stopped.
    Serve {
        /// The configuration: `key_file`, `state_dir`, `listen`, and `[[log]]` with `origin` and `keys`.
        #[arg(long)]
        config: PathBuf,
        /// Address to listen on, instead of the configuration's.
        #[arg(long)]
        listen: Option<SocketAddr>,
    },
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Init { name, key_file } => init(&name, &key_file),
        Command::Key { key_file } => say(&read_key(&key_file)?.verifier().to_string()),
        Command::Serve { config, listen } => run(&config, listen),
    }
}

fn init(name: &str, key_file: &Path) -> anyhow::Result<()> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).context("no randomness to be had")?;
    let key = SigningKey::new(name, KeyKind::Cosigner, &seed)?;
    let shown = key_file.display();
    let mut file = File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(key_file)
        .with_context(|| format!("cannot create `{shown}`"))?;
    writeln!(file, "{}", key.to_private_text())
        .with_context(|| format!("cannot write `{shown}`"))?;
    file.sync_all()
        .with_context(|| format!("cannot write `{shown}`"))?;
    say(&key.verifier().to_string())
}

fn read_key(path: &Path) -> anyhow::Result<SigningKey> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{shown}`"))?;
    let key = SigningKey::parse(text.trim_end()).with_context(|| format!("key file `{shown}`"))?;
    if key.verifier().kind() != KeyKind::Cosigner {
        bail!("`{shown}` holds a log's key, not a witness's");
    }
    Ok(key)
}

fn run(config: &Path, listen: Option<SocketAddr>) -> anyhow::Result<()> {
    let config = Config::read(config)?;
    let witness = Witness::open(read_key(&config.key_file)?, &config.state_dir, &config.logs)?;
    let listen = listen.unwrap_or(config.listen);
    let listener =
        TcpListener::bind(listen).with_context(|| format!("cannot listen on {listen}"))?;
    say(&format!(
        "witness {} of {} logs listens on {}",
        witness.verifier(),
        config.logs.len(),
        listener.local_addr()?
    ))?;
    serve(&listener, &Arc::new(witness), now);
    Ok(())
}

/// Seconds since 1970; a clock before that year counts as its beginning.
fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

fn say(line: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{line}").context("cannot write to standard output")
}
