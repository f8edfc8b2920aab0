//! `names`: how alike two names are, and why.

use crate::say;

/// Compares two names and explains how alike they are.
#[derive(clap::Args)]
pub struct Arguments {
    /// One name, in any script.
    left: String,
    /// The other.
    right: String,
}

/// Runs `names`.
pub fn run(arguments: &Arguments, json: bool) -> anyhow::Result<()> {
    let comparison = resolve::names::compare(&arguments.left, &arguments.right);
    if json {
        let parts: Vec<_> = comparison
            .parts
            .iter()
            .map(|part| {
                serde_json::json!({ "left": part.left, "right": part.right, "how": part.how,
                    "likeness": part.likeness, "weight": part.weight })
            })
            .collect();
        say::line(serde_json::json!({ "score": comparison.score, "parts": parts }));
        return Ok(());
    }
    say::line(format!("{:.3}", comparison.score));
    for part in &comparison.parts {
        say::line(format!(
            "{}\t{}\t{} ({:.2})",
            part.left, part.right, part.how, part.likeness
        ));
    }
    Ok(())
}
