//! Who may depend on whom, read from the manifests.
//!
//! Rooms beside each other never see each other, not in their tests either; only the faces may be tested against
//! the whole house. Some libraries belong to one room, because they are what the others must not know about.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use toml::{Table, Value};

use super::Report;
use super::tree::{File, Tree};

/// A crate with the crates of the workspace it may use, in the product and further ones in its tests.
struct Layer {
    name: &'static str,
    uses: &'static [&'static str],
    tests_use: &'static [&'static str],
}

const ALL: &[&str] = &[
    "domain",
    "feeds",
    "intake",
    "resolve",
    "search",
    "logbook",
    "store",
    "desk",
    "pages",
    "web",
    "world",
    "witness",
    "documents",
    "cli",
];

const LAYERS: &[Layer] = &[
    layer("domain", &[], &[]),
    layer("feeds", &["domain"], &[]),
    layer("intake", &["domain"], &["world"]),
    layer("resolve", &["domain"], &[]),
    layer("search", &["domain"], &[]),
    layer("logbook", &["domain"], &[]),
    layer("store", &["domain", "logbook"], &[]),
    layer(
        "desk",
        &[
            "domain",
            "documents",
            "feeds",
            "intake",
            "resolve",
            "search",
            "logbook",
            "store",
        ],
        &["world"],
    ),
    layer("pages", &["domain"], &[]),
    layer(
        "web",
        &["desk", "domain", "pages"],
        &[
            "feeds", "intake", "resolve", "search", "store", "world", "logbook",
        ],
    ),
    layer(
        "cli",
        &[
            "domain", "feeds", "intake", "resolve", "search", "logbook", "store", "desk", "web",
            "world",
        ],
        &["witness"],
    ),
    layer("documents", &[], &[]),
    layer("extractor", &["documents"], &[]),
    layer("typesetter", &[], &[]),
    layer("world", &[], &[]),
    layer("witness", &["domain", "logbook"], &[]),
    layer("bench_resolve", &["domain", "resolve"], &[]),
    layer(
        "foreign",
        &[
            "documents",
            "domain",
            "extractor",
            "feeds",
            "intake",
            "logbook",
        ],
        &[],
    ),
    layer("trials", ALL, ALL),
    layer("xtask", &[], &[]),
];

const fn layer(
    name: &'static str,
    uses: &'static [&'static str],
    tests_use: &'static [&'static str],
) -> Layer {
    Layer {
        name,
        uses,
        tests_use,
    }
}

/// Libraries that only the named crates may use in the product.
const AT_HOME: &[(&str, &[&str])] = &[
    // Intake reads delivered SQLite files, read-only; what is ours is kept by the store alone.
    ("rusqlite", &["store", "intake"]),
    ("tokio-postgres", &["store", "feeds"]),
    ("tantivy", &["search"]),
    // The composition root makes the server that serves the routes of `web`.
    ("axum", &["web", "witness", "cli"]),
    ("askama", &["pages"]),
    ("utoipa", &["web"]),
    ("cedar-policy", &["domain"]),
    ("calamine", &["intake"]),
    ("quick-xml", &["intake", "extractor", "xtask"]),
    ("rapidfuzz", &["resolve"]),
    ("clap", &["cli", "witness", "bench_resolve"]),
    ("indicatif", &["cli"]),
    (
        "tokio",
        &["web", "cli", "feeds", "witness", "trials", "extractor"],
    ),
    // Parsers of foreign documents run in a process of their own, and are linked into no other.
    ("xberg", &["extractor"]),
    ("xberg-native-pdf", &["extractor"]),
    ("lopdf", &["extractor"]),
    ("mail-parser", &["extractor"]),
    ("sevenz-rust2", &["extractor"]),
    ("tar", &["extractor"]),
    ("image", &["extractor"]),
    // Clock and chance come from the composition root alone.
    ("getrandom", &["cli", "witness"]),
    ("rand", &[]),
];

/// Checks every manifest of the workspace.
pub fn check(tree: &Tree, report: &mut Report) -> Result<()> {
    let manifests: Vec<(&File, Table)> = tree
        .files
        .iter()
        .filter(|file| is_manifest_of_a_crate(&file.path))
        .map(|file| {
            let table = file
                .text
                .parse()
                .with_context(|| format!("cannot read {}", file.path))?;
            Ok((file, table))
        })
        .collect::<Result<_>>()?;
    let ours: BTreeSet<&str> = manifests
        .iter()
        .filter_map(|(_, table)| name_of(table))
        .collect();
    for (file, table) in &manifests {
        let Some(name) = name_of(table) else {
            report.find(&file.path, 0, "the manifest names no package");
            continue;
        };
        let Some(layer) = LAYERS.iter().find(|layer| layer.name == name) else {
            report.find(
                &file.path,
                0,
                format!("crate `{name}` is not in the layer table; a new room is argued in docs/decisions first"),
            );
            continue;
        };
        check_crate(file, table, layer, &ours, report);
    }
    Ok(())
}

fn check_crate(
    file: &File,
    table: &Table,
    layer: &Layer,
    ours: &BTreeSet<&str>,
    report: &mut Report,
) {
    for (section, in_tests) in [
        ("dependencies", false),
        ("build-dependencies", false),
        ("dev-dependencies", true),
    ] {
        for used in used_in(table, section) {
            let line = line_of(file, &used);
            let allowed = layer.uses.contains(&used.as_str())
                || (in_tests && (layer.tests_use.contains(&used.as_str()) || used == layer.name));
            if ours.contains(used.as_str()) && !allowed {
                report.find(
                    &file.path,
                    line,
                    format!("`{}` may not use `{used}` ({section}); what both need belongs in `domain` or is carried by `desk`", layer.name),
                );
            }
            let home = AT_HOME.iter().find(|(library, _)| *library == used);
            if let Some((_, rooms)) = home
                && !in_tests
                && !rooms.contains(&layer.name)
            {
                report.find(
                    &file.path,
                    line,
                    format!(
                        "library `{used}` belongs to {}, not to `{}`",
                        rooms.join(", "),
                        layer.name
                    ),
                );
            }
        }
    }
}

/// Names of the packages in one kind of dependencies, those for single platforms too.
fn used_in(manifest: &Table, section: &str) -> BTreeSet<String> {
    let mut tables = vec![manifest];
    if let Some(Value::Table(targets)) = manifest.get("target") {
        tables.extend(targets.values().filter_map(Value::as_table));
    }
    tables
        .into_iter()
        .filter_map(|table| table.get(section)?.as_table())
        .flat_map(|dependencies| {
            dependencies.iter().map(|(key, value)| {
                let renamed = value.get("package").and_then(Value::as_str);
                renamed.unwrap_or(key).to_owned()
            })
        })
        .collect()
}

fn is_manifest_of_a_crate(path: &str) -> bool {
    path == "xtask/Cargo.toml" || (path.starts_with("crates/") && path.ends_with("/Cargo.toml"))
}

fn name_of(manifest: &Table) -> Option<&str> {
    manifest.get("package")?.get("name")?.as_str()
}

fn line_of(file: &File, name: &str) -> usize {
    file.lines()
        .find(|(_, line)| {
            line.strip_prefix(name)
                .is_some_and(|rest| rest.starts_with(['.', ' ', '=']))
        })
        .map_or(0, |(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks a workspace of the given crates with their dependency lines; gives back what was found.
    fn found(crates: &[(&str, &str)]) -> Vec<String> {
        let files = crates
            .iter()
            .map(|(name, rest)| {
                File::new(
                    &format!("crates/{name}/Cargo.toml"),
                    &format!("[package]\nname = \"{name}\"\n{rest}"),
                )
            })
            .collect();
        let mut report = Report::default();
        check(&Tree { files }, &mut report).unwrap();
        report.findings.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn arrows_point_downward_only() {
        let check = |name: &str, other: &str, rest: &str, held: bool| {
            let seen = found(&[(name, rest), (other, "")]);
            assert_eq!(seen.is_empty(), held, "{name}: {rest}: {seen:?}");
        };
        check(
            "store",
            "domain",
            "[dependencies]\ndomain.workspace = true",
            true,
        );
        check(
            "store",
            "search",
            "[dependencies]\nsearch.workspace = true",
            false,
        );
        check(
            "domain",
            "store",
            "[dependencies]\nstore = { path = \"../store\" }",
            false,
        );
        check(
            "web",
            "store",
            "[dependencies]\nstore.workspace = true",
            false,
        );
        check(
            "web",
            "store",
            "[dev-dependencies]\nstore.workspace = true",
            true,
        );
        check(
            "search",
            "store",
            "[dev-dependencies]\nstore.workspace = true",
            false,
        );
        check(
            "domain",
            "store",
            "[dependencies]\nkeep = { package = \"store\", path = \"../store\" }",
            false,
        );
        check(
            "domain",
            "store",
            "[target.'cfg(unix)'.dependencies]\nstore.workspace = true",
            false,
        );
        check(
            "resolve",
            "world",
            "[dev-dependencies]\nworld.workspace = true",
            false,
        );
        check(
            "witness",
            "logbook",
            "[dependencies]\nlogbook.workspace = true",
            true,
        );
    }

    #[test]
    fn libraries_stay_at_home() {
        assert_eq!(
            found(&[("desk", "[dependencies]\naxum.workspace = true")]),
            [
                "crates/desk/Cargo.toml:4: library `axum` belongs to web, witness, cli, not to `desk`"
            ]
        );
        assert!(found(&[("desk", "[dev-dependencies]\ntokio = \"1\"")]).is_empty());
    }

    #[test]
    fn an_unknown_room_is_refused() {
        assert_eq!(found(&[("attic", "")]).len(), 1);
    }
}
