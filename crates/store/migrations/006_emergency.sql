-- Uses of emergency access, and what supervisors said of them afterwards. Rows are only added.
CREATE TABLE emergency (
    id BLOB NOT NULL PRIMARY KEY,
    case_id BLOB NOT NULL REFERENCES case_file (id),
    user_id BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    at_risk TEXT NOT NULL,
    reason TEXT NOT NULL,
    began INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT;
CREATE INDEX emergency_case ON emergency (case_id, sequence);
CREATE INDEX emergency_user ON emergency (user_id, case_id, until);
CREATE TABLE emergency_review (
    emergency BLOB NOT NULL PRIMARY KEY REFERENCES emergency (id),
    sequence INTEGER NOT NULL,
    justified INTEGER NOT NULL,
    words TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
