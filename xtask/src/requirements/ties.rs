//! How a test says which row or clause it shows.
//!
//! By its name: `gate_04_wildcard_is_refused` is about the row GATE-04, and `gate_04_wildcard_is_refused_c2` shows
//! its clause 2. Or by a comment above it: `// Requirement: GATE-04 clause 2`, several separated by commas or `and`.
//! A row of a single clause needs no clause named.

use std::collections::BTreeMap;

use super::list::Row;
use crate::tidy::Report;
use crate::tidy::tree::{File, Tree};

const MARK: &str = "Requirement: ";

/// A row, and a clause of it if one is named.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tie {
    /// The row's id.
    pub row: String,
    /// The clause, from 1.
    pub clause: Option<usize>,
}

/// A comment that ties the test below it.
struct Comment {
    line: usize,
    test: String,
    ties: Vec<Tie>,
}

/// Ties made by comments, by package and the last part of the test's name.
pub type Ties = BTreeMap<(String, String), Vec<Tie>>;

/// Collects the comments of the tree's tests.
pub fn read(tree: &Tree, rows: &[Row]) -> Ties {
    let mut ties = Ties::new();
    for file in sources(tree) {
        for comment in comments(file) {
            let known = comment.ties.into_iter().filter(|tie| exists(rows, tie));
            ties.entry((package_of(&file.path).to_owned(), comment.test))
                .or_default()
                .extend(known);
        }
    }
    ties
}

/// All ties of one test: by its name and by comments.
pub fn of_test(suite: &str, name: &str, rows: &[Row], ties: &Ties) -> Vec<Tie> {
    let last = name.rsplit("::").next().unwrap_or(name);
    let package = suite.split("::").next().unwrap_or(suite);
    let mut all = by_name(last, rows);
    if let Some(commented) = ties.get(&(package.to_owned(), last.to_owned())) {
        all.extend(commented.iter().cloned());
    }
    // A comment that names the clause says more than a name that does not.
    let clauses: Vec<Tie> = all
        .iter()
        .filter(|tie| tie.clause.is_some())
        .cloned()
        .collect();
    all.retain(|tie| tie.clause.is_some() || !clauses.iter().any(|other| other.row == tie.row));
    for tie in &mut all {
        let single = rows
            .iter()
            .any(|row| row.id == tie.row && row.clauses.len() == 1);
        if tie.clause.is_none() && single {
            tie.clause = Some(1);
        }
    }
    all.sort();
    all.dedup();
    all
}

/// Every tie must name a row and a clause that exist, and stand above a test.
pub fn check(tree: &Tree, rows: &[Row], report: &mut Report) {
    for file in sources(tree) {
        for comment in comments(file) {
            if comment.test.is_empty() {
                report.find(
                    &file.path,
                    comment.line,
                    "a requirement is named above no test",
                );
            }
            if comment.ties.is_empty() {
                report.find(
                    &file.path,
                    comment.line,
                    "write `Requirement: ROW-01 clause 2`",
                );
            }
            for tie in &comment.ties {
                if !exists(rows, tie) {
                    report.find(
                        &file.path,
                        comment.line,
                        format!("there is no {}", told(tie)),
                    );
                }
            }
        }
        for (line, name) in file
            .lines()
            .filter_map(|(line, text)| Some((line, function(text)?)))
        {
            for tie in by_name(name, rows) {
                if !exists(rows, &tie) {
                    report.find(&file.path, line, format!("there is no {}", told(&tie)));
                }
            }
        }
    }
}

fn sources(tree: &Tree) -> impl Iterator<Item = &File> {
    tree.files
        .iter()
        .filter(|file| file.path.ends_with(".rs") || file.path.ends_with(".spec.mjs"))
        .filter(|file| !file.path.starts_with("xtask/"))
}

fn package_of(path: &str) -> &str {
    let mut parts = path.split('/');
    match (parts.next(), parts.next()) {
        (Some("crates"), Some(name)) => name,
        (Some("tests"), Some(name)) => name,
        _ => path,
    }
}

fn comments(file: &File) -> Vec<Comment> {
    let lines: Vec<&str> = file.text.lines().collect();
    let mut comments = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(named) = line
            .trim_start()
            .trim_start_matches('/')
            .trim_start()
            .strip_prefix(MARK)
        else {
            continue;
        };
        if !line.trim_start().starts_with("//") {
            continue;
        }
        let below = lines
            .iter()
            .skip(at + 1)
            .take_while(|line| !line.trim().is_empty())
            .find_map(|line| function(line));
        comments.push(Comment {
            line: at + 1,
            test: below.unwrap_or_default().to_owned(),
            ties: named
                .replace(" and ", ",")
                .split(',')
                .filter_map(parsed)
                .collect(),
        });
    }
    comments
}

/// `GATE-04 clause 2` or `GATE-04`.
fn parsed(text: &str) -> Option<Tie> {
    let mut words = text.trim().trim_end_matches('.').split_whitespace();
    let row = words.next()?.to_owned();
    let clause = match (words.next(), words.next(), words.next()) {
        (None, None, None) => None,
        (Some("clause"), Some(number), None) => Some(number.parse().ok()?),
        _ => return None,
    };
    row.contains('-').then_some(Tie { row, clause })
}

/// The name of the function that a line begins, in Rust or in a browser test.
fn function(line: &str) -> Option<&str> {
    let mut rest = line.trim_start();
    for word in ["export ", "pub ", "async "] {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    let rest = rest
        .strip_prefix("fn ")
        .or_else(|| rest.strip_prefix("function "))?;
    rest.split(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
        .next()
}

/// Rows named in a test's name, with the clauses of its suffixes.
fn by_name(name: &str, rows: &[Row]) -> Vec<Tie> {
    let words: Vec<&str> = name.split('_').collect();
    let mut named = Vec::new();
    for pair in words.windows(2) {
        if let [family, number] = pair
            && number.len() == 2
            && number.bytes().all(|it| it.is_ascii_digit())
        {
            let family = family.to_uppercase();
            let is_family = rows.iter().any(|row| {
                row.id
                    .strip_prefix(family.as_str())
                    .is_some_and(|rest| rest.starts_with('-'))
            });
            if is_family {
                named.push(format!("{family}-{number}"));
            }
        }
    }
    let clauses: Vec<usize> = words
        .iter()
        .rev()
        .map_while(|word| word.strip_prefix('c')?.parse().ok())
        .collect();
    match named.as_slice() {
        // A suffix after several rows would not say whose clause it is.
        [row] if !clauses.is_empty() => clauses
            .iter()
            .map(|clause| Tie {
                row: row.clone(),
                clause: Some(*clause),
            })
            .collect(),
        rows => rows
            .iter()
            .map(|row| Tie {
                row: row.clone(),
                clause: None,
            })
            .collect(),
    }
}

fn exists(rows: &[Row], tie: &Tie) -> bool {
    rows.iter()
        .find(|row| row.id == tie.row)
        .is_some_and(|row| {
            tie.clause
                .is_none_or(|clause| (1..=row.clauses.len()).contains(&clause))
        })
}

fn told(tie: &Tie) -> String {
    match tie.clause {
        Some(clause) => format!("requirement {} clause {clause}", tie.row),
        None => format!("requirement {}", tie.row),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Row> {
        let row = |id: &str, clauses: usize| Row {
            id: id.into(),
            says: "words".into(),
            clauses: vec!["clause".into(); clauses],
        };
        vec![row("GATE-04", 3), row("AZ-01", 1), row("FD-07", 2)]
    }

    #[test]
    fn names_tie() {
        let check = |name: &str, expected: &str| {
            let ties = of_test("web::it", name, &rows(), &Ties::new());
            let seen: Vec<String> = ties
                .iter()
                .map(|tie| told(tie).replace("requirement ", ""))
                .collect();
            assert_eq!(seen.join(", "), expected, "{name}");
        };
        check("search::gate_04_wildcard_is_refused", "GATE-04");
        check("gate_04_wildcard_is_refused_c2", "GATE-04 clause 2");
        check(
            "gate_04_wildcard_is_refused_c1_c3",
            "GATE-04 clause 1, GATE-04 clause 3",
        );
        check("az_01_other_case_is_unknown", "AZ-01 clause 1");
        check("gate_04_and_fd_07_hold", "FD-07, GATE-04");
        check("reads_tile_04_whole", "");
        check("navigate_04", "");
        check("gate_4_x", "");
    }

    #[test]
    fn comments_tie() {
        let text = "\
//! Doc.

// Requirement: GATE-04 clause 2 and FD-07 clause 1
#[test]
fn wildcards() {}

/// Requirement: AZ-01
#[test]
fn gate_04_more() {}
";
        let tree = Tree {
            files: vec![File::new("crates/web/tests/it/main.rs", text)],
        };
        let ties = read(&tree, &rows());
        let of = |suite: &str, name: &str| of_test(suite, name, &rows(), &ties).len();
        assert_eq!(of("web::it", "gate::wildcards"), 2);
        assert_eq!(of("desk::it", "gate::wildcards"), 0);
        assert_eq!(of("web::it", "gate_04_more"), 2);
    }

    #[test]
    fn ties_to_nothing_are_found() {
        let check = |text: &str, count: usize| {
            let tree = Tree {
                files: vec![File::new("crates/web/src/lib.rs", text)],
            };
            let mut report = Report::default();
            super::check(&tree, &rows(), &mut report);
            assert_eq!(
                report.findings.len(),
                count,
                "{text}: {:?}",
                report.findings
            );
        };
        check("// Requirement: GATE-04 clause 3\nfn a() {}\n", 0);
        check("// Requirement: GATE-04 clause 4\nfn a() {}\n", 1);
        check("// Requirement: GATE-99\nfn a() {}\n", 1);
        check("// Requirement: GATE-04\n\nfn a() {}\n", 1);
        check("// Requirement: something\nfn a() {}\n", 1);
        check("fn gate_05_x() {}\n", 1);
        check("fn gate_04_x_c4() {}\n", 1);
    }
}
