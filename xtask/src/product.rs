//! Builds the product in its release form and runs it: the demonstration and the real data.

use std::process::Command;

use anyhow::{Result, bail};

use crate::place::Place;
use crate::{say, setup, tool};

/// `demo [--check] [ARGS...]`: passes everything on and gives back the product's own exit code.
pub fn demo(place: &Place, arguments: &[String]) -> Result<u8> {
    run(place, "demo", arguments)
}

/// `real --data DIR [ARGS...]`: as `demo`, once the folder is known to be there.
pub fn real(place: &Place, arguments: &[String]) -> Result<u8> {
    let folder = arguments
        .iter()
        .position(|word| word == "--data")
        .and_then(|at| arguments.get(at + 1));
    match folder {
        None => bail!("`real` needs `--data DIR`, the folder of the real datasets"),
        Some(folder) if !std::path::Path::new(folder).is_dir() => {
            bail!("`--data {folder}`: there is no such folder")
        }
        Some(_) => run(place, "real", arguments),
    }
}

fn run(place: &Place, command: &str, arguments: &[String]) -> Result<u8> {
    setup::for_building(place)?;
    let built = tool::run(tool::cargo().current_dir(&place.root).args([
        "build",
        "--release",
        "--package",
        "cli",
        "--bin",
        "predicate",
    ]))?;
    if built != 0 {
        bail!("the product does not build");
    }
    let beside = [
        (
            "PREDICATE_EXTRACT",
            helper(
                place,
                "extractor",
                "predicate-extract",
                "the text of documents will not be read",
            )?,
        ),
        (
            "PREDICATE_TYPESET",
            helper(
                place,
                "typesetter",
                "predicate-typeset",
                "reports will not be set as PDF",
            )?,
        ),
    ];
    // The caller's folder stays the current one, so that paths on the command line mean what they say.
    let program = place.target.join("release").join("predicate");
    let mut product = Command::new(program);
    for (variable, program) in beside {
        if let Some(program) = program {
            product.env(variable, program);
        }
    }
    tool::run(product.arg(command).args(arguments))
}

/// Builds a program beside the product (the one that reads documents, the one that sets reports); without it the product
/// runs and does not do that. Their libraries are many: built without optimising, which takes a few minutes instead of
/// twenty, they are quick enough.
fn helper(
    place: &Place,
    package: &str,
    program: &str,
    lacks: &str,
) -> Result<Option<std::path::PathBuf>> {
    let built = tool::run(tool::cargo().current_dir(&place.root).args([
        "build",
        "--package",
        package,
        "--bin",
        program,
    ]))?;
    if built != 0 {
        say::note(format!("{program} does not build: {lacks}"));
        return Ok(None);
    }
    Ok(Some(place.target.join("debug").join(program)))
}
