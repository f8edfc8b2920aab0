//! A board as a drawing that stands alone: no script, no font of its own, certainty by the line and not by colour.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use domain::id::IdentityId;

use super::export::Place;
use super::sift::Sure;
use super::{Board, Edge};
use crate::disclose::escaped;

const MARGIN: f64 = 80.0;
const RADIUS: f64 = 9.0;
/// Room for a node on the circle of those without a place.
const ROOM: f64 = 46.0;

/// Writes SVG.
pub(super) fn svg(board: &Board, places: &BTreeMap<IdentityId, Place>, today: &str) -> String {
    let places = placed(board, places);
    let all = || places.values();
    let least = |of: fn(&Place) -> f64| all().map(of).fold(f64::INFINITY, f64::min);
    let most = |of: fn(&Place) -> f64| all().map(of).fold(f64::NEG_INFINITY, f64::max);
    let (left, top) = (least(|at| at.x) - MARGIN, least(|at| at.y) - MARGIN);
    let (width, height) = (
        most(|at| at.x) - left + MARGIN,
        most(|at| at.y) - top + MARGIN + 40.0,
    );
    let (left, top, width, height) = match left.is_finite() {
        true => (left, top, width, height),
        false => (0.0, 0.0, 200.0, 100.0),
    };
    let mut text = String::new();
    let _ = writeln!(
        text,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{left:.1} {top:.1} {width:.1} {height:.1}\" \
         font-family=\"sans-serif\" font-size=\"11\">"
    );
    let _ = writeln!(
        text,
        "<title>Link board: {} identities, {} links</title>\n<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" \
         height=\"{height:.1}\" fill=\"#fff\"/>",
        board.nodes.len(),
        board.edges.len(),
    );
    for edge in &board.edges {
        if let (Some(from), Some(to)) = (places.get(&edge.from), places.get(&edge.to)) {
            line(&mut text, edge, *from, *to, today);
        }
    }
    for node in &board.nodes {
        let Some(at) = places.get(&node.id) else {
            continue;
        };
        let fill = if node.role.is_some() {
            "#0b5656"
        } else {
            "#fff"
        };
        let _ = write!(
            text,
            "<g><circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{RADIUS}\" fill=\"{fill}\" stroke=\"#15191b\"/>",
            x = at.x,
            y = at.y
        );
        if node.members.len() > 1 {
            let _ = write!(
                text,
                "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{}\" fill=\"none\" stroke=\"#15191b\"/>",
                at.x,
                at.y,
                RADIUS + 3.0
            );
        }
        let name = match node.caption.as_str() {
            "" => "a person, not named",
            name => name,
        };
        let _ = writeln!(
            text,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text></g>",
            at.x,
            at.y + RADIUS + 14.0,
            escaped(name)
        );
    }
    let _ = writeln!(
        text,
        "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"#3f474b\">Dotted: asserted by a source. Dashed: proposed by the machine. \
         Grey: ended. Double ring: judged to be one. Filled: subject of the case.</text>\n</svg>",
        left + 10.0,
        top + height - 10.0
    );
    text
}

fn line(text: &mut String, edge: &Edge, from: Place, to: Place, today: &str) {
    let (dash, colour) = match edge.sure(today) {
        Sure::Asserted => ("2 3", "#15191b"),
        Sure::Ended => ("none", "#c2c5be"),
        Sure::Proposed => ("7 5", "#0b5656"),
    };
    let share = edge
        .share
        .map_or_else(String::new, |share| format!(", {share} in 100"));
    let _ = writeln!(
        text,
        "<g><line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" stroke=\"{colour}\" \
         stroke-dasharray=\"{dash}\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\" font-size=\"9\" \
         fill=\"#3f474b\">{}{share}</text></g>",
        from.x,
        from.y,
        to.x,
        to.y,
        f64::midpoint(from.x, to.x),
        f64::midpoint(from.y, to.y) - 3.0,
        escaped(&edge.label()),
    );
}

/// The places given, and a circle around them for the rest.
fn placed(board: &Board, given: &BTreeMap<IdentityId, Place>) -> BTreeMap<IdentityId, Place> {
    let shown = board.nodes.iter().map(|node| node.id);
    let (there, rest): (Vec<_>, Vec<_>) = shown.partition(|id| given.contains_key(id));
    let mut places: BTreeMap<IdentityId, Place> = there
        .iter()
        .filter_map(|id| given.get(id).map(|place| (*id, *place)))
        .collect();
    let far = places
        .values()
        .map(|at| at.x.hypot(at.y))
        .fold(0.0, f64::max);
    let count = f64::from(u32::try_from(rest.len()).unwrap_or(u32::MAX));
    let radius = (count * ROOM / std::f64::consts::TAU).max(far + 2.0 * ROOM);
    for (number, id) in (0_u32..).zip(rest) {
        let angle = f64::from(number) / count * std::f64::consts::TAU;
        let place = Place {
            x: radius * angle.cos(),
            y: radius * angle.sin(),
        };
        places.insert(id, place);
    }
    places
}
