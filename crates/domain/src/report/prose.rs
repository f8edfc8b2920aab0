//! The text of a finding as blocks of a report, with its citations as numbers.

use super::{Block, Run};
use crate::id::StatementId;

/// Writes a finding's text as blocks; `number` gives each cited statement its number, `0` for one that has none.
pub fn blocks(text: &str, number: &mut dyn FnMut(StatementId) -> u64) -> Vec<Block> {
    let mut found = Vec::new();
    for part in text.replace("\r\n", "\n").split("\n\n") {
        let lines: Vec<&str> = part
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        let Some(first) = lines.first() else { continue };
        let all = |mark: &str| lines.iter().all(|line| line.starts_with(mark));
        if all("- ") || all("* ") {
            let items = lines
                .iter()
                .map(|line| runs(line.get(2..).unwrap_or(""), number));
            found.push(Block::List {
                items: items.collect(),
            });
        } else if all(">") {
            let said: Vec<&str> = lines
                .iter()
                .map(|line| line.trim_start_matches('>').trim())
                .collect();
            found.push(Block::Quote {
                runs: runs(&said.join(" "), number),
            });
        } else if lines.len() == 1 && first.starts_with('#') {
            // A heading inside a finding must not stand beside the document's own.
            found.push(Block::Paragraph {
                runs: runs(first.trim_start_matches('#').trim(), number),
            });
        } else {
            found.push(Block::Paragraph {
                runs: runs(&lines.join(" "), number),
            });
        }
    }
    found
}

fn runs(text: &str, number: &mut dyn FnMut(StatementId) -> u64) -> Vec<Run> {
    let mut found = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("[[") {
        plain.push_str(before);
        let cited = after
            .split_once("]]")
            .and_then(|(id, after)| Some((id.trim().parse::<StatementId>().ok()?, after)));
        match cited {
            Some((id, after)) => {
                rest = after;
                let number = number(id);
                if number > 0 {
                    push(&mut found, &mut plain);
                    found.push(Run::Cite(number));
                }
            }
            None => {
                plain.push_str("[[");
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    push(&mut found, &mut plain);
    found
}

fn push(found: &mut Vec<Run>, plain: &mut String) {
    let text = plain.replace("**", "").replace('`', "");
    plain.clear();
    if !text.is_empty() {
        found.push(Run::Text(text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn citations_become_numbers_and_everything_else_stays_text() {
        let id = StatementId::from_bytes([1; 16]);
        let text = format!(
            "**Struck off** [[{id}]] in May.\nSo it says.\n\n- one\n- two [[x]]\n\n> said\n> so\n\n# Big\n"
        );
        let text_run = |text: &str| Run::Text(text.into());
        assert_eq!(
            blocks(&text, &mut |_| 4),
            [
                Block::Paragraph {
                    runs: vec![
                        text_run("Struck off "),
                        Run::Cite(4),
                        text_run(" in May. So it says.")
                    ]
                },
                Block::List {
                    items: vec![vec![text_run("one")], vec![text_run("two [[x]]")]]
                },
                Block::Quote {
                    runs: vec![text_run("said so")]
                },
                Block::Paragraph {
                    runs: vec![text_run("Big")]
                },
            ]
        );
    }
}
