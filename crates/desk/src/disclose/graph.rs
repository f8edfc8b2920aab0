//! The subjects and their direct links as GraphML, with the role of each node.

use std::fmt::Write as _;

use super::Contents;

/// The role told of a node that is no subject of the case.
const NO_SUBJECT: &str = "not_a_subject";

/// Writes the graph. Nodes are records; a record that goes out unnamed has an empty label.
pub(super) fn graphml(contents: &Contents) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n",
    );
    for (id, side, name) in [
        ("label", "node", "label"),
        ("schema", "node", "schema"),
        ("role", "node", "role"),
        ("link", "edge", "schema"),
        ("property", "edge", "property"),
        ("record", "edge", "record"),
    ] {
        line(
            &mut text,
            &format!(
                "  <key id=\"{id}\" for=\"{side}\" attr.name=\"{name}\" attr.type=\"string\"/>"
            ),
        );
    }
    line(&mut text, "  <graph id=\"case\" edgedefault=\"directed\">");
    for (id, whole) in &contents.records {
        let drawn = contents
            .links
            .iter()
            .any(|link| link.from == *id || link.to == *id);
        if whole.role.is_some() || drawn {
            let role = whole.role.map_or(NO_SUBJECT, |role| role.word());
            node(&mut text, id, &whole.caption, &whole.record.schema, role);
        }
    }
    for (id, end) in contents.ends.iter().filter(|(_, end)| end.node) {
        let label = end.name.as_deref().unwrap_or_default();
        node(&mut text, id, label, &end.schema, NO_SUBJECT);
    }
    for (number, link) in contents.links.iter().enumerate() {
        line(
            &mut text,
            &format!(
                "    <edge id=\"e{number}\" source=\"{}\" target=\"{}\">{}{}{}</edge>",
                link.from,
                link.to,
                value("link", &link.schema),
                value("property", &link.property),
                value("record", &link.edge.to_string()),
            ),
        );
    }
    line(&mut text, "  </graph>\n</graphml>");
    text
}

fn node(text: &mut String, id: &impl std::fmt::Display, label: &str, schema: &str, role: &str) {
    line(
        text,
        &format!(
            "    <node id=\"{id}\">{}{}{}</node>",
            value("label", label),
            value("schema", schema),
            value("role", role),
        ),
    );
}

fn line(text: &mut String, words: &str) {
    let _ = writeln!(text, "{words}");
}

fn value(key: &str, text: &str) -> String {
    format!("<data key=\"{key}\">{}</data>", escaped(text))
}

/// Text as XML 1.0 may hold it: markup escaped, control characters that it forbids replaced.
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\t' | '\n' | '\r' => safe.push(' '),
            '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            letter if letter < ' ' => safe.push('\u{fffd}'),
            letter => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn text_of_a_source_is_no_markup() {
        for (text, safe) in [
            ("A & B <Ltd>", "A &amp; B &lt;Ltd&gt;"),
            ("]]>", "]]&gt;"),
            ("a\u{0}b\u{1b}[2J", "a\u{fffd}b\u{fffd}[2J"),
            ("two\nlines", "two lines"),
        ] {
            assert_eq!(escaped(text), safe);
        }
    }
}
