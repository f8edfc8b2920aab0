//! The one binary: commands, configuration and the composition root. Only here are a clock, a random source, a store and
//! a server made.

mod acting;
mod command;
mod live;
mod place;
mod reader;
mod root;
mod say;
mod settings;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

/// Investigative case management in which due process is enforced by the program.
#[derive(Parser)]
#[command(name = "predicate", version, about, propagate_version = true)]
struct Arguments {
    /// Prints results as JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Makes the fictional world, loads and resolves it, and opens a working desk.
    Demo(command::demo::Arguments),
    /// Serves a data directory.
    Serve(command::serve::Arguments),
    /// Makes a data directory with its first administrator.
    Init(command::users::Init),
    /// Adds, lists and disables users.
    #[command(subcommand)]
    User(command::users::Command),
    /// Brings datasets in and loads their releases.
    #[command(subcommand)]
    Source(command::source::Command),
    /// Works on FollowTheMoney streams, as the package's own command does.
    #[command(subcommand)]
    Ftm(command::ftm::Command),
    /// Compares all records that may be matched and makes proposals.
    Resolve(command::resolve::Arguments),
    /// Agrees on matching between owners of datasets.
    #[command(subcommand)]
    Agreement(command::agreement::Command),
    /// Tries and explains the rules, and makes logged decisions again.
    #[command(subcommand)]
    Policy(command::policy::Command),
    /// Opens, decides on and lists cases.
    #[command(subcommand)]
    Case(command::case::Command),
    /// Handles tips from outside.
    #[command(subcommand)]
    Tip(command::tip::Command),
    /// Reads the log, for auditors.
    Log(command::log::Arguments),
    /// Reports to whom it concerns who used what is held of them, for records officers.
    Usage(command::log::Usage),
    /// Works in a case: records, subjects, matches, notes, inbox, evidence.
    #[command(subcommand)]
    Work(command::work::Command),
    /// Searches inside a case.
    Search(command::search::Arguments),
    /// Verifies a log, offline, with nothing but its folder and public key.
    Verify(command::verify::Arguments),
    /// Has a log's head stamped by an outside authority.
    #[command(subcommand)]
    Stamp(command::stamp::Command),
    /// Compares database, files, log and index with each other.
    Check(command::upkeep::Check),
    /// Writes a backup.
    Backup(command::upkeep::Backup),
    /// Restores a backup into an empty folder.
    Restore(command::upkeep::Restore),
    /// Shows, turns, splits and recovers the installation's keys.
    #[command(subcommand)]
    Keys(command::keys::Command),
    /// Says whether the machine's clock is believed, and confirms it after it jumped.
    #[command(subcommand)]
    Clock(command::clock::Command),
    /// Writes the fictional world as files.
    World(command::world::Arguments),
    /// Loads the six real datasets and tells what comes of the expected matches.
    Real(command::real::Arguments),
    /// Compares two names and explains how alike they are.
    Names(command::names::Arguments),
    /// Prints the description of the HTTP interface (OpenAPI 3.1).
    Openapi,
}

/// The command line, with the settings of a file where `serve` names one.
fn arguments() -> anyhow::Result<Arguments> {
    let words: Vec<OsString> = std::env::args_os().collect();
    let command = Arguments::command();
    let matches = command.clone().get_matches_from(&words);
    let served = matches.subcommand_matches("serve");
    let path = served.and_then(|given| Some((given, given.get_one::<PathBuf>("config")?)));
    let Some(((given, path), serve)) = path.zip(command.find_subcommand("serve")) else {
        return Ok(Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit()));
    };
    Ok(Arguments::parse_from(settings::added(
        &words, serve, given, path,
    )?))
}

fn main() -> ExitCode {
    tell();
    let arguments = match arguments() {
        Ok(arguments) => arguments,
        Err(error) => return say::failed(&error),
    };
    let json = arguments.json;
    let outcome = match arguments.command {
        Command::Demo(arguments) => command::demo::run(&arguments),
        Command::Serve(arguments) => command::serve::run(&arguments),
        Command::Init(arguments) => command::users::init(&arguments),
        Command::User(command) => command::users::run(&command, json),
        Command::Source(command) => command::source::run(&command, json),
        Command::Ftm(command) => command::ftm::run(&command),
        Command::Resolve(arguments) => command::resolve::run(&arguments, json),
        Command::Agreement(command) => command::agreement::run(&command),
        Command::Policy(command) => command::policy::run(&command, json),
        Command::Case(command) => command::case::run(&command, json),
        Command::Tip(command) => command::tip::run(&command),
        Command::Log(arguments) => command::log::run(&arguments),
        Command::Usage(arguments) => command::log::usage(&arguments),
        Command::Work(command) => command::work::run(&command),
        Command::Search(arguments) => command::search::run(&arguments, json),
        Command::Verify(arguments) => command::verify::run(&arguments, json),
        Command::Stamp(command) => command::stamp::run(&command, json),
        Command::Check(arguments) => command::upkeep::check(&arguments, json),
        Command::Backup(arguments) => command::upkeep::backup(&arguments),
        Command::Restore(arguments) => command::upkeep::restore(&arguments),
        Command::Keys(command) => command::keys::run(&command, json),
        Command::Clock(command) => command::clock::run(&command, json),
        Command::World(arguments) => command::world::run(&arguments, json),
        Command::Real(arguments) => command::real::run(&arguments),
        Command::Names(arguments) => command::names::run(&arguments, json),
        Command::Openapi => command::openapi(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => say::failed(&error),
    }
}

/// Lets the program tell of itself on standard error, as `PREDICATE_LOG` asks: a level, `json` for one object a line, or both
/// (`info,json`). What is told names acts and faults, never content of cases.
fn tell() {
    let asked = std::env::var("PREDICATE_LOG").unwrap_or_default();
    let (json, levels): (Vec<&str>, Vec<&str>) =
        asked.split(',').partition(|part| part.trim() == "json");
    let told = tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new(levels.join(",")))
        .with_writer(std::io::stderr);
    if json.is_empty() {
        told.init();
    } else {
        told.json().init();
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn every_command_can_be_built() {
        super::Arguments::command().debug_assert();
    }
}
