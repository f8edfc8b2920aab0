//! Every statement prepares against the migrated schema, and every column is classed.

use std::collections::BTreeMap;

use rusqlite::Connection;

use crate::engine::{migrate, open, sequencer, view};
use crate::{check, loss, rows, sweep};

fn migrated() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    open::steady(&connection).unwrap();
    migrate::apply(&mut connection).unwrap();
    connection
}

fn statements() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    [
        open::STATEMENTS,
        sequencer::STATEMENTS,
        loss::STATEMENTS,
        view::STATEMENTS,
        check::STATEMENTS,
        sweep::STATEMENTS,
        rows::account::STATEMENTS,
        rows::agreed::STATEMENTS,
        rows::alert::STATEMENTS,
        rows::basis::STATEMENTS,
        rows::board::STATEMENTS,
        rows::case::STATEMENTS,
        rows::case_list::STATEMENTS,
        rows::case_type::STATEMENTS,
        rows::change::STATEMENTS,
        rows::clock::STATEMENTS,
        rows::comparison::STATEMENTS,
        rows::dataset::STATEMENTS,
        rows::decision::STATEMENTS,
        rows::disclosure::STATEMENTS,
        rows::document::STATEMENTS,
        rows::emergency::STATEMENTS,
        rows::evidence::STATEMENTS,
        rows::feed::STATEMENTS,
        rows::hypothesis::STATEMENTS,
        rows::intelligence::STATEMENTS,
        rows::incident::STATEMENTS,
        rows::interest::STATEMENTS,
        rows::judgement::STATEMENTS,
        rows::kept_search::STATEMENTS,
        rows::link::STATEMENTS,
        rows::live::STATEMENTS,
        rows::log::STATEMENTS,
        rows::look::STATEMENTS,
        rows::matching::STATEMENTS,
        rows::mention::STATEMENTS,
        rows::own_table::STATEMENTS,
        rows::certification::STATEMENTS,
        rows::merge::STATEMENTS,
        rows::message::STATEMENTS,
        rows::note::STATEMENTS,
        rows::notice::STATEMENTS,
        rows::oversight::STATEMENTS,
        rows::page::STATEMENTS,
        rows::passage::STATEMENTS,
        rows::person::STATEMENTS,
        rows::processing::STATEMENTS,
        rows::proposal::STATEMENTS,
        rows::provider::STATEMENTS,
        rows::reading::STATEMENTS,
        rows::record::STATEMENTS,
        rows::release::STATEMENTS,
        rows::report::STATEMENTS,
        rows::review::STATEMENTS,
        rows::session::STATEMENTS,
        rows::special::STATEMENTS,
        rows::staging::STATEMENTS,
        rows::subject::STATEMENTS,
        rows::suspicion::STATEMENTS,
        rows::task::STATEMENTS,
        rows::tip::STATEMENTS,
        rows::unlawful::STATEMENTS,
        rows::upload::STATEMENTS,
        rows::user::STATEMENTS,
        rows::watermark::STATEMENTS,
    ]
    .into_iter()
    .flatten()
}

#[test]
fn every_statement_prepares() {
    let connection = migrated();
    let mut prepared = 0;
    for (name, sql) in statements() {
        if let Err(error) = connection.prepare(sql) {
            panic!("{name}: {error}");
        }
        prepared += 1;
    }
    assert!(prepared > 100, "{prepared} statements");
}

/// Tables that grow with the data; none of them is looked through for one record.
const LARGE: [&str; 7] = [
    "case_file",
    "change",
    "log_entry",
    "proposal",
    "record",
    "statement",
    "value",
];

/// Statements that are about a whole table: checks of the store, figures, the end of a run over everything, and lists that
/// take the first few of an index in its order.
const WHOLE: [&str; 10] = [
    "ENTRY_COUNT",
    "ENTRIES_WITH_BODY",
    "LOOSE_STATEMENTS",
    "LOOSE_CHANGES",
    "COUNTS",
    "ENDED",
    "BANDS",
    "END_OTHERS",
    "LIKELIEST",
    "SAMPLE",
];

#[test]
fn no_statement_looks_through_a_large_table() {
    let connection = migrated();
    let mut through = Vec::new();
    for (name, sql) in statements() {
        let mut plan = connection
            .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
            .unwrap();
        let blanks = vec![None::<i64>; plan.parameter_count()];
        let steps: Vec<String> = plan
            .query_map(rusqlite::params_from_iter(blanks), |row| row.get(3))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let alias = |step: &str| step.split(' ').nth(1).unwrap_or_default().to_owned();
        for step in steps {
            // All that stands, or all that has ended, is as good as all.
            let whole = step.starts_with("SCAN ") || step.ends_with("(ended=?)");
            let large = |table: &str| {
                alias(&step) == *table || sql.contains(&format!(" {table} {} ", alias(&step)))
            };
            if whole && LARGE.iter().any(|table| large(table)) && !WHOLE.contains(name) {
                through.push(format!("{name}: {step}"));
            }
        }
    }
    assert!(through.is_empty(), "{through:#?}");
}

/// Binding other values to a kept statement must not make SQLite prepare it anew: that costs more than most statements do.
#[test]
fn kept_statements_are_not_prepared_again() {
    let connection = migrated();
    for (name, sql) in statements() {
        let Ok(mut statement) = connection.prepare(sql) else {
            panic!("{name}");
        };
        if !statement.readonly() {
            continue;
        }
        for round in 0..3 {
            for parameter in 1..=statement.parameter_count() {
                statement.raw_bind_parameter(parameter, round).unwrap();
            }
            let mut rows = statement.raw_query();
            while let Ok(Some(_)) = rows.next() {}
            drop(rows);
            statement.clear_bindings();
        }
        let again = statement.get_status(rusqlite::StatementStatus::RePrepare);
        assert_eq!(again, 0, "{name}");
    }
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Class {
    class: String,
    erasable: bool,
    export: bool,
}

#[test]
fn every_column_is_classed_and_no_class_is_left_over() {
    let text = include_str!("../columns.toml");
    let mut classes: BTreeMap<String, BTreeMap<String, Class>> = toml::from_str(text).unwrap();
    let connection = migrated();
    let mut columns = connection
        .prepare(
            "SELECT t.name, c.name FROM pragma_table_list t JOIN pragma_table_info(t.name) c
             WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite_%'",
        )
        .unwrap();
    let columns: Vec<(String, String)> = columns
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert!(columns.len() > 150);
    for (table, column) in columns {
        let class = classes
            .get_mut(&table)
            .and_then(|columns| columns.remove(&column))
            .unwrap_or_else(|| panic!("`{table}.{column}` is not classed in columns.toml"));
        assert!(
            ["personal", "source", "case_secret", "operational"].contains(&class.class.as_str()),
            "{table}.{column}"
        );
        assert!(
            !class.erasable || class.class != "operational",
            "`{table}.{column}`: what the service runs on is not erased"
        );
        assert!(
            class.export || class.class != "source",
            "`{table}.{column}`: what a source said may be exported where a permit allows it"
        );
    }
    classes.retain(|_, columns| !columns.is_empty());
    let left: Vec<&String> = classes.keys().collect();
    assert!(left.is_empty(), "classed, but no column: {left:?}");
}

#[test]
fn op_04_the_bundled_database_is_past_the_race_of_its_log_c1() {
    let version: String = migrated()
        .query_row("SELECT sqlite_version()", [], |row| row.get(0))
        .unwrap();
    let parts: Vec<u32> = version
        .split('.')
        .map(|part| part.parse().unwrap())
        .collect();
    assert!(parts >= vec![3, 51, 3], "{version}");
}

#[test]
fn bk_04_newer_data_and_edited_migrations_are_refused_with_a_message_c2() {
    let mut connection = migrated();
    migrate::apply(&mut connection).unwrap();
    connection
        .execute("UPDATE migration SET sha256 = 'other' WHERE number = 1", [])
        .unwrap();
    assert!(matches!(
        migrate::apply(&mut connection),
        Err(crate::OpenError::Altered(1))
    ));
    connection.pragma_update(None, "user_version", 99).unwrap();
    let refused = migrate::apply(&mut connection).unwrap_err();
    assert!(refused.to_string().contains("newer program"), "{refused}");
}

#[test]
fn the_writing_connection_syncs_every_commit_and_overwrites_what_is_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let connection = open::writing(&folder.path().join("x.sqlite")).unwrap();
    for (pragma, expected) in [
        ("synchronous", "2"),
        ("foreign_keys", "1"),
        ("secure_delete", "1"),
        ("trusted_schema", "0"),
        ("journal_mode", "wal"),
    ] {
        let found: rusqlite::types::Value = connection
            .pragma_query_value(None, pragma, |row| row.get(0))
            .unwrap();
        let found = match found {
            rusqlite::types::Value::Integer(number) => number.to_string(),
            rusqlite::types::Value::Text(text) => text,
            other => panic!("{other:?}"),
        };
        assert_eq!(found, expected, "{pragma}");
    }
}
