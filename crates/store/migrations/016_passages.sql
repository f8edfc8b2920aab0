-- Passages that findings cite, and the files that were read. What was read before is read once more to fill `document`.
CREATE TABLE document (
    evidence BLOB NOT NULL REFERENCES evidence (id),
    part TEXT NOT NULL,
    position INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    media_type TEXT NOT NULL,
    language TEXT NOT NULL,
    author TEXT NOT NULL,
    dated TEXT NOT NULL,
    subject TEXT NOT NULL,
    message TEXT NOT NULL,
    answers TEXT NOT NULL,
    text_sha256 TEXT NOT NULL,
    sketch BLOB NOT NULL,
    PRIMARY KEY (evidence, part)
) STRICT, WITHOUT ROWID;
CREATE TABLE passage (
    id BLOB NOT NULL PRIMARY KEY,
    case_id BLOB NOT NULL REFERENCES case_file (id),
    sequence INTEGER NOT NULL,
    evidence BLOB NOT NULL REFERENCES evidence (id),
    part TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    page INTEGER NOT NULL,
    begins INTEGER NOT NULL,
    length INTEGER NOT NULL,
    quote TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX passage_evidence ON passage (evidence);
CREATE TABLE note_passage (
    case_id BLOB NOT NULL REFERENCES case_file (id),
    note BLOB NOT NULL,
    passage BLOB NOT NULL REFERENCES passage (id),
    since INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    ended INTEGER,
    PRIMARY KEY (case_id, note, passage, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX note_passage_passage ON note_passage (passage);
