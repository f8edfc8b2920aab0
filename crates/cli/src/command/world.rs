//! `world`: the fictional world as files.

use std::path::PathBuf;

use crate::say;

/// Writes the fictional world as files.
#[derive(clap::Args)]
pub struct Arguments {
    /// Everything follows from this number.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// small, medium, large, or a number of records.
    #[arg(long, default_value = "small", value_parser = size)]
    pub size: world::Size,
    /// The folder to write to.
    #[arg(long)]
    pub out: PathBuf,
}

/// Reads a size.
pub fn size(text: &str) -> Result<world::Size, String> {
    match text {
        "small" => Ok(world::Size::Small),
        "medium" => Ok(world::Size::Medium),
        "large" => Ok(world::Size::Large),
        number => number.parse().map(world::Size::Records).map_err(|_| {
            format!("`{number}` is neither small, medium, large nor a number of records")
        }),
    }
}

/// Runs `world`.
pub fn run(arguments: &Arguments, json: bool) -> anyhow::Result<()> {
    let began = std::time::Instant::now();
    let options = world::Options {
        seed: arguments.seed,
        size: arguments.size,
    };
    let summary = world::write(&arguments.out, &options)?;
    let seconds = began.elapsed().as_secs_f64();
    if json {
        say::line(serde_json::json!({ "seconds": seconds, "summary": format!("{summary:?}") }));
    } else {
        say::line(format!(
            "{summary:?} in {seconds:.2} s, in {}",
            arguments.out.display()
        ));
    }
    Ok(())
}
