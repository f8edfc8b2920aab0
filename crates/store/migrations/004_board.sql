-- Views of the link board that a case's team keeps: steps, places and remarks by id, never a name that a source gave.
CREATE TABLE board_view (
    case_id BLOB NOT NULL REFERENCES case_file (id),
    id BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (case_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX board_view_name ON board_view (case_id, name, sequence);
