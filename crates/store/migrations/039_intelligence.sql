-- Intelligence that a case holds, with the labels without which none is held. Rows are only added.
CREATE TABLE intelligence (
    id BLOB NOT NULL PRIMARY KEY,
    sequence INTEGER NOT NULL,
    case_id BLOB NOT NULL REFERENCES case_file (id),
    subject BLOB,
    words TEXT NOT NULL,
    sensitivity TEXT NOT NULL,
    reliability TEXT NOT NULL,
    validity TEXT NOT NULL,
    body TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX intelligence_case ON intelligence (case_id);
