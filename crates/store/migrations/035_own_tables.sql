-- Tables of documents that were mapped to records of the case's own dataset, and what each of their rows says. The keys are
-- digests; the words go with the item.
CREATE TABLE mapped_table (
    id BLOB NOT NULL PRIMARY KEY,
    case_id BLOB NOT NULL REFERENCES case_file (id),
    sequence INTEGER NOT NULL,
    evidence BLOB NOT NULL REFERENCES evidence (id),
    part TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    page INTEGER NOT NULL,
    position INTEGER NOT NULL,
    heads TEXT NOT NULL,
    mapping TEXT NOT NULL,
    mapping_sha256 TEXT NOT NULL,
    rows_read INTEGER NOT NULL,
    rows_refused INTEGER NOT NULL,
    dropped INTEGER NOT NULL,
    records INTEGER NOT NULL,
    reason TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX mapped_table_case ON mapped_table (case_id);
CREATE INDEX mapped_table_item ON mapped_table (evidence);
CREATE TABLE mapped_value (
    mapped BLOB NOT NULL REFERENCES mapped_table (id),
    position INTEGER NOT NULL,
    key TEXT NOT NULL,
    schema TEXT NOT NULL,
    property TEXT NOT NULL,
    value TEXT NOT NULL,
    original TEXT NOT NULL,
    at_row INTEGER NOT NULL,
    at_columns TEXT NOT NULL,
    PRIMARY KEY (mapped, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX mapped_value_key ON mapped_value (key);
CREATE TABLE mapped_refusal (
    mapped BLOB NOT NULL REFERENCES mapped_table (id),
    position INTEGER NOT NULL,
    at_row INTEGER NOT NULL,
    field TEXT NOT NULL,
    reason TEXT NOT NULL,
    raw TEXT NOT NULL,
    PRIMARY KEY (mapped, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE mapped_table_end (
    mapped BLOB NOT NULL PRIMARY KEY REFERENCES mapped_table (id),
    sequence INTEGER NOT NULL,
    reason TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
