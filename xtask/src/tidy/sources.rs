//! Rules on Rust sources: module docs, length, suppressed lints, unfinished code, names, folders, test programs.

use std::collections::BTreeMap;

use super::Report;
use super::tree::{File, Tree};

const LONGEST: usize = 800;
const LONG: usize = 400;
const LONG_FUNCTION: usize = 100;
/// At most 60 lines at the 95th percentile of a crate's product code.
const USUAL_FUNCTION: usize = 60;
const LONGEST_MODULE_DOC: usize = 10;

/// Words that say nothing, as a part of a name.
const EMPTY_PARTS: [&str; 8] = [
    "util", "utils", "helper", "helpers", "manager", "managers", "common", "misc",
];
/// Words that say nothing on their own, and may stand inside a longer name.
const EMPTY_NAMES: [&str; 2] = ["data", "info"];

/// Checks all Rust files.
pub fn check(tree: &Tree, report: &mut Report) {
    let mut functions: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let for_tests = modules_for_tests(tree);
    for file in tree.ending(".rs") {
        module_doc(file, report);
        length(file, report);
        forbidden_text(file, report);
        names(file, report);
        depth(file, report);
        let lengths = functions_of(file, report);
        let of_tests = for_tests.iter().any(|module| file.path.starts_with(module));
        if let Some(name) = product_crate(&file.path)
            && !of_tests
        {
            functions
                .entry(name.to_owned())
                .or_default()
                .extend(lengths);
        }
    }
    for (name, lengths) in &mut functions {
        usual_length(name, lengths, report);
    }
    one_test_program(tree, report);
}

fn module_doc(file: &File, report: &mut Report) {
    let mut lines = file
        .text
        .lines()
        .map(str::trim)
        .skip_while(|line| line.is_empty())
        .peekable();
    if !lines.peek().is_some_and(|line| line.starts_with("//!")) {
        report.find(
            &file.path,
            1,
            "the file does not open with a module doc (`//!`)",
        );
        return;
    }
    let count = lines.take_while(|line| line.starts_with("//!")).count();
    let root = matches!(file.name(), "lib.rs" | "main.rs" | "mod.rs");
    if count > LONGEST_MODULE_DOC && !root {
        report.note(
            &file.path,
            1,
            format!("the module doc has {count} lines; one to ten is the aim"),
        );
    }
}

fn length(file: &File, report: &mut Report) {
    let count = file.text.lines().count();
    if count > LONGEST {
        report.find(
            &file.path,
            0,
            format!("{count} lines; split it along a noun before {LONGEST}"),
        );
    } else if count > LONG {
        report.note(&file.path, 0, format!("{count} lines; the aim is {LONG}"));
    }
}

fn forbidden_text(file: &File, report: &mut Report) {
    // Put together here, so that this file does not hold what it forbids.
    let forbidden = [
        (
            concat!("[al", "low("),
            "suppress a lint with `#[expect(lint, reason = \"…\")]` only",
        ),
        (
            concat!("[ig", "nore"),
            "no ignored tests: run it, or report it as skipped with a reason",
        ),
        (concat!("to", "do!("), "unfinished code"),
        (concat!("unimpl", "emented!("), "unfinished code"),
    ];
    for (number, line) in file.lines() {
        if line.trim_start().starts_with("//") {
            continue;
        }
        for (text, reason) in forbidden {
            if line.contains(text) {
                report.find(&file.path, number, reason);
            }
        }
    }
    expectations_without_reason(file, report);
}

fn expectations_without_reason(file: &File, report: &mut Report) {
    let opening = concat!("[ex", "pect(");
    let lines: Vec<&str> = file.text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let attribute = line.trim_start();
        if !(attribute.starts_with('#') && attribute.contains(opening)) {
            continue;
        }
        let told = lines
            .iter()
            .skip(at)
            .take_while_inclusive(|line| !line.contains(")]"))
            .any(|line| line.contains("reason"));
        if !told {
            report.find(&file.path, at + 1, "an expected lint without its reason");
        }
    }
}

/// `take_while`, with the first that does not hold as its last.
trait TakeWhileInclusive: Iterator + Sized {
    fn take_while_inclusive(
        self,
        mut goes_on: impl FnMut(&Self::Item) -> bool,
    ) -> impl Iterator<Item = Self::Item> {
        let mut done = false;
        self.take_while(move |item| {
            let take = !done;
            done = done || !goes_on(item);
            take
        })
    }
}

impl<I: Iterator> TakeWhileInclusive for I {}

fn names(file: &File, report: &mut Report) {
    for part in file.path.split('/') {
        let stem = part.strip_suffix(".rs").unwrap_or(part);
        if says_nothing(stem) {
            report.find(
                &file.path,
                0,
                format!("`{stem}` says nothing; name it with a word of the trade"),
            );
        }
    }
    for (number, line) in file.lines() {
        let line = line.trim_start();
        let line = line.strip_prefix("pub ").unwrap_or(line);
        let module = line
            .strip_prefix("mod ")
            .and_then(|rest| rest.strip_suffix(" {"));
        if let Some(name) = module
            && says_nothing(name)
        {
            report.find(
                &file.path,
                number,
                format!("module `{name}` says nothing; name it with a word of the trade"),
            );
        }
    }
}

fn says_nothing(name: &str) -> bool {
    EMPTY_NAMES.contains(&name)
        || name
            .split(['_', '-'])
            .any(|part| EMPTY_PARTS.contains(&part))
}

/// Folders at most two deep below `src`.
fn depth(file: &File, report: &mut Report) {
    if let Some((_, below)) = file.path.split_once("/src/")
        && below.matches('/').count() > 2
    {
        report.find(&file.path, 0, "more than two folders below `src`");
    }
}

/// The crate whose product code a file belongs to; tests are not product code.
fn product_crate(path: &str) -> Option<&str> {
    let (name, below) = path.strip_prefix("crates/")?.split_once('/')?;
    (below.starts_with("src/") && !below.contains("tests")).then_some(name)
}

/// Beginnings of the paths of modules that are compiled for tests alone.
fn modules_for_tests(tree: &Tree) -> Vec<String> {
    let mut modules = Vec::new();
    for file in tree.ending(".rs") {
        let lines: Vec<&str> = file.text.lines().map(str::trim).collect();
        for pair in lines.windows(2) {
            if let [attribute, line] = pair
                && attribute.starts_with("#[cfg(")
                && attribute.contains("test")
                && let Some(name) = line
                    .trim_start_matches("pub ")
                    .strip_prefix("mod ")
                    .and_then(|rest| rest.strip_suffix(';'))
            {
                let folder = match file.name() {
                    "lib.rs" | "main.rs" | "mod.rs" => {
                        file.path.rsplit_once('/').map_or("", |(folder, _)| folder)
                    }
                    _ => file.path.trim_end_matches(".rs"),
                };
                modules.push(format!("{folder}/{name}.rs"));
                modules.push(format!("{folder}/{name}/"));
            }
        }
    }
    modules
}

/// Lengths of the functions of a file. Relies on rustfmt: a body ends with `}` at its function's own indent.
fn functions_of(file: &File, report: &mut Report) -> Vec<usize> {
    let lines: Vec<&str> = file.text.lines().collect();
    let mut lengths = Vec::new();
    let mut in_tests = false;
    for (at, line) in lines.iter().enumerate() {
        in_tests = in_tests || *line == "mod tests {";
        let indent = line.len() - line.trim_start().len();
        if in_tests || !begins_function(line.trim_start()) {
            continue;
        }
        let end = format!("{}}}", " ".repeat(indent));
        let rest = lines.iter().skip(at);
        let Some(length) = rest.clone().position(|other| *other == end) else {
            continue;
        };
        // A declaration without a body (`fn f();`) must not run on to the end of the block around it.
        if rest
            .take(length)
            .any(|other| other.ends_with(';') && other.len() - other.trim_start().len() == indent)
        {
            continue;
        }
        lengths.push(length + 1);
        if length + 1 > LONG_FUNCTION {
            report.note(
                &file.path,
                at + 1,
                format!(
                    "a function of {} lines; beyond {LONG_FUNCTION} a comment says why",
                    length + 1
                ),
            );
        }
    }
    lengths
}

fn begins_function(line: &str) -> bool {
    let mut rest = line;
    for word in ["pub(crate) ", "pub(super) ", "pub ", "const ", "async "] {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    rest.starts_with("fn ")
}

fn usual_length(name: &str, lengths: &mut [usize], report: &mut Report) {
    lengths.sort_unstable();
    let at = (lengths.len() * 95).div_ceil(100).saturating_sub(1);
    if let Some(length) = lengths.get(at)
        && *length > USUAL_FUNCTION
    {
        report.find(
            &format!("crates/{name}"),
            0,
            format!(
                "the 95th percentile of function lengths is {length} lines, above {USUAL_FUNCTION}"
            ),
        );
    }
}

/// Each further test program links the whole crate once more.
fn one_test_program(tree: &Tree, report: &mut Report) {
    let mut programs: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for file in tree.ending(".rs") {
        if let Some((package, below)) = file.path.split_once("/tests/")
            && (!below.contains('/') || below.ends_with("/main.rs"))
        {
            programs.entry(package).or_default().push(&file.path);
        }
    }
    for (package, files) in programs {
        if files.len() > 1 {
            report.find(
                package,
                0,
                format!("more than one test program: {}", files.join(", ")),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        let mut report = Report::default();
        let tree = Tree {
            files: vec![File::new(path, text)],
        };
        check(&tree, &mut report);
        report.findings.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn each_breach_is_found_with_its_line() {
        let check = |path: &str, text: &str, start: &str| {
            let seen = found(path, text);
            assert!(
                seen.len() == 1 && seen[0].starts_with(start),
                "{path}: {seen:?}"
            );
        };
        check(
            "crates/a/src/b.rs",
            "fn a() {}\n",
            "crates/a/src/b.rs:1: the file does not open",
        );
        check(
            "crates/a/src/b.rs",
            &format!("//! Doc.\n{}", "\n".repeat(800)),
            "crates/a/src/b.rs: 801 lines",
        );
        check(
            "crates/a/src/b.rs",
            concat!("//! Doc.\n#[al", "low(x)]\n"),
            "crates/a/src/b.rs:2: suppress",
        );
        check(
            "crates/a/src/b.rs",
            concat!("//! Doc.\n    #[ig", "nore]\n"),
            "crates/a/src/b.rs:2: no ignored",
        );
        check(
            "crates/a/src/b.rs",
            concat!("//! Doc.\nto", "do!()\n"),
            "crates/a/src/b.rs:2: unfinished",
        );
        check(
            "crates/a/src/b.rs",
            concat!("//! Doc.\n#[ex", "pect(x)]\nfn a() {}\n"),
            "crates/a/src/b.rs:2: an expected lint",
        );
        check(
            "crates/a/src/name_util.rs",
            "//! Doc.\n",
            "crates/a/src/name_util.rs: `name_util` says nothing",
        );
        check(
            "crates/a/src/b.rs",
            "//! Doc.\nmod helper {\n}\n",
            "crates/a/src/b.rs:2: module `helper`",
        );
        check(
            "crates/a/src/b/c/d/e.rs",
            "//! Doc.\n",
            "crates/a/src/b/c/d/e.rs: more than two folders",
        );
    }

    #[test]
    fn good_files_pass() {
        let check = |text: &str| {
            let seen = found("crates/a/src/metadata.rs", text);
            assert!(seen.is_empty(), "{text}: {seen:?}");
        };
        check("//! Doc.\n");
        check("\n//! Doc.\nmod information {\n}\n");
        check(concat!(
            "//! Doc.\n#[ex",
            "pect(\n    x,\n    reason = \"because\"\n)]\nfn a() {}\n"
        ));
        check(concat!(
            "//! Doc.\n// a comment may name #[al",
            "low( and to",
            "do!(\n"
        ));
    }

    #[test]
    fn long_functions_are_counted_per_crate() {
        let long = format!(
            "//! Doc.\npub fn long() {{\n{}}}\n",
            "    go();\n".repeat(60)
        );
        assert_eq!(
            found("crates/a/src/b.rs", &long),
            ["crates/a: the 95th percentile of function lengths is 62 lines, above 60"]
        );
        assert!(found("crates/a/tests/it/b.rs", &long).is_empty());
        let files = vec![
            File::new(
                "crates/a/src/lib.rs",
                "//! Doc.\n#[cfg(test)]\nmod samples;\n",
            ),
            File::new("crates/a/src/samples/b.rs", &long),
        ];
        let mut report = Report::default();
        check(&Tree { files }, &mut report);
        assert!(report.findings.is_empty(), "{:?}", report.findings);
        let among_short = format!("{long}{}", "fn short() {\n}\n".repeat(30));
        assert!(found("crates/a/src/b.rs", &among_short).is_empty());
    }

    #[test]
    fn one_test_program_a_crate() {
        let files = [
            "crates/a/tests/it/main.rs",
            "crates/a/tests/more.rs",
            "crates/a/tests/it/deep.rs",
        ]
        .map(|path| File::new(path, "//! Doc.\n"))
        .to_vec();
        let mut report = Report::default();
        check(&Tree { files }, &mut report);
        assert_eq!(report.findings.len(), 1, "{:?}", report.findings);
    }
}
