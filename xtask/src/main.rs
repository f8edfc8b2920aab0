//! `cargo xtask COMMAND`: reads the command line and gives back an exit code.
//!
//! 0 all is well · 1 a check or a test failed · 2 the command line or the machine is at fault.

use std::process::ExitCode;

use xtask::place::Place;
use xtask::{bench, fuzz, product, requirements, say, setup, suite, tidy};

const USAGE: &str = "\
cargo xtask COMMAND

  setup [--check] [--with-nextest]   find or install what tests and demo need
  tidy                               house rules
  test [--no-browser]                everything: format, lints, house rules, all tests
  requirements [--json] [--last]     requirement rows and clauses against the tests' results
  demo [--check] [ARGS...]           build the product and run its demonstration
  real --data DIR [ARGS...]          build the product and load the real datasets
  bench resolve [ARGS...]            the resolution benchmark
  bench intake --payments DIR        reading beside the package, the whole line, memory over large files
  bench kernels [--bless]            instructions of the resolution kernels against what is checked in
  fuzz [READER...] [--seconds N]     libFuzzer over every reader of bytes from outside
  bench peers PEER [OPTIONS]         a peer on the same data, in an environment of its own";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            say::note(format!("error: {error:#}"));
            ExitCode::from(2)
        }
    }
}

/// Hands the rest of the line to the command named first.
fn run(arguments: &[String]) -> anyhow::Result<u8> {
    let place = Place::find()?;
    let Some((command, rest)) = arguments.split_first() else {
        say::note(USAGE);
        return Ok(2);
    };
    match command.as_str() {
        "setup" => setup::command(&place, rest),
        "tidy" => tidy::command(&place, rest),
        "test" => suite::command(&place, rest),
        "requirements" => requirements::command(&place, rest),
        "demo" => product::demo(&place, rest),
        "real" => product::real(&place, rest),
        "bench" => bench::command(&place, rest),
        "fuzz" => fuzz::command(&place, rest),
        "help" | "--help" | "-h" => {
            say::line(USAGE);
            Ok(0)
        }
        other => {
            say::note(format!("unknown command `{other}`\n\n{USAGE}"));
            Ok(2)
        }
    }
}
