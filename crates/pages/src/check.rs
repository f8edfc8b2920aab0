//! Checks every sample page as a browser without scripts would meet it: well-formed, one heading, a label on every field,
//! no inline style or script, every reference to an id answered.

use std::collections::BTreeSet;

use super::samples;

/// A start tag with its attributes, an end tag, or text between tags.
#[derive(Debug)]
enum Piece {
    Open(String, Vec<(String, String)>),
    Close(String),
    Text(String),
}

const VOID: [&str; 6] = ["meta", "link", "input", "br", "hr", "img"];

/// Reads HTML as strictly as XML, apart from void elements, and attributes without a value.
fn pieces(html: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut rest = html.trim_start_matches("<!doctype html>");
    while let Some(at) = rest.find('<') {
        let (text, tagged) = rest.split_at(at);
        found.push(Piece::Text(text.to_owned()));
        let end = tagged.find('>').expect("every `<` opens a tag");
        let tag = &tagged[1..end];
        match tag.strip_prefix('/') {
            Some(name) => found.push(Piece::Close(name.to_owned())),
            None => {
                let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
                let name = name.trim_end_matches('/').to_owned();
                found.push(Piece::Open(name.clone(), attributes_of(attributes)));
                if tag.ends_with('/') {
                    found.push(Piece::Close(name));
                }
            }
        }
        rest = &tagged[end + 1..];
    }
    found
}

fn attributes_of(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text.trim().trim_end_matches('/').trim();
    while !rest.is_empty() {
        let end = rest
            .find(|c: char| c == '=' || c.is_whitespace())
            .unwrap_or(rest.len());
        let name = rest[..end].to_owned();
        rest = &rest[end..];
        let value = match rest.strip_prefix("=\"") {
            Some(quoted) => {
                let (value, after) = quoted.split_once('"').expect("a closed attribute");
                rest = after;
                value.to_owned()
            }
            None => String::new(),
        };
        found.push((name, value));
        rest = rest.trim_start();
    }
    found
}

fn get<'a>(attributes: &'a [(String, String)], name: &str) -> Option<&'a str> {
    attributes
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}

/// Calls `each` for every start tag with the names of the elements around it.
fn walk(name: &str, html: &str, mut each: impl FnMut(&str, &[(String, String)], &[String])) {
    let mut open: Vec<String> = Vec::new();
    for piece in pieces(html) {
        match piece {
            Piece::Open(tag, attributes) => {
                each(&tag, &attributes, &open);
                if !VOID.contains(&tag.as_str()) {
                    open.push(tag);
                }
            }
            Piece::Close(tag) => assert_eq!(
                open.pop().as_ref(),
                Some(&tag),
                "{name}: `</{tag}>` closes another element"
            ),
            Piece::Text(text) => assert!(!text.contains('>'), "{name}: stray `>` in `{text}`"),
        }
    }
    assert!(open.is_empty(), "{name}: left open {open:?}");
}

/// Runs `check` on every sample that is a whole page.
fn check_pages(check: impl Fn(&str, &str)) {
    let mut pages = 0;
    for sample in samples::all() {
        let html = sample.html.expect("a sample renders");
        if !sample.name.starts_with("fragment") {
            check(sample.name, &html);
            pages += 1;
        }
    }
    assert!(pages >= 45, "only {pages} pages");
}

#[test]
fn every_page_is_well_formed_and_has_one_heading() {
    check_pages(|name, html| {
        let mut headings = 0;
        walk(name, html, |tag, _, around| {
            headings += usize::from(tag == "h1");
            let inside = |outer: &str| around.iter().any(|other| other == outer);
            assert!(
                !(tag == "form" && inside("form")),
                "{name}: a form inside a form"
            );
            let block = [
                "div", "dl", "p", "ul", "ol", "table", "form", "section", "h2", "h3",
            ]
            .contains(&tag);
            assert!(
                !(block && inside("p")),
                "{name}: `{tag}` inside a paragraph"
            );
            assert!(!(tag == "a" && inside("a")), "{name}: a link inside a link");
        });
        assert_eq!(headings, 1, "{name}: level-one headings");
        assert!(html.contains("<html lang=\"en\""), "{name}: no language");
    });
}

#[test]
fn no_page_needs_an_inline_style_or_script() {
    check_pages(|name, html| {
        walk(name, html, |tag, attributes, _| {
            assert_ne!(tag, "style", "{name}: a style block");
            if tag == "script" {
                assert!(
                    get(attributes, "src").is_some_and(|src| src.starts_with("/assets/")),
                    "{name}: inline script"
                );
            }
            for (key, value) in attributes {
                assert_ne!(key, "style", "{name}: inline style `{value}`");
                assert!(!key.starts_with("on"), "{name}: inline handler `{key}`");
                let outside = value.starts_with("http")
                    || value.starts_with("//")
                    || value.starts_with("javascript:");
                assert!(
                    !(["src", "href", "action"].contains(&key.as_str()) && outside),
                    "{name}: leads out: `{value}`"
                );
            }
        });
    });
}

#[test]
fn every_field_has_a_label_and_every_form_that_posts_a_token() {
    check_pages(|name, html| {
        let mut labels = BTreeSet::new();
        let (mut posts, mut tokens) = (0, 0);
        walk(name, html, |tag, attributes, _| {
            if tag == "label" {
                labels.extend(get(attributes, "for").map(str::to_owned));
            }
            posts += usize::from(tag == "form" && get(attributes, "method") == Some("post"));
            tokens += usize::from(get(attributes, "name") == Some("csrf"));
            assert!(
                !(tag == "form"
                    && get(attributes, "method") == Some("post")
                    && get(attributes, "action").is_none()),
                "{name}: a form posts to nowhere"
            );
        });
        assert_eq!(posts, tokens, "{name}: forms that post and their tokens");
        walk(name, html, |tag, attributes, around| {
            let field = ["select", "textarea"].contains(&tag)
                || (tag == "input" && get(attributes, "type") != Some("hidden"));
            let named = get(attributes, "id").is_some_and(|id| labels.contains(id))
                || around.iter().any(|outer| outer == "label");
            assert!(
                !field || named,
                "{name}: `{}` has no label",
                get(attributes, "name").unwrap_or("?")
            );
        });
    });
}

#[test]
fn ids_are_unique_and_every_reference_is_answered() {
    check_pages(|name, html| {
        let (mut ids, mut wanted) = (BTreeSet::new(), BTreeSet::new());
        walk(name, html, |_, attributes, _| {
            if let Some(id) = get(attributes, "id") {
                assert!(ids.insert(id.to_owned()), "{name}: `{id}` twice");
            }
            for key in ["aria-describedby", "aria-labelledby"] {
                wanted.extend(
                    get(attributes, key)
                        .into_iter()
                        .flat_map(|ids| ids.split(' ').map(str::to_owned)),
                );
            }
            wanted.extend(
                get(attributes, "href")
                    .and_then(|href| href.strip_prefix('#'))
                    .map(str::to_owned),
            );
        });
        for id in &wanted {
            assert!(ids.contains(id), "{name}: nothing has id `{id}`");
        }
    });
}

#[test]
fn the_match_card_has_nothing_chosen_beforehand_and_asks_for_a_reason() {
    let card = samples::all()
        .into_iter()
        .find(|sample| sample.name == "match")
        .expect("the sample");
    let html = card.html.expect("it renders");
    let (mut verdicts, mut reasons) = (Vec::new(), 0);
    walk("match", &html, |tag, attributes, _| {
        if get(attributes, "name") == Some("verdict") {
            assert!(
                get(attributes, "checked").is_none(),
                "a verdict is chosen beforehand"
            );
            verdicts.extend(get(attributes, "value").map(str::to_owned));
        }
        reasons += usize::from(
            tag == "textarea"
                && get(attributes, "name") == Some("reason")
                && get(attributes, "required").is_some(),
        );
    });
    assert_eq!(verdicts, ["same", "different", "unsure"]);
    assert_eq!(reasons, 2, "one for the judgement, one for contesting it");
}

#[test]
fn names_from_sources_cannot_become_markup() {
    let page = super::stops::NotFound {
        frame: super::parts::Frame::alone("<script>alert(1)</script>\" onload=\"x", "t"),
        ways: vec![super::parts::Link::to("<b>x</b>", "\"><i>")],
    };
    let html = crate::Page::html(&page).expect("it renders");
    walk("hostile", &html, |tag, attributes, _| {
        assert!(!["b", "i"].contains(&tag), "markup came through");
        assert!(
            get(attributes, "onload").is_none(),
            "an attribute came through"
        );
    });
}
