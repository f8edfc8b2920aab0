//! What we parse ourselves, fed with what nobody would write: no panic, and what comes out holds together.

use desk::boxes::{Boxes, PlacedWord, Rect};
use desk::laid_table::laid_tables;
use desk::table::tables;
use intake::mention::{Known, Names, find};
use proptest::prelude::*;

/// Pieces of which hostile text is made: what the parsers look for, whole, cut and in the wrong places.
const PIECES: [&str; 48] = [
    ",",
    ";",
    "\t",
    "|",
    "\"",
    "\"\"",
    "\\",
    "\\|",
    "\n",
    "\r\n",
    "\r",
    "\n\n",
    "| --- |",
    "|:--|",
    "| a | b |",
    "<br>",
    "# Sheet",
    "=1+1",
    "-",
    "+47 21 55 50 12",
    "@",
    "'",
    " ",
    "\u{a0}",
    "\u{200b}",
    "\u{202e}",
    "\u{2028}",
    "é",
    "e\u{301}",
    "ß",
    "İ",
    "王小明",
    "Иван",
    "محمد",
    "A/S",
    "S.A.",
    "Ltd.",
    "Mr ",
    "the ship ",
    "Oda Karlsen",
    "DE89 3704 0044 0532 0130 00",
    "IMO 9074729",
    "EUR 1,250.50",
    "3 October 2023",
    "2023-13-40",
    "a@b.example",
    "99999999999999999999",
    "0",
];

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => proptest::sample::select(&PIECES[..]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => "[A-Za-z0-9.]{1,12}",
    ];
    proptest::collection::vec(piece, 0..80).prop_map(|pieces| pieces.concat())
}

/// Reads what RFC 4180 says, with all cells in quotes.
fn read_back(text: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let mut signs = text.chars().peekable();
    let mut quoted = false;
    while let Some(sign) = signs.next() {
        let row = rows.last_mut().unwrap();
        match (quoted, sign) {
            (true, '"') if signs.peek() == Some(&'"') => {
                signs.next();
                row.last_mut().unwrap().push('"');
            }
            (_, '"') => quoted = !quoted,
            (false, ',') => row.push(String::new()),
            (false, '\r') => {}
            (false, '\n') => rows.push(vec![String::new()]),
            (_, sign) => row.last_mut().unwrap().push(sign),
        }
    }
    rows.pop();
    rows
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tables_of_any_text_have_even_rows_and_are_written_out_whole(body in text(), csv in any::<bool>()) {
        let (name, kind) = if csv { ("a.csv", "text/csv") } else { ("a.docx", "application/x") };
        for table in tables(name, kind, &body) {
            prop_assert!(table.rows.iter().all(|row| row.len() == table.heads.len()));
            prop_assert_eq!(table.numbers.len(), table.rows.len());
            prop_assert!(table.numbers.windows(2).all(|pair| pair[0] < pair[1]));
            let names = table.names();
            let once: std::collections::BTreeSet<&String> = names.iter().collect();
            prop_assert_eq!(once.len(), table.heads.len(), "heads tell columns apart");
            let written = read_back(&table.to_csv());
            prop_assert_eq!(&written[0], &names);
            prop_assert_eq!(&written[1..], &table.rows[..]);
            let cut = table.clone().around(3, 2);
            prop_assert_eq!(cut.rows.len() as u64 + cut.left_out, table.rows.len() as u64);
        }
    }

    #[test]
    fn what_is_found_in_any_text_stands_there_and_nothing_twice(body in text()) {
        let known = [Known { name: "Oda Karlsen".into(), person: true }, Known { name: "王小明".into(), person: true }];
        let letters: Vec<char> = body.chars().collect();
        let mut end = 0;
        for one in find(&body, &Names::of(&known, |word| word.to_lowercase())) {
            prop_assert!(one.from >= end && one.length > 0);
            end = one.from + one.length;
            let quote: String = letters[one.from..end].iter().collect();
            prop_assert_eq!(quote, one.quote);
        }
    }

    #[test]
    fn words_laid_anywhere_make_even_tables_or_none(
        words in proptest::collection::vec((any::<f32>(), any::<f32>(), any::<f32>(), any::<f32>(), 0_u8..6, 0_u8..9), 0..60),
    ) {
        let words = words.into_iter().map(|(left, top, width, height, column, row)| {
            // Half of them stand in columns, the others wherever the bits say.
            let (left, top, width, height) = match row % 2 {
                0 => (f32::from(column) * 80.0, f32::from(row) * 14.0, 30.0, 10.0),
                _ => (left, top, width, height),
            };
            PlacedWord { text: format!("w{column}"), rect: Rect { left, top, width, height }, from: None }
        });
        let boxes = Boxes { width: 600.0, height: 800.0, words: words.collect() };
        for one in laid_tables(&boxes) {
            prop_assert!(one.table.rows.iter().all(|row| row.len() == one.table.heads.len()));
            prop_assert_eq!(one.rects.len(), one.table.rows.len() + 1);
        }
    }
}
