//! Questions to the text of documents as people write them, and the same in the form of FTS5.
//!
//! What has a meaning: `"words in a row"`, `"near words"~8`, `begin*`, `alike~` or `alike~2`, `-without`, and the fields
//! `type:`, `language:`, `author:`, `from:`, `until:` and `tag:`. Everything else is a word that must occur. Every term is quoted
//! before it reaches the database, so no text can be an operator.

use domain::value::language;
use resolve::normal::latin::fold;

use crate::DeskError;

/// Terms of one question.
pub(crate) const MOST_TERMS: usize = 64;

/// Characters of one term.
const LONGEST_TERM: usize = 200;

/// How far apart near words may stand.
const FARTHEST: usize = 200;

/// A question taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) terms: Vec<Term>,
    pub(crate) without: Vec<Term>,
    pub(crate) language: String,
    pub(crate) kind: String,
    pub(crate) author: String,
    pub(crate) from: String,
    pub(crate) until: String,
    pub(crate) tag: String,
}

/// A word or words that must occur.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) text: String,
    /// Any ending of the last word.
    pub(crate) begins: bool,
    /// The words may stand so far from each other, in any order.
    pub(crate) near: Option<usize>,
    /// Words with so many other letters count too.
    pub(crate) alike: usize,
    /// The words that are alike in this index, once they were looked up.
    pub(crate) others: Vec<String>,
}

/// Takes a question apart.
///
/// # Errors
/// Malformed when no word is left to look for, there are too many, or a field says nothing.
pub(crate) fn read(words: &str) -> Result<Asked, DeskError> {
    let mut asked = Asked::default();
    let signs: Vec<char> = words
        .chars()
        .map(|sign| if sign.is_control() { ' ' } else { sign })
        .collect();
    let mut at = 0;
    while let Some(sign) = signs.get(at) {
        if sign.is_whitespace() {
            at += 1;
            continue;
        }
        let not = *sign == '-' && signs.get(at + 1).is_some_and(|next| !next.is_whitespace());
        let start = at + usize::from(not);
        let (mut term, next) = match signs.get(start) {
            Some('"') => phrase(&signs, start + 1),
            _ => {
                let piece: String = rest(&signs, start)
                    .iter()
                    .take_while(|sign| !sign.is_whitespace() && **sign != '"')
                    .collect();
                let next = start + piece.chars().count();
                if !not && asked.field(&piece)? {
                    at = next;
                    continue;
                }
                (word(&piece), next)
            }
        };
        at = next.max(at + 1);
        term.text = term.text.chars().take(LONGEST_TERM).collect();
        if !term.text.chars().any(char::is_alphanumeric) {
            continue;
        }
        match not {
            true => asked.without.push(term),
            false => asked.terms.push(term),
        }
        if asked.terms.len() + asked.without.len() > MOST_TERMS {
            let reason = format!("holds more than {MOST_TERMS} words");
            return Err(DeskError::malformed("words", reason));
        }
    }
    if asked.terms.is_empty() {
        return Err(DeskError::malformed("words", "holds no word to look for"));
    }
    Ok(asked)
}

fn rest(signs: &[char], at: usize) -> &[char] {
    signs.get(at..).unwrap_or_default()
}

/// A phrase whose first word begins at a place, with what stands after its closing quote; gives where it ends.
fn phrase(signs: &[char], start: usize) -> (Term, usize) {
    let text: String = rest(signs, start)
        .iter()
        .take_while(|sign| **sign != '"')
        .collect();
    let mut next = start + text.chars().count() + 1;
    let mut term = Term {
        text,
        ..Term::default()
    };
    if signs.get(next) == Some(&'~') {
        let number: String = rest(signs, next + 1)
            .iter()
            .take_while(|sign| sign.is_ascii_digit())
            .collect();
        next += 1 + number.chars().count();
        term.near = Some(number.parse().unwrap_or(10).min(FARTHEST));
    }
    (term, next)
}

fn word(piece: &str) -> Term {
    if let Some((text, far)) = piece.rsplit_once('~')
        && far.len() <= 1
        && (far.is_empty() || far.parse::<usize>().is_ok())
    {
        let wide = if text.chars().count() > 5 { 2 } else { 1 };
        return Term {
            text: text.to_owned(),
            alike: far.parse().unwrap_or(wide).min(2),
            ..Term::default()
        };
    }
    Term {
        text: piece.trim_end_matches('*').to_owned(),
        begins: piece.ends_with('*'),
        ..Term::default()
    }
}

impl Asked {
    /// Takes a piece for a field, if it is one.
    fn field(&mut self, piece: &str) -> Result<bool, DeskError> {
        let Some((name, value)) = piece.split_once(':') else {
            return Ok(false);
        };
        let wrong = |says: &str| Err(DeskError::malformed("words", format!("`{piece}`: {says}")));
        match (name, value) {
            ("type" | "language" | "author" | "from" | "until" | "tag", "") => {
                wrong("the field holds nothing")
            }
            ("type", value) => {
                self.kind = kind(value).to_owned();
                Ok(true)
            }
            ("language", value) => match language::code(value) {
                Some(code) => {
                    code.clone_into(&mut self.language);
                    Ok(true)
                }
                None => wrong("no language has this code"),
            },
            ("tag", value) => {
                self.tag = crate::kept_search::tag_of(value)?;
                Ok(true)
            }
            ("author", value) => {
                self.author = value.to_lowercase();
                Ok(true)
            }
            ("from", value) if is_date(value) => {
                value.clone_into(&mut self.from);
                Ok(true)
            }
            // Every day of a month or year lies before its name with a sign that sorts after all others.
            ("until", value) if is_date(value) => {
                self.until = format!("{value}~");
                Ok(true)
            }
            ("from" | "until", _) => wrong("write a date as 2026, 2026-03 or 2026-03-02"),
            _ => Ok(false),
        }
    }

    /// The question in the form of FTS5. `scripts` says whether words count in whatever script they are written;
    /// `others` whether words that are alike count.
    pub(crate) fn matching(&self, scripts: bool, others: bool) -> String {
        let written = |terms: &[Term], by: &str| {
            let terms: Vec<String> = terms
                .iter()
                .filter_map(|term| term.matching(scripts, others))
                .collect();
            terms.join(by)
        };
        let without = written(&self.without, " OR ");
        let matching = written(&self.terms, " AND ");
        match without.is_empty() {
            true => matching,
            false => format!("({matching}) NOT ({without})"),
        }
    }

    pub(crate) fn is_alike(&self) -> bool {
        self.terms.iter().any(|term| term.alike > 0)
    }
}

impl Term {
    fn matching(&self, scripts: bool, others: bool) -> Option<String> {
        let mut ways = Vec::new();
        let ideographs = self.text.chars().any(is_ideograph);
        let says = self.text.chars().any(char::is_alphanumeric);
        if says && !ideographs {
            ways.push(format!("body : {}", self.expression(&self.text)));
        }
        let other = folded(&self.text);
        if (scripts || ideographs) && !other.is_empty() {
            ways.push(format!("folded : {}", self.expression(&other)));
        }
        if others && !self.others.is_empty() {
            let words: Vec<String> = self.others.iter().map(|word| quoted(word)).collect();
            ways.push(format!("{{body folded}} : ({})", words.join(" OR ")));
        }
        (!ways.is_empty()).then(|| format!("({})", ways.join(" OR ")))
    }

    fn expression(&self, text: &str) -> String {
        if let Some(far) = self.near {
            let words: Vec<String> = text
                .split_whitespace()
                .filter(|word| word.chars().any(char::is_alphanumeric))
                .map(quoted)
                .collect();
            return format!("NEAR({}, {far})", words.join(" "));
        }
        // One ideograph alone is the beginning of a pair.
        let alone = text.chars().count() == 1 && text.chars().all(is_ideograph);
        let star = if self.begins || alone { " *" } else { "" };
        format!("{}{star}", quoted(text))
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', " "))
}

/// How the media types of a kind begin.
fn kind(word: &str) -> &str {
    match word {
        "pdf" => "application/pdf",
        "mail" => "message/",
        "picture" | "image" => "image/",
        "html" => "text/html",
        "text" => "text/plain",
        "word" => "application/vnd.openxmlformats-officedocument.wordprocessingml",
        "sheet" => "application/vnd.openxmlformats-officedocument.spreadsheetml",
        other => other,
    }
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let all = |digits: &str, long: usize| {
        digits.len() == long && digits.bytes().all(|digit| digit.is_ascii_digit())
    };
    match parts.as_slice() {
        [year] => all(year, 4),
        [year, month] => all(year, 4) && all(month, 2),
        [year, month, day] => all(year, 4) && all(month, 2) && all(day, 2),
        _ => false,
    }
}

/// Whether words of a sign's script are not divided by spaces, or take endings without one.
pub(crate) fn is_ideograph(sign: char) -> bool {
    matches!(
        u32::from(sign),
        0x3040..=0x30ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xac00..=0xd7af | 0xf900..=0xfaff | 0x20000..=0x323af
    )
}

/// A text in Latin script without marks, its ideographs in pairs.
pub(crate) fn folded(text: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let (mut plain, mut run) = (String::new(), Vec::new());
    for sign in text.chars().chain([' ']) {
        if is_ideograph(sign) {
            words.extend(some(fold(&std::mem::take(&mut plain))));
            run.push(sign);
            continue;
        }
        pairs(&std::mem::take(&mut run), &mut words);
        plain.push(sign);
    }
    words.extend(some(fold(&plain)));
    words.join(" ")
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

fn pairs(run: &[char], words: &mut Vec<String>) {
    if let [one] = run {
        words.push(one.to_string());
    }
    words.extend(run.windows(2).map(|pair| pair.iter().collect::<String>()));
}

/// The second spelling of a page: nothing where its letters are plain already.
pub(crate) fn second_spelling(text: &str) -> String {
    match text
        .chars()
        .any(|sign| !sign.is_ascii() && sign.is_alphabetic())
    {
        true => folded(text),
        false => String::new(),
    }
}

/// How many letters have to be put in, left out, changed or swapped to make one word of another; nothing beyond `most`.
pub(crate) fn distance(a: &str, b: &str, most: usize) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (row, left) in (1..).zip(&a) {
        let mut line = vec![row];
        for (column, right) in (1..).zip(&b) {
            let at =
                |line: &[usize], column: usize| line.get(column).copied().unwrap_or(usize::MAX / 2);
            let changed = at(&last, column - 1) + usize::from(left != right);
            let mut best = changed
                .min(at(&last, column) + 1)
                .min(at(&line, column - 1) + 1);
            let swapped = row > 1
                && column > 1
                && Some(left) == b.get(column - 2)
                && a.get(row - 2) == Some(right);
            if swapped {
                best = best.min(at(&before, column - 2) + 1);
            }
            line.push(best);
        }
        before = std::mem::replace(&mut last, line);
    }
    last.last().copied().filter(|found| *found <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(words: &str) -> String {
        read(words).map_or_else(|_| String::new(), |asked| asked.matching(false, false))
    }

    #[test]
    fn nothing_but_a_few_marks_has_a_meaning() {
        let check = |words: &str, want: &str| assert_eq!(asked(words), want, "{words}");
        check(
            "berth contract",
            r#"(body : "berth") AND (body : "contract")"#,
        );
        check(
            r#""berth 7" dredg*"#,
            r#"(body : "berth 7") AND (body : "dredg" *)"#,
        );
        check(r#""paid twice"~5"#, r#"(body : NEAR("paid" "twice", 5))"#);
        check("paid -berth", r#"((body : "paid")) NOT ((body : "berth"))"#);
        check(
            "a OR (b)",
            r#"(body : "a") AND (body : "OR") AND (body : "(b)")"#,
        );
        check("body:x ^y", r#"(body : "body:x") AND (body : "^y")"#);
        check(r#"say"hello"#, r#"(body : "say") AND (body : "hello")"#);
        check("習近平", r#"(folded : "習近 近平")"#);
        check("習", r#"(folded : "習" *)"#);
        check("\"\" * () -", "");
        check(&"x ".repeat(65), "");
        assert_eq!(
            read("Соколов").unwrap().matching(true, false),
            r#"(body : "Соколов" OR folded : "sokolov")"#
        );
    }

    #[test]
    fn fields_narrow_and_wrong_ones_are_told() {
        let found =
            read("berth type:pdf language:de author:Karlsen from:2026-03 until:2026").unwrap();
        assert_eq!(found.terms.len(), 1);
        assert_eq!(
            [
                found.kind,
                found.language,
                found.author,
                found.from,
                found.until
            ],
            ["application/pdf", "deu", "karlsen", "2026-03", "2026~"]
        );
        for wrong in [
            "x from:yesterday",
            "x until:",
            "x language:qq",
            "from:2026",
            "type:pdf",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn words_are_alike_within_a_distance() {
        for (a, b, most, want) in [
            ("karlsen", "karlsen", 2, Some(0)),
            ("karlsen", "carlsen", 1, Some(1)),
            ("karlsen", "karlesn", 1, Some(1)),
            ("karlsen", "karlssen", 1, Some(1)),
            ("karlsen", "larsen", 1, None),
            ("karlsen", "larsen", 2, Some(2)),
            ("", "ab", 2, Some(2)),
        ] {
            assert_eq!(distance(a, b, most), want, "{a} {b}");
        }
        assert_eq!(read("Karlsen~").unwrap().terms[0].alike, 2);
        assert_eq!(read("Oda~1").unwrap().terms[0].alike, 1);
        assert_eq!(read("x~y").unwrap().terms[0].text, "x~y");
    }

    #[test]
    fn every_script_has_a_second_spelling() {
        assert_eq!(second_spelling("plain “text”"), "");
        assert_eq!(second_spelling("Ivan Соколов"), "ivan sokolov");
        assert_eq!(
            second_spelling("王小明は来た。ok"),
            "王小 小明 明は は来 来た ok"
        );
    }
}
