//! Letters that no font here has are written in Latin ones, between `‹` and `›`: a box would say nothing, and the standards
//! refuse it.

use serde_json::Value;
use typst::text::Font;

/// Rewrites every text of an order; answers how many pieces were.
pub(crate) fn latinised(told: &mut Value, fonts: &[Font]) -> usize {
    match told {
        Value::String(text) => {
            let (written, pieces) = written(text, fonts);
            *text = written;
            pieces
        }
        Value::Array(values) => values.iter_mut().map(|value| latinised(value, fonts)).sum(),
        Value::Object(fields) => fields
            .values_mut()
            .map(|value| latinised(value, fonts))
            .sum(),
        _ => 0,
    }
}

fn written(text: &str, fonts: &[Font]) -> (String, usize) {
    let (mut out, mut foreign, mut pieces) = (String::with_capacity(text.len()), String::new(), 0);
    // Signs that turn the direction of writing, or cannot be seen, would show another text than the one that is kept.
    let seen = text
        .chars()
        .filter(|c| !c.is_control() || c.is_whitespace())
        .filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'));
    for c in seen {
        if c.is_whitespace() && foreign.is_empty() || shown(c, fonts) {
            pieces += close(&mut out, &mut foreign);
            out.push(if c.is_whitespace() { ' ' } else { c });
        } else {
            foreign.push(c);
        }
    }
    pieces += close(&mut out, &mut foreign);
    (out, pieces)
}

fn shown(c: char, fonts: &[Font]) -> bool {
    !c.is_whitespace()
        && fonts
            .iter()
            .any(|font| font.info().coverage.contains(c.into()))
}

fn close(out: &mut String, foreign: &mut String) -> usize {
    if foreign.is_empty() {
        return 0;
    }
    let trailing = foreign.ends_with(char::is_whitespace);
    let latin = any_ascii::any_ascii(foreign.trim_end());
    let latin = latin.trim();
    out.push('\u{2039}');
    out.push_str(if latin.is_empty() { "?" } else { latin });
    out.push('\u{203a}');
    if trailing {
        out.push(' ');
    }
    foreign.clear();
    1
}
