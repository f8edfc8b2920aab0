-- Types of case as they stood when a case was written down, what was told of it, its phases, approvals and links, and what was
-- said first of a pair that takes two people. Rows are only added; `ended` says by which later row one counts no more.
CREATE TABLE case_type (
    sha256 TEXT NOT NULL PRIMARY KEY,
    word TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE case_typed (
    case_id BLOB NOT NULL PRIMARY KEY REFERENCES case_file (id),
    sequence INTEGER NOT NULL,
    sha256 TEXT NOT NULL REFERENCES case_type (sha256)
) STRICT, WITHOUT ROWID;
CREATE TABLE case_told (
    case_id BLOB NOT NULL REFERENCES case_file (id),
    name TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    value TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (case_id, name, sequence)
) STRICT, WITHOUT ROWID;
CREATE TABLE case_phase (
    case_id BLOB NOT NULL REFERENCES case_file (id),
    sequence INTEGER NOT NULL,
    phase TEXT NOT NULL,
    words TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (case_id, sequence)
) STRICT, WITHOUT ROWID;
CREATE TABLE case_approval (
    case_id BLOB NOT NULL REFERENCES case_file (id),
    by_user BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (case_id, by_user)
) STRICT, WITHOUT ROWID;
CREATE TABLE case_link (
    id BLOB NOT NULL PRIMARY KEY,
    sequence INTEGER NOT NULL,
    case_id BLOB NOT NULL REFERENCES case_file (id),
    other BLOB NOT NULL REFERENCES case_file (id),
    words TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL,
    ended INTEGER
) STRICT;
CREATE INDEX case_link_case ON case_link (case_id);
CREATE INDEX case_link_other ON case_link (other);
CREATE TABLE first_word (
    id BLOB NOT NULL PRIMARY KEY,
    sequence INTEGER NOT NULL,
    case_id BLOB NOT NULL REFERENCES case_file (id),
    low BLOB NOT NULL,
    high BLOB NOT NULL,
    verdict TEXT NOT NULL,
    reason TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL,
    ended INTEGER
) STRICT;
CREATE INDEX first_word_case ON first_word (case_id, low, high);

-- Until when a case rests, or for how long it was opened again; by which of its type's outcomes it ended.
ALTER TABLE case_stage ADD COLUMN until_at INTEGER;
ALTER TABLE case_stage ADD COLUMN outcome TEXT;
-- What lists of cases filter and sort by: caches of the newest rows.
ALTER TABLE case_file ADD COLUMN kind TEXT NOT NULL DEFAULT 'general';
ALTER TABLE case_file ADD COLUMN touched_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE case_file ADD COLUMN approved_at INTEGER;
ALTER TABLE case_file ADD COLUMN ended_at INTEGER;
UPDATE case_file SET touched_at = opened_at,
    approved_at = (SELECT min(s.at) FROM case_stage s WHERE s.case_id = case_file.id AND s.stage = 'open'),
    ended_at = (SELECT max(s.at) FROM case_stage s WHERE s.case_id = case_file.id AND case_file.stage_now = 'closed'
        AND s.stage = 'closed');
CREATE INDEX case_file_opened ON case_file (opened_at, id);
CREATE INDEX case_file_expires ON case_file (expires, id);
CREATE INDEX case_file_touched ON case_file (touched_at, id);
CREATE INDEX case_file_stage_opened ON case_file (stage_now, opened_at, id);
CREATE INDEX case_file_stage_expires ON case_file (stage_now, expires, id);
CREATE INDEX case_file_stage_touched ON case_file (stage_now, touched_at, id);
CREATE INDEX case_file_kind ON case_file (kind, stage_now);
CREATE INDEX case_file_ended ON case_file (ended_at);
