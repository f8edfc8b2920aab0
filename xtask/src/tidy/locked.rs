//! Versions that must not be lower, and libraries that must not come in, read from the lock file.

use anyhow::{Context, Result};
use toml::{Table, Value};

use super::Report;
use super::tree::Tree;

/// Lowest version of each, and why.
const FLOORS: &[(&str, [u64; 3], &str)] = &[
    (
        "quick-xml",
        [0, 41, 0],
        "older ones read hostile input badly",
    ),
    ("lopdf", [0, 42, 0], "older ones read hostile input badly"),
    ("tar", [0, 4, 45], "older ones write outside their folder"),
    ("ammonia", [4, 1, 4], "older ones let scripts through"),
    ("h2", [0, 4, 16], "older ones can be flooded"),
    ("zip", [2, 3, 0], "older ones write outside their folder"),
    (
        "libsqlite3-sys",
        [0, 39, 1],
        "older ones may bundle a SQLite before 3.51.3, whose write-ahead log can corrupt",
    ),
];

/// Older versions that stay, each with what it reads. May only shrink.
///
/// typst reads citation styles of its own with it, in `predicate-typeset`, to which no XML of anybody else comes.
const KEPT: &[(&str, &str)] = &[("quick-xml", "0.38.4")];

const BANNED: &[&str] = &["tokio-tar", "async-tar", "sevenz-rust"];

/// Checks `Cargo.lock`.
pub fn check(tree: &Tree, report: &mut Report) -> Result<()> {
    let Some(file) = tree.get("Cargo.lock") else {
        report.find("Cargo.lock", 0, "the lock file is missing");
        return Ok(());
    };
    let table: Table = file.text.parse().context("cannot read Cargo.lock")?;
    let packages = table.get("package").and_then(Value::as_array);
    for package in packages.into_iter().flatten() {
        let name = text(package, "name");
        let version = text(package, "version");
        if BANNED.contains(&name) {
            report.find(&file.path, 0, format!("library `{name}` must not be used"));
        }
        let floor = FLOORS.iter().find(|(floored, _, _)| *floored == name);
        if let Some((_, lowest, why)) = floor
            && parsed(version) < *lowest
            && !KEPT.contains(&(name, version))
        {
            report.find(
                &file.path,
                0,
                format!("`{name}` {version} is too old: {why}"),
            );
        }
        let source = text(package, "source");
        if source.starts_with("git+") {
            report.find(
                &file.path,
                0,
                format!("`{name}` comes from a repository, not from the registry"),
            );
        }
    }
    Ok(())
}

fn text<'a>(package: &'a Value, key: &str) -> &'a str {
    package.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// Major, minor and patch; what is no number counts as 0.
fn parsed(version: &str) -> [u64; 3] {
    let mut parts = version
        .split(['.', '-', '+'])
        .map(|part| part.parse().unwrap_or(0));
    std::array::from_fn(|_| parts.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::super::tree::File;
    use super::*;

    #[test]
    fn floors_and_bans_hold() {
        let check = |name: &str, version: &str, held: bool| {
            let lock = format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n");
            let mut report = Report::default();
            let tree = Tree {
                files: vec![File::new("Cargo.lock", &lock)],
            };
            super::check(&tree, &mut report).unwrap();
            assert_eq!(report.findings.is_empty(), held, "{name} {version}");
        };
        check("quick-xml", "0.42.0", true);
        check("quick-xml", "0.40.9", false);
        check("tar", "0.4.45", true);
        check("tar", "0.4.5", false);
        check("zip", "9.0.0+x", true);
        check("tokio-tar", "1.0.0", false);
    }
}
