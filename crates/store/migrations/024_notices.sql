-- What was noticed about sources: what may be missing, and what looks otherwise than before. A gap ends with the release
-- that closes it.
CREATE TABLE source_notice (
    number INTEGER NOT NULL PRIMARY KEY,
    dataset BLOB NOT NULL,
    source BLOB,
    kind TEXT NOT NULL,
    words TEXT NOT NULL,
    first INTEGER,
    last INTEGER,
    at INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    ended INTEGER,
    ended_by BLOB
) STRICT;
CREATE INDEX source_notice_dataset ON source_notice (dataset, kind, ended);
CREATE INDEX source_notice_source ON source_notice (source, number);
