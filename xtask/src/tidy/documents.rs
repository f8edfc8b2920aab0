//! Rules on documents: decision records are numbered and complete, and the documents everyone needs are there.

use std::collections::BTreeMap;

use super::Report;
use super::tree::{File, Tree};

const HEADINGS: [&str; 5] = [
    "question",
    "choice",
    "why",
    "cost",
    "what would change our mind",
];
const NEEDED: [&str; 4] = [
    "README.md",
    "ARCHITECTURE.md",
    "LICENSE",
    "docs/glossary.md",
];

/// Checks the decision records and the documents that must be there.
pub fn check(tree: &Tree, report: &mut Report) {
    for path in NEEDED {
        if tree
            .get(path)
            .is_none_or(|file| file.text.trim().is_empty())
        {
            report.find(path, 0, "missing or empty");
        }
    }
    let mut numbers: BTreeMap<&str, &str> = BTreeMap::new();
    let records = tree
        .files
        .iter()
        .filter(|file| file.path.starts_with("docs/decisions/") && file.name() != "README.md");
    for file in records {
        match number_of(file.name()) {
            None => report.find(
                &file.path,
                0,
                "a decision record is named `NNN-title-in-words.md`",
            ),
            Some(number) => {
                if let Some(other) = numbers.insert(number, &file.path) {
                    report.find(&file.path, 0, format!("its number is that of {other}"));
                }
            }
        }
        headings(file, report);
    }
}

fn number_of(name: &str) -> Option<&str> {
    let (number, title) = name.strip_suffix(".md")?.split_once('-')?;
    let good = number.len() == 3
        && number.bytes().all(|it| it.is_ascii_digit())
        && !title.is_empty()
        && title
            .bytes()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-');
    good.then_some(number)
}

/// Each heading opens a paragraph as `**Question.**`, or stands on a line of its own as `## Question`.
fn headings(file: &File, report: &mut Report) {
    let present: Vec<String> = file
        .text
        .lines()
        .filter_map(|line| {
            let run_in = line
                .strip_prefix("**")
                .and_then(|rest| rest.split_once(".**"))
                .map(|(heading, _)| heading);
            run_in.or_else(|| line.strip_prefix("## "))
        })
        .map(|heading| heading.trim().to_lowercase())
        .collect();
    for heading in HEADINGS {
        if !present.iter().any(|it| it == heading) {
            report.find(
                &file.path,
                0,
                format!("the part `**{heading}.**` is missing"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "# A\n\n**Question.** What?\n\n## Choice\n\n## Why\n\n## Cost\n\n## What would change our mind\n";

    #[test]
    fn records_are_numbered_and_complete() {
        let check = |files: &[(&str, &str)], count: usize| {
            let needed = NEEDED.iter().map(|path| File::new(path, "text"));
            let records = files
                .iter()
                .map(|(name, text)| File::new(&format!("docs/decisions/{name}"), text));
            let mut report = Report::default();
            super::check(
                &Tree {
                    files: needed.chain(records).collect(),
                },
                &mut report,
            );
            assert_eq!(report.findings.len(), count, "{:?}", report.findings);
        };
        check(
            &[
                ("001-one.md", GOOD),
                ("002-two-more.md", GOOD),
                ("README.md", "list"),
            ],
            0,
        );
        check(&[("001-one.md", GOOD), ("001-two.md", GOOD)], 1);
        check(&[("1-one.md", GOOD)], 1);
        check(&[("001-One.md", GOOD)], 1);
        check(&[("001-one.md", &GOOD.replace("## Cost", "Cost"))], 1);
    }

    #[test]
    fn the_needed_documents_are_missed() {
        let mut report = Report::default();
        super::check(&Tree::default(), &mut report);
        assert_eq!(report.findings.len(), NEEDED.len());
    }
}
