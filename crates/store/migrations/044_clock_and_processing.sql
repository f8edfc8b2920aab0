-- How far the installation's time has come: a clock that is set back does not take it back. One row.
CREATE TABLE clock_seen (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    at INTEGER NOT NULL,
    run INTEGER NOT NULL,
    held INTEGER NOT NULL
) STRICT;

-- What the record of processing says beside the agreements. The newest word on a dataset counts; recipients end; an
-- assessment is decided on once.
CREATE TABLE dataset_processing (
    dataset INTEGER NOT NULL REFERENCES dataset (number),
    sequence INTEGER NOT NULL,
    data_subjects TEXT NOT NULL,
    data_categories TEXT NOT NULL,
    retention TEXT NOT NULL,
    high_risk INTEGER NOT NULL,
    assessment BLOB,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (dataset, sequence)
) STRICT, WITHOUT ROWID;
CREATE TABLE recipient (
    id BLOB NOT NULL PRIMARY KEY,
    sequence INTEGER NOT NULL,
    name TEXT NOT NULL,
    category TEXT NOT NULL,
    third_country TEXT NOT NULL,
    safeguards TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL,
    ended INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE assessment (
    id BLOB NOT NULL PRIMARY KEY,
    sequence INTEGER NOT NULL,
    title TEXT NOT NULL,
    words TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL,
    approved INTEGER,
    decided_by BLOB,
    decided_at INTEGER,
    decided_words TEXT
) STRICT, WITHOUT ROWID;
