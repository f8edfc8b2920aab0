-- What one case took over from another: each thing that the other held, what it became here, or why it stayed there.
-- Rows are only added.
CREATE TABLE case_merge (
    id BLOB NOT NULL PRIMARY KEY,
    sequence INTEGER NOT NULL,
    case_id BLOB NOT NULL REFERENCES case_file (id),
    other BLOB NOT NULL REFERENCES case_file (id),
    whole INTEGER NOT NULL,
    reason TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX case_merge_case ON case_merge (case_id);
CREATE INDEX case_merge_other ON case_merge (other);
CREATE TABLE case_part (
    merge BLOB NOT NULL REFERENCES case_merge (id),
    kind TEXT NOT NULL,
    old BLOB NOT NULL,
    new BLOB,
    why TEXT NOT NULL,
    PRIMARY KEY (merge, kind, old)
) STRICT, WITHOUT ROWID;
