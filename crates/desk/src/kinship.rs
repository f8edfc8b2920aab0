//! What files of a case have to do with each other: the same words, nearly the same words, the same thread of mail.
//!
//! Nearly the same is told by runs of five words: each file keeps the smallest hashes of its runs, and two files share about
//! as many of the smallest as they share runs (bottom-k sketches, Cohen and Kaplan 2007).

use documents::{Account, Page};
use domain::audit::sha256_hex;
use resolve::normal::latin::fold;
use store::{DocumentIn, DocumentRow};

/// Share of runs from which two texts count as nearly the same.
pub(crate) const NEARLY: f64 = 0.7;

/// Words of a run.
const RUN: usize = 5;

/// Hashes kept of a text.
const KEPT: usize = 64;

/// Messages of a thread that are listed.
const MOST_IN_THREAD: usize = 50;

/// What is kept of a file besides its pages.
pub(crate) fn document(part: &str, account: &Account, pages: &[Page]) -> DocumentRow {
    let told = |field: &str| {
        let all = account.metadata.iter();
        all.filter(|told| told.field == field)
            .map(|told| told.value.clone())
            .next()
            .unwrap_or_default()
    };
    let authors: Vec<String> = account
        .authors
        .iter()
        .filter(|told| told.field != "program")
        .map(|told| told.value.to_lowercase())
        .collect();
    let date = |field: &str| account.dates.iter().find(|told| told.field == field);
    let dated = ["sent", "created", "modified"].into_iter().find_map(date);
    let (text_sha256, sketch) = sketched(pages);
    DocumentRow {
        part: part.to_owned(),
        sha256: account.original.sha256.clone(),
        media_type: account.media_type.clone(),
        language: account
            .language
            .as_ref()
            .map(|guess| guess.code.clone())
            .unwrap_or_default(),
        author: authors.join("\n"),
        dated: dated
            .map(|told| told.value.chars().take(10).collect())
            .unwrap_or_default(),
        subject: subject(&told("subject")),
        message: id(&told("message id")),
        answers: id(&told("in-reply-to")),
        text_sha256,
        sketch,
        pages: pages.len() as u64,
    }
}

/// The subject of a message without what answering and forwarding put before it.
fn subject(raw: &str) -> String {
    let mut left = raw.trim();
    while let Some((before, after)) = left.split_once(':') {
        let prefix = before.trim().to_lowercase();
        let known = [
            "re", "fw", "fwd", "aw", "wg", "sv", "vs", "antw", "tr", "rif", "r", "res", "odp",
            "回复", "转发",
        ];
        if !known.contains(&prefix.as_str()) {
            break;
        }
        left = after.trim();
    }
    fold(left)
}

fn id(raw: &str) -> String {
    raw.trim_matches(|sign: char| sign == '<' || sign == '>' || sign.is_whitespace())
        .to_owned()
}

fn sketched(pages: &[Page]) -> (String, Vec<u8>) {
    let text: Vec<String> = pages.iter().map(|page| fold(&page.text)).collect();
    let words: Vec<&str> = text.iter().flat_map(|page| page.split(' ')).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        return (String::new(), Vec::new());
    }
    let mut hashes: Vec<u64> = words.windows(RUN.min(words.len())).map(hash).collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes.truncate(KEPT);
    let sketch = hashes.iter().flat_map(|hash| hash.to_be_bytes()).collect();
    (sha256_hex(words.join(" ").as_bytes()), sketch)
}

fn hash(words: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in words.iter().flat_map(|word| word.bytes().chain([b' '])) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    // The low bits of this hash depend on few bytes; the smallest are only a fair sample once they are spread.
    hash ^= hash >> 32;
    hash = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^ (hash >> 29)
}

/// The share of runs of words that two files have in common; nothing where one has no text.
pub(crate) fn share(a: &DocumentRow, b: &DocumentRow) -> Option<f64> {
    if a.text_sha256.is_empty() || b.text_sha256.is_empty() {
        return None;
    }
    if a.text_sha256 == b.text_sha256 {
        return Some(1.0);
    }
    let (left, right) = (hashes(&a.sketch), hashes(&b.sketch));
    let mut all: Vec<u64> = left.iter().chain(&right).copied().collect();
    all.sort_unstable();
    all.dedup();
    all.truncate(KEPT);
    let both = all
        .iter()
        .filter(|hash| left.contains(hash) && right.contains(hash))
        .count();
    // Equal texts have equal hashes; one that only looks equal in the sketch is told as a little less.
    Some((both as f64 / all.len().max(1) as f64).min(0.99))
}

fn hashes(sketch: &[u8]) -> Vec<u64> {
    sketch
        .chunks_exact(8)
        .filter_map(|bytes| bytes.try_into().ok().map(u64::from_be_bytes))
        .collect()
}

/// Messages that answer or are answered by those of an item, directly or over others, or say so by their subject.
pub(crate) fn thread<'a>(own: &[&DocumentIn], others: &[&'a DocumentIn]) -> Vec<&'a DocumentIn> {
    let mut known: Vec<&DocumentRow> = own
        .iter()
        .map(|one| &one.document)
        .filter(|row| !row.message.is_empty() || !row.subject.is_empty())
        .collect();
    let mut found: Vec<&DocumentIn> = Vec::new();
    loop {
        let before = found.len();
        for other in others {
            let row = &other.document;
            let listed = found.iter().any(|one| std::ptr::eq(*one, *other));
            if !listed && known.iter().any(|one| linked(one, row)) {
                found.push(other);
                known.push(row);
            }
        }
        if found.len() == before || found.len() > MOST_IN_THREAD {
            break;
        }
    }
    found.sort_by(|a, b| a.document.dated.cmp(&b.document.dated));
    found.truncate(MOST_IN_THREAD);
    found
}

fn linked(a: &DocumentRow, b: &DocumentRow) -> bool {
    let same = |left: &str, right: &str| !left.is_empty() && left == right;
    let mail =
        |row: &DocumentRow| !row.message.is_empty() || row.media_type.starts_with("message/");
    same(&a.message, &b.answers)
        || same(&a.answers, &b.message)
        || same(&a.answers, &b.answers)
        || (mail(a) && mail(b) && same(&a.subject, &b.subject))
}

#[cfg(test)]
mod tests {
    use domain::id::EvidenceId;

    use super::*;

    fn row(text: &str) -> DocumentRow {
        let page = Page {
            number: 1,
            text: text.to_owned(),
            ..Page::default()
        };
        document("", &Account::default(), &[page])
    }

    #[test]
    fn texts_that_are_nearly_the_same_are_told() {
        let words: Vec<String> = (0..400)
            .map(|number| format!("word{}", number * 7 % 101))
            .collect();
        let text: Vec<String> = words
            .iter()
            .enumerate()
            .map(|(at, word)| format!("{word}x{at}"))
            .collect();
        let whole = text.join(" ");
        let mut other = text.clone();
        other[200] = "changed".to_owned();
        assert_eq!(share(&row(&whole), &row(&whole.to_uppercase())), Some(1.0));
        let near = share(&row(&whole), &row(&other.join("\n"))).unwrap();
        assert!((NEARLY..1.0).contains(&near), "{near}");
        let half = share(&row(&whole), &row(&text[..200].join(" "))).unwrap();
        assert!((0.3..NEARLY).contains(&half), "{half}");
        assert!(share(&row(&whole), &row("nothing of the kind at all")).unwrap() < 0.1);
        assert_eq!(share(&row(""), &row("")), None);
    }

    #[test]
    fn threads_follow_ids_and_subjects() {
        let mail = |number: u8, message: &str, answers: &str, about: &str| DocumentIn {
            evidence: EvidenceId::from_bytes([number; 16]),
            name: String::new(),
            document: DocumentRow {
                message: message.to_owned(),
                answers: answers.to_owned(),
                subject: subject(about),
                media_type: "message/rfc822".to_owned(),
                dated: format!("2026-03-0{number}"),
                ..DocumentRow::default()
            },
        };
        let all = [
            mail(1, "a", "", "Berth"),
            mail(3, "c", "b", "another word"),
            mail(2, "b", "a", "changed"),
            mail(4, "d", "", "AW: Re: berth"),
            mail(5, "e", "", "Lunch"),
        ];
        let others: Vec<&DocumentIn> = all[1..].iter().collect();
        let found: Vec<u8> = thread(&[&all[0]], &others)
            .iter()
            .map(|one| one.evidence.bytes()[0])
            .collect();
        assert_eq!(found, [2, 3, 4]);
    }
}
