-- On what a subject is to be a suspect, and what another person said of it. Rows are only added.
CREATE TABLE suspicion (
    id BLOB NOT NULL PRIMARY KEY,
    case_id BLOB NOT NULL REFERENCES case_file (id),
    subject BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    facts TEXT NOT NULL,
    offence TEXT NOT NULL,
    law TEXT NOT NULL,
    relevance TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX suspicion_case ON suspicion (case_id, sequence);
CREATE TABLE suspicion_ruling (
    suspicion BLOB NOT NULL PRIMARY KEY REFERENCES suspicion (id),
    sequence INTEGER NOT NULL,
    approved INTEGER NOT NULL,
    words TEXT NOT NULL,
    by_user BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
