//! Drawing a map: the part asked for, the base cut to it, the places on it, and names where they have room.

use desk::map::base::{Base, Point, Shape};
use desk::map::{Place, PlaceOf};
use pages::map::{MapDrawing, MapLabel, MapMark};

/// The drawing's size.
const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 620.0;
/// What is cut lies this far outside, so that moving a little shows no edge.
const MARGIN: f64 = 500.0;
/// Places nearer to one another than this share a mark.
const NEAR: f64 = 15.0;
/// The narrowest part, in degrees of longitude.
pub(super) const LEAST_SPAN: f64 = 0.008;
pub(super) const MOST_SPAN: f64 = 360.0;
/// Most names that are drawn.
const MOST_LABELS: usize = 160;

/// A part of the map: its middle and how many degrees of longitude it is wide.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Part {
    pub(super) middle: Point,
    pub(super) span: f64,
}

impl Part {
    /// The part that holds all points, with room around them.
    pub(super) fn around(points: &[Point], base: &Base) -> Option<Self> {
        let bounds = match points {
            [] => base.bounds(),
            _ => points
                .iter()
                .fold([180.0_f64, 90.0, -180.0, -90.0], |[w, s, e, n], (x, y)| {
                    [w.min(*x), s.min(*y), e.max(*x), n.max(*y)]
                }),
        };
        let [west, south, east, north] = bounds;
        if west > east {
            return None;
        }
        let middle = (f64::midpoint(west, east), f64::midpoint(south, north));
        let tall = (north - south) / squeeze(middle.1) * WIDTH / HEIGHT;
        let span = ((east - west).max(tall) * 1.25).clamp(LEAST_SPAN * 2.0, MOST_SPAN);
        Some(Self { middle, span })
    }

    /// Units of the drawing for a degree to the east and to the north.
    fn scale(self) -> (f64, f64) {
        let east = WIDTH / self.span;
        (east, east / squeeze(self.middle.1))
    }

    fn place(self, (east, north): Point) -> (f64, f64) {
        let (x, y) = self.scale();
        (
            WIDTH / 2.0 + (east - self.middle.0) * x,
            HEIGHT / 2.0 - (north - self.middle.1) * y,
        )
    }

    /// The part beside: so many widths to the east and heights to the north.
    pub(super) fn moved(self, east: f64, north: f64) -> Self {
        let high = HEIGHT / self.scale().1;
        let middle = (
            (self.middle.0 + east * self.span).clamp(-180.0, 180.0),
            (self.middle.1 + north * high).clamp(-85.0, 85.0),
        );
        Self { middle, ..self }
    }

    pub(super) fn wide(self, times: f64) -> Self {
        let span = (self.span * times).clamp(LEAST_SPAN, MOST_SPAN);
        Self { span, ..self }
    }
}

/// A degree of longitude is narrower than one of latitude.
fn squeeze(north: f64) -> f64 {
    north.to_radians().cos().max(0.05)
}

/// A place with the number of its row.
pub(super) struct Drawn<'a> {
    pub(super) row: usize,
    pub(super) place: &'a Place,
    pub(super) at: Point,
    pub(super) exact: bool,
    pub(super) subject: bool,
}

pub(super) fn drawing(base: &Base, part: Part, places: &[Drawn<'_>]) -> MapDrawing {
    let mut layers = Vec::new();
    let mut names = Names::default();
    let marks = marks(part, places, &mut names);
    for shape in &base.shapes {
        if !shows(shape, part) {
            continue;
        }
        if let Some(path) = path(shape, part) {
            layers.push((class(shape, part), path));
        }
    }
    name_base(base, part, &mut names);
    let (east, north) = part.scale();
    MapDrawing {
        width: 1000,
        height: 620,
        label: "The base map with the places of the case; the table below holds the same.".into(),
        middle: format!("{:.6},{:.6}", part.middle.0, part.middle.1),
        east: format!("{:.9}", 1.0 / east),
        north: format!("{:.9}", 1.0 / north),
        layers,
        labels: names.labels,
        marks,
        scale: scale(part),
        attribution: [base.name.as_str(), base.attribution.as_str()]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join(", "),
        ..MapDrawing::default()
    }
}

/// Whether a shape of a rank is drawn at this size: small things from near only.
fn rank_shows(rank: u8, span: f64) -> bool {
    let widest = match rank {
        0..=3 => MOST_SPAN,
        4 => 1.6,
        5 => 0.5,
        6 => 0.3,
        7 => 0.12,
        8 => 0.06,
        _ => 0.03,
    };
    span <= widest
}

fn shows(shape: &Shape, part: Part) -> bool {
    let [west, south, east, north] = shape.bounds;
    let (left, top) = part.place((west, north));
    let (right, bottom) = part.place((east, south));
    rank_shows(shape.rank, part.span)
        && right >= -MARGIN
        && left <= WIDTH + MARGIN
        && bottom >= -MARGIN
        && top <= HEIGHT + MARGIN
}

fn class(shape: &Shape, part: Part) -> String {
    match shape.kind.as_str() {
        "street" if part.span < 0.16 => "street-near".into(),
        kind @ ("land" | "park" | "river" | "border" | "road" | "street" | "pier") => kind.into(),
        _ if shape.area => "area".into(),
        _ => "line".into(),
    }
}

/// The outline of a shape, cut to the part; nothing for labels and what is too small to see.
fn path(shape: &Shape, part: Part) -> Option<String> {
    let mut out = String::new();
    for line in &shape.lines {
        let points: Vec<(f64, f64)> = line.iter().map(|point| part.place(*point)).collect();
        let pieces = if shape.area {
            vec![cut_area(points)]
        } else {
            cut_line(&points)
        };
        for piece in pieces {
            write_path(&mut out, &piece, shape.area);
        }
    }
    (!out.is_empty()).then_some(out)
}

fn write_path(out: &mut String, points: &[(f64, f64)], area: bool) {
    let mut last: Option<(f64, f64)> = None;
    let mut written = String::new();
    let mut many = 0;
    for (number, (x, y)) in points.iter().enumerate() {
        let near = last.is_some_and(|(a, b)| (a - x).abs() + (b - y).abs() < 0.9);
        if near && number + 1 < points.len() {
            continue;
        }
        written.push_str(if many == 0 { "M" } else { "L" });
        written.push_str(&format!("{x:.1} {y:.1}"));
        last = Some((*x, *y));
        many += 1;
    }
    if many > 1 {
        out.push_str(&written);
        if area {
            out.push('Z');
        }
    }
}

/// Cuts an area at each of the four sides in turn (Sutherland and Hodgman).
fn cut_area(points: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    let sides: [(bool, f64, bool); 4] = [
        (true, -MARGIN, true),
        (true, WIDTH + MARGIN, false),
        (false, -MARGIN, true),
        (false, HEIGHT + MARGIN, false),
    ];
    let mut kept = points;
    for (across, limit, above) in sides {
        let value = |(x, y): (f64, f64)| if across { x } else { y };
        let inside = |point| (value(point) >= limit) == above;
        let mut next = Vec::with_capacity(kept.len());
        let mut before = kept.last().copied();
        for point in kept {
            if let Some(from) = before
                && inside(from) != inside(point)
            {
                let share = (limit - value(from)) / (value(point) - value(from));
                next.push((
                    from.0 + (point.0 - from.0) * share,
                    from.1 + (point.1 - from.1) * share,
                ));
            }
            if inside(point) {
                next.push(point);
            }
            before = Some(point);
        }
        kept = next;
    }
    kept
}

/// The pieces of a line that come near the part.
fn cut_line(points: &[(f64, f64)]) -> Vec<Vec<(f64, f64)>> {
    let mut pieces: Vec<Vec<(f64, f64)>> = vec![Vec::new()];
    for pair in points.windows(2) {
        let [a, b] = pair else { continue };
        let near = a.0.max(b.0) >= -MARGIN
            && a.0.min(b.0) <= WIDTH + MARGIN
            && a.1.max(b.1) >= -MARGIN
            && a.1.min(b.1) <= HEIGHT + MARGIN;
        let Some(piece) = pieces.last_mut() else {
            continue;
        };
        if !near {
            if !piece.is_empty() {
                pieces.push(Vec::new());
            }
            continue;
        }
        if piece.is_empty() {
            piece.push(*a);
        }
        piece.push(*b);
    }
    pieces
}

/// The marks: places at one spot together, the others each alone; subjects on top.
fn marks(part: Part, places: &[Drawn<'_>], names: &mut Names) -> Vec<MapMark> {
    let mut groups: Vec<((f64, f64), Vec<&Drawn<'_>>)> = Vec::new();
    for drawn in places {
        let at = part.place(drawn.at);
        if !(0.0..=WIDTH).contains(&at.0) || !(0.0..=HEIGHT).contains(&at.1) {
            continue;
        }
        let near = groups
            .iter_mut()
            .find(|(other, _)| (other.0 - at.0).hypot(other.1 - at.1) < NEAR);
        match near {
            Some((_, group)) => group.push(drawn),
            None => groups.push((at, vec![drawn])),
        }
    }
    for ((x, y), _) in &groups {
        names.keep(*x - 10.0, *y - 10.0, 20.0, 20.0);
    }
    let mut marks = Vec::new();
    for ((x, y), group) in &groups {
        let Some(first) = group.first() else { continue };
        let mut things: Vec<&str> = group.iter().map(|one| one.place.name.as_str()).collect();
        things.sort_unstable();
        things.dedup();
        let alone = things.len() == 1;
        let kind = match first.place.of {
            _ if !alone => "several",
            PlaceOf::Organisation => "organisation",
            PlaceOf::Vessel => "vessel",
            PlaceOf::Contract => "contract",
            PlaceOf::Property => "property",
            PlaceOf::Document => "document",
        };
        if alone {
            let _ = names.write("place", &first.place.name, *x + 12.0, *y + 4.0, 0.0, true);
        }
        marks.push(MapMark {
            x: whole(*x),
            y: whole(*y),
            kind: kind.into(),
            exact: group.iter().any(|one| one.exact),
            many: match alone {
                true => String::new(),
                false => things.len().to_string(),
            },
            title: titled(&things, &first.place.address),
            href: format!("#place-{}", first.row),
        });
    }
    marks
}

fn titled(things: &[&str], address: &str) -> String {
    match things {
        [one] => format!("{one}: {address}"),
        many => {
            let told = many.iter().take(5).copied().collect::<Vec<_>>().join("; ");
            let more = match many.len() {
                0..=5 => String::new(),
                all => format!(", and {} more", all - 5),
            };
            format!("{} things: {told}{more}", many.len())
        }
    }
}

/// Names that were written, and the room they take.
#[derive(Default)]
struct Names {
    labels: Vec<MapLabel>,
    taken: Vec<[f64; 4]>,
}

impl Names {
    fn keep(&mut self, left: f64, top: f64, wide: f64, high: f64) {
        self.taken.push([left, top, left + wide, top + high]);
    }

    /// Writes a name if it has room. `from` tells whether it begins at the point or has it in its middle.
    fn write(&mut self, class: &str, text: &str, x: f64, y: f64, turn: f64, from: bool) -> bool {
        let text: String = match text.chars().count() {
            0..=34 => text.to_owned(),
            _ => text.chars().take(33).chain(['…']).collect(),
        };
        let wide = text.chars().fold(0.0, |wide, _| wide + letter(class)) + 4.0;
        let (sine, cosine) = turn.to_radians().sin_cos();
        let (width, height) = (
            (wide * cosine).abs() + (12.0 * sine).abs(),
            (wide * sine).abs() + (13.0 * cosine).abs(),
        );
        let left = if from { x } else { x - width / 2.0 };
        let top = y - 4.0 - height / 2.0;
        let apart = |[l, t, r, b]: &[f64; 4]| {
            left > *r || left + width < *l || top > *b || top + height < *t
        };
        let inside = left >= 2.0
            && left + width <= WIDTH - 2.0
            && top >= 2.0
            && top + height <= HEIGHT - 26.0;
        if !inside || self.labels.len() >= MOST_LABELS || !self.taken.iter().all(apart) {
            return false;
        }
        self.keep(left, top, width, height);
        self.labels.push(MapLabel {
            x: whole(x),
            y: whole(y),
            turn: whole(turn),
            class: class.to_owned(),
            text,
        });
        true
    }
}

/// How wide a letter is, about.
fn letter(class: &str) -> f64 {
    match class {
        "state" => 12.0,
        "sea" => 7.6,
        "street" => 5.2,
        _ => 6.6,
    }
}

fn name_base(base: &Base, part: Part, names: &mut Names) {
    let mut named: Vec<&Shape> = base
        .shapes
        .iter()
        .filter(|shape| !shape.name.is_empty() && shows(shape, part))
        .collect();
    named.sort_by_key(|shape| shape.rank);
    for shape in named {
        let spot = shape.lines.first().filter(|line| line.len() == 1);
        if let Some(at) = spot.and_then(|line| line.first()) {
            let (x, y) = part.place(*at);
            let class = match shape.kind.as_str() {
                "state" | "sea" if part.span < 1.2 => continue,
                kind @ ("town" | "state" | "sea") => kind,
                _ => "site",
            };
            // On its spot, or above or below what lies there.
            let _ = [0.0, -16.0, 24.0]
                .into_iter()
                .any(|off| names.write(class, &shape.name, x, y + off, 0.0, false));
        } else if !shape.area && part.span < 0.16 {
            along(shape, part, names);
        }
    }
}

/// Writes a name along its line where the line is long enough.
fn along(shape: &Shape, part: Part, names: &mut Names) {
    let Some(line) = shape.lines.first() else {
        return;
    };
    let points: Vec<(f64, f64)> = line.iter().map(|point| part.place(*point)).collect();
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return;
    };
    let long = (last.0 - first.0).hypot(last.1 - first.1);
    let wide = shape
        .name
        .chars()
        .fold(0.0, |wide, _| wide + letter("street"));
    let half = points.len() / 2;
    let (Some(from), Some(to)) = (points.get(half.saturating_sub(1)), points.get(half)) else {
        return;
    };
    if long < wide + 8.0 {
        return;
    }
    let turn = (to.1 - from.1).atan2(to.0 - from.0).to_degrees();
    let turn = if turn.abs() > 90.0 {
        turn - 180.0 * turn.signum()
    } else {
        turn
    };
    let middle = (f64::midpoint(from.0, to.0), f64::midpoint(from.1, to.1));
    let _ = names.write("street", &shape.name, middle.0, middle.1 + 3.0, turn, false);
}

/// A bar of a round length.
fn scale(part: Part) -> (u32, String) {
    let metres = 111_320.0 * squeeze(part.middle.1) / part.scale().0;
    let rounds = [
        20.0, 50.0, 100.0, 200.0, 500.0, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6, 5e6,
    ];
    let chosen = rounds
        .into_iter()
        .rfind(|length| length / metres <= 180.0)
        .unwrap_or(20.0);
    let words = match chosen {
        metres if metres < 1000.0 => format!("{metres:.0} m"),
        metres => format!("{:.0} km", metres / 1000.0),
    };
    (u32::try_from(whole(chosen / metres)).unwrap_or(100), words)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a place on a drawing of a thousand units"
)]
fn whole(number: f64) -> i32 {
    number.round().clamp(-30_000.0, 30_000.0) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_is_cut_to_the_part_and_keeps_its_shape_inside() {
        let huge = vec![(-9e6, -9e6), (9e6, -9e6), (9e6, 9e6), (-9e6, 9e6)];
        let cut = cut_area(huge);
        assert!(
            cut.iter()
                .all(|(x, y)| x.abs() <= 1500.0 && y.abs() <= 1120.0)
        );
        assert_eq!(cut.len(), 4);
        let small = vec![(1.0, 1.0), (5.0, 1.0), (5.0, 5.0)];
        assert_eq!(cut_area(small.clone()), small);
    }

    #[test]
    fn nearer_and_beside_keep_the_middle_where_it_belongs() {
        let part = Part {
            middle: (10.0, 60.0),
            span: 2.0,
        };
        assert_eq!(part.place((10.0, 60.0)), (500.0, 310.0));
        let (x, y) = part.moved(0.5, 0.0).place((11.0, 60.0));
        assert!((x - 500.0).abs() < 1e-6 && (y - 310.0).abs() < 1e-6);
        assert!((part.wide(0.0).span - LEAST_SPAN).abs() < 1e-9);
    }
}
