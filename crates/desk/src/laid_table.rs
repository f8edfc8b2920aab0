//! Tables that are only drawn, told by where their words stand: lines of a page in which words stand in columns.
//!
//! The life of a table: words are put into lines; lines that fall into pieces and follow one another are a run; what no
//! piece of a run covers, from top to bottom, parts its columns. What looks like prose in columns is left alone. Nothing here
//! knows of rules or shades, so cells that reach over columns fall into the column in which they begin.

use crate::boxes::{Boxes, PlacedWord, Rect};
use crate::table::{Table, table};

/// Tables told of one page.
const MOST_TABLES: usize = 20;
/// Words of a page that are looked at.
const MOST_WORDS: usize = 20_000;
/// Rows that a table has at least, its heads among them.
const FEWEST_ROWS: usize = 3;
/// Between pieces of a line stands at least this share of a word's height.
const GAP: f32 = 0.9;
/// Between columns stands at least this share of a word's height.
const GUTTER: f32 = 0.6;
/// Lines further apart than so many heights belong to different tables.
const APART: f32 = 3.0;
/// Where cells have more words than this on average, it is prose.
const WORDS_OF_A_CELL: f32 = 5.0;

/// A table with where its rows stand.
#[derive(Debug, Clone, PartialEq)]
pub struct LaidTable {
    /// The table.
    pub table: Table,
    /// The place of the heads and of each row.
    pub rects: Vec<Rect>,
}

struct Line<'a> {
    words: Vec<&'a PlacedWord>,
    /// Left and right edge of each piece.
    pieces: Vec<(f32, f32)>,
    middle: f32,
}

/// The tables of a page, from above.
#[must_use]
pub fn laid_tables(boxes: &Boxes) -> Vec<LaidTable> {
    let words = boxes.words.iter().take(MOST_WORDS);
    let mut words: Vec<&PlacedWord> = words
        .filter(|word| word.rect.width > 0.0 && word.rect.height > 0.0)
        .collect();
    if words.len() < FEWEST_ROWS * 2 {
        return Vec::new();
    }
    let height = median(words.iter().map(|word| word.rect.height).collect());
    words.sort_by(|a, b| middle(&a.rect).total_cmp(&middle(&b.rect)));
    let lines = lines(words, height);
    runs(&lines, height)
        .into_iter()
        .filter_map(|run| of_run(run, height))
        .take(MOST_TABLES)
        .collect()
}

fn middle(rect: &Rect) -> f32 {
    rect.top + rect.height / 2.0
}

fn median(mut numbers: Vec<f32>) -> f32 {
    numbers.sort_by(f32::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(1.0)
}

fn lines<'a>(words: Vec<&'a PlacedWord>, height: f32) -> Vec<Line<'a>> {
    let mut lines: Vec<Line<'a>> = Vec::new();
    for word in words {
        let at = middle(&word.rect);
        match lines.last_mut() {
            Some(line) if at - line.middle < height / 2.0 => line.words.push(word),
            _ => lines.push(Line {
                words: vec![word],
                pieces: Vec::new(),
                middle: at,
            }),
        }
    }
    for line in &mut lines {
        line.words
            .sort_by(|a, b| a.rect.left.total_cmp(&b.rect.left));
        for word in &line.words {
            let (left, right) = (word.rect.left, word.rect.left + word.rect.width);
            match line.pieces.last_mut() {
                Some(piece) if left - piece.1 < GAP * height => piece.1 = piece.1.max(right),
                _ => line.pieces.push((left, right)),
            }
        }
    }
    lines
}

/// Lines in pieces that follow one another; a single line in one piece may stand between two of them.
fn runs<'a, 'b>(lines: &'b [Line<'a>], height: f32) -> Vec<&'b [Line<'a>]> {
    let parted = |at: usize| lines.get(at).is_some_and(|line| line.pieces.len() > 1);
    let near = |at: usize| match (lines.get(at), lines.get(at + 1)) {
        (Some(line), Some(next)) => next.middle - line.middle < APART * height,
        _ => false,
    };
    let (mut runs, mut at) = (Vec::new(), 0);
    while at < lines.len() {
        if !parted(at) {
            at += 1;
            continue;
        }
        let mut end = at;
        loop {
            if near(end) && parted(end + 1) {
                end += 1;
            } else if near(end) && near(end + 1) && parted(end + 2) {
                end += 2;
            } else {
                break;
            }
        }
        runs.extend(lines.get(at..=end));
        at = end + 1;
    }
    runs
}

fn of_run(run: &[Line<'_>], height: f32) -> Option<LaidTable> {
    let columns = columns(run, height);
    if columns.len() < 2 {
        return None;
    }
    let mut rows: Vec<(Vec<String>, Rect)> = Vec::new();
    for line in run {
        let mut cells = vec![String::new(); columns.len()];
        let mut place: Option<Rect> = None;
        for word in &line.words {
            let cell = cells.get_mut(column(&columns, &word.rect))?;
            if !cell.is_empty() {
                cell.push(' ');
            }
            cell.push_str(&word.text);
            place = Some(match place {
                Some(place) => place.joined(&word.rect),
                None => word.rect,
            });
        }
        let place = place?;
        let told = cells.iter().filter(|cell| !cell.is_empty()).count();
        let goes_on = told == 1 && cells.first().is_some_and(String::is_empty);
        match rows.last_mut().filter(|_| goes_on) {
            Some((before, rect)) => {
                for (cell, more) in before
                    .iter_mut()
                    .zip(cells)
                    .filter(|(_, more)| !more.is_empty())
                {
                    cell.push(' ');
                    cell.push_str(&more);
                }
                *rect = rect.joined(&place);
            }
            None => rows.push((cells, place)),
        }
    }
    let told: Vec<&String> = rows
        .iter()
        .flat_map(|(cells, _)| cells)
        .filter(|cell| !cell.is_empty())
        .collect();
    let words: usize = told.iter().map(|cell| cell.split(' ').count()).sum();
    let prose = words as f32 / told.len().max(1) as f32 > WORDS_OF_A_CELL;
    let several = |(cells, _): &&(Vec<String>, Rect)| {
        cells.iter().filter(|cell| !cell.is_empty()).count() > 1
    };
    let whole = rows.iter().filter(several).count();
    if prose || rows.len() < FEWEST_ROWS || whole * 10 < rows.len() * 6 {
        return None;
    }
    let (cells, rects): (Vec<Vec<String>>, Vec<Rect>) = rows.into_iter().unzip();
    let mut cells = cells.into_iter();
    let heads = cells.next()?;
    Some(LaidTable {
        table: table(heads, (2..).zip(cells).collect()),
        rects,
    })
}

/// Left and right edge of each column: what pieces of more than a tenth of the lines cover.
fn columns(run: &[Line<'_>], height: f32) -> Vec<(f32, f32)> {
    let parted: Vec<&Line<'_>> = run.iter().filter(|line| line.pieces.len() > 1).collect();
    let few = parted.len() / 10;
    let mut edges: Vec<(f32, i32)> = Vec::new();
    for (left, right) in parted.iter().flat_map(|line| &line.pieces) {
        edges.push((*left, 1));
        edges.push((*right, -1));
    }
    edges.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
    let mut columns: Vec<(f32, f32)> = Vec::new();
    let (mut depth, mut begun) = (0_i32, None);
    for (at, step) in edges {
        depth += step;
        let covered = usize::try_from(depth).unwrap_or(0) > few;
        match (covered, begun) {
            (true, None) => begun = Some(at),
            (false, Some(left)) => {
                begun = None;
                match columns.last_mut() {
                    Some(last) if left - last.1 < GUTTER * height => last.1 = at,
                    _ => columns.push((left, at)),
                }
            }
            _ => {}
        }
    }
    columns
}

/// The column in which a word stands, or the nearest.
fn column(columns: &[(f32, f32)], rect: &Rect) -> usize {
    let at = rect.left + rect.width / 2.0;
    let away = |(left, right): &(f32, f32)| (left - at).max(at - right).max(0.0);
    let nearest = columns
        .iter()
        .enumerate()
        .min_by(|(_, a), (_, b)| away(a).total_cmp(&away(b)));
    nearest.map_or(0, |(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words in columns that begin at these places, a line every 14 points.
    fn boxes(starts: &[f32], lines: &[&[&str]]) -> Boxes {
        let mut words = Vec::new();
        for (line, cells) in lines.iter().enumerate() {
            for (start, cell) in starts.iter().zip(*cells) {
                let mut left = *start;
                for text in cell.split_whitespace() {
                    let width = text.chars().count() as f32 * 5.0;
                    words.push(PlacedWord {
                        text: text.to_owned(),
                        rect: Rect {
                            left,
                            top: line as f32 * 14.0,
                            width,
                            height: 10.0,
                        },
                        from: None,
                    });
                    left += width + 3.0;
                }
            }
        }
        Boxes {
            width: 600.0,
            height: 800.0,
            words,
        }
    }

    #[test]
    fn words_in_columns_are_a_table_with_the_place_of_each_row() {
        let found = laid_tables(&boxes(
            &[50.0, 200.0, 300.0],
            &[
                &["Company", "Paid", "Date"],
                &["Lund & Sons Ltd", "1,200.00", "2024-01-03"],
                &["", "in parts", ""],
                &["Harbour Dredging", "90.00", ""],
                &["Port Office", "5.00", "2024-02-01"],
            ],
        ));
        assert_eq!(found.len(), 1);
        let table = &found[0].table;
        assert_eq!(table.heads, ["Company", "Paid", "Date"]);
        assert_eq!(
            table.rows[0],
            ["Lund & Sons Ltd", "1,200.00 in parts", "2024-01-03"]
        );
        assert_eq!(table.rows[1], ["Harbour Dredging", "90.00", ""]);
        assert_eq!(table.numbers, [2, 3, 4]);
        assert_eq!(found[0].rects.len(), 4);
        assert_eq!(
            (found[0].rects[1].top, found[0].rects[1].height),
            (14.0, 24.0)
        );
    }

    #[test]
    fn prose_in_two_columns_and_single_lines_are_none() {
        let prose: Vec<&[&str]> = vec![
            &[
                "the minister of works said that day",
                "that no berth had been paid twice ever",
            ];
            9
        ];
        assert!(laid_tables(&boxes(&[50.0, 300.0], &prose)).is_empty());
        assert!(
            laid_tables(&boxes(
                &[50.0],
                &[&["one column"], &["and more"], &["of it"], &["x y"]]
            ))
            .is_empty()
        );
        assert!(laid_tables(&boxes(&[50.0, 300.0], &[&["From", "To"], &["a", "b"]])).is_empty());
        assert!(laid_tables(&Boxes::default()).is_empty());
    }

    #[test]
    fn a_title_over_all_columns_parts_nothing_and_tables_far_apart_are_two() {
        let mut page = boxes(
            &[50.0, 200.0],
            &[&["a", "1"], &["b", "2"], &["c", "3"], &["d", "4"]],
        );
        let mut below = boxes(&[80.0, 150.0], &[&["e", "1"], &["f", "2"], &["g", "3"]]);
        for word in &mut below.words {
            word.rect.top += 300.0;
        }
        page.words.extend(below.words);
        let found = laid_tables(&page);
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].table.heads, ["e", "1"]);
    }
}
