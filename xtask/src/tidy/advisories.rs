//! Known faults of libraries: the lock file against the list in `xtask/advisories.toml`.
//!
//! What fails: a fault that a later version mends, and an archive, XML or PDF library that nobody looks after, whatever else
//! is known of it. A fault without a mended version, and other libraries without anybody, are told as notes.

use anyhow::{Context, Result};
use semver::{Version, VersionReq};
use serde::Deserialize;
use toml::{Table, Value};

use super::Report;
use super::tree::Tree;

/// The list, as it came with this program.
const LIST: &str = include_str!("../../advisories.toml");

/// Libraries that open what strangers send, of which the list says that nobody looks after them, or which read hostile
/// files badly by design. `locked` bars more by name.
const PARSERS: &[&str] = &[
    "lz4-compress",
    "office",
    "sevenz-rust",
    "tokio-tar",
    "async-tar",
    "zip_next",
];

/// Faults that stay, each with why they do no harm. May only shrink.
///
/// typst reads citation styles of its own with that quick-xml, in `predicate-typeset`, to which no XML of anybody else comes.
const KEPT: &[(&str, &str)] = &[
    ("RUSTSEC-2026-0194", "0.38.4"),
    ("RUSTSEC-2026-0195", "0.38.4"),
];

#[derive(Deserialize)]
struct List {
    advisory: Vec<Advisory>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advisory {
    id: String,
    package: String,
    kind: String,
    patched: Vec<String>,
    #[serde(default)]
    unaffected: Vec<String>,
}

impl Advisory {
    fn holds_for(&self, version: &Version) -> Result<bool> {
        for range in self.patched.iter().chain(&self.unaffected) {
            let range: VersionReq = range
                .parse()
                .with_context(|| format!("{}: `{range}`", self.id))?;
            if range.matches(version) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Checks `Cargo.lock`.
pub fn check(tree: &Tree, report: &mut Report) -> Result<()> {
    let Some(file) = tree.get("Cargo.lock") else {
        return Ok(()); // told by another rule
    };
    let list: List = toml::from_str(LIST).context("cannot read xtask/advisories.toml")?;
    let table: Table = file.text.parse().context("cannot read Cargo.lock")?;
    let packages = table.get("package").and_then(Value::as_array);
    for package in packages.into_iter().flatten() {
        let text = |key: &str| package.get(key).and_then(Value::as_str).unwrap_or_default();
        let (name, written) = (text("name"), text("version"));
        let version =
            Version::parse(written).with_context(|| format!("the version of `{name}`"))?;
        for advisory in list.advisory.iter().filter(|one| one.package == name) {
            let id = advisory.id.as_str();
            if KEPT.contains(&(id, written)) || !advisory.holds_for(&version)? {
                continue;
            }
            let mended = advisory.patched.join(" or ");
            match (advisory.kind.as_str(), mended.as_str()) {
                ("unmaintained", _) if PARSERS.contains(&name) => report.find(
                    &file.path,
                    0,
                    format!("`{name}` opens foreign files and nobody looks after it ({id})"),
                ),
                ("unmaintained", _) | (_, "") => {
                    report.note(
                        &file.path,
                        0,
                        format!("`{name}` {written}: {id}, with no mended version"),
                    );
                }
                (_, mended) => report.find(
                    &file.path,
                    0,
                    format!("`{name}` {written} has a known fault ({id}) that {mended} mends"),
                ),
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tree::File;
    use super::*;

    fn findings(name: &str, version: &str) -> Vec<String> {
        let lock = format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n");
        let tree = Tree {
            files: vec![File::new("Cargo.lock", &lock)],
        };
        let mut report = Report::default();
        check(&tree, &mut report).unwrap();
        super::super::locked::check(&tree, &mut report).unwrap();
        report
            .findings
            .into_iter()
            .map(|finding| finding.reason)
            .collect()
    }

    #[test]
    fn op_04_mended_faults_untended_parsers_and_an_old_sqlite_fail_the_run_c1() {
        for (name, version, id) in [
            ("time", "0.3.40", "RUSTSEC-2026-0009"),
            ("rustls", "0.23.4", "RUSTSEC-2024-0336"),
            ("tokio", "1.17.0", "RUSTSEC-2023-0001"),
            ("lopdf", "0.41.0", "RUSTSEC-2026-0187"),
            ("tar", "0.4.44", "RUSTSEC-2026-0067"),
            ("hyper", "0.14.9", "RUSTSEC-2021-0078"),
        ] {
            let found = findings(name, version);
            assert!(
                found.iter().any(|reason| reason.contains(id)),
                "{name} {version}: {found:?}"
            );
        }
        for parser in ["sevenz-rust", "office", "zip_next", "tokio-tar"] {
            assert!(!findings(parser, "1.0.0").is_empty(), "{parser}");
        }
        assert!(
            findings("libsqlite3-sys", "0.36.0")
                .iter()
                .any(|reason| reason.contains("3.51.3"))
        );
        for (name, version) in [
            ("time", "0.3.47"),
            ("rustls", "0.23.18"),
            ("libsqlite3-sys", "0.39.1"),
            ("serde", "1.0.1"),
        ] {
            assert_eq!(
                findings(name, version),
                Vec::<String>::new(),
                "{name} {version}"
            );
        }
    }

    #[test]
    fn the_whole_list_can_be_read() {
        let list: List = toml::from_str(LIST).unwrap();
        assert!(list.advisory.len() > 700);
        let version = Version::new(1, 0, 0);
        for advisory in &list.advisory {
            advisory.holds_for(&version).unwrap();
        }
    }
}
