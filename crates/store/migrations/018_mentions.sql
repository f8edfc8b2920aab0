-- What was found in the text of documents: proposals, each judged by a person. Nothing else rests on them.
CREATE TABLE mention (
    id BLOB NOT NULL PRIMARY KEY,
    case_id BLOB NOT NULL REFERENCES case_file (id),
    sequence INTEGER NOT NULL,
    evidence BLOB NOT NULL REFERENCES evidence (id),
    part TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    page INTEGER NOT NULL,
    begins INTEGER NOT NULL,
    length INTEGER NOT NULL,
    kind TEXT NOT NULL,
    quote TEXT NOT NULL,
    value TEXT NOT NULL,
    reasons TEXT NOT NULL,
    record BLOB
) STRICT;
CREATE UNIQUE INDEX mention_place ON mention (evidence, part, page, begins, length, kind);
CREATE INDEX mention_case ON mention (case_id);
CREATE TABLE mention_judgement (
    mention BLOB NOT NULL REFERENCES mention (id),
    sequence INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    passage BLOB REFERENCES passage (id),
    reason TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (mention, sequence)
) STRICT, WITHOUT ROWID;
