-- Uploads of many files, each file with what became of it; searches that are kept; what was read by whom, and tags.
CREATE TABLE upload (
    id BLOB NOT NULL PRIMARY KEY,
    case_id BLOB NOT NULL REFERENCES case_file (id),
    sequence INTEGER NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    source TEXT NOT NULL,
    collector TEXT NOT NULL,
    collected TEXT NOT NULL,
    place TEXT NOT NULL,
    tool TEXT NOT NULL,
    authority TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX upload_key ON upload (case_id, by_user, key);
CREATE TABLE upload_file (
    upload BLOB NOT NULL REFERENCES upload (id),
    position INTEGER NOT NULL,
    path TEXT NOT NULL,
    size INTEGER NOT NULL,
    declared TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    evidence BLOB REFERENCES evidence (id),
    at INTEGER,
    PRIMARY KEY (upload, position)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX upload_file_path ON upload_file (upload, path);
CREATE INDEX upload_file_evidence ON upload_file (evidence);
CREATE TABLE kept_search (
    id BLOB NOT NULL PRIMARY KEY,
    case_id BLOB NOT NULL REFERENCES case_file (id),
    sequence INTEGER NOT NULL,
    words TEXT NOT NULL,
    as_written INTEGER NOT NULL,
    reason TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL,
    ended INTEGER
) STRICT;
CREATE INDEX kept_search_case ON kept_search (case_id);
CREATE TABLE document_mark (
    evidence BLOB NOT NULL REFERENCES evidence (id),
    word TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL,
    ended INTEGER,
    PRIMARY KEY (evidence, word, by_user, sequence)
) STRICT, WITHOUT ROWID;
