//! The base of a map: shapes to draw, and the names by which an address is found again. One GeoJSON file that the
//! installation lays into its data directory.
//!
//! Each feature says by its property `kind` how it is drawn. What has a `name` can be found: a `street` (a line, with the
//! span of its `houses`) of a `city`, a `site`, a `town`. A kind that is not known is drawn as a plain line or area.

use std::collections::HashMap;
use std::path::Path;

use resolve::normal::latin::fold;
use serde_json::Value;

use crate::DeskError;

/// The file in the data directory.
pub const FILE: &str = "map.geojson";
/// Most bytes of it.
const MOST_BYTES: u64 = 64 << 20;
/// Most points of it.
const MOST_POINTS: usize = 2_000_000;

/// Longitude and latitude in degrees.
pub type Point = (f64, f64);

/// A thing that is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// What it is: `land`, `street`, ...
    pub kind: String,
    /// Its name; empty for none.
    pub name: String,
    /// From 1 for what is drawn from afar to 9 for what is drawn from near only.
    pub rank: u8,
    /// Whether each line is the edge of an area.
    pub area: bool,
    /// Its lines; a single point for a label.
    pub lines: Vec<Vec<Point>>,
    /// West, south, east, north.
    pub bounds: [f64; 4],
}

/// A street with its houses.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Street {
    pub(crate) name: String,
    pub(crate) city: String,
    pub(crate) houses: Option<(u32, u32)>,
    pub(crate) line: Vec<Point>,
}

/// A town or a site.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Spot {
    pub(crate) name: String,
    pub(crate) city: String,
    pub(crate) town: bool,
    pub(crate) at: Point,
}

/// A base that was read.
#[derive(Debug, Clone, Default)]
pub struct Base {
    /// What it is called.
    pub name: String,
    /// Whose it is, to be told with each drawing.
    pub attribution: String,
    /// What is drawn.
    pub shapes: Vec<Shape>,
    pub(crate) streets: Vec<Street>,
    pub(crate) spots: Vec<Spot>,
    /// Folded name to places in `streets`, and in `spots`.
    pub(crate) by_street: HashMap<String, Vec<usize>>,
    pub(crate) by_spot: HashMap<String, Vec<usize>>,
}

/// The base of a data directory, if it has one.
pub(crate) fn laid_down(data: &Path) -> Result<Option<Base>, DeskError> {
    let path = data.join(FILE);
    let fault = |error: &str| DeskError::Unavailable(format!("{}: {error}", path.display()));
    let size = match std::fs::metadata(&path) {
        Ok(about) => about.len(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(fault(&error.to_string())),
    };
    if size > MOST_BYTES {
        return Err(fault("is larger than 64 MB"));
    }
    let text = std::fs::read_to_string(&path).map_err(|error| fault(&error.to_string()))?;
    Base::read(&text).map(Some).map_err(|error| fault(&error))
}

impl Base {
    /// Reads a GeoJSON feature collection.
    pub fn read(text: &str) -> Result<Self, String> {
        let whole: Value =
            serde_json::from_str(text).map_err(|error| format!("is no JSON: {error}"))?;
        let features = whole
            .get("features")
            .and_then(Value::as_array)
            .ok_or("is no GeoJSON feature collection: it has no `features`")?;
        let word = |name: &str| text_of(&whole, name);
        let mut base = Self {
            name: word("name"),
            attribution: word("attribution"),
            ..Self::default()
        };
        let mut points = 0;
        for (number, feature) in (1..).zip(features) {
            base.take(feature, &mut points)
                .map_err(|error| format!("feature {number}: {error}"))?;
        }
        base.shapes.sort_by_key(|shape| !shape.area);
        Ok(base)
    }

    fn take(&mut self, feature: &Value, points: &mut usize) -> Result<(), String> {
        let none = Value::Null;
        let about = feature.get("properties").unwrap_or(&none);
        let geometry = feature
            .get("geometry")
            .filter(|geometry| !geometry.is_null())
            .ok_or("has no geometry")?;
        let (area, lines) = lines(geometry)?;
        *points += lines.iter().map(Vec::len).sum::<usize>();
        if *points > MOST_POINTS {
            return Err("more than 2 000 000 points in all; simplify the shapes".to_owned());
        }
        let kind = match text_of(about, "kind") {
            kind if kind.is_empty() => if area { "area" } else { "line" }.to_owned(),
            kind => kind,
        };
        let name = text_of(about, "name");
        self.name_it(about, &kind, &name, &lines)?;
        let rank = about.get("rank").and_then(Value::as_u64).unwrap_or(5);
        self.shapes.push(Shape {
            bounds: bounds(lines.iter().flatten().copied()),
            kind,
            name,
            rank: u8::try_from(rank.clamp(1, 9)).unwrap_or(9),
            area,
            lines,
        });
        Ok(())
    }

    fn name_it(
        &mut self,
        about: &Value,
        kind: &str,
        name: &str,
        lines: &[Vec<Point>],
    ) -> Result<(), String> {
        let findable = matches!(kind, "street" | "pier" | "town" | "site");
        let Some(line) = lines.first().filter(|_| findable && !name.is_empty()) else {
            return Ok(());
        };
        let mut keys = vec![key(name)];
        let also = about.get("also").and_then(Value::as_array);
        keys.extend(
            also.into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(key),
        );
        keys.sort();
        keys.dedup();
        let city = text_of(about, "city");
        let (index, place) = if line.len() > 1 {
            self.streets.push(Street {
                name: name.to_owned(),
                city,
                houses: houses(about)?,
                line: line.clone(),
            });
            (&mut self.by_street, self.streets.len() - 1)
        } else if let Some(at) = line.first() {
            self.spots.push(Spot {
                name: name.to_owned(),
                city,
                town: kind == "town",
                at: *at,
            });
            (&mut self.by_spot, self.spots.len() - 1)
        } else {
            return Ok(());
        };
        for key in keys {
            index.entry(key).or_default().push(place);
        }
        Ok(())
    }

    /// West, south, east and north of everything.
    pub fn bounds(&self) -> [f64; 4] {
        bounds(self.shapes.iter().flat_map(|shape| {
            let [west, south, east, north] = shape.bounds;
            [(west, south), (east, north)]
        }))
    }
}

/// A name as it is compared: without marks, capitals and punctuation.
pub(crate) fn key(name: &str) -> String {
    fold(name)
}

fn text_of(value: &Value, name: &str) -> String {
    let text = value.get(name).and_then(Value::as_str).unwrap_or_default();
    text.trim().chars().take(200).collect()
}

fn houses(about: &Value) -> Result<Option<(u32, u32)>, String> {
    let Some(span) = about.get("houses") else {
        return Ok(None);
    };
    let number = |at: usize| {
        span.get(at)
            .and_then(Value::as_u64)
            .and_then(|number| u32::try_from(number).ok())
    };
    match (number(0), number(1)) {
        (Some(first), Some(last)) if first < last => Ok(Some((first, last))),
        _ => Err("`houses` is no pair of numbers, the smaller first".to_owned()),
    }
}

/// The lines of a geometry, and whether they are edges of areas.
fn lines(geometry: &Value) -> Result<(bool, Vec<Vec<Point>>), String> {
    let at = geometry.get("coordinates").unwrap_or(&Value::Null);
    let each = |value: &Value| -> Result<Vec<Vec<Point>>, String> {
        let items = value.as_array().ok_or("has no coordinates")?;
        items.iter().map(line).collect()
    };
    match geometry.get("type").and_then(Value::as_str) {
        Some("Point") => Ok((false, vec![vec![point(at)?]])),
        Some("LineString") => Ok((false, vec![line(at)?])),
        Some("MultiLineString") => Ok((false, each(at)?)),
        Some("Polygon") => Ok((true, each(at)?)),
        Some("MultiPolygon") => {
            let polygons = at.as_array().ok_or("has no coordinates")?;
            let mut all = Vec::new();
            for polygon in polygons {
                all.extend(each(polygon)?);
            }
            Ok((true, all))
        }
        Some(other) => Err(format!("`{other}` is no geometry that can be drawn")),
        None => Err("its geometry has no type".to_owned()),
    }
}

fn line(value: &Value) -> Result<Vec<Point>, String> {
    let points = value.as_array().ok_or("a line is no list of points")?;
    points.iter().map(point).collect()
}

fn point(value: &Value) -> Result<Point, String> {
    let number = |at: usize| value.get(at).and_then(Value::as_f64);
    match (number(0), number(1)) {
        (Some(east), Some(north)) if east.abs() <= 180.0 && north.abs() <= 90.0 => {
            Ok((east, north))
        }
        (Some(east), Some(north)) => Err(format!(
            "`{east}, {north}` is no longitude and latitude in degrees"
        )),
        _ => Err("a point is no pair of numbers".to_owned()),
    }
}

pub(crate) fn bounds(points: impl Iterator<Item = Point>) -> [f64; 4] {
    points.fold([180.0, 90.0, -180.0, -90.0], |[w, s, e, n], (x, y)| {
        [w.min(x), s.min(y), e.max(x), n.max(y)]
    })
}
