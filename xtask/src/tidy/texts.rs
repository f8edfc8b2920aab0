//! Rules on every text file: no path of somebody's machine, no large file.

use std::path::Path;

use super::Report;
use super::tree::Tree;

/// Folders so common that a checkout inside them gives no sign of its own.
const COMMON_PARENTS: [&str; 8] = [
    "/", "/tmp", "/home", "/root", "/usr", "/opt", "/srv", "/var",
];
/// A larger text is made, not kept; lock files are made and kept.
const LARGEST: usize = 2 << 20;

/// Checks every file of the tree whose checkout lies at `root`.
pub fn check(root: &Path, tree: &Tree, report: &mut Report) {
    let signs = signs_of_a_machine(root);
    for file in &tree.files {
        if file.text.len() > LARGEST {
            report.find(
                &file.path,
                0,
                format!(
                    "{} bytes; should it be made instead of kept?",
                    file.text.len()
                ),
            );
        }
        // The first of a file tells enough: a file that holds one often holds hundreds.
        let first = file.lines().find_map(|(number, line)| {
            let sign = signs.iter().find(|sign| names_path(line, sign))?;
            Some((number, sign))
        });
        if let Some((number, sign)) = first {
            report.find(
                &file.path,
                number,
                format!("a path of somebody's machine (`{sign}…`)"),
            );
        }
    }
}

/// Beginnings of paths that only some machine has: homes, and the folder around this checkout.
fn signs_of_a_machine(root: &Path) -> Vec<String> {
    let mut signs = vec![
        concat!("/ro", "ot/").to_owned(),
        concat!("/ho", "me/").to_owned(),
        concat!("/Us", "ers/").to_owned(),
    ];
    if let Some(parent) = root.parent().and_then(Path::to_str)
        && !COMMON_PARENTS.contains(&parent)
    {
        signs.push(format!("{parent}/"));
    }
    signs
}

/// A sign counts at the start of a path only: `a/root/b` inside a longer path or address is none.
fn names_path(line: &str, sign: &str) -> bool {
    line.match_indices(sign).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        before.is_none_or(|letter| !(letter.is_alphanumeric() || "./_-}~".contains(letter)))
    })
}

#[cfg(test)]
mod tests {
    use super::super::tree::File;
    use super::*;

    #[test]
    fn paths_of_a_machine_are_found() {
        let check = |line: &str, held: bool| {
            let mut report = Report::default();
            let tree = Tree {
                files: vec![File::new("README.md", line)],
            };
            super::check(Path::new("/desk7/checkout"), &tree, &mut report);
            assert_eq!(
                report.findings.is_empty(),
                held,
                "{line}: {:?}",
                report.findings
            );
        };
        check(concat!("see /ho", "me/jo/notes"), false);
        check(concat!("\"/ro", "ot/x\""), false);
        check("cd /desk7/checkout && make", false);
        check("https://example.org/desk7/x", true);
        check("crates/desk7/src", true);
        check("target/release", true);
    }
}
